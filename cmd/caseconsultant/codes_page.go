package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// pageWidth is the width of a code page in columns.
const pageWidth = 100

// A sheet is a code page while it is written: sections of labelled lines.
type sheet struct {
	out  strings.Builder
	rows [][2]string
	from []codeset.Source
}

// row adds a line to the section; one without text is left out.
func (s *sheet) row(label, text string) {
	if text != "" {
		s.rows = append(s.rows, [2]string{label, text})
	}
}

// cite adds sources to the section's last line.
func (s *sheet) cite(sources ...codeset.Source) { s.from = append(s.from, sources...) }

// section writes what was added under a heading; nothing was: not even that.
func (s *sheet) section(heading string) {
	if len(s.rows) > 0 {
		for i, line := range cited(s.from) {
			s.row([]string{"source", ""}[min(i, 1)], line)
		}
		width := 0
		for _, r := range s.rows {
			width = max(width, utf8.RuneCountInString(r[0]))
		}
		if heading != "" {
			fmt.Fprintf(&s.out, "\n%s\n", strings.ToUpper(heading))
		}
		for _, r := range s.rows {
			for i, line := range wrap(r[1], pageWidth-width-4) {
				label := r[0]
				if i > 0 {
					label = ""
				}
				fmt.Fprintf(&s.out, "  %s%s  %s\n", label, strings.Repeat(" ", width-utf8.RuneCountInString(label)), line)
			}
		}
	}
	s.rows, s.from = nil, nil
}

// cited writes sources, one line a release: with the rows and their dates where
// those are few and the same.
func cited(sources []codeset.Source) []string {
	var lines []string
	for len(sources) > 0 {
		s, rows := sources[0], []string(nil)
		rest := sources[:0:0]
		for _, o := range sources {
			if o.Set != s.Set || o.Release != s.Release || o.Via != s.Via {
				rest = append(rest, o)
				continue
			}
			if o.EffectiveFrom != s.EffectiveFrom || o.EffectiveTo != s.EffectiveTo {
				s.EffectiveFrom, s.EffectiveTo = "", ""
			}
			if o.Row != "" && !slices.Contains(rows, o.Row) {
				rows = append(rows, o.Row)
			}
		}
		if s.Row = strings.Join(rows, ", "); len(rows) > 4 {
			s.Row = fmt.Sprintf("%d rows", len(rows))
		}
		lines, sources = append(lines, sourceLine(s)), rest
	}
	return lines
}

// wrap breaks text into lines of at most width columns, between words; breaks
// of its own stay.
func wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line, n := "", 0
		for _, word := range strings.Fields(paragraph) {
			w := utf8.RuneCountInString(word)
			switch {
			case line == "":
				line, n = word, w
			case n+1+w > width:
				lines = append(lines, line)
				line, n = word, w
			default:
				line, n = line+" "+word, n+1+w
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// few joins codes, at most n of them.
func few(codes []string, n int) string {
	if len(codes) <= n {
		return strings.Join(codes, " ")
	}
	return fmt.Sprintf("%s and %d more (--json lists all)", strings.Join(codes[:n], " "), len(codes)-n)
}

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
		s.row("add-on of type "+typ+" to", few(primaries, 40))
		s.row("primary of type "+typ+" for", few(addOns, 40))
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
			text += "\n" + few(d.Contractors, 3)
		}
		if len(d.States) > 0 {
			text += ": " + strings.Join(d.States, " ")
		}
		if len(d.Related) > 0 {
			text += "\nrefers to " + few(d.Related, 12)
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
