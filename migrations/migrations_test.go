package migrations_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/caseconsultant/caseconsultant/migrations"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
	"github.com/jackc/pgx/v5/pgxpool"
)

// tree makes migrations of name and text pairs.
func tree(pairs ...string) fstest.MapFS {
	fsys := make(fstest.MapFS)
	for pair := range slices.Chunk(pairs, 2) {
		fsys[pair[0]] = &fstest.MapFile{Data: []byte(pair[1])}
	}
	return fsys
}

var (
	one = tree("0001_a.sql", "create table a (n int)")
	two = tree("0001_a.sql", "create table a (n int)", "0002_b.sql", "insert into a values (1);\ncreate table b ()")
)

func empty(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.EmptyURL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// up applies fsys and returns our own of what was applied, without River's.
func up(t *testing.T, pool *pgxpool.Pool, fsys fs.FS) []string {
	t.Helper()
	applied, err := migrations.UpFrom(t.Context(), fsys, pool)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(applied, func(name string) bool { return strings.HasPrefix(name, "river/") })
}

// TestNumbers guards the files themselves: names, and numbers from 1 without a gap.
func TestNumbers(t *testing.T) {
	names, err := fs.Glob(migrations.Files, "*")
	if err != nil || len(names) == 0 {
		t.Fatalf("files: %q, %v", names, err)
	}
	for i, name := range names {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("%s: the next file must be %s…", name, want)
		}
	}
}

// TestUp runs the real files twice.
func TestUp(t *testing.T) {
	pool := empty(t)
	applied, err := migrations.Up(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(applied, "river/1") || !strings.HasPrefix(applied[0], "0001_") {
		t.Errorf("applied %q", applied)
	}
	if err := migrations.Check(t.Context(), pool); err != nil {
		t.Error(err)
	}
	if applied, err = migrations.Up(t.Context(), pool); err != nil || len(applied) != 0 {
		t.Errorf("a second Up applied %q, %v", applied, err)
	}
}

func TestForward(t *testing.T) {
	pool := empty(t)
	up(t, pool, one)
	if got := up(t, pool, two); !slices.Equal(got, []string{"0002_b.sql"}) {
		t.Errorf("applied %q, want the second only", got)
	}
	var rows []string
	if err := pool.QueryRow(t.Context(), "select array_agg(name || length(sha256) order by version) from schema_migrations").Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows, []string{"0001_a.sql64", "0002_b.sql64"}) {
		t.Errorf("recorded %q", rows)
	}
}

// TestAtOnce starts several processes' worth of Up, on pools of one connection.
func TestAtOnce(t *testing.T) {
	config := empty(t).Config()
	config.MaxConns = 1
	var wg sync.WaitGroup
	counts := make([]int, 4)
	for i := range counts {
		wg.Go(func() {
			pool, err := pgxpool.NewWithConfig(t.Context(), config.Copy())
			if err != nil {
				t.Error(err)
				return
			}
			defer pool.Close()
			applied, err := migrations.UpFrom(t.Context(), two, pool)
			if err != nil {
				t.Error(err)
			}
			counts[i] = len(applied)
		})
	}
	wg.Wait()
	slices.Sort(counts)
	if counts[2] != 0 || counts[3] < 3 {
		t.Errorf("applied %v, want all by one", counts)
	}
}

// TestHalf: a file that fails leaves nothing of itself, and names its line.
func TestHalf(t *testing.T) {
	pool := empty(t)
	bad := tree("0001_a.sql", "create table a (n int)", "0002_b.sql", "create table b ();\n\ncreate tabel c ()")
	applied, err := migrations.UpFrom(t.Context(), bad, pool)
	if err == nil || !strings.Contains(err.Error(), "0002_b.sql") || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("error %v", err)
	}
	if !slices.Equal(applied, []string{"0001_a.sql"}) {
		t.Errorf("applied %q", applied)
	}
	if got := up(t, pool, two); !slices.Equal(got, []string{"0002_b.sql"}) {
		t.Errorf("applied %q after the repair", got)
	}
}

func TestCheck(t *testing.T) {
	edited := tree("0001_a.sql", "create table a (n bigint)", "0002_b.sql", "create table b ()")
	tests := []struct {
		name     string
		database fs.FS  // nil: never migrated
		then     string // SQL on the database
		binary   fs.FS
		want     string // in the error; empty: none
		upToo    bool   // Up refuses as well, and changes nothing
	}{
		{name: "same", database: two, binary: two},
		{name: "new", binary: one, want: `first 0001_a.sql): run "caseconsultant migrate"`},
		{name: "behind", database: one, binary: two, want: `first 0002_b.sql): run "caseconsultant migrate"`},
		{name: "ahead", database: two, binary: one, want: "older than the database, which has migration 0002_b.sql", upToo: true},
		{name: "edited", database: one, binary: edited, want: "another 0001_a.sql than", upToo: true},
		{name: "river behind", database: two, then: "delete from river_migration where version > 3", binary: two, want: "first river/4"},
		{name: "river ahead", database: one, then: "insert into river_migration (line, version) values ('main', 99)", binary: two, want: "migration river/99", upToo: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pool := empty(t)
			if test.database != nil {
				up(t, pool, test.database)
			}
			if _, err := pool.Exec(t.Context(), test.then); err != nil {
				t.Fatal(err)
			}
			matches(t, migrations.CheckFrom(t.Context(), test.binary, pool), test.want)
			if test.upToo {
				applied, err := migrations.UpFrom(t.Context(), test.binary, pool)
				matches(t, err, test.want)
				if len(applied) != 0 {
					t.Errorf("Up applied %q", applied)
				}
			}
		})
	}
}

func matches(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Error(err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want one with %q", err, want)
	case err != nil && strings.Contains(err.Error(), "\n"):
		t.Errorf("more than a line: %q", err)
	}
}

func TestNames(t *testing.T) {
	for _, fsys := range []fs.FS{
		tree("1_a.sql", ""),
		tree("0001.sql", ""),
		tree("0001_a.sql", "", "0001_b.sql", ""),
		tree("0001_a.sql", "", "0002_b.up.sql", ""),
	} {
		if err := migrations.CheckFrom(t.Context(), fsys, nil); err == nil {
			t.Errorf("%v passed", fsys)
		}
	}
}

// TestPrivileges: a database that says no is not taken for a new one.
func TestPrivileges(t *testing.T) {
	pool := empty(t)
	up(t, pool, one)
	config := pool.Config().Copy()
	config.ConnConfig.RuntimeParams["role"] = "pg_monitor" // one that every server has and that may read no table of ours
	denied, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer denied.Close()
	matches(t, migrations.CheckFrom(t.Context(), one, denied), "permission denied")
}
