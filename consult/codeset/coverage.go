package codeset

import (
	"fmt"
	"time"
)

// A CoverageDocument is an LCD or article that lists a code, as "codes show"
// prints it.
//
// Which diagnoses support which procedures is said by the paragraphs of the
// groups, not by their numbers, so the counts are of the whole document: what
// may be said of them is that the article lists so many, no more (DOMAIN.md E.8).
type CoverageDocument struct {
	ID            string   `json:"id"` // L33312, A52369; DL… of a proposed LCD
	Version       int      `json:"version"`
	Title         string   `json:"title,omitempty"`  // "" where no loaded release names it
	Status        string   `json:"status,omitempty"` // approved, retired, proposed, future; "" where the release does not say
	EffectiveFrom string   `json:"effective_from,omitempty"`
	EffectiveTo   string   `json:"effective_to"`
	Retires       string   `json:"retires,omitempty"`    // announced last day
	List          string   `json:"list"`                 // hcpcs; table: self-administered drugs; covered, noncovered of a diagnosis; pcs, modifier
	Groups        []int    `json:"groups,omitempty"`     // in which the code stands
	Paragraphs    []string `json:"paragraphs,omitempty"` // of those groups, where they have one
	Contractors   []string `json:"contractors"`
	States        []string `json:"states,omitempty"`
	Covered       int      `json:"covered"`           // diagnoses that the document lists as supporting
	Noncovered    int      `json:"noncovered"`        // and as not supporting
	Related       []string `json:"related,omitempty"` // documents that it refers to
	Source        Source   `json:"source"`

	// Diagnoses are the groups of diagnoses of a document that lists a
	// procedure; their paragraphs say which group of procedures they are for.
	Diagnoses []CoverageGroup `json:"diagnoses,omitempty"`
}

// A CoverageGroup is one group of a document's diagnoses.
type CoverageGroup struct {
	List  string `json:"list"` // covered, noncovered
	Group int    `json:"group"`
	Text  string `json:"text,omitempty"` // its paragraph
	Codes int    `json:"codes"`          // how many diagnoses
}

type coverageRow struct {
	speaker
	Code                   string
	Document, Display      string
	Version                int
	Title, Status          string
	FromDay, ToDay, Retire *time.Time
	List                   string
	Groups                 []int
	Paragraphs             []string
	Contractors, States    []string
	Covered, Noncovered    int
	Related                []string
	Diagnoses              []CoverageGroup
}

// coverageAnswering are the releases that answer on the day $1: of each kind the
// newest that holds codes. A listing of documents has titles only. "limit 1"
// keeps the planner from reading every release's codes to find out, and the
// condition on the code, which all meet, gives a look-up an index to go by.
const coverageAnswering = `
    select distinct on (kind) id, kind, name, via, dated, effective_from, effective_to, ` + asOf + ` as as_of
    from releases r
    where kind in ('mcd-lcd', 'mcd-article') and via = '' and effective_from <= $1::date
      and (select true from coverage_codes c where c.release_id = r.id and c.code >= '' limit 1)
    order by kind, effective_from desc, id desc`

// coverageGapsSQL finds what the releases of the day $1 cannot tell, of the
// kinds that have one: that a kind has none is said with the other kinds.
const coverageGapsSQL = `-- name: codeset.coverage_gaps
select k.kind, coalesce(a.name, '') as name
from unnest(array['mcd-lcd', 'mcd-article']) k (kind) left join (` + coverageAnswering + `) a using (kind)
where (select true from coverage_codes c where c.release_id = a.id and c.code >= '' and c.list = 'hcpcs' limit 1) is null
  and exists (select from releases r where r.kind = k.kind and r.via = '' and r.effective_from <= $1::date)
order by kind desc`

type coverageGap struct{ Kind, Name string }

func (g coverageGap) words(on time.Time) string {
	if g.Name == "" {
		return fmt.Sprintf("%s: what is loaded for %s names documents, not their codes", g.Kind, on.Format(time.DateOnly))
	}
	return fmt.Sprintf("%s: %s was loaded without its table of codes", g.Kind, g.Name)
}

// coverageSQL finds the documents that list a code of $2, of the systems $3, on the
// day $1, with titles of other releases where the download has none.
const coverageSQL = `-- name: codeset.coverage
with answering as (` + coverageAnswering + `), listed as (
    select a.*, c.code, c.document, c.version, c.list, array_agg(distinct c.group_no) filter (where c.group_no > 0) as groups
    from answering a join coverage_codes c on c.release_id = a.id
    where c.code = any($2::text[]) and c.system = any($3::text[]) and (c.list <> 'table' or $1::date between coalesce(c.effective_from, '-infinity') and coalesce(c.effective_to, 'infinity'))
    group by a.id, a.kind, a.name, a.via, a.dated, a.effective_from, a.effective_to, a.as_of, c.code, c.document, c.version, c.list
)
select l.id, l.kind, l.name, l.via, l.dated, l.effective_from, l.effective_to, l.as_of, l.code, l.document, l.version, l.list,
    coalesce(nullif(d.display, ''), l.document) as display,
    coalesce(nullif(d.title, ''), other.title, '') as title, coalesce(d.status, '') as status,
    d.effective_from as from_day, d.effective_to as to_day, d.retires as retire,
    coalesce(l.groups, '{}') as groups,
    array(select g.text from coverage_groups g where g.release_id = l.id and g.document = l.document and g.version = l.version
        and g.list = l.list and g.group_no = any(l.groups) and g.text <> '' order by g.group_no) as paragraphs,
    who.contractors, array(select s.state from coverage_states s where s.release_id = l.id and s.document = l.document and s.version = l.version
        union select unnest(who.states) where not exists (select from coverage_states s where s.release_id = l.id and s.document = l.document and s.version = l.version)
        order by 1) as states,
    n.covered, n.noncovered,
    array(select distinct r.related from coverage_related r where r.release_id = l.id and r.document = l.document and r.version = l.version order by 1) as related,
    case when l.list in ('hcpcs', 'table') then (
        select coalesce(json_agg(json_build_object('list', list, 'group', group_no, 'text', text, 'codes', codes) order by list, group_no), '[]')
        from (
            select list, group_no, coalesce(g.text, '') as text, coalesce(k.codes, 0) as codes
            from (select list, group_no, text from coverage_groups
                  where release_id = l.id and document = l.document and version = l.version and list in ('covered', 'noncovered')) g
            full join (select list, group_no, count(distinct code) as codes from coverage_codes
                  where release_id = l.id and document = l.document and version = l.version and list in ('covered', 'noncovered') and code <> 'XX000'
                  group by list, group_no) k using (list, group_no)
        ) x where text not in ('', 'N/A') or codes > 0
    ) else '[]' end as diagnoses
from listed l
left join coverage_documents d on d.release_id = l.id and d.document = l.document and d.version = l.version
left join lateral (
    select title from coverage_documents o join releases s on s.id = o.release_id
    where o.document = l.document and o.title <> '' order by abs(o.version - l.version), s.effective_from desc limit 1
) other on d.title is null or d.title = ''
cross join lateral (
    select coalesce(array_agg(distinct k.name order by k.name), '{}') as contractors,
        coalesce(array_agg(distinct state) filter (where state is not null), '{}') as states
    from coverage_served v join coverage_contractors k on k.release_id = v.release_id and k.contractor = v.contractor
    left join lateral unnest(k.states) as state on true
    where v.release_id = l.id and v.document = l.document and v.version = l.version
) who
cross join lateral (
    select count(distinct c.code) filter (where c.list = 'covered') as covered, count(distinct c.code) filter (where c.list = 'noncovered') as noncovered
    from coverage_codes c
    where c.release_id = l.id and c.document = l.document and c.version = l.version and c.list in ('covered', 'noncovered') and c.code <> 'XX000'
) n
order by l.code, l.kind, l.document, l.list`

// listedOn leaves out the documents that ended before the day; those that begin
// after it have the status future. Bill and revenue codes are not looked up: no
// page is about one.
func listedOn(rows []coverageRow, on time.Time) []CoverageDocument {
	var docs []CoverageDocument
	for _, r := range rows {
		if r.ToDay == nil || !r.ToDay.Before(on) {
			docs = append(docs, r.shown(on))
		}
	}
	return docs
}

func (r coverageRow) shown(on time.Time) CoverageDocument {
	return CoverageDocument{ID: r.Display, Version: r.Version, Title: r.Title, Status: r.status(on), EffectiveFrom: day(r.FromDay), EffectiveTo: day(r.ToDay),
		Retires: day(r.Retire), List: r.List, Groups: r.Groups, Paragraphs: r.Paragraphs, Contractors: r.Contractors, States: r.States,
		Covered: r.Covered, Noncovered: r.Noncovered, Related: r.Related, Diagnoses: r.Diagnoses,
		Source: r.source(fmt.Sprintf("%s version %d", r.Document, r.Version))}
}

func (r coverageRow) status(on time.Time) string {
	if r.FromDay != nil && r.FromDay.After(on) {
		return "future"
	}
	return map[string]string{"A": "approved", "R": "retired", "P": "proposed"}[r.Status]
}
