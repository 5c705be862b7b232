package draft

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// TestReplies holds whole replies to what a coder would sign: the verdict, what
// must stand in them and what must not.
func TestReplies(t *testing.T) {
	gather := starter(t)
	for _, tt := range []struct {
		name, text, verdict string
		says, not           []string
	}{
		{"a dose in units is no number of billing units", "9 lesions injected with bleomycin: 96405 or 96406? Medicare. J9040 15 units given",
			"Report 96406 ×1", []string{"then report J9040 ×1", "Are the 15 units of J9040 the dose of the drug", "| J9040 |  | to be counted |"}, []string{"at most 4", "exceed"}},
		{"what is not paid stays off the claim", "99215 68 min Medicare: 99417 or G2212?", "Report 99215 ×1", nil, []string{"| 99417 |", "G2212 is an add-on"}},
		{"lines of two days are no excess of one", "66984-RT on 10/20/2025, second eye 66984-LT on DOS 11/10/2025, Medicare. Which modifier?",
			cannotDecide, []string{"modifier 79", "2026-01-18"}, []string{"one line with modifier 50", "Do not report more"}},
		{"an external cause first", "W19.XXXA first, then S52.521A? DOS 11/10/2025", "Report together, in another order",
			[]string{"never listed first"}, []string{"the underlying condition, coded first"}},
		{"a delivery with another code of its chapter", "O80 with O99.820 and Z37.0, DOS 11/10/2025?", dxInvalid,
			[]string{"I.C.15.n.1"}, []string{"that the two conditions are unrelated", "I.A.12.a"}},
		{"what was discarded has its line", "J3301 40 mg with 20610, 10 mg wasted, single dose vial, JW? DOS 11/10/2025 Medicare",
			"Report J3301 ×4", []string{"| J3301 | JW | 1 |", "J3301-JW ×1"}, nil},
		{"a denial as not necessary", "CO-50 denial of 11721 dx B35.1, NGS New York, DOS 11/10/2025", cannotDecide, []string{"rests on a coverage policy"}, nil},
		{"three lines", "G0101 + Q0091 + 99213 together? Medicare, DOS 11/10/2025", "Report together only with modifier 25",
			[]string{"if not, 99213 is left out"}, []string{"if not, G0101 alone"}},
		{"whose claim in an outpatient department", "45380 and 45385 in the hospital outpatient department together, different polyps?",
			"Report together only with modifier 59", []string{"If the claim is the hospital's own"}, nil},
		{"a choice of two providers", "96405 and 96406 by two different providers same day, 9 lesions, Medicare DOS 11/10/2025", "Report 96406 ×1",
			[]string{"Are both in the same group and specialty?", "If the providers are of one group"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := read(tt.text, gather)
			r := render(t, in)
			contract(t, in, r)
			if v := verdictOf(r.Markdown); v != tt.verdict {
				t.Errorf("verdict %q, want %q", v, tt.verdict)
			}
			for _, s := range tt.says {
				if !strings.Contains(r.Markdown, s) {
					t.Errorf("does not say %q", s)
				}
			}
			for _, s := range tt.not {
				if strings.Contains(answerOf(r.Markdown), s) {
					t.Errorf("says %q", s)
				}
			}
			if t.Failed() {
				t.Log(answerOf(r.Markdown))
			}
		})
	}
}

// Where a primary stands on the claim and is not paid, the reply says so, and
// does not ask whether it was done.
func TestUnpaidPrimaryIsNotAskedFor(t *testing.T) {
	in := asked("11042 11045", "carc=B15")
	in.Intents = []code.Intent{code.Denial, code.AddOn}
	in.Result.Findings = []edit.Finding{{Rule: "ncci.addon", Verdict: "primary_missing", Severity: edit.Error, Codes: []string{"11045", "11042"},
		Statement: "11045 is an add-on code, paid only with a primary procedure that is paid itself, and 11042 is on the claim but NCCI denies it beside 97597 (indicator 0)."}}
	r := render(t, in)
	if !strings.Contains(r.Markdown, "11042 is on the claim but NCCI denies it") || strings.Contains(r.Markdown, "none of its primary codes") || strings.Contains(r.Markdown, "done that day") {
		t.Error(r.Markdown)
	}
}
