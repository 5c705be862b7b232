package consult

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ClaimFor is how long a claim lasts after the last key or click (UX.md, 6).
const ClaimFor = 20 * time.Minute

// ErrClaimed says that another person holds the case.
type ErrClaimed struct {
	CaseID int64
	By     string
	Until  time.Time
}

// Error says until when, and not who.
func (e *ErrClaimed) Error() string {
	return fmt.Sprintf("case %d is claimed by another person until %s", e.CaseID, e.Until.Format(time.TimeOnly))
}

// Claim takes or renews the case for person until now+ClaimFor. A living claim
// of somebody else is an *ErrClaimed, unless take says to take it over.
func Claim(ctx context.Context, tx pgx.Tx, id int64, person Person, take bool, now time.Time) (until time.Time, err error) {
	c, err := lock(ctx, tx, id)
	if err != nil {
		return time.Time{}, err
	}
	return claimLocked(ctx, tx, c, person, take, now)
}

func claimLocked(ctx context.Context, tx pgx.Tx, c *Case, person Person, take bool, now time.Time) (time.Time, error) {
	if !c.HeldBy(person.ID, now) && !take {
		return time.Time{}, &ErrClaimed{c.ID, c.ClaimedName, c.ClaimedUntil}
	}
	until := now.Add(ClaimFor)
	if _, err := tx.Exec(ctx, `-- name: Claim
		update cases set claimed_by = $2, claimed_until = $3 where id = $1`, c.ID, person.ID, until); err != nil {
		return time.Time{}, err
	}
	if c.ClaimedBy == person.ID {
		return until, nil // a renewal, silent
	}
	action := "claimed"
	if !c.HeldBy(person.ID, now) {
		action = "taken over"
	}
	if err := Audit(ctx, tx, c.ID, now, person.Email, action, ""); err != nil {
		return time.Time{}, err
	}
	return until, notify(ctx, tx, c.ID)
}

// GiveBack ends person's claim; somebody else's stays.
func GiveBack(ctx context.Context, tx pgx.Tx, id int64, person Person, now time.Time) error {
	if _, err := lock(ctx, tx, id); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `-- name: GiveBack
		update cases set claimed_by = null, claimed_until = null where id = $1 and claimed_by = $2`, id, person.ID)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	if err := Audit(ctx, tx, id, now, person.Email, "given back", ""); err != nil {
		return err
	}
	return notify(ctx, tx, id)
}

// unclaim ends whoever's claim, in the transaction that ends the work.
func unclaim(ctx context.Context, tx pgx.Tx, id int64) error {
	_, err := tx.Exec(ctx, `-- name: Unclaim
		update cases set claimed_by = null, claimed_until = null where id = $1`, id)
	return err
}
