package code

import "strings"

// A token is a word or a number. "40mg" is two tokens. It holds no pointer, so
// that a text's tokens cost the garbage collector nothing.
type token struct {
	b, e int
	n    float64 // its value, words for numbers included; -1 where it has none
	id   uint16  // its place in the glossary; 0 for a number and for a word that says nothing to us
	stop bool    // a sentence or a paragraph ends before it
	line bool    // a line ends before it
	code bool    // inside a code mention, or otherwise used up
}

// lex returns what the glossary says of the token, nil where that is nothing.
func (t token) lex() *lexeme {
	if t.id == 0 {
		return nil
	}
	return &words.entries[t.id]
}

// A reader collects the facts of one text.
type reader struct {
	folded
	region string
	low    string // s in lower case
	toks   []token
	tail   int // where the sender's sign-off begins
	out    []Fact
}

// tokenise cuts the text into its words and numbers.
func (r *reader) tokenise() {
	r.low = lowered(r.s)
	text := r.low
	r.toks = make([]token, 0, len(text)/5+8)
	stop, line := true, true
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case class[c]&isDigit != 0:
			e, n := r.figure(i)
			r.toks = append(r.toks, token{b: i, e: e, n: n, stop: stop, line: line})
			i, stop, line = e, false, false
		case class[c]&isLower != 0:
			b, h := i, hashSeed
			for i < len(text) && class[text[i]]&isLower != 0 {
				h = (h ^ uint32(text[i])) * hashStep
				i++
			}
			t := token{b: b, e: i, n: -1, stop: stop, line: line}
			stop, line = false, false
			if i-b <= words.longest {
				t.id = words.lookup(text[b:i], h)
			}
			if t.id != 0 {
				if t.n = words.entries[t.id].n; t.n >= 0 && r.joined(t) {
					continue
				}
			}
			r.toks = append(r.toks, t)
		default:
			switch c {
			case '?', '!', ';':
				stop = true
			case '.':
				stop = stop || (i+1 == len(text) || class[text[i+1]]&isSpace != 0) && !r.abbreviated(i)
			case '\n':
				stop, line = stop || r.has(i+1, "\n\r"), true
			}
			i++
		}
	}
}

// said returns the token's word, in lower case; for a number its digits.
func (r *reader) said(t token) string { return r.low[t.b:t.e] }

// lowered writes s in lower case, ASCII only and byte by byte, since a folded
// text has bytes that are no UTF-8.
func lowered(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	done := 0
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b.WriteString(s[done:i])
			b.WriteByte(c + 'a' - 'A')
			done = i + 1
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// figure reads the number at i: digits, thousands parted by commas, one
// decimal point. Its value is -1 where it has more digits than a count or a
// measure has.
func (r *reader) figure(i int) (e int, n float64) {
	e = r.run(i, isDigit)
	digits, scale := 0, 1.0
	whole, frac := i, e
	if e-i <= 3 {
		for r.has(e, ",") && r.run(e+1, isDigit) == e+4 {
			e += 4
		}
		frac = e
	}
	if r.has(e, ".") && r.is(e+1, isDigit) {
		if end := r.run(e+1, isDigit); !r.has(end, ".") {
			e = end
		}
	}
	for k := whole; k < e; k++ {
		if c := r.s[k]; class[c]&isDigit != 0 {
			n = n*10 + float64(c-'0')
			digits++
			if k > frac {
				scale *= 10
			}
		}
		if digits > 15 {
			return e, -1
		}
	}
	return e, n / scale
}

// joined adds a number word to the one before it: "twenty-two", "two dozen".
func (r *reader) joined(t token) bool {
	if len(r.toks) == 0 || t.stop {
		return false
	}
	p := &r.toks[len(r.toks)-1]
	if p.id == 0 || p.n < 1 || t.b != p.e+1 || !r.has(p.e, " -") {
		return false
	}
	switch {
	case p.n >= 20 && p.n <= 90 && t.n >= 1 && t.n <= 9:
		p.n += t.n
	case r.said(t) == "dozen" && p.n <= 9 && r.said(*p) != "single":
		p.n *= t.n
	default:
		return false
	}
	p.e = t.e
	return true
}

// abbreviated tells whether the word that ends at i is one whose full stop
// ends no sentence.
func (r *reader) abbreviated(i int) bool {
	if len(r.toks) == 0 {
		return false
	}
	t := r.toks[len(r.toks)-1]
	return t.e == i && t.id != 0 && t.lex().kinds&abbreviation != 0
}

// word returns the token i's word, "" outside the text.
func (r *reader) word(i int) string {
	if i < 0 || i >= len(r.toks) {
		return ""
	}
	return r.said(r.toks[i])
}

// kinds returns what the lexicon says of token i, 0 outside the text.
func (r *reader) kinds(i int) kind {
	if i < 0 || i >= len(r.toks) || r.toks[i].id == 0 {
		return 0
	}
	return r.toks[i].lex().kinds
}

// site returns the body part that token i names, or "".
func (r *reader) site(i int) string {
	if r.kinds(i)&tellsPlace == 0 {
		return ""
	}
	return r.toks[i].lex().site
}

// ends tells whether nothing of the clause follows token i: the text, the
// sentence or the line ends, or a comma, a bracket or a dash stands there.
func (r *reader) ends(i int) bool {
	if i+1 >= len(r.toks) || r.toks[i+1].stop || r.toks[i+1].line {
		return true
	}
	for k := r.toks[i].e; k < r.toks[i+1].b; k++ {
		if r.has(k, ",;:()/|+-'") {
			return true
		}
	}
	return false
}

// capital tells whether token i is written in capitals throughout.
func (r *reader) capital(i int) bool {
	if i < 0 || i >= len(r.toks) {
		return false
	}
	for k := r.toks[i].b; k < r.toks[i].e; k++ {
		if class[r.s[k]]&isUpper == 0 {
			return false
		}
	}
	return true
}
