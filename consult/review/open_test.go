package review

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// TestWriteByHand: a case that the machine has no draft of, not yet or because
// it failed, is answered by a person: written, saved, approved.
func TestWriteByHand(t *testing.T) {
	for name, tc := range map[string]struct {
		undrafted bool
		failed    string
		says      string
		approve   bool // offered before anything is written
	}{
		"not drafted yet": {undrafted: true, says: "The draft is being made"},
		"failed":          {failed: "consult: the code tables are missing", says: "No draft could be made: consult: the code tables are missing. Write the answer yourself.", approve: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			q := simple(5)
			q.undrafted, q.failed = tc.undrafted, tc.failed
			id := d.ask(q)
			c := d.client("rosa@desk.example")
			page := c.get(at(id))
			if !strings.Contains(page.body, tc.says) || strings.Contains(page.body, `id="approve"`) != tc.approve {
				t.Errorf("the page does not say %q, or offers the wrong actions\n%s", tc.says, page.body)
			}
			form := page.form(t, "editor")
			if form.Get("to") != "Dana Lane <dana5@ortho.example>" || form.Get("subject") != "Re: Question 5" {
				t.Errorf("the editor answers %q about %q", form.Get("to"), form.Get("subject"))
			}
			form.Set("markdown", " ")
			if a := c.post(at(id, "/save"), form); a.status != http.StatusUnprocessableEntity {
				t.Errorf("an empty answer: status %d", a.status)
			}
			form.Set("markdown", "Written by hand.")
			c.post(at(id, "/type"), form)
			if got := c.get(at(id)).form(t, "editor").Get("markdown"); got != "Written by hand." {
				t.Errorf("what was typed is gone: %q", got)
			}
			if a := c.post(at(id, "/save"), form); a.status != http.StatusSeeOther {
				t.Fatalf("save: status %d\n%s", a.status, d.log)
			}
			if c := d.load(id); c.State != consult.Drafted || c.ClaimedName != "Rosa Keller" {
				t.Errorf("case %s, claimed by %q", c.State, c.ClaimedName)
			}
			if body := c.get(at(id)).body; strings.Contains(body, "No draft could be made") || !strings.Contains(body, `id="approve"`) {
				t.Error("the saved answer cannot be approved")
			}
			c.post(at(id, "/approve"), c.summaryForm(id, "Written by hand.", "approve"))
			if c := d.load(id); c.State != consult.Approved || d.sendJobs() != 1 {
				t.Errorf("case %s, %d jobs", c.State, d.sendJobs())
			}
		})
	}
}

// TestApproveBeforeSaving: a case without a draft is not approved by a form that
// a page never made; the text is kept.
func TestApproveBeforeSaving(t *testing.T) {
	d := newDesk(t)
	q := simple(5)
	q.undrafted = true
	id := d.ask(q)
	c := d.client("rosa@desk.example")
	form := c.get(at(id)).form(t, "editor")
	form.Set("markdown", "Too early.")
	if a := c.post(at(id, "/summary"), form); strings.Contains(a.body, `id="go"`) || !strings.Contains(a.body, "nothing can be approved now") {
		t.Errorf("the summary offers to approve: status %d", a.status)
	}
	a := c.post(at(id, "/approve"), form)
	if a.status != http.StatusConflict || a.form(t, "editor").Get("markdown") != "Too early." {
		t.Errorf("status %d", a.status)
	}
}

// TestSetAsideAnOpenCase: an obvious non-question needs no draft to be rejected,
// and comes back as one that can be answered.
func TestSetAsideAnOpenCase(t *testing.T) {
	d := newDesk(t)
	q := simple(5)
	q.undrafted = true
	id := d.ask(q)
	c := d.client("rosa@desk.example")
	page := c.get(at(id))
	if !strings.Contains(page.body, `id="set-aside"`) {
		t.Error("the page does not offer it")
	}
	form := c.post(at(id, "/setting-aside"), page.form(t, "editor")).form(t, at(id, "/reject"))
	form.Set("words", "not for us")
	if a := c.post(at(id, "/reject"), form); a.status != http.StatusSeeOther || d.load(id).State != consult.Rejected {
		t.Fatalf("status %d, case %s\n%s", a.status, d.load(id).State, d.log)
	}
	if a := c.post(at(id, "/restore"), c.get(at(id)).form(t, "editor")); a.status != http.StatusSeeOther {
		t.Errorf("restore: status %d\n%s", a.status, d.log)
	}
	if got := c.get(at(id)).form(t, "editor").Get("to"); got != "Dana Lane <dana5@ortho.example>" {
		t.Errorf("the restored case answers %q", got)
	}
}

// TestMachineDraftBesideTyping: an untouched empty editor never hides the draft
// that arrives later, and one that was typed in keeps its text.
func TestMachineDraftBesideTyping(t *testing.T) {
	for typed, want := range map[string]string{"": "The pair is bundled.\n\nSource: NCCI.", "Mine.": "Mine."} {
		d := newDesk(t)
		q := simple(5)
		q.undrafted = true
		id := d.ask(q)
		c := d.client("rosa@desk.example")
		form := c.get(at(id)).form(t, "editor")
		form.Set("markdown", typed)
		c.post(at(id, "/claim"), form)
		d.tx(func(tx pgx.Tx) error { return d.storeDraft(tx, id, d.load(id).LastMessage, q, q.body, d.now()) })
		c.post(at(id, "/claim"), form) // of the page as it still stands
		if got := c.get(at(id)).form(t, "editor").Get("markdown"); got != want {
			t.Errorf("after typing %q the editor holds %q", typed, got)
		}
	}
}
