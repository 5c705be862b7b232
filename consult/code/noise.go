package code

// noise returns the end of the thing that begins with the word s[b:e] and is
// no code: a postal code, a phone, a date, money and their like (DOMAIN.md
// D.5), or 0. Anything that begins earlier was consumed whole.
func (s *scan) noise(b, e int) (end int) {
	n, number := e-b, class[s.s[b]]&isDigit != 0
	alone := !s.touched(b-1) && !s.touched(e)
	took := func(at int) bool { end = at; return end > 0 }
	switch {
	case !alone && took(s.link(b, e)):
	case took(s.identifier(b, e)):
	case took(s.statute(b, e)):
	case number && n <= 4 && took(s.date(b, e)):
	case number && n <= 2 && took(s.clock(b, e)):
	case number && (n == 1 || n == 3 || n == 10) && took(s.phone(b, e)):
	case !number && s.has(b, "xX") && took(s.extension(b, e)):
	case number && (!alone || s.has(b-2, "$")) && took(s.money(b, e)):
	case number && (!alone || n > 5) && took(s.longNumber(b, e)):
	case number && n == 5 && took(s.postal(b, e)):
	case number && n >= 3 && n <= 5 && took(s.street(b, e)):
	case n >= 4 && took(s.fragment(b, e)):
	}
	return end
}

// touched tells whether something other than a blank stands at i.
func (s *scan) touched(i int) bool { return i >= 0 && i < len(s.s) && class[s.s[i]]&isSpace == 0 }

const maxChunk = 64

// link masks an e-mail address whose local part begins here, and the rest of
// a web address written without its scheme.
func (s *scan) link(b, e int) int {
	i := e
	for i < len(s.s) && i-e < maxChunk && (s.is(i, isWord) || s.marked(i, "._%+-=")) {
		i++
	}
	if s.has(i, "@") && s.is(i+1, isLetter) {
		return s.chunkEnd(i)
	}
	if s.has(b-1, "_") && s.is(b-2, isWord) || s.has(e, "_") && s.is(e+1, isWord) {
		return s.identifierEnd(b) // a file name or a key
	}
	if !s.marked(b-1, "/._-=?&") {
		return 0
	}
	for i = b - 1; i > 0 && b-i < maxChunk && class[s.s[i]]&isSpace == 0; i-- {
		if s.has(i, ".") && s.is(i-1, isLetter) {
			wb, we, _ := s.wordAfter(i+1, "")
			switch s.s[wb:we] {
			case "com", "org", "gov", "net", "edu", "us", "io", "html", "htm", "pdf", "aspx", "php":
				return s.chunkEnd(e)
			}
		}
		if s.has(i, ".") && i >= 3 && s.s[i-3:i] == "www" {
			return s.chunkEnd(e)
		}
	}
	return 0
}

// identifier masks what a label says is an identifier: "Suite 20610", "MRN:
// 99213", "claim# 20250314-99213-01".
func (s *scan) identifier(b, _ int) int {
	many := false // "nos. 11042, 97597"
	marks := 0    // 1: a colon, 2: "#" or "number"
	i := b
	for i > 0 && b-i < 4 && !s.is(i-1, isWord) && s.has(i-1, " :#.=-\t'(") {
		i--
		switch s.s[i] {
		case ':', '=':
			marks = max(marks, 1)
		case '#':
			marks = 2
		}
	}
	for range 2 {
		wb, we, ok := s.wordBefore(i, ".:#")
		if !ok {
			break
		}
		c := s.cue(wb, we)
		if we-wb >= 4 && s.has(we, ".") && s.has(we+1, " \n") && s.run(wb, isLetter) == we && s.is(wb, isLower) {
			break // "in the suite. 62321": a sentence ends there
		}
		if marks < 2 && s.has(we, "#") || s.has(we+1, "#") && s.has(we, " ") {
			marks = 2
		}
		if s.has(b-1, "-") && we == b-1 && c&cueIDHash != 0 { // our own tag: case-20610
			marks = 2
		}
		if c&cueID != 0 || marks >= 1 && c&cueIDColon != 0 || marks == 2 && c&cueIDHash != 0 {
			return s.moreIDs(s.identifierEnd(b), wb, we, many)
		}
		if marks == 0 && c == 0 && s.has(we-1, "sl") && linking(s.s[wb:we]) { // "our ZIP is 77002"
			i = wb
			continue
		}
		if marks == 0 && s.numbered(wb, we, b) {
			return s.identifierEnd(b)
		}
		if c&cueNumber == 0 {
			if marks == 2 && c&(cueLabel|cueProc|cueDx) == 0 && (s.has(b-1, "#") || s.has(b-2, "#") || s.has(b-2, ".") && s.has(b-1, " ") && (s.is(wb, isUpper) || s.has(s.run(b, isDigit), "-") && s.run(s.run(b, isDigit)+1, isDigit)-s.run(b, isDigit) > 3)) {
				return s.identifierEnd(b)
			}
			break
		}
		marks, i, many = 2, wb, s.has(we-1, "sS")
	}
	if s.has(b-1, "#") && i == 0 {
		return s.identifierEnd(b)
	}
	return 0
}

// linking tells whether w may stand between a label and its identifier.
func linking(w string) bool {
	switch w {
	case "is", "was", "stays", "remains", "becomes", "still":
		return true
	}
	return false
}

// numbered tells whether the word s[wb:we] and the one before it make an
// identifier of the number at b: "work order 96360", "with check 45378",
// "Policy BOP 20605-77", "Ref 70553-22.".
func (s *scan) numbered(wb, we, b int) bool {
	if we-wb == 3 && s.has(we, ".") && s.run(b, isDigit) == b+5 && s.lower(wb, we, new([20]byte))[0] == 'r' && s.has(wb+1, "eE") && s.has(wb+2, "vV") {
		return true // a transmittal: "Rev. 11288"
	}
	if b != we+1 || we-wb > 7 || !s.is(wb, isUpper) && !s.has(wb, "roc") {
		return false
	}
	word := string(s.lower(wb, we, new([20]byte)))
	pb, pe, ok := s.wordBefore(wb, "")
	var buf [20]byte
	before := ""
	if ok {
		before = string(s.lower(pb, pe, &buf))
	}
	switch word {
	case "ref":
		return s.closes(s.identifierEnd(b))
	case "order", "orders":
		return before == "work" || before == "purchase" || before == "sales" || before == "service"
	case "check", "cheque", "ck", "chk":
		return before == "with" || before == "by" || before == "via" || before == "paper"
	}
	if !ok || wb != pe+1 || we-wb < 2 || we-wb > 4 || s.run(wb, isUpper) != we || s.cue(wb, we) != 0 || s.cue(pb, pe)&(cueID|cueIDColon) == 0 {
		return false
	}
	return we-wb > 2 || stateZIPs[s.s[wb:we]] == nil && !knownModifier(s.s[wb:we])
}

func (s *scan) identifierEnd(b int) int {
	i := b
	for i < len(s.s) && (s.is(i, isWord) || s.has(i, "-/") && s.is(i+1, isWord)) {
		i++
	}
	return i
}

// statute masks "45 CFR 164.312", "18 U.S.C. 2510", "§ 56101".
func (s *scan) statute(b, e int) int {
	if s.has(b-1, "\xfd") || s.has(b-1, " ") && s.has(b-2, "\xfd") {
		return s.decimalEnd(e)
	}
	if wb, we, ok := s.wordAfter(e, "."); ok && we-wb <= 4 && s.digits(b, e) {
		end := 0
		switch string(s.lower(wb, we, new([20]byte))) {
		case "cfr", "usc", "usca":
			end = we
		case "u", "c": // U.S.C., C.F.R.
			if s.has(we, ".") && s.has(we+2, ".") && s.has(we+1, "sSfF") {
				end = we + 4
			}
		}
		if end > 0 {
			if nb, ne, ok := s.wordAfter(end, ".\xfd"); ok && s.is(nb, isDigit) {
				return s.decimalEnd(ne)
			}
			return min(end, len(s.s))
		}
	}
	wb, we, ok := s.wordBefore(b, ":")
	if !ok {
		return 0
	}
	switch string(s.lower(wb, we, new([20]byte))) {
	case "section", "sections", "sec", "cfr", "usc", "title", "loinc":
		return s.decimalEnd(e)
	case "code", "codes", "is", "was":
		if s.otherCode(wb, we) {
			return s.decimalEnd(e)
		}
	}
	return 0
}

// otherCodes are what says before "code" that it is none of a procedure.
var otherCodes = set(`penal civil labor safety government insurance evidence professions zip area postal access building door alarm gate garage elevator error promo
	promotional discount coupon dial entry lock unlock tracking security activation verification confirmation country bar qr dress tax sort swift routing product
	source pin pass key exit wifi login sign-in meeting conference customer vendor client job project department dept store offer gift voucher authentication`)

// otherCode tells whether the words that end with s[b:e] name a code of
// another sort: "door code", "the alarm code is".
func (s *scan) otherCode(b, e int) bool {
	for range 2 {
		var buf [20]byte
		word := string(s.lower(b, e, &buf))
		wb, we, ok := s.wordBefore(b, "")
		if !ok {
			return false
		}
		switch word {
		case "code", "codes":
			return otherCodes[string(s.lower(wb, we, &buf))]
		case "is", "was":
			b, e = wb, we
		default:
			return false
		}
	}
	return false
}

// decimalEnd follows "164.312(a)" from the end of its first digits.
func (s *scan) decimalEnd(e int) int {
	for s.has(e, ".-") && s.is(e+1, isDigit) {
		e = s.run(e+1, isWord)
	}
	return e
}

// date masks 3/14/2025, 03-14-25, 2025-03-14 and 10/1.
func (s *scan) date(b, e int) int {
	if _, end, ok := s.dateAt(b, e); ok {
		return end
	}
	return 0
}

// clock masks 9:05.
func (s *scan) clock(b, e int) int {
	if e-b <= 2 && s.digits(b, e) && s.has(e, ":") && s.is(e+1, isDigit) && s.is(e+2, isDigit) && !s.is(e+3, isDigit) {
		return s.run(e+1, isWord|isDigit)
	}
	return 0
}

// phone masks North American numbers with and without area code and what
// follows as their extension.
func (s *scan) phone(b, e int) int {
	if !s.digits(b, e) {
		return 0
	}
	parts := [4]int{}
	n, i := 0, b
	for n < 4 {
		end := s.run(i, isDigit)
		if end == i || s.is(end, isLetter) && n == 0 {
			break
		}
		parts[n], n = end-i, n+1
		i = end
		if n == 4 || !s.has(i, "-. )/") {
			break
		}
		next := i + 1
		if s.has(i, ")") && s.has(next, " -") {
			next++
		}
		if !s.is(next, isDigit) {
			break
		}
		i = next
	}
	switch {
	case n >= 2 && parts[0] == 1 && parts[1] == 3 && n == 4 && parts[3] == 4: // 1-713-555-0142
	case n == 3 && parts[0] == 3 && parts[1] == 3 && parts[2] == 4: // 713-555-0142
	case n == 3 && parts[0] == 3 && parts[1] == 2 && parts[2] == 4: // SSN
	case n == 2 && parts[0] == 3 && parts[1] == 4 && s.s[e] != ' ': // 555-0142
	case n == 1 && parts[0] == 10:
	default:
		return 0
	}
	return s.extensionAfter(i)
}

func (s *scan) extensionAfter(i int) int {
	b, e, ok := s.wordAfter(i, ",.")
	if !ok {
		return i
	}
	switch string(s.lower(b, e, new([20]byte))) {
	case "x", "ext", "extension", "extn":
		if nb, ne, ok := s.wordAfter(e, ".:#"); ok && s.digits(nb, ne) {
			return ne
		}
	}
	if s.has(b, "xX") && s.digits(b+1, e) {
		return e
	}
	return i
}

// extension masks "x99213" unless it is the end of "2 x99213".
func (s *scan) extension(b, e int) int {
	if !s.has(b, "xX") || e-b < 3 || !s.digits(b+1, e) {
		return 0
	}
	if wb, we, ok := s.wordBefore(b, ""); ok && s.count(wb, we) > 0 {
		return 0
	}
	return e
}

// money masks $99213, 99,213.00, 92.03 and percentages.
func (s *scan) money(b, e int) int {
	if !s.digits(b, e) {
		return 0
	}
	dollar := s.has(b-1, "$") || s.has(b-1, " ") && s.has(b-2, "$")
	end, groups := e, 0
	if e-b <= 3 {
		for s.has(end, ",") && s.run(end+1, isDigit) == end+4 && !s.is(end+4, isLetter) {
			end, groups = end+4, groups+1
		}
	}
	point := s.has(end, ".") && s.is(end+1, isDigit)
	switch {
	case dollar || groups > 0:
		return s.decimalEnd(end)
	case s.has(end, "%"):
		return end + 1
	case point && end > s.icd9 && !s.gluedByPoint(b, e):
		return s.decimalEnd(end)
	}
	return 0
}

// gluedByPoint tells whether s[b:e] and what follows its point could be
// "99213.25", a code and its modifier.
func (s *scan) gluedByPoint(b, e int) bool {
	return e-b == 5 && s.run(e+1, isWord) == e+3 && knownModifier(s.s[e+1:e+3]) && s.context(b, e).label
}

// longNumber masks chains of digits that no code system has, with all that
// hangs on them: "20250314-99213-01", ZIP+4, ten-digit identifiers.
func (s *scan) longNumber(b, e int) int {
	n := s.run(b, isDigit) - b
	switch {
	case n == 7 && e-b == 7 && !s.has(e, "-") && !s.has(b-1, "-"):
		return 0 // may be 9921325
	case n >= 6 && e-b == n || n >= 8:
		return s.identifierEnd(b)
	case n == 5 && e-b == 5 && s.has(e, "-") && s.run(e+1, isDigit) == e+5: // ZIP+4
		return s.identifierEnd(b)
	case e-b == n && s.has(e, "-") && s.run(e+1, isDigit)-e > 6: // 12-3456789
		return s.identifierEnd(b)
	}
	return 0
}

// postal masks a five-digit number after a state: "TX 77002" where the state
// has such numbers, "Denver, CO 80202" always.
func (s *scan) postal(b, e int) int {
	if e-b != 5 || !s.digits(b, e) {
		return 0
	}
	wb, we, ok := s.wordBefore(b, ",.(")
	if !ok {
		return 0
	}
	state := s.s[wb:we]
	switch {
	case len(state) != 2:
		state = s.stateNamed(wb, we)
	case s.is(wb, isLower):
		state = s.stateTyped(wb, we)
	}
	zips, ok := stateZIPs[state]
	if !ok {
		if s.city(wb, we) {
			return e
		}
		return 0
	}
	prefix := s.number(b, b+3)
	for i := 0; i+1 < len(zips); i += 2 {
		if prefix >= zips[i] && prefix <= zips[i+1] {
			return e
		}
	}
	if len(s.s[wb:we]) == 2 && (s.has(wb-1, ",") || s.has(wb-2, ",")) && s.place(wb) {
		return e
	}
	return 0
}

// place tells whether a capitalised word and a comma stand before wb, as in
// "Denver, CO", and no digit in it.
func (s *scan) place(wb int) bool {
	b, e, ok := s.wordBefore(wb, ",")
	return ok && s.is(b, isUpper) && e-b > 2 && s.run(b, isLetter) == e
}

// highway tells whether a number follows: "27447 Highway 6".
func (s *scan) highway(wb, we int) bool {
	b, e, ok := s.wordAfter(we, "")
	return ok && s.is(wb, isUpper) && s.digits(b, e) && e-b < 4
}

var streetWords = set(`st street ave avenue rd road blvd boulevard dr drive ln lane way pkwy parkway
	hwy highway ct court pl plaza cir circle trail loop broadway freeway fwy terrace`)

// street masks the house number of "20610 Main Street".
func (s *scan) street(b, e int) int {
	if e-b > 5 || e-b < 3 || !s.digits(b, e) || !s.has(e, " ") {
		return 0
	}
	if s.typedStreet(e) || s.addressed(e) {
		return e
	}
	i := e
	for range 4 {
		wb, we, ok := s.wordAfter(i, ".")
		if !ok || !s.is(wb, isUpper|isDigit) {
			return 0
		}
		if streetWords[string(s.lower(wb, we, new([20]byte)))] {
			if i == e && !s.highway(wb, we) { // "99213 Dr Smith"
				return 0
			}
			return e
		}
		i = we
	}
	return 0
}
