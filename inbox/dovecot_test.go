package inbox_test

import (
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

func TestCatchUpAndIdle(t *testing.T) {
	s := dovecottest.Start(t)
	raws := mailsOf(230, 3000)
	s.Fill(t, raws[:200])
	m := newMemory()
	stop, _ := watch(t, dovecotConfig(s), m)
	m.until(t, "200 mails", mails(200))
	m.until(t, "a look", func(m *memory) bool { return m.polls > 0 })
	for _, raw := range raws[200:] {
		s.Deliver(t, raw)
	}
	m.until(t, "mails noticed in IDLE", mails(230))
	stop()
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
	watch(t, cfg, m)
	m.until(t, "a look", func(m *memory) bool { return m.polls > 0 })
	var waits []time.Duration
	for i := range 10 {
		s.Deliver(t, mail(i, 3000))
		began := time.Now()
		m.until(t, "a mail noticed by NOOP", mails(i+1))
		waits = append(waits, time.Since(began))
	}
	t.Logf("from delivery to store: %v", waits)
}
