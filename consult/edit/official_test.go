package edit

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"hash/fnv"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// An official holds what a plain scan of the published PTP table finds of about
// one pair in a thousand, which shares no reader with the program, and a
// database into which the published files were imported.
type official struct {
	pool  *pgxpool.Pool
	pairs map[[2]string][]ptpLine // by the two codes in order
	drawn [][2]string
}

type ptpLine struct{ column1, column2, from, to, indicator string }

func (l ptpLine) inForce(day string) bool {
	return l.indicator != "9" && l.from <= day && day <= cmp.Or(strings.Trim(l.to, "*"), "99999999")
}

func openOfficial(t *testing.T) *official {
	t.Helper()
	dir := cmp.Or(os.Getenv("CASECONSULTANT_TESTDATA"), "../../../shared/data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA to hold the rules against them", dir)
	}
	o := &official{pool: pgtest.New(t), pairs: map[[2]string][]ptpLine{}}
	load(t, o.pool)
	o.readPTP(t, filepath.Join(dir, "ncci/ccipra-v302-layout.txt.gz"))
	// The fee schedule of 2025 stands in for that of 2024, as E.10 says.
	imports(t, o.pool, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), filepath.Join(dir, "pfs/PPRRVU2025_Oct.redacted.csv"))
	imports(t, o.pool, time.Time{}, filepath.Join(dir, "ncci/ccipra-v302-layout.txt.gz"), filepath.Join(dir, "ncci/mue_practitioner_2024q2.csv"),
		filepath.Join(dir, "ncci/aoc_2026q3.csv"), filepath.Join(dir, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"), filepath.Join(dir, "icd10cm/cm2025.zip"),
		filepath.Join(dir, "icd10cm/icd10cm_tabular_2021.xml.gz"), filepath.Join(dir, "mce/mce_code_edits_v41.csv"))
	return o
}

func imports(t *testing.T, pool *pgxpool.Pool, effective time.Time, files ...string) {
	t.Helper()
	o := codeset.ImportOptions{Effective: effective, Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), By: "test"}
	if _, err := codeset.Import(t.Context(), pool, files, o); err != nil {
		t.Fatal(err)
	}
}

func (o *official) readPTP(t *testing.T, name string) {
	t.Helper()
	for line := range gzipLines(t, name) {
		c := strings.Split(line, "\t")
		if len(c) < 6 || len(c[0]) != 5 || len(c[1]) != 5 {
			continue
		}
		key := [2]string{min(c[0], c[1]), max(c[0], c[1])}
		if !draw(key) {
			continue
		}
		if o.pairs[key] == nil {
			o.drawn = append(o.drawn, key)
		}
		o.pairs[key] = append(o.pairs[key], ptpLine{c[0], c[1], c[3], c[4], c[5]})
	}
}

// gzipLines reads a gzip file line by line.
func gzipLines(t *testing.T, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(z)
		for lines.Scan() && yield(strings.TrimRight(lines.Text(), "\r")) {
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

func draw(key [2]string) bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, key[0]+key[1])
	return h.Sum32()%1009 == 0
}

// TestOfficial imports the published files once for both of its halves.
func TestOfficial(t *testing.T) {
	o := openOfficial(t)
	t.Run("cases", o.cases)
	t.Run("pairs", o.drawnPairs)
}

// cases holds the worked cases against the published files: those of
// procedures on 2024-08-15, of diagnoses on 2025-02-01 (E.10), and those with a
// history on their days.
func (o *official) cases(t *testing.T) {
	for _, tt := range slices.Concat(worked, datedCases) {
		t.Run(tt.name, func(t *testing.T) {
			c := shifted(claim(tt.claim))
			if tt.on != "" {
				c.On, _ = code.ParseDay(tt.on)
			}
			tt.hold(t, (&world{gather(t, o.pool, c)}).checkClaim(t, c))
		})
	}
}

// shifted moves a claim of the starter's day to the day of the published files,
// the surgery with it.
func shifted(c Claim) Claim {
	starters := time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC)
	c.On = time.Date(2024, 8, 15, 0, 0, 0, 0, time.UTC)
	if len(c.Dx) > 0 {
		c.On = time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)
	}
	for i, v := range c.Facts["surgery_date"] {
		if d, err := code.ParseDay(v); err == nil {
			c.Facts["surgery_date"][i] = c.On.Add(d.Sub(starters)).Format(time.DateOnly)
		}
	}
	return c
}
