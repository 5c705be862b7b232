package code

import "strings"

// A core is a procedure code found inside a word, with what is glued to it.
type core struct {
	sys   System
	code  string
	b, e  int // the five characters
	end   int // through the last glued part
	mods  []string
	units int
	base  float64 // confidence by shape
	label bool    // "CPT99213"
}

var gluedLabels = []string{"hcpcs", "cpts", "cpt", "codes", "code"}

// core reads the word s[b:e] as a CPT or HCPCS code.
func (s *scan) core(b, e int) (core, bool) {
	c := core{b: b}
	if letters := s.run(b, isLetter) - b; letters >= 2 {
		word := s.lower(b, b+letters, new([20]byte))
		for _, l := range gluedLabels {
			if strings.HasPrefix(string(word), l) {
				c.b, c.label = b+len(l), true
				break
			}
		}
		if !c.label {
			return c, false
		}
	}
	c.e = c.b + 5
	if c.e > e || !s.shape(&c, e) {
		return c, false
	}
	return c, s.glued(&c, e)
}

// shape types the five characters at c.b and gives their confidence.
func (s *scan) shape(c *core, e int) bool {
	digits := s.run(c.b, isDigit) - c.b
	if c.code = s.s[c.b:c.e]; digits < 5 {
		c.code = strings.ToUpper(c.code)
	}
	switch {
	case digits == 5 || digits == 7 && e == c.b+7:
		c.sys, c.base = CPT, categoryOne(s.number(c.b, c.e))
	case digits == 4 && strings.IndexByte("FTUMA", upper(s.s[c.b+4])) >= 0:
		c.sys, c.base = CPT, lettered(c.code)
	case digits == 0 && s.run(c.b+1, isDigit) == c.e:
		c.sys, c.base = HCPCS, levelTwo(c.code)
	}
	if c.base > 0 && s.is(c.b, isLower) {
		c.base -= 0.2
		if s.has(c.b, "l") { // l7000: rather 17000
			c.base = 0.35
		}
	}
	return c.base > 0
}

// categoryOne is the confidence of a bare five-digit number: the blocks that
// CPT uses (DOMAIN.md D.1), less for round numbers and for the anaesthesia
// block, which postal codes share.
func categoryOne(n int) float64 {
	switch {
	case n >= 100 && n <= 1999:
		return 0.4
	case n < 10004 || n > 99607:
		return 0
	case n == 17000 || n == 93000: // round, and billed every day
		return 0.55
	case n%1000 == 0:
		return 0.45
	case n >= 99201 && n <= 99499: // visits: little else has such numbers
		return 0.68
	}
	return 0.6
}

// lettered is the confidence of four digits and a letter: category II (F),
// III (T), PLA (U), MAAA (M), immunisation (A). "1000U" are units, "2000T" is
// nothing.
func lettered(c string) float64 {
	switch letter := c[4]; {
	case letter == 'F' && c[0] == '0':
		return 0.6
	case letter == 'F':
		return 0.45
	case c[0] != '0':
		return 0
	case letter == 'T' || letter == 'U':
		return 0.7
	case letter == 'M' && c[:2] == "00":
		return 0.7
	case letter == 'A':
		return 0.55
	}
	return 0
}

// levelTwoBlocks are the number blocks of each HCPCS letter in use.
var levelTwoBlocks = [128][2]string{
	'A': {"0021", "9999"}, 'B': {"4034", "9999"}, 'C': {"1052", "9999"}, 'E': {"0100", "2699"}, 'G': {"0008", "9999"}, 'H': {"0001", "2041"},
	'J': {"0012", "9999"}, 'K': {"0001", "1399"}, 'L': {"0100", "9999"}, 'M': {"0001", "1499"}, 'P': {"2028", "9615"}, 'Q': {"0035", "9999"},
	'R': {"0070", "0076"}, 'S': {"0012", "9999"}, 'T': {"1000", "5999"}, 'U': {"0001", "0005"}, 'V': {"2020", "5364"},
}

func levelTwo(c string) float64 {
	block := levelTwoBlocks[c[0]]
	switch {
	case block[0] == "":
		return 0
	case c[1:] < block[0] || c[1:] > block[1]:
		return 0.3
	}
	return 0.65
}

// glued reads modifiers, units and word ends that follow the code inside its
// word; false where something else follows.
func (s *scan) glued(c *core, e int) bool {
	i := c.e
	for c.end = i; i < e; c.end = i {
		m, kind := "", modifierKind(0)
		if i+2 <= e {
			m, kind = s.modifierAt(i, i+2)
		}
		switch {
		case s.has(i, "xX") && s.digits(i+1, e) && e-i >= 2 && e-i <= 4:
			c.units = s.number(i+1, e)
			i = e
		case m != "" && (i+2 == e || s.is(i+2, isLetter) || e-i == 4) && (kind&modifierRisky == 0 || i+2 == e):
			c.mods = append(c.mods, m)
			i += 2
		case c.sys == CPT && e-i == 2 && s.digits(i, e):
			return false
		default:
			rest := string(s.lower(i, e, new([20]byte)))
			switch rest {
			case "s", "pt", "and", "with", "or", "w", "vs":
				return true
			}
			return false
		}
	}
	if len(c.mods) > 0 && s.digits(c.e, c.end) && c.end == c.e+2 && c.sys == CPT { // 9921325
		c.base = 0.4
		if n := s.number(c.b, c.e); n >= 99202 && n <= 99499 && strings.Contains("24 25 57 93 95", c.mods[0]) || s.context(c.b, e).proc > 0 {
			c.base = 0.5
		}
	}
	return true
}

// procedure reads CPT and HCPCS codes with what hangs on them: modifiers,
// units, a range, a short list.
func (s *scan) procedure(b, e int) int {
	c, ok := s.core(b, e)
	if !ok {
		return 0
	}
	a := s.context(b, e)
	if s.has(c.b, "l") && c.sys == HCPCS {
		s.repair(b, e)
	}
	label := c.label || a.label
	if end := s.codeRange(&c, a, label); end > 0 {
		return end
	}
	t := s.tail(&c)
	m := s.add(c.sys, c.code, c.b, t.glued, s.weigh(&c, a, label, t))
	m.Modifiers, m.Units, m.hint.named = t.mods, t.units, label
	if m.Units == 0 {
		if m.Units = s.unitsBefore(c.b); m.Units == 0 && c.sys == HCPCS && s.is(c.b-2, isLetter) {
			m.Units = s.wordCount(c.b)
		}
	}
	if len(t.mods) == 0 || t.doubtful {
		if end := s.suffixes(len(s.out)-1, &c, t); end > 0 {
			return end
		}
	}
	return t.end
}

// farDx is how many words before a number talk of diagnoses is still about it.
const farDx = 3

// weigh is the confidence of a procedure code in its context.
func (s *scan) weigh(c *core, a around, label bool, t tail) float64 {
	w := c.base
	switch {
	case label && c.base >= 0.4:
		w = 0.92
	case label:
		w += 0.3
	case a.proc > 0:
		w += 0.15
	}
	if a.dxNearer() && !label && a.dx <= farDx {
		w -= 0.15
	}
	if c.sys == HCPCS && s.topic(c.b, c.e, supplyTopics[c.code[0]]) {
		w += 0.1
	}
	switch {
	case len(t.mods) > 0 && len(c.mods) != 1:
		w += 0.2
	case t.units > 0:
		w += 0.15
	}
	if a.measured && c.sys == CPT && !label && len(t.mods) == 0 {
		w -= 0.2
		if strings.HasSuffix(c.code, "00") {
			w -= 0.3
		}
	}
	if s.region == Signature && !label && len(t.mods) == 0 {
		w -= 0.3
	}
	return w
}
