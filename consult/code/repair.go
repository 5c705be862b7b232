package code

import "strings"

// digitFor maps letters that stand where a digit was meant: O for 0, l for 1.
func digitFor(c byte) byte {
	switch c {
	case 'O', 'o':
		return '0'
	case 'l', 'I', 'i', '|':
		return '1'
	case 'S':
		return '5'
	case 'B':
		return '8'
	case 'Z', 'z':
		return '2'
	case 'G':
		return '6'
	}
	return c
}

// repaired adds a reading that corrects what was written, and says so.
func (s *scan) repaired(sys System, c string, b, e int, w float64) *Mention {
	m := s.add(sys, c, b, e, w)
	m.Note = "read " + m.Text + " as " + c
	return m
}

// repair proposes a procedure code for five characters with a slip in them
// ("992I3", "17OO3", "l7000") and a diagnosis for "C44.3ll".
func (s *scan) repair(b, e int) int {
	if end := s.repairDx(b, e); end > 0 {
		return end
	}
	if e-b < 5 {
		return 0
	}
	fixed := make([]byte, 5)
	digits, rare := 0, false
	for i := range fixed {
		c := s.s[b+i]
		if class[c]&isDigit != 0 {
			digits++
		}
		if fixed[i] = digitFor(c); class[fixed[i]]&isDigit == 0 {
			return 0
		}
		rare = rare || strings.IndexByte("SBZzG", c) >= 0
	}
	if digits < 3 || digits == 5 {
		return 0
	}
	n := 0
	for _, c := range fixed {
		n = n*10 + int(c-'0')
	}
	c := core{sys: CPT, code: string(fixed), b: b, e: b + 5, base: categoryOne(n)}
	if c.base == 0 || !s.glued(&c, e) {
		return 0
	}
	t := s.tail(&c)
	m := s.repaired(CPT, c.code, b, t.glued, 0.55)
	if rare && c.code[:2] != "99" { // 9B176 is rather something else
		m.Confidence = 0.42
	}
	if s.context(b, e).proc > 0 {
		m.Confidence += 0.1
	}
	m.Modifiers, m.Units = t.mods, t.units
	return t.end
}

// repairDx reads letters for digits behind the dot of a diagnosis: "C44.3ll",
// "C44.31 l".
func (s *scan) repairDx(b, e int) int {
	if e-b != 3 || !s.has(e, ".") || !icd10(strings.ToUpper(s.s[b:e])) {
		return 0
	}
	end := s.run(e+1, isWord)
	if end-e-1 < 2 || end-e-1 > 4 {
		return 0
	}
	rest := make([]byte, 0, 4)
	for i := e + 1; i < end; i++ {
		c := s.s[i]
		if c != 'S' || i < e+4 { // S may be the seventh character
			c = digitFor(c)
		}
		rest = append(rest, c)
	}
	c := strings.ToUpper(s.s[b:e]) + strings.ToUpper(string(rest))
	if !icd10(c) {
		return 0
	}
	s.repaired(ICD10CM, dotted(c), b, end, 0.6)
	return end
}
