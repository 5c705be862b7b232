package review

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// newKey makes an idempotency key for one rendering of a form.
func newKey() string { return rand.Text() }

// An action is one POST on a case.
type action struct {
	id    int64
	form  typed
	key   string
	value string // of the button pressed
	query query
	sent  bool // set by approve: the undo bar follows this case
	*visit
}

func readAction(r *http.Request, v *visit) (*action, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return nil, err
	}
	if err := r.ParseMultipartForm(maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			return nil, err
		}
		return nil, badRequest("The form was not understood. Reload the page.")
	}
	f := func(name string) string { return clean(r.FormValue(name)) }
	a := &action{id: id, key: f("key"), value: f("value"), query: readQuery(r), visit: v}
	a.form = typed{Subject: f("subject"), To: f("to"), Cc: f("cc"), Markdown: f("markdown"), Present: r.Form.Has("markdown")}
	a.form.Version, _ = strconv.ParseInt(f("version"), 10, 64) // absent is 0, which no case has
	a.form.Base, _ = strconv.Atoi(f("base"))
	return a, nil
}

func (a *action) page() string { return address(casePath(a.id), a.query.values()) }

// act does one change to a case: it keeps the typed text first, then runs do in
// one transaction and leads to the page that do names ("": the case's). A case
// that moved gives 409 and its page as it is now, with the text in the editor.
func (s *Server) act(w http.ResponseWriter, r *http.Request, v *visit, do func(context.Context, pgx.Tx, *action) (string, error)) error {
	a, err := readAction(r, v)
	if err != nil {
		return err
	}
	if err := s.keep(r.Context(), a); err != nil {
		return err
	}
	to, err := inTx(r.Context(), s, func(tx pgx.Tx) (string, error) { return do(r.Context(), tx, a) })
	if err != nil {
		return s.refused(w, r, a, err)
	}
	if to == "" {
		to = a.page()
	}
	if a.sent {
		s.sessions.Put(v.session.ctx, keySent, a.id)
		if err := s.commit(v); err != nil {
			return err
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// refused answers a change that the case or a field stood against.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, a *action, err error) error {
	status, _, text := explain(err)
	if status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		return err
	}
	if a.fragment {
		http.Error(w, text, status)
		return nil
	}
	page, pageErr := s.casePage(r, a.visit, &a.form)
	if pageErr != nil {
		return pageErr
	}
	if p := problemOf(err); p != nil && p.Field != "" && page.Draft.MaySave {
		page.Draft.Problem = *p
	} else {
		page.Notices = append([]notice{{Class: "bad", Text: text, Sticky: true}}, page.Notices...)
	}
	return s.render(w, status, "case", page)
}

// keep stores the text that came with an action, where it differs from the
// current version: whatever becomes of the action, the text is there.
func (s *Server) keep(ctx context.Context, a *action) error {
	if !a.form.Present {
		return nil
	}
	return s.tx(ctx, func(tx pgx.Tx) error {
		c, err := consult.Load(ctx, tx, a.id)
		if err != nil {
			return err
		}
		if a.form.Base == 0 && strings.TrimSpace(a.form.Markdown) == "" {
			// An editor that was empty from the start must not hide the draft that came since.
			if c.DraftVersion == 0 {
				return consult.DropTyping(ctx, tx, a.id, a.person.ID)
			}
			return nil
		}
		if c.DraftVersion != 0 {
			d, err := consult.LoadDraft(ctx, tx, a.id, c.DraftVersion)
			if err != nil || d.Markdown == a.form.Markdown && d.Subject == a.form.Subject {
				return err
			}
		}
		return consult.SaveTyping(ctx, tx, a.id, a.person, a.autosave())
	})
}

func (a *action) autosave() consult.Autosave {
	return consult.Autosave{Base: a.form.Base, Subject: a.form.Subject, Markdown: a.form.Markdown, SavedAt: a.now}
}

// edit reads the form as an edit; addresses that are none are a *fieldProblem.
func (a *action) edit() (consult.Edit, error) {
	e := consult.Edit{CaseID: a.id, Person: a.person, Base: a.form.Base, Subject: a.form.Subject, Markdown: a.form.Markdown, Now: a.now}
	if !a.form.Present {
		return e, badRequest("The form held no text. Reload the page.")
	}
	var err error
	if e.To, err = addressField("to", a.form.To); err != nil {
		return e, err
	}
	e.Cc, err = addressField("cc", a.form.Cc)
	return e, err
}

// expect refuses an action on a case that is not as its page showed it.
func (a *action) expect(ctx context.Context, tx pgx.Tx) error {
	c, err := consult.Load(ctx, tx, a.id)
	if err == nil && c.Version != a.form.Version {
		err = &consult.Conflict{State: c.State, Version: c.Version, Why: "the case changed since this page was made"}
	}
	return err
}

// typing stores what a person has typed so far, for a script, and says when.
func typing(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	a, err := readAction(r, v)
	if err != nil {
		return err
	}
	if !a.form.Present {
		return badRequest("The form held no text.")
	}
	if err := s.keep(r.Context(), a); err != nil {
		return err
	}
	return writeJSON(w, map[string]string{"saved": v.now.In(s.Zone).Format(time.TimeOnly)})
}

func writeJSON(w http.ResponseWriter, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data)
	return nil
}

// active is what a script sends when a person presses a key or clicks: it keeps
// session and claim alive.
func active(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	left := 0
	if id, err := strconv.ParseInt(r.FormValue("case"), 10, 64); err == nil {
		err = s.tx(r.Context(), func(tx pgx.Tx) error {
			c, err := consult.Load(r.Context(), tx, id)
			if err != nil || c.ClaimedBy != v.person.ID || !v.now.Before(c.ClaimedUntil) {
				return err
			}
			left = int(consult.ClaimFor.Seconds())
			_, err = consult.Claim(r.Context(), tx, id, v.person, false, v.now)
			return err
		})
		if err != nil {
			return err
		}
	}
	return writeJSON(w, map[string]int{"claim": left, "session": int(s.Idle.Seconds())})
}

// look keeps the text and shows another tab: the way there without a script.
func look(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(_ context.Context, _ pgx.Tx, a *action) (string, error) {
		to := a.query.values()
		to.Set("tab", a.value)
		return address(casePath(a.id), to), nil
	})
}

func claim(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		_, err := consult.Claim(ctx, tx, a.id, a.person, a.value == "take", a.now)
		return a.back(r), err
	})
}

func release(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		return a.back(r), consult.GiveBack(ctx, tx, a.id, a.person, a.now)
	})
}

// back leads to the page that an action from the list came from.
func (a *action) back(r *http.Request) string {
	if here := r.FormValue("here"); here != "" {
		return localPath(here)
	}
	return ""
}

func save(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		e, err := a.edit()
		if err != nil {
			return "", err
		}
		if strings.TrimSpace(e.Markdown) == "" {
			return "", &fieldProblem{"markdown", "The answer is empty. Write it, then save it."}
		}
		_, err = consult.SaveEdit(ctx, tx, e)
		return "", err
	})
}

func dropTyping(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	a, err := readAction(r, v)
	if err != nil {
		return err
	}
	err = s.tx(r.Context(), func(tx pgx.Tx) error { return consult.DropTyping(r.Context(), tx, a.id, a.person.ID) })
	if err != nil {
		return err
	}
	http.Redirect(w, r, a.page(), http.StatusSeeOther)
	return nil
}

func settleWaiting(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		if err := a.expect(ctx, tx); err != nil {
			return "", err
		}
		if a.value != "take" {
			return "", consult.DropWaiting(ctx, tx, a.id, a.person, a.now)
		}
		if err := consult.TakeWaiting(ctx, tx, a.id, a.person, a.now); err != nil {
			return "", err
		}
		return "", consult.DropTyping(ctx, tx, a.id, a.person.ID)
	})
}

func undo(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		return "", consult.Undo(ctx, tx, a.id, a.person, a.now)
	})
}

func restore(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		if err := a.expect(ctx, tx); err != nil {
			return "", err
		}
		return "", consult.Restore(ctx, tx, a.id, a.person, a.now)
	})
}

// settle is a person's word on an answer that was refused or is unknown.
func settle(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		return "", consult.Settle(ctx, tx, a.id, a.person, a.form.Version, a.value == "arrived", a.now)
	})
}
