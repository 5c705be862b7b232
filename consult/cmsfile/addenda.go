package cmsfile

import (
	"regexp"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// Ops of an addenda's changes.
const (
	OpAdd    = "add"
	OpDelete = "delete"
	OpFrom   = "revise from"
	OpTo     = "revise to"
)

// An Addenda is what changed from one list to the next. A header that becomes a
// code, or the other way, is deleted and added.
type Addenda struct {
	Changes       []Change
	Before, After ListSize // the lists that it leads from and to; zero where it does not say
}

// A Change is one line of an addenda; of a code file's, Short is empty.
type Change struct {
	Op   string
	Line int
	CodeRow
}

// A ListSize counts a list of codes; a code file's has no headers.
type ListSize struct{ Headers, Codes int }

var (
	orderChange = regexp.MustCompile(`^(Add: {8}|Delete: {5}|Revise from:|Revise to: {2}) ([01]) ([0-9A-Z ]{7}) (\S.*)$`)
	codeChange  = regexp.MustCompile(`^(Add: {8}|Delete: {5}|Revise from:|Revise to: {2}) ()([0-9A-Z ]{7}) (\S.*)$`)
	sizeLine    = regexp.MustCompile(`^\s*([0-9]+) (headers|codes) +in \S+$`)
	countLine   = regexp.MustCompile(`^\s*([0-9]+) (additions?|deletions?|revisions?)$`)
	partLine    = regexp.MustCompile(`^\s*[0-9]+ revisions? to (both long and short titles|long title only|short title only)$`)
)

// addendaOf tells an addenda by its first lines, those of the statistics at the
// end aside.
func addendaOf(s code.System, form *regexp.Regexp) func(*head) bool {
	return func(h *head) bool {
		changes, others := 0, 0
		for _, text := range h.lines {
			f := form.FindStringSubmatch(text)
			if f == nil && changes > 0 && isStatistic(text) {
				continue
			}
			if f == nil {
				return false
			}
			c := strings.TrimRight(f[3], " ")
			if !fits(s, c, f[2] != "0") {
				return false
			}
			changes++
			if !cmShape.MatchString(c) {
				others++
			}
		}
		return changes > 0 && (s == code.ICD10CM || others > 0)
	}
}

func isStatistic(text string) bool {
	switch strings.TrimSpace(text) {
	case "", "Headers", "Codes", "of which":
		return true
	}
	return sizeLine.MatchString(text) || countLine.MatchString(text) || partLine.MatchString(text)
}

// ReadAddenda reads the addenda of an order file or, for PartCodeAddenda, of a
// code file: in columns 1-12 Add:, Delete:, Revise from: or Revise to:, then
// flag 14, code 16-22, short title 24-83, long title from 85 on; or code 14-20,
// title from 22 on. The statistics that close it must be those of its lines.
func ReadAddenda(m Member, s code.System, part string) (Addenda, error) {
	r := addendaReader{Member: m, system: s, form: orderChange, counted: map[string]int{}, stated: map[string]int{}}
	if part == PartCodeAddenda {
		r.form = codeChange
	}
	for l, err := range m.lines() {
		if err != nil {
			return Addenda{}, err
		}
		if err := r.take(l); err != nil {
			return Addenda{}, err
		}
	}
	return r.Addenda, r.check()
}

// An addendaReader counts what it reads, by "codes add" and the like, against
// what the statistics state.
type addendaReader struct {
	Member
	Addenda
	system          code.System
	form            *regexp.Regexp
	section         string // of the statistics
	counted, stated map[string]int
}

func (r *addendaReader) take(l line) error {
	if f := r.form.FindStringSubmatch(l.text); f != nil {
		return r.change(l, f)
	}
	if len(r.Changes) == 0 || !isStatistic(l.text) {
		return r.refuse(l.no, "is no line of an addenda: Add, Delete, Revise from or Revise to, code, title")
	}
	switch text := strings.TrimSpace(l.text); text {
	case "Headers", "Codes":
		r.section = strings.ToLower(text)
	}
	if f := sizeLine.FindStringSubmatch(l.text); f != nil {
		r.size(f[2], number(f[1]))
	}
	if f := countLine.FindStringSubmatch(l.text); f != nil {
		r.stated[r.section+" "+strings.TrimSuffix(f[2], "s")] = number(f[1])
	}
	return nil
}

// size keeps the first size of a section as that of the list before.
func (r *addendaReader) size(of string, n int) {
	size := &r.Before
	if r.stated[of] > 0 {
		size = &r.After
	}
	r.stated[of]++
	if of == "headers" {
		size.Headers = n
		return
	}
	size.Codes = n
}

func (r *addendaReader) change(l line, f []string) error {
	c := Change{Op: strings.ToLower(strings.TrimRight(f[1], ": ")), Line: l.no,
		CodeRow: CodeRow{System: r.system, Billable: f[2] != "0", Title: columns(l.text, 22, maxLine)}}
	if r.form == orderChange {
		c.Short, c.Title = columns(l.text, 24, 83), columns(l.text, 85, maxLine)
	}
	undotted := strings.TrimRight(f[3], " ")
	c.Code = normal(r.system, undotted)
	switch {
	case len(r.Changes) == maxCodes:
		return r.refuse(l.no, "more than %d changes: no published addenda", maxCodes)
	case r.section != "":
		return r.refuse(l.no, "a change after the statistics: two files are mixed")
	case !fits(r.system, undotted, c.Billable):
		return r.refuse(l.no, "%q is no %s code", undotted, systemName(r.system))
	case c.Title == "":
		return r.refuse(l.no, "has no long title: the line is cut off or shifted")
	case c.Op == OpTo != r.revising() || c.Op == OpTo && r.Changes[len(r.Changes)-1].Code != c.Code:
		return r.refuse(l.no, "Revise from and Revise to of %s do not stand together", c.Code)
	}
	r.counted[sectionOf(c)+map[string]string{OpAdd: " addition", OpDelete: " deletion", OpFrom: " revision"}[c.Op]]++
	r.Changes = append(r.Changes, c)
	return nil
}

// revising reports that the last change waits for what it is revised to.
func (r *addendaReader) revising() bool {
	return len(r.Changes) > 0 && r.Changes[len(r.Changes)-1].Op == OpFrom
}

func sectionOf(c Change) string {
	if c.Billable {
		return "codes"
	}
	return "headers"
}

func (r *addendaReader) check() error {
	if r.revising() {
		return r.refuse(0, "ends after a Revise from: the file is cut off")
	}
	if len(r.Changes) == 0 {
		return r.refuse(0, "has no changes")
	}
	for _, section := range []string{"headers", "codes"} {
		for _, what := range []string{"addition", "deletion", "revision"} {
			key := section + " " + what
			if n, ok := r.stated[key]; ok && n != r.counted[key] {
				return r.refuse(0, "states %d %ss of %s and has %d: lines are missing or mixed", n, what, section, r.counted[key])
			}
		}
	}
	return nil
}
