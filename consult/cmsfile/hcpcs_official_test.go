package cmsfile

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

// hcpcsOf reads an official member that must be taken for the Alpha-Numeric file.
func hcpcsOf(t *testing.T, m Member, f Format, period string) []HCPCSRow {
	t.Helper()
	id, err := Identify(m)
	if err != nil || id.Kind != HCPCS || id.Format != f || id.Period.Name != period || !id.Proved {
		t.Fatalf("%s: %+v, %v", m, id, err)
	}
	rows, err := take(ReadHCPCS(m, id.Format))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func countHCPCS(rows []HCPCSRow) (codes, modifiers int) {
	for _, r := range rows {
		if r.Modifier {
			modifiers++
		} else {
			codes++
		}
	}
	return codes, modifiers
}

// TestOfficialHCPCS: the rows of data/README.md, and the text and the workbook
// of one zip with equal rows, but for what CMS left out: dates of action in 115
// rows and a type of service in two.
func TestOfficialHCPCS(t *testing.T) {
	zip := official(t, "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip")
	text := hcpcsOf(t, member(t, zip, "ANWEB.txt"), Text, "2019")
	sheet := hcpcsOf(t, member(t, zip, "ANWEB.xlsx"), Sheet, "2019")
	if codes, modifiers := countHCPCS(text); codes != 6440 || modifiers != 360 || len(sheet) != len(text) {
		t.Fatalf("%d codes, %d modifiers, %d rows in the workbook", codes, modifiers, len(sheet))
	}
	dates, types := 0, 0
	for i, a := range text {
		b := sheet[i]
		if !a.ActionFrom.Equal(b.ActionFrom) && (a.ActionFrom.IsZero() || b.ActionFrom.IsZero()) {
			a.ActionFrom, b.ActionFrom = time.Time{}, time.Time{}
			dates++
		}
		if len(a.TypesOfService)+1 == len(b.TypesOfService) {
			a.TypesOfService = b.TypesOfService
			types++
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("text     %+v\nworkbook %+v", a, b)
		}
	}
	if dates != 115 || types != 2 {
		t.Errorf("%d dates of action and %d types of service differ", dates, types)
	}
}

func TestOfficialHCPCS2024(t *testing.T) {
	rows := hcpcsOf(t, official(t, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz")[0], Text, "2024Q4")
	if codes, modifiers := countHCPCS(rows); codes != 8091 || modifiers != 383 {
		t.Errorf("%d codes, %d modifiers", codes, modifiers)
	}
	for _, r := range rows {
		if r.Code == "J2001" && (r.Modifier || r.Terminated != date(2024, 9, 30) || r.Added != date(2004, 1, 1)) {
			t.Errorf("%+v", r)
		}
	}
}

// TestOfficialHCPCS2026 reads the true head of the csv.
func TestOfficialHCPCS2026(t *testing.T) {
	rows := hcpcsOf(t, official(t, "layouts/HCPC2026_OCT_ANWEB.head.csv")[0], Comma, "2026Q4")
	if codes, modifiers := countHCPCS(rows); codes != 0 || modifiers != 5 {
		t.Errorf("%d codes, %d modifiers", codes, modifiers)
	}
	if r := rows[len(rows)-1]; r.Code != "JG" || r.Terminated != date(2024, 12, 31) || r.ActionFrom != date(2025, 1, 1) {
		t.Errorf("%+v", r)
	}
}

func TestOfficialNOC(t *testing.T) {
	zip := official(t, "hcpcs/2019-HCPCS-NOC-Codes.zip")
	var all [][]NOCRow
	for _, suffix := range []string{".xlsx", ".prn"} {
		m := member(t, zip, suffix)
		id, err := Identify(m)
		if err != nil || id.Kind != HCPCSNOC || id.Period.Name != "2019" {
			t.Fatalf("%s: %+v, %v", m, id, err)
		}
		rows, err := take(ReadNOC(m, id.Format))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows)
	}
	if len(all[0]) != 139 || len(all[1]) != 139 {
		t.Fatalf("%d rows in the workbook, %d in the print", len(all[0]), len(all[1]))
	}
	for i, sheet := range all[0] {
		print := all[1][i]
		if len(print.Title) > 75 {
			sheet.Title = sheet.Title[:len(print.Title)] // the print cuts it
		}
		if sheet != print {
			t.Errorf("workbook %+v\nprint    %+v", sheet, print)
		}
	}
}

// TestOfficialNoRelease: what comes with the HCPCS file and is not the table.
func TestOfficialNoRelease(t *testing.T) {
	for _, path := range []string{"hcpcs/2019-Alpha-Numeric-HCPCS-File.zip", "hcpcs/2019-HCPCS-Alpha-Numeric-Corrections.zip", "hcpcs/2019-HCPCS-Record-Layout.zip"} {
		for _, m := range official(t, path) {
			id, err := Identify(m)
			switch {
			case id.Kind == HCPCS:
			case errors.Is(err, ErrNoRelease):
				t.Log(err)
			case !errors.Is(err, ErrNoCodeFile):
				t.Errorf("%s: %+v, %v", m, id, err)
			default:
				t.Log(err)
			}
		}
	}
}
