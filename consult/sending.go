package consult

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

var errNoRow = errors.New("the sending row is missing: run migrate")

// SendingPaused returns why nothing is sent, or "".
func SendingPaused(ctx context.Context, tx pgx.Tx) (string, error) {
	var why *string
	err := tx.QueryRow(ctx, `-- name: SendingPaused
		select case when paused_at is not null then reason end from sending`).Scan(&why)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", errNoRow
	}
	if err != nil || why == nil {
		return "", err
	}
	return *why, nil
}

// unpaused refuses, as *ErrHeld, to go on while sending is paused.
func unpaused(ctx context.Context, tx pgx.Tx, now time.Time) error {
	why, err := SendingPaused(ctx, tx)
	if err == nil && why != "" {
		return &ErrHeld{Why: "sending is paused: " + why, Until: now.Add(time.Minute)}
	}
	return err
}

// PauseSending holds every recipient that is not being served right now. The
// first reason stands until ResumeSending; paused is false where one stood.
func PauseSending(ctx context.Context, tx pgx.Tx, why string, now time.Time) (paused bool, err error) {
	tag, err := tx.Exec(ctx, `-- name: PauseSending
		update sending set paused_at = $1, reason = $2 where paused_at is null`, now, why)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	return true, Audit(ctx, tx, 0, now, Machine, "sending paused", why)
}

// ResumeSending lets answers leave again, at an administrator's word.
func ResumeSending(ctx context.Context, tx pgx.Tx, actor string, now time.Time) error {
	tag, err := tx.Exec(ctx, `-- name: ResumeSending
		update sending set paused_at = null, reason = ''`)
	if err == nil && tag.RowsAffected() == 0 {
		err = errNoRow
	}
	if err != nil {
		return err
	}
	return Audit(ctx, tx, 0, now, actor, "sending resumed", "")
}

// afterRestore is how far case numbers jump when a database turns out to be
// another one than the one that sent last: numbers that were given out after
// the backup was made are never given again.
const afterRestore = 10_000

// GuardRestore compares the database with the one that sent last: system
// identifier, timeline and database oid stand in one row. The first call writes
// them; any difference afterwards, or restored, pauses sending until an
// administrator releases it. It reports whether it paused.
func GuardRestore(ctx context.Context, tx pgx.Tx, restored bool, now time.Time) (paused bool, err error) {
	var system, wasSystem string
	var timeline, wasTimeline int
	var oid, wasOID int64
	err = tx.QueryRow(ctx, `-- name: DatabaseIdentity
		select s.system_identifier, s.timeline, s.database_oid,
			(select system_identifier::text from pg_control_system()),
			(select timeline_id from pg_control_checkpoint()),
			(select oid::bigint from pg_database where datname = current_database())
		from sending s for update`).Scan(&wasSystem, &wasTimeline, &wasOID, &system, &timeline, &oid)
	if err != nil {
		return false, fmt.Errorf("identify the database: %w", err)
	}
	same := wasSystem == system && wasTimeline == timeline && wasOID == oid
	if same && !restored {
		return false, nil
	}
	_, err = tx.Exec(ctx, `-- name: RememberDatabase
		update sending set system_identifier = $1, timeline = $2, database_oid = $3`, system, timeline, oid)
	if err != nil || wasSystem == "" && !restored {
		return false, err
	}
	_, err = tx.Exec(ctx, `-- name: JumpCaseNumbers
		select setval(pg_get_serial_sequence('cases', 'id'),
			(select greatest(coalesce(max(id), 0), (select last_value from cases_id_seq)) + $1 from cases))`, afterRestore)
	if err != nil {
		return false, err
	}
	_, err = PauseSending(ctx, tx, "the database was restored: see what would go out, then release it", now)
	return true, err
}

// A SentCopy is an answer that left and belongs into the Sent folder.
type SentCopy struct {
	Mailbox   string
	MessageID string
	Raw       []byte
	Date      time.Time
	Done      bool
}

// LoadSentCopy returns what a decision's copy is made of.
func LoadSentCopy(ctx context.Context, tx pgx.Tx, decisionID int64) (*SentCopy, error) {
	c := new(SentCopy)
	err := tx.QueryRow(ctx, `-- name: LoadSentCopy
		select c.mailbox, d.message_id, d.raw, d.decided_at, d.sent_copy <> ''
		from decisions d join cases c on c.id = d.case_id where d.id = $1`, decisionID).
		Scan(&c.Mailbox, &c.MessageID, &c.Raw, &c.Date, &c.Done)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("decision %d: %w", decisionID, ErrNotFound)
	}
	return c, err
}

// FinishSentCopy records whether the copy was filed.
func FinishSentCopy(ctx context.Context, tx pgx.Tx, decisionID int64, filed bool) error {
	state := "failed"
	if filed {
		state = "done"
	}
	_, err := tx.Exec(ctx, `-- name: FinishSentCopy
		update decisions set sent_copy = $2 where id = $1`, decisionID, state)
	return err
}
