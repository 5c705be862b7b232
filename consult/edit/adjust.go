package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// bilateral reads PPRRVU BILAT SURG where modifier 50, both sides on lines of
// one code, or the stated laterality make it bear.
func (k *checker) bilateral() {
	for _, c := range k.codes {
		fifty, sides := k.bears(c, "50"), k.bears(c, "RT") && k.bears(c, "LT")
		if !fifty && !sides && !(k.is("laterality", "bilateral") && k.lateral(c)) {
			continue
		}
		row := k.pfs(c)
		if row == nil {
			k.skip("pfs.bilateral", c, k.noRow(codeset.KindPFS))
			continue
		}
		if why := unread(row.Bilateral, "01239"); why != "" {
			k.skip("pfs.bilateral", c, why)
			continue
		}
		f := Finding{Rule: "pfs.bilateral", Verdict: "applies", Codes: []string{c}, Lines: k.linesOf(c), Indicator: row.Bilateral, Source: row.Source}
		meaning := bilateralMeaning(row.Bilateral)
		switch {
		case (row.Bilateral == "1" || row.Bilateral == "3") && fifty && k.unitsWith(c, "50") > 1:
			f.Verdict = "conflict"
			meaning += "; with modifier 50 the line takes 1 unit, not " + fmt.Sprint(k.unitsWith(c, "50"))
		case row.Bilateral == "1" || row.Bilateral == "3":
			meaning += "; report one line with modifier 50 and 1 unit unless the contractor asks for RT and LT"
			f.Modifiers, f.ModifierOn = []string{"50"}, c
		case fifty || row.Bilateral == "2" && sides:
			f.Verdict = "conflict"
		default:
			f.Verdict = "does_not_apply"
		}
		f.Statement = k.sayMedicare(row.Source, "%s has bilateral indicator %s in %s: %s", c, row.Bilateral, k.whose("physician fee schedule"), meaning)
		k.add(f)
	}
}

// unread says why an indicator outside the known ones cannot be judged; it is ""
// for one of them.
func unread(indicator, known string) string {
	if len(indicator) == 1 && strings.Contains(known, indicator) {
		return ""
	}
	return fmt.Sprintf("indicator %q is not in the layout that this program knows", indicator)
}

// lateral says whether a stated laterality can speak of the code: a visit has
// no side, and an indicator of 9 knows none.
func (k *checker) lateral(c string) bool {
	row := k.pfs(c)
	return !IsEM(c) && row != nil && row.Bilateral != "9" && row.Bilateral != "0"
}

// unitsWith returns the most units on a line of c that bears the modifier.
func (k *checker) unitsWith(c, m string) int {
	n := 0
	for _, i := range k.linesOf(c) {
		if slices.Contains(k.c.Lines[i].Modifiers, m) {
			n = max(n, k.c.Lines[i].Units)
		}
	}
	return n
}

func bilateralMeaning(indicator string) string {
	switch indicator {
	case "0":
		return "the 150 percent bilateral rule does not apply and modifier 50 does not fit"
	case "1":
		return "both sides are paid at 150 percent of one"
	case "2":
		return "the code is already priced as bilateral, so both sides are 1 unit without modifier 50"
	case "3":
		return "each side is paid at 100 percent"
	}
	return "the bilateral concept does not apply"
}

// pctc reads PPRRVU PCTC IND where 26 or TC make it bear.
func (k *checker) pctc() {
	for i, l := range k.c.Lines {
		for _, m := range []string{"26", "TC"} {
			if l.Code == "" || !slices.Contains(l.Modifiers, m) {
				continue
			}
			row := k.pfs(l.Code)
			if row == nil {
				k.skip("pfs.pctc", l.Code, k.noRow(codeset.KindPFS))
				continue
			}
			if why := unread(row.PCTC, "0123456789"); why != "" {
				k.skip("pfs.pctc", l.Code, why)
				continue
			}
			f := Finding{Rule: "pfs.pctc", Verdict: "applies", Codes: []string{l.Code}, Lines: []int{i}, Indicator: row.PCTC, Modifiers: []string{m}, Source: row.Source}
			if !splits(row.PCTC, m) {
				f.Verdict = "conflict"
			}
			f.Statement = k.sayMedicare(row.Source, "%s has PC/TC indicator %s in %s, %s, so modifier %s %s",
				l.Code, row.PCTC, k.whose("physician fee schedule"), pctcMeaning(row.PCTC), m, fitsOrNot(f.Verdict == "applies"))
			k.add(f)
		}
	}
}

func fitsOrNot(fits bool) string {
	if fits {
		return "fits"
	}
	return "does not fit"
}

// splits says whether a service of this PC/TC indicator takes the modifier.
func splits(pctc, m string) bool { return pctc == "1" || pctc == "6" && m == "26" }

func pctcMeaning(indicator string) string {
	meaning, ok := map[string]string{
		"0": "a physician service that is not split",
		"1": "a diagnostic test that splits into professional (26) and technical (TC) component",
		"2": "a code for the professional component alone",
		"3": "a code for the technical component alone",
		"4": "a code for the whole test, whose components have codes of their own",
		"5": "a service incident to a physician's, not split",
		"6": "a laboratory test with a physician's interpretation (26)",
		"7": "a therapy service that is not split",
		"8": "a physician's interpretation alone",
	}[indicator]
	if !ok {
		return "to which the concept does not apply"
	}
	return meaning
}

// multiple reads PPRRVU MULT PROC where 51 or a second line of the same rule
// make it bear.
func (k *checker) multiple() {
	for _, c := range k.codes {
		row := k.pfs(c)
		fifty1 := k.bears(c, "51")
		if row == nil {
			if fifty1 {
				k.skip("pfs.multiple", c, k.noRow(codeset.KindPFS))
			}
			continue
		}
		with := k.reducedWith(c, *row)
		if !fifty1 && len(with) == 0 {
			continue
		}
		if why := unread(row.Multiple, "012345679"); why != "" {
			k.skip("pfs.multiple", c, why)
			continue
		}
		f := Finding{Rule: "pfs.multiple", Verdict: "applies", Codes: []string{c}, Lines: k.linesOf(c), Indicator: row.Multiple, Source: row.Source}
		meaning, reduces := multipleMeaning[row.Multiple]
		beside := ""
		if len(with) > 0 {
			beside = " beside " + strings.Join(with, ", ")
		}
		if !reduces {
			f.Verdict, meaning = "does_not_apply", "no multiple procedure reduction applies and modifier 51 has no effect"
		}
		if row.Multiple == "3" && row.EndoBase != "" {
			meaning += " " + row.EndoBase
		}
		f.Statement = k.sayMedicare(row.Source, "%s has multiple procedure indicator %s in %s%s: %s",
			c, row.Multiple, k.whose("physician fee schedule"), beside, meaning)
		k.add(f)
	}
}

// reducedWith returns the other codes of the claim that fall under the same
// multiple procedure rule; endoscopies also under the standard one.
func (k *checker) reducedWith(c string, row codeset.PFS) []string {
	var with []string
	for _, o := range k.codes {
		other := k.pfs(o)
		if edit, _ := k.pairRows(c, o); o == c || other == nil || edit != nil && edit.Indicator == "0" {
			continue
		}
		surgical := func(m string) bool { return m == "2" || m == "3" }
		_, reduces := multipleMeaning[row.Multiple]
		if reduces && row.Multiple == other.Multiple || surgical(row.Multiple) && surgical(other.Multiple) {
			with = append(with, o)
		}
	}
	return with
}

// multipleMeaning reads the indicators that reduce (RVU25D section "Multiple
// procedure").
var multipleMeaning = map[string]string{
	"1": "ranked with the other procedures and paid at 100, 50 and 25 percent by the older rule",
	"2": "the highest valued procedure is paid in full, the second to fifth at 50 percent",
	"3": "within one endoscopy family the highest is paid in full and the others less the base endoscopy",
	"4": "the lower technical component of imaging the same day is paid at 50 percent, the professional at 95",
	"5": "the practice expense of the second and later therapy units is paid at 50 percent",
	"6": "the technical component of the lower cardiovascular test is paid at 75 percent",
	"7": "the technical component of the lower ophthalmology test is paid at 80 percent",
}

// A surgeonRule reads one indicator on who may operate beside the surgeon.
type surgeonRule struct {
	rule, who string
	mods      []string
	indicator func(*codeset.PFS) string
	verdicts  map[string]string
}

// surgeonRules reads PPRRVU ASST SURG, CO-SURG and TEAM SURG.
var surgeonRules = []surgeonRule{
	{"pfs.assistant", "assistant at surgery", []string{"80", "81", "82", "AS"},
		func(p *codeset.PFS) string { return p.Assistant }, map[string]string{"0": Undecided, "1": "conflict", "2": "applies", "9": "conflict"}},
	{"pfs.cosurgeon", "co-surgeon", []string{"62"},
		func(p *codeset.PFS) string { return p.CoSurgeon }, map[string]string{"0": "conflict", "1": Undecided, "2": "applies", "9": "conflict"}},
	{"pfs.team", "team surgery", []string{"66"},
		func(p *codeset.PFS) string { return p.Team }, map[string]string{"0": "conflict", "1": Undecided, "2": "applies", "9": "conflict"}},
}

// surgeons applies surgeonRules where a modifier makes them bear.
func (k *checker) surgeons() {
	for _, r := range surgeonRules {
		for i, l := range k.c.Lines {
			for _, m := range l.Modifiers {
				if l.Code != "" && slices.Contains(r.mods, m) {
					k.surgeon(r.rule, r.who, i, m, r.indicator, r.verdicts)
				}
			}
		}
	}
}

func (k *checker) surgeon(rule, who string, line int, m string, indicator func(*codeset.PFS) string, verdicts map[string]string) {
	c := k.c.Lines[line].Code
	row := k.pfs(c)
	if row == nil {
		k.skip(rule, c, k.noRow(codeset.KindPFS))
		return
	}
	ind := indicator(row)
	verdict, ok := verdicts[ind]
	if !ok {
		k.skip(rule, c, unread(ind, ""))
		return
	}
	f := Finding{Rule: rule, Verdict: verdict, Codes: []string{c}, Lines: []int{line}, Indicator: ind, Modifiers: []string{m}, Source: row.Source}
	means := map[string]string{"conflict": "a line with modifier " + m + " is not paid", "applies": "a line with modifier " + m + " is payable"}[verdict]
	if verdict == Undecided {
		means = "a line with modifier " + m + " is paid only with documentation of its medical necessity"
		f.Missing = []string{"documentation"}
		f.Branches = []Branch{
			{"the record shows the medical necessity", "applies", fmt.Sprintf("Report %s with modifier %s and send the documentation.", c, m)},
			{"it does not", "conflict", fmt.Sprintf("Modifier %s on %s is not paid.", m, c)},
		}
	}
	f.Statement = k.sayMedicare(row.Source, "%s has %s indicator %s in %s: %s", c, who, ind, k.whose("physician fee schedule"), means)
	k.add(f)
}
