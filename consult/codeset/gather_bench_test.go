package codeset

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/migrations"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// quarters are the eight that end with the official table at hand.
var quarters = []string{"2022Q4", "2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2", "2024Q3"}

// busy is a case of ten procedures, 45 pairs that may be edits, and two
// diagnoses: 12 codes, 66 pairs.
var busy = []string{"cpt 99213", "cpt 20610", "cpt 76942", "cpt 20611", "cpt 96372", "hcpcs J3301", "hcpcs J1885",
	"cpt 11042", "cpt 97597", "cpt 11045", "icd10cm M17.11", "icd10cm E11.9"}

// BenchmarkGather8Quarters looks up cases of 12 codes with eight quarters of
// PTP edits loaded, 20 million rows: one case again and again, and a case of
// other codes each time. It logs the plan of the edits' statement.
//
// CASECONSULTANT_BENCH_DATABASE names a database to keep for the next run:
// loading takes two minutes.
func BenchmarkGather8Quarters(b *testing.B) {
	pool := eightQuarters(b)
	b.Log(pairsPlan(b, pool))
	b.Log(gathered(b, pool))
	for _, on := range []string{"2024-08-15", "2023-02-01"} {
		day := must8(code.ParseDay(on))
		b.Run("one/"+on, func(b *testing.B) {
			q := query(day, busy)
			timeGather(b, pool, func() Query { return q })
		})
		b.Run("others/"+on, func(b *testing.B) {
			all := liveCodes(b, pool)
			r := rand.New(rand.NewPCG(1, 2))
			timeGather(b, pool, func() Query {
				codes := slices.Clone(busy[10:])
				for range 10 {
					codes = append(codes, all[r.IntN(len(all))])
				}
				return query(day, codes)
			})
		})
	}
}

func must8[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func query(on time.Time, codes []string) Query {
	q := Query{On: on}
	for _, c := range codes {
		system, c, _ := strings.Cut(c, " ")
		q.Codes = append(q.Codes, code.Code{System: code.System(system), Code: c})
	}
	return q
}

// timeGather runs Gather in a transaction each, as the product does, and
// reports the median and the slowest but 1 in 100.
func timeGather(b *testing.B, pool *pgxpool.Pool, next func() Query) {
	var took []time.Duration
	for b.Loop() {
		q := next()
		began := time.Now()
		err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
			_, err := Gather(b.Context(), tx, q)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "ms-median")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "ms-p99")
}

// gathered counts what a look-up of the busy case finds, and wants rows of each table.
func gathered(b *testing.B, pool *pgxpool.Pool) string {
	var f Facts
	err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) (err error) {
		f, err = Gather(b.Context(), tx, query(must8(code.ParseDay("2024-08-15")), busy))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var mue, pfs, addOns int
	for _, c := range f.Codes {
		pfs, addOns = pfs+len(c.PFS), addOns+len(c.AddOn)
		if c.MUE != nil {
			mue++
		}
	}
	if len(f.Pairs) == 0 || mue == 0 || pfs == 0 || addOns == 0 || len(f.Notes) == 0 {
		b.Error("a table without rows for the case")
	}
	return fmt.Sprintf("%d codes: %d pairs with edits, %d MUE, %d fee schedule rows, %d add-on relations, %d notes",
		len(f.Codes), len(f.Pairs), mue, pfs, addOns, len(f.Notes))
}

// liveCodes are the procedure codes of the MUE table.
func liveCodes(b *testing.B, pool *pgxpool.Pool) []string {
	codes := strings.Split(stored(b, pool, "select distinct code from mue_rows order by code"), "\n")
	for i, c := range codes {
		if c[0] >= 'A' {
			codes[i] = "hcpcs " + c
		} else {
			codes[i] = "cpt " + c
		}
	}
	return codes
}

// pairsPlan explains the statement of the edits as it runs within a look-up.
func pairsPlan(b *testing.B, pool *pgxpool.Pool) string {
	var plan []string
	err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
		g := newGathering(query(must8(code.ParseDay("2024-08-15")), busy))
		batch := &pgx.Batch{}
		g.queue(batch)
		for _, q := range batch.QueuedQueries {
			if q.SQL == settleSQL {
				if _, err := tx.Exec(b.Context(), q.SQL, q.Arguments...); err != nil {
					return err
				}
			}
			if q.SQL != pairsSQL {
				continue
			}
			for range 2 { // the second is warm
				rows, err := tx.Query(b.Context(), "explain (analyze, buffers) "+q.SQL, q.Arguments...)
				if err != nil {
					return err
				}
				if plan, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// eightQuarters loads the official tables at hand, and the PTP table again
// under the names of seven quarters before it.
func eightQuarters(b *testing.B) *pgxpool.Pool {
	b.Helper()
	ptp := officialFile(b, ptpRelease)
	var pool *pgxpool.Pool
	if url := os.Getenv("CASECONSULTANT_BENCH_DATABASE"); url != "" {
		pool = must8(pgxpool.New(b.Context(), url))
		b.Cleanup(pool.Close)
		if _, err := migrations.Up(b.Context(), pool); err != nil {
			b.Fatal(err)
		}
		if stored(b, pool, "select count(*)::text from releases where kind = 'ncci-ptp-practitioner' and via = ''") == "8" {
			return pool
		}
	} else {
		pool = pgtest.New(b)
	}
	err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
		_, err := LoadStarter(b.Context(), tx, importing.Now, "test")
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	files := []string{ptp, "ncci/mue_practitioner_2024q2.csv", "ncci/mue_practitioner_2026q2.csv", "ncci/aoc_2026q3.csv", "icd10cm/icd10cm_tabular_2021.xml.gz", "icd10cm/cm2024.zip"}
	for _, f := range files[1:] {
		imports(b, pool, officialFile(b, f))
	}
	standIn := importing // the one fee schedule at hand, for the days of the question
	standIn.Effective = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := Import(b.Context(), pool, []string{officialFile(b, "pfs/PPRRVU2025_Oct.redacted.csv")}, standIn); err != nil {
		b.Fatal(err)
	}
	imports(b, pool, ptp)
	for i, name := range quarters[:len(quarters)-1] {
		again(b, pool, int64(1_000_000+i), name)
	}
	if _, err := pool.Exec(b.Context(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	return pool
}

// again copies the PTP table under the id and name of another release.
func again(b *testing.B, pool *pgxpool.Pool, id int64, name string) {
	b.Helper()
	period, _ := cmsfile.Quarterly.ParsePeriod(name)
	err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
		for _, sql := range []string{
			fmt.Sprintf("create table ptp_rows_r%d (like ptp_rows including defaults including constraints)", id),
			fmt.Sprintf(`insert into ptp_rows_r%[1]d select %[1]d, column1, column2, effective_from, effective_to, indicator, rationale
				from ptp_rows where release_id = (select id from releases where name = '2024Q3' and kind = 'ncci-ptp-practitioner' and via = '')`, id),
			fmt.Sprintf("alter table ptp_rows attach partition ptp_rows_r%[1]d for values in (%[1]d)", id),
		} {
			if _, err := tx.Exec(b.Context(), sql); err != nil {
				return err
			}
		}
		_, err := tx.Exec(b.Context(), `insert into releases (id, kind, name, dated, effective_from, effective_to, source, sha256, row_count, loaded_at, loaded_by)
			overriding system value select $1, kind, $2, dated, $3, $4, source, $2, row_count, loaded_at, loaded_by from releases where name = '2024Q3' and kind = 'ncci-ptp-practitioner' and via = ''`,
			id, name, period.From, period.To)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}
