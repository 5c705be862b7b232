package jobs

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// A Batch is a run of messages read from one mailbox: inbox.Batch, without
// knowing inbox.
type Batch struct {
	UIDValidity uint32
	LastUID     uint32 // the new cursor; 0 leaves the cursor
	UIDs        []uint32
	Bodies      [][]byte // one for each of UIDs, whole
	Missing     map[uint32]string
}

const chunk = 1 << 20

// Register makes the mailbox known. It is called once at start.
func Register(ctx context.Context, pool *pgxpool.Pool, mailbox string) error {
	_, err := pool.Exec(ctx, `-- name: RegisterMailbox
		insert into mailboxes (name) values ($1) on conflict do nothing`, mailbox)
	return err
}

// Deliver stores a batch in one transaction: new bytes, where they were seen,
// an intake job for each new message, UIDs that did not come, and the cursor.
// A mail whose bytes are there already gets another sighting and no job.
func (q *Queue) Deliver(ctx context.Context, mailbox string, b Batch) error {
	return pgx.BeginFunc(ctx, q.pool, func(tx pgx.Tx) error {
		if err := q.deliver(ctx, tx, mailbox, b); err != nil {
			return fmt.Errorf("deliver to %s: %w", mailbox, err)
		}
		failpoint("deliver")
		return nil
	})
}

func (q *Queue) deliver(ctx context.Context, tx pgx.Tx, mailbox string, b Batch) error {
	// One delivery to a mailbox at a time, also while a lease changes hands.
	if _, err := tx.Exec(ctx, `-- name: LockMailbox
		select from mailboxes where name = $1 for update`, mailbox); err != nil {
		return err
	}
	fresh, err := storeMessages(ctx, tx, mailbox, b)
	if err != nil {
		return err
	}
	if len(fresh) > 0 {
		if err := storeRaw(ctx, tx, fresh); err != nil {
			return err
		}
		jobs := make([]river.InsertManyParams, 0, len(fresh))
		for _, m := range fresh {
			jobs = append(jobs, river.InsertManyParams{Args: IntakeArgs{m.id}})
		}
		if _, err := q.client.InsertManyFastTx(ctx, tx, jobs); err != nil {
			return err
		}
	}
	if err := storeMissing(ctx, tx, mailbox, b); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `-- name: MoveCursor
		update mailboxes set uidvalidity = $2, last_uid = case when uidvalidity = $2 then greatest(last_uid, $3) else $3 end
		where name = $1 and $3 > 0`, mailbox, int64(b.UIDValidity), int64(b.LastUID))
	return err
}

type freshMessage struct {
	id    int64
	month time.Time
	body  []byte
}

// storeMessages inserts the messages and sightings of a batch and returns those
// that were not there before.
func storeMessages(ctx context.Context, tx pgx.Tx, mailbox string, b Batch) ([]freshMessage, error) {
	if len(b.UIDs) == 0 {
		return nil, nil
	}
	sums, sizes, uids := make([][]byte, len(b.UIDs)), make([]int32, len(b.UIDs)), make([]int64, len(b.UIDs))
	bodies := map[[32]byte][]byte{}
	for i, body := range b.Bodies {
		sum := sha256.Sum256(body)
		sums[i], sizes[i], uids[i] = sum[:], int32(len(body)), int64(b.UIDs[i])
		bodies[sum] = body
	}
	rows, err := tx.Query(ctx, `-- name: StoreMessages
		with input as (select * from unnest($2::bytea[], $3::int[], $4::bigint[]) as i (sha256, size, uid)),
		new as (
			insert into messages (mailbox, sha256, size) select $1, sha256, size from input order by uid
			on conflict (mailbox, sha256) do nothing returning id, sha256, received_at),
		seen as (
			insert into sightings (mailbox, uidvalidity, uid, message_id)
			select $1, $5, i.uid, coalesce(n.id, m.id) from input i
			left join new n using (sha256) left join messages m on m.mailbox = $1 and m.sha256 = i.sha256
			on conflict do nothing)
		select id, sha256, date_trunc('month', received_at at time zone 'UTC')::date from new`,
		mailbox, sums, sizes, uids, int64(b.UIDValidity))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (freshMessage, error) {
		var m freshMessage
		var sum []byte
		err := row.Scan(&m.id, &sum, &m.month)
		m.body = bodies[[32]byte(sum)]
		return m, err
	})
}

func storeRaw(ctx context.Context, tx pgx.Tx, fresh []freshMessage) error {
	var rows [][]any
	for _, m := range fresh {
		for part, rest := 0, m.body; part == 0 || len(rest) > 0; part++ {
			n := min(len(rest), chunk)
			rows = append(rows, []any{m.month, m.id, part, rest[:n]})
			rest = rest[n:]
		}
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"raw"}, []string{"month", "message_id", "part", "bytes"}, pgx.CopyFromRows(rows))
	return err
}

func storeMissing(ctx context.Context, tx pgx.Tx, mailbox string, b Batch) error {
	for uid, reason := range b.Missing {
		if _, err := tx.Exec(ctx, `-- name: StoreMissing
			insert into missing_uids (mailbox, uidvalidity, uid, reason) values ($1, $2, $3, $4)
			on conflict (mailbox, uidvalidity, uid) do update
			set tries = missing_uids.tries + 1, last_at = now(), reason = excluded.reason`,
			mailbox, int64(b.UIDValidity), int64(uid), reason); err != nil {
			return err
		}
	}
	if len(b.UIDs) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `-- name: CameAfterAll
		delete from missing_uids where mailbox = $1 and uidvalidity = $2 and uid = any($3)`,
		mailbox, int64(b.UIDValidity), b.UIDs)
	return err
}

// Cursor returns where reading of a mailbox stopped; zeros where it never began.
func Cursor(ctx context.Context, pool *pgxpool.Pool, mailbox string) (uidvalidity, lastUID uint32, err error) {
	var v, l int64
	err = pool.QueryRow(ctx, `-- name: Cursor
		select uidvalidity, last_uid from mailboxes where name = $1`, mailbox).Scan(&v, &l)
	return uint32(v), uint32(l), err
}

// Unseen returns those of uids that were never delivered under uidvalidity.
func Unseen(ctx context.Context, pool *pgxpool.Pool, mailbox string, uidvalidity uint32, uids []uint32) ([]uint32, error) {
	wide := make([]int64, len(uids))
	for i, u := range uids {
		wide[i] = int64(u)
	}
	rows, err := pool.Query(ctx, `-- name: Unseen
		select u from unnest($3::bigint[]) as t (u) where not exists (
			select from sightings where mailbox = $1 and uidvalidity = $2 and uid = u) order by u`,
		mailbox, int64(uidvalidity), wide)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, rowToUID)
}

// Missing returns the UIDs that would not come under uidvalidity, to be tried
// again. One that was expunged before it could be read never comes.
func Missing(ctx context.Context, pool *pgxpool.Pool, mailbox string, uidvalidity uint32) ([]uint32, error) {
	rows, err := pool.Query(ctx, `-- name: Missing
		select uid from missing_uids
		where mailbox = $1 and uidvalidity = $2 and reason <> 'expunged' order by uid`, mailbox, int64(uidvalidity))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, rowToUID)
}

func rowToUID(row pgx.CollectableRow) (uint32, error) {
	var u int64
	err := row.Scan(&u)
	return uint32(u), err
}

// Polled records a completed look at a mailbox (errClass empty) or the class of
// what stopped it.
func Polled(ctx context.Context, pool *pgxpool.Pool, mailbox string, at time.Time, errClass string) error {
	_, err := pool.Exec(ctx, `-- name: Polled
		update mailboxes set
			last_poll = case when $3 = '' then $2 else last_poll end,
			last_error_class = $3, last_error_at = case when $3 <> '' then $2 else last_error_at end,
			needs_sign_in = $3 = 'sign-in'
		where name = $1`, mailbox, at, errClass)
	return err
}

// A Mailbox is what the queue page says of a watched mailbox.
type Mailbox struct {
	Name        string
	LastPoll    time.Time // zero: never
	ErrorClass  string    // empty: the last look went well
	ErrorAt     time.Time
	NeedsSignIn bool
}

// Mailboxes returns all known mailboxes by name.
func Mailboxes(ctx context.Context, tx pgx.Tx) ([]Mailbox, error) {
	rows, err := tx.Query(ctx, `-- name: Mailboxes
		select name, coalesce(last_poll, 'epoch'), last_error_class, coalesce(last_error_at, 'epoch'), needs_sign_in
		from mailboxes order by name`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Mailbox, err error) {
		err = row.Scan(&m.Name, &m.LastPoll, &m.ErrorClass, &m.ErrorAt, &m.NeedsSignIn)
		if m.LastPoll.Unix() == 0 {
			m.LastPoll = time.Time{}
		}
		return m, err
	})
}
