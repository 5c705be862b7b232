package draft

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

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
		g.Modified, g.Modifier, g.On = true, esc(m), esc(best.ModifierOn)
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

// periods words the global days of the fee schedule (DOMAIN.md E.4).
var periods = map[string]string{
	"000": "the day of the procedure only", "010": "the day of the procedure and the 10 days after it",
	"090": "the day before the procedure, its day, and the 90 days after it", "XXX": "no global period",
	"ZZZ": "that of the primary code", "MMM": "that of maternity care", "YYY": "what the contractor sets",
}

// period tells the global days of the procedures named, where no visit and no
// other day is named that they could be held against.
func (p *Page) period(c *caseView) bool {
	for _, name := range c.codes() {
		for _, row := range c.rows(name).PFS {
			if row.Mod == "" && periods[row.Global] != "" && !isVisit(name) {
				asOf := ""
				if row.Source.AsOf {
					asOf = ", as of " + row.Source.Release
				}
				says := fmt.Sprintf("%s has %s global days in Medicare's physician fee schedule: %s%s. Which visit or procedure falls into them turns on its date.",
					name, row.Global, periods[row.Global], asOf)
				p.Says, p.said = esc(says), row.Source
				return true
			}
		}
	}
	return false
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
			u.Limit, u.Zero, u.MAI = esc(strconv.Itoa(*f.Limit)), *f.Limit == 0, esc(f.MAI)
		}
	case "drug.waste":
		if f.Verdict == "jw" && f.Units > 0 {
			u.Waste = esc(fmt.Sprintf("What was discarded goes on a line of its own: %s-JW ×%d.", f.Codes[0], f.Units))
		}
		return false
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

// addOns are the add-on codes of the claim, with at most six of their primaries.
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
		beside := "" // a primary that is on the claim, and yet pays for no add-on
		if f.Verdict == "primary_missing" && len(f.Codes) > 1 {
			beside = f.Codes[1]
		}
		out = append(out, AddOn{
			Beside: esc(beside), Statement: say(f.Statement),
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
		// A guideline's conflict, as of O80 with another delivery code, is no note's.
		note := rule == "excludes1" && f.Verdict == "conflict" && f.Source.Set == codeset.KindICD10CMTabular
		d := Dx{
			Code: esc(f.Codes[0]), Statement: say(f.Statement),
			Complete: f.Verdict == "complete", Incomplete: f.Verdict == "incomplete", Invalid: status,
			Seventh: f.Verdict == "seventh_character_missing", Placeholder: f.Verdict == "placeholder_missing",
			Excludes1: note, First: f.Verdict == "required",
			Advised: f.Verdict == "advised", Inconsistent: f.Verdict == "conflict" && !note,
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
