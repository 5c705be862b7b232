package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations"
	"github.com/caseconsultant/caseconsultant/migrations/localpg"
)

// databaseFlags say where the state is: --database, else DATABASE_URL, else
// what the configuration names, else a private cluster in --data.
type databaseFlags struct {
	Config   string `help:"Configuration file; its database or data counts where neither --database nor DATABASE_URL does." placeholder:"FILE" type:"path"`
	Database string `help:"Postgres address; else DATABASE_URL; else the database or data of --config; else a private cluster in --data." placeholder:"URL"`
	Data     string `help:"Directory of the private cluster, where nothing else is named (default: the user's data directory)." placeholder:"DIR" type:"path"`
}

// load reads the configuration; none named: the defaults.
func (f databaseFlags) load() (*config, error) {
	if f.Config != "" {
		return loadConfig(f.Config)
	}
	c := new(config)
	return c, c.complete()
}

// place returns the address of the named server, or, where none is, the
// directory of the private cluster.
func (f databaseFlags) place(cfg *config) (url, dir string, err error) {
	if url = cmp.Or(f.Database, os.Getenv("DATABASE_URL"), cfg.Database); url != "" {
		return url, "", nil
	}
	if dir = cmp.Or(cfg.Data, f.Data); dir == "" {
		dir, err = userData()
	}
	return "", dir, err
}

// named reports whether anything says where the state is.
func (f databaseFlags) named() bool {
	return f != databaseFlags{} || os.Getenv("DATABASE_URL") != ""
}

// userData is the product's directory in the user's data directory.
func userData() (string, error) {
	if d := os.Getenv("XDG_DATA_HOME"); d != "" {
		return filepath.Join(d, "caseconsultant"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("no home directory to keep data in: name one with --data DIR")
	}
	return filepath.Join(home, ".local", "share", "caseconsultant"), nil
}

// A store is an open database.
type store struct {
	pool    *pgxpool.Pool
	url     string
	cluster *localpg.Cluster // nil: a server of somebody else's
}

// open connects and makes sure that the schema is today's. A private cluster is
// migrated and gets the starter library by itself; a named server is left to
// the command migrate.
func (f databaseFlags) open(ctx context.Context, maxConns int32) (*store, error) {
	cfg, err := f.load()
	if err != nil {
		return nil, err
	}
	return f.openFor(ctx, cfg, maxConns)
}

// openFor is open with the configuration read already.
func (f databaseFlags) openFor(ctx context.Context, cfg *config, maxConns int32) (*store, error) {
	url, dir, err := f.place(cfg)
	if err != nil {
		return nil, err
	}
	s := &store{url: url}
	if url == "" {
		s.cluster, err = localpg.Open(ctx, dir, func(format string, args ...any) {
			slog.Info(fmt.Sprintf(format, args...))
		})
		if err != nil {
			return nil, err
		}
		s.url = s.cluster.URL()
	}
	err = s.connect(ctx, maxConns)
	if err == nil && s.cluster != nil {
		_, err = s.migrate(ctx)
	} else if err == nil {
		err = migrations.Check(ctx, s.pool)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *store) connect(ctx context.Context, maxConns int32) error {
	cfg, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		return errors.New("the database address cannot be read: it looks like postgres://user@host:5432/name")
	}
	cfg.MaxConns = max(maxConns, 4)
	s.pool, err = pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	ping, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	if err := s.pool.Ping(ping); err != nil {
		return fmt.Errorf("the database at %s:%d does not answer: is the server running, is the address right? (%w)",
			cfg.ConnConfig.Host, cfg.ConnConfig.Port, err)
	}
	return nil
}

// migrate brings schema and starter library up to date and says what it did.
func (s *store) migrate(ctx context.Context) (done []string, err error) {
	done, err = migrations.Up(ctx, s.pool)
	if err != nil {
		return done, err
	}
	err = s.tx(ctx, func(tx pgx.Tx) error {
		loaded, err := codeset.LoadStarter(ctx, tx, time.Now(), osUser())
		if loaded {
			done = append(done, "starter library")
		}
		return err
	})
	return done, err
}

func (s *store) tx(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, f)
}

// revive starts the private server again when it died under us, until ctx ends:
// a full disk or a killed postmaster leaves it down. A server of somebody
// else's has a supervisor of its own.
func (s *store) revive(ctx context.Context) error {
	if s.cluster == nil {
		return nil
	}
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		ping, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := s.pool.Ping(ping)
		cancel()
		if err == nil || ctx.Err() != nil {
			continue
		}
		if err := s.cluster.Revive(ctx); err != nil {
			slog.Error("the private Postgres is down and does not start", "error", err)
		}
	}
}

func (s *store) close() {
	if s.pool != nil {
		s.pool.Close()
	}
	if s.cluster != nil {
		if err := s.cluster.Close(); err != nil {
			slog.Warn("the private Postgres did not stop in order", "error", err)
		}
	}
}

// osUser names the operating-system user for the audit.
func osUser() string {
	u, err := user.Current()
	if err != nil {
		return fmt.Sprintf("uid %d", os.Getuid())
	}
	return "os:" + u.Username
}
