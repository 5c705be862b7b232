package edit

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestDrugWaste(t *testing.T) {
	w := newWorld().drug("J3301", 10, "mg").drug("J1885", 15, "mg").drug("A4216", 10, "ml").valid("J9999").valid("Q2038")
	rows := []row{
		{claim: "J3301x4 wasted=12_mg vial=single-dose", want: "jw J3301", says: "12 mg was discarded from a single-dose container: report 1 unit with JW on a line of its own; no line has JW yet"},
		{claim: "J3301x4 wasted=12mg vial=single-dose", want: "jw J3301"},
		{claim: "J3301x4 wasted=0.5_ml strength=40_mg/ml vial=single-dose", want: "jw J3301", says: "report 2 units with JW"},
		{claim: "J3301x4 wasted=12_mg vial=single-dose vial=multi-dose", want: "undecided J3301"},
		{claim: "J3301x4 wasted=9_mg vial=single-dose", want: "jz J3301", says: "JZ"},
		{claim: "J3301x4 wasted=0_mg vial=single-dose", want: "jz J3301"},
		{claim: "J3301x4 wasted=0 vial=single-dose", want: "jz J3301", says: "nothing was discarded from a single-dose container: report JZ|no line has JZ yet"},
		{claim: "J3301-JZx4 wasted=0_mg vial=single-dose", want: "jz J3301"},
		{claim: "J3301x4 wasted=20_mg vial=multi-dose", want: "neither J3301"},
		{claim: "J3301-JZx4 vial=multi-dose", want: "conflict J3301", says: "multi-dose"},
		{claim: "J3301-JZx4 wasted=20_mg", want: "conflict J3301", says: "calls for JW"},
		{claim: "J3301x4 J3301-JWx1 wasted=0_mg", want: "conflict J3301", says: "calls for JZ"},
		{claim: "J3301x4 J3301-JWx1 wasted=20_mg", want: "conflict J3301", says: "JW line has 1"},
		{claim: "J3301x4 J3301-JWx2 wasted=20_mg vial=single", want: "jw J3301"},
		{claim: "J3301-JW-JZ", want: "conflict J3301", says: "one line"},
		{claim: "J3301-JZx4", want: "undecided J3301"},
		{claim: "J3301x4 wasted=20_mg", want: "undecided J3301", says: "20 mg was discarded, which is 2 whole units; that calls for JW from a single-dose container|the kind of container is not stated"},
		{claim: "J3301x4 wasted=some", want: "undecided J3301"},
		{claim: "J3301x4 wasted=12_mg vial=purple", want: "undecided J3301", says: "the kind of container cannot be read as single-dose or multi-dose"},
		{claim: "J3301x4 vial=purple", want: "undecided J3301", says: "the kind of container cannot be read as single-dose or multi-dose, and the amount discarded is not stated"},
		{claim: "J3301x4 wasted=some vial=single", want: "undecided J3301", says: "which cannot be read as an amount of the drug"},
		{claim: "J9999-JZ", skips: "drug.waste J9999: its descriptor"},
		// every drug that has a dose or units
		{claim: "J3301x4", want: "undecided J3301", says: "container and the amount discarded; neither is stated"},
		{claim: "J3301 dose=40_mg", want: "undecided J3301"},
		{claim: "J3301", want: ""},
		{claim: "J3301x4 dose=40_mg vial=single-dose", want: "undecided J3301", says: "the amount discarded, which is not stated"},
		{claim: "J3301x4 dose=40_mg vial=multi-dose", want: "neither J3301"},
		{claim: "J9999x4", skips: "drug.waste J9999: its descriptor"},
		{claim: "A4216x2", want: ""},
		{claim: "90715x1", want: ""},
		{claim: "Q2038x1", want: ""},
		{claim: "J3301x4 wasted=0 vial=single place_of_service=50", want: "neither J3301", says: "federally qualified health center|not paid apart"},
		{claim: "J3301x4 place_of_service=72", want: "neither J3301", says: "rural health clinic"},
		{claim: "J3301x4 J1885x1 wasted=20_mg vial=single-dose", want: "undecided J3301; undecided J1885"},
		// whole vials
		{claim: "J3301x4 dose=40_mg vial=single-dose vial=80_mg", want: "jw J3301", says: "40 mg out of 1 vial of 80 mg leaves 40 mg to discard from a single-dose container: report 4 units with JW"},
		{claim: "J3301 dose=75_mg vial=80_mg_single-dose", want: "jz J3301", says: "75 mg out of 1 vial of 80 mg leaves 5 mg to discard from a single-dose container, which is less than a unit: report JZ"},
		{claim: "J3301 dose=1_ml strength=200_mg/5_ml vial=2_ml vial=single", want: "jw J3301", says: "4 units with JW"},
		{claim: "J3301x4 vial=single-dose vial=80_mg", want: "jw J3301", says: "4 units on the claim out of 1 vial of 80 mg leave 4 whole units to discard"},
		{claim: "J3301-JZx4 vial=single-dose vial=80_mg", want: "conflict J3301", says: "leave 4 whole units to discard; that calls for JW, so JZ on the claim is wrong"},
		{claim: "J3301-JZx8 vial=single-dose vial=80_mg", want: "jz J3301"},
		{claim: "J3301x4 J3301-JWx1 vial=single-dose vial=80_mg", want: "conflict J3301", says: "the JW line has 1"},
		{claim: "J3301x4 J3301-JWx4 vial=single-dose vial=80_mg", want: "jw J3301"},
		{claim: "J3301x4 wasted=40_mg vial=single-dose vial=80_mg", want: "jw J3301", says: "40 mg was discarded"},
		{claim: "J3301x4 wasted=12_mg vial=single-dose vial=80_mg", want: "undecided J3301", says: "the 4 units given and the 12 mg discarded do not add up to whole vials of 80 mg"},
		{claim: "J3301 dose=40_mg wasted=12_mg vial=single-dose vial=80_mg", want: "undecided J3301", says: "the 40 mg given and the 12 mg discarded do not add up"},
		{claim: "J3301 dose=40_mg wasted=40_mg vial=single-dose vial=80_mg vial=40_mg", want: "jw J3301", says: "(1 vial of 40 mg would have left less)"},
		{claim: "J3301 dose=120_mg vial=single-dose vial=80_mg vial=40_mg", want: "jz J3301", says: "120 mg uses up 1 vial of 80 mg and 1 vial of 40 mg and leaves nothing to discard from a single-dose container: report JZ"},
		{claim: "J3301x4 vial=single-dose vial=35_mg vial=80_mg", want: "undecided J3301"},
		{claim: "J3301x4 vial=single-dose vial=80_units", want: "undecided J3301"},
		{claim: "J3301x4 dose=lots vial=single-dose vial=80_mg", want: "undecided J3301"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "drug.waste", w
	}
	run(t, rows)
	for _, entry := range w.check(t, "Q2038x1").NotChecked {
		if strings.HasPrefix(entry, "drug.waste") {
			t.Errorf("a vaccine takes neither modifier, and yet: %s", entry)
		}
	}
	f := of(w.check(t, "J3301x4"), "drug.waste")[0]
	if !slices.Equal(f.Missing, []string{"vial", "wasted"}) || len(f.Branches) != 4 || f.Branches[1].If != "less than a unit was discarded from a single-dose container" || f.Branches[1].Verdict != "jz" {
		t.Errorf("%+v", f)
	}
	if f := of(w.check(t, "J3301x4 wasted=12_mg vial=single-dose vial=80_mg"), "drug.waste")[0]; f.Branches[0].If != "the whole rest of 1 vial of 80 mg was discarded" ||
		f.Branches[0].Statement != "Report 4 units with JW on a line of their own." {
		t.Errorf("%+v", f.Branches)
	}
}

// TestWasteDates: what is asked, and what exists, by the date of service.
func TestWasteDates(t *testing.T) {
	w := newWorld().drug("J3301", 10, "mg")
	for _, tt := range []struct{ on, claim, want string }{
		{"2016-12-31", "J3301x4 wasted=20_mg vial=single", ""},
		{"2017-01-01", "J3301x4 wasted=20_mg vial=single", "jw J3301"},
		{"2023-06-30", "J3301x4 wasted=0_mg vial=single", "neither J3301"},
		{"2023-07-01", "J3301x4 wasted=0_mg vial=single", "jz J3301"},
		{"2016-12-31", "J3301-JZx4 wasted=0_mg vial=single", "conflict J3301"},
		{"2022-06-30", "J3301-JZx4 wasted=0_mg vial=single", "conflict J3301"},
		{"2022-12-31", "J3301-JZx4", "conflict J3301"},
		{"2023-01-01", "J3301-JZx4 wasted=0_mg vial=single", "jz J3301"},
		{"2023-01-01", "J3301x4 J3301-JWx2 wasted=0_mg vial=single", "conflict J3301"},
	} {
		c := claim(tt.claim)
		c.On, _ = code.ParseDay(tt.on)
		r := w.checkClaim(t, c)
		if got := verdicts(r, "drug.waste"); got != tt.want {
			t.Errorf("%s %s: %q, want %q; %q", tt.on, tt.claim, got, tt.want, r.NotChecked)
		}
	}
}

// TestWasteReturned: from 2023-10-01 a claim that lacks the modifier may be sent
// back, and one that has it may not.
func TestWasteReturned(t *testing.T) {
	w := newWorld().drug("J3301", 10, "mg")
	const sent = "from 2023-10-01 a claim without it may be returned as unprocessable"
	for _, tt := range []struct {
		on, claim string
		says      bool
	}{
		{"2023-09-30", "J3301x4 wasted=0_mg vial=single", false},
		{"2023-10-01", "J3301x4 wasted=0_mg vial=single", true},
		{"2023-10-01", "J3301-JZx4 wasted=0_mg vial=single", false},
		{"2023-09-30", "J3301x4 wasted=20_mg vial=single", false},
		{"2023-10-01", "J3301x4 wasted=20_mg vial=single", true},
		{"2023-10-01", "J3301x4 J3301-JWx2 wasted=20_mg vial=single", false},
		{"2023-10-01", "J3301x4 wasted=0_mg vial=multi", false},
	} {
		c := claim(tt.claim)
		c.On, _ = code.ParseDay(tt.on)
		if f := of(w.checkClaim(t, c), "drug.waste")[0]; strings.Contains(f.Statement, sent) != tt.says {
			t.Errorf("%s %s: %q", tt.on, tt.claim, f.Statement)
		}
	}
}

// TestFewest: the combination that wastes least, against every combination.
func TestFewest(t *testing.T) {
	for _, of := range [][]int64{{80}, {80, 40}, {400, 100}, {100, 75, 30}, {7, 5, 3}} {
		var vials []vial
		for _, n := range of {
			vials = append(vials, vial{new(big.Rat).SetInt64(n), "v"})
		}
		reach := map[int64]bool{0: true}
		for n := int64(1); n < 2000; n++ {
			for _, v := range of {
				reach[n] = reach[n] || reach[n-v]
			}
		}
		for dose := int64(1); dose < 500; dose += 7 {
			for _, over := range []bool{false, true} {
				want := dose
				if over {
					want++
				}
				for !reach[want] {
					want++
				}
				if got, ok := fewest(vials, new(big.Rat).SetInt64(dose), over); ok && got.total.Cmp(new(big.Rat).SetInt64(want)) != 0 {
					t.Fatalf("%v for %d, over %v: %s, want %d", of, dose, over, got.total, want)
				} else if !ok && len(of) < 3 {
					t.Fatalf("%v for %d: too many", of, dose)
				}
			}
		}
	}
	small := []vial{{big.NewRat(1, 1000), "a"}, {big.NewRat(1, 999), "b"}, {big.NewRat(1, 998), "c"}}
	if got, ok := fewest(small, new(big.Rat).SetInt64(1000), false); ok {
		t.Errorf("too many, and still %v", got)
	}
}

// FuzzAmount: whatever is stated, an amount is read or it is none.
func FuzzStatedAmount(f *testing.F) {
	for _, s := range []string{"60 mg", "1,200,000 units", "1e999 mg", ".5 g", "1/2 mg", "-3 mg", "", "µg"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, ok := inUnits(s, codeset.Drug{Amount: 0.1, Unit: "mg"}); ok && r.Sign() < 0 {
			t.Errorf("%q is %s", s, r)
		}
	})
}
