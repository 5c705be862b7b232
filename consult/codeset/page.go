package codeset

import (
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
)

// A Page is what an Entry says beyond the rows that a question is answered
// from. Each part names the row or, for a count, the release that it rests on.
type Page struct {
	Family       []Child            `json:"child_codes,omitempty"` // Entry.Children with their titles
	Sections     []Section          `json:"sections,omitempty"`    // chapter, then block, that hold an ICD-10-CM code
	HCPCS        *HCPCS             `json:"hcpcs,omitempty"`       // of a HCPCS code or modifier
	NOC          *Source            `json:"noc,omitempty"`         // the list of codes for what has no code of its own names it
	Place        *Place             `json:"place,omitempty"`       // of a place of service
	Lists        []Listing          `json:"mce,omitempty"`         // of the Medicare Code Editor
	PTPSets      []PTPCount         `json:"ptp_sets,omitempty"`    // by table and indicator
	Pairs        []PTP              `json:"pairs,omitempty"`       // with the codes asked for, or all in force up to the limit
	PairsTotal   int                `json:"pairs_total,omitempty"` // of all in force, where they are listed
	NoPairs      []NoPair           `json:"no_pairs,omitempty"`    // codes asked for that are in no pair with it
	PrimaryOf    []PrimaryOf        `json:"primary_of,omitempty"`  // add-on codes that name it
	Figures      []Figures          `json:"rvu,omitempty"`         // one a fee-schedule row
	Crosswalks   []Crosswalk        `json:"crosswalks,omitempty"`
	Coverage     []CoverageDocument `json:"coverage,omitempty"`             // LCDs and articles that list it
	CoverageGaps []string           `json:"coverage_not_checked,omitempty"` // why there may be more: a kind and what of it is not loaded
	History      []Edition          `json:"history,omitempty"`              // every loaded release that has it, oldest first in each set
	Silent       []Source           `json:"silent,omitempty"`               // releases that answer for the day and have no row for it
	Missing      []string           `json:"missing,omitempty"`              // kinds that could tell of it and have no release that answers
}

// ShowOptions say which pairs a page lists.
type ShowOptions struct {
	With  []string // the pairs with these codes, both tables
	Pairs bool     // all pairs in force, of the practitioner table if it is loaded
	Limit int      // of those; 0: 50
}

// defaultPairs is how many pairs a page lists unless told otherwise.
const defaultPairs = 50

// A Child is a code directly below a header.
type Child struct {
	Code     string `json:"code"`
	Title    string `json:"title,omitempty"`
	Billable bool   `json:"billable"`
}

// A Section is a chapter or block of the ICD-10-CM tabular list.
type Section struct {
	Span    string `json:"span"` // E08-E13
	Title   string `json:"title"`
	Chapter bool   `json:"chapter,omitempty"`
	Source  Source `json:"source"`
}

// A Place is a place of service. Facility is "facility", "non-facility" or "".
type Place struct {
	Name     string `json:"name"`
	Text     string `json:"text,omitempty"`
	Facility string `json:"facility,omitempty"`
	Source   Source `json:"source"`
}

// A Listing is one list of the Medicare Code Editor that names a code.
type Listing struct {
	List   string `json:"list"`
	Rule   string `json:"rule"`
	Source Source `json:"source"`
}

// A NoPair is a code asked for that stands in no pair with the page's code, and
// what that rests on.
type NoPair struct {
	With   string  `json:"with"`
	Set    string  `json:"set"`
	Why    string  `json:"why"`
	Source *Source `json:"source,omitempty"` // of the absence; nil where it proves nothing
}

// A PrimaryOf is an add-on code that has the page's code as a primary.
type PrimaryOf struct {
	AddOn  string `json:"addon"`
	Type   string `json:"type"`
	Source Source `json:"source"`
}

// Figures are the numbers of one fee-schedule row as text as in the file
// (PPRRVU; relative value units, percentages of the global package).
type Figures struct {
	Mod         string `json:"mod,omitempty"`
	Work        string `json:"work"`
	NonfacPE    string `json:"nonfac_pe"`
	FacPE       string `json:"fac_pe"`
	MP          string `json:"mp"`
	NonfacTotal string `json:"nonfac_total"`
	FacTotal    string `json:"fac_total"`
	NonfacNA    string `json:"nonfac_na,omitempty"` // NA: rarely or never done there
	FacNA       string `json:"fac_na,omitempty"`
	Pre         string `json:"pre,omitempty"`
	Intra       string `json:"intra,omitempty"`
	Post        string `json:"post,omitempty"`
	Conversion  string `json:"conversion_factor,omitempty"`
	QPP         string `json:"conversion_factor_qpp,omitempty"` // from 2026, of qualifying participants of advanced payment models
	Supervision string `json:"supervision,omitempty"`           // physician supervision of diagnostic procedures
	Imaging     string `json:"imaging,omitempty"`               // imaging family
	Pricing     string `json:"pricing,omitempty"`
	Source      Source `json:"source"`
}

// A Crosswalk leads to a code of another system or to a successor. Relation is
// "gem" (Forward: the mapping is from the page's code), "xref" (HCPCS: use
// instead) or "successor".
type Crosswalk struct {
	Relation    string      `json:"relation"`
	System      code.System `json:"system"`
	Code        string      `json:"code,omitempty"` // "": there is no map
	Forward     bool        `json:"forward"`
	Approximate bool        `json:"approximate,omitempty"`
	NoMap       bool        `json:"no_map,omitempty"`
	Combination bool        `json:"combination,omitempty"` // one of several codes that together say it
	Scenario    int         `json:"scenario,omitempty"`
	Choice      int         `json:"choice_list,omitempty"`
	Source      Source      `json:"source"`
}

// pageKinds are the release kinds that a page looks into beside the practitioner's.
func pageKinds() []string {
	return append(kinds(""), KindPTPOutpatient, KindMUEOutpatient, KindMUEDME, cmsfile.HCPCSNOC, cmsfile.GEMCM, cmsfile.GEMPCS)
}

// A paging looks up the pages of some codes: its rows ride in the batch of the
// facts, so that a page is one round trip too.
type paging struct {
	on       time.Time
	o        ShowOptions
	releases []speaker
	all      []speaker // every release, for the history's gaps
	pages    []*pageRows

	byID map[int64]speaker
}

// pageRows are the rows of one code's page as they were read.
type pageRows struct {
	c         code.Code
	children  []childRow
	sections  []pageSection
	hcpcs     []hcpcsRow
	noc       []nocRow
	places    []placeRow
	lists     []listingRow
	counts    []countRow
	pairs     []ptpRow
	allPairs  []ptpRow
	mues      []mueRow
	figures   []figuresRow
	maps      []gemRow
	primaryOf []addonRow
	editions  []editionRow
	texts     []cptText
	coverage  []coverageRow
	gaps      []coverageGap
}

func newPaging(codes []code.Code, on time.Time, o ShowOptions) *paging {
	if o.Limit <= 0 {
		o.Limit = defaultPairs
	}
	p := &paging{on: on, o: o}
	for _, c := range codes {
		p.pages = append(p.pages, &pageRows{c: c})
	}
	return p
}

func (p *paging) queue(b *pgx.Batch) {
	b.Queue(settleSQL, p.on, pageKinds())
	queue(b, &p.releases, releasesSQL, p.on)
	for _, r := range p.pages {
		r.queue(b, p)
	}
	b.Queue(restoreSQL)
	queue(b, &p.all, everyReleaseSQL)
	for _, r := range p.pages {
		if isProcedure(r.c) {
			queue(b, &r.gaps, coverageGapsSQL, p.on)
		}
		queue(b, &r.coverage, coverageSQL, p.on, []string{r.c.Code}, []string{string(r.c.System)})
	}
}

// queue adds the look-ups that go by an index.
func (r *pageRows) queue(b *pgx.Batch, p *paging) {
	c := r.c.Code
	queue(b, &r.editions, historySQL, c, string(r.c.System))
	switch r.c.System {
	case code.CPT, code.HCPCS:
		queue(b, &r.counts, countsSQL, p.on, c)
		queue(b, &r.primaryOf, primaryOfSQL, p.on, c)
		queue(b, &r.mues, limitsSQL, c)
		queue(b, &r.figures, figuresSQL, c)
		queue(b, &r.noc, nocSQL, c)
		queue(b, &r.hcpcs, hcpcsSQL, c)
		r.queuePairs(b, p)
		if r.c.System == code.CPT {
			queue(b, &r.texts, cptTextsSQL, c)
		}
	case code.Modifier:
		queue(b, &r.hcpcs, hcpcsSQL, c)
	case code.POS:
		queue(b, &r.places, placesSQL, c)
	case code.ICD10CM, code.ICD10PCS, code.ICD9CM, cmsfile.ICD9PCS:
		queue(b, &r.children, childrenSQL, c, string(r.c.System))
		queue(b, &r.sections, pageSectionsSQL, category(c))
		queue(b, &r.lists, listsSQL, c)
		queue(b, &r.maps, mapsSQL, c, string(r.c.System))
	}
}

func (r *pageRows) queuePairs(b *pgx.Batch, p *paging) {
	if len(p.o.With) > 0 {
		queue(b, &r.pairs, askedPairsSQL, p.on, r.c.Code, p.o.With)
	}
	if p.o.Pairs {
		queue(b, &r.allPairs, allPairsSQL, p.on, r.c.Code, p.o.Limit)
	}
}

// arrange indexes the releases once the rows are read.
func (p *paging) arrange() {
	p.byID = make(map[int64]speaker, len(p.releases))
	for _, r := range p.releases {
		p.byID[r.ID] = r
	}
}

// fill arranges the rows of e's code on its page.
func (p *paging) fill(e *Entry, r *pageRows, f Facts) {
	if len(r.texts) > 0 {
		e.Descriptor, e.Notice = r.texts[0].Text, r.texts[0].Notice
	}
	e.Coverage = listedOn(r.coverage, p.on)
	for _, g := range r.gaps {
		e.CoverageGaps = append(e.CoverageGaps, g.words(p.on))
	}
	e.Family = r.family(e.Children)
	for _, s := range r.sections {
		e.Sections = append(e.Sections, Section{Span: s.Span, Title: s.Title, Chapter: s.Chapter, Source: p.byID[s.ReleaseID].source(s.Span)})
	}
	for _, n := range r.noc {
		e.NOC = new(p.byID[n.ReleaseID].source(n.Code))
	}
	for _, l := range r.lists {
		e.Lists = append(e.Lists, Listing{List: l.List, Rule: l.Rule, Source: p.byID[l.ReleaseID].source(e.Code + " " + l.List)})
	}
	for _, v := range unstarted(p, r.figures, func(v figuresRow) int64 { return v.ReleaseID }) {
		e.Figures = append(e.Figures, p.figuresOf(v))
	}
	for _, a := range unstarted(p, r.primaryOf, func(a addonRow) int64 { return a.ReleaseID }) {
		e.PrimaryOf = append(e.PrimaryOf, PrimaryOf{AddOn: a.Addon, Type: a.Type,
			Source: p.byID[a.ReleaseID].datedSource(a.Addon+"/"+a.PrimaryCode, a.EffectiveFrom, a.EffectiveTo)})
	}
	p.fillMUE(e, r)
	p.fillHCPCS(e, r, f.Codes[Key(r.c)])
	p.fillPairs(e, r, f)
	p.fillCrosswalks(e, r)
	p.fillPlace(e, r)
	e.History = p.history(e.System, r.editions)
	p.fillSilence(e)
}

// fillSilence says of each set that could have a row for e's code and has none
// whether that is the silence of a published release or of the library.
func (p *paging) fillSilence(e *Entry) {
	for _, kind := range sets(e.System) {
		i := slices.IndexFunc(p.releases, func(r speaker) bool { return r.Kind == kind && r.Via == "" })
		starter := slices.ContainsFunc(p.releases, func(r speaker) bool { return r.Kind == kind })
		switch {
		case e.has(kind):
		case i >= 0:
			e.Silent = append(e.Silent, p.releases[i].source(""))
		case !starter:
			e.Missing = append(e.Missing, kind)
		}
	}
}

// sets lists the kinds that a page of the system has sections for beside the
// set of its codes.
func sets(s code.System) []string {
	switch s {
	case code.CPT, code.HCPCS:
		return []string{KindPTPPractitioner, KindPTPOutpatient, KindMUEPractitioner, KindMUEOutpatient, KindMUEDME, KindAddOn, KindPFS}
	case code.ICD10CM:
		return []string{KindICD10CMTabular, KindMCE, cmsfile.GEMCM}
	case code.ICD10PCS:
		return []string{KindMCE, cmsfile.GEMPCS}
	}
	return nil
}

// has reports that a section of e holds something of the kind.
func (e *Entry) has(kind string) bool {
	of := func(s Source) bool { return s.Set == kind }
	return slices.ContainsFunc(e.PTPSets, func(v PTPCount) bool { return of(*v.Source) }) ||
		slices.ContainsFunc(e.MUE, func(v MUE) bool { return of(v.Source) }) ||
		slices.ContainsFunc(e.AddOn, func(v AddOn) bool { return of(v.Source) }) ||
		slices.ContainsFunc(e.PrimaryOf, func(v PrimaryOf) bool { return of(v.Source) }) ||
		slices.ContainsFunc(e.PFS, func(v PFS) bool { return of(v.Source) }) ||
		slices.ContainsFunc(e.Notes, func(v Note) bool { return of(v.Source) }) ||
		slices.ContainsFunc(e.Sections, func(v Section) bool { return of(v.Source) }) ||
		slices.ContainsFunc(e.Lists, func(v Listing) bool { return of(v.Source) }) ||
		slices.ContainsFunc(e.Crosswalks, func(v Crosswalk) bool { return of(v.Source) })
}

// unstarted leaves out the starter's rows beside those of an official release.
func unstarted[T any](p *paging, rows []T, id func(T) int64) []T {
	if !slices.ContainsFunc(rows, func(r T) bool { return p.byID[id(r)].Via == "" }) {
		return rows
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r T) bool { return p.byID[id(r)].Via != "" })
}

// family puts titles to the children of a header.
func (r *pageRows) family(children []string) []Child {
	var out []Child
	for _, c := range children {
		child := Child{Code: c}
		for _, row := range r.children {
			if row.Code == c {
				child.Title, child.Billable = row.Title, row.Billable
			}
		}
		out = append(out, child)
	}
	return out
}

// fillMUE adds the hospital's and the suppliers' limits behind the practitioner's.
func (p *paging) fillMUE(e *Entry, r *pageRows) {
	for _, kind := range []string{KindMUEOutpatient, KindMUEDME} {
		for _, m := range r.mues {
			if s := p.byID[m.ReleaseID]; s.Kind == kind {
				e.MUE = append(e.MUE, MUE{Limit: m.Units, MAI: m.MAI, Rationale: m.Rationale, Source: s.source(m.Code)})
			}
		}
	}
}

func (p *paging) figuresOf(r figuresRow) Figures {
	key := r.Code
	if r.Mod != "" {
		key += "-" + r.Mod
	}
	return Figures{Mod: r.Mod, Work: r.Work, NonfacPE: text(r.NonfacPE), FacPE: text(r.FacPE), MP: text(r.MP), NonfacTotal: text(r.NonfacTotal),
		FacTotal: text(r.FacTotal), NonfacNA: text(r.NonfacNA), FacNA: text(r.FacNA), Pre: text(r.Pre), Intra: text(r.Intra), Post: text(r.Post),
		Conversion: text(r.Conversion), QPP: text(r.ConversionQPP), Supervision: text(r.Supervision), Imaging: text(r.Imaging), Pricing: text(r.Pricing),
		Source: p.byID[r.ReleaseID].source(key)}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// fillCrosswalks lists the mappings both ways, the codes that HCPCS names
// instead, and the successor.
func (p *paging) fillCrosswalks(e *Entry, r *pageRows) {
	for _, m := range r.maps {
		key := e.Code + "→" + m.Code
		if !m.Forward {
			key = m.Code + "→" + e.Code
		}
		e.Crosswalks = append(e.Crosswalks, Crosswalk{Relation: "gem", System: code.System(m.System), Code: m.Code, Forward: m.Forward,
			Approximate: m.Approximate, NoMap: m.NoMap, Combination: m.Combination, Scenario: m.Scenario, Choice: m.ChoiceList,
			Source: p.byID[m.ReleaseID].source(key)})
	}
	if e.HCPCS != nil {
		for _, x := range e.HCPCS.XRefs {
			for c := range strings.FieldsSeq(x) {
				e.Crosswalks = append(e.Crosswalks, Crosswalk{Relation: "xref", System: procedureSystem(c), Code: c, Forward: true, Source: e.HCPCS.Source})
			}
		}
	}
	if e.SuccessorSource != nil && e.SuccessorSource.Set != KindHCPCS { // whose references stand above
		e.Crosswalks = append(e.Crosswalks, Crosswalk{Relation: "successor", System: e.System, Code: e.Successor, Forward: true, Source: *e.SuccessorSource})
	}
}

// procedureSystem tells a HCPCS code from a CPT one by its first character.
func procedureSystem(c string) code.System {
	if c != "" && c[0] >= 'A' {
		return code.HCPCS
	}
	return code.CPT
}

// fillPlace explains a place of service that the list assigns.
func (p *paging) fillPlace(e *Entry, r *pageRows) {
	for _, v := range r.places {
		if e.System == code.POS && !unassigned(v.Name) {
			e.Place = &Place{Name: v.Name, Text: v.Text, Facility: v.Facility, Source: p.byID[v.ReleaseID].source(e.Code)}
		}
	}
}
