package codeset_test

import (
	"context"
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
