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
	var received time.Time
	err := pgx.BeginFunc(ctx, w.queue.pool, func(tx pgx.Tx) (err error) {
		received, err = w.draft(ctx, tx, job.Args.CaseID)
		failpoint("consult")
		return err
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
	mails, err = w.openQuestions(ctx, tx, caseID, mails)
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
		To: replyTo(mails[0]), At: w.Now()}, nil
}

// openQuestions keeps the mails that no answer has settled: those after the
// last one that an approved, sent answer knew. A question back settles nothing.
func (w *consultWorker) openQuestions(ctx context.Context, tx pgx.Tx, caseID int64, mails []Mail) ([]Mail, error) {
	var settled int64
	err := tx.QueryRow(ctx, `-- name: SettledBefore
		select coalesce(max(last_message), 0) from decisions d
		where case_id = $1 and verdict = 'approve' and withdrawn_at is null
			and exists (select from attempts where decision_id = d.id and state = 'sent')`, caseID).Scan(&settled)
	if err != nil {
		return nil, err
	}
	var open []Mail
	for _, m := range mails {
		if m.State == MailCase && m.ID > settled {
			open = append(open, m)
		}
	}
	return open, nil
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

// replyTo is who is answered: the sender, or a Reply-To of the sender's own
// domain. Another one is the coder's to add.
func replyTo(m Mail) []consult.Address {
	from := m.From
	_, domain, _ := strings.Cut(from.Address, "@")
	for _, r := range m.ReplyTo {
		if _, d, ok := strings.Cut(r.Address, "@"); ok && strings.EqualFold(d, domain) {
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
		if len(mails) > 0 {
			p.To = replyTo(mails[0])
		}
		_, err = consult.StoreDraft(ctx, tx, p)
		return err
	})
}
