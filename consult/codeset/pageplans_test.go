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

// TestPagePlans: between settle and restore every statement of a page reaches
// its rows by an index, whatever system the code is of.
func TestPagePlans(t *testing.T) {
	tx, _ := planned(t)
	on := time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC)
	b := &pgx.Batch{}
	newPaging([]code.Code{{System: code.CPT, Code: "99213"}, {System: code.HCPCS, Code: "J3301"}, {System: code.ICD10CM, Code: "E11.9"},
		{System: code.Modifier, Code: "LT"}, {System: code.POS, Code: "11"}}, on, ShowOptions{With: []string{"20610"}, Pairs: true}).queue(b)
	settled, seen := false, 0
	for _, q := range b.QueuedQueries {
		switch {
		case q.SQL == settleSQL:
			settled = true
		case q.SQL == restoreSQL:
			settled = false
		case settled:
			seen++
			rows, err := tx.Query(t.Context(), "explain "+q.SQL, q.Arguments...)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if text := strings.Join(plan, "\n"); err != nil || strings.Contains(text, "Seq Scan") {
				t.Errorf("%s\n%s\n%v", q.SQL, text, err)
			}
			continue
		}
		if q.SQL == settleSQL || q.SQL == restoreSQL {
			if _, err := tx.Exec(t.Context(), q.SQL, q.Arguments...); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d statements: the test shows little", seen)
	}
}

// TestPageLeavesOut: the edits of a code are counted in the tables that answer,
// the office's and the hospital's, without a look into the rows, and in no other
// quarter's.
func TestPageLeavesOut(t *testing.T) {
	pool := pgtest.New(t)
	for _, quarter := range []string{"2024Q1", "2024Q2", "2024Q3", "2024Q4"} {
		imports(t, pool, written(t, "practitioner "+quarter+".txt", ptpAbove+edits("20610 20550 20200101 * 1")))
	}
	for _, quarter := range []string{"2024Q2", "2024Q3"} {
		imports(t, pool, written(t, "hospital "+quarter+".txt", ptpAbove+edits("20610 20550 20200101 * 1", "20610 20551 20200101 * 0")))
	}
	if _, err := pool.Exec(t.Context(), "vacuum ptp_rows"); err != nil {
		t.Fatal(err)
	}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	b := &pgx.Batch{}
	newPaging([]code.Code{{System: code.CPT, Code: "20610"}}, time.Date(2024, 8, 15, 0, 0, 0, 0, time.UTC), ShowOptions{With: []string{"20550"}}).queue(b)
	wants := map[string][]string{countsSQL: {"Subplans Removed: 4", "Index Only Scan"}, askedPairsSQL: {"Subplans Removed: 4"}}
	for _, q := range b.QueuedQueries {
		if q.SQL == settleSQL {
			if _, err := tx.Exec(t.Context(), q.SQL, q.Arguments...); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range wants[q.SQL] {
			rows, err := tx.Query(t.Context(), "explain (analyze, costs off) "+q.SQL, q.Arguments...)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if text := strings.Join(plan, "\n"); err != nil || !strings.Contains(text, want) {
				t.Errorf("%s\n%s\n%v", q.SQL, text, err)
			}
		}
		delete(wants, q.SQL)
	}
	if len(wants) > 0 {
		t.Errorf("never asked: %v", wants)
	}
}
