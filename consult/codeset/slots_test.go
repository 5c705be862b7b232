package codeset

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// TestSlotsLeaveOut: however many releases are loaded, the statements over the
// large tables probe the partitions of those that answer.
func TestSlotsLeaveOut(t *testing.T) {
	pool := pgtest.New(t)
	mue := "\"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n20610,2,3 Date of Service Edit: Clinical,CMS Policy\n"
	for _, quarter := range []string{"2024Q1", "2024Q2", "2024Q3", "2024Q4"} {
		imports(t, pool, written(t, "practitioner "+quarter+".txt", ptpAbove+edits("20610 20550 20200101 * 1")))
		imports(t, pool, written(t, "mue "+quarter+".csv", mue+"J3301,0,3 Edit "+quarter+",CMS Policy\n"))
	}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	b := &pgx.Batch{}
	newGathering(query(time.Date(2024, 8, 15, 0, 0, 0, 0, time.UTC), []string{"cpt 20610", "cpt 20550"})).queue(b)
	for _, q := range b.QueuedQueries {
		if q.SQL == settleSQL {
			if _, err := tx.Exec(t.Context(), q.SQL, q.Arguments...); err != nil {
				t.Fatal(err)
			}
		}
		if q.SQL != pairsSQL && q.SQL != muesSQL {
			continue
		}
		rows, err := tx.Query(t.Context(), "explain (analyze, costs off) "+q.SQL, q.Arguments...)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		text := strings.Join(plan, "\n")
		if err != nil || !strings.Contains(text, "Subplans Removed: 3") {
			t.Errorf("%s\n%s\n%v", q.SQL, text, err)
		}
	}
}

// TestSlots: the official release and the starter's part have a slot each, and
// what nobody answers has none.
func TestSlots(t *testing.T) {
	pool := pgtest.New(t)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := LoadStarter(t.Context(), tx, importing.Now, "test")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	imports(t, pool, written(t, "practitioner 2019Q1.txt", ptpAbove+edits("20610 20550 20180101 * 1")))
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), settleSQL, time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC), kinds("")); err != nil {
			return err
		}
		for setting, want := range map[string]string{ptpSlot.name(): "select id from releases where name = '2019Q1'",
			ptpSlot.name() + "_starter": "select id from releases where kind = 'ncci-ptp-practitioner' and via = 'starter'", cptSlot.name(): "select 0::bigint"} {
			var got, id int64
			if err := tx.QueryRow(t.Context(), "select current_setting('"+setting+"')::bigint").Scan(&got); err != nil {
				return err
			}
			if err := tx.QueryRow(t.Context(), want).Scan(&id); err != nil || got != id {
				t.Errorf("%s: %d, want %d (%v)", setting, got, id, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
