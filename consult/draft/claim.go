package draft

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// claimTable is what to put on the claim: the asker's lines as the verdict
// changes them. It is empty where the verdict waits for a fact.
func (s *Set) claimTable(c *caseView, d *decision, p *Page) []Line {
	if !p.Decided || len(c.in.Claim.Lines) == 0 || p.By.Pair && p.Pair.Bundled && p.Pair.Visits {
		return nil // of two visits the record decides which one stands
	}
	if d != nil && d.family != nil && len(d.lines) == 0 && len(p.Illegal) > 0 {
		return nil // which code of the family takes the place of the modifier is open
	}
	if d := p.Denial; p.By.Denial && d.Stands {
		return nil // what was paid stays as it is
	}
	lines := slices.Clone(c.in.Claim.Lines)
	for i := range lines {
		lines[i].Modifiers = slices.Clone(lines[i].Modifiers)
	}
	if d != nil && len(d.lines) > 0 {
		lines = replace(lines, d)
		drop := dropped(c, p)
		lines = slices.DeleteFunc(lines, func(l code.Line) bool {
			return drop[l.Code] && !slices.ContainsFunc(d.lines, func(o code.Line) bool { return o.Code == l.Code })
		})
		for _, pr := range p.found.pairs {
			if pr.NeedModifier && pr.EM != "" && !within([]string{string(pr.One), string(pr.Two)}, d.codes()) {
				addModifier(lines, string(pr.On), string(pr.Modifier))
			}
		}
	} else {
		lines = s.amend(c, p, lines)
	}
	var out []Line
	open, _, _ := c.doseOrUnits()
	for i, l := range lines {
		units := "1"
		switch most := atMost(p, l.Code); {
		case most != "":
			units = "at most " + most
		case l.Code == open && c.units(open) > 0:
			units = "to be counted" // the number may be the dose
		case l.Units > 0:
			units = strconv.Itoa(l.Units)
		case c.rows(l.Code).Drug != nil || len(c.codes()) > 0 && !slices.Contains(c.codes(), l.Code):
			units = "to be counted" // of a drug without its dose, or of a code that took another's place
		}
		row := Line{
			No: Text(strconv.Itoa(i + 1)), Code: esc(l.Code), Modifiers: esc(strings.Join(l.Modifiers, ", ")),
			Units: esc(units), Words: esc(c.words(l.Code)),
		}
		row.Dx = c.link(d, l.Code)
		out = append(out, row)
	}
	return out
}

// wasted puts the discarded units of a drug on a line of their own with JW, or JZ
// on the line of a drug of which nothing was discarded.
func wasted(c *caseView, lines []code.Line) []code.Line {
	for _, f := range c.find("drug.waste", "jw", "jz") {
		name := f.Codes[0]
		at := slices.IndexFunc(lines, func(l code.Line) bool { return l.Code == name })
		switch marked := c.modifiers(name); {
		case at < 0 || slices.Contains(marked, "JW") || slices.Contains(marked, "JZ"):
		case f.Verdict == "jz":
			addModifier(lines, name, "JZ")
		case f.Units > 0:
			lines = slices.Insert(lines, at+1, code.Line{Code: name, Modifiers: []string{"JW"}, Units: f.Units})
		}
	}
	return lines
}

// atMost is the unit limit of a code whose units exceed it, else empty.
func atMost(p *Page, name string) string {
	for _, u := range p.Units {
		if u.Code == esc(name) && u.Exceeds && !u.Zero {
			return string(u.Limit)
		}
	}
	return ""
}

// replace puts the decided lines where the codes of the family stood.
func replace(lines []code.Line, d *decision) []code.Line {
	codes := d.codes()
	at := slices.IndexFunc(lines, func(l code.Line) bool { return slices.Contains(codes, l.Code) })
	rest := slices.DeleteFunc(slices.Clone(lines), func(l code.Line) bool { return slices.Contains(codes, l.Code) })
	return slices.Insert(rest, min(at, len(rest)), d.lines...)
}

// amend applies the findings to the asker's lines.
func (s *Set) amend(c *caseView, p *Page, lines []code.Line) []code.Line {
	drop := dropped(c, p)
	if part := s.included(c); part != "" {
		drop[part] = true
	}
	if v, _, on := s.convention(c); v != nil {
		addModifier(lines, on, v.Modifier)
	}
	for _, pr := range p.found.pairs {
		if pr.NeedModifier && !drop[string(pr.On)] && (pr.EM != "" || p.By.Pair || p.By.Denial) {
			addModifier(lines, string(pr.On), string(pr.Modifier))
		}
	}
	for _, st := range p.found.statuses {
		for i := range lines {
			if st.Replaced && st.Successor != "" && !st.Several && !drop[lines[i].Code] && lines[i].Code == string(st.Code) {
				lines[i].Code, lines[i].Units = string(st.Successor), 0
			}
		}
	}
	for _, u := range p.Units {
		if n, err := strconv.Atoi(string(u.Units)); err == nil && u.Computed {
			setUnits(lines, string(u.Code), n)
		}
	}
	inGlobal(c, p.Global, lines)
	lines = wasted(c, lines)
	for _, f := range c.findings {
		if f.Rule == "modifier.valid" && f.Verdict == "invalid" || f.Rule == "pfs.pctc" && f.Verdict == "conflict" {
			removeModifiers(lines, f.Lines, f.Modifiers)
		}
	}
	lines = bilateral(c, lines)
	return slices.DeleteFunc(lines, func(l code.Line) bool { return drop[l.Code] })
}

// dropped are the codes that do not go on the claim.
func dropped(c *caseView, p *Page) map[string]bool {
	drop := map[string]bool{}
	put := func(name string, gone bool) { drop[name] = drop[name] || gone }
	for _, name := range c.earlier {
		put(name, true)
	}
	for _, pr := range p.found.pairs {
		put(string(pr.Two), pr.Bundled || pr.NeedModifier && pr.Same && pr.EM == "")
	}
	for _, st := range p.found.statuses {
		put(string(st.Code), st.Deleted || st.Several || st.NotYet || (st.Bundled || st.NotForMedicare || st.NotCovered) && c.medicare())
	}
	for _, a := range p.found.addOns {
		put(string(a.Code), a.Missing)
	}
	for _, u := range p.Units {
		put(string(u.Code), u.Zero && c.medicare())
	}
	for _, name := range c.codes() {
		put(name, p.Global != nil && p.Global.Included && isVisit(name))
	}
	return drop
}

// inGlobal puts the modifier of a global period on the line that bears it: 24,
// 25 and 57 on the visit, 58, 78 and 79 on the procedure.
func inGlobal(c *caseView, g *Global, lines []code.Line) {
	if g == nil || !g.Modified || g.Present {
		return
	}
	visit := g.Modifier == "24" || g.Modifier == "25" || g.Modifier == "57"
	for _, name := range c.codes() {
		if isVisit(name) == visit && (visit || name == string(g.On)) {
			addModifier(lines, name, string(g.Modifier))
		}
	}
}

// bilateral puts modifier 50 and one unit on a code that the fee schedule pays
// at 150 % for both sides (BILAT SURG 1), when both sides are stated.
func bilateral(c *caseView, lines []code.Line) []code.Line {
	for _, f := range c.bothSides() {
		name := f.Codes[0]
		first := slices.IndexFunc(lines, func(l code.Line) bool { return l.Code == name })
		if first < 0 {
			continue
		}
		lines = append(lines[:first+1], slices.DeleteFunc(lines[first+1:], func(l code.Line) bool { return l.Code == name })...)
		lines[first].Modifiers = slices.DeleteFunc(lines[first].Modifiers, func(m string) bool { return m == "RT" || m == "LT" })
		addModifier(lines, name, "50")
		setUnits(lines, name, 1)
	}
	return lines
}

// bothSides are the bilateral findings that ask for modifier 50, when both sides
// are stated.
func (c *caseView) bothSides() []edit.Finding {
	v, _ := c.fact("laterality")
	if strings.ToLower(v) != "bilateral" && strings.ToLower(v) != "both" && len(c.sides(c.codes())) < 2 {
		return nil
	}
	return slices.DeleteFunc(c.find("pfs.bilateral", "applies"), func(f edit.Finding) bool { return f.Indicator != "1" })
}

func addModifier(lines []code.Line, name, m string) {
	for i := range lines {
		if lines[i].Code == name && !slices.Contains(lines[i].Modifiers, m) {
			lines[i].Modifiers = append([]string{m}, lines[i].Modifiers...)
			return
		}
	}
}

func removeModifiers(lines []code.Line, at []int, mods []string) {
	for _, i := range at {
		if i < len(lines) {
			lines[i].Modifiers = slices.DeleteFunc(lines[i].Modifiers, func(m string) bool { return slices.Contains(mods, m) })
		}
	}
}

func setUnits(lines []code.Line, name string, n int) {
	for i := range lines {
		if lines[i].Code == name {
			lines[i].Units = n
		}
	}
}

// Identifiers that a subject may hold: social security numbers, Medicare
// beneficiary identifiers, and numbers or dates behind a label that names the
// patient's record or birthday (DOMAIN.md F.3). Best effort; a person reads the
// subject before it is sent.
var identifiers = regexp.MustCompile(`\b\d{3}-\d{2}-\d{4}\b|` +
	`\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b|` +
	`(?i:\b(?:mrn|acct|account|chart|member id|mbi|ssn)\b[\s#:.]*)[A-Za-z0-9-]*\d[A-Za-z0-9-]*|` +
	`(?i:\b(?:dob|d\.o\.b\.|born)\b[\s:.]*)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}`)

var replyPrefix = regexp.MustCompile(`^(?i:(?:re|aw|sv|antw)\s*:\s*)+`)

// subjectOf is the asker's subject in one line without "Re:", unchanged unless
// it holds an identifier.
func subjectOf(s string) string {
	s = replyPrefix.ReplaceAllString(flatten(s), "")
	return identifiers.ReplaceAllString(s, "…")
}
