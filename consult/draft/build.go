package draft

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// page fills a Page with what was asked, found and decided. The facts that the
// reply asks for come back beside it.
func (s *Set) page(c *caseView, d *decision, name string) (Page, []string) {
	claim := c.in.Claim
	p := Page{
		Subject: subjectOf(c.in.Subject), Answered: day(c.in.Answered),
		On: day(claim.On), OnStated: claim.OnStated, OnSeveral: len(claim.Facts["date_of_service"]) > 1, Payer: payerWords(claim.Payer),
		Practitioner: claim.Setting != "outpatient",
		Codes:        esc(and(append(c.codes(), claim.Dx...))),
	}
	if c.in.CaseID != 0 {
		p.Case, p.tag = esc(strconv.FormatInt(c.in.CaseID, 10)), Tag(c.in.CaseID)
	}
	p.Year = esc(strconv.Itoa(c.in.Answered.Year()))
	p.Understood = c.understood()
	p.Unanswered = s.unanswered(c, name)
	p.found = found{pairs(c), addOns(c), diagnoses(c), statuses(c)}
	p.Illegal, p.Read, p.Dental = illegal(c), c.read(), esc(and(c.dental()))
	p.Global, p.Units, p.Denial, p.Choice = global(c), units(c), s.denial(c), d.choice()
	p.objected = s.objected(c)
	v := s.verdict(c, d, &p, name)
	if p.Payers = payers(c, d); p.Payers.Medicaid && (v.by.Pair || v.by.Units || v.by.Global) {
		p.Under, v = esc(v.words), undecided // Medicaid has NCCI files of its own (DOMAIN.md E.1)
	}
	p.Verdict, p.Decided, p.By = esc(v.words), v.decided, v.by
	told := v.by.told()
	p.Errors = p.Decided && told != nil && c.wrong(told) != nil
	p.decisive()
	p.beside(d)
	p.Branches = branches(c, d)
	p.Claim, p.OnlyIf = s.claimTable(c, d, &p), v.onlyIf || p.Beside != nil
	if p.By.Denial && p.Denial.FixClaim && p.Pair != nil && p.Pair.NeedModifier {
		p.OnlyIf = true
	}
	s.evidence(c, d, &p, name)
	needs, asked := s.ask(c, d, &p, name)
	p.Questions, p.Bears = asked, s.open(c, needs)
	p.ByHand = !p.Decided && len(asked) == 0 && !p.By.Dental
	return p, needs
}

// payerWords names the payer inside a sentence.
func payerWords(name string) Text {
	if name == "commercial" {
		return "a commercial payer"
	}
	return esc(name)
}

// unanswered tells which parts of the question the kind of reply that was chosen
// does not speak of.
func (s *Set) unanswered(c *caseView, name string) []Text {
	var out []Text
	for _, part := range []struct {
		intent code.Intent
		reply  string
	}{
		{code.PaymentRVU, "payment"}, {code.CoverageNecessity, "coverage"}, {code.IncidentTo, "incident-to"},
		{code.NotOurs, "not-ours"}, {code.DxCode, "diagnosis"},
	} {
		if !c.asks(part.intent) || name == part.reply || part.intent == code.DxCode && len(c.in.Claim.Dx) > 0 {
			continue
		}
		out = append(out, esc(s.words.Unanswered[string(part.intent)]))
	}
	return out
}

// decisive shows the templates the first of each list, which is the worst.
func (p *Page) decisive() {
	if f := p.found.pairs; len(f) > 0 {
		p.Pair, p.More = &f[0], len(f) > 1
	}
	if f := p.found.addOns; len(f) > 0 {
		p.AddOn = &f[0]
	}
	if f := p.found.dx; len(f) > 0 {
		p.Dx = &f[0]
	}
	if f := p.found.statuses; len(f) > 0 {
		p.Status = &f[0]
	}
}

// beside finds the edit that an answer about codes or units must not hide.
func (p *Page) beside(d *decision) {
	if !p.By.Choice && !p.By.Units {
		return
	}
	for i, pr := range p.found.pairs {
		if (pr.NeedModifier || pr.HasModifier) && !within([]string{string(pr.One), string(pr.Two)}, d.codes()) {
			p.Beside = &p.found.pairs[i]
			return
		}
	}
}

// statuses are the codes that are not plainly usable on the date: by their own
// status, or by the fee schedule's. For a question about status all are given.
func statuses(c *caseView) []Status {
	var out []Status
	for _, f := range c.find("code.status") {
		if f.Verdict == "valid" && !c.asks(code.NewDeletedCode) {
			continue
		}
		name := f.Codes[0]
		out = append(out, Status{
			Code: esc(name), Words: esc(c.words(name)), Successor: esc(f.Successor), Several: strings.ContainsAny(f.Successor, "-, "),
			To: esc(f.Source.EffectiveTo), Statement: say(f.Statement),
			Valid: f.Verdict == "valid", Deleted: f.Verdict == "deleted", NotYet: f.Verdict == "not_yet_effective",
			Unknown: f.Verdict == "unknown", Replaced: f.Verdict == "replaced",
		})
	}
	for _, f := range c.find("pfs.status", "bundled", "not_valid_for_medicare", "not_covered") {
		name := f.Codes[0]
		out = append(out, Status{
			Code: esc(name), Words: esc(c.words(name)), Statement: say(f.Statement), Indicator: esc(f.Indicator),
			Bundled: f.Verdict == "bundled", NotForMedicare: f.Verdict == "not_valid_for_medicare",
			NotCovered: f.Verdict == "not_covered",
		})
	}
	return out
}

// pairs are the NCCI pairs of the claim, the worst first.
func pairs(c *caseView) []Pair {
	var out []Pair
	for _, f := range c.find("ncci.ptp") {
		if len(f.Codes) != 2 || c.in.Claim.Alternatives(f.Codes[0], f.Codes[1]) {
			continue // of two that are offered as a choice one is on the claim
		}
		p := Pair{
			One: esc(f.Codes[0]), Two: esc(f.Codes[1]), Indicator: esc(f.ModifierIndicator),
			Bundled: f.Verdict == "bundled", NeedModifier: f.Verdict == "modifier_allowed",
			HasModifier: f.Verdict == "modifier_present", Clear: f.Verdict == "clear",
		}
		if f.Source.AsOf {
			p.AsOf = esc(f.Source.Release)
		}
		p.fitting(c, f)
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Pair) int { return a.weight() - b.weight() })
	return out
}

func (p Pair) weight() int {
	switch {
	case p.Bundled:
		return 0
	case p.NeedModifier:
		return 1
	case p.HasModifier:
		return 2
	}
	return 3
}

// stands reports that a stated fact leaves the edit without a modifier that
// opens it: indicator 0, or procedures at the same site.
func (p Pair) stands() bool { return p.Bundled || p.NeedModifier && p.Same && p.EM == "" }

// fitting says which modifier belongs on which line, as the finding says it, or
// else by DOMAIN.md E.1 and E.4: on a visit 25, or 57 before major surgery;
// between procedures 59 or its X forms on the column-two line.
func (p *Pair) fitting(c *caseView, f edit.Finding) {
	one, two := f.Codes[0], f.Codes[1]
	on, m := two, "59"
	p.Visits = isVisit(one) && isVisit(two)
	if isVisit(one) || isVisit(two) {
		visit, other := two, one
		if !isVisit(two) {
			visit, other = one, two
		}
		p.EM, p.Procedure = esc(visit), esc(other)
		if on, m = visit, "25"; c.global(other) == "090" {
			m = "57"
		}
	}
	if f.ModifierOn != "" && len(f.Modifiers) > 0 {
		on, m = f.ModifierOn, f.Modifiers[0]
	}
	p.On, p.Modifier = esc(on), esc(m)
	p.Session = edit.BySession(one) && edit.BySession(two)
	site, _ := c.fact("same_site")
	session, _ := c.fact("same_session")
	p.Same, p.Separate = isYes(site), isNo(site) || isNo(session)
}

func isYes(v string) bool {
	return slices.Contains([]string{"yes", "true", "same"}, strings.ToLower(v))
}

func isNo(v string) bool {
	return slices.Contains([]string{"no", "false", "different", "separate"}, strings.ToLower(v))
}

// recent tells of the pair edits that began or ended in the two years before
// the date of service, which matters when the date was assumed.
func recent(c *caseView) []Text {
	var out []Text
	since := c.in.Claim.On.AddDate(-2, 0, 0).Format(time.DateOnly)
	codes := c.codes()
	for _, r := range c.in.Rows.Pairs {
		if r.Source.Via == codeset.KindStarter || !slices.Contains(codes, r.Column1) || !slices.Contains(codes, r.Column2) {
			continue // the starter's pairs carry their release's period, not the edit's
		}
		switch {
		case r.InForce && r.Source.EffectiveFrom >= since && r.Source.EffectiveFrom != "":
			out = append(out, esc(fmt.Sprintf("the edit %s/%s began on %s", r.Column1, r.Column2, r.Source.EffectiveFrom)))
		case !r.InForce && r.Source.EffectiveTo >= since && r.Source.EffectiveTo != "":
			out = append(out, esc(fmt.Sprintf("an edit %s/%s ended on %s", r.Column1, r.Column2, r.Source.EffectiveTo)))
		}
	}
	return out
}
