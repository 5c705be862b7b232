package codeset_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// wholeLibrary is every official file at hand with what its README counts in it.
var wholeLibrary = []struct{ file, kind, release, rows, billable string }{
	{"icd10cm/cm2024.zip", "icd10cm", "FY2024", "97,296", "74,044"},
	{"icd10cm/cm2025.zip", "icd10cm", "FY2025", "97,584", "74,260"},
	{"icd10cm/icd10cm_tabular_2021.xml.gz", "icd10cm-tabular", "FY2021", "45,017", "0"},
	{"icd10pcs/pcs2025.zip", "icd10pcs", "FY2025", "78,948", "78,948"},
	{"gems/gem2018cm.zip", "gem-cm", "2018", "106,453", "0"},   // 24,860 and 81,593
	{"gems/gem2018pcs.zip", "gem-pcs", "2018", "174,618", "0"}, // 101,025 and 73,593
	{"hcpcs/2019-Alpha-Numeric-HCPCS-File.zip", "hcpcs", "2019", "6,800", "6,440"},
	{"hcpcs/2019-HCPCS-NOC-Codes.zip", "hcpcs-noc", "2019", "139", "0"},
	{"hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz", "hcpcs", "2024Q4", "8,474", "8,091"},
	{"ncci/ccipra-v302-layout.txt.gz", "ncci-ptp-practitioner", "2024Q3", "2,546,017", "0"},
	{"ncci/mue_practitioner_2024q2.csv", "ncci-mue-practitioner", "2024Q2", "14,677", "0"},
	{"ncci/mue_practitioner_2026q2.csv", "ncci-mue-practitioner", "2026Q2", "15,095", "0"},
	{"ncci/aoc_2026q3.csv", "ncci-addon", "2026Q3", "7,743", "0"},
	{"pfs/PPRRVU2025_Oct.redacted.csv", "pfs", "2025-10", "19,090", "0"},
	{"pfs/GPCI2025.csv", "gpci", "2025", "109", "0"},
	{"pos/pos_codes_2024.csv", "pos", "2024", "99", "0"},
	{"mce/mce_code_edits_v41.csv", "mce", "FY2024", "7,946", "0"},
	{"mcd/current_lcd/*.csv", "mcd-lcd", "2026-01", "21,132", "0"},
	{"mcd/current_article/*.csv", "mcd-article", "2026-01", "48,865", "0"},
	{"mcd/mcd_documents_latest_2025-08.csv", "mcd-article", "2025-08", "3,133", "0"},
}

// TestWholeLibrary imports all of them into one database, twice.
func TestWholeLibrary(t *testing.T) {
	dir := codeset.SharedData(t)
	pool := pgtest.New(t)
	var files []string
	for _, w := range wholeLibrary {
		files = append(files, must(filepath.Glob(filepath.Join(dir, w.file)))...)
	}
	done := loads(t, pool, options(), files...)
	if len(done) != len(wholeLibrary) {
		t.Fatalf("%d releases, want %d", len(done), len(wholeLibrary))
	}
	for i, w := range wholeLibrary {
		r := done[i]
		got := fmt.Sprint(r.Kind, " ", r.Release, " ", r.Rows, " ", r.Billable)
		want := strings.ReplaceAll(fmt.Sprint(w.kind, " ", w.release, " ", w.rows, " ", w.billable), ",", "")
		if got != want || r.AlreadyLoaded {
			t.Errorf("%s: %s, want %s", w.file, got, want)
		}
	}
	for _, r := range loads(t, pool, options(), files...) {
		if !r.AlreadyLoaded {
			t.Errorf("%s %s was loaded twice", r.Kind, r.Release)
		}
	}
	f := asked(t, pool, "2024-08-15", "20610", "99213")
	if a := f.Answers[codeset.KindPTPPractitioner]; len(f.Pairs) != 1 || f.Pairs[0].Indicator != "1" || a.Release != "2024Q3" || a.Starter {
		t.Errorf("20610 with 99213: %+v, %+v", f.Pairs, a)
	}
}
