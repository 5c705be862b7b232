package pgtest_test

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/migrations"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
	"github.com/jackc/pgx/v5"
)

func TestNewIsMigrated(t *testing.T) {
	if err := migrations.Check(t.Context(), pgtest.New(t)); err != nil {
		t.Error(err)
	}
}

// TestApart would fail if two tests shared a database.
func TestApart(t *testing.T) {
	for range 3 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			if _, err := pgtest.New(t).Exec(t.Context(), "create table once ()"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDropped(t *testing.T) {
	var address string
	t.Run("", func(t *testing.T) { address = pgtest.URL(t) })
	if conn, err := pgx.Connect(t.Context(), address); err == nil {
		conn.Close(t.Context())
		t.Errorf("%s is left after its test", address)
	}
}

func TestEmpty(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), pgtest.EmptyURL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var tables int
	err = conn.QueryRow(t.Context(), "select count(*) from pg_tables where schemaname = 'public'").Scan(&tables)
	if err != nil || tables != 0 {
		t.Errorf("%d tables, %v; want none", tables, err)
	}
}
