package code

import (
	"strings"
	"sync"
)

// A hint is what a candidate carries from Find to Resolve.
type hint struct {
	fallback []string // modifiers that the lead has when its group falls
	live     float64  // what its status added to its confidence
	group    int      // candidates of one group stand or fall together; 0: none
	named    bool     // a label beside it says what it is: unknown codes are kept too
	lead     bool     // the written code that heads its group, never dropped with it
	shape    bool     // the group's shape alone convinces where no status is known
	probe    bool     // the last code of a range, there only to have its status looked up
	wildcard bool     // one of ten guesses ("9921x"): live or dropped
	join     bool     // stands only if the same modifier is attached elsewhere
	talk     bool     // stands only if the text names a procedure or another modifier
}

// A scan is one pass over one text.
type scan struct {
	folded
	region string
	out    []Mention
	done   int // everything before is consumed
	groups int
	icd9   int // up to here bare numbers may be ICD-9
	about  around
	aboutB int // the word that about belongs to
	table  table
	topics topics
}

// topics are what the whole text speaks of, looked up when first asked.
type topics struct{ known, rides, zips bool }

func (s *scan) speaksOf() topics {
	if !s.topics.known {
		has := func(w string) bool { return strings.Contains(s.s, w) }
		s.topics = topics{known: true, rides: has("mbulance") || has("AMBULANCE") || has("A04"), zips: has("zip") || has("ZIP") || has("Zip")}
	}
	return s.topics
}

// scans keeps the room that candidates take for the next text: on a short mail
// making it anew would cost a quarter of the time.
var scans = sync.Pool{New: func() any { return new(scan) }}

// keptRoom is how many candidates' room is kept.
const keptRoom = 256

// Find returns every candidate reading of every place in text that could name
// a code, in the order of the text. Confidence rests on shape and the words
// around; Resolve decides. Region is copied into the mentions. The scan is
// linear in the length of text whatever it holds.
func Find(region, text string) []Mention {
	s := scans.Get().(*scan)
	s.folded, s.region, s.aboutB = fold(text), region, -1
	s.pass()
	var found []Mention
	if len(s.out) > 0 {
		found = make([]Mention, len(s.out))
		copy(found, s.out)
	}
	clear(s.out) // no text of a mail stays behind
	room := s.out[:0]
	if cap(room) > keptRoom {
		room = nil
	}
	*s = scan{out: room}
	scans.Put(s)
	return found
}

func (s *scan) pass() {
	t := s.s
	for i := 0; i < len(t); {
		c := class[t[i]]
		if c&isHot == 0 || c&isLetter != 0 && i+1 < len(t) && class[t[i+1]]&isUpper == 0 && t[i+1] != 'o' { // neither "mod" nor "XS"
			i++
			continue
		}
		end := s.look(i)
		if end > i+1 || c&isDigit != 0 {
			s.done = end
		}
		i = max(i+1, end)
	}
}

// look handles the hot byte at i and returns where to go on.
func (s *scan) look(i int) int {
	switch s.s[i] {
	case '@':
		return s.chunkEnd(i)
	case ':':
		if s.has(i+1, "/") && s.has(i+2, "/") {
			return s.chunkEnd(i)
		}
		return i + 1
	case '{':
		return s.braces(i)
	case 'm', 'M':
		if s.is(i-1, isWord) || !s.has(i+1, "oO") || !s.has(i+2, "dD") {
			return s.standing(i)
		}
		return s.modifierWord(i)
	}
	if class[s.s[i]]&isUpper != 0 {
		return s.standing(i)
	}
	b := i
	for b > s.done && i-b < maxWord && class[s.s[b-1]]&isWord != 0 {
		b--
	}
	e := s.run(i, isWord)
	if e-b > maxWord {
		return e
	}
	return s.word(b, e)
}

// word runs the recognisers over the word s[b:e], which holds a digit. The
// first group speaks for itself by its label or form; the second is kept in
// all its readings. What a recogniser can begin at, a word of so many bytes
// with a digit first or a letter, stands beside it and spares most calls.
func (s *scan) word(b, e int) (end int) {
	n, number := e-b, class[s.s[b]]&isDigit != 0
	took := func(at int) bool { end = at; return end > 0 }
	switch {
	case n <= 4 && took(s.icd9Label(b, e)):
	case took(s.labelled(b, e)):
	case n >= 4 && (n >= 11 || s.has(e, "-")) && took(s.ndc(b, e)):
	case took(s.noise(b, e)):
	case (n <= 3 || !number) && took(s.carc(b, e)):
	case n == 6 && took(s.document(b, e)):
	case n == 5 && number && !s.digits(b, e) && took(s.wildcard(b, e)):
	case b < s.icd9 && took(s.icd9Code(b, e)):
	default:
		return max(e, s.readings(b, e))
	}
	return end
}

func (s *scan) readings(b, e int) (end int) {
	n, number := e-b, class[s.s[b]]&isDigit != 0
	if n >= 5 {
		end = s.procedure(b, e)
	}
	if !number {
		end = max(end, s.diagnosis(b, e), s.rarc(b, e), s.dental(b, e))
	}
	if n == 7 {
		end = max(end, s.pcs(b, e))
	}
	if end == 0 {
		end = s.repair(b, e)
	}
	if end == 0 && n == 2 {
		end = s.bareModifier(b, e)
	}
	return end
}

// context returns the words around the word at b, looked up once.
func (s *scan) context(b, e int) around {
	if s.aboutB != b {
		s.about, s.aboutB = s.around(b, e), b
	}
	return s.about
}

// add appends a candidate for s[b:e] and returns it.
func (s *scan) add(sys System, c string, b, e int, confidence float64) *Mention {
	start, end := s.span(b, e)
	s.out = append(s.out, Mention{
		System: sys, Code: c, Text: s.text[start:end], Start: start, End: end,
		Region: s.region, Confidence: clamp(confidence),
	})
	m := &s.out[len(s.out)-1]
	if s.at != nil && strings.ContainsFunc(m.Text, func(r rune) bool { return r >= 0x400 && r < 0x460 }) {
		m.Note, m.Confidence = "read "+m.Text+" as "+c, min(m.Confidence, 0.6)
	}
	return m
}

func clamp(c float64) float64 { return min(max(c, 0), 0.98) }

// chunkEnd returns the end of the run without spaces that holds i.
func (s *scan) chunkEnd(i int) int {
	for i < len(s.s) && class[s.s[i]]&isSpace == 0 && !s.has(i, "<>\"") {
		i++
	}
	return i
}
