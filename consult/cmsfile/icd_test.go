package cmsfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// icdDump writes all rows of an ICD or GEM member, whatever it is told to be.
func icdDump(m Member) (string, error) {
	id, err := Identify(m)
	if err != nil {
		return "", err
	}
	s := code.System(id.Kind)
	var b bytes.Buffer
	fmt.Fprintln(&b, id.Kind, id.Part, id.Period.Name, id.Proved)
	switch {
	case id.Kind == ICD10CMTabular:
		var list TabularList
		list, err = Tabular(m)
		fmt.Fprintln(&b, list.Version, list.Chapters, list.Diags)
		icdLines(&b, list.Sections)
		icdLines(&b, list.Notes)
		icdLines(&b, list.Extensions)
	case strings.HasPrefix(id.Kind, "gem"):
		var rows []GEMRow
		rows, err = take(GEM(m, id.Kind, id.Part))
		icdLines(&b, rows)
	case id.Part == PartOrder:
		var rows []CodeRow
		rows, err = take(Order(m, s))
		icdLines(&b, rows)
	case id.Part == PartCodes:
		var rows []CodeRow
		rows, err = take(Codes(m, s))
		icdLines(&b, rows)
	default:
		var a Addenda
		a, err = ReadAddenda(m, s, id.Part)
		fmt.Fprintf(&b, "%+v to %+v\n", a.Before, a.After)
		icdLines(&b, a.Changes)
	}
	return b.String(), err
}

func icdLines[T any](b *bytes.Buffer, rows []T) {
	for _, r := range rows {
		fmt.Fprintf(b, "%+v\n", r)
	}
}

func TestICDFixtures(t *testing.T) {
	for _, dir := range []string{"icd", "gem"} {
		files, err := os.ReadDir(filepath.Join("testdata", dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), ".golden") {
				continue
			}
			got, err := icdDump(fixture(t, filepath.Join(dir, f.Name())))
			if err != nil {
				t.Error(err)
				continue
			}
			golden(t, filepath.Join(dir, f.Name()+".golden"), []byte(got))
		}
	}
}

// icdEdited is a fixture with one text put for another.
func icdEdited(t *testing.T, path, old, now string) Member {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), old) {
		t.Fatalf("%s has no %q", path, old)
	}
	return memory(filepath.Base(path), strings.Replace(string(b), old, now, 1))
}

// TestICDRefusals: what is cut off, mixed or shifted is refused whole, with the
// line and the reason.
func TestICDRefusals(t *testing.T) {
	order := func(m Member) error { _, err := take(Order(m, code.ICD10CM)); return err }
	codes := func(m Member) error { _, err := take(Codes(m, code.ICD10CM)); return err }
	addenda := func(m Member) error { _, err := ReadAddenda(m, code.ICD10CM, PartAddenda); return err }
	tabular := func(m Member) error { _, err := Tabular(m); return err }
	gem := func(m Member) error { _, err := take(GEM(m, GEMCM, PartFromICD9)); return err }
	const cm, list, change, tree, map9 = "icd/icd10cm_order_2031.txt", "icd/icd10cm-codes-April-2031.txt", "icd/icd10cm_order_addenda_2031.txt",
		"icd/tabular_2031.xml", "gem/2031_I9gem.txt"
	for _, test := range []struct {
		read           func(Member) error
		file, old, now string
		want           string
	}{
		{order, cm, "00003", "00004", "line 3: order number 4 follows 2: lines are missing or mixed"},
		{order, cm, "A000    1", "A000    2", "line 2: is no line of an order file: number, code, 0 or 1, short title, long title"},
		{order, cm, "A000    1", "0016070 1", `line 2: "0016070" is no ICD-10-CM code`},
		{order, cm, "A009    1", "A000    1", "line 3: A000 stands in line 2 already"},
		{order, cm, strings.Repeat(" ", 43) + "First kind of the first header", "", "line 2: has no long title from column 78 on: the line is cut off or shifted"},
		{codes, list, "A000    F", "A000   F", "line 1: is no line of a code file: code in columns 1 to 7, title from 9 on"},
		{codes, list, "A009    Other kind, unspecified; with, commas", "A009    9990  00000", "line 2: is no line of a code file: code in columns 1 to 7, title from 9 on"},
		{codes, list, "Z999 ", "Y999 ", "begins at A00 and never reaches Z: the list is cut off"},
		{addenda, change, "      2 additions", "      3 additions", "states 3 additions of codes and has 2: lines are missing or mixed"},
		{addenda, change, "Revise to:   1 Z999", "Revise to:   1 Z998", "line 6: Revise from and Revise to of Z99.8 do not stand together"},
		{addenda, change, "Revise to:  ", "Add:        ", "line 6: Revise from and Revise to of Z99.9 do not stand together"},
		{addenda, change, "Add:         0", "Put:         0", "line 2: is no line of an addenda: Add, Delete, Revise from or Revise to, code, title"},
		{addenda, change, "of which", "Add:         1 Z998    One more                                                     One more", "line 21: a change after the statistics: two files are mixed"},
		{tabular, tree, "</ICD10CM.tabular>", "", "line 51: damaged or cut off: unexpected EOF"},
		{tabular, tree, "<notes>", "<remarks>", "line 34: does not know <remarks> here"},
		{tabular, tree, "<name>A00.9", "<name>A00.0", "line 37: A00.0 stands twice"},
		{tabular, tree, "<name>A00.9", "<name>later", `line 37: "later" is no ICD-10-CM code`},
		{tabular, tree, `char="B"`, `char="A"`, "line 24: the seventh character A of A00 stands twice"},
		{tabular, tree, `char="B"`, `char=""`, `line 24: a seventh character of A00 is ""`},
		{tabular, tree, `<section id="A00-A09">`, `<section id="A09-A00">`, "line 15: the span A09-A00 runs backwards"},
		{tabular, tree, "(A00-B99)", "", `line 7: "First things" names no span of categories`},
		{tabular, tree, "<name>1</name>", "<notes><note>early</note></notes>", "line 6: notes stand before the name of what carries them"},
		{tabular, tree, "<ICD10CM.tabular>", "<ICD10CM.index>", "line 2: begins with <ICD10CM.index>, not with <ICD10CM.tabular>"},
		{gem, map9, "0010  A000", "A000  A000", "line 1: the source A000 is no ICD-9-CM diagnosis code"},
		{gem, map9, "NoDx    11000", "A001    11000", "line 3: the flags of 36570 say that it has no target, but it has"},
		{gem, map9, "E119 ", "0016070", "line 2: the target 0016070 is no ICD-10-CM code"},
		{gem, map9, "10111", "1011", "line 6: is no mapping: source, target, five flags"},
		{gem, map9, "Z0001   10111", "Z0000   10112", "line 6: says again what line 5 says"},
	} {
		err := test.read(icdEdited(t, test.file, test.old, test.now))
		var own *Error
		if !errors.As(err, &own) || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%q for %q: %v, want %s", test.now, test.old, err, test.want)
		}
	}
}

// TestHeaders: X is a placeholder where the rule says so.
func TestHeaders(t *testing.T) {
	for _, test := range []struct{ codes, want string }{
		{"W19.XXXA", "W19"},
		{"T36.0X1A", "T36 T36.0 T36.0X T36.0X1"},
		{"J09.X1 J09.X2", "J09 J09.X"},
		{"E08.37X1", "E08 E08.3 E08.37"},
		{"S52.521A", "S52 S52.5 S52.52 S52.521"},
		{"B20", ""},
	} {
		got := slices.Collect(Headers(slices.Values(strings.Fields(test.codes))))
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s is below %v, want %s", test.codes, got, test.want)
		}
	}
}

// TestICDPeriods: the April update is told wherever the names tell it.
func TestICDPeriods(t *testing.T) {
	text := "A000    First kind\r\nA0100   Other kind\r\n"
	for _, test := range []struct{ file, member, want string }{
		{"cm2031.zip", "icd10cm_codes_2031.txt", "FY2031"},
		{"april-1-2031-code-descriptions.zip", "Code Descriptions/icd10cm_codes_2031.txt", "FY2031-APR"},
		{"codes.zip", "icd10cm-codes-April-2031.txt", "FY2031-APR"},
		{"codes.txt", "codes.txt", ""},
	} {
		m := memory(test.member, text)
		m.File, m.Name, m.Path = test.file, test.member, test.file
		id, err := Identify(m)
		if err != nil || id.Kind != ICD10CM || id.Part != PartCodes || id.Period.Name != test.want {
			t.Errorf("%s in %s: %+v, %v", test.member, test.file, id, err)
		}
	}
}

// TestTabularPeriods: the content gives the year, the name the April update.
func TestTabularPeriods(t *testing.T) {
	b, err := os.ReadFile("testdata/icd/tabular_2031.xml")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"tabular.xml": "FY2031", "icd10cm-tabular-April-2031.xml": "FY2031-APR", "icd10cm_tabular_2019.xml": "FY2031", "capriole.xml": "FY2031",
	} {
		id, err := Identify(memory(name, string(b)))
		if err != nil || id.Kind != ICD10CMTabular || id.Period.Name != want {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

// TestICDTold: what looks alike is told apart by the lines, or not taken at all.
func TestICDTold(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"codes of one length, as of HCPCS", "A0021   Outside state ambulance\nA0100   Taxi\n", ""},
		{"codes of two lengths", "A009    Some thing\nA0100   Other thing\n", "icd10cm codes"},
		{"procedures", "0016070 Some thing\nA000000 Other thing\n", "icd10pcs codes"},
		{"seven characters that diagnoses have too", "S52521A Some thing\nS52522A Other thing\n", ""},
		{"mixed", "A009    Some thing\n0016070 Other thing\n", ""},
		{"no titles", "A009    1\nA0100   2\n", ""},
		{"a shifted title", "A009   Some thing\nA0100  Other thing\n", ""},
		{"an order file's headers alone", "00001 001     0 " + strings.Repeat(" ", 60) + "Table\n", ""},
		{"diagnoses from ICD-9-CM", "0010  A000    00000\nV7231 Z0000   10000\n", "gem-cm from-icd9"},
		{"diagnoses to ICD-9-CM", "A000    0010  00000\nZ0000   V7231 10000\n", "gem-cm to-icd9"},
		{"procedures from ICD-9-CM", "0001  6A750Z4 10000\n0016  NoPCS   11000\n", "gem-pcs from-icd9"},
		{"procedures to ICD-9-CM", "6A750Z4 0001  10000\nXR2G021 NoI9  11000\n", "gem-pcs to-icd9"},
		{"both directions", "0010  A000    00000\nA000    0010  00000\n", ""},
		{"four flags", "0010  A000    0000\n", ""},
		{"changes of a code file", "Add:         A4154   Some thing\n\nCodes\n", "icd10cm code-addenda"},
		{"changes of an order file", "Add:         1 A4154   Some thing\nDelete:      0 A42     Other thing\n", "icd10cm addenda"},
		{"changes of procedures", "Add:         00503Z4 Some thing\nDelete:      A000000 Other thing\n", "icd10pcs code-addenda"},
		{"a letter", "Add: the code A4154 to the list\n", ""},
		{"another tree", "<?xml version=\"1.0\"?>\n<ICD10CM.index>\n<version>2031</version>\n</ICD10CM.index>\n", ""},
	} {
		id, err := Identify(memory("file.txt", test.text))
		if got := strings.TrimSpace(id.Kind + " " + id.Part); got != test.want || (test.want == "") != errors.Is(err, ErrNoCodeFile) {
			t.Errorf("%s: %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

// FuzzICD: no file makes a reader panic or hang, and every refusal is one line.
func FuzzICD(f *testing.F) {
	for _, dir := range []string{"icd", "gem"} {
		files, err := filepath.Glob(filepath.Join("testdata", dir, "*"))
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range files {
			if b, err := os.ReadFile(path); err == nil && !strings.HasSuffix(path, ".golden") {
				f.Add(string(b))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		m := memory("fuzz", text)
		var errs []error
		for _, s := range []code.System{code.ICD10CM, code.ICD10PCS} {
			_, order := take(Order(m, s))
			_, codes := take(Codes(m, s))
			_, addenda := ReadAddenda(m, s, PartAddenda)
			_, short := ReadAddenda(m, s, PartCodeAddenda)
			errs = append(errs, order, codes, addenda, short)
		}
		for _, kind := range []string{GEMCM, GEMPCS} {
			_, from := take(GEM(m, kind, PartFromICD9))
			_, to := take(GEM(m, kind, PartToICD9))
			errs = append(errs, from, to)
		}
		_, tabular := Tabular(m)
		for _, err := range append(errs, tabular) {
			var own *Error
			if err != nil && (!errors.As(err, &own) || strings.ContainsAny(err.Error(), "\r\n")) {
				t.Errorf("%q", err)
			}
		}
		if time.Since(began) > 5*time.Second {
			t.Error("too slow")
		}
	})
}

// TestICDBounds: what no publisher makes is refused before it fills the memory.
func TestICDBounds(t *testing.T) {
	deep := "<ICD10CM.tabular><version>2031</version><chapter><desc>x (A00-B99)</desc><section id=\"A00-A09\"><desc>x</desc>" + strings.Repeat("<diag>", 50)
	if _, err := Tabular(memory("deep.xml", deep)); err == nil || !strings.HasSuffix(err.Error(), "codes within codes, more than 12 deep") {
		t.Error(err)
	}
	if testing.Short() {
		t.Skip("half a million lines")
	}
	var b strings.Builder
	const digits = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	for i := range maxCodes + 1 {
		c := []byte("0000000")
		for j, n := 6, i; n > 0; j, n = j-1, n/len(digits) {
			c[j] = digits[n%len(digits)]
		}
		b.Write(c)
		b.WriteString(" Some thing\n")
	}
	n, last := 0, error(nil)
	for _, err := range Codes(memory("many.txt", b.String()), code.ICD10PCS) {
		if last = err; err == nil {
			n++
		}
	}
	if n != maxCodes || last == nil || !strings.HasSuffix(last.Error(), "line 500001: more than 500000 codes: no published list") {
		t.Errorf("%d codes, then %v", n, last)
	}
}
