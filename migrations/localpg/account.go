package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	osuser "os/user"
	"strconv"
	"syscall"
)

// An account is the user as whom a process of root runs the server.
type account struct {
	name     string
	uid, gid uint32
}

// accountFor returns the account for a data directory: nil where this process
// is not root and can be the server's user itself. Data that exist decide: the
// server must be their owner.
func accountFor(data string) (*account, error) {
	owner, exists, err := ownerOf(data)
	if err != nil {
		return nil, err
	}
	switch me := os.Geteuid(); {
	case me != 0 && exists && owner != uint32(me):
		return nil, fmt.Errorf("%s belongs to user %s: run as that user or as root, or choose another --data", data, nameOf(owner))
	case me != 0:
		return nil, nil
	case exists && owner == 0:
		return nil, fmt.Errorf("%s belongs to root, as whom Postgres refuses to run: chown -R postgres: %s", data, data)
	case exists:
		return lookup(strconv.Itoa(int(owner)))
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := osuser.Lookup(name); err == nil {
			return lookup(u.Uid)
		}
	}
	return nil, errors.New("root needs a user postgres or nobody to run Postgres as, and neither exists: create one with adduser --system postgres")
}

func ownerOf(name string) (uid uint32, exists bool, err error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	return info.Sys().(*syscall.Stat_t).Uid, true, nil
}

// lookup demands a known user: initdb and postgres ask for their own name.
func lookup(uid string) (*account, error) {
	u, err := osuser.LookupId(uid)
	if err != nil {
		return nil, fmt.Errorf("the data directory belongs to user %s, which this machine does not know: chown it to postgres", uid)
	}
	uidN, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gidN, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &account{u.Username, uint32(uidN), uint32(gidN)}, errors.Join(err1, err2)
}

func nameOf(uid uint32) string {
	id := strconv.Itoa(int(uid))
	if u, err := osuser.LookupId(id); err == nil {
		return u.Username
	}
	return id
}

// attributes are those of a server process: a session of its own, so that a
// Ctrl-C in the terminal of its parent does not reach it, and the account.
func (a *account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a != nil {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}

// makeDir creates a directory that only the account and root can enter; one
// that is there already is taken over.
func (a *account) makeDir(name string) error {
	if err := os.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Chmod(name, 0o700); err != nil {
		return err
	}
	if a == nil {
		return nil
	}
	return os.Chown(name, int(a.uid), int(a.gid))
}

// String is the account's name, for messages.
func (a *account) String() string {
	if a == nil {
		return "this user"
	}
	return a.name
}
