package code

import "strings"

// doubted is what a number alone is worth at most in a text where nothing else
// says that codes are spoken of, while other numbers show that it is full of
// identifiers, dates or money.
const doubted = 0.4

// bare tells whether m rests on its number and the words around it alone.
func (m Mention) bare() bool {
	switch m.System {
	case CPT, HCPCS:
		return len(m.Modifiers) == 0 && m.Units == 0 && !m.hint.named && !isRepair(m)
	case ICD10CM:
		return !distinctive(m) && !m.hint.named && !isFamily(m) && !isRepair(m)
	case ICD10PCS, CDT:
		return true
	}
	return false
}

// doubtBare caps the confidence of the bare mentions of a text without a sure one.
func doubtBare(text string, ms []Mention) {
	bare := 0
	for _, m := range ms {
		switch {
		case m.Confidence < Accepted:
		case m.System == Modifier && m.Confidence < 0.8 || m.bare():
			bare++
		default:
			return
		}
	}
	if bare == 0 {
		return
	}
	said := surveyed(text, ms)
	said.people = people(text, ms)
	together := make([]bool, len(ms))
	for i, m := range ms {
		together[i] = m.Confidence >= Accepted && contrasted(text, ms, i)
	}
	for i, m := range ms {
		if m.Confidence < Accepted {
			continue
		}
		alone := m.hint.group == 0 && (m.Through == "" || said.things > said.talk)
		for j := max(0, i-8); j < min(len(ms), i+9); j++ {
			alone = alone && !(together[j] && max(ms[j].Start-m.End, m.Start-ms[j].End) < near)
		}
		if afterName(text, m.Start) || led(text, m.Start) && said.named == 0 || said.doubts(m, alone) && !plural(text, m.End) {
			ms[i].Confidence = min(m.Confidence, doubted)
		}
	}
}

// near is how far from codes that are set against each other another number is
// read with them.
const near = 120

// Where so many numbers are none of ours and so few words speak of codes, a
// number that only looks like a code is none.
const (
	manyStrays = 3
	littleTalk = 1
)

// A survey is what a text says besides its mentions.
type survey struct {
	words  int  // in all
	care   int  // words of medicine and of those who ask about codes
	people int  // bare numbers right behind a capitalised word
	mods   bool // a modifier stands in it
	strays int  // numbers that no mention covers
	talk   int  // words that go with codes; everyday words among them count half
	named  int  // those that name codes, modifiers, diagnoses or denials
	things int  // words for what else has numbers: suites, invoices, extensions
	asks   bool // there is a question mark
}

// doubts tells whether what rests on its number alone is none in such a text.
// Alone is a mention that no word sets against another code.
func (s survey) doubts(m Mention, alone bool) bool {
	switch {
	case m.System == Modifier:
		return s.strays >= manyStrays && s.talk <= littleTalk || s.strays > manyStrays && s.named == 0 || s.strays > 0 && s.talk == 0
	case s.talk == 0 && s.things > 1 && !s.asks:
		return true
	case !alone:
		return false
	case s.strays >= manyStrays && s.talk+(s.care+1)/2 <= littleTalk, s.strays > manyStrays+s.care && s.named == 0:
		return true
	case m.System == HCPCS && s.strays > 1 && s.talk == 0:
		return true
	case s.people > 2 && s.named+s.care == 0:
		return true
	case s.named == 0 && s.things > s.talk+(s.care+1)/2:
		return true
	case m.System == CPT && m.Through == "" && s.words >= wordy && s.talk == 0 && s.care == 0 && !s.asks && !s.mods:
		return true
	}
	return false
}

func surveyed(text string, ms []Mention) (s survey) {
	for _, m := range ms {
		s.mods = s.mods || m.System == Modifier && m.Confidence >= Accepted
	}
	f := folded{text: text, s: text}
	at, soft, things := 0, 0, 0 // a short number is half a thing
	for i := 0; i < len(text); {
		if class[text[i]]&isWord == 0 {
			s.asks = s.asks || text[i] == '?'
			i++
			continue
		}
		e := f.run(i, isWord)
		digits := 0
		for j := i; j < e; j++ {
			if class[text[j]]&isDigit != 0 {
				digits++
			}
		}
		s.words++
		if digits == 0 {
			if cares(&f, i, e) {
				s.care++
			}
			switch c := f.cue(i, e); {
			case c&(cueLabel|cueDx|cueMod|cueDenial) != 0:
				s.named++
				s.talk++
			case c&cueProc != 0 && everydayWords[string(f.lower(i, e, new([20]byte)))]:
				soft++
			case c&cueProc != 0:
				s.talk++
			case thingWords[string(f.lower(i, e, new([20]byte)))]:
				things += 2
			case c&cueID != 0:
				things += min(numberAfter(text, e), 2)
			}
		} else if digits >= 3 && !year(text[i:e]) && !continued(text, i) {
			for at < len(ms) && ms[at].End <= i {
				at++
			}
			if at == len(ms) || ms[at].Start >= e {
				s.strays++
			}
		}
		i = e
	}
	s.talk += (soft + 1) / 2
	s.things = things / 2
	return s
}

// wordy is how many words a text has that would speak of codes if it meant one.
const wordy = 12

// cares tells whether the word s[b:e] is of medicine.
func cares(f *folded, b, e int) bool {
	if e-b < 2 || e-b > min(words.longest, 20) {
		return false
	}
	w := f.lower(b, e, new([20]byte))
	h := hashSeed
	for _, c := range w {
		h = (h ^ uint32(c)) * hashStep
	}
	if id := words.lookup(string(w), h); id != 0 && words.entries[id].kinds&(lesionNoun|unitDosed|tellsPathology|bodyWord) != 0 || id != 0 && words.entries[id].site != "" && string(w) != "back" && string(w) != "face" && string(w) != "hand" {
		return true
	}
	return careWords[string(w)]
}

// careWords are of patients and what is done for them, where the glossary has
// nothing.
var careWords = set(`question questions range ranges fee fees rvu wrvu audit audits audited exam biopsy surgery surgeon doctor provider nurse dr doc md np pa pt pts patient patients she he modifier seen dos dictated
	coder bill medicare medicaid cigna aetna humana uhc bcbs vaccine vaccines shot shots scan mri xray ultrasound graft repair closure resident attending postop preop
	fracture therapy panel culture ekg echo stress fluoro guidance aspiration excision debridement eval evaluation scope dx tumor wound pain chronic acute mg units ml`)

// continued tells whether the number at i goes on with the one before it, as
// the parts of a phone do.
func continued(text string, i int) bool {
	if i > 1 && text[i-1] == ' ' && text[i-2] == ')' {
		i--
	}
	return i > 1 && strings.IndexByte("-.)", text[i-1]) >= 0 && class[text[i-2]]&isDigit != 0
}

// numberAfter is 2 for a number of five digits that follows e on its line after
// a few bytes, 1 for another, else 0.
func numberAfter(text string, e int) int {
	for i := e; i < len(text) && i < e+12 && text[i] != '\n' && text[i] != '?' && text[i] != ','; i++ {
		if text[i] == '.' && i+1 < len(text) && text[i+1] == ' ' {
			return 0
		}
		if class[text[i]]&isDigit != 0 {
			f := folded{text: text, s: text}
			if f.run(i, isDigit) == i+5 {
				return 2
			}
			return 1
		}
	}
	return 0
}

// everydayWords go with codes and with much else.
var everydayWords = set(`day same line lines report reported visit office claim claims pay pays paid payment perform performed valid allowed global charge charges`)

// thingWords are things with numbers, beside those whose label makes an
// identifier of any number.
var thingWords = set(`zip zips zipcode zipcodes warranty serial courier extensions phones couriers territory territories carton cartons purchase warehouse shipment toner printer thermostat elevator parcel
	collections owes owe refund refunds ledger dock wifi directory meter garage landlord tenant rent mileage steps lottery donations postage truck van customer vendor policy adjuster keys`)

// contrasted tells whether a word sets the mention ms[i] against another code
// beside it: "77002 with 20610", "29881 alone or also 29877", "99213 + 20610".
// A comma or "and" alone may list anything.
func contrasted(text string, ms []Mention, i int) bool {
	const far = 24
	m := ms[i]
	for _, j := range []int{i - 2, i - 1, i + 1, i + 2} {
		if j < 0 || j >= len(ms) || !procedure(ms[j]) && ms[j].System != ICD10CM || ms[j].Confidence < Accepted {
			continue
		}
		first, second := m, ms[j]
		if first.Start > second.Start {
			first, second = second, first
		}
		if second.Start-first.End > 0 && second.Start-first.End <= far && contrasts(text[first.End:second.Start]) {
			return true
		}
	}
	return false
}

// contrasts tells whether a word or sign of between, which stands between two
// codes of a sentence, speaks of them together.
func contrasts(between string) bool {
	if strings.ContainsAny(between, ".?!\n") {
		return false
	}
	for w := range strings.FieldsSeq(strings.ToLower(between)) {
		switch strings.Trim(w, ",") {
		case "or", "with", "w/", "vs", "versus", "+", "plus", "instead", "alone", "also", "&":
			return true
		}
	}
	return false
}

// people counts the bare codes that stand behind a capitalised word, as numbers
// do in lists of persons, rooms and towns.
func people(text string, ms []Mention) (n int) {
	for _, m := range ms {
		i := m.Start - 1
		if m.Confidence < Accepted || i < 2 || text[i] != ' ' || class[text[i-1]]&isLower == 0 {
			continue
		}
		for i--; i > 0 && class[text[i-1]]&isLetter != 0; i-- {
		}
		if class[text[i]]&isUpper != 0 {
			n++
		}
	}
	return n
}

// plural tells whether the code that ends at e is named in the plural: "99213s".
func plural(text string, e int) bool {
	return e > 0 && e < len(text) && (text[e] == 's' || text[e-1] == 's') && (e+1 >= len(text) || class[text[e+1]]&isWord == 0)
}

// led tells whether a line of dots leads to the number at i, as in directories
// and tables of contents.
func led(text string, i int) bool {
	for i > 0 && text[i-1] == ' ' {
		i--
	}
	return i > 3 && text[i-3:i] == "..."
}

// year tells whether a number is most likely the year of a date.
func year(w string) bool { return len(w) == 4 && (w[:2] == "19" || w[:2] == "20") }

// afterName tells whether the number at i stands in parentheses after a
// capitalised word in the middle of a sentence: "Sunnyside (11104)".
func afterName(text string, i int) bool {
	if i < 4 || text[i-1] != '(' || text[i-2] != ' ' {
		return false
	}
	e := i - 2
	b := e
	for b > 0 && class[text[b-1]]&isLetter != 0 {
		b--
	}
	return e-b > 2 && class[text[b]]&isUpper != 0 && class[text[b+1]]&isLower != 0 && b > 1 && text[b-1] == ' ' && text[b-2] != '.' && text[b-2] != '?'
}
