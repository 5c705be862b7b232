package codeset_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// begin returns a transaction on a fresh database that holds the starter.
func begin(t testing.TB) pgx.Tx {
	t.Helper()
	tx, err := pgtest.New(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	if _, err := codeset.LoadStarter(t.Context(), tx, now, "test"); err != nil {
		t.Fatal(err)
	}
	return tx
}

// gather looks up codes written as "cpt 99213" on a day.
func gather(t testing.TB, tx pgx.Tx, on string, codes ...string) codeset.Facts {
	t.Helper()
	q := codeset.Query{On: must(code.ParseDay(on))}
	for _, c := range codes {
		q.Codes = append(q.Codes, parse(c))
	}
	f, err := codeset.Gather(t.Context(), tx, q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestSameFacts: the facts of a question depend neither on the order in which
// it names its codes nor on how often, so that a draft can be made again.
func TestSameFacts(t *testing.T) {
	tx := begin(t)
	once := string(must(json.Marshal(gather(t, tx, "2025-11-15", twelve...))))
	backward := slices.Clone(twelve)
	slices.Reverse(backward)
	again := gather(t, tx, "2025-11-15", append(backward, twelve[0])...)
	for i := range again.Notes {
		slices.Sort(again.Notes[i].Bears)
	}
	if got := string(must(json.Marshal(again))); got != once {
		t.Errorf("got\n%s\nwant\n%s", got, once)
	}
	var back codeset.Facts
	if err := json.Unmarshal([]byte(once), &back); err != nil || string(must(json.Marshal(back))) != once {
		t.Errorf("facts change when stored: %v", err)
	}
}

// TestNoCodes: a mail that names no code still learns who answers.
func TestNoCodes(t *testing.T) {
	f := gather(t, begin(t), "2025-11-15")
	if len(f.Codes) != 0 || f.Answers[codeset.KindPFS].Release != "2025-10" || f.Answers[codeset.KindStarter].Release == "" {
		t.Errorf("%+v", f)
	}
}
