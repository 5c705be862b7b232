package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// Jurisdiction returns the contractor and the state of a claim, for
// codeset.Query: each where it is stated once, the contractor also where the
// claim names it as the payer.
func Jurisdiction(c Claim) (contractor, state string) {
	k := checker{c: c}
	contractor, _ = k.fact("contractor")
	if len(c.Facts["contractor"]) == 0 && PayerOf(c.Payer) == Medicare {
		payer := " " + strings.ToLower(c.Payer) + " "
		if i := slices.IndexFunc(contractors, func(w string) bool { return strings.Contains(payer, " "+w+" ") }); i >= 0 {
			contractor = contractors[i]
		}
	}
	state, _ = k.fact("state")
	return contractor, state
}

// coverage holds each procedure against the LCDs and articles that list it, and
// names what of them is not loaded.
func (k *checker) coverage() {
	if len(k.codes) == 0 {
		return
	}
	lcd, article := k.silent(codeset.KindLCD), k.silent(codeset.KindArticle)
	ncd := "no release loaded"
	if lcd == "" || article == "" {
		ncd = "national coverage determinations are no release that can be loaded"
	}
	defer k.skip("coverage.ncd", "", ncd)
	if lcd != "" && article != "" {
		k.skip("coverage.lcd", "", lcd)
		return
	}
	for _, why := range append([]string{lcd, article}, k.f.CoverageGaps...) {
		if why != "" {
			k.skip("coverage.lcd", "", why)
		}
	}
	contractor, state := Jurisdiction(k.c)
	if (contractor != "" || state != "") && len(k.f.Contractors) == 0 {
		why := "no loaded contractor is known by " + strings.TrimSpace(contractor+" "+state)
		if state == "" && len(k.c.Facts["contractor"]) == 0 {
			why = "the documents of " + contractor + ", named as the payer, are not gathered"
		}
		k.skip("coverage.lcd", "", why)
		return
	}
	c := covering{checker: k, whole: lcd == "" && article == "" && len(k.f.CoverageGaps) == 0, dx: k.complaints()}
	switch {
	case contractor != "":
		c.whose = k.f.Contractors[0]
	case state != "":
		c.whose = "contractors of " + state
	}
	for _, procedure := range k.codes {
		c.procedure(procedure)
	}
}

// complaints are the diagnoses that a list of complete codes can name.
func (k *checker) complaints() []string {
	return slices.DeleteFunc(slices.Clone(k.dx), func(d string) bool {
		cf, ok := k.diagnosis(d)
		return ok && (cf.Status == code.Deleted || cf.Status == code.Unknown || cf.Status == code.Valid && !cf.Billable)
	})
}

// A covering is the coverage question of one claim.
type covering struct {
	*checker
	whole bool     // nothing of the coverage database is missing
	whose string   // the stated contractor, or those of the stated state; "" where neither is stated
	dx    []string // the diagnoses that can be judged
}

// A coverageView is what one document says of a procedure.
type coverageView struct {
	doc     codeset.Coverage
	verdict string
	rank    int    // of several documents the lowest speaks
	says    string // behind "lists 20610"
}

// Ranks of views: a diagnosis that the document covers, one that it lists in a
// way that has to be read, one that it does not cover, no diagnosis to judge.
const (
	viewCovered = iota
	viewToRead
	viewNotCovered
	viewListed
)

func (c covering) procedure(procedure string) {
	var views []coverageView
	for _, d := range c.f.Coverage {
		switch {
		case d.Code != procedure:
		case d.NotYet:
			c.skip("coverage.lcd", procedure, fmt.Sprintf("%s version %d begins on %s; the version of the day is not loaded", d.ID, d.Version, d.EffectiveFrom))
		default:
			views = append(views, c.view(d))
		}
	}
	slices.SortStableFunc(views, func(a, b coverageView) int { return a.rank - b.rank })
	switch {
	case len(views) == 0:
		c.notListed(procedure)
	case c.whose == "" && !everywhere(views):
		c.undecided(procedure, views)
	default:
		c.found(procedure, views)
	}
}

// view judges the diagnoses of the claim by one document.
func (c covering) view(d codeset.Coverage) coverageView {
	if d.List == "table" {
		return c.selfAdministered(d)
	}
	covered, noncovered := c.groups(d, "covered"), c.groups(d, "noncovered")
	if v, ok := c.hit(d, covered, noncovered); ok {
		return v
	}
	var against []string
	for _, g := range noncovered {
		for _, l := range g.Listed {
			if slices.Contains(c.dx, l.Code) && !slices.Contains(against, l.Code) {
				against = append(against, l.Code)
			}
		}
	}
	n := 0
	for _, g := range covered {
		n += g.Codes
	}
	switch {
	case len(against) > 0:
		return coverageView{d, "not_covered", viewNotCovered, " and has " + list(against) + " among the diagnoses that do not support it" + likely}
	case n > 0 && len(c.dx) > 0:
		return coverageView{d, "not_covered", viewNotCovered,
			fmt.Sprintf(" and has %s in no group of supporting diagnoses that may be for it%s", list(c.dx), likely)}
	case n > 0:
		return coverageView{d, "listed", viewListed, fmt.Sprintf(" and supporting diagnoses that may be for it (%d); no complete diagnosis is on the claim", n)}
	case slices.ContainsFunc(d.Diagnoses, func(g codeset.DiagnosisGroup) bool { return g.List == "covered" }):
		return coverageView{d, "listed", viewListed, "; the paragraphs of its groups of diagnoses name other codes"}
	}
	return coverageView{d, "listed", viewListed, " and has no list of supporting diagnoses"}
}

const likely = "; where the service is the one that the document is about, a denial for medical necessity (CO-50) is likely, and an ABN with GA belongs before the service"

// unlisted are codes for any drug without one of its own.
var unlisted = []string{"C9399", "J3490", "J3590", "J7999", "J8499", "J8999", "J9999"}

// selfAdministered judges a drug of a table of self-administered drugs: its row
// means a brand and a route (CMS IOM 100-02 chapter 15, section 50.2).
func (c covering) selfAdministered(d codeset.Coverage) coverageView {
	const among = " among the drugs that patients usually administer to themselves"
	switch {
	case slices.Contains(unlisted, d.Code):
		return coverageView{d, "listed", viewToRead, among + ", by brand: read whether the drug given is one of them, which Part B does not pay"}
	case c.is("route", "subcutaneous"):
		return coverageView{d, "not_covered", viewNotCovered, among + ", which Part B does not pay"}
	}
	return coverageView{d, "listed", viewToRead, among + ", which Part B does not pay: read for which route and brand"}
}

// groups are those of a list that may be for the procedure: all but those whose
// paragraph names others.
func (c covering) groups(d codeset.Coverage, named string) []codeset.DiagnosisGroup {
	return slices.DeleteFunc(slices.Clone(d.Diagnoses), func(g codeset.DiagnosisGroup) bool { return g.List != named || g.For == codeset.ForOthers })
}

// hit finds a diagnosis of the claim among those that support the procedure. It
// is covered where the group's paragraph names the procedure, or the document
// has no other group and no words against it (DOMAIN.md E.8); else a person has
// to read the paragraphs.
func (c covering) hit(d codeset.Coverage, covered, noncovered []codeset.DiagnosisGroup) (v coverageView, ok bool) {
	groups := 0
	for _, g := range d.Diagnoses {
		if g.List == "covered" {
			groups++
		}
	}
	for _, g := range covered {
		for _, l := range g.Listed {
			if !slices.Contains(c.dx, l.Code) {
				continue
			}
			at := fmt.Sprintf(" and has %s in covered group %d, ", l.Code, g.Group)
			read := coverageView{d, "listed", viewToRead, ""}
			switch {
			case l.Star:
				read.says = at + "with a star that sets a condition: read it before relying on coverage"
			case listedIn(noncovered, l.Code):
				read.says = at + "and also among the diagnoses that do not support it: read its paragraphs"
			case g.For == codeset.ForNamed:
				return coverageView{d, "covered", viewCovered, at + "whose paragraph names " + d.Code}, true
			case g.For == "" && groups == 1:
				return coverageView{d, "covered", viewCovered, at + "its only group, whose paragraph names no procedure"}, true
			case g.For == codeset.ForUnclear:
				read.says = at + "whose paragraph makes a reservation: read it before relying on coverage"
			default:
				read.says = at + "one of several, whose paragraph names no procedure: read it before relying on coverage"
			}
			if !ok {
				v, ok = read, true
			}
		}
	}
	return v, ok
}

func listedIn(groups []codeset.DiagnosisGroup, dx string) bool {
	return slices.ContainsFunc(groups, func(g codeset.DiagnosisGroup) bool {
		return slices.ContainsFunc(g.Listed, func(l codeset.ListedDiagnosis) bool { return l.Code == dx })
	})
}

// everywhere says whether the contractor makes no difference: all documents say
// one thing, and together they hold in every state.
func everywhere(views []coverageView) bool {
	states := map[string]bool{}
	for _, v := range views {
		if v.verdict != views[0].verdict {
			return false
		}
		for _, s := range v.doc.States {
			if s = cut(s, 2); !territories[s] {
				states[s] = true
			}
		}
	}
	return len(states) > 50 // and the District of Columbia
}

var territories = map[string]bool{"AS": true, "GU": true, "MP": true, "PR": true, "VI": true, "UM": true, "FM": true, "MH": true, "PW": true}

// found reports what the document that says most says, and names the others.
func (c covering) found(procedure string, views []coverageView) {
	v := views[0]
	c.add(Finding{Rule: "coverage.lcd", Verdict: v.verdict, Codes: []string{procedure}, Lines: c.linesOf(procedure), Source: v.doc.Source,
		Statement: c.sayMedicare(v.doc.Source, "%s lists %s%s%s", c.begin(entitled(v.doc)+c.of(v.doc)), procedure, v.says, others(views))})
}

func (c covering) of(d codeset.Coverage) string {
	switch {
	case c.whose != "":
		return " of " + c.whose
	case len(d.Contractors) > 2:
		return ""
	}
	return " of " + list(d.Contractors)
}

// entitled names a document: "article A52369 (Billing and Coding: …)".
func entitled(d codeset.Coverage) string {
	kind := "LCD "
	if d.Source.Set == codeset.KindArticle {
		kind = "article "
	}
	title := strings.Join(strings.Fields(d.Title), " ")
	if title != "" {
		title = " (" + title + ")"
	}
	return kind + d.ID + title
}

func others(views []coverageView) string {
	var ids []string
	for _, v := range views[1:] {
		if v.doc.ID != views[0].doc.ID && !slices.Contains(ids, v.doc.ID) {
			ids = append(ids, v.doc.ID)
		}
	}
	switch {
	case len(ids) == 0:
		return ""
	case len(ids) > 3:
		return fmt.Sprintf("; %d other documents list %s too", len(ids), views[0].doc.Code)
	}
	return "; also listed in " + list(ids)
}

// notListed says that no document lists the procedure, where all are loaded.
func (c covering) notListed(procedure string) {
	if !c.whole || c.notYet(procedure) {
		return
	}
	whose := c.whose
	if whose == "" {
		whose = "any contractor"
	}
	src := c.absence(codeset.KindArticle)
	c.add(Finding{Rule: "coverage.lcd", Verdict: "not_listed", Codes: []string{procedure}, Lines: c.linesOf(procedure), Source: src,
		Statement: c.sayMedicare(src, "%s holds no LCD or article of %s that lists %s, which by itself neither supports nor excludes coverage",
			c.begin("coverage database"), whose, procedure)})
}

func (c covering) notYet(procedure string) bool {
	return slices.ContainsFunc(c.f.Coverage, func(d codeset.Coverage) bool { return d.Code == procedure && d.NotYet })
}

// undecided asks for the contractor, with a branch for each verdict that the
// contractors' documents give.
func (c covering) undecided(procedure string, views []coverageView) {
	var names []string
	first := map[string]coverageView{} // by contractor: views are in the order in which they speak
	for _, v := range views {
		for _, n := range v.doc.Contractors {
			if _, ok := first[n]; !ok {
				first[n] = v
				names = append(names, n)
			}
		}
	}
	var branches []Branch
	for _, verdict := range []string{"covered", "listed", "not_covered"} {
		of := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return first[n].verdict != verdict })
		if len(of) > 0 {
			v := first[of[0]]
			branches = append(branches, Branch{"the contractor is " + oneOf(of), verdict, "Its " + entitled(v.doc) + " lists " + procedure + v.says + "."})
		}
		if len(of) > 1 {
			branches[len(branches)-1].Statement = "The documents differ; of " + of[0] + ", " + entitled(first[of[0]].doc) + " lists " + procedure + first[of[0]].says + "."
		}
	}
	if c.whole {
		branches = append(branches, Branch{"it is another", "not_listed", "No LCD or article of another contractor lists " + procedure + "."})
	}
	c.add(Finding{Rule: "coverage.lcd", Verdict: Undecided, Codes: []string{procedure}, Lines: c.linesOf(procedure), Source: views[0].doc.Source,
		Missing: []string{"contractor"}, Branches: branches,
		Statement: c.sayMedicare(views[0].doc.Source, "%s of %s list %s; which of them holds depends on the contractor, which is not stated",
			c.begin("coverage documents"), plural(len(names), "contractor"), procedure)})
}

// list writes "a, b and c".
func list(s []string) string {
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}

func oneOf(s []string) string {
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}
