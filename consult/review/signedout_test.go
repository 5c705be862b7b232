package review

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// TestSessionsEndWithThePassword: a new password or a disabled account ends
// every session of that person, at the next request and in open streams, and
// nobody else's. A sign-in afterwards with the new password lasts.
func TestSessionsEndWithThePassword(t *testing.T) {
	const fresh = "another horse battery"
	for name, end := range map[string]func(*desk, pgx.Tx) error{
		"a new password": func(d *desk, tx pgx.Tx) error {
			return consult.SetPassword(d.Context(), tx, "jon@desk.example", fresh, "admin", d.now())
		},
		"a disabled account": func(d *desk, tx pgx.Tx) error {
			return consult.DisablePerson(d.Context(), tx, "jon@desk.example", "admin", d.now())
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			id := d.ask(simple(1))
			d.person("jon@desk.example", "Jon Abara", "", "coder")
			rosa, jon, other := d.client("rosa@desk.example"), d.client("jon@desk.example"), d.client("jon@desk.example")
			form := jon.get(at(id)).form(t, "editor")
			d.tx(func(tx pgx.Tx) error { return end(d, tx) })
			for who, c := range map[string]*client{"one browser": jon, "the other": other} {
				if a := c.get(at(id)); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/sign-in") {
					t.Errorf("%s reads on: status %d", who, a.status)
				}
			}
			if a := jon.post(at(id, "/claim"), form); a.status != http.StatusUnauthorized || d.load(id).ClaimedBy != 0 {
				t.Errorf("a claim: status %d", a.status)
			}
			if a := rosa.get(at(id)); a.status != http.StatusOK {
				t.Errorf("a colleague is signed out: status %d", a.status)
			}
			back := d.client("")
			a := back.post("/sign-in", map[string][]string{"email": {"jon@desk.example"}, "password": {fresh}})
			if want := name == "a new password"; (a.status == http.StatusSeeOther) != want {
				t.Errorf("sign-in afterwards: status %d", a.status)
			} else if b := back.get("/"); want && b.status != http.StatusOK {
				t.Errorf("the new session does not last: status %d", b.status)
			}
		})
	}
}

// TestOpenStreamEndsWithThePassword: what a stream asks at each heartbeat says
// that its session has ended.
func TestOpenStreamEndsWithThePassword(t *testing.T) {
	d := newDesk(t)
	c := d.client("rosa@desk.example")
	u, err := url.Parse(d.web.URL)
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{person: d.people["rosa@desk.example"], session: session{token: c.Jar.Cookies(u)[0].Value}}
	if !d.server.lives(t.Context(), v) {
		t.Fatal("the stream ends at once")
	}
	d.tx(func(tx pgx.Tx) error {
		return consult.SetPassword(t.Context(), tx, "rosa@desk.example", "another horse battery", "admin", d.now())
	})
	if d.server.lives(t.Context(), v) {
		t.Error("the stream goes on")
	}
}
