package codeset_test

import (
	"path/filepath"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// officialFiles lists files of the shared test data; the test is skipped where
// it is absent.
func officialFiles(t *testing.T, patterns ...string) []string {
	t.Helper()
	dir := codeset.SharedData(t)
	var all []string
	for _, p := range patterns {
		files := must(filepath.Glob(filepath.Join(dir, p)))
		if len(files) == 0 {
			t.Skipf("no official files %s at %s: set CASECONSULTANT_TESTDATA", p, dir)
		}
		all = append(all, files...)
	}
	return all
}

// TestOfficialFeesAndCoverage imports the fee schedule, the localities, the
// lists and both coverage downloads as they are.
func TestOfficialFeesAndCoverage(t *testing.T) {
	pool := pgtest.New(t)
	for _, c := range []struct {
		files         string
		kind, release string
		rows          int64
	}{
		{"pfs/PPRRVU2025_Oct.redacted.csv", codeset.KindPFS, "2025-10", 19090},
		{"pfs/GPCI2025.csv", "gpci", "2025", 109},
		{"pos/pos_codes_2024.csv", "pos", "2024", 99},
		{"mce/mce_code_edits_v41.csv", codeset.KindMCE, "FY2024", 7946},
		{"mcd/mcd_documents_latest_2025-08.csv", codeset.KindArticle, "2025-08", 3133},
		{"mcd/current_lcd/*.csv", codeset.KindLCD, "2026-01", 12859 + 2162 + 104 + 242 + 5233 + 58 + 120 + 291 + 63},
		{"mcd/current_article/*.csv", codeset.KindArticle, "2026-01", 27348 + 1979 + 517 + 1224 + 2474 + 1293 + 215 + 1237 + 1259 + 2859 + 1480 + 259 + 6195 + 52 + 120 + 291 + 63},
	} {
		r := loads(t, pool, options(), officialFiles(t, c.files)...)
		if len(r) != 1 || r[0].Kind != c.kind || r[0].Release != c.release || r[0].Rows != c.rows || r[0].Layout != "proved" {
			t.Errorf("%s: %+v, want %s %s with %d rows", c.files, r, c.kind, c.release, c.rows)
		}
		t.Logf("%s: %d rows in %.1f s; %q", c.files, r[0].Rows, r[0].Seconds, r[0].Notes)
	}
	if n := count(t, pool, "select count(distinct (code, mod)) from pfs_rows where conversion is not null"); n != 19090 {
		t.Errorf("%d keys", n)
	}
	docs := covered(t, pool, "E0953", "2026-01-20")
	if len(docs) == 0 || docs[0].ID != "L33312" || docs[0].Title == "" || len(docs[0].Contractors) == 0 || len(docs[0].States) < 50 {
		t.Errorf("documents that list E0953: %+v", docs)
	}
}
