package codeset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// Searched lists the code systems that Search knows.
var Searched = []code.System{code.CPT, code.HCPCS, code.ICD10CM, code.ICD10PCS, code.Modifier, code.POS}

// ErrNoWords is the error of a search without a letter or digit.
var ErrNoWords = errors.New("nothing to search for")

// A SearchQuery is what a person looks for.
type SearchQuery struct {
	Words  string      // words, a code, the beginning of one, a family (E11.-) or a range (E08-E13)
	System code.System // "" for all of Searched
	On     time.Time   // date of service, midnight UTC
	Limit  int         // results at most; below 1: 20
}

// Check returns ErrNoWords where there is nothing to search for.
func (s SearchQuery) Check() error {
	if len(tokens(s.Words)) == 0 {
		return ErrNoWords
	}
	return nil
}

// A Hit is one code that a search found, as "codes search" prints it.
type Hit struct {
	System    code.System `json:"system"`          // a block or chapter of ICD-10-CM is icd10cm too
	Code      string      `json:"code"`            // of a block or chapter its span: E08-E13
	Title     string      `json:"title,omitempty"` // official text, where free or licensed
	Words     string      `json:"words,omitempty"` // our own plain words
	Billable  bool        `json:"billable"`        // false: a header
	Score     float64     `json:"score"`           // 0 to 1
	Status    string      `json:"status"`          // as the verdicts of code.status; unknown where nothing loaded can tell
	Term      string      `json:"term,omitempty"`  // the inclusion term that was found, where it was not the title
	Matched   []string    `json:"matched,omitempty"`
	Successor string      `json:"successor,omitempty"`
	Children  []Child     `json:"children,omitempty"` // direct ones of a header
	Notice    string      `json:"notice,omitempty"`   // copyright line to show with a licensed title
	Source    *Source     `json:"source,omitempty"`
}

// Search returns the codes that s means, best first, none being no error. A
// query that is a code, or the beginning, family or range of codes, finds the
// tree below it, level by level; any other is words: all of them go before
// some, and exact ones before beginnings, abbreviations and typing errors. Only
// releases that answer for the day speak. An everyday name that finds nothing is
// looked for word by word.
func Search(ctx context.Context, tx pgx.Tx, s SearchQuery) ([]Hit, error) {
	if s.Limit < 1 {
		s.Limit = 20
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	for _, longest := range []int{longestName, 1} {
		f := &finding{SearchQuery: s, tx: tx, question: newQuestion(s.Words, longest)}
		hits, err := f.find(ctx)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		if len(hits) > 0 || len(f.segments) == len(f.question.words) {
			return hits, nil
		}
	}
	return []Hit{}, nil
}

// A finding is one search on its way.
type finding struct {
	SearchQuery
	tx pgx.Tx
	*question
	releases []voice
	ids      []int64 // of releases
	known    []knownWord
}

// A voice is a release that speaks for the day.
type voice struct {
	speaker
	Notice string
}

const byIndexSQL = `-- name: codeset.search_by_index
select set_config('codeset.plan_cache_mode', current_setting('plan_cache_mode'), true),
       set_config('codeset.enable_seqscan', current_setting('enable_seqscan'), true),
       set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`

// send runs what is queued in one round trip, by generic plans and by index:
// each release that speaks is a partition, and none of the others is read.
func (f *finding) send(ctx context.Context, queued func(*pgx.Batch)) error {
	b := &pgx.Batch{}
	b.Queue(byIndexSQL)
	queued(b)
	b.Queue(restoreSQL)
	return f.tx.SendBatch(ctx, b).Close()
}

const voicesSQL = `-- name: codeset.search_voices
select id, kind, name, via, dated, effective_from, effective_to, ` + asOf + ` as as_of, notice from releases
where id ` + answering + `
order by effective_from desc, via, id desc`

// settle learns who answers for the day and which words of the query are known.
func (f *finding) settle(ctx context.Context) error {
	b := &pgx.Batch{}
	b.Queue(settleSQL, f.On, slices.Concat(searchable, []string{KindPFS, KindMUEPractitioner}))
	queue(b, &f.releases, voicesSQL, f.On)
	queue(b, &f.known, knownSQL, f.vocabulary())
	b.Queue(restoreSQL)
	if err := f.tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	for _, r := range f.releases {
		f.ids = append(f.ids, r.ID)
	}
	return nil
}

// voice returns the release of that id.
func (f *finding) voice(id int64) voice {
	i := slices.IndexFunc(f.releases, func(v voice) bool { return v.ID == id })
	return f.releases[i]
}

func (f *finding) find(ctx context.Context) ([]Hit, error) {
	if err := f.settle(ctx); err != nil {
		return nil, err
	}
	tree, err := f.tree(ctx)
	if err != nil {
		return nil, err
	}
	if len(tree) > 0 && len(f.question.words[0]) > 2 {
		return f.describe(ctx, tree)
	}
	found, err := f.byWords(ctx)
	if err != nil {
		return nil, err
	}
	// Two characters are a modifier, a place of service or an abbreviation.
	found = append(tree, found...)
	slices.SortStableFunc(found, match.compare)
	return f.describe(ctx, eachSense(found))
}

// enough is how many codes with all words keep a search from asking for fewer.
const enough = 3

// byWords widens the search until it has found enough, and ranks what it found.
func (f *finding) byWords(ctx context.Context) ([]match, error) {
	f.learn(f.known)
	if err := f.guess(ctx, f.lost()); err != nil {
		return nil, err
	}
	best := map[code.Code]match{}
	asked := map[string]bool{}
	for level := range levels {
		if level == wide {
			if err := f.guess(ctx, f.rare()); err != nil {
				return nil, err
			}
		}
		query := f.tsquery(level)
		if query == "" || asked[query] {
			continue
		}
		asked[query] = true
		if err := f.collect(ctx, query, best); err != nil {
			return nil, err
		}
		if services(best) >= enough {
			break
		}
	}
	found := make([]match, 0, len(best))
	for _, m := range best {
		found = append(found, m)
	}
	slices.SortFunc(found, match.compare)
	return found, nil
}

// services counts what was found without measures of quality.
func services(found map[code.Code]match) (n int) {
	for _, m := range found {
		if !measures(m.row) {
			n++
		}
	}
	return n
}

// perRelease is how many texts of a release a search looks at. They are its
// first, being the shortest (textsSQL): a query that holds in more is so
// general that no long title answers it.
const perRelease = 400

const matchesSQL = `-- name: codeset.search_matches
select t.release_id, t.system, t.code, t.kind, t.billable, t.effective_from, t.effective_to, t.text, g.code is not null as common
from unnest($1::bigint[]) r (id) cross join lateral (
    select * from search_texts s where s.release_id = r.id and s.words @@ $2::tsquery and ($3 = '' or s.system = $3)
    limit $4) t
left join glosses g on g.release_id = $5 and g.system = t.system and g.code = t.code`

type textRow struct {
	ReleaseID                  int64
	System                     code.System
	Code                       string
	Kind                       string
	Billable                   bool
	EffectiveFrom, EffectiveTo *time.Time
	Text                       string
	Common                     bool
}

// is reports that both rows name one code.
func (r textRow) is(other textRow) bool { return r.System == other.System && r.Code == other.Code }

// collect keeps for each code that the query finds its best text.
func (f *finding) collect(ctx context.Context, query string, best map[code.Code]match) error {
	var rows []textRow
	err := f.send(ctx, func(b *pgx.Batch) { queue(b, &rows, matchesSQL, f.ids, query, f.System, perRelease, f.starter()) })
	if err != nil {
		return err
	}
	for _, r := range rows {
		m := f.score(r, f.On)
		c := code.Code{System: r.System, Code: r.Code}
		if old, ok := best[c]; m.score > 0 && (!ok || m.score > old.score) {
			best[c] = m
		}
	}
	return nil
}

// starter is the id of the starter that answers, 0 for none.
func (f *finding) starter() int64 {
	for _, r := range f.releases {
		if r.Kind == KindStarter {
			return r.ID
		}
	}
	return 0
}
