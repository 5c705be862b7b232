package codeset

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// A loading is one release while its rows are copied. A loader reads its parts,
// copies rows, and sets rows and billable.
type loading struct {
	*batch
	tx         pgx.Tx
	o          ImportOptions
	id         int64
	began      time.Time
	partitions map[string]string // table → the table that will be its partition

	dated    bool   // its rows carry their own dates and answer for every earlier day
	rows     int64  // every row taken
	billable int64  // complete codes
	licence  string // reference of the agreement for the AMA's files
	notice   string // copyright line to show with the text
	notes    []string

	column1   map[string]int // of a PTP table read whole: its columns one
	withdrawn int64          // the files made no release: they were checked against this one
}

// part returns the part of that name.
func (l *loading) part(name string) (part, bool) {
	i := slices.IndexFunc(l.parts, func(p part) bool { return p.Part == name })
	if i < 0 {
		return part{}, false
	}
	return l.parts[i], true
}

// only returns the one part of a table that is published whole.
func (l *loading) only() (part, error) {
	if len(l.parts) > 1 {
		return part{}, fmt.Errorf("%s and %s both hold %s %s; import one of them", l.parts[0].Member, l.parts[1].Member, l.kind, l.period.Name)
	}
	return l.parts[0], nil
}

// note keeps a sentence for the person who imports.
func (l *loading) note(format string, args ...any) {
	l.notes = append(l.notes, fmt.Sprintf(format, args...))
}

// begin makes the release's row, whose figures finish fills in.
func (l *loading) begin(ctx context.Context) error {
	const insert = `-- name: codeset.import_release
insert into releases (kind, name, dated, effective_from, effective_to, source, sha256, row_count, loaded_at, loaded_by)
values ($1, $2, false, $3, $4, $5, $6, 0, $7, $8) returning id`
	from, to := l.speaks(l.o)
	err := l.tx.QueryRow(ctx, insert, l.kind, l.period.Name, from, to, l.source(), l.sha256(), l.o.Now, l.o.By).Scan(&l.id)
	if err != nil {
		return fmt.Errorf("release %s %s: %w", l.kind, l.period.Name, err)
	}
	return nil
}

// plain are the tables of 0002 that are not partitioned.
var plain = []string{"icd_extensions"}

// partition returns the table that takes the release's rows of a table: one of
// its own, which joins the table at the end, so that nobody waits meanwhile.
func (l *loading) partition(ctx context.Context, table string) (string, error) {
	if slices.Contains(plain, table) {
		return table, nil
	}
	if p, ok := l.partitions[table]; ok {
		return p, nil
	}
	p := fmt.Sprintf("%s_r%d", table, l.id)
	ddl := fmt.Sprintf("create table %s (like %s including defaults including generated including constraints, constraint own check (release_id = %d))", p, table, l.id)
	if _, err := l.tx.Exec(ctx, ddl); err != nil {
		return "", fmt.Errorf("partition of %s: %w", table, err)
	}
	l.partitions[table] = p
	return p, nil
}

// copyRows copies rows into the release's part of a table and returns how many
// there were; cells are the columns' values without the release's id.
func copyRows[T any](ctx context.Context, l *loading, table string, columns []string, rows iter.Seq2[T, error], cells func(T) []any) (int64, error) {
	p, err := l.partition(ctx, table)
	if err != nil {
		return 0, err
	}
	next, stop := iter.Pull2(rows)
	defer stop()
	var bad error
	n, done := int64(0), l.rows
	id := any(l.id)
	source := pgx.CopyFromFunc(func() ([]any, error) {
		r, err, ok := next()
		if !ok || err != nil {
			bad = err
			return nil, err
		}
		n++
		l.tick(done + n)
		return append([]any{id}, cells(r)...), nil
	})
	copied, err := l.tx.CopyFrom(ctx, pgx.Identifier{p}, append([]string{"release_id"}, columns...), source)
	if bad != nil {
		return 0, bad
	}
	if err != nil {
		return 0, fmt.Errorf("%s: copy into %s: %w", l.source(), table, err)
	}
	return copied, nil
}

// tick tells of progress every so many rows.
func (l *loading) tick(rows int64) {
	if l.o.Progress != nil && rows%20000 == 0 {
		l.o.Progress(Progress{Kind: l.kind, Release: l.period.Name, Rows: rows, Elapsed: time.Since(l.began)})
	}
}

// finish checks the whole, joins the partitions to their tables, and completes
// the release's row. Indexes are built here, over rows that are all there.
func (l *loading) finish(ctx context.Context) (Imported, error) {
	if err := l.checkSize(ctx); err != nil {
		return Imported{}, err
	}
	for _, table := range slices.Sorted(maps.Keys(l.partitions)) {
		p := l.partitions[table]
		ddl := fmt.Sprintf("alter table %s attach partition %s for values in (%d); alter table %s drop constraint own; analyze %s", table, p, l.id, p, p)
		if _, err := l.tx.Exec(ctx, ddl); err != nil {
			return Imported{}, fmt.Errorf("partition of %s: %w", table, err)
		}
	}
	const update = `-- name: codeset.import_complete
update releases set dated = $2, row_count = $3, billable = $4, licence = $5, notice = $6 where id = $1`
	if _, err := l.tx.Exec(ctx, update, l.id, l.dated, l.rows, l.billable, l.licence, l.notice); err != nil {
		return Imported{}, fmt.Errorf("release %s %s: %w", l.kind, l.period.Name, err)
	}
	if err := indexTitles(ctx, l.tx, l.id); err != nil {
		return Imported{}, fmt.Errorf("index %s %s for searching: %w", l.kind, l.period.Name, err)
	}
	from, to := l.speaks(l.o)
	r := l.imported()
	r.EffectiveFrom, r.EffectiveTo, r.Rows, r.Billable, r.Notes = day(&from), day(&to), l.rows, l.billable, l.notes
	if l.o.Then != nil {
		return r, l.o.Then(l.tx, Release{Kind: r.Kind, Name: r.Release, EffectiveFrom: r.EffectiveFrom, EffectiveTo: r.EffectiveTo,
			Source: l.source(), SHA256: l.sha256(), Rows: r.Rows, Billable: r.Billable, LoadedAt: l.o.Now, LoadedBy: l.o.By})
	}
	return r, nil
}

// usualRows are how many rows the whole published tables of a kind have, those
// at hand; kinds of which no whole table was are left out.
var usualRows = map[string]int64{
	cmsfile.ICD10CM: 97_000, cmsfile.ICD10PCS: 79_000, cmsfile.GEMCM: 106_000, cmsfile.GEMPCS: 175_000,
	cmsfile.PTPPractitioner: 2_500_000, cmsfile.MUEPractitioner: 15_000, cmsfile.AddOn: 7_700,
	cmsfile.PFS: 19_000, cmsfile.HCPCS: 7_500, // 6,800 in 2019, 8,500 in 2024
}

// shrinks is by how many percent of its rows a release may be smaller than the
// one before it. Dated tables keep the rows that ended, so they all but never
// shrink, and one that is cut off changes what past days answer.
func (l *loading) shrinks() int64 {
	switch {
	case !l.dated:
		return 20
	case l.kind == cmsfile.PTPPractitioner || l.kind == cmsfile.PTPOutpatient:
		return 1
	}
	return 5
}

// A neighbour is another release of the kind.
type neighbour struct {
	ID    int64
	Name  string
	Rows  int64
	Later bool // it begins after this one
}

// neighbours are the release before this one in time, or of the same days, and
// the newest of all; nil for none.
func (l *loading) neighbours(ctx context.Context) (before, newest *neighbour, err error) {
	const query = `-- name: codeset.releases_beside
select id, name, row_count as rows, effective_from > $3 as later from releases
where kind = $1 and via = '' and id <> $2 order by effective_from desc, id desc`
	from, _ := l.speaks(l.o)
	rows, err := l.tx.Query(ctx, query, l.kind, l.id, from)
	if err != nil {
		return nil, nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByName[neighbour])
	if err != nil || len(all) == 0 {
		return nil, nil, err
	}
	if i := slices.IndexFunc(all, func(n *neighbour) bool { return !n.Later }); i >= 0 {
		before = all[i]
	}
	return before, all[0], nil
}

// checkSize refuses an empty table, and one so much smaller than its neighbours
// that something must be missing. The first of its kind is taken as it is, with
// a note where whole ones are larger, and so is one that will never answer.
func (l *loading) checkSize(ctx context.Context) error {
	if l.rows == 0 {
		return fmt.Errorf("%s: no rows", l.source())
	}
	before, newest, err := l.neighbours(ctx)
	if err != nil {
		return err
	}
	if usual := usualRows[l.kind]; newest == nil && l.rows*10 < usual*9 {
		l.note("%d rows, where published tables of this kind hold some %d: what is missing here will read as absent", l.rows, usual)
	}
	if newest != nil && newest.Later && l.dated {
		l.note("%s answers for the days of %s too: rows of this kind carry their dates, and its newest release answers alone", newest.Name, l.period.Name)
	}
	if l.o.Complete {
		return nil
	}
	if before != nil {
		if err := l.smaller(before, l.shrinks()); err != nil {
			return err
		}
		if err := l.checkReach(ctx, before); err != nil {
			return err
		}
	}
	if newest != nil && newest.Later { // tables grow: an older one may well be smaller
		return l.smaller(newest, 20)
	}
	return nil
}

// smaller refuses the table where it has less than the percentage allows.
func (l *loading) smaller(than *neighbour, percent int64) error {
	if l.rows*100 >= than.Rows*(100-percent) {
		return nil
	}
	word := "last"
	if than.Later {
		word = "newest"
	}
	return fmt.Errorf("%s: %d rows, where the %s release of %s has %d (%s); a part is missing, or give --complete if this is all",
		l.source(), l.rows, word, l.kind, than.Rows, than.Name)
}
