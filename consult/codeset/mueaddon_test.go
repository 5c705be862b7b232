package codeset_test

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestSupplierLimit: the limit of the DME suppliers' table stands beside that of
// the setting, and neither takes the other's place.
func TestSupplierLimit(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{codeset.KindMUEPractitioner, "2025Q1", "2025-01-01", "2025-03-31", false}, "mue_rows", mueColumns,
		[]any{"L3908", 0, "3"}, []any{"20610", 2, "3"})
	f := gather(t, tx, "2025-02-01", "hcpcs L3908")
	if cf := f.Codes["hcpcs L3908"]; cf.MUE == nil || cf.MUE.Limit != 0 || cf.SupplierMUE != nil || f.Answers[codeset.KindMUEDME].Missing == "" {
		t.Errorf("one table: %+v, %+v", cf, f.Answers[codeset.KindMUEDME])
	}
	publish(t, tx, publication{codeset.KindMUEDME, "2025Q1", "2025-01-01", "2025-03-31", false}, "mue_rows", mueColumns,
		[]any{"L3908", 2, "3"})
	f = gather(t, tx, "2025-02-01", "hcpcs L3908", "cpt 20610")
	cf := f.Codes["hcpcs L3908"]
	if cf.MUE == nil || cf.MUE.Limit != 0 || cf.SupplierMUE == nil || cf.SupplierMUE.Limit != 2 || cf.SupplierMUE.Source.Set != codeset.KindMUEDME {
		t.Errorf("both tables: %+v, %+v", cf.MUE, cf.SupplierMUE)
	}
	if cf := f.Codes["cpt 20610"]; cf.MUE == nil || cf.MUE.Limit != 2 || cf.SupplierMUE != nil || f.Answers[codeset.KindMUEDME].Release != "2025Q1" {
		t.Errorf("20610: %+v, %+v", cf, f.Answers[codeset.KindMUEDME])
	}
}

// TestAddOnPeriods: a row of the add-on table that ended or begins later is told
// apart from those of the day.
func TestAddOnPeriods(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{codeset.KindAddOn, "2026Q3", "2026-07-01", "", true}, "addon_rows",
		"addon primary_code type effective_from effective_to",
		[]any{"11045", "11042", "1", "2013-04-01", nil}, []any{"11045", "97597", "1", "2013-04-01", "2019-12-31"}, []any{"11045", "11043", "1", "2027-01-01", nil})
	for on, want := range map[string][2]int{"2019-12-31": {2, 1}, "2020-01-01": {1, 2}, "2012-01-01": {0, 3}, "2027-01-01": {2, 1}} {
		if cf := gather(t, tx, on, "cpt 11045").Codes["cpt 11045"]; len(cf.AddOn) != want[0] || len(cf.AddOnElse) != want[1] {
			t.Errorf("on %s: %+v, else %+v", on, cf.AddOn, cf.AddOnElse)
		}
	}
}
