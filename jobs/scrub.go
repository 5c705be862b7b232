package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/caseconsultant/caseconsultant/consult"
)

// scrubber is the middleware of every worker: panics become errors, error
// texts lose everything that could come from a mail, and each job is timed.
type scrubber struct {
	river.MiddlewareDefaults
	log     *slog.Logger
	metrics *Metrics
}

// Work runs one job.
func (s *scrubber) Work(ctx context.Context, job *rivertype.JobRow, next func(context.Context) error) (err error) {
	start := time.Now()
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("job panicked", "kind", job.Kind, "job", job.ID, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic of type %T", p)
		}
		s.metrics.worked(job.Kind, time.Since(start), err)
	}()
	err = next(ctx)
	var snooze *rivertype.JobSnoozeError
	if err == nil || errors.As(err, &snooze) {
		return err
	}
	var crash *panicked
	if errors.As(err, &crash) {
		s.log.Error("job panicked", "kind", job.Kind, "job", job.ID, "type", crash.kind, "stack", crash.stack)
	}
	clean := errors.New(scrub(err))
	s.log.Warn("job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", clean.Error())
	return clean
}

// unpanicked turns a panic of f into an error, below the code that gives up after
// the last attempt: a mail that panics must end where a person sees it.
func unpanicked[T any](f func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{fmt.Sprintf("%T", p), string(debug.Stack())}
		}
	}()
	return f()
}

// panicked is an error made of a panic: its type and stack, never its value.
type panicked struct{ kind, stack string }

func (p *panicked) Error() string { return "panic of type " + p.kind }

// scrub renders an error without anything that could quote a mail: errors of a
// known kind by their ids and codes, all others by their types.
func scrub(err error) string {
	var pg *pgconn.PgError
	var conflict *consult.Conflict
	var crash *panicked
	switch {
	case errors.As(err, &pg):
		return strings.TrimSpace("postgres " + pg.Code + " " + pg.ConstraintName)
	case errors.As(err, &conflict):
		return conflict.Error()
	case errors.As(err, &crash):
		return crash.Error()
	case errors.Is(err, consult.ErrNotFound):
		return "not found"
	case errors.Is(err, context.DeadlineExceeded):
		return "timed out"
	case errors.Is(err, context.Canceled):
		return "stopped"
	}
	var types []string
	for e := err; e != nil; e = errors.Unwrap(e) {
		types = append(types, fmt.Sprintf("%T", e))
	}
	return "error of type " + strings.Join(types, " < ")
}
