package edit

import (
	"slices"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A Fit says whether one modifier may stand on one code.
type Fit struct {
	Modifier string          `json:"modifier"`
	Verdict  string          `json:"verdict"` // fits, documentation (paid only with it), does_not_fit
	Why      string          `json:"why,omitempty"`
	Source   *codeset.Source `json:"source,omitempty"` // the row that decides; nil: the code itself, by CPT appendix A and NCCI Policy Manual chapter I, section E
}

// Fitting says of each modifier that the rules can judge by the code's own rows
// whether it fits, by the rules of Check themselves: each stands alone on a line
// of its own. Modifiers that no row speaks for or against are not listed, nor
// are any for a code that is no procedure.
func Fitting(cf codeset.CodeFacts) []Fit {
	c := cf.Code
	if c.System != code.CPT && c.System != code.HCPCS {
		return nil
	}
	var out []Fit
	for _, m := range candidates(cf) {
		k := newChecker(codeset.Facts{Codes: map[string]codeset.CodeFacts{codeset.Key(c): cf}},
			Claim{Lines: []code.Line{{Code: c.Code, Modifiers: []string{m}}}})
		k.modifiers()
		k.surgeons()
		if f, ok := k.fit(m); ok {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Fit) int { return rank(a.Verdict) - rank(b.Verdict) })
	return out
}

func rank(verdict string) int {
	return slices.Index([]string{"fits", "documentation", "does_not_fit"}, verdict)
}

// fit reads the findings of the one line.
func (k *checker) fit(m string) (Fit, bool) {
	out := Fit{Modifier: m, Verdict: "fits"}
	row := k.pfs(k.c.Lines[0].Code)
	if row != nil && decided(m) {
		out.Source = &k.pfsOf(k.c.Lines[0].Code, m).Source
	}
	for _, f := range k.findings {
		switch {
		case f.Verdict == "invalid":
			g, _ := k.fits(f.Codes[0], m)
			out.Verdict, out.Why, out.Source = "does_not_fit", g.why, decisive(f.Source)
			return out, true
		case f.Verdict == "conflict":
			out.Verdict, out.Why, out.Source = "does_not_fit", "a line with it is not paid, "+indicator(f), decisive(f.Source)
		case f.Verdict == Undecided && f.Rule == "pfs.cosurgeon" && f.Indicator == "2":
			out.Why = "where the two surgeons are of different specialties, " + indicator(f)
		case f.Verdict == Undecided:
			out.Verdict, out.Why = "documentation", "paid only with documentation of its medical necessity, "+indicator(f)
		}
	}
	return out, len(k.notChecked) == 0
}

// indicator names the column that a finding of surgeonRules read.
func indicator(f Finding) string {
	i := slices.IndexFunc(surgeonRules, func(r surgeonRule) bool { return r.rule == f.Rule })
	if i < 0 {
		return f.Rule + " indicator " + f.Indicator
	}
	return surgeonRules[i].who + " indicator " + f.Indicator
}

// decided says whether a fee-schedule column decides on the modifier.
func decided(m string) bool {
	return slices.Contains([]string{"26", "TC", "50", "51", "LT", "RT"}, m) ||
		slices.ContainsFunc(surgeonRules, func(r surgeonRule) bool { return slices.Contains(r.mods, m) })
}

// decisive drops the source of a modifier's own being, which does not decide.
func decisive(s codeset.Source) *codeset.Source {
	if s.Set != codeset.KindPFS && s.Set != codeset.KindAddOn {
		return nil
	}
	return &s
}

// candidates are the modifiers that a rule reads and that mean something on a
// code of this sort: those of surgery where there is a global period (54 to 56
// where it has days to share), 91 on laboratory tests, sides where the fee
// schedule knows any, none but refusals on drugs.
func candidates(cf codeset.CodeFacts) []string {
	c := cf.Code.Code
	k := newChecker(codeset.Facts{Codes: map[string]codeset.CodeFacts{codeset.Key(cf.Code): cf}}, Claim{Lines: []code.Line{{Code: c}}})
	row := k.pfs(c)
	if row == nil || cf.Drug != nil {
		row = &codeset.PFS{}
	}
	_, days := globalDays[row.Global]
	surgical := days || slices.Contains([]string{"YYY", "ZZZ", "MMM"}, row.Global)
	var out []string
	for _, f := range fits {
		for _, m := range f.modifiers {
			switch {
			case slices.Contains(out, m), m == "91" && f.bad(c), m == "91" && !within(c, "80000", "89999"):
			case slices.Contains([]string{"54", "55", "56"}, m) && globalDays[row.Global] == 0 && !IsEM(c):
			case !f.bad(c) && f.surgical && !surgical, !f.bad(c) && row.Status == "" && !IsEM(c):
			default:
				out = append(out, m)
			}
		}
	}
	if row.Status != "" {
		out = append(out, "26", "TC", "50")
	}
	if row.Status != "" && k.lateral(c) {
		out = append(out, "LT", "RT")
	}
	return out
}
