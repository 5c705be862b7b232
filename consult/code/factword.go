package code

import "strings"

// capitalsOnly are the abbreviations that are words too: they count in
// capitals only.
var capitalsOnly = map[string]bool{"ent": true, "ed": true, "er": true, "wc": true, "ot": true, "ob": true, "gi": true, "alf": true, "po": true, "united": true, "uro": true}

// phrase emits the longest phrase that begins at token i.
func (r *reader) phrase(i int) {
	p, end := r.longest(r.toks[i].lex().phrases, i)
	if end == 0 {
		if st := r.s[r.toks[i].b:r.toks[i].e]; len(st) == 2 && r.payerAfter(i) && stateZIPs[st] != nil {
			r.emit("state", st, i, i)
		}
		return
	}
	if !r.meant(p, i, end) {
		return
	}
	r.emit(p.name, p.value, i, end-1)
	if p.name == "new_patient" {
		r.agedSubject(end - 1)
	}
	for k := i + 1; k < end; k++ {
		r.toks[k].code = true // "medicare advantage" is not Medicare too
	}
}

func (r *reader) payerAfter(i int) bool {
	switch r.word(i + 1) {
	case "medicaid", "medicare", "bcbs", "blue":
		return true
	}
	return false
}

// meant tells whether the phrase p at the tokens i to end says what its table
// says: the abbreviation is in capitals, the word is no part of another name.
func (r *reader) meant(p phrase, i, end int) bool {
	one := end == i+1
	switch {
	case p.name == "state":
		return r.region != Signature && !(end < len(r.toks) && len(r.word(end)) == 5 && r.toks[end].n >= 0)
	case p.name == "route":
		return !one || r.toks[i].e-r.toks[i].b > 3 || r.capital(i) || r.dosedBefore(i)
	case one && p.value == "UnitedHealthcare" && p.words[0] == "united":
		return r.is(r.toks[i].b, isUpper) && r.word(i+1) != "states"
	case one && capitalsOnly[p.words[0]]:
		return r.capital(i)
	case one && p.value == "commercial":
		switch r.word(end) {
		case "biller", "billers", "coder", "coders", "driver", "vehicle", "lab", "labs", "product", "drivers", "side":
			return false
		}
	case one && (p.value == "Oscar" || p.value == "Medica" || p.value == "Horizon"):
		return r.is(r.toks[i].b, isUpper) && r.is(r.toks[i].b+1, isLower)
	case one && (p.words[0] == "emergency" || p.words[0] == "freeze"):
		return r.word(end) != "contact"
	}
	return true
}

// dosedBefore tells whether an amount of a drug stands right before token i:
// "toradol 30mg im".
func (r *reader) dosedBefore(i int) bool {
	switch r.word(i - 1) {
	case "mg", "mcg", "g", "gm", "ml", "cc", "units", "unit", "u", "iu":
		return i >= 2 && r.toks[i-2].n >= 0
	}
	return false
}

// relation reads "same knee", "different lesion", "separate incision".
func (r *reader) relation(i int) {
	value := "no"
	if r.word(i) == "same" {
		value = "yes"
	}
	for j := i + 1; j < len(r.toks) && j <= i+3 && !r.toks[j].stop; j++ {
		name := ""
		if lx := r.toks[j].lex(); lx != nil {
			name = lx.about
			if name == "" && lx.site != "" && r.partOfBody(j) {
				name = "same_site"
			}
		}
		if name == "same_session" && (r.word(i) == "other" || r.word(i) == "another") {
			return // "the other day"
		}
		if name != "" {
			r.emit(name, value, i, j)
			return
		}
		if k := r.kinds(j); j == i+2 && k&(relates|filler) != 0 || k&filler != 0 {
			return
		}
	}
}

// anatomy reads sites and sides, and the spinal levels at their letter. "Right"
// is a side only beside a part of the body: "is this right?" is none.
func (r *reader) anatomy(i int) {
	t := r.toks[i]
	if t.lex().site != "" && r.partOfBody(i) {
		b := i
		if w := r.word(i - 1); (w == "upper" || w == "lower") && !r.toks[i].stop {
			b--
		}
		r.emit("site", t.lex().site, b, i)
	}
	if t.lex().kinds&tellsSide == 0 {
		return
	}
	switch r.said(t) {
	case "bilateral", "bilaterally", "bilat":
		r.emit("laterality", "bilateral", i, i)
	case "b":
		if r.word(i+1) == "l" && r.has(t.e, "/") && r.toks[i+1].b == t.e+1 {
			r.emit("laterality", "bilateral", i, i+1)
		}
	case "ou", "os", "od":
		if eye := map[string]string{"ou": "bilateral", "os": "left", "od": "right"}[r.said(t)]; r.capital(i) && r.ends(i) && r.word(i-1) != "an" && r.word(i-1) != "the" {
			r.emit("laterality", eye, i, i)
		}
	case "both", "each":
		if r.bodyWithin(i, 2) && (r.said(t) == "both" || r.site(i+1) != "") {
			r.emit("laterality", "bilateral", i, i)
		}
	case "l", "r", "c", "t":
		r.lettered(i)
	default:
		r.sided(i)
	}
}

// partOfBody tells whether the site word at token i is the part of a body and
// not a verb or a direction: "came back", "on the other hand", "hand over".
func (r *reader) partOfBody(i int) bool {
	before, after := r.word(i-1), r.word(i+1)
	switch r.word(i) {
	case "back":
		switch before {
		case "the", "his", "her", "low", "lower", "upper", "mid", "left", "right", "on", "of":
			return after != "of" && after != "end" && after != "line"
		}
		return after == "pain" || r.site(i+1) != "" || i+2 < len(r.toks) && r.toks[i+1].n >= 0 && (r.word(i+2) == "cm" || r.word(i+2) == "mm")
	case "hand":
		return before != "other" && before != "by" && before != "on" && after != "over" && after != "written" && after != "held"
	case "face":
		return after != "to" && after != "sheet" && before != "to"
	case "temple", "chin", "foot", "jaw", "shin":
		return !(r.is(r.toks[i].b, isUpper) && i > 0 && r.is(r.toks[i-1].b, isUpper))
	}
	return before != "come" && before != "came" && before != "get" && before != "call"
}

// sided reads "left" and "right" beside a part of the body: before it with at
// most one word between, or behind it at the end of the clause.
func (r *reader) sided(i int) {
	side := "left"
	if w := r.word(i); w == "right" || w == "rt" {
		side = "right"
	}
	if r.bodyWithin(i, 2) && r.word(i+1) != "to" && r.word(i+1) != "after" && r.word(i+1) != "before" {
		r.emit("laterality", side, i, i)
		return
	}
	if i == 0 || r.toks[i].stop || r.kinds(i-1)&(tellsPlace|bodyWord|lesionNoun) == 0 {
		return
	}
	if r.ends(i) || i+1 < len(r.toks) && r.toks[i+1].code {
		r.emit("laterality", side, i, i)
	}
}

// bodyWithin tells whether one of the n words behind token i is a part of the
// body, in the clause.
func (r *reader) bodyWithin(i, n int) bool {
	for j := i + 1; j < len(r.toks) && j <= i+n && !r.toks[j].stop; j++ {
		if k := r.kinds(j); k&(tellsPlace|bodyWord) != 0 {
			return true
		} else if k&filler != 0 || r.toks[j].code || r.ends(j) {
			return false
		}
	}
	return false
}

// lettered reads "R heel", "L shoulder" and the spinal levels.
func (r *reader) lettered(i int) {
	t := r.toks[i]
	if i+1 < len(r.toks) && r.toks[i+1].b == t.e {
		r.spinalLevel(i)
		return
	}
	if (r.said(t) == "l" || r.said(t) == "r") && r.is(t.b, isUpper) && !r.is(t.e, isWord) && !r.has(t.e, ".&/'") && r.bodyWithin(i, 2) {
		side := "left"
		if r.said(t) == "r" {
			side = "right"
		}
		r.emit("laterality", side, i, i)
	}
}

// spinalLevel reads "L4-5", "L4-L5", "L4/5", "C7-T1".
func (r *reader) spinalLevel(i int) {
	if r.toks[i+1].n < 1 || r.toks[i+1].n > 12 || r.is(r.toks[i+1].e, isLetter|isDigit) || r.has(r.toks[i+1].e, ".") && r.is(r.toks[i+1].e+1, isWord) {
		return
	}
	letter := strings.ToUpper(r.word(i))
	first := letter + r.word(i+1)
	e := r.toks[i+1].e
	if !r.has(e, "-/") {
		return // a bare "L4" says too little
	}
	j := i + 2
	last := letter
	if j < len(r.toks) && r.toks[j].n < 0 && len(r.word(j)) == 1 && strings.Contains("ctls", r.word(j)) {
		last = strings.ToUpper(r.word(j))
		j++
	}
	if j < len(r.toks) && r.toks[j].n >= 1 && r.toks[j].n <= 12 && r.toks[j].b <= e+2 {
		r.emit("level", first+"-"+last+r.word(j), i, j)
	}
}

// pathology reads what a report says behind "path" and its verb: "path: lipoma",
// "path came back melanoma in situ".
func (r *reader) pathology(i int) {
	for j := i + 1; j < len(r.toks) && j <= i+4 && !r.toks[j].stop; j++ {
		if r.kinds(j)&beginsFinding != 0 {
			if p, end := r.longest(r.toks[j].lex().finding, j); end > 0 {
				r.emit(p.name, p.value, j, end-1)
			}
			return
		}
		switch r.word(j) {
		case "came", "come", "back", "as", "is", "was", "showed", "shows", "with", "a", "an", "the", "confirmed", "confirms", "returned", "report", "result", "says", "reads", "reported", "proven", "positive", "for":
		default:
			return
		}
	}
}
