package code

import (
	"bytes"
	"slices"
	"strings"
)

// icd10 tells whether c, upper case without its dot, has the form of an
// ICD-10-CM code (DOMAIN.md D.1), and whether letters stand only where the
// tabular list has them.
func icd10(c string) bool { return icdForm(c, "XABCDE", "XABCDE") }

// icd10Dotted is icd10 of a code whose dot leaves no doubt: the fourth and
// fifth character may be any letter that the tabular list has there.
func icd10Dotted(c string) bool { return icdForm(c, "ABCDEFGHJKMNXYZ", "ABCDEMXYZ") }

func icdForm(c, fourth, fifth string) bool {
	if len(c) < 3 || len(c) > 7 || class[c[0]]&isUpper == 0 || class[c[2]]&isDigit == 0 && c[2] != 'A' && c[2] != 'B' {
		return false
	}
	if class[c[1]]&isDigit == 0 && c[:3] != "QA0" || c[0] == 'U' && c[:3] != "U07" && c[:3] != "U09" {
		return false
	}
	for i := 3; i < len(c); i++ {
		switch letter := class[c[i]]&isDigit == 0; {
		case !letter:
		case i == 6 && strings.IndexByte("ABCDEFGHJKMNPQRS", c[i]) < 0:
			return false
		case i == 3 && strings.IndexByte(fourth, c[i]) < 0, i == 4 && strings.IndexByte(fifth, c[i]) < 0:
			return false
		case i == 5 && c[i] != 'X' && (c[0] != 'H' && c[0] != 'S' || c[i] > 'H'):
			return false
		}
	}
	return true
}

func dotted(c string) string {
	if len(c) > 3 {
		return c[:3] + "." + c[3:]
	}
	return c
}

// notDiagnoses have the form of a category and are other things: vertebrae,
// vitamins, enzymes.
var notDiagnoses = map[string]bool{"B12": true, "T10": true, "T11": true, "T12": true, "P450": true}

// diagnosis reads ICD-10-CM codes, ranges ("E08-E13") and families ("E11.-").
func (s *scan) diagnosis(b, e int) int {
	if end := s.brokenDot(b, e); end > 0 {
		return end
	}
	c, end, w, ok := s.icdAt(b, e)
	if !ok {
		return 0
	}
	if len(c) == 3 && (c[0] == 'I' || c[0] == 'H') && s.freeway(e) {
		return 0
	}
	a := s.context(b, e)
	if fend, ok := s.family(end); ok {
		m := s.add(ICD10CM, dotted(c), b, fend, max(w, 0.8))
		m.Note = "family " + dotted(c) + ".-"
		if len(c) > 3 {
			m.Note = "family " + dotted(c) + "-"
		}
		return fend
	}
	w = s.weighDx(w, a, c, b, end)
	if s.has(end, " ") && s.has(end+1, "lI|") && !s.is(end+2, isWord) && s.has(b+3, ".") && len(c) < 7 && !(s.has(end+1, "I") && (s.has(end+2, "'") || s.is(s.blanks(end+2), isLower))) { // "C44.31 l"
		s.repaired(ICD10CM, dotted(c+"1"), b, end+2, 0.6)
		return end + 2
	}
	if lb := end + 1; s.has(end, "-") && s.is(lb, isUpper) {
		if last, lend, lw, ok := s.icdAt(lb, s.run(lb, isWord)); ok && last > c && len(c) == len(last) {
			m := s.add(ICD10CM, dotted(c), b, lend, max(w, lw)+0.15)
			m.Through = dotted(last)
			return lend
		}
	}
	if lend := s.dxThrough(b, end, c, w); lend > 0 {
		return lend
	}
	m := s.add(ICD10CM, dotted(c), b, end, w)
	m.hint.named = a.dxLabel
	return end
}

// freeway tells whether the word after e makes a road of "i10".
func (s *scan) freeway(e int) bool {
	b, we, ok := s.wordAfter(e, "")
	if !ok || s.has(e, ",.;") {
		return false
	}
	switch string(s.lower(b, we, new([20]byte))) {
	case "freeway", "fwy", "highway", "hwy", "interstate", "exit", "traffic", "east", "west", "north", "south", "eastbound", "westbound", "northbound", "southbound", "corridor", "ramp":
		return true
	}
	return false
}

// dxThrough adds "I87.2 to I87.9" as one mention and returns its end, or 0.
func (s *scan) dxThrough(b, end int, c string, w float64) int {
	i := s.blanks(end)
	e := s.run(i, isLetter)
	switch string(s.lower(i, e, new([20]byte))) {
	case "to", "thru", "through":
	default:
		return 0
	}
	lb := s.blanks(e)
	last, lend, lw, ok := s.icdAt(lb, s.run(lb, isWord))
	if !ok || last <= c || len(last) != len(c) || last[0] != c[0] || min(w, lw) < Accepted || s.changes(b) {
		return 0
	}
	m := s.add(ICD10CM, dotted(c), b, lend, max(w, lw))
	m.Through = dotted(last)
	return lend
}

// icdAt reads an ICD-10-CM code at the word s[b:e], through the word after a
// dot, without its dot, with the confidence of its form.
func (s *scan) icdAt(b, e int) (c string, end int, w float64, ok bool) {
	if b < len(s.s) && !s.is(b, isLetter) {
		return "", 0, 0, false
	}
	if n := s.run(b, isLetter) - b; n >= 3 { // icd10E119 is not worth reading
		return "", 0, 0, false
	}
	c = strings.ToUpper(s.s[b:e])
	if e-b == 3 && s.has(e, ".") && s.is(e+1, isWord) {
		de := s.run(e+1, isWord)
		rest := strings.ToUpper(s.s[e+1 : de])
		if n := len(rest); n > 1 && s.has(de-1, "x") && n < 4 { // M54.5x, a family
			rest, de = rest[:n-1], de-1
		}
		if de-e-1 <= 4 && icd10Dotted(c+rest) {
			return c + rest, de, 0.93, true
		}
		if s.is(e+1, isDigit) {
			return "", 0, 0, false
		}
	}
	if !icd10(c) || notDiagnoses[c] || e-b > 3 && c[e-b-1] == 'X' || len(c) == 7 && c[5] == 'X' && digitsOnly(c[6:]) && digitsOnly(c[1:5]) && levelTwo(c[:5]) > 0.5 { // J3301x4
		return "", 0, 0, false
	}
	w = undotted(c)
	if s.is(b, isLower) {
		w -= 0.2
	}
	if s.has(e, ".") && s.is(e+1, isLetter) || s.has(e, "-") && s.is(e+1, isWord) && s.has(b-1, "-") || s.has(b-1, "-") && s.is(b-2, isWord) && e-b == 4 {
		w -= 0.3 // a host, a file, a part of a longer identifier
	}
	return c, e, w, true
}

// bareFour is below acceptance: F150 is a truck as well. Company or a cue lifts
// it.
const bareFour = 0.47

// undotted is the confidence of an ICD-10-CM code written without its dot.
func undotted(c string) float64 {
	switch n := len(c); {
	case n == 3:
		return 0.3
	case n == 4 && c[0] != 'N':
		return bareFour
	case n == 4:
		return 0.6
	case n == 5 && c[0] == 'D' && digitsOnly(c[1:]):
		return 0.55 // the form of CDT
	case n == 5 && levelTwoBlocks[c[0]] != [2]string{} && digitsOnly(c[1:]):
		return sharedForm(c)
	case n == 6 && (c[0] == 'L' || c[0] == 'A') && digitsOnly(c[1:]): // L33312, A52369
		return 0.35
	case n == 7 && !digitsOnly(c[1:]):
		return 0.85
	}
	return 0.65
}

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if class[s[i]]&isDigit == 0 {
			return false
		}
	}
	return true
}

// sharedForm is the confidence of a diagnosis in the form that HCPCS has too.
// Categories that coders write every day without their dot count for more.
func sharedForm(c string) float64 {
	if levelTwo(c) < 0.5 {
		return 0.62
	}
	switch c[:3] {
	case "E08", "E09", "E10", "E11", "E13", "E66", "E78", "M10", "J45", "J44", "G47", "G43", "L40", "C79":
		return 0.62
	case "A01", "A41", "A51", "E05", "C50", "C43", "C44", "L02", "L03", "L97", "G89", "K57":
		return 0.55
	}
	return 0.3
}

func (s *scan) weighDx(w float64, a around, c string, b, end int) float64 {
	switch {
	case a.dxLabel:
		w += 0.3
	case w < 0.4 && len(c) == 5: // the form of a live-looking HCPCS code: only its own label helps
	case a.dxNearer():
		w += 0.25
	case a.dx > 0, a.dxAfter && levelTwoBlocks[c[0]] == [2]string{}, a.dxAfter && len(c) != 5:
		w += 0.1
	}
	if len(c) == 3 {
		if c == "I10" {
			w += 0.3
		}
		if s.has(end, "-") && s.is(end+1, isUpper) {
			w += 0.1
		}
	}
	if len(c) <= 4 && end == b+len(c) && (c[0] == 'N' || c[0] == 'M') {
		switch { // N130 beside CO-97 is a remark
		case s.afterReason(b):
			w = 0.2
		case a.dx == 0 && s.remittance(b, end):
			w -= 0.3
		}
	}
	if len(c) == 5 && end == b+5 {
		if s.topic(b, end, diagnosisTopics[c[:3]]) {
			w += 0.15
		} else if s.topic(b, end, supplyTopics[c[0]]) {
			w -= 0.15
		}
	}
	return w
}

// topic tells whether one of words stands within a line or so of s[b:e]. It
// decides for codes in a form that two systems share.
func (s *scan) topic(b, e int, words []string) bool {
	if len(words) == 0 {
		return false
	}
	var buf [200]byte
	near := buf[:copy(buf[:], s.s[max(0, b-100):min(len(s.s), e+95)])]
	for i, c := range near {
		near[i] = lowerOf[c]
	}
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(near, []byte(w)) })
}

var diagnosisTopics = map[string][]string{
	"A01": {"typhoid", "fever"}, "E05": {"thyro", "graves"}, "E11": {"diabet", "dm2", "t2dm"}, "E10": {"diabet", "t1dm"},
	"J44": {"copd"}, "J45": {"asthma"}, "L02": {"abscess"}, "L03": {"cellulitis"}, "L97": {"ulcer"},
}

// supplyTopics are words that go with a HCPCS letter.
var supplyTopics = [128][]string{
	'A': {"ambulance", "transport", "mileage", "supply", "supplies", "dressing", "gauze"},
	'D': {"dental", "tooth", "teeth", "crown", "cdt", "dentist"},
	'E': {"cpap", "dme", "wheelchair", "walker", "oxygen", "rental", "hospital bed", "nebulizer"},
	'L': {"brace", "orthosis", "orthotic", "prosthe", "splint"},
	'J': {" mg", "vial", "inject", " inj", "dose", "units"},
	'Q': {"vial", "units", "biosimilar", "cast", "skin substitute"},
}

// family finds ".-", "-", ".*" or "x" that ends "E11.-", "H92.0-", "M54.5x".
func (s *scan) family(end int) (int, bool) {
	i := end
	if s.has(i, ".") {
		i++
	}
	switch {
	case s.has(i, "-*") && !s.is(i+1, isWord):
		return i + 1, true
	case i == end && s.has(i, "x") && !s.is(i+1, isWord):
		return i + 1, true
	case i > end && s.has(i, "xX") && !s.is(i+1, isWord):
		return i + 1, true
	}
	return 0, false
}

// brokenDot repairs a misplaced dot ("M171.1"), a space or comma for it ("E11
// .9", "dx E11,9") and missing placeholders before a seventh character
// ("W19A", "T8141A", "S61.41A").
func (s *scan) brokenDot(b, e int) int {
	if end := s.placeholders(b, e); end > 0 {
		return end
	}
	c := strings.ToUpper(s.s[b:e])
	if len(c) < 3 || len(c) > 4 || !s.is(b, isLetter) || !icd10(c[:3]) || notDiagnoses[c] {
		return 0
	}
	end, joined := 0, ""
	switch {
	case len(c) == 4 && s.has(e, ".") && s.is(e+1, isDigit):
		end = s.run(e+1, isWord)
		joined = c + s.s[e+1:end]
	case len(c) == 3 && s.has(e, " ") && s.has(e+1, ".") && s.is(e+2, isDigit):
		end = s.run(e+2, isWord)
		joined = c + s.s[e+2:end]
	case len(c) == 3 && s.has(e, ",") && s.is(e+1, isDigit) && s.context(b, e).dx > 0:
		end = s.run(e+1, isWord)
		joined = c + s.s[e+1:end]
	default:
		return 0
	}
	if joined = strings.ToUpper(joined); end-b > 8 || !icd10(joined) {
		return 0
	}
	s.repaired(ICD10CM, dotted(joined), b, end, 0.55)
	return end
}

// placeholders repairs an injury or external cause whose seventh character
// stands too early.
func (s *scan) placeholders(b, e int) int {
	if e-b < 3 || e-b > 6 || strings.IndexByte("STVWXY", s.s[b]) < 0 || !s.is(b+1, isDigit) || !s.is(b+2, isDigit) {
		return 0
	}
	end, c := e, s.s[b:e]
	if e-b == 3 {
		if end = s.run(e+1, isWord); !s.has(e, ".") || end < e+3 || end > e+4 {
			return 0
		}
		c += s.s[e+1 : end]
	}
	n := len(c)
	if n == 3 || strings.IndexByte("ADS", c[n-1]) < 0 || c[:3] == "S02" || c[:3] == "S06" {
		return 0
	}
	for _, x := range []byte(c[3 : n-1]) {
		if x != 'X' && class[x]&isDigit == 0 {
			return 0
		}
	}
	s.repaired(ICD10CM, dotted(c[:n-1]+"XXX"[:7-n]+c[n-1:]), b, end, 0.55)
	return end
}

// pcs reads ICD-10-PCS: seven characters without I and O that mix digits and
// capitals and are no diagnosis.
func (s *scan) pcs(b, e int) int {
	if e-b != 7 || strings.IndexByte("0123456789BCDFGHX", s.s[b]) < 0 {
		return 0
	}
	letters := 0
	for i := b; i < e; i++ {
		switch c := s.s[i]; {
		case class[c]&isUpper != 0 && c != 'I' && c != 'O':
			letters++
		case class[c]&isDigit == 0:
			return 0
		}
	}
	c := s.s[b:e]
	if letters == 0 || letters == 7 || icd10(c) || s.digits(b, b+5) && categoryOne(s.number(b, b+5)) > 0 {
		return 0
	}
	w := 0.5
	if c[0] == '0' {
		w = 0.75
	}
	if a := s.context(b, e); a.proc > 0 || a.dx > 0 {
		w += 0.1
	}
	s.add(ICD10PCS, c, b, e, w)
	return e
}
