package codeset

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"

	"github.com/jackc/pgx/v5"
)

// TestImportNCCIOfficial loads the true MUE and add-on tables whole, and asks
// on days of either quarter. BenchmarkImportPTP loads the edits.
func TestImportNCCIOfficial(t *testing.T) {
	first, second, addOns := officialFile(t, "ncci/mue_practitioner_2024q2.csv"), officialFile(t, "ncci/mue_practitioner_2026q2.csv"), officialFile(t, "ncci/aoc_2026q3.csv")
	pool := pgtest.New(t)
	for _, c := range []struct {
		file   string
		rows   int64
		layout string
	}{{first, 14677, "proved"}, {second, 15095, "proved"}, {addOns, 7743, "documented"}} {
		if r := imports(t, pool, c.file); r.Rows != c.rows || r.Layout != c.layout || r.Notes != nil {
			t.Errorf("%+v, want %d rows, %s", r, c.rows, c.layout)
		}
	}
	for on, want := range map[string]string{"2024-05-01": "2024Q2", "2025-05-01": "2024Q2", "2026-05-01": "2026Q2"} {
		var f Facts
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) (err error) {
			f, err = Gather(t.Context(), tx, query(must8(code.ParseDay(on)), []string{"cpt 11042", "cpt 11045", "cpt 64727"}))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		mue := f.Codes["cpt 11042"].MUE
		if mue == nil || mue.Source.Release != want || mue.Source.AsOf != (on == "2025-05-01") {
			t.Errorf("on %s: %+v, want %s", on, mue, want)
		}
		if a := f.Codes["cpt 11045"].AddOn; len(a) != 1 || a[0].Primary != "11042" || a[0].Type != "1" {
			t.Errorf("on %s: add-on relations %+v", on, a)
		}
		if a := f.Codes["cpt 64727"].AddOn; len(a) == 0 || a[len(a)-1].Primary != "CCCCC" || f.Codes["cpt 11042"].AddOn != nil || f.Codes["cpt 11042"].NotAddOn {
			t.Errorf("on %s: add-on relations %+v", on, a)
		}
	}
}
