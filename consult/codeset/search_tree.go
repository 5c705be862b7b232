package codeset

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// A span is a query that names codes rather than words: from its first code to
// the last code that begins with the last.
type span struct {
	first, last string // without dots
	whole       string // the code as the person means it, or the block: E08-E13
}

var (
	codeShape  = regexp.MustCompile(`^([A-Z0-9]{2,3}\.?[A-Z0-9]{0,4})(?:\.?-|\.|\*)?$`)
	rangeShape = regexp.MustCompile(`^([A-Z0-9]{3}\.?[A-Z0-9]{0,4}) ?(?:-|–|THROUGH|TO) ?([A-Z0-9]{3}\.?[A-Z0-9]{0,4})$`)
)

// spanOf reads a query as a code, the beginning or family of codes, or a range.
func spanOf(query string) (span, bool) {
	s := strings.ToUpper(strings.Join(strings.Fields(query), " "))
	plain := func(s string) string { return strings.ReplaceAll(s, ".", "") }
	if m := rangeShape.FindStringSubmatch(s); m != nil && hasDigit(m[1]) && hasDigit(m[2]) && plain(m[1]) <= plain(m[2]) {
		return span{plain(m[1]), plain(m[2]), m[1] + "-" + m[2]}, true
	}
	m := codeShape.FindStringSubmatch(s)
	if m == nil || !hasDigit(m[1]) && len(m[1]) != 2 {
		return span{}, false
	}
	return span{plain(m[1]), plain(m[1]), plain(m[1])}, true
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// withDot puts ICD-10-CM's dot into a code or the beginning of one.
func withDot(s string) string {
	if len(s) <= 3 {
		return s
	}
	return s[:3] + "." + s[3:]
}

// treeSQL reads the texts of codes from $2 on and before $3 ($4 and $5 with
// the dot of ICD-10-CM), the higher levels first, and codes that only the fee
// schedule has.
const treeSQL = `-- name: codeset.search_tree
select t.release_id, t.system, t.code, t.kind, t.billable, t.effective_from, t.effective_to, t.text, false as common
from unnest($1::bigint[]) r (id) cross join lateral (
    select * from search_texts s where s.release_id = r.id and s.kind <> 'term' and ($6 = '' or s.system = $6)
      and (s.code >= $2 and s.code < $3 and s.system <> 'icd10cm' or s.code >= $4 and s.code < $5 and s.system = 'icd10cm')
      and (length(s.code) <= $7 or s.kind in ('section', 'chapter'))
    order by length(s.code), s.code limit 500) t
union all
select r.id, case when p.code ~ '^[0-9]{4}[0-9AFMTU]$' then 'cpt' else 'hcpcs' end, p.code, 'fee schedule', true, null, null, '', false
from unnest($1::bigint[]) r (id) cross join lateral (
    select distinct p.code from pfs_rows p where p.release_id = r.id and p.code >= $2 and p.code < $3 limit 500) p`

// tree finds the codes that the query names with those below them, level by
// level; none where the query is no code. Scores fall with each level.
func (f *finding) tree(ctx context.Context) ([]match, error) {
	s, ok := spanOf(f.Words)
	if !ok {
		return nil, nil
	}
	deep := 8
	switch {
	case len(s.first) == 2:
		deep = 5 // all of the categories: two levels
	case s.first != s.last:
		deep = max(5, len(s.first)+1)
	}
	var rows []textRow
	err := f.send(ctx, func(b *pgx.Batch) {
		queue(b, &rows, treeSQL, f.ids, s.first, s.last+"~", withDot(s.first), withDot(s.last)+"~", f.System, deep)
	})
	if err != nil {
		return nil, err
	}
	found := map[code.Code]match{}
	for _, r := range rows {
		c := code.Code{System: r.System, Code: r.Code}
		if _, ok := found[c]; !ok && f.belongs(s, c) {
			found[c] = match{row: r, score: s.score(c), matched: []string{strings.ToLower(strings.TrimSpace(f.Words))}}
		}
	}
	list := make([]match, 0, len(found))
	for _, m := range found {
		list = append(list, m)
	}
	slices.SortFunc(list, match.compare)
	return list, nil
}

// belongs keeps out what only lies between: shorter codes, blocks that nobody
// asked for, and the tables of ICD-10-PCS that may be words (B12).
func (f *finding) belongs(s span, c code.Code) bool {
	switch {
	case f.System != "" && f.System != c.System, len(strings.ReplaceAll(c.Code, ".", "")) < len(s.first):
		return false
	case len(s.first) == 2:
		return c.Code == s.first || c.System == code.ICD10CM && hasDigit(s.first[1:])
	case strings.Contains(c.Code, "-"):
		return s.first != s.last
	case c.System == code.ICD10PCS:
		return len(s.first) > 3 || s.first[0] <= '9' || f.System == code.ICD10PCS
	}
	return true
}

// score falls with each level below what was asked for.
func (s span) score(c code.Code) float64 {
	below := len(strings.ReplaceAll(c.Code, ".", "")) - len(s.first)
	switch {
	case c.Code == s.whole || strings.ReplaceAll(c.Code, ".", "") == s.whole:
		return 1
	case strings.Contains(c.Code, "-"):
		return 0.97
	case s.first != s.last:
		below++
	}
	return 0.95 - 0.05*float64(min(max(below, 0), 8))
}
