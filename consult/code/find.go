package code

import "strings"

// A hint is what a candidate carries from Find to Resolve.
type hint struct {
	named    bool     // a label beside it says what it is: unknown codes are kept too
	group    int      // candidates of one group stand or fall together; 0: none
	lead     bool     // the written code that heads its group, never dropped with it
	shape    bool     // the group's shape alone convinces where no status is known
	fallback []string // modifiers that the lead has when its group falls
	probe    bool     // the last code of a range, there only to have its status looked up
	wildcard bool     // one of ten guesses ("9921x"): live or dropped
	live     float64  // what its status added to its confidence
	join     bool     // stands only if the same modifier is attached elsewhere
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
}

// Find returns every candidate reading of every place in text that could name
// a code, in the order of the text. Confidence rests on shape and the words
// around; Resolve decides. Region is copied into the mentions. The scan is
// linear in the length of text whatever it holds.
func Find(region, text string) []Mention {
	s := scan{folded: fold(text), region: region, aboutB: -1}
	t := s.s
	for i := 0; i < len(t); {
		if class[t[i]]&isHot == 0 {
			i++
			continue
		}
		end := s.look(i)
		if end > i+1 || class[t[i]]&isDigit != 0 {
			s.done = end
		}
		i = max(i+1, end)
	}
	return s.out
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
			return i + 1
		}
		return s.modifierWord(i)
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
// all its readings.
func (s *scan) word(b, e int) int {
	for _, sure := range [...]func(*scan, int, int) int{
		(*scan).icd9Label, (*scan).labelled, (*scan).ndc, (*scan).noise, (*scan).carc, (*scan).document, (*scan).wildcard, (*scan).icd9Code,
	} {
		if end := sure(s, b, e); end > 0 {
			return end
		}
	}
	end := 0
	for _, reading := range [...]func(*scan, int, int) int{
		(*scan).procedure, (*scan).diagnosis, (*scan).rarc, (*scan).dental, (*scan).pcs,
	} {
		end = max(end, reading(s, b, e))
	}
	for _, rest := range [...]func(*scan, int, int) int{(*scan).repair, (*scan).bareModifier} {
		if end == 0 {
			end = rest(s, b, e)
		}
	}
	return max(end, e)
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
	if s.out == nil {
		s.out = make([]Mention, 0, 16+len(s.s)/64)
	}
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
