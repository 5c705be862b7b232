package cmsfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook, which may claim to be huge in a few bytes.
const (
	maxSheet   = 2 << 30
	maxColumns = 256
	spill      = 16 << 20 // of a sheet or the shared strings: more goes to a temporary file
)

// A row is one record of a table: a line of tab-separated text, a record of
// comma-separated text, a row of a workbook's first sheet.
type row struct {
	no    int // of its first line, or of the sheet's row, from 1
	cells []string
}

// cell is the i-th cell without blanks around, "" past the end and for i < 0.
func (r row) cell(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// empty reports a row without content.
func (r row) empty() bool {
	for i := range r.cells {
		if r.cell(i) != "" {
			return false
		}
	}
	return true
}

// rows yields the rows of a table in the given format; empty rows of a
// workbook are left out.
func (m Member) rows(f Format) iter.Seq2[row, error] {
	switch f {
	case Sheet:
		return m.sheetRows()
	case Tabs:
		return m.tabRows()
	}
	return m.commaRows()
}

func (m Member) tabRows() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for l, err := range m.lines() {
			if !yield(row{l.no, strings.Split(l.text, "\t")}, err) || err != nil {
				return
			}
		}
	}
}

func (m Member) commaRows() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		r, err := m.Open()
		if err != nil {
			yield(row{}, err)
			return
		}
		defer func() { _ = r.Close() }()
		c := csv.NewReader(decoded(r))
		c.FieldsPerRecord, c.LazyQuotes = -1, true
		for {
			cells, err := c.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
				err = m.refuse(parse.StartLine, "%v", parse.Err)
			}
			if err != nil {
				yield(row{}, err)
				return
			}
			no, _ := c.FieldPos(0)
			for i, cell := range cells {
				cells[i] = utf8Text([]byte(cell))
			}
			if !yield(row{no, cells}, nil) {
				return
			}
		}
	}
}

// sheetRows reads the first sheet of a workbook that has rows, row by row.
func (m Member) sheetRows() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		r, err := m.Open()
		if err != nil {
			yield(row{}, err)
			return
		}
		defer func() { _ = r.Close() }()
		book, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: maxSheet, UnzipXMLSizeLimit: spill, RawCellValue: true})
		if err != nil {
			yield(row{}, m.refuse(0, "cannot be read as a workbook: %v", err))
			return
		}
		defer func() { _ = book.Close() }()
		if err := m.readSheet(book, func(r row) bool { return yield(r, nil) }); err != nil {
			yield(row{}, err)
		}
	}
}

func (m Member) readSheet(book *excelize.File, take func(row) bool) error {
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return m.refuse(0, "a workbook without a sheet")
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		return m.refuse(0, "cannot be read as a workbook: %v", err)
	}
	defer func() { _ = rows.Close() }()
	for no := 1; rows.Next(); no++ {
		cells, err := rows.Columns()
		if err != nil {
			return m.refuse(no, "%v", err)
		}
		if len(cells) > maxColumns {
			cells = cells[:maxColumns]
		}
		if r := (row{no, cells}); !r.empty() && !take(r) {
			return nil
		}
	}
	if err := rows.Error(); err != nil {
		return m.refuse(0, "damaged or cut off: %v", err)
	}
	return nil
}

// A header says in which column a named field stands.
type header struct {
	member Member
	at     map[string]int
}

// headerOf reads the names of a header row; where they are split over several
// rows, those of one column are joined from the top. Case, line ends and runs
// of blanks do not matter.
func headerOf(m Member, rows ...row) header {
	h := header{member: m, at: map[string]int{}}
	width := 0
	for _, r := range rows {
		width = max(width, len(r.cells))
	}
	for i := range width {
		var parts []string
		for _, r := range rows {
			parts = append(parts, r.cell(i))
		}
		name := headName(strings.Join(parts, " "))
		if _, twice := h.at[name]; name != "" && !twice {
			h.at[name] = i
		}
	}
	return h
}

func headName(s string) string { return strings.ToUpper(squeeze(s)) }

// has reports that every name is a column.
func (h header) has(names ...string) bool {
	for _, n := range names {
		if _, ok := h.at[headName(n)]; !ok {
			return false
		}
	}
	return true
}

// column is where the first of names stands, -1 where none does.
func (h header) column(names ...string) int {
	for _, n := range names {
		if i, ok := h.at[headName(n)]; ok {
			return i
		}
	}
	return -1
}

// want is column, or an error that says which name the header lacks.
func (h header) want(line int, names ...string) (int, error) {
	if i := h.column(names...); i >= 0 {
		return i, nil
	}
	return -1, h.member.refuse(line, "the header has no column %s", fmt.Sprintf("%q", names[0]))
}
