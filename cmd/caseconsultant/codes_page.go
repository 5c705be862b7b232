package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// systemNames are the code systems as people call them.
var systemNames = map[code.System]string{code.CPT: "CPT", code.HCPCS: "HCPCS Level II", code.ICD10CM: "ICD-10-CM", code.ICD10PCS: "ICD-10-PCS",
	code.ICD9CM: "ICD-9-CM", cmsfile.ICD9PCS: "ICD-9-CM procedure", code.Modifier: "modifier", code.POS: "place of service", code.CDT: "CDT"}

// printEntry writes the page of one code; below: another page stands above it.
func printEntry(out io.Writer, e shownEntry, on time.Time, below bool) error {
	s := new(sheet)
	if below {
		s.out.WriteString("\n" + strings.Repeat("─", pageWidth) + "\n")
	}
	name := systemNames[e.System]
	if name != "" {
		name = " · " + name
	}
	fmt.Fprintf(&s.out, "%s%s · %s on %s\n", e.Code, name, strings.ReplaceAll(e.Status, "_", " "), on.Format(time.DateOnly))
	s.head(e)
	s.place(e)
	s.hcpcs(e)
	s.diagnosis(e)
	s.edits(e)
	s.units(e)
	s.addOns(e)
	s.feeSchedule(e)
	s.modifiers(e)
	s.crosswalks(e)
	s.lists(e)
	s.coverage(e)
	s.history(e)
	s.silence(e)
	_, err := io.WriteString(out, s.out.String())
	return err
}

func (s *sheet) head(e shownEntry) {
	s.row("official text", e.Title)
	s.row("CPT descriptor", e.Descriptor)
	s.row("notice", e.Notice)
	s.row("our words", e.Words)
	if e.Source != nil && (e.System == code.ICD10CM || e.System == code.ICD10PCS) && e.Status == string(code.Valid) {
		s.row("billable", map[bool]string{true: "yes, a complete code", false: "no, a header: one of its children is needed"}[e.Billable])
	}
	s.row("successor", e.Successor)
	if e.Drug != nil {
		s.row("billing unit", fmt.Sprintf("%g %s", e.Drug.Amount, e.Drug.Unit))
	}
	if e.NOC != nil {
		s.row("not otherwise classified", "yes: for what has no code of its own; say what it is in the claim's note")
		s.cite(*e.NOC)
	}
	s.row("not checked", e.NotChecked)
	if e.Source != nil {
		if e.Source.Dated && (e.Source.Set == codeset.KindHCPCS || e.Source.Set == codeset.KindStarter) {
			s.row("in force", orOpen(e.EffectiveFrom)+" to "+orOpen(e.EffectiveTo))
		}
		s.cite(*e.Source)
	}
	s.section("")
}

func (s *sheet) place(e shownEntry) {
	if e.Place == nil {
		return
	}
	s.row("what", e.Place.Text)
	s.row("paid as", e.Place.Facility)
	s.cite(e.Place.Source)
	s.section("Place of service")
}

func (s *sheet) hcpcs(e shownEntry) {
	h := e.HCPCS
	if h == nil {
		return
	}
	s.row("short", h.Short)
	for _, i := range h.Indicators {
		s.indicator(i)
	}
	s.row("BETOS", h.BETOS)
	s.row("use instead", strings.Join(h.XRefs, " "))
	s.row("statute", h.Statute)
	s.row("manuals", strings.Join(h.Manuals, ", "))
	s.row("types of service", strings.Join(h.TypesOfService, " "))
	s.row("processing note", h.ProcessingNote)
	s.cite(h.Source)
	s.section("HCPCS file")
}

func (s *sheet) indicator(i codeset.Indicator) {
	s.row(i.Name, i.Value+": "+cmp.Or(i.Meaning, "not in the layout that this program knows"))
}

// diagnosis writes the tabular list: instructions nearest first, seventh
// characters, children, block and chapter.
func (s *sheet) diagnosis(e shownEntry) {
	for _, n := range e.Notes {
		s.row(strings.ReplaceAll(n.Kind, "_", " "), n.Owner+": "+n.Text)
		s.cite(n.Source)
	}
	s.section("Instructions, nearest first")
	for _, x := range e.SevenChars {
		s.row(x.Char, x.Text)
	}
	s.section("Seventh characters")
	for _, c := range e.Family {
		more := ""
		if !c.Billable {
			more = " (header)"
		}
		s.row(c.Code, cmp.Or(c.Title, "-")+more)
	}
	if len(e.Family) > 0 && e.Source != nil {
		s.cite(*e.Source)
	}
	s.section("Children")
	for _, b := range e.Sections {
		s.row(b.Span, b.Title)
		s.cite(b.Source)
	}
	s.section("Chapter and block")
}

// edits counts and lists the NCCI pairs.
func (s *sheet) edits(e shownEntry) {
	for _, c := range e.PTPSets {
		s.row(setting(c.Source.Set)+", indicator "+c.Indicator, fmt.Sprintf("%d as column one, %d as column two: %s",
			c.AsColumnOne, c.AsColumnTwo, map[string]string{"0": "no modifier helps", "1": "a modifier can separate them"}[c.Indicator]))
		s.cite(*c.Source)
	}
	s.section("NCCI edits in force")
	for _, p := range e.Pairs {
		state := "in force"
		if !p.InForce {
			state = "ended " + p.Source.EffectiveTo
		}
		if p.Source.Dated {
			state += ", since " + p.Source.EffectiveFrom
		}
		if p.Rationale != "" {
			state += "; " + p.Rationale
		}
		s.row(p.Column1+"/"+p.Column2, fmt.Sprintf("indicator %s, %s", p.Indicator, state))
		s.cite(p.Source)
	}
	for _, n := range e.NoPairs {
		s.row(e.Code+"/"+n.With, setting(n.Set)+": "+n.Why)
		if n.Source != nil {
			s.cite(*n.Source)
		}
	}
	if n := len(e.Pairs); n < e.PairsTotal {
		s.row("", fmt.Sprintf("%d of %d; --limit shows more", n, e.PairsTotal))
	}
	s.section("Pairs")
}

// setting names the setting that an NCCI table is for.
func setting(set string) string {
	switch set[strings.LastIndexByte(set, '-')+1:] {
	case "outpatient":
		return "outpatient hospital"
	case "dme":
		return "equipment supplier"
	}
	return "practitioner"
}

func (s *sheet) units(e shownEntry) {
	for _, m := range e.MUE {
		meaning := map[string]string{"1": "a line; more lines with a fitting modifier may pass", "2": "a day, absolute by policy",
			"3": "a day; more can be paid on appeal where it was necessary"}[m.MAI]
		text := fmt.Sprintf("%d %s (MAI %s)", m.Limit, meaning, m.MAI)
		if m.Limit == 0 {
			text = fmt.Sprintf("0, not payable in this setting (MAI %s)", m.MAI)
		}
		if m.Rationale != "" {
			text += "; " + m.Rationale
		}
		s.row(setting(m.Source.Set), text)
		s.cite(m.Source)
	}
	s.section("Medically unlikely edits")
}

// addOns writes the relations both ways, the codes grouped by type.
func (s *sheet) addOns(e shownEntry) {
	for _, typ := range []string{"1", "2", "3"} {
		var primaries, addOns []string
		for _, a := range e.AddOn {
			if a.Type == typ {
				primaries = append(primaries, strings.Replace(a.Primary, "CCCCC", "as the contractor defines", 1))
				s.cite(a.Source)
			}
		}
		for _, a := range e.PrimaryOf {
			if a.Type == typ {
				addOns = append(addOns, a.AddOn)
				s.cite(a.Source)
			}
		}
		s.row("add-on of type "+typ+" to", firstOf(primaries, 40))
		s.row("primary of type "+typ+" for", firstOf(addOns, 40))
	}
	s.section("Add-on codes")
}

// crosswalks writes where the code leads to.
func (s *sheet) crosswalks(e shownEntry) {
	for _, x := range e.Crosswalks {
		label := map[string]string{"xref": "use instead", "successor": "successor"}[x.Relation]
		if x.Relation == "gem" {
			label = map[bool]string{true: "to ", false: "from "}[x.Forward] + systemNames[x.System]
		}
		s.row(label, cmp.Or(x.Code, "no map")+flags(x))
		s.cite(x.Source)
	}
	s.section("Crosswalks")
}

func flags(x codeset.Crosswalk) string {
	switch {
	case x.Combination:
		return fmt.Sprintf(" (one of a combination: scenario %d, choice %d)", x.Scenario, x.Choice)
	case x.NoMap || x.Relation != "gem":
		return ""
	case x.Approximate:
		return " (approximate)"
	}
	return " (identical)"
}

func (s *sheet) lists(e shownEntry) {
	for _, l := range e.Lists {
		s.row(l.List, l.Rule)
		s.cite(l.Source)
	}
	s.section("Medicare Code Editor")
}

// coverageLists say where a document lists a code.
var coverageLists = map[string]string{cmsfile.ListHCPCS: "among its procedures", cmsfile.ListCovered: "among its supporting diagnoses",
	cmsfile.ListNoncovered: "among its not supporting diagnoses", cmsfile.ListPCS: "among its procedures (ICD-10-PCS)",
	cmsfile.ListModifier: "among its modifiers", cmsfile.ListTable: "in its table of codes (self-administered drugs)"}

// coverage names the documents that list the code; what they say is for people to read.
func (s *sheet) coverage(e shownEntry) {
	for _, d := range e.Coverage {
		text := strings.TrimSpace(d.Title + " (" + cmp.Or(d.Status, "status not said"))
		if d.EffectiveFrom != "" {
			text += ", " + d.EffectiveFrom + " to " + orOpen(d.EffectiveTo)
		}
		text += ")\nlists it " + coverageLists[d.List]
		if len(d.Groups) > 0 {
			text += ", group " + strings.Trim(fmt.Sprint(d.Groups), "[]")
		}
		if d.Covered+d.Noncovered > 0 {
			text += fmt.Sprintf("; the document lists %d supporting and %d not supporting diagnoses", d.Covered, d.Noncovered)
		}
		if len(d.Contractors) > 0 {
			text += "\n" + contractors(d.Contractors)
		}
		if len(d.States) > 0 {
			text += ": " + strings.Join(d.States, " ")
		}
		if len(d.Related) > 0 {
			text += "\nrefers to " + firstOf(d.Related, 12)
		}
		s.row(d.ID, text+diagnoses(d.Diagnoses))
		s.cite(d.Source)
	}
	for _, g := range e.CoverageGaps {
		s.row("not known", g)
	}
	s.section("Coverage documents")
}

// diagnoses writes a document's groups of diagnoses with what their paragraphs
// say: which procedures a group is for stands there and nowhere else.
func diagnoses(groups []codeset.CoverageGroup) string {
	const most = 4
	text := ""
	for i, g := range groups {
		if i == most {
			return text + fmt.Sprintf("\nand %d groups more (--json lists all)", len(groups)-i)
		}
		says := strings.Join(strings.Fields(g.Text), " ")
		if words := []rune(says); len(words) > 3*pageWidth {
			says = string(words[:3*pageWidth]) + " …"
		}
		text += fmt.Sprintf("\n%s diagnoses, group %d (%d): %s", g.List, g.Group, g.Codes, cmp.Or(says, "without a paragraph"))
	}
	return text
}

// contractors joins names of companies, which have commas and blanks in them.
func contractors(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], "; ") + fmt.Sprintf(" and %d more (--json lists all)", len(names)-3)
	}
	return strings.Join(names, "; ")
}

// history writes one line a release, several without a change between them as one.
func (s *sheet) history(e shownEntry) {
	for h := e.History; len(h) > 0; {
		n := 1
		for !h[0].Gone && n < len(h) && h[n].Set == h[0].Set && !h[n].Gone && len(h[n].What) == 0 {
			n++
		}
		first, last := h[0], h[n-1]
		label := first.Set + " " + first.Release
		switch {
		case n == 2:
			label += ", " + last.Release
		case n > 2:
			label += fmt.Sprintf(" … %s (%d)", last.Release, n)
		}
		what := cmp.Or(strings.Join(first.What, "; "), "unchanged")
		if first.Gone {
			what = "no longer listed"
		}
		s.row(label, orOpen(first.EffectiveFrom)+" to "+orOpen(last.EffectiveTo)+": "+what)
		h = h[n:]
	}
	s.section("History")
}

// silence says which sets have no row, and which are not there to ask.
func (s *sheet) silence(e shownEntry) {
	for _, v := range e.Silent {
		s.row("no row in", sourceLine(v))
	}
	s.row("not loaded for the day", strings.Join(e.Missing, ", "))
	s.section("Not on this page")
}
