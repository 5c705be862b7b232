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

// Work ends attempts that lost their process, has go on what no job would, and
// prepares the next months' partitions of the raw bytes.
func (w *careWorker) Work(ctx context.Context, _ *river.Job[CareArgs]) error {
	if err := Partitions(ctx, w.queue.pool, w.Now()); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, w.queue.pool, func(tx pgx.Tx) error {
		if _, err := consult.Expire(ctx, tx, w.Now()); err != nil {
			return err
		}
		if err := w.abandoned(ctx, tx); err != nil {
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

// abandonedAfter is how long a mail or a case may wait without any job before it
// is looked after: River gives a job up whose process died in the last attempt.
const abandonedAfter = 5 * time.Minute

// abandoned starts the steps again that a mail or an open case has no living job
// for. Each gets one more round of attempts, at the end of which it stands where
// a person sees it.
func (w *careWorker) abandoned(ctx context.Context, tx pgx.Tx) error {
	mails, err := ids(ctx, tx, `-- name: AbandonedMails
		select m.id from messages m where m.state = 'received' and m.received_at < $1 and not exists (
			select from river_job j where j.kind = 'intake' and (j.args ->> 'message_id')::bigint = m.id
				and j.state in ('available', 'scheduled', 'retryable', 'pending', 'running'))
		order by m.id limit 100`, w.Now().Add(-abandonedAfter))
	if err != nil {
		return err
	}
	for _, id := range mails {
		if err := w.queue.insert(ctx, tx, IntakeArgs{id}, nil); err != nil {
			return err
		}
	}
	cases, err := ids(ctx, tx, `-- name: AbandonedCases
		select c.id from cases c where c.state = 'open' and c.asked_at < $1 and not exists (
			select from river_job j where j.kind = 'consult' and (j.args ->> 'case_id')::bigint = c.id
				and j.state in ('available', 'scheduled', 'retryable', 'pending', 'running'))
		order by c.id limit 100`, w.Now().Add(-abandonedAfter))
	if err != nil {
		return err
	}
	for _, id := range cases {
		if err := w.queue.Consult(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

func ids(ctx context.Context, tx pgx.Tx, sql string, arg any) ([]int64, error) {
	rows, err := tx.Query(ctx, sql, arg)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// strandedAfter is how long an approved answer may wait past its undo window
// before it is looked after: River's scheduler needs up to five seconds.
const strandedAfter = 20 * time.Second

// stranded returns the decisions that should be going out, that no attempt is
// under way for, and whose job is not waiting either: it died with its process
// and would be run again only when its timeout is over. A second job is
// harmless, the attempt rows decide.
func stranded(ctx context.Context, tx pgx.Tx, now time.Time) ([]int64, error) {
	return ids(ctx, tx, `-- name: StrandedDecisions
		select d.id from cases c join decisions d on d.case_id = c.id
		where c.state in ('approved', 'sending') and d.id = (select max(id) from decisions where case_id = c.id)
			and d.withdrawn_at is null and d.release_at < $1
			and not exists (select from attempts a where a.decision_id = d.id and a.state = 'started')
			and not exists (select from river_job j where j.kind = 'send' and (j.args ->> 'decision_id')::bigint = d.id
				and j.state in ('available', 'scheduled', 'retryable', 'pending'))`, now.Add(-strandedAfter))
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
