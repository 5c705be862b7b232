package consult

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Machine is the actor of what no person did.
const Machine = "machine"

const sep = "\x1f"

// payload is what the hash of an audit row covers beside case, seq and the
// previous hash.
func payload(at time.Time, actor, action, detail string) string {
	return strings.Join([]string{strconv.FormatInt(at.UnixMicro(), 10), actor, action, detail}, sep)
}

// Audit appends one row to the hash chain of a case; caseID 0 is the chain of
// what belongs to no case. detail holds ids, versions and reasons, never the
// content of a mail. The caller holds the case's row lock, so chains of one
// case never race; the common chain takes a lock of its own.
func Audit(ctx context.Context, tx pgx.Tx, caseID int64, at time.Time, actor, action, detail string) error {
	if caseID == 0 {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('audit'))`); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, auditSQL, caseID, at, actor, action, detail, payload(at, actor, action, detail))
	if err != nil {
		return fmt.Errorf("audit of case %d: %w", caseID, err)
	}
	return nil
}

// AuditReading appends a row about somebody who read of a case, and changes
// nothing else. It takes the case's row lock that Audit wants held.
func AuditReading(ctx context.Context, tx pgx.Tx, caseID int64, at time.Time, actor, action, detail string) error {
	if _, err := tx.Exec(ctx, `-- name: LockForAudit
		select from cases where id = $1 for update`, caseID); err != nil {
		return fmt.Errorf("case %d: %w", caseID, err)
	}
	return Audit(ctx, tx, caseID, at, actor, action, detail)
}

const auditSQL = `-- name: Audit
	with last as (select seq, hash from audit where case_id = $1 order by seq desc limit 1),
	next as (select coalesce((select seq from last), 0) + 1 as seq, coalesce((select hash from last), ''::bytea) as prev)
	insert into audit (case_id, seq, at, actor, action, detail, prev, hash)
	select $1, seq, $2, $3, $4, $5, prev,
		sha256(prev || convert_to($1::bigint::text || chr(31) || seq::text || chr(31) || $6::text, 'UTF8'))
	from next`

// An AuditRow is one line of a case's history.
type AuditRow struct {
	CaseID int64
	Seq    int
	At     time.Time
	Actor  string
	Action string
	Detail string
}

// History returns the audit rows of a case, oldest first.
func History(ctx context.Context, tx pgx.Tx, caseID int64) ([]AuditRow, error) {
	rows, err := tx.Query(ctx, `-- name: History
		select case_id, seq, at, actor, action, detail from audit where case_id = $1 order by seq`, caseID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[AuditRow])
}

// ErrChain is wrapped by VerifyAudit when a row was changed, removed or added
// outside the program.
var ErrChain = errors.New("audit chain is broken")

// VerifyAudit recomputes every chain, row by row, and returns how many rows it
// checked. The first row that does not fit ends it with ErrChain.
func VerifyAudit(ctx context.Context, tx pgx.Tx) (checked int, err error) {
	rows, err := tx.Query(ctx, `-- name: VerifyAudit
		select case_id, seq, at, actor, action, detail, prev, hash from audit order by case_id, seq`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var last AuditRow
	var lastHash []byte
	for rows.Next() {
		var r AuditRow
		var prev, hash []byte
		if err := rows.Scan(&r.CaseID, &r.Seq, &r.At, &r.Actor, &r.Action, &r.Detail, &prev, &hash); err != nil {
			return checked, err
		}
		if r.CaseID != last.CaseID {
			last, lastHash = AuditRow{}, nil
		}
		text := fmt.Sprintf("%d%s%d%s%s", r.CaseID, sep, r.Seq, sep, payload(r.At, r.Actor, r.Action, r.Detail))
		want := sha256.Sum256(append(bytes.Clone(prev), text...))
		if r.Seq != last.Seq+1 || !bytes.Equal(prev, lastHash) || !bytes.Equal(hash, want[:]) {
			return checked, fmt.Errorf("case %d, row %d: %w", r.CaseID, r.Seq, ErrChain)
		}
		last, lastHash = r, hash
		checked++
	}
	return checked, rows.Err()
}
