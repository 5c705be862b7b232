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

// Work ends attempts that lost their process, has the decisions go on that no
// job would, and prepares the next months' partitions of the raw bytes.
func (w *careWorker) Work(ctx context.Context, _ *river.Job[CareArgs]) error {
	if err := Partitions(ctx, w.queue.pool, w.Now()); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, w.queue.pool, func(tx pgx.Tx) error {
		if _, err := consult.Expire(ctx, tx, w.Now()); err != nil {
			return err
		}
		decisions, err := stranded(ctx, tx, w.Now())
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

// strandedAfter is how long an approved answer may wait past its undo window
// before it is looked after: River's scheduler needs up to five seconds.
const strandedAfter = 20 * time.Second

// stranded returns the decisions that should be going out, that no attempt is
// under way for, and whose job is not waiting either: it died with its process
// and would be run again only when its timeout is over. A second job is
// harmless, the attempt rows decide.
func stranded(ctx context.Context, tx pgx.Tx, now time.Time) ([]int64, error) {
	rows, err := tx.Query(ctx, `-- name: StrandedDecisions
		select d.id from cases c join decisions d on d.case_id = c.id
		where c.state in ('approved', 'sending') and d.id = (select max(id) from decisions where case_id = c.id)
			and d.withdrawn_at is null and d.release_at < $1
			and not exists (select from attempts a where a.decision_id = d.id and a.state = 'started')
			and not exists (select from river_job j where j.kind = 'send' and (j.args ->> 'decision_id')::bigint = d.id
				and j.state in ('available', 'scheduled', 'retryable', 'pending'))`, now.Add(-strandedAfter))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
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
