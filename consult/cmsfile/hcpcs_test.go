package cmsfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// bookOf is a member that holds the table of a csv below rows of disclaimers.
func bookOf(t testing.TB, name string, above int, table Member, f Format) Member {
	t.Helper()
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	no := 1
	put := func(cells []string) {
		for i, c := range cells {
			at, _ := excelize.CoordinatesToCellName(i+1, no)
			if err := book.SetCellStr("Sheet1", at, c); err != nil {
				t.Fatal(err)
			}
		}
		no++
	}
	for range above {
		put([]string{"***Disclaimer of this test"})
	}
	for r, err := range table.rows(f) {
		if err != nil {
			t.Fatal(err)
		}
		put(r.cells)
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	m := memory(name, "")
	m.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }
	return m
}

var hcpcsFiles = []struct {
	path   string
	format Format
	period string
}{
	{"hcpcs/HCPC2019_TEST_ANWEB.txt", Text, "2019"},
	{"hcpcs/HCPC2024_OCT_TEST_ANWEB.txt", Text, "2024Q4"},
	{"hcpcs/HCPC2026_OCT_TEST_ANWEB.csv", Comma, "2026Q4"},
}

func TestHCPCS(t *testing.T) {
	var all [][]HCPCSRow
	for _, c := range hcpcsFiles {
		m := fixture(t, c.path)
		id, err := Identify(m)
		if err != nil || id.Kind != HCPCS || id.Format != c.format || id.Period.Name != c.period {
			t.Errorf("%s: %+v, %v", m, id, err)
		}
		rows, err := take(ReadHCPCS(m, id.Format))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows)
	}
	m := bookOf(t, "HCPC2026_OCT_TEST_ANWEB.xlsx", 6, fixture(t, hcpcsFiles[2].path), Comma)
	if id, err := Identify(m); err != nil || id.Kind != HCPCS || id.Format != Sheet {
		t.Errorf("%+v, %v", id, err)
	}
	sheet, err := take(ReadHCPCS(m, Sheet))
	if err != nil || !reflect.DeepEqual(all[0], all[2]) || !reflect.DeepEqual(all[0], sheet) {
		t.Errorf("text, csv and workbook differ: %v", err)
	}
	for i, r := range all[1] {
		if r.Long != strings.ToUpper(all[0][i].Long) || r.Terminated != all[0][i].Terminated {
			t.Errorf("upper case: %+v", r)
		}
	}
	var out bytes.Buffer
	for _, r := range all[0] {
		b, _ := json.Marshal(r)
		fmt.Fprintf(&out, "%s\n", b)
	}
	golden(t, "hcpcs/rows.golden", out.Bytes())
}

// TestHCPCSPeriod: the content names no period; the names under which CMS has
// published the file do.
func TestHCPCSPeriod(t *testing.T) {
	text := textOf(t, fixture(t, hcpcsFiles[0].path))
	for name, want := range map[string]string{
		"HCPC2019_CONTR_ANWEB.txt":          "2019",
		"HCPC2020_ANWEB_w_disclaimer.txt":   "2020",
		"HCPC2023_JUL_ANWEB.txt":            "2023Q3",
		"HCPC2024_APR_ANWEB_v2.txt":         "2024Q2",
		"HCPC2025_JAN_ANWEB_01122025.txt":   "2025Q1",
		"july-2025-alpha-numeric-hcpcs.txt": "2025Q3",
		"anweb.txt":                         "",
	} {
		if id, err := Identify(memory(name, text)); err != nil || id.Kind != HCPCS || id.Period.Name != want {
			t.Errorf("%s: %+v, %v, want %s", name, id, err, want)
		}
	}
}

// edited is the text of a fixture with old put for new in it, once.
func edited(t testing.TB, path, old, put string) string {
	t.Helper()
	text := textOf(t, fixture(t, path))
	if old != "" && !strings.Contains(text, old) {
		t.Fatalf("%s holds no %q", path, old)
	}
	return strings.Replace(text, old, put, 1)
}

// lastOf is the last line of a text.
func lastOf(text string) string {
	lines := slices.Collect(strings.Lines(text))
	return lines[len(lines)-1]
}

func TestHCPCSRefused(t *testing.T) {
	text, csv := hcpcsFiles[0].path, hcpcsFiles[2].path
	whole, csvText := textOf(t, fixture(t, text)), textOf(t, fixture(t, csv))
	from := strings.Index(whole, "J0003002004")
	lost := whole[:from] + whole[strings.Index(whole, "J0003003004"):]
	for _, c := range []struct {
		name, text string
		f          Format
		want       string
	}{
		{"cut within a line", whole[:len(whole)-300], Text, "line 13: is cut off: 22 columns where the lines before have 320"},
		{"cut within a first record", edited(t, hcpcsFiles[1].path, "20020701        N", "2002"), Text, `line 1: action code "" is no letter; is the line cut off?`},
		{"another text in it", edited(t, text, "A0001001003", "Something else"), Text,
			"line 9: is no HCPCS record: columns 1 to 11 are code, sequence number and a record id 3, 4, 7 or 8"},
		{"no record", "nothing of the kind\n", Text, "holds no HCPCS record"},
		{"continuation of another code", edited(t, text, "J0003002004", "J0004002004"), Text, "line 12: continues J0004, whose first record does not stand above it"},
		{"continuation first", "J0003002004x\n", Text, "line 1: continues J0003, whose first record does not stand above it"},
		{"sequence", edited(t, text, "J0003003004", "J0003002004"), Text, "line 13: sequence number 200 of J0003 does not follow 200; is a record missing?"},
		{"continuation lost", lost, Text, "line 12: sequence number 300 of J0003 does not follow 100; is a record missing?"},
		{"number between", edited(t, text, "J0003003004", "J0003002504"), Text, "line 13: sequence number 250 of J0003 does not follow 200; is a record missing?"},
		{"first record not the first", edited(t, text, "J0002001003", "J0002002003"), Text, "line 10: sequence number 200 of the first record of J0002 is not 100"},
		{"modifier's continuation lost", edited(t, text, "   ZZ002008", "   ZZ003008"), Text, "line 8: sequence number 300 of ZZ does not follow 100; is a record missing?"},
		{"row of a table lost", csvText + strings.Replace(lastOf(csvText), ",0010,3,", ",0030,4,", 1), Comma,
			"line 7: sequence number 30 of J0003 does not follow 10; is a record missing?"},
		{"twice", edited(t, text, "J0002001003", "A0001001003"), Text, "line 10: A0001 stands twice"},
		{"date", edited(t, text, "1986010120030101", "1986130120030101"), Text, `line 9: ADD DT "19861301" is no date`},
		{"no date of adding", edited(t, text, "1986010120030101", "        20030101"), Text, "line 9: A0001 has no date of adding"},
		{"ends first", edited(t, text, "200401012024100120240930", "200401012024100120030930"), Text, "line 11: J0003 ends before it begins"},
		{"coverage", edited(t, csv, ",,,,D,YY", ",,,,7,YY"), Comma, `line 4: coverage code "7" is no letter`},
		{"column lacks", edited(t, csv, "TERM DT", "END DT"), Comma, `line 1: the header has no column "TERM DT"`},
		{"record id", edited(t, csv, "A0001,0010,3", "A0001,0010,5"), Comma, `line 4: record id "5" is none of 3, 4, 7 and 8`},
		{"sequence number", edited(t, csv, "A0001,0010,3", "A0001,x,3"), Comma, `line 4: sequence number "x" is no number`},
		{"code", edited(t, csv, "A0001,0010,3", "AA001,0010,3"), Comma, `line 4: "AA001" is no HCPCS code or modifier`},
		{"cut table", edited(t, csv, "20171231,D", ""), Comma, `line 3: action code "" is no letter; is the line cut off?`},
		{"no header", strings.Repeat("a,b\n", 50), Comma, "line 41: no header with the columns HCPC and RECID in the 40 rows above"},
	} {
		want := "x_ANWEB: " + c.want
		if strings.HasPrefix(c.want, "line") {
			want = "x_ANWEB, " + c.want
		}
		if _, err := take(ReadHCPCS(memory("x_ANWEB", c.text), c.f)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", c.name, err, want)
		}
	}
}

func TestNOC(t *testing.T) {
	m := fixture(t, "hcpcs/NOC_Codes_TEST_2019.prn")
	id, err := Identify(m)
	if err != nil || id.Kind != HCPCSNOC || id.Part != NOCPrint || id.Period.Name != "2019" {
		t.Errorf("%+v, %v", id, err)
	}
	rows, err := take(ReadNOC(m, id.Format))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, r := range rows {
		b, _ := json.Marshal(r)
		fmt.Fprintf(&out, "%s\n", b)
	}
	golden(t, "hcpcs/noc.golden", out.Bytes())

	table := memory("NOC.csv", "HCPCS,LONG DESCRIPTION,ADD DATE,TERM DATE\nA0999,Test supply that has no code of its own,19870101,\n")
	book := bookOf(t, "NOC_Codes_TEST_2019.xlsx", 0, memory("x.csv", ",NOC CODES - HCPCS 2019\n\n"+textOf(t, table)), Comma)
	id, err = Identify(book)
	if err != nil || id.Kind != HCPCSNOC || id.Part != "" || id.Period.Name != "2019" {
		t.Errorf("%+v, %v", id, err)
	}
	if got, err := take(ReadNOC(book, Sheet)); err != nil || len(got) != 1 || got[0] != rows[0] {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestNOCRefused(t *testing.T) {
	const path = "hcpcs/NOC_Codes_TEST_2019.prn"
	for _, c := range []struct{ old, put, want string }{
		{"HCPCS  LONG", "CODES  LONG", "x: holds no code under a header HCPCS, LONG DESCRIPTION, ADD DATE, TERM DATE"},
		{"J0001", "A0999", "x, line 7: A0999 stands twice"},
		{"J0001", "JJ001", `x, line 7: "JJ001" is no HCPCS code`},
		{"20100101", "20101301", `x, line 7: "20101301" is no date`},
		{"20100101", "        ", "x, line 7: J0001 has no date of adding"},
		{"Test drug not otherwise classified, ended", strings.Repeat(" ", 41), "x, line 7: J0001 has no description"},
	} {
		if _, err := take(ReadNOC(memory("x", edited(t, path, c.old, c.put)), Text)); err == nil || err.Error() != c.want {
			t.Errorf("%q for %q: %v, want %s", c.put, c.old, err, c.want)
		}
	}
}

// TestNoRelease: what holds codes and is no table is said by name.
func TestNoRelease(t *testing.T) {
	for text, want := range map[string]string{
		" HCPCS/MOD      TYPE OF CHANGE    SHORT DESCRIPTION\nA0001 ADD x\n":        "the list of changes",
		"\n     2019 ALPHA-NUMERIC HCPCS CORRECTIONS\n\n CODE ACTION\n A0001 ADD\n": "corrections in words",
		"      PROCESSING NOTES\n_____\n 0001--THIS NOTE\n":                         "the wording of HCPCS processing notes",
		"Concept Id\tCPT Code\tConsumer Friendly Descriptor\n1\t00001\talpha\n":     "the AMA's consumer or clinician descriptors",
	} {
		_, err := Identify(memory("x.txt", text))
		if !errors.Is(err, ErrNoRelease) || !errors.Is(err, ErrNoCodeFile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := Identify(memory("README.txt", "Read this first.\n")); errors.Is(err, ErrNoRelease) || !errors.Is(err, ErrNoCodeFile) {
		t.Errorf("%v", err)
	}
}

func FuzzHCPCS(f *testing.F) {
	for _, c := range hcpcsFiles {
		f.Add(textOf(f, fixture(f, c.path)), c.format == Comma)
	}
	f.Fuzz(func(t *testing.T, text string, comma bool) {
		m, format := memory("x_ANWEB", text), Text
		if comma {
			format = Comma
		}
		_, _ = Identify(m)
		sound(t, ReadHCPCS(m, format))
	})
}

func FuzzNOC(f *testing.F) {
	f.Add(textOf(f, fixture(f, "hcpcs/NOC_Codes_TEST_2019.prn")), false)
	f.Add("HCPCS,LONG DESCRIPTION,ADD DATE,TERM DATE\nA0999,Test,19870101,\n", true)
	f.Fuzz(func(t *testing.T, text string, comma bool) {
		m, format := memory("NOC", text), Text
		if comma {
			format = Comma
		}
		_, _ = Identify(m)
		sound(t, ReadNOC(m, format))
	})
}
