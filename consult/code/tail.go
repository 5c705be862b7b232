package code

import (
	"slices"
	"strings"
)

// A tail is what follows a procedure code: modifiers and units, glued or
// apart.
type tail struct {
	mods     []string
	units    int
	glued    int  // end of the last glued part: the end of the mention
	end      int  // end of all that was read
	doubtful bool // the modifiers may be the members of a short list: "99221/22"
}

// maxModifiers is how many modifiers a claim line has room for.
const maxModifiers = 4

func (s *scan) tail(c *core) tail {
	t := tail{mods: c.mods, units: c.units, glued: c.end}
	s.tight(&t, c)
	t.end = t.glued
	if s.tabled(c.b) && s.cellAt(c.b).kind == colCode {
		if s.blanks(t.end) < s.cellAt(c.b).e {
			s.loose(&t)
		}
		s.tableTail(&t)
		return t
	}
	if !t.doubtful {
		s.loose(&t)
	}
	if t.units == 0 {
		s.unitsAfter(&t)
		if t.units > 0 && len(t.mods) == 0 { // "2 units JZ"
			s.loose(&t)
		}
	}
	return t
}

// tight reads "-25", "/25", "-GP-59", "-59x4".
func (s *scan) tight(t *tail, c *core) {
	for s.has(t.glued, "-/.") && len(t.mods) < maxModifiers {
		b := t.glued + 1
		e := s.run(b, isWord)
		word := e
		if e-b > 3 && s.has(b+2, "xX") && s.digits(b+3, e) { // 59x4
			word = b + 2
		}
		m, _ := s.modifierAt(b, word)
		if m == "" && s.has(t.glued, "-") {
			m = s.typedLower(c, b, word)
		}
		if m == "" || s.has(t.glued, ".") && !s.gluedByPoint(c.b, c.e) || s.has(e, ".") && s.is(e+1, isDigit) {
			return
		}
		if s.has(t.glued, "/") && s.sequel(c, b, e) {
			t.doubtful = true
		}
		t.mods, t.glued = append(t.mods, m), e
		if word < e {
			t.units = s.number(word+1, e)
		}
	}
}

// typedLower reads "98940-at" where a modifier that is also a word fits its code.
func (s *scan) typedLower(c *core, b, e int) string {
	if e-b != 2 || s.is(b, isUpper) {
		return ""
	}
	switch m := strings.ToUpper(s.s[b:e]); {
	case m == "AT" && strings.HasPrefix(c.code, "9894"), m == "PT" && (c.code[0] == '4' || c.code[0] == 'G'), m == "TA" && c.code[0] <= '2', m == "GA", m == "GO" && strings.HasPrefix(c.code, "97"):
		return m
	}
	return ""
}

// sequel tells whether two digits at b continue the code's own last two:
// "99221/22".
func (s *scan) sequel(c *core, b, e int) bool {
	n := s.number(b, e)
	d := n - s.number(c.e-2, c.e)
	return n >= 0 && c.sys == CPT && d >= 1 && d <= 2
}

// loose reads modifiers that stand apart: " GP 59", " - 25", ",25", " with
// modifier 25". A choice ("mod 25 or 57") belongs to no code.
func (s *scan) loose(t *tail) {
	mods, end, named, apart := t.mods, t.end, false, false // apart: by a comma or a verb
	for {
		i := s.blanks(end)
		comma := s.has(i, ",")
		if s.has(i, ",-/(+") {
			i = s.blanks(i + 1)
		}
		b, e := i, s.run(i, isWord)
		if b == e {
			break
		}
		if c := s.cue(b, e); c&cueMod != 0 || c&cueAppend != 0 && c&cueJoin == 0 && e-b <= 5 && len(mods) == len(t.mods) {
			named = named || c&cueMod != 0
			apart = apart || e-b == 5 && s.has(b, "nN") || e-b == 4 && s.has(b, "nN") // needs, need
			end = e
			for s.has(end, "/:-#s") {
				end++
			}
			continue
		}
		m, kind := s.modifierAt(b, e)
		if m == "" || len(mods) == maxModifiers || slices.Contains(mods, m) || !s.looseFits(m, kind, b, e, named, comma) {
			break
		}
		mods, end, apart = append(mods[:len(mods):len(mods)], m), e, apart || comma
	}
	if len(mods) == len(t.mods) || (named || apart) && s.choice(end) {
		return
	}
	t.mods, t.end = mods, end
	if s.has(t.end, ")") {
		t.end++
	}
}

// looseFits tells whether a known modifier apart from its code is meant as
// one.
func (s *scan) looseFits(m string, kind modifierKind, b, e int, named, comma bool) bool {
	if s.measureAfter(e) || s.has(e, "%:") || s.has(e, "./") && s.is(e+1, isDigit) || adjustmentGroup(m) && s.reasonAfter(e) {
		return false
	}
	switch {
	case named:
		return true
	case m[0] <= '9' && m[1] <= '9':
		nb, ne, ok := s.wordAfter(e, "")
		if ok && comma && s.s[nb:ne] == "not" && s.notNeeded(ne) {
			return false
		}
		return !ok || s.cue(nb, ne) != 0 || !s.is(nb, isLower) || s.has(nb, "x") && s.is(ne-1, isDigit) || ne == nb+1 || stopWord(string(s.lower(nb, ne, new([20]byte))))
	case !s.is(b, isUpper) && !s.is(b+1, isUpper):
		return false
	case comma && (m == "RT" || m == "LT"): // "20610, RT knee"
		nb, ne, ok := s.wordAfter(e, "")
		return !ok || s.closes(e) || !s.is(nb, isLower) || s.cue(nb, ne) != 0 || stopWord(string(s.lower(nb, ne, new([20]byte))))
	case kind&modifierRisky != 0:
		nb, ne, ok := s.wordAfter(e, "")
		next, _ := s.modifierAt(nb, ne)
		return !comma && (!ok || next != "" || s.closes(e) || ne-nb == 5 && s.is(nb+1, isDigit))
	}
	return true
}

// reasonAfter tells whether the number of an adjustment reason follows its
// group: "CO-4", "PR 1".
func (s *scan) reasonAfter(e int) bool {
	if s.has(e, "- ") {
		e++
	}
	return s.is(e, isDigit) || s.has(e, "AB") && s.is(e+1, isDigit)
}

// stopWord tells whether a clause may go on with w after a modifier.
func stopWord(w string) bool {
	switch w {
	case "and", "or", "on", "for", "with", "is", "was", "if", "when", "same", "but", "to", "because", "since", "in", "together", "today", "by",
		"along", "instead", "as", "at", "per", "dos", "should", "can", "would", "will", "not", "also", "then", "only", "appended", "attached", "allowed", "ok":
		return true
	}
	return false
}

// choice tells whether "or" and another modifier follow.
func (s *scan) choice(e int) bool {
	b, we, ok := s.wordAfter(e, ",/")
	if !ok {
		return false
	}
	if w := string(s.lower(b, we, new([20]byte))); w == "or" || w == "vs" || w == "versus" {
		b, we, _ = s.wordAfter(we, "-")
	} else if !s.has(e, "/") {
		return false
	}
	m, _ := s.modifierAt(b, we)
	return m != ""
}

func (f *folded) blanks(i int) int {
	for f.has(i, " \t") {
		i++
	}
	return i
}

// unitsAfter reads "x3", "x 3", "* 3", "(3)", "3 units", "qty 3" after the
// code on its line; not a dose, a size or a frequency.
func (s *scan) unitsAfter(t *tail) {
	i := s.blanks(t.end)
	if s.has(i, "xX*") {
		j := s.blanks(i + 1)
		if e := s.run(j, isDigit); e > j && e-j <= 4 && !s.is(e, isLetter) && !s.timesOnly(e) {
			t.units, t.end = s.number(j, e), e
		}
		return
	}
	if s.has(i, "(") {
		if e := s.run(i+1, isDigit); e > i+1 && e-i <= 4 && s.has(e, ")") {
			t.units, t.end = s.number(i+1, e), e+1
			return
		}
	}
	for range 3 {
		if s.has(i, ",-(=:;") {
			i = s.blanks(i + 1)
		}
		e := s.run(i, isWord)
		word := string(s.lower(i, e, new([20]byte)))
		if n := s.unitCount(i, e); n > 0 {
			t.units, t.end = n, s.run(s.blanks(e), isLetter)
			return
		}
		switch word {
		case "qty", "quantity", "units":
			j := s.blanks(e)
			if s.has(j, ":=-#") {
				j = s.blanks(j + 1)
			}
			if je := s.run(j, isDigit); je > j && je-j <= 4 && !s.is(je, isLetter) {
				t.units, t.end = s.number(j, je), je
			}
			return
		case "for", "at", "with", "billed":
			i = s.blanks(e)
		default:
			return
		}
	}
}

// unitCount reads "4 units", "four units" or "4u" at s[b:e], 0 where it is
// none.
func (s *scan) unitCount(b, e int) int {
	if e-b >= 2 && s.has(e-1, "uU") && e-b <= 4 {
		if n := s.number(b, e-1); n > 0 {
			return n
		}
	}
	n := s.count(b, e)
	if n <= 0 {
		return 0
	}
	ub, ue, ok := s.wordAfter(e, "")
	if !ok {
		return 0
	}
	switch string(s.lower(ub, ue, new([20]byte))) {
	case "unit", "units":
		if s.unitsFollow(ub, ue) {
			return 0
		}
		return n
	case "each", "ea":
		if n < 20 {
			return n
		}
	}
	return 0
}

// unitsFollow tells whether the word s[b:e] for units is a label of the number
// behind it: "45380 59 units 1", "HN units: 14".
func (s *scan) unitsFollow(b, e int) bool {
	if e-b < 4 || !s.has(b, "uU") {
		return false
	}
	i := s.blanks(e)
	if s.has(i, ":=#") {
		i = s.blanks(i + 1)
	}
	return s.is(i, isDigit)
}

// timesOnly tells whether a number after "x" counts time or size: "x2 weeks".
func (s *scan) timesOnly(e int) bool {
	b, we, ok := s.wordAfter(e, "-")
	if !ok {
		return s.has(e, ".") && s.is(e+1, isDigit)
	}
	c := s.cue(b, we)
	w := string(s.lower(b, we, new([20]byte)))
	return c&cueMeasure != 0 && w != "units" && w != "unit" && w != "lesions" && w != "lesion" && w != "injections" && w != "sites" && w != "miles" || s.has(e, ".") && s.is(e+1, isDigit)
}

// unitsBefore reads "2 x ", "2x " and "two units of " before the code at b.
func (s *scan) unitsBefore(b int) int {
	wb, we, ok := s.wordBefore(b, "")
	if !ok || we+2 < b {
		return 0
	}
	word := string(s.lower(wb, we, new([20]byte)))
	if n := len(word); n >= 2 && n <= 4 && word[n-1] == 'x' {
		return max(s.number(wb, we-1), 0)
	}
	if word == "of" {
		if wb, we, ok = s.wordBefore(wb, ""); !ok {
			return 0
		}
		if word = string(s.lower(wb, we, new([20]byte))); word != "units" && word != "unit" {
			return 0
		}
	} else if word != "x" {
		return 0
	}
	if wb, we, ok = s.wordBefore(wb, ""); !ok {
		return 0
	}
	return max(s.count(wb, we), 0)
}

// wordCount reads "one Q4010", "two A4550": a number word right before a
// supply or a drug.
func (s *scan) wordCount(b int) int {
	wb, we, ok := s.wordBefore(b, "")
	if !ok || we+1 != b || !s.is(wb, isLetter) {
		return 0
	}
	if n := s.count(wb, we); n > 0 && n <= 12 {
		return n
	}
	return 0
}

// count reads a small number in digits or as a word, -1 where it is none.
func (f *folded) count(b, e int) int {
	if n := f.number(b, e); n >= 0 {
		return n
	}
	var buf [20]byte
	if b >= e || e-b > len(buf) || !numberOutline.may(f, b, e) {
		return -1
	}
	if n, ok := numberWords[string(f.lower(b, e, &buf))]; ok {
		return n
	}
	return -1
}

var numberOutline = outlined(numberWords)

var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
	"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "couple": 2, "dozen": 12,
}
