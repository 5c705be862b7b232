package codeset_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// mcdTables are the fixture's tables of a download, by file name; change may
// alter one, or leave it out by "".
func mcdTables(t testing.TB, base string, change map[string]string) map[string]string {
	t.Helper()
	files := must(filepath.Glob(published("mcd/*.csv")))
	tables := map[string]string{}
	for _, f := range files {
		name := filepath.Base(f)
		other := map[string]string{"lcd": "article", "article": "lcd"}[base]
		if strings.HasPrefix(name, other) || strings.HasPrefix(name, "documents") {
			continue
		}
		tables[name] = must(text(f))
	}
	for name, s := range change {
		if tables[name] = s; s == "" {
			delete(tables, name)
		}
	}
	return tables
}

// download packs tables as CMS does: a zip in a zip, with a dictionary.
func download(t testing.TB, base string, tables map[string]string) string {
	t.Helper()
	inner := packed(t, tables)
	path := filepath.Join(t.TempDir(), "current_"+base+".zip")
	outer := packed(t, map[string]string{"current_" + base + "_csv.zip": inner, base + "_data_dictionary.pdf": "%PDF-1.5\x00", "readme_first.txt": "Read this.\n"})
	if err := os.WriteFile(path, []byte(outer), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, s := range files {
		if _, err := must(z.Create(name)).Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// covered is what "codes show" says of the documents that list a code.
func covered(t testing.TB, pool *pgxpool.Pool, c, on string) (docs []codeset.CoverageDocument) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		entries, err := codeset.Show(t.Context(), tx, c, must(code.ParseDay(on)))
		if err == nil {
			docs = entries[0].Coverage
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestLoadMCD(t *testing.T) {
	pool := pgtest.New(t)
	lcd := loads(t, pool, options(), download(t, "lcd", mcdTables(t, "lcd", nil)))[0]
	if lcd.Kind != codeset.KindLCD || lcd.Release != "2024-12" || lcd.EffectiveTo != "2024-12-31" || len(lcd.Notes) != 0 || len(lcd.Skipped) != 2 {
		t.Errorf("%+v", lcd)
	}
	article := loads(t, pool, options(), download(t, "article", mcdTables(t, "article", nil)))[0]
	if article.Kind != codeset.KindArticle || article.Release != "2024-12" || article.Layout != "documented" {
		t.Errorf("%+v", article)
	}
	for query, want := range map[string]int{
		"select count(*) from coverage_documents":                                                          6,
		"select count(*) from coverage_documents where title = ''":                                         1, // A91003, which no table names
		"select count(*) from coverage_documents where document like 'L%' and effective_to = '2025-06-30'": 1,
		"select count(*) from coverage_codes where code = '10001'":                                         2,
		"select count(*) from coverage_codes where system = 'icd10cm' and asterisk":                        1,
		"select count(*) from coverage_groups where asterisk <> ''":                                        1,
		"select count(*) from coverage_contractors where states = '{AA,BB,BB (Northern)}'":                 2,
		"select count(*) from coverage_related where related = 'A91001' and related_version = 12":          1,
	} {
		if got := count(t, pool, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	descriptors := count(t, pool, "select count(*) from coverage_codes c where c::text like '%WORDS%'") + count(t, pool, "select count(*) from coverage_documents d where d::text like '%body%'")
	if descriptors != 0 {
		t.Error("a description was loaded")
	}
}

// TestCoverage asks what "codes show" shows of coverage documents.
func TestCoverage(t *testing.T) {
	pool := pgtest.New(t)
	if docs := covered(t, pool, "10001", "2025-01-01"); docs != nil {
		t.Errorf("nothing is loaded: %+v", docs)
	}
	loads(t, pool, options(), download(t, "lcd", mcdTables(t, "lcd", nil)), download(t, "article", mcdTables(t, "article", nil)))
	docs := covered(t, pool, "10001", "2024-12-15")
	if len(docs) != 2 {
		t.Fatalf("%+v", docs)
	}
	a := docs[0]
	want := codeset.CoverageDocument{ID: "A91001", Version: 12, Title: "Billing and Coding: First", Status: "approved", EffectiveFrom: "2024-05-01", Retires: "2026-02-14",
		List: "hcpcs", Groups: []int{1}, Paragraphs: []string{"For the codes of group 1:\nsee below"}, Contractors: []string{"First Contractor, LLC", "Second Contractor"},
		States: []string{"AA", "BB", "BB (Northern)"}, Covered: 4, Noncovered: 1, Related: []string{"L90001"},
		Diagnoses: []codeset.CoverageGroup{
			{List: "covered", Group: 1, Text: "These support codes 10001 and 10002 – the first group.", Codes: 3},
			{List: "covered", Group: 2, Codes: 1},
			{List: "noncovered", Group: 1, Text: "These do not.", Codes: 1},
		},
		Source: codeset.Source{Set: codeset.KindArticle, Release: "2024-12", Row: "A91001 version 12", EffectiveFrom: "2024-12-01", EffectiveTo: "2024-12-31"}}
	if got, want := asJSON(a), asJSON(want); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	if l := docs[1]; l.ID != "L90001" || !slices.Equal(l.Groups, []int{2}) || l.Covered != 0 || len(l.Related) != 2 {
		t.Errorf("%+v", l)
	}
	if docs := covered(t, pool, "10001", "2024-11-30"); docs != nil {
		t.Errorf("before the first download: %+v", docs)
	}
	if docs := covered(t, pool, "10001", "2025-03-01"); len(docs) != 2 || !docs[0].Source.AsOf {
		t.Errorf("after the last download: %+v", docs)
	}
	if docs := covered(t, pool, "J0001", "2024-12-31"); len(docs) != 1 || docs[0].List != "table" || docs[0].Title != "" {
		t.Errorf("a self-administered drug: %+v", docs)
	}
	if docs := covered(t, pool, "J0001", "2025-01-01"); docs != nil {
		t.Errorf("past the last day of its row: %+v", docs)
	}
	if docs := covered(t, pool, "A01.2", "2024-12-31"); len(docs) != 1 || docs[0].List != "covered" || len(docs[0].Diagnoses) != 0 {
		t.Errorf("a diagnosis: %+v", docs)
	}
}

// TestCoverageGaps: where no document is shown, the page says what of the
// database is not loaded.
func TestCoverageGaps(t *testing.T) {
	pool := pgtest.New(t)
	gaps := func(on string) (all []string) {
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			entries, err := codeset.Show(t.Context(), tx, "10009", must(code.ParseDay(on)))
			all = entries[0].CoverageGaps
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	loads(t, pool, options(), download(t, "article", mcdTables(t, "article", map[string]string{"article_x_hcpc_code.csv": ""})))
	loads(t, pool, options(), published("mcd/documents_2024-11.csv"))
	if got, want := gaps("2024-11-15"), []string{"mcd-article: what is loaded for 2024-11-15 names documents, not their codes"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := gaps("2024-12-15"), []string{"mcd-article: 2024-12 was loaded without its table of codes"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	loads(t, pool, options(), download(t, "article", mcdTables(t, "article", nil)), download(t, "lcd", mcdTables(t, "lcd", nil)))
	if got := gaps("2024-12-15"); got != nil {
		t.Errorf("all is loaded: %q", got)
	}
}

func asJSON(v any) string { return string(must(json.MarshalIndent(v, "", " "))) }

// TestListing: a listing names documents that a download without its table of
// documents has; it never answers in the download's place.
func TestListing(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, options(), download(t, "lcd", mcdTables(t, "lcd", map[string]string{"lcd.csv": ""})))
	if d := covered(t, pool, "10001", "2024-12-15"); len(d) != 1 || d[0].Title != "" {
		t.Errorf("without titles: %+v", d)
	}
	o := options()
	r := loads(t, pool, o, published("mcd/documents_2024-11.csv"))[0]
	if r.Kind != codeset.KindArticle || r.Release != "2024-11" || r.Rows != 2 || len(r.Notes) != 1 {
		t.Errorf("%+v", r)
	}
	if d := covered(t, pool, "10001", "2024-12-15"); len(d) != 1 || d[0].Title != "First – policy" || d[0].Source.Set != codeset.KindLCD {
		t.Errorf("titled by the listing: %+v", d)
	}
	loads(t, pool, o, download(t, "article", mcdTables(t, "article", nil)))
	o.Release = "2025-01"
	loads(t, pool, o, published("mcd/documents_2024-11.csv"))
	if d := covered(t, pool, "10001", "2025-01-15"); len(d) != 2 || d[0].Source.Release != "2024-12" {
		t.Errorf("with a later listing: %+v", d)
	}
}

// TestLoadMCDFiles: the tables may be files of their own, in the folders that
// they were unpacked into; the month is that of update_period.
func TestLoadMCDFiles(t *testing.T) {
	pool := pgtest.New(t)
	var files []string
	for _, base := range []string{"lcd", "article"} {
		dir := filepath.Join(t.TempDir(), "current_"+base)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, s := range mcdTables(t, base, nil) {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, path)
		}
	}
	slices.Sort(files)
	done := loads(t, pool, options(), files...)
	if len(done) != 2 || done[0].Release != "2024-12" || done[1].Release != "2024-12" {
		t.Errorf("%+v", done)
	}
	if again := loads(t, pool, options(), files...); !again[0].AlreadyLoaded || !again[1].AlreadyLoaded {
		t.Errorf("the same again: %+v", again)
	}
}

func TestRefusedMCD(t *testing.T) {
	codes := must(text(published("mcd/lcd_x_hcpc_code.csv")))
	for why, c := range map[string]struct {
		change map[string]string
		want   string
	}{
		"not whole":           {map[string]string{"lcd_x_contractor.csv": "", "state_lookup.csv": ""}, "is not whole, it lacks lcd_x_contractor.csv, state_lookup.csv; name the download (current_lcd.zip)"},
		"of another download": {map[string]string{"lcd_x_hcpc_code.csv": strings.Replace(codes, `"90001","7"`, `"90001","8"`, 1)}, "L90001 version 8 is not in lcd_x_contractor.csv: tables of different downloads"},
		"cut off":             {map[string]string{"lcd_x_hcpc_code.csv": codes[:len(codes)-60]}, "lcd_x_hcpc_code.csv, line 3: has"},
		"a table twice":       {map[string]string{"again.csv": codes}, "both hold lcd_x_hcpc_code of mcd-lcd 2024-12"},
		"no month":            {map[string]string{"update_period.csv": ""}, "the release has to be named: give --release 2025-10"},
	} {
		t.Run(why, func(t *testing.T) {
			pool := pgtest.New(t)
			_, err := codeset.Import(t.Context(), pool, []string{download(t, "lcd", mcdTables(t, "lcd", c.change))}, options())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if n := count(t, pool, "select (select count(*) from releases where via = '') + (select count(*) from coverage_served)"); n != 0 {
				t.Errorf("%d rows stayed", n)
			}
		})
	}
	o := options()
	o.Release = "2025-02"
	r := loads(t, pgtest.New(t), o, download(t, "lcd", mcdTables(t, "lcd", map[string]string{"update_period.csv": ""})))
	if r[0].Release != "2025-02" || r[0].EffectiveFrom != time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) {
		t.Errorf("named by the person: %+v", r)
	}
}
