package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/jobs"
)

type listPage struct {
	frame
	Query      query
	Views      []viewLink
	Columns    []column
	Rows       []row
	Gone       []row // rows that a page still shows and this one does not hold
	Next, Prev string
	Clear      string // the list without its search
	Mailboxes  []mailboxLine
	LastMail   string // what the empty list says about the mailboxes
}

type viewLink struct {
	Name, URL string
	Count     string
	Class     string // red, grey or none
	Here      bool
}

type column struct {
	Name, Class string
	URL         string // sorts by this column; empty: does not sort
	Sorted      string // aria-sort
}

type row struct {
	ID          int64
	Version     int64
	URL         string
	Who         string // initials of the claimant
	WhoFull     string
	Mine        bool
	Practice    string
	From        string
	Subject     string
	Preview     string
	Attachments int
	Codes       []string
	More        int
	Topics      []string
	Draft       string
	State       string // empty where the draft's kind says enough
	StateClass  string
	Flags       []string
	Waiting     moment
	Due         moment
	DueClass    string
	Gone        string // why the row left the view: "sent by RK 10:41"
}

type mailboxLine struct {
	Text string
	Bad  bool
}

// listPageOf serves the list, and as /live the same for a script that holds its
// rows up to date: then "shown" names the cases that the page still shows.
func listPageOf(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	q := readQuery(r)
	page := &listPage{frame: s.frame(r, v, viewNames[q.View]), Query: q}
	err := s.tx(r.Context(), func(tx pgx.Tx) error {
		if err := s.fillList(r.Context(), tx, page, q, v); err != nil {
			return err
		}
		return s.fillGone(r.Context(), tx, page, r.FormValue("shown"), v)
	})
	if err != nil {
		return err
	}
	if id, ok := closedCase(page); ok && s.known(r.Context(), id) {
		http.Redirect(w, r, casePath(id), http.StatusSeeOther)
		return nil
	}
	if r.URL.Path == "/live" {
		return s.render(w, http.StatusOK, "list#live", page)
	}
	return s.render(w, http.StatusOK, "list", page)
}

// closedCase reads a search that found no row and may be a case's number:
// closed cases are in no view but found by it.
func closedCase(page *listPage) (int64, bool) {
	id, err := strconv.ParseInt(strings.TrimPrefix(page.Query.Search, "#"), 10, 64)
	return id, err == nil && len(page.Rows) == 0
}

func (s *Server) known(ctx context.Context, id int64) bool {
	return s.tx(ctx, func(tx pgx.Tx) error {
		_, err := consult.Load(ctx, tx, id)
		return err
	}) == nil
}

func (s *Server) fillList(ctx context.Context, tx pgx.Tx, page *listPage, q query, v *visit) error {
	f := q.filter(s, v)
	cases, err := consult.List(ctx, tx, f)
	if err != nil {
		if q.After != "" && !isDatabase(err) {
			return badRequest("This page's address is damaged. Start again from the first page.")
		}
		return err
	}
	for i := range cases.Cases {
		page.Rows = append(page.Rows, s.row(&cases.Cases[i], q, v))
	}
	page.Next, page.Prev = q.next(cases.Next), q.prev()
	if q.Search != "" {
		page.Clear = query{View: q.View, Sort: q.Sort, Desc: q.Desc}.list()
	}
	page.Columns = columns(q)
	if page.Views, err = s.views(ctx, tx, q.View, f); err != nil {
		return err
	}
	if page.Undo, err = s.undoBar(ctx, tx, v); err != nil {
		return err
	}
	if page.Paused, err = paused(ctx, tx); err != nil {
		return err
	}
	boxes, err := jobs.Mailboxes(ctx, tx)
	page.Mailboxes, page.LastMail = s.mailboxLines(boxes, v.now)
	return err
}

func (s *Server) row(c *consult.Case, q query, v *visit) row {
	out := row{ID: c.ID, Version: c.Version, URL: address(casePath(c.ID), q.values()), Practice: c.Practice, From: c.FromName,
		Subject: c.Subject, Preview: c.Preview, Attachments: c.Attachments, Flags: slices.Clone(c.Flags),
		Draft: word(draftWords, c.DraftKind), Waiting: s.ago(c.AskedAt, v.now)}
	if out.From == "" {
		out.From = c.FromAddress
	}
	if out.Practice == "" {
		_, out.Practice, _ = cutLast(c.FromAddress, "@")
	}
	if out.Subject == "" {
		out.Subject = "(no subject)"
	}
	out.Due, out.DueClass = s.due(c.AskedAt, c.DueAt, v.now)
	if c.State != consult.Open && c.State != consult.Drafted {
		out.State, out.StateClass = word(stateWords, c.State), stateClass(c.State)
		out.Due, out.DueClass = moment{}, ""
	}
	if c.ClaimedBy != 0 && v.now.Before(c.ClaimedUntil) {
		out.Mine = c.ClaimedBy == v.person.ID
		out.Who, out.WhoFull = initials(c.ClaimedName), "claimed by "+c.ClaimedName
	}
	if words, class := trustWords(c.Trust); class != "" {
		out.Flags = append(out.Flags, words)
	}
	out.Codes = c.Codes
	if len(c.Codes) > 3 {
		out.Codes, out.More = c.Codes[:3], len(c.Codes)-3
	}
	for _, i := range c.Intents {
		out.Topics = append(out.Topics, word(intentWords, i))
	}
	return out
}

// sortable columns, and the words over them. A name of its own in the address
// is also the name in consult.Filter.
var listColumns = []struct{ name, class, sort string }{
	{"Who", "who", ""}, {"Case", "number", "case"}, {"From", "from", "from"}, {"Question", "question", ""},
	{"Topic", "topic", ""}, {"Draft, flags", "draft", "draft"}, {"Waiting", "waiting", "waiting"}, {"Due", "due", "due"},
}

func columns(q query) []column {
	present := q.Sort
	if present == "" {
		present = "waiting"
	}
	var out []column
	for _, c := range listColumns {
		col := column{Name: c.name, Class: c.class}
		if c.sort != "" {
			to := query{View: q.View, Search: q.Search, Sort: c.sort}
			if c.sort == present {
				// The longest waiting come first by their time ascending.
				col.Sorted, to.Desc = "ascending", !q.Desc
				if q.Desc {
					col.Sorted = "descending"
				}
			}
			if to.Sort == "waiting" {
				to.Sort = ""
			}
			col.URL = to.list()
		}
		out = append(out, col)
	}
	return out
}

func (s *Server) views(ctx context.Context, tx pgx.Tx, here consult.View, f consult.Filter) ([]viewLink, error) {
	counts, err := consult.Counts(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	red, grey, err := jobs.AsideCounts(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []viewLink
	for _, name := range consult.Views {
		link := viewLink{Name: viewNames[name], URL: query{View: name}.list(), Here: name == here}
		if n, ok := counts[name]; ok {
			link.Count = capped(n)
		}
		if name == consult.ViewTrouble && counts[name] > 0 {
			link.Class = "red"
		}
		if name == consult.ViewSent {
			out = append(out, asideLink(red, grey, here == viewAside))
		}
		out = append(out, link)
	}
	return out, nil
}

// viewAside marks the page of messages set aside among the views. They are no
// cases, so consult does not know it.
const viewAside consult.View = "aside"

func asideLink(red, grey int, here bool) viewLink {
	link := viewLink{Name: "Set aside", URL: "/aside", Count: capped(red + grey), Here: here}
	if red > 0 {
		link.Class, link.Count = "red", capped(red)
	}
	return link
}

func capped(n int) string {
	if n >= consult.CountCap {
		return strconv.Itoa(consult.CountCap-1) + "+"
	}
	return strconv.Itoa(n)
}

func (s *Server) mailboxLines(boxes []jobs.Mailbox, now time.Time) (lines []mailboxLine, last string) {
	for _, b := range boxes {
		polled := "never polled"
		if !b.LastPoll.IsZero() && b.LastPoll.Unix() > 0 {
			polled = "polled " + secondsAgo(now.Sub(b.LastPoll))
		}
		switch {
		case b.NeedsSignIn:
			lines = append(lines, mailboxLine{fmt.Sprintf("Mailbox %s needs a new sign-in: run “caseconsultant mailbox sign-in %s”.", b.Name, b.Name), true})
		case now.Sub(b.LastPoll) > s.SilentAfter:
			line := fmt.Sprintf("Mailbox %s is silent: %s", b.Name, polled)
			if b.ErrorClass != "" {
				line += ", " + b.ErrorClass
			}
			lines = append(lines, mailboxLine{line + ". New mail is not seen: run “caseconsultant mailbox check”.", true})
		default:
			lines = append(lines, mailboxLine{fmt.Sprintf("%s %s", b.Name, polled), false})
		}
		last = polled
	}
	if len(boxes) == 0 {
		lines = append(lines, mailboxLine{"No mailbox is watched: configure one, or start a process with the poll role.", true})
	}
	return lines, last
}

func secondsAgo(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s ago", int(max(d, 0).Seconds()))
	}
	return span(d) + " ago"
}

// fillGone loads the cases that the browser still shows although they are not
// on this page, with what became of them.
func (s *Server) fillGone(ctx context.Context, tx pgx.Tx, page *listPage, shown string, v *visit) error {
	for i, id := range strings.Fields(shown) {
		n, err := strconv.ParseInt(id, 10, 64)
		here := slices.ContainsFunc(page.Rows, func(r row) bool { return r.ID == n })
		if err != nil || here || i > 2*consult.PageSize {
			continue
		}
		c, err := consult.Load(ctx, tx, n)
		if errors.Is(err, consult.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		r := s.row(c, page.Query, v)
		if r.Gone, err = s.whyGone(ctx, tx, c, v); err != nil {
			return err
		}
		page.Gone = append(page.Gone, r)
	}
	return nil
}

func (s *Server) whyGone(ctx context.Context, tx pgx.Tx, c *consult.Case, v *visit) (string, error) {
	what := word(stateWords, c.State)
	if c.State == consult.Drafted || c.State == consult.Open {
		if c.ClaimedBy != 0 && c.ClaimedBy != v.person.ID && v.now.Before(c.ClaimedUntil) {
			return "claimed by " + c.ClaimedName, nil
		}
		return "moved", nil
	}
	d, err := consult.LastDecision(ctx, tx, c.ID)
	if errors.Is(err, consult.ErrNotFound) {
		return what, nil
	}
	if err != nil {
		return "", err
	}
	p, err := consult.PersonByID(ctx, tx, d.Person)
	return fmt.Sprintf("%s by %s %s", what, initials(p.Name), s.clock(d.DecidedAt, v.now).Text), err
}
