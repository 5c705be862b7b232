package cmsfile

import (
	"iter"
	"regexp"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// Parts of an ICD-10-CM or ICD-10-PCS release.
const (
	PartOrder       = "order"        // headers and codes, short and long titles
	PartCodes       = "codes"        // codes with their long titles
	PartAddenda     = "addenda"      // changes of the order file
	PartCodeAddenda = "code-addenda" // changes of the code file
)

// icdLayouts are fixed width but for the tabular list. The order file of PCS and
// its addenda are known by their document only (icd10OrderFiles.pdf, which
// covers both systems).
var icdLayouts = []layout{
	{kind: ICD10CMTabular, part: "tabular", proved: true, is: isTabular, title: tabularVersion},
	{kind: ICD10CM, part: PartOrder, proved: true, is: listOf(code.ICD10CM, orderLine), title: fiscalTitle},
	{kind: ICD10PCS, part: PartOrder, is: listOf(code.ICD10PCS, orderLine), title: fiscalTitle},
	{kind: ICD10CM, part: PartAddenda, proved: true, is: addendaOf(code.ICD10CM, orderChange), title: fiscalTitle},
	{kind: ICD10PCS, part: PartAddenda, is: addendaOf(code.ICD10PCS, orderChange), title: fiscalTitle},
	{kind: ICD10CM, part: PartCodeAddenda, proved: true, is: addendaOf(code.ICD10CM, codeChange), title: fiscalTitle},
	{kind: ICD10PCS, part: PartCodeAddenda, proved: true, is: addendaOf(code.ICD10PCS, codeChange), title: fiscalTitle},
	{kind: ICD10CM, part: PartCodes, proved: true, is: listOf(code.ICD10CM, codeLine), title: fiscalTitle},
	{kind: ICD10PCS, part: PartCodes, proved: true, is: listOf(code.ICD10PCS, codeLine), title: fiscalTitle},
}

var (
	cmShape   = regexp.MustCompile(`^[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}$`)
	pcsShape  = regexp.MustCompile(`^[0-9A-HJ-NP-Z]{7}$`)
	pcsTable  = regexp.MustCompile(`^[0-9A-HJ-NP-Z]{3}$`) // section, body system and operation: a header
	orderForm = regexp.MustCompile(`^([0-9]{5}) ([0-9A-Z ]{7}) ([01]) (\S.*)$`)
	codeForm  = regexp.MustCompile(`^([0-9A-Z ]{7}) (\S.*)$`)
	words     = regexp.MustCompile(`\pL{3}`)
	april     = regexp.MustCompile(`(?i)(^|[^a-z])apr(il)?([^a-z]|$)`)
)

// fits reports that c, without a dot, has the shape of the system's codes.
func fits(s code.System, c string, billable bool) bool {
	if s == code.ICD10CM {
		return cmShape.MatchString(c)
	}
	return pcsShape.MatchString(c) || !billable && pcsTable.MatchString(c)
}

// normal puts the dot into an ICD-10-CM code.
func normal(s code.System, c string) string {
	if s == code.ICD10CM && len(c) > 3 {
		return c[:3] + "." + c[3:]
	}
	return c
}

// systemName is how messages call a system.
func systemName(s code.System) string {
	if s == code.ICD10PCS {
		return "ICD-10-PCS"
	}
	return "ICD-10-CM"
}

// orderLine reads columns 1-5 order number, 7-13 code, 15 billable or header,
// 17-76 short title, 78 on long title.
func orderLine(text string) (c string, billable, ok bool) {
	f := orderForm.FindStringSubmatch(text)
	if f == nil {
		return "", false, false
	}
	return strings.TrimRight(f[2], " "), f[3] == "1", true
}

// codeLine reads columns 1-7 code, 9 on title; a line of the equivalence
// mappings begins alike.
func codeLine(text string) (c string, billable, ok bool) {
	f := codeForm.FindStringSubmatch(text)
	if f == nil || gemForm.MatchString(text) || !words.MatchString(f[2]) {
		return "", false, false
	}
	return strings.TrimRight(f[1], " "), true, true
}

// listOf tells a list by its lines, which must all be of the system. Codes of
// ICD-10-CM differ in length, which tells them from a list of HCPCS codes, and
// from PCS, some of whose codes have their shape.
func listOf(s code.System, cut func(string) (string, bool, bool)) func(*head) bool {
	return func(h *head) bool {
		lengths, others := map[int]bool{}, 0
		for _, text := range h.lines {
			if strings.TrimSpace(text) == "" {
				continue
			}
			c, billable, ok := cut(text)
			if !ok || !fits(s, c, billable) {
				return false
			}
			lengths[len(c)] = true
			if !cmShape.MatchString(c) {
				others++
			}
		}
		if s == code.ICD10PCS {
			return others > 0
		}
		return len(lengths) > 1
	}
}

// fiscalTitle is the year that the member's name gives, else the file's, with
// the April update wherever either names it: archives of April may hold members
// named after the year alone.
func fiscalTitle(h *head) string {
	for _, name := range []string{h.member.Name, h.member.File, h.member.Path} {
		if p, ok := FiscalYearly.periodIn(name); ok {
			return p.Name + aprilOf(h)
		}
	}
	return ""
}

func aprilOf(h *head) string {
	if april.MatchString(h.name()) {
		return " APR"
	}
	return ""
}

// Order reads an order file of ICD-10-CM or ICD-10-PCS. Its numbers run without
// a gap, no code stands twice, and a list that begins with the first chapter or
// section reaches the last one: else lines are missing.
func Order(m Member, s code.System) iter.Seq2[CodeRow, error] {
	last := 0
	return m.codeList(s, func(l line) (CodeRow, string, error) {
		f := orderForm.FindStringSubmatch(l.text)
		if f == nil {
			return CodeRow{}, "", m.refuse(l.no, "is no line of an order file: number, code, 0 or 1, short title, long title")
		}
		if n := number(f[1]); last > 0 && n != last+1 {
			return CodeRow{}, "", m.refuse(l.no, "order number %d follows %d: lines are missing or mixed", n, last)
		} else {
			last = n
		}
		r := CodeRow{System: s, Billable: f[3] == "1", Short: columns(l.text, 17, 76), Title: columns(l.text, 78, maxLine)}
		if r.Title == "" || columns(l.text, 77, 77) != "" {
			return CodeRow{}, "", m.refuse(l.no, "has no long title from column 78 on: the line is cut off or shifted")
		}
		return r, strings.TrimRight(f[2], " "), nil
	})
}

// Codes reads a code file of ICD-10-CM or ICD-10-PCS, which holds the billable
// codes alone.
func Codes(m Member, s code.System) iter.Seq2[CodeRow, error] {
	return m.codeList(s, func(l line) (CodeRow, string, error) {
		c, _, ok := codeLine(l.text)
		if !ok {
			return CodeRow{}, "", m.refuse(l.no, "is no line of a code file: code in columns 1 to 7, title from 9 on")
		}
		return CodeRow{System: s, Billable: true, Title: columns(l.text, 9, maxLine)}, c, nil
	})
}

// maxCodes bounds a list, which is held in memory; the largest true ones have a
// hundred thousand rows.
const maxCodes = 500_000

// ends names where a whole list of a system begins, and the first character of
// its last chapter in the alphabet or its last section.
var ends = map[code.System]struct{ first, last string }{
	code.ICD10CM:  {"A00", "Z"},
	code.ICD10PCS: {"001", "X"},
}

// codeList yields what parse makes of each line; parse returns the code as it
// stands there.
func (m Member) codeList(s code.System, parse func(line) (CodeRow, string, error)) iter.Seq2[CodeRow, error] {
	return func(yield func(CodeRow, error) bool) {
		seen := map[string]int{}
		whole, reached := false, false
		for l, err := range m.lines() {
			if err == nil && strings.TrimSpace(l.text) == "" {
				continue
			}
			var r CodeRow
			if err == nil {
				r, err = m.listed(s, l, parse, seen)
			}
			if err != nil {
				yield(CodeRow{}, err)
				return
			}
			whole = whole || len(seen) == 1 && strings.HasPrefix(r.Code, ends[s].first)
			reached = reached || strings.HasPrefix(r.Code, ends[s].last)
			if !yield(r, nil) {
				return
			}
		}
		if whole && !reached {
			yield(CodeRow{}, m.refuse(0, "begins at %s and never reaches %s: the list is cut off", ends[s].first, ends[s].last))
		}
	}
}

func (m Member) listed(s code.System, l line, parse func(line) (CodeRow, string, error), seen map[string]int) (CodeRow, error) {
	r, c, err := parse(l)
	switch {
	case err != nil:
		return CodeRow{}, err
	case !fits(s, c, r.Billable):
		return CodeRow{}, m.refuse(l.no, "%q is no %s code", c, systemName(s))
	case seen[c] > 0:
		return CodeRow{}, m.refuse(l.no, "%s stands in line %d already", c, seen[c])
	case len(seen) == maxCodes:
		return CodeRow{}, m.refuse(l.no, "more than %d codes: no published list", maxCodes)
	}
	seen[c] = l.no
	r.Code = normal(s, c)
	return r, nil
}

// Headers derives the headers of a list of ICD-10-CM codes that names only the
// billable ones, in the order of the list. A header is what a code begins with,
// from three characters on, except where it ends in a placeholder: an X in the
// sixth place, or one that another X follows. For FY2024 and FY2025 these are
// exactly the headers of the order file.
func Headers(codes iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for dotted := range codes {
			c := strings.Replace(dotted, ".", "", 1)
			for n := 3; n < len(c); n++ {
				placeholder := n > 3 && c[n-1] == 'X' && (n == 6 || c[n] == 'X')
				if h := c[:n]; !placeholder && !seen[h] {
					seen[h] = true
					if !yield(normal(code.ICD10CM, h)) {
						return
					}
				}
			}
		}
	}
}
