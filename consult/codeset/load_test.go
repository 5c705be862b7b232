package codeset_test

import (
	"context"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

func TestLoadStarterOnce(t *testing.T) {
	tx := begin(t)
	loaded, err := codeset.LoadStarter(t.Context(), tx, now.Add(time.Hour), "another")
	if err != nil || loaded {
		t.Fatalf("loaded again: %v, %v", loaded, err)
	}
	rels := must(codeset.Releases(t.Context(), tx))
	if len(rels) != 1 || rels[0].LoadedBy != "test" || !rels[0].LoadedAt.Equal(now) {
		t.Errorf("releases %+v", rels)
	}
}

// TestLoadStarterRace: of two processes that start together one loads.
func TestLoadStarterRace(t *testing.T) {
	pool := pgtest.New(t)
	loaded := make(chan bool)
	for range 2 {
		go func() {
			tx := must(pool.Begin(t.Context()))
			l := must(codeset.LoadStarter(t.Context(), tx, now, "test"))
			if err := tx.Commit(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
			loaded <- l
		}()
	}
	if a, b := <-loaded, <-loaded; a == b {
		t.Errorf("loaded %v and %v, want one of them", a, b)
	}
}

// TestNewerStarter: new content takes the place of the old, whose rows stay.
func TestNewerStarter(t *testing.T) {
	tx := begin(t)
	if _, err := tx.Exec(t.Context(), "update releases set sha256 = 'an older binary' where sha256 <> ''"); err != nil {
		t.Fatal(err)
	}
	if loaded := must(codeset.LoadStarter(t.Context(), tx, now, "test")); !loaded {
		t.Fatal("new content did not load")
	}
	if rels := must(codeset.Releases(t.Context(), tx)); len(rels) != 1 || rels[0].SHA256 == "an older binary" {
		t.Errorf("releases %+v", rels)
	}
	f := gather(t, tx, "2024-08-15", "cpt 20610", "cpt 99213")
	if len(f.Pairs) != 1 || len(f.Codes["cpt 20610"].PFS) > 1 {
		t.Errorf("rows of both: pairs %+v, fee schedule %+v", f.Pairs, f.Codes["cpt 20610"].PFS)
	}
	var kept int
	if err := tx.QueryRow(t.Context(), "select count(*) from ptp_rows where column1 = '20610' and column2 = '99213'").Scan(&kept); err != nil || kept != 2 {
		t.Errorf("%d rows of the pair are kept, want both loads' (%v)", kept, err)
	}
}

func TestReleases(t *testing.T) {
	tx := begin(t)
	publish(t, tx, mue2025Q3, "mue_rows", mueColumns, []any{"20610", 9, "3"})
	publish(t, tx, mue2025Q1, "mue_rows", mueColumns, []any{"20610", 7, "3"})
	rels := must(codeset.Releases(t.Context(), tx))
	if len(rels) != 3 || rels[0].Kind != codeset.KindStarter || rels[1].Name != "2025Q1" || rels[2].Name != "2025Q3" {
		t.Fatalf("%+v", rels)
	}
	var rows int64
	for _, p := range rels[0].Parts {
		rows += p.Rows
		if p.Kind == codeset.KindICD10CM && (p.Billable == 0 || p.Billable >= p.Rows) {
			t.Errorf("%s: %d complete of %d", p.Kind, p.Billable, p.Rows)
		}
	}
	if len(rels[0].Parts) != 9 || rows == 0 || rels[0].Rows <= rows {
		t.Errorf("the starter has %d parts and %d rows, %d of them in parts", len(rels[0].Parts), rels[0].Rows, rows)
	}
	if got := rels[1]; got.EffectiveFrom != "2025-01-01" || got.EffectiveTo != "2025-03-31" || got.Rows != 1 || got.Source != "made by the test" {
		t.Errorf("%+v", got)
	}
}
