package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A surgeonRule reads one indicator on who may operate beside the surgeon.
type surgeonRule struct {
	rule, who string
	mods      []string
	indicator func(*codeset.PFS) string
	verdicts  map[string]string // by the indicator alone
}

// surgeonRules reads PPRRVU ASST SURG, CO-SURG and TEAM SURG (RVU25D, record
// layout). None gives does_not_apply: a line with the modifier is billed for a
// second surgeon, and where the concept does not apply it is not paid.
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
				if l.Code != "" && slices.Contains(r.mods, m) && !k.forHospital(r.rule, l.Code) {
					k.surgeon(r, i, m)
				}
			}
		}
	}
}

func (k *checker) surgeon(r surgeonRule, line int, m string) {
	c := k.c.Lines[line].Code
	row := k.pfs(c)
	if row == nil {
		k.skip(r.rule, c, k.noRow(codeset.KindPFS))
		return
	}
	ind := r.indicator(row)
	verdict, ok := r.verdicts[ind]
	if !ok {
		k.skip(r.rule, c, unread(ind, ""))
		return
	}
	f := Finding{Rule: r.rule, Verdict: verdict, Codes: []string{c}, Lines: []int{line}, Indicator: ind, Modifiers: []string{m}, Source: row.Source}
	means := ""
	switch {
	case verdict == "conflict":
		means = "a line with modifier " + m + " is not paid"
	case m == "62" && k.hasAny(line, surgeonRules[0].mods):
		f.Verdict = "conflict"
		means = "a surgeon is co-surgeon or assistant of one procedure, and the line bears 62 and " + strings.Join(k.among(line, surgeonRules[0].mods), ", ")
	case k.judge(line, slices.Index(k.c.Lines[line].Modifiers, m)).verdict == "invalid":
		f.Verdict = "conflict"
		means = "modifier " + m + " does not fit " + c + ", so that a line with it is not paid"
	case k.clash(line, m) != "":
		f.Verdict = "conflict"
		means = "a line with modifier " + m + " could be payable, but not one where " + k.clash(line, m)
	case verdict == Undecided:
		means = k.documented(m, &f)
	case m == "62":
		means = k.twoSpecialties(&f)
	default:
		means = "a line with modifier " + m + " is payable" + payableTo[m]
	}
	f.Statement = k.sayMedicare(row.Source, "%s has %s indicator %s in %s: %s", c, r.who, ind, k.whose("physician fee schedule"), means)
	k.add(f)
}

// clash says of a line which of its modifiers contradict each other, m itself
// first, or "".
func (k *checker) clash(line int, m string) string {
	if others := k.contradictedOn(line, m); others != "" {
		return "it contradicts " + others
	}
	for _, m := range k.c.Lines[line].Modifiers {
		if others := k.contradictedOn(line, m); others != "" {
			return m + " contradicts " + others
		}
	}
	return ""
}

// payableTo says what a modifier of surgeonRules demands beside the indicator
// (CMS IOM 100-04 chapter 12, sections 20.4.3 and 40.8; CPT appendix A on 82).
var payableTo = map[string]string{
	"82": " where no qualified resident was available",
	"AS": " to a physician assistant, nurse practitioner or clinical nurse specialist",
	"66": " by report, so that the claim needs the documentation that prices it",
}

// documented is the outcome of an indicator that pays only with documentation.
func (k *checker) documented(m string, f *Finding) string {
	means, c := "a line with modifier "+m+" is paid only with documentation of its medical necessity", f.Codes[0]
	switch v, _ := k.fact("documentation"); v {
	case "yes":
		f.Verdict = "applies"
		return means + ", which is stated to be there"
	case "no":
		f.Verdict = "conflict"
		return means + ", which is stated to be missing"
	}
	f.Missing = []string{"documentation"}
	f.Branches = []Branch{
		{"the record shows the medical necessity", "applies", fmt.Sprintf("Report %s with modifier %s and send the documentation.", c, m)},
		{"it does not", "conflict", fmt.Sprintf("Modifier %s on %s is not paid.", m, c)},
	}
	return means
}

// twoSpecialties is the outcome of co-surgeon indicator 2, which spares two
// surgeons the documentation where each is of another specialty (RVU25D, record
// layout, "Co-surgeons"; CMS IOM 100-04 chapter 12, section 40.8).
func (k *checker) twoSpecialties(f *Finding) string {
	if k.specialtyTold() == "different" {
		return "a line with modifier 62 is payable to each of two surgeons of different specialties, as stated (" + strings.Join(k.different("specialty"), ", ") + ")"
	}
	c := f.Codes[0]
	f.Verdict, f.Missing = Undecided, []string{"specialty"}
	f.Branches = []Branch{
		{"the two surgeons are of different specialties", "applies", fmt.Sprintf("Each reports %s with modifier 62; no documentation is asked for.", c)},
		{"they are of one specialty and the record shows why two were needed", "applies", fmt.Sprintf("Each reports %s with modifier 62 and sends the documentation.", c)},
		{"they are of one specialty and it does not", "conflict", fmt.Sprintf("Modifier 62 on %s is not paid.", c)},
	}
	return "a line with modifier 62 is payable without documentation to each of two surgeons of different specialties"
}
