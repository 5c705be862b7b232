package code_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// asOf is the date of service of all mails where code sets are asked: a day of
// which the official files speak.
var asOf = time.Date(2025, 9, 30, 0, 0, 0, 0, time.UTC)

// TestAccuracyWithStarter and TestAccuracyWithOfficial are TestAccuracy with a
// database: the status of each code on the day enters its confidence.
func TestAccuracyWithStarter(t *testing.T) {
	status := statuses(t, withStarter(t))
	for _, s := range withStatus {
		t.Run(s.name, func(t *testing.T) { s.reach(t, status) })
	}
}

func TestAccuracyWithOfficial(t *testing.T) {
	status := statuses(t, withOfficial(t))
	for _, s := range withStatus {
		t.Run(s.name, func(t *testing.T) { s.reach(t, status) })
	}
}

var withStatus = []set{{"seen", seenFile, true, 0.99, 0.99}, {"open", openFile, true, 0.99, 0.97}, {"held", heldFile, false, 0.96, 0.83}, {"fresh", freshFile, false, 0.94, 0.75}}

// TestDomainLinesWithStatus reads the lines of DOMAIN.md D.7 again with the
// code sets loaded: what a line names does not change with what is known of it.
func TestDomainLinesWithStatus(t *testing.T) {
	for _, db := range []struct {
		name string
		pool func(*testing.T) *pgxpool.Pool
	}{{"starter", withStarter}, {"official", withOfficial}} {
		t.Run(db.name, func(t *testing.T) {
			pool := db.pool(t)
			for _, line := range code.DomainLines() {
				mentions := code.Find(code.Body, line.Text)
				status := func(code.Code) code.Status { return code.Unchecked }
				err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
					facts, err := codeset.Gather(t.Context(), tx, codeset.Query{On: asOf, Codes: keys(mentions)})
					status = facts.Status
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if got := code.Short(code.Resolve(line.Text, mentions, status)); got != line.Want {
					t.Errorf("D.7 line %d %q:\n got %q\nwant %q", line.N, line.Text, got, line.Want)
				}
			}
		})
	}
}

func keys(mentions []code.Mention) (codes []code.Code) {
	for _, m := range mentions {
		codes = append(codes, m.Key())
	}
	return codes
}

// withStarter is a database with the starter library.
func withStarter(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := codeset.LoadStarter(t.Context(), tx, asOf, "test")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// officialFiles are in the folder of official files, which stays outside of the
// project.
var officialFiles = []string{
	"icd10cm/cm2025.zip", "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz", "pfs/PPRRVU2025_Oct.redacted.csv",
	"ncci/mue_practitioner_2024q2.csv", "ncci/mue_practitioner_2026q2.csv",
}

// withOfficial is a database with the starter library and the official files.
func withOfficial(t *testing.T) *pgxpool.Pool {
	t.Helper()
	dir := cmp.Or(os.Getenv("CASECONSULTANT_TESTDATA"), "../../../shared/data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA", dir)
	}
	var files []string
	for _, f := range officialFiles {
		files = append(files, filepath.Join(dir, f))
	}
	pool := withStarter(t)
	done, err := codeset.Import(t.Context(), pool, files, codeset.ImportOptions{Now: asOf, By: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range done {
		t.Logf("%s %s: %d rows", r.Kind, r.Release, r.Rows)
	}
	return pool
}

// statuses gathers the status of every candidate of every mail, as the
// pipeline does for each.
func statuses(t *testing.T, pool *pgxpool.Pool) func(code.Code) code.Status {
	t.Helper()
	known := make(map[code.Code]code.Status)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		for _, file := range []string{seenFile, openFile, heldFile} {
			for _, l := range corpus(t, file) {
				var codes []code.Code
				for _, r := range l.regions() {
					codes = append(codes, keys(code.Find(r.name, r.text))...)
				}
				facts, err := codeset.Gather(t.Context(), tx, codeset.Query{On: asOf, Codes: codes})
				if err != nil {
					return fmt.Errorf("%s: %w", l.name, err)
				}
				for _, c := range codes {
					known[c] = facts.Status(c)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	count := make(map[code.Status]int)
	for _, s := range known {
		count[s]++
	}
	t.Logf("status on %s of the candidates: %v", code.Day(asOf).Format(time.DateOnly), count)
	return func(c code.Code) code.Status { return known[c] }
}
