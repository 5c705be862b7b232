package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// A Queue inserts jobs in a caller's transaction. With workers it also runs
// them.
type Queue struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
}

// NewQueue returns a queue that only inserts: for the watcher, the web queue
// and the command line.
func NewQueue(pool *pgxpool.Pool, log *slog.Logger) (*Queue, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: log})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return &Queue{pool, client}, nil
}

// NewWorkers returns a queue that also works. Call Start and Stop.
func NewWorkers(pool *pgxpool.Pool, cfg Config) (*Queue, error) {
	cfg = cfg.complete()
	q := &Queue{pool: pool}
	workers := river.NewWorkers()
	drafter := &consultWorker{Config: cfg, queue: q}
	river.AddWorker(workers, &intakeWorker{Config: cfg, queue: q, drafter: drafter})
	river.AddWorker(workers, drafter)
	river.AddWorker(workers, &sendWorker{Config: cfg, queue: q})
	river.AddWorker(workers, &sentCopyWorker{Config: cfg, queue: q})
	river.AddWorker(workers, &careWorker{Config: cfg, queue: q})
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Logger:                      cfg.Log,
		Workers:                     workers,
		Queues:                      cfg.queues(),
		Middleware:                  cfg.middleware(),
		FetchCooldown:               cfg.FetchCooldown,
		FetchPollInterval:           time.Second,
		FetchOnlyKnownKinds:         true,
		JobTimeout:                  cfg.JobTimeout,
		RescueStuckJobsAfter:        cfg.RescueAfter,
		SoftStopTimeout:             10 * time.Second,
		CompletedJobRetentionPeriod: time.Hour,
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(careEvery),
			func() (river.JobArgs, *river.InsertOpts) { return CareArgs{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})},
	})
	if err != nil {
		return nil, fmt.Errorf("job workers: %w", err)
	}
	q.client = client
	return q, nil
}

// Start begins to work and returns. Work goes on until Stop.
func (q *Queue) Start(ctx context.Context) error { return q.client.Start(ctx) }

// Stop lets running jobs finish for ten seconds, then ends them.
func (q *Queue) Stop(ctx context.Context) error { return q.client.Stop(ctx) }

// Consult inserts the consult job of a case into tx.
func (q *Queue) Consult(ctx context.Context, tx pgx.Tx, caseID int64) error {
	return q.insert(ctx, tx, ConsultArgs{caseID}, nil)
}

// Send inserts the job that sends an approved decision after its undo window
// into tx, which is the approval's own.
func (q *Queue) Send(ctx context.Context, tx pgx.Tx, d *consult.Decision) error {
	return q.insert(ctx, tx, SendArgs{d.ID}, later(d.ReleaseAt))
}

// later has a job wait until at. One that is due is inserted as available: River
// would leave it to its scheduler, which looks every five seconds and needs a
// leader.
func later(at time.Time) *river.InsertOpts {
	if !at.After(time.Now()) {
		return nil
	}
	return &river.InsertOpts{ScheduledAt: at}
}

func (q *Queue) insert(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	if _, err := q.client.InsertTx(ctx, tx, args, opts); err != nil {
		return fmt.Errorf("insert %s job: %w", args.Kind(), err)
	}
	return nil
}
