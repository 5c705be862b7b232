package codeset_test

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestStarterStatus: what the starter alone knows, and that its silence is no
// verdict.
func TestStarterStatus(t *testing.T) {
	tx := begin(t)
	for _, test := range []struct {
		on, code  string
		status    code.Status
		notYet    bool
		set, row  string
		successor string
	}{
		{"2025-11-15", "cpt 99213", code.Valid, false, "pfs", "99213", ""},
		{"2024-08-15", "cpt 99213", code.Valid, false, "ncci-ptp-practitioner", "", ""},
		{"2024-05-01", "cpt 99283", code.Valid, false, "ncci-mue-practitioner", "99283", ""},
		{"2025-11-15", "cpt 99999", code.Unchecked, false, "", "", ""},
		{"2025-11-15", "cpt 99441", code.Deleted, false, "starter", "99441 (CPT 2025)", "98008-98015"},
		{"2024-12-31", "cpt 99441", code.Valid, false, "starter", "99441 (CPT 2025)", "98008-98015"},
		{"2025-01-01", "cpt 99441", code.Deleted, false, "starter", "99441 (CPT 2025)", "98008-98015"},
		{"2022-12-31", "cpt 99241", code.Valid, false, "starter", "99241 (CPT 2023)", ""},
		{"2023-01-01", "cpt 99241", code.Deleted, false, "starter", "99241 (CPT 2023)", ""},
		{"2024-08-15", "cpt 98016", code.Unknown, true, "starter", "98016 (CPT 2025)", ""},
		{"2025-11-15", "cpt 98016", code.Valid, false, "pfs", "98016", ""},
		{"2025-11-15", "hcpcs G2012", code.Deleted, false, "starter", "G2012 (CY 2025 PFS final rule, 89 FR 97710)", "98016"},
		{"2024-09-30", "hcpcs J2001", code.Valid, false, "hcpcs", "J2001", "J2003"},
		{"2024-10-01", "hcpcs J2001", code.Deleted, false, "hcpcs", "J2001", "J2003"},
		{"2024-09-30", "hcpcs J2003", code.Unknown, true, "hcpcs", "J2003", ""},
		{"2024-10-01", "hcpcs J2003", code.Valid, false, "hcpcs", "J2003", ""},
		{"2024-03-31", "hcpcs J1030", code.Valid, false, "hcpcs", "J1030", "J1010"},
		{"2025-11-15", "hcpcs J1030", code.Deleted, false, "hcpcs", "J1030", "J1010"},
		{"2025-11-15", "hcpcs J9999", code.Unchecked, false, "", "", ""},
		{"2025-11-15", "modifier 25", code.Valid, false, "starter", "25 (CPT Appendix A)", ""},
		{"2025-11-15", "modifier LT", code.Valid, false, "hcpcs", "LT", ""},
		{"2025-11-15", "modifier QQ", code.Unchecked, false, "", "", ""},
		{"2025-02-01", "icd10cm E11.9", code.Valid, false, "icd10cm", "E11.9", ""},
		{"2025-02-01", "icd10cm M54.5", code.Valid, false, "icd10cm", "M54.5", ""},
		{"2025-02-01", "icd10cm M79.31", code.Unknown, false, "icd10cm", "", ""},
		{"2025-02-01", "icd10cm S52.521B", code.Unknown, false, "icd10cm", "", ""},
		{"2025-02-01", "icd10cm M54.52", code.Unknown, false, "icd10cm", "", ""},
		{"2025-02-01", "icd10cm E11.8", code.Unchecked, false, "", "", ""},
		{"2024-09-30", "icd10cm E11.9", code.Unchecked, false, "", "", ""},
		{"2025-02-01", "icd10cm T81.4XXA", code.Deleted, false, "starter", "T81.4XXA (ICD-10-CM FY2019)", "T81.40-T81.49"},
		{"2025-02-01", "icd10pcs 0DTJ4ZZ", code.Valid, false, "icd10pcs", "0DTJ4ZZ", ""},
		{"2025-02-01", "pos 11", code.Unchecked, false, "", "", ""},
	} {
		f := gather(t, tx, test.on, test.code)
		cf := f.Codes[test.code]
		if f.Status(parse(test.code)) != test.status || cf.NotYet != test.notYet || cf.Successor != test.successor ||
			cf.Source.Set != test.set || test.row != "" && cf.Source.Row != test.row {
			t.Errorf("%s on %s: %q not yet %v successor %q by %s %q, want %+v", test.code, test.on, cf.Status, cf.NotYet,
				cf.Successor, cf.Source.Set, cf.Source.Row, test)
		}
	}
}

// TestFullTables: the silence of published tables is a verdict, of the diagnosis
// set alone, and of fee schedule, MUE and edits together.
func TestFullTables(t *testing.T) {
	tx := begin(t)
	icd := func(c string) []any { return []any{"icd10cm", c, nil, nil, true, "a title"} }
	publish(t, tx, icd2025, "code_rows", codeColumns, icd("A00.0"), icd("A00.1"))
	publish(t, tx, icd2026, "code_rows", codeColumns, icd("A00.0"), icd("QA0.0139"), icd("A00.11"))
	publish(t, tx, pfs2025, "pfs_rows", pfsColumns, pfsRow("20610"))
	publish(t, tx, publication{codeset.KindPFS, "2024-01", "2024-01-01", "2024-12-31", false}, "pfs_rows", pfsColumns, pfsRow("20610"), pfsRow("20999"))
	check := func(on, c string, status code.Status, notYet bool, set, release string) {
		t.Helper()
		cf := gather(t, tx, on, c).Codes[c]
		if cf.Status != status || cf.NotYet != notYet || cf.Source.Set != set || cf.Source.Release != release {
			t.Errorf("%s on %s: %q not yet %v by %s %s, want %q %v by %s %s", c, on, cf.Status, cf.NotYet, cf.Source.Set, cf.Source.Release,
				status, notYet, set, release)
		}
	}
	check("2025-02-01", "icd10cm A00.1", code.Valid, false, "icd10cm", "FY2025")
	check("2025-11-15", "icd10cm A00.1", code.Deleted, false, "icd10cm", "FY2025")
	check("2025-02-01", "icd10cm QA0.0139", code.Unknown, true, "icd10cm", "FY2026")
	check("2025-02-01", "icd10cm A00.11", code.Unknown, true, "icd10cm", "FY2026") // though A00.1 is complete in FY2025
	check("2025-11-15", "icd10cm QA0.0139", code.Valid, false, "icd10cm", "FY2026")
	check("2025-11-15", "icd10cm E11.9", code.Unknown, false, "icd10cm", "FY2026") // the starter's row hides
	check("2025-02-01", "cpt 20999", code.Unchecked, false, "", "")                // MUE and PTP are still the starter's
	publish(t, tx, mue2025Q1, "mue_rows", mueColumns, []any{"20610", 2, "3"})
	publish(t, tx, ptp2025Q1, "ptp_rows", ptpColumns,
		[]any{"20610", "00001", "2020-01-01", nil, "1"}, []any{"00002", "20610", "2010-01-01", "2019-12-31", "1"})
	check("2025-02-01", "cpt 20999", code.Deleted, false, "pfs", "2024-01")
	check("2025-02-01", "cpt 20998", code.Unknown, false, "pfs", "2025-01")
	check("2025-02-01", "cpt 00001", code.Valid, false, "ncci-ptp-practitioner", "2025Q1")
	check("2025-02-01", "cpt 00002", code.Deleted, false, "ncci-ptp-practitioner", "2025Q1")
	check("2019-02-01", "cpt 00002", code.Valid, false, "ncci-ptp-practitioner", "2025Q1")
}

// TestDroppedRow: the newest HCPCS file no longer lists what ended long ago; the
// older file's row still answers for its days.
func TestDroppedRow(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{codeset.KindHCPCS, "2019", "2019-01-01", "2019-12-31", true}, "code_rows", codeColumns,
		[]any{"hcpcs", "J9998", "2001-01-01", "2020-12-31", true, "A DRUG"})
	publish(t, tx, publication{codeset.KindHCPCS, "2025Q1", "2025-01-01", "2025-03-31", true}, "code_rows", codeColumns,
		[]any{"hcpcs", "J9997", "2001-01-01", nil, true, "ANOTHER"})
	for on, want := range map[string]code.Status{"2019-06-01": code.Valid, "2020-12-31": code.Valid, "2021-01-01": code.Deleted} {
		cf := gather(t, tx, on, "hcpcs J9998").Codes["hcpcs J9998"]
		if cf.Status != want || cf.Source.Release != "2019" || cf.Source.EffectiveTo != "2020-12-31" {
			t.Errorf("on %s: %+v, want %q", on, cf, want)
		}
	}
	if cf := gather(t, tx, "2025-02-01", "hcpcs J9996").Codes["hcpcs J9996"]; cf.Status != code.Unknown {
		t.Errorf("%+v", cf)
	}
}

// TestLicensedCPT: the operator's own CPT file decides where it is loaded.
func TestLicensedCPT(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{codeset.KindCPT, "2025", "2025-01-01", "2025-12-31", false}, "code_rows", codeColumns,
		[]any{"cpt", "20610", nil, nil, true, "text of the licence holder"})
	if cf := gather(t, tx, "2025-06-01", "cpt 20610").Codes["cpt 20610"]; cf.Status != code.Valid || cf.Source.Set != codeset.KindCPT {
		t.Errorf("%+v", cf)
	}
	if cf := gather(t, tx, "2025-06-01", "cpt 20998").Codes["cpt 20998"]; cf.Status != code.Unknown || cf.Source.Set != codeset.KindCPT {
		t.Errorf("%+v", cf)
	}
}
