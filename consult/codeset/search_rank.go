package codeset

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// A match is a text that a search found, with its score.
type match struct {
	row     textRow
	score   float64  // 0 to 1
	matched []string // words of the text
	sense   int      // in which it read the ambiguous words, the likeliest lowest; 0: none to choose, or no full answer
}

// compare orders matches, ties by system and code.
func (m match) compare(n match) int {
	return cmp.Or(cmp.Compare(n.score, m.score), cmp.Compare(m.row.System, n.row.System), cmp.Compare(m.row.Code, n.row.Code))
}

// eachSense puts in front the best full answer in each sense of the ambiguous
// words, the likeliest sense first: titles of one sense are often so much
// shorter that the other would never be seen. A code that was typed stays first.
func eachSense(found []match) []match {
	typed := slices.IndexFunc(found, func(m match) bool { return m.score < 1 || m.sense > 0 })
	if typed < 0 {
		return found
	}
	best := map[int]match{}
	for _, m := range found {
		if _, seen := best[m.sense]; m.sense > 0 && !seen {
			best[m.sense] = m
		}
	}
	front := slices.SortedFunc(maps.Values(best), func(a, b match) int { return cmp.Compare(a.sense, b.sense) })
	rest := slices.DeleteFunc(slices.Clone(found[typed:]), func(m match) bool { return m.sense > 0 && m.row.is(best[m.sense].row) })
	return slices.Concat(found[:typed], front, rest)
}

// What a form of a word is worth beside the word itself. The readings of an
// abbreviation follow each other in small steps.
const (
	worthStem    = 0.97
	worthPrefix  = 0.60 // and up to 0.30 more, the more of the word is there
	worthMistake = 0.80 // each typing error
	worthReading = 0.97
	stepReading  = 0.02
	worthFull    = 0.75 // at least, where a text answers a segment and not just touches it
)

// maxSenses is more than any abbreviation has.
const maxSenses = 8

// What makes up a score when every word matched: that they did, how much of the
// title they are, that they stand together in order, and that it begins so.
const (
	shareWords = 0.50
	shareTitle = 0.32
	shareOrder = 0.08
	shareStart = 0.06
	shareKnown = 0.04 // a code of the starter, which practices ask about most
)

// lightWords say little in a title: what the general case has beside the words
// that a person says.
var lightWords = map[string]float64{
	"unspecified": 0.05, "specified": 0.4, "other": 0.5, "not": 0.1, "elsewhere": 0.1, "classified": 0.1, "site": 0.1,
	"of": 0.05, "the": 0.05, "and": 0.1, "or": 0.1, "in": 0.1, "to": 0.1, "for": 0.1, "by": 0.1, "due": 0.1, "on": 0.1, "at": 0.1,
	"with": 0.2, "without": 0.1, "complication": 0.1, "complications": 0.1, "organism": 0.1, "type": 0.3, "disease": 0.5, "disorder": 0.5,
	"right": 0.4, "left": 0.4, "bilateral": 0.4, "initial": 0.3, "encounter": 0.2, "subsequent": 0.6, "sequela": 0.6, "primary": 0.4,
	"essential": 0.3, "mellitus": 0.1, "uncomplicated": 0.1, "adult": 0.3, "pediatric": 0.3, "symptoms": 0.4, "a": 0.1, "acute": 0.4,
}

func weightOf(word string) float64 {
	if w, ok := lightWords[word]; ok {
		return w
	}
	return 1
}

// score says how well a text answers the question on the day.
func (q *question) score(r textRow, on time.Time) match {
	t := tokens(r.Text)
	var got, all float64
	var at []int // positions of the words that matched, in the question's order
	m := match{row: r}
	full := true
	for _, s := range q.segments {
		w := q.weight(s)
		worth, where, sense := q.segmentScore(s, t)
		if s.ambiguous() {
			m.sense = m.sense*maxSenses + 1 + sense
		}
		full = full && (worth >= worthFull || s.binding)
		all += w
		got += w * worth
		at = append(at, where...)
	}
	if got == 0 {
		return match{}
	}
	m.matched = wordsAt(t, at)
	share := got / all
	m.score = math.Pow(share, 1.5) * (shareWords + shareTitle*titleShare(t, at) + shareOrder*inOrder(at) + shareStart*starts(t, at))
	m.score = m.score*kindShare(r) + boolShare(r.Common, shareKnown)*share
	if after(r.EffectiveFrom, on) || r.EffectiveTo != nil && on.After(*r.EffectiveTo) {
		m.score *= 0.5
		full = false
	}
	if !full || measures(r) {
		m.sense = 0
	}
	return m
}

// weight says how much of the question a segment is: rare words more than
// common ones, binding ones hardly.
func (q *question) weight(s segment) float64 {
	if s.binding {
		return 0.1
	}
	weight := 0.0
	for _, w := range s.words {
		common := math.Log1p(float64(q.forms[w].texts)) / math.Log1p(1e5)
		weight = max(weight, max(0.5, weightOf(w))*(1-0.5*min(1, common)))
	}
	return weight
}

// segmentScore is the worth of the segment's best reading among the words of a
// text, where they are, and its sense.
func (q *question) segmentScore(s segment, t []string) (worth float64, at []int, sense int) {
	worth, at = q.wordsScore(s.words, t, s.readings != nil)
	for i, r := range s.readings {
		w, where := q.wordsScore(r.words, t, true)
		if w *= worthReading - stepReading*float64(i); w > worth {
			worth, at, sense = w, where, r.sense
		}
	}
	return worth, at, sense
}

// wordsScore wants all words of a name: none where one lacks.
func (q *question) wordsScore(words, t []string, exact bool) (worth float64, at []int) {
	for _, w := range words {
		best, where := 0.0, 0
		for i, have := range t {
			if s := q.wordScore(w, have, exact); s > best {
				best, where = s, i
			}
		}
		if best == 0 {
			return 0, nil
		}
		worth += best / float64(len(words))
		at = append(at, where)
	}
	return worth, at
}

func (q *question) wordScore(asked, have string, exact bool) float64 {
	f := q.forms[asked]
	m, mistyped := f.near[have]
	switch {
	case have == asked:
		return 1
	case f.same[have]:
		return worthStem
	case exact:
		return 0
	case prefixed(asked) && strings.HasPrefix(have, asked):
		return worthPrefix + 0.3*float64(len(asked))/float64(len(have))
	case mistyped:
		return m.worth(asked[0] == have[0])
	}
	return 0
}

// worth prefers words that many texts have, and that begin alike.
func (m mistake) worth(sameStart bool) float64 {
	rare := 1 - min(1, math.Log1p(float64(m.texts))/math.Log1p(1e3))
	return math.Pow(worthMistake, float64(m.errors)) - 0.08*rare - boolShare(!sameStart, 0.05)
}

func wordsAt(t []string, at []int) []string {
	at = slices.Clone(at)
	slices.Sort(at)
	var words []string
	for _, i := range slices.Compact(at) {
		words = append(words, t[i])
	}
	return words
}

// titleShare is how much of a text the words are.
func titleShare(t []string, at []int) float64 {
	var all, got float64
	for i, w := range t {
		all += weightOf(w)
		if slices.Contains(at, i) {
			got += weightOf(w)
		}
	}
	return got / all
}

// inOrder is the share of neighbours in the question that are neighbours in
// the text.
func inOrder(at []int) float64 {
	if len(at) < 2 {
		return 1
	}
	n := 0.0
	for i := range at[1:] {
		switch at[i+1] - at[i] {
		case 1:
			n++
		case 2, 3:
			n += 0.6
		}
	}
	return n / float64(len(at)-1)
}

// starts is 1 where a word stands at the text's head, light words aside.
func starts(t []string, at []int) float64 {
	for i, w := range t {
		if slices.Contains(at, i) {
			return 1
		}
		if weightOf(w) == 1 {
			break
		}
	}
	return 0
}

// kindShare lets the words of a code itself go before what stands around it,
// and complete codes before headers of the same words.
func kindShare(r textRow) float64 {
	share := 1.0
	switch {
	case r.Kind == "term":
		share = 0.97
	case r.Kind == "section", r.Kind == "chapter":
		share = 0.9
	case !r.Billable:
		share = 0.995
	}
	switch {
	case r.System == code.ICD10PCS:
		share *= 0.9
	case measures(r):
		share *= 0.5 // below each service that answers
	}
	return share
}

// measureCodes are the ranges of HCPCS codes that are no services but report on
// one, by the titles of the file of October 2024: measures of quality and their
// exclusions, sets and pathways of measures, and the oncology demonstration's
// states of disease. What lies between them are services.
var measureCodes = [][2]string{{"G0028", "G0067"}, {"G2081", "G2081"}, {"G2089", "G2167"}, {"G2173", "G2210"}, {"G4000", "G4999"},
	{"G8000", "G8999"}, {"G9050", "G9139"}, {"G9188", "G9999"}, {"M0001", "M0005"}, {"M1000", "M1999"}}

func measures(r textRow) bool {
	return r.System == code.HCPCS && slices.ContainsFunc(measureCodes, func(m [2]string) bool { return m[0] <= r.Code && r.Code <= m[1] })
}

func boolShare(b bool, share float64) float64 {
	if b {
		return share
	}
	return 0
}

func after(t *time.Time, on time.Time) bool { return t != nil && t.After(on) }
