package code

import "strings"

// moreIDs follows an identifier that ends at end over the others that its
// label s[lb:le] covers, "IDs: 58558, 59025", "boxes 99201 to 99285", and over
// the groups of one that is written with blanks, "member ID 80012 45378". Many
// says that the label is plural whatever its form.
func (s *scan) moreIDs(end, lb, le int, many bool) int {
	idb := end // where the identifier that is alternated begins
	for idb > 0 && end-idb < maxWord && s.is(idb-1, isDigit) {
		idb--
	}
	plural := many || s.has(le-1, "sS") && le-lb > 2 || le-lb > 7
	grouped := s.groupedID(lb, le)
	for range 2 * maxCells {
		b, e, ok := s.wordAfter(end, ",/&#-")
		if !ok {
			return end
		}
		spans := false
		if s.is(b, isLetter) && e-b <= 7 {
			switch string(s.lower(b, e, new([20]byte))) {
			case "to", "thru", "through":
				spans = true
			case "or":
				nb, ne, ok := s.wordAfter(e, "#")
				if !plural && !(ok && ne-nb == end-idb && s.digits(nb, ne)) {
					return end
				}
				spans = true
			case "and":
				if !plural {
					return end
				}
			default:
				return end
			}
			if b, e, ok = s.wordAfter(e, "#"); !ok {
				return end
			}
		}
		group := grouped && b == end+1 && s.has(end, " ") && e-b >= 2 && e-b <= 6 && s.digits(b, e) && !s.has(e, "-/")
		if !s.is(e-1, isDigit) || !plural && !spans && !group {
			return end
		}
		end = s.identifierEnd(b)
	}
	return end
}

// groupedID tells whether the label s[b:e] is of identifiers that people write
// in groups.
func (s *scan) groupedID(b, e int) bool {
	switch string(s.lower(b, e, new([20]byte))) {
	case "id", "member", "subscriber", "policy", "card", "meeting", "conference", "iban", "passcode", "icn", "dcn":
		return true
	}
	return false
}

// fragment masks a number that is a part of something longer: "MD-29881",
// "2025-11042", "45378-B", "77002-445", "99214#", "45331 zip".
func (s *scan) fragment(b, e int) int {
	if e-b < 4 || !s.is(e-1, isWord) || s.run(b+1, isDigit)-b < 4 {
		return 0
	}
	if s.has(b-1, "-") && s.is(b-2, isWord) && s.prefixed(b-1) {
		return s.identifierEnd(b)
	}
	if s.has(b-1, ",") && s.has(b-2, ",") && s.is(b-3, isDigit) || s.has(e, "#") && s.digits(b, e) {
		return e
	}
	if s.has(e, "-") && (s.suffixed(e+1) || s.has(e+1, "0") && s.run(e+1, isWord) == e+3 && s.digits(e-2, e) && s.s[e+1:e+3] <= s.s[e-2:e]) && !s.context(b, e).label {
		return s.identifierEnd(b)
	}
	if s.has(b-1, ".") && s.is(b-2, isDigit) && s.digits(b, e) {
		return s.decimalEnd(e)
	}
	if s.has(e, ".") && s.is(e+1, isLower) {
		switch s.s[e+1 : s.run(e+1, isWord)] {
		case "pdf", "doc", "docx", "xls", "xlsx", "csv", "txt", "jpg", "jpeg", "png", "tif", "tiff", "zip", "xml", "edi", "html", "msg", "eml":
			return s.run(e+1, isWord)
		}
	}
	if e-b == 5 && s.digits(b, e) && (s.is(e, isSpace) && (s.zipAfter(e) || s.tallied(b, e)) || s.speaksOf().zips && s.zipAfter(e) || s.lineZIP(b, e) || s.owed(b)) {
		return e
	}
	return 0
}

// prefixed tells whether what ends before the hyphen at i makes the number
// after it a part of an identifier.
func (s *scan) prefixed(i int) bool {
	if i >= 3 && s.is(i-3, isUpper) && !s.is(i-4, isWord) && s.specimenYear(i-3) {
		return true
	}
	if n := len(s.out); n > 0 {
		if start, _ := s.span(i, i+1); s.out[n-1].End == start {
			return false // 20610-76942
		}
	}
	b := i
	for b > 0 && i-b < maxWord && s.is(b-1, isWord) {
		b--
	}
	if s.run(b, isDigit) == i {
		return i-b < 5 || categoryOne(s.number(b, i)) == 0
	}
	if s.run(b, isLetter) < i {
		return !icd10(string(s.s[b:min(i, b+3)]))
	}
	if i-b >= 4 || s.cue(b, i)&(cueLabel|cueProc|cueDx) != 0 {
		return false
	}
	switch string(s.lower(b, i, new([20]byte))) {
	case "ov", "em", "np", "est", "new", "inj", "xr", "us", "ct", "mri", "px", "fu", "h&p", "pt", "ot", "rt", "lt":
		return false
	}
	return true
}

// specimenYear tells whether a letter and a recent year stand at b, as numbers
// of specimens and cases begin: "S25-11401".
func (s *scan) specimenYear(b int) bool {
	n := s.number(b+1, b+3)
	return s.is(b, isUpper) && !s.has(b, "ZI") && n >= 18 && n <= 29
}

// suffixed tells whether the part at i, after a number and a hyphen, is
// neither a modifier nor the end of a range.
func (s *scan) suffixed(i int) bool {
	e := s.run(i, isWord)
	if m, _ := s.modifierAt(i, min(i+2, len(s.s))); m != "" && e-i >= 2 {
		return false
	}
	switch e - i {
	case 0:
		return false
	case 1:
		return s.is(i, isLetter) && !s.has(i, "xXrRlL")
	case 2:
		return s.is(i, isUpper) && s.is(i+1, isDigit)
	case 5:
		return s.is(i, isLetter) && !s.digits(i+1, e)
	}
	return s.is(i, isDigit)
}

// tallied tells whether the number s[b:e] is how many were worked: "processed
// 11042 claims", "answered 97110 calls". "Denied 99213 claims" names a code.
func (s *scan) tallied(b, e int) bool {
	if !s.has(e, " ") || !s.is(e+1, isLower) {
		return false
	}
	nb, ne := e+1, s.run(e+1, isWord)
	if !s.has(ne-1, "s") || ne-nb < 5 {
		return false
	}
	switch string(s.lower(nb, ne, new([20]byte))) {
	case "claims", "calls", "statements", "encounters", "pages", "letters", "records", "charts", "appeals", "accounts", "envelopes", "reminders", "transactions",
		"forms", "messages", "refunds", "denials", "requests", "visits", "scripts", "faxes", "referrals", "patients", "tickets", "postcards", "surveys", "images", "scans":
	default:
		return false
	}
	pb, pe, ok := s.wordBefore(b, "")
	if !ok || s.has(pe, ".!?\n") {
		return false
	}
	w := string(s.lower(pb, pe, new([20]byte)))
	switch w {
	case "sent", "did", "made", "over", "about", "around", "than", "nearly", "almost", "another", "saw", "ran", "handle", "process", "total", "of", "have", "had", "got", "under", "wrote", "were", "was", "say", "says", "count", "counts", "counted", "show", "shows", "has", "read", "reads":
		return w != "of" && w != "about" || !s.context(b, e).label
	}
	return len(w) > 4 && strings.HasSuffix(w, "ed") && s.cue(pb, pe) == 0
}

// owed tells whether the number at b is an amount that somebody owes, or the
// end of a longer number.
func (s *scan) owed(b int) bool {
	if !s.is(b-1, isSpace) || !s.is(b-2, isLetter) || s.has(b-2, "trTR") {
		return false
	}
	pb, pe, ok := s.wordBefore(b, "")
	if !ok || !s.has(pb, "oiwOIW") {
		return false
	}
	switch string(s.lower(pb, pe, new([20]byte))) {
	case "owe", "owes", "owed", "owing":
		return true
	case "in", "with": // "it ends in 45378"
		pb, pe, ok = s.wordBefore(pb, "")
		return ok && s.cue(pb, pe) == 0 && ends(string(s.lower(pb, pe, new([20]byte))))
	}
	return false
}

// ends tells whether w is said of the digits of a longer number.
func ends(w string) bool { return w == "ends" || w == "ending" || w == "begins" || w == "beginning" }

// zipAfter tells whether a word after e says that a postal code ends there, or
// that rows or pieces are counted: "45331 zip", "97140 Sherwood zip".
func (s *scan) zipAfter(e int) bool {
	i := e
	if s.speaksOf().zips {
		i = s.overNumbers(e)
	}
	for n := range 2 {
		b, we, ok := s.wordAfter(i, "")
		if !ok || s.has(i, "\n") {
			return false
		}
		switch string(s.lower(b, we, new([20]byte))) {
		case "zip", "zipcode", "zips", "zipcodes":
			return true
		case "dollars", "bucks", "pennies", "cents", "usd", "steps", "gallons", "kwh", "watts", "points", "likes", "views", "users", "swabs", "tubes", "clicks", "visitors", "members", "employees", "gloves", "masks",
			"kits", "bottles", "chairs", "sheets", "labels", "stamps", "volunteers", "attendees", "participants", "students", "passengers", "vehicles", "cars", "people":
			return n == 0
		case "rows", "sqft", "pieces", "emails", "subscribers", "downloads", "residents", "households", "followers", "words", "files":
			return n == 0
		}
		if !s.is(b, isUpper) {
			return false
		}
		i = we
	}
	return false
}

// overNumbers follows a list or a range of numbers of five digits from the end
// of its first: "43215 to 43235 zips".
func (s *scan) overNumbers(e int) int {
	i := e
	for range 2 * maxCells {
		b, we, ok := s.wordAfter(i, ",/-&")
		if !ok || s.has(i, "\n") {
			return i
		}
		switch {
		case we-b == 5 && s.digits(b, we):
			i = we
		case we-b <= 7 && joinsNumbers(string(s.lower(b, we, new([20]byte)))):
			if b, we, ok = s.wordAfter(we, ""); !ok || we-b != 5 || !s.digits(b, we) {
				return i
			}
			i = we
		default:
			return i
		}
	}
	return i
}

func joinsNumbers(w string) bool {
	switch w {
	case "and", "or", "to", "thru", "through":
		return true
	}
	return false
}

// lineZIP tells whether the number s[b:e] ends an address on its line: a
// capitalised place stands before it and a street or a suite before that.
func (s *scan) lineZIP(b, e int) bool {
	pb, pe, ok := s.wordBefore(b, ",")
	if !ok || b-pe > 2 || !s.is(pb, isUpper) || !s.is(pb+1, isLower) || s.run(pb, isLetter) < pe || s.cue(pb, pe) != 0 {
		return false
	}
	if nb, _, ok := s.wordAfter(e, ""); ok && s.has(e, " ") && s.is(nb, isLower) {
		return false
	}
	i := pb
	for range 6 {
		wb, we, ok := s.wordBefore(i, ",.#")
		if !ok || s.has(we, "\n") {
			return false
		}
		if s.is(wb, isUpper) && streetWords[string(s.lower(wb, we, new([20]byte)))] && !s.titled(wb, we) {
			return true
		}
		i = wb
	}
	return false
}

// titled tells whether "Dr" or "St" at s[b:e] begins a name rather than ends a
// street.
func (s *scan) titled(b, e int) bool {
	pb, pe, ok := s.wordBefore(b, "")
	return !ok || !s.is(pb, isUpper|isDigit) || pe < b-1
}
