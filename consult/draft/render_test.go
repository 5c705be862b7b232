package draft

import (
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

func date(s string) time.Time {
	t, err := code.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return t
}

// visitAndInjection is DOMAIN.md E.10 case 1 as the edit engine finds it.
func visitAndInjection() Input {
	ptp := codeset.Source{Set: codeset.KindPTPPractitioner, Release: "2024Q3", Row: "20610/99213", Via: "starter"}
	pfs := codeset.Source{Set: codeset.KindPFS, Release: "2025-10", Row: "20610", Via: "starter"}
	return Input{
		CaseID: 17, Subject: "99213 with 20610", Answered: date("2025-11-15"),
		Mentions: []code.Mention{{System: code.CPT, Code: "99213"}, {System: code.CPT, Code: "20610"}},
		Intents:  []code.Intent{code.BundlingPair},
		Claim: edit.Claim{On: date("2025-11-15"), Setting: "practitioner",
			Lines: []code.Line{{Code: "99213"}, {Code: "20610", Modifiers: []string{"RT"}}}},
		Rows: codeset.Facts{Codes: map[string]codeset.CodeFacts{
			"cpt 20610": {Words: "injection into a major joint", PFS: []codeset.PFS{{Global: "000"}}},
			"cpt 99213": {Words: "known patient office visit"},
		}},
		Result: edit.Result{
			Findings: []edit.Finding{
				{Rule: "code.status", Severity: edit.Info, Verdict: "valid", Codes: []string{"99213"}, Statement: "99213 is a valid code on 2025-11-15.", Source: pfs},
				{Rule: "ncci.ptp", Severity: edit.Warning, Verdict: "modifier_allowed", Codes: []string{"20610", "99213"}, ModifierIndicator: "1",
					Statement: "NCCI pairs 20610 (column one) with 99213 (column two), indicator 1.", Source: ptp},
				{Rule: "pfs.global", Severity: edit.Warning, Verdict: "modifier_25", Codes: []string{"20610", "99213"}, Days: "000",
					Statement: "20610 has a global period of 000.", Source: pfs},
			},
			NotChecked: []string{"lcd: no release loaded"},
		},
	}
}

func render(t *testing.T, in Input) Reply {
	t.Helper()
	r, err := Render(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
