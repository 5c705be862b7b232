package cmsfile

import "errors"

// errEnough ends a table whose reader wants no more rows; it never leaves the package.
var errEnough = errors.New("enough")

// tableAfter reads the rows below a header that is stands for: open makes of the
// header what takes each row. Empty rows, and notes, which fill the first column
// alone, are passed over. A table without rows is refused.
func (m Member) tableAfter(f Format, is func(row) bool, open func(h header, line int) (func(row) error, error)) error {
	var take func(row) error
	taken, seen := 0, 0
	for r, err := range m.rows(f) {
		if err != nil {
			return err
		}
		seen++
		switch {
		case take == nil && !is(r):
			if seen > headRows {
				return m.refuse(r.no, "no header in the first %d rows", headRows)
			}
			continue
		case take == nil:
			if take, err = open(headerOf(m, r), r.no); err != nil {
				return err
			}
			continue
		case r.note():
			continue
		}
		if err := take(r); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
		taken++
	}
	if take == nil {
		return m.refuse(0, "no header of the table")
	}
	if taken == 0 {
		return m.refuse(0, "holds no row: cut off after its header")
	}
	return nil
}

// note reports a row without content past its first column.
func (r row) note() bool {
	for i := 1; i < len(r.cells); i++ {
		if r.cell(i) != "" {
			return false
		}
	}
	return true
}
