package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func drugWorld() *world {
	return newWorld().drug("J3301", 10, "mg").drug("J1885", 15, "mg").drug("J0696", 250, "mg").drug("J9040", 15, "units").drug("J0585", 1, "units").
		drug("J9271", 1, "mg").drug("J0561", 100000, "units").drug("J7050", 250, "ml")
}

// TestDoseInWords: a dose is read in the words that people use, and one that
// cannot be read asks for the dose, with the reason, and for nothing else.
func TestDoseInWords(t *testing.T) {
	w := drugWorld()
	for dose, want := range map[string]string{
		"1 gram": "4", "1 grams": "4", "1000 milligrams": "4", "one gram": "4", "One Gram": "4", "a gram": "4", "half a gram": "2", "500 mg x 2": "4", "500 mg x2": "4",
		"500mgx2": "4", "2 x 500 mg": "4", "500 mg × 2": "4", "1 gm": "4", "1 gms.": "4", "1000 mg IM": "4", "1,000 mgs": "4", "1000000 mcg": "4", "1000000 μg": "4", "1000000 micrograms": "4",
		"1000": "dose number without its measure", "1,000": "dose number without its measure", "one": "dose cannot be read", "5 mg/kg": "dose cannot be read", "1 vial": "dose cannot be read",
		"two 500 mg": "dose cannot be read", "500 mg x 2 x 2": "dose cannot be read", "2 x 500 mg x 2": "dose cannot be read", "500 mg x 0": "dose cannot be read", "500 mg x 2 weeks": "dose cannot be read",
		"0x10 mg": "dose cannot be read", "e mg": "dose cannot be read", "inf mg": "dose cannot be read", "nan mg": "dose cannot be read", "mg": "dose cannot be read", "lots": "dose cannot be read",
		"500 gr": "dose cannot be read", "500 mg or 1 g": "dose cannot be read", "500-1000 mg": "dose cannot be read", "15 units": "dose is stated in units while the code counts mg",
		"9999999999 mg": "dose is more than a claim line can hold", "2 ml": "strength is not stated",
	} {
		c := claim("J0696x4")
		c.Facts["dose"] = []string{dose}
		f := of(w.checkClaim(t, c), "drug.units")[0]
		fact, why, undecided := strings.Cut(want, " ")
		switch {
		case !undecided && (f.Verdict == Undecided || f.Units != int(want[0]-'0')):
			t.Errorf("%s: %s %d, want %s: %s", dose, f.Verdict, f.Units, want, f.Statement)
		case undecided && (f.Verdict != Undecided || !slices.Equal(f.Missing, []string{fact}) || !strings.Contains(f.Statement, why)):
			t.Errorf("%s: %s %q, want %q: %s", dose, f.Verdict, f.Missing, want, f.Statement)
		}
	}
	f := of(w.check(t, "J0696x4 dose=500_mg_x_2"), "drug.units")[0]
	if f.Statement != "500 mg x 2 (1000 mg) of J0696 is 4 units at 250 mg a unit, as on the claim." {
		t.Error(f.Statement)
	}
	if f := of(w.check(t, "J0561 dose=1.2_million_units"), "drug.units")[0]; f.Units != 12 {
		t.Errorf("%+v", f)
	}
}

// TestDrugSentences holds whole sentences, and those of the branches, of claims
// that used to read badly or wrong.
func TestDrugSentences(t *testing.T) {
	w := drugWorld()
	for _, tt := range []struct{ claim, rule, verdict, says string }{
		{"J0585 dose=155_units", "drug.units", "units", "155 units of the drug are 155 billing units of J0585, at 1 unit of the drug each."},
		{"J0585 dose=1_unit", "drug.units", "units", "1 unit of the drug is 1 billing unit of J0585, at 1 unit of the drug each."},
		{"J0585x155", "drug.units", "undecided", "A billing unit of J0585 is 1 unit of the drug, so 155 billing units on the claim fit a dose of more than 154 units and at most 155 units of the drug; the dose is not stated." +
			"|if the dose is more than 154 units and at most 155 units of the drug: consistent 155 billing units of J0585 are right.|if the dose is another: differs Divide the dose by 1 unit of the drug and round up."},
		{"J9040x15 dose=15_units", "drug.units", "differs", "15 units of the drug are 1 billing unit of J9040, at 15 units of the drug each; the claim has 15, " +
			"which is the dose in units of the drug and not the units to report; the unit limit (MUE) is to be compared with 1."},
		{"J9040x2 dose=15_units", "drug.units", "differs", "15 units of the drug are 1 billing unit of J9040, at 15 units of the drug each; the claim has 2."},
		{"J9040x15", "drug.units", "undecided", "A billing unit of J9040 is 15 units of the drug, so 15 on the claim is either 15 billing units for a dose of more than 210 units and at most 225 units of the drug, " +
			"or the dose itself; the dose is not stated.|if the dose is more than 210 units and at most 225 units of the drug: consistent 15 billing units of J9040 are right." +
			"|if the 15 on the claim is the dose: differs Report 1 billing unit of J9040, and compare 1 with the unit limit (MUE).|if the dose is another: differs Divide the dose by 15 units of the drug and round up."},
		{"J9040x1", "drug.units", "undecided", "A billing unit of J9040 is 15 units of the drug, so 1 billing unit on the claim fits a dose of at most 15 units of the drug; the dose is not stated." +
			"|if the dose is at most 15 units of the drug: consistent 1 billing unit of J9040 is right.|if the dose is another: differs Divide the dose by 15 units of the drug and round up."},
		{"J1885x60 dose=60_mg", "drug.units", "differs", "60 mg of J1885 is 4 units at 15 mg a unit; the claim has 60, which is the dose in mg and not the units to report; the unit limit (MUE) is to be compared with 4."},
		{"J3301 dose=1_ml", "drug.units", "undecided", "A billing unit of J3301 is 10 mg, and how many of them 1 ml holds depends on the strength, which is not stated." +
			"|if 1 ml holds at most 10 mg: units Report 1 unit of J3301.|if 1 ml holds more than 10 mg: units Divide the amount that it holds by 10 mg and round up."},
		{"J3301x4 dose=1_ml", "drug.units", "undecided", "A billing unit of J3301 is 10 mg, so 4 units on the claim fit 1 ml that holds more than 30 mg and at most 40 mg; the strength is not stated." +
			"|if 1 ml holds more than 30 mg and at most 40 mg: consistent 4 units of J3301 are right.|if 1 ml holds another amount: differs Divide the amount that it holds by 10 mg and round up."},
		{"J9271x150 J9271-JWx50 dose=150_mg vial=100_mg", "drug.waste", "undecided", "By the discarded drug rule for J9271 (1 mg a unit), 150 mg out of 2 vials of 100 mg leaves 50 mg to discard, which is 50 whole units; " +
			"that calls for JW from a single-dose container and for neither JW nor JZ from a multi-dose one, and the kind of container is not stated." +
			"|if the container is single-dose: jw JW is right, as on the claim.|if the container is multi-dose: conflict Take JW off: a multi-dose container takes neither."},
		{"J9271x150 J9271-JWx50 dose=150_mg vial=100_mg_single-dose", "drug.waste", "jw", "By the discarded drug rule for J9271 (1 mg a unit), 150 mg out of 2 vials of 100 mg leaves 50 mg to discard from a single-dose container: " +
			"50 units with JW on a line of their own are right, as on the claim."},
		{"J9271-JZx200 dose=150_mg vial=100_mg_single-dose", "drug.waste", "conflict", "By the discarded drug rule for J9271 (1 mg a unit), 150 mg out of 2 vials of 100 mg leaves 50 mg to discard, which is 50 whole units; " +
			"that calls for JW, so JZ on the claim is wrong."},
		{"J9271-JZx150 J9271-JWx50 dose=150_mg vial=100_mg_sdv", "drug.waste", "conflict", "By the discarded drug rule for J9271 (1 mg a unit), 150 mg out of 2 vials of 100 mg leaves 50 mg to discard, which is 50 whole units; " +
			"that calls for JW, so JZ on the claim is wrong."},
		{"J9271x150 J9271-JWx50 dose=150_mg wasted=0 vial=single", "drug.waste", "conflict", "By the discarded drug rule for J9271 (1 mg a unit), nothing was discarded; that calls for JZ, so JW on the claim is wrong."},
		{"J9271x200 dose=200_mg vial=100_mg_single-dose", "drug.waste", "jz", "By the discarded drug rule for J9271 (1 mg a unit), 200 mg uses up 2 vials of 100 mg and leaves nothing to discard from a single-dose container: " +
			"report JZ on the line of the administered amount; no line has JZ yet, and from 2023-10-01 a claim without it may be returned as unprocessable."},
		{"J1885-JZx4 dose=60_mg vial=single wasted=0", "drug.waste", "jz", "By the discarded drug rule for J1885 (15 mg a unit), nothing was discarded from a single-dose container: JZ is right, as on the claim."},
		{"J9271-JWx50 wasted=50_mg vial=single", "drug.waste", "jw", "By the discarded drug rule for J9271 (1 mg a unit), 50 mg was discarded from a single-dose container: " +
			"50 units with JW on a line of their own are right, as on the claim; the amount that was given needs a line without JW."},
		{"J9271x150 J9271-JW wasted=50_mg vial=single", "drug.waste", "jw", "By the discarded drug rule for J9271 (1 mg a unit), 50 mg was discarded from a single-dose container: 50 units belong on the line with JW, which states none."},
		{"J0585 dose=155_units vial=200_units_single-dose", "drug.waste", "jw", "By the discarded drug rule for J0585 (a billing unit is 1 unit of the drug), 155 units of the drug out of 1 vial of 200 units " +
			"leave 45 units of the drug to discard from a single-dose container: report 45 billing units with JW on a line of their own; " +
			"no line has JW yet, and from 2023-10-01 a claim without it may be returned as unprocessable."},
		{"J1885x4 dose=60_mg", "drug.waste", "undecided", "By the discarded drug rule for J1885 (15 mg a unit), which of JW, JZ and neither is right depends on the kind of container and the amount discarded; neither is stated." +
			"|if a whole unit or more was discarded from a single-dose container: jw Report the discarded units on a line of their own with JW." +
			"|if less than a unit was discarded from a single-dose container: jz Report JZ on the line of the administered amount." +
			"|if nothing was discarded from a single-dose container: jz Report JZ on the line of the administered amount.|if the container is multi-dose: neither Report neither JW nor JZ."},
		{"J1885-JZx4 dose=60_mg", "drug.waste", "undecided", "By the discarded drug rule for J1885 (15 mg a unit), whether JZ on the claim is right depends on the kind of container and the amount discarded; neither is stated." +
			"|if a whole unit or more was discarded from a single-dose container: conflict Take JZ off. Report the discarded units on a line of their own with JW." +
			"|if less than a unit was discarded from a single-dose container: jz JZ is right, as on the claim." +
			"|if nothing was discarded from a single-dose container: jz JZ is right, as on the claim.|if the container is multi-dose: conflict Take JZ off: a multi-dose container takes neither."},
		{"J1885x4 J1885-JWx1 dose=60_mg vial=single", "drug.waste", "undecided", "By the discarded drug rule for J1885 (15 mg a unit), whether JW on the claim is right depends on the amount discarded, which is not stated." +
			"|if a whole unit or more was discarded from a single-dose container: jw JW is right; its line has the units that were discarded." +
			"|if less than a unit was discarded from a single-dose container: conflict Take the line with JW off. Report JZ on the line of the administered amount." +
			"|if nothing was discarded from a single-dose container: conflict Take the line with JW off. Report JZ on the line of the administered amount."},
		{"J3301 dose=40_mg wasted=12_mg vial=80_mg", "drug.waste", "undecided", "By the discarded drug rule for J3301 (10 mg a unit), the 40 mg given and the 12 mg discarded do not add up to whole vials of 80 mg." +
			"|if the whole rest of 1 vial of 80 mg was discarded: jw Report 4 units with JW on a line of their own." +
			"|if what the record says was discarded is right: jw Report 1 unit with JW on a line of its own.|if the container is multi-dose: neither Report neither JW nor JZ."},
		{"J1885x4 J3301x4 wasted=0 vial=single", "drug.waste", "undecided", "By the discarded drug rule for J1885 (15 mg a unit), which of JW, JZ and neither is right depends on the kind of container and the amount discarded; neither is stated of each drug." +
			"|if a whole unit or more was discarded from a single-dose container: jw Report the discarded units on a line of their own with JW." +
			"|if less than a unit was discarded from a single-dose container: jz Report JZ on the line of the administered amount." +
			"|if nothing was discarded from a single-dose container: jz Report JZ on the line of the administered amount.|if the container is multi-dose: neither Report neither JW nor JZ."},
		{"J1885-JZx4 vial=mdv", "drug.waste", "conflict", "By the discarded drug rule for J1885 (15 mg a unit), a multi-dose container takes neither JW nor JZ, and JZ stands on the claim."},
		{"J3301 dose=40_mg vial=2_vials_of_80_mg_single-dose", "drug.waste", "jw", "By the discarded drug rule for J3301 (10 mg a unit), 40 mg out of 1 vial of 80 mg leaves 40 mg to discard from a single-dose container: " +
			"report 4 units with JW on a line of their own; no line has JW yet, and from 2023-10-01 a claim without it may be returned as unprocessable."},
	} {
		f := of(w.check(t, tt.claim), tt.rule)[0]
		said := f.Statement
		for _, b := range f.Branches {
			said += "|if " + b.If + ": " + b.Verdict + " " + b.Statement
		}
		if f.Verdict != tt.verdict || said != tt.says {
			t.Errorf("%s: %s %s\n%s\nwant %s\n%s", tt.claim, f.Rule, f.Verdict, said, tt.verdict, tt.says)
		}
	}
}

// TestWastePresent: a modifier that is there is judged, one that is not is advised.
func TestWastePresent(t *testing.T) {
	w := drugWorld()
	for claim, want := range map[string]bool{
		"J1885-JZx4 wasted=0 vial=single": true, "J1885x4 wasted=0 vial=single": false, "J1885x4 J1885-JWx1 wasted=15_mg vial=single": true, "J1885x4 wasted=15_mg vial=single": false,
		"J1885x4 J1885-JWx2 wasted=15_mg vial=single": false,
	} {
		f := of(w.check(t, claim), "drug.waste")[0]
		if f.Present != want || f.Verdict != "conflict" && f.ModifierOn != "J1885" {
			t.Errorf("%s: present %v, on %q: %s", claim, f.Present, f.ModifierOn, f.Statement)
		}
	}
	if f := of(w.check(t, "J3301 dose=40_mg strength=40_mg/ml vial=5_ml_mdv"), "drug.waste")[0]; f.Verdict != "neither" || f.Units != 0 {
		t.Errorf("a rest that stays in the container is no waste: %+v", f)
	}
	for on, want := range map[string]string{
		"2023-06-30": "report neither JW nor JZ, for JZ is asked for only since 2023-07-01.", "2023-07-01": "; no line has JZ yet, and it is required since 2023-07-01.",
		"2023-09-30": "; no line has JZ yet, and it is required since 2023-07-01.",
		"2023-10-01": "; no line has JZ yet, and from 2023-10-01 a claim without it may be returned as unprocessable.",
	} {
		c := claim("J1885x4 wasted=0 vial=single")
		c.On, _ = code.ParseDay(on)
		if f := of(w.checkClaim(t, c), "drug.waste")[0]; !strings.HasSuffix(f.Statement, want) {
			t.Errorf("%s: %s", on, f.Statement)
		}
	}
}

// TestVialSizes: a strength is no size, and the volume of a vial is not a second one.
func TestVialSizes(t *testing.T) {
	w := drugWorld()
	k := newChecker(w.Facts, claim("J9271"))
	for text, want := range map[string]string{
		"100 mg": "100 mg", "100 mg/4 ml": "100 mg", "100 mg per 4 ml": "100 mg", "100 mg in 4 ml": "100 mg", "25 mg/ml": "", "25 mg per ml": "", "25 mg/ml 4 ml": "", "2 vials of 100 mg": "100 mg",
		"100 mg and 50 mg": "100 mg 50 mg", "100 units": "", "single-dose": "", "4 ml": "",
	} {
		k.c.Facts["vial"] = []string{text}
		var got []string
		for _, v := range k.vials(codeset.Drug{Amount: 1, Unit: "mg"}) {
			got = append(got, v.text)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", text, s, want)
		}
	}
}

// TestDrugOfAnotherDay: a code that is not valid on the day has neither units nor
// waste advice; what stands in its place is named.
func TestDrugOfAnotherDay(t *testing.T) {
	for _, tt := range []struct {
		change func(*codeset.CodeFacts)
		why    string
	}{
		{func(cf *codeset.CodeFacts) { cf.Status, cf.Successor = code.Deleted, "J1010" }, "the code is not valid on 2024-08-15; the drug is counted in the units of J1010, which stands in its place"},
		{func(cf *codeset.CodeFacts) { cf.Status, cf.Successor = code.Deleted, "J1010, J1011" }, "the code is not valid on 2024-08-15; J1010, J1011 stand in its place"},
		{func(cf *codeset.CodeFacts) { cf.Status = code.Deleted }, "the code is not valid on 2024-08-15"},
		{func(cf *codeset.CodeFacts) { cf.Status, cf.Successor = code.Unchecked, "J1010" }, "the code is not valid on 2024-08-15; the drug is counted in the units of J1010, which stands in its place"},
		{func(cf *codeset.CodeFacts) { cf.NotYet = true }, "the code is not yet in effect on 2024-08-15"},
		{func(cf *codeset.CodeFacts) { cf.Status = code.Unchecked }, ""},
	} {
		w := newWorld().drug("J1040", 80, "mg").put(code.HCPCS, "J1040", tt.change)
		for _, text := range []string{"J1040 dose=80_mg", "J1040x1", "J1040-JZx1 wasted=0 vial=single"} {
			r := w.check(t, text)
			for _, rule := range []string{"drug.units", "drug.waste"} {
				if dead := len(of(r, rule)) == 0; dead != (tt.why != "") {
					t.Errorf("%s: %+v", text, of(r, rule))
				}
				if tt.why != "" && !slices.Contains(r.NotChecked, rule+" J1040: "+tt.why) {
					t.Errorf("%s: %q lacks %s", text, r.NotChecked, tt.why)
				}
			}
		}
	}
}

// TestDrugRelease names the release beside the unit that it tells, or at the end,
// and never behind what the claim lacks.
func TestDrugRelease(t *testing.T) {
	w := drugWorld()
	w.Answers[codeset.KindHCPCS] = codeset.Answer{Kind: codeset.KindHCPCS, Release: "TEST", From: "2024-10-01", Dated: true}
	for text, want := range map[string]string{
		"J0696x4":                      "A billing unit of J0696 is 250 mg (by the dates in TEST), so 4 units on the claim fit a dose of more than 750 mg and at most 1000 mg; the dose is not stated.",
		"J0696x4 dose=1_g":             "1 g of J0696 is 4 units at 250 mg a unit (by the dates in TEST), as on the claim.",
		"J0696x3 dose=1_g payer=Aetna": "1 g of J0696 is 4 units at 250 mg a unit (by the dates in TEST); the claim has 3.",
		"J7050 dose=a_liter":           "1 l of J7050 is 4 units at 250 ml a unit (by the dates in TEST).",
	} {
		if f := of(w.check(t, text), "drug.units")[0]; f.Statement != want {
			t.Errorf("%s: %s, want %s", text, f.Statement, want)
		}
	}
	for text, want := range map[string]string{
		"J1885x4 vial=single payer=Aetna": "By Medicare's discarded drug rule for J1885 (15 mg a unit by the dates in TEST), which of JW, JZ and neither is right depends on the amount discarded, " +
			"which is not stated; Aetna may rule otherwise.",
		"J0585 dose=155_units vial=200_unit_sdv place_of_service=50": "By the discarded drug rule for J0585 (a billing unit is 1 unit of the drug by the dates in TEST), " +
			"a federally qualified health center is asked for neither JW nor JZ, for its drugs are generally not paid apart.",
		"J1885-JZx4 place_of_service=72": "By the discarded drug rule for J1885 (15 mg a unit by the dates in TEST), " +
			"a rural health clinic is asked for neither JW nor JZ, for its drugs are generally not paid apart, so it needs no JZ on the claim.",
		"J0585-JZx200 dose=200_u vial=100_unit_sdv": "By the discarded drug rule for J0585 (a billing unit is 1 unit of the drug by the dates in TEST), " +
			"200 u of the drug use up 2 vials of 100 units and leave nothing to discard from a single-dose container: JZ is right, as on the claim.",
	} {
		if f := of(w.check(t, text), "drug.waste")[0]; f.Statement != want {
			t.Errorf("%s: %s, want %s", text, f.Statement, want)
		}
	}
	aged := newWorld().put(code.HCPCS, "J0696", func(cf *codeset.CodeFacts) {
		src := source(codeset.KindHCPCS, "J0696")
		src.AsOf = true
		cf.Drug = &codeset.Drug{Amount: 250, Unit: "mg", Source: src}
	})
	if f := of(aged.check(t, "J0696x4 dose=1_g"), "drug.units")[0]; f.Statement != "1 g of J0696 is 4 units at 250 mg a unit, as on the claim, as of TEST; the release of that day is not loaded." {
		t.Error(f.Statement)
	}
}
