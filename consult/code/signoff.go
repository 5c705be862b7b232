package code

// signOffLines is how many lines a sender's sign-off has at most, disclaimers
// aside, and disclaimerLines how many lines of those are read over.
const (
	signOffLines    = 12
	disclaimerLines = 24
)

// A sign says what a line is to a sign-off; 0 is prose.
type lineSign int

const (
	closes   lineSign = 1 << iota // "Best regards,", "Thx"
	credits                       // a credential or a title: "CPC", "Dr."
	practice                      // an organisation's word: "Dermatology", "Center"
	reaches                       // a phone, an address, an e-mail, an NPI
	calls                         // and its label is a practice's: "Fax", "Suite"
	names                         // one to four capitalised words
)

// signOff returns where the sender's sign-off begins that no "-- " sets apart:
// the last lines of the text that are a closing, a name with its title, a
// practice and how to reach them, up to the last line of prose. The text's
// length where there is none, 0 in the Signature, whose all is one. A line that
// speaks of a patient ends it, and a name or a phone that stands alone is none:
// what may be a patient's is kept.
func (r *reader) signOff() int {
	switch r.region {
	case Signature:
		return 0
	case Subject:
		return len(r.s)
	}
	var all, top lineSign
	begin := len(r.toks)
	for last, lines, over := len(r.toks)-1, 0, 0; last >= 0 && lines < signOffLines && over < disclaimerLines; {
		first := r.lineOf(last)
		sign := r.lineSign(first, last)
		if sign == 0 {
			if over++; !r.disclaims(first, last) {
				break
			}
		} else {
			lines++
			begin, top, all = first, sign, all|sign
			if sign&closes != 0 {
				break
			}
		}
		last = first - 1
	}
	sure := all&(closes|credits) != 0 || all&reaches != 0 && all&(practice|calls) != 0
	if !sure || begin == 0 || begin == len(r.toks) || top&(closes|credits|practice) == 0 && !r.parted(begin) {
		return len(r.s)
	}
	return r.toks[begin].b
}

// lineOf returns the first token of the line that token i is on.
func (r *reader) lineOf(i int) int {
	for i > 0 && !r.toks[i].line {
		i--
	}
	return i
}

// parted tells whether an empty line stands before token i.
func (r *reader) parted(i int) bool {
	n := 0
	for k := r.toks[i-1].e; k < r.toks[i].b; k++ {
		n += btoi(r.s[k] == '\n')
	}
	return n > 1
}

// maxSignOffLine is how many words and numbers a line of a sign-off has at
// most.
const maxSignOffLine = 30

// lineSign reads the line of the tokens first to last.
func (r *reader) lineSign(first, last int) lineSign {
	if last-first >= maxSignOffLine {
		return 0
	}
	words, small, polite, numbers := 0, 0, 0, 0
	var sign lineSign
	for i := first; i <= last; i++ {
		t := r.toks[i]
		k := r.kinds(i)
		if r.has(t.e, "?") || k&isPatient != 0 {
			return 0
		}
		if r.is(t.b, isDigit) {
			numbers++
			continue
		}
		switch w := r.said(t); {
		case speaksOfCase[w]:
			return 0
		case k&credential != 0:
			sign |= credits
		case reachWords[w]:
			sign |= calls
		case k&organisation != 0:
			sign |= practice
		}
		words++
		polite += btoi(k&courtesy != 0)
		small += btoi(!r.is(t.b, isUpper) && !reachWords[r.said(t)] && k&filler == 0)
	}
	if r.reached(first, last) {
		sign |= reaches
	} else if sign&calls != 0 && numbers == 0 {
		sign &^= calls
	}
	switch {
	case words <= 6 && words > 0 && polite == words && numbers == 0:
		return closes
	case small > 1 && 4*small > words:
		return 0
	case sign == 0 && words >= 1 && words <= 4 && numbers == 0 && small == 0:
		return names
	case sign&(reaches|calls) == 0 && (numbers > 0 || words > 10):
		return 0
	}
	return sign
}

// reachWords label how a practice is reached, speaksOfCase what a sign-off does
// not speak of.
var (
	reachWords = set(`fax tel telephone phone ph direct ext suite ste npi cell mobile office email floor mail toll extension
		p f t o e x tin www http https com org net`)
	speaksOfCase = set(`dob mrn ssn dos claim acct account denied billed bill modifier mod dx code codes cpt icd question
		units icn mbi drg rev proc diagnosis`)
)

// reached tells whether a phone, a mailbox or a state with its postal code is
// among the tokens first to last.
func (r *reader) reached(first, last int) bool {
	p := identities{reader: *r}
	for i := first; i <= last; i++ {
		t := r.toks[i]
		switch {
		case r.is(t.b-1, isWord):
		case r.is(t.b, isDigit) && p.phoneAt(t.b) > 0, p.mailbox(t.b) > 0, r.said(t) == "npi":
			return true
		case i < last && t.e-t.b == 2 && stateZIPs[r.s[t.b:t.e]] != nil && r.toks[i+1].e-r.toks[i+1].b == 5 && r.toks[i+1].n >= 0:
			return true
		}
	}
	return false
}

// disclaims tells whether the line speaks of confidence and law, as the last
// lines of many mails do.
func (r *reader) disclaims(first, last int) bool {
	n := 0
	for i := first; i <= last; i++ {
		if r.kinds(i)&legal != 0 {
			n++
		}
	}
	return n > 1
}
