package cmsfile

import (
	"bytes"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// show writes rows, a line each.
func show[T any](t *testing.T, b *bytes.Buffer, rows iter.Seq2[T, error]) {
	t.Helper()
	for _, r := range all(t, rows) {
		fmt.Fprintf(b, "%+v\n", r)
	}
}

// TestPFS reads the layouts of 2025 and 2026: read by header, so that the column
// inserted in 2026 moves nothing.
func TestPFS(t *testing.T) {
	for name, want := range map[string]Ident{
		"PPRRVU2025_Oct.csv":    {Kind: PFS, Format: Comma, Proved: true, Period: Schedule.from(2025, 10)},
		"PPRRVU2025_Oct.txt":    {Kind: PFS, Part: "text", Format: Text, Proved: true, Period: Schedule.from(2025, 10)},
		"PPRRVU2026_nonQPP.csv": {Kind: PFS, Format: Comma, Proved: true, Period: Schedule.from(2026, 1)},
		"PPRRVU2026_QPP.csv":    {Kind: PFS, Part: "qpp", Format: Comma, Proved: true, Period: Schedule.from(2026, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			m := identified(t, fixture(t, "pfs/"+name), want)
			show(t, &b, ReadPFS(m, want.Format))
			golden(t, "pfs/"+name+".golden", b.Bytes())
			if strings.Contains(b.String(), "WORDS OF THE FIXTURE") {
				t.Error("a description left the reader")
			}
		})
	}
}

// TestPFSAlike reads one table as csv, text and workbook.
func TestPFSAlike(t *testing.T) {
	csv := fixture(t, "pfs/PPRRVU2025_Oct.csv")
	want := all(t, ReadPFS(csv, Comma))
	for i, r := range all(t, ReadPFS(fixture(t, "pfs/PPRRVU2025_Oct.txt"), Text)) {
		if r != want[i] {
			t.Errorf("text %+v, csv %+v", r, want[i])
		}
	}
	book := identified(t, numberBook(t, csv, "PPRRVU2025_Oct.xlsx"), Ident{Kind: PFS, Format: Sheet, Period: Schedule.from(2025, 10)})
	for i, r := range all(t, ReadPFS(book, Sheet)) {
		if r != want[i] {
			t.Errorf("workbook %+v, csv %+v", r, want[i])
		}
	}
}

// numberBook is a csv as a workbook whose figures are numbers, codes with leading
// zeros among them.
func numberBook(t *testing.T, csv Member, name string) Member {
	t.Helper()
	book := excelize.NewFile()
	for r, err := range csv.commaRows() {
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range r.cells {
			at, _ := excelize.CoordinatesToCellName(i+1, r.no)
			var v any = c
			if n, err := strconv.ParseFloat(c, 64); err == nil {
				v = n
			}
			if err := book.SetCellValue("Sheet1", at, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	members, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return members[0]
}

func TestGPCI(t *testing.T) {
	for name, want := range map[string]Ident{
		"GPCI2025.csv": {Kind: GPCI, Part: "indices", Format: Comma, Proved: true, Period: Year(2025)},
		"GPCI2024.csv": {Kind: GPCI, Part: "indices", Format: Comma, Proved: true, Period: Year(2024)},
		"25LOCCO.csv":  {Kind: GPCI, Part: "counties", Format: Comma, Period: Year(2025)},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			m := identified(t, fixture(t, "pfs/"+name), want)
			if want.Part == "counties" {
				show(t, &b, ReadCounties(m, Comma))
			} else {
				show(t, &b, ReadGPCI(m, Comma))
			}
			golden(t, "pfs/"+name+".golden", b.Bytes())
		})
	}
	book := numberBook(t, fixture(t, "pfs/GPCI2025.csv"), "GPCI2025.xlsx")
	if got := all(t, ReadGPCI(book, Sheet)); len(got) != 2 || got[1].Locality != "01" {
		t.Errorf("workbook: %+v", got)
	}
}

func TestLists(t *testing.T) {
	for name, want := range map[string]Ident{
		"pos_codes_2023.csv":   {Kind: POS, Format: Comma, Proved: true, Period: Year(2023)},
		"pos_printed_2024.csv": {Kind: POS, Format: Comma, Period: Year(2024)},
		"mce_v42.csv":          {Kind: MCE, Format: Comma, Proved: true, Period: FiscalYear(2025, false)},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			m := identified(t, fixture(t, "list/"+name), want)
			if want.Kind == MCE {
				show(t, &b, ReadMCE(m, Comma))
			} else {
				show(t, &b, ReadPOS(m, Comma))
			}
			golden(t, "list/"+name+".golden", b.Bytes())
		})
	}
}

// TestPFSTitles: a title without a month is that of January.
func TestPFSTitles(t *testing.T) {
	csv := text(t, "pfs/PPRRVU2025_Oct.csv")
	for title, want := range map[string]Period{
		"Value File July Release":    Schedule.from(2025, 7),
		"Value File January Release": Schedule.from(2025, 1),
		"Value File":                 Schedule.from(2025, 1),
		"Value File March Release":   Schedule.from(2025, 3),
	} {
		id, err := Identify(memory("a.csv", strings.Replace(csv, "Value File October Release", title, 1)))
		if err != nil || id.Period != want {
			t.Errorf("%s: %+v, %v", title, id.Period, err)
		}
	}
	if p := Schedule.from(2025, 7); p.To != date(2025, 9, 30) {
		t.Errorf("July speaks to %s", p.To)
	}
}

func TestRefusedLists(t *testing.T) {
	pfs, txt := text(t, "pfs/PPRRVU2025_Oct.csv"), text(t, "pfs/PPRRVU2025_Oct.txt")
	gpci, county := text(t, "pfs/GPCI2025.csv"), text(t, "pfs/25LOCCO.csv")
	pos, mce := text(t, "list/pos_codes_2023.csv"), text(t, "list/mce_v42.csv")
	table := func(s string) error { return last(ReadPFS(memory("p.csv", s), Comma)) }
	fixed := func(s string) error { return last(ReadPFS(memory("p.txt", s), Text)) }
	indices := func(s string) error { return last(ReadGPCI(memory("g.csv", s), Comma)) }
	counties := func(s string) error { return last(ReadCounties(memory("c.csv", s), Comma)) }
	places := func(s string) error { return last(ReadPOS(memory("s.csv", s), Comma)) }
	editor := func(s string) error { return last(ReadMCE(memory("m.csv", s), Comma)) }
	for _, c := range []struct {
		why      string
		read     func(string) error
		in       string
		old, new string
		want     string
	}{
		{"cut off in a row", table, pfs[:len(pfs)-40], "", "", "p.csv, line 18: has"},
		{"cut off after the header", table, pfs[:strings.Index(pfs, "10001")], "", "", "p.csv: holds no row of the fee schedule: cut off after its header"},
		{"no header", table, "a,b\nc,d\n", "", "", "p.csv: holds no row of the fee schedule: cut off after its header"},
		{"a column lacks", table, pfs, "GLOB,PRE", "GLOBE,PRE", `p.csv, line 10: the header has no column "GLOB DAYS"`},
		{"a figure that is none", table, pfs, "1.25", "1,25", "p.csv, line 11: has 32 columns, its header 31: cut off, or another table"},
		{"a word for a figure", table, pfs, "1.25", "n/a", `p.csv, line 11: "n/a" is no WORK RVU`},
		{"global days that are none", table, pfs, ",010,", ",10,", `p.csv, line 11: "10" is no GLOB DAYS`},
		{"a modifier that has no row", table, pfs, "10002,TC", "10002,59", `p.csv, line 14: "59" is no MOD`},
		{"two tables", table, pfs + pfs[strings.Index(pfs, "10001"):], "", "", "p.csv: holds 10001 twice: two tables in one file"},
		{"another file behind", table, pfs + "A,B\n", "", "", "p.csv, line 19: has 2 columns, its header 31: cut off, or another table"},
		{"a short record", fixed, txt[:len(txt)-70], "", "", "p.txt, line 15: is 132 columns long, a record at least 147: cut off"},
		{"headers alone", fixed, txt[:strings.Index(txt, "10001")], "", "", "p.txt: holds no row of the fee schedule: cut off after its header"},
		{"a header within", fixed, txt + txt, "", "", `p.txt, line 16: is 50 columns long, a record at least 147: cut off`},
		{"a filled gap", fixed, txt, "21100      ", "211000     ", "p.txt, line 8: columns 121 to 127 are filled, which the published layout leaves empty: import the csv of the same release"},
		{"a byte 0", fixed, txt, "HDR A", "HDR\x00A", "p.txt, line 1: holds a byte 0: not a text file"},
		{"an index that is none", indices, gpci, "0.9", "much", `g.csv, line 4: "much" is no practice expense index`},
		{"a state that is none", indices, gpci, "ZZ,01", "Zetaland,01", `g.csv, line 5: "Zetaland" is no state`},
		{"two indices of one kind", indices, gpci, "2025 PW GPCI (with 1.0 Floor),", "2025 PW GPCI,2025 PW GPCI again,", `g.csv, line 3: the header has no column "PW GPCI"`},
		{"no row", indices, gpci[:strings.Index(gpci, "90001")], "", "", "g.csv: holds no row: cut off after its header"},
		{"no contractor", counties, county, "90002,99", ",99", `c.csv, line 6: "" is no contractor`},
		{"no counties", counties, county, "ALL OTHER COUNTIES", "", "c.csv, line 6: names no state or no counties"},
		{"a code that is none", places, pos, "2,Facility", "2b,Facility", "s.csv, line 3: no place of service code with its name"},
		{"neither facility nor not", places, pos, "2,Facility", "2,Sometimes", `s.csv, line 3: "sometimes" is neither facility nor non-facility`},
		{"a code twice", places, pos, "03,", "01,", "s.csv, line 4: place of service 01 stands there twice"},
		{"a range backwards", places, pos, "03,", "30-29,", "s.csv, line 4: 30-29 ends before it begins"},
		{"no code of ICD-10", editor, mce, "A01.1", "250.00", `m.csv, line 2: "250.00" is no code of ICD-10`},
		{"no rule", editor, mce, "Rule three", "", "m.csv, line 4: names no list or no rule"},
		{"no header of lists", editor, "a,b\n", "", "", "m.csv: no header of the table"},
	} {
		t.Run(c.why, func(t *testing.T) {
			err := c.read(strings.Replace(c.in, c.old, c.new, 1))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Error("more than one line")
			}
		})
	}
}

// text is a fixture as it lies there.
func text(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// last is the error that ends the rows.
func last[T any](rows iter.Seq2[T, error]) error {
	_, err := count(rows)
	return err
}

func FuzzPFS(f *testing.F) {
	f.Add(text(f, "pfs/PPRRVU2025_Oct.csv"))
	f.Add(text(f, "pfs/PPRRVU2026_nonQPP.csv"))
	f.Add(text(f, "pfs/PPRRVU2025_Oct.txt"))
	f.Fuzz(func(t *testing.T, s string) {
		m := memory("a.csv", s)
		one(t, ReadPFS(m, Comma))
		one(t, ReadPFS(m, Text))
		_, _ = Identify(m)
	})
}

func FuzzLists(f *testing.F) {
	for _, name := range []string{"pfs/GPCI2025.csv", "pfs/25LOCCO.csv", "list/pos_codes_2023.csv", "list/pos_printed_2024.csv", "list/mce_v42.csv"} {
		f.Add(text(f, name))
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := memory("a.csv", s)
		one(t, ReadGPCI(m, Comma))
		one(t, ReadCounties(m, Comma))
		one(t, ReadPOS(m, Comma))
		one(t, ReadMCE(m, Comma))
		_, _ = Identify(m)
	})
}

// one checks that an error is of one line, and that nothing comes after it.
func one[T any](t *testing.T, rows iter.Seq2[T, error]) {
	t.Helper()
	var bad error
	for _, err := range rows {
		if bad != nil {
			t.Fatalf("a row after %v", bad)
		}
		if bad = err; err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatalf("more than one line: %q", err)
		}
	}
}
