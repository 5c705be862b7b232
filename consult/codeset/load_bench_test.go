package codeset

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// officialFile is the path of an official file, which stays outside of the
// project; the test is skipped where it is absent.
func officialFile(t testing.TB, path string) string {
	t.Helper()
	dir := SharedData(t)
	path = filepath.Join(dir, path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA", dir)
	}
	return path
}

const ptpRelease = "ncci/ccipra-v302-layout.txt.gz" // 2,546,017 edits

// BenchmarkImportPTP loads the 2.5 million edits of a quarter, and in the same
// run copies the same rows, rendered before, into a partition of the same table
// with its indexes: the bare limit. Peak is this process's resident memory at
// its highest (VmHWM) over the import.
func BenchmarkImportPTP(b *testing.B) {
	file := officialFile(b, ptpRelease)
	pool := pgtest.New(b)
	for b.Loop() {
		peak := resetPeak(b)
		began := time.Now()
		r := imports(b, pool, file)
		ours := time.Since(began).Seconds()
		memory := peak()
		bare := bareCopy(b, pool).Seconds()
		b.ReportMetric(ours, "s/import")
		b.ReportMetric(bare, "s/copy")
		b.ReportMetric(ours/bare, "ratio")
		b.ReportMetric(float64(r.Rows)/ours, "rows/s")
		b.ReportMetric(memory, "MB-peak")
		if _, err := pool.Exec(b.Context(), "truncate releases cascade; drop table ptp_rows_bare, "+stored(b, pool, "select relname from pg_class where relname ~ '^ptp_rows_r[0-9]+$' and relkind = 'r'")); err != nil {
			b.Fatal(err)
		}
	}
}

// bareCopy copies the rows of the newest release into a partition of another.
func bareCopy(b *testing.B, pool *pgxpool.Pool) time.Duration {
	b.Helper()
	var took time.Duration
	err := pool.AcquireFunc(b.Context(), func(c *pgxpool.Conn) error {
		const columns = "(release_id, column1, column2, effective_from, effective_to, indicator, rationale)"
		var rows bytes.Buffer
		if _, err := c.Conn().PgConn().CopyTo(b.Context(), &rows, "copy (select 1000000, column1, column2, effective_from, effective_to, indicator, rationale from ptp_rows) to stdout"); err != nil {
			return err
		}
		began := time.Now()
		err := pgx.BeginFunc(b.Context(), c.Conn(), func(tx pgx.Tx) error {
			if _, err := tx.Exec(b.Context(), "create table ptp_rows_bare partition of ptp_rows for values in (1000000)"); err != nil {
				return err
			}
			_, err := tx.Conn().PgConn().CopyFrom(b.Context(), &rows, "copy ptp_rows_bare "+columns+" from stdin")
			return err
		})
		took = time.Since(began)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return took
}

// resetPeak begins to measure the peak of resident memory; what it returns says
// it in MB, 0 where the system does not tell.
func resetPeak(b *testing.B) func() float64 {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // Linux: VmHWM from here on
	return func() float64 {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			b.Logf("no peak memory: %v", err)
			return 0
		}
		_, after, _ := strings.Cut(string(status), "VmHWM:")
		var kb float64
		_, _ = fmt.Sscan(after, &kb)
		return kb / 1024
	}
}
