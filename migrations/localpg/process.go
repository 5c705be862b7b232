package localpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// orphanTime is how long the children of a killed server may take to notice.
const orphanTime = 5 * time.Second

// token marks the processes of this cluster: Postgres shows its cluster_name
// in the command line of each. It is made of the data directory's device and
// inode. (The working directory would tell as well, but root in a container
// may not look at that of another user.)
func (c *Cluster) token() (string, error) {
	info, err := os.Stat(c.data())
	if err != nil {
		return "", err
	}
	st := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("caseconsultant-%x-%x", st.Dev, st.Ino), nil
}

// alive says whether pid is a running process of this cluster. Pids are used
// again, above all in containers, where every start hands out the same ones.
func (c *Cluster) alive(pid int) bool {
	c.reap()
	token, err := c.token()
	if err != nil {
		return false
	}
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	name, _ := os.ReadFile(filepath.Join(proc, "comm"))
	line, _ := os.ReadFile(filepath.Join(proc, "cmdline")) // empty for a zombie
	return strings.TrimSpace(string(name)) == "postgres" && bytes.Contains(line, []byte(token))
}

// reap takes the exit status of a server that this process started, if it has
// ended. Waiting for it in a goroutine would last as long as the server.
func (c *Cluster) reap() {
	if c.child == 0 {
		return
	}
	if pid, err := syscall.Wait4(c.child, nil, syscall.WNOHANG, nil); pid != 0 || err != nil {
		c.child = 0
	}
}

// postmaster returns the process of the running server, 0 where none runs.
func (c *Cluster) postmaster() int {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || pid <= 1 || !c.alive(pid) {
		return 0
	}
	return pid
}

// sweep clears away what a killed server left: its children, which end by
// themselves but must have ended before another server touches the data, and
// the files that name its process, whose number may be another one's by now.
func (c *Cluster) sweep(ctx context.Context) error {
	deadline := time.Now().Add(orphanTime)
	for {
		left := c.processes()
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			for _, pid := range left {
				_ = syscall.Kill(pid, syscall.SIGKILL) // one that has just ended is as good
			}
		}
		if err := sleep(ctx); err != nil {
			return fmt.Errorf("waiting for processes %v of a killed server: %w", left, err)
		}
	}
	pidFile := filepath.Join(c.data(), "postmaster.pid")
	if _, err := os.Stat(pidFile); err == nil {
		c.opts.Logf("the last server in %s was killed: it recovers now", c.dir)
	}
	socket := filepath.Join(c.socket, ".s.PGSQL."+port)
	for _, name := range []string{pidFile, socket + ".lock", socket} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// processes lists all of this cluster.
func (c *Cluster) processes() (pids []int) {
	found, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well formed
	for _, name := range found {
		if pid, err := strconv.Atoi(filepath.Base(name)); err == nil && c.alive(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}
