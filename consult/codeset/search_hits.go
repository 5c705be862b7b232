package codeset

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// spare is how many matches beyond the limit are looked up, for some stand on
// nothing: terms of a tabular list whose code has no title on the day.
const spare = 20

const (
	titlesSQL = `-- name: codeset.search_titles
select t.release_id, t.system, t.code, t.kind, t.billable, t.effective_from, t.effective_to, t.children, t.text
from unnest($1::bigint[]) r (id) cross join lateral (
    select * from search_texts s where s.release_id = r.id and s.code = any($2) and s.kind in ('title', 'descriptor')) t`
	liveSQL = `-- name: codeset.search_live
select code from pfs_rows where release_id = any($1) and code = any($2)
union select code from mue_rows where release_id = any($1) and code = any($2)`
	belowSQL = `-- name: codeset.search_below
select t.system, t.code, t.parent, t.billable, t.text
from unnest($1::bigint[]) r (id) cross join lateral (
    select * from search_texts s where s.release_id = r.id and s.kind = 'title' and (s.parent = any($2) or s.code = any($3))) t
order by t.code`
	blocksSQL = `-- name: codeset.search_blocks
select span, first_category, last_category, title, chapter from icd_sections where release_id = any($1) order by first_category, last_category desc`
	categoriesSQL = `-- name: codeset.search_categories
select distinct on (t.code) t.system, t.code, null as parent, t.billable, t.text
from unnest($1::bigint[]) r (id) cross join lateral (
    select * from search_texts s where s.release_id = r.id and s.kind = 'title' and s.system = 'icd10cm' and length(s.code) = 3
      and s.code between $2 and $3) t
order by t.code`
)

type titleRow struct {
	ReleaseID                  int64
	System                     code.System
	Code, Kind                 string
	Billable                   bool
	EffectiveFrom, EffectiveTo *time.Time
	Children                   []string
	Text                       string
}

type belowRow struct {
	System   code.System
	Code     string
	Parent   *string
	Billable bool
	Text     string
}

type blockRow struct {
	Span, FirstCategory, LastCategory, Title string
	Chapter                                  bool
}

// details are the rows behind the matches.
type details struct {
	titles  []titleRow
	glosses []glossRow
	live    []string
}

// describe makes hits of the best matches.
func (f *finding) describe(ctx context.Context, found []match) ([]Hit, error) {
	found = found[:min(len(found), f.Limit+spare)]
	var codes []string
	for _, m := range found {
		codes = append(codes, m.row.Code)
	}
	var d details
	err := f.send(ctx, func(b *pgx.Batch) {
		queue(b, &d.titles, titlesSQL, f.ids, codes)
		queue(b, &d.glosses, glossesSQL, codes)
		b.Queue(liveSQL, f.ids, codes).Query(func(rows pgx.Rows) (err error) {
			d.live, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	hits := []Hit{}
	listed := map[string][]string{} // children that a release names, by header
	for _, m := range found {
		if h, ok := f.hit(m, d, listed); ok && len(hits) < f.Limit {
			hits = append(hits, h)
		}
	}
	return hits, f.addChildren(ctx, hits, listed)
}

// hit fills one hit; false: nothing that speaks for the day has the code.
func (f *finding) hit(m match, d details, listed map[string][]string) (Hit, bool) {
	h := Hit{System: m.row.System, Code: m.row.Code, Score: math.Round(1000*min(1, m.score)) / 1000, Matched: m.matched,
		Status: string(code.Unknown)}
	if m.row.Kind == "section" || m.row.Kind == "chapter" {
		h.Title, h.Status = m.row.Text, string(code.Valid)
		h.Source = new(f.voice(m.row.ReleaseID).source(h.Code))
		return h, true
	}
	if m.row.Kind == "term" {
		h.Term = m.row.Text
	}
	title, hasTitle := f.title(h, d.titles)
	if hasTitle {
		v := f.voice(title.ReleaseID)
		h.Title, h.Billable, h.Notice = title.Text, title.Billable, v.Notice
		h.Status = f.statusOf(title.EffectiveFrom, title.EffectiveTo)
		h.Source = new(v.datedSource(h.Code, title.EffectiveFrom, title.EffectiveTo))
		listed[h.Code] = title.Children
	}
	i := slices.IndexFunc(d.glosses, func(g glossRow) bool { return g.Code == h.Code && g.System == string(h.System) })
	if i >= 0 {
		f.gloss(&h, d.glosses[i], hasTitle)
	}
	if h.Source == nil && slices.Contains(d.live, h.Code) {
		h.Status, h.Billable = string(code.Valid), true
	}
	return h, hasTitle || i >= 0 || m.row.Kind == "fee schedule"
}

// title picks the row that speaks for the code: one in force, of the newest
// release, an official title before a licensed text.
func (f *finding) title(h Hit, rows []titleRow) (titleRow, bool) {
	rank := func(r titleRow) int {
		n := slices.Index(f.ids, r.ReleaseID)
		if f.statusOf(r.EffectiveFrom, r.EffectiveTo) != string(code.Valid) {
			n += len(f.ids)
		}
		return n
	}
	var best titleRow
	found := false
	for _, r := range rows {
		if r.Code == h.Code && r.System == h.System && (!found || rank(r) < rank(best) || rank(r) == rank(best) && len(r.Text) > len(best.Text)) {
			best, found = r, true
		}
	}
	return best, found
}

// gloss adds our own words, and for a code without a title what they say of
// its days.
func (f *finding) gloss(h *Hit, g glossRow, hasTitle bool) {
	h.Words, h.Successor = g.Words, g.Successor
	if !hasTitle {
		h.Billable = true
		if g.Cite != "" {
			h.Status = f.statusOf(g.EffectiveFrom, g.EffectiveTo)
			h.Source = new(g.source())
		}
	}
	if h.Status != string(code.Valid) && h.Status != string(code.Unknown) && h.Successor != "" {
		h.Status = "replaced"
	}
}

// statusOf judges a row's own dates.
func (f *finding) statusOf(from, to *time.Time) string {
	switch {
	case after(from, f.On):
		return "not_yet_effective"
	case to != nil && f.On.After(*to):
		return string(code.Deleted)
	}
	return string(code.Valid)
}

// addChildren fills in what stands directly below each header.
func (f *finding) addChildren(ctx context.Context, hits []Hit, listed map[string][]string) error {
	var headers, named []string
	for _, h := range hits {
		if !h.Billable && !strings.Contains(h.Code, "-") {
			headers, named = append(headers, h.Code), append(named, listed[h.Code]...)
		}
	}
	var below []belowRow
	if len(headers) > 0 {
		if err := f.send(ctx, func(b *pgx.Batch) { queue(b, &below, belowSQL, f.ids, headers, named) }); err != nil {
			return err
		}
	}
	for i, h := range hits {
		switch {
		case strings.Contains(h.Code, "-"):
			if err := f.addSection(ctx, &hits[i]); err != nil {
				return err
			}
		case !h.Billable:
			hits[i].Children = childrenBelow(h, below, listed[h.Code])
		}
	}
	return nil
}

// childrenBelow lists the codes below a header: those whose parent it is, and
// those that its release names, which the starter need not have.
func childrenBelow(h Hit, below []belowRow, listed []string) []Child {
	var all []Child
	add := func(c Child) {
		if !slices.ContainsFunc(all, func(d Child) bool { return d.Code == c.Code }) {
			all = append(all, c)
		}
	}
	for _, r := range below {
		if r.System == h.System && (r.Parent != nil && *r.Parent == h.Code || slices.Contains(listed, r.Code)) {
			add(Child{Code: r.Code, Title: r.Text, Billable: r.Billable})
		}
	}
	for _, c := range listed {
		add(Child{Code: c, Billable: true})
	}
	slices.SortFunc(all, func(a, b Child) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// addSection lists the blocks of a chapter, or the categories of a block.
func (f *finding) addSection(ctx context.Context, h *Hit) error {
	first, last, _ := strings.Cut(h.Code, "-")
	var sections []blockRow
	var below []belowRow
	err := f.send(ctx, func(b *pgx.Batch) {
		queue(b, &sections, blocksSQL, f.ids)
		queue(b, &below, categoriesSQL, f.ids, first, last)
	})
	if err != nil {
		return err
	}
	within := slices.DeleteFunc(sections, func(s blockRow) bool {
		return s.Span == h.Code || s.FirstCategory < first || s.LastCategory > last
	})
	for i, s := range within {
		inner := slices.ContainsFunc(within[:i], func(o blockRow) bool { return o.LastCategory >= s.LastCategory })
		if !inner {
			h.Children = append(h.Children, Child{Code: s.Span, Title: s.Title})
		}
	}
	for _, r := range below {
		if len(within) == 0 {
			h.Children = append(h.Children, Child{Code: r.Code, Title: r.Text, Billable: r.Billable})
		}
	}
	return nil
}
