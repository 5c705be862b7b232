package codeset_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

const (
	anwebText = "../cmsfile/testdata/hcpcs/HCPC2019_TEST_ANWEB.txt"
	anwebCSV  = "../cmsfile/testdata/hcpcs/HCPC2026_OCT_TEST_ANWEB.csv"
	nocPrint  = "../cmsfile/testdata/hcpcs/NOC_Codes_TEST_2019.prn"
)

// known gathers codes, each "system code".
func known(t testing.TB, pool *pgxpool.Pool, on string, codes ...string) (f codeset.Facts) {
	t.Helper()
	q := codeset.Query{On: must(code.ParseDay(on))}
	for _, c := range codes {
		q.Codes = append(q.Codes, parse(c))
	}
	inTx(t, pool, func(tx pgx.Tx) (err error) {
		f, err = codeset.Gather(t.Context(), tx, q)
		return err
	})
	return f
}

// TestLoadHCPCS: codes and modifiers answer by their own dates, the last day in
// force included, for days before and after the release's period.
func TestLoadHCPCS(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, options(), anwebCSV)[0]
	if r.Kind != codeset.KindHCPCS || r.Release != "2026Q4" || r.Rows != 5 || r.Billable != 3 || r.Layout != "proved" || noted(r) != nil {
		t.Errorf("%+v", r)
	}
	for _, test := range []struct {
		on, code string
		status   code.Status
		notYet   bool
	}{
		{"2003-12-31", "hcpcs J0003", code.Unknown, true},
		{"2004-01-01", "hcpcs J0003", code.Valid, false},
		{"2024-09-30", "hcpcs J0003", code.Valid, false},
		{"2024-10-01", "hcpcs J0003", code.Deleted, false},
		{"2026-11-01", "hcpcs A0001", code.Valid, false},
		{"2030-01-01", "hcpcs A0001", code.Valid, false},
		{"2017-12-31", "modifier ZZ", code.Valid, false},
		{"2018-01-01", "modifier ZZ", code.Deleted, false},
		{"2026-11-01", "hcpcs J0009", code.Unknown, false},
	} {
		cf := known(t, pool, test.on, test.code).Codes[test.code]
		if cf.Status != test.status || cf.NotYet != test.notYet || cf.Source.Set != codeset.KindHCPCS {
			t.Errorf("%s on %s: %+v", test.code, test.on, cf)
		}
	}
	if d := known(t, pool, "2026-11-01", "hcpcs J0002").Codes["hcpcs J0002"].Drug; d == nil || d.Amount != 10 || d.Unit != "mg" {
		t.Errorf("billing unit of J0002: %+v", d)
	}
	const detail = `select count(*) from hcpcs_rows where code = 'A0001' and pricing = '{32}' and manuals = '{60-9,65-1,2130,4107.6}'
		and types_of_service = '{A,P,R}' and xrefs = '{}' and coverage = 'D' and betos = 'D1E' and action_from = '2003-01-01'`
	if count(t, pool, detail) != 1 || count(t, pool, "select count(*) from hcpcs_rows where code = 'J0003' and xrefs = '{J0002,A0001}'") != 1 {
		t.Error("what else the file says of A0001 and J0003 is not as in it")
	}
}

// TestLoadHCPCSBesideStarter: the official table hides the starter's rows of its
// kind, not what the starter knows of CPT's own modifiers, which no free file has.
func TestLoadHCPCSBesideStarter(t *testing.T) {
	pool := pgtest.New(t)
	inTx(t, pool, func(tx pgx.Tx) error {
		_, err := codeset.LoadStarter(t.Context(), tx, options().Now, "test")
		return err
	})
	loads(t, pool, options(), anwebCSV)
	f := known(t, pool, "2026-11-01", "hcpcs J3301", "hcpcs J0002", "modifier 25", "modifier A1")
	if cf := f.Codes["hcpcs J3301"]; cf.Title != "" || cf.Drug != nil || cf.Source.Set == codeset.KindHCPCS {
		t.Errorf("the starter's row of J3301 answers beside the official table: %+v", cf)
	}
	for c, want := range map[string]code.Status{"hcpcs J0002": code.Valid, "modifier 25": code.Valid, "modifier A1": code.Valid} {
		if f.Codes[c].Status != want {
			t.Errorf("%s: %+v", c, f.Codes[c])
		}
	}
}

// TestLoadHCPCSDropped: a code that a later release no longer lists was valid on
// the days that the release before it gives.
func TestLoadHCPCSDropped(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, options(), anwebText)
	var kept []string
	for l := range strings.Lines(string(must(os.ReadFile(anwebText)))) {
		if !strings.HasPrefix(l, "J0003") {
			kept = append(kept, l)
		}
	}
	o := options()
	o.Complete = true
	loads(t, pool, o, fileOf(t, "HCPC2026_OCT_ANWEB.txt", strings.Join(kept, "")))
	for on, want := range map[string]code.Status{"2024-09-30": code.Valid, "2026-11-01": code.Deleted} {
		if cf := known(t, pool, on, "hcpcs J0003").Codes["hcpcs J0003"]; cf.Status != want {
			t.Errorf("on %s: %+v", on, cf)
		}
	}
}

func TestLoadHCPCSTwice(t *testing.T) {
	text := string(must(os.ReadFile(anwebText)))
	pool := pgtest.New(t)
	_, err := codeset.Import(t.Context(), pool, []string{fileOf(t, "HCPC2019_ANWEB.txt", text), fileOf(t, "HCPC2019_OTHER_ANWEB.txt", text+"\r\n")}, options())
	if err == nil || !strings.Contains(err.Error(), "both hold the table of hcpcs 2019") || count(t, pool, "select count(*) from releases") != 0 {
		t.Errorf("%v", err)
	}
}

// TestLoadHCPCSReactivated: a code that was taken up again is in force, and the
// import says what the file does not.
func TestLoadHCPCSReactivated(t *testing.T) {
	text := strings.Replace(string(must(os.ReadFile(anwebText))), "20040101"+"20241001"+"20240930"+"D", "20040101"+"20241001"+"20220930"+"R", 1)
	pool := pgtest.New(t)
	r := loads(t, pool, options(), fileOf(t, "HCPC2019_ANWEB.txt", text))[0]
	if n := noted(r); len(n) != 1 || !strings.HasPrefix(n[0], "J0003 was taken up again on 2024-10-01; ") {
		t.Errorf("%+v", r)
	}
	if cf := known(t, pool, "2025-01-01", "hcpcs J0003").Codes["hcpcs J0003"]; cf.Status != code.Valid {
		t.Errorf("%+v", cf)
	}
}

func TestLoadNOC(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, options(), nocPrint)[0]
	if r.Kind != cmsfile.HCPCSNOC || r.Release != "2019" || r.Rows != 3 || count(t, pool, "select count(*) from noc_rows where title like 'Test%'") != 3 {
		t.Errorf("%+v", r)
	}
}

// TestNoRelease: a list of changes is refused by what it is.
func TestNoRelease(t *testing.T) {
	file := fileOf(t, "HCPC2019_Corrections.prn", "\n     2019 ALPHA-NUMERIC HCPCS CORRECTIONS\n\n CODE ACTION\n A0001 ADD\n")
	_, err := codeset.Import(t.Context(), pgtest.New(t), []string{file}, options())
	if !errors.Is(err, cmsfile.ErrNoRelease) || !strings.Contains(err.Error(), "corrections in words") {
		t.Errorf("%v", err)
	}
}

// TestOfficialLoadHCPCS: the zip of CMS, which holds the table twice and other
// lists beside it, is one release.
func TestOfficialLoadHCPCS(t *testing.T) {
	dir := codeset.SharedData(t)
	pool := pgtest.New(t)
	done := loads(t, pool, options(), filepath.Join(dir, "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip"),
		filepath.Join(dir, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"), filepath.Join(dir, "hcpcs/2019-HCPCS-NOC-Codes.zip"))
	if len(done) != 3 || done[0].Rows != 6800 || done[0].Billable != 6440 || len(done[0].Skipped) != 5 || done[1].Rows != 8474 || done[1].Release != "2024Q4" || done[2].Rows != 139 {
		t.Errorf("%+v", done)
	}
	if count(t, pool, "select max(length(title)) from noc_rows") <= 79 {
		t.Error("the list of NOC codes was loaded from its print, which cuts descriptions")
	}
	if cf := known(t, pool, "2024-09-30", "hcpcs J2001").Codes["hcpcs J2001"]; cf.Status != code.Valid || cf.Source.Release != "2024Q4" {
		t.Errorf("%+v", cf)
	}
}
