package cmsfile

import (
	"iter"
	"regexp"
	"strings"
	"time"
)

// NOCPrint is the part of the NOC list's printed form, whose descriptions are
// cut: where the workbook is there too, that is the one to load.
const NOCPrint = "print"

// nocHeader is the header of the list as it is printed; the columns stand where
// their names do.
var nocHeader = regexp.MustCompile(`^\s*HCPCS\s+LONG DESCRIPTION\s+ADD DATE\s+TERM DATE\s*$`)

func isNOCText(h *head) bool {
	if h.format == Sheet || nocTitle(h) == "" {
		return false
	}
	for i := range min(len(h.lines), disclaimers) {
		if nocHeader.MatchString(h.line(i)) {
			h.format = Text
			return true
		}
	}
	return false
}

func isNOCTable(h *head) bool {
	return nocTitle(h) != "" && h.find("HCPCS", "LONG DESCRIPTION", "ADD DATE", "TERM DATE") >= 0
}

// nocTitle is the line that names the list and its year.
func nocTitle(h *head) string {
	lines := h.lines
	for _, r := range h.table {
		lines = append(lines, strings.Join(r.cells, " "))
	}
	for i, l := range lines {
		if i < disclaimers && strings.Contains(strings.ToUpper(l), "NOC CODES") {
			return squeeze(l)
		}
	}
	return ""
}

// ReadNOC reads the list of codes for what has no code of its own. A line
// without dates continues the description of the code above it (L8608 in 2019).
// The print cuts most long descriptions at its column's width, the workbook
// holds them whole.
func ReadNOC(m Member, f Format) iter.Seq2[NOCRow, error] {
	return func(yield func(NOCRow, error) bool) {
		seen := map[string]bool{}
		var last NOCRow
		for r, err := range m.nocCells(f) {
			var n NOCRow
			if err == nil {
				n, err = m.noc(r)
			}
			switch {
			case err != nil:
			case n.Added.IsZero() && n.Code == last.Code:
				last.Title += " " + n.Title
				continue
			case n.Added.IsZero():
				err = m.refuse(r.no, "%s has no date of adding", n.Code)
			case seen[n.Code]:
				err = m.refuse(r.no, "%s stands twice", n.Code)
			}
			if err != nil {
				yield(NOCRow{}, err)
				return
			}
			if last.Code != "" && !yield(last, nil) {
				return
			}
			last, seen[n.Code] = n, true
		}
		if last.Code == "" {
			yield(NOCRow{}, m.refuse(0, "holds no code under a header HCPCS, LONG DESCRIPTION, ADD DATE, TERM DATE"))
			return
		}
		yield(last, nil)
	}
}

// noc reads code, title, added, terminated.
func (m Member) noc(r row) (NOCRow, error) {
	n := NOCRow{Code: r.cell(0), Title: squeeze(r.cell(1))}
	switch {
	case !hcpcsCode.MatchString(n.Code):
		return n, m.refuse(r.no, "%q is no HCPCS code", n.Code)
	case n.Title == "":
		return n, m.refuse(r.no, "%s has no description", n.Code)
	}
	for i, to := range []*time.Time{&n.Added, &n.Terminated} {
		t, ok := day(r.cell(2 + i))
		if !ok {
			return n, m.refuse(r.no, "%q is no date", r.cell(2+i))
		}
		*to = t
	}
	return n, nil
}

// nocCells yields the four columns of each line below the header.
func (m Member) nocCells(f Format) iter.Seq2[row, error] {
	if f == Sheet || f == Comma || f == Tabs {
		return m.nocTable(f)
	}
	return func(yield func(row, error) bool) {
		var at []int // first column of each
		for l, err := range m.lines() {
			if err != nil {
				yield(row{}, err)
				return
			}
			switch {
			case noText(l.text):
			case nocHeader.MatchString(l.text):
				at = nil
				for _, name := range []string{"HCPCS", "LONG DESCRIPTION", "ADD DATE", "TERM DATE"} {
					at = append(at, strings.Index(l.text, name)+1)
				}
			case at != nil:
				cells := []string{columns(l.text, at[0], at[1]-1), columns(l.text, at[1], at[2]-1),
					columns(l.text, at[2], at[3]-1), columns(l.text, at[3], len(l.text))}
				if !yield(row{l.no, cells}, nil) {
					return
				}
			}
		}
	}
}

func (m Member) nocTable(f Format) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		var at []int
		for r, err := range m.rows(f) {
			if err != nil {
				yield(row{}, err)
				return
			}
			h := headerOf(m, r)
			switch {
			case noText(strings.Join(r.cells, "")):
			case at == nil && h.has("HCPCS", "LONG DESCRIPTION", "ADD DATE", "TERM DATE"):
				at = []int{h.column("HCPCS"), h.column("LONG DESCRIPTION"), h.column("ADD DATE"), h.column("TERM DATE")}
			case at != nil:
				if !yield(row{r.no, []string{r.cell(at[0]), r.cell(at[1]), r.cell(at[2]), r.cell(at[3])}}, nil) {
					return
				}
			}
		}
	}
}
