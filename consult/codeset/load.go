package codeset

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// partitioned lists the tables whose rows lie in a partition of each load. A new
// partition locks its table against readers until the load commits; code_rows
// comes first as it does in every look-up, so that neither waits for the other.
var partitioned = []string{"code_rows", "ptp_rows", "mue_rows", "pfs_rows", "addon_rows", "icd_notes"}

// load writes the releases of the starter, makes one partition a table for
// them all, and copies the sheets.
func (s starter) load(ctx context.Context, tx pgx.Tx, now time.Time, by string) error {
	ids, err := s.insertReleases(ctx, tx, now, by)
	if err != nil {
		return err
	}
	var parts []string
	for _, id := range ids.named {
		parts = append(parts, strconv.FormatInt(id, 10))
	}
	fresh := []string{"releases", "glosses", "icd_extensions"}
	for _, table := range partitioned {
		partition := fmt.Sprintf("%s_r%d", table, ids.whole)
		fresh = append(fresh, partition)
		ddl := fmt.Sprintf("create table %s partition of %s for values in (%s)", partition, table, strings.Join(parts, ", "))
		if _, err := tx.Exec(ctx, ddl); err != nil {
			return fmt.Errorf("partition of %s: %w", table, err)
		}
	}
	for _, t := range targets {
		if err := s.copy(ctx, tx, t, ids); err != nil {
			return fmt.Errorf("sheet %s: %w", t.sheet, err)
		}
	}
	// The planner scans what it has no statistics of.
	_, err = tx.Exec(ctx, "analyze "+strings.Join(fresh, ", "))
	return err
}

// starterIDs are the releases of one load: the whole of kind starter, and its
// parts by kind, or by kind and name where a kind has several.
type starterIDs struct {
	whole int64
	kind  map[string]int64
	named map[string]int64
}

// of returns the release that a record of the target belongs to.
func (ids starterIDs) of(t target, r record) int64 {
	switch {
	case t.kind == KindStarter:
		return ids.whole
	case r["release"] != "":
		return ids.named[t.kind+" "+r["release"]]
	}
	return ids.kind[t.kind]
}

// insertReleases writes one release for the whole, which stands first in its
// sheet, and one for each part.
func (s starter) insertReleases(ctx context.Context, tx pgx.Tx, now time.Time, by string) (starterIDs, error) {
	const insert = `-- name: codeset.insert_release
insert into releases (kind, name, via, part_of, dated, effective_from, effective_to, source, sha256, row_count, billable, loaded_at, loaded_by)
values ($1, $2, 'starter', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`
	ids := starterIDs{kind: map[string]int64{}, named: map[string]int64{}}
	var whole *int64
	for _, r := range s.sheets["releases"] {
		rows, billable := s.count(r["kind"], r["name"])
		var id int64
		err := tx.QueryRow(ctx, insert, r["kind"], r["name"], whole, r["dated"] == "yes", date(r["from"]), date(r["to"]),
			r["source"], s.sha256, rows, billable, now, by).Scan(&id)
		if err != nil {
			return starterIDs{}, fmt.Errorf("release %s %s: %w", r["kind"], r["name"], err)
		}
		if r["kind"] == KindStarter {
			whole, ids.whole = &id, id
			continue
		}
		ids.kind[r["kind"]], ids.named[r["kind"]+" "+r["name"]] = id, id
	}
	return ids, nil
}

// count returns the rows of a release and, of a diagnosis or procedure set, its
// complete codes.
func (s starter) count(kind, name string) (rows, billable int) {
	for _, t := range targets {
		for _, r := range s.sheets[t.sheet] {
			if kind != KindStarter && (t.kind != kind || r["release"] != "" && r["release"] != name) {
				continue
			}
			rows++
			if kind == KindICD10PCS || kind == KindICD10CM && r["billable"] == "1" {
				billable++
			}
		}
	}
	return rows, billable
}

func (s starter) copy(ctx context.Context, tx pgx.Tx, t target, ids starterIDs) error {
	rows := make([][]any, 0, len(s.sheets[t.sheet]))
	for _, r := range s.sheets[t.sheet] {
		rows = append(rows, append([]any{ids.of(t, r)}, t.row(r)...))
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{t.table}, append([]string{"release_id"}, t.columns...), pgx.CopyFromRows(rows))
	return err
}

// date is nil for an empty cell and for one that is no date, which the table
// refuses where it needs one.
func date(s string) *time.Time {
	t, err := code.ParseDay(s)
	if err != nil {
		return nil
	}
	return &t
}

// integer is nil for a cell that holds none.
func integer(s string) *int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil
	}
	return &n
}

// number is nil for a cell that holds none.
func number(s string) *float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &f
}
