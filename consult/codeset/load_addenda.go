package codeset

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
)

// checkAddenda holds the addenda among the files against the new list, and
// against the release before it where that is the list that they lead from, by
// its counts. The true files of FY2024 and FY2025 agree to the letter, so any
// difference refuses the import.
func (l *loading) checkAddenda(ctx context.Context, rows []cmsfile.CodeRow) error {
	for _, name := range []string{cmsfile.PartAddenda, cmsfile.PartCodeAddenda} {
		p, ok := l.part(name)
		if !ok {
			continue
		}
		a, err := cmsfile.ReadAddenda(p.Member, code.System(l.kind), name)
		if err != nil {
			return err
		}
		c := changes{part: p, Addenda: a, now: listFor(rows, name)}
		if err := c.arrived(); err != nil {
			return err
		}
		if err := c.followed(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// changes are an addenda with the list that it leads to.
type changes struct {
	part
	cmsfile.Addenda
	now map[string]cmsfile.CodeRow
}

// listFor is a list as the addenda of an order file see it, or those of a code
// file, which has no headers.
func listFor(rows []cmsfile.CodeRow, addenda string) map[string]cmsfile.CodeRow {
	list := make(map[string]cmsfile.CodeRow, len(rows))
	for _, r := range rows {
		if r.Billable || addenda == cmsfile.PartAddenda {
			list[r.Code] = r
		}
	}
	return list
}

func listSize(list map[string]cmsfile.CodeRow) (n cmsfile.ListSize) {
	for _, r := range list {
		if r.Billable {
			n.Codes++
		} else {
			n.Headers++
		}
	}
	return n
}

// alike says whether two rows are of the same code; titles that one does not
// know do not tell them apart.
func alike(a, b cmsfile.CodeRow) bool {
	same := func(a, b string) bool { return a == "" || b == "" || a == b }
	return a.Code == b.Code && a.Billable == b.Billable && same(a.Title, b.Title) && same(a.Short, b.Short)
}

// arrived holds each change against the new list: what was added or revised
// stands in it so, what was deleted does not.
func (c changes) arrived() error {
	if size := listSize(c.now); c.After != (cmsfile.ListSize{}) && c.After != size {
		return fmt.Errorf("%s leads to %s; the list has %s", c.Member, sizeWords(c.After), sizeWords(size))
	}
	for _, x := range c.Changes {
		r, there := c.now[x.Code]
		switch {
		case x.Op == cmsfile.OpDelete && there && r.Billable == x.Billable:
			return fmt.Errorf("%s, line %d: %s is deleted, but the list has it", c.Member, x.Line, x.Code)
		case (x.Op == cmsfile.OpAdd || x.Op == cmsfile.OpTo) && !there:
			return fmt.Errorf("%s, line %d: %s is not in the list", c.Member, x.Line, x.Code)
		case (x.Op == cmsfile.OpAdd || x.Op == cmsfile.OpTo) && !alike(r, x.CodeRow):
			return fmt.Errorf("%s, line %d: %s stands otherwise in the list", c.Member, x.Line, x.Code)
		}
	}
	return nil
}

// followed makes the changes to the release before and compares the outcome
// with the new list.
func (c changes) followed(ctx context.Context, l *loading) error {
	before, err := l.releaseBefore(ctx)
	switch {
	case err != nil:
		return err
	case before.id == 0:
		l.note("the changes of %s agree with the list; no release before it is loaded to hold them against", c.Member)
		return nil
	}
	list := listFor(before.rows, c.Part)
	if size := listSize(list); c.Before != (cmsfile.ListSize{}) && c.Before != size || c.Before == (cmsfile.ListSize{}) && !before.adjoins {
		l.note("the changes of %s lead from another list than %s (%s): not checked against it", c.Member, before.name, sizeWords(size))
		return nil
	}
	if err := c.apply(list, before.name); err != nil {
		return err
	}
	if err := c.compare(list, before.name); err != nil {
		return err
	}
	l.note("the changes of %s lead exactly from %s to this list", c.Member, before.name)
	return nil
}

// apply makes the changes to the list of the release before.
func (c changes) apply(list map[string]cmsfile.CodeRow, before string) error {
	for _, x := range c.Changes {
		r, there := list[x.Code]
		switch {
		case x.Op == cmsfile.OpAdd && there:
			return fmt.Errorf("%s, line %d: %s is added, but %s has it", c.Member, x.Line, x.Code, before)
		case (x.Op == cmsfile.OpDelete || x.Op == cmsfile.OpFrom) && !(there && alike(r, x.CodeRow)):
			return fmt.Errorf("%s, line %d: %s does not stand so in %s", c.Member, x.Line, x.Code, before)
		case x.Op == cmsfile.OpDelete || x.Op == cmsfile.OpFrom:
			delete(list, x.Code)
		default:
			list[x.Code] = x.CodeRow
		}
	}
	return nil
}

// compare holds the changed list against the new one, in the order of the codes.
func (c changes) compare(list map[string]cmsfile.CodeRow, before string) error {
	for _, k := range slices.Sorted(maps.Keys(list)) {
		if r, there := c.now[k]; !there || !alike(r, list[k]) {
			return fmt.Errorf("%s does not say what became of %s, which %s has and the new list has not so", c.Member, k, before)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.now)) {
		if _, there := list[k]; !there {
			return fmt.Errorf("%s does not name %s, which the new list has and %s has not", c.Member, k, before)
		}
	}
	return nil
}

func sizeWords(n cmsfile.ListSize) string {
	return fmt.Sprintf("%d headers and %d codes", n.Headers, n.Codes)
}

// A published list that is loaded already.
type loadedList struct {
	id      int64
	name    string
	adjoins bool // its last day is the one before the new release
	rows    []cmsfile.CodeRow
}

// releaseBefore reads the list of the same kind before this one; its id is 0
// where there is none.
func (l *loading) releaseBefore(ctx context.Context) (loadedList, error) {
	const newest = `-- name: codeset.release_before
select id, name, effective_to from releases
where kind = $1 and via = '' and id <> $2 and effective_from < $3 order by effective_from desc, id desc limit 1`
	from, _ := l.speaks(l.o)
	var b loadedList
	var to *time.Time
	err := l.tx.QueryRow(ctx, newest, l.kind, l.id, from).Scan(&b.id, &b.name, &to)
	if errors.Is(err, pgx.ErrNoRows) {
		return loadedList{}, nil
	}
	if err != nil {
		return loadedList{}, err
	}
	b.adjoins = to != nil && to.AddDate(0, 0, 1).Equal(from)
	b.rows, err = l.listOf(ctx, b.id)
	return b, err
}

// listOf reads the list of a loaded release.
func (l *loading) listOf(ctx context.Context, id int64) ([]cmsfile.CodeRow, error) {
	const query = `-- name: codeset.list_loaded
select system, code, billable, title from code_rows where release_id = $1`
	rows, err := l.tx.Query(ctx, query, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r cmsfile.CodeRow, err error) {
		return r, row.Scan(&r.System, &r.Code, &r.Billable, &r.Title)
	})
}
