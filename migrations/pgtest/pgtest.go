// Package pgtest gives each test a Postgres database of its own, migrated to
// the schema of the tree under test and dropped when the test ends.
//
// All test processes of a user on one machine share one private cluster in the
// directory of temporary files, without fsync. The first test to need a schema
// migrates it once into a template, named by migrations.Hash; each test copies
// that. The server stops by itself a few seconds after the last test process
// has ended.
//
// CASECONSULTANT_TEST_DATABASE names a server to use instead: the address of a
// database to which the user may connect, on a server where it may create
// others. No Postgres at all fails the test; it never skips.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/migrations"
	"github.com/caseconsultant/caseconsultant/migrations/localpg"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// patience bounds each step: other test processes may be migrating, and the
// machine may be busy.
const patience = 2 * time.Minute

// prefix begins the names of our databases.
const prefix = "cctest_"

// New returns a pool on a fresh database with the schema and no data. The test
// must have released its connections when it ends. The address of the same
// database, for a subprocess, is pool.Config().ConnString().
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closePool(t, pool) })
	return pool
}

// URL returns the address of a fresh database with the schema and no data, for
// a test that starts processes of its own.
func URL(t testing.TB) string {
	t.Helper()
	return create(t, template)
}

// EmptyURL returns the address of a fresh database without any schema, for a
// test of migrating itself.
func EmptyURL(t testing.TB) string {
	t.Helper()
	return create(t, func(context.Context, *pgx.Conn) (string, error) { return "template1", nil })
}

// create copies the database that from names.
func create(t testing.TB, from func(context.Context, *pgx.Conn) (string, error)) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	name := prefix + "run_" + strings.ToLower(rand.Text()[:16])
	err := withServer(ctx, func(conn *pgx.Conn) error {
		source, err := from(ctx, conn)
		if err != nil {
			return err
		}
		// wal_log copies through the shared buffers: 36 ms; file_copy makes two checkpoints, 160 ms.
		_, err = conn.Exec(ctx, "create database "+name+" template "+source+" strategy wal_log")
		return err
	})
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() { drop(t, name) })
	address, err := inDatabase(name)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return address
}

func drop(t testing.TB, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := withServer(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "drop database if exists "+name+" with (force)")
		return err
	})
	if err != nil {
		t.Errorf("pgtest: %v", err)
	}
}

// closePool reports a connection that the test did not release, where Close
// alone would wait for it for ever.
func closePool(t testing.TB, pool *pgxpool.Pool) {
	closed := make(chan struct{})
	go func() {
		pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(30 * time.Second):
		t.Error("pgtest: the test ended without releasing a connection of its pool")
	}
}

// withServer runs f on a connection to the database that all others are made
// from.
func withServer(ctx context.Context, f func(*pgx.Conn) error) error {
	address, err := server()
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return f(conn)
}

// inDatabase returns the server's address with another database.
func inDatabase(name string) (string, error) {
	address, err := server()
	if err != nil {
		return "", err
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return "", errors.New("CASECONSULTANT_TEST_DATABASE must be an address like postgres://user@host/database")
	}
	u.Path = "/" + name
	return u.String(), nil
}

// server returns the address of the server.
func server() (string, error) {
	if address := os.Getenv("CASECONSULTANT_TEST_DATABASE"); address != "" {
		return address, nil
	}
	c, err := cluster()
	if err != nil {
		return "", err
	}
	return c.URL(), nil
}

// cluster is opened once a process and kept until it ends, so that its tests do
// not start it each anew. The Cluster itself must stay reachable: collected, its
// lock files are closed, and the server stops under the tests.
var cluster = sync.OnceValues(func() (*localpg.Cluster, error) {
	dir, err := clusterDir()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := localpg.Options{NoFsync: true, MaxConnections: 500}.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	return c, stopAfterUs(dir)
})

// clusterDir returns the directory of this user's cluster. Another user could
// have made it, to read what we write there: that is refused.
func clusterDir() (string, error) {
	major, err := localpg.Major()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("caseconsultant-test-%d-pg%d", os.Getuid(), major))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; !info.IsDir() || int(owner) != os.Geteuid() {
		return "", fmt.Errorf("%s belongs to user %d: remove it", dir, owner)
	}
	return dir, nil
}

// watch stops the server as Cluster.Close would. A test binary has no place to
// call that: it simply ends, which drops its lock on users.lock. The pause
// spares the next package's tests a start.
const watch = `flock users.lock true; sleep 5
exec flock start.lock flock -n users.lock sh -c '
	pid=$(head -n 1 postgres/postmaster.pid) && grep -q caseconsultant- "/proc/$pid/cmdline" || exit
	kill -INT "$pid"
	for i in $(seq 100); do [ -s "/proc/$pid/cmdline" ] || exit; sleep 0.1; done'`

func stopAfterUs(dir string) error {
	cmd := exec.Command("sh", "-c", watch)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// template returns the name of the migrated database, and makes it if need be.
func template(ctx context.Context, conn *pgx.Conn) (string, error) {
	hash, err := migrations.Hash()
	if err != nil {
		return "", err
	}
	name := prefix + hash
	if there, err := exists(ctx, conn, name); there || err != nil {
		return name, err
	}
	// The lock goes with the connection.
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext($1))", prefix); err != nil {
		return "", err
	}
	if there, err := exists(ctx, conn, name); there || err != nil {
		return name, err
	}
	dropOld(ctx, conn)
	return name, makeTemplate(ctx, conn, name)
}

func exists(ctx context.Context, conn *pgx.Conn, name string) (there bool, err error) {
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	return there, err
}

// makeTemplate gives the database its name when it is complete.
func makeTemplate(ctx context.Context, conn *pgx.Conn, name string) error {
	draft := name + "_" + strconv.Itoa(os.Getpid())
	if _, err := conn.Exec(ctx, "create database "+draft); err != nil {
		return err
	}
	address, err := inDatabase(draft)
	if err != nil {
		return err
	}
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return err
	}
	_, err = migrations.Up(ctx, pool)
	pool.Close()
	if err == nil {
		_, err = conn.Exec(ctx, "alter database "+draft+" rename to "+name)
	}
	if err != nil {
		_, _ = conn.Exec(ctx, "drop database if exists "+draft+" with (force)") // err is what matters
	}
	return err
}

// dropOld removes databases of schemas that are gone and of tests that were
// killed, a day after. It is a courtesy: what fails is left for the next time,
// and on a server that is not ours asking for their age already does.
func dropOld(ctx context.Context, conn *pgx.Conn) {
	rows, err := conn.Query(ctx, `select datname from pg_database where starts_with(datname, $1)
		and (pg_stat_file(format('base/%s/PG_VERSION', oid))).modification < now() - interval '1 day'`, prefix)
	if err != nil {
		return
	}
	old, _ := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range old {
		_, _ = conn.Exec(ctx, "drop database if exists "+name)
	}
}
