package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/outbox"
)

// sendWorker hands an approved answer to the SMTP server: gate, attempt row,
// SMTP, result, each committed before the next.
type sendWorker struct {
	river.WorkerDefaults[SendArgs]
	Config
	queue *Queue
}

// Timeout is an attempt's lease, longer than the ten minutes that SMTP gives a
// server to answer the final dot (RFC 5321 section 4.5.3.2.6). River's rescuer
// honours it.
func (w *sendWorker) Timeout(*river.Job[SendArgs]) time.Duration { return w.Lease }

// Work sends to every recipient that needs it now. What it leaves for later it
// snoozes for; what needs a person it leaves in the queue.
func (w *sendWorker) Work(ctx context.Context, job *river.Job[SendArgs]) error {
	if w.Sender == nil {
		return river.JobSnooze(time.Minute)
	}
	d, held, err := unlessHeld(ctx, w.queue.pool, func(tx pgx.Tx) (*consult.Decision, error) {
		return consult.BeginSending(ctx, tx, job.Args.DecisionID, w.Now())
	})
	if held != nil || err != nil {
		return w.held(held, err)
	}
	failpoint("send-begun")
	for {
		a, held, err := unlessHeld(ctx, w.queue.pool, func(tx pgx.Tx) (*consult.Attempt, error) {
			return consult.StartAttempt(ctx, tx, d, w.Lease, w.Now())
		})
		if held != nil || err != nil {
			return w.held(held, err)
		}
		if a == nil {
			return w.conclude(ctx, d)
		}
		if err := w.attempt(ctx, d, a); err != nil {
			return err
		}
	}
}

// unlessHeld runs f in a transaction. An *ErrHeld is an outcome and no failure:
// what f wrote along with it, a withdrawal for one, is committed.
func unlessHeld[T any](ctx context.Context, pool *pgxpool.Pool, f func(pgx.Tx) (T, error)) (result T, held *consult.ErrHeld, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) (err error) {
		result, err = f(tx)
		if errors.As(err, &held) {
			return nil
		}
		return err
	})
	return result, held, err
}

// held ends the job, or has River run it again when the hold may be over.
func (w *sendWorker) held(held *consult.ErrHeld, err error) error {
	if err != nil {
		return err
	}
	return w.snooze(held.Until)
}

// attempt sends to one recipient and records what became of it, even when the
// process is being stopped meanwhile.
func (w *sendWorker) attempt(ctx context.Context, d *consult.Decision, a *consult.Attempt) error {
	failpoint("attempt-started")
	res := w.Sender.Send(ctx, w.From, a.Recipient, d.Raw)
	failpoint("attempt-answered")
	a.Phase, a.Code, a.Status, a.Reply = res.Phase, res.Code, res.Status, res.Reply
	a.State = map[outbox.Verdict]consult.AttemptState{
		outbox.Sent: consult.AttemptSent, outbox.Temporary: consult.AttemptDeferred,
		outbox.Permanent: consult.AttemptRefused, outbox.Unknown: consult.AttemptUnknown}[res.Verdict]
	if res.Account && a.State == consult.AttemptRefused {
		a.State = consult.AttemptDeferred
	}
	w.Metrics.attempted(string(res.Verdict))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return pgx.BeginFunc(ctx, w.queue.pool, func(tx pgx.Tx) error {
		if res.Account {
			paused, err := consult.PauseSending(ctx, tx, "the mail server refuses our account", w.Now())
			if err != nil {
				return err
			}
			if paused {
				w.Log.Error("sending is paused: the mail server refuses our account; mend it, then 'caseconsultant sending resume'",
					"phase", res.Phase, "code", res.Code)
			}
		}
		return consult.FinishAttempt(ctx, tx, d.CaseID, a, w.Now())
	})
}

// conclude ends the sending, or sleeps until a deferred recipient is due. A
// sent answer gets its copy in the Sent folder in the same transaction.
func (w *sendWorker) conclude(ctx context.Context, d *consult.Decision) error {
	failpoint("attempt-finished")
	end, err := inTx(ctx, w.queue.pool, func(tx pgx.Tx) (consult.Conclusion, error) {
		end, err := consult.Conclude(ctx, tx, d, w.Now())
		if err == nil && end.Reopened {
			err = w.queue.Consult(ctx, tx, d.CaseID)
		}
		if err == nil && (end.End == consult.Answered || end.End == consult.Waiting) {
			err = w.fileCopy(ctx, tx, d)
		}
		return end, err
	})
	if err != nil {
		return err
	}
	return w.snooze(end.Next)
}

// fileCopy asks for the copy in the Sent folder, where the server files none.
func (w *sendWorker) fileCopy(ctx context.Context, tx pgx.Tx, d *consult.Decision) error {
	if w.Sent.Mode == "server" || w.Sent.Append == nil {
		return nil
	}
	delay := time.Duration(0)
	if w.Sent.Mode == "auto" {
		delay = sentCopyWait
	}
	return w.queue.insert(ctx, tx, SentCopyArgs{d.ID}, later(w.Now().Add(delay)))
}

// snooze ends the job, or has River run it again at until.
func (w *sendWorker) snooze(until time.Time) error {
	if until.IsZero() {
		return nil
	}
	return river.JobSnooze(max(until.Sub(w.Now()), time.Second))
}

// sentCopyWait gives a server that files sent mail itself the time to do so.
const sentCopyWait = 30 * time.Second

// sentCopyWorker puts a copy of a sent answer into the Sent folder, once: it
// looks for the Message-ID before it appends.
type sentCopyWorker struct {
	river.WorkerDefaults[SentCopyArgs]
	Config
	queue *Queue
}

// Work files one copy. A failure never touches the answer itself.
func (w *sentCopyWorker) Work(ctx context.Context, job *river.Job[SentCopyArgs]) error {
	c, err := inTx(ctx, w.queue.pool, func(tx pgx.Tx) (*consult.SentCopy, error) {
		return consult.LoadSentCopy(ctx, tx, job.Args.DecisionID)
	})
	if err != nil || c.Done {
		return err
	}
	there, err := w.Sent.Find(ctx, c.Mailbox, c.MessageID)
	if err == nil && !there {
		failpoint("sent-copy")
		err = w.Sent.Append(ctx, c.Mailbox, c.Raw, c.Date)
	}
	if err != nil && job.Attempt < job.MaxAttempts {
		return err
	}
	return pgx.BeginFunc(ctx, w.queue.pool, func(tx pgx.Tx) error {
		return consult.FinishSentCopy(ctx, tx, job.Args.DecisionID, err == nil)
	})
}
