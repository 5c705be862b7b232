package code

import "strings"

// A kind says which readers of facts must look at a word, and what kind of
// word it is to them.
type kind uint32

const (
	beginsPhrase   kind = 1 << iota // of factTables
	beginsLabel                     // of identityTable
	beginsFinding                   // of pathology
	relates                         // "same", "different"
	related                         // what they relate: "site", "day", "provider"
	tellsPerson                     // age and sex
	tellsPlace                      // a body part
	tellsSide                       // "left", "right", "both"
	tellsTime                       // days after surgery, clock times, minutes said before their number
	month                           // January, Jan
	cuesDay                         // what a date near it is
	lesionNoun                      // what a lesion_count counts
	filler                          // ends the search for what a number counts
	bodyWord                        // what a side is said of, beside the body parts
	abbreviation                    // its full stop ends no sentence
	unitDosed                       // a drug whose dose is in units
	wasteWord                       // an amount near it was discarded
	lengthWord                      // a length near it is a wound's or a closure's
	sizeWord                        // a length near it is a lesion's size
	deviceWord                      // a length before it is a thing's, not the patient's
	notName                         // follows "patient" and is no name
	courtesy                        // a mail of thanks is made of it
	tellsPathology                  // "path", "pathology"
	notPatient                      // a contact near it is a practice's or the sender's
	isPatient                       // a contact near it is the patient's
	organisation                    // in a sign-off: a practice's name
	credential                      // in a sign-off: a title
	legal                           // of a disclaimer
)

// A lexeme is what the readers of facts, identifiers and intents know of a
// word, found by one look-up when the text is cut into words.
type lexeme struct {
	word    string
	n       float64 // of a number word, else -1
	kinds   kind
	phrases []phrase // of factTables, the longest first; so below
	labels  []phrase
	finding []phrase
	day     string // what a date near it is: a fact name, "-" another date
	site    string // the body part it names, in the singular
	about   string // the fact that "same" and "different" state of it
}

// A glossary is an open hash table of lexemes.
type glossary struct {
	slots   []uint16 // by hash; their number is a power of two; 0 is empty
	entries []lexeme // the first is none
	longest int      // in bytes, the longest word
}

const hashSeed, hashStep = uint32(2166136261), uint32(16777619) // FNV-1a

// lookup finds the place of the word w, in lower case, whose hash is h; 0 where
// the glossary lacks it.
func (g *glossary) lookup(w string, h uint32) uint16 {
	mask := uint32(len(g.slots) - 1)
	for i := h & mask; g.slots[i] != 0; i = (i + 1) & mask {
		if id := g.slots[i]; g.entries[id].word == w {
			return id
		}
	}
	return 0
}

var words = func() glossary {
	b := glossaryBuilder{}
	for w, n := range numberWords {
		b.at(w).n = float64(n)
	}
	for w, n := range moreNumbers {
		b.at(w).n = float64(n)
	}
	for w := range months {
		b.at(w).kinds |= month
	}
	for kinds, list := range wordKinds {
		b.add(kinds, list)
	}
	for name, list := range dayWords {
		for _, w := range b.add(cuesDay, list) {
			b.at(w).day = name
		}
	}
	for name, list := range relatedWords {
		for _, w := range b.add(related, list) {
			b.at(w).about = name
		}
	}
	b.sites()
	b.phrases()
	return b.table()
}()

type glossaryBuilder map[string]*lexeme

func (b glossaryBuilder) at(w string) *lexeme {
	if b[w] == nil {
		b[w] = &lexeme{word: w, n: -1}
	}
	return b[w]
}

func (b glossaryBuilder) add(kinds kind, list string) []string {
	ws := strings.Fields(list)
	for _, w := range ws {
		b.at(w).kinds |= kinds
	}
	return ws
}

func (b glossaryBuilder) sites() {
	for row := range strings.SplitSeq(strings.TrimSpace(siteTable), "\n") {
		site, also, _ := strings.Cut(row, "|")
		site = strings.TrimSpace(site)
		for _, w := range append(strings.Fields(also), site) {
			if !strings.Contains(w, " ") {
				b.at(w).site, b.at(w).kinds = site, b.at(w).kinds|tellsPlace
			}
		}
	}
}

func (b glossaryBuilder) phrases() {
	for _, table := range factTables {
		for first, list := range phraseIndex(table) {
			for _, p := range list {
				b.at(first).phrases = insertLongest(b.at(first).phrases, p)
			}
			b.at(first).kinds |= beginsPhrase
		}
	}
	for name, st := range stateNames {
		ws := strings.Fields(name)
		b.at(ws[0]).phrases = insertLongest(b.at(ws[0]).phrases, phrase{ws, "state", st})
		b.at(ws[0]).kinds |= beginsPhrase
	}
	for st := range stateZIPs {
		b.at(strings.ToLower(st)).kinds |= beginsPhrase // "TX Medicaid"
	}
	for first, list := range phraseIndex(identityTable) {
		b.at(first).labels, b.at(first).kinds = list, b.at(first).kinds|beginsLabel
	}
	for first, list := range phraseIndex(pathologyTable) {
		b.at(first).finding, b.at(first).kinds = list, b.at(first).kinds|beginsFinding
	}
}

func (b glossaryBuilder) table() glossary {
	size := 1024
	for size < 4*len(b) {
		size *= 2
	}
	g := glossary{slots: make([]uint16, size), entries: make([]lexeme, 1, len(b)+1)}
	for w, lx := range b {
		h := hashSeed
		for i := range len(w) {
			h = (h ^ uint32(w[i])) * hashStep
		}
		i := h & uint32(size-1)
		for g.slots[i] != 0 {
			i = (i + 1) & uint32(size-1)
		}
		g.slots[i] = uint16(len(g.entries))
		g.entries = append(g.entries, *lx)
		g.longest = max(g.longest, len(w))
	}
	return g
}

// moreNumbers are number words that say how many of something in a sentence
// but are no units on a claim line.
var moreNumbers = map[string]int{"seventy": 70, "eighty": 80, "ninety": 90, "single": 1, "solitary": 1}

func set(words string) map[string]bool {
	out := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// A stated phrase and the fact that it is. Words are compared without their
// punctuation: "y/o" is "y o".
type phrase struct {
	words       []string
	name, value string
}

// phraseIndex reads the rows "name | value | phrase, phrase" of a table: the
// phrases by their first word, the longest first.
func phraseIndex(table string) map[string][]phrase {
	out := make(map[string][]phrase)
	for row := range strings.SplitSeq(strings.TrimSpace(table), "\n") {
		col := strings.SplitN(row, "|", 3)
		name, value := strings.TrimSpace(col[0]), strings.TrimSpace(col[1])
		for p := range strings.SplitSeq(col[2], ",") {
			if w := strings.Fields(p); len(w) > 0 {
				out[w[0]] = insertLongest(out[w[0]], phrase{w, name, value})
			}
		}
	}
	return out
}

func insertLongest(list []phrase, p phrase) []phrase {
	i := 0
	for i < len(list) && len(list[i].words) >= len(p.words) {
		i++
	}
	return append(list[:i], append([]phrase{p}, list[i:]...)...)
}

// longest returns the longest phrase of list, the phrases that begin with the
// word of token i, and the token behind it, 0 where none is there.
func (r *reader) longest(list []phrase, i int) (phrase, int) {
	for _, p := range list {
		if end := r.follows(p.words, i); end > 0 {
			return p, end
		}
	}
	return phrase{}, 0
}

// follows returns the token behind the words from token i on, the first of
// which is known to match, or 0.
func (r *reader) follows(words []string, i int) int {
	n := 1
	for n < len(words) && i+n < len(r.toks) && !r.toks[i+n].stop && r.word(i+n) == words[n] {
		n++
	}
	if n < len(words) {
		return 0
	}
	return i + n
}
