package cmsfile

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/xuri/excelize/v2"
)

// workbook makes an xlsx of sheets, in the order of their names.
func workbook(t testing.TB, name string, sheets map[string][][]any) Member {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, sheet := range slices.Sorted(maps.Keys(sheets)) {
		if i == 0 {
			_ = f.SetSheetName("Sheet1", sheet)
		} else if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for n, cells := range sheets[sheet] {
			cell, _ := excelize.CoordinatesToCellName(1, n+1)
			if err := f.SetSheetRow(sheet, cell, &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	m := memory(name, "")
	m.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }
	return m
}

// TestNCCIIdentified: what the files say, and what only their names can.
func TestNCCIIdentified(t *testing.T) {
	read := func(name string) string {
		r, err := fixture(t, "ncci/"+name).Open()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	table, mue, aoc, changes := read("ccipra-v302r0-f1.txt"), read("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"), read("AOC_V2026Q3-MCR.txt"), read("changes.txt")
	for _, c := range []struct{ name, text, kind, part, period string }{
		{"ccipra-v302r0-f1.txt", table, PTPPractitioner, "f1", "2024Q3"},
		{"ccioph-v322r0-f4.TXT", table, PTPOutpatient, "f4", "2026Q3"},
		{"ccipra-v302.txt", table, PTPPractitioner, "", "2024Q3"},
		{"2026Q3 hospital edits.txt", table, PTPOutpatient, "", "2026Q3"},
		{"edits.txt", table, "", "", ""},
		{"Practitioner for hospital.txt", table, "", "", ""},
		{"MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", mue, MUEPractitioner, "", "2026Q3"},
		{"misnamed_practitioner_2024q2.csv", read("outpatient.csv"), MUEOutpatient, "", "2024Q2"},
		{"mue.csv", read("dme.csv"), MUEDME, "", ""},
		{"AOC_V2026Q3-MCR.txt", aoc, AddOn, "", "2026Q3"},
		{"addon_2026q3.csv", read("addon_2026q3.csv"), AddOn, "", "2026Q3"},
		{"whatever.txt", changes, PTPPractitioner, "changes", "2026Q3"},
	} {
		id, err := Identify(memory(c.name, c.text))
		if err != nil || id.Kind != c.kind || id.Part != c.part || id.Period.Name != c.period {
			t.Errorf("%s: %+v, %v", c.name, id, err)
		}
		if (id.Kind == "") != (len(id.Kinds) == 2) {
			t.Errorf("%s: may be %v", c.name, id.Kinds)
		}
	}
	for name, text := range map[string]string{
		"prose.txt":   "NCCI edits have a Column 1 and a Column 2.\nColumn 1\tand Column 2\n",
		"layout.txt":  "Field\tPosition\nColumn 1\t1-5\nColumn 2\t7-11\nModifier\t20\n",
		"list.csv":    "HCPCS/CPT Code,Units\n20610,1\n",
		"primary.csv": "primary_code,secondary_code\n11042,97597\n",
	} {
		if id, err := Identify(memory(name, text)); !errors.Is(err, ErrNoCodeFile) {
			t.Errorf("%s taken for %+v (%v)", name, id, err)
		}
	}
}

// TestMedicaidsTables: same columns, other edits.
func TestMedicaidsTables(t *testing.T) {
	for name, like := range map[string]string{"AOC_V2026Q3-MCD.txt": "AOC_V2026Q3-MCR.txt", "mcd_pra_ptp_2026q3.txt": "ccipra-v302r0-f1.txt", "Medicaid practitioner changes.txt": "changes.txt"} {
		m := fixture(t, "ncci/"+like)
		m.Name, m.File = name, name
		if id, err := Identify(m); !errors.Is(err, ErrNoRelease) || !strings.Contains(err.Error(), "Medicaid's NCCI table") {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

// TestNCCINoProof: the layouts of which no true file was met say so.
func TestNCCINoProof(t *testing.T) {
	for name, proved := range map[string]bool{"ccipra-v302r0-f1.txt": true, "ccioph-v322r0-f4.txt": false,
		"MCR_MUE_PractitionerServices_Eff_07-01-2026.csv": true, "outpatient.csv": false, "dme.csv": false,
		"addon_2026q3.csv": false, "AOC_V2026Q3-MCR.txt": false, "changes.txt": false} {
		if id, err := Identify(fixture(t, "ncci/"+name)); err != nil || id.Proved != proved {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
	header := strings.Split(strings.SplitAfter(above, "\r\n")[2], "\t")
	for name, rows := range map[string][][]any{
		"ccipra-v302r0-f1.xlsx":                            {{header[0], header[1], header[2], header[3], header[4], header[5]}, {10060, 10061, nil, 20200101, "*", 1}},
		"MCR_MUE_PractitionerServices_Eff_07-01-2026.xlsx": {{"HCPCS/CPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator"}, {20610, 1, 2}},
	} {
		if id, err := Identify(workbook(t, name, map[string][][]any{"1": rows})); err != nil || id.Kind == "" || id.Proved {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

// TestNCCINumbers: codes that a workbook holds as numbers have their zeros back;
// what is no code as a number stays none.
func TestNCCINumbers(t *testing.T) {
	sheet := func(rows ...[]any) Member { return workbook(t, "x.xlsx", map[string][][]any{"Additions": rows}) }
	edits := []any{"Column 1", "Column 2", "in existence prior to 1996", "Effective Date", "Deletion Date", "Modifier"}
	mue := []any{"HCPCS/CPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator"}
	addOns := []any{"Add-On Code", "Primary Code", "Edit Type", "AOC_Edit_Eff_Dt", "AOC_Edit_Del_Dt"}
	for _, c := range []struct {
		name string
		read func(t *testing.T) []byte
		want string // in the rows
	}{
		{"edits", func(t *testing.T) []byte {
			return dump(t, PTP(sheet([]any{2024}, edits, []any{100, 1996, nil, 20200101, "*", 1}, []any{10060, 100, nil, 20200101, "*", 1}), Sheet))
		}, "{Column1:00100 Column2:01996 ,{Column1:10060 Column2:00100 "},
		{"changes", func(t *testing.T) []byte {
			return dump(t, PTPChanges(sheet([]any{"Column 1", "Column 2", "Effective Date", "CCMI"}, []any{1996, 10060, 20200101, 1}), Sheet))
		}, "Column1:01996 Column2:10060 "},
		{"units", func(t *testing.T) []byte { return dump(t, MUE(sheet(mue, []any{1996, 1, 2}), Sheet)) }, "{Code:01996 Units:1 "},
		{"add-ons", func(t *testing.T) []byte {
			return dump(t, AddOns(sheet(addOns, []any{1968, 1967, 1, 2013091, nil}, []any{1953, "CCCCC", 2, 2013091, nil}), Sheet))
		}, "{AddOn:01968 Primary:01967 ,{AddOn:01953 Primary:CCCCC "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(c.read(t))
			for _, want := range strings.Split(c.want, ",") {
				if !strings.Contains(got, want) {
					t.Errorf("%s\nwant %s", got, want)
				}
			}
		})
	}
	for s, want := range map[string]string{"1996": "01996", "100": "00100", "99": "99", "99213": "99213", "-199": "0-199", "J330": "J330", "": ""} {
		if got := sheetCode(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	_, err := take(MUE(memory("mue.csv", mueHead1+"1996,1,2,CMS Policy\n"), Comma))
	if err == nil || !strings.Contains(err.Error(), `"1996" is no CPT or HCPCS code`) {
		t.Errorf("text: %v", err)
	}
}

// TestNCCIBroken: a download that breaks while it is read is an error of every
// reader, never the end of the table.
func TestNCCIBroken(t *testing.T) {
	const addOns = "Add-On Code\tAOC_Edit_Type\tPrimary Code\tAOC_Edit_Eff_Dt\tAOC_Edit_Del_Dt\n11045\t1\t11042\t2013091\t\n"
	const changes = "Additions\nColumn 1\tColumn 2\tEffective Date\tModifier\n20610\t20550\t20260701\t1\n"
	broken := errors.New("connection lost")
	for name, c := range map[string]struct {
		text string
		read func(m Member) error
	}{
		"edits":    {above + "10060\t10061\t\t20200101\t*\t1\tMore extensive procedure\r\n", func(m Member) error { _, err := take(PTP(m, Tabs)); return err }},
		"changes":  {changes, func(m Member) error { _, err := take(PTPChanges(m, Tabs)); return err }},
		"units":    {mueHead1 + "20610,1,2,CMS Policy\r\n", func(m Member) error { _, err := take(MUE(m, Comma)); return err }},
		"add-ons":  {addOns, func(m Member) error { _, err := take(AddOns(m, Tabs)); return err }},
		"workbook": {"PK\x03\x04", func(m Member) error { _, err := take(PTP(m, Sheet)); return err }},
		"changes'": {"PK\x03\x04", func(m Member) error { _, err := take(PTPChanges(m, Sheet)); return err }},
	} {
		m := memory(name, "")
		m.open = func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(c.text), iotest.ErrReader(broken))), nil
		}
		if err := c.read(m); err == nil || !strings.Contains(err.Error(), broken.Error()) {
			t.Errorf("%s: breaks: %v", name, err)
		}
		m.open = func() (io.ReadCloser, error) { return nil, broken }
		if err := c.read(m); err == nil || !strings.Contains(err.Error(), broken.Error()) {
			t.Errorf("%s: does not open: %v", name, err)
		}
	}
}

// TestNCCIStops: a caller that wants no more rows gets no more, nor what is wrong further down.
func TestNCCIStops(t *testing.T) {
	first := func(rows int, err error) {
		t.Helper()
		if rows != 1 || err != nil {
			t.Errorf("%d rows, %v", rows, err)
		}
	}
	first(firstOf(MUE(memory("x.csv", mueHead1+"20610,1,2,CMS Policy\r\nnonsense\r\n"), Comma)))
	first(firstOf(AddOns(memory("x.txt", "Add-On Code\tAOC_Edit_Type\tPrimary Code\tAOC_Edit_Eff_Dt\tAOC_Edit_Del_Dt\n11045\t1\t11042\t2013091\t\nnonsense\n"), Tabs)))
	first(firstOf(PTPChanges(memory("x.txt", "Additions\nColumn 1\tColumn 2\tEffective Date\tModifier\n20610\t20550\t20260701\t1\nnonsense\n"), Tabs)))
	first(firstOf(PTPChanges(workbook(t, "x.xlsx", map[string][][]any{"Additions": {{"Column 1", "Column 2", "Effective Date", "CCMI"}, {20610, 20550, 20260701, 1}},
		"Deletions": {{"Column 1", "Column 2"}, {"nonsense", 20550}}}), Sheet)))
}

// firstOf takes the first row.
func firstOf[T any](rows iter.Seq2[T, error]) (n int, err error) {
	for _, err := range rows {
		return n + 1, err
	}
	return 0, nil
}

func TestProcedureShape(t *testing.T) {
	for s, want := range map[string]bool{"99213": true, "0001U": true, "J3301": true, "A1234": true, "CCCCC": false, "A123B": false,
		"9921": false, "992133": false, "": false, "99.13": false, "0o01U": false} {
		if got := procedure([]byte(s)); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// TestTitles leaves the AMA's notice out, whose year is not the release's.
func TestTitles(t *testing.T) {
	h := &head{table: []row{{1, []string{"copyright 2025 American Medical Association"}}, {2, []string{"Edits of", ""}}, {3, []string{"July 1, 2026"}}, {4, []string{"a", "b"}}}}
	if got := titles(h); got != "Edits of July 1, 2026" || strings.Contains(got, "2025") {
		t.Error(got)
	}
}
