package codeset_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// twelve is a case as a busy one comes: 66 pairs, drugs, diagnoses.
var twelve = []string{"cpt 99213", "cpt 20610", "cpt 76942", "cpt 20611", "cpt 96372", "hcpcs J3301", "hcpcs J1885",
	"cpt 11042", "cpt 97597", "cpt 11045", "icd10cm M17.11", "icd10cm E11.9"}

// TestOneRoundTrip counts what Gather sends: one batch and no query of its own,
// once the statements are known to the connection.
func TestOneRoundTrip(t *testing.T) {
	config := must(pgxpool.ParseConfig(pgtest.URL(t)))
	trips := &tripCounter{}
	config.ConnConfig.Tracer = trips
	pool := must(pgxpool.NewWithConfig(t.Context(), config))
	defer pool.Close()
	tx := must(pool.Begin(t.Context()))
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	must(codeset.LoadStarter(t.Context(), tx, now, "test"))
	gather(t, tx, "2025-11-15", twelve...)
	trips.batches.Store(0)
	trips.queries.Store(0)
	gather(t, tx, "2025-11-15", twelve...)
	if trips.batches.Load() != 1 || trips.queries.Load() != 0 {
		t.Errorf("%d batches and %d queries, want one batch", trips.batches.Load(), trips.queries.Load())
	}
}

type tripCounter struct{ batches, queries atomic.Int32 }

func (c *tripCounter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.batches.Add(1)
	return ctx
}

func (c *tripCounter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (c *tripCounter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func (c *tripCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.queries.Add(1)
	return ctx
}

func (c *tripCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// BenchmarkGather looks up cases of several sizes on the starter: a question on
// a pair, a busy case, and a page of claims, where pairs are 1,600 probes.
func BenchmarkGather(b *testing.B) {
	tx := begin(b)
	rows, err := tx.Query(b.Context(), "select system || ' ' || code from glosses where core order by md5(code)")
	if err != nil {
		b.Fatal(err)
	}
	core := must(pgx.CollectRows(rows, pgx.RowTo[string]))
	for _, bench := range []struct {
		name  string
		codes []string
	}{
		{"codes=3", []string{"cpt 99213", "cpt 20610", "icd10cm M17.11"}},
		{"codes=9", slices.Concat(twelve[:7], twelve[10:])},
		{"codes=12", twelve},
		{"codes=40", core[:40]},
		{"codes=100", core[:100]},
	} {
		q := codeset.Query{On: must(code.ParseDay("2025-11-15"))}
		for _, c := range bench.codes {
			q.Codes = append(q.Codes, parse(c))
		}
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := codeset.Gather(b.Context(), tx, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoadStarter(b *testing.B) {
	pool := pgtest.New(b)
	for b.Loop() {
		tx := must(pool.Begin(b.Context()))
		must(codeset.LoadStarter(b.Context(), tx, now, "test"))
		if err := tx.Rollback(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
