package codeset

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// searchable are the kinds whose releases hold texts that a search goes by.
var searchable = []string{KindICD10CM, KindICD10CMTabular, KindICD10PCS, KindHCPCS, KindCPT, "pos", KindStarter}

// indexTitles makes the rows of the releases findable by their words. It runs
// after their partitions have joined the tables, in the transaction that makes
// the releases visible, and does nothing for releases without texts. All ids
// share one partition, named by the first.
//
// The words of a licensed release are copied like any other: whoever deletes its
// rows drops its partition of search_texts too.
func indexTitles(ctx context.Context, tx pgx.Tx, ids ...int64) error {
	const query = `-- name: codeset.search_any
select exists (select from releases where id = any($1) and kind = any($2))`
	var some bool
	if err := tx.QueryRow(ctx, query, ids, searchable).Scan(&some); err != nil || !some {
		return err
	}
	p := fmt.Sprintf("search_texts_r%d", ids[0])
	list := strings.Trim(strings.ReplaceAll(fmt.Sprint(ids), " ", ", "), "[]")
	for _, step := range []struct{ what, sql string }{
		{"partition", "create table " + p + " (like search_texts including constraints, constraint own check (release_id in (" + list + ")))"},
		// Nothing is known yet of rows just copied: only a hash join is no disaster.
		{"plan", hashOnlySQL},
		{"texts", "insert into " + p + strings.ReplaceAll(textsSQL, "$1", "array["+list+"]::bigint[]")},
		{"words", strings.ReplaceAll(wordsSQL, "$1", p)},
		{"plan", joinsSQL},
		{"indexes", "alter table search_texts attach partition " + p + " for values in (" + list + ")"},
		{"statistics", "alter table " + p + " drop constraint own; analyze " + p},
	} {
		if _, err := tx.Exec(ctx, step.sql); err != nil {
			return fmt.Errorf("index of search, %s: %w", step.what, err)
		}
	}
	return nil
}

const (
	hashOnlySQL = `-- name: codeset.search_hash_only
select set_config('codeset.enable_nestloop', current_setting('enable_nestloop'), true), set_config('enable_nestloop', 'off', true),
       set_config('codeset.enable_mergejoin', current_setting('enable_mergejoin'), true), set_config('enable_mergejoin', 'off', true)`
	joinsSQL = `-- name: codeset.search_joins
select set_config('enable_nestloop', current_setting('codeset.enable_nestloop'), true),
       set_config('enable_mergejoin', current_setting('codeset.enable_mergejoin'), true)`
)

// textsSQL reads every text of the releases $1, the shorter ones first, and
// finds the header above each code of a tree: the longest shorter code that it
// begins with.
const textsSQL = `-- name: codeset.search_texts
with titles as materialized (
    select release_id, system, code, billable, effective_from, effective_to, children, title
    from code_rows where release_id = any($1) and title <> ''
), above as materialized (
    select release_id, system, code, left(code, n) as header from titles cross join generate_series(3, length(code) - 1) n
    where system in ('icd10cm', 'icd10pcs')
), parents as materialized (
    select c.release_id, c.system, c.code, max(h.code) as parent
    from above c join titles h on h.code = c.header and h.release_id = c.release_id and h.system = c.system and not h.billable
    group by 1, 2, 3
), texts as (
    select release_id, system, code, 'title' as kind, parent, billable, effective_from, effective_to, children, title as text
    from titles left join parents using (release_id, system, code)
    union all
    select distinct release_id, 'icd10cm', owner, 'term', null, false, null::date, null::date, '{}'::text[], text
    from icd_notes where release_id = any($1) and kind = 'inclusion_term' and first_category is null
    union all
    select release_id, 'icd10cm', span, case when chapter then 'chapter' else 'section' end, null, false, null, null, '{}', title
    from icd_sections where release_id = any($1)
    union all
    select release_id, 'cpt', code, 'descriptor', null, true, null, null, '{}', text
    from cpt_texts where release_id = any($1)
    union all
    select release_id, 'pos', code, 'title', null, true, null, null, '{}', name
    from pos_rows where release_id = any($1)
    union all
    select release_id, 'pos', code, 'term', null, true, null, null, '{}', text
    from pos_rows where release_id = any($1) and text <> ''
    union all
    select release_id, system, code, 'gloss', null, true, effective_from, effective_to, '{}', words
    from glosses where release_id = any($1) and words <> ''
), split as (
    select *, search_tokens(text) as tokens from texts
)
select release_id, system, code, kind, parent, billable, effective_from, effective_to, children, text, array_to_tsvector(tokens)
from split order by cardinality(tokens), length(text), code, kind`

// wordsSQL adds the words of the table $1 to those known. The order keeps two
// loads from waiting for each other in a circle.
const wordsSQL = `-- name: codeset.search_words
insert into search_words (word, stem, texts)
select word, coalesce((ts_lexize('english_stem', word))[1], word), n
from (select unnest(tsvector_to_array(words)) as word, count(*) as n from $1 group by 1) w order by word
on conflict (word) do update set texts = excluded.texts where excluded.texts > search_words.texts`
