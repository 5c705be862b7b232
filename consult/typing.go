package consult

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// An Autosave is a text being typed: not yet a version, never lost.
type Autosave struct {
	Base     int
	Subject  string
	Markdown string
	SavedAt  time.Time
}

// SaveTyping keeps what a person has typed so far and renews their claim where
// nobody else holds the case. It never fails for a claim or a newer version:
// typed characters are kept whatever happened to the case.
func SaveTyping(ctx context.Context, tx pgx.Tx, caseID int64, person Person, a Autosave) error {
	c, err := lock(ctx, tx, caseID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `-- name: Autosave
		insert into autosaves (case_id, person, base, subject, markdown, saved_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (case_id, person) do update
		set base = excluded.base, subject = excluded.subject, markdown = excluded.markdown, saved_at = excluded.saved_at`,
		caseID, person.ID, a.Base, a.Subject, a.Markdown, a.SavedAt)
	if err != nil {
		return fmt.Errorf("case %d: autosave: %w", caseID, err)
	}
	if c.State == Drafted && c.HeldBy(person.ID, a.SavedAt) {
		_, err = claimLocked(ctx, tx, c, person, false, a.SavedAt)
	}
	return err
}

// Typing returns what a person has typed and not yet saved as a version, or nil.
func Typing(ctx context.Context, tx pgx.Tx, caseID, person int64) (*Autosave, error) {
	a := new(Autosave)
	err := tx.QueryRow(ctx, `-- name: Typing
		select base, subject, markdown, saved_at from autosaves where case_id = $1 and person = $2`, caseID, person).
		Scan(&a.Base, &a.Subject, &a.Markdown, &a.SavedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return a, err
}

// DropTyping throws a person's unsaved text away, at their word.
func DropTyping(ctx context.Context, tx pgx.Tx, caseID, person int64) error {
	return dropAutosave(ctx, tx, caseID, person)
}

func dropAutosave(ctx context.Context, tx pgx.Tx, caseID, person int64) error {
	_, err := tx.Exec(ctx, `-- name: DropAutosave
		delete from autosaves where case_id = $1 and person = $2`, caseID, person)
	return err
}
