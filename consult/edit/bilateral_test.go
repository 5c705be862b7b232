package edit

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// each runs one claim over every indicator of a column: want is
// "indicator:verdict" for each, with no verdict where the rule is silent.
func each(t *testing.T, rule, text, want string, set func(*codeset.PFS, string)) {
	t.Helper()
	for pair := range strings.FieldsSeq(want) {
		ind, verdict, _ := strings.Cut(pair, ":")
		p := codeset.PFS{Global: "000", PCTC: "0", Multiple: "0", Bilateral: "0", Assistant: "0", CoSurgeon: "0", Team: "0"}
		set(&p, ind)
		got := ""
		if fs := of(newWorld().schedule("20610", p).schedule("20550", p).check(t, text), rule); len(fs) > 0 {
			got = fs[0].Verdict
		}
		if got != verdict {
			t.Errorf("%s of %s with indicator %s is %q, want %q", rule, text, ind, got, verdict)
		}
	}
}

func TestBilateralIndicators(t *testing.T) {
	for text, want := range map[string]string{
		"20610-50":                         "0:conflict 1:applies 2:conflict 3:applies 9:conflict 4:",
		"20610-50x1":                       "0:conflict 1:applies 2:conflict 3:applies 9:conflict",
		"20610-50x2":                       "0:conflict 1:conflict 2:conflict 3:conflict 9:conflict",
		"20610-RT 20610-LT":                "0:does_not_apply 1:applies 2:conflict 3:applies 9:does_not_apply",
		"20610-50 20610-RT":                "0:conflict 1:conflict 2:conflict 3:conflict 9:conflict",
		"20610-RT":                         "0: 1: 2: 3: 9:",
		"20610":                            "0: 1: 2: 3: 9:",
		"20610x2":                          "0: 1:undecided 2:conflict 3:undecided 9:",
		"20610x3":                          "0: 1: 2: 3: 9:",
		"20610-RTx2":                       "0: 1:undecided 2:conflict 3:undecided 9:",
		"20610-RTx2 laterality=right":      "0: 1:does_not_apply 2:conflict 3:does_not_apply 9:",
		"20610x2 laterality=left":          "0: 1:does_not_apply 2:conflict 3:does_not_apply 9:",
		"20610x2 laterality=bilateral":     "0: 1:applies 2:conflict 3:applies 9:",
		"20610 laterality=bilateral":       "0: 1:applies 2:does_not_apply 3:applies 9:",
		"20610-59x2":                       "0: 1: 2: 3: 9:",
		"20610-F1x2":                       "0: 1: 2: 3: 9:",
		"20610x1 20610x1":                  "0: 1: 2: 3: 9:",
		"20610-50 20610-50 20610-LT":       "0:conflict 1:conflict 2:conflict 3:conflict 9:conflict",
		"20610-50-26 20610-50-TC":          "0:conflict 1:applies 2:conflict 3:applies 9:conflict",
		"20610-50 20610-50-80":             "0:conflict 1:applies 2:conflict 3:applies 9:conflict",
		"20610-50 20610-RT-59":             "0:conflict 1:applies 2:conflict 3:applies 9:conflict",
		"20610-50 20610-RT-76":             "0:conflict 1:applies 2:conflict 3:applies 9:conflict",
		"20610-RTx2 20610-LTx2":            "0:does_not_apply 1:applies 2:conflict 3:applies 9:does_not_apply",
		"20610-50 setting=outpatient":      "0: 1: 2: 3: 9:",
		"20610x2 setting=outpatient":       "0: 1: 2: 3: 9:",
		"20610-RTx2 laterality=left":       "0: 1:undecided 2:conflict 3:undecided 9:",
		"20610-RTx2 laterality=bilateral":  "0: 1:applies 2:conflict 3:applies 9:",
		"20610-50x1 laterality=bilateral":  "0:conflict 1:applies 2:conflict 3:applies 9:conflict",
		"20610-50 20550-50 laterality=odd": "0:conflict 1:applies 2:conflict 3:applies 9:conflict",
	} {
		each(t, "pfs.bilateral", text, want, func(p *codeset.PFS, s string) { p.Bilateral = s })
	}
}

func TestBilateral(t *testing.T) {
	w := surgical().schedule("69210", codeset.PFS{PCTC: "0", Global: "000", Bilateral: "2", Multiple: "2"})
	bare := newWorld().valid("20610")
	run(t, []row{
		{name: "50 with indicator 1", world: w, claim: "20610-50x1", rule: "pfs.bilateral", want: "applies 20610", says: "150 percent|1 unit"},
		{name: "50 twice over", world: w, claim: "20610-50x2", rule: "pfs.bilateral", want: "conflict 20610", says: "1 unit, not 2"},
		{name: "both sides with 0", world: w, claim: "93000-RT 93000-LT", rule: "pfs.bilateral", want: "does_not_apply 93000"},
		{name: "50 with 2", world: w, claim: "77067-50", rule: "pfs.bilateral", want: "conflict 77067", says: "already priced as bilateral"},
		{name: "50 with 3", world: w, claim: "73721-50", rule: "pfs.bilateral", want: "applies 73721", says: "100 percent"},
		{name: "50 with 9", world: w, claim: "90837-50", rule: "pfs.bilateral", want: "conflict 90837"},
		{name: "W23: a side again", world: w, claim: "73721-50 73721-RT", rule: "pfs.bilateral", want: "conflict 73721", says: "holds both sides|the line with RT bills one of them again"},
		{name: "both sides again", world: w, claim: "73721-50 73721-50", rule: "pfs.bilateral", want: "conflict 73721", says: "the line with 50"},
		{name: "again without a side", world: w, claim: "73721-50 73721", rule: "pfs.bilateral", want: "conflict 73721", says: "the other line"},
		{name: "2 units of both ears", world: w, claim: "69210x2", rule: "pfs.bilateral", want: "conflict 69210", says: "indicator 2|2 units are read as the two sides and paid as 1"},
		{name: "2 units of joints", world: w, claim: "20610x2", rule: "pfs.bilateral", want: "undecided 20610", says: "2 units are read as the two sides"},
		{name: "2 units of one knee", world: w, claim: "27447-RTx2", rule: "pfs.bilateral", want: "undecided 27447", says: "with RT alone"},
		{name: "2 units of imaging", world: w, claim: "73721x2", rule: "pfs.bilateral", want: "undecided 73721", says: "so it matters whether they are"},
		{name: "2 units of a stated pair", world: w, claim: "20610x2 laterality=bilateral", rule: "pfs.bilateral", want: "applies 20610", says: "1 unit|not 2 units"},
		{name: "2 visits", world: w, claim: "99213x2", rule: "pfs.bilateral"},
		{name: "50 without a row", world: bare, claim: "20610-50", rule: "pfs.bilateral", skips: "pfs.bilateral 20610: TEST has no row"},
		{name: "of a hospital", world: w, claim: "20610-50 setting=outpatient", rule: "pfs.bilateral", skips: "pfs.bilateral 20610: the rule binds a practitioner's claim"},
	})
}

// TestBilateralBranches: what 2 units are is asked for, with both outcomes.
func TestBilateralBranches(t *testing.T) {
	for text, want := range map[string]string{"20610x2": "Report 20610-50 with 1 unit|Name the side on 20610", "27447-RTx2": "Report 27447-50 with 1 unit|stay with RT"} {
		f := of(surgical().check(t, text), "pfs.bilateral")[0]
		yes, no, _ := strings.Cut(want, "|")
		if len(f.Branches) != 2 || !strings.Contains(f.Branches[0].Statement, yes) || !strings.Contains(f.Branches[1].Statement, no) || f.Missing[0] != "laterality" || f.Modifiers != nil {
			t.Errorf("%s: %+v", text, f)
		}
	}
}

// TestBilateralChoice: ways to bill that are offered as a choice do not clash.
func TestBilateralChoice(t *testing.T) {
	c := claim("73721-50 73721-RT")
	c.Lines[1].Or = true
	if f := of(surgical().checkClaim(t, c), "pfs.bilateral")[0]; f.Verdict != "applies" {
		t.Errorf("%+v", f)
	}
}
