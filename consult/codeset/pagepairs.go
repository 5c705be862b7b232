package codeset

import (
	"fmt"
	"slices"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// PTPCount counts the edits in force that name a code; those of the starter are
// only the ones within its core.
type PTPCount struct {
	AsColumnOne int     `json:"as_column_one"`
	AsColumnTwo int     `json:"as_column_two"`
	Indicator   string  `json:"indicator,omitempty"` // CCMI of those counted; "": any
	Source      *Source `json:"source,omitempty"`    // the release that was counted in
}

type countRow struct {
	ReleaseID                int64
	Indicator                string
	AsColumnOne, AsColumnTwo int
}

// Each arm walks one index of the releases that answer.
var countsSQL = `-- name: codeset.count_edits
select release_id, indicator, sum(one)::int as as_column_one, sum(two)::int as as_column_two from (
    select release_id, indicator, 1 as one, 0 as two from ptp_rows p where column1 = $2 and release_id ` + slotted(officePTP, hospitalPTP) + ` and ` + inForce + `
    union all
    select release_id, indicator, 0, 1 from ptp_rows p where column2 = $2 and release_id ` + slotted(officePTP, hospitalPTP) + ` and ` + inForce + `) e
group by release_id, indicator order by release_id, indicator`

// The edits of a code with each of some others, in force or ended before the day.
var askedPairsSQL = `-- name: codeset.asked_pairs
select r.* from unnest($3::text[]) w (code) cross join lateral (
    select ` + ptpFields + ` from ptp_rows p where column1 = $2 and column2 = w.code and release_id ` + slotted(officePTP, hospitalPTP) + ` and ` + begun + `
    union all
    select ` + ptpFields + ` from ptp_rows p where column1 = w.code and column2 = $2 and release_id ` + slotted(officePTP, hospitalPTP) + ` and ` + begun + ` offset 0) r`

// begun keeps what was never in force, and what begins later, out.
const begun = `p.indicator <> '9' and coalesce(p.effective_from <= $1::date, true)`

// All pairs of one table: the practitioner's goes before the hospital's, a
// published one before the starter's.
const allPairsSQL = `-- name: codeset.all_pairs
with set as materialized (select id from releases where id ` + answering + ` and kind in ('` + KindPTPPractitioner + `', '` + KindPTPOutpatient + `')
    order by kind desc, via limit 1)
select ` + ptpFields + ` from (
    select ` + ptpFields + ` from ptp_rows p where column1 = $2 and release_id = (select id from set) and ` + inForce + `
    union all
    select ` + ptpFields + ` from ptp_rows p where column2 = $2 and release_id = (select id from set) and ` + inForce + `) e
order by column1 <> $2, column1, column2 limit $3`

// fillPairs counts the edits that name e's code and lists those asked for.
func (p *paging) fillPairs(e *Entry, r *pageRows, f Facts) {
	for _, kind := range []string{KindPTPPractitioner, KindPTPOutpatient} {
		rows := ofKind(p, r.counts, kind, func(c countRow) int64 { return c.ReleaseID })
		var total PTPCount
		for _, c := range rows {
			s := p.byID[c.ReleaseID].source("")
			total.AsColumnOne, total.AsColumnTwo = total.AsColumnOne+c.AsColumnOne, total.AsColumnTwo+c.AsColumnTwo
			total.Source = &s
			e.PTPSets = append(e.PTPSets, PTPCount{AsColumnOne: c.AsColumnOne, AsColumnTwo: c.AsColumnTwo, Indicator: c.Indicator, Source: &s})
		}
		if kind == KindPTPPractitioner && rows != nil {
			e.PTP = &total
		}
		p.fillAsked(e, r, f, kind)
	}
	if all := r.allPairs; len(all) > 0 {
		e.Pairs = append(e.Pairs, (&gathering{q: Query{On: p.on}, byID: p.byID, pairs: all}).inOrder()...)
		for _, c := range e.PTPSets {
			if c.Source.Set == p.byID[all[0].ReleaseID].Kind {
				e.PairsTotal += c.AsColumnOne + c.AsColumnTwo
			}
		}
	}
}

// inOrder is the pairs as they were read.
func (g *gathering) inOrder() []PTP {
	var out []PTP
	for _, r := range g.pairs {
		out = append(out, g.ptp(r))
	}
	return out
}

// ofKind keeps the rows of the releases of one kind, without the starter's
// beside published ones.
func ofKind[T any](p *paging, rows []T, kind string, id func(T) int64) []T {
	var out []T
	for _, r := range rows {
		if p.byID[id(r)].Kind == kind {
			out = append(out, r)
		}
	}
	return unstarted(p, out, id)
}

// fillAsked lists the pair with each code asked for in one table, or says that
// there is none: by the silence of a published table, or within the starter's core.
func (p *paging) fillAsked(e *Entry, r *pageRows, f Facts, kind string) {
	i := slices.IndexFunc(p.releases, func(s speaker) bool { return s.Kind == kind })
	if i < 0 || !isProcedure(code.Code{System: e.System}) {
		return
	}
	for j := range p.releases { // a published one tells of absence
		if p.releases[j].Kind == kind && p.releases[j].Via == "" {
			i = j
		}
	}
	table := p.releases[i]
	pairs := (&gathering{q: Query{On: p.on}, byID: p.byID, pairs: ofKind(p, r.pairs, kind, func(v ptpRow) int64 { return v.ReleaseID })}).pairFacts()
	for _, with := range p.o.With {
		at := slices.IndexFunc(pairs, func(v PTP) bool {
			return v.Column1 == e.Code && v.Column2 == with || v.Column1 == with && v.Column2 == e.Code
		})
		switch {
		case at >= 0:
			e.Pairs = append(e.Pairs, pairs[at])
		case table.Via != "" && !(f.Core[e.Code] && f.Core[with]):
			e.NoPairs = append(e.NoPairs, NoPair{With: with, Set: kind, Why: "not checked: not in the starter"})
		default:
			s := table.source("")
			e.NoPairs = append(e.NoPairs, NoPair{With: with, Set: kind, Source: &s,
				Why: fmt.Sprintf("no edit in force on %s, none ended before", day(&p.on))})
		}
	}
}
