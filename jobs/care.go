package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/caseconsultant/caseconsultant/consult"
)

// careWorker does the periodic upkeep.
type careWorker struct {
	river.WorkerDefaults[CareArgs]
	Config
	queue *Queue
}

// Work ends attempts that lost their process and prepares the next months'
// partitions of the raw bytes.
func (w *careWorker) Work(ctx context.Context, _ *river.Job[CareArgs]) error {
	if err := Partitions(ctx, w.queue.pool, w.Now()); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, w.queue.pool, func(tx pgx.Tx) error {
		decisions, err := consult.Expire(ctx, tx, w.Now())
		if err != nil {
			return err
		}
		for _, id := range decisions {
			if err := w.queue.insert(ctx, tx, SendArgs{id}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// Partitions makes the partitions of raw for the month of now and the two after
// it. One that is there stays; rows of a month that came before its partition
// stay in the default one.
func Partitions(ctx context.Context, pool *pgxpool.Pool, now time.Time) error {
	first := time.Date(now.UTC().Year(), now.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range 3 {
		from := first.AddDate(0, i, 0)
		name := "raw_" + from.Format("200601")
		var there, late bool
		err := pool.QueryRow(ctx, `-- name: PartitionThere
			select to_regclass($1) is not null, exists (select from raw_default where month = $2)`, name, from).Scan(&there, &late)
		if err != nil {
			return err
		}
		if there || late {
			continue
		}
		_, err = pool.Exec(ctx, fmt.Sprintf(`create table if not exists %s partition of raw for values from ('%s') to ('%s')`,
			name, from.Format(time.DateOnly), from.AddDate(0, 1, 0).Format(time.DateOnly)))
		if err != nil {
			return fmt.Errorf("partition %s: %w", name, err)
		}
	}
	return nil
}

// inTx runs f in a transaction and returns what it returns.
func inTx[T any](ctx context.Context, pool *pgxpool.Pool, f func(pgx.Tx) (T, error)) (result T, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		result, err = f(tx)
		return err
	})
	return result, err
}
