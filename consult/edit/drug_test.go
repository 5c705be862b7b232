package edit

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestDrugUnits(t *testing.T) {
	w := newWorld().drug("J1885", 15, "mg").drug("J3301", 10, "mg").drug("J0171", 0.1, "mg").drug("J3420", 1000, "mcg").drug("J7050", 250, "ml").drug("J0696", 250, "mg").drug("J9040", 15, "units")
	rows := []row{
		{claim: "J1885 dose=60_mg", want: "units J1885", says: "60 mg of J1885 is 4 units at 15 mg a unit"},
		{claim: "J1885x4 dose=60_mg", want: "consistent J1885"},
		{claim: "J1885x3 dose=60_mg", want: "differs J1885", says: "4 units|the claim has 3"},
		{claim: "J1885 dose=61_mg", want: "units J1885", says: "5 units at 15 mg a unit, rounded up"},
		{claim: "J0696 dose=1_g", want: "units J0696", says: "4 units"},
		{claim: "J0171 dose=0.3_mg", want: "units J0171", says: "3 units at 0.1 mg"},
		{claim: "J3420 dose=1_mg", want: "units J3420", says: "1 unit at 1000 mcg"},
		{claim: "J7050 dose=500_cc", want: "units J7050", says: "2 units"},
		{claim: "J9040 dose=30_units", want: "units J9040", says: "30 units of the drug are 2 billing units of J9040, at 15 units of the drug each"},
		{claim: "J3301x4", want: "undecided J3301", says: "10 mg"},
		{claim: "J3301", want: ""},
		{claim: "J3301 dose=1_ml", want: "undecided J3301", says: "strength"},
		{claim: "J3301 dose=1_ml strength=40_mg/ml", want: "units J3301", says: "1 ml of J3301 at 40 mg/ml is 4 units at 10 mg a unit"},
		{claim: "J3301 dose=0.5_ml strength=40_mg/ml", want: "units J3301", says: "2 units"},
		{claim: "J3301 dose=1_ml strength=40_units/ml", want: "undecided J3301"},
		{claim: "J3301 dose=1_ml strength=40_mg", want: "undecided J3301"},
		{claim: "J3301 dose=a_lot", want: "undecided J3301"},
		{claim: "J3301 dose=1e999_mg", want: "undecided J3301"},
		{claim: "J3301 dose=40_mg dose=80_mg", want: "undecided J3301", says: "the dose, which is stated in more than one way"},
		{claim: "J3301x4 J1885x1 dose=40_mg", want: "undecided J3301; undecided J1885", says: "the dose is not stated of each drug"},
		{claim: "J3301x3 J3301-JWx1 dose=30_mg", want: "consistent J3301"},
		{claim: "J3301x4 dose=40mg", want: "consistent J3301"},
		{claim: "J3301x4 dose=40MG", want: "consistent J3301"},
		{claim: "J0696 dose=1,000_mg", want: "units J0696", says: "4 units"},
		{claim: "J3301 dose=1,00_mg", want: "undecided J3301"},
		{claim: "J3301 dose=1/2_mg", want: "undecided J3301"},
		{claim: "J3301 dose=-40_mg", want: "undecided J3301"},
		{claim: "J3301 dose=5_ml strength=80_mg/10_ml", want: "units J3301", says: "4 units"},
		{claim: "J3301 dose=5_ml strength=80_mg/0_ml", want: "undecided J3301"},
		{claim: "20610 dose=40_mg", want: ""},
		{claim: "Q5999 dose=40_mg", skips: "drug.units Q5999: its descriptor names no billing unit"},
		{claim: "90715 dose=0.5_ml", skips: "drug.units 90715: its descriptor names no billing unit"},
		{claim: "Q4001 dose=40_mg", want: ""},
		{claim: "J9999 dose=40_mg", skips: "drug.units J9999: its descriptor names no billing unit"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "drug.units", w
	}
	run(t, rows)
	run(t, []row{{name: "not loaded", world: newWorld().lose(codeset.KindHCPCS), claim: "J9999 dose=40_mg", rule: "drug.units", skips: "drug.units J9999: the release of"}})
	for text, want := range map[string][2]string{
		"J3301 dose=1_ml":      {"1 ml holds at most 10 mg", "1 ml holds more than 10 mg"},
		"J3301 dose=a_lot":     {"the dose is at most 10 mg", "the dose is more than 10 mg"},
		"J9040 dose=two_vials": {"the dose is at most 15 units of the drug", "the dose is more than 15 units of the drug"},
	} {
		b := of(w.check(t, text), "drug.units")[0].Branches
		if len(b) != 2 || b[0].If != want[0] || b[1].If != want[1] {
			t.Errorf("%s: branches %+v", text, b)
		}
	}
	if f := of(w.check(t, "J3301x4"), "drug.units")[0]; f.Branches[0].If != "the dose is more than 30 mg and at most 40 mg" {
		t.Errorf("branch %q", f.Branches[0].If)
	}
}
