package consult

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

var noon = time.Date(2025, 11, 17, 12, 0, 0, 0, time.UTC)

type bench struct {
	*testing.T
	pool   *pgxpool.Pool
	coder  Person
	other  Person
	letter Letterhead
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, pool: pgtest.New(t), letter: Letterhead{From: Address{Address: "consult@desk.example"},
		Domain: "desk.example", Own: []string{"consult@desk.example"}}}
	b.tx(func(tx pgx.Tx) (err error) {
		b.coder, err = AddPerson(t.Context(), tx, Person{Email: "a@desk.example", Name: "A. Coder", Credential: "CPC", Role: "admin"}, "long enough word", "test", noon)
		if err != nil {
			return err
		}
		b.other, err = AddPerson(t.Context(), tx, Person{Email: "b@desk.example", Name: "B. Coder", Role: "coder"}, "long enough word", "test", noon)
		return err
	})
	return b
}

func (b *bench) tx(f func(tx pgx.Tx) error) {
	b.Helper()
	if err := b.try(f); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) try(f func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(b.Context(), b.pool, f)
}

// message stores a message row as intake would and returns it as Join needs it.
func (b *bench) message(id, from string, thread ...string) Incoming {
	b.Helper()
	in := Incoming{Mailbox: "consult", Subject: "question", Preview: "99213?", FromAddress: from, At: noon, Thread: thread, Zone: time.UTC}
	b.tx(func(tx pgx.Tx) error {
		if _, err := tx.Exec(b.Context(), `insert into mailboxes (name) values ('consult') on conflict do nothing`); err != nil {
			return err
		}
		return tx.QueryRow(b.Context(), `insert into messages (mailbox, sha256, size, state, message_id) values ('consult', sha256(convert_to($1, 'UTF8')), 1, 'case', $1) returning id`, id).Scan(&in.Row)
	})
	return in
}

func (b *bench) join(in Incoming) *Case {
	b.Helper()
	var c *Case
	b.tx(func(tx pgx.Tx) (err error) {
		if c, _, err = Join(b.Context(), tx, in); err != nil {
			return err
		}
		_, err = tx.Exec(b.Context(), `update messages set case_id = $2 where id = $1`, in.Row, c.ID)
		return err
	})
	return c
}

// drafted opens a case with a machine draft.
func (b *bench) drafted(id string) *Case {
	b.Helper()
	c := b.join(b.message(id, "asker@x.example"))
	b.propose(c, "the answer")
	return b.load(c.ID)
}

func (b *bench) propose(c *Case, text string) {
	b.Helper()
	b.tx(func(tx pgx.Tx) error {
		_, err := StoreDraft(b.Context(), tx, Proposal{CaseID: c.ID, LastMessage: b.load(c.ID).LastMessage, At: noon, Input: &draft.Input{},
			Reply: draft.Reply{Kind: draft.Complete, Subject: "Re: question", Markdown: text + "\n\n" + draft.Tag(c.ID) + "\n"},
			To:    []Address{{Address: "asker@x.example"}}})
		return err
	})
}

func (b *bench) load(id int64) (c *Case) {
	b.Helper()
	b.tx(func(tx pgx.Tx) (err error) { c, err = Load(b.Context(), tx, id); return err })
	return c
}

func (b *bench) approval(c *Case, key string) Approval {
	b.Helper()
	var d *Draft
	b.tx(func(tx pgx.Tx) (err error) { d, err = LoadDraft(b.Context(), tx, c.ID, c.DraftVersion); return err })
	return Approval{Edit: Edit{CaseID: c.ID, Person: b.coder, Base: d.Version, Subject: d.Subject, To: d.To, Cc: d.Cc, Markdown: d.Markdown, Now: noon},
		Version: c.Version, Verdict: VerdictApprove, Key: key, Letter: b.letter}
}

func (b *bench) approve(a Approval) (d *Decision) {
	b.Helper()
	b.tx(func(tx pgx.Tx) (err error) { d, err = Approve(b.Context(), tx, a); return err })
	return d
}

func (b *bench) begin(d *Decision, at time.Time) error {
	b.Helper()
	var held *ErrHeld
	var result error
	b.tx(func(tx pgx.Tx) error {
		_, err := BeginSending(b.Context(), tx, d.ID, at)
		if errors.As(err, &held) {
			result = err
			return nil // what it withdrew stays
		}
		return err
	})
	return result
}

func (b *bench) state(id int64, want State) {
	b.Helper()
	if got := b.load(id).State; got != want {
		b.Errorf("case is %s, want %s", got, want)
	}
}

func wantConflict(t *testing.T, err error, why string) {
	t.Helper()
	var c *Conflict
	if !errors.As(err, &c) || !strings.Contains(c.Why, why) {
		t.Errorf("error %v, want a conflict: %s", err, why)
	}
}

func TestDueAt(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{
		"2025-11-17 09:00": "2025-11-17 13:00", // Monday
		"2025-11-17 15:30": "2025-11-18 10:30",
		"2025-11-17 06:00": "2025-11-17 12:00",
		"2025-11-21 16:00": "2025-11-24 11:00", // Friday to Monday
		"2025-11-22 10:00": "2025-11-24 12:00",
		"2025-11-17 13:00": "2025-11-17 17:00",
		"2025-10-31 16:00": "2025-11-03 11:00", // across the change of clocks
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", asked, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := DueAt(at, zone).Format("2006-01-02 15:04"); got != want {
			t.Errorf("asked %s: due %s, want %s", asked, got, want)
		}
	}
}

func TestApproveFixesWhatWasSeen(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	a := b.approval(c, "k1")
	a.Markdown = "my own words\n\n" + draft.Tag(c.ID) + "\n"
	d := b.approve(a)
	b.state(c.ID, Approved)
	raw := string(d.Raw)
	if !strings.Contains(raw, "my own words") || strings.Contains(raw, "the answer") || !strings.Contains(raw, "In-Reply-To: <m1@x.example>") {
		t.Errorf("bytes:\n%s", raw)
	}
	if !strings.Contains(raw, "A. Coder, CPC") || !strings.Contains(raw, d.MessageID) {
		t.Errorf("no signature or id in\n%s", raw)
	}
	if d.DraftVersion != 2 || len(d.Recipients) != 1 || !d.ReleaseAt.Equal(noon.Add(UndoFor)) {
		t.Errorf("decision %+v", d)
	}
	if again := b.approve(a); again.ID != d.ID {
		t.Errorf("a second press made decision %d beside %d", again.ID, d.ID)
	}
	stale := b.approval(b.load(c.ID), "k2")
	stale.Version = c.Version
	wantConflict(t, b.try(func(tx pgx.Tx) error { _, err := Approve(t.Context(), tx, stale); return err }), "changed")
}

func TestApproveRefusesRecipients(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	for name, to := range map[string][]Address{
		"no recipient": nil, "twice": {{Address: "x@y.example"}, {Address: "X@y.example"}},
		"our own": {{Address: "Consult@desk.example"}}, "no email": {{Address: "x@y.example\r\nBcc: z@y.example"}},
	} {
		a := b.approval(c, "k "+name)
		a.To = to
		err := b.try(func(tx pgx.Tx) error { _, err := Approve(t.Context(), tx, a); return err })
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.state(c.ID, Drafted)
}

func TestUndoThenEditSendsOnlyTheNewText(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	first := b.approve(b.approval(c, "k1"))
	b.tx(func(tx pgx.Tx) error { return Undo(t.Context(), tx, c.ID, b.coder, noon) })
	b.state(c.ID, Drafted)
	if got := b.load(c.ID); got.ClaimedBy != b.coder.ID {
		t.Error("undo did not give the claim back")
	}
	a := b.approval(b.load(c.ID), "k2")
	a.Markdown = "new text\n"
	second := b.approve(a)
	later := noon.Add(time.Hour)
	if err := b.begin(first, later); err == nil || !strings.Contains(err.Error(), "no longer stands") {
		t.Errorf("the old decision: %v", err)
	}
	if err := b.begin(second, noon); err == nil || !strings.Contains(err.Error(), "undo window") {
		t.Errorf("within the undo window: %v", err)
	}
	if err := b.begin(second, later); err != nil {
		t.Error(err)
	}
	wantConflict(t, b.try(func(tx pgx.Tx) error { return Undo(t.Context(), tx, c.ID, b.coder, later) }), "too late")
}

func TestNewerMailHoldsTheAnswer(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	d := b.approve(b.approval(c, "k1"))
	b.join(b.message("m2@x.example", "asker@x.example", "m1@x.example"))
	b.state(c.ID, Drafted)
	if err := b.begin(d, noon.Add(time.Hour)); err == nil {
		t.Error("the overtaken answer would go out")
	}
	if last := b.history(c.ID); !strings.Contains(last, "a newer mail") {
		t.Errorf("history does not say why: %s", last)
	}
}

func (b *bench) history(id int64) (text string) {
	b.Helper()
	b.tx(func(tx pgx.Tx) error {
		rows, err := History(b.Context(), tx, id)
		for _, r := range rows {
			text += r.Action + " " + r.Detail + "\n"
		}
		return err
	})
	return text
}

func TestChangedTextIsNotSent(t *testing.T) {
	for name, sql := range map[string]string{
		"text":       `update drafts set markdown = markdown || ' changed'`,
		"recipients": `update drafts set to_addrs = '[{"address":"eve@evil.example"}]'`,
		"subject":    `update drafts set subject = 'other'`,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			c := b.drafted("m1@x.example")
			d := b.approve(b.approval(c, "k1"))
			b.tx(func(tx pgx.Tx) error { _, err := tx.Exec(t.Context(), sql); return err })
			if err := b.begin(d, noon.Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "differ") {
				t.Errorf("begin: %v", err)
			}
			b.state(c.ID, Drafted)
		})
	}
}

// finish runs one attempt to its end with state.
func (b *bench) finish(d *Decision, state AttemptState, at time.Time) (a *Attempt) {
	b.Helper()
	b.tx(func(tx pgx.Tx) (err error) { a, err = StartAttempt(b.Context(), tx, d, time.Minute, at); return err })
	if a == nil {
		return nil
	}
	a.State, a.Phase = state, "dot"
	b.tx(func(tx pgx.Tx) error { return FinishAttempt(b.Context(), tx, d.CaseID, a, at) })
	return a
}

func (b *bench) conclude(d *Decision, at time.Time) (end State, next time.Time) {
	b.Helper()
	c := b.conclusion(d, at)
	return c.End, c.Next
}

func (b *bench) conclusion(d *Decision, at time.Time) (end Conclusion) {
	b.Helper()
	b.tx(func(tx pgx.Tx) (err error) { end, err = Conclude(b.Context(), tx, d, at); return err })
	return end
}

func TestAttempts(t *testing.T) {
	later := noon.Add(time.Hour)
	for _, c := range []struct {
		name    string
		verdict string
		results []AttemptState // one a recipient
		want    State
	}{
		{"sent", VerdictApprove, []AttemptState{AttemptSent, AttemptSent}, Answered},
		{"asked", VerdictAsk, []AttemptState{AttemptSent, AttemptSent}, Waiting},
		{"one refused", VerdictApprove, []AttemptState{AttemptSent, AttemptRefused}, Refused},
		{"one unknown", VerdictApprove, []AttemptState{AttemptUnknown, AttemptRefused}, UnknownIf},
		{"one deferred", VerdictApprove, []AttemptState{AttemptDeferred, AttemptSent}, Sending},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			k := b.drafted("m1@x.example")
			a := b.approval(k, "k1")
			a.Verdict, a.Cc = c.verdict, []Address{{Address: "cc@x.example"}}
			d := b.approve(a)
			if err := b.begin(d, later); err != nil {
				t.Fatal(err)
			}
			for _, r := range c.results {
				b.finish(d, r, later)
			}
			if a := b.finish(d, AttemptSent, later); a != nil {
				t.Errorf("a further attempt at %s", a.Recipient)
			}
			end, next := b.conclude(d, later)
			b.state(k.ID, c.want)
			if end != c.want || next.IsZero() != (c.want != Sending) {
				t.Errorf("concluded as %s, next %v", end, next)
			}
		})
	}
}

func TestDeferredIsTriedAgainThenRefused(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	d := b.approve(b.approval(c, "k1"))
	at := noon.Add(time.Hour)
	if err := b.begin(d, at); err != nil {
		t.Fatal(err)
	}
	tries := 0
	for {
		a := b.finish(d, AttemptDeferred, at)
		if a == nil {
			t.Fatal("no attempt although one is due")
		}
		tries++
		end, next := b.conclude(d, at)
		if end == Refused {
			break
		}
		if early := b.finish(d, AttemptDeferred, next.Add(-time.Second)); early != nil {
			t.Fatal("tried before its time")
		}
		at = next
	}
	if tries != len(retries)+1 {
		t.Errorf("%d tries, want %d", tries, len(retries)+1)
	}
}

func TestLostProcessIsUnknown(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	d := b.approve(b.approval(c, "k1"))
	at := noon.Add(time.Hour)
	if err := b.begin(d, at); err != nil {
		t.Fatal(err)
	}
	b.tx(func(tx pgx.Tx) error { _, err := StartAttempt(t.Context(), tx, d, time.Minute, at); return err })
	err := b.try(func(tx pgx.Tx) error {
		_, err := StartAttempt(t.Context(), tx, d, time.Minute, at.Add(30*time.Second))
		return err
	})
	var held *ErrHeld
	if !errors.As(err, &held) {
		t.Errorf("a second process may send: %v", err)
	}
	b.tx(func(tx pgx.Tx) error {
		ids, err := Expire(t.Context(), tx, at.Add(2*time.Minute))
		if len(ids) != 1 || ids[0] != d.ID {
			t.Errorf("expired %v", ids)
		}
		return err
	})
	if a := b.finish(d, AttemptSent, at.Add(3*time.Minute)); a != nil {
		t.Error("an unknown attempt was tried again")
	}
	b.conclude(d, at.Add(3*time.Minute))
	b.state(c.ID, UnknownIf)

	// a person sends again: same bytes, same Message-ID
	again := b.approve(b.approval(b.load(c.ID), "k2"))
	if again.MessageID != d.MessageID || string(again.Raw) != string(d.Raw) {
		t.Error("the same text sent again is another mail")
	}
}

func TestServedRecipientIsSkipped(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	a := b.approval(c, "k1")
	a.Cc = []Address{{Address: "cc@x.example"}}
	d := b.approve(a)
	at := noon.Add(time.Hour)
	if err := b.begin(d, at); err != nil {
		t.Fatal(err)
	}
	b.finish(d, AttemptSent, at)
	b.finish(d, AttemptRefused, at)
	b.conclude(d, at)
	again := b.approve(b.approval(b.load(c.ID), "k2"))
	if err := b.begin(again, at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	only := b.finish(again, AttemptSent, at.Add(time.Hour))
	if only == nil || only.Recipient != "cc@x.example" {
		t.Fatalf("attempt %+v", only)
	}
	if more := b.finish(again, AttemptSent, at.Add(time.Hour)); more != nil {
		t.Errorf("%s was served twice", more.Recipient)
	}
	b.conclude(again, at.Add(time.Hour))
	b.state(c.ID, Answered)
}

func TestClaims(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	claim := func(p Person, take bool, at time.Time) error {
		return b.try(func(tx pgx.Tx) error { _, err := Claim(t.Context(), tx, c.ID, p, take, at); return err })
	}
	if err := claim(b.coder, false, noon); err != nil {
		t.Fatal(err)
	}
	var claimed *ErrClaimed
	if err := claim(b.other, false, noon.Add(time.Minute)); !errors.As(err, &claimed) || claimed.By != "A. Coder" {
		t.Errorf("claim of a claimed case: %v", err)
	}
	// typing is kept whoever holds the case
	b.tx(func(tx pgx.Tx) error {
		return SaveTyping(t.Context(), tx, c.ID, b.other, Autosave{Base: 1, Subject: "s", Markdown: "typed", SavedAt: noon.Add(time.Minute)})
	})
	b.tx(func(tx pgx.Tx) error {
		a, err := Typing(t.Context(), tx, c.ID, b.other.ID)
		if a == nil || a.Markdown != "typed" {
			t.Errorf("typed text is lost: %+v", a)
		}
		return err
	})
	a := b.approval(b.load(c.ID), "k1")
	a.Person, a.Now = b.other, noon.Add(time.Minute)
	if err := b.try(func(tx pgx.Tx) error { _, err := Approve(t.Context(), tx, a); return err }); !errors.As(err, &claimed) {
		t.Errorf("approve of a claimed case: %v", err)
	}
	if err := claim(b.other, true, noon.Add(time.Minute)); err != nil {
		t.Errorf("take over: %v", err)
	}
	if err := claim(b.coder, false, noon.Add(time.Minute+ClaimFor)); err != nil {
		t.Errorf("an expired claim still holds: %v", err)
	}
}

func TestMachineDraftWaitsBesideACoders(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	b.tx(func(tx pgx.Tx) error {
		_, err := SaveEdit(t.Context(), tx, Edit{CaseID: c.ID, Person: b.coder, Base: 1, Subject: "Re: question", Markdown: "mine", Now: noon})
		return err
	})
	b.propose(c, "the machine's new answer")
	if got := b.load(c.ID); got.DraftVersion != 2 {
		t.Errorf("current version %d, want the coder's 2", got.DraftVersion)
	}
	b.tx(func(tx pgx.Tx) error { return TakeWaiting(t.Context(), tx, c.ID, b.coder, noon) })
	if got := b.load(c.ID); got.DraftVersion != 3 {
		t.Errorf("current version %d, want the machine's 3", got.DraftVersion)
	}
	stale := b.try(func(tx pgx.Tx) error {
		_, err := SaveEdit(t.Context(), tx, Edit{CaseID: c.ID, Person: b.coder, Base: 2, Markdown: "old", Now: noon})
		return err
	})
	wantConflict(t, stale, "version 3")
}

func TestThreads(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	d := b.approve(b.approval(c, "k1"))
	at := noon.Add(time.Hour)
	if err := b.begin(d, at); err != nil {
		t.Fatal(err)
	}
	b.finish(d, AttemptSent, at)
	b.conclude(d, at)
	forged := casemail.MakeOurID(c.ID, 1, []byte("not the secret"), "desk.example")
	for _, x := range []struct {
		name string
		in   Incoming
		same bool
	}{
		{"a stranger who names the thread", b.message("s1@x.example", "eve@evil.example", "m1@x.example"), false},
		{"a stranger with a forged id of ours", b.message("s2@x.example", "eve@evil.example", forged), false},
		{"the asker with a forged id", b.message("s3@x.example", "asker@x.example", forged), false},
		{"a colleague who has our answer", b.message("s4@x.example", "boss@x.example", d.MessageID), true},
		{"the asker", b.message("s5@x.example", "asker@x.example", "m1@x.example"), true},
	} {
		if got := b.join(x.in); (got.ID == c.ID) != x.same {
			t.Errorf("%s: case %d beside %d", x.name, got.ID, c.ID)
		}
	}
	late := b.message("root@x.example", "asker@x.example")
	late.MessageID = "root@x.example"
	early := b.join(b.message("reply@x.example", "asker@x.example", "root@x.example"))
	if got := b.join(late); got.ID != early.ID {
		t.Errorf("a mail that came after its answer is in case %d, not %d", got.ID, early.ID)
	}
	tagged := b.message("s6@x.example", "eve@evil.example")
	tagged.Tag = c.ID
	if got := b.join(tagged); got.ID == c.ID {
		t.Error("a guessed case tag joined")
	}
	got := b.load(c.ID)
	if got.State != Open || len(got.Flags) != 1 || got.Flags[0] != FlagFollowUp || got.DraftVersion != 0 {
		t.Errorf("reopened case %+v", got)
	}
}

func TestAuditChain(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	b.approve(b.approval(c, "k1"))
	check := func() (n int, err error) {
		b.tx(func(tx pgx.Tx) error { n, err = VerifyAudit(t.Context(), tx); return nil })
		return n, err
	}
	whole, err := check()
	if err != nil || whole < 5 {
		t.Fatalf("%d rows, %v", whole, err)
	}
	for name, sql := range map[string]string{
		"changed": `update audit set detail = 'x' where case_id = $1 and seq = 2`,
		"removed": `delete from audit where case_id = $1 and seq = 2`,
		"first":   `delete from audit where case_id = $1 and seq = 1`,
	} {
		err := b.try(func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), sql, c.ID); err != nil {
				return err
			}
			_, err := VerifyAudit(t.Context(), tx)
			return err
		})
		if !errors.Is(err, ErrChain) {
			t.Errorf("%s row: %v", name, err)
		}
	}
}

func TestPasswords(t *testing.T) {
	hash, err := HashPassword("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !VerifyPassword(hash, "correct horse battery") || VerifyPassword(hash, "correct horse batterz") || VerifyPassword("", "") || VerifyPassword("$argon2id$x$y$z$", "a") {
		t.Error("verification is wrong")
	}
	if _, err := HashPassword("short"); err == nil {
		t.Error("a short password was taken")
	}
}

func TestLastAdministratorStays(t *testing.T) {
	b := newBench(t)
	disable := func(email string) error {
		return b.try(func(tx pgx.Tx) error { return DisablePerson(t.Context(), tx, email, "test", noon) })
	}
	if err := disable("a@desk.example"); err == nil {
		t.Error("the last administrator was disabled")
	}
	if err := disable("b@desk.example"); err != nil {
		t.Error(err)
	}
}

func TestRestoreGuard(t *testing.T) {
	b := newBench(t)
	guard := func(restored bool) (paused bool) {
		b.tx(func(tx pgx.Tx) (err error) {
			paused, err = GuardRestore(context.Background(), tx, restored, noon)
			return err
		})
		return paused
	}
	for range 2 {
		if guard(false) {
			t.Error("the same database paused sending")
		}
	}
	c := b.drafted("m1@x.example")
	d := b.approve(b.approval(c, "k1"))
	b.tx(func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `update sending set timeline = timeline + 1`)
		return err
	})
	if !guard(false) {
		t.Fatal("a database on another timeline sends")
	}
	if err := b.begin(d, noon.Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "paused") {
		t.Errorf("begin while paused: %v", err)
	}
	if next := b.drafted("m2@x.example"); next.ID < c.ID+afterRestore {
		t.Errorf("case %d after the restore of %d", next.ID, c.ID)
	}
	b.tx(func(tx pgx.Tx) error { return ResumeSending(t.Context(), tx, "test", noon) })
	if err := b.begin(d, noon.Add(time.Hour)); err != nil {
		t.Errorf("begin after release: %v", err)
	}
	if !guard(true) {
		t.Error("serve --restored did not pause")
	}
}
