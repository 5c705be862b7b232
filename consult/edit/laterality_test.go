package edit

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestLaterality(t *testing.T) {
	w := newWorld().days("20610", "000").days("20550", "000").dx("E11.9")
	for c, title := range map[string]string{"M25.561": "Pain in right knee", "M25.562": "Pain in left knee", "M17.0": "Bilateral primary osteoarthritis of knee",
		"G81.91": "Hemiplegia, unspecified affecting right dominant side, not left", "I50.1": "Left ventricular failure, unspecified",
		"T81.500A": "Unspecified complication of foreign body accidentally left in body following surgical operation, initial encounter"} {
		w.put(code.ICD10CM, c, func(cf *codeset.CodeFacts) { cf.Title = title })
	}
	rows := []row{
		{claim: "20610-RT dx:M25.561", want: "consistent M25.561", says: "names the right side, which agrees with modifier RT on the claim"},
		{claim: "20610-LT dx:M25.561", want: "conflict M25.561", says: "right side, which contradicts modifier LT"},
		{claim: "20610-LT dx:M25.562 dx:M25.561", want: "consistent M25.562"},
		{claim: "20610-LT dx:M17.0"},
		{claim: "20610-LT dx:G81.91"},
		{claim: "20610-RT dx:I50.1"},
		{claim: "20610-RT dx:T81.500A"},
		{claim: "20610 dx:M25.561"},
		// both sides on the lines
		{claim: "20610-50 dx:M17.0", want: "consistent M17.0", says: "names both sides, which agrees with modifier 50"},
		{claim: "20610-50 dx:M25.561 dx:M25.562", want: "consistent M25.561; consistent M25.562"},
		{claim: "20610-50 dx:M25.561", want: "conflict M25.561", says: "no diagnosis on the claim names the left side, which is named by modifier 50"},
		{claim: "20610-50 dx:M25.561 dx:E11.9", want: "consistent M25.561"},
		{claim: "20610-RT 20550-LT dx:M25.561", want: "conflict M25.561", says: "the left side, which is named by modifier LT"},
		{claim: "20610-RT 20550-LT dx:M25.561 dx:M25.562", want: "consistent M25.561; consistent M25.562"},
		{claim: "20610-RT 20550-LT dx:M25.561 dx:E11.9", want: "consistent M25.561"},
		// other anatomic modifiers
		{claim: "20550-F2 dx:M25.561", want: "conflict M25.561"},
		{claim: "20550-F7 dx:M25.561", want: "consistent M25.561"},
		{claim: "20550-TA dx:M25.562", want: "consistent M25.562"},
		{claim: "20550-T5 dx:M25.562", want: "conflict M25.562"},
		{claim: "20550-E1 dx:M25.561", want: "conflict M25.561"},
		{claim: "20550-E4 dx:M25.561", want: "consistent M25.561"},
		{claim: "20550-LC dx:M25.561"},
		// what the question says
		{claim: "20610 dx:M25.561 laterality=right", want: "consistent M25.561", says: "agrees with the statement of the right side"},
		{claim: "20610 dx:M25.561 laterality=left", want: "conflict M25.561", says: "contradicts the statement of the left side"},
		{claim: "dx:M25.561 laterality=left", want: "conflict M25.561"},
		{claim: "20610-RT dx:M25.561 laterality=left", want: "conflict M25.561", says: "but the left side is stated"},
		{claim: "20610 dx:M25.561 laterality=left laterality=right"},
		{claim: "20610 dx:M25.561 laterality=bilateral", want: "conflict M25.561"},
		{claim: "20610-RT dx:M25.561 laterality=bilateral", want: "consistent M25.561"},
		{claim: "20610 dx:E11.9 laterality=left"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "icd10cm.laterality", w
	}
	run(t, rows)
}

// TestModifierSides holds every anatomic modifier to its side.
func TestModifierSides(t *testing.T) {
	for m, want := range map[string]string{"RT": "the right side", "LT": "the left side", "50": "both sides", "E1": "the left side", "E2": "the left side", "E3": "the right side",
		"E4": "the right side", "FA": "the left side", "F1": "the left side", "F4": "the left side", "F5": "the right side", "F9": "the right side", "TA": "the left side",
		"T1": "the left side", "T4": "the left side", "T5": "the right side", "T9": "the right side"} {
		if got := modifierSides(m); got.String() != want || !got.any() {
			t.Errorf("%s: %v, want %s", m, got, want)
		}
	}
	for _, m := range []string{"", "LC", "LD", "LM", "RC", "RI", "TC", "T0", "F0", "E5", "FB", "FX", "59"} {
		if modifierSides(m).any() {
			t.Errorf("%s names a side", m)
		}
	}
}

// TestLateralityParts: a diagnosis agrees with the modifiers of its own side, and a
// finger, toe or eyelid that the title tells is held against that of the modifier.
func TestLateralityParts(t *testing.T) {
	w := newWorld().days("66984", "090").days("26055", "090").days("67800", "010").days("20610", "000").dx("E11.9")
	for c, title := range map[string]string{"H25.11": "Age-related nuclear cataract, right eye", "H40.1131": "Primary open-angle glaucoma, bilateral, mild stage",
		"M65.342": "Trigger finger, left ring finger", "M65.322": "Trigger finger, left index finger", "M79.645": "Pain in left finger(s)",
		"H00.15": "Chalazion left lower eyelid", "M25.561": "Pain in right knee", "M25.562": "Pain in left knee",
		"S62.621A": "Displaced fracture of middle phalanx of left index finger, initial encounter for closed fracture",
		"S90.112A": "Contusion of left great toe without damage to nail, initial encounter", "H02.88B": "Meibomian gland dysfunction left eye, upper and lower eyelids"} {
		w.put(code.ICD10CM, c, func(cf *codeset.CodeFacts) { cf.Title = title })
	}
	rows := []row{
		{claim: "66984-RT 66984-LT dx:H25.11 dx:H40.1131", want: "consistent H25.11; consistent H40.1131", says: "H25.11 names the right side, which agrees with modifier RT on the claim; for the left side, which is named by modifier LT, the claim has only H40.1131."},
		{claim: "66984-RT 66984-LT dx:H25.11", want: "conflict H25.11", says: "no diagnosis on the claim names the left side, which is named by modifier LT on the claim"},
		{claim: "66984-RT 20610-LT dx:H25.11 dx:M25.562", want: "consistent H25.11; consistent M25.562", says: "H25.11 names the right side, which agrees with modifier RT on the claim."},
		{claim: "20610-RT 20610-LT dx:M25.561 dx:M25.562", want: "consistent M25.561; consistent M25.562", says: "M25.561 names the right side, which agrees with modifier RT on the claim."},
		{claim: "20610-RT 20610-LT dx:M25.561 dx:E11.9", want: "consistent M25.561",
			says: "agrees with modifier RT on the claim; no diagnosis on the claim names the left side, which is named by modifier LT."},
		{claim: "20610-50 dx:M25.561 dx:E11.9", want: "consistent M25.561", says: "agrees with one side of modifier 50 on the claim; no diagnosis on the claim names the left side"},
		{claim: "26055-F1 dx:M65.342", want: "conflict M65.342", says: "M65.342 names the ring finger, which contradicts modifier F1 on the claim, the index finger."},
		{claim: "26055-F3 dx:M65.342", want: "consistent M65.342", says: "names the left side and the ring finger, which agrees with modifier F3 on the claim."},
		{claim: "26055-F1 dx:S62.621A", want: "consistent S62.621A", says: "the index finger, which agrees"},
		{claim: "26055-F1 26055-F3 dx:M65.342 dx:M65.322", want: "consistent M65.342; consistent M65.322"},
		{claim: "26055-F1 dx:M65.342 dx:M65.322", want: "consistent M65.342; consistent M65.322", says: "names the left side, which agrees with the side of modifier F1 on the claim; it names the ring finger and modifier F1 the index finger"},
		{claim: "26055-F1 dx:M65.342 dx:E11.9", want: "consistent M65.342", says: "so that line needs another diagnosis"},
		{claim: "26055-F1 dx:M79.645", want: "consistent M79.645", says: "the side of modifier F1 on the claim; its title does not tell the finger, so only the side was compared."},
		{claim: "26055-F1-LT dx:M65.342", want: "consistent M65.342", says: "agrees with modifiers F1 and LT"},
		{claim: "67800-E1 dx:H00.15", want: "conflict H00.15", says: "names the lower eyelid, which contradicts modifier E1 on the claim, the upper eyelid"},
		{claim: "67800-E2 dx:H00.15", want: "consistent H00.15"},
		{claim: "67800-E1 dx:H02.88B", want: "consistent H02.88B", says: "the upper eyelid and lower eyelid"},
		{claim: "26055-T1 dx:S90.112A", want: "conflict S90.112A", says: "great toe, which contradicts modifier T1 on the claim, the lesser toe"},
		{claim: "26055-TA dx:S90.112A", want: "consistent S90.112A"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "icd10cm.laterality", w
	}
	run(t, rows)
	r := w.check(t, "66984-RT 66984-LT dx:H25.11 dx:H40.1131")
	if f := of(r, "icd10cm.laterality")[0]; len(f.Lines) != 1 || f.Lines[0] != 0 || len(f.Modifiers) != 1 {
		t.Errorf("H25.11 is of %+v", f)
	}
}
