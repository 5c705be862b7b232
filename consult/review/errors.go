package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/caseconsultant/caseconsultant/consult"
)

var (
	errSignedOut = errors.New("signed out")
	errReadOnly  = errors.New("this account reads only")
	errNoHTTPS   = errors.New("sign-in needs HTTPS")
)

// A badRequest is a request that our own pages never make, or a field that the
// person has to correct. Its text is shown; it quotes nothing of the request.
type badRequest string

func (e badRequest) Error() string { return string(e) }

// A fieldProblem is what the person has to correct in one field of the case
// page: to, cc, subject or markdown. Its text quotes nothing.
type fieldProblem struct{ Field, Text string }

func (e *fieldProblem) Error() string { return e.Text }

// problemOf returns what err says of a field, or nil.
func problemOf(err error) *fieldProblem {
	var field *fieldProblem
	var unfit *consult.ErrUnfit
	switch {
	case errors.As(err, &field):
		return field
	case errors.As(err, &unfit):
		return unfitField(unfit.Why)
	}
	return nil
}

// unfitField finds the field that a sentence of consult or compose is about;
// Field is empty where it is about none.
func unfitField(why string) *fieldProblem {
	p := &fieldProblem{Text: strings.ToUpper(why[:min(1, len(why))]) + why[min(1, len(why)):] + "."}
	for _, f := range []struct{ words, field, hint string }{
		{": subject:", "subject", " Part or shorten its long words."},
		{": cc:", "cc", ""}, {": to:", "to", ""}, {"recipient", "to", ""}, {"text", "markdown", ""},
	} {
		if strings.Contains(why, f.words) {
			p.Field = f.field
			p.Text += f.hint
			break
		}
	}
	return p
}

// fail is the one place where an error becomes an answer. What it logs holds
// the route's pattern and a class, never an address or content.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, v *visit, pattern string, err error) {
	status, title, text := explain(err)
	switch {
	case errors.Is(err, errSignedOut) && !v.fragment && r.Method == http.MethodGet:
		http.Redirect(w, r, signInURL(r), http.StatusSeeOther)
		return
	case status == http.StatusInternalServerError && r.Context().Err() != nil:
		return // the browser went away
	case status == http.StatusInternalServerError:
		s.Log.Error("a page failed", "route", pattern, "reason", reason(err))
	}
	if v.fragment {
		http.Error(w, text, status)
		return
	}
	page := &errorPage{frame: s.frame(r, v, title), Text: text}
	if err := s.render(w, status, "error", page); err != nil {
		s.Log.Error("the error page failed", "route", pattern, "reason", reason(err))
		http.Error(w, text, status)
	}
}

type errorPage struct {
	frame
	Text string
}

func explain(err error) (status int, title, text string) {
	var conflict *consult.Conflict
	var claimed *consult.ErrClaimed
	var bad badRequest
	var tooBig *http.MaxBytesError
	if p := problemOf(err); p != nil {
		return http.StatusUnprocessableEntity, "Not done", p.Text
	}
	switch {
	case errors.Is(err, errSignedOut):
		return http.StatusUnauthorized, "Signed out", "Sign in again. What you typed is kept."
	case errors.Is(err, errReadOnly):
		return http.StatusForbidden, "Not allowed", "This account reads only. A coder, lead or administrator can do this."
	case errors.Is(err, errNoHTTPS):
		return http.StatusForbidden, "Sign-in needs HTTPS", noHTTPS
	case errors.Is(err, consult.ErrNotFound):
		return http.StatusNotFound, "Not found", "There is nothing under this address. It may have been handled meanwhile."
	case errors.As(err, &conflict):
		return http.StatusConflict, "The case moved", fmt.Sprintf("Not done: %s. The case is now %s.", conflict.Why, conflict.State)
	case errors.As(err, &claimed):
		return http.StatusConflict, "Claimed", fmt.Sprintf("Not done: %s has claimed this case.", claimed.By)
	case errors.As(err, &tooBig):
		return http.StatusRequestEntityTooLarge, "Too long", "The text is too long to be sent. Shorten it."
	case errors.As(err, &bad):
		return http.StatusUnprocessableEntity, "Not done", string(bad)
	}
	return http.StatusInternalServerError, "Something failed",
		"This did not work, and nothing was changed. Try again; if it happens again, the program's log names the reason."
}

// reason describes an error for the log. A database error's text can quote
// values, so only its code is told.
func reason(err error) string {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &pg):
		return "SQLSTATE " + pg.Code
	case errors.Is(err, context.Canceled):
		return "canceled"
	}
	return err.Error()
}

func isDatabase(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg)
}
