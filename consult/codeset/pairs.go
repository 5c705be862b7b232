package codeset

import (
	"cmp"
	"slices"
	"time"
)

// Each ordered pair is one probe of an index, about 1 µs: two conditions on
// arrays would have the planner read all edits of a common code, and so would
// the pull-up that offset 0 forbids. Where the question names many codes, most
// are numbers that happen to look like one; those that stand in no edit are
// left out first, so that only true codes are paired with each other. The order
// makes that a walk of the index to the first hit.
var pairsSQL = `-- name: codeset.pairs
with named as materialized (
    select array(select c.code from unnest($2::text[]) c (code) where cardinality($2) <= 20
               or (select true from ptp_rows r where r.column1 = c.code and r.release_id ` + slotted(ptpSlot) + ` order by r.column2 limit 1)) as one,
           array(select c.code from unnest($2::text[]) c (code) where cardinality($2) <= 20
               or (select true from ptp_rows r where r.column2 = c.code and r.release_id ` + slotted(ptpSlot) + ` order by r.column1 limit 1)) as two)
select r.* from named cross join unnest(named.one) a (code) cross join lateral (
    select ` + ptpFields + ` from ptp_rows
    where column1 = a.code and column2 = any(named.two) and release_id ` + slotted(ptpSlot) + `
      and indicator <> '9' and (effective_from <= $1::date or effective_from is null) offset 0) r`

type ptpRow struct {
	ReleaseID                  int64
	Column1, Column2           string
	EffectiveFrom, EffectiveTo *time.Time
	Indicator                  string
	Rationale                  string
}

// pairFacts keeps one row a pair of codes: of the newer live release, in force
// before ended, the last ended one otherwise. The pair's other rows of that
// release are its history.
func (g *gathering) pairFacts() []PTP {
	slices.SortStableFunc(g.pairs, func(a, b ptpRow) int {
		return cmp.Or(cmp.Compare(min(a.Column1, a.Column2), min(b.Column1, b.Column2)),
			cmp.Compare(max(a.Column1, a.Column2), max(b.Column1, b.Column2)),
			-cmp.Compare(g.byID[a.ReleaseID].Via, g.byID[b.ReleaseID].Via),
			-open(a.EffectiveTo).Compare(open(b.EffectiveTo)),
			cmp.Compare(a.Column1, b.Column1), first(a.EffectiveFrom).Compare(first(b.EffectiveFrom)))
	})
	var out []PTP
	for _, r := range g.pairs {
		if n := len(out); n > 0 && samePair(out[n-1], r) {
			if g.byID[r.ReleaseID].Name == out[n-1].Source.Release && r.EffectiveFrom != nil {
				out[n-1].Earlier = append(out[n-1].Earlier, Period{r.Column1, r.Column2, r.Indicator, day(r.EffectiveFrom), day(r.EffectiveTo)})
			}
			continue
		}
		out = append(out, g.ptp(r))
	}
	return out
}

func samePair(a PTP, b ptpRow) bool {
	return a.Column1 == b.Column1 && a.Column2 == b.Column2 || a.Column1 == b.Column2 && a.Column2 == b.Column1
}

// open is a last day that sorts after all others while there is none.
func open(to *time.Time) time.Time {
	if to == nil {
		return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return *to
}

// first is a first day that sorts before all others where there is none.
func first(from *time.Time) time.Time {
	if from == nil {
		return time.Time{}
	}
	return *from
}

func (g *gathering) ptp(r ptpRow) PTP {
	key := r.Column1 + "/" + r.Column2
	if r.EffectiveFrom != nil {
		key += "/" + day(r.EffectiveFrom)
	}
	return PTP{Column1: r.Column1, Column2: r.Column2, Indicator: r.Indicator, Rationale: r.Rationale,
		InForce: r.EffectiveTo == nil || !r.EffectiveTo.Before(g.q.On),
		Source:  g.byID[r.ReleaseID].datedSource(key, r.EffectiveFrom, r.EffectiveTo)}
}
