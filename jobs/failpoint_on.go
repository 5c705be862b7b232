//go:build failpoints

package jobs

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var failpointHits atomic.Int64

// failpoint kills the process with SIGKILL at the nth pass of a named step, as
// CASECONSULTANT_FAILPOINT=step:n says. It exists only in binaries that the
// kill tests build with the tag failpoints.
func failpoint(step string) {
	name, n, _ := strings.Cut(os.Getenv("CASECONSULTANT_FAILPOINT"), ":")
	if name != step {
		return
	}
	want, _ := strconv.ParseInt(n, 10, 64)
	if failpointHits.Add(1) == max(want, 1) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
