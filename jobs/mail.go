package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// A Mail is a stored message, and where it was parsed, what it says.
type Mail struct {
	ID, CaseID int64
	Mailbox    string
	ReceivedAt time.Time
	State      string // received, case, set aside, discarded
	Kind       string
	Reason     string
	Trust      string
	*casemail.Message
}

// States of a message.
const (
	MailReceived  = "received"
	MailCase      = "case"
	MailAside     = "set aside"
	MailDiscarded = "discarded"
)

const mailColumns = `id, coalesce(case_id, 0), mailbox, received_at, state, kind, reason, trust`

func (m *Mail) fields() []any {
	return []any{&m.ID, &m.CaseID, &m.Mailbox, &m.ReceivedAt, &m.State, &m.Kind, &m.Reason, &m.Trust}
}

// Mails returns the mails of a case, parsed, newest first.
func Mails(ctx context.Context, tx pgx.Tx, caseID int64) ([]Mail, error) {
	rows, err := tx.Query(ctx, `-- name: MailsOfCase
		select `+mailColumns+`, (select string_agg(bytes, ''::bytea order by part) from raw
			where message_id = m.id and month = date_trunc('month', m.received_at at time zone 'UTC')::date)
		from messages m where case_id = $1 order by id desc`, caseID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Mail, err error) {
		var raw []byte
		err = row.Scan(append(m.fields(), &raw)...)
		m.Message = casemail.Parse(raw)
		return m, err
	})
}

// LoadMail returns one stored message, parsed, or consult.ErrNotFound.
func LoadMail(ctx context.Context, tx pgx.Tx, id int64) (*Mail, error) {
	m := new(Mail)
	err := tx.QueryRow(ctx, `-- name: LoadMail
		select `+mailColumns+` from messages where id = $1`, id).Scan(m.fields()...)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("message %d: %w", id, consult.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	raw, err := RawBytes(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	m.Message = casemail.Parse(raw)
	return m, nil
}

// RawBytes returns a stored message as it came, or consult.ErrNotFound.
func RawBytes(ctx context.Context, tx pgx.Tx, id int64) ([]byte, error) {
	var raw []byte
	err := tx.QueryRow(ctx, `-- name: RawBytes
		select string_agg(r.bytes, ''::bytea order by r.part) from messages m
		join raw r on r.message_id = m.id and r.month = date_trunc('month', m.received_at at time zone 'UTC')::date
		where m.id = $1`, id).Scan(&raw)
	if err != nil {
		return nil, fmt.Errorf("message %d: raw bytes: %w", id, err)
	}
	if raw == nil {
		return nil, fmt.Errorf("message %d: %w", id, consult.ErrNotFound)
	}
	return raw, nil
}

// AttachmentBytes returns the nth attachment of a message, decoded.
func AttachmentBytes(ctx context.Context, tx pgx.Tx, id int64, n int) (name string, data []byte, err error) {
	m, err := LoadMail(ctx, tx, id)
	if err != nil {
		return "", nil, err
	}
	if n < 0 || n >= len(m.Attachments) {
		return "", nil, fmt.Errorf("attachment %d of message %d: %w", n, id, consult.ErrNotFound)
	}
	return m.Attachments[n].Name, m.Attachments[n].Content, nil
}

// Aside returns the messages that are set aside, oldest first, at most 500,
// with sender and subject and unparsed otherwise.
func Aside(ctx context.Context, tx pgx.Tx) ([]Mail, error) {
	rows, err := tx.Query(ctx, `-- name: Aside
		select `+mailColumns+`, from_name, from_address, subject, problems from messages
		where state = 'set aside' order by id limit 500`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Mail, err error) {
		m.Message = new(casemail.Message)
		err = row.Scan(append(m.fields(), &m.From.Name, &m.From.Address, &m.Subject, &m.Problems)...)
		return m, err
	})
}

// redKinds are set aside in red: somebody has to look. Lists and automatic mail
// are counted in grey.
var redKinds = []string{string(casemail.Unreadable), string(casemail.Loop), string(casemail.Bounce)}

// AsideCounts counts what is set aside: red needs a look, grey does not.
func AsideCounts(ctx context.Context, tx pgx.Tx) (red, grey int, err error) {
	err = tx.QueryRow(ctx, `-- name: AsideCounts
		select count(*) filter (where kind = any($1)), count(*) filter (where kind <> all($1))
		from messages where state = 'set aside'`, redKinds).Scan(&red, &grey)
	return red, grey, err
}

// TakeAside makes a case of a message that was set aside, at a person's word.
func (q *Queue) TakeAside(ctx context.Context, tx pgx.Tx, id int64, actor string, now time.Time) error {
	err := settleAside(ctx, tx, id, MailReceived)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update messages set kind = 'case', reason = 'a person said so' where id = $1`, id); err != nil {
		return err
	}
	if err := consult.Audit(ctx, tx, 0, now, actor, "treated as a case", fmt.Sprintf("message %d", id)); err != nil {
		return err
	}
	return q.insert(ctx, tx, IntakeArgs{id}, nil)
}

// DiscardAside puts a message that was set aside away for good; its bytes stay.
func (q *Queue) DiscardAside(ctx context.Context, tx pgx.Tx, id int64, actor string, now time.Time) error {
	if err := settleAside(ctx, tx, id, MailDiscarded); err != nil {
		return err
	}
	return consult.Audit(ctx, tx, 0, now, actor, "discarded", fmt.Sprintf("message %d", id))
}

func settleAside(ctx context.Context, tx pgx.Tx, id int64, to string) error {
	tag, err := tx.Exec(ctx, `-- name: SettleAside
		update messages set state = $2 where id = $1 and state = 'set aside'`, id, to)
	if err == nil && tag.RowsAffected() == 0 {
		err = fmt.Errorf("message %d is not set aside: %w", id, consult.ErrNotFound)
	}
	if err == nil {
		_, err = tx.Exec(ctx, `select pg_notify('case', '0')`)
	}
	return err
}
