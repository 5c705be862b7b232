package consult

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// A Case is the row of one case.
type Case struct {
	ID           int64
	State        State
	Version      int64 // grows with state, draft and mail; a page's POST names it
	Mailbox      string
	Subject      string
	Preview      string
	FromName     string
	FromAddress  string
	Practice     string // name, empty when no practice is known
	Trust        string // verdict on the sender, see casemail.Verify
	OpenedAt     time.Time
	AskedAt      time.Time // the asker's last word
	DueAt        time.Time
	LastMessage  int64
	ClaimedBy    int64 // 0: nobody
	ClaimedName  string
	ClaimedUntil time.Time
	DraftVersion int
	DraftKind    string
	Codes        []string
	Intents      []string
	Flags        []string
	Attachments  int

	secret []byte
}

// HeldBy reports whether person may change the case at now as far as claims
// go: it is theirs, nobody's, or the claim ran out.
func (c *Case) HeldBy(person int64, now time.Time) bool {
	return c.ClaimedBy == 0 || c.ClaimedBy == person || !now.Before(c.ClaimedUntil)
}

const caseColumns = `c.id, c.state, c.version, c.mailbox, c.subject, c.preview, c.from_name, c.from_address,
	coalesce(pr.name, ''), c.trust, c.opened_at, c.asked_at, c.due_at, c.last_message, coalesce(c.claimed_by, 0),
	coalesce(pe.name, ''), coalesce(c.claimed_until, 'epoch'), c.draft_version, c.draft_kind,
	c.codes, c.intents, c.flags, c.attachments, c.secret`

const caseFrom = ` from cases c left join practices pr on pr.id = c.practice_id left join people pe on pe.id = c.claimed_by `

func (c *Case) fields() []any {
	return []any{&c.ID, &c.State, &c.Version, &c.Mailbox, &c.Subject, &c.Preview, &c.FromName, &c.FromAddress,
		&c.Practice, &c.Trust, &c.OpenedAt, &c.AskedAt, &c.DueAt, &c.LastMessage, &c.ClaimedBy,
		&c.ClaimedName, &c.ClaimedUntil, &c.DraftVersion, &c.DraftKind,
		&c.Codes, &c.Intents, &c.Flags, &c.Attachments, &c.secret}
}

// Load returns a case, or ErrNotFound.
func Load(ctx context.Context, tx pgx.Tx, id int64) (*Case, error) {
	return scanCase(id, tx.QueryRow(ctx, `-- name: LoadCase
		select `+caseColumns+caseFrom+`where c.id = $1`, id))
}

// lock is Load with the row held until the transaction ends.
func lock(ctx context.Context, tx pgx.Tx, id int64) (*Case, error) {
	return scanCase(id, tx.QueryRow(ctx, `-- name: LockCase
		select `+caseColumns+caseFrom+`where c.id = $1 for update of c`, id))
}

func scanCase(id int64, row pgx.Row) (*Case, error) {
	c := new(Case)
	err := row.Scan(c.fields()...)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("case %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("case %d: %w", id, err)
	}
	return c, nil
}

// Incoming is a parsed mail that asks us something, as Join needs it.
type Incoming struct {
	Row         int64 // messages.id
	Mailbox     string
	Subject     string
	Preview     string // first line of the new text
	FromName    string
	FromAddress string
	At          time.Time // when it came
	MessageID   string    // its own, without brackets; may be empty
	Thread      []string  // Message-IDs that it answers, newest first
	Tag         int64     // case number in a plus address or subject, 0: none; a hint that needs the same sender
	Trust       string
	Attachments int
	Zone        *time.Location // of the business hours
}

// Flags of a case that the queue shows.
const (
	FlagFollowUp = "reply after answer"
	FlagBounce   = "bounce"
)

// Join finds the case that a mail belongs to, or opens one, and returns it as
// it is after the join. A mail joins by a Message-ID of ours whose HMAC is the
// case's own, from any sender, and by anybody else's Message-ID or the case
// tag only from the address that asked: guessing a number is not enough.
//
// A mail that joins an approved case takes the answer back; during sending it
// does so while no recipient is started or served; after the answer it opens
// the case again.
func Join(ctx context.Context, tx pgx.Tx, in Incoming) (c *Case, opened bool, err error) {
	id, err := findCase(ctx, tx, in)
	if err != nil {
		return nil, false, err
	}
	if id == 0 {
		if c, err = open(ctx, tx, in); err != nil {
			return nil, false, err
		}
		return c, true, rememberThread(ctx, tx, c.ID, in)
	}
	c, err = lock(ctx, tx, id) // first: a reference to the case takes a weaker lock, and two joins would wait for each other
	if err != nil {
		return nil, false, err
	}
	if err := rememberThread(ctx, tx, id, in); err != nil {
		return nil, false, err
	}
	if err := followUp(ctx, tx, c, in); err != nil {
		return nil, false, err
	}
	c, err = Load(ctx, tx, id)
	return c, false, err
}

func findCase(ctx context.Context, tx pgx.Tx, in Incoming) (int64, error) {
	for _, ref := range in.Thread {
		id, rev, _, ok := casemail.ParseOurID(ref)
		if !ok || rev == 0 {
			continue
		}
		var secret []byte
		err := tx.QueryRow(ctx, `select secret from cases where id = $1`, id).Scan(&secret)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if casemail.VerifyOurID(ref, secret) {
			return id, nil
		}
	}
	if err := lockThread(ctx, tx, in); err != nil {
		return 0, err
	}
	var id int64
	err := tx.QueryRow(ctx, `-- name: FindCaseOfThread
		select c.id from (
			select $3::bigint as id
			union all select m.case_id from messages m where m.message_id = any($2) and m.message_id <> ''
			union all select r.case_id from thread_refs r where r.ref = $5) named
		cross join lateral ( -- offset 0: by the few ids, not by all cases of the sender
			select id from cases c where c.id = named.id and c.from_address = $1 and c.mailbox = $4 offset 0) c
		order by c.id desc limit 1`, in.FromAddress, in.Thread, in.Tag, in.Mailbox, in.MessageID).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// lockThread lets one mail of a thread at a time look for its case: a question
// and its follow-up that come together, in any order, end in one case.
func lockThread(ctx context.Context, tx pgx.Tx, in Incoming) error {
	root := in.MessageID
	if len(in.Thread) > 0 {
		root = in.Thread[len(in.Thread)-1]
	}
	_, err := tx.Exec(ctx, `-- name: LockThread
		select pg_advisory_xact_lock(hashtextextended($1, 0))`, root)
	return err
}

// rememberThread notes what a mail answers, so that a mail it answers finds the
// case when it comes later.
func rememberThread(ctx context.Context, tx pgx.Tx, caseID int64, in Incoming) error {
	if len(in.Thread) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `-- name: RememberThread
		insert into thread_refs (ref, case_id) select unnest($1::text[]), $2 on conflict do nothing`, in.Thread, caseID)
	return err
}

func open(ctx context.Context, tx pgx.Tx, in Incoming) (*Case, error) {
	secret := make([]byte, 16)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	c := &Case{State: Open, Version: 1, Mailbox: in.Mailbox, Subject: in.Subject, Preview: in.Preview,
		FromName: in.FromName, FromAddress: in.FromAddress, Trust: in.Trust, OpenedAt: in.At, AskedAt: in.At,
		DueAt: DueAt(in.At, in.Zone), LastMessage: in.Row, Attachments: in.Attachments, secret: secret}
	err := tx.QueryRow(ctx, `-- name: OpenCase
		insert into cases (state, mailbox, subject, preview, from_name, from_address, practice_id, trust,
			opened_at, asked_at, due_at, last_message, secret, attachments)
		select 'open', $1, $2, $3, $4, $5, (select id from practices where $5 = any(addresses)
				or split_part($5, '@', 2) = any(domains) order by id limit 1),
			$6, $7, $7, $8, $9, $10, $11
		returning id`, c.Mailbox, c.Subject, c.Preview, c.FromName, c.FromAddress,
		c.Trust, c.OpenedAt, c.DueAt, c.LastMessage, secret, c.Attachments).Scan(&c.ID)
	if err != nil {
		return nil, fmt.Errorf("open case for message %d: %w", in.Row, err)
	}
	if err := Audit(ctx, tx, c.ID, in.At, Machine, "opened", fmt.Sprintf("message %d", in.Row)); err != nil {
		return nil, err
	}
	return c, notify(ctx, tx, c.ID)
}

func followUp(ctx context.Context, tx pgx.Tx, c *Case, in Incoming) error {
	if in.Row == c.LastMessage {
		return nil
	}
	_, err := tx.Exec(ctx, `-- name: JoinCase
		update cases set version = version + 1, last_message = greatest(last_message, $2), preview = $3,
			asked_at = $4, due_at = $5, attachments = attachments + $6, trust = $7 where id = $1`,
		c.ID, in.Row, in.Preview, in.At, DueAt(in.At, in.Zone), in.Attachments, in.Trust)
	if err != nil {
		return fmt.Errorf("case %d: join: %w", c.ID, err)
	}
	if err := Audit(ctx, tx, c.ID, in.At, Machine, "mail joined", fmt.Sprintf("message %d", in.Row)); err != nil {
		return err
	}
	switch c.State {
	case Approved:
		return Withdraw(ctx, tx, c.ID, Machine, "a newer mail of the asker joined", in.At)
	case Sending:
		begun, err := anyAttempt(ctx, tx, c.ID)
		if err != nil || begun {
			return err
		}
		return Withdraw(ctx, tx, c.ID, Machine, "a newer mail of the asker joined", in.At)
	case Answered, Waiting, Rejected, Refused, UnknownIf:
		if err := reopen(ctx, tx, c); err != nil {
			return err
		}
		return move(ctx, tx, c.ID, c.State, Open)
	}
	return notify(ctx, tx, c.ID)
}

// reopen puts away what a finished case had: an answered draft is history, and
// the next machine draft is the current one. A refused or unknown answer is
// still the coder's work and stays.
func reopen(ctx context.Context, tx pgx.Tx, c *Case) error {
	if c.State == Refused || c.State == UnknownIf {
		return nil
	}
	if _, err := tx.Exec(ctx, `-- name: ReopenCase
		with put_away as (update drafts set status = 'superseded' where case_id = $1 and status in ('current', 'waiting'))
		update cases set draft_version = 0, draft_kind = '' where id = $1`, c.ID); err != nil {
		return err
	}
	if c.State != Answered {
		return nil
	}
	return AddFlag(ctx, tx, c.ID, FlagFollowUp)
}

// AddFlag puts a flag on a case; twice is once.
func AddFlag(ctx context.Context, tx pgx.Tx, id int64, flag string) error {
	_, err := tx.Exec(ctx, `-- name: AddFlag
		update cases set flags = array_append(flags, $2) where id = $1 and not $2 = any(flags)`, id, flag)
	if err != nil {
		return err
	}
	return notify(ctx, tx, id)
}
