package review

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// alerts returns the texts of a page's alerts.
func alerts(t testing.TB, page string) string { return marked(t, page, "role", "alert") }

// TestPausedSendingIsSaid: while nothing leaves, the list and every case whose
// answer waits to leave say so and what to do; a case that is still worked on
// does not, and nothing says so afterwards.
func TestPausedSendingIsSaid(t *testing.T) {
	const line = "Sending is paused: the account was refused. Nothing leaves until an administrator runs “caseconsultant sending resume”."
	d := newDesk(t)
	approved, drafted := d.ask(simple(5)), d.ask(simple(4))
	c := d.client("rosa@desk.example")
	pages := []string{"/", "/?view=mine", "/live", at(approved), at(approved, "/live")}
	says := func(want bool) {
		t.Helper()
		for _, path := range pages {
			a := c.get(path)
			if got := strings.Contains(alerts(t, a.body), line); a.status != http.StatusOK || got != want {
				t.Errorf("%s: status %d, says that sending is paused: %v, want %v", path, a.status, got, want)
			}
		}
		if a := c.get(at(drafted)); strings.Contains(a.body, line) {
			t.Error("a case without an approved answer speaks of sending")
		}
	}
	c.post(at(approved, "/approve"), c.summaryForm(approved, "An answer.", "approve"))
	says(false)
	d.tx(func(tx pgx.Tx) error {
		_, err := consult.PauseSending(t.Context(), tx, "the account was refused", d.now())
		return err
	})
	says(true)
	d.later(consult.UndoFor)
	if a := c.get("/"); !strings.Contains(a.body, "waits: sending is paused") || strings.Contains(a.body, "about to leave") {
		t.Error("the undo bar says that a held answer leaves")
	}
	if _, err := d.pool.Exec(t.Context(), `update cases set state = 'sending' where id = $1`, approved); err != nil {
		t.Fatal(err)
	}
	says(true)
	d.tx(func(tx pgx.Tx) error { return consult.ResumeSending(t.Context(), tx, "admin@desk.example", d.now()) })
	says(false)
}
