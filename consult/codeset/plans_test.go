package codeset

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// planned opens a transaction on the starter and queues a look-up of each sort of code.
func planned(t *testing.T) (pgx.Tx, []*pgx.QueuedQuery) {
	tx, err := pgtest.New(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	on := time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC)
	if _, err := LoadStarter(t.Context(), tx, on, "test"); err != nil {
		t.Fatal(err)
	}
	b := &pgx.Batch{}
	newGathering(Query{On: on, Codes: []code.Code{{System: code.CPT, Code: "99213"}, {System: code.ICD10CM, Code: "E11.9"}}}).queue(b)
	return tx, b.QueuedQueries
}

// TestPlans: between settle and restore every statement reaches its rows by an
// index. One that could not would be a plan of enormous cost, which Postgres
// compiles before each run.
func TestPlans(t *testing.T) {
	tx, queries := planned(t)
	if len(queries) != 18 || queries[0].SQL != settleSQL || queries[17].SQL != restoreSQL {
		t.Fatalf("%d statements", len(queries))
	}
	if _, err := tx.Exec(t.Context(), settleSQL, queries[0].Arguments...); err != nil {
		t.Fatal(err)
	}
	for _, q := range queries[1:17] {
		rows, err := tx.Query(t.Context(), "explain "+q.SQL, q.Arguments...)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if text := strings.Join(plan, "\n"); err != nil || strings.Contains(text, "Seq Scan") {
			t.Errorf("%s\n%s\n%v", q.SQL, text, err)
		}
	}
}

// TestSettingsEnd: the caller's transaction is planned as before, whatever it had set.
func TestSettingsEnd(t *testing.T) {
	tx, _ := planned(t)
	for _, want := range []string{"auto on", "force_custom_plan on", "force_custom_plan off"} {
		mode, scan, _ := strings.Cut(want, " ")
		if _, err := tx.Exec(t.Context(), "select set_config('plan_cache_mode', $1, true), set_config('enable_seqscan', $2, true)", mode, scan); err != nil {
			t.Fatal(err)
		}
		if _, err := Gather(t.Context(), tx, Query{Codes: []code.Code{{System: code.CPT, Code: "99213"}}}); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := tx.QueryRow(t.Context(), "select current_setting('plan_cache_mode') || ' ' || current_setting('enable_seqscan')").Scan(&got); err != nil || got != want {
			t.Errorf("%q after a look-up, want %q (%v)", got, want, err)
		}
	}
}
