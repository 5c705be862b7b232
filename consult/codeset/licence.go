package codeset

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// licensed is the condition that a release s may be shown: it is free, or the
// agreement under which it was loaded is the current one.
const licensed = `(s.licence = '' or s.licence = (select reference from licences order by id desc limit 1))`

// CurrentLicence is the reference of the agreement under which the AMA's CPT
// descriptors may be shown, "" while there is none.
func CurrentLicence(ctx context.Context, tx pgx.Tx) (string, error) {
	const query = `-- name: codeset.licence
select reference from licences order by id desc limit 1`
	var ref string
	err := tx.QueryRow(ctx, query).Scan(&ref)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("current licence: %w", err)
	}
	return ref, nil
}

// SetLicence makes ref the current agreement, "" ends it: from its commit on,
// releases that were loaded under another one are treated as if they were not
// there. Who set it and when stays on record. The same reference again changes
// nothing.
func SetLicence(ctx context.Context, tx pgx.Tx, ref string, now time.Time, by string) error {
	const insert = `-- name: codeset.set_licence
insert into licences (reference, set_at, set_by)
select $1, $2, $3 where $1 <> coalesce((select reference from licences order by id desc limit 1), '')`
	if _, err := tx.Exec(ctx, insert, ref, now, by); err != nil {
		return fmt.Errorf("set the licence: %w", err)
	}
	return nil
}

// underLicence refuses the AMA's files without an agreement, and makes the one
// that is named the current one. Files that were loaded under another agreement
// stand under this one from now on; their rows stay as they are.
func (b *batch) underLicence(ctx context.Context, tx pgx.Tx, o ImportOptions) error {
	if b.kind != KindCPT {
		return nil
	}
	if o.CPTLicence == "" {
		return fmt.Errorf("%s: the AMA's CPT files are taken only under an agreement, which %w: give --cpt-licence REF", b.source(), ErrUnnamed)
	}
	if err := SetLicence(ctx, tx, o.CPTLicence, o.Now, o.By); err != nil {
		return err
	}
	const update = `-- name: codeset.relicense
update releases set licence = $1 where kind = $2 and name = $3 and sha256 = $4 and licence <> $1`
	if _, err := tx.Exec(ctx, update, o.CPTLicence, b.kind, b.period.Name, b.sha256()); err != nil {
		return fmt.Errorf("licence of %s %s: %w", b.kind, b.period.Name, err)
	}
	return nil
}
