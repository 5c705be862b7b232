package edit

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestPCTCIndicators(t *testing.T) {
	for text, want := range map[string]string{
		"20610":                                        "0: 1: 2: 3: 4: 5: 6: 7: 8: 9: A:",
		"20610-26":                                     "0:conflict 1:applies 2:conflict 3:conflict 4:conflict 5:conflict 6:applies 7:conflict 8:conflict 9:conflict A:",
		"20610-TC":                                     "0:conflict 1:applies 2:conflict 3:conflict 4:conflict 5:conflict 6:conflict 7:conflict 8:conflict 9:conflict A:",
		"20610-26 place_of_service=22":                 "0:conflict 1:applies 2:conflict 3:conflict 4:conflict 5:conflict 6:applies 7:conflict 8:conflict 9:conflict",
		"20610-TC place_of_service=22":                 "0:conflict 1:conflict 2:conflict 6:conflict 9:conflict",
		"20610-TC place_of_service=11":                 "0:conflict 1:applies 2:conflict 6:conflict 9:conflict",
		"20610-TC place_of_service=02":                 "1:applies",
		"20610 place_of_service=22":                    "0: 1:conflict 2: 3:conflict 4:conflict 5:conflict 6: 7: 8: 9: A:",
		"20610 place_of_service=24":                    "0: 1:conflict 2: 3:conflict 4:conflict 5: 6: 7: 8: 9:",
		"20610 place_of_service=11":                    "0: 1:does_not_apply 2: 3:does_not_apply 4:does_not_apply 5:does_not_apply 6: 7: 8: 9:",
		"20610 setting=inpatient":                      "1:", // the claim's setting, not a fact
		"20610 place_of_service=98":                    "1: 3: 4: 5:",
		"20610 place_of_service=11 setting=outpatient": "1: 3: 4: 5:",
		"20610-26 setting=outpatient":                  "0: 1: 4:",
	} {
		each(t, "pfs.pctc", text, want, func(p *codeset.PFS, s string) { p.PCTC = s })
	}
}

func TestPCTC(t *testing.T) {
	w := surgical().schedule("93005", codeset.PFS{PCTC: "3", Global: "XXX"}).schedule("96372", codeset.PFS{PCTC: "5", Global: "XXX"})
	run(t, []row{
		{name: "26 splits", world: w, claim: "76942-26", rule: "pfs.pctc", want: "applies 76942", says: "modifier 26 fits"},
		{name: "26 with 6", world: w, claim: "88311-26", rule: "pfs.pctc", want: "applies 88311"},
		{name: "TC with 6", world: w, claim: "88311-TC", rule: "pfs.pctc", want: "conflict 88311"},
		{name: "26 with 4", world: w, claim: "93000-26", rule: "pfs.pctc", want: "conflict 93000", says: "indicator 4|does not fit"},
		{name: "26 and TC", world: w, claim: "76942-26-TC", rule: "pfs.pctc", want: "conflict 76942; conflict 76942", says: "modifier 26 contradicts TC on the line, so that neither fits there"},
		{name: "no component, no place", world: w, claim: "93000", rule: "pfs.pctc"},
		{name: "26 without a row", world: newWorld().valid("20610"), claim: "20610-26", rule: "pfs.pctc", skips: "pfs.pctc 20610: TEST has no row"},
		{name: "whole in a hospital", world: w, claim: "76942 place_of_service=22", rule: "pfs.pctc", want: "conflict 76942", says: "place of service 22 is a facility|with modifier 26"},
		{name: "TC in a hospital", world: w, claim: "76942-TC place_of_service=21", rule: "pfs.pctc", want: "conflict 76942", says: "modifier TC fits, but place of service 21 is a facility"},
		{name: "26 in a hospital", world: w, claim: "76942-26 place_of_service=21", rule: "pfs.pctc", want: "applies 76942"},
		{name: "the whole tracing in a hospital", world: w, claim: "93000 place_of_service=23", rule: "pfs.pctc", want: "conflict 93000", says: "the code of the interpretation alone"},
		{name: "the tracing in a hospital", world: w, claim: "93005 place_of_service=23", rule: "pfs.pctc", want: "conflict 93005", says: "bills the technical component itself"},
		{name: "the reading in a hospital", world: w, claim: "93010 place_of_service=23", rule: "pfs.pctc"},
		{name: "incident to in a hospital", world: w, claim: "96372 place_of_service=22", rule: "pfs.pctc", want: "conflict 96372", says: "is a hospital's"},
		{name: "whole in an office", world: w, claim: "76942 place_of_service=11", rule: "pfs.pctc", want: "does_not_apply 76942", says: "place of service 11 is no facility"},
		{name: "two places", world: w, claim: "76942 place_of_service=11 place_of_service=22", rule: "pfs.pctc", skips: "pfs.pctc 76942: the places of service 11 and 22 are stated, and they are not one"},
		{name: "no such place", world: w, claim: "76942 place_of_service=98", rule: "pfs.pctc", skips: "pfs.pctc 76942: the stated place"},
		{name: "of a hospital", world: w, claim: "76942-26 setting=outpatient", rule: "pfs.pctc", skips: "pfs.pctc 76942: the rule binds a practitioner's claim"},
	})
}

// TestPCTCSettings: a stated setting stands in for the place where it has one.
func TestPCTCSettings(t *testing.T) {
	for setting, want := range map[string]string{
		"office": "does_not_apply 76942", "inpatient": "conflict 76942", "emergency": "conflict 76942", "asc": "conflict 76942", "outpatient": "conflict 76942", "telehealth": "", "nursing facility": "",
	} {
		c := claim("76942")
		c.Facts["setting"] = []string{setting}
		if got := verdicts(surgical().checkClaim(t, c), "pfs.pctc"); got != want {
			t.Errorf("%s: %q, want %q", setting, got, want)
		}
	}
}

// TestPCTCRow: a component's finding rests on its own row, where the file has
// one.
func TestPCTCRow(t *testing.T) {
	w := newWorld().schedule("93306", codeset.PFS{PCTC: "1"})
	w.put("cpt", "93306", func(cf *codeset.CodeFacts) {
		cf.PFS = append(cf.PFS, codeset.PFS{Mod: "26", PCTC: "1", Source: source(codeset.KindPFS, "93306-26")})
	})
	for text, want := range map[string]string{"93306-26": "93306-26", "93306-TC": "93306", "93306 place_of_service=22": "93306"} {
		if got := of(w.check(t, text), "pfs.pctc")[0].Source.Row; got != want {
			t.Errorf("%s rests on %s, want %s", text, got, want)
		}
	}
}

// TestStatusOfAHospital: the fee schedule's status is no rule of its claim.
func TestStatusOfAHospital(t *testing.T) {
	run(t, []row{
		{name: "practitioner", world: surgical(), claim: "20610", rule: "pfs.status", want: "payable 20610"},
		{name: "hospital", world: surgical(), claim: "20610 setting=outpatient", rule: "pfs.status", skips: "pfs.status 20610: the rule binds a practitioner's claim"},
	})
}

// TestStatuses: every status of the layout has its verdict.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]string{
		"A": "payable", "E": "excluded_from_pfs", "J": "anesthesia", "M": "measurement", "R": "restricted", "C": "carrier_priced", "B": "bundled", "P": "bundled",
		"I": "not_valid_for_medicare", "N": "not_covered", "X": "statutory_exclusion", "T": "injection", "Z": "",
	} {
		got := ""
		if fs := of(newWorld().schedule("20610", codeset.PFS{Status: status}).check(t, "20610"), "pfs.status"); len(fs) > 0 {
			got = fs[0].Verdict
		}
		if got != want {
			t.Errorf("%s is %q, want %q", status, got, want)
		}
	}
}
