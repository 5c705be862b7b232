package codeset

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// settleSQL is the rule of who answers for the day $1 among the kinds $2. It
// leaves the ids, with that of the newest starter, in a setting of the
// transaction, where the other statements of its batch find them (answering).
//
// A kind has at most two live releases: the official one, and the starter's
// part while no official release covers the day and none that would answer "as
// of" is as new. Where both are live a row of the starter's, being newer, goes
// first, and absence is the official one's to tell.
//
// A release under an agreement that is not the current one is as good as not there.
//
// Until restoreSQL ends the batch its statements run by generic plans and by
// index: planned anew each would cost 3 ms, and the starter's tables are so
// small that the planner would read them whole, which costs twice the probes.
var settleSQL = `-- name: codeset.settle
with starter as (
    select max(id) as id from releases where kind = 'starter'
), candidates as (
    select distinct on (kind, via) id, kind, via, effective_from, ` + asOf + ` as as_of
    from releases s
    where kind = any($2) and kind <> 'starter' and (dated or effective_from <= $1::date) and ` + licensed + `
      and (via = '' or part_of = (select id from starter))
    order by kind, via, effective_from desc, id desc
), live as (
    select id, kind, via from candidates s
    where via = '' or not exists (
        select from candidates o
        where o.kind = s.kind and o.via = '' and (not o.as_of or o.effective_from >= s.effective_from))
    union all
    select id, '', '' from starter where id is not null
)
select set_config('codeset.answering', coalesce(array_agg(id), '{}')::text, true)` + setSlots() + `,
       set_config('codeset.plan_cache_mode', current_setting('plan_cache_mode'), true),
       set_config('codeset.enable_seqscan', current_setting('enable_seqscan'), true),
       set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true) from live`

// restoreSQL ends what settleSQL began: the rest of the transaction is planned as before.
const restoreSQL = `-- name: codeset.restore
select set_config('plan_cache_mode', current_setting('codeset.plan_cache_mode'), true),
       set_config('enable_seqscan', current_setting('codeset.enable_seqscan'), true)`

const (
	// answering is the condition that settleSQL's outcome puts on a release's id.
	answering = `= any (current_setting('codeset.answering')::bigint[])`
	// asOf says that a release's period ended before the day $1.
	asOf = `coalesce($1::date > effective_to, false)`
)

// A speaker is a release as a fact's source shows it.
type speaker struct {
	ID            int64
	Kind          string
	Name          string
	Via           string
	Dated         bool
	EffectiveFrom time.Time
	EffectiveTo   *time.Time
	AsOf          bool
}

// source names a row of r that has no dates of its own: it holds for r's period.
func (r speaker) source(row string) Source {
	return Source{Set: r.Kind, Release: r.Name, Row: row, Via: r.Via, AsOf: r.AsOf,
		EffectiveFrom: r.EffectiveFrom.Format(time.DateOnly), EffectiveTo: day(r.EffectiveTo)}
}

// datedSource names a row of r by the row's own dates where it has some.
func (r speaker) datedSource(row string, from, to *time.Time) Source {
	s := r.source(row)
	if from != nil {
		s.EffectiveFrom, s.EffectiveTo, s.Dated = day(from), day(to), true
	}
	return s
}

func (r speaker) answer() Answer {
	return Answer{Kind: r.Kind, Release: r.Name, AsOf: r.AsOf, Dated: r.Dated, Starter: r.Via != "",
		From: r.EffectiveFrom.Format(time.DateOnly), To: day(r.EffectiveTo)}
}

// day is t as YYYY-MM-DD, "" for none.
func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// answers says for each of kinds who answers on the day. An official release
// goes before the starter's part: absence is its to tell.
func answers(kinds []string, rels []speaker, on time.Time) map[string]Answer {
	m := make(map[string]Answer, len(kinds))
	for _, k := range kinds {
		m[k] = Answer{Kind: k, Missing: fmt.Sprintf("%s: no release loaded for %s", k, on.Format(time.DateOnly))}
	}
	for _, r := range rels {
		if a, ok := m[r.Kind]; ok && (a.Release == "" || r.Via == "") {
			m[r.Kind] = r.answer()
		}
	}
	return m
}

// queue adds a query to the batch whose rows fill dst, column by name.
func queue[T any](b *pgx.Batch, dst *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		v, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
		*dst = v
		return err
	})
}
