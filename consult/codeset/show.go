package codeset

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
)

// An Entry is everything known of one code on a day, as "codes show" prints it.
type Entry struct {
	System          code.System `json:"system"`
	Code            string      `json:"code"`
	Status          string      `json:"status"` // a verdict of code.status; unknown too where nothing loaded can tell
	NotChecked      string      `json:"not_checked,omitempty"`
	Billable        bool        `json:"billable"`
	Title           string      `json:"title,omitempty"` // official text, where free or licensed
	Words           string      `json:"words,omitempty"`
	Descriptor      string      `json:"descriptor,omitempty"` // the AMA's, only while its licence is current; never without Notice
	Notice          string      `json:"notice,omitempty"`     // the copyright line to show with it
	Successor       string      `json:"successor,omitempty"`
	SuccessorSource *Source     `json:"successor_source,omitempty"` // the row that names it
	EffectiveFrom   string      `json:"effective_from,omitempty"`
	EffectiveTo     string      `json:"effective_to"`
	Children        []string    `json:"children,omitempty"`
	SevenChars      []Extension `json:"seven_chars,omitempty"`
	Notes           []Note      `json:"notes,omitempty"`
	MUE             []MUE       `json:"mue,omitempty"`
	PTP             *PTPCount   `json:"ptp,omitempty"`
	AddOn           []AddOn     `json:"addon,omitempty"`
	PFS             []PFS       `json:"pfs,omitempty"`
	Drug            *Drug       `json:"drug,omitempty"`
	Wording         *Source     `json:"wording,omitempty"` // of title and drug, as in CodeFacts
	Source          *Source     `json:"source,omitempty"`
	Page
}

// shapes are the forms that a code of each system is written in, the dot of
// ICD-10-CM being optional.
var shapes = []struct {
	system code.System
	shape  *regexp.Regexp
}{
	{code.CPT, regexp.MustCompile(`^[0-9]{4}[0-9AFMTU]$`)},
	{code.HCPCS, regexp.MustCompile(`^[A-CEGHJ-MP-V][0-9]{4}$`)},
	{code.CDT, regexp.MustCompile(`^D[0-9]{4}$`)},
	{code.Modifier, regexp.MustCompile(`^[0-9A-Z]{2}$`)},
	{code.POS, regexp.MustCompile(`^[0-9]{2}$`)},
	{code.ICD9CM, regexp.MustCompile(`^([0-9]{3}|V[0-9]{2}|E[0-9]{3})\.[0-9]{1,2}$|^[0-9]{3}$`)},
	{cmsfile.ICD9PCS, regexp.MustCompile(`^[0-9]{2}\.[0-9]{1,2}$`)},
	{code.ICD10CM, regexp.MustCompile(`^[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?$`)},
	{code.ICD10PCS, regexp.MustCompile(`^[0-9A-HJ-NP-Z]{7}$`)},
}

// readings returns the codes that s can mean, in normal form.
func readings(s string) []code.Code {
	s = strings.ToUpper(strings.TrimSpace(s))
	var out []code.Code
	for _, r := range shapes {
		if !r.shape.MatchString(s) {
			continue
		}
		c := code.Code{System: r.system, Code: s}
		if r.system == code.ICD10CM && len(s) > 3 && s[3] != '.' {
			c.Code = s[:3] + "." + s[3:]
		}
		out = append(out, c)
	}
	return out
}

// Show returns what is known of a code on the day, one entry a system that
// knows it, in one round trip. A code that no system knows, or no system has the
// shape of, is one entry with status unknown.
func Show(ctx context.Context, tx pgx.Tx, s string, on time.Time) ([]Entry, error) {
	return ShowPage(ctx, tx, s, on, ShowOptions{})
}

// ShowPage is Show with pairs.
func ShowPage(ctx context.Context, tx pgx.Tx, s string, on time.Time, o ShowOptions) ([]Entry, error) {
	codes := readings(s)
	if len(codes) == 0 {
		return []Entry{{Code: s, Status: "unknown", NotChecked: "no code system writes its codes so"}}, nil
	}
	asked := slices.Clone(codes)
	o.With = slices.Clone(o.With)
	for i, w := range o.With {
		o.With[i] = strings.ToUpper(strings.TrimSpace(w))
		asked = append(asked, code.Code{System: procedureSystem(o.With[i]), Code: o.With[i]})
	}
	g, p, b := newGathering(Query{On: on, Codes: asked}), newPaging(codes, on, o), &pgx.Batch{}
	g.queue(b)
	p.queue(b)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("the page of %s: %w", codes[0].Code, err)
	}
	return known(p.entries(g.facts())), nil
}

// entries arranges a page for each code.
func (p *paging) entries(f Facts) []Entry {
	p.arrange()
	var out []Entry
	for _, r := range p.pages {
		e := f.entry(r.c)
		p.fill(&e, r, f)
		out = append(out, e)
	}
	return out
}

// known keeps the entries that some release knows; of none, the likeliest: two
// digits that are no modifier, CPT's own being known always, can only be a place
// of service.
func known(entries []Entry) []Entry {
	some := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return e.Status == "unknown" && len(e.Crosswalks) == 0 })
	if len(some) > 0 {
		return some
	}
	if i := slices.IndexFunc(entries, func(e Entry) bool { return e.System == code.POS }); i >= 0 {
		return entries[i : i+1]
	}
	return entries[:1]
}

// Facts are those of the entry's own code, as a rule reads them (edit.Fitting).
func (e Entry) Facts() CodeFacts {
	return CodeFacts{Code: code.Code{System: e.System, Code: e.Code}, PFS: e.PFS, AddOn: e.AddOn, Drug: e.Drug}
}

// entry arranges the facts of c.
func (f Facts) entry(c code.Code) Entry {
	cf := f.Codes[Key(c)]
	e := Entry{System: c.System, Code: c.Code, Status: cf.verdict(), Billable: cf.Billable, Title: cf.Title, Words: cf.Words,
		Successor: cf.Successor, SuccessorSource: cf.SuccessorSource, Children: cf.Children, SevenChars: cf.SevenChars, AddOn: cf.AddOn, PFS: cf.PFS, Drug: cf.Drug, Wording: cf.Wording}
	for _, n := range f.Notes {
		if slices.Contains(n.Bears, c.Code) && c.System == code.ICD10CM {
			e.Notes = append(e.Notes, n)
		}
	}
	slices.SortStableFunc(e.Notes, func(a, b Note) int { return above(c.Code, a.Owner) - above(c.Code, b.Owner) })
	if cf.MUE != nil {
		e.MUE = []MUE{*cf.MUE}
	}
	if cf.Status == code.Unchecked {
		e.NotChecked = f.unchecked(c)
		return e
	}
	e.Source = &cf.Source
	if kind := cf.Source.Set; kind != KindPTPPractitioner && kind != KindPTPOutpatient { // whose dates are the edit's
		e.EffectiveFrom, e.EffectiveTo = cf.Source.EffectiveFrom, cf.Source.EffectiveTo
	}
	return e
}

// above is how far above an ICD-10-CM code the owner of a note stands: itself,
// the codes above it, then blocks and chapters, the narrower first.
func above(c, owner string) int {
	if first, last, block := strings.Cut(owner, "-"); block {
		return 1<<20 + category36(last) - category36(first)
	}
	return len(c) - len(owner)
}

// category36 orders categories: E08 before E13 before F01.
func category36(category string) int {
	n := 0
	for _, r := range category {
		n = n*36 + strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", r)
	}
	return n
}

// verdict is the status as code.status says it.
func (cf CodeFacts) verdict() string {
	switch {
	case cf.NotYet:
		return "not_yet_effective"
	case cf.Status == code.Unchecked:
		return string(code.Unknown)
	case cf.Status != code.Valid && cf.Successor != "":
		return "replaced"
	}
	return string(cf.Status)
}

// unchecked says why nothing loaded can tell the status of c.
func (f Facts) unchecked(c code.Code) string {
	kind := setOf(c.System)
	switch a := f.Answers[kind]; {
	case kind == "":
		return string(c.System) + ": no release of this system can be loaded"
	case a.Starter || c.System == code.CPT && f.Answers[KindPFS].Starter:
		return kind + ": not in the starter"
	default:
		return a.Missing
	}
}

// A cptText is a descriptor with the notice that it must not be shown without.
type cptText struct{ Text, Notice string }

// cptTextsSQL finds the descriptors of a code, the long one first. Nothing else
// reads the table.
const cptTextsSQL = `-- name: codeset.cpt_texts
select t.text, s.notice from cpt_texts t join releases s on s.id = t.release_id
where t.code = $1 and t.release_id ` + answering + ` and ` + licensed + `
order by s.effective_from desc, s.id desc, array_position(array['long', 'medium', 'short'], t.form)`
