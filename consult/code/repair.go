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
	if end := s.repairLevelTwo(b, e); end > 0 {
		return end
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
	if end := s.repairCategory(b, e); end > 0 {
		return end
	}
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

// repairCategory reads a diagnosis of three characters with a letter for a digit
// beside talk of diagnoses: "dx I1O".
func (s *scan) repairCategory(b, e int) int {
	if e-b != 3 || !s.is(b, isUpper) || !s.is(b+1, isDigit) || !s.has(e-1, "OolI") || s.has(e, "-.") {
		return 0
	}
	c := s.s[b:e-1] + string(digitFor(s.s[e-1]))
	if a := s.context(b, e); !icd10(c) || a.dx == 0 || a.dx > farDx {
		return 0
	}
	s.repaired(ICD10CM, c, b, e, 0.55)
	return e
}

// repairLevelTwo reads letters for digits behind the letter of a HCPCS code:
// "J33O1".
func (s *scan) repairLevelTwo(b, e int) int {
	if !s.is(b, isUpper) {
		return 0
	}
	fixed := [5]byte{s.s[b]}
	slips := 0
	for i := 1; i < 5; i++ {
		fixed[i] = s.s[b+i]
		if s.has(b+i, "OolIi|") {
			fixed[i] = digitFor(s.s[b+i])
			slips++
		}
		if class[fixed[i]]&isDigit == 0 {
			return 0
		}
	}
	c := core{sys: HCPCS, code: string(fixed[:]), b: b, e: b + 5}
	if c.base = levelTwo(c.code); slips == 0 || slips > 2 || c.base < 0.5 || !s.glued(&c, e) {
		return 0
	}
	t := s.tail(&c)
	m := s.repaired(HCPCS, c.code, b, t.glued, 0.45)
	if s.context(b, e).proc > 0 || t.units > 0 || len(t.mods) > 0 || s.topic(b, e, supplyTopics[c.code[0]]) {
		m.Confidence += 0.15
	}
	m.Modifiers, m.Units = t.mods, t.units
	return t.end
}

// parted reads a code that a blank or a dot has parted: "CPT 992 13" after its
// label, "E.11.9".
func (s *scan) parted(b, e int) int {
	n := e - b
	if n == 2 && s.has(b-1, ".") && s.is(b-2, isUpper) && !s.is(b-3, isWord) && s.has(e, ".") && s.is(e+1, isDigit) {
		end := s.run(e+1, isWord)
		if c := s.s[b-2:b-1] + s.s[b:e] + strings.ToUpper(s.s[e+1:end]); icd10(c) {
			s.repaired(ICD10CM, dotted(c), b-2, end, 0.6)
			return end
		}
	}
	if (n == 2 || n == 3) && s.has(e, " ") && s.digits(e+1, e+6-n) && !s.is(e+6-n, isWord) && !s.has(e+6-n, "-/") && (s.context(b, e).label || s.firstCell(b, e+6-n)) {
		if c := s.s[b:e] + s.s[e+1:e+6-n]; categoryOne(s.number(b, e)*pow10(5-n)+s.number(e+1, e+6-n)) > 0.5 && !s.measureAfter(e+6-n) {
			s.repaired(CPT, c, b, e+6-n, 0.6)
			return e + 6 - n
		}
	}
	return 0
}

// firstCell tells whether s[b:e] begins its line and a gap and an amount follow,
// as in the rows of a remittance.
func (s *scan) firstCell(b, e int) bool {
	i := s.blanks(e)
	if b > 0 && !s.has(b-1, "\n") || i < e+2 && !s.has(e, "\t") {
		return false
	}
	if s.has(i, "$") {
		i++
	}
	we := s.run(i, isDigit)
	return we > i && s.has(we, ".") && s.is(we+1, isDigit) && s.is(we+2, isDigit)
}

func pow10(n int) int {
	if n == 2 {
		return 100
	}
	return 1000
}
