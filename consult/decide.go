package consult

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/compose"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// UndoFor is how long an approved answer is held before it may leave.
const UndoFor = 30 * time.Second

// Verdicts of a decision.
const (
	VerdictApprove = "approve"
	VerdictAsk     = "ask" // goes out like an approval; the case then waits for the asker
	VerdictReject  = "reject"
)

// A Letterhead is what the configuration says about outgoing mail.
type Letterhead struct {
	From   compose.Address
	Domain string        // of our Message-IDs
	Plus   bool          // the mailbox takes plus addresses: replies carry the case number
	Undo   time.Duration // 0: UndoFor
	Own    []string      // addresses of ours, never a recipient
}

// A Decision is a person's word about one version of a draft.
type Decision struct {
	ID           int64
	CaseID       int64
	DraftVersion int
	Verdict      string
	Person       int64
	DecidedAt    time.Time
	LastMessage  int64
	Hash         []byte // of subject, recipients and body as approved
	MessageID    string
	Raw          []byte // the exact bytes that leave
	Recipients   []string
	ReleaseAt    time.Time
	Withdrawn    string // why it was taken back, empty when it stands
}

// An Approval is everything that the approving page showed. Subject, To, Cc and
// Markdown are what the person saw; where they differ from the current draft
// they become its next version in the same transaction.
type Approval struct {
	Edit
	Version int64  // of the case, as the page showed it
	Verdict string // VerdictApprove or VerdictAsk
	Key     string // idempotency: a second press gives the first result
	Letter  Letterhead
}

// ErrUnfit says in a sentence what keeps an answer from being sent as it is:
// its recipients, its subject, its text. The person corrects it.
type ErrUnfit struct{ Why string }

// Error is fit for the page.
func (e *ErrUnfit) Error() string { return e.Why }

func unfit(format string, args ...any) error { return &ErrUnfit{fmt.Sprintf(format, args...)} }

// Approve fixes the bytes of the answer and who approved them. The caller
// inserts the send job for ReleaseAt in the same transaction. Errors: *Conflict
// (the case moved), *ErrClaimed, *ErrUnfit.
func Approve(ctx context.Context, tx pgx.Tx, a Approval) (*Decision, error) {
	c, err := lock(ctx, tx, a.CaseID)
	if err != nil {
		return nil, err
	}
	if d, err := decisionByKey(ctx, tx, a.Key); err != nil || d != nil {
		return again(ctx, tx, d, a.CaseID, err)
	}
	if err := mayDecide(ctx, tx, c, a.Version, Approved); err != nil {
		return nil, err
	}
	if err := checkRecipients(a.To, a.Cc, a.Letter.Own); err != nil {
		return nil, err
	}
	if _, err := claimLocked(ctx, tx, c, a.Person, false, a.Now); err != nil {
		return nil, err
	}
	version, err := saveLocked(ctx, tx, c, a.Edit)
	if err != nil {
		return nil, err
	}
	d := &Decision{CaseID: c.ID, DraftVersion: version, Verdict: a.Verdict, Person: a.Person.ID, DecidedAt: a.Now,
		LastMessage: c.LastMessage, ReleaseAt: a.Now.Add(undo(a.Letter))}
	if err := fixBytes(ctx, tx, c, a, d); err != nil {
		return nil, err
	}
	if err := needed(ctx, tx, d); err != nil {
		return nil, err
	}
	if err := insertDecision(ctx, tx, d, a.Key, ""); err != nil {
		return nil, err
	}
	if err := unclaim(ctx, tx, c.ID); err != nil {
		return nil, err
	}
	if err := Audit(ctx, tx, c.ID, a.Now, a.Person.Email, "approved", fmt.Sprintf("decision %d version %d %s", d.ID, version, a.Verdict)); err != nil {
		return nil, err
	}
	return d, move(ctx, tx, c.ID, c.State, Approved)
}

func undo(l Letterhead) time.Duration {
	if l.Undo > 0 {
		return l.Undo
	}
	return UndoFor
}

// again answers a second press of the same button: with the first decision,
// unless it was taken back meanwhile.
func again(ctx context.Context, tx pgx.Tx, d *Decision, id int64, err error) (*Decision, error) {
	switch {
	case err != nil:
		return nil, err
	case d.CaseID != id:
		return nil, fmt.Errorf("case %d: the page's key belongs to another case", id)
	case d.Withdrawn != "":
		return nil, conflict(ctx, tx, id, "this approval was taken back")
	}
	return d, nil
}

// mayDecide refuses a decision on a case that moved since the page was made.
func mayDecide(ctx context.Context, tx pgx.Tx, c *Case, version int64, to State) error {
	if c.Version != version {
		return conflict(ctx, tx, c.ID, "the case changed since this page was made")
	}
	if !slices.Contains(transitions[c.State], to) {
		return conflict(ctx, tx, c.ID, fmt.Sprintf("a case that is %s cannot be %s", c.State, to))
	}
	return nil
}

func checkRecipients(to, cc []compose.Address, own []string) error {
	if len(to) == 0 {
		return unfit("the answer has no recipient: name one under To")
	}
	seen := map[string]bool{}
	for _, a := range slices.Concat(to, cc) {
		addr := strings.ToLower(a.Address)
		switch {
		case !strings.Contains(addr, "@") || strings.ContainsAny(addr, " \r\n<>,;\x00"):
			return unfit("a recipient is no email address: correct To and Cc")
		case seen[addr]:
			return unfit("a recipient is named twice: leave it once in To or Cc")
		case slices.Contains(own, addr):
			return unfit("a recipient is our own address: take it out of To and Cc")
		}
		seen[addr] = true
	}
	return nil
}

// fixBytes fills the message's bytes, id, hash and recipients. The same text
// for the same recipients that was released before keeps bytes, Message-ID and
// Date, so that a mail sent twice by a person's word is one mail to its reader.
func fixBytes(ctx context.Context, tx pgx.Tx, c *Case, a Approval, d *Decision) error {
	text := Signed(a.Markdown, a.Person, c.ID)
	hash := compose.Hash(a.Subject, a.To, a.Cc, text)
	d.Hash = hash[:]
	for _, r := range slices.Concat(a.To, a.Cc) {
		d.Recipients = append(d.Recipients, strings.ToLower(r.Address))
	}
	err := tx.QueryRow(ctx, `-- name: BytesAgain
		select message_id, raw from decisions where case_id = $1 and draft_version = $2 and hash = $3
			and exists (select from attempts where decision_id = decisions.id)
		order by id desc limit 1`, c.ID, d.DraftVersion, d.Hash).Scan(&d.MessageID, &d.Raw)
	if err == nil || !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	d.MessageID = casemail.MakeOurID(c.ID, d.DraftVersion, c.secret, a.Letter.Domain)
	m := compose.Mail{From: a.Letter.From, To: a.To, Cc: a.Cc, Subject: a.Subject, Markdown: text,
		MessageID: d.MessageID, Date: a.Now}
	if a.Letter.Plus {
		m.ReplyTo = plusAddress(a.Letter.From.Address, c.ID)
	}
	if m.InReplyTo, m.References, err = threadOf(ctx, tx, c.ID); err != nil {
		return err
	}
	d.Raw, err = compose.Compose(m)
	if err != nil {
		return unfit("the mail cannot be made: %v", err) // compose never quotes a value
	}
	return nil
}

// needed refuses an answer that every recipient has already: it would be sent to
// nobody and look answered.
func needed(ctx context.Context, tx pgx.Tx, d *Decision) error {
	for _, r := range d.Recipients {
		if served, err := servedBefore(ctx, tx, d, r); err != nil || !served {
			return err
		}
	}
	return unfit("every recipient has this very text already: change the text or the recipients, or say that it arrived")
}

// Signed returns the text as it goes out: the approver's name and credential,
// then the case tag as its last line.
func Signed(markdown string, p Person, caseID int64) string {
	tag := draft.Tag(caseID)
	body := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(markdown, " \r\n"), tag), " \r\n")
	name := p.Name
	if p.Credential != "" {
		name += ", " + p.Credential
	}
	return body + "\n\n" + draft.Escape(name) + "\n\n" + tag + "\n"
}

func plusAddress(addr string, caseID int64) string {
	local, domain, _ := strings.Cut(addr, "@")
	return fmt.Sprintf("%s+case-%d@%s", local, caseID, domain)
}

// threadOf returns the newest mail's Message-ID and the chain before it.
func threadOf(ctx context.Context, tx pgx.Tx, caseID int64) (inReplyTo string, refs []string, err error) {
	rows, err := tx.Query(ctx, `-- name: ThreadOfCase
		select id from (
			select message_id as id, received_at as at from messages where case_id = $1 and state = 'case'
			union all
			select d.message_id, d.decided_at from decisions d where d.case_id = $1 and d.withdrawn_at is null
				and exists (select from attempts a where a.decision_id = d.id and a.state = 'sent')
		) t where id <> '' order by at`, caseID)
	if err != nil {
		return "", nil, err
	}
	if refs, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return "", nil, err
	}
	err = tx.QueryRow(ctx, `select message_id from messages where case_id = $1 and state = 'case' and message_id <> ''
		order by id desc limit 1`, caseID).Scan(&inReplyTo)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", refs, nil
	}
	return inReplyTo, refs, err
}

func insertDecision(ctx context.Context, tx pgx.Tx, d *Decision, key, reason string) error {
	var release *time.Time
	if !d.ReleaseAt.IsZero() {
		release = &d.ReleaseAt
	}
	if d.Recipients == nil {
		d.Recipients = []string{}
	}
	err := tx.QueryRow(ctx, `-- name: InsertDecision
		insert into decisions (case_id, draft_version, verdict, person, decided_at, last_message, hash, reason,
			message_id, raw, recipients, release_at, idempotency)
		values ($1, nullif($2::int, 0), $3, $4, $5, $6, $7, $8, nullif($9, ''), $10, $11, $12, $13) returning id`,
		d.CaseID, d.DraftVersion, d.Verdict, d.Person, d.DecidedAt, d.LastMessage, d.Hash, reason,
		d.MessageID, d.Raw, d.Recipients, release, key).Scan(&d.ID)
	if err != nil {
		return fmt.Errorf("case %d: store decision: %w", d.CaseID, err)
	}
	return nil
}

const decisionColumns = `id, case_id, coalesce(draft_version, 0), verdict, person, decided_at, last_message, hash,
	coalesce(message_id, ''), raw, recipients, coalesce(release_at, 'epoch'),
	case when withdrawn_at is null then '' else withdrawn_why end`

func decisionByKey(ctx context.Context, tx pgx.Tx, key string) (*Decision, error) {
	if key == "" {
		return nil, errors.New("the page sent no idempotency key: reload it")
	}
	d, err := oneDecision(ctx, tx, `idempotency = $1`, key)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return d, err
}

// LastDecision returns the newest decision on a case, or ErrNotFound.
func LastDecision(ctx context.Context, tx pgx.Tx, caseID int64) (*Decision, error) {
	return oneDecision(ctx, tx, `case_id = $1 order by id desc limit 1`, caseID)
}

func oneDecision(ctx context.Context, tx pgx.Tx, where string, arg any) (*Decision, error) {
	rows, err := tx.Query(ctx, `-- name: Decision
		select `+decisionColumns+` from decisions where `+where, arg)
	if err != nil {
		return nil, err
	}
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByPos[Decision])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNotFound
	}
	return d, err
}

// Undo takes an approved answer back while the case is approved: it returns to
// drafted with the same draft, claimed by person. Afterwards it is a *Conflict:
// too late.
func Undo(ctx context.Context, tx pgx.Tx, caseID int64, person Person, now time.Time) error {
	c, err := lock(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if c.State != Approved {
		return conflict(ctx, tx, caseID, "too late to undo")
	}
	if err := Withdraw(ctx, tx, caseID, person.Email, "undone", now); err != nil {
		return err
	}
	_, err = Claim(ctx, tx, caseID, person, true, now)
	return err
}

// Withdraw takes the standing decision of an approved or not yet started case
// back and the case to drafted. why is a reason of ours, shown on the page.
func Withdraw(ctx context.Context, tx pgx.Tx, caseID int64, actor, why string, now time.Time) error {
	c, err := lock(ctx, tx, caseID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `-- name: Withdraw
		update decisions set withdrawn_at = $2, withdrawn_why = $3
		where id = (select max(id) from decisions where case_id = $1) and withdrawn_at is null`, caseID, now, why)
	if err != nil {
		return err
	}
	if err := Audit(ctx, tx, caseID, now, actor, "withdrawn", why); err != nil {
		return err
	}
	return move(ctx, tx, caseID, c.State, Drafted)
}

// A Rejection closes a case without an answer.
type Rejection struct {
	CaseID  int64
	Person  Person
	Version int64
	Reason  string // why, in the person's words; shown in the history
	Key     string
	Now     time.Time
}

// Reject records the decision that a case gets no answer.
func Reject(ctx context.Context, tx pgx.Tx, r Rejection) error {
	c, err := lock(ctx, tx, r.CaseID)
	if err != nil {
		return err
	}
	if d, err := decisionByKey(ctx, tx, r.Key); err != nil || d != nil {
		if err == nil && c.State != Rejected {
			return conflict(ctx, tx, c.ID, "this decision was taken back")
		}
		return err
	}
	if strings.TrimSpace(r.Reason) == "" {
		return unfit("say why the case gets no answer")
	}
	if err := mayDecide(ctx, tx, c, r.Version, Rejected); err != nil {
		return err
	}
	if _, err := claimLocked(ctx, tx, c, r.Person, false, r.Now); err != nil {
		return err
	}
	d := &Decision{CaseID: c.ID, DraftVersion: c.DraftVersion, Verdict: VerdictReject, Person: r.Person.ID,
		DecidedAt: r.Now, LastMessage: c.LastMessage, Hash: []byte{}}
	if err := insertDecision(ctx, tx, d, r.Key, r.Reason); err != nil {
		return err
	}
	if err := unclaim(ctx, tx, c.ID); err != nil {
		return err
	}
	if err := Audit(ctx, tx, c.ID, r.Now, r.Person.Email, "rejected", fmt.Sprintf("decision %d", d.ID)); err != nil {
		return err
	}
	return move(ctx, tx, c.ID, c.State, Rejected)
}

// Restore takes a rejected case back into the queue.
func Restore(ctx context.Context, tx pgx.Tx, caseID int64, person Person, now time.Time) error {
	if _, err := lock(ctx, tx, caseID); err != nil {
		return err
	}
	if err := Audit(ctx, tx, caseID, now, person.Email, "restored", ""); err != nil {
		return err
	}
	return move(ctx, tx, caseID, Rejected, Drafted)
}

// Fits reports whether the bytes and recipients of d are those of its draft as
// the person approved it: the last check before anything leaves.
func Fits(d *Decision, text *Draft, approver Person) bool {
	hash := compose.Hash(text.Subject, text.To, text.Cc, Signed(text.Markdown, approver, d.CaseID))
	return text.Version == d.DraftVersion && bytes.Equal(hash[:], d.Hash)
}
