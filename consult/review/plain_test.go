package review

import (
	"net/http"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult"
)

// TestWithoutScripts walks the main path with nothing but links and forms.
func TestWithoutScripts(t *testing.T) {
	d := newDesk(t)
	first, second := d.ask(simple(20)), d.ask(simple(10))
	c := d.client("rosa@desk.example")

	list := c.get("/?view=unclaimed")
	if list.status != http.StatusOK || !strings.Contains(list.body, "Question 20") || !strings.Contains(list.body, at(first, "?view=unclaimed")) {
		t.Fatalf("list: status %d\n%s", list.status, list.body)
	}
	page := c.get(at(first, "?view=unclaimed"))
	form := page.form(t, "editor")
	if page.status != http.StatusOK || form.Get("markdown") != "The pair is bundled.\n\nSource: NCCI." {
		t.Fatalf("case: status %d, form %q", page.status, form)
	}
	form.Set("markdown", "My own words.")
	form.Set("value", "approve")
	sum := c.post(at(first, "/summary"), form)
	if sum.status != http.StatusOK || !strings.Contains(sum.body, "dana20@ortho.example") {
		t.Fatalf("summary: status %d\n%s", sum.status, sum.body)
	}
	if c := d.load(first); c.State != consult.Drafted || c.ClaimedBy == 0 {
		t.Fatalf("after the summary: %s, claimed by %d", c.State, c.ClaimedBy)
	}
	form = sum.form(t, at(first, "/approve"))
	form.Set("value", "next")
	sent := c.post(at(first, "/approve"), form)
	if want := at(second, "?view=unclaimed"); sent.status != http.StatusSeeOther || sent.header.Get("Location") != want {
		t.Fatalf("approve: status %d to %q, want %q\n%s", sent.status, sent.header.Get("Location"), want, sent.body)
	}
	if c := d.load(first); c.State != consult.Approved || d.sendJobs() != 1 {
		t.Fatalf("after approval: %s, %d send jobs", c.State, d.sendJobs())
	}
	next := c.get(at(second, "?view=unclaimed"))
	if !strings.Contains(next.body, "leaves in <b") {
		t.Errorf("the next case shows no undo bar\n%s", next.body)
	}
	undone := c.post(at(first, "/undo"), next.form(t, at(first, "/undo")))
	if c := d.load(first); undone.status != http.StatusSeeOther || c.State != consult.Drafted || c.ClaimedName != "Rosa Keller" {
		t.Errorf("undo: status %d, case %s claimed by %q", undone.status, c.State, c.ClaimedName)
	}
}
