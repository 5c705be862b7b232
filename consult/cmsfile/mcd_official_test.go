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
			got, err := countMCD(m, name)
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

// countMCD reads a table by its name.
func countMCD(m Member, name string) (int, error) {
	_, table, _ := strings.Cut(name, "_")
	switch table {
	case "x_hcpc_code":
		return count(ReadMCDCodes(m, ListHCPCS))
	case "x_hcpc_modifier":
		return count(ReadMCDCodes(m, ListModifier))
	case "x_icd10_covered":
		return count(ReadMCDCodes(m, ListCovered))
	case "x_icd10_noncovered":
		return count(ReadMCDCodes(m, ListNoncovered))
	case "x_icd10_pcs_code":
		return count(ReadMCDCodes(m, ListPCS))
	case "x_bill_code":
		return count(ReadMCDCodes(m, ListBill))
	case "x_revenue_code":
		return count(ReadMCDCodes(m, ListRevenue))
	case "x_code_table":
		return count(ReadMCDCodes(m, ListTable))
	case "x_hcpc_code_group":
		return count(ReadMCDGroups(m, ListHCPCS))
	case "x_hcpc_modifier_group":
		return count(ReadMCDGroups(m, ListModifier))
	case "x_icd10_covered_group":
		return count(ReadMCDGroups(m, ListCovered))
	case "x_icd10_noncovered_group":
		return count(ReadMCDGroups(m, ListNoncovered))
	case "x_icd10_pcs_code_group":
		return count(ReadMCDGroups(m, ListPCS))
	case "x_contractor":
		return count(ReadMCDServed(m))
	case "x_primary_jurisdiction":
		return count(ReadMCDPrimary(m))
	case "related_documents":
		return count(ReadMCDRelated(m))
	case "future_retire":
		return count(ReadMCDRetire(m))
	}
	switch name {
	case "lcd", "article":
		return count(ReadMCDDocuments(m))
	case "contractor":
		return count(ReadMCDContractors(m))
	case "contractor_jurisdiction":
		return count(ReadMCDJurisdictions(m))
	case "state_lookup":
		return count(ReadMCDStates(m))
	}
	return 0, nil
}
