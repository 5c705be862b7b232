package jobs

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// intakeWorker turns a stored message into a case, a part of one, or something
// set aside.
type intakeWorker struct {
	river.WorkerDefaults[IntakeArgs]
	Config
	queue   *Queue
	drafter *consultWorker
}

// Work runs one intake.
func (w *intakeWorker) Work(ctx context.Context, job *river.Job[IntakeArgs]) error {
	drafted, err := unpanicked(func() (time.Time, error) {
		return inTx(ctx, w.queue.pool, func(tx pgx.Tx) (time.Time, error) {
			drafted, err := w.intake(ctx, tx, job.Args.MessageID, job.Attempt == 1)
			failpoint("intake")
			return drafted, err
		})
	})
	w.Metrics.drafted(drafted, w.Now())
	if err != nil && job.Attempt >= job.MaxAttempts {
		return errors.Join(err, w.giveUp(context.WithoutCancel(ctx), job.Args.MessageID))
	}
	return err
}

// intake decides what a message is. With draft, a case that it opens gets its
// draft in the same transaction.
func (w *intakeWorker) intake(ctx context.Context, tx pgx.Tx, id int64, draft bool) (drafted time.Time, err error) {
	var m Mail
	var raw []byte
	err = tx.QueryRow(ctx, `-- name: LockMail
		select `+mailColumns+`, (select string_agg(bytes, ''::bytea order by part) from raw
			where message_id = m.id and month = date_trunc('month', m.received_at at time zone 'UTC')::date)
		from messages m where id = $1 for update`, id).Scan(append(m.fields(), &raw)...)
	if err != nil {
		return drafted, fmt.Errorf("message %d: %w", id, err)
	}
	if m.State != MailReceived {
		return drafted, nil
	}
	m.Message = casemail.Parse(raw)
	trim(m.Message)
	kind, reason := casemail.Classify(m.Message, w.Own)
	if m.Kind == string(casemail.Case) { // a person said so
		kind, reason = casemail.Case, m.Reason
	}
	trust := casemail.Verify(m.Message, w.Trust, w.LookupTXT)
	m.Kind, m.Reason, m.Trust = string(kind), reason, strings.TrimSpace(trust.Verdict+" "+trust.Method)
	if kind == casemail.Case {
		return w.join(ctx, tx, &m, draft)
	}
	return drafted, w.setAside(ctx, tx, &m)
}

// join gives the mail to its case and asks for a draft. A new case has all that
// its draft needs at hand: it is drafted here and now, which saves a job, a
// transaction and a second parse, half of a mail's cost. Should that fail, the
// whole intake is undone and tried again with a consult job of its own.
func (w *intakeWorker) join(ctx context.Context, tx pgx.Tx, m *Mail, draft bool) (drafted time.Time, err error) {
	c, opened, err := consult.Join(ctx, tx, consult.Incoming{
		Row: m.ID, Mailbox: m.Mailbox, Subject: m.Subject, Preview: preview(m.Message),
		FromName: m.From.Name, FromAddress: strings.ToLower(m.From.Address), At: m.ReceivedAt,
		MessageID: m.MessageID, Thread: m.ThreadIDs(), Tag: tagOf(m.Message), Trust: m.Trust, Attachments: len(m.Attachments), Zone: w.Zone,
	})
	if err != nil {
		return drafted, err
	}
	if err := finishIntake(ctx, tx, m, MailCase, c.ID); err != nil {
		return drafted, err
	}
	if !opened || !draft {
		return drafted, w.queue.Consult(ctx, tx, c.ID)
	}
	p, err := w.drafter.propose(ctx, tx, c, []Mail{*m})
	if err != nil {
		return drafted, err
	}
	_, err = consult.StoreDraftOn(ctx, tx, c, p)
	return m.ReceivedAt, err
}

// maxID is the longest Message-ID or address that is kept: an index of Postgres
// takes no more, and RFC 5322 lines end at 998 bytes (section 2.1.1).
const maxID = 900

// trim drops identifiers that are too long to be any.
func trim(m *casemail.Message) {
	long := func(id string) bool { return len(id) > maxID }
	if long(m.MessageID) {
		m.MessageID = ""
	}
	m.InReplyTo = slices.DeleteFunc(m.InReplyTo, long)
	m.References = slices.DeleteFunc(m.References, long)
	if long(m.From.Address) {
		m.From.Address = ""
	}
}

var caseTag = regexp.MustCompile(`\[case-([1-9][0-9]{0,17})\]`)

// tagOf is the case that a plus address, the subject or the text names, or 0.
// Anybody can write one: it counts for the sender of that case only.
func tagOf(m *casemail.Message) int64 {
	if id, ok := m.CaseTag(); ok {
		return id
	}
	for _, text := range []string{m.Subject, m.Text} {
		if tag := caseTag.FindStringSubmatch(text); tag != nil {
			id, err := strconv.ParseInt(tag[1], 10, 64)
			if err == nil {
				return id
			}
		}
	}
	return 0
}

// setAside keeps a mail that is no question where a person sees it. A bounce of
// an answer of ours is told to its case.
func (w *intakeWorker) setAside(ctx context.Context, tx pgx.Tx, m *Mail) error {
	if m.Kind != string(casemail.Bounce) || m.DSN == nil {
		return finishIntake(ctx, tx, m, MailAside, 0)
	}
	var caseID int64
	var decisionID int64
	err := tx.QueryRow(ctx, `-- name: DecisionOfBounce
		select id, case_id from decisions where message_id = $1 order by id desc limit 1`, m.DSN.OriginalMessageID).
		Scan(&decisionID, &caseID)
	if errors.Is(err, pgx.ErrNoRows) {
		return finishIntake(ctx, tx, m, MailAside, 0)
	}
	if err != nil {
		return err
	}
	if err := consult.Bounced(ctx, tx, decisionID, strings.ToLower(m.DSN.Recipient), m.DSN.Action, m.DSN.Status, m.ReceivedAt); err != nil {
		return err
	}
	m.Reason = "delivery report of an answer of ours"
	return finishIntake(ctx, tx, m, MailDiscarded, caseID)
}

func finishIntake(ctx context.Context, tx pgx.Tx, m *Mail, state string, caseID int64) error {
	var sent *time.Time
	if !m.Date.IsZero() {
		sent = &m.Date
	}
	problems := m.Problems
	if problems == nil {
		problems = []string{}
	}
	_, err := tx.Exec(ctx, `-- name: FinishIntake
		update messages set state = $2, kind = $3, reason = $4, problems = $5, case_id = nullif($6, 0::bigint), message_id = $7,
			from_name = $8, from_address = $9, subject = $10, sent_at = $11, attachments = $12, trust = $13
		where id = $1`, m.ID, state, m.Kind, m.Reason, problems, caseID, m.MessageID,
		m.From.Name, strings.ToLower(m.From.Address), m.Subject, sent, len(m.Attachments), m.Trust)
	if err != nil {
		return fmt.Errorf("message %d: %w", m.ID, err)
	}
	if state == MailAside {
		_, err = tx.Exec(ctx, `select pg_notify('case', '0')`)
	}
	return err
}

// giveUp shows a message that intake failed on for the last time.
func (w *intakeWorker) giveUp(ctx context.Context, id int64) error {
	_, err := w.queue.pool.Exec(ctx, `-- name: GiveUpIntake
		update messages set state = 'set aside', kind = 'unreadable', reason = 'intake failed several times'
		where id = $1 and state = 'received'`, id)
	return err
}

const previewLength = 160

// greeting is a line that greets and says nothing else.
var greeting = regexp.MustCompile(`(?i)^(hi|hello|hey|dear|greetings|good (morning|afternoon|evening|day))\b[^?]{0,40}$`)

// preview is the first line that says something of what the sender wrote now; a
// greeting only where nothing follows it.
func preview(m *casemail.Message) string {
	first := ""
	for line := range strings.Lines(m.NewText) {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			continue
		}
		if !greeting.MatchString(line) {
			return shorten(line)
		}
		if first == "" {
			first = line
		}
	}
	return shorten(first)
}

// shorten cuts a line at a rune boundary.
func shorten(line string) string {
	if len(line) <= previewLength {
		return line
	}
	cut := previewLength
	for !utf8.RuneStart(line[cut]) {
		cut--
	}
	return line[:cut] + "…"
}
