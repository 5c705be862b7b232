package cmsfile

import (
	"bytes"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// codeTables and groupTables are read alike, by the list that they hold.
var (
	codeTables = map[string]string{"x_hcpc_code": ListHCPCS, "x_hcpc_modifier": ListModifier, "x_icd10_covered": ListCovered,
		"x_icd10_noncovered": ListNoncovered, "x_icd10_pcs_code": ListPCS, "x_bill_code": ListBill, "x_revenue_code": ListRevenue, "x_code_table": ListTable}
	groupTables = map[string]string{"x_hcpc_code_group": ListHCPCS, "x_hcpc_modifier_group": ListModifier, "x_icd10_covered_group": ListCovered,
		"x_icd10_noncovered_group": ListNoncovered, "x_icd10_pcs_code_group": ListPCS}
)

// readTable reads a table by its name; nil of one that is not taken.
func readTable(m Member, name string) iter.Seq2[any, error] {
	_, table, _ := strings.Cut(name, "_")
	if list := codeTables[table]; list != "" {
		return anyRow(ReadMCDCodes(m, list))
	}
	if list := groupTables[table]; list != "" {
		return anyRow(ReadMCDGroups(m, list))
	}
	switch table {
	case "x_contractor":
		return anyRow(ReadMCDServed(m))
	case "x_primary_jurisdiction":
		return anyRow(ReadMCDPrimary(m))
	case "related_documents":
		return anyRow(ReadMCDRelated(m))
	case "future_retire":
		return anyRow(ReadMCDRetire(m))
	}
	switch name {
	case "lcd", "article":
		return anyRow(ReadMCDDocuments(m))
	case "documents":
		return anyRow(ReadMCDListing(m))
	case "contractor":
		return anyRow(ReadMCDContractors(m))
	case "contractor_jurisdiction":
		return anyRow(ReadMCDJurisdictions(m))
	case "state_lookup":
		return anyRow(ReadMCDStates(m))
	}
	return nil
}

func anyRow[T any](rows iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for r, err := range rows {
			if !yield(r, err) {
				return
			}
		}
	}
}

// TestMCD reads every table of the fixture, each known by its header whatever
// the file is called.
func TestMCD(t *testing.T) {
	files, _ := filepath.Glob("testdata/mcd/*.csv")
	if len(files) != 31 {
		t.Errorf("%d tables", len(files))
	}
	var b bytes.Buffer
	for _, f := range files {
		s := text(t, filepath.Join("mcd", filepath.Base(f)))
		want := strings.TrimSuffix(filepath.Base(f), ".csv")
		want, _, _ = strings.Cut(want, "_2024")
		id, err := Identify(memory("lcd/table.csv", s))
		if err != nil || id.Part != want || id.Kind != MCDLCD && id.Kind != MCDArticle {
			t.Errorf("%s is %+v, %v", f, id, err)
		}
		if rows := readTable(memory("table.csv", s), want); rows != nil {
			b.WriteString(want + "\n")
			show(t, &b, rows)
		}
	}
	golden(t, "mcd/rows.golden", b.Bytes())
	for _, of := range []string{"WORDS", "long text", "<", "body", "A Person", "Street"} {
		if strings.Contains(b.String(), of) {
			t.Errorf("%q left a reader", of)
		}
	}
}

// TestMCDPublication opens a download as it is published: a zip that holds a
// zip of the tables beside documents.
func TestMCDPublication(t *testing.T) {
	files, _ := filepath.Glob("testdata/mcd/*.csv")
	var packed []string
	for _, f := range files {
		if base := filepath.Base(f); !strings.HasPrefix(base, "lcd") && !strings.HasPrefix(base, "documents") {
			packed = append(packed, base, text(t, "mcd/"+base))
		}
	}
	outer := zipped(t, "current_article_csv.zip", string(zipped(t, packed...)), "readme_first.txt", "To view the files, get a program.\n", "dictionary.pdf", "%PDF-1.5\x00")
	path := filepath.Join(t.TempDir(), "current_article.zip")
	if err := os.WriteFile(path, outer, 0o600); err != nil {
		t.Fatal(err)
	}
	members, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, m := range members {
		id, err := Identify(m)
		if err != nil {
			continue
		}
		known++
		if id.Kind != MCDArticle {
			t.Errorf("%s is %s", m, id.Kind)
		}
		if id.Part == updatePeriod && id.Period != Monthly.from(2024, 12) {
			t.Errorf("the week is of %+v", id.Period)
		}
	}
	if known != len(packed)/2 || len(members) != known+2 {
		t.Errorf("%d of %d members known, want %d", known, len(members), len(packed)/2)
	}
}

// TestMCDTabs: long texts full of tabs do not hide what a table is.
func TestMCDTabs(t *testing.T) {
	s := strings.Replace(text(t, "mcd/lcd.csv"), "<p>long text</p>", "<ul>"+strings.Repeat("\r\n\t<li>\titem</li>", 50)+"</ul>", 1)
	id, err := Identify(memory("lcd.csv", s))
	if err != nil || id.Part != "lcd" || id.Format != Comma {
		t.Errorf("%+v, %v", id, err)
	}
	if rows := all(t, ReadMCDDocuments(memory("lcd.csv", s))); len(rows) != 3 {
		t.Errorf("%d documents", len(rows))
	}
}

// TestMCDShared: a table that both downloads hold is of the one that its folder
// or archive names, else it has to be said.
func TestMCDShared(t *testing.T) {
	states := text(t, "mcd/state_lookup.csv")
	for path, want := range map[string]string{
		"/a/current_lcd/state_lookup.csv": MCDLCD, "/a/current_article/state_lookup.csv": MCDArticle,
		"/an article on lcd/x/state_lookup.csv": "", "/lcd and article/state_lookup.csv": "",
	} {
		id, err := Identify(memory(path, states))
		if err != nil || id.Kind != want {
			t.Errorf("%s: %q, %v, want %q", path, id.Kind, err, want)
		}
		if want == "" && len(id.Kinds) != 2 {
			t.Errorf("%s may be %v", path, id.Kinds)
		}
	}
}

func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"no markup":                       "no markup",
		"<p>one</p><p>two</p>":            "one\ntwo",
		"<p>one\r\nstill <b>one</b></p>":  "one still one",
		"a&nbsp;b &#8211; c &amp; d":      "a b – c & d",
		"<ul><li>x</li><li>y</li></ul>":   "x\ny",
		"<table><tr><td>1</td><td>2</td>": "1 2",
		"age < 18 and BMI <30":            "age < 18 and BMI <30",
		"<style>p{}</style>a<script>b":    "a",
		"<p style=\"x\">unclosed":         "unclosed",
		"one<br/>two":                     "one\ntwo",
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestRefusedMCD(t *testing.T) {
	for _, c := range []struct{ table, old, new, want string }{
		{"lcd", `"90002","3"`, `"90002",3x`, `table.csv, line 4: "3x" in lcd_version is no number`},
		{"lcd", "Second &amp; policy", "", "table.csv, line 4: a document without a title"},
		{"lcd", "2024-05-01 00:00:00", "2024-13-01 00:00:00", `table.csv, line 2: "2024-13-01 00:00:00" in rev_eff_date is no date`},
		{"lcd", `"status",`, `"state",`, `table.csv, line 1: the header has no column "status"`},
		{"lcd_x_hcpc_code", `"10001"`, `"Wound care"`, `table.csv, line 3: "WOUND CARE" is no code of the list hcpcs`},
		{"lcd_x_hcpc_code", `,"SHORT WORDS"`, ``, "table.csv, line 2: has 8 columns, its header 9: cut off, or a quote is missing"},
		{"article_x_icd10_covered", `"A01.2"`, `"A01.2`, "table.csv, line 3: has"},
		{"article_x_icd10_covered", `"12","2","N"`, `"12","","N"`, `table.csv, line 5: "" in icd10_covered_group is no number`},
		{"article_x_hcpc_modifier", `"KX"`, `"KX1"`, `table.csv, line 2: "KX1" is no code of the list modifier`},
		{"lcd_x_contractor", "901,9,1", "901,9,", `table.csv, line 2: "" in contractor_version is no number`},
		{"lcd_related_documents", `"91001"`, `""`, `table.csv, line 2: "" in r_lcd_id is no number`},
		{"lcd_future_retire", "2026-02-14 00:00:00", "", "table.csv, line 2: no day of retirement"},
		{"documents", "A91009", "NCD 1", "table.csv, line 4: no document with its title"},
		{"contractor_jurisdiction", "2020-12-31", "soon", `table.csv, line 4: "soon`},
		{"state_lookup", "2,", "two,", `table.csv, line 3: "two" in state_id is no number`},
	} {
		name := c.table
		if name == "documents" {
			name += "_2024-11"
		}
		s := text(t, "mcd/"+name+".csv")
		if !strings.Contains(s, c.old) {
			t.Fatalf("%s has no %s", c.table, c.old)
		}
		err := last(readTable(memory("table.csv", strings.Replace(s, c.old, c.new, 1)), c.table))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %s", c.table, err, c.want)
		}
	}
	if err := last(readTable(memory("table.csv", ""), "lcd")); err == nil || err.Error() != "table.csv: is empty" {
		t.Errorf("empty: %v", err)
	}
}

func FuzzMCD(f *testing.F) {
	names := []string{"lcd", "article_x_hcpc_code", "article_x_icd10_covered", "article_x_icd10_covered_group", "contractor", "lcd_x_contractor",
		"contractor_jurisdiction", "state_lookup", "lcd_related_documents", "lcd_future_retire", "lcd_x_primary_jurisdiction", "documents"}
	for i, n := range names {
		if n == "documents" {
			n += "_2024-11"
		}
		f.Add(i, text(f, "mcd/"+n+".csv"))
	}
	f.Fuzz(func(t *testing.T, i int, s string) {
		m := memory("table.csv", s)
		one(t, readTable(m, names[(i%len(names)+len(names))%len(names)]))
		_, _ = Identify(m)
	})
}
