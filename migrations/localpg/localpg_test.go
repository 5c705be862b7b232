package localpg_test

import (
	"context"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/migrations/localpg"
	"github.com/jackc/pgx/v5"
)

// open opens a cluster as the tests do, and closes it with the test.
func open(t *testing.T, dir string) *localpg.Cluster {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := localpg.Options{NoFsync: true, Logf: t.Logf}.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func exec(t *testing.T, url, sql string) {
	t.Helper()
	if _, err := connect(t, url).Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, url, sql string) (text string) {
	t.Helper()
	if err := connect(t, url).QueryRow(t.Context(), sql).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func TestReopenKeepsData(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir)
	exec(t, c.URL(), "create table kept as select 'before' as word")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if conn, err := pgx.Connect(t.Context(), c.URL()); err == nil {
		conn.Close(t.Context())
		t.Error("the server runs on after its last user left")
	}
	c = open(t, dir)
	if got := query(t, c.URL(), "select word from kept"); got != "before" {
		t.Errorf("word = %q after reopening", got)
	}
}
