// Package localpg runs a private Postgres cluster for the demo, the command
// line and the tests: nothing to configure, nothing listening on the network,
// gone from the process table when its last user leaves.
//
// Everything lies in one directory:
//
//	DIR/users.lock     every process that uses the cluster holds a shared lock on it
//	DIR/start.lock     held alone while somebody starts or stops the server
//	DIR/postgres/      the data directory
//	DIR/socket/        the Unix socket, the only way in (or a short directory
//	                   under os.TempDir when DIR is too long for a socket's name)
//	DIR/postgres.log   the server's log: its life, never statements or values
//
// Who opens takes start.lock, adds itself to users.lock, finds the server
// alive or starts it, and lets start.lock go. Who closes takes start.lock and
// tries to have users.lock alone: that succeeds for the last one only, and it
// stops the server. The kernel drops the locks of a process that dies, so a
// server whose users were all killed runs on until the next one comes and
// leaves, and a server that was itself killed is started by whoever comes next.
//
// Postgres refuses to run as root. A process of root runs it as the owner of
// the data directory: "postgres" where that user exists, else "nobody". Such a
// user often cannot reach DIR (/root is closed to it, and so should be what
// lies beside the cluster), so the server gets its directories as open
// descriptors and knows them as /proc/self/fd/N: it sees these two and nothing
// else. Who may connect is decided by the socket's directory, which only its
// owner and root can enter; there is no password.
package localpg

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	user     = "caseconsultant" // the superuser that initdb makes
	database = "caseconsultant"
)

// stopTimeout bounds an orderly stop. It writes a checkpoint, so it is as slow
// as the disk; after it the server is told to stop without one.
const stopTimeout = time.Minute

// Options says how to open a cluster. The zero value of each field is the safe
// choice.
type Options struct {
	// Logf is told what takes time: creating, starting, recovering, stopping.
	// Nil says nothing.
	Logf func(format string, args ...any)
	// NoFsync gives up durability across a crash of the machine, for tests; a
	// killed server still loses no commit. It holds for the server that this call starts, not for one already running.
	NoFsync bool
	// MaxConnections is Postgres's own setting for a server that this call
	// starts. 0 means 100.
	MaxConnections int
}

// A Cluster is this process's use of a private cluster.
type Cluster struct {
	dir     string // absolute
	opts    Options
	users   *os.File // holds the shared lock
	account *account // who runs the server; nil: this process's own user
	bin     binaries

	mu     sync.Mutex
	socket string // directory
	child  int    // the server's process where this Cluster started it, until it is reaped
	closed bool
}

// Open opens the cluster in dir, which it creates as needed, with the options
// of a product: it waits for a running start or stop of another process,
// starts the server when none runs, and returns when it answers. ctx bounds
// the wait only; the server outlives it and this process, and is stopped by
// Close. Missing server binaries, data of another major version and a
// directory of another user are errors of one line that say what to do.
func Open(ctx context.Context, dir string, logf func(format string, args ...any)) (*Cluster, error) {
	return Options{Logf: logf}.Open(ctx, dir)
}

// Open opens the cluster in dir as the function Open does, with o.
func (o Options) Open(ctx context.Context, dir string) (*Cluster, error) {
	c, err := o.open(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("private Postgres in %s: %w", dir, err)
	}
	return c, nil
}

func (o Options) open(ctx context.Context, dir string) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	o.MaxConnections = cmp.Or(o.MaxConnections, 100)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, opts: o}
	starting, err := lock(ctx, c.path("start.lock"), exclusive)
	if err != nil {
		return nil, err
	}
	defer starting.Close()
	if c.users, err = lock(ctx, c.path("users.lock"), shared); err != nil {
		return nil, err
	}
	if err := c.ensure(ctx); err != nil {
		c.users.Close()
		return nil, err
	}
	return c, nil
}

// Revive starts the server again after it died under its users; one that
// answers is left alone. The URL stays the same.
func (c *Cluster) Revive(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return fmt.Errorf("private Postgres in %s: closed", c.dir)
	}
	starting, err := lock(ctx, c.path("start.lock"), exclusive)
	if err != nil {
		return err
	}
	defer starting.Close()
	if err := c.ensure(ctx); err != nil {
		return fmt.Errorf("private Postgres in %s: %w", c.dir, err)
	}
	return nil
}

// URL returns the address of the product's database in the cluster. It holds
// for other processes of the same user (and of root) too, as long as somebody
// keeps the cluster open.
func (c *Cluster) URL() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return address(c.socket, database)
}

func address(socket, db string) string {
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + db}
	u.RawQuery = url.Values{"host": {socket}, "port": {port}}.Encode()
	return u.String()
}

// Close gives up this process's use of the cluster, and stops the server when
// nobody else uses it. A second call does nothing.
func (c *Cluster) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	defer c.users.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*stopTimeout)
	defer cancel()
	starting, err := lock(ctx, c.path("start.lock"), exclusive)
	if err != nil {
		return fmt.Errorf("private Postgres in %s: %w", c.dir, err)
	}
	defer starting.Close()
	if alone, err := upgrade(c.users); err != nil || !alone {
		return err
	}
	if err := c.stop(); err != nil {
		return fmt.Errorf("private Postgres in %s: %w", c.dir, err)
	}
	return nil
}

func (c *Cluster) path(name string) string { return filepath.Join(c.dir, name) }

func (c *Cluster) data() string { return c.path("postgres") }
