package consult

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// start opens the next attempt as a worker does.
func (b *bench) start(d *Decision, at time.Time) (a *Attempt, held *ErrHeld) {
	b.Helper()
	b.tx(func(tx pgx.Tx) (err error) {
		if a, err = StartAttempt(b.Context(), tx, d, AttemptLease, at); errors.As(err, &held) {
			return nil
		}
		return err
	})
	return a, held
}

// sending returns a case whose answer is on its way, and the decision.
func (b *bench) sending(at time.Time, cc ...Address) (*Case, *Decision) {
	b.Helper()
	c := b.drafted("m1@x.example")
	a := b.approval(c, "k1")
	a.Cc = cc
	d := b.approve(a)
	if err := b.begin(d, at); err != nil {
		b.Fatal(err)
	}
	return c, d
}

func TestMailBetweenGateAndAttempt(t *testing.T) {
	b, at := newBench(t), noon.Add(time.Minute)
	c, d := b.sending(at)
	b.join(b.message("m2@x.example", "asker@x.example", "m1@x.example"))
	b.state(c.ID, Drafted)
	if a, held := b.start(d, at); a != nil || held == nil {
		t.Fatalf("attempt %v, held %v: the withdrawn answer would leave", a, held)
	}
}

func TestPauseHoldsTheNextRecipient(t *testing.T) {
	b, at := newBench(t), noon.Add(time.Minute)
	_, d := b.sending(at)
	b.finish(d, AttemptDeferred, at)
	b.tx(func(tx pgx.Tx) error { _, err := GuardRestore(t.Context(), tx, true, at); return err })
	if a, held := b.start(d, at.Add(time.Hour)); a != nil || held == nil || !strings.Contains(held.Why, "paused") {
		t.Fatalf("attempt %v, held %v: sending goes on although it is paused", a, held)
	}
}

func TestMailDuringSMTPOpensTheCaseAgain(t *testing.T) {
	b, at := newBench(t), noon.Add(time.Minute)
	c, d := b.sending(at)
	a, _ := b.start(d, at)
	b.join(b.message("m2@x.example", "asker@x.example", "m1@x.example"))
	b.state(c.ID, Sending)
	a.State = AttemptSent
	b.tx(func(tx pgx.Tx) error { return FinishAttempt(t.Context(), tx, c.ID, a, at) })
	end := b.conclusion(d, at)
	if end.End != Answered || !end.Reopened {
		t.Errorf("conclusion %+v", end)
	}
	b.state(c.ID, Open)
	if got := b.load(c.ID); got.DraftVersion != 0 || len(got.Flags) != 1 {
		t.Errorf("reopened case %+v", got)
	}
}

func (b *bench) bounced(d *Decision, recipient string) {
	b.Helper()
	b.tx(func(tx pgx.Tx) error {
		return Bounced(b.Context(), tx, d.ID, recipient, "failed", "5.1.1", noon.Add(2*time.Hour))
	})
}

func TestLateBounceOfAnEarlierAnswer(t *testing.T) {
	b, at := newBench(t), noon.Add(time.Minute)
	c, first := b.sending(at)
	b.finish(first, AttemptSent, at)
	b.conclude(first, at)
	b.join(b.message("m2@x.example", "asker@x.example", "m1@x.example"))
	b.propose(b.load(c.ID), "second answer")
	second := b.approve(b.approval(b.load(c.ID), "k2"))
	if err := b.begin(second, at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	b.finish(second, AttemptSent, at.Add(time.Hour))
	b.conclude(second, at.Add(time.Hour))
	b.bounced(first, "asker@x.example")
	b.state(c.ID, Answered)
	b.tx(func(tx pgx.Tx) error {
		all, err := Attempts(t.Context(), tx, c.ID)
		if len(all) != 2 || all[0].State != AttemptRefused || all[1].State != AttemptSent {
			t.Errorf("attempts %+v", all)
		}
		return err
	})
}

func TestBounceOfAForwarding(t *testing.T) {
	for name, c := range map[string]struct {
		cc   []Address
		want AttemptState
	}{
		"one recipient":      {nil, AttemptRefused},
		"several recipients": {[]Address{{Address: "cc@x.example"}}, AttemptUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			b, at := newBench(t), noon.Add(time.Minute)
			k, d := b.sending(at, c.cc...)
			for range d.Recipients {
				b.finish(d, AttemptSent, at)
			}
			b.conclude(d, at)
			b.bounced(d, "elsewhere@y.example")
			b.state(k.ID, Refused)
			again := b.approve(b.approval(b.load(k.ID), "k2"))
			if err := b.begin(again, at.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if a, held := b.start(again, at.Add(time.Hour)); a == nil {
				t.Errorf("sent again by a person, nothing leaves: %v", held)
			}
			b.tx(func(tx pgx.Tx) error {
				all, err := Attempts(t.Context(), tx, k.ID)
				if len(all) == 0 || all[0].State != c.want {
					t.Errorf("attempts %+v", all)
				}
				return err
			})
		})
	}
}

func TestNothingToSendIsNotAnswered(t *testing.T) {
	b, at := newBench(t), noon.Add(time.Minute)
	c, d := b.sending(at, Address{Address: "cc@x.example"})
	b.finish(d, AttemptSent, at)
	b.finish(d, AttemptRefused, at)
	b.conclude(d, at)
	a := b.approval(b.load(c.ID), "k2")
	a.Cc = nil // its only recipient has this text
	var unfit *ErrUnfit
	err := b.try(func(tx pgx.Tx) error { _, err := Approve(t.Context(), tx, a); return err })
	if err == nil || errors.As(err, &unfit) {
		return
	}
	t.Errorf("approve: %v", err)
}

func TestWaitingDraftStaysAwayFromAnApproval(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	b.tx(func(tx pgx.Tx) error {
		_, err := SaveEdit(t.Context(), tx, Edit{CaseID: c.ID, Person: b.coder, Base: 1, Subject: "Re: question",
			To: []Address{{Address: "asker@x.example"}}, Markdown: "mine", Now: noon})
		return err
	})
	b.propose(b.load(c.ID), "the machine again")
	b.approve(b.approval(b.load(c.ID), "k1"))
	wantConflict(t, b.try(func(tx pgx.Tx) error { return TakeWaiting(t.Context(), tx, c.ID, b.other, noon) }), "no longer be changed")
	if got := b.load(c.ID); got.DraftVersion != 2 {
		t.Errorf("version %d under an approval of 2", got.DraftVersion)
	}
}

func TestOpenCaseIsNoDeadEnd(t *testing.T) {
	b := newBench(t)
	c := b.join(b.message("m1@x.example", "asker@x.example"))
	b.tx(func(tx pgx.Tx) error {
		_, err := SaveEdit(t.Context(), tx, Edit{CaseID: c.ID, Person: b.coder, Base: 0, Subject: "Re: question",
			To: []Address{{Address: "asker@x.example"}}, Markdown: "written by hand", Now: noon})
		return err
	})
	b.state(c.ID, Drafted)
	b.approve(b.approval(b.load(c.ID), "k1"))

	other := b.join(b.message("m2@x.example", "other@y.example"))
	b.tx(func(tx pgx.Tx) error {
		// a rejection names the draft it rejects; an open case has none yet
		return Reject(t.Context(), tx, Rejection{CaseID: other.ID, Person: b.coder, Version: other.Version, Reason: "spam", Key: "k2", Now: noon})
	})
	b.state(other.ID, Rejected)
}

func TestUndoneApprovalIsNotRepeated(t *testing.T) {
	b := newBench(t)
	c := b.drafted("m1@x.example")
	a := b.approval(c, "k1")
	b.approve(a)
	b.tx(func(tx pgx.Tx) error { return Undo(t.Context(), tx, c.ID, b.coder, noon) })
	wantConflict(t, b.try(func(tx pgx.Tx) error { _, err := Approve(t.Context(), tx, a); return err }), "taken back")
}

func TestSettleRespectsAClaim(t *testing.T) {
	b, at := newBench(t), noon.Add(time.Minute)
	c, d := b.sending(at)
	b.finish(d, AttemptRefused, at)
	b.conclude(d, at)
	b.tx(func(tx pgx.Tx) error { _, err := Claim(t.Context(), tx, c.ID, b.other, false, at); return err })
	var claimed *ErrClaimed
	err := b.try(func(tx pgx.Tx) error { return Settle(t.Context(), tx, c.ID, b.coder, b.load(c.ID).Version, true, at) })
	if !errors.As(err, &claimed) {
		t.Errorf("settle of a claimed case: %v", err)
	}
}
