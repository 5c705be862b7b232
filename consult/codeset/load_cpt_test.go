package codeset_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// amaFiles are invented: their words describe no service.
var amaFiles = []string{"../cmsfile/testdata/cpt/LONGULT.txt", "../cmsfile/testdata/cpt/LONGUT.txt", "../cmsfile/testdata/cpt/MEDU.txt", "../cmsfile/testdata/cpt/SHORTU.txt"}

func under(licence string) codeset.ImportOptions {
	o := options()
	o.CPTLicence = licence
	return o
}

// inTx runs f in a transaction that it commits.
func inTx(t testing.TB, pool *pgxpool.Pool, f func(tx pgx.Tx) error) {
	t.Helper()
	if err := pgx.BeginFunc(t.Context(), pool, f); err != nil {
		t.Fatal(err)
	}
}

func shown(t testing.TB, pool *pgxpool.Pool, c, on string) (e codeset.Entry) {
	t.Helper()
	inTx(t, pool, func(tx pgx.Tx) error {
		all, err := codeset.Show(t.Context(), tx, c, must(code.ParseDay(on)))
		e = all[0]
		return err
	})
	return e
}

func TestLoadCPT(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, under("AMA 12-345"), amaFiles...)[0]
	if r.Kind != codeset.KindCPT || r.Release != "2026" || r.Rows != 24 || r.Billable != 8 || r.Layout != "documented" || r.Notes != nil {
		t.Errorf("%+v", r)
	}
	const notice = "CPT © 2025 American Medical Association. All rights reserved. CPT is a registered trademark of the AMA."
	if count(t, pool, "select count(*) from releases where licence = 'AMA 12-345' and notice = '"+notice+"'") != 1 {
		t.Error("the release is without licence or notice")
	}
	if count(t, pool, "select count(*) from code_rows where system = 'cpt' and title = '' and billable") != 8 {
		t.Error("code_rows are not the 8 codes without words")
	}
	e := shown(t, pool, "00001", "2026-05-01")
	if e.Status != "valid" || e.Descriptor != "Alpha wording one" || e.Notice != notice || e.Title != "" {
		t.Errorf("%+v", e)
	}
	if e := shown(t, pool, "00009", "2026-05-01"); e.Status != "unknown" || e.Descriptor != "" || e.Notice != "" {
		t.Errorf("%+v", e)
	}
}

// TestCPTNeverInFacts: what drafts are made of holds no word of a descriptor.
func TestCPTNeverInFacts(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, under("REF"), amaFiles...)
	f := known(t, pool, "2026-05-01", "cpt 00001", "cpt 0004F")
	if f.Codes["cpt 00001"].Status != code.Valid || f.Answers[codeset.KindCPT].Release != "2026" {
		t.Fatalf("%+v", f)
	}
	if text := strings.ToLower(fmt.Sprintf("%+v", f)); strings.Contains(text, "alpha") || strings.Contains(text, "delta") {
		t.Error(text)
	}
}

// TestCPTWithoutLicence: without the agreement under which it was loaded a
// release is as good as not there, by any day and for any code.
func TestCPTWithoutLicence(t *testing.T) {
	pool := pgtest.New(t)
	before := fmt.Sprintf("%+v %+v", known(t, pool, "2026-05-01", "cpt 00001"), shown(t, pool, "00001", "2026-05-01"))
	loads(t, pool, under("OLD"), amaFiles...)
	for _, ref := range []string{"", "NEW"} {
		inTx(t, pool, func(tx pgx.Tx) error { return codeset.SetLicence(t.Context(), tx, ref, options().Now, "test") })
		for _, on := range []string{"2026-05-01", "2027-05-01"} {
			e := shown(t, pool, "00001", on)
			if e.Descriptor != "" || e.Notice != "" || e.History != nil || e.Status != "unknown" {
				t.Errorf("licence %q on %s: %+v", ref, on, e)
			}
		}
		if after := fmt.Sprintf("%+v %+v", known(t, pool, "2026-05-01", "cpt 00001"), shown(t, pool, "00001", "2026-05-01")); after != before {
			t.Errorf("licence %q:\n%s\nbefore the import\n%s", ref, after, before)
		}
	}
	inTx(t, pool, func(tx pgx.Tx) error { return codeset.SetLicence(t.Context(), tx, "OLD", options().Now, "test") })
	if e := shown(t, pool, "00001", "2026-05-01"); e.Descriptor == "" {
		t.Errorf("under its licence again: %+v", e)
	}
}

// TestCPTRenewed: the same files under a new agreement load nothing and are shown
// under it; without one they are refused though they are loaded.
func TestCPTRenewed(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, under("OLD"), amaFiles...)
	if r := loads(t, pool, under("NEW"), amaFiles...)[0]; !r.AlreadyLoaded {
		t.Errorf("%+v", r)
	}
	if e := shown(t, pool, "00001", "2026-05-01"); e.Descriptor == "" || count(t, pool, "select count(*) from releases where licence = 'NEW'") != 1 {
		t.Errorf("%+v", e)
	}
	if _, err := codeset.Import(t.Context(), pool, amaFiles, options()); !errors.Is(err, codeset.ErrUnnamed) {
		t.Errorf("%v", err)
	}
}

func TestSetLicence(t *testing.T) {
	pool := pgtest.New(t)
	for _, step := range []struct {
		ref  string
		rows int
	}{{"", 0}, {"A", 1}, {"A", 1}, {"", 2}, {"", 2}, {"B", 3}} {
		inTx(t, pool, func(tx pgx.Tx) error {
			if err := codeset.SetLicence(t.Context(), tx, step.ref, options().Now, "test"); err != nil {
				return err
			}
			if ref, err := codeset.CurrentLicence(t.Context(), tx); err != nil || ref != step.ref {
				t.Errorf("%q, %v, want %q", ref, err, step.ref)
			}
			return nil
		})
		if n := count(t, pool, "select count(*) from licences where set_by = 'test'"); n != step.rows {
			t.Errorf("after %q: %d rows, want %d", step.ref, n, step.rows)
		}
	}
}

func TestLoadCPTRefused(t *testing.T) {
	pool := pgtest.New(t)
	_, err := codeset.Import(t.Context(), pool, amaFiles[:1], options())
	if err == nil || err.Error() != "LONGULT.txt: the AMA's CPT files are taken only under an agreement, which has to be named: give --cpt-licence REF" || !errors.Is(err, codeset.ErrUnnamed) {
		t.Errorf("%v", err)
	}
	text := string(must(os.ReadFile(amaFiles[0])))
	cut := fileOf(t, "LONGULT.txt", text[:len(text)-24])
	if _, err := codeset.Import(t.Context(), pool, []string{cut}, under("REF")); err == nil || !strings.Contains(err.Error(), "LONGULT.txt, line ") {
		t.Errorf("%v", err)
	}
	if count(t, pool, "select count(*) from releases") != 0 || count(t, pool, "select count(*) from licences") != 0 {
		t.Error("a refused file left something behind")
	}
}

// TestLoadCPTUneven: files that do not list the same codes are said to.
func TestLoadCPTUneven(t *testing.T) {
	text := strings.Split(string(must(os.ReadFile(amaFiles[3]))), "0008A")[0]
	r := loads(t, pgtest.New(t), under("REF"), amaFiles[0], fileOf(t, "SHORTU.txt", text))[0]
	if len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "1 codes are not in all of the 2 descriptor files, the first 0008A") {
		t.Errorf("%+v", r)
	}
}
