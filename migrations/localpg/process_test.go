package localpg_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/caseconsultant/caseconsultant/migrations/localpg"
	"github.com/jackc/pgx/v5"
)

const dirVariable = "LOCALPG_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		if err := use(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// use is a process of its own that uses a cluster: it says its address, waits
// for its input to end or for a Ctrl-C, asks the server something and leaves.
func use(dir string) error {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	c, err := localpg.Options{NoFsync: true}.Open(context.Background(), dir)
	if err != nil {
		return err
	}
	fmt.Println(c.URL())
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the end is what counts
		close(ended)
	}()
	select {
	case <-interrupted:
	case <-ended:
	}
	conn, err := pgx.Connect(context.Background(), c.URL())
	if err != nil {
		return err
	}
	conn.Close(context.Background())
	if err := c.Close(); err != nil {
		return err
	}
	fmt.Println("left in order")
	return nil
}

// A process is a running use.
type process struct {
	*osexec.Cmd
	url   string
	stdin io.WriteCloser
	out   *bufio.Reader
}

func start(t *testing.T, dir string) *process {
	t.Helper()
	p := &process{Cmd: osexec.Command(os.Args[0])}
	p.Env = append(os.Environ(), dirVariable+"="+dir)
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.Stderr = os.Stderr
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	p.out = bufio.NewReader(stdout)
	line, err := p.out.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres://") {
		t.Fatalf("the process said %q, %v", line, err)
	}
	p.url = strings.TrimSpace(line)
	return p
}

// leaves waits for the process to end as it should.
func (p *process) leaves(t *testing.T) {
	t.Helper()
	rest, _ := io.ReadAll(p.out)
	if err := p.Wait(); err != nil || string(rest) != "left in order\n" {
		t.Errorf("the process said %q, %v", rest, err)
	}
}

// postmaster returns the server's process.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func running(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid"))
	return err == nil
}

func TestLastOneStops(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	exec(t, first.url, "create table kept as select 'first' as word")
	second := start(t, dir)
	if first.url != second.url {
		t.Errorf("two addresses: %s and %s", first.url, second.url)
	}
	first.stdin.Close()
	first.leaves(t)
	if got := query(t, second.url, "select word from kept"); got != "first" {
		t.Errorf("word = %q", got)
	}
	second.stdin.Close()
	second.leaves(t)
	if running(dir) {
		t.Error("the server runs on after its last user left")
	}
}

// TestInterrupt is a Ctrl-C in a terminal: it goes to the whole process group,
// and must reach the server only as an orderly stop, after the last query.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	if err := syscall.Kill(-p.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.leaves(t)
	if running(dir) {
		t.Error("the server runs on")
	}
}

func TestLastOneKilled(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	exec(t, p.url, "create table kept as select 'killed' as word")
	server := postmaster(t, dir)
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
	c := open(t, dir)
	if got := query(t, c.URL(), "select word from kept"); got != "killed" {
		t.Errorf("word = %q", got)
	}
	if now := postmaster(t, dir); now != server {
		t.Errorf("server %d was started beside %d", now, server)
	}
	if err := c.Close(); err != nil || running(dir) {
		t.Errorf("the server of the killed process runs on, %v", err)
	}
}

func TestServerKilled(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir)
	exec(t, c.URL(), "create table kept as select 'durable' as word")
	kill := func() {
		if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	kill()
	if got := query(t, open(t, dir).URL(), "select word from kept"); got != "durable" {
		t.Errorf("word = %q", got)
	}
	kill()
	if err := c.Revive(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := query(t, c.URL(), "select word from kept"); got != "durable" {
		t.Errorf("word = %q after Revive", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Revive(t.Context()); err == nil {
		t.Error("a closed cluster was revived")
	}
}

// TestOldPid: after a restart of a container the number in postmaster.pid is
// that of another process, here of this test.
func TestOldPid(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "postgres", "postmaster.pid")
	text := fmt.Sprintf("%d\n/proc/self/fd/3\n1\n5432\n/proc/self/fd/4\n\n   1  1\nready\n", os.Getpid())
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	if err := os.Chown(name, int(st.Uid), int(st.Gid)); err != nil {
		t.Fatal(err)
	}
	exec(t, open(t, dir).URL(), "select 1")
}

// TestAtOnce opens a directory that does not exist from many sides.
func TestAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c, err := localpg.Options{NoFsync: true}.Open(t.Context(), dir)
			if err != nil {
				t.Error(err)
				return
			}
			conn, err := pgx.Connect(t.Context(), c.URL())
			if err != nil {
				t.Error(err)
			} else {
				conn.Close(t.Context())
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if running(dir) {
		t.Error("the server runs on after its last user left")
	}
}
