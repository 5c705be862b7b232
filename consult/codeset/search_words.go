package codeset

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

const (
	accents  = "áàâäãåçéèêëíìîïñóòôöõøúùûüýÿÁÀÂÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝ"
	letters  = "aaaaaaceeeeiiiinoooooouuuuyyaaaaaaceeeeiiiinoooooouuuuy"
	betweens = "\t\n\r -–—/\\()[]{}<>,.;:&+*%#\"=!?_|~^`@$“”®™§≤≥"
)

// tokens splits a text into words as the function search_tokens of the database
// does: lower case, accents and apostrophes dropped, all else between words.
func tokens(text string) []string { return strings.Fields(strings.Map(plainRune, text)) }

// plainRune drops what no text may hold, so that any query is harmless.
func plainRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case strings.ContainsRune(betweens, r):
		return ' '
	case r < 0x80 || r == '’' || r == '\uFFFD':
		return -1
	}
	if i := slices.Index([]rune(accents), r); i >= 0 {
		return rune(letters[i])
	}
	return r
}

//go:embed abbreviations.tsv
var abbreviationsTSV string

// A reading is what a name may stand for. Readings of one sense say the same in
// other words.
type reading struct {
	words []string
	sense int // from 0
}

// abbreviations are the abbreviations and everyday names of the trade, our own
// compilation: the key's words joined by blanks, to what it may stand for,
// likeliest first; | stands between readings, || between those of two senses.
var abbreviations = sync.OnceValue(func() map[string][]reading {
	m := map[string][]reading{}
	for line := range strings.Lines(abbreviationsTSV) {
		key, readings, _ := strings.Cut(strings.TrimSpace(line), "\t")
		k := strings.Join(tokens(key), " ")
		m[k] = []reading{} // stays empty for "-": says nothing of the code
		for sense, same := range strings.Split(readings, "||") {
			for r := range strings.SplitSeq(same, "|") {
				if words := tokens(r); len(words) > 0 {
					m[k] = append(m[k], reading{words, sense})
				}
			}
		}
	}
	return m
})

// longestName is how many words a key of abbreviations has at most.
const longestName = 4

// Words that a search asks for only when there is nothing else: they bind others.
const bindingWords = " a an and as at by due for from in is it my of on or patient please that the this to was "

// A segment is a word of a query, or several that are one key of abbreviations.
type segment struct {
	words    []string
	readings []reading
	binding  bool
}

// ambiguous reports that the segment has readings of several senses.
func (s segment) ambiguous() bool {
	return len(s.readings) > 0 && s.readings[len(s.readings)-1].sense > 0
}

// split cuts a query into segments, the longest names first, of at most so many
// words.
func split(words []string, longest int) []segment {
	var all []segment
	for len(words) > 0 {
		n := min(longest, len(words))
		for n > 1 && abbreviations()[strings.Join(words[:n], " ")] == nil {
			n--
		}
		s := segment{words: words[:n], readings: abbreviations()[strings.Join(words[:n], " ")]}
		s.binding = n == 1 && s.readings == nil && strings.Contains(bindingWords, " "+words[0]+" ") || s.readings != nil && len(s.readings) == 0
		all, words = append(all, s), words[n:]
	}
	if !slices.ContainsFunc(all, func(s segment) bool { return !s.binding }) {
		for i := range all {
			all[i].binding = false
		}
	}
	return all
}
