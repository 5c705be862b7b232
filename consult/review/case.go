package review

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/jobs"
)

type casePage struct {
	frame
	Query    query
	List     string
	NextURL  string
	PrevURL  string
	Path     string // "/cases/10482"
	Case     caseBar
	Notices  []notice
	Mails    []mailView
	Draft    draftView
	Tab      string
	Tabs     []tabLink
	Plain    string // the plain part, on the tab "as sent"
	Changes  []diffPart
	Waiting  *waitingDraft
	Evidence evidence
	Attempts []attemptView
	History  []historyLine
	Key      string
}

// caseBar is what the top and the foot of the page say of the case. It is
// refreshed while the page is open.
type caseBar struct {
	ID         int64
	Version    int64
	State      consult.State
	StateWord  string
	StateClass string
	Practice   string
	From       string
	Address    string
	Trust      string // in words, empty where the sender passed
	TrustClass string
	Flags      []string
	Due        moment
	DueClass   string
	Claim      string // in words
	Mine       bool
	Others     bool // a living claim of somebody else
	LeftSec    int  // seconds left of my claim
	Editable   bool // the state takes an edit
	Decidable  bool // and an approval: there is a draft
	Trouble    bool // refused or unknown
	LastMail   int64
	Preview    string // first line of the newest mail
	DraftNo    int
}

// A tabLink is one of the views of the draft.
type tabLink struct {
	Value, Name string
	Here        bool
}

// A notice is a bar above the draft.
type notice struct {
	Class string // "", "warn", "bad"
	Text  string
	Form  string // action of the button's form, below the case's path; empty: no button
	Value string // what the button sends as "value"
	Label string

	Sticky bool // what became of a form: live updates leave it standing
}

// A typed text is what a form of the page carries.
type typed struct {
	Version  int64
	Base     int
	Subject  string
	To, Cc   string
	Markdown string
	Present  bool // the form had a text
}

type draftView struct {
	typed
	Author  string
	Failed  string // why no draft could be made
	Needs   string // the facts that the draft asks for, in words
	Newest  asker
	Reasons []recipientReason
	Saved   string
	MaySave bool
	Problem fieldProblem // what a refused action found in a field
}

// ProblemAt returns what is wrong with a field, for the page, or "".
func (d draftView) ProblemAt(field string) string {
	if d.Problem.Field != field {
		return ""
	}
	return d.Problem.Text
}

type waitingDraft struct {
	Version int
	Changes []diffPart
}

type attemptView struct {
	Recipient, State, Class, Words string
	At                             moment
}

type historyLine struct {
	At                    moment
	Actor, Action, Detail string
}

func casePath(id int64) string { return "/cases/" + strconv.FormatInt(id, 10) }

func pathID(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, consult.ErrNotFound
	}
	return id, nil
}

func casePageOf(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	page, err := s.casePage(r, v, nil)
	if err != nil {
		return err
	}
	if v.fragment {
		return s.render(w, http.StatusOK, "case#panels", page)
	}
	return s.render(w, http.StatusOK, "case", page)
}

// caseLive renders the parts of an open page that may change under a person's
// hands: bar, notices, attempts and foot. Never the editor.
func caseLive(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	page, err := s.newCasePage(r, v)
	if err != nil {
		return err
	}
	err = s.tx(r.Context(), func(tx pgx.Tx) error {
		_, err := s.fillLive(r.Context(), tx, page, v, nil)
		return err
	})
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "case#live", page)
}

// newCasePage reads the address of a case page.
func (s *Server) newCasePage(r *http.Request, v *visit) (*casePage, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return nil, err
	}
	q := readQuery(r)
	page := &casePage{frame: s.frame(r, v, fmt.Sprintf("Case %d", id)), Query: q, List: q.list(), Path: casePath(id),
		Tab: r.FormValue("tab"), Key: newKey()}
	page.Class, page.Case.ID = "casepage", id
	page.Here = address(page.Path, q.values())
	page.NextURL = address(page.Path+"/next", q.values())
	back := q.values()
	back.Set("back", "1")
	page.PrevURL = address(page.Path+"/next", back)
	if !slices.Contains([]string{"edit", "sent", "changes", "evidence"}, page.Tab) {
		page.Tab = "edit"
	}
	return page, nil
}

// casePage builds the page. kept is the text of a refused action: it stands in
// the editor instead of what is stored.
func (s *Server) casePage(r *http.Request, v *visit, kept *typed) (*casePage, error) {
	page, err := s.newCasePage(r, v)
	if err != nil {
		return nil, err
	}
	err = s.tx(r.Context(), func(tx pgx.Tx) error { return s.fillCase(r.Context(), tx, page, v, kept) })
	for _, t := range []tabLink{{"edit", "Edit", false}, {"sent", "As sent", false}, {"changes", "Changes", false}, {"evidence", "Evidence", false}} {
		if t.Here = t.Value == page.Tab; t.Value == "edit" && !page.Draft.MaySave {
			t.Name = "Text"
		}
		page.Tabs = append(page.Tabs, t)
	}
	return page, err
}

func (s *Server) fillCase(ctx context.Context, tx pgx.Tx, page *casePage, v *visit, kept *typed) error {
	c, err := s.fillLive(ctx, tx, page, v, kept)
	if err != nil {
		return err
	}
	history, err := consult.History(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if err := s.auditRead(ctx, tx, c.ID, v, history); err != nil {
		return err
	}
	page.History = s.historyLines(history, v.now)
	mails, err := jobs.Mails(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	page.Draft.Newest = newestAsker(c, mails...)
	page.Draft.Reasons = reasons(c, page.Draft.Newest, page.Draft.To, page.Draft.Cc)
	var mentions []code.Mention
	if page.Evidence, mentions, err = s.evidence(ctx, tx, c.ID); err != nil {
		return err
	}
	page.Mails = s.mailViews(mails, mentions, page.Path, v)
	return nil
}

// fillLive fills what the live parts show, and the draft that their notices
// speak of.
func (s *Server) fillLive(ctx context.Context, tx pgx.Tx, page *casePage, v *visit, kept *typed) (*consult.Case, error) {
	c, err := consult.Load(ctx, tx, page.Case.ID)
	if err != nil {
		return nil, err
	}
	page.Case = s.caseBar(c, v)
	if err := s.fillDraft(ctx, tx, page, c, v, kept); err != nil {
		return nil, err
	}
	attempts, err := consult.Attempts(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	page.Attempts = s.attemptViews(attempts, v.now)
	if c.State == consult.Approved || c.State == consult.Sending {
		if page.Paused, err = paused(ctx, tx); err != nil {
			return nil, err
		}
	}
	page.Undo, err = s.undoBar(ctx, tx, v)
	return c, err
}

// auditRead records that a person has read the case, once an hour.
func (s *Server) auditRead(ctx context.Context, tx pgx.Tx, id int64, v *visit, history []consult.AuditRow) error {
	for _, h := range slices.Backward(history) {
		if h.At.Before(v.now.Add(-time.Hour)) {
			break
		}
		if h.Actor == v.person.Email && h.Action == "read" {
			return nil
		}
	}
	return consult.AuditReading(ctx, tx, id, v.now, v.person.Email, "read", "")
}

func (s *Server) caseBar(c *consult.Case, v *visit) caseBar {
	b := caseBar{ID: c.ID, Version: c.Version, State: c.State, StateWord: word(stateWords, c.State),
		StateClass: stateClass(c.State), Practice: c.Practice, From: cmp.Or(c.FromName, c.FromAddress),
		Address: c.FromAddress, Flags: c.Flags, LastMail: c.LastMessage, Preview: c.Preview, DraftNo: c.DraftVersion}
	b.Trust, b.TrustClass = trustWords(c.Trust)
	switch c.State {
	case consult.Open, consult.Drafted:
		b.Due, b.DueClass = s.due(c.AskedAt, c.DueAt, v.now)
	case consult.Refused, consult.UnknownIf:
		b.Trouble = true
	}
	b.Decidable = (c.State == consult.Drafted || b.Trouble) && v.person.MayDecide()
	b.Editable = b.Decidable || c.State == consult.Open && v.person.MayDecide()
	if c.ClaimedBy == 0 || !v.now.Before(c.ClaimedUntil) {
		return b
	}
	left := c.ClaimedUntil.Sub(v.now)
	if c.ClaimedBy == v.person.ID {
		b.Mine, b.LeftSec = true, int(left.Seconds())
		b.Claim = "claimed by you, " + atLeastMinute(left) + " left"
	} else {
		b.Others = true
		b.Claim = "claimed by " + c.ClaimedName
	}
	return b
}

func (s *Server) attemptViews(list []consult.Attempt, now time.Time) []attemptView {
	var out []attemptView
	for _, a := range slices.Backward(list) {
		view := attemptView{Recipient: a.Recipient, State: string(a.State), At: s.clock(a.StartedAt, now)}
		switch a.State {
		case consult.AttemptSent:
			view.Class = "good"
		case consult.AttemptRefused, consult.AttemptUnknown:
			view.Class = "bad"
		case consult.AttemptDeferred:
			view.Class = "warn"
			view.State = "put off, again at " + s.clock(a.NextAt, now).Text
		}
		if a.Code != 0 {
			view.Words = strconv.Itoa(a.Code) + " "
		}
		view.Words += a.Reply
		out = append(out, view)
	}
	return out
}

func (s *Server) historyLines(rows []consult.AuditRow, now time.Time) []historyLine {
	var out []historyLine
	for _, h := range slices.Backward(rows) {
		out = append(out, historyLine{s.clock(h.At, now), h.Actor, h.Action, h.Detail})
	}
	return out
}

// nextCase leads to the neighbour in the view that the person came from, or to
// the list where there is none.
func nextCase(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	q := readQuery(r)
	var to string
	err = s.tx(r.Context(), func(tx pgx.Tx) error {
		to, err = s.nextURL(r.Context(), tx, id, q, v, r.FormValue("back") != "")
		return err
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Server) nextURL(ctx context.Context, tx pgx.Tx, id int64, q query, v *visit, back bool) (string, error) {
	f := q.filter(s, v)
	f.After = ""
	next, err := consult.Next(ctx, tx, f, id, back)
	if err != nil || next == 0 {
		return q.list(), err
	}
	return address(casePath(next), q.values()), nil
}
