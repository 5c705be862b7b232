package cmsfile

import (
	"fmt"
	"iter"
	"regexp"
	"strings"
)

// anwebField is a field of the Alpha-Numeric file: its columns in the text, and
// the name under which the csv and the workbook have it. A field that occurs
// several times is numbered there: PRICE1 to PRICE4.
type anwebField struct {
	name        string
	from, width int
	times       int
}

// anwebFields are those of the HCPCS contractor record (HCPCS2019 record
// layout), without its fillers.
var anwebFields = []anwebField{
	{"HCPC", 1, 5, 1}, {"SEQNUM", 6, 5, 1}, {"RECID", 11, 1, 1},
	{"LONG DESCRIPTION", 12, 80, 1}, {"SHORT DESCRIPTION", 92, 28, 1},
	{"PRICE", 120, 2, 4}, {"MULT_PI", 128, 1, 1}, {"CIM", 129, 6, 3}, {"MCM", 147, 8, 3},
	{"STATUTE", 171, 10, 1}, {"LABCERT", 181, 3, 8}, {"XREF", 205, 5, 5}, {"COV", 230, 1, 1},
	{"ASC_GRP", 231, 2, 1}, {"ASC_DT", 233, 8, 1}, {"OPPS", 241, 3, 1}, {"OPPS_PI", 244, 1, 1}, {"OPPS_DT", 245, 8, 1},
	{"PROCNOTE", 253, 4, 1}, {"BETOS", 257, 3, 1}, {"TOS", 261, 1, 5}, {"ANEST_BU", 266, 3, 1},
	{"ADD DT", 269, 8, 1}, {"ACT EFF DT", 277, 8, 1}, {"TERM DT", 285, 8, 1}, {"ACTION CD", 293, 1, 1},
}

// anwebAt gives the first and last column of each name of the header.
var anwebAt = anwebPlaces()

func anwebPlaces() map[string][2]int {
	at := map[string][2]int{}
	for _, f := range anwebFields {
		for i := range f.times {
			name, from := f.name, f.from+i*f.width
			if f.times > 1 {
				name = fmt.Sprintf("%s%d", f.name, i+1)
			}
			at[name] = [2]int{from, from + f.width - 1}
		}
	}
	return at
}

// An anwebRecord is one line of the text, one row of the csv or workbook.
type anwebRecord struct {
	line int
	get  func(name string) string // a field without blanks around
}

// list returns the occurrences of a field that are filled.
func (r anwebRecord) list(name string, times int) []string {
	var all []string
	for i := range times {
		if s := r.get(fmt.Sprintf("%s%d", name, i+1)); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// anwebLine is a record of the text: code or modifier, sequence number, record id.
var anwebLine = regexp.MustCompile(`^(?:[A-Z][0-9]{4}[0-9]{5}[34]|   [0-9A-Z]{2}[0-9]{5}[78])`)

const (
	anwebWidth  = 320
	anwebFilled = 293 // the last column that is not filler
	disclaimers = 40  // lines or rows at most before the first record
)

// anweb yields the records of the Alpha-Numeric file in any of its forms.
func (m Member) anweb(f Format) iter.Seq2[anwebRecord, error] {
	if f == Sheet || f == Comma {
		return m.anwebTable(f)
	}
	return m.anwebText()
}

// anwebText reads the fixed-width text. What stands before the first record are
// disclaimers; after it every line is a record. Where one is as wide as it
// should be, blanks and all, a line that lacks more than filler was cut.
func (m Member) anwebText() iter.Seq2[anwebRecord, error] {
	return func(yield func(anwebRecord, error) bool) {
		width := 0
		for l, err := range m.lines() {
			if err == nil && width == 0 && l.no <= disclaimers && !anwebLine.MatchString(l.text) {
				continue
			}
			if err == nil && width > 0 && noText(l.text) {
				continue
			}
			if err == nil {
				err = m.anwebWhole(l, width)
			}
			width = max(width, len(l.text))
			get := func(name string) string {
				at := anwebAt[name]
				return columns(l.text, at[0], at[1])
			}
			if !yield(anwebRecord{l.no, get}, err) || err != nil {
				return
			}
		}
	}
}

// noText reports a line or row of blanks, or of the mark (Control-Z) with which
// DOS ends a file, which stands even in workbooks of CMS.
func noText(s string) bool { return strings.Trim(s, " \t\u00a0\x1a") == "" }

// anwebWhole reports a line that is no record, or not a whole one.
func (m Member) anwebWhole(l line, width int) error {
	switch {
	case !anwebLine.MatchString(l.text):
		return m.refuse(l.no, "is no HCPCS record: columns 1 to 11 are code, sequence number and a record id 3, 4, 7 or 8")
	case width >= anwebWidth && len(l.text) < anwebFilled:
		return m.refuse(l.no, "is cut off: %d columns where the lines before have %d", len(l.text), width)
	}
	return nil
}

// anwebTable reads the csv and the workbook by their header, above which stand
// disclaimers.
func (m Member) anwebTable(f Format) iter.Seq2[anwebRecord, error] {
	return func(yield func(anwebRecord, error) bool) {
		var h header
		for r, err := range m.rows(f) {
			if err == nil && h.at == nil {
				h, err = m.anwebHeader(r)
				if err == nil {
					continue
				}
			}
			if err == nil && noText(strings.Join(r.cells, "")) {
				continue
			}
			get := func(name string) string { return r.cell(h.column(name)) }
			if !yield(anwebRecord{r.no, get}, err) || err != nil {
				return
			}
		}
	}
}

// anwebHeader returns the header that the row is; the zero header for one
// above it.
func (m Member) anwebHeader(r row) (header, error) {
	h := headerOf(m, r)
	if !h.has("HCPC", "RECID") {
		if r.no > disclaimers {
			return header{}, m.refuse(r.no, "no header with the columns HCPC and RECID in the %d rows above", disclaimers)
		}
		return header{}, nil
	}
	for name := range anwebAt {
		if _, err := h.want(r.no, name); err != nil {
			return header{}, err
		}
	}
	return h, nil
}
