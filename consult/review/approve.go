package review

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/jobs"
)

// summaryPage is what goes out, as the person must have seen it to approve.
type summaryPage struct {
	frame
	Path     string
	Query    query
	Case     caseBar
	Form     typed
	Ask      bool // a question back
	Key      string
	Newest   asker
	Reasons  []recipientReason
	Plain    string
	Preview  string // address of the HTML part
	Problems []string
	Evidence evidence
}

// summary shows the very rendering of what was typed, and the buttons that send
// it. It changes nothing but the kept text.
func summary(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	a, err := readAction(r, v)
	if err != nil {
		return err
	}
	e, err := a.edit()
	if err != nil {
		return s.refused(w, r, a, err)
	}
	if err := s.keep(r.Context(), a); err != nil {
		return err
	}
	page := &summaryPage{frame: s.frame(r, v, "Approve"), Path: casePath(a.id), Query: a.query, Form: a.form,
		Ask: a.value == consult.VerdictAsk, Key: newKey()}
	page.Here = a.page()
	err = s.tx(r.Context(), func(tx pgx.Tx) error {
		c, err := consult.Load(r.Context(), tx, a.id)
		if err != nil {
			return err
		}
		page.Case = s.caseBar(c, v)
		if err := a.expect(r.Context(), tx); err != nil {
			return err
		}
		mail, err := jobs.LoadMail(r.Context(), tx, c.LastMessage)
		if err != nil {
			return err
		}
		page.Newest = newestAsker(c, *mail)
		page.Reasons = reasons(c, page.Newest, a.form.To, a.form.Cc)
		page.Evidence, _, err = s.evidence(r.Context(), tx, a.id)
		return err
	})
	if err != nil {
		return s.refused(w, r, a, err)
	}
	page.Problems = s.problems(page, e)
	page.Plain, _, err = consult.Preview(a.form.Markdown, a.person, a.id)
	if err != nil {
		page.Problems = append(page.Problems, "The text cannot be rendered: it is too long, shorten it.")
	}
	if len(page.Problems) == 0 {
		if page.Problems, err = s.rehearse(r.Context(), a, e); err != nil {
			return err
		}
	}
	page.Preview = page.Path + "/preview?sum=" + sum(a.form.Markdown)
	if v.fragment {
		return s.render(w, http.StatusOK, "summary#dialog", page)
	}
	return s.render(w, http.StatusOK, "summary", page)
}

// problems lists what keeps the answer from going out as it stands.
func (s *Server) problems(page *summaryPage, e consult.Edit) []string {
	var out []string
	if err := checkRecipients(e.To, e.Cc, s.Letter.Own); err != nil {
		out = append(out, err.Error())
	}
	if strings.TrimSpace(e.Markdown) == "" {
		out = append(out, "The answer is empty.")
	}
	if page.Case.Others {
		out = append(out, "The case is "+page.Case.Claim+". Take it over on its page first.")
	}
	if !page.Case.Decidable {
		out = append(out, "The case is "+page.Case.StateWord+": nothing can be approved now.")
	}
	return out
}

// errRehearsed takes back what a rehearsal did.
var errRehearsed = errors.New("a rehearsal")

// rehearse approves and takes it back, and returns what consult finds unfit to
// be sent: what the summary promises is what approving does. A case that moved
// is told by the summary itself.
func (s *Server) rehearse(ctx context.Context, a *action, e consult.Edit) ([]string, error) {
	err := s.tx(ctx, func(tx pgx.Tx) error {
		_, err := consult.Approve(ctx, tx, consult.Approval{Edit: e, Version: a.form.Version,
			Verdict: consult.VerdictApprove, Key: newKey(), Letter: s.Letter})
		return cmp.Or(err, errRehearsed)
	})
	if p := problemOf(err); p != nil {
		return []string{p.Text}, nil
	}
	if status, _, _ := explain(err); status == http.StatusConflict || errors.Is(err, errRehearsed) {
		return nil, nil
	}
	return nil, err
}

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:8])
}

// preview renders the HTML part as it would go out, or did: over the name of
// the approver where the answer is decided, else of the person who looks. With
// "sum" it refuses to show another text than the summary was made of.
func preview(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	html, err := inTx(r.Context(), s, func(tx pgx.Tx) (string, error) {
		text, signer, err := outgoing(r.Context(), tx, id, v.person)
		if err != nil {
			return "", err
		}
		if want := r.FormValue("sum"); want != "" && want != sum(text) {
			return "<!DOCTYPE html><title>Changed</title><p>The text changed meanwhile. Close this and look again.", nil
		}
		_, html, err := consult.Preview(text, signer, id)
		return html, err
	})
	if err != nil {
		return err
	}
	inert(w)
	_, _ = w.Write([]byte(html))
	return nil
}

// outgoing is the text that would go out, and who signs it.
func outgoing(ctx context.Context, tx pgx.Tx, id int64, me consult.Person) (string, consult.Person, error) {
	c, err := consult.Load(ctx, tx, id)
	if err != nil {
		return "", me, err
	}
	version := c.DraftVersion
	switch d, err := consult.LastDecision(ctx, tx, id); {
	case err != nil && !errors.Is(err, consult.ErrNotFound):
		return "", me, err
	case err == nil && c.State != consult.Drafted && d.Verdict != consult.VerdictReject && d.Withdrawn == "":
		version = d.DraftVersion
		if me, err = consult.PersonByID(ctx, tx, d.Person); err != nil {
			return "", me, err
		}
	default:
		a, err := consult.Typing(ctx, tx, id, me.ID)
		if err != nil {
			return "", me, err
		}
		if a != nil {
			return a.Markdown, me, nil
		}
	}
	if version == 0 {
		return "", me, nil
	}
	d, err := consult.LoadDraft(ctx, tx, id, version)
	if err != nil {
		return "", me, err
	}
	return d.Markdown, me, nil
}

// approve fixes the bytes and inserts the job that sends them, in one
// transaction. A second press of the same form finds the first one's decision.
func approve(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		e, err := a.edit()
		if err != nil {
			return "", err
		}
		if err := checkRecipients(e.To, e.Cc, s.Letter.Own); err != nil {
			return "", err
		}
		if _, _, err := consult.Preview(e.Markdown, a.person, a.id); err != nil || strings.TrimSpace(e.Markdown) == "" {
			return "", &fieldProblem{"markdown", "The answer is empty or too long to be sent. Correct the text."}
		}
		verdict := consult.VerdictApprove
		if r.FormValue("verdict") == consult.VerdictAsk {
			verdict = consult.VerdictAsk
		}
		d, err := consult.Approve(ctx, tx, consult.Approval{Edit: e, Version: a.form.Version, Verdict: verdict, Key: a.key, Letter: s.Letter})
		if err != nil {
			return "", err
		}
		if d.DecidedAt.Equal(a.now) { // else an earlier press made it, and its job
			if err := s.Queue.Send(ctx, tx, d); err != nil {
				return "", err
			}
		}
		a.sent = true
		if a.value == "next" {
			return s.nextURL(ctx, tx, a.id, a.query, a.visit, false)
		}
		return "", nil
	})
}

// rejectPage asks why a case gets no answer.
type rejectPage struct {
	frame
	Path    string
	Query   query
	Case    caseBar
	Version int64
	Key     string
	Reasons []string
}

// rejectReasons are offered beside the person's own words.
var rejectReasons = []string{"Not a coding question", "Answered by phone", "Asked twice", "For somebody else"}

func settingAside(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	a, err := readAction(r, v)
	if err != nil {
		return err
	}
	if err := s.keep(r.Context(), a); err != nil {
		return err
	}
	page := &rejectPage{frame: s.frame(r, v, "Set aside"), Path: casePath(a.id), Query: a.query, Version: a.form.Version,
		Key: newKey(), Reasons: rejectReasons}
	page.Here = a.page()
	err = s.tx(r.Context(), func(tx pgx.Tx) error {
		c, err := consult.Load(r.Context(), tx, a.id)
		if err == nil {
			page.Case = s.caseBar(c, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	if v.fragment {
		return s.render(w, http.StatusOK, "reject#dialog", page)
	}
	return s.render(w, http.StatusOK, "reject", page)
}

func reject(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.act(w, r, v, func(ctx context.Context, tx pgx.Tx, a *action) (string, error) {
		reason := strings.TrimSpace(clean(r.FormValue("reason")) + " " + clean(r.FormValue("words")))
		if reason == "" {
			return "", badRequest("Say why the case gets no answer.")
		}
		err := consult.Reject(ctx, tx, consult.Rejection{CaseID: a.id, Person: a.person, Version: a.form.Version,
			Reason: reason, Key: a.key, Now: a.now})
		if err != nil {
			return "", err
		}
		return s.nextURL(ctx, tx, a.id, a.query, a.visit, false)
	})
}
