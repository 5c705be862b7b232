package cmsfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOfficialMCD reads every table of the two downloads at hand.
func TestOfficialMCD(t *testing.T) {
	official(t, "mcd/readme_first.txt")
	dir := os.Getenv("CASECONSULTANT_TESTDATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	rows := map[string]int{"article_x_contractor": 27348, "article_x_icd10_covered_group": 2474, "lcd_x_hcpc_code": 2162, "lcd_related_documents": 5233}
	for kind, folder := range map[string]string{MCDLCD: "mcd/current_lcd", MCDArticle: "mcd/current_article"} {
		files, _ := filepath.Glob(filepath.Join(dir, folder, "*.csv"))
		if len(files) < 28 {
			t.Errorf("%d files in %s", len(files), folder)
		}
		for _, f := range files {
			m := official(t, strings.TrimPrefix(f, dir))[0]
			name := strings.TrimSuffix(m.Name, ".csv")
			want := Ident{Kind: kind, Part: name, Format: Comma, Proved: true}
			if name == updatePeriod {
				want.Period = Monthly.from(2026, 1)
			}
			identified(t, m, want)
			table := readTable(m, name)
			if table == nil {
				continue
			}
			got, err := count(table)
			if err != nil {
				t.Error(err)
			}
			if want := rows[name]; want != 0 && got != want {
				t.Errorf("%s: %d rows, want %d", name, got, want)
			}
		}
	}
	listing := identified(t, official(t, "mcd/mcd_documents_latest_2025-08.csv")[0], Ident{Kind: MCDArticle, Part: "documents", Format: Comma, Proved: true, Period: Monthly.from(2025, 8)})
	if got := all(t, ReadMCDListing(listing)); len(got) != 3133 || got[0].ID != "L36668" || got[0].From != date(2025, 8, 14) {
		t.Errorf("%d documents, want 3,133", len(got))
	}
}
