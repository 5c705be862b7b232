package codeset

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A question is a query with what the library's vocabulary knows of its words.
type question struct {
	words    []string
	segments []segment
	forms    map[string]*forms // of each word, those of the readings included
}

// forms are the words of the vocabulary that a word may mean.
type forms struct {
	same    map[string]bool // itself and others of its stem: fracture, fractures
	texts   int             // that hold one of same
	begins  bool            // some begin with it
	near    map[string]mistake
	guessed bool // near has been asked for
}

// A mistake is a word that a typing error may have hidden.
type mistake struct{ errors, texts int }

// longestQuery is how many words of a query count.
const longestQuery = 24

func newQuestion(query string, longest int) *question {
	q := &question{words: tokens(query), forms: map[string]*forms{}}
	q.words = q.words[:min(longestQuery, len(q.words))]
	q.segments = split(q.words, longest)
	for _, s := range q.segments {
		all := s.words
		for _, r := range s.readings {
			all = slices.Concat(all, r.words)
		}
		for _, w := range all {
			q.forms[w] = &forms{same: map[string]bool{}, near: map[string]mistake{}}
		}
	}
	return q
}

// vocabulary lists the words to look up.
func (q *question) vocabulary() []string {
	all := make([]string, 0, len(q.forms))
	for w := range q.forms {
		all = append(all, w)
	}
	slices.Sort(all)
	return all
}

const knownSQL = `-- name: codeset.search_known
select a.word as asked, v.word, v.texts, false as begins from unnest($1::text[]) a (word)
join search_words v on v.stem = coalesce((ts_lexize('english_stem', a.word))[1], a.word)
union all
select a.word, a.word, 0, true from unnest($1::text[]) a (word)
where exists (select from search_words v where v.word > a.word and v.word < a.word || chr(1114109))`

type knownWord struct {
	Asked, Word string
	Texts       int
	Begins      bool
}

// learn takes what the vocabulary knows.
func (q *question) learn(known []knownWord) {
	for _, k := range known {
		f := q.forms[k.Asked]
		if k.Begins {
			f.begins = true
			continue
		}
		f.same[k.Word] = true
		f.texts += k.Texts
	}
}

// lost lists the words that the vocabulary knows in no way.
func (q *question) lost() []string {
	return q.plainWords(func(f *forms) bool { return len(f.same) == 0 && !f.begins })
}

// rare lists the words that are known from so few texts that they may be
// typing errors of others.
func (q *question) rare() []string { return q.plainWords(func(f *forms) bool { return f.texts < 10 }) }

// plainWords lists the words of the query itself that may be mistyped.
func (q *question) plainWords(when func(*forms) bool) []string {
	var all []string
	for _, s := range q.segments {
		w := s.words[0]
		if f := q.forms[w]; s.readings == nil && !s.binding && mistakes(w) > 0 && !f.guessed && when(f) {
			all = append(all, w)
		}
	}
	return all
}

// mistakes is how many typing errors a word may hold: none in a short one and
// in one with digits, where each character counts.
func mistakes(word string) int {
	switch n := len([]rune(word)); {
	case n < 4 || strings.ContainsAny(word, "0123456789"):
		return 0
	case n < 7:
		return 1
	}
	return 2
}

const nearSQL = `-- name: codeset.search_near
select a.word as asked, v.word, v.texts, false as begins from unnest($1::text[]) a (word) cross join lateral (
    select v.word, v.texts from search_words v
    where v.word % a.word and length(v.word) between length(a.word) - 2 and length(a.word) + 2
    order by similarity(v.word, a.word) desc, v.word limit 40) v`

// closeEnough sets how alike words must be to be compared letter by letter:
// short ones share fewer of their trigrams.
const closeEnough = `-- name: codeset.search_threshold
select set_config('pg_trgm.similarity_threshold', case when $1::int < 6 then '0.2' else '0.25' end, true)`

// guess looks for the words that a typing error may have made of the given ones.
func (f *finding) guess(ctx context.Context, words []string) error {
	if len(words) == 0 {
		return nil
	}
	var near []knownWord
	b := &pgx.Batch{}
	b.Queue(closeEnough, len(slices.MinFunc(words, func(a, b string) int { return len(a) - len(b) })))
	queue(b, &near, nearSQL, words)
	if err := f.tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	for _, w := range words {
		f.forms[w].guessed = true
	}
	for _, k := range near {
		if d := typingErrors(k.Asked, k.Word); d > 0 && d <= mistakes(k.Asked) {
			f.forms[k.Asked].near[k.Word] = mistake{d, k.Texts}
		}
	}
	return nil
}

// typingErrors counts the typing errors between two words: letters too many, too
// few, wrong, or two in each other's place (optimal string alignment).
func typingErrors(a, b string) int {
	s, t := []rune(a), []rune(b)
	d := make([][]int, len(s)+1)
	for i := range d {
		d[i] = make([]int, len(t)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			wrong := 1
			if s[i-1] == t[j-1] {
				wrong = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+wrong)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(s)][len(t)]
}

// A level says how far a search goes.
type level int

const (
	strict level = iota // every segment, by the best form known of each word
	wide                // every segment, by any form
	fewer               // all segments but one
	pairs               // two of the segments
	single              // one of them
	levels
)

// tsquery writes the question for Postgres, "" where nothing is left to ask.
// Words hold no quote and no backslash (tokens). What asks for few of the
// segments asks for the rarest.
func (q *question) tsquery(l level) string {
	segments := slices.DeleteFunc(slices.Clone(q.segments), func(s segment) bool { return s.binding || q.segmentQuery(s, l) == "" })
	slices.SortStableFunc(segments, func(a, b segment) int { return cmp.Compare(q.weight(b), q.weight(a)) })
	var parts []string
	for _, s := range segments {
		parts = append(parts, q.segmentQuery(s, l))
	}
	n := len(parts)
	switch {
	case l <= wide || n < 2:
		return strings.Join(parts, " & ")
	case l == fewer && n > 2:
		return allBut(parts)
	case l == pairs && n > 3:
		return allPairs(parts[:4])
	}
	return strings.Join(parts[:min(n, 3)], " | ")
}

func allBut(parts []string) string {
	var any []string
	for i := range parts {
		any = append(any, "("+strings.Join(slices.Delete(slices.Clone(parts), i, i+1), " & ")+")")
	}
	return strings.Join(any, " | ")
}

func allPairs(parts []string) string {
	var any []string
	for i := range parts {
		for j := range i {
			any = append(any, "("+parts[i]+" & "+parts[j]+")")
		}
	}
	return strings.Join(any, " | ")
}

// segmentQuery asks for the words themselves or for any of their readings.
func (q *question) segmentQuery(s segment, l level) string {
	var any []string
	if e := q.allOf(s.words, l, s.readings != nil); e != "" {
		any = append(any, e)
	}
	for _, r := range s.readings {
		if e := q.allOf(r.words, l, true); e != "" {
			any = append(any, e)
		}
	}
	if len(any) == 0 {
		return ""
	}
	return "(" + strings.Join(any, " | ") + ")"
}

// allOf asks for all words, "" where one of them is unknown. Those that are
// exact are taken as they are.
func (q *question) allOf(words []string, l level, exact bool) string {
	var all []string
	for _, w := range words {
		e := q.wordQuery(w, l, exact)
		if e == "" {
			return ""
		}
		all = append(all, e)
	}
	return "(" + strings.Join(all, " & ") + ")"
}

func (q *question) wordQuery(w string, l level, exact bool) string {
	f := q.forms[w]
	var any []string
	for same := range f.same {
		any = append(any, quoted(same))
	}
	if !exact && prefixed(w) && f.begins && (l >= wide || len(any) == 0) {
		any = append(any, quoted(w)+":*")
	}
	if !exact && (l >= wide || len(any) == 0) {
		for near := range f.near {
			any = append(any, quoted(near))
		}
	}
	if len(any) == 0 {
		return ""
	}
	slices.Sort(any)
	return "(" + strings.Join(any, " | ") + ")"
}

// prefixed reports whether a word may be the beginning of another.
func prefixed(w string) bool { return len(w) > 1 && w != "with" && w != "without" }

func quoted(w string) string { return "'" + w + "'" }
