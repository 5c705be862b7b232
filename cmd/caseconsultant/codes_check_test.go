package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// sameClaims are claims as a mail words them and as `codes check` takes them.
var sameClaims = []struct{ mail, check string }{
	{"Can we bill 99213-25 with 20610-RT, dx M17.11? Medicare, DOS 11/10/2025.", "99213-25 20610-RT --dx M17.11 --payer Medicare --on 2025-11-10"},
	{"20610 and 20550, same knee, DOS 11/10/2025, Medicare", "20610 20550 --on 2025-11-10 --payer Medicare --fact same_site=yes --fact site=knee"},
	{"96405 x1 with 96406 x1? Medicare, DOS 8/15/2024", "96405x1 96406x1 --on 2024-08-15 --payer Medicare"},
	{"11045 denied CO-B15 by Medicare, DOS 11/10/2025", "11045 --on 2025-11-10 --payer Medicare --fact carc=B15 --fact group_code=CO"},
	{"J1885 60 mg IM with 96372 and 99214-25, DOS 11/10/2025", "J1885 96372 99214-25 --on 2025-11-10 --fact date_of_service=2025-11-10 --fact dose=60_mg --fact route=IM"},
	{"Is 36416 payable with 99213? Medicare, DOS 11/10/2025", "36416 99213 --on 2025-11-10 --payer Medicare"},
	{"F17.210 and Z87.891 together? DOS 11/10/2025", "--dx F17.210 --dx Z87.891 --on 2025-11-10"},
	{"M54.5 and E11.9 with Z79.4, 99214. DOS 11/10/2025", "99214 --dx M54.5 --dx E11.9 --dx Z79.4 --on 2025-11-10"},
	{"93000-26 and 93010-TC, DOS 11/10/2025, Aetna", "93000-26 93010-TC --on 2025-11-10 --payer Aetna"},
	{"TX Medicaid: 45385 with 45380, DOS 11/10/2025", "45385 45380 --on 2025-11-10 --payer Medicaid --fact state=TX"},
	{"64483 bilateral L4-5 for Palmetto, DOS 11/10/2025", "64483 --on 2025-11-10 --fact laterality=bilateral --fact level=L4-L5"},
	{"10060 was on 11/3/2025 (surgery date), 99213 on DOS 11/11/2025, Medicare", "10060 99213 --on 2025-11-11 --payer Medicare --fact surgery_date=2025-11-03"},
	{"97110 and 97140 on our UB-04, hospital outpatient, DOS 11/10/2025, Medicare", "97110 97140 --on 2025-11-10 --payer Medicare --fact setting=outpatient"},
	{"76942-26 at POS 22, hospital outpatient, with 20610. DOS 11/10/2025", "76942-26 20610 --on 2025-11-10 --fact setting=outpatient --fact place_of_service=22"},
	{"Is 99201 with 99213-59 right?", "99201 99213-59"},
	{"11720 with 64483-50 for NGS in New York, dx B35.1, DOS 11/10/2025, Medicare", "11720 64483-50 --dx B35.1 --on 2025-11-10 --payer Medicare --fact contractor=NGS --fact state=NY"},
}

// TestCheckAndAskAgree holds the consultation of a mail to `codes check` of the
// same lines, diagnoses, facts, day and payer: the same findings, and the same
// left unchecked. The facts of the mail are what the recogniser read, so that
// only the way to the findings is compared; the arguments' own facts must be
// among them.
func TestCheckAndAskAgree(t *testing.T) {
	s := newStore(t)
	set, err := draft.Default()
	if err != nil {
		t.Fatal(err)
	}
	day, err := today()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range sameClaims {
		t.Run(tt.mail, func(t *testing.T) {
			var asked *consult.Answer
			var checked edit.Result
			err := pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) (err error) {
				q := consult.Question{Regions: []consult.Region{{Name: code.Body, Text: tt.mail}}, Today: day}
				if asked, err = consult.Consult(t.Context(), tx, set, q); err != nil {
					return err
				}
				facts := asked.Input.Claim.Facts
				claim, err := checkArguments(t, tt.check, facts).claim()
				if err != nil {
					return err
				}
				rows, err := codeset.Gather(t.Context(), tx, consult.Lookup(claim))
				checked = edit.Check(rows, claim)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(checked.Findings) == 0 {
				t.Fatal("nothing found")
			}
			sameFindings(t, checked, asked.Input.Result)
		})
	}
}

// checkArguments reads the words of a `codes check` line, and adds what the mail
// states beside them.
func checkArguments(t *testing.T, line string, facts map[string][]string) *codesCheckCmd {
	t.Helper()
	c := &codesCheckCmd{}
	words := strings.Fields(line)
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "--dx":
			i++
			c.Dx = append(c.Dx, words[i])
		case "--on":
			i++
			c.On = words[i]
		case "--payer":
			i++
			c.Payer = words[i]
		case "--fact":
			i++
			name, value, _ := strings.Cut(strings.ReplaceAll(words[i], "_mg", " mg"), "=")
			if !slices.Contains(facts[name], value) {
				t.Errorf("the mail does not state %s=%s: %v", name, value, facts[name])
			}
			c.Fact = append(c.Fact, name+"="+value)
		default:
			c.Lines = append(c.Lines, words[i])
		}
	}
	for name, values := range facts {
		for _, v := range values {
			if f := name + "=" + v; slices.Contains(factNames, name) && !slices.Contains(c.Fact, f) {
				c.Fact = append(c.Fact, f)
			}
		}
	}
	return c
}

func sameFindings(t *testing.T, checked, asked edit.Result) {
	t.Helper()
	lines := func(r edit.Result) (out []string) {
		for _, f := range r.Findings {
			b, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(b))
		}
		for _, n := range r.NotChecked {
			out = append(out, "not checked: "+n)
		}
		return out
	}
	a, b := lines(checked), lines(asked)
	for _, s := range a {
		if !slices.Contains(b, s) {
			t.Errorf("only codes check: %s", s)
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			t.Errorf("only ask: %s", s)
		}
	}
	if !t.Failed() && !slices.Equal(a, b) {
		t.Error("the same findings in another order")
	}
}
