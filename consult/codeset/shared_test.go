package codeset

import (
	"cmp"
	"os"
	"testing"
)

// SharedData is the folder of official files, which stay outside of the
// project; where they are absent the test is skipped.
func SharedData(t testing.TB) string {
	t.Helper()
	dir := cmp.Or(os.Getenv("CASECONSULTANT_TESTDATA"), "../../../shared/data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA", dir)
	}
	return dir
}
