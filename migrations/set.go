package migrations

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/rivermigrate"
)

// A migration is one file.
type migration struct {
	version int
	name    string // the file name
	sql     string
	sum     string // sha256 of the file, hexadecimal
}

// A set is all migrations of a binary, in order of version.
type set []migration

var fileName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

// load reads the *.sql files of fsys. A name of another shape and a number
// given twice are errors: they would apply in an order that nobody has tried.
// A gap is a matter for the tests, so that work on two files can go on at once.
func load(fsys fs.FS) (set, error) {
	names, err := fs.Glob(fsys, "*.sql") // sorted, and with four digits so are the versions
	if err != nil {
		return nil, err
	}
	var all set
	for _, name := range names {
		m, err := read(fsys, name)
		if err != nil {
			return nil, err
		}
		if n := len(all); n > 0 && all[n-1].version == m.version {
			return nil, fmt.Errorf("migrations: %s and %s have the same number", all[n-1].name, name)
		}
		all = append(all, m)
	}
	return all, nil
}

func read(fsys fs.FS, name string) (migration, error) {
	match := fileName.FindStringSubmatch(name)
	if match == nil {
		return migration{}, fmt.Errorf("migrations: %s: want a name like 0001_subject.sql", name)
	}
	version, err := strconv.Atoi(match[1])
	if err != nil {
		return migration{}, err
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return migration{}, err
	}
	sum := sha256.Sum256(text)
	return migration{version, name, string(text), hex.EncodeToString(sum[:])}, nil
}

// check compares the database with all, then River's versions with River's.
func (all set) check(ctx context.Context, pool *pgxpool.Pool) error {
	todo, err := all.pending(ctx, pool)
	if err != nil {
		return err
	}
	river, err := newRiver(pool)
	if err != nil {
		return err
	}
	versions, err := riverPending(ctx, pool, river)
	if err != nil {
		return err
	}
	missing := append(names(todo), versions...)
	if len(missing) > 0 {
		return fmt.Errorf("the database lacks %d migrations (first %s): run \"caseconsultant migrate\"", len(missing), missing[0])
	}
	return nil
}

func names(list []migration) (names []string) {
	for _, m := range list {
		names = append(names, m.name)
	}
	return names
}

// querier is what pending needs of a connection and of a pool.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// A record is a row of schema_migrations.
type record struct {
	Version int
	Name    string
	SHA256  string
}

// pending returns the migrations that the database lacks. A row that this
// binary does not have, or has with another sum, is an error.
func (all set) pending(ctx context.Context, db querier) (set, error) {
	rows, _ := db.Query(ctx, `-- name: migrations.recorded
		select version, name, sha256 from schema_migrations order by version`) // its error comes from rows too
	done, err := pgx.CollectRows(rows, pgx.RowToStructByPos[record])
	if noTable(err) {
		return all, nil
	}
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	seen := make(map[int]bool)
	for _, r := range done {
		if err := all.knows(r); err != nil {
			return nil, err
		}
		seen[r.Version] = true
	}
	var todo set
	for _, m := range all {
		if !seen[m.version] {
			todo = append(todo, m)
		}
	}
	return todo, nil
}

func (all set) knows(r record) error {
	i := slices.IndexFunc(all, func(m migration) bool { return m.version == r.Version })
	if i < 0 {
		return newer(r.Name)
	}
	if m := all[i]; m.sum != r.SHA256 {
		return fmt.Errorf("the database was migrated with another %s than this binary's (sha256 %.8s, not %.8s): they are of different builds, run the one that migrated it", m.name, r.SHA256, m.sum)
	}
	return nil
}

func newer(name string) error {
	return fmt.Errorf("this binary is older than the database, which has migration %s: install the newer caseconsultant", name)
}

// riverPending returns River's versions that the database lacks, by name. One
// that this River does not know is an error, as in pending.
func riverPending(ctx context.Context, db querier, river *rivermigrate.Migrator[pgx.Tx]) (missing []string, err error) {
	rows, _ := db.Query(ctx, `-- name: migrations.river
		select version from river_migration`) // its error comes from rows too
	done, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil && !noTable(err) {
		return nil, fmt.Errorf("migrations: river: %w", err)
	}
	all := river.AllVersions()
	for _, version := range done {
		if version > len(all) {
			return nil, newer(riverName(version))
		}
	}
	for _, m := range all {
		if !slices.Contains(done, m.Version) {
			missing = append(missing, riverName(m.Version))
		}
	}
	return missing, nil
}

// noTable says that err is Postgres's undefined_table: a new database.
func noTable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42P01"
}

// where returns " (line N)" when err points into sql.
func where(sql string, err error) string {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Position <= 0 {
		return ""
	}
	before := []rune(sql)
	if int(pg.Position) < len(before) {
		before = before[:pg.Position]
	}
	return fmt.Sprintf(" (line %d)", 1+strings.Count(string(before), "\n"))
}
