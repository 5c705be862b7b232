package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

var update = flag.Bool("update", false, "write testdata anew")

func from(set, release, row string) codeset.Source {
	return codeset.Source{Set: set, Release: release, Row: row, EffectiveFrom: "2025-10-01", EffectiveTo: "2025-12-31"}
}

// madeUpProcedure has something for every section that a procedure can have.
func madeUpProcedure() codeset.Entry {
	pfs, ptp := from("pfs", "2025-10", "99991"), from("ncci-ptp-practitioner", "2025Q4", "")
	pair := ptp
	pair.Row, pair.EffectiveFrom, pair.EffectiveTo, pair.Dated = "99991/99992/2020-01-01", "2020-01-01", "", true
	row := codeset.PFS{Status: "A", Global: "010", PCTC: "0", Multiple: "2", Bilateral: "1", Assistant: "1", CoSurgeon: "0", Team: "0", Work: "1.10", Source: pfs}
	return codeset.Entry{System: code.CPT, Code: "99991", Status: "valid", Billable: true, Words: "a made-up procedure, in words of our own", Source: &pfs,
		Successor: "99993", PFS: []codeset.PFS{row}, PTP: &codeset.PTPCount{AsColumnOne: 3, AsColumnTwo: 1, Source: &ptp},
		MUE: []codeset.MUE{{Limit: 2, MAI: "3", Rationale: "made up", Source: from("ncci-mue-practitioner", "2025Q4", "99991")},
			{Limit: 0, MAI: "2", Source: from("ncci-mue-dme", "2025Q4", "99991")}},
		AddOn: []codeset.AddOn{{Type: "2", Primary: "CCCCC", Source: from("ncci-addon", "2025Q4", "99991/CCCCC")}},
		Page: codeset.Page{
			PTPSets: []codeset.PTPCount{{Indicator: "0", AsColumnOne: 1, Source: &ptp}, {Indicator: "1", AsColumnOne: 2, AsColumnTwo: 1, Source: &ptp}},
			Pairs:   []codeset.PTP{{Column1: "99991", Column2: "99992", Indicator: "1", InForce: true, Rationale: "made up", Source: pair}}, PairsTotal: 4,
			NoPairs: []codeset.NoPair{{With: "99994", Set: "ncci-ptp-practitioner", Why: "no edit in force on 2025-11-15, none ended before", Source: &ptp}},
			Figures: []codeset.Figures{{Work: "1.10", NonfacPE: "2.00", FacPE: "1.00", MP: "0.10", NonfacTotal: "3.20", FacTotal: "2.20", FacNA: "NA",
				Pre: "0.10", Intra: "0.80", Post: "0.10", Supervision: "02", Conversion: "32.00", Source: pfs}},
			PrimaryOf: []codeset.PrimaryOf{{AddOn: "99995", Type: "1", Source: from("ncci-addon", "2025Q4", "99995/99991")}},
			Coverage: []codeset.CoverageDocument{{ID: "L00001", Version: 3, Title: "A made-up document", Status: "approved", EffectiveFrom: "2024-01-01", List: "hcpcs",
				Groups: []int{1, 2}, Contractors: []string{"A contractor"}, States: []string{"OH", "KY"}, Covered: 7, Source: from("mcd-lcd", "2025-08", "L00001")}},
			History: []codeset.Edition{{Source: from("pfs", "2025-01", ""), What: []string{"status: A", "global: 000"}}, {Source: from("pfs", "2025-04", "")},
				{Source: from("pfs", "2025-07", "")}, {Source: pfs, What: []string{"global: 000 → 010"}, Answers: true}, {Source: from("pfs", "2026-01", ""), Gone: true}},
			Missing: []string{"ncci-ptp-outpatient"}, Silent: []codeset.Source{from("ncci-mue-outpatient", "2025Q4", "")},
		}}
}

// madeUpDiagnosis is a header with instructions, seventh characters, children.
func madeUpDiagnosis() codeset.Entry {
	own, tabular := from("icd10cm", "FY2026", "Q99.9"), from("icd10cm-tabular", "FY2026", "Q99.9 excludes1")
	return codeset.Entry{System: code.ICD10CM, Code: "Q99.9", Status: "valid", Title: "A made-up header", Source: &own, Children: []string{"Q99.90", "Q99.91"},
		Notes: []codeset.Note{{Kind: "excludes1", Owner: "Q99.9", Source: tabular,
			Text: "a note long enough to be broken over two lines of the page, since instructions are often as long as that (Z00.-)"}},
		SevenChars: []codeset.Extension{{Char: "A", Text: "first time"}},
		Page: codeset.Page{
			Family:     []codeset.Child{{Code: "Q99.90", Title: "A made-up child", Billable: true}, {Code: "Q99.91"}},
			Sections:   []codeset.Section{{Span: "Q00-Q99", Title: "A made-up chapter", Chapter: true, Source: from("icd10cm-tabular", "FY2026", "Q00-Q99")}},
			Lists:      []codeset.Listing{{List: "Age", Rule: "made up", Source: from("mce", "FY2026", "Q99.9 Age")}},
			Crosswalks: []codeset.Crosswalk{{Relation: "gem", System: code.ICD9CM, Code: "999.9", Forward: true, Approximate: true, Source: from("gem-cm", "2018", "Q99.9→999.9")}, {Relation: "gem", System: code.ICD9CM, Forward: true, NoMap: true, Source: from("gem-cm", "2018", "Q99.9→")}},
		}}
}

// madeUpSupply is a HCPCS code with its coded fields, and an unknown one.
func madeUpSupply() codeset.Entry {
	own := from("hcpcs", "2025Q4", "J9999")
	own.Dated = true
	return codeset.Entry{System: code.HCPCS, Code: "J9999", Status: "deleted", Title: "Made-up drug, 10 mg", Source: &own, EffectiveFrom: "2025-10-01",
		EffectiveTo: "2025-12-31", Drug: &codeset.Drug{Amount: 10, Unit: "mg", Source: own},
		Page: codeset.Page{NOC: &own, HCPCS: &codeset.HCPCS{Short: "made up", BETOS: "O1E", XRefs: []string{"J9998"}, Manuals: []string{"2049"}, Statute: "1861", Source: own,
			Indicators: []codeset.Indicator{{Name: "coverage", Value: "D", Meaning: "special coverage instructions apply"}, {Name: "pricing", Value: "77"}}}}}
}

// TestPagePrinted holds the pages to their golden files and to 100 columns.
func TestPagePrinted(t *testing.T) {
	on := time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC)
	place := from("pos", "2025", "11")
	for name, entries := range map[string][]codeset.Entry{
		"procedure": {madeUpProcedure()}, "diagnosis": {madeUpDiagnosis()},
		"two": {madeUpSupply(), {System: code.POS, Code: "11", Status: "valid", Title: "A room", Source: &place,
			Page: codeset.Page{Place: &codeset.Place{Name: "A room", Text: "where one sits", Facility: "non-facility", Source: place}}}},
		"unknown": {{Code: "xyz", Status: "unknown", NotChecked: "no code system writes its codes so"}},
	} {
		var out bytes.Buffer
		for i, e := range entries {
			if err := printEntry(&out, shown(e), on, i > 0); err != nil {
				t.Fatal(err)
			}
		}
		fitsThePage(t, name, out.String())
		file := "testdata/show/" + name + ".golden"
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != string(want) {
			t.Errorf("%s: the page is\n%s\nwant\n%s\n(go test -update writes it anew)", name, out.String(), want)
		}
	}
}

func fitsThePage(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > pageWidth || strings.TrimRight(line, " ") != line {
			t.Errorf("%s: a line of %d columns, or with blanks at its end: %q", name, n, line)
		}
	}
}

// TestShowStarter prints what a new installation has of codes of every system.
func TestShowStarter(t *testing.T) {
	s := newStore(t)
	for c, wants := range map[string][]string{
		"20610": {"20610 · CPT · valid", "our words", "PHYSICIAN FEE SCHEDULE", "via starter"}, "96405": {"PHYSICIAN FEE SCHEDULE", "MEDICALLY UNLIKELY EDITS"},
		"99213": {"fit ", "24 25 27 57"}, "93000": {"PC/TC", "a code for the whole test"}, "J3301": {"billing unit", "10 mg"}, "G0101": {"HCPCS Level II · valid"},
		"E11.9": {"ICD-10-CM"}, "E11": {"ICD-10-CM"}, "S52.52": {"ICD-10-CM"}, "M54.5": {"CHILDREN", "M54.50"}, "0DTJ4ZZ": {"ICD-10-PCS"}, "59": {"modifier · valid"},
		"LT": {"modifier"}, "N18.3": {"N18.3 · ICD-10-CM"}, "A0100": {"HCPCS Level II", "A01.00 · ICD-10-CM"}, "11": {"place of service · unknown", "pos: no release loaded"},
		"xyz": {"xyz · unknown", "not checked"},
	} {
		var out, quiet bytes.Buffer
		if exit := run(t.Context(), []string{"codes", "show", c, "--on", "2025-11-15", "--database", s.url}, streams{out: &out, err: &quiet}); exit != 0 {
			t.Errorf("%s: exit %d: %s", c, exit, quiet.String())
		}
		fitsThePage(t, c, out.String())
		for _, want := range wants {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", c, want, out.String())
			}
		}
	}
}

// TestShowPairs: --with and --pairs, for people and as JSON.
func TestShowPairs(t *testing.T) {
	s := newStore(t)
	show := func(args ...string) string {
		var out, quiet bytes.Buffer
		if exit := run(t.Context(), append([]string{"codes", "show", "20610", "--on", "2025-11-15", "--database", s.url}, args...), streams{out: &out, err: &quiet}); exit != 0 {
			t.Fatalf("%q: exit %d: %s", args, exit, quiet.String())
		}
		return out.String()
	}
	for _, want := range []string{"PHYSICIAN FEE SCHEDULE", "MODIFIERS", "20610/99213", "indicator 1", "20610/0001U", "not in the starter"} {
		if text := show("--with", "99213", "--with", "0001U"); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	var doc struct {
		Entries []struct {
			Pairs []struct {
				Column1 string `json:"column1"`
				Column2 string `json:"column2"`
			} `json:"pairs"`
			Total     int `json:"pairs_total"`
			Modifiers []struct {
				Modifier string `json:"modifier"`
			} `json:"modifiers"`
			Indicators []codeset.Indicator `json:"indicators"`
		} `json:"entries"`
	}
	if err := json.Unmarshal([]byte(show("--pairs", "--limit", "3", "--json")), &doc); err != nil {
		t.Fatal(err)
	}
	e := doc.Entries[0]
	if len(e.Pairs) != 3 || e.Total <= 3 || e.Pairs[0].Column1 != "20610" || len(e.Indicators) < 8 || len(e.Modifiers) == 0 {
		t.Errorf("%+v", e)
	}
	var out, said bytes.Buffer
	if exit := run(t.Context(), []string{"codes", "show", "20610", "--limit", "0", "--database", s.url}, streams{out: &out, err: &said}); exit != exitUsage || !strings.Contains(said.String(), "--limit") {
		t.Errorf("--limit 0: exit %d, %q", exit, said.String())
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two", []string{"one two"}},
		{"one two three", []string{"one two", "three"}},
		{"a-word-longer-than-the-line x", []string{"a-word-longer-than-the-line", "x"}},
		{"one\ntwo", []string{"one", "two"}},
		{"ümläut öne", []string{"ümläut", "öne"}},
	} {
		if got := wrap(c.text, 8); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	if got := firstOf(strings.Fields("a b c"), 2); got != "a b and 1 more (--json lists all)" {
		t.Error(got)
	}
	if got := fmt.Sprint(cited([]codeset.Source{from("a", "1", "x"), from("b", "1", ""), from("a", "1", "y")})); got != "[a 1 x, y (2025-10-01 to 2025-12-31) b 1 (2025-10-01 to 2025-12-31)]" {
		t.Error(got)
	}
}
