package code

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A token is a word in lower case or a number. "40mg" is two tokens.
type token struct {
	b, e int
	w    string  // the word, lower case; for a number its digits
	n    float64 // its value, words for numbers included; -1 where it has none
	stop bool    // a sentence or a paragraph ends before it
	code bool    // inside a code mention, or otherwise used up
}

// A reader collects the facts of one text.
type reader struct {
	folded
	region string
	toks   []token
	out    []Fact
}

// Facts returns what text states about the case, by the contract's fact names,
// in the order of the text. Mentions are those of the same text, candidates or
// resolved, of which the ones with confidence from Accepted count: their digits count nothing else, and adjustment reasons, remarks and places
// of service become facts too. A fact stated twice with one value is returned
// once. A date without its year takes the year of a full date of service in
// the text and is left out where there is none. Beyond the contract's names:
// days_after_surgery ("seen day 8"), surgery_code ("surgery 27447"),
// relation_to_surgery (planned, complication, unrelated), margin_cm ("0.2 cm
// margins"); and of a text without a code procedure ("carpal tunnel release")
// and courtesy (thanks and nothing else).
func Facts(region, text string, mentions []Mention) []Fact {
	r := reader{folded: fold(text), region: region}
	r.tokenise()
	r.fromMentions(mentions)
	r.dates()
	for i := range r.toks {
		r.phrase(i)
		r.relation(i)
		r.person(i)
		r.anatomy(i)
		r.counted(i)
		r.measured(i)
		r.afterSurgery(i)
	}
	r.startStop()
	r.plainly(mentions)
	slices.SortStableFunc(r.out, func(a, b Fact) int { return cmp.Compare(a.Start, b.Start) })
	seen := make(map[[2]string]bool)
	return slices.DeleteFunc(r.out, func(f Fact) bool {
		k := [2]string{f.Name, f.Value}
		dup := seen[k]
		seen[k] = true
		return dup
	})
}

func (r *reader) tokenise() {
	low := []byte(r.s)
	for i, c := range low {
		if class[c]&isUpper != 0 {
			low[i] = c + 'a' - 'A'
		}
	}
	text := string(low)
	r.toks = make([]token, 0, len(text)/5+1)
	stop := true
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case class[c]&isDigit != 0:
			e := r.run(i, isDigit)
			if r.has(e, ".") && r.is(e+1, isDigit) {
				if end := r.run(e+1, isDigit); !r.has(end, ".") {
					e = end
				}
			}
			n, err := strconv.ParseFloat(text[i:e], 64)
			if err != nil {
				n = -1
			}
			r.toks = append(r.toks, token{b: i, e: e, w: text[i:e], n: n, stop: stop})
			i, stop = e, false
		case class[c]&isLetter != 0:
			e := r.run(i, isLetter)
			n := -1.0
			if v, ok := numberWords[text[i:e]]; ok {
				n = float64(v)
			}
			r.toks = append(r.toks, token{b: i, e: e, w: text[i:e], n: n, stop: stop})
			i, stop = e, false
		default:
			stop = stop || c == '?' || c == '!' || c == ';' || c == '.' && (i+1 == len(text) || class[text[i+1]]&isSpace != 0) || c == '\n' && r.has(i+1, "\n\r")
			i++
		}
	}
}

// emit adds a fact that rests on the tokens i to j inclusive.
func (r *reader) emit(name, value string, i, j int) {
	r.emitAt(name, value, r.toks[i].b, r.toks[j].e)
}

func (r *reader) emitAt(name, value string, b, e int) {
	start, end := r.span(b, e)
	r.out = append(r.out, Fact{Name: name, Value: value, Text: r.text[start:end], Start: start, End: end, Region: r.region})
}

// word returns the token i's word, "" outside the text.
func (r *reader) word(i int) string {
	if i < 0 || i >= len(r.toks) {
		return ""
	}
	return r.toks[i].w
}

// plain writes a number without needless zeros.
func plain(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// fromMentions marks the tokens inside mentions and turns remittance codes and
// places of service into facts.
func (r *reader) fromMentions(mentions []Mention) {
	i := 0
	for _, m := range mentions {
		if m.Confidence < Accepted {
			continue
		}
		for i < len(r.toks) {
			start, end := r.span(r.toks[i].b, r.toks[i].e)
			if start >= m.End {
				break
			}
			if end > m.Start {
				r.toks[i].code = true
			}
			i++
		}
		name := ""
		if m.System == CPT && m.Code >= "10004" && m.Code <= "69990" && m.Through == "" && r.surgeryBefore(i) {
			r.out = append(r.out, Fact{"surgery_code", m.Code, m.Text, m.Start, m.End, r.region})
		}
		switch m.System {
		case CARC:
			name = "carc"
			if m.Note != "" && !strings.Contains(m.Note, " ") {
				r.out = append(r.out, Fact{"group_code", m.Note, m.Text, m.Start, m.End, r.region})
			}
		case RARC:
			name = "rarc"
		case POS:
			name = "place_of_service"
		default:
			continue
		}
		r.out = append(r.out, Fact{name, m.Code, m.Text, m.Start, m.End, r.region})
	}
}
