package cmsfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// OnceInForce reports that the edit applied on some day: indicator 9 marks those
// that were withdrawn before they did, with equal dates.
func (r PTPRow) OnceInForce() bool { return r.Indicator != "9" }

// A ptpKey is what no two edits of a column one share.
type ptpKey struct {
	column2 string
	from    time.Time
	line    int
}

func (a ptpKey) compare(b ptpKey) int {
	return cmp.Or(strings.Compare(a.column2, b.column2), a.from.Compare(b.from), cmp.Compare(a.line, b.line))
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
