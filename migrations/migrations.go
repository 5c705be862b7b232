// Package migrations brings a Postgres database to the schema that this binary
// was built with: the numbered *.sql files of this directory, then River's own.
//
// A file is named NNNN_subject.sql; numbers begin at 1, are unique and leave no
// gap. Files only go forward: one that was released is never edited, for its
// sha256 stands in schema_migrations beside its number, and a database whose
// sums differ is refused rather than guessed at. Each file runs in one
// transaction with the row that records it. Several processes may start at
// once: an advisory lock lets one of them work while the others wait.
package migrations

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed *.sql
var files embed.FS

// lockKey is the advisory lock of Up: "ccmigr" in ASCII. Postgres keeps
// advisory locks apart by database, so that one key serves all.
const lockKey = 0x63636d696772

// Up applies what the database lacks and returns the names of what it applied,
// in order: file names, and "river/N" for River's versions. Nothing to do is
// no error and an empty result. A database that a newer binary has migrated is
// refused before anything is touched.
//
// The lock is held on a connection of its own, so that a pool of one
// connection is enough; it needs a session, not a transaction pooler. On an
// error, applied names what was done before it: those stay.
func Up(ctx context.Context, pool *pgxpool.Pool) (applied []string, err error) {
	all, err := load(files)
	if err != nil {
		return nil, err
	}
	return all.up(ctx, pool)
}

// Check returns nil when the database is exactly at the schema of this binary.
// Otherwise the error is one line that says which of the two is behind, and
// what to do. It changes nothing.
func Check(ctx context.Context, pool *pgxpool.Pool) error {
	all, err := load(files)
	if err != nil {
		return err
	}
	return all.check(ctx, pool)
}

// Hash names the schema that this binary wants: it differs as soon as a file
// or River's newest version does. 16 hexadecimal digits.
func Hash() (string, error) {
	all, err := load(files)
	if err != nil {
		return "", err
	}
	river, err := newRiver(nil)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, m := range all {
		fmt.Fprintln(h, m.name, m.sum)
	}
	for _, m := range river.AllVersions() {
		fmt.Fprintln(h, riverName(m.Version))
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func (all set) up(ctx context.Context, pool *pgxpool.Pool) (applied []string, err error) {
	lock, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig.Copy())
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	// Ending the session releases the lock, whatever became of ctx.
	defer lock.Close(context.WithoutCancel(ctx))
	if _, err := lock.Exec(ctx, "select pg_advisory_lock($1)", int64(lockKey)); err != nil {
		return nil, fmt.Errorf("migrations: waiting for another migration: %w", err)
	}
	todo, err := all.pending(ctx, lock)
	if err != nil {
		return nil, err
	}
	river, err := newRiver(pool)
	if err != nil {
		return nil, err
	}
	if _, err := riverPending(ctx, lock, river); err != nil {
		return nil, err
	}
	for _, m := range todo {
		if err := apply(ctx, lock, m); err != nil {
			return applied, err
		}
		applied = append(applied, m.name)
	}
	versions, err := upRiver(ctx, river)
	return append(applied, versions...), err
}

const createTable = `-- name: migrations.createTable
create table if not exists schema_migrations (
	version    integer     primary key,
	name       text        not null,
	sha256     text        not null,
	applied_at timestamptz not null default now()
)`

func apply(ctx context.Context, conn *pgx.Conn, m migration) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, createTable); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, m.sql); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `-- name: migrations.record
			insert into schema_migrations (version, name, sha256) values ($1, $2, $3)`,
			m.version, m.name, m.sum)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrations: %s: %w%s", m.name, err, where(m.sql, err))
	}
	return nil
}

// newRiver returns River's migrator; a nil pool is enough for its version list.
func newRiver(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("migrations: river: %w", err)
	}
	return m, nil
}

// upRiver runs each version in a transaction of its own, as River asks: one
// adds the value of an enum that the next one uses.
func upRiver(ctx context.Context, river *rivermigrate.Migrator[pgx.Tx]) (applied []string, err error) {
	done, err := river.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if done != nil {
		for _, v := range done.Versions {
			applied = append(applied, riverName(v.Version))
		}
	}
	if err != nil {
		return applied, fmt.Errorf("migrations: river: %w", err)
	}
	return applied, nil
}

func riverName(version int) string { return "river/" + strconv.Itoa(version) }
