package review

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// TestUnfitIsSaidAtTheField: what consult refuses of recipients, subject or
// text comes back at its field, with everything that was typed, in the summary
// and after it.
func TestUnfitIsSaidAtTheField(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	for name, tc := range map[string]struct{ field, value, says string }{
		"a word over 900 bytes": {"subject", "Re: " + strings.Repeat("x", 901), "subject"},
		"no address":            {"to", "dana at ortho", "is no address"},
		"a copy to nobody":      {"cc", "dana5", "is no address"},
		"nobody":                {"to", "", "has no recipient"},
		"twice":                 {"cc", "dana5@ortho.example", "named twice"},
		"nothing to say":        {"markdown", " ", "empty or too long"},
	} {
		t.Run(name, func(t *testing.T) {
			form := c.summaryForm(id, "My own words.", "approve")
			form.Set(tc.field, tc.value)
			a := c.post(at(id, "/approve"), form)
			if a.status != http.StatusUnprocessableEntity {
				t.Fatalf("status %d\n%s", a.status, d.log)
			}
			if got := marked(t, a.body, "id", "problem-"+tc.field); !strings.Contains(got, tc.says) {
				t.Errorf("at the field: %q, want %q", got, tc.says)
			}
			if !strings.Contains(a.body, `aria-describedby="problem-`+tc.field+`" aria-invalid="true"`) {
				t.Error("the field does not name its problem")
			}
			for _, field := range []string{"subject", "to", "cc", "markdown"} {
				if got := a.form(t, "editor").Get(field); got != form.Get(field) {
					t.Errorf("%s came back as %.40q, was %.40q", field, got, form.Get(field))
				}
			}
			for _, problem := range malformed(a.body) {
				t.Error(problem)
			}
			if d.sendJobs() != 0 || d.load(id).State != consult.Drafted {
				t.Error("something was decided")
			}
		})
	}
}

// TestSummaryListsWhatIsUnfit before anybody presses Approve, and changes
// nothing by looking.
func TestSummaryListsWhatIsUnfit(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	form := c.get(at(id)).form(t, "editor")
	form.Set("subject", strings.Repeat("x", 901))
	form.Set("value", "approve")
	before := d.load(id)
	a := c.post(at(id, "/summary"), form)
	if got := marked(t, a.body, "class", "problem"); a.status != http.StatusOK || !strings.Contains(got, "subject") || strings.Contains(a.body, `id="go"`) {
		t.Errorf("status %d, problems %q", a.status, got)
	}
	if after := d.load(id); after.Version != before.Version || after.DraftVersion != before.DraftVersion || after.State != consult.Drafted {
		t.Errorf("looking made version %d of %d", after.Version, before.Version)
	}
	if ids, _ := d.decisions(id); len(ids) != 0 {
		t.Error("looking decided")
	}
}

// TestStaleKey: the browser's Back after an undo leads to a summary whose
// approval was taken back. Pressing it again sends nothing and says so.
func TestStaleKey(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	form := c.summaryForm(id, "The first words.", "approve")
	c.post(at(id, "/approve"), form)
	c.post(at(id, "/undo"), nil)
	for name, change := range map[string]string{"the same": "The first words.", "more": "More words, typed since."} {
		form.Set("markdown", change)
		a := c.post(at(id, "/approve"), form)
		if a.status != http.StatusConflict || !strings.Contains(alerts(t, a.body), "taken back. The case is now drafted.") {
			t.Errorf("%s: status %d, says %q", name, a.status, alerts(t, a.body))
			continue
		}
		if got := a.form(t, "editor").Get("markdown"); got != change {
			t.Errorf("%s: the editor holds %q", name, got)
		}
	}
	if d.sendJobs() != 1 || d.load(id).State != consult.Drafted {
		t.Errorf("%d jobs, case %s", d.sendJobs(), d.load(id).State)
	}
}

// TestWaitingDraftOfAnApprovedCase: once a case is approved, its draft is not
// exchanged any more.
func TestWaitingDraftOfAnApprovedCase(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	c := d.client("rosa@desk.example")
	c.post(at(id, "/approve"), c.summaryForm(id, "An answer.", "approve"))
	form := c.get(at(id)).form(t, "editor")
	for _, value := range []string{"take", "drop"} {
		form.Set("value", value)
		if a := c.post(at(id, "/waiting"), form); a.status != http.StatusConflict || !strings.Contains(a.body, "can no longer be changed") {
			t.Errorf("%s: status %d", value, a.status)
		}
	}
	if c := d.load(id); c.State != consult.Approved {
		t.Errorf("case %s", c.State)
	}
}

// TestSettleOfAClaimedCase: what became of an answer is for the person who has
// the case to say.
func TestSettleOfAClaimedCase(t *testing.T) {
	for _, value := range []string{"arrived", "work"} {
		d := newDesk(t)
		jon := d.person("jon@desk.example", "Jon Abara", "", "coder")
		id := d.ask(simple(5))
		c := d.client("rosa@desk.example")
		c.post(at(id, "/approve"), c.summaryForm(id, "An answer.", "approve"))
		d.finish(id, consult.AttemptRefused, "no")
		d.tx(func(tx pgx.Tx) error {
			_, err := consult.Claim(t.Context(), tx, id, jon, false, d.now())
			return err
		})
		form := c.get(at(id)).form(t, "editor")
		form.Set("value", value)
		if a := c.post(at(id, "/settle"), form); a.status != http.StatusConflict || !strings.Contains(alerts(t, a.body), "Jon Abara has claimed this case") {
			t.Errorf("%s: status %d", value, a.status)
		}
		if c := d.load(id); c.State != consult.Refused {
			t.Errorf("%s: case %s", value, c.State)
		}
		d.later(consult.ClaimFor + 1)
		if a := c.post(at(id, "/settle"), form); a.status != http.StatusSeeOther {
			t.Errorf("%s after the claim: status %d", value, a.status)
		}
	}
}

// TestDialogShowsItsProblems: a summary that cannot be approved opens at what
// stands against it, however long the rest is.
func TestDialogShowsItsProblems(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	b := d.browser()
	b.signIn("rosa@desk.example")
	b.visit(at(id))
	b.eval(`document.querySelector("#subject").value = "x".repeat(2000); document.querySelector("#approve").click()`)
	b.wait(`document.querySelector("#dialog").open`)
	if !get[bool](b, `document.querySelector("#dialog .problem").getBoundingClientRect().top > document.querySelector("#dialog").getBoundingClientRect().top`) {
		t.Error("the problem is scrolled out of sight")
	}
	if got := get[string](b, `document.activeElement.id`); got != "dialog-title" {
		t.Errorf("the focus is on %q", got)
	}
}
