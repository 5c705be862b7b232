package codeset_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// readerFixture is a file that the readers are tested with.
func readerFixture(path string) string {
	return filepath.Join("..", "cmsfile", "testdata", filepath.FromSlash(path))
}

// TestImportTabular: notes are inherited from block and chapter, inclusion terms
// are not, the nearest seventh characters win, and references are read.
func TestImportTabular(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, options(), readerFixture("icd/tabular_2031.xml"))[0]
	if r.Kind != "icd10cm-tabular" || r.Release != "FY2031" || r.Rows != 4 || r.Layout != "proved" {
		t.Errorf("%+v", r)
	}
	f := gathered(t, pool, "2031-02-01", "icd10cm A00.0", "icd10cm A00.9XXA", "icd10cm B20")
	var got []string
	for _, n := range f.Notes {
		got = append(got, n.Owner+" "+n.Kind+" "+strings.Join(n.Refs, ",")+": "+strings.Join(n.Bears, " "))
	}
	slices.Sort(got)
	want := []string{
		"A00 seven_chr_note : A00.0 A00.9XXA",
		"A00-A09 excludes1 B00-B09: A00.0 A00.9XXA",
		"A00-A09 excludes1 Z99.-: A00.0 A00.9XXA",
		"A00-B99 includes : A00.0 A00.9XXA B20",
		"A00-B99 use_additional Z16.-,Z17: A00.0 A00.9XXA B20",
		"A00.0 code_also Z60.-: A00.0",
		"A00.0 code_first B20: A00.0",
		"A00.0 excludes2 A00.9: A00.0",
		"A00.0 note : A00.0",
		"A00.9 note : A00.9XXA",
		"A00.9 note : A00.9XXA",
	}
	if !slices.Equal(got, want) {
		t.Errorf("notes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for c, want := range map[string][]codeset.Extension{
		"A00.0":    {{Char: "A", Text: "initial only"}},
		"A00.9XXA": {{Char: "A", Text: "initial"}, {Char: "B", Text: "open; open NOS"}, {Char: "S", Text: "sequela"}},
		"B20":      nil,
	} {
		if got := f.Codes["icd10cm "+c].SevenChars; !slices.Equal(got, want) {
			t.Errorf("%s takes %v, want %v", c, got, want)
		}
	}
	if got := oneText(t, pool, "select owner || ' ' || array_to_string(refs, ' ') from icd_notes where kind = 'codes' order by 1"); got != "A00 A00 A00.0 A00.9\nB20 B20" {
		t.Errorf("codes\n%s", got)
	}
	sections := oneText(t, pool, "select span || ' ' || first_category || ' ' || last_category || ' ' || title || ' ' || chapter from icd_sections order by 1")
	if want := "A00-A09 A00 A09 Very first things false\nA00-B99 A00 B99 First things true\nB20 B20 B20 One category alone false"; sections != want {
		t.Errorf("sections\n%s", sections)
	}
}

// TestImportPCS: the order file has the tables as headers; the code file and
// the addenda beside it agree with it.
func TestImportPCS(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, options(), readerFixture("icd/icd10pcs_order_2031.txt"), readerFixture("icd/icd10pcs_codes_2031.txt"))[0]
	if r.Kind != "icd10pcs" || r.Rows != 5 || r.Billable != 3 || r.Layout != "documented" {
		t.Errorf("%+v", r)
	}
	alone := loads(t, pool, options(), readerFixture("icd/pcs_addenda_2031.txt"))[0]
	if !alone.AlreadyLoaded || len(alone.Notes) != 2 {
		t.Errorf("%+v", alone)
	}
	got := oneText(t, pool, "select code || ' ' || billable || ' ' || array_to_string(children, ' ') from code_rows where system = 'icd10pcs' and title like '%ystem, %' order by 1")
	if want := "001 false 0016070\nB00 false B00BYZZ"; got != want {
		t.Errorf("tables %s", got)
	}
}

// TestImportGEM: both directions are one release; with one alone, the import
// says which is missing.
func TestImportGEM(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, options(), readerFixture("gem/2031_I9gem.txt"), readerFixture("gem/2031_I10gem.txt"))[0]
	if r.Kind != "gem-cm" || r.Release != "2031" || r.Rows != 11 || len(noted(r)) > 0 {
		t.Errorf("%+v", r)
	}
	r = loads(t, pool, options(), readerFixture("gem/gem_i9pcs_2031.txt"))[0]
	if r.Kind != "gem-pcs" || r.Rows != 3 || !slices.Equal(noted(r), []string{"only one direction of the mappings is among the files: to-icd9 is missing"}) {
		t.Errorf("%+v", r)
	}
	got := oneText(t, pool, `select from_system || ' ' || from_code || ' ' || to_system || ' ' || to_code || ' ' || no_map || ' ' || combination || ' ' || scenario || choice_list
		from gem_rows where from_code in ('V72.31', '00.16', 'V00.01XA') order by 1`)
	want := "icd10cm V00.01XA icd9cm E800.0 false false 00\nicd9cm V72.31 icd10cm Z00.00 false true 12\nicd9cm V72.31 icd10cm Z00.01 false true 11\nicd9pcs 00.16 icd10pcs  true false 00"
	if got != want {
		t.Errorf("mappings\n%s\nwant\n%s", got, want)
	}
}
