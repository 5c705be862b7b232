package codeset

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
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
