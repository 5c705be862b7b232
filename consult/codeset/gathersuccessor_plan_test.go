package codeset

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// TestSuccessorPlans: cross references and equivalences are read from the one
// release that answers, however many are loaded.
func TestSuccessorPlans(t *testing.T) {
	pool := pgtest.New(t)
	imports(t, pool, "../cmsfile/testdata/hcpcs/HCPC2019_TEST_ANWEB.txt")
	imports(t, pool, "../cmsfile/testdata/hcpcs/HCPC2026_OCT_TEST_ANWEB.csv")
	for year := 2016; year <= 2018; year++ {
		imports(t, pool, written(t, fmt.Sprintf("%d_I9gem.txt", year), "25000 E119    10000\n25001 E109    10000\n0010  A000    00000\n"))
	}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	b := &pgx.Batch{}
	newGathering(query(time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC), []string{"hcpcs J0003", "icd9cm 250.00"})).queue(b)
	seen := 0
	for _, q := range b.QueuedQueries {
		if q.SQL == settleSQL {
			if _, err := tx.Exec(t.Context(), q.SQL, q.Arguments...); err != nil {
				t.Fatal(err)
			}
		}
		if q.SQL != xrefsSQL && q.SQL != gemsSQL {
			continue
		}
		seen++
		rows, err := tx.Query(t.Context(), "explain (analyze, costs off, timing off) "+q.SQL, q.Arguments...)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		text := strings.Join(plan, "\n")
		table := map[string]string{xrefsSQL: "hcpcs_rows", gemsSQL: "gem_rows"}[q.SQL]
		read := 0
		for _, line := range plan {
			if strings.Contains(line, " on "+table) && !strings.Contains(line, "never executed") {
				read++
			}
		}
		if err != nil || read != 1 {
			t.Errorf("%d partitions of %s are read\n%s\n%v", read, table, text, err)
		}
	}
	if seen != 2 {
		t.Errorf("%d statements of two", seen)
	}
}
