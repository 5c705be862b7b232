package inbox_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

func looked(m *memory) bool { return m.polls > 0 }

func TestCatchUpAndIdle(t *testing.T) {
	s := dovecottest.Start(t)
	raws := mailsOf(230, 3000)
	s.Fill(t, raws[:200])
	m := newMemory()
	stop, done := watch(t, dovecotConfig(s), m)
	m.until(t, "200 mails", mails(200))
	m.until(t, "a look", looked)
	for _, raw := range raws[200:] {
		s.Deliver(t, raw)
	}
	m.until(t, "mails noticed in IDLE", mails(230))
	stop()
	if err := <-done; err != nil {
		t.Errorf("Watch ended with %v", err)
	}
	m.expect(t, s.Raw(t, "INBOX"))
	if m.delivered != 230 {
		t.Errorf("%d deliveries for 230 mails", m.delivered)
	}
}

func TestNoop(t *testing.T) {
	s := dovecottest.Start(t)
	cfg := dovecotConfig(s)
	cfg.Watch, cfg.Pace = inbox.WatchNoop, 20*time.Millisecond
	m := newMemory()
	started := time.Now()
	watch(t, cfg, m)
	m.until(t, "a look", looked)
	var waits []time.Duration
	for i := range 10 {
		s.Deliver(t, mail(i, 3000))
		began := time.Now()
		m.until(t, "a mail noticed by NOOP", mails(i+1))
		waits = append(waits, time.Since(began))
	}
	t.Logf("from delivery to store: %v", waits)
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := time.Since(started); m.polls > int(d.Seconds())+1 {
		t.Errorf("%d polls recorded in %v", m.polls, d)
	}
}

// TestMailboxUntouched: reading leaves no trace that another client sees.
func TestMailboxUntouched(t *testing.T) {
	s := dovecottest.Start(t)
	s.Fill(t, mailsOf(3, 500))
	m := newMemory()
	stop, _ := watch(t, dovecotConfig(s), m)
	m.until(t, "3 mails", mails(3))
	stop()
	for _, name := range s.Files(t, "INBOX") {
		if _, flags, _ := strings.Cut(name, ":2,"); flags != "" {
			t.Errorf("a mail has flags %q", flags)
		}
	}
}

func TestRestartInBetween(t *testing.T) {
	s := dovecottest.Start(t)
	s.Fill(t, mailsOf(20, 500))
	m := newMemory()
	quick(t, dovecotConfig(s), m, inbox.Quick{})
	m.until(t, "20 mails", mails(20))
	s.Restart(t)
	s.Deliver(t, mail(100, 500))
	m.until(t, "a mail after the restart", mails(21))
	s.Stop(t)
	s.Fill(t, [][]byte{mail(101, 500)})
	s.Resume(t)
	m.until(t, "a mail put there while it stood still", mails(22))
	m.expect(t, s.Raw(t, "INBOX"))
}

func TestUIDValidityChange(t *testing.T) {
	s := dovecottest.Start(t)
	s.Fill(t, mailsOf(60, 500))
	m := newMemory()
	quick(t, dovecotConfig(s), m, inbox.Quick{})
	m.until(t, "60 mails", func(m *memory) bool { return m.cursor.LastUID == 60 })
	before := m.position()
	s.ChangeUIDValidity(t)
	s.Deliver(t, mail(100, 500))
	m.until(t, "the new mail and a new cursor", func(m *memory) bool {
		return len(m.mails) == 61 && m.cursor.UIDValidity != before.UIDValidity && m.cursor.LastUID == 61
	})
	m.expect(t, s.Raw(t, "INBOX"))
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.delivered != 121 {
		t.Errorf("%d deliveries; want 60, and all 61 again under the new numbers", m.delivered)
	}
}

func (m *memory) position() inbox.Cursor {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cursor
}

// TestKilledServerProcesses kills the IMAP processes while mails come in and
// while the watcher catches up.
func TestKilledServerProcesses(t *testing.T) {
	s := dovecottest.Start(t)
	raws := mailsOf(400, 20000)
	s.Fill(t, raws[:100])
	m := newMemory()
	quick(t, dovecotConfig(s), m, inbox.Quick{})
	killed := 0
	for i := range 6 {
		m.until(t, "progress", mails(30+50*i))
		killed += s.KillIMAP(t)
		s.Fill(t, raws[100+50*i:150+50*i])
	}
	s.Deliver(t, mail(1000, 500)) // Maildir files written by hand are noticed at the next look
	m.until(t, "all mails", mails(401))
	m.expect(t, s.Raw(t, "INBOX"))
	if killed == 0 {
		t.Error("no process was there to kill")
	}
	if left := s.KillIMAP(t); left > 2 {
		t.Errorf("%d connections are signed in at the end; the watcher left some behind", left)
	}
}

// TestSince: a first start reads from the first day on, and so do rescans;
// what comes later is read whatever its date.
func TestSince(t *testing.T) {
	s := dovecottest.Start(t)
	day := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	raws := mailsOf(5, 500)
	s.FillDated(t, raws[2:4], day.Add(36*time.Hour)) // lower UIDs than the old ones
	s.FillDated(t, raws[:2], day.Add(-72*time.Hour))
	cfg := dovecotConfig(s)
	cfg.Since = day
	m := newMemory()
	quick(t, cfg, m, inbox.Quick{})
	m.until(t, "the end of the first scan", func(m *memory) bool { return m.cursor.LastUID == 4 })
	m.expect(t, raws[2:4])
	s.FillDated(t, raws[4:], day.Add(-72*time.Hour)) // moved in by somebody today
	s.Deliver(t, mail(100, 100))
	m.until(t, "an old mail moved in, and a new one", mails(4))
	s.ChangeUIDValidity(t)
	m.until(t, "the rescan", func(m *memory) bool { return m.cursor.LastUID == 6 && m.delivered == 7 })
}

// TestReconcile: once a day what was overlooked is found, and nothing else is
// fetched again.
func TestReconcile(t *testing.T) {
	s := dovecottest.Start(t)
	s.Fill(t, mailsOf(10, 500))
	m := newMemory()
	stop, _ := watch(t, dovecotConfig(s), m)
	m.until(t, "10 mails", func(m *memory) bool { return m.cursor.LastUID == 10 })
	stop()
	m.forget(4)
	cfg := dovecotConfig(s)
	cfg.Watch, cfg.Pace = inbox.WatchNoop, 5*time.Millisecond
	quick(t, cfg, m, inbox.Quick{Reconcile: 50 * time.Millisecond})
	m.until(t, "the mail overlooked", mails(10))
	m.forget(7)
	m.until(t, "another, a day later", mails(10))
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.delivered != 12 || m.cursor.LastUID != 10 {
		t.Errorf("%d deliveries, cursor %v", m.delivered, m.cursor)
	}
}

// forget makes the store one that never saw a UID.
func (m *memory) forget(uid uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.seen, [2]uint32{m.cursor.UIDValidity, uid})
	sum := m.byUID[uid]
	delete(m.bySum, sum)
	for i, mail := range m.mails {
		if sumOf(mail) == sum {
			m.mails = append(m.mails[:i], m.mails[i+1:]...)
			return
		}
	}
}

// TestStoreFails: while the store fails no more mail is taken than the batch
// in flight and the one behind it, and everything arrives once it works.
func TestStoreFails(t *testing.T) {
	s := dovecottest.Start(t)
	raws := mailsOf(300, 500)
	s.Fill(t, raws)
	m := newMemory()
	m.fail = errFull
	quick(t, dovecotConfig(s), m, inbox.Quick{})
	m.until(t, "three refused deliveries", func(m *memory) bool { return m.refused >= 3 })
	if c := m.position(); c.LastUID != 0 {
		t.Errorf("the cursor moved to %v", c)
	}
	m.setFail(nil)
	m.until(t, "all mails", mails(300))
	m.expect(t, raws)
}

func TestSent(t *testing.T) {
	s := dovecottest.Start(t)
	cfg := dovecotConfig(s)
	ctx := t.Context()
	raw := []byte("From: consult@example.test\r\nMessage-ID: <case-1.r1.abc@example.test>\r\nSubject: Re: 99213\r\n\r\n" +
		strings.Repeat("Yes, with modifier 25 on the visit.\r\n", 300)) // larger than a socket takes at once
	if _, err := inbox.FindSent(ctx, cfg, "<case-1.r1.abc@example.test>"); !errors.Is(err, inbox.ErrNoFolder) || inbox.Class(err) != inbox.ClassProtocol {
		t.Errorf("without a Sent folder: %v", err)
	}
	if err := inbox.Append(ctx, cfg, "", raw, time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	got := s.Raw(t, "Sent")
	if len(got) != 1 || !bytes.Equal(got[0], raw) {
		t.Fatalf("Sent holds %q", got)
	}
	for id, want := range map[string]bool{"<case-1.r1.abc@example.test>": true, "case-1.r1.abc@example.test": true, "case-2.r1.abc@example.test": false} {
		if found, err := inbox.FindSent(ctx, cfg, id); found != want || err != nil {
			t.Errorf("FindSent(%q) = %v, %v", id, found, err)
		}
	}
	if _, err := inbox.FindSent(ctx, cfg, "a@b\r\nT9 DELETE INBOX"); inbox.Class(err) != inbox.ClassConfig {
		t.Errorf("a Message-ID with a line end: %v", err)
	}
}

func TestCheck(t *testing.T) {
	s := dovecottest.Start(t, dovecottest.WithTLS())
	s.Fill(t, mailsOf(3, 100))
	cfg := dovecotConfig(s)
	for _, security := range []string{inbox.SecurityPlain, inbox.SecuritySTARTTLS, inbox.SecurityTLS} {
		cfg.Security, cfg.RootCAs = security, s.RootCAs()
		if security == inbox.SecurityTLS {
			cfg.Address = s.TLSAddr()
		}
		r, err := inbox.Check(t.Context(), cfg)
		if err != nil {
			t.Errorf("%s: %v", security, err)
			continue
		}
		if !r.Idle || !r.UIDPlus || !r.Move || !r.SpecialUse || r.Sent != "Sent" || r.SentExists || r.Messages != 3 || r.SinceFirst != 3 || r.Mechanism != "PLAIN" {
			t.Errorf("%s: %+v", security, r)
		}
	}
	cfg.RootCAs = nil
	if _, err := inbox.Check(t.Context(), cfg); inbox.Class(err) != inbox.ClassTLS {
		t.Errorf("a certificate that nobody knows: %v", err)
	}
	cfg.RootCAs, cfg.Password = s.RootCAs(), "wrong"
	if _, err := inbox.Check(t.Context(), cfg); inbox.Class(err) != inbox.ClassAuth || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong password: %v", err)
	}
}
