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

func TestCaseTagInTheText(t *testing.T) {
	b := newBench(t, nil)
	b.deliver(mail("q1@x.example", asker, "which", "", "99213 with 20610?\n"))
	b.await(1, `select count(*) from drafts`)
	b.deliver(mail("q2@x.example", asker, "one more", "", "About [case-10001]: DOS was 11/15/2025\n"),
		mail("q3@evil.example", "Eve <eve@evil.example>", "[case-10001]", "", "99213?\n"))
	b.await(3, `select count(*) from messages where state = 'case'`)
	b.await(2, `select count(*) from messages where case_id = 10001`)
}

func TestStrangerWithOurMailIsNotAnswered(t *testing.T) {
	b := newBench(t, nil)
	b.deliver(mail("q1@ortho.example", asker, "which", "", "99213 with 20610?\n"))
	b.await(1, `select count(*) from drafts`)
	var secret []byte
	if err := b.pool.QueryRow(t.Context(), `select secret from cases`).Scan(&secret); err != nil {
		t.Fatal(err)
	}
	ours := casemail.MakeOurID(10001, 1, secret, "desk.example")
	b.deliver(mail("q2@evil.example", "Eve <eve@evil.example>", "Re: which", "In-Reply-To: <"+ours+">\n", "99214 too?\n"))
	b.await(1, `select count(*) from cases c join drafts d on d.case_id = c.id and d.version = c.draft_version
		where '99214' = any(c.codes) and d.to_addrs::text like '%dana@ortho.example%' and d.to_addrs::text not like '%evil%'`)
}

// hurry has failed jobs run again at once, until the test ends.
func (b *bench) hurry() {
	ctx := b.Context()
	done := make(chan struct{})
	b.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				_, _ = b.pool.Exec(ctx, `update river_job set state = 'available', scheduled_at = now() where state in ('retryable', 'scheduled')`)
			}
		}
	}()
}

func TestPanicsEndWhereAPersonSeesThem(t *testing.T) {
	t.Run("intake", func(t *testing.T) {
		b := newBench(t, func(c *Config) { c.LookupTXT = func(string) ([]string, error) { panic("boom \x00") } })
		b.hurry()
		b.deliver(mail("q1@ortho.example", asker, "same day", "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=ortho.example; s=k; h=from:to:subject; bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=; b=AAAA\n", "99213-25\n"))
		b.await(1, `select count(*) from messages where state = 'set aside' and kind = 'unreadable'`)
	})
	t.Run("consult", func(t *testing.T) {
		b := newBench(t, func(c *Config) { c.Templates = nil })
		b.hurry()
		b.deliver(mail("q1@ortho.example", asker, "same day", "", "99213-25\n"))
		b.await(1, `select count(*) from cases where state = 'drafted' and draft_kind = 'failed'`)
	})
}

func TestLongIdentifiers(t *testing.T) {
	b := newBench(t, nil)
	long := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 100)
	b.deliver(
		mail(long+"@x.example", asker, "one", "", "99213?\n"),
		mail("a@x.example", asker, "two", "References: <"+long+"@x.example>\n", "99213?\n"),
		mail("b@x.example", "Dana <"+long+"@x.example>", "three", "", "99213?\n"),
		mail("c@x.example", asker, long, "", "99213?\n"))
	b.await(4, `select count(*) from messages where state in ('case', 'set aside')`)
	b.await(0, `select count(*) from river_job where errors is not null`)
}

func TestFollowUpsAtOnce(t *testing.T) {
	b := newBench(t, nil)
	b.deliver(mail("q1@x.example", asker, "same day", "", "99213-25 and 20610-RT\n"))
	b.await(1, `select count(*) from drafts`)
	var raws [][]byte
	for i := range 20 {
		raws = append(raws, mail(fmt.Sprintf("f%d@x.example", i), asker, "Re: same day",
			fmt.Sprintf("In-Reply-To: <q1@x.example>\nReferences: <root%d@x.example> <q1@x.example>\n", i), "and 99214?\n"))
	}
	b.deliver(raws...)
	b.await(21, `select count(*) from messages where state = 'case'`)
	b.await(0, `select count(*) from river_job where errors::text like '%40P01%'`)
}

func TestAbandonedMailIsTakenUp(t *testing.T) {
	b := newBench(t, nil)
	b.deliver(mail("q1@x.example", asker, "same day", "", "99213-25 and 20610-RT\n"))
	b.await(1, `select count(*) from drafts`)
	// what River leaves of an intake whose process died in its last attempt
	if _, err := b.pool.Exec(t.Context(), `with m as (insert into messages (mailbox, sha256, size, received_at) values ('consult', '\x00', 1, now() - interval '1 hour') returning id)
		insert into raw (month, message_id, part, bytes) select date_trunc('month', now() - interval '1 hour')::date, id, 0, convert_to(e'From: a@x.example\r\nSubject: late\r\n\r\n99214?', 'UTF8') from m`); err != nil {
		t.Fatal(err)
	}
	w := &careWorker{Config: Config{}.complete(), queue: b.queue}
	if err := w.Work(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	b.await(1, `select count(*) from cases where subject = 'late' and state = 'drafted'`)
}

func TestDeliverAtOnce(t *testing.T) {
	b := newBench(t, nil)
	batch := Batch{UIDValidity: 7, UIDs: []uint32{1}, Bodies: [][]byte{mail("q1@x.example", asker, "same day", "", "99213\n")}, LastUID: 1}
	tx, err := b.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.queue.deliver(t.Context(), tx, box, batch); err != nil {
		t.Fatal(err)
	}
	second := make(chan error)
	go func() { second <- b.queue.Deliver(t.Context(), box, batch) }()
	b.await(1, `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%LockMailbox%' and datname = current_database()`)
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-second; err != nil {
		t.Errorf("the second delivery: %v", err)
	}
	b.await(1, `select count(*) from messages`)
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
