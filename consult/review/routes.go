package review

import (
	"net/http"
	"time"

	"github.com/caseconsultant/caseconsultant/consult"
)

// access says who may use a route.
type access int

const (
	anybody access = iota // signed in or not
	reads                 // every role
	decides               // every role but the auditor's
)

// A visit is one request of one person.
type visit struct {
	person   consult.Person
	session  session
	now      time.Time
	fragment bool // a script asks for the inner part of a page
}

type handle func(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error

// A route is one line of the table that says who may do what. A quiet one does
// not count as activity: it keeps no session alive.
type route struct {
	pattern string
	access  access
	quiet   bool
	handle  handle
}

var routes = []route{
	{"GET /sign-in", anybody, true, signInPage},
	{"POST /sign-in", anybody, true, signIn},
	{"POST /sign-out", anybody, true, signOut},

	{"GET /{$}", reads, false, listPageOf},
	{"GET /live", reads, true, listPageOf},
	{"GET /events", reads, true, events},
	{"POST /active", reads, false, active},
	{"GET /aside", reads, false, asidePageOf},
	{"GET /aside/{mail}", reads, false, asideMailPageOf},
	{"GET /aside/{mail}/formatted", reads, true, asideFormatted},
	{"GET /aside/{mail}/raw", reads, false, asideRaw},
	{"GET /aside/{mail}/attachments/{n}", reads, false, asideAttachment},
	{"POST /aside/{mail}/take", decides, false, takeAside},
	{"POST /aside/{mail}/discard", decides, false, discardAside},

	{"GET /cases/{id}", reads, false, casePageOf},
	{"GET /cases/{id}/live", reads, true, caseLive},
	{"GET /cases/{id}/next", reads, false, nextCase},
	{"GET /cases/{id}/preview", reads, true, preview},
	{"GET /cases/{id}/mails/{mail}", reads, false, mailPageOf},
	{"GET /cases/{id}/mails/{mail}/formatted", reads, true, formatted},
	{"GET /cases/{id}/mails/{mail}/raw", reads, false, raw},
	{"GET /cases/{id}/mails/{mail}/attachments/{n}", reads, false, attachment},

	{"POST /cases/{id}/type", decides, true, typing},
	{"POST /cases/{id}/look", decides, false, look},
	{"POST /cases/{id}/claim", decides, false, claim},
	{"POST /cases/{id}/release", decides, false, release},
	{"POST /cases/{id}/save", decides, false, save},
	{"POST /cases/{id}/drop", decides, false, dropTyping},
	{"POST /cases/{id}/waiting", decides, false, settleWaiting},
	{"POST /cases/{id}/summary", decides, false, summary},
	{"POST /cases/{id}/approve", decides, false, approve},
	{"POST /cases/{id}/undo", decides, false, undo},
	{"POST /cases/{id}/setting-aside", decides, false, settingAside},
	{"POST /cases/{id}/reject", decides, false, reject},
	{"POST /cases/{id}/restore", decides, false, restore},
	{"POST /cases/{id}/settle", decides, false, settle},
}

// maxForm bounds the body of a POST; a reply holds at most 32 KiB.
const maxForm = 1 << 20

func (s *Server) mux() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range routes {
		mux.Handle(rt.pattern, s.serve(rt))
	}
	mux.Handle("GET /static/", s.pages.static())
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.pages.prefix+"icon.svg", http.StatusSeeOther)
	})
	mux.Handle("GET /", s.serve(route{"GET /", anybody, true, nothingHere}))
	return mux
}

func nothingHere(*Server, http.ResponseWriter, *http.Request, *visit) error {
	return consult.ErrNotFound
}

// serve wraps one route: session, role, limits, errors.
func (s *Server) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{now: s.Now(), fragment: r.Header.Get("X-Fragment") != ""}
		w.Header().Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		err := s.admit(r, rt, v)
		if err == nil {
			err = rt.handle(s, w, r, v)
		}
		if err != nil {
			s.fail(w, r, v, rt.pattern, err)
		}
	})
}

// admit fills the visit and says whether the route is open to it.
func (s *Server) admit(r *http.Request, rt route, v *visit) error {
	if err := s.load(r, v, rt.quiet); err != nil {
		return err
	}
	switch {
	case rt.access == anybody:
		return nil
	case v.person.ID == 0:
		return errSignedOut
	case rt.access == decides && !v.person.MayDecide():
		return errReadOnly
	}
	return nil
}
