package codeset

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// Coverage is an LCD or article that lists a procedure of the query. Proposed
// documents and those that ended before the day are none.
type Coverage struct {
	Code          string           `json:"code"` // the procedure
	ID            string           `json:"id"`   // L33312, A52369
	Version       int              `json:"version"`
	Title         string           `json:"title,omitempty"`
	NotYet        bool             `json:"not_yet,omitempty"` // this version begins after the day; what held on the day is not loaded
	EffectiveFrom string           `json:"effective_from,omitempty"`
	EffectiveTo   string           `json:"effective_to,omitempty"`
	List          string           `json:"list"` // hcpcs; table: self-administered drugs
	Contractors   []string         `json:"contractors"`
	States        []string         `json:"states,omitempty"`
	Diagnoses     []DiagnosisGroup `json:"diagnoses,omitempty"`
	Source        Source           `json:"source"`
}

// A DiagnosisGroup is one group of a document's diagnoses. Whose group it is
// only its paragraph says (DOMAIN.md E.8); For is what can be read there.
type DiagnosisGroup struct {
	List   string            `json:"list"` // covered, noncovered
	Group  int               `json:"group"`
	Codes  int               `json:"codes"`            // how many diagnoses
	For    string            `json:"for,omitempty"`    // ForNamed and so on
	Listed []ListedDiagnosis `json:"listed,omitempty"` // of the query
}

// What a group's paragraph says of a procedure code; "" where it names none.
const (
	ForNamed   = "named"   // the paragraph names the procedure
	ForOthers  = "others"  // it names procedures, and not this one
	ForUnclear = "unclear" // it makes an exception that is not read
)

// A ListedDiagnosis is a diagnosis of the query in a group.
type ListedDiagnosis struct {
	Code string `json:"code"`
	Star bool   `json:"star,omitempty"` // the list sets a condition
}

// A coverageLookup holds the rows of a question's coverage documents.
type coverageLookup struct {
	docs        []coverageRow
	listed      []listedRow
	gaps        []coverageGap
	contractors []contractorRow
}

type listedRow struct {
	ReleaseID int64
	Document  string
	Version   int
	List      string
	GroupNo   int
	Code      string
	Asterisk  bool
}

type contractorRow struct {
	Name, Number string
	States       []string
}

const listedSQL = `-- name: codeset.coverage_listed
select c.release_id, c.document, c.version, c.list, c.group_no, c.code, c.asterisk
from (` + coverageAnswering + `) a join coverage_codes c on c.release_id = a.id
where c.code = any($2::text[]) and c.system = 'icd10cm' and c.list in ('covered', 'noncovered')
  and exists (select from coverage_codes p where p.release_id = c.release_id and p.document = c.document and p.version = c.version
      and p.list = 'hcpcs' and p.code = any($3::text[]))
order by c.release_id, c.document, c.version, c.list, c.group_no, c.code`

const contractorsSQL = `-- name: codeset.coverage_contractors
select distinct k.name, k.number, k.states
from (` + coverageAnswering + `) a join coverage_contractors k on k.release_id = a.id
where k.contractor >= '' and not k.retired order by k.name, k.number`

func (l *coverageLookup) queue(b *pgx.Batch, g *gathering) {
	on := g.q.On
	queue(b, &l.gaps, coverageGapsSQL, on)
	queue(b, &l.docs, coverageSQL, on, g.procedures, []string{string(code.CPT), string(code.HCPCS)})
	if len(g.diagnoses) > 0 {
		queue(b, &l.listed, listedSQL, on, g.diagnoses, g.procedures)
	}
	if g.q.Contractor != "" || g.q.State != "" {
		queue(b, &l.contractors, contractorsSQL, on)
	}
}

// fill sets what f says of coverage.
func (l *coverageLookup) fill(f *Facts, q Query) {
	for _, gap := range l.gaps {
		f.CoverageGaps = append(f.CoverageGaps, gap.words(q.On))
	}
	for _, k := range l.contractors {
		if named(k, q.Contractor) && serves(k.States, q.State) && !slices.Contains(f.Contractors, k.Name) {
			f.Contractors = append(f.Contractors, k.Name)
		}
	}
	for _, r := range l.docs {
		shown := listedOn([]coverageRow{r}, q.On)
		if len(shown) == 0 || r.Status == "P" || r.Status == "R" && r.ToDay == nil || !l.holds(r, q) {
			continue
		}
		f.Coverage = append(f.Coverage, l.coverage(r, shown[0]))
	}
}

// holds says whether the document is one of the query's contractor and state.
func (l *coverageLookup) holds(r coverageRow, q Query) bool {
	byName := func(name string) bool {
		return slices.ContainsFunc(l.contractors, func(k contractorRow) bool { return k.Name == name && named(k, q.Contractor) }) ||
			named(contractorRow{Name: name}, q.Contractor)
	}
	return (q.Contractor == "" || slices.ContainsFunc(r.Contractors, byName)) && serves(r.States, q.State)
}

// shortNames are the contractors that go by their initials.
var shortNames = map[string]string{
	"ngs": "national government services", "wps": "wisconsin physicians service", "fcso": "first coast service options", "palmetto": "palmetto gba",
}

// named says whether a contractor is the one that a question names: by the
// beginning of its name, by its initials or by its number; any by "".
func named(k contractorRow, asked string) bool {
	asked = strings.ToLower(strings.TrimSpace(asked))
	asked = cmp.Or(shortNames[asked], asked)
	name := strings.ToLower(k.Name)
	return asked == "" || name == asked || strings.HasPrefix(name, asked+" ") || strings.HasPrefix(name, asked+",") || k.Number != "" && k.Number == asked
}

// serves says whether one of states is the state or a part of it: "NY (Queens)".
func serves(states []string, state string) bool {
	state = strings.ToUpper(strings.TrimSpace(state))
	return state == "" || slices.ContainsFunc(states, func(s string) bool { return s == state || strings.HasPrefix(s, state+" (") })
}

func (l *coverageLookup) coverage(r coverageRow, d CoverageDocument) Coverage {
	c := Coverage{Code: r.Code, ID: d.ID, Version: d.Version, Title: d.Title, NotYet: d.Status == "future", EffectiveFrom: d.EffectiveFrom,
		EffectiveTo: d.EffectiveTo, List: d.List, Contractors: d.Contractors, States: d.States, Source: d.Source}
	for _, g := range d.Diagnoses {
		if g.Codes == 0 {
			continue
		}
		out := DiagnosisGroup{List: g.List, Group: g.Group, Codes: g.Codes, For: whoseGroup(g.Text, r.Code)}
		for _, x := range l.listed {
			if x.ReleaseID == r.ID && x.Document == r.Document && x.Version == r.Version && x.List == g.List && x.GroupNo == g.Group {
				out.Listed = append(out.Listed, ListedDiagnosis{x.Code, x.Asterisk})
			}
		}
		c.Diagnoses = append(c.Diagnoses, out)
	}
	return c
}

var (
	procedureCodes = regexp.MustCompile(`\b([A-Z]\d{4}|\d{4}[0-9A-Z])\b(?:\s*(?:-|–|through|thru|to)\s*([A-Z]\d{4}|\d{4}[0-9A-Z])\b)?`)
	exceptions     = regexp.MustCompile(`(?i)\b(except|excluding|exclude[ds]?|other than|not)\b`)
)

// whoseGroup reads out of the paragraph of a group whether it is for the
// procedure. An exception is not read: what it is from nobody can tell by words.
func whoseGroup(paragraph, procedure string) string {
	found := procedureCodes.FindAllStringSubmatch(paragraph, -1)
	switch {
	case exceptions.MatchString(paragraph):
		return ForUnclear
	case slices.ContainsFunc(found, func(m []string) bool {
		last := cmp.Or(m[2], m[1])
		return m[1] <= procedure && procedure <= last && len(procedure) == len(last) || last == procedure
	}):
		return ForNamed
	case len(found) > 0:
		return ForOthers
	}
	return ""
}
