package codeset

import (
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
)

// An Edition is one loaded release that has a code, or the first one of its set
// that no longer has it.
type Edition struct {
	Source
	Answers bool     `json:"answers,omitempty"` // it speaks for the day asked
	Gone    bool     `json:"gone,omitempty"`    // listed before, not in this release
	What    []string `json:"what,omitempty"`    // of the first of a set what it says, of each later one what changed
}

// historySQL finds every release that has the code $1 of system $2, with what it
// says as names and values by turns.
const historySQL = `-- name: codeset.history
select s.id, s.kind, s.name, s.via, s.dated, s.effective_from, s.effective_to, false as as_of,
       s.id ` + answering + ` as answers, r.row_from, r.row_to, r.what
from releases s join (
    select 1 as part, release_id, effective_from as row_from, effective_to as row_to, array['title', title, 'billable', case when billable then 'yes' else 'no' end] as what
    from code_rows where code = $1 and system = $2
    union all
    select 2, release_id, null, null, array['coverage', coverage, 'pricing', array_to_string(pricing, ' ')] from hcpcs_rows where code = $1
    union all
    select 2, release_id, null, null, array['limit', units::text, 'MAI', mai] from mue_rows where code = $1
    union all
    select 2, release_id, null, null, array['status', status, 'global', global, 'PC/TC', pctc, 'multiple', multiple, 'bilateral', bilateral,
        'assistant', assistant, 'co-surgeon', cosurgeon, 'team', team, 'work', work] from pfs_rows where code = $1 and mod = ''
    union all
    select 2, release_id, null, null, array['primaries', count(*)::text] from addon_rows where addon = $1 and primary_code <> '' group by release_id
    union all
    select 2, release_id, null, null, array['name', name, 'setting', facility] from pos_rows where code = $1) r on r.release_id = s.id
where ` + licensed + ` and (s.via = '' or s.part_of = (select max(id) from releases where kind = 'starter'))
order by s.kind, s.effective_from, s.id, r.part`

const everyReleaseSQL = `-- name: codeset.every_release
select s.id, s.kind, s.name, s.via, s.dated, s.effective_from, s.effective_to, false as as_of
from releases s where s.via = '' and ` + licensed + ` order by s.kind, s.effective_from, s.id`

type editionRow struct {
	speaker
	Answers        bool
	RowFrom, RowTo *time.Time
	What           []string
}

// tells reports that r's kind speaks of codes of the system.
func (r speaker) tells(s code.System) bool {
	switch {
	case s == code.POS:
		return r.Kind == cmsfile.POS
	case s == code.CPT || s == code.HCPCS:
		return slices.Contains([]string{setOf(s), KindPFS, KindMUEPractitioner, KindMUEOutpatient, KindMUEDME, KindAddOn}, r.Kind)
	}
	return r.Kind == setOf(s)
}

// history arranges the releases of each set in their order, with what changed
// from one to the next.
func (p *paging) history(s code.System, rows []editionRow) []Edition {
	var out []Edition
	rows = slices.DeleteFunc(slices.Clone(rows), func(r editionRow) bool { return !r.tells(s) || r.Via != "" && p.loaded(r.speaker) })
	for i := 0; i < len(rows); {
		var what []string
		j := i
		for ; j < len(rows) && rows[j].Kind == rows[i].Kind; j++ {
			if n := len(out); j > i && rows[j].ID == rows[j-1].ID { // a second table of the same release
				out[n-1].What = append(out[n-1].What, differences(what, rows[j].What)...)
			} else {
				out = append(out, p.gaps(rows, i, j)...)
				out = append(out, Edition{Source: rows[j].datedSource("", rows[j].RowFrom, rows[j].RowTo), Answers: rows[j].Answers, What: differences(what, rows[j].What)})
			}
			what = remember(what, rows[j].What)
		}
		out = append(out, p.gaps(rows, i, j)...)
		i = j
	}
	return out
}

// loaded reports that the release itself is there, of which the starter has a part.
func (p *paging) loaded(part speaker) bool {
	return slices.ContainsFunc(p.all, func(r speaker) bool { return r.Kind == part.Kind && r.Name == part.Name })
}

// gaps names the first release between rows j-1 and j of a set that begins at
// row i which does not have the code.
func (p *paging) gaps(rows []editionRow, i, j int) []Edition {
	if j == i || rows[j-1].Via != "" {
		return nil
	}
	before := slices.IndexFunc(p.all, func(r speaker) bool { return r.ID == rows[j-1].ID })
	if before < 0 || before+1 == len(p.all) {
		return nil
	}
	next := p.all[before+1]
	if next.Kind != rows[i].Kind || slices.ContainsFunc(rows, func(r editionRow) bool { return r.ID == next.ID }) {
		return nil
	}
	_, answers := p.byID[next.ID]
	return []Edition{{Source: next.source(""), Answers: answers, Gone: true}}
}

// differences lists the values of now that before has not, with the value they had;
// an empty before lists all that are not empty. Upper case is no difference: one
// form of the HCPCS file has no other.
func differences(before, now []string) []string {
	var out []string
	for i := 0; i+1 < len(now); i += 2 {
		name, value := now[i], now[i+1]
		old, known := valueOf(before, name)
		switch {
		case known && !strings.EqualFold(old, value):
			out = append(out, name+": "+orNone(old)+" → "+orNone(value))
		case !known && value != "":
			out = append(out, name+": "+value)
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func valueOf(pairs []string, name string) (string, bool) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1], true
		}
	}
	return "", false
}

// remember puts the values of now in place of those of before.
func remember(before, now []string) []string {
	out := slices.Clone(now)
	for i := 0; i+1 < len(before); i += 2 {
		if _, again := valueOf(now, before[i]); !again {
			out = append(out, before[i], before[i+1])
		}
	}
	return out
}
