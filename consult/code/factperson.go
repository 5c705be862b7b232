package code

// person reads age and sex at a word: "woman", "age 67", "Pt is 44", "new
// patient, 61,".
func (r *reader) person(i int) {
	t := r.toks[i]
	switch r.said(t) {
	case "female", "woman", "girl", "lady":
		r.emit("patient_sex", "female", i, i)
	case "male", "man", "boy", "gentleman":
		r.emit("patient_sex", "male", i, i)
	case "newborn":
		r.emit("patient_age", "0", i, i)
	case "age", "aged":
		j := i + 1
		if r.word(j) == "is" || r.word(j) == "of" {
			j++
		}
		if r.years(j) {
			r.emit("patient_age", plain(r.toks[j].n), i, j)
		}
	case "pt", "patient", "he", "she":
		r.agedSubject(i)
	}
}

// years tells whether token i is a bare number that an age may be.
func (r *reader) years(i int) bool {
	return i < len(r.toks) && r.toks[i].n >= 0 && r.toks[i].n <= 110 && !r.toks[i].code && r.toks[i].n == float64(int(r.toks[i].n))
}

// agedSubject reads the bare age of who is spoken of: "Pt is 44, Cigna", "est
// pt 48,", "new patient, 61, floaters". Nothing may follow it in the clause.
func (r *reader) agedSubject(i int) {
	j := i + 1
	if w := r.word(j); w == "is" || w == "was" || w == "turned" {
		j++
	} else if r.word(i) == "he" || r.word(i) == "she" {
		return
	}
	if !r.years(j) || r.toks[j].n < 1 || r.toks[j].id != 0 || r.toks[j].stop || len(r.word(j)) > 2 {
		return
	}
	if r.has(r.toks[j].b-1, "#$:x") || !(r.ends(j) || r.word(j+1) == "and") || r.has(r.toks[j].e, "/-%:") {
		return
	}
	r.emit("patient_age", plain(r.toks[j].n), j, j)
}

// aged reads age and sex at a number: "67 y/o F", "67yo", "a 67-year-old
// woman", "46 yr,", "39 F", "Mrs. Lindgren, 84, at home".
func (r *reader) aged(i int) {
	t := r.toks[i]
	if t.n > 120 || t.n != float64(int(t.n)) {
		return
	}
	next := r.word(i + 1)
	if next != "" && r.toks[i+1].line {
		return
	}
	switch next {
	case "yo", "yof", "yom":
		r.agedTo(i, i+1)
	case "y":
		if w := r.word(i + 2); w == "o" || w == "old" {
			r.agedTo(i, i+2)
		}
	case "year", "years", "yr", "yrs":
		switch {
		case r.word(i+2) == "old" || r.word(i+2) == "olds":
			r.agedTo(i, i+2)
		case r.bareYears(i):
			r.agedTo(i, i+1)
		}
	case "month", "months", "week", "weeks", "day", "days", "mo", "wk":
		if r.word(i+2) == "old" {
			years := 0
			if next[0] == 'm' {
				years = int(t.n) / 12
			}
			r.emit("patient_age", plain(float64(years)), i, i+2)
		}
	case "f", "m":
		r.agedSexed(i)
	default:
		r.agedAside(i)
	}
}

// agedTo emits the age at token i whose words end at token j, and the sex that
// follows them.
func (r *reader) agedTo(i, j int) {
	r.emit("patient_age", plain(r.toks[i].n), i, j)
	switch w := r.word(j); {
	case w == "yof" || w == "yom":
		value := "female"
		if w == "yom" {
			value = "male"
		}
		r.emit("patient_sex", value, j, j)
	case r.word(j+1) == "f" || r.word(j+1) == "m":
		r.sex(j + 1)
	}
}

// bareYears tells whether "46 yr" is an age: it ends its clause or a noun of a
// person follows, and no word of a span of time stands before it.
func (r *reader) bareYears(i int) bool {
	if r.toks[i].n < 1 || r.toks[i].id != 0 || !r.ends(i+1) && r.kinds(i+2)&tellsPerson == 0 {
		return false
	}
	switch r.word(i - 1) {
	case "x", "past", "last", "every", "within", "over", "than", "in", "for", "least", "after", "packs", "pack", "next", "the", "about":
		return false
	}
	return !r.has(r.toks[i].b-1, "/$")
}

// agedSexed reads "72F", "39 F" and "29M,": the letter a capital where a space
// parts it, and no temperature.
func (r *reader) agedSexed(i int) {
	t, s := r.toks[i], r.toks[i+1]
	glued := s.b == t.e
	if t.n < 1 || t.id != 0 || r.is(s.e, isWord) || r.has(s.e, "-'/&") || !glued && (!r.is(s.b, isUpper) || r.s[t.e:s.b] != " ") {
		return
	}
	if !r.before(i, " (,-:;\n\t>[") {
		return
	}
	for k := i - 1; k >= 0 && k >= i-2; k-- {
		switch r.word(k) {
		case "temp", "t", "temperature", "fever", "gate", "seat", "room", "rm", "apt", "suite", "ste", "bldg", "of", "route", "size", "tmax", "below", "above", "h", "hr", "hrs", "hour", "hours":
			return
		}
	}
	r.emit("patient_age", plain(t.n), i, i)
	r.sex(i + 1)
}

// before tells whether what stands right before token i is one of set, or the
// text begins there.
func (r *reader) before(i int, set string) bool {
	return r.toks[i].b == 0 || r.has(r.toks[i].b-1, set)
}

// agedAside reads an age set between commas behind a person: "Mrs. Lindgren,
// 84, at home".
func (r *reader) agedAside(i int) {
	t := r.toks[i]
	if t.n < 1 || t.id != 0 || t.e-t.b > 2 || i == 0 || r.toks[i-1].code || r.toks[i-1].n >= 0 || !r.has(t.b-2, ",") || !r.has(t.e, ",.") {
		return
	}
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		switch r.word(k) {
		case "pt", "patient", "mr", "mrs", "ms", "miss":
			r.emit("patient_age", plain(t.n), i, i)
			return
		}
		if r.toks[k].stop && !(k > 0 && r.kinds(k-1)&abbreviation != 0) {
			return
		}
	}
}

func (r *reader) sex(i int) {
	value := "female"
	if r.word(i) == "m" {
		value = "male"
	}
	r.emit("patient_sex", value, i, i)
}
