package codeset

import (
	"cmp"
	"slices"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

var codesSQL = `-- name: codeset.codes
select release_id, system, code, effective_from, effective_to, billable, title, children, amount::float8 as amount, unit, wording_from
from code_rows where code = any($1) and release_id ` + slotted(hcpcsSlot, cptSlot, icd10cmSlot, icd10pcsSlot)

// seenSQL finds the releases of the kinds $1 that have one of the codes $2 and
// do not answer for the day; of HCPCS with their wording too.
const seenSQL = `-- name: codeset.seen
select s.id, s.kind, s.name, s.via, s.dated, s.effective_from, s.effective_to, false as as_of, r.code, r.row_from, r.row_to,
       r.title, r.amount::float8 as amount, r.unit, r.wording_from
from releases s join (
    select release_id, code, effective_from as row_from, effective_to as row_to,
           case when system in ('hcpcs', 'modifier') then title else '' end as title, amount, unit, wording_from
    from code_rows where code = any($2)
    union select release_id, code, null, null, '', null, '', null from pfs_rows where code = any($2)
    union select release_id, code, null, null, '', null, '', null from mue_rows where code = any($2)) r on r.release_id = s.id
where s.kind = any($1) and ` + licensed + ` and not s.id ` + answering + ` and s.via = '' order by s.effective_from, s.id`

// For each code an edit without an end, which proves that its codes are live;
// where it has none, its ended edits by their last days: n is how many have the
// day, the row one of them. Only where fee schedule and MUE do not prove it
// already: a common code stands in thousands of edits. Such a code has an edit
// without an end, and the order makes each arm a walk of its index to the first.
const proofsSQL = `-- name: codeset.proofs
with today as materialized (select array_agg(id) as ids from releases where id ` + answering + ` and not ` + asOf + `), unproved as materialized (
    select c.code from unnest($2::text[]) c (code)
    where c.code <> all(array(select code from pfs_rows where code = any($2) and release_id = any((select ids from today)::bigint[])))
      and c.code <> all(array(select code from mue_rows where code = any($2) and release_id = any((select ids from today)::bigint[]))))
select c.code, r.* from unproved c join releases live on live.id ` + answering + ` and live.kind like 'ncci-ptp-%'
cross join lateral (
    with lasting as materialized (
        (select ` + ptpFields + `, 1::bigint as n from ptp_rows p where p.release_id = live.id and p.column1 = c.code and ` + begun + ` and p.effective_to is null order by column2 limit 1)
        union all
        (select ` + ptpFields + `, 1::bigint as n from ptp_rows p where p.release_id = live.id and p.column2 = c.code and ` + begun + ` and p.effective_to is null order by column1 limit 1)
    ), settled as materialized (select exists (select from lasting) as yes
    ), closing as materialized (
        select ` + ptpFields + ` from ptp_rows p where not (select yes from settled) and p.release_id = live.id and p.column1 = c.code and ` + begun + `
        union all
        select ` + ptpFields + ` from ptp_rows p where not (select yes from settled) and p.release_id = live.id and p.column2 = c.code and ` + begun + `)
    select * from lasting
    union all
    (select distinct on (effective_to) ` + ptpFields + `, count(*) over (partition by effective_to) from closing order by effective_to, column1, column2)) r
order by c.code, r.column1, r.column2, r.effective_from`

const (
	ptpFields = `release_id, column1, column2, effective_from, effective_to, indicator, rationale`
	inForce   = begun + ` and coalesce(p.effective_to >= $1::date, true)`
)

// A proofRow is an edit of Code, the only one with its last day or one of N.
type proofRow struct {
	Code string
	ptpRow
	N int64
}

type codeRow struct {
	ReleaseID                  int64
	System, Code               string
	EffectiveFrom, EffectiveTo *time.Time
	Billable                   bool
	Title                      string
	Children                   []string
	Amount                     *float64
	Unit                       string
	WordingFrom                *time.Time // HCPCS: since when title and unit stand
}

type seenRow struct {
	speaker
	Code           string
	RowFrom, RowTo *time.Time // of a dated table
	Title, Unit    string     // of HCPCS, as in codeRow
	Amount         *float64
	WordingFrom    *time.Time
}

// setOf names the release kind that lists the codes of a system, "" for none.
// HCPCS modifiers stand in the HCPCS file.
func setOf(s code.System) string {
	switch s {
	case code.CPT:
		return KindCPT
	case code.HCPCS, code.Modifier:
		return KindHCPCS
	case code.ICD10CM:
		return KindICD10CM
	case code.ICD10PCS:
		return KindICD10PCS
	case code.POS:
		return KindPOS
	}
	return ""
}

// Status says what f knows of c, Unchecked for a code that was not gathered. It
// is what code.Resolve asks for.
func (f Facts) Status(c code.Code) code.Status { return f.Codes[Key(c)].Status }

// describe fills what is known of a code beside its status.
func (g *gathering) describe(cf *CodeFacts) {
	if r, ok := g.row(cf.Code); ok {
		cf.Title, cf.Billable, cf.Children = r.Title, r.Billable, r.Children
		if r.Amount != nil {
			cf.Drug = &Drug{Amount: *r.Amount, Unit: r.Unit, Source: g.byID[r.ReleaseID].datedSource(r.Code, r.EffectiveFrom, r.EffectiveTo)}
		}
	}
	g.word(cf)
	if r, ok := g.gloss(cf.Code); ok {
		cf.Words = r.Words
	}
}

func (g *gathering) row(c code.Code) (codeRow, bool) {
	rows := newer(g, g.codeRows, func(r codeRow) (int64, bool) { return r.ReleaseID, r.Code == c.Code && r.System == string(c.System) })
	if len(rows) == 0 {
		return codeRow{}, false
	}
	return rows[0], true
}

func (g *gathering) gloss(c code.Code) (rangeGloss, bool) {
	for _, r := range g.glosses {
		if r.Code == c.Code && r.System == string(c.System) {
			return r, true
		}
	}
	return rangeGloss{}, false
}

// judge sets Status, NotYet and Source, by the first of these that can tell:
// the code's own row or a row of another table, of a release that holds the day;
// what the starter knows; such rows as of an earlier day; the silence of full
// official tables; and last, of the starter, the tree above an ICD-10-CM code.
// Days that the starter has for a code go before an edit: edits outlive their codes.
func (g *gathering) judge(cf *CodeFacts, a map[string]Answer) {
	own, hasOwn := g.row(cf.Code)
	evidence, found := g.evidence(cf)
	gloss, known := g.gloss(cf.Code)
	known = known && gloss.Cite != ""
	outranked := known && gloss.source().Dated && evidence.Set == g.kinds[0]
	switch {
	case cf.Code.System == code.POS:
		g.judgePlace(cf)
	case hasOwn && (!g.byID[own.ReleaseID].AsOf || !known):
		g.judgeDates(cf, own.EffectiveFrom, own.EffectiveTo, g.byID[own.ReleaseID].datedSource(own.Code, own.EffectiveFrom, own.EffectiveTo))
	case !hasOwn && found && !evidence.AsOf && !outranked:
		cf.Status, cf.Source = code.Valid, evidence
	case known:
		g.judgeDates(cf, gloss.EffectiveFrom, gloss.EffectiveTo, gloss.source())
	case found && !official(a[KindPFS]):
		cf.Status, cf.Source = code.Valid, evidence
	case !g.judgeAbsence(cf, a):
		g.judgeTree(cf)
	}
	if cf.Status == code.Unknown && !cf.NotYet {
		cf.Above = g.above(cf.Code)
	}
}

func (g *gathering) judgeDates(cf *CodeFacts, from, to *time.Time, s Source) {
	cf.Source = s
	switch {
	case from != nil && from.After(g.q.On):
		cf.Status, cf.NotYet = code.Unknown, true
	case to != nil && to.Before(g.q.On):
		cf.Status = code.Deleted
	default:
		cf.Status = code.Valid
	}
}

// official reports that a published release, not only the starter, tells of
// the day itself.
func official(a Answer) bool { return a.Release != "" && !a.Starter && !a.AsOf }

// evidence finds a row of fee schedule, MUE or edits that shows a procedure
// code to be live: one that holds the day rather than one as of an earlier day.
func (g *gathering) evidence(cf *CodeFacts) (Source, bool) {
	if !isProcedure(cf.Code) {
		return Source{}, false
	}
	var rows []Source
	if len(cf.PFS) > 0 {
		rows = append(rows, cf.PFS[0].Source)
	}
	if cf.MUE != nil {
		rows = append(rows, cf.MUE.Source)
	}
	if edit, ok := g.editProof(cf.Code.Code); ok {
		rows = append(rows, edit)
	}
	if len(rows) == 0 {
		return Source{}, false
	}
	if i := slices.IndexFunc(rows, func(s Source) bool { return !s.AsOf }); i > 0 {
		return rows[i], true
	}
	return rows[0], true
}

// stray is how many times as many edits of a code must have ended on one day for
// those that ended after it to prove nothing. Edits are deleted with their codes,
// but single ones stay in the table for a year: of 99241, deleted with 2022,
// 5,838 edits of 2024 Q3 end on 2022-12-31 and one, of 0715T, on 2023-12-31.
const stray = 10

// editProof names an edit in force that shows its code to be live.
func (g *gathering) editProof(c string) (Source, bool) {
	var on, before int64
	var row proofRow
	for _, r := range g.proofs {
		switch {
		case r.Code != c:
		case r.EffectiveTo == nil:
			return g.ptp(r.ptpRow).Source, true
		case r.EffectiveTo.Before(g.q.On):
			before = max(before, r.N)
		default:
			if on += r.N; row.Code == "" || r.EffectiveTo.After(*row.EffectiveTo) {
				row = r
			}
		}
	}
	if on == 0 || on*stray < before {
		return Source{}, false
	}
	return g.ptp(row.ptpRow).Source, true
}

// judgeTree knows that nothing stands below a complete ICD-10-CM code, nor beside
// the children that a header lists: M79.3 is complete, so M79.31 is no code. A
// code that takes a seventh character is listed with it, as a child of its own.
func (g *gathering) judgeTree(cf *CodeFacts) {
	if cf.Code.System != code.ICD10CM {
		return
	}
	for i, above := range ancestors(cf.Code.Code) {
		r, ok := g.row(code.Code{System: code.ICD10CM, Code: above})
		if !ok {
			continue
		}
		if r.Billable || i == 0 {
			cf.Status, cf.Source = code.Unknown, g.byID[r.ReleaseID].source("")
		}
		return
	}
}

// above is the nearest code above an ICD-10-CM code that the list which answers
// has, nil for none.
func (g *gathering) above(c code.Code) *Above {
	if c.System != code.ICD10CM {
		return nil
	}
	for _, a := range ancestors(c.Code) {
		if r, ok := g.row(code.Code{System: code.ICD10CM, Code: a}); ok {
			return &Above{Code: a, Billable: r.Billable}
		}
	}
	return nil
}

// judgeAbsence reads the silence of full tables, and reports whether there are
// any. A code that only an older release has was deleted, one that only a newer
// has is not yet in force; an older row with dates of its own, which the newest
// table dropped after its end, still speaks for its days. Silence of a table as
// of an earlier day, which Source then says, shows only that the code was none
// then: neither that there is no such code, nor that a newer release began it.
func (g *gathering) judgeAbsence(cf *CodeFacts, a map[string]Answer) bool {
	silent := g.silent(cf.Code, a)
	if silent == "" {
		return false
	}
	cf.Status, cf.Source = code.Unknown, g.official(silent).source("")
	old := cf.Source.AsOf
	for _, r := range slices.Backward(g.seen) {
		switch {
		case r.Code != cf.Code.Code || !r.about(cf.Code):
		case r.Dated:
			g.judgeDates(cf, r.RowFrom, r.RowTo, r.datedSource(r.Code, r.RowFrom, r.RowTo))
			return true
		case r.EffectiveFrom.After(g.q.On) && old:
		case r.EffectiveFrom.After(g.q.On):
			cf.NotYet, cf.Source = true, r.source(r.Code)
		default:
			cf.Status, cf.NotYet, cf.Source = code.Deleted, false, r.source(r.Code)
			return true
		}
	}
	if s, ok := g.once(cf); ok && !cf.NotYet {
		cf.Status, cf.Source = code.Deleted, s
	}
	return true
}

// silent names the kind whose silence shows that there is no such code, "" where
// none does. For CPT without the licensed file the fee schedule, the MUE and the
// PTP table must all answer.
func (g *gathering) silent(c code.Code, a map[string]Answer) string {
	full := func(kind string) bool { return a[kind].Release != "" && !a[kind].Starter }
	own := setOf(c.System)
	switch {
	case full(own):
		return own
	case c.System == code.CPT && full(KindPFS) && full(g.kinds[0]) && full(g.kinds[1]):
		return KindPFS
	}
	return ""
}

// official returns the published release of the kind that answers.
func (g *gathering) official(kind string) speaker {
	for _, r := range g.releases {
		if r.Kind == kind && r.Via == "" {
			return r
		}
	}
	return speaker{}
}

// once names an edit of the day on which most edits of the procedure code ended,
// or an edit or MUE as of an earlier day: the code was live then.
func (g *gathering) once(cf *CodeFacts) (Source, bool) {
	if !isProcedure(cf.Code) {
		return Source{}, false
	}
	var most proofRow
	for _, r := range g.proofs {
		if r.Code == cf.Code.Code && (r.EffectiveTo == nil || r.EffectiveTo.Before(g.q.On)) && r.N > most.N {
			most = r
		}
	}
	switch {
	case most.N > 0:
		return g.ptp(most.ptpRow).Source, true
	case cf.MUE != nil:
		return cf.MUE.Source, true
	}
	return Source{}, false
}

// about reports that r's kind lists codes of c's system.
func (r speaker) about(c code.Code) bool {
	if isProcedure(c) {
		return cmp.Or(r.Kind == setOf(c.System), r.Kind == KindPFS, r.Kind == KindMUEPractitioner, r.Kind == KindMUEOutpatient)
	}
	return r.Kind == setOf(c.System)
}
