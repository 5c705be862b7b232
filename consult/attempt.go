package consult

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// AttemptLease bounds an attempt: one that holds its lease longer died with its
// process, and what became of it is unknown. It is longer than the ten minutes
// that SMTP gives a server for its last answer (RFC 5321 section 4.5.3.2.6).
const AttemptLease = 15 * time.Minute

// retries is how long to wait after the nth temporary refusal; then the answer
// is refused (RELIABILITY.md D: up to two days).
var retries = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour,
	4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// AttemptState is where one try for one recipient stands.
type AttemptState string

// The states of an attempt. Started past its lease is unknown.
const (
	AttemptStarted  AttemptState = "started"
	AttemptSent     AttemptState = "sent"
	AttemptDeferred AttemptState = "deferred"
	AttemptRefused  AttemptState = "refused"
	AttemptUnknown  AttemptState = "unknown"
)

// An Attempt is one try to hand a decision's bytes to one recipient.
type Attempt struct {
	ID         int64
	DecisionID int64
	Recipient  string
	Try        int
	State      AttemptState
	StartedAt  time.Time
	LeaseUntil time.Time
	FinishedAt time.Time
	Phase      string // of SMTP, where it ended
	Code       int
	Status     string // enhanced status code
	Reply      string // the server's words
	NextAt     time.Time
}

const attemptColumns = `a.id, a.decision_id, a.recipient, a.try, a.state, a.started_at, a.lease_until,
	coalesce(a.finished_at, 'epoch'), a.phase, a.code, a.status, a.reply, coalesce(a.next_at, 'epoch')`

// Attempts returns the attempts on a case's decisions, oldest first.
func Attempts(ctx context.Context, tx pgx.Tx, caseID int64) ([]Attempt, error) {
	rows, err := tx.Query(ctx, `-- name: Attempts
		select `+attemptColumns+` from attempts a join decisions d on d.id = a.decision_id
		where d.case_id = $1 order by a.id`, caseID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Attempt])
}

func anyAttempt(ctx context.Context, tx pgx.Tx, caseID int64) (found bool, err error) {
	err = tx.QueryRow(ctx, `-- name: AnyAttempt
		select exists (select from attempts a join decisions d on d.id = a.decision_id
			where d.id = (select max(id) from decisions where case_id = $1) and a.state in ('started', 'sent', 'unknown'))`, caseID).Scan(&found)
	return found, err
}

// ErrHeld says why a decision does not go out now. The sending job ends without
// an error: what follows comes from a person or from a later job.
type ErrHeld struct {
	Why   string
	Until time.Time // look again then; zero: never by itself
}

// Error says why.
func (e *ErrHeld) Error() string { return "held: " + e.Why }

// BeginSending opens the gate for a decision: after it commits, the case is
// sending and StartAttempt may follow. It refuses, as *ErrHeld, a decision that
// was withdrawn, whose undo window is open, whose text or recipients differ
// from what was approved, that a newer mail overtook (the case then returns to
// drafted), or while sending is paused.
func BeginSending(ctx context.Context, tx pgx.Tx, decisionID int64, now time.Time) (*Decision, error) {
	d, err := oneDecision(ctx, tx, `id = $1`, decisionID)
	if err != nil {
		return nil, fmt.Errorf("decision %d: %w", decisionID, err)
	}
	c, err := lock(ctx, tx, d.CaseID)
	if err != nil {
		return nil, err
	}
	if d, err = oneDecision(ctx, tx, `id = $1`, decisionID); err != nil { // as it is under the lock
		return nil, err
	}
	switch last, err := LastDecision(ctx, tx, c.ID); {
	case err != nil:
		return nil, err
	case d.Withdrawn != "" || last.ID != d.ID:
		return nil, &ErrHeld{Why: "the decision no longer stands"}
	case c.State == Sending:
		return d, nil
	case c.State != Approved:
		return nil, &ErrHeld{Why: "the case is " + string(c.State)}
	case now.Before(d.ReleaseAt):
		return nil, &ErrHeld{Why: "the undo window is open", Until: d.ReleaseAt}
	}
	if err := unpaused(ctx, tx, now); err != nil {
		return nil, err
	}
	if why, err := overtaken(ctx, tx, c, d); err != nil {
		return nil, err
	} else if why != "" {
		if err := Withdraw(ctx, tx, c.ID, Machine, why, now); err != nil {
			return nil, err
		}
		return nil, &ErrHeld{Why: why}
	}
	return d, move(ctx, tx, c.ID, Approved, Sending)
}

// overtaken says what happened to the case since d was taken, or "".
func overtaken(ctx context.Context, tx pgx.Tx, c *Case, d *Decision) (string, error) {
	if c.LastMessage != d.LastMessage {
		return "a newer mail of the asker joined", nil
	}
	text, err := LoadDraft(ctx, tx, c.ID, d.DraftVersion)
	if err != nil {
		return "", err
	}
	approver, err := PersonByID(ctx, tx, d.Person)
	if err != nil {
		return "", err
	}
	if c.DraftVersion != d.DraftVersion || !Fits(d, text, approver) {
		return "text or recipients differ from what was approved", nil
	}
	return "", nil
}

// StartAttempt opens the next try for the first recipient of d that still needs
// one. It commits before SMTP begins. Nil means that none is left to try now;
// call Conclude. A living attempt of another process is an *ErrHeld.
func StartAttempt(ctx context.Context, tx pgx.Tx, d *Decision, lease time.Duration, now time.Time) (*Attempt, error) {
	if err := stands(ctx, tx, d); err != nil {
		return nil, err
	}
	latest, err := latestAttempts(ctx, tx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range d.Recipients {
		last, tried := latest[r]
		if tried && last.State == AttemptStarted {
			if now.Before(last.LeaseUntil) {
				return nil, &ErrHeld{Why: "another process is sending", Until: last.LeaseUntil}
			}
			if err := expire(ctx, tx, d.CaseID, last, now); err != nil {
				return nil, err
			}
			continue
		}
		if tried && !(last.State == AttemptDeferred && !now.Before(last.NextAt)) {
			continue
		}
		if served, err := servedBefore(ctx, tx, d, r); err != nil {
			return nil, err
		} else if served {
			continue
		}
		if err := unpaused(ctx, tx, now); err != nil {
			return nil, err
		}
		return insertAttempt(ctx, tx, d, r, last.Try+1, lease, now)
	}
	return nil, nil
}

// stands refuses, as *ErrHeld, a decision that no longer is what the case is
// sending: a newer mail may have taken it back since BeginSending. It takes the
// case's row lock.
func stands(ctx context.Context, tx pgx.Tx, d *Decision) error {
	c, err := lock(ctx, tx, d.CaseID)
	if err != nil {
		return err
	}
	last, err := LastDecision(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if c.State != Sending || last.ID != d.ID || last.Withdrawn != "" {
		return &ErrHeld{Why: "the decision no longer stands"}
	}
	return nil
}

func insertAttempt(ctx context.Context, tx pgx.Tx, d *Decision, recipient string, try int, lease time.Duration, now time.Time) (*Attempt, error) {
	a := &Attempt{DecisionID: d.ID, Recipient: recipient, Try: try, State: AttemptStarted, StartedAt: now, LeaseUntil: now.Add(lease)}
	err := tx.QueryRow(ctx, `-- name: StartAttempt
		insert into attempts (decision_id, recipient, try, state, started_at, lease_until)
		values ($1, $2, $3, 'started', $4, $5) returning id`,
		a.DecisionID, a.Recipient, a.Try, a.StartedAt, a.LeaseUntil).Scan(&a.ID)
	if err != nil {
		return nil, fmt.Errorf("decision %d: start attempt: %w", d.ID, err)
	}
	return a, Audit(ctx, tx, d.CaseID, now, Machine, "attempt started", fmt.Sprintf("attempt %d decision %d", a.ID, d.ID))
}

// latestAttempts returns the newest attempt of each recipient.
func latestAttempts(ctx context.Context, tx pgx.Tx, decisionID int64) (map[string]Attempt, error) {
	rows, err := tx.Query(ctx, `-- name: LatestAttempts
		select distinct on (a.recipient) `+attemptColumns+` from attempts a
		where a.decision_id = $1 order by a.recipient, a.try desc`, decisionID)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Attempt])
	if err != nil {
		return nil, err
	}
	latest := map[string]Attempt{}
	for _, a := range list {
		latest[a.Recipient] = a
	}
	return latest, nil
}

// servedBefore reports whether an earlier decision with the same text already
// reached the recipient.
func servedBefore(ctx context.Context, tx pgx.Tx, d *Decision, recipient string) (served bool, err error) {
	err = tx.QueryRow(ctx, `-- name: ServedBefore
		select exists (select from attempts a join decisions b on b.id = a.decision_id
			where b.case_id = $1 and b.message_id = $2 and a.recipient = $3 and a.state = 'sent')`,
		d.CaseID, d.MessageID, recipient).Scan(&served)
	return served, err
}

func expire(ctx context.Context, tx pgx.Tx, caseID int64, a Attempt, now time.Time) error {
	_, err := tx.Exec(ctx, `-- name: ExpireAttempt
		update attempts set state = 'unknown', finished_at = $2, phase = 'lease',
			reply = 'the process that was sending died' where id = $1 and state = 'started'`, a.ID, now)
	if err != nil {
		return err
	}
	return Audit(ctx, tx, caseID, now, Machine, "attempt unknown", fmt.Sprintf("attempt %d lost its process", a.ID))
}

// FinishAttempt records what became of an attempt. A deferred one gets its next
// time, or is refused when its tries are used up. An attempt whose lease ran
// out meanwhile is already unknown and stays so.
func FinishAttempt(ctx context.Context, tx pgx.Tx, caseID int64, a *Attempt, now time.Time) error {
	if _, err := lock(ctx, tx, caseID); err != nil {
		return err
	}
	var next *time.Time
	if a.State == AttemptDeferred {
		if a.Try > len(retries) {
			a.State = AttemptRefused
		} else {
			t := now.Add(retries[a.Try-1])
			next, a.NextAt = &t, t
		}
	}
	tag, err := tx.Exec(ctx, `-- name: FinishAttempt
		update attempts set state = $2, finished_at = $3, phase = $4, code = $5, status = $6, reply = $7, next_at = $8
		where id = $1 and state = 'started'`, a.ID, a.State, now, a.Phase, a.Code, a.Status, a.Reply, next)
	if err != nil {
		return fmt.Errorf("attempt %d: %w", a.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	return Audit(ctx, tx, caseID, now, Machine, "attempt "+string(a.State), fmt.Sprintf("attempt %d phase %s code %d", a.ID, a.Phase, a.Code))
}

// A Conclusion is how the sending of a decision ended, or when it goes on.
type Conclusion struct {
	End      State     // answered, waiting for asker, refused or unknown; Sending while a recipient is deferred
	Next     time.Time // when the deferred one is due; zero: none
	Reopened bool      // a mail joined meanwhile: the case is open again and needs a draft
}

// Conclude ends the sending of d when no recipient is left to try now. A mail
// that joined while the answer was under way opens the case again.
func Conclude(ctx context.Context, tx pgx.Tx, d *Decision, now time.Time) (Conclusion, error) {
	c, err := lock(ctx, tx, d.CaseID)
	if err != nil {
		return Conclusion{}, err
	}
	if c.State != Sending {
		return Conclusion{End: c.State}, nil
	}
	latest, err := latestAttempts(ctx, tx, d.ID)
	if err != nil {
		return Conclusion{}, err
	}
	var end Conclusion
	if end.End, end.Next = outcome(d, latest); !end.Next.IsZero() {
		return end, nil
	}
	if err := Audit(ctx, tx, c.ID, now, Machine, "sending ended", fmt.Sprintf("decision %d %s", d.ID, end.End)); err != nil {
		return end, err
	}
	if err := move(ctx, tx, c.ID, Sending, end.End); err != nil || c.LastMessage == d.LastMessage {
		return end, err
	}
	c.State, end.Reopened = end.End, true
	if err := reopen(ctx, tx, c); err != nil {
		return end, err
	}
	return end, move(ctx, tx, c.ID, end.End, Open)
}

func outcome(d *Decision, latest map[string]Attempt) (State, time.Time) {
	var next time.Time
	var states []AttemptState
	for _, a := range latest {
		states = append(states, a.State)
		if a.State == AttemptDeferred && (next.IsZero() || a.NextAt.Before(next)) {
			next = a.NextAt
		}
	}
	switch {
	case !next.IsZero():
		return Sending, next
	case slices.Contains(states, AttemptUnknown):
		return UnknownIf, next
	case slices.Contains(states, AttemptRefused):
		return Refused, next
	case d.Verdict == VerdictAsk:
		return Waiting, next
	}
	return Answered, next
}

// Expire turns every attempt past its lease into unknown, so that an interrupted
// answer shows up without anybody sending. It returns the decisions it touched;
// a send job concludes them.
func Expire(ctx context.Context, tx pgx.Tx, now time.Time) ([]int64, error) {
	rows, err := tx.Query(ctx, `-- name: LostAttempts
		select distinct a.decision_id from attempts a where a.state = 'started' and a.lease_until <= $1
		order by a.decision_id`, now)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, err
	}
	var touched []int64
	for _, id := range ids {
		d, err := oneDecision(ctx, tx, `id = $1`, id)
		if err != nil {
			return nil, err
		}
		if _, err := lock(ctx, tx, d.CaseID); err != nil {
			return nil, err
		}
		latest, err := latestAttempts(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		for _, a := range latest {
			if a.State == AttemptStarted && !now.Before(a.LeaseUntil) {
				if err := expire(ctx, tx, d.CaseID, a, now); err != nil {
					return nil, err
				}
			}
		}
		touched = append(touched, id)
	}
	return touched, nil
}

// Settle is a person's word on a refused or unknown answer: it did arrive after
// all, or the draft is to be worked on again. To send again is an Approval.
func Settle(ctx context.Context, tx pgx.Tx, caseID int64, person Person, version int64, arrived bool, now time.Time) error {
	c, err := lock(ctx, tx, caseID)
	if err != nil {
		return err
	}
	to, action := Drafted, "to be worked on again"
	if arrived {
		to, action = Answered, "said to have arrived"
	}
	if c.State != Refused && c.State != UnknownIf {
		return conflict(ctx, tx, caseID, "nothing is left open about this answer")
	}
	if err := mayDecide(ctx, tx, c, version, to); err != nil {
		return err
	}
	if !c.HeldBy(person.ID, now) {
		return &ErrClaimed{c.ID, c.ClaimedName, c.ClaimedUntil}
	}
	if err := Audit(ctx, tx, caseID, now, person.Email, action, ""); err != nil {
		return err
	}
	return move(ctx, tx, caseID, c.State, to)
}

// Bounced records a delivery report on the answer of a decision. A failed one
// takes the recipient's attempt and, where no later decision stands, the case to
// refused; a delayed one is a note in the history. A report for a recipient that
// we did not address (a forwarding) is about the only one, or leaves all in
// doubt: unknown.
func Bounced(ctx context.Context, tx pgx.Tx, decisionID int64, recipient, action, status string, now time.Time) error {
	d, err := oneDecision(ctx, tx, `id = $1`, decisionID)
	if err != nil {
		return err
	}
	c, err := lock(ctx, tx, d.CaseID)
	if err != nil {
		return err
	}
	if err := Audit(ctx, tx, c.ID, now, Machine, "delivery report", fmt.Sprintf("decision %d %s %s", d.ID, action, status)); err != nil {
		return err
	}
	if action != "failed" {
		return notify(ctx, tx, c.ID)
	}
	if err := AddFlag(ctx, tx, c.ID, FlagBounce); err != nil {
		return err
	}
	state := AttemptRefused
	if !slices.Contains(d.Recipients, recipient) {
		recipient = ""
		if len(d.Recipients) > 1 {
			state = AttemptUnknown
		}
	}
	_, err = tx.Exec(ctx, `-- name: BouncedAttempt
		update attempts set state = $3, phase = 'report', status = $4, finished_at = $5, reply = 'a delivery report came back'
		where state in ('sent', 'unknown') and ($2 = '' or recipient = $2)
			and decision_id in (select id from decisions where case_id = $1 and message_id = $6)`,
		c.ID, recipient, state, status, now, d.MessageID)
	if err != nil {
		return err
	}
	last, err := LastDecision(ctx, tx, c.ID)
	if err != nil || last.MessageID != d.MessageID || c.State != Answered && c.State != Waiting {
		return err // a later answer stands, or a person decides already
	}
	return move(ctx, tx, c.ID, c.State, Refused)
}
