package edit

import (
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestExcludesTogether: W8 and A5 of the second audit. A wider Excludes2 says
// nothing beside the Excludes1 of the pair, and a reverse one does not lift it.
func TestExcludesTogether(t *testing.T) {
	polyp := newWorld().dx("K63.5", "D12.2", "D13.1").note("excludes1", "K63.5", "K63.5", "adenomatous polyp (D12.-)", "D12.-").
		note("excludes2", "K00-K95", "K63.5", "neoplasms (C00-D49)", "C00-D49")
	headache := newWorld().dx("R51", "R51.9", "G43.909").note("excludes1", "G43", "G43.909", "headache NOS (R51.9)", "R51.9").
		note("excludes2", "G00-G99", "G43.909", "symptoms (R00-R94)", "R00-R94").note("excludes2", "R51", "R51 R51.9", "migraine (G43.-)", "G43.-")
	both := newWorld().dx("R51", "G43").note("excludes1", "G43.9", "", "headache NOS (R51.9)", "R51.9")
	run(t, []row{
		{name: "nearer Excludes1", world: polyp, claim: "dx:K63.5 dx:D12.2", rule: "icd10cm.excludes1", want: "conflict K63.5/D12.2"},
		{name: "wider Excludes2", world: polyp, claim: "dx:K63.5 dx:D12.2", rule: "icd10cm.excludes2"},
		{name: "of another pair", world: polyp, claim: "dx:K63.5 dx:D13.1", rule: "icd10cm.excludes2", want: "allowed_together K63.5/D13.1", says: "both may be reported"},
		{name: "reverse", world: headache, claim: "dx:R51.9 dx:G43.909", rule: "icd10cm.excludes2", want: "allowed_together R51.9/G43.909", says: "does not lift the Excludes1 at G43"},
		{name: "one incomplete", world: headache, claim: "dx:R51 dx:G43.909", rule: "icd10cm.excludes1", want: "undecided G43.909/R51",
			says: "names a code more specific than the claim's R51, so a complete code in its place"},
		{name: "both incomplete", world: both, claim: "dx:R51 dx:G43", rule: "icd10cm.excludes1", want: "undecided G43/R51",
			says: "stands on a code more specific than the claim's G43 and names one more specific than its R51"},
	})
}

// TestGuidelineOverOlderTabular: M8 of the second audit, on both sides of the
// day that the guideline changed, with tabular lists from both sides of it.
func TestGuidelineOverOlderTabular(t *testing.T) {
	for _, tt := range []struct{ on, release, want, says string }{
		{"2021-09-30", "FY2021", "conflict Z79.4/Z79.84", "(guideline I.A.12.a)."},
		{"2021-10-01", "FY2021", "allowed_together Z79.4/Z79.84", "both assigned where the patient is treated with both insulin and oral hypoglycemic drugs (guideline I.C.4.a.3"},
		{"2025-02-01", "FY2021", "allowed_together Z79.4/Z79.84", "Excludes1 at Z79.4 names Z79.84 in the tabular list of FY2021, which is older"},
		{"2025-02-01", "FY2022", "conflict Z79.4/Z79.84", "(guideline I.A.12.a); the tabular list read is that of FY2022."},
		{"2025-02-01", "FY2025-APR", "conflict Z79.4/Z79.84", "(guideline I.A.12.a)."},
		{"2025-02-01", "2021", "conflict Z79.4/Z79.84", "(guideline I.A.12.a)."},
	} {
		w := newWorld().dx("Z79.4", "Z79.84").note("excludes1", "Z79.4", "Z79.4", "oral drugs (Z79.84)", "Z79.84").note("excludes2", "Z79.84", "Z79.84", "insulin (Z79.4)", "Z79.4")
		for i := range w.Notes {
			w.Notes[i].Source.Release = tt.release
		}
		w.Answers[codeset.KindICD10CMTabular] = codeset.Answer{Kind: codeset.KindICD10CMTabular, Release: tt.release}
		c := claim("dx:Z79.84 dx:Z79.4")
		on, err := time.Parse(time.DateOnly, tt.on)
		if err != nil {
			t.Fatal(err)
		}
		c.On = on
		r := w.checkClaim(t, c)
		if got := verdicts(r, "icd10cm.excludes1"); got != tt.want {
			t.Errorf("%s by %s: %s, want %s", tt.on, tt.release, got, tt.want)
			continue
		}
		stated(t, of(r, "icd10cm.excludes1")[0], tt.says)
		if tt.want[0] == 'c' {
			stated(t, of(r, "icd10cm.excludes2")[0], "does not lift the Excludes1 at Z79.4")
		}
	}
}

func stated(t *testing.T, f Finding, part string) {
	t.Helper()
	if !strings.Contains(f.Statement, part) {
		t.Errorf("%q lacks %q", f.Statement, part)
	}
}
