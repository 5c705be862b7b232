package consult

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// A State is where a case stands.
type State string

// The states of a case (DESIGN.md, States).
const (
	Open      State = "open"
	Drafted   State = "drafted"
	Approved  State = "approved"
	Sending   State = "sending"
	Answered  State = "answered"
	Waiting   State = "waiting for asker"
	Rejected  State = "rejected"
	Refused   State = "refused"
	UnknownIf State = "unknown" // sent or not: a person finds out
)

// transitions is the one table of who may follow whom.
var transitions = map[State][]State{
	Open:      {Drafted, Rejected},
	Drafted:   {Drafted, Approved, Rejected},
	Approved:  {Drafted, Sending},
	Sending:   {Drafted, Answered, Waiting, Refused, UnknownIf},
	Answered:  {Open, Refused},
	Waiting:   {Open, Refused},
	Rejected:  {Open, Drafted},
	Refused:   {Open, Approved, Answered, Drafted},
	UnknownIf: {Open, Approved, Answered, Drafted},
}

// ErrNotFound is returned for a case, draft, decision or person that is not there.
var ErrNotFound = errors.New("not found")

// A Conflict says that a case is not as the caller expected. State and Version
// are the present ones; Why is a sentence for the page.
type Conflict struct {
	State   State
	Version int64
	Why     string
}

// Error is for logs; a page shows Why.
func (c *Conflict) Error() string {
	return fmt.Sprintf("conflict: %s (case is %s, version %d)", c.Why, c.State, c.Version)
}

// closed are the states in which a case has left the queue.
func closed(s State) bool { return s == Answered || s == Rejected }

// move takes a case from one state to another and raises its version.
func move(ctx context.Context, tx pgx.Tx, id int64, from, to State) error {
	if !slices.Contains(transitions[from], to) {
		return fmt.Errorf("case %d: no way from %q to %q", id, from, to)
	}
	tag, err := tx.Exec(ctx, `-- name: MoveCase
		with moved as (
			update cases set state = $3, version = version + 1,
				closed_at = case when $4 then coalesce(closed_at, now()) end
			where id = $1 and state = $2 returning id)
		select pg_notify('case', id::text) from moved`, id, from, to, closed(to))
	if err != nil {
		return fmt.Errorf("case %d: to %s: %w", id, to, err)
	}
	if tag.RowsAffected() == 0 {
		return conflict(ctx, tx, id, fmt.Sprintf("the case is no longer %s", from))
	}
	return nil
}

// conflict builds a Conflict with the present state of case id.
func conflict(ctx context.Context, tx pgx.Tx, id int64, why string) error {
	c := &Conflict{Why: why}
	err := tx.QueryRow(ctx, `select state, version from cases where id = $1`, id).Scan(&c.State, &c.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("case %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return err
	}
	return c
}

// notify tells the queue pages, at commit, that case id changed.
func notify(ctx context.Context, tx pgx.Tx, id int64) error {
	_, err := tx.Exec(ctx, `select pg_notify('case', $1::bigint::text)`, id)
	return err
}
