package compose

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// cpu runs f and returns the processor time that it took: a bound on the clock
// would fail whenever other tests keep the machine busy.
func cpu(t testing.TB, f func()) time.Duration {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	now := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := now()
	f()
	return now() - start
}
