package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// The closed list of verdicts that begin a reply (docs/reply.md). X stands for
// codes, M for a modifier.
const (
	together     = "Report together"
	withModifier = "Report together only with modifier" // and the modifier
	notTogether  = "Do not report together"
	cannotDecide = "Cannot be decided yet"

	reportX        = "Report %s"
	reportXInstead = "Report %s instead"
	notX           = "Do not report %s"
	notAlone       = "Do not report %s alone"
	notSeparately  = "Do not report %s separately"
	separately     = "Report %s separately"
	separatelyWith = "Report %s separately only with modifier %s"
	notPaid        = "Medicare does not pay %s"
	notModifier    = "Do not use modifier %s as asked"
	notModifiers   = "Do not use modifiers %s as asked"
	tooMany        = "Do not report more than %s of %s"
	dxValid        = "Valid as written"
	dxInvalid      = "Not valid as written"
	dxOrder        = "Report together, in another order"
	correctClaim   = "Correct the claim"
	appealWith     = "Appeal with the record"
	notAsWritten   = "Do not report as written"
	noObjection    = "Nothing found against it"
	notCoding      = "Not a coding question"
	noQuestion     = "Nothing to answer"
)

// A ruling is the verdict, whether it is final, and whether the claim table
// stands only under a condition.
type ruling struct {
	words   string
	decided bool
	onlyIf  bool
	by      By
}

func final(format string, args ...any) ruling {
	return ruling{words: fmt.Sprintf(format, args...), decided: true}
}

var undecided = ruling{words: cannotDecide}

// verdict chooses the verdict for a kind of reply. No claim that a finding fails
// is reported together: the verdict then is that finding, or, where the finding
// may not bind here, waits.
func (s *Set) verdict(c *caseView, d *decision, p *Page, name string) ruling {
	r := s.ruled(c, d, p, name)
	if r.words != together && r.words != dxOrder {
		return r
	}
	if f := c.wrong(nil); f != nil {
		p.Says = say(f.Statement)
		r = final(notAsWritten)
		r.by = By{Other: true}
		return r
	}
	for _, f := range c.in.Result.Findings {
		if f.Severity == edit.Error {
			p.Says = say(f.Statement)
			return ruling{words: cannotDecide, by: By{Other: true}}
		}
	}
	return r
}

// ruled is the verdict of the rule that comes first for a kind of reply.
func (s *Set) ruled(c *caseView, d *decision, p *Page, name string) ruling {
	if d.leads(c) {
		r := verdictChoice(c, d)
		r.by = By{Choice: true}
		return r
	}
	if c.dental() != nil {
		return ruling{words: cannotDecide, by: By{Dental: true}}
	}
	if part := s.included(c); part != "" {
		r := final(notSeparately, part)
		r.by = By{Included: true}
		return r
	}
	if name == "code-status" && len(c.codes()) == 0 {
		return verdictDx(c, p)
	}
	switch name {
	case "not-ours":
		return final(notCoding)
	case "thanks":
		return final(noQuestion)
	case "missing", "coverage", "telehealth", "incident-to", "payment", "em-level":
		return undecided
	case "diagnosis":
		return verdictDx(c, p)
	case "denial":
		r := verdictDenial(p)
		r.by = By{Denial: true}
		return r
	}
	if _, timed := c.fact("minutes"); timed && name == "units" && len(p.Units) > 0 && len(c.find("drug.units")) == 0 {
		return ruling{words: cannotDecide, by: By{Timed: true}}
	}
	if open := c.doseOpen(); open != "" && name == "units" {
		p.Says = esc(open)
		return ruling{words: cannotDecide, by: By{Other: true}}
	}
	for _, rule := range []struct {
		of func(*caseView, *Page, string) (ruling, bool)
		by By
	}{
		{verdictStatus, By{Status: true}}, {verdictIllegal, By{Illegal: true}}, {verdictAddOn, By{AddOn: true}},
		{verdictUnits, By{Units: true}}, {verdictBilateral, By{Bilateral: true}}, {verdictEither, By{Other: true}}, {verdictGlobal, By{Global: true}}, {s.verdictConvention, By{Convention: true}}, {verdictPairs, By{Pair: true}},
	} {
		if r, ok := rule.of(c, p, name); ok {
			if r.by = rule.by; !r.decided && r.by.Pair {
				r.by = By{Open: true}
			}
			return r
		}
	}
	if f := c.wrong(nil); f != nil && !strings.HasPrefix(f.Rule, "icd10cm.") {
		p.Says = say(f.Statement)
		r := final(notAsWritten)
		r.by = By{Other: true}
		return r
	}
	if len(p.found.dx) > 0 {
		return verdictDx(c, p)
	}
	if c.alone(name) {
		return ruling{words: cannotDecide, by: By{Alone: true}}
	}
	if name == "preventive" || len(c.in.Result.Findings) == 0 || notChecked(c, "code.status") {
		return ruling{words: cannotDecide, by: By{Open: true}}
	}
	r := final(noObjection)
	r.by = By{Nothing: true}
	return r
}

func verdictChoice(c *caseView, d *decision) ruling {
	if len(d.lines) == 0 {
		return undecided
	}
	want := report(d.lines)
	if d.combo != nil {
		r := final(reportXInstead, want)
		r.onlyIf = true
		return r
	}
	for _, have := range c.namedOf(d.family.Codes) {
		kept := false
		for _, l := range d.lines {
			kept = kept || l.Code == have
		}
		asked := !kept && c.units(have) > 0
		if asked || !kept && len(c.namedOf(d.family.Codes)) == 1 {
			return final(reportXInstead, want)
		}
	}
	return final(reportX, want)
}

// verdictStatus: a code that is not valid on the date decides before anything
// else does.
func verdictStatus(c *caseView, p *Page, name string) (ruling, bool) {
	for _, s := range p.found.statuses {
		switch {
		case s.Replaced && s.Successor != "" && !s.Several:
			return final(reportXInstead, string(s.Successor)), true
		case s.Deleted, s.NotYet, s.Replaced:
			return final(notX, string(s.Code)), true
		}
	}
	for _, s := range p.found.statuses {
		if s.Bundled && c.medicare() {
			return final(notSeparately, string(s.Code)), true
		}
	}
	for _, s := range p.found.statuses {
		if (s.NotForMedicare || s.NotCovered) && c.medicare() {
			return final(notPaid, string(s.Code)), true
		}
	}
	if name == "code-status" {
		for _, s := range p.found.statuses {
			if s.Unknown {
				return final(notX, string(s.Code)), true
			}
		}
		if len(p.found.statuses) == 0 {
			return undecided, true
		}
		return final(dxValid), true
	}
	return ruling{}, false
}

func verdictIllegal(c *caseView, p *Page, _ string) (ruling, bool) {
	var mods []string
	for _, l := range p.Illegal {
		if m := string(l.Modifiers); m != "" && !slices.Contains(mods, m) {
			mods = append(mods, m)
		}
	}
	if len(mods) == 0 {
		return ruling{}, false
	}
	if len(mods) > 1 {
		return final(notModifiers, and(mods)), true
	}
	return final(notModifier, mods[0]), true
}

func verdictAddOn(c *caseView, p *Page, name string) (ruling, bool) {
	for _, a := range p.found.addOns {
		if a.Missing {
			return final(notAlone, string(a.Code)), true
		}
	}
	for _, a := range p.found.addOns {
		if name == "add-on" && a.Contracts || !a.Present && !a.Contracts {
			return undecided, true
		}
		if name == "add-on" && a.Present {
			return final(together), true
		}
	}
	return ruling{}, false
}

func verdictUnits(c *caseView, p *Page, name string) (ruling, bool) {
	for _, u := range p.Units {
		switch {
		case u.Zero && c.medicare():
			return final(notSeparately, string(u.Code)), true
		case u.Exceeds && !u.Computed && !u.Zero:
			return final(tooMany, string(u.Limit), string(u.Code)), true
		}
	}
	if name != "units" {
		return ruling{}, false
	}
	var lines []string
	for _, u := range p.Units {
		if u.Computed {
			lines = append(lines, string(u.Code)+" ×"+string(u.Units))
		}
	}
	if len(lines) > 0 && len(c.find("drug.units", "differs")) > 0 {
		return final(reportXInstead, and(lines)), true
	}
	if len(lines) > 0 {
		return final(reportX, and(lines)), true
	}
	if len(c.find("drug.units", edit.Undecided)) > 0 {
		return undecided, true
	}
	if len(p.Units) == 1 && len(c.codes()) == 1 && p.Units[0].Limit != "" && len(c.bothSides()) == 0 {
		p.Units[0].Asked = true
		return final(tooMany, string(p.Units[0].Limit), string(p.Units[0].Code)), true // the limit itself is asked for
	}
	return ruling{}, false
}

// verdictBilateral: both sides are stated and the fee schedule pays them as one
// line.
func verdictBilateral(c *caseView, _ *Page, _ string) (ruling, bool) {
	if len(c.codes()) != 1 {
		return ruling{}, false
	}
	for _, f := range c.bothSides() {
		return final(reportX, f.Codes[0]+"-50 ×1"), true
	}
	return ruling{}, false
}

// verdictConvention: a rule beside NCCI that asks for a modifier where NCCI has
// no edit.
func (s *Set) verdictConvention(c *caseView, p *Page, _ string) (ruling, bool) {
	v, _, on := s.convention(c)
	if v == nil || len(p.found.pairs) > 0 && !p.found.pairs[0].Clear {
		return ruling{}, false
	}
	p.Says = esc(fmt.Sprintf("Modifier %s goes on %s. %s", v.Modifier, on, v.Rule))
	return ruling{words: withModifier + " " + v.Modifier, decided: true, onlyIf: true}, true
}

// verdictGlobal speaks where the question is about a global period, or where a
// single code is measured against a stated surgery.
func verdictGlobal(c *caseView, p *Page, name string) (ruling, bool) {
	g := p.Global
	if g == nil && name == "global" && p.period(c) {
		return ruling{words: cannotDecide}, true
	}
	if g == nil || name != "global" && len(p.found.pairs) > 0 {
		return ruling{}, false
	}
	subject := "the visit"
	if visits := slices.DeleteFunc(c.codes(), func(n string) bool { return !isVisit(n) }); len(visits) > 0 {
		subject = and(visits)
	} else if g.Included && len(c.codes()) > 0 {
		return undecided, true // the finding speaks of a visit that is not on the claim
	} else if g.Modifier == "58" || g.Modifier == "78" || g.Modifier == "79" {
		subject = string(g.Code)
	}
	switch {
	case g.Included:
		return final(notSeparately, subject), true
	case g.Undecided:
		return undecided, true
	case g.Modified:
		return ruling{words: fmt.Sprintf(separatelyWith, subject, g.Modifier), decided: true, onlyIf: true}, true
	case g.Outside:
		return final(separately, subject), true
	}
	return ruling{}, false
}

// verdictEither: of codes offered as a choice no edit says which, and no family
// of choices.toml knows them.
func verdictEither(c *caseView, p *Page, name string) (ruling, bool) {
	if !c.choice() || name == "global" {
		return ruling{}, false
	}
	p.Says = esc(fmt.Sprintf("You name %s as a choice; which one it is turns on what was done and documented.", and(c.codes())))
	return undecided, true
}

func verdictPairs(c *caseView, p *Page, _ string) (ruling, bool) {
	if len(p.found.pairs) == 0 {
		if len(c.codes()) > 1 {
			return undecided, true
		}
		return ruling{}, false
	}
	if p.found.pairs[0].Bundled {
		return final(notTogether), true
	}
	if w := p.found.pairs[0]; w.NeedModifier || w.HasModifier {
		if w.Same && w.EM == "" {
			return final(notTogether), true
		}
		return ruling{words: withModifier + " " + string(w.Modifier), decided: true, onlyIf: true}, true
	}
	if notChecked(c, "ncci.ptp") || len(c.find("ncci.ptp", edit.Undecided)) > 0 {
		return undecided, true
	}
	if g := p.Global; g != nil && g.Modified {
		return ruling{words: withModifier + " " + string(g.Modifier), decided: true, onlyIf: true}, true
	}
	return final(together), true
}

// notChecked reports that a rule could not be run for some of the codes.
func notChecked(c *caseView, rule string) bool {
	return slices.ContainsFunc(c.in.Result.NotChecked, func(s string) bool {
		return s == rule || strings.HasPrefix(s, rule+":") || strings.HasPrefix(s, rule+" ")
	})
}

// wrong is the first finding that fails the claim by a rule outside of told.
func (c *caseView) wrong(told []string) *edit.Finding {
	for i, f := range c.findings {
		if f.Severity == edit.Error && !slices.ContainsFunc(told, func(rule string) bool { return strings.HasPrefix(f.Rule, rule) }) {
			return &c.findings[i]
		}
	}
	return nil
}

// told are the rules that a verdict speaks of, by their beginnings.
func (b By) told() []string {
	switch {
	case b.Status:
		return []string{"code.status", "pfs.status", "ncci.mue", "ncci.ptp"}
	case b.Illegal:
		return []string{"modifier.valid", "pfs."}
	case b.AddOn:
		return []string{"ncci.addon"}
	case b.Units, b.Choice:
		return []string{"ncci.mue", "drug.units", "ncci.addon", "ncci.ptp"}
	case b.Pair, b.Convention:
		return []string{"ncci.ptp"}
	case b.Dx:
		return []string{"icd10cm.", "code.status"}
	}
	return nil
}

func verdictDx(c *caseView, p *Page) (r ruling) {
	defer func() { r.by = By{Dx: true} }()
	valid := false
	checked := len(c.find("icd10cm.complete", "complete")) >= len(c.in.Claim.Dx)
	for _, d := range p.found.dx {
		switch {
		case d.Incomplete, d.Seventh, d.Placeholder, d.Invalid, d.Inconsistent:
			return final(dxInvalid)
		case d.Excludes1:
			return final(notTogether)
		}
		valid = valid || d.Complete
	}
	if p.objected {
		return final(dxInvalid)
	}
	repaired := c.repaired()
	for _, d := range p.found.dx {
		if d.First && len(c.in.Claim.Dx) > 1 {
			return final(dxOrder)
		}
		if d.First && len(repaired) == 0 {
			return final(notAlone, string(d.Code))
		}
	}
	if !checked {
		return undecided // one of the codes is not in the tables, so that not all can be called valid
	}
	if valid && len(repaired) > 0 {
		return final(reportXInstead, and(repaired))
	}
	if valid {
		return final(dxValid)
	}
	return undecided
}

func verdictDenial(p *Page) ruling {
	switch {
	case p.Denial == nil || p.Denial.Cause == "":
		return undecided
	case p.Denial.Stands:
		return final(notTogether)
	case p.Denial.FixClaim:
		return final(correctClaim)
	}
	return ruling{words: appealWith, decided: true, onlyIf: true}
}
