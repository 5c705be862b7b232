package localpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// startTimeout bounds the wait for a server: it may have to recover first.
const startTimeout = 5 * time.Minute

// logLimit is the size in bytes from which the log of earlier runs is put
// aside, as postgres.log.old.
const logLimit = 8 << 20

// errGone is a server process that ended while it was waited for.
var errGone = errors.New("the server ended")

// ensure creates the cluster where there is none and starts it where no server
// runs. The caller holds start.lock.
func (c *Cluster) ensure(ctx context.Context) (err error) {
	if c.bin, err = find(c.data()); err != nil {
		return err
	}
	if c.account, err = accountFor(c.data()); err != nil {
		return err
	}
	if err := c.create(ctx); err != nil {
		return err
	}
	if c.socket, err = c.socketDir(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("no answer in %v, see %s", startTimeout, c.path("postgres.log")))
	defer cancel()
	if err := c.run(ctx); err != nil {
		return err
	}
	return c.createDatabase(ctx)
}

// run returns when a server answers: the one that runs, or a new one.
func (c *Cluster) run(ctx context.Context) error {
	if pid := c.postmaster(); pid != 0 {
		if err := c.await(ctx, pid); !errors.Is(err, errGone) {
			return err
		}
	}
	if err := c.sweep(ctx); err != nil {
		return err
	}
	c.opts.Logf("starting Postgres %d in %s", c.bin.major, c.dir)
	logged := c.logSize()
	pid, err := c.start()
	if err != nil {
		return err
	}
	err = c.await(ctx, pid)
	if errors.Is(err, errGone) {
		return fmt.Errorf("the server did not start: %s", c.lastWords(logged))
	}
	return err
}

// create runs initdb. It works in a directory of another name that is renamed
// when it is complete, so that an interrupted one is never taken for data.
func (c *Cluster) create(ctx context.Context) error {
	if _, err := os.Stat(c.data()); err == nil {
		return nil
	}
	c.opts.Logf("creating a Postgres %d cluster in %s", c.bin.major, c.dir)
	draft := c.data() + ".new"
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	if err := c.account.makeDir(draft); err != nil {
		return err
	}
	args := []string{"-D", "/proc/self/fd/3", "-U", user, "--auth=trust", "--data-checksums",
		"--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"}
	if c.opts.NoFsync {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin.dir, "initdb"), args...)
	if err := c.command(cmd, draft); err != nil {
		return err
	}
	defer closeAll(cmd.ExtraFiles)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb as %s: %w: %s", c.account, err, lastLine(out))
	}
	if err := os.Rename(draft, c.data()); err != nil {
		return err
	}
	return syncDir(c.dir)
}

// command prepares cmd to run as the server's account, with dirs as its
// descriptors 3 and up: a directory that is handed over open needs no path
// that the account can walk.
func (c *Cluster) command(cmd *exec.Cmd, dirs ...string) error {
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = c.account.attributes()
	for _, name := range dirs {
		f, err := os.Open(name)
		if err != nil {
			closeAll(cmd.ExtraFiles)
			return err
		}
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
	}
	return nil
}

// start starts a server process and does not wait for it to be ready.
func (c *Cluster) start() (pid int, err error) {
	log, err := c.openLog()
	if err != nil {
		return 0, err
	}
	defer log.Close()
	token, err := c.token()
	if err != nil {
		return 0, err
	}
	args := []string{"-D", "/proc/self/fd/3"}
	for _, s := range c.settings(token) {
		args = append(args, "-c", s)
	}
	cmd := exec.Command(filepath.Join(c.bin.dir, "postgres"), args...)
	if err := c.command(cmd, c.data(), c.socket); err != nil {
		return 0, err
	}
	defer closeAll(cmd.ExtraFiles)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("starting %s as %s: %w", cmd.Path, c.account, err)
	}
	c.child = cmd.Process.Pid
	return c.child, cmd.Process.Release() // see reap
}

// settings win over those of postgresql.conf. The log is to tell the server's
// life only: statements, parameters and the details of errors hold patients.
func (c *Cluster) settings(token string) []string {
	list := []string{
		"listen_addresses=", "port=" + port,
		"unix_socket_directories=/proc/self/fd/4", "unix_socket_permissions=0700",
		"cluster_name=" + token,
		"max_connections=" + strconv.Itoa(c.opts.MaxConnections),
		"jit=off", "huge_pages=off",
		"logging_collector=off", "log_destination=stderr",
		"log_min_messages=log", "log_min_error_statement=panic", "log_error_verbosity=terse",
		"log_statement=none", "log_min_duration_statement=-1", "log_lock_waits=off",
	}
	if c.opts.NoFsync {
		list = append(list, "fsync=off", "full_page_writes=off", "max_wal_size=256MB")
	}
	return list
}

// await returns nil when the server of process pid answers, errGone when the
// process ends before.
func (c *Cluster) await(ctx context.Context, pid int) error {
	for {
		ready, err := c.answers(ctx)
		if ready || err != nil {
			return err
		}
		if !c.alive(pid) {
			return errGone
		}
		if err := sleep(ctx); err != nil {
			return err
		}
	}
}

// answers says whether the server takes connections. Not yet (it recovers) and
// not any more (it shuts down) are no error.
func (c *Cluster) answers(ctx context.Context) (ready bool, err error) {
	conn, err := c.connect(ctx)
	if err == nil {
		return true, conn.Close(ctx)
	}
	var pg *pgconn.PgError
	switch {
	case !errors.As(err, &pg) || pg.Code == "57P03": // cannot_connect_now
		return false, nil
	case pg.Code == "53300": // too_many_connections: it is well alive
		return true, nil
	}
	return false, err
}

// connect opens the database that initdb made.
func (c *Cluster) connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, address(c.socket, "postgres"))
}

func (c *Cluster) createDatabase(ctx context.Context) error {
	conn, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var exists bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, "create database "+database)
	return err
}

// stop ends the server in order: sessions are cut, a checkpoint is written.
// The caller holds start.lock, and users.lock alone.
func (c *Cluster) stop() error {
	if pid := c.postmaster(); pid != 0 {
		c.opts.Logf("stopping Postgres in %s", c.dir)
		if !c.signal(pid, syscall.SIGINT, stopTimeout) && !c.signal(pid, syscall.SIGQUIT, stopTimeout/4) {
			return fmt.Errorf("process %d does not stop, see %s", pid, c.path("postgres.log"))
		}
	}
	return c.removeSocket()
}

// signal sends sig and waits for the process to end.
func (c *Cluster) signal(pid int, sig syscall.Signal, limit time.Duration) (ended bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_ = syscall.Kill(pid, sig) // one that has just ended shows below
	for c.alive(pid) {
		if sleep(ctx) != nil {
			return false
		}
	}
	return true
}

func (c *Cluster) openLog() (*os.File, error) {
	name := c.path("postgres.log")
	if c.logSize() > logLimit {
		if err := os.Rename(name, name+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

func (c *Cluster) logSize() int64 {
	info, err := os.Stat(c.path("postgres.log"))
	if err != nil {
		return 0 // no log yet
	}
	return info.Size()
}

// lastWords returns what the server logged last since the log had the size
// from: its fatal line where there is one.
func (c *Cluster) lastWords(from int64) string {
	f, err := os.Open(c.path("postgres.log"))
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() < from {
		from = 0
	}
	text, err := io.ReadAll(io.NewSectionReader(f, from, 64<<10))
	if err != nil {
		return err.Error()
	}
	for line := range strings.Lines(string(text)) {
		if i := strings.Index(line, "FATAL:"); i >= 0 {
			return strings.TrimSpace(line[i:])
		}
	}
	return lastLine(text)
}

func lastLine(text []byte) string {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.TrimSpace(lines[len(lines)-1]))
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

func syncDir(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
