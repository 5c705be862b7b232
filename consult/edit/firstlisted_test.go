package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestFirstListed(t *testing.T) {
	w := newWorld().dx("Z00.00", "Z00.6", "Z01.419", "Z51.11", "Z51.5", "Z52.0", "Z52.9", "Z38.00", "Z76.89", "E11.9", "S52.521A", "W19.XXXA", "Y92.009", "O80", "Z37.0", "O70.0")
	w.put(code.ICD10CM, "Z02.0", func(cf *codeset.CodeFacts) { cf.Status = code.Deleted })
	rows := []row{
		{claim: "dx:E11.9 dx:Z00.00", want: "required Z00.00/E11.9", says: "Z00.00 may only be listed first unless|the claim lists E11.9 before it|guideline I.C.21.c"},
		{claim: "dx:Z00.00 dx:E11.9", want: "satisfied Z00.00"},
		{claim: "dx:Z00.00"},
		{claim: "dx:Z00.00 dx:Z01.419", want: "satisfied Z00.00; required Z01.419/Z00.00"},
		{claim: "dx:E11.9 dx:Z00.6"},
		{claim: "dx:E11.9 dx:Z51.11", want: "required Z51.11/E11.9"},
		{claim: "dx:E11.9 dx:Z51.5"},
		{claim: "dx:E11.9 dx:Z52.0", want: "required Z52.0/E11.9"},
		{claim: "dx:E11.9 dx:Z52.9"},
		{claim: "dx:E11.9 dx:Z38.00", want: "required Z38.00/E11.9"},
		{claim: "dx:E11.9 dx:Z76.89"},
		{claim: "dx:E11.9 dx:Z02.0"},
		{claim: "dx:W19.XXXA", want: "required W19.XXXA", says: "never listed first|guideline I.C.20.a.6"},
		{claim: "dx:W19.XXXA dx:S52.521A", want: "required W19.XXXA"},
		{claim: "dx:S52.521A dx:W19.XXXA dx:Y92.009", want: "satisfied W19.XXXA/S52.521A; satisfied Y92.009/S52.521A"},
		{claim: "dx:W19.XXXA dx:Y92.009", want: "required W19.XXXA"},
		{claim: "dx:O80 dx:Z37.0", want: "satisfied O80"},
		{claim: "dx:Z37.0 dx:O80", want: "required O80/Z37.0", says: "I.C.15.n.1"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "icd10cm.code_first", w
	}
	run(t, rows)
}

// TestEdition: a day that the guidelines at hand do not cover is told so.
func TestEdition(t *testing.T) {
	w := newWorld().dx("Z00.00", "E11.9", "W19.XXXA", "S52.521A", "O80", "O70.0")
	for on, own := range map[string]bool{"2025-09-30": false, "2025-10-01": true, "2026-09-30": true, "2026-10-01": false} {
		for _, text := range []string{"dx:E11.9 dx:Z00.00", "dx:W19.XXXA dx:S52.521A", "dx:O70.0 dx:O80"} {
			c := claim(text)
			c.On, _ = code.ParseDay(on)
			r := w.checkClaim(t, c)
			fs := slices.Concat(of(r, "icd10cm.code_first"), of(r, "icd10cm.excludes1"))
			if len(fs) == 0 {
				t.Errorf("%s %s: no finding", on, text)
			}
			for _, f := range fs {
				if !strings.Contains(f.Statement, "of FY2026") || strings.Contains(f.Statement, "of FY2026)") != own ||
					strings.Contains(f.Statement, "the edition at hand, not that of "+on) == own {
					t.Errorf("%s %s: %s", on, text, f.Statement)
				}
			}
		}
	}
}

// TestSoleDelivery is worked case 83.
func TestSoleDelivery(t *testing.T) {
	bare := func() *world { return newWorld().dx("O80", "O70.0", "O99.824", "Z37.0") }
	w := bare().note("inclusion_term", "O80", "O80", "This code is for use as a single diagnosis code and is not to be used with any other code from chapter 15.").
		note("use_additional", "O80", "O80", "code to indicate outcome of delivery (Z37.0)", "Z37.0")
	run(t, []row{
		{name: "83", world: w, claim: "dx:O80 dx:O70.0 dx:Z37.0", rule: "icd10cm.excludes1", want: "conflict O80/O70.0",
			says: "O80 is not reported with any other code of chapter 15, and O70.0 is one (the note at O80 and guideline I.C.15.n.1"},
		{name: "83, the outcome", world: w, claim: "dx:O80 dx:O70.0 dx:Z37.0", rule: "icd10cm.use_additional", want: "satisfied O80/Z37.0"},
		{name: "two others", world: w, claim: "dx:O70.0 dx:O80 dx:O99.824", rule: "icd10cm.excludes1", want: "conflict O80/O70.0; conflict O80/O99.824"},
		{name: "alone", world: w, claim: "dx:O80 dx:Z37.0", rule: "icd10cm.excludes1"},
		{name: "no delivery", world: w, claim: "dx:O70.0 dx:O99.824", rule: "icd10cm.excludes1"},
		{name: "by the guideline alone", world: bare(), claim: "dx:O80 dx:O70.0", rule: "icd10cm.excludes1", want: "conflict O80/O70.0", says: "is one (guideline I.C.15.n.1"},
	})
	if f := of(w.check(t, "dx:O80 dx:O70.0"), "icd10cm.excludes1")[0]; f.Owner != "O80" || f.Source.Row != "O80 inclusion_term" {
		t.Errorf("%+v", f)
	}
}

func TestManifestation(t *testing.T) {
	w := newWorld().put(code.ICD10CM, "H36", func(cf *codeset.CodeFacts) { cf.Title = "Retinal disorders in diseases classified elsewhere" }).
		put(code.ICD10CM, "J98.8", func(cf *codeset.CodeFacts) {
			cf.Title = "Other specified respiratory disorders, not elsewhere classified"
		}).
		mce("D63.0", "other", "Manifestation (Not Allowed as Principal Diagnosis)").mce("O80", "other", "Something else").dx("E11.9")
	run(t, []row{
		{name: "first", world: w, claim: "dx:H36 dx:E11.9", rule: "icd10cm.manifestation", want: "required H36"},
		{name: "second", world: w, claim: "dx:E11.9 dx:H36", rule: "icd10cm.manifestation", want: "satisfied H36"},
		{name: "not elsewhere classified", world: w, claim: "dx:J98.8", rule: "icd10cm.manifestation"},
		{name: "by the list, first", world: w, claim: "dx:D63.0", rule: "icd10cm.manifestation", want: "required D63.0", says: "on the list of the Medicare Code Editor"},
		{name: "by the list, second", world: w, claim: "dx:E11.9 dx:D63.0", rule: "icd10cm.manifestation", want: "satisfied D63.0"},
		{name: "another list", world: w, claim: "dx:O80", rule: "icd10cm.manifestation"},
	})
	if f := of(w.check(t, "dx:D63.0"), "icd10cm.manifestation")[0]; f.Source.Row != "D63.0 other" {
		t.Errorf("%+v", f)
	}
}
