package code

import (
	"strconv"
	"strings"
)

// labelled reads the systems that only their label tells from any other
// number: POS, revenue, DRG, APC, NCD.
func (s *scan) labelled(b, e int) int {
	if s.tabled(b) {
		if end := s.tableWord(b, e); end > 0 {
			return end
		}
	}
	if e-b > 4 || !s.digits(b, e) {
		return 0
	}
	if end := s.parted(b, e); end > 0 {
		return end
	}
	if e-b == 4 && s.has(b, "0") && !s.has(b+1, "0") && (b == 0 || s.has(b-1, "\n|")) && s.has(e, " \t|") && s.revenueLine(e) {
		s.add(Revenue, s.s[b:e], b, e, 0.7)
		return e
	}
	lb, le, ok := s.wordBefore(b, ":#-.=")
	if !ok {
		return 0
	}
	word := string(s.lower(lb, le, new([20]byte)))
	for e-b <= 2 && (word == "be" || word == "is" || word == "was" || word == "should") { // "place of service should be 22"
		if lb, le, ok = s.wordBefore(lb, ""); !ok {
			return 0
		}
		if word = string(s.lower(lb, le, new([20]byte))); word == "pos" || word == "service" {
			return s.typed(word, lb, b, e)
		}
	}
	if word == "code" || word == "codes" {
		if lb, le, ok = s.wordBefore(lb, ""); !ok {
			return 0
		}
		word = string(s.lower(lb, le, new([20]byte)))
		if word == "service" || word == "pos" || strings.HasPrefix(word, "rev") || word == "drg" || word == "apc" {
			return s.typed(word, lb, b, e)
		}
		return 0
	}
	return s.typed(word, lb, b, e)
}

// revenueLine tells whether a procedure code follows the four digits that begin
// a line and end at e, as on hospital claims: "0450  99284 25".
func (s *scan) revenueLine(e int) bool {
	b, we, ok := s.wordAfter(e, "|")
	if !ok || we-b != 5 || strings.IndexByte(s.s[e:b], '\n') >= 0 {
		return false
	}
	c := core{b: b, e: we}
	return s.shape(&c, we)
}

func (s *scan) typed(word string, lb, b, e int) int {
	n := s.number(b, e)
	switch word {
	case "pos":
		return s.places(b, e)
	case "service":
		ob, oe, ok := s.wordBefore(lb, "-")
		if !ok || string(s.lower(ob, oe, new([20]byte))) != "of" {
			return 0
		}
		if pb, pe, ok := s.wordBefore(ob, "-"); ok && string(s.lower(pb, pe, new([20]byte))) == "place" {
			return s.places(b, e)
		}
	case "rev", "revenue", "revs":
		if e-b >= 3 && !s.revision(lb, e) {
			return s.each(b, e, 3, func(b, e int) {
				s.add(Revenue, "0000"[e-b:]+s.s[b:e], b, e, 0.9)
			})
		}
	case "drg", "msdrg", "drgs":
		if n > 0 && n <= 999 {
			return s.each(b, e, 3, func(b, e int) {
				d := strconv.Itoa(s.number(b, e))
				s.add(DRG, "000"[len(d):]+d, b, e, 0.95)
			})
		}
	case "ncd":
		if s.has(e, ".") && s.is(e+1, isDigit) {
			end := s.decimalEnd(e)
			s.add(NCD, s.s[b:end], b, end, 0.95)
			return end
		}
	case "apc":
		if e-b == 4 {
			s.add(APC, s.s[b:e], b, e, 0.95)
			return e
		}
	}
	return 0
}

// revision tells whether "rev" at lb dates a form: "Form 97140 rev. 0450",
// "rev. 0312 (03/24)".
func (s *scan) revision(lb, e int) bool {
	i := lb
	for range 3 {
		b, we, ok := s.wordBefore(i, ".,")
		if !ok {
			break
		}
		switch string(s.lower(b, we, new([20]byte))) {
		case "form", "forms", "version", "edition", "page", "template", "policy", "q1", "q2", "q3", "q4", "annual", "monthly", "quarterly", "gross", "net", "total":
			return true
		}
		i = b
	}
	if century := s.s[e-4 : e]; s.is(e-4, isDigit) && (century[:2] == "20" || century[:2] == "19") { // "rev. 2024-09"
		return true
	}
	return s.has(e, "/") && s.is(e+1, isDigit) && s.run(e+1, isDigit)-e <= 3
}

// each calls take for the number s[b:e] and for the others of its list, which
// have from least to four digits: "0450, 0636 and 0301", "481 rather than 482".
func (s *scan) each(b, e, least int, take func(b, e int)) int {
	take(b, e)
	end := e
	for range maxCells {
		nb, ne, ok := s.wordAfter(end, ",/&")
		listed := ok && s.joined(end, nb)
		for range 2 {
			if ok && !s.is(nb, isDigit) && listWord(string(s.lower(nb, ne, new([20]byte)))) {
				listed = true
				nb, ne, ok = s.wordAfter(ne, ".")
			}
		}
		if !ok || !listed || ne-nb < least || ne-nb > max(least, e-b) || !s.digits(nb, ne) || s.measureAfter(ne) || s.has(ne, ".:%") && s.is(ne+1, isDigit) || s.has(nb-1, "$") {
			return end
		}
		take(nb, ne)
		end = ne
	}
	return end
}

// listWord tells whether w joins two codes of which one label speaks.
func listWord(w string) bool {
	switch w {
	case "and", "or", "v", "vs", "versus", "to", "rather", "than", "not", "instead", "of", "plus", "into", "from", "with":
		return true
	}
	return false
}

// placesOfService lists the codes of the CMS place of service set.
const placesOfService = " 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 31 32 33 34 41 42 49 50 51 52 53 54 55 56 57 58 60 61 62 65 66 71 72 81 99 "

// places reads "POS 11" and "POS 02/10 or 11".
func (s *scan) places(b, e int) int {
	end := 0
	for e-b <= 2 && s.digits(b, e) {
		c := s.s[b:e]
		if len(c) == 1 {
			c = "0" + c
		}
		if !strings.Contains(placesOfService, " "+c+" ") {
			break
		}
		s.add(POS, c, b, e, 0.95)
		end = e
		nb, ne, ok := s.wordAfter(e, "/,")
		if !ok {
			break
		}
		if s.cue(nb, ne)&cueJoin != 0 && string(s.lower(nb, ne, new([20]byte))) != "and" {
			if nb, ne, ok = s.wordAfter(ne, ""); !ok {
				break
			}
		} else if !s.joined(e, nb) || ne-nb != 2 || s.has(s.blanks(e), ",") {
			break
		}
		b, e = nb, ne
	}
	return end
}

// ndc reads drug numbers: three parts of a published form anywhere, eleven
// digits after "NDC" or glued to "N4".
func (s *scan) ndc(b, e int) int {
	if s.has(b, "nN") && s.has(b+1, "4") && e-b == 13 && s.digits(b+2, e) {
		s.add(NDC, s.s[b+2:e], b, e, 0.95)
		return e
	}
	if !s.digits(b, e) || e-b > 11 || e-b < 11 && !s.has(e, "-") {
		return 0
	}
	lb, le, ok := s.wordBefore(b, ":#-.")
	label := ok && (strings.EqualFold(s.s[lb:le], "ndc") || strings.EqualFold(s.s[lb:le], "n4"))
	if e-b == 11 && label {
		s.add(NDC, s.s[b:e], b, e, 0.95)
		return e
	}
	if !s.has(e, "-") {
		return 0
	}
	me := s.run(e+1, isDigit)
	if !s.has(me, "-") {
		return 0
	}
	end := s.run(me+1, isDigit)
	form := [3]int{e - b, me - e - 1, end - me - 1}
	switch form {
	case [3]int{4, 4, 2}, [3]int{5, 3, 2}, [3]int{5, 4, 1}, [3]int{5, 4, 2}:
		if s.is(end, isWord) || s.has(end, "-") {
			return 0
		}
		w := 0.8
		if label {
			w = 0.97
		}
		s.add(NDC, s.s[b:end], b, end, w)
		return end
	}
	return 0
}

// document reads LCD and article numbers, whose digits are no codes.
func (s *scan) document(b, e int) int {
	digits := e - b - 1
	if digits == 5 && s.has(b, "lLaA") && s.digits(b+1, e) {
		sys, w := LCD, 0.75
		if s.has(b, "aA") {
			sys = Article
		}
		label := s.documentLabel(b)
		if label {
			w = 0.97
		}
		if s.context(b, e).dxLabel || s.is(b, isLower) && !label {
			return 0
		}
		s.add(sys, strings.ToUpper(s.s[b:e]), b, e, w)
		return e
	}
	return 0
}

func (s *scan) documentLabel(b int) bool {
	lb, le, ok := s.wordBefore(b, ":#-/,(")
	if !ok {
		return false
	}
	switch string(s.lower(lb, le, new([20]byte))) {
	case "lcd", "lcds", "article", "articles", "policy", "and", "mcd":
		return true
	}
	return s.is(lb, isUpper) && le-lb == 6 && s.digits(lb+1, le)
}

// dental reads CDT codes, which share their form with diagnoses.
func (s *scan) dental(b, e int) int {
	if e-b != 5 || !s.has(b, "D") || !s.digits(b+1, e) {
		return 0
	}
	w := 0.55
	if a := s.context(b, e); a.proc > 0 && !a.dxNearer() {
		w = 0.75
	} else if a.dx > 0 {
		w = 0.35
	}
	if s.topic(b, e, supplyTopics['D']) {
		w += 0.2
	}
	s.add(CDT, s.s[b:e], b, e, w)
	return e
}

// icd9Label notes that bare numbers up to the end of the line may be ICD-9.
func (s *scan) icd9Label(b, e int) int {
	word := s.s[b:e]
	if word == "9" && s.has(b-1, "- ") {
		lb, le, ok := s.wordBefore(b, "-")
		if !ok || !strings.EqualFold(s.s[lb:le], "icd") {
			return 0
		}
	} else if !strings.EqualFold(word, "icd9") {
		return 0
	}
	s.icd9 = e
	for s.icd9 < len(s.s) && s.s[s.icd9] != '\n' {
		s.icd9++
	}
	return e
}

// icd9Code reads 250.00, V72.31 and E812.0 where a label allows them.
func (s *scan) icd9Code(b, e int) int {
	if b >= s.icd9 {
		return 0
	}
	first, n := b, 3
	switch {
	case s.has(b, "vV"):
		first, n = b+1, 2
	case s.has(b, "eE"):
		first = b + 1
	}
	if e-first != n || !s.digits(first, e) {
		return 0
	}
	end := e
	if s.has(e, ".") && s.is(e+1, isDigit) {
		end = s.run(e+1, isWord)
		if end-e > 3 || !s.digits(e+1, end) {
			return 0
		}
	}
	s.add(ICD9CM, strings.ToUpper(s.s[b:end]), b, end, 0.9)
	return end
}
