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
		On: day(claim.On), OnStated: claim.OnStated, OnSeveral: len(claim.Facts["date_of_service"]) > 1, Payer: esc(claim.Payer),
		Practitioner: claim.Setting != "outpatient",
		Codes:        esc(and(append(c.codes(), claim.Dx...))),
	}
	if c.in.CaseID != 0 {
		p.Case, p.tag = esc(strconv.FormatInt(c.in.CaseID, 10)), Tag(c.in.CaseID)
	}
	p.Year = esc(strconv.Itoa(c.in.Answered.Year()))
	p.found = found{pairs(c), addOns(c), diagnoses(c), statuses(c)}
	p.Illegal = illegal(c)
	p.Global, p.Units, p.Denial, p.Choice = global(c), units(c), s.denial(c), d.choice()
	v := s.verdict(c, d, &p, name)
	if p.Payers = payers(c, d); p.Payers.Medicaid && (v.by.Pair || v.by.Units || v.by.Global) {
		p.Under, v = esc(v.words), undecided // Medicaid has NCCI files of its own (DOMAIN.md E.1)
	}
	p.Verdict, p.Decided, p.By = esc(v.words), v.decided, v.by
	p.decisive()
	p.beside(d)
	p.Branches = branches(c, d)
	p.Claim, p.OnlyIf = s.claimTable(c, d, &p), v.onlyIf || p.Beside != nil
	if p.By.Denial && p.Denial.FixClaim && p.Pair != nil && p.Pair.NeedModifier {
		p.OnlyIf = true
	}
	s.evidence(c, d, &p, name)
	needs, asked := s.ask(c, d, &p, name)
	p.Questions = asked
	return p, needs
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
			Code: esc(name), Words: esc(c.words(name)), Successor: esc(f.Successor),
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
		if len(f.Codes) != 2 {
			continue
		}
		p := Pair{
			One: esc(f.Codes[0]), Two: esc(f.Codes[1]), Indicator: esc(f.ModifierIndicator),
			Bundled: f.Verdict == "bundled", NeedModifier: f.Verdict == "modifier_allowed",
			HasModifier: f.Verdict == "modifier_present", Clear: f.Verdict == "clear",
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

// global is the global-period finding that says most.
func global(c *caseView) *Global {
	var best *edit.Finding
	rank := []string{"included", edit.Undecided, "modifier_78", "modifier_79", "modifier_58", "modifier_24", "modifier_57", "modifier_25", "outside", "carrier_defined", "no_global"}
	at := func(f edit.Finding) int { return slices.Index(rank, f.Verdict) }
	found := c.find("pfs.global")
	for i := range found {
		if best == nil || at(found[i]) < at(*best) {
			best = &found[i]
		}
	}
	if best == nil {
		return nil
	}
	g := &Global{
		Code: esc(best.Codes[0]), Days: esc(best.Days), Statement: say(best.Statement), Present: best.Present,
		Included: best.Verdict == "included", Outside: best.Verdict == "outside", Undecided: best.Verdict == edit.Undecided,
	}
	if m, ok := strings.CutPrefix(best.Verdict, "modifier_"); ok {
		g.Modified, g.Modifier = true, esc(m)
	}
	if v, ok := c.fact("surgery_date"); ok {
		g.Surgery = esc(v)
		on, err := code.ParseDay(v)
		if n, bad := strconv.Atoi(best.Days); err == nil && bad == nil {
			g.Last = day(on.AddDate(0, 0, n))
		}
	}
	return g
}

// units are the unit findings of each code: drug arithmetic and MUE together.
func units(c *caseView) []Unit {
	var out []Unit
	for _, name := range c.codes() {
		u := Unit{Code: esc(name), Words: esc(c.words(name))}
		for _, l := range c.in.Claim.Lines {
			if l.Code == name && l.Units > 0 {
				u.Units = esc(strconv.Itoa(l.Units))
			}
		}
		seen := false
		for _, f := range c.findings {
			if slices.Contains(f.Codes, name) {
				seen = u.take(c, f) || seen
			}
		}
		if seen {
			out = append(out, u)
		}
	}
	return out
}

// take adds one finding to u and reports whether it was about units.
func (u *Unit) take(c *caseView, f edit.Finding) bool {
	switch f.Rule {
	case "ncci.mue":
		u.Exceeds = f.Verdict == "exceeds"
		u.Line = f.MAI == "1"
		if f.Limit != nil {
			u.Limit, u.Zero = esc(strconv.Itoa(*f.Limit)), *f.Limit == 0
		}
	case "drug.units":
		if f.Units > 0 && f.Verdict != edit.Undecided {
			u.Units, u.Computed = esc(strconv.Itoa(f.Units)), true
		}
		if v, ok := c.fact("dose"); ok {
			u.Dose = esc(v)
		}
		if d := c.rows(f.Codes[0]).Drug; d != nil {
			u.Each = esc(number(d.Amount) + " " + d.Unit)
		}
	default:
		return false
	}
	return true
}

func addOns(c *caseView) []AddOn {
	var out []AddOn
	for _, f := range c.find("ncci.addon") {
		var primaries []string
		for _, a := range c.rows(f.Codes[0]).AddOn {
			if a.Primary != "CCCCC" && !slices.Contains(primaries, a.Primary) {
				primaries = append(primaries, a.Primary)
			}
		}
		slices.Sort(primaries)
		if len(primaries) > 6 {
			primaries = append(primaries[:6:6], "others that the table lists")
		}
		out = append(out, AddOn{
			Code: esc(f.Codes[0]), Primaries: esc(and(primaries)), Missing: f.Verdict == "primary_missing",
			Present: f.Verdict == "primary_present", Contracts: f.Verdict == "contractor_defined",
		})
	}
	return out
}

func diagnoses(c *caseView) []Dx {
	var out []Dx
	for _, f := range c.findings {
		rule, ok := strings.CutPrefix(f.Rule, "icd10cm.")
		status := f.Rule == "code.status" && slices.Contains(c.in.Claim.Dx, f.Codes[0]) && f.Verdict != "valid"
		if !ok && !status || f.Severity == edit.Info && rule != "complete" && rule != "use_additional" {
			continue
		}
		d := Dx{
			Code: esc(f.Codes[0]), Statement: say(f.Statement),
			Complete: f.Verdict == "complete", Incomplete: f.Verdict == "incomplete", Invalid: status,
			Seventh: f.Verdict == "seventh_character_missing", Placeholder: f.Verdict == "placeholder_missing",
			Excludes1: rule == "excludes1" && f.Verdict == "conflict", First: f.Verdict == "required",
			Advised: f.Verdict == "advised", Inconsistent: f.Verdict == "conflict" && rule != "excludes1",
			Children: esc(and(first(f.Children, 8))),
		}
		if len(f.Codes) > 1 {
			d.With = esc(f.Codes[1])
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Dx) int { return a.weight() - b.weight() })
	return out
}

// weight orders the worst first.
func (d Dx) weight() int {
	switch {
	case d.Invalid, d.Incomplete, d.Seventh, d.Placeholder, d.Inconsistent:
		return 0
	case d.Excludes1:
		return 1
	case d.First:
		return 2
	}
	return 3
}

// say makes a Text of a finding's sentence. That the release of the day is not
// loaded is said once, in the header (block-header.md); "as of" stays.
func say(statement string) Text {
	return esc(strings.ReplaceAll(statement, "; the release of that day is not loaded", ""))
}

// first returns at most n of s, and says when there are more.
func first(s []string, n int) []string {
	if len(s) <= n {
		return s
	}
	return append(slices.Clone(s[:n]), "others")
}

// illegal are the lines whose modifiers do not fit.
func illegal(c *caseView) []Line {
	var out []Line
	for _, f := range c.findings {
		bad := f.Rule == "modifier.valid" && (f.Verdict == "invalid" || f.Verdict == "conflict") ||
			(f.Rule == "pfs.pctc" || f.Rule == "pfs.bilateral") && f.Verdict == "conflict"
		if bad && len(out) < 3 && !told(out, f) {
			out = append(out, Line{Code: esc(strings.Join(f.Codes, ", ")), Modifiers: esc(strings.Join(f.Modifiers, ", ")), Why: say(f.Statement)})
		}
	}
	return out
}

// told reports that a line about this code and modifier is there already.
func told(lines []Line, f edit.Finding) bool {
	return slices.ContainsFunc(lines, func(l Line) bool {
		return l.Code == esc(strings.Join(f.Codes, ", ")) && (len(f.Modifiers) == 0 || l.Modifiers == esc(strings.Join(f.Modifiers, ", ")))
	})
}

func (s *Set) denial(c *caseView) *Denial {
	if !c.asks(code.Denial) {
		return nil
	}
	d := &Denial{}
	for _, m := range c.in.Mentions {
		if m.System == code.CARC || m.System == code.RARC {
			d.add(m.Code, s.words.Reasons[m.Code])
		}
	}
	for _, name := range []string{"carc", "rarc"} {
		for _, v := range c.in.Claim.Facts[name] {
			d.add(v, s.words.Reasons[strings.TrimLeft(v, "COPRAI-")])
		}
	}
	if f := explains(c); f != nil {
		d.Cause, d.FixClaim = say(f.Statement), f.Severity != edit.Info
	}
	return d
}

func (d *Denial) add(name, means string) {
	t := esc(name)
	if !slices.ContainsFunc(d.Codes, func(g Gloss) bool { return g.Code == t }) {
		d.Codes = append(d.Codes, Gloss{t, esc(means)})
	}
}

// explains returns the finding that explains a denial best: what fails outright
// before what needs a modifier.
func explains(c *caseView) *edit.Finding {
	var best *edit.Finding
	for i, f := range c.findings {
		if f.Severity == edit.Error {
			return &c.findings[i]
		}
		if best == nil && f.Severity == edit.Warning {
			best = &c.findings[i]
		}
	}
	if best != nil {
		return best
	}
	for i, f := range c.findings {
		if f.Verdict == "modifier_present" {
			return &c.findings[i]
		}
	}
	return nil
}

// choice words a decision for the templates; nil where there is none.
func (d *decision) choice() *Choice {
	switch {
	case d == nil:
		return nil
	case d.combo != nil:
		return &Choice{Report: esc(report(d.lines)), When: esc(d.when), Combined: true}
	}
	return &Choice{
		Variable: esc(d.family.Variable), Stated: esc(d.stated),
		Report: esc(report(d.lines)), When: esc(d.when), Working: esc(d.working),
		Counted: d.family.numeric(),
	}
}

// report writes lines for a sentence: "11042 ×1 and 11045 ×2".
func report(lines []code.Line) string {
	var out []string
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%s ×%d", strings.Join(append([]string{l.Code}, l.Modifiers...), "-"), l.Units))
	}
	return and(out)
}

// further words an add-on line whose units follow from a number: "11045 ×1 for
// each 20 cm² begun above 20 cm²".
func further(l optionLine, unit string) string {
	if l.Each == 1 {
		return fmt.Sprintf("%s ×1 for each one after the first", l.Code)
	}
	return fmt.Sprintf("%s ×1 for each %s %s begun above %s %s", l.Code, number(l.Each), unit, number(l.Above), unit)
}

// report writes the lines of an option whose number is not known.
func (o option) report(unit string) string {
	var out []string
	for _, l := range o.Lines {
		if l.Each > 0 {
			out = append(out, further(l, unit))
			continue
		}
		out = append(out, report([]code.Line{{Code: l.Code, Units: l.Units}}))
	}
	return and(out)
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
