package codeset

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// loadChanges takes the change files of a quarter. Where the quarter's table is
// loaded they are only checked against it; else they make it out of the table of
// the quarter before, inside the database.
func loadChanges(ctx context.Context, l *loading, changes []part) error {
	if err := stageChanges(ctx, l, changes); err != nil {
		return err
	}
	full, err := l.loaded(ctx, l.period.Name)
	switch {
	case err == nil:
		l.withdrawn = full
		return checkChanges(ctx, l, changes, "ptp_rows")
	case !errors.Is(err, pgx.ErrNoRows):
		return err
	}
	day := l.period.From.AddDate(0, -3, 0)
	before := cmsfile.Quarter(day.Year(), (int(day.Month())+2)/3)
	from, err := l.loaded(ctx, before.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("%s: changes make %s %s out of the whole table of %s, which is not loaded; import that first, or the whole table of %s instead",
			l.source(), l.kind, l.period.Name, before.Name, l.period.Name)
	}
	if err != nil {
		return err
	}
	return applyChanges(ctx, l, changes, from)
}

// loaded is the newest release of the kind with the name.
func (l *loading) loaded(ctx context.Context, name string) (id int64, err error) {
	const query = `-- name: codeset.release_named
select id from releases where kind = $1 and name = $2 and via = '' and id <> $3 order by id desc limit 1`
	err = l.tx.QueryRow(ctx, query, l.kind, name, l.id).Scan(&id)
	return id, err
}

// withdraw takes back the release's row when the files made none: they were
// checked against the release that is loaded.
func (l *loading) withdraw(ctx context.Context) (Imported, error) {
	const query = `-- name: codeset.import_withdraw
delete from releases where id = $1`
	if _, err := l.tx.Exec(ctx, query, l.id); err != nil {
		return Imported{}, err
	}
	const what = `-- name: codeset.release_rows
select row_count, effective_from, effective_to from releases where id = $1`
	r := l.imported()
	var from time.Time
	var to *time.Time
	err := l.tx.QueryRow(ctx, what, l.withdrawn).Scan(&r.Rows, &from, &to)
	r.EffectiveFrom, r.EffectiveTo, r.AlreadyLoaded, r.Notes = day(&from), day(to), true, l.notes
	return r, err
}

// stageChanges copies the changes into a table of the transaction, each with
// its file and line.
func stageChanges(ctx context.Context, l *loading, changes []part) error {
	const ddl = `create temporary table ptp_changes (
    file integer not null, line integer not null, change text not null,
    column1 text not null collate "C", column2 text not null collate "C",
    effective_from date, effective_to date, indicator text, before text, rationale text) on commit drop`
	if _, err := l.tx.Exec(ctx, ddl); err != nil {
		return err
	}
	columns := []string{"file", "line", "change", "column1", "column2", "effective_from", "effective_to", "indicator", "before", "rationale"}
	for i, p := range changes {
		var rows [][]any
		for r, err := range cmsfile.PTPChanges(p.Member, p.Format) {
			if err != nil {
				return err
			}
			rows = append(rows, []any{i, r.Line, r.Change, r.Column1, r.Column2, lastDay(r.From), lastDay(r.To), given(r.Indicator), given(r.Before), given(r.Rationale)})
		}
		if _, err := l.tx.CopyFrom(ctx, pgx.Identifier{"ptp_changes"}, columns, pgx.CopyFromRows(rows)); err != nil {
			return fmt.Errorf("%s: %w", p.Member, err)
		}
	}
	_, err := l.tx.Exec(ctx, "create index on ptp_changes (column1, column2); analyze ptp_changes")
	return err
}

// given is nil for a cell that the file does not have.
func given(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// refused runs a query for the first change that cannot be, with its reason.
func (l *loading) refused(ctx context.Context, changes []part, query string, args ...any) error {
	var file, line int
	var reason string
	err := l.tx.QueryRow(ctx, query, args...).Scan(&file, &line, &reason)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", l.source(), err)
	}
	return &cmsfile.Error{Member: changes[file].Member, Line: line, Reason: reason}
}

// twiceSQL finds a change that stands twice.
const twiceSQL = `-- name: codeset.changes_twice
select file, line, format('%s/%s is %s twice', column1, column2, change)
from (select *, row_number() over (partition by column1, column2, change, case change when 'deleted' then effective_from end order by file, line) as n from ptp_changes) c
where n > 1 order by file, line limit 1`

// lateSQL finds a change that begins after the release's last day $1.
const lateSQL = `-- name: codeset.changes_late
select file, line, format('%s/%s is %s from %s, after the release''s last day %s', column1, column2, change, effective_from, $1::date)
from ptp_changes where effective_from > $1 order by file, line limit 1`

// unfoundSQL finds a deletion or revision $2 of an edit that is not open in the
// release $1, or a revision whose indicator is not what the file says it was.
const unfoundSQL = `-- name: codeset.changes_unfound
select c.file, c.line, format('%s/%s is %s, but %s', c.column1, c.column2, c.change, case
    when o.n = 0 then 'no open edit of that pair' || coalesce(' of ' || case c.change when 'deleted' then c.effective_from end, '') || ' stands in ' || $2
    when o.n > 1 then 'several open edits of that pair stand in ' || $2
    when c.change = 'revised' and o.indicator = c.indicator then 'has indicator ' || c.indicator || ' in ' || $2 || ' already'
    else 'has indicator ' || o.indicator || ' in ' || $2 end)
from ptp_changes c cross join lateral (
    select count(*) as n, min(indicator) as indicator from ptp_rows r
    where r.release_id = $1 and r.column1 = c.column1 and r.column2 = c.column2 and r.effective_to is null and r.indicator <> '9'
      and (c.change <> 'deleted' or c.effective_from is null or c.effective_from = r.effective_from)) o
where c.change in ('deleted', 'revised')
  and (o.n <> 1 or c.change = 'revised' and (o.indicator = c.indicator or o.indicator <> c.before)
       or c.change = 'deleted' and o.indicator <> c.indicator)
order by c.file, c.line limit 1`

// notNewSQL finds an addition of an edit that the release $1 has: one in force
// on its first day or later, and not deleted before it by the same files.
const notNewSQL = `-- name: codeset.changes_not_new
select c.file, c.line, format('%s/%s is added from %s, but %s has it from %s %s', c.column1, c.column2, c.effective_from, $2::text, r.effective_from,
    coalesce('to ' || r.effective_to, 'on'))
from ptp_changes c join ptp_rows r on r.release_id = $1 and r.column1 = c.column1 and r.column2 = c.column2 and r.indicator <> '9'
left join ptp_changes d on d.change = 'deleted' and d.column1 = c.column1 and d.column2 = c.column2 and r.effective_to is null
    and coalesce(d.effective_from = r.effective_from, true)
where c.change = 'added' and c.indicator <> '9' and coalesce(r.effective_to, d.effective_to, 'infinity') >= c.effective_from
order by c.file, c.line limit 1`

// applySQL copies the edits of the release before, ended where they are
// deleted or revised; the others stay as they are, open ones open. One that ends
// before it began was never in force, which tables show by equal dates and indicator 9.
const applySQL = `-- name: codeset.changes_apply
with ending as (
    select r.*, case when c.change is null then r.effective_to
                     else coalesce(c.effective_to, coalesce(c.effective_from, $3::date) - 1) end as last_day, c.change
    from ptp_rows r left join ptp_changes c on c.column1 = r.column1 and c.column2 = r.column2 and c.change in ('deleted', 'revised')
         and r.effective_to is null and r.indicator <> '9' and (c.change <> 'deleted' or coalesce(c.effective_from = r.effective_from, true))
    where r.release_id = $2)
insert into %s (release_id, column1, column2, effective_from, effective_to, indicator, rationale)
select $1, column1, column2, effective_from, case when last_day is null then null else greatest(last_day, effective_from) end,
       case when change is not null and (last_day < effective_from or change = 'deleted' and last_day = effective_from) then '9' else indicator end, rationale
from ending`

// openSQL opens the added edits, and the revised ones with their new indicator.
const openSQL = `-- name: codeset.changes_open
insert into %s (release_id, column1, column2, effective_from, effective_to, indicator, rationale)
select $1, c.column1, c.column2, coalesce(c.effective_from, $3::date), case c.change when 'added' then c.effective_to end, c.indicator,
       coalesce(c.rationale, r.rationale, '')
from ptp_changes c left join ptp_rows r on c.change = 'revised' and r.release_id = $2 and r.column1 = c.column1 and r.column2 = c.column2
    and r.effective_to is null and r.indicator <> '9'
where c.change in ('added', 'revised')`

// applyChanges makes the release out of the release before, id from.
func applyChanges(ctx context.Context, l *loading, changes []part, from int64) error {
	var before string
	if err := l.tx.QueryRow(ctx, "select name from releases where id = $1", from).Scan(&before); err != nil {
		return err
	}
	if err := l.refused(ctx, changes, twiceSQL); err != nil {
		return err
	}
	_, last := l.speaks(l.o)
	if err := l.refused(ctx, changes, lateSQL, last); err != nil {
		return err
	}
	for _, query := range []string{unfoundSQL, notNewSQL} {
		if err := l.refused(ctx, changes, query, from, before); err != nil {
			return err
		}
	}
	p, err := l.partition(ctx, "ptp_rows")
	if err != nil {
		return err
	}
	for _, query := range []string{applySQL, openSQL} {
		tag, err := l.tx.Exec(ctx, fmt.Sprintf(query, p), l.id, from, l.period.From)
		if err != nil {
			return fmt.Errorf("%s: %w", l.source(), err)
		}
		l.rows += tag.RowsAffected()
	}
	if err := checkOpen(ctx, l, p, from, before); err != nil {
		return err
	}
	counted, err := l.countChanges(ctx)
	l.note("made out of %s by %s", before, counted)
	return err
}

// openCountSQL counts what was open in the release $1, what the changes end and
// open, and what is open now. A revision ends one edit and opens one.
const openCountSQL = `-- name: codeset.changes_open_count
select (select count(*) from ptp_rows where release_id = $1 and effective_to is null), count(*) filter (where change = 'deleted'),
    count(*) filter (where change = 'added' and effective_to is null), (select count(*) from %s where effective_to is null)
from ptp_changes`

// checkOpen refuses a release, made in table out of the release from, in which
// other edits ended or opened than the changes say: its answers would be wrong.
func checkOpen(ctx context.Context, l *loading, table string, from int64, before string) error {
	var was, deleted, added, is int64
	if err := l.tx.QueryRow(ctx, fmt.Sprintf(openCountSQL, table), from).Scan(&was, &deleted, &added, &is); err != nil {
		return err
	}
	if is == was-deleted+added {
		return nil
	}
	return fmt.Errorf("%s: %d edits would be open, where %s has %d, and %d are deleted and %d added: the changes do not add up; import the whole table of %s instead",
		l.source(), is, before, was, deleted, added, l.period.Name)
}

func (l *loading) countChanges(ctx context.Context) (text string, err error) {
	const query = `-- name: codeset.changes_count
select format('%s additions, %s deletions, %s revisions', count(*) filter (where change = 'added'), count(*) filter (where change = 'deleted'),
              count(*) filter (where change = 'revised')) from ptp_changes`
	err = l.tx.QueryRow(ctx, query).Scan(&text)
	return text, err
}

// checkSQL finds a change that the quarter's own table, release $1, does not show.
const checkSQL = `-- name: codeset.changes_check
select c.file, c.line, format('%%s/%%s is %%s, which the table of %%s does not show', c.column1, c.column2, c.change, $2::text)
from ptp_changes c
where not exists (select from %s r where r.release_id = $1 and r.column1 = c.column1 and r.column2 = c.column2 and case c.change
    when 'added' then r.effective_from = c.effective_from and r.indicator = c.indicator
    when 'deleted' then r.effective_to = c.effective_to and coalesce(r.effective_from = c.effective_from, true)
    else r.effective_to is null and r.indicator = c.indicator and coalesce(r.effective_from = c.effective_from, true) end)
order by c.file, c.line limit 1`

// checkChanges compares the changes with the quarter's own rows in table.
func checkChanges(ctx context.Context, l *loading, changes []part, table string) error {
	id := l.id
	if l.withdrawn != 0 {
		id = l.withdrawn
	}
	if err := l.refused(ctx, changes, twiceSQL); err != nil {
		return err
	}
	if err := l.refused(ctx, changes, fmt.Sprintf(checkSQL, table), id, l.period.Name); err != nil {
		return err
	}
	counted, err := l.countChanges(ctx)
	if l.withdrawn != 0 {
		l.note("the whole table of %s is loaded; its changes were only checked against it: %s", l.period.Name, counted)
	} else {
		l.note("the changes beside the table were checked against it: %s", counted)
	}
	return err
}
