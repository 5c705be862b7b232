package review

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult"
)

// A query is what the address of the list says. It travels with the links to a
// case, so that "next" means next in the same view and order.
type query struct {
	View   consult.View
	Search string
	Sort   string // "" is waiting
	Desc   bool
	After  string // cursor of this page
	Trail  string // cursors of the pages before it, for the way back
}

func readQuery(r *http.Request) query {
	f := func(name string) string { return clean(r.FormValue(name)) }
	q := query{View: consult.View(f("view")), Search: strings.TrimSpace(f("q")), Sort: f("sort"),
		Desc: f("desc") != "", After: f("after"), Trail: f("trail")}
	if !slices.Contains(consult.Views, q.View) {
		q.View = consult.ViewAll
	}
	if q.Sort == "waiting" {
		q.Sort = ""
	}
	return q
}

// values is q without its page.
func (q query) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.View != consult.ViewAll {
		set("view", string(q.View))
	}
	set("q", q.Search)
	set("sort", q.Sort)
	if q.Desc {
		set("desc", "1")
	}
	return v
}

func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (q query) list() string { return address("/", q.values()) }

// page is the list at a cursor.
func (q query) page(after, trail string) string {
	v := q.values()
	if after != "" {
		v.Set("after", after)
		v.Set("trail", trail)
	}
	return address("/", v)
}

// next and prev are the addresses of the neighbouring pages, empty where there
// is none. Keyset paging knows only the way on, so the cursors passed are kept.
func (q query) next(cursor string) string {
	if cursor == "" {
		return ""
	}
	return q.page(cursor, strings.TrimPrefix(q.Trail+"~"+q.After, "~"))
}

func (q query) prev() string {
	if q.After == "" {
		return ""
	}
	trail, after, _ := cutLast(q.Trail, "~")
	return q.page(after, trail)
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}

func (q query) filter(s *Server, v *visit) consult.Filter {
	return consult.Filter{View: q.View, Search: q.Search, Sort: q.Sort, Desc: q.Desc, After: q.After,
		Person: v.person.ID, Now: v.now, Today: s.today(v.now)}
}

// clean makes a form value fit for the database and for comparing: valid UTF-8,
// no NUL, line ends as we keep them.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.NewReplacer("\x00", "", "\r\n", "\n").Replace(s)
}
