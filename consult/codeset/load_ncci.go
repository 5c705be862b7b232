package codeset

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// loadPTP loads a table of procedure-to-procedure edits: f1 to f4 of a quarter
// are one release, which answers for every earlier day too. Change files beside
// them are checked against it; change files alone make the release out of the
// one before (load_ptpchange.go).
func loadPTP(ctx context.Context, l *loading) error {
	l.dated = true
	table, changes := splitChanges(l.parts)
	if len(table) == 0 {
		return loadChanges(ctx, l, changes)
	}
	if err := l.wholeTable(table); err != nil {
		return err
	}
	_, last := l.speaks(l.o)
	rows := &ptpRows{parts: table, last: last, column1: map[string]int{}}
	n, err := copyPTP(ctx, l, rows.all)
	if err != nil {
		return err
	}
	l.column1 = rows.column1
	if l.rows = n; len(changes) == 0 {
		return nil
	}
	if err := stageChanges(ctx, l, changes); err != nil {
		return err
	}
	return checkChanges(ctx, l, changes, l.partitions["ptp_rows"])
}

func splitChanges(parts []part) (table, changes []part) {
	for _, p := range parts {
		if strings.HasPrefix(p.Part, cmsfile.Changes) {
			changes = append(changes, p)
		} else {
			table = append(table, p)
		}
	}
	slices.SortFunc(table, func(a, b part) int { return strings.Compare(a.Part, b.Part) })
	return table, changes
}

// wholeTable refuses a release of which a part is not among the files: CMS
// publishes each table as f1 to f4.
func (l *loading) wholeTable(parts []part) error {
	if parts[len(parts)-1].Part == "" || l.o.Complete {
		return nil
	}
	const published = 4
	var missing []string
	for i := 1; i <= published || fmt.Sprintf("f%d", i) <= parts[len(parts)-1].Part; i++ {
		name := fmt.Sprintf("f%d", i)
		if !slices.ContainsFunc(parts, func(p part) bool { return p.Part == name }) {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return nil
	}
	is := "is"
	if len(missing) > 1 {
		is = "are"
	}
	return fmt.Errorf("%s: %s %s is published as f1 to f4 and %s %s not here; name all of them in one command, or give --complete if this is all",
		l.source(), l.kind, l.period.Name, strings.Join(missing, ", "), is)
}

// column1SQL lists the codes that have edits in column one of the release $1,
// in order, by one probe of the index each.
const column1SQL = `-- name: codeset.ptp_column1
with recursive c (code) as (
    select min(column1) from ptp_rows where release_id = $1
    union all
    select (select min(column1) from ptp_rows where release_id = $1 and column1 > c.code) from c where c.code is not null)
select code from c where code is not null order by code`

// checkReach refuses a table of edits without any of a code that has some in
// column one of the release before it: edits that end stay in these tables, so
// one of the parts is cut off, be it by less than checkSize sees.
func (l *loading) checkReach(ctx context.Context, before *neighbour) error {
	if l.column1 == nil {
		return nil
	}
	rows, err := l.tx.Query(ctx, column1SQL, before.ID)
	if err != nil {
		return err
	}
	codes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	missing := slices.DeleteFunc(codes, func(c string) bool { _, ok := l.column1[c]; return ok })
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%s: no edit of %d codes in column 1, %s to %s, where %s has some and edits that end stay: cut off; download it again, or give --complete if this is all",
		l.source(), len(missing), missing[0], missing[len(missing)-1], before.Name)
}

// ptpRows reads the parts of a release one after the other.
type ptpRows struct {
	parts []part
	last  time.Time // day of the release

	column1 map[string]int // the part that has the edits of a column one
}

// all yields the edits of all parts. A column one has its edits in one part, and
// none begins after the release's last day: that would be a later quarter's table.
func (p *ptpRows) all(yield func(cmsfile.PTPRow, error) bool) {
	for i, part := range p.parts {
		column1 := ""
		for r, err := range cmsfile.PTP(part.Member, part.Format) {
			if err == nil && r.Column1 != column1 {
				column1 = r.Column1
				if other, again := p.column1[column1]; again {
					err = fmt.Errorf("%s: holds edits of column 1 %s, and so does %s: not parts of one table", part.Member, column1, p.parts[other].Member)
				}
				p.column1[column1] = i
			}
			if err == nil && r.From.After(p.last) {
				err = &cmsfile.Error{Member: part.Member, Line: r.Line, Reason: fmt.Sprintf("begins %s, after the release's last day %s: the table of a later quarter",
					r.From.Format(time.DateOnly), p.last.Format(time.DateOnly))}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// copyPTP copies edits into the release's part of ptp_rows.
func copyPTP(ctx context.Context, l *loading, rows iter.Seq2[cmsfile.PTPRow, error]) (int64, error) {
	return copyRows(ctx, l, "ptp_rows", []string{"column1", "column2", "effective_from", "effective_to", "indicator", "rationale"}, rows,
		func(r cmsfile.PTPRow) []any {
			return []any{r.Column1, r.Column2, r.From, lastDay(r.To), r.Indicator, r.Rationale}
		})
}

// lastDay is nil for a row that is open.
func lastDay(to time.Time) any {
	if to.IsZero() {
		return nil
	}
	return to
}

// loadMUE loads a table of medically unlikely edits, which speaks for its quarter.
func loadMUE(ctx context.Context, l *loading) error {
	p, err := l.only()
	if err != nil {
		return err
	}
	l.rows, err = copyRows(ctx, l, "mue_rows", []string{"code", "units", "mai", "rationale"}, cmsfile.MUE(p.Member, p.Format),
		func(r cmsfile.MUERow) []any { return []any{r.Code, r.Units, r.MAI, r.Rationale} })
	return err
}

// loadAddOns loads the table of add-on codes, whose rows carry their dates.
func loadAddOns(ctx context.Context, l *loading) error {
	p, err := l.only()
	if err != nil {
		return err
	}
	l.dated = true
	l.rows, err = copyRows(ctx, l, "addon_rows", []string{"addon", "primary_code", "type", "effective_from", "effective_to"}, cmsfile.AddOns(p.Member, p.Format),
		func(r cmsfile.AddOnRow) []any {
			return []any{r.AddOn, r.Primary, r.Type, lastDay(r.From), lastDay(r.To)}
		})
	return err
}
