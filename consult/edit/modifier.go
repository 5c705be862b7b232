package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A judgement is what one modifier on one line amounts to.
type judgement struct {
	verdict   string // "" where a missing row keeps it open
	why       string // behind the verdict; the reason for not_checked where verdict is ""
	rules     string // of Medicare's own, where the verdict rests on them
	indicator string
	src       codeset.Source
	missing   []string
	branches  []Branch
}

// legal says whether the modifier may stay where it is.
func (j judgement) legal() bool {
	return j.verdict == "valid" || j.verdict == "unproved" || j.verdict == "order"
}

// modifiers judges each modifier on each line.
func (k *checker) modifiers() {
	for i, l := range k.c.Lines {
		for j, m := range l.Modifiers {
			if l.Code == "" {
				continue
			}
			g := k.judge(i, j)
			if g.verdict == "" {
				k.skip("modifier.valid", l.Code+"-"+m, g.why)
				continue
			}
			k.add(Finding{
				Rule: "modifier.valid", Verdict: g.verdict, Codes: []string{l.Code}, Lines: []int{i}, Modifiers: []string{m},
				Indicator: g.indicator, Source: g.src, Statement: k.sayModifier(l.Code, m, g), Missing: g.missing, Branches: g.branches,
			})
		}
	}
}

// sayModifier writes the judgement down. One that rests on rules of Medicare's
// own says so, and names the payer that may do otherwise.
func (k *checker) sayModifier(c, m string, g judgement) string {
	if g.rules == "" {
		return k.say(g.src, "Modifier %s on %s %s", m, c, g.why)
	}
	return k.sayMedicare(g.src, "Modifier %s on %s %s, by %s", m, c, g.why, k.whose(g.rules))
}

// judge weighs modifier j of line i: first whether there is such a modifier on
// the day and whether it fits the code, then against the line's other modifiers,
// last whether it is known at all.
func (k *checker) judge(i, j int) judgement {
	l := k.c.Lines[i]
	m := l.Modifiers[j]
	if g, done := k.lapsed(m, l.Code); done {
		return g
	}
	if g, done := k.fits(l.Code, m); done {
		return g
	}
	src, known := k.modifierSource(m, l.Code)
	others := k.beside(l.Modifiers, j)
	others.src = src
	if others.verdict == "conflict" {
		return others
	}
	if g, done := k.whoBills(l.Code, m); done {
		return g
	}
	if others.verdict != "" {
		return others
	}
	if !known {
		return judgement{verdict: "unproved", why: "is in no file loaded for " + k.date() + ", so that it can be neither confirmed nor refused", src: src}
	}
	return judgement{verdict: "valid", why: "is a known modifier, and nothing loaded speaks against it here", src: src}
}

// lapsed refuses a modifier that ended before the day or begins after it, by its
// own row of the HCPCS file.
func (k *checker) lapsed(m, procedure string) (judgement, bool) {
	cf, ok := k.f.Codes[codeset.Key(code.Code{System: code.Modifier, Code: m})]
	switch {
	case !ok || slices.Contains(cptModifiers, m) || ambulance(m, procedure):
		return judgement{}, false
	case cf.NotYet:
		return judgement{verdict: "invalid", why: "is not yet in effect on " + k.date() + begins(cf.Source), src: cf.Source}, true
	case cf.Status != code.Deleted:
		return judgement{}, false
	}
	why := "is no longer in effect on " + k.date() + lastDay(cf)
	if cf.Successor != "" {
		why += "; it is replaced by " + cf.Successor
	}
	return judgement{verdict: "invalid", why: why, src: cf.Source}, true
}

// beside weighs modifier j against the others of its line. Its verdict is ""
// where they do not touch it.
func (k *checker) beside(mods []string, j int) judgement {
	m := mods[j]
	if slices.Contains(mods[:j], m) {
		return judgement{verdict: "redundant", why: "stands twice on the line"}
	}
	if others, why, rules := against(mods, j); others != "" {
		return judgement{verdict: "conflict", why: "contradicts " + others + " on the same line" + why, rules: rules}
	}
	if plan := pairedWith[m]; plan != "" && !k.on.Before(pairedSince) && !slices.Contains(mods, plan) {
		return judgement{verdict: "conflict", why: "needs " + plan + " on the same line", rules: "therapy rules"}
	}
	if other := sideNamed(mods, j); other != "" {
		return judgement{verdict: "redundant", why: "adds nothing to " + other + ", which names the side"}
	}
	if why := standBehind(mods, j); why != "" {
		return judgement{verdict: "order", why: why, rules: "contractors' instructions"}
	}
	if j >= lineHolds {
		return judgement{verdict: "order", why: fmt.Sprintf("is number %d on a line that has room for %d; with more, 99 goes last and the rest into the narrative", j+1, lineHolds)}
	}
	return judgement{}
}

// contradictedOn returns the modifiers of line i that contradict m there, or "":
// such a line is neither payable nor fits, whatever an indicator says of m alone.
func (k *checker) contradictedOn(i int, m string) string {
	mods := k.c.Lines[i].Modifiers
	others, _, _ := against(mods, slices.Index(mods, m))
	return others
}

// whoBills judges the modifiers that only one side of a hospital's or surgical
// center's claim reports: 27, 73 and 74 the facility (CPT appendix A; CMS IOM
// 100-04 chapter 4, section 20.6), 53 the physician.
func (k *checker) whoBills(c, m string) (judgement, bool) {
	hospital := k.c.Setting == codeset.Outpatient
	stopped := m == "73" || m == "74"
	if m != "53" && m != "27" && !stopped {
		return judgement{}, false
	}
	src, _ := k.modifierSource(m, c)
	switch {
	case m == "53" && hospital:
		return judgement{verdict: "invalid", src: src, why: "does not fit a hospital's claim, which marks a stopped procedure with 73 or 74 (CPT appendix A)"}, true
	case !stopped && m != "27" || hospital:
		return judgement{}, false
	case k.outsideFacility():
		return judgement{verdict: "invalid", src: src, why: "does not fit: only a hospital or surgical center reports it (CPT appendix A)"}, true
	case !stopped, k.is("billed_by", "facility"):
		return judgement{}, false
	case k.is("billed_by", "physician"):
		return judgement{verdict: "invalid", src: src, why: "does not fit: a physician marks a stopped procedure with 53, and only a hospital or surgical center reports " + m + " (CPT appendix A)"}, true
	}
	missing, why := "setting", "cannot be judged before it is known who bills: it is a hospital's or surgical center's"
	if at, unclear := k.place(); unclear == "" && at.facility {
		missing, why = "billed_by", "is a hospital's or surgical center's, and "+at.words+" says where the procedure was, not whether the facility or the physician bills this line"
	}
	return judgement{verdict: Undecided, src: src, missing: []string{missing}, why: why,
		branches: []Branch{
			{"a hospital or surgical center bills", "valid", fmt.Sprintf("Modifier %s may stand on %s.", m, c)},
			{"the physician bills", "invalid", fmt.Sprintf("A physician marks a stopped procedure with 53, not with %s.", m)},
		}}, true
}

// outsideFacility says whether the stated place is none where a facility bills
// beside the physician (CMS place of service code set).
func (k *checker) outsideFacility() bool {
	for _, v := range []string{"02", "10", "11", "12", "20", "49"} {
		if k.is("place_of_service", v) {
			return true
		}
	}
	return k.is("setting", "office") || k.is("setting", "telehealth")
}

// A fit says which codes a modifier may stand on.
type fit struct {
	modifiers []string
	bad       func(c string) bool
	why       string
	surgical  bool // they mean something only where there is a global period
}

// fits are the misfits that the code alone shows (DOMAIN.md D.3; CPT appendix
// A; NCCI Policy Manual chapter I, section E).
var fits = []fit{
	{[]string{"24", "25", "27", "57"}, func(c string) bool { return !IsEM(c) },
		"does not fit: it belongs on an evaluation and management service", false},
	{distinct, IsEM, "does not fit: it never goes on an evaluation and management service, which takes 25, 57 or 24", false},
	{[]string{"22", "51", "54", "55", "56", "58", "62", "66", "78", "79", "80", "81", "82", "AS"}, IsEM,
		"does not fit: it belongs on a procedure, not on an evaluation and management service", true},
	{[]string{"91"}, notLaboratory, "does not fit: it belongs on a repeated laboratory test", false},
}

// notLaboratory is true of numeric CPT codes outside 80000-89999.
func notLaboratory(c string) bool { return within(c, "00100", "79999") || within(c, "90000", "99999") }

// fits finds a modifier that does not fit its code, or that a missing row keeps
// from being judged; done is false where nothing speaks against it.
func (k *checker) fits(c, m string) (g judgement, done bool) {
	for _, f := range fits {
		if slices.Contains(f.modifiers, m) && f.bad(c) {
			src, _ := k.modifierSource(m, c)
			return judgement{verdict: "invalid", why: f.why, src: src}, true
		}
	}
	for _, n := range kinds {
		if slices.Contains(n.modifiers, m) && n.bad(c) {
			src, _ := k.modifierSource(m, c)
			return judgement{verdict: "invalid", why: "does not fit: " + n.why + " (" + n.cite + ")", rules: n.rules, src: src}, true
		}
	}
	switch m {
	case "51":
		return k.fits51(c)
	case "26", "TC":
		return k.fitsComponent(c, m)
	case "50":
		return k.fits50(c)
	case "54", "55", "56":
		return k.fitsSplit(c)
	}
	return judgement{}, false
}

// fits51 refuses 51 on an add-on code.
func (k *checker) fits51(c string) (judgement, bool) {
	const why = "does not fit: add-on codes are exempt from the multiple procedure rule"
	cf, _ := k.procedure(c)
	row := k.pfs(c)
	switch {
	case len(cf.AddOn) > 0:
		return judgement{verdict: "invalid", why: why, rules: "NCCI add-on table", src: cf.AddOn[0].Source}, true
	case row != nil && row.Global == "ZZZ":
		return judgement{verdict: "invalid", why: why, rules: schedule, indicator: "ZZZ", src: row.Source}, true
	case row == nil && k.silent(codeset.KindAddOn) != "":
		return judgement{why: k.silent(codeset.KindAddOn)}, true
	}
	return judgement{}, false
}

// fitsComponent refuses 26 and TC where the service is not split (PPRRVU
// PCTC IND other than 1; 26 also fits 6).
func (k *checker) fitsComponent(c, m string) (judgement, bool) {
	row := k.pfs(c)
	switch {
	case row == nil:
		return judgement{why: k.noRow(codeset.KindPFS)}, true
	case unread(row.PCTC, "0123456789") != "":
		return judgement{why: "PC/TC " + unread(row.PCTC, "")}, true
	case splits(row.PCTC, m):
		return judgement{}, false
	}
	return judgement{verdict: "invalid", rules: schedule, indicator: row.PCTC, src: row.Source,
		why: fmt.Sprintf("does not fit: PC/TC indicator %s, %s", row.PCTC, pctcMeaning(row.PCTC))}, true
}

// fits50 refuses 50 where the bilateral indicator is 0, 2 or 9.
func (k *checker) fits50(c string) (judgement, bool) {
	row := k.pfs(c)
	switch {
	case row == nil:
		return judgement{why: k.noRow(codeset.KindPFS)}, true
	case unread(row.Bilateral, "01239") != "":
		return judgement{why: "bilateral " + unread(row.Bilateral, "")}, true
	case row.Bilateral == "1" || row.Bilateral == "3":
		return judgement{}, false
	}
	return judgement{verdict: "invalid", rules: schedule, indicator: row.Bilateral, src: row.Source,
		why: fmt.Sprintf("does not fit: bilateral indicator %s, %s", row.Bilateral, bilateralMeaning(row.Bilateral))}, true
}

// fitsSplit refuses a share of the global package where the package is one day
// or none: 54, 55 and 56 split 010 and 090 (PPRRVU GLOB DAYS; CMS IOM 100-04
// chapter 12, section 40). Maternity (MMM) and the contractor's choice (YYY) stay
// open.
func (k *checker) fitsSplit(c string) (judgement, bool) {
	row := k.pfs(c)
	switch {
	case row == nil:
		return judgement{why: k.noRow(codeset.KindPFS)}, true
	case slices.Contains([]string{"000", "XXX", "ZZZ"}, row.Global):
		return judgement{verdict: "invalid", rules: schedule, indicator: row.Global, src: row.Source,
			why: "does not fit: global days " + row.Global + " leave no care before or after the day to share"}, true
	}
	return judgement{}, false
}

// schedule is whose columns most misfits are read from.
const schedule = "physician fee schedule"

// cptModifiers are CPT's own, which no free file lists (DOMAIN.md D.1).
var cptModifiers = strings.Fields(`22 23 24 25 26 27 32 33 47 50 51 52 53 54 55 56 57 58 59 62 63 66 73 74
	76 77 78 79 80 81 82 90 91 92 93 95 96 97 99 1P 2P 3P 8P P1 P2 P3 P4 P5 P6`)

// modifierSource returns where a modifier is known from.
func (k *checker) modifierSource(m, procedure string) (codeset.Source, bool) {
	cf, ok := k.f.Codes[codeset.Key(code.Code{System: code.Modifier, Code: m})]
	if ok && cf.Status == code.Valid {
		return cf.Source, true
	}
	if slices.Contains(cptModifiers, m) || ambulance(m, procedure) {
		return codeset.Source{
			Set: codeset.KindStarter, Release: k.f.Answers[codeset.KindStarter].Release,
			Row: "modifier " + m + ", DOMAIN.md D.1", Via: codeset.KindStarter,
		}, true
	}
	return k.absence(codeset.KindHCPCS), false
}

// ambulance says whether m is an origin and destination pair on an ambulance
// code (CMS IOM 100-04 chapter 15, section 30).
func ambulance(m, procedure string) bool {
	const places = "DEGHIJNPRSX"
	return within(procedure, "A0021", "A0999") && len(m) == 2 &&
		strings.ContainsRune(places, rune(m[0])) && strings.ContainsRune(places, rune(m[1]))
}
