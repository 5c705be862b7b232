package code

import "strings"

// contact marks phones, e-mail addresses and postal addresses that may be a
// patient's.
func (p *identities) contact(i int) {
	b := p.toks[i].b
	if p.is(b-1, isWord) || !p.patient {
		return
	}
	if p.is(b, isDigit) {
		if e := p.phoneAt(b); e > 0 {
			if !p.tollFree(b) && !p.others(i, e) {
				p.mark(Phone, b, e)
			}
			return
		}
		if e := p.address(i); e > 0 && !p.others(i, e) && !p.housed(i) {
			p.mark(Address, b, e)
		}
		return
	}
	if e := p.mailbox(b); e > 0 {
		if !p.role(b) && !p.others(i, e) {
			p.mark(Email, b, e)
		}
		return
	}
	if e := p.postBox(i); e > 0 && !p.others(i, e) && !p.housed(i) {
		p.mark(Address, b, e)
	}
}

// housed tells whether the address at token i follows the name of a practice,
// or stands in a text that speaks of no patient at all.
func (p *identities) housed(i int) bool {
	if !p.patient {
		return true
	}
	for k := i - 1; k >= 0 && k >= i-3 && !p.toks[k+1].stop; k-- {
		if p.kinds(k)&organisation != 0 && p.is(p.toks[k].b, isUpper) {
			return true
		}
	}
	return false
}

// contactReach is how many words before a contact may say whose it is.
const contactReach = 12

// others tells whether the words around the contact at the token i, which ends
// at e, say that it is nobody's who may be a patient: the nearest word before
// it in the sentence that names an owner decides, and an extension or a suite
// is a business's unless the sentence speaks of a patient.
func (p *identities) others(i, e int) bool {
	if first := p.lineOf(i); i-first <= contactReach {
		switch p.word(first) {
		case "from", "to", "cc", "sent", "bcc":
			if p.has(p.toks[first].e, ":") {
				return true
			}
		}
	}
	for k := i - 1; k >= 0 && k >= i-contactReach; k-- {
		switch w := p.kinds(k); {
		case w&isPatient != 0:
			return false
		case w&notPatient != 0:
			return true
		}
		if p.toks[k+1].stop {
			break
		}
	}
	return p.business(i, e)
}

// business tells whether the contact from token i to e is one of a business by
// what it holds or what follows it.
func (p *identities) business(i, e int) bool {
	if p.has(e, " ") && p.has(e+1, "xX") && p.is(e+2, isDigit) {
		return true
	}
	for k := i; k < len(p.toks) && p.toks[k].b <= e+4; k++ {
		switch p.word(k) {
		case "suite", "ste", "floor", "fl", "dock", "bldg":
			if p.word(k) != "fl" || p.toks[k].b > e {
				return true
			}
		case "ext", "extension", "wrote":
			return p.toks[k].b >= e
		}
	}
	return false
}

// tollFree tells whether the phone at b has a toll-free area code.
func (p *identities) tollFree(b int) bool {
	if p.run(b, isDigit) == b+1 && p.s[b] == '1' {
		b += 2
	}
	if !p.is(b+2, isDigit) || p.is(b+3, isDigit) {
		return false
	}
	switch p.s[b : b+3] {
	case "800", "888", "877", "866", "855", "844", "833":
		return true
	}
	return false
}

// roles begin the mailboxes of desks, not of persons.
var roles = []string{"help", "info", "billing", "support", "contact", "admin", "noreply", "no-reply", "donotreply", "office", "coding", "consult", "schedul",
	"records", "portal", "claims", "appeals", "provider", "team", "service", "frontdesk", "mail", "hello", "sales", "ar@", "edi", "remit", "compliance", "accounts"}

func (p *identities) role(b int) bool {
	for _, r := range roles {
		if strings.HasPrefix(p.low[b:], r) {
			return true
		}
	}
	return false
}

// address returns the end of the postal address whose house number is token i:
// "1420 Oak Hill Drive, Apt 4, Houston, TX 77002", "9420 N 27th Street", or 0.
func (p *identities) address(i int) int {
	t := p.toks[i]
	if t.n <= 0 || t.e-t.b > 6 || !p.digits(t.b, t.e) {
		return 0
	}
	for j := i + 1; j < len(p.toks) && j <= i+5; j++ {
		w := p.toks[j]
		ordinal := w.b == p.toks[j-1].e && p.is(w.b-1, isDigit) && w.e == w.b+2
		if w.stop && !(p.has(w.b-2, ".") && p.toks[j-1].e == p.toks[j-1].b+1) || !ordinal && !p.is(w.b, isUpper|isDigit) || strings.ContainsAny(p.s[p.toks[j-1].e:w.b], ",;:\n(/") {
			return 0
		}
		if streetWords[p.said(w)] && j > i+1 {
			return p.town(j)
		}
	}
	return 0
}

// postBox returns the end of the address that begins with "PO Box" at token i,
// or 0.
func (p *identities) postBox(i int) int {
	j := i + 1
	switch {
	case p.word(i) == "po":
	case p.word(i) == "p" && p.word(j) == "o":
		j++
	default:
		return 0
	}
	if p.word(j) != "box" || j+1 >= len(p.toks) || p.toks[j+1].n < 0 {
		return 0
	}
	return p.town(j + 1)
}

// phoneAt returns the end of 713-555-0142, (713) 555-0142, +1 713.555.0142 or
// 555-0142 at b, or 0.
func (p *identities) phoneAt(b int) int {
	if p.has(b-1, "-.$") {
		return 0
	}
	i := b
	if p.run(i, isDigit) == i+1 && p.s[i] == '1' && p.has(i+1, "-. ") {
		i += 2
		if p.has(i, "(") {
			i++
		}
	}
	if p.run(i, isDigit) == i+3 && p.has(i+3, ")") { // the bracket before it is not part of the text
		rest := p.blanks(i + 4)
		if e := p.groups(rest, "-. ", 3, 4); e > 0 {
			return e
		}
	}
	if e := p.groups(i, "-./ ", 3, 3, 4); e > 0 {
		return e
	}
	if i == b && p.has(b+3, "-") {
		return p.groups(b, "-", 3, 4)
	}
	return 0
}

// mailbox returns the end of the e-mail address whose local part begins at b.
func (p *identities) mailbox(b int) int {
	if p.has(b-1, "._%+-@") {
		return 0
	}
	i := b
	for i < len(p.s) && i-b < maxChunk && (p.is(i, isWord) || p.has(i, "._%+-")) {
		i++
	}
	if i == b || !p.has(i, "@") || !p.is(i+1, isWord) {
		return 0
	}
	for i++; i < len(p.s) && (p.is(i, isWord) || p.has(i, ".-") && p.is(i+1, isWord)); i++ {
	}
	return i
}

// town follows an address from its street word at token j through unit, town,
// state and postal code, as far as they are there.
func (p *identities) town(j int) int {
	end := p.toks[j].e
	for k := j + 1; k < len(p.toks) && k <= j+8; k++ {
		t := p.toks[k]
		gap := p.s[p.toks[k-1].e:t.b]
		if len(gap) > 3 || !p.is(t.b, isUpper|isDigit) {
			break
		}
		if (t.e-t.b) == 2 && stateZIPs[p.s[t.b:t.e]] != nil {
			end = t.e
			if k+1 < len(p.toks) && p.toks[k+1].e-p.toks[k+1].b == 5 && p.toks[k+1].n >= 0 && p.toks[k+1].b-t.e <= 2 {
				end = p.toks[k+1].e
				if e := p.groups(p.toks[k+1].b, "-", 5, 4); e > 0 {
					end = e
				}
			}
			break
		}
	}
	return end
}
