package codeset_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestAbove: an unknown diagnosis comes with the nearest listed code above it, and
// its source is an absence, which has no row.
func TestAbove(t *testing.T) {
	tx := begin(t)
	for c, want := range map[string]codeset.Above{"M79.31": {Code: "M79.3", Billable: true}, "M54.52": {Code: "M54.5"}} {
		cf := gather(t, tx, "2025-02-01", "icd10cm "+c).Codes["icd10cm "+c]
		if cf.Above == nil || *cf.Above != want || cf.Source.Row != "" {
			t.Errorf("%s: %+v, source %+v", c, cf.Above, cf.Source)
		}
	}
	if cf := gather(t, tx, "2025-02-01", "icd10cm M54.5").Codes["icd10cm M54.5"]; cf.Above != nil {
		t.Errorf("beside a valid code: %+v", cf.Above)
	}
}

// TestOlderList: what no list of the day lacks may have begun since the last one.
func TestOlderList(t *testing.T) {
	tx := begin(t)
	icd := func(c string) []any { return []any{"icd10cm", c, nil, nil, true, "a title"} }
	publish(t, tx, publication{codeset.KindICD10CM, "FY2023", "2022-10-01", "2023-09-30", false}, "code_rows", codeColumns, icd("A00.0"), icd("A00.1"))
	publish(t, tx, icd2025, "code_rows", codeColumns, icd("A00.0"), icd("A00.2"))
	publish(t, tx, pfs2025, "pfs_rows", pfsColumns, pfsRow("20610"))
	publish(t, tx, mue2025Q1, "mue_rows", mueColumns, []any{"20610", 2, "3"})
	publish(t, tx, ptp2025Q1, "ptp_rows", ptpColumns, []any{"20610", "00001", "2020-01-01", nil, "1"})
	for _, test := range []struct {
		on, code string
		status   code.Status
		asOf     bool
	}{
		{"2023-11-15", "icd10cm A00.2", code.Unknown, true}, // not "not yet": FY2024 may have begun it
		{"2024-11-15", "icd10cm QA0.0139", code.Unknown, false},
		{"2025-11-15", "icd10cm QA0.0139", code.Unknown, true},
		{"2025-11-15", "icd10cm A00.1", code.Deleted, false},
		{"2025-02-01", "cpt 20999", code.Unknown, false},
		{"2026-02-01", "cpt 20999", code.Unknown, true},
	} {
		cf := gather(t, tx, test.on, test.code).Codes[test.code]
		if cf.Status != test.status || cf.NotYet || cf.Source.AsOf != test.asOf {
			t.Errorf("%s on %s: %+v, want %+v", test.code, test.on, cf, test)
		}
	}
}

// TestStrayEdit: an edit that outlives its code by the other code's does not show
// it to be live, and the last day of most edits is told, not that of a single one.
func TestStrayEdit(t *testing.T) {
	tx := begin(t)
	rows := [][]any{{"0715T", "99241", "2020-01-01", "2023-12-31", "1"}, {"0715T", "00009", "2020-01-01", "2023-12-31", "1"}, {"00001", "00009", "2001-01-01", "2005-12-31", "1"}}
	for i := range 20 {
		other := fmt.Sprintf("1%04d", i)
		rows = append(rows, []any{other, "99241", "2020-01-01", "2022-12-31", "1"}, []any{"00009", other, "2020-01-01", "2022-12-31", "1"})
	}
	publish(t, tx, ptp2025Q1, "ptp_rows", ptpColumns, rows...)
	publish(t, tx, publication{codeset.KindPFS, "2023-01", "2023-01-01", "", false}, "pfs_rows", pfsColumns, pfsRow("20610"))
	publish(t, tx, publication{codeset.KindMUEPractitioner, "2023Q1", "2023-01-01", "", false}, "mue_rows", mueColumns, []any{"20610", 2, "3"})
	for _, test := range []struct {
		on, code string
		status   code.Status
		set, row string
	}{
		{"2022-12-31", "cpt 99241", code.Valid, "starter", ""},
		{"2023-06-01", "cpt 99241", code.Deleted, "starter", ""},
		{"2023-06-01", "cpt 0715T", code.Valid, codeset.KindPTPPractitioner, ""},
		{"2022-06-01", "cpt 00009", code.Valid, codeset.KindPTPPractitioner, ""},
		{"2023-06-01", "cpt 00009", code.Deleted, codeset.KindPTPPractitioner, "00009/10000/2020-01-01"},
		{"2024-06-01", "cpt 00009", code.Deleted, codeset.KindPTPPractitioner, "00009/10000/2020-01-01"},
	} {
		cf := gather(t, tx, test.on, test.code).Codes[test.code]
		if cf.Status != test.status || cf.Source.Set != test.set || test.row != "" && cf.Source.Row != test.row {
			t.Errorf("%s on %s: %s by %+v, want %+v", test.code, test.on, cf.Status, cf.Source, test)
		}
	}
}

// TestRangeOfSuccessors: of a range only the codes are named that a release of the
// day has; of diagnoses those with the seventh character of the one replaced.
func TestRangeOfSuccessors(t *testing.T) {
	tx := begin(t)
	publish(t, tx, pfs2025, "pfs_rows", pfsColumns, pfsRow("98008"), pfsRow("98015"), pfsRow("98016"))
	icd := func(c string, billable bool) []any { return []any{"icd10cm", c, nil, nil, billable, "t"} }
	publish(t, tx, icd2025, "code_rows", codeColumns, icd("T81.40", false), icd("T81.40XA", true), icd("T81.40XD", true), icd("T81.49XA", true), icd("T81.500A", true))
	for _, test := range [][3]string{
		{"2025-02-01", "cpt 99441", "98008 98015"}, {"2026-02-01", "cpt 99441", ""},
		{"2025-02-01", "icd10cm T81.4XXA", "T81.40XA T81.49XA"}, {"2025-02-01", "hcpcs G2012", ""},
	} {
		var got []string
		for _, s := range gather(t, tx, test[0], test[1]).Codes[test[1]].Successors {
			got = append(got, s.Code.Code)
		}
		if strings.Join(got, " ") != test[2] {
			t.Errorf("%s on %s: %q, want %q", test[1], test[0], got, test[2])
		}
	}
}
