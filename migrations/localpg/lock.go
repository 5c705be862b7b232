package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

const (
	shared    = syscall.LOCK_SH
	exclusive = syscall.LOCK_EX
)

// pause is how long a poll of a lock or of a starting server sleeps. There is
// no event to wait for: flock cannot be cancelled and the server is often not
// our child.
const pause = 10 * time.Millisecond

// lock opens the file name, creating it as needed, and locks it. Closing the
// file releases the lock. A server started meanwhile does not inherit it: Go
// opens close-on-exec.
func lock(ctx context.Context, name string, how int) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("locking %s: %w", name, err)
		}
		if err := sleep(ctx); err != nil {
			f.Close()
			return nil, fmt.Errorf("waiting for another process that holds %s: %w", name, err)
		}
	}
}

// upgrade turns a shared lock into an exclusive one, and says whether that
// succeeded at once: no other process has the file locked. Where it did not,
// the shared lock may be gone as well (flock(2)), which suits one who leaves.
func upgrade(f *os.File) (alone bool, err error) {
	err = syscall.Flock(int(f.Fd()), exclusive|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// sleep waits for one pause, or returns why ctx ended.
func sleep(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(pause):
		return nil
	}
}
