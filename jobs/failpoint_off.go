//go:build !failpoints

package jobs

// failpoint does nothing in a shipped binary; see failpoint_on.go.
func failpoint(string) {}
