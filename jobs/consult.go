package jobs

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
)

// consultWorker drafts the reply to a case as it stands.
type consultWorker struct {
	river.WorkerDefaults[ConsultArgs]
	Config
	queue *Queue
}

// Work drafts once. When the last attempt fails, the case gets a failed draft
// with its reason, so that a person sees it.
func (w *consultWorker) Work(ctx context.Context, job *river.Job[ConsultArgs]) error {
	received, err := unpanicked(func() (time.Time, error) {
		return inTx(ctx, w.queue.pool, func(tx pgx.Tx) (time.Time, error) {
			received, err := w.draft(ctx, tx, job.Args.CaseID)
			failpoint("consult")
			return received, err
		})
	})
	if err == nil {
		w.Metrics.drafted(received, w.Now())
		return nil
	}
	if job.Attempt >= job.MaxAttempts {
		return errors.Join(err, w.fail(context.WithoutCancel(ctx), job.Args.CaseID, scrub(err)))
	}
	return err
}

// draft consults on the open mails of a case and stores the result. It returns
// when the newest of them came, or the zero time where nothing was to do.
func (w *consultWorker) draft(ctx context.Context, tx pgx.Tx, caseID int64) (time.Time, error) {
	c, err := consult.Load(ctx, tx, caseID)
	if err != nil {
		return time.Time{}, err
	}
	if c.State != consult.Open && c.State != consult.Drafted {
		return time.Time{}, nil
	}
	mails, err := Mails(ctx, tx, caseID)
	if err != nil {
		return time.Time{}, err
	}
	mails, err = w.openQuestions(ctx, tx, c, mails)
	if err != nil || len(mails) == 0 {
		return time.Time{}, err
	}
	p, err := w.propose(ctx, tx, c, mails)
	if err != nil {
		return time.Time{}, err
	}
	if _, err := consult.StoreDraft(ctx, tx, p); err != nil {
		return time.Time{}, err
	}
	return mails[0].ReceivedAt, nil
}

// propose consults on mails, the newest first.
func (w *consultWorker) propose(ctx context.Context, tx pgx.Tx, c *consult.Case, mails []Mail) (consult.Proposal, error) {
	answer, err := consult.Consult(ctx, tx, w.Templates, consult.Question{CaseID: c.ID, Subject: c.Subject,
		Regions: regions(c.Subject, mails), Today: code.Day(w.Now().In(w.Zone))})
	if err != nil {
		return consult.Proposal{}, err
	}
	return consult.Proposal{CaseID: c.ID, LastMessage: mails[0].ID, Reply: answer.Reply, Input: &answer.Input,
		To: answerTo(c, mails), At: w.Now()}, nil
}

// openQuestions keeps the mails that no answer has settled: those after the
// last one that an approved, sent answer knew. A question back settles nothing.
// Of a case that is open although all are settled, as by an old mail that a
// person made a part of it, it keeps every one.
func (w *consultWorker) openQuestions(ctx context.Context, tx pgx.Tx, c *consult.Case, mails []Mail) ([]Mail, error) {
	var settled int64
	err := tx.QueryRow(ctx, `-- name: SettledBefore
		select coalesce(max(last_message), 0) from decisions d
		where case_id = $1 and verdict = 'approve' and withdrawn_at is null
			and exists (select from attempts where decision_id = d.id and state = 'sent')`, c.ID).Scan(&settled)
	if err != nil {
		return nil, err
	}
	asks := func(after int64) (list []Mail) {
		for _, m := range mails {
			if m.State == MailCase && m.ID > after {
				list = append(list, m)
			}
		}
		return list
	}
	if open := asks(settled); len(open) > 0 || c.State != consult.Open {
		return open, nil
	}
	return asks(0), nil
}

// regions lays the mails out for the recogniser. What was written last comes
// first, so that offsets into the body are offsets into the newest mail.
func regions(subject string, mails []Mail) []consult.Region {
	var body []string
	for _, m := range mails {
		body = append(body, m.NewText)
	}
	list := []consult.Region{{Name: code.Subject, Text: subject}, {Name: code.Body, Text: strings.Join(body, "\n\n")}}
	if q := mails[0].Quote; q != "" && len(mails) == 1 {
		list = append(list, consult.Region{Name: code.Quote, Text: q})
	}
	return list
}

// answerTo is who is answered: whoever wrote last, if it is the asker or somebody
// of the asker's domain. A stranger who holds our mail may join the case, and is
// shown; whether they get the answer a person decides.
func answerTo(c *consult.Case, mails []Mail) []consult.Address {
	for _, m := range mails {
		if domain(m.From.Address) == domain(c.FromAddress) {
			return replyTo(m)
		}
	}
	return []consult.Address{{Name: c.FromName, Address: c.FromAddress}}
}

func domain(address string) string {
	_, d, _ := strings.Cut(strings.ToLower(address), "@")
	return d
}

// replyTo is who is answered: the sender, or a Reply-To of the sender's own
// domain. Another one is the coder's to add.
func replyTo(m Mail) []consult.Address {
	from := m.From
	for _, r := range m.ReplyTo {
		if domain(r.Address) == domain(from.Address) {
			from = r
			break
		}
	}
	if from.Address == "" {
		return nil
	}
	return []consult.Address{{Name: from.Name, Address: strings.ToLower(from.Address)}}
}

func (w *consultWorker) fail(ctx context.Context, caseID int64, reason string) error {
	return pgx.BeginFunc(ctx, w.queue.pool, func(tx pgx.Tx) error {
		c, err := consult.Load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		mails, err := Mails(ctx, tx, caseID)
		if err != nil {
			return err
		}
		p := consult.Proposal{CaseID: caseID, LastMessage: c.LastMessage, Failed: reason, At: w.Now()}
		p.Reply.Subject = "Re: " + c.Subject
		for _, m := range mails {
			if m.State == MailCase { // a delivery report may have joined since
				p.To = answerTo(c, []Mail{m})
				break
			}
		}
		_, err = consult.StoreDraft(ctx, tx, p)
		return err
	})
}
