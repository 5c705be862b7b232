package draft

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// TestRandomQuestions asks questions that nobody thought of: any codes, any
// facts, any intents. Each reply keeps the contract, and each number in it has
// its trace.
func TestRandomQuestions(t *testing.T) {
	gather := starter(t)
	codes := strings.Fields("10060 11042 11045 11102 11104 11400 11402 11720 11721 11900 12001 17000 17003 17004 17110 20550 20610 20611 " +
		"27447 29877 29881 36415 36416 45378 45380 45385 64483 66984 69210 76942 77067 90471 93000 93005 93010 96372 96405 96406 97110 " +
		"97140 97530 97597 98940 99024 99201 99213 99214 99215 99241 99291 99396 99417 G0121 G0439 J0696 J1885 J2001 J3301 Q9999 00100")
	mods := []string{"", "", "", "-25", "-59", "-50", "-RT", "-26", "-24", "-JW", "-RT-59"}
	dx := strings.Fields("E11.9 Z79.4 F17.210 Z87.891 M54.5 M17.11 S52.521A K63.5 Z99.99")
	facts := strings.Fields("lesion_count=9 lesion_count=7 area_cm2=42 size_cm=1.2 dose=40_mg dose=60_mg minutes=35 same_site=yes same_site=no " +
		"same_session=yes laterality=bilateral surgery_date=2025-11-03 days_after_surgery=8 setting=inpatient carc=97 carc=B15 rarc=N130 " +
		"technique=punch technique=ultrasound_guidance vial=40_mg wasted=20_mg new_patient=no same_provider=no date_of_service=2024-08-15 " +
		"date_of_service=2026-05-01 payer=Medicaid pathology=benign")
	intents := []code.Intent{code.BundlingPair, code.ModifierChoice, code.Denial, code.CodeSelect, code.DxCode, code.EMLevel, code.UnitsMUEDrug,
		code.CoverageNecessity, code.GlobalPeriod, code.TelehealthPOS, code.PreventiveScreening, code.NewDeletedCode, code.IncidentTo,
		code.AddOn, code.PaymentRVU, code.NotOurs}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick := func(from []string, most int) string {
			var out []string
			for range r.IntN(most + 1) {
				out = append(out, from[r.IntN(len(from))])
			}
			return strings.Join(out, " ")
		}
		q := question{subject: "q", dx: pick(dx, 2), facts: pick(facts, 4), payer: []string{"", "Medicare", "Aetna", "TX Medicaid"}[r.IntN(4)]}
		for _, c := range strings.Fields(pick(codes, 4)) {
			q.lines += fmt.Sprintf(" %s%s", c, mods[r.IntN(len(mods))])
			if r.IntN(3) == 0 {
				q.lines += fmt.Sprintf("x%d", 1+r.IntN(12))
			}
		}
		for range r.IntN(4) {
			q.intents = append(q.intents, intents[r.IntN(len(intents))])
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			in := q.input(t, gather)
			reply := render(t, in)
			contract(t, in, reply)
			if t.Failed() {
				t.Logf("%+v\n%s", q, reply.Markdown)
			}
		})
	}
}
