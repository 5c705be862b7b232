package codeset

import (
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// mostComplete is how many billable codes below a header are listed: more are
// no help to whoever has to choose one, and are stored with each draft.
const mostComplete = 40

// completeSQL lists the billable codes below each header of $1, one more than
// are shown. The starter's few rows are never all of them.
var completeSQL = `-- name: codeset.complete
select h.code as header, r.release_id, r.code
from unnest($1::text[]) h (code) cross join lateral (
    select release_id, code from code_rows r
    where r.code > h.code and r.code < h.code || '~' and r.system = 'icd10cm' and r.billable and r.release_id ` + slotted(icd10cmSlot) + `
    order by r.code limit ` + strconv.Itoa(mostComplete+1) + `) r
order by h.code, r.code`

var mcesSQL = `-- name: codeset.mces
select distinct release_id, code, list, rule from mce_rows where code = any($1) and release_id ` + slotted(mceSlot) + ` order by code, list, rule`

type completeRow struct {
	Header    string
	ReleaseID int64
	Code      string
}

type mceRow struct {
	ReleaseID        int64
	Code, List, Rule string
}

func (g *gathering) mceFacts(c code.Code) []MCE {
	if c.System != code.ICD10CM {
		return nil
	}
	var out []MCE
	for _, r := range newer(g, g.mces, func(r mceRow) (int64, bool) { return r.ReleaseID, r.Code == c.Code }) {
		out = append(out, MCE{List: r.List, Rule: r.Rule, Source: g.byID[r.ReleaseID].source(r.Code + " " + r.List)})
	}
	return out
}

// Rows beside the notes of a tabular list. One of kindCodes stands at each category
// in icd_notes and names in refs the category and all codes below it that the list
// has. One of kindHasNotes is of the query's answer alone: the category has notes.
const (
	kindCodes    = "codes"
	kindHasNotes = "has_notes"
)

// notTabled says why the tabular list that answers cannot tell the notes of a code:
// it does not have the code. A release that was loaded before its codes were kept
// tells categories with notes alone. It is "" where no official list answers.
func (g *gathering) notTabled(c code.Code) string {
	list := g.official(KindICD10CMTabular)
	if c.System != code.ICD10CM || list.ID == 0 {
		return ""
	}
	var codes []string
	kept, noted := false, false
	for _, r := range g.notes {
		own := r.ReleaseID == list.ID
		kept = kept || own && r.Kind == kindCodes
		noted = noted || own && r.Kind == kindHasNotes && r.Owner == category(c.Code)
		if own && r.Kind == kindCodes && r.Owner == category(c.Code) {
			codes = append(codes, r.Refs...)
		}
	}
	switch {
	case kept && !tabled(codes, c.Code):
		return list.Name + " does not have it"
	case !kept && !noted:
		return list.Name + " has no note of its category, which may be newer"
	}
	return ""
}

// tabled says whether a tabular list that has codes knows one: by itself, or by
// what its seventh character and its placeholders extend (W19 for W19.XXXA).
func tabled(codes []string, icd string) bool {
	if slices.Contains(codes, icd) {
		return true
	}
	stem := strings.ReplaceAll(icd, ".", "")
	for stem = stem[:min(6, len(stem))]; len(stem) >= 3; stem = stem[:len(stem)-1] {
		known := stem
		if len(stem) > 3 {
			known = stem[:3] + "." + stem[3:]
		}
		if slices.Contains(codes, known) {
			return true
		}
		if !strings.HasSuffix(stem, "X") {
			return false
		}
	}
	return false
}

// finish adds to a header of ICD-10-CM what would complete it, and to an unknown
// code the codes that it begins, or what it would be with its placeholders.
func (g *gathering) finish(cf *CodeFacts) {
	own, listed := g.row(cf.Code)
	switch {
	case cf.Code.System != code.ICD10CM:
	case listed && !cf.Billable && g.byID[own.ReleaseID].Via == "":
		cf.Complete = g.below(own)
	case !listed && cf.Status == code.Unknown && !cf.NotYet:
		if cf.Children = g.beginning(cf.Code.Code); cf.Children != nil {
			return
		}
		p := code.Code{System: code.ICD10CM, Code: withPlaceholders(cf.Code.Code)}
		if r, ok := g.row(p); ok && r.Billable {
			cf.Children = []string{p.Code}
		}
	}
}

// below returns the billable codes below a header, nil where they are its
// children or too many.
func (g *gathering) below(header codeRow) []string {
	var all []string
	for _, r := range g.complete {
		if r.Header == header.Code && r.ReleaseID == header.ReleaseID {
			all = append(all, r.Code)
		}
	}
	if len(all) > mostComplete || slices.Equal(all, slices.Sorted(slices.Values(header.Children))) {
		return nil
	}
	return all
}

// beginning returns the billable codes that begin with a code that is none
// itself, nor a header: W19.XXX lacks a seventh character. Nil where they are too
// many, or only the starter tells.
func (g *gathering) beginning(icd string) []string {
	var all []string
	list := g.official(KindICD10CM).ID
	for _, r := range g.complete {
		if r.Header == icd && r.ReleaseID == list && list != 0 {
			all = append(all, r.Code)
		}
	}
	if len(all) > mostComplete || len(icd) < len("W19.X") { // a category is listed
		return nil
	}
	return all
}

// withPlaceholders moves the last character of a short ICD-10-CM code to the
// seventh place and fills up with the placeholder X: W19.A is W19.XXXA
// (guideline I.A.4). It is "" for a code that cannot mean that.
func withPlaceholders(icd string) string {
	c := strings.ReplaceAll(icd, ".", "")
	if len(c) < 4 || len(c) > 6 {
		return ""
	}
	stem, last := strings.TrimRight(c[:len(c)-1], "X"), c[len(c)-1:]
	if len(stem) < 3 {
		return ""
	}
	c = stem + strings.Repeat("X", 6-len(stem)) + last
	return c[:3] + "." + c[3:]
}
