package localpg

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const port = "5432" // names the socket's file; nothing listens on the network

// maxSocketPath is what fits into sockaddr_un with its final NUL, unix(7).
const maxSocketPath = 107

// socketDir returns the directory of the socket, which only the server's user
// and root can enter: DIR/socket, or where that is too long for a client a
// temporary one, to which DIR/socket is then a symbolic link.
func (c *Cluster) socketDir() (string, error) {
	name := c.path("socket")
	if fits(name) {
		return name, c.account.makeDir(name)
	}
	if dir, err := os.Readlink(name); err == nil && c.trusted(dir) {
		return dir, nil
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	parent := os.TempDir()
	if !fits(filepath.Join(parent, "caseconsultant-0123456789")) {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "caseconsultant-")
	if err != nil {
		return "", err
	}
	if err := c.account.makeDir(dir); err != nil {
		return "", err
	}
	return dir, os.Symlink(dir, name)
}

func fits(dir string) bool {
	return len(filepath.Join(dir, ".s.PGSQL."+port)) <= maxSocketPath
}

// trusted says whether dir is still the one that we made: anybody can make one
// of the same name once a cleaner of temporary files has taken it.
func (c *Cluster) trusted(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return false
	}
	uid := uint32(os.Geteuid())
	if c.account != nil {
		uid = c.account.uid
	}
	return info.Sys().(*syscall.Stat_t).Uid == uid
}

// removeSocket removes the directory of a stopped server.
func (c *Cluster) removeSocket() error {
	name := c.path("socket")
	if dir, err := os.Readlink(name); err == nil && c.trusted(dir) {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return os.RemoveAll(name)
}
