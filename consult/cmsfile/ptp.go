package cmsfile

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
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

// A ptpKey is what no two edits of a column one share.
type ptpKey struct {
	column2 string
	from    time.Time
	line    int
}

func (a ptpKey) compare(b ptpKey) int {
	return cmp.Or(strings.Compare(a.column2, b.column2), a.from.Compare(b.from), cmp.Compare(a.line, b.line))
}

func (p *ptpReader) readSheet(yield func(PTPRow, error) bool) error {
	var above []row
	for r, err := range p.member.sheetRows() {
		if err != nil {
			return err
		}
		if p.columns.width == 0 {
			if !procedure([]byte(r.cell(0))) {
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
		}
		if err := p.take(r.no, cells, yield); err != nil {
			return err
		}
	}
	return p.end(above)
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
	var above []row
	var cells [][]byte
	blank := 0
	for no := 1; ; no++ {
		text, err := b.ReadSlice('\n')
		last := errors.Is(err, io.EOF)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return p.member.refuse(no, "is longer than %d KB: not a table", 256)
		case err != nil && !last:
			return err
		case last && len(text) == 0:
			return p.end(above)
		}
		text = bytes.TrimRight(text, "\r\n")
		if cells = split(cells[:0], text); p.columns.width == 0 && !procedure(cells[0]) {
			if above = append(above, row{no, strings.Split(utf8Text(text), "\t")}); len(above) > maxHeader || last {
				return p.end(above)
			}
			continue
		}
		if p.columns.width == 0 {
			if err := p.readHeader(above); err != nil {
				return err
			}
		}
		if len(bytes.Trim(text, "\t ")) == 0 {
			blank = no
			continue
		}
		if blank > 0 {
			return p.member.refuse(blank, "is empty, and more follows")
		}
		if last {
			if err := p.whole(no, cells); err != nil {
				return err
			}
		}
		if err := p.take(no, cells, yield); err != nil {
			return err
		}
	}
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

// take checks one edit, and the group where it begins another, and yields it.
func (p *ptpReader) take(line int, cells [][]byte, yield func(PTPRow, error) bool) error {
	r, err := p.parse(line, cells)
	if err != nil {
		return err
	}
	if r.Column1 != p.column1 {
		if err := p.begin(r.Column1, line); err != nil {
			return err
		}
	}
	if r.OnceInForce() {
		k := ptpKey{r.Column2, r.From, line}
		if n := len(p.group); n > 0 && p.group[n-1].compare(k) > 0 {
			p.mixed = true
		} else if n > 0 {
			if err := p.twice(p.group[n-1], k); err != nil {
				return err
			}
		}
		p.group = append(p.group, k)
	}
	p.rows++
	if !yield(r, nil) {
		return errStopped
	}
	return nil
}

// begin ends a group and opens that of another column one.
func (p *ptpReader) begin(column1 string, line int) error {
	if first, again := p.done[column1]; again {
		return p.member.refuse(line, "column 1 %s comes back after others, first at line %d: mixed, or not in its order", column1, first)
	}
	if err := p.close(); err != nil {
		return err
	}
	p.column1, p.group, p.mixed = column1, p.group[:0], false
	p.done[column1] = line
	return nil
}

// close looks for edits of the group that stand twice, where its order did not
// show them already.
func (p *ptpReader) close() error {
	if !p.mixed {
		return nil
	}
	slices.SortFunc(p.group, ptpKey.compare)
	for i := range p.group[1:] {
		if err := p.twice(p.group[i], p.group[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (p *ptpReader) twice(a, b ptpKey) error {
	if a.column2 != b.column2 || !a.from.Equal(b.from) {
		return nil
	}
	return p.member.refuse(b.line, "the edit %s/%s of %s stands twice, first at line %d", p.column1, b.column2, b.from.Format(time.DateOnly), a.line)
}

func (p *ptpReader) parse(line int, cells [][]byte) (r PTPRow, err error) {
	c := p.columns
	r.Line = line
	if len(cells) < c.width || len(cells) > c.width && len(bytes.Join(cells[c.width:], nil)) > 0 {
		return r, p.member.refuse(line, "has %d columns, not %d", len(cells), c.width)
	}
	if r.Column1, err = p.code(line, cells[c.column1]); err != nil {
		return r, err
	}
	if r.Column2, err = p.code(line, cells[c.column2]); err != nil {
		return r, err
	}
	switch mark := string(cells[c.before]); mark {
	case "":
	case "*":
		r.Before1996 = true
	default:
		return r, p.member.refuse(line, "%q where * marks an edit from before 1996", mark)
	}
	if r.From, err = p.day(line, cells[c.from]); err != nil {
		return r, err
	}
	if r.To, err = p.day(line, cells[c.to]); err != nil {
		return r, err
	}
	switch {
	case r.Column1 == r.Column2:
		return r, p.member.refuse(line, "pairs %s with itself", r.Column1)
	case r.From.IsZero():
		return r, p.member.refuse(line, "has no effective date")
	case !r.To.IsZero() && r.To.Before(r.From):
		return r, p.member.refuse(line, "ends %s, before its first day %s", r.To.Format(time.DateOnly), r.From.Format(time.DateOnly))
	}
	if r.Indicator, err = indicator(p.member, line, cells[c.indicator]); err != nil {
		return r, err
	}
	if c.rationale >= 0 {
		r.Rationale = p.text(cells[c.rationale])
	}
	return r, nil
}

// code reads a code, each only once.
func (p *ptpReader) code(line int, b []byte) (string, error) {
	if len(b) == 5 {
		if s, ok := p.codes[key(b)]; ok {
			return s, nil
		}
	}
	if !procedure(b) {
		return "", p.member.refuse(line, "%q is no CPT or HCPCS code", short(b))
	}
	s := string(b)
	p.codes[key(b)] = s
	return s, nil
}

// day reads a date, each only once; "*" is none.
func (p *ptpReader) day(line int, b []byte) (time.Time, error) {
	if len(b) == 1 && b[0] == '*' {
		return time.Time{}, nil
	}
	if len(b) == 8 {
		if t, ok := p.dates[key(b)]; ok {
			return t, nil
		}
	}
	t, ok := sheetDay(string(b))
	if !ok || len(b) == 0 {
		return t, p.member.refuse(line, "%q is no date", short(b))
	}
	if len(b) == 8 {
		p.dates[key(b)] = t
	}
	return t, nil
}

// text reads a rationale, each only once.
func (p *ptpReader) text(b []byte) string {
	if s, ok := p.texts[string(b)]; ok {
		return s
	}
	s := utf8Text(b)
	if len(p.texts) < 1000 { // true tables have a dozen
		p.texts[string(b)] = s
	}
	return s
}

// key packs up to eight bytes.
func key(b []byte) uint64 {
	var k [8]byte
	copy(k[:], b)
	return binary.LittleEndian.Uint64(k[:])
}

// indicator is the CCMI: 0 not allowed, 1 allowed, 9 not applicable.
func indicator(m Member, line int, b []byte) (string, error) {
	switch string(b) {
	case "0":
		return "0", nil
	case "1":
		return "1", nil
	case "9":
		return "9", nil
	}
	return "", m.refuse(line, "modifier indicator %q is none of 0, 1, 9", short(b))
}

// short is a cell as an error quotes it.
func short(b []byte) string {
	const most = 20
	if len(b) > most {
		return utf8Text(b[:most]) + "…"
	}
	return utf8Text(b)
}

// sheetDay is day, which workbooks may hold as the number of days since 1900.
func sheetDay(s string) (time.Time, bool) {
	if len(s) == 5 && number(s) > 30000 {
		t, err := excelize.ExcelDateToTime(float64(number(s)), false)
		return t, err == nil
	}
	return day(s)
}

// OnceInForce reports that the edit applied on some day: indicator 9 marks those
// that were withdrawn before they did, with equal dates.
func (r PTPRow) OnceInForce() bool { return r.Indicator != "9" }
