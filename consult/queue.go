package consult

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A View is one of the queue's standing selections.
type View string

// The views of the list page. Messages set aside are no cases and are listed by
// package jobs.
const (
	ViewMine      View = "mine"
	ViewUnclaimed View = "unclaimed"
	ViewWaiting   View = "waiting" // for the asker
	ViewTrouble   View = "trouble" // refused or unknown
	ViewSent      View = "sent"    // answered today
	ViewAll       View = "all"     // every case that is not closed
)

// Views in the order of the page.
var Views = []View{ViewMine, ViewUnclaimed, ViewWaiting, ViewTrouble, ViewSent, ViewAll}

// viewWhere selects the rows of a view. $1 is the person, $2 now, $3 the start
// of today. Each is served by a partial index.
var viewWhere = map[View]string{
	ViewMine:      `c.claimed_by = $1 and c.claimed_until > $2 and c.state not in ('answered', 'rejected')`,
	ViewUnclaimed: `(c.claimed_by is null or c.claimed_until <= $2) and c.state in ('open', 'drafted')`,
	ViewWaiting:   `c.state = 'waiting for asker' and c.state not in ('answered', 'rejected')`,
	ViewTrouble:   `c.state in ('refused', 'unknown') and c.state not in ('answered', 'rejected')`,
	ViewSent:      `c.closed_at >= $3 and c.state = 'answered'`,
	ViewAll:       `c.state not in ('answered', 'rejected')`,
}

// Sorts of the list: a column and its type, for keyset paging.
var sorts = map[string]struct{ column, typ string }{
	"waiting": {"c.asked_at", "timestamptz"},
	"due":     {"c.due_at", "timestamptz"},
	"case":    {"c.id", "bigint"},
	"from":    {"c.from_address", "text"},
	"draft":   {"c.draft_kind", "text"},
}

// PageSize is how many rows a page of the list holds.
const PageSize = 50

// A Filter selects rows of the list. The zero Filter is every open case, the
// longest waiting first.
type Filter struct {
	View   View
	Search string // words, code:99213, from:, practice:, a case number
	Sort   string // waiting (default), due, case, from, draft
	Desc   bool
	After  string // Next of the page before
	Person int64
	Now    time.Time
	Today  time.Time // start of the day in the configured zone
}

// A Page is one page of the list.
type Page struct {
	Cases []Case
	Next  string // cursor of the next page, empty on the last
	Prev  bool   // there is a page before
}

// List returns one page of cases.
func List(ctx context.Context, tx pgx.Tx, f Filter) (*Page, error) {
	sort, ok := sorts[f.Sort]
	if !ok {
		sort = sorts["waiting"]
	}
	args := []any{f.Person, f.Now, f.Today}
	where, args := searchWhere(f, args)
	if f.After != "" {
		value, id, err := readCursor(f.After)
		if err != nil {
			return nil, err
		}
		args = append(args, value, id)
		op := ">"
		if f.Desc {
			op = "<"
		}
		where += fmt.Sprintf(` and (%s, c.id) %s ($%d::text::%s, $%d::bigint)`, sort.column, op, len(args)-1, sort.typ, len(args))
	}
	dir := ""
	if f.Desc {
		dir = " desc"
	}
	sql := fmt.Sprintf(`-- name: ListCases
		select %s, %s::text%swhere %s and ($1::bigint, $2::timestamptz, $3::timestamptz) is not null
		order by %s%s, c.id%s limit %d`,
		caseColumns, sort.column, caseFrom, where, sort.column, dir, dir, PageSize+1)
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	page := &Page{Prev: f.After != ""}
	var keys []string
	for rows.Next() {
		var c Case
		var key string
		if err := rows.Scan(append(c.fields(), &key)...); err != nil {
			return nil, err
		}
		page.Cases, keys = append(page.Cases, c), append(keys, key)
	}
	if len(page.Cases) > PageSize {
		page.Cases = page.Cases[:PageSize]
		page.Next = cursor(keys[PageSize-1], page.Cases[PageSize-1].ID)
	}
	return page, rows.Err()
}

func searchWhere(f Filter, args []any) (string, []any) {
	where := viewWhere[ViewAll]
	if w, ok := viewWhere[f.View]; ok {
		where = w
	}
	for _, word := range strings.Fields(f.Search) {
		key, value, typed := strings.Cut(word, ":")
		n, numErr := strconv.ParseInt(strings.TrimPrefix(word, "#"), 10, 64)
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(value)) + "%"
		switch {
		case typed && key == "code":
			args = append(args, []string{strings.ToUpper(value)})
			where += fmt.Sprintf(` and c.codes @> $%d`, len(args))
		case typed && key == "from":
			args = append(args, like)
			where += fmt.Sprintf(` and (lower(c.from_address) like $%[1]d or lower(c.from_name) like $%[1]d)`, len(args))
		case typed && key == "practice":
			args = append(args, like)
			where += fmt.Sprintf(` and lower(pr.name) like $%d`, len(args))
		case numErr == nil && n >= 10000:
			args = append(args, n, []string{word})
			where += fmt.Sprintf(` and (c.id = $%d or c.codes @> $%d)`, len(args)-1, len(args))
		default:
			args = append(args, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(word))+"%", []string{strings.ToUpper(word)})
			where += fmt.Sprintf(` and (lower(c.subject || ' ' || c.preview) like $%d or c.codes @> $%d)`, len(args)-1, len(args))
		}
	}
	return where, args
}

func cursor(key string, id int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(id, 10) + " " + key))
}

var errCursor = errors.New("the page address is damaged: start again from the first page")

func readCursor(s string) (key string, id int64, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", 0, errCursor
	}
	num, key, ok := strings.Cut(string(b), " ")
	id, err = strconv.ParseInt(num, 10, 64)
	if !ok || err != nil {
		return "", 0, errCursor
	}
	return key, id, nil
}

// CountCap is where counting stops: the page then says "999+".
const CountCap = 1000

// Counts returns how many cases each view but the sent ones holds, at most
// CountCap each, without looking at closed cases.
func Counts(ctx context.Context, tx pgx.Tx, f Filter) (map[View]int, error) {
	counts := map[View]int{}
	for _, v := range Views {
		if v == ViewSent {
			continue
		}
		var n int
		err := tx.QueryRow(ctx, fmt.Sprintf(`-- name: CountView
			select count(*) from (select 1 from cases c where %s
				and ($1::bigint, $2::timestamptz, $3::timestamptz) is not null limit %d) t`, viewWhere[v], CountCap),
			f.Person, f.Now, f.Today).Scan(&n)
		if err != nil {
			return nil, err
		}
		counts[v] = n
	}
	return counts, nil
}

// Next returns the case after id in the filter's view and order, skipping those
// that another person holds, or 0. The case itself may have left the view.
func Next(ctx context.Context, tx pgx.Tx, f Filter, id int64, back bool) (int64, error) {
	sort, ok := sorts[f.Sort]
	if !ok {
		sort = sorts["waiting"]
	}
	args := []any{f.Person, f.Now, f.Today}
	where, args := searchWhere(f, args)
	args = append(args, id)
	op, dir := ">", ""
	if f.Desc != back {
		op, dir = "<", " desc"
	}
	var next int64
	err := tx.QueryRow(ctx, fmt.Sprintf(`-- name: NextCase
		select c.id%[1]swhere %[2]s and (c.claimed_by is null or c.claimed_by = $1 or c.claimed_until <= $2)
			and ($1::bigint, $2::timestamptz, $3::timestamptz) is not null
			and (%[3]s, c.id) %[4]s (select %[3]s, c.id from cases c where c.id = $%[5]d)
		order by %[3]s%[6]s, c.id%[6]s limit 1`, caseFrom, where, sort.column, op, len(args), dir), args...).Scan(&next)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return next, err
}
