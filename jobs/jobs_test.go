package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

const box = "consult"

// bench is a database with the starter library and running workers.
type bench struct {
	*testing.T
	pool  *pgxpool.Pool
	queue *Queue
	uid   uint32
}

func newBench(t *testing.T, change func(*Config)) *bench {
	t.Helper()
	pool := pgtest.New(t)
	if err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := codeset.LoadStarter(t.Context(), tx, time.Now(), "test")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := Register(t.Context(), pool, box); err != nil {
		t.Fatal(err)
	}
	set, err := draft.Default()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Log: slog.New(slog.DiscardHandler), Zone: time.UTC, Templates: set,
		Own: casemail.Own{Addresses: []string{"consult@desk.example"}, Domain: "desk.example"}}
	if change != nil {
		change(&cfg)
	}
	q, err := NewWorkers(pool, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return &bench{T: t, pool: pool, queue: q}
}

// mail makes a question. Lines of extra header fields end in a newline.
func mail(id, from, subject, extra, body string) []byte {
	text := fmt.Sprintf("From: %s\nTo: consult@desk.example\nSubject: %s\nMessage-ID: <%s>\nDate: Mon, 17 Nov 2025 09:00:00 -0500\n%s\n%s",
		from, subject, id, extra, body)
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

func (b *bench) deliver(raws ...[]byte) {
	b.Helper()
	batch := Batch{UIDValidity: 7}
	for _, raw := range raws {
		b.uid++
		batch.UIDs, batch.Bodies = append(batch.UIDs, b.uid), append(batch.Bodies, raw)
	}
	batch.LastUID = b.uid
	if err := b.queue.Deliver(b.Context(), box, batch); err != nil {
		b.Fatal(err)
	}
}

// await polls until the query's one number is want.
func (b *bench) await(want int, sql string, args ...any) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for got := -1; ; {
		if err := b.pool.QueryRow(ctx, sql, args...).Scan(&got); err == nil && got == want {
			return
		}
		select {
		case <-ctx.Done():
			b.Fatalf("%d, want %d: %s\n%s", got, want, sql, b.errors())
		case <-tick.C:
		}
	}
}

func (b *bench) errors() string {
	var text *string
	_ = b.pool.QueryRow(context.WithoutCancel(b.Context()), `select string_agg(kind || ' ' || state || ' ' || coalesce(errors::text, ''), e'\n') from river_job`).Scan(&text)
	if text == nil {
		return ""
	}
	return *text
}

func (b *bench) tx(f func(tx pgx.Tx) error) {
	b.Helper()
	if err := pgx.BeginFunc(b.Context(), b.pool, f); err != nil {
		b.Fatal(err)
	}
}

const asker = "Dana Lane <dana@ortho.example>"

func TestMailBecomesDraft(t *testing.T) {
	b := newBench(t, nil)
	b.deliver(mail("q1@ortho.example", asker, "same day", "", "99213-25 and 20610-RT, DOS 11/15/2025, dx M17.11, Medicare. OK together?\n"))
	b.await(1, `select count(*) from drafts where kind <> 'failed' and status = 'current'`)
	b.tx(func(tx pgx.Tx) error {
		page, err := consult.List(t.Context(), tx, consult.Filter{View: consult.ViewUnclaimed, Now: time.Now(), Today: time.Now()})
		if err != nil {
			return err
		}
		if len(page.Cases) != 1 {
			t.Fatalf("%d cases in the queue", len(page.Cases))
		}
		c := page.Cases[0]
		if c.State != consult.Drafted || c.FromAddress != "dana@ortho.example" || c.Subject != "same day" {
			t.Errorf("case %+v", c)
		}
		if got := strings.Join(c.Codes, " "); got != "99213 20610 M17.11" {
			t.Errorf("codes %q", got)
		}
		d, err := consult.LoadDraft(t.Context(), tx, c.ID, c.DraftVersion)
		if err != nil {
			return err
		}
		if !strings.Contains(d.Markdown, "20610") || d.Subject != "Re: same day" || len(d.To) != 1 || d.To[0].Address != "dana@ortho.example" {
			t.Errorf("draft %+v", d)
		}
		mails, err := Mails(t.Context(), tx, c.ID)
		if err == nil && (len(mails) != 1 || mails[0].Message.MessageID != "q1@ortho.example") {
			t.Errorf("mails %+v", mails)
		}
		return err
	})
}

func TestDeliverTwice(t *testing.T) {
	b := newBench(t, nil)
	one, two := mail("a@x.example", asker, "one", "", "99213?\n"), mail("b@x.example", asker, "two", "", "99214?\n")
	b.deliver(one, two)
	again := Batch{UIDValidity: 7, LastUID: 2, UIDs: []uint32{1, 2}, Bodies: [][]byte{one, two}}
	moved := Batch{UIDValidity: 8, LastUID: 3, UIDs: []uint32{2, 3}, Bodies: [][]byte{two, one}}
	for _, batch := range []Batch{again, moved} {
		if err := b.queue.Deliver(t.Context(), box, batch); err != nil {
			t.Fatal(err)
		}
	}
	b.await(2, `select count(*) from drafts`)
	b.await(2, `select count(*) from messages`)
	b.await(4, `select count(*) from sightings`)
	b.await(2, `select count(*) from river_job where kind = 'intake'`)
	if v, last, err := Cursor(t.Context(), b.pool, box); err != nil || v != 8 || last != 3 {
		t.Errorf("cursor %d %d %v", v, last, err)
	}
	unseen, err := Unseen(t.Context(), b.pool, box, 8, []uint32{2, 3, 4})
	if err != nil || len(unseen) != 1 || unseen[0] != 4 {
		t.Errorf("unseen %v %v", unseen, err)
	}
}

func TestBigMailInChunks(t *testing.T) {
	b := newBench(t, nil)
	big := mail("big@x.example", asker, "big", "", strings.Repeat("word ", chunk/2)+"\n")
	b.deliver(big)
	b.await(1, `select count(*) from drafts`)
	b.tx(func(tx pgx.Tx) error {
		var id int64
		var parts int
		err := tx.QueryRow(t.Context(), `select max(message_id), count(*) from raw`).Scan(&id, &parts)
		if err != nil {
			return err
		}
		got, err := RawBytes(t.Context(), tx, id)
		if string(got) != string(big) || parts < 3 {
			t.Errorf("%d bytes in %d parts, want %d", len(got), parts, len(big))
		}
		return err
	})
}

func TestFollowUpJoins(t *testing.T) {
	b := newBench(t, nil)
	b.deliver(mail("q1@x.example", asker, "which", "", "lesion removed, which code?\n"))
	b.await(1, `select count(*) from drafts where status = 'current'`)
	b.deliver(mail("q2@x.example", asker, "Re: which", "In-Reply-To: <q1@x.example>\n", "1.2 cm benign, 11402? DOS 11/15/2025\n"))
	b.await(2, `select count(*) from messages where state = 'case'`)
	b.await(1, `select count(*) from cases`)
	b.await(2, `select max(version) from drafts`)
	b.await(1, `select count(*) from cases where '11402' = any(codes) and state = 'drafted'`)

	// another sender who names the thread, or guesses the number, gets a case of their own
	b.deliver(mail("q3@evil.example", "Eve <eve@evil.example>", "Re: which", "In-Reply-To: <q1@x.example>\n", "99213?\n"))
	b.await(2, `select count(*) from cases`)
}

func TestThreadAtOnce(t *testing.T) {
	b := newBench(t, nil)
	var raws [][]byte
	for i := range 20 {
		root := fmt.Sprintf("root%d@x.example", i)
		raws = append(raws,
			mail("reply-"+root, asker, "Re: which", "In-Reply-To: <"+root+">\n", "11402? DOS 11/15/2025\n"),
			mail(root, asker, "which", "", "lesion removed, which code?\n"))
	}
	b.deliver(raws...)
	b.await(40, `select count(*) from messages where state = 'case'`)
	b.await(20, `select count(*) from cases`)
}

func TestPreview(t *testing.T) {
	long := strings.Repeat("é", 200)
	for text, want := range map[string]string{
		"Good morning,\n\n99213 with 20610?\n": "99213 with 20610?",
		"Hi Team!\nHello?\n":                   "Hello?",
		"Hello\n":                              "Hello",
		"Hi, can we bill 99213 and 20610?\n":   "Hi, can we bill 99213 and 20610?",
		"Dearborn clinic, 99213\n":             "Dearborn clinic, 99213",
		"\n \n":                                "",
		long + "\n":                            strings.Repeat("é", 80) + "…",
	} {
		if got := preview(&casemail.Message{NewText: text}); got != want {
			t.Errorf("preview of %q: %q, want %q", text, got, want)
		}
	}
}

func TestSetAside(t *testing.T) {
	b := newBench(t, nil)
	b.deliver(
		mail("o1@x.example", asker, "Automatic reply: x", "Auto-Submitted: auto-replied\n", "I am away.\n"),
		mail("o2@x.example", "News <news@x.example>", "offers", "List-Id: <offers.x.example>\n", "Buy.\n"),
		[]byte("\x00\x01\x02 nothing like a mail \xff\xfe"))
	b.await(0, `select count(*) from messages where state = 'received'`)
	b.await(0, `select count(*) from cases where subject in ('Automatic reply: x', 'offers')`)
	b.tx(func(tx pgx.Tx) error {
		list, err := Aside(t.Context(), tx)
		if err != nil {
			return err
		}
		kinds := map[string]int64{}
		for _, m := range list {
			kinds[m.Kind] = m.ID
			if m.Reason == "" {
				t.Errorf("message %d has no reason", m.ID)
			}
		}
		if kinds["auto-reply"] == 0 || kinds["list"] == 0 {
			t.Errorf("set aside: %v", kinds)
		}
		if err := b.queue.TakeAside(t.Context(), tx, kinds["list"], "someone@desk.example", time.Now()); err != nil {
			return err
		}
		return b.queue.DiscardAside(t.Context(), tx, kinds["auto-reply"], "someone@desk.example", time.Now())
	})
	b.await(1, `select count(*) from cases where subject = 'offers'`)
	b.await(1, `select count(*) from messages where state = 'discarded'`)
}

func TestPoisonDoesNotStall(t *testing.T) {
	b := newBench(t, nil)
	var raws [][]byte
	for i := range 30 {
		raws = append(raws, mail(fmt.Sprintf("p%d@x.example", i), asker, "nul \x00 and \xff", "", "99213 \x00 with \xed\xa0\x80 20610?\n"+strings.Repeat("x\x00", i)))
	}
	b.deliver(raws...)
	b.await(30, `select count(*) from messages where state <> 'received'`)
	b.await(0, `select count(*) from river_job where kind in ('intake', 'consult') and state <> 'completed'`)
}
