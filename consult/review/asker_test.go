package review

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// joinFrom lets a mail of any sender join a case, as one that answers a mail of
// ours does, and returns nothing: its draft is the machine's next one.
func (d *desk) joinFrom(id int64, q question) {
	d.Helper()
	mail := d.deliver(q.raw(d.now()))
	d.tx(func(tx pgx.Tx) error {
		ours := casemail.MakeOurID(id, 1, secretOf(d.Context(), tx, d, id), "desk.example")
		c, opened, err := consult.Join(d.Context(), tx, consult.Incoming{Row: mail, Mailbox: box, Subject: q.subject, Preview: "more",
			FromName: q.name, FromAddress: q.from, At: d.now(), Thread: []string{ours}, Trust: q.trust, Zone: d.server.Zone})
		if err != nil || opened || c.ID != id {
			d.Fatalf("the mail joined case %v, a new one: %v (%v)", c, opened, err)
		}
		_, err = tx.Exec(d.Context(), `update messages set state = 'case', kind = 'case', case_id = $2, from_address = $3, trust = $4 where id = $1`,
			mail, id, q.from, q.trust)
		return err
	})
}

func secretOf(ctx context.Context, tx pgx.Tx, t testing.TB, id int64) (secret []byte) {
	t.Helper()
	if err := tx.QueryRow(ctx, `select secret from cases where id = $1`, id).Scan(&secret); err != nil {
		t.Fatal(err)
	}
	return secret
}

// TestSenderOfTheNewestMail: beside the recipients stand who wrote last and
// what the check of that mail found, and whether it is another than the case's.
func TestSenderOfTheNewestMail(t *testing.T) {
	d := newDesk(t)
	q := simple(5)
	q.trust = "pass dkim"
	id := d.ask(q)
	c := d.client("rosa@desk.example")
	reads := func(to string, want, never []string) {
		t.Helper()
		form := c.get(at(id)).form(t, "editor")
		form.Set("to", to)
		form.Set("value", "approve")
		c.post(at(id, "/save"), form)
		for name, page := range map[string]string{"case": c.get(at(id)).body, "summary": c.post(at(id, "/summary"), c.withValue(id, "approve")).body} {
			got := strings.Join(strings.Fields(marked(t, page, "data-who", "asker")), " ")
			for _, w := range want {
				if !strings.Contains(got, w) {
					t.Errorf("%s: %q is not in %q", name, w, got)
				}
			}
			for _, w := range never {
				if strings.Contains(got, w) {
					t.Errorf("%s: %q is in %q", name, w, got)
				}
			}
		}
	}
	reads("dana5@ortho.example", []string{"asked (From of the newest mail)", "dana5@ortho.example, sender verified"}, []string{"other sender"})

	q.from, q.name, q.trust = "mallory@elsewhere.example", "Mallory", "fail dmarc"
	d.joinFrom(id, q)
	reads("dana5@ortho.example", []string{"asked (From of an older mail)", "mallory@elsewhere.example, sender check failed, other sender than the case's"},
		[]string{"From of the newest mail)"})
	reads("mallory@elsewhere.example", []string{"asked (From of the newest mail), other sender than the case's"}, nil)
}

// withValue is the editor's form as it stands, with the button pressed.
func (c *client) withValue(id int64, value string) map[string][]string {
	form := c.get(at(id)).form(c.d, "editor")
	form.Set("value", value)
	return form
}
