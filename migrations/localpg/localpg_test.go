package localpg_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
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

// TestLongPath: a socket's name holds 107 bytes, a directory's may be longer.
func TestLongPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 30))
	c := open(t, dir)
	exec(t, c.URL(), "create table kept as select 'far' as word")
	socket, err := os.Readlink(filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	second := open(t, dir)
	if got := query(t, second.URL(), "select word from kept"); got != "far" {
		t.Errorf("word = %q", got)
	}
	for _, c := range []*localpg.Cluster{c, second} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("%s is left, %v", socket, err)
	}
}

// TestPrivate: nobody but the server's user and root gets in, and nothing
// listens on the network.
func TestPrivate(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir)
	for _, name := range []string{"postgres", "socket"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
	if got := query(t, c.URL(), "show listen_addresses"); got != "" {
		t.Errorf("listens on %q", got)
	}
}

// TestFsync: durable unless a test asks otherwise.
func TestFsync(t *testing.T) {
	c, err := localpg.Open(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		if got := query(t, c.URL(), "show "+name); got != "on" {
			t.Errorf("%s = %s", name, got)
		}
	}
}

// TestLog: what a statement holds is a patient's.
func TestLog(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir)
	conn := connect(t, c.URL())
	for _, sql := range []string{
		"select 'Mrs Secret' from nowhere",
		"select 'Mrs Secret'::int",
		"do $$ begin raise warning 'Mrs Secret'; raise exception 'Mrs Secret'; end $$",
	} {
		if _, err := conn.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s passed", sql)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(dir, "postgres.log"))
	if err != nil || !strings.Contains(string(log), "ready to accept connections") {
		t.Errorf("log: %v\n%s", err, log)
	}
	if strings.Contains(string(log), "Secret") {
		t.Errorf("a value in the log:\n%s", log)
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string // of the data directory
		want  string
	}{
		{"another major", map[string]string{"PG_VERSION": "9\n"}, "its data are of Postgres 9, and installed is"},
		{"damaged", map[string]string{"PG_VERSION": "x"}, "PG_VERSION is damaged"},
		{"no cluster", map[string]string{"diary": "x"}, "no Postgres data directory: move it away"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, filepath.Join(dir, "postgres"), test.files)
			refused(t, dir, test.want)
		})
	}
}

// TestInterruptedCreate: what initdb left when it was killed is no cluster.
func TestInterruptedCreate(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, filepath.Join(dir, "postgres.new"), map[string]string{"PG_VERSION": "15"})
	exec(t, open(t, dir).URL(), "select 1")
}

// TestDoesNotStart: the server's own reason reaches the error.
func TestDoesNotStart(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "postgres", "global", "pg_control"), 100); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, "the server did not start: ")
}

func TestImpatient(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := localpg.Open(ctx, dir, nil); err == nil {
		c.Close()
		t.Error("opened after the context ended")
	}
	exec(t, open(t, dir).URL(), "select 1")
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func refused(t *testing.T, dir, want string) {
	t.Helper()
	c, err := localpg.Open(t.Context(), dir, nil)
	if err == nil {
		c.Close()
		t.Fatal("opened")
	}
	if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q, want one line with %q", err, want)
	}
}
