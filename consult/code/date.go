package code

import (
	"strings"
	"time"
)

// A calendar day as written; year 0 where the text leaves it out.
type writtenDay struct{ year, month, day int }

func (d writtenDay) String() string {
	two := func(n int) (byte, byte) { return byte('0' + n/10%10), byte('0' + n%10) }
	b := [10]byte{4: '-', 7: '-'}
	b[0], b[1] = two(d.year / 100)
	b[2], b[3] = two(d.year)
	b[5], b[6] = two(d.month)
	b[8], b[9] = two(d.day)
	return string(b[:])
}

func (d writtenDay) valid() bool {
	if d.month < 1 || d.month > 12 || d.day < 1 {
		return false
	}
	year := d.year
	if year == 0 {
		year = 2024 // a leap year allows every day
	}
	return time.Date(year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Day() == d.day && (d.year == 0 || d.year >= 1900 && d.year <= 2100)
}

// dateAt reads the numeric date that begins with the word f.s[b:e].
func (f *folded) dateAt(b, e int) (writtenDay, int, bool) {
	none := writtenDay{}
	first := f.number(b, e)
	if first < 0 || f.has(b-1, "/-.") && f.is(b-2, isDigit) || !f.has(e, "/-.") {
		return none, 0, false
	}
	sep := f.s[e : e+1]
	me := f.run(e+1, isDigit)
	second := f.number(e+1, me)
	if me-e > 3 || second < 0 {
		return none, 0, false
	}
	third, te := -1, me
	if f.has(me, sep) {
		te = f.run(me+1, isDigit)
		third = f.number(me+1, te)
	}
	var d writtenDay
	switch n := te - me - 1; {
	case e-b == 4 && third >= 0 && n <= 2:
		d = writtenDay{first, second, third}
	case e-b <= 2 && third >= 0 && n == 4:
		d = writtenDay{third, first, second}
	case e-b <= 2 && third >= 0 && n == 2:
		d = writtenDay{2000 + third, first, second}
		if third > 60 {
			d.year = 1900 + third
		}
	case e-b <= 2 && third < 0 && sep == "/":
		d, te = writtenDay{0, first, second}, me
	default:
		return none, 0, false
	}
	if f.is(te, isWord) || !d.valid() {
		return none, 0, false
	}
	return d, te, true
}

var months = map[string]int{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10,
	"november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

// namedDate reads "March 14, 2025", "Mar 14th 2025" and "14 March 2025" at the
// word f.s[b:e].
func (f *folded) namedDate(b, e int) (writtenDay, int, bool) {
	if m := months[strings.ToLower(f.s[b:e])]; m > 0 {
		db, de, ok := f.wordAfter(e, ".")
		if !ok {
			return writtenDay{}, 0, false
		}
		num := f.run(db, isDigit)
		d := writtenDay{month: m, day: f.number(db, num)}
		end := de
		if yb, ye, ok := f.wordAfter(de, ","); ok && ye-yb == 4 && f.number(yb, ye) > 1900 {
			d.year, end = f.number(yb, ye), ye
		}
		return d, end, d.day > 0 && de-num <= 2 && d.valid()
	}
	if n := f.number(b, e); n > 0 && n <= 31 {
		mb, me, ok := f.wordAfter(e, "-")
		if !ok || months[strings.ToLower(f.s[mb:me])] == 0 {
			return writtenDay{}, 0, false
		}
		yb, ye, ok := f.wordAfter(me, ",-")
		d := writtenDay{f.number(yb, ye), months[strings.ToLower(f.s[mb:me])], n}
		return d, ye, ok && ye-yb == 4 && d.valid()
	}
	return writtenDay{}, 0, false
}
