package cmsfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
)

// maxHeader bounds the rows above the first edit; true files have six.
const maxHeader = 40

// isPTP knows a table by its header: column 1, column 2, then what only the
// full table has, the mark of edits from before 1996.
func isPTP(h *head) bool {
	if h.format != Tabs && h.format != Sheet {
		return false
	}
	top, ok := ptpHeader(h.member, h.table)
	return ok && top.column2 >= 0 && top.before >= 0 && top.to >= 0 && top.indicator >= 0
}

// ptpColumns says where the fields of an edit stand, -1 for one that the table
// does not have.
type ptpColumns struct {
	column1, column2, before, from, to, indicator, rationale int
	width                                                    int
}

// ptpHeader reads the names of the columns, which the text splits over several
// lines, from the rows above the first edit.
func ptpHeader(m Member, rows []row) (ptpColumns, bool) {
	first := slices.IndexFunc(rows, isPTPHeader)
	if first < 0 {
		return ptpColumns{}, false
	}
	rows = rows[first:]
	if n := slices.IndexFunc(rows, func(r row) bool { return procedure([]byte(r.cell(0))) }); n >= 0 {
		rows = rows[:n]
	}
	h := headerOf(m, rows...)
	c := ptpColumns{column1: 0, column2: 1, before: h.starts("INEXISTENCE"), from: h.starts("EFFECTIVE"), to: h.starts("DELETION"),
		indicator: h.starts("MODIFIER", "CCMI"), rationale: h.like(func(n string) bool { return strings.HasSuffix(n, "RATIONALE") })}
	c.width = 1 + max(c.column2, c.before, c.from, c.to, c.indicator, c.rationale)
	return c, true
}

func isPTPHeader(r row) bool { return plain(r.cell(0)) == "COLUMN1" && plain(r.cell(1)) == "COLUMN2" }

// check names the column that a table lacks.
func (c ptpColumns) check(m Member, line int) error {
	for _, want := range []struct {
		at   int
		name string
	}{{c.before, "*=in existence prior to 1996"}, {c.from, "Effective Date"}, {c.to, "Deletion Date"}, {c.indicator, "Modifier"}} {
		if want.at < 0 {
			return m.refuse(line, "the header has no column %q", want.name)
		}
	}
	return nil
}

// PTP reads one part of a table of NCCI procedure-to-procedure edits (CMS,
// ccipra and ccioph, tab-separated text or workbook) in constant memory: text
// of 2.5 million rows takes a second.
//
// Edits are grouped by column one; among those of a pair that were once in force
// no two begin on one day. A table that is mixed from several, or ends within a
// row, breaks one of these and is refused, but the last rows may have been
// yielded by then.
func PTP(m Member, f Format) iter.Seq2[PTPRow, error] {
	return func(yield func(PTPRow, error) bool) {
		p := &ptpReader{member: m, dates: map[uint64]time.Time{}, codes: map[uint64]string{}, texts: map[string]string{}, done: map[string]int{}}
		read := p.readTabs
		if f == Sheet {
			read = p.readSheet
		}
		if err := read(yield); err != nil && !errors.Is(err, errStopped) {
			yield(PTPRow{}, err)
		}
	}
}

// errStopped says that the caller wants no more rows.
var errStopped = errors.New("stopped")

// A ptpReader holds what its rows share: the header's columns, each code, date
// and rationale once, and the group that is being read.
type ptpReader struct {
	member  Member
	columns ptpColumns
	dates   map[uint64]time.Time
	codes   map[uint64]string
	texts   map[string]string
	rows    int

	column1 string
	done    map[string]int // columns one read so far, and the line of their first edit
	group   []ptpKey
	mixed   bool // the group is not in order
}

func (p *ptpReader) readSheet(yield func(PTPRow, error) bool) error {
	var above []row
	for r, err := range p.member.sheetRows() {
		if err != nil {
			return err
		}
		if p.columns.width == 0 {
			if !firstOfSheet(above, r) {
				if above = append(above, r); len(above) > maxHeader {
					break
				}
				continue
			}
			if err := p.readHeader(above); err != nil {
				return err
			}
		}
		cells := make([][]byte, max(p.columns.width, len(r.cells)))
		for i := range r.cells {
			cells[i] = []byte(r.cell(i))
			if i == p.columns.column1 || i == p.columns.column2 {
				cells[i] = []byte(sheetCode(r.cell(i)))
			}
		}
		if err := p.take(r.no, cells, yield); err != nil {
			return err
		}
	}
	return p.end(above)
}

// firstOfSheet reports the first edit under the header; above it a number is no code.
func firstOfSheet(above []row, r row) bool {
	s := r.cell(0)
	if slices.ContainsFunc(above, isPTPHeader) {
		s = sheetCode(s)
	}
	return procedure([]byte(s))
}

// readTabs goes through the text byte by byte, with no string made but of what
// was not seen before.
func (p *ptpReader) readTabs(yield func(PTPRow, error) bool) error {
	r, err := p.member.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	b := bufio.NewReaderSize(decoded(r), 256<<10)
	t := tabTable{ptpReader: p}
	for no := 1; ; no++ {
		text, err := b.ReadSlice('\n')
		last := errors.Is(err, io.EOF)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return p.member.refuse(no, "is longer than %d KB: not a table", 256)
		case err != nil && !last:
			return err
		case !last || len(text) > 0:
			if err := t.line(no, bytes.TrimRight(text, "\r\n"), last, yield); err != nil {
				return err
			}
		}
		if last {
			return p.end(t.above)
		}
	}
}

// A tabTable is the text as its lines come.
type tabTable struct {
	*ptpReader
	above []row    // of the first edit
	cells [][]byte // of the last line
	blank int      // the first empty line, which only others may follow
}

// line takes one line; unended is the last one where it has no line end.
func (t *tabTable) line(no int, text []byte, unended bool, yield func(PTPRow, error) bool) error {
	t.cells = split(t.cells[:0], text)
	if t.columns.width == 0 {
		if !procedure(t.cells[0]) {
			if t.above = append(t.above, row{no, strings.Split(utf8Text(text), "\t")}); len(t.above) > maxHeader {
				return t.end(t.above)
			}
			return nil
		}
		if err := t.readHeader(t.above); err != nil {
			return err
		}
	}
	switch {
	case len(t.cells[0]) == 0 && len(bytes.Trim(text, "\t ")) == 0:
		if t.blank == 0 {
			t.blank = no
		}
		return nil
	case t.blank > 0:
		return t.member.refuse(t.blank, "is empty, and more follows")
	case unended:
		if err := t.whole(no, t.cells); err != nil {
			return err
		}
	}
	return t.take(no, t.cells, yield)
}

// split cuts a line at its tabs.
func split(cells [][]byte, text []byte) [][]byte {
	for {
		i := bytes.IndexByte(text, '\t')
		if i < 0 {
			return append(cells, bytes.TrimSpace(text))
		}
		cells, text = append(cells, bytes.TrimSpace(text[:i])), text[i+1:]
	}
}

// whole refuses a last line that has no line end unless it is a row like the
// others: all its cells, and a rationale that stood before.
func (p *ptpReader) whole(line int, cells [][]byte) error {
	c := p.columns
	if len(cells) >= c.width && (c.rationale < 0 || p.texts[string(cells[c.rationale])] != "") {
		return nil
	}
	return p.member.refuse(line, "the file ends within this row: cut off; download it again")
}

func (p *ptpReader) readHeader(above []row) error {
	c, ok := ptpHeader(p.member, above)
	if !ok {
		return p.member.refuse(len(above)+1, "an edit without a header above it that names Column 1 and Column 2")
	}
	if err := p.badCode(above); err != nil {
		return err
	}
	if err := c.check(p.member, len(above)); err != nil {
		return err
	}
	p.columns = c
	return nil
}

// badCode finds an edit among the rows above the first one that has a code:
// those that continue the header begin with an empty cell.
func (p *ptpReader) badCode(above []row) error {
	header := false
	for _, r := range above {
		if first := r.cell(0); header && first != "" {
			return p.member.refuse(r.no, "%q is no CPT or HCPCS code", short([]byte(first)))
		}
		header = header || isPTPHeader(r)
	}
	return nil
}

// end is what remains to be said at the end of the table.
func (p *ptpReader) end(above []row) error {
	if p.columns.width == 0 {
		if err := p.badCode(above); err != nil {
			return err
		}
		if len(above) > maxHeader {
			return p.member.refuse(len(above), "no edit within the first %d lines", maxHeader)
		}
		return p.member.refuse(0, "holds no edit")
	}
	return p.close()
}
