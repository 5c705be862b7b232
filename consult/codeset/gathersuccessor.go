package codeset

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// A Successor is a code that one row of a release names for another: a cross
// reference of the HCPCS file (XREF1 to XREF5), the target of a General
// Equivalence Mapping, or one of a range that the starter names. Without Code the mapping says that there is no target.
//
// The flags are the mapping's (GEM documentation for technical users, 2018):
// an approximate target is close and not the same; combined targets of one
// scenario say it together, one from each of its choice lists.
type Successor struct {
	Code        code.Code   `json:"code"`
	Status      code.Status `json:"status"` // on the day: Valid, Unknown (its set has no such complete code), Unchecked (nothing loaded can tell)
	Approximate bool        `json:"approximate,omitempty"`
	NoMap       bool        `json:"no_map,omitempty"`
	Combination bool        `json:"combination,omitempty"`
	Scenario    int         `json:"scenario,omitempty"`
	ChoiceList  int         `json:"choice_list,omitempty"`
	Source      Source      `json:"source"`
}

// ICD10Since is the first day on which diagnoses and inpatient procedures are
// coded in ICD-10; on days before they are in ICD-9-CM (45 CFR 162.1002).
var ICD10Since = time.Date(2015, 10, 1, 0, 0, 0, 0, time.UTC)

// xrefsSQL reads the cross references of codes with what shows that each is live
// on the day: a row with its dates, or the newest schedule or limits that have it.
var xrefsSQL = `-- name: codeset.xrefs
select h.release_id, h.code, x.code as target,
    exists (select from code_rows r where r.code = x.code and r.system in ('hcpcs', 'cpt') and r.release_id ` + slotted(hcpcsSlot, cptSlot) + `
        and coalesce(r.effective_from <= $1::date, true) and coalesce(r.effective_to >= $1::date, true)) as live,
    coalesce((select max(release_id) from pfs_rows where code = x.code and release_id ` + slotted(pfsSlot) + `), 0) as priced,
    coalesce((select max(release_id) from mue_rows where code = x.code and release_id ` + slotted(officeMUE, hospitalMUE) + `), 0) as limited
from hcpcs_rows h cross join lateral unnest(h.xrefs) with ordinality x (code, n)
where h.code = any($2) and h.release_id ` + slotted(hcpcsSlot) + ` order by h.code, x.n`

// gemsSQL reads the mappings from codes by the newest release of them, whatever
// the day: they lead from one set to the other, and are not of a day. listed
// says that the target is a complete code of the list that answers.
var gemsSQL = `-- name: codeset.gems
select s.id, s.kind, s.name, s.via, s.dated, s.effective_from, s.effective_to, false as as_of,
       g.from_system, g.from_code, g.to_system, g.to_code, g.approximate, g.no_map, g.combination, g.scenario, g.choice_list,
    exists (select from code_rows r where r.code = g.to_code and r.system = g.to_system and r.billable and r.release_id ` + slotted(icd10cmSlot) + `) as listed
from gem_rows g join releases s on s.id = g.release_id
where g.from_code = any($1) and g.release_id = (
    select id from releases where kind = 'gem-cm' and via = '' order by effective_from desc, id desc limit 1)
order by g.from_code, g.scenario, g.choice_list, g.to_code`

// rangesSQL reads the starter's codes as glossesSQL does, and beside a successor
// that is a range ("11102-11107") the codes in it that are live on the day by a
// row of a release of the day. Of a diagnosis they are the complete ones that end
// as it does: its seventh character stays.
var rangesSQL = `-- name: codeset.ranges
with today as materialized (select array_agg(id) as ids from releases where id ` + answering + ` and not ` + asOf + `)
select s.name as release, g.system, g.code, g.core, g.words, g.effective_from, g.effective_to, g.successor, g.cite,
    case when g.successor ~ '^[0-9]{5}-[0-9]{5}$' then array(
        select x.code from (select lpad(n::text, 5, '0') as code
            from generate_series(split_part(g.successor, '-', 1)::int, split_part(g.successor, '-', 2)::int) n) x
        where exists (select from pfs_rows p where p.code = x.code and p.release_id ` + slotted(pfsSlot) + ` and p.release_id = any((select ids from today)::bigint[]))
           or exists (select from code_rows r where r.code = x.code and r.system = 'cpt' and r.release_id ` + slotted(cptSlot) + ` and r.release_id = any((select ids from today)::bigint[]))
        order by x.code)
    when g.system = 'icd10cm' and g.successor like '%-%' then array(
        select r.code from code_rows r where r.release_id ` + slotted(icd10cmSlot) + ` and r.release_id = any((select ids from today)::bigint[])
          and r.system = 'icd10cm' and r.billable and r.code >= split_part(g.successor, '-', 1) and r.code < split_part(g.successor, '-', 2) || '~'
          and right(r.code, 1) = right(g.code, 1) and length(r.code) = length(g.code) order by r.code)
    else '{}' end as within
from glosses g join releases s on s.id = g.release_id where g.code = any($2) and g.release_id ` + answering

// A rangeGloss is what the starter knows of a code, with the live codes of the
// range that it names as successor.
type rangeGloss struct {
	glossRow
	Within []string
}

type xrefRow struct {
	ReleaseID       int64
	Code, Target    string
	Live            bool
	Priced, Limited int64 // releases
}

type mappingRow struct {
	speaker
	FromSystem, FromCode, ToSystem, ToCode string
	Approximate, NoMap, Combination        bool
	Scenario, ChoiceList                   int
	Listed                                 bool
}

// queueSuccessors asks for the mappings of ICD-9-CM codes, and of ICD-10-CM codes
// on days before ICD-10.
func (g *gathering) queueSuccessors(b *pgx.Batch) {
	if len(g.hcpcs) > 0 {
		queue(b, &g.xrefs, xrefsSQL, g.q.On, g.hcpcs)
	}
	mapped := g.icd9
	if g.q.On.Before(ICD10Since) {
		mapped = slices.Concat(g.icd9, g.diagnoses)
	}
	if len(mapped) > 0 {
		queue(b, &g.mappings, gemsSQL, mapped)
	}
}

// succeed sets what is named in the place of cf's code, its status being settled.
func (g *gathering) succeed(cf *CodeFacts) {
	if gloss, ok := g.gloss(cf.Code); ok && gloss.Successor != "" {
		s := gloss.source()
		cf.Successor, cf.SuccessorSource = gloss.Successor, &s
		for _, c := range gloss.Within {
			cf.Successors = append(cf.Successors, Successor{Code: code.Code{System: cf.Code.System, Code: c}, Status: code.Valid, Source: s})
		}
	}
	switch {
	case cf.Code.System == code.HCPCS && cf.Status == code.Deleted && cf.Source.Set == KindHCPCS && cf.Successor == "":
		g.referTo(cf)
	case cf.Code.System == code.ICD9CM, cf.Code.System == code.ICD10CM && g.q.On.Before(ICD10Since):
		cf.Successors = g.mapped(cf.Code)
	}
}

var procedureForm = regexp.MustCompile(`^[0-9A-Z][0-9]{3}[0-9A-Z]$`)

// referTo names the cross references of a code that ended: an explicit reference
// from a deleted code to a valid current one (record layout, field 15). One that
// ended too is none.
func (g *gathering) referTo(cf *CodeFacts) {
	var live []string
	sure := true
	for _, r := range g.xrefs {
		if r.Code != cf.Code.Code || !procedureForm.MatchString(r.Target) {
			continue
		}
		s := Successor{Code: code.Code{System: procedureSystem(r.Target), Code: r.Target}, Status: g.refersTo(r), Source: g.byID[r.ReleaseID].source(r.Code + " XREF " + r.Target)}
		if s.Status == code.Unknown {
			continue
		}
		sure = sure && s.Status == code.Valid
		live, cf.Successors = append(live, r.Target), append(cf.Successors, s)
	}
	if len(live) > 0 && sure {
		cf.Successor, cf.SuccessorSource = strings.Join(live, ", "), &cf.Successors[0].Source
	}
}

// refersTo is the status of a cross reference on the day. Of a CPT code only a
// row tells, for the whole list is licensed.
func (g *gathering) refersTo(r xrefRow) code.Status {
	now := func(id int64) bool { return id != 0 && !g.byID[id].AsOf }
	switch {
	case r.Live || now(r.Priced) || now(r.Limited):
		return code.Valid
	case procedureSystem(r.Target) == code.HCPCS:
		return code.Unknown
	}
	return code.Unchecked
}

// mapped lists what the equivalence mapping of a code names, in its order.
func (g *gathering) mapped(from code.Code) []Successor {
	var out []Successor
	for _, r := range g.mappings {
		if r.FromCode != from.Code || r.FromSystem != string(from.System) {
			continue
		}
		row := r.FromCode + "→" + r.ToCode
		out = append(out, Successor{Code: code.Code{System: code.System(r.ToSystem), Code: r.ToCode}, Status: g.mapsTo(r), Source: r.source(row),
			Approximate: r.Approximate, NoMap: r.NoMap, Combination: r.Combination, Scenario: r.Scenario, ChoiceList: r.ChoiceList})
	}
	return out
}

// mapsTo is the status of a mapping's target on the day: lists change after the
// mapping was made.
func (g *gathering) mapsTo(r mappingRow) code.Status {
	switch {
	case r.ToSystem != string(code.ICD10CM) || r.NoMap:
		return code.Unchecked
	case r.Listed:
		return code.Valid
	case g.official(KindICD10CM).ID != 0:
		return code.Unknown
	}
	return code.Unchecked
}

// placesOnDaySQL reads the list of places of service that answers for the day.
var placesOnDaySQL = `-- name: codeset.places
select release_id, code, name from pos_rows where code = any($1) and release_id ` + slotted(posSlot)

type placeNameRow struct {
	ReleaseID  int64
	Code, Name string
}

// judgePlace judges a place of service by its list, which has rows for the codes
// that are not assigned too.
func (g *gathering) judgePlace(cf *CodeFacts) {
	list := g.official(KindPOS)
	if list.ID == 0 {
		return
	}
	cf.Status, cf.Source = code.Unknown, list.source("")
	for _, r := range g.places {
		if r.Code != cf.Code.Code {
			continue
		}
		cf.Source = list.source(r.Code)
		if !unassigned(r.Name) {
			cf.Status, cf.Billable, cf.Title = code.Valid, true, r.Name
		}
	}
}

// unassigned reports that a row of the list of places only says that its code
// stands for none.
func unassigned(name string) bool { return strings.EqualFold(name, "unassigned") }
