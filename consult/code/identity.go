package code

import (
	"slices"
	"strings"
)

// Kinds of patient identifiers (45 CFR 164.514(b)(2)).
const (
	PatientName   = "name"
	BirthDate     = "dob"
	MedicalRecord = "mrn"
	SSN           = "ssn"
	MBI           = "mbi"
	MemberID      = "member_id"
	Account       = "account" // of a patient, a claim or an encounter
	Phone         = "phone"   // fax too
	Email         = "email"
	Address       = "address"
)

// An Identifier is a place in a text that may say who the patient is.
// text[Start:End] == Text, the value without its label.
type Identifier struct {
	Kind   string `json:"kind"`
	Text   string `json:"text"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Region string `json:"region"`
}

// Identifiers returns the places in text that may identify a patient, in the
// order of the text and without overlap, so that they can be masked. It is a
// screening: what no label, form or capital letter gives away stays unfound,
// and a place too many costs less than one too few. Phones, addresses and
// e-mail addresses of the Signature and of a sign-off without its "-- " are the
// sender's and left alone, and so are those that the sentence calls a
// practice's, a payer's or a pharmacy's.
func Identifiers(region, text string) []Identifier {
	p := identities{reader: reader{folded: fold(text), region: region}}
	p.tokenise()
	p.tail = p.signOff()
	for i := range p.toks {
		p.formed(i)
		p.titled(i)
		p.labelled(i)
		p.patient = p.patient || p.kinds(i)&isPatient != 0
	}
	p.claimsOnly()
	for i := range p.toks {
		if p.toks[i].b >= p.tail {
			break
		}
		p.contact(i)
	}
	p.again()
	return p.apart()
}

// identities collects the identifiers of one text.
type identities struct {
	reader
	found   []Identifier
	patient bool // the text speaks of a patient
	account bool // and names a patient's account as such
}

// claimsOnly drops the claims and accounts of a text that speaks of no patient:
// "invoice account # 77067".
func (p *identities) claimsOnly() {
	p.patient = p.patient || slices.ContainsFunc(p.found, func(f Identifier) bool { return f.Kind != Account })
	if !p.patient && !p.account {
		p.found = p.found[:0]
	}
}

// mark adds s[b:e], which is not empty.
func (p *identities) mark(kind string, b, e int) {
	start, end := p.span(b, e)
	p.found = append(p.found, Identifier{Kind: kind, Text: p.text[start:end], Start: start, End: end, Region: p.region})
}

// apart sorts what was found and drops what lies within another.
func (p *identities) apart() []Identifier {
	slices.SortStableFunc(p.found, func(a, b Identifier) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var out []Identifier
	for _, f := range p.found {
		if len(out) == 0 || f.Start >= out[len(out)-1].End {
			out = append(out, f)
		}
	}
	return out
}

// formed marks what its form alone gives away: 123-45-6789 and a Medicare
// Beneficiary Identifier with or without its dashes.
func (p *identities) formed(i int) {
	b := p.toks[i].b
	if p.is(b-1, isWord) || p.has(b-1, "-.") && p.is(b-2, isWord) {
		return
	}
	if e := p.groups(b, "-", 3, 2, 4); e > 0 {
		p.mark(SSN, b, e)
		return
	}
	if e := p.beneficiary(b); e > 0 {
		p.mark(MBI, b, e)
	}
}

// groups returns the end of the groups of digits of the given lengths at b,
// each parted from the next by one of seps, or 0.
func (p *identities) groups(b int, seps string, lengths ...int) int {
	for n, length := range lengths {
		if n > 0 {
			if !p.has(b, seps) {
				return 0
			}
			b++
		}
		if p.run(b, isDigit) != b+length {
			return 0
		}
		b += length
	}
	if p.is(b, isWord) || p.has(b, "-") && p.is(b+1, isWord) {
		return 0
	}
	return b
}

// beneficiary returns the end of an MBI at b, or 0: eleven characters C A N N A
// N N A A N N by the CMS format (C 1 to 9, N a digit, A a letter but S L O I B
// Z, the third and sixth a letter or a digit), perhaps parted 4-3-4.
func (p *identities) beneficiary(b int) int {
	const form = "CAXNAXNAANN"
	i := b
	for n := range len(form) {
		if (n == 4 || n == 7) && p.has(i, "-") {
			i++
		}
		if i >= len(p.s) {
			return 0
		}
		c := upper(p.s[i])
		digit := class[c]&isDigit != 0
		letter := class[c]&isUpper != 0 && c != 'S' && c != 'L' && c != 'O' && c != 'I' && c != 'B' && c != 'Z'
		ok := false
		switch form[n] {
		case 'C':
			ok = digit && c != '0'
		case 'N':
			ok = digit
		case 'A':
			ok = letter
		case 'X':
			ok = digit || letter
		}
		if !ok {
			return 0
		}
		i++
	}
	if p.is(i, isWord) {
		return 0
	}
	return i
}

// identityTable: kind | how much the label needs | labels. After a weak label
// the value is believed only behind a colon, "#" or "number". The boxes are
// those of the claim form CMS-1500.
const identityTable = `
dob | | dob, d o b, date of birth, birth date, birthdate, birthday, born, box 3, item 3, bday
mrn | | mrn, medical record, med rec, medrec, emrn, patient id, pt id, patient number, medical rec, mr
mrn | weak | chart, patient, pt, record, pid, ehr id
ssn | | ssn, social security, soc sec
ssn | weak | ss, social
mbi | | mbi, hicn, medicare id, medicare beneficiary identifier, medicare number
member_id | | member id, memberid, subscriber id, insurance id, ins id, medicaid id, recipient id, policy id, box 1 a, item 1 a, member number
member_id | weak | member, subscriber, policy, group, insurance, medicaid, medicare
member_id | long | id
account | | acct, patient account, pt acct, csn
account | weak | account, claim, icn, dcn, tcn, encounter
`

// labelled marks the value that a label before it names: "DOB 03/14/1958",
// "MRN: 00123456", "member ID W123456789".
func (p *identities) labelled(i int) {
	label, j := p.label(i)
	if j == 0 || label.words[0] == "mr" && !p.capital(i) {
		return
	}
	b, marked := p.value(j)
	if b < 0 || !marked && label.value == "weak" {
		return
	}
	if label.name == BirthDate {
		e := p.day(b)
		if e == 0 {
			return
		}
		p.mark(BirthDate, b, e)
		p.namedBefore(i)
		return
	}
	e := p.chunk(b)
	if e-b < 4 || p.run(b, isLetter) == e || p.day(b) > 0 || !p.holdsDigit(b, e) {
		return
	}
	if label.name == MemberID {
		e = p.spaced(e)
	}
	switch {
	case label.value == "weak" && e-b < 5, label.words[0] == "mr" && !marked:
		return
	case label.value == "long" && (otherIDs[p.word(i-1)] || !marked && e-b < 7):
		return
	}
	p.account = p.account || label.name == Account && label.value == ""
	p.mark(label.name, b, e)
	p.namedBefore(i)
}

// otherIDs stand before an "id" that is no patient's.
var otherIDs = set(`meeting call vendor webinar user login practice tax old document ticket site batch payer provider edi conference session submitter device group`)

// chunk returns the end of the letters, digits, dashes and slashes at b.
func (p *identities) chunk(b int) int {
	for b < len(p.s) && (p.is(b, isWord) || p.has(b, "-/") && p.is(b+1, isWord)) {
		b++
	}
	return b
}

// spaced follows a value over the digits set apart by one space: "U8827 20610
// 02".
func (p *identities) spaced(e int) int {
	for range 3 {
		next := p.run(e+1, isDigit)
		if !p.has(e, " ") || next < e+3 || next > e+7 || p.is(next, isWord) || p.has(next, "-/%$") || p.has(next, ".") && p.is(next+1, isDigit) {
			return e
		}
		e = next
	}
	return e
}

// value finds where the value of the label that ends before token j begins,
// and whether "number", "#" or a colon stands between; -1 where there is none.
func (p *identities) value(j int) (int, bool) {
	marked := false
	for last := min(j+4, len(p.toks)); j < last; j++ {
		b := p.toks[j].b
		for k := p.toks[j-1].e; k < b; k++ {
			switch {
			case p.has(k, "#:="):
				marked = true
			case !p.has(k, " \t.-/(*'"):
				return -1, false
			}
		}
		switch p.word(j) {
		case "number", "no", "num", "nbr":
			marked = true
		case "is", "was", "id", "on":
		default:
			return b, marked
		}
	}
	return -1, false
}

func (p *identities) holdsDigit(b, e int) bool {
	for ; b < e; b++ {
		if p.is(b, isDigit) {
			return true
		}
	}
	return false
}

// day returns the end of the date that begins at b, or 0.
func (p *identities) day(b int) int {
	e := p.run(b, isWord)
	if _, end, ok := p.dateAt(b, p.run(b, isDigit)); ok {
		return end
	}
	if _, end, ok := p.namedDate(b, e); ok {
		return end
	}
	return 0
}

// titled marks the name after "Mr", "Mrs", "patient", "pt" and their like.
func (p *identities) titled(i int) {
	j := i + 1
	title := p.word(i)
	switch title {
	case "mr", "mrs", "ms", "miss":
		if !p.is(p.toks[i].b, isUpper) || p.has(p.toks[i].e, "-/") || title != "mrs" && p.capital(i) && !p.has(p.toks[i].e, ".") {
			return // "MS-DRG", "MR angiography"
		}
	case "patient", "pt", "pts", "name", "insured", "beneficiary", "guarantor", "re", "subscriber", "member":
		if w := p.word(j); w == "name" || w == "s" && p.word(j+1) == "name" {
			j += 1 + btoi(w == "s")
		}
	case "box", "item":
		if p.word(j) != "2" {
			return
		}
		j++
	default:
		return
	}
	box := title == "box" || title == "item"
	at := p.toks[j-1].e
	labelled := j < len(p.toks) && (box || p.has(p.run(at, isSpace), ":-=#") || p.has(at, "\t"))
	sure := title[0] == 'm' && title != "member"
	switch title {
	case "re", "name", "member", "subscriber":
		if !labelled || title == "name" && !p.toks[i].stop && i > 0 && !nameOwners[p.word(i-1)] && !lineStart(p.s, p.toks[i].b) {
			return
		}
	}
	b, e, words := p.nameAt(j, labelled || sure)
	if words == 0 {
		b, e, words = p.smallName(j)
	}
	if words > 0 && (title != "re" || words > 1 && p.identified(e)) {
		p.mark(PatientName, b, e)
		p.bornAfter(e)
	}
}

// smallName reads two words of a name in small letters from token j on, which
// only the label behind them gives away: "pt jordan pell (member id X1234567)".
func (p *identities) smallName(j int) (b, e, words int) {
	if j+2 >= len(p.toks) || p.toks[j].stop || p.kinds(j+2)&beginsLabel == 0 {
		return 0, 0, 0
	}
	for k := j; k < j+2; k++ {
		t := p.toks[k]
		if t.id != 0 || t.e-t.b < 2 || !p.is(t.b, isLower) || p.toks[k].stop {
			return 0, 0, 0
		}
	}
	if p.s[p.toks[j].e:p.toks[j+1].b] != " " || len(p.s[p.toks[j+1].e:p.toks[j+2].b]) > 3 {
		return 0, 0, 0
	}
	if _, end := p.label(j + 2); end == 0 {
		return 0, 0, 0
	}
	return p.toks[j].b, p.toks[j+1].e, 2
}

// bornAfter marks the date that stands right behind a name, in brackets or
// behind a comma, and lies too far back for a date of service.
func (p *identities) bornAfter(e int) {
	b, we, ok := p.wordAfter(e, "(,")
	if !ok || b > e+3 {
		return
	}
	if d, end, ok := p.dateAt(b, min(we, p.run(b, isDigit))); ok && d.year > 0 && d.year < lastBirth {
		p.mark(BirthDate, b, end)
	}
}

// lastBirth is the year from which a bare date behind a name may be a date of
// service; claims are not kept so long.
const lastBirth = 2012

// again marks the other places of the surnames that were found: "PATIENT
// BRANDT", then "the visit of Hollis Brandt".
func (p *identities) again() {
	known := map[string]bool{}
	for _, f := range p.found {
		if f.Kind != PatientName {
			continue
		}
		for _, w := range strings.FieldsFunc(strings.ToLower(f.Text), func(c rune) bool { return c < 'a' || c > 'z' }) {
			if len(w) > 3 {
				known[w] = true
			}
		}
	}
	if len(known) == 0 {
		return
	}
	for i, t := range p.toks {
		if t.id != 0 || t.b >= p.tail || !p.is(t.b, isUpper) || !known[p.said(t)] {
			continue
		}
		b := t.b
		if i > 0 && !t.stop && p.s[p.toks[i-1].e:t.b] == " " && p.nameWord(i-1, false) && p.kinds(i-1) == 0 {
			b = p.toks[i-1].b
		}
		p.mark(PatientName, b, t.e)
	}
}

// nameOwners stand before "name" where it is the patient's.
var nameOwners = set(`patient pt s member insured beneficiary full first last`)

func lineStart(s string, b int) bool {
	for b > 0 && class[s[b-1]]&isSpace != 0 {
		b--
		if s[b] == '\n' {
			return true
		}
	}
	return b == 0
}

// identified tells whether a date of birth or a record number follows e: then
// two words behind "Re:" are a name.
func (p *identities) identified(e int) bool {
	b, we, ok := p.wordAfter(e, "(,-")
	var buf [20]byte
	switch string(p.lower(b, we, &buf)) {
	case "dob", "mrn", "dos", "acct", "account":
		return ok
	}
	return false
}

// nameAt reads a name from token j on: at most four capitalised words with
// their initials, "Smith, John" included; its span and how many words it has.
// sure: a title or a colon stands before it, so that capitals throughout count.
func (p *identities) nameAt(j int, sure bool) (b, e, words int) {
	for ; j < len(p.toks) && words < 4; j++ {
		t := p.toks[j]
		gap := p.s[p.toks[max(j-1, 0)].e:t.b]
		if words == 0 && len(gap) > 4 || words > 0 && !nameGap(gap, words) || t.stop && words > 0 && gap != ". " {
			break
		}
		if particles[p.said(t)] && words > 0 {
			continue
		}
		if !p.nameWord(j, sure) {
			break
		}
		if words == 0 {
			b = t.b
		}
		e, words = t.e, words+1
		if p.has(e, "'") && p.has(e+1, "s") && !p.is(e+2, isWord) { // Smith's
			break
		}
	}
	if words == 1 && e-b < 2 {
		return 0, 0, 0
	}
	return b, e, words
}

var particles = set(`de la van von der den del da di st al el bin`)

// nameGap tells whether what stands between two words of a name may stand
// there.
func nameGap(gap string, words int) bool {
	switch gap {
	case " ", "-", "'", ". ":
		return true
	case ", ", ",":
		return words == 1
	}
	return false
}

// nameWord tells whether token j may be a part of a name.
func (p *identities) nameWord(j int, sure bool) bool {
	t := p.toks[j]
	if t.n >= 0 && class[p.s[t.b]]&isDigit != 0 || !p.is(t.b, isUpper) || p.kinds(j)&notName != 0 || p.is(t.e, isDigit) {
		return false
	}
	shouted := t.e-t.b > 1 && p.is(t.b+1, isUpper)
	if shouted && !sure {
		return false
	}
	if t.id != 0 {
		if _, end := p.longest(t.lex().phrases, j); end > 0 || t.lex().kinds&month != 0 {
			return false
		}
	}
	return sure || p.cue(t.b, t.e) == 0
}

// namedBefore marks the two or three capitalised words right before a label:
// "John Smith, DOB 03/14/1958".
func (p *identities) namedBefore(i int) {
	first := i
	for first > 0 && i-first < 4 {
		t := p.toks[first-1]
		gap := p.s[t.e:p.toks[first].b]
		if first == i && len(gap) > 3 || first < i && !nameGap(gap, 1) || p.toks[first].stop && gap != ". " || !p.nameWord(first-1, true) {
			break
		}
		first--
	}
	if i-first >= 2 && i-first <= 3 {
		p.mark(PatientName, p.toks[first].b, p.toks[i-1].e)
	}
}

// label returns the label that begins at token i and the token behind it, 0
// where none does.
func (p *identities) label(i int) (phrase, int) {
	if p.kinds(i)&beginsLabel == 0 {
		return phrase{}, 0
	}
	return p.longest(p.toks[i].lex().labels, i)
}
