package codeset_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// published is a fixture of the readers, which lie with them.
func published(name string) string { return filepath.Join("../cmsfile/testdata", name) }

func TestLoadPFS(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, options(), published("pfs/PPRRVU2025_Oct.csv"))[0]
	if r.Kind != codeset.KindPFS || r.Release != "2025-10" || r.EffectiveFrom != "2025-10-01" || r.EffectiveTo != "2025-12-31" || r.Rows != 8 || r.Layout != "proved" {
		t.Errorf("%+v", r)
	}
	var got string
	err := pool.QueryRow(t.Context(), `select concat_ws(' ', status, global, pctc, multiple, bilateral, assistant, cosurgeon, team, endo_base, work, nonfac_pe, fac_pe,
		mp, nonfac_total, fac_total, nonfac_na, fac_na, pre, intra, post, pricing, conversion, supervision, imaging, conversion_qpp)
		from pfs_rows where code = '10003' and mod = ''`).Scan(&got)
	if want := "A 090 0 3 1 2 1 0 10001 12.34 7.00 7.00 1.45 20.79 20.79 NA  0.09 0.81 0.10  32.3465 09 99"; err != nil || got != want {
		t.Errorf("%v\n%q, want\n%q", err, got, want)
	}
	f := asked(t, pool, "2025-11-01", "10002")
	if pfs := f.Codes["cpt 10002"].PFS; len(pfs) != 3 || pfs[0].Source.Release != "2025-10" {
		t.Errorf("what a question finds: %+v", pfs)
	}
}

// TestLoadPFSText: the same table as text makes the same rows.
func TestLoadPFSText(t *testing.T) {
	const rows = `select string_agg(r::text, ' ' order by code, mod) from (select (to_jsonb(p) - 'release_id') as r, code, mod from pfs_rows p) x`
	var csv, text string
	pool := pgtest.New(t)
	loads(t, pool, options(), published("pfs/PPRRVU2025_Oct.csv"))
	if err := pool.QueryRow(t.Context(), rows).Scan(&csv); err != nil {
		t.Fatal(err)
	}
	pool = pgtest.New(t)
	loads(t, pool, options(), published("pfs/PPRRVU2025_Oct.txt"))
	if err := pool.QueryRow(t.Context(), rows).Scan(&text); err != nil || csv != text {
		t.Errorf("%v\ncsv  %s\ntext %s", err, csv, text)
	}
}

// TestLoadRVU: the archive of a quarter holds the table in several formats, the
// localities and documents: two releases, each of its table once.
func TestLoadRVU(t *testing.T) {
	files := map[string]string{"RVU25D.pdf": "%PDF-1.5\x00", "readme.txt": "Read this.\n"}
	for _, name := range []string{"PPRRVU2025_Oct.csv", "PPRRVU2025_Oct.txt", "GPCI2025.csv", "25LOCCO.csv"} {
		files[name] = must(text(published("pfs/" + name)))
	}
	files["25LOCCO.csv"] = strings.Replace(files["25LOCCO.csv"], "2025 LOCALITIES", "LOCALITIES", 1) // its neighbour tells the year
	pool := pgtest.New(t)
	done := loads(t, pool, options(), fileOf(t, "RVU25D.zip", packed(t, files)))
	rows := map[string]int64{}
	for _, r := range done {
		rows[r.Kind+" "+r.Release] = r.Rows
	}
	if len(done) != 2 || rows["pfs 2025-10"] != 8 || rows["gpci 2025"] != 5 {
		t.Errorf("%+v", done)
	}
}

// TestLoadQPP: of the table for qualifying participants the conversion factor
// alone is taken, beside the other's.
func TestLoadQPP(t *testing.T) {
	pool := pgtest.New(t)
	_, err := codeset.Import(t.Context(), pool, []string{published("pfs/PPRRVU2026_QPP.csv")}, options())
	if err == nil || !strings.Contains(err.Error(), "name the nonQPP file of 2026-01 in the same command") {
		t.Errorf("alone: %v", err)
	}
	done := loads(t, pool, options(), published("pfs/PPRRVU2026_nonQPP.csv"), published("pfs/PPRRVU2026_QPP.csv"))
	if len(done) != 1 || done[0].Rows != 8 || done[0].Release != "2026-01" {
		t.Errorf("%+v", done)
	}
	if n := count(t, pool, "select count(*) from pfs_rows where conversion = '33.4009' and conversion_qpp = '33.5675' and pricing in ('0', '9')"); n != 8 {
		t.Errorf("%d rows with both factors", n)
	}
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		page, err := codeset.Show(t.Context(), tx, "10001", must(code.ParseDay("2026-02-01")))
		if err == nil && (len(page[0].Figures) != 1 || page[0].Figures[0].Conversion != "33.4009" || page[0].Figures[0].QPP != "33.5675") {
			t.Errorf("the page: %+v", page[0].Figures)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	single := pgtest.New(t)
	if done := loads(t, single, options(), published("pfs/PPRRVU2026_nonQPP.csv")); len(noted(done[0])) != 1 {
		t.Errorf("the other factor is missing, and nothing says so: %+v", done[0])
	}
	other := strings.Replace(must(text(published("pfs/PPRRVU2026_QPP.csv"))), "G0001", "G0002", 1)
	_, err = codeset.Import(t.Context(), pgtest.New(t), []string{published("pfs/PPRRVU2026_nonQPP.csv"), fileOf(t, "PPRRVU2026_QPP.csv", other)}, options())
	if err == nil || !strings.Contains(err.Error(), "do not have the same codes") {
		t.Errorf("of another release: %v", err)
	}
}

func text(path string) (string, error) {
	b, err := os.ReadFile(path)
	return string(b), err
}

func TestLoadLists(t *testing.T) {
	pool := pgtest.New(t)
	for _, c := range []struct {
		files               []string
		kind, release, from string
		rows                int64
		query, want         string
	}{
		{[]string{"pfs/GPCI2025.csv", "pfs/25LOCCO.csv"}, "gpci", "2025", "2025-01-01", 5,
			"select concat_ws('/', g.contractor, g.state, g.locality, g.name, work, pe, mp, (select count(*) from gpci_counties)) from gpci_rows g where locality = '01'",
			"90001/ZZ/01/SECOND PLACE/1.5/1.1/0.611/3"},
		{[]string{"list/pos_codes_2023.csv"}, "pos", "2023", "2023-01-01", 3, "select concat_ws('/', name, text, facility) from pos_rows where code = '02'", "Second Place/Another one./facility"},
		{[]string{"list/mce_v42.csv"}, "mce", "FY2025", "2024-10-01", 4, "select concat_ws('/', list, rule) from mce_rows where code = 'B02.2'", "sex/Female Only"},
	} {
		var files []string
		for _, f := range c.files {
			files = append(files, published(f))
		}
		r := loads(t, pool, options(), files...)[0]
		if r.Kind != c.kind || r.Release != c.release || r.EffectiveFrom != c.from || r.Rows != c.rows {
			t.Errorf("%+v, want %s %s with %d rows", r, c.kind, c.release, c.rows)
		}
		var got string
		if err := pool.QueryRow(t.Context(), c.query).Scan(&got); err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.kind, got, err, c.want)
		}
	}
	_, err := codeset.Import(t.Context(), pool, []string{published("pfs/25LOCCO.csv")}, func() codeset.ImportOptions { o := options(); o.Release = "2024"; return o }())
	if err == nil || !strings.Contains(err.Error(), "holds counties and no indices") {
		t.Errorf("counties alone: %v", err)
	}
}
