package review

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// summaryForm walks to the summary of a case with a text and returns its form.
func (c *client) summaryForm(id int64, text, verdict string) url.Values {
	c.d.Helper()
	form := c.get(at(id)).form(c.d, "editor")
	form.Set("markdown", text)
	form.Set("value", verdict)
	return c.post(at(id, "/summary"), form).form(c.d, at(id, "/approve"))
}

// finish makes the last decision of a case end in a state, as package jobs would.
func (d *desk) finish(id int64, state consult.AttemptState, reply string) {
	d.Helper()
	d.later(consult.UndoFor + time.Second)
	d.tx(func(tx pgx.Tx) error {
		dec, err := consult.LastDecision(d.Context(), tx, id)
		if err != nil {
			return err
		}
		if dec, err = consult.BeginSending(d.Context(), tx, dec.ID, d.now()); err != nil {
			return err
		}
		a, err := consult.StartAttempt(d.Context(), tx, dec, consult.AttemptLease, d.now())
		if err != nil {
			return err
		}
		a.State, a.Phase, a.Code, a.Reply = state, "dot", 550, reply
		if err := consult.FinishAttempt(d.Context(), tx, id, a, d.now()); err != nil {
			return err
		}
		_, err = consult.Conclude(d.Context(), tx, dec, d.now())
		return err
	})
}

// TestSecondPress: the same form pressed twice gives one decision and one job.
func TestSecondPress(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	form := c.summaryForm(id, "The words.", "approve")
	for i := range 2 {
		if a := c.post(at(id, "/approve"), form); a.status != http.StatusSeeOther {
			t.Errorf("press %d: status %d", i+1, a.status)
		}
	}
	if ids, _ := d.decisions(id); len(ids) != 1 || d.sendJobs() != 1 {
		t.Errorf("%d decisions, %d jobs", len(ids), d.sendJobs())
	}
}

// TestConflictKeepsTheText: whatever stood against an action, its page comes
// back with status 409, the present state, and the typed text in the editor.
func TestConflictKeepsTheText(t *testing.T) {
	jonHas := func(d *desk, id int64) error {
		return pgx.BeginFunc(d.Context(), d.pool, func(tx pgx.Tx) error {
			_, err := consult.Claim(d.Context(), tx, id, d.people["jon@desk.example"], true, d.now())
			return err
		})
	}
	newMail := func(d *desk, id int64) error {
		q := simple(0)
		q.from, q.body, q.joins = "dana5@ortho.example", "and the left side?\n", id
		d.ask(q)
		return nil
	}
	for _, tc := range []struct {
		name   string
		before func(*desk, int64) error
		says   string
	}{
		{"a colleague has it", jonHas, "Jon Abara has claimed this case"},
		{"a newer mail joined", newMail, "and the left side?"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newDesk(t)
			d.person("jon@desk.example", "Jon Abara", "", "coder")
			id := d.ask(simple(5))
			c := d.client("rosa@desk.example")
			form := c.summaryForm(id, "My own words, long in the making.", "approve")
			if err := tc.before(d, id); err != nil {
				t.Fatal(err)
			}
			a := c.post(at(id, "/approve"), form)
			if a.status != http.StatusConflict || !strings.Contains(a.body, tc.says) || !strings.Contains(a.body, "Not done: ") {
				t.Errorf("status %d\n%s", a.status, a.body)
			}
			if got := a.form(t, "editor").Get("markdown"); got != "My own words, long in the making." {
				t.Errorf("the editor holds %q", got)
			}
			if d.sendJobs() != 0 {
				t.Error("something would be sent")
			}
		})
	}
}

// TestFieldsAreChecked: what a person can correct is said in words, with the
// text kept, and nothing is decided.
func TestFieldsAreChecked(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	for name, tc := range map[string]struct{ field, value, says string }{
		"no recipient":     {"to", "", "has no recipient"},
		"not an address":   {"to", "dana at ortho", "is no address"},
		"twice":            {"cc", "DANA5@ortho.example", "named twice"},
		"ourselves":        {"cc", "consult@desk.example", "our own address"},
		"nothing to say":   {"markdown", "  \n", "empty or too long"},
		"no end of it all": {"markdown", strings.Repeat("word ", 9000), "empty or too long"},
	} {
		form := c.summaryForm(id, "A text.", "approve")
		form.Set(tc.field, tc.value)
		a := c.post(at(id, "/approve"), form)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, tc.says) {
			t.Errorf("%s: status %d", name, a.status)
		}
	}
	if c := d.load(id); c.State != consult.Drafted || d.sendJobs() != 0 {
		t.Errorf("case %s, %d jobs", c.State, d.sendJobs())
	}
}

// TestApprovalSendsWhatWasShown: the summary's text and recipients are those of
// the bytes, under the approver's name, and an untouched draft is no new version.
func TestApprovalSendsWhatWasShown(t *testing.T) {
	d := newDesk(t)
	q := simple(5)
	q.name = `O'Brien, "Dee" Müller`
	id := d.ask(q)
	c := d.client("rosa@desk.example")
	page := c.get(at(id))
	form := page.form(t, "editor")
	form.Set("value", "approve")
	sum := c.post(at(id, "/summary"), form)
	if !strings.Contains(sum.body, "dana5@ortho.example") || !strings.Contains(sum.body, "Rosa Keller, CPC") {
		t.Errorf("the summary shows neither recipient nor signature\n%s", sum.body)
	}
	c.post(at(id, "/approve"), sum.form(t, at(id, "/approve")))
	_, raws := d.decisions(id)
	if len(raws) != 1 || !strings.Contains(raws[0], "Rosa Keller, CPC") || !strings.Contains(raws[0], "dana5@ortho.example") {
		t.Fatalf("bytes %q", raws)
	}
	if v := d.load(id).DraftVersion; v != 1 {
		t.Errorf("an untouched draft became version %d", v)
	}
	jon := d.person("jon@desk.example", "Jon Abara", "", "lead")
	if a := d.client(jon.Email).get(at(id, "/preview")); !strings.Contains(a.body, "Rosa Keller") || strings.Contains(a.body, "Jon") {
		t.Error("the rendering of a decided answer is signed by who looks at it")
	}
}

// TestSummaryNeverShowsAnotherText: the preview belongs to one text.
func TestSummaryNeverShowsAnotherText(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	c.summaryForm(id, "First text.", "approve")
	if a := c.get(at(id, "/preview?sum="+sum("First text."))); !strings.Contains(a.body, "First text.") {
		t.Errorf("preview of the text: %s", a.body)
	}
	c.summaryForm(id, "Second text.", "approve")
	if a := c.get(at(id, "/preview?sum="+sum("First text."))); strings.Contains(a.body, "Second text.") || !strings.Contains(a.body, "changed") {
		t.Errorf("preview of another text: %s", a.body)
	}
}

// TestQuestionBack sends like an approval; the case then waits for the asker.
func TestQuestionBack(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	c.post(at(id, "/approve"), c.summaryForm(id, "Which knee?", "ask"))
	d.finish(id, consult.AttemptSent, "ok")
	if c := d.load(id); c.State != consult.Waiting {
		t.Errorf("the case is %s", c.State)
	}
	if a := c.get("/?view=waiting"); !strings.Contains(a.body, "waiting for asker") {
		t.Error("the case is not in its view")
	}
}

// TestRefusedAnswer comes back with the server's words and what to do.
func TestRefusedAnswer(t *testing.T) {
	for value, want := range map[string]consult.State{"arrived": consult.Answered, "work": consult.Drafted} {
		d := newDesk(t)
		id := d.ask(simple(5))
		c := d.client("rosa@desk.example")
		c.post(at(id, "/approve"), c.summaryForm(id, "An answer.", "approve"))
		d.finish(id, consult.AttemptRefused, "mailbox unavailable <b>now</b>")
		if a := c.get("/"); !strings.Contains(a.body, `class="red"`) || !strings.Contains(a.body, "was refused") {
			t.Error("the list is not red")
		}
		page := c.get(at(id))
		if !strings.Contains(page.body, "550 mailbox unavailable &lt;b&gt;now") || !strings.Contains(page.body, "Send again") {
			t.Errorf("the page does not tell the server's words\n%s", page.body)
		}
		form := page.form(t, "editor")
		form.Set("value", value)
		if a := c.post(at(id, "/settle"), form); a.status != http.StatusSeeOther || d.load(id).State != want {
			t.Errorf("%s: status %d, case %s", value, a.status, d.load(id).State)
		}
		if a := c.post(at(id, "/settle"), form); a.status != http.StatusConflict {
			t.Errorf("%s again: status %d", value, a.status)
		}
	}
}

// TestClaimEndsBehindTheDialog: approving claims again where nobody else has
// the case (UX.md 10, 7).
func TestClaimEndsBehindTheDialog(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	form := c.summaryForm(id, "An answer.", "approve")
	d.later(consult.ClaimFor + time.Minute)
	if a := c.post(at(id, "/approve"), form); a.status != http.StatusSeeOther || d.load(id).State != consult.Approved {
		t.Errorf("status %d, case %s", a.status, d.load(id).State)
	}
}

// TestFindByNumber: a closed case is in no view; its number leads to it.
func TestFindByNumber(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	search := func() answer { return c.get(fmt.Sprint("/?q=", id)) }
	if a := search(); a.status != http.StatusOK || !strings.Contains(a.body, at(id)) {
		t.Errorf("open: status %d", a.status)
	}
	c.post(at(id, "/approve"), c.summaryForm(id, "An answer.", "approve"))
	d.finish(id, consult.AttemptSent, "")
	if a := search(); a.header.Get("Location") != at(id) {
		t.Errorf("closed: status %d to %q", a.status, a.header.Get("Location"))
	}
	if a := c.get("/?q=20610"); a.status != http.StatusOK || !strings.Contains(a.body, "No case matches") {
		t.Errorf("a code: status %d", a.status)
	}
}

// TestUndoIsTooLate once the answer leaves.
func TestUndoIsTooLate(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	c.post(at(id, "/approve"), c.summaryForm(id, "An answer.", "approve"))
	d.finish(id, consult.AttemptSent, "")
	if a := c.post(at(id, "/undo"), nil); a.status != http.StatusConflict || !strings.Contains(a.body, "too late to undo") {
		t.Errorf("status %d", a.status)
	}
}

// TestSetAsideAndBack: a rejection needs a reason and can be taken back.
func TestSetAsideAndBack(t *testing.T) {
	d := newDesk(t)
	first, second := d.ask(simple(20)), d.ask(simple(10))
	c := d.client("rosa@desk.example")
	form := c.post(at(first, "/setting-aside"), c.get(at(first)).form(t, "editor")).form(t, at(first, "/reject"))
	if a := c.post(at(first, "/reject"), form); a.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: status %d", a.status)
	}
	form.Set("words", "answered on the phone")
	if a := c.post(at(first, "/reject"), form); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), at(second)) {
		t.Errorf("status %d to %q", a.status, a.header.Get("Location"))
	}
	if c := d.load(first); c.State != consult.Rejected {
		t.Fatalf("case %s", c.State)
	}
	c.post(at(first, "/restore"), c.get(at(first)).form(t, "editor"))
	if c := d.load(first); c.State != consult.Drafted {
		t.Errorf("case %s", c.State)
	}
}

// TestWaitingDraft: a machine draft beside a coder's is taken or dropped by a person.
func TestWaitingDraft(t *testing.T) {
	for value, want := range map[string]string{"take": "The machine's new draft.", "drop": "My version."} {
		d := newDesk(t)
		id := d.ask(simple(5))
		c := d.client("rosa@desk.example")
		form := c.get(at(id)).form(t, "editor")
		form.Set("markdown", "My version.")
		c.post(at(id, "/save"), form)
		q := simple(0)
		q.from, q.body, q.joins, q.markdown = "dana5@ortho.example", "and one more\n", id, "The machine's new draft."
		d.ask(q)
		page := c.get(at(id))
		if !strings.Contains(page.body, "The machine has a new draft") || page.form(t, "editor").Get("markdown") != "My version." {
			t.Fatalf("%s: the page does not offer the new draft", value)
		}
		if a := c.get(at(id, "?tab=changes")); !strings.Contains(a.body, "new draft, version 3") {
			t.Errorf("%s: the changes tab does not compare with it", value)
		}
		form = page.form(t, "editor")
		form.Set("value", value)
		c.post(at(id, "/waiting"), form)
		if got := c.get(at(id)).form(t, "editor").Get("markdown"); got != want {
			t.Errorf("%s: the editor holds %q", value, got)
		}
	}
}

// TestTypingOnAnOlderVersion: the page says that the draft moved and lets the
// person choose; nothing is lost either way.
func TestTypingOnAnOlderVersion(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	jon := d.person("jon@desk.example", "Jon Abara", "", "lead")
	c, other := d.client("rosa@desk.example"), d.client(jon.Email)
	form := c.get(at(id)).form(t, "editor")
	form.Set("markdown", "Rosa was here.")
	c.post(at(id, "/type"), form)
	d.later(consult.ClaimFor + time.Minute) // Rosa's claim ends, not her session's row
	form = other.get(at(id)).form(t, "editor")
	form.Set("markdown", "Jon's version.")
	other.post(at(id, "/save"), form)
	page := c.get(at(id))
	if !strings.Contains(page.body, "on version 1. The draft is now version 2 by Jon Abara") {
		t.Errorf("the page does not say that the draft moved\n%s", page.body)
	}
	if got := page.form(t, "editor"); got.Get("markdown") != "Rosa was here." || got.Get("base") != "2" {
		t.Errorf("editor %q on base %s", got.Get("markdown"), got.Get("base"))
	}
	c.post(at(id, "/drop"), page.form(t, "editor"))
	if got := c.get(at(id)).form(t, "editor").Get("markdown"); got != "Jon's version." {
		t.Errorf("after dropping: %q", got)
	}
}

func TestSetAsideMessages(t *testing.T) {
	d := newDesk(t)
	q := simple(1)
	taken, dropped := d.setAside(casemail.Unreadable, "no text", q), d.setAside(casemail.List, "a list", q)
	c := d.client("rosa@desk.example")
	if a := c.get("/"); !strings.Contains(a.body, "Set aside") || !strings.Contains(a.body, `class="red"`) {
		t.Error("an unreadable message is not red")
	}
	c.post(fmt.Sprint("/aside/", taken, "/take"), nil)
	c.post(fmt.Sprint("/aside/", dropped, "/discard"), nil)
	var states string
	if err := d.pool.QueryRow(t.Context(), `select string_agg(state, ', ' order by id) from messages`).Scan(&states); err != nil || states != "received, discarded" {
		t.Errorf("states %q (%v)", states, err)
	}
	if a := c.post(fmt.Sprint("/aside/", taken, "/take"), nil); a.status != http.StatusNotFound {
		t.Errorf("a second take: status %d", a.status)
	}
}

// TestReadingIsAudited once an hour for each person.
func TestReadingIsAudited(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(1))
	jon := d.person("jon@desk.example", "Jon Abara", "", "auditor")
	count := func(want int) {
		t.Helper()
		var n int
		if err := d.pool.QueryRow(t.Context(), `select count(*) from audit where case_id = $1 and action = 'read'`, id).Scan(&n); err != nil || n != want {
			t.Errorf("%d readings, want %d (%v)", n, want, err)
		}
	}
	c := d.client("rosa@desk.example")
	c.get(at(id))
	c.get(at(id))
	c.get(at(id, "/live"))
	count(1)
	d.client(jon.Email).get(at(id))
	count(2)
	d.later(61 * time.Minute)
	c.get(at(id))
	count(3)
	d.tx(func(tx pgx.Tx) error {
		_, err := consult.VerifyAudit(t.Context(), tx)
		return err
	})
}
