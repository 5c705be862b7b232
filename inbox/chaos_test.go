package inbox_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

// TestChaos fills a mailbox while the watcher, the IMAP processes, the server
// and the store fail in turn, in an order drawn from a seed: nothing lost,
// nothing stored twice, nothing shortened. CHAOS_MAILS makes it longer.
func TestChaos(t *testing.T) {
	total := 600
	if n, err := strconv.Atoi(os.Getenv("CHAOS_MAILS")); err == nil {
		total = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := dovecottest.Start(t)
	cfg := dovecotConfig(s)
	cfg.Watch, cfg.Pace = inbox.WatchNoop, 5*time.Millisecond
	m := newMemory()
	store := m.store()
	deliver := store.Deliver
	store.Deliver = func(ctx context.Context, name string, b inbox.Batch) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return deliver(ctx, name, b)
	}
	q := inbox.Quick{Stall: 2 * time.Second, Recheck: 50 * time.Millisecond}
	stop := quickStore(t, cfg, store, q)
	raws := mailsOf(total, 8000)
	for put := 0; put < total; {
		n := min(1+rng.IntN(25), total-put)
		s.Fill(t, raws[put:put+n])
		put += n
		switch rng.IntN(12) {
		case 0:
			s.Restart(t)
		case 1, 2, 3:
			s.KillIMAP(t)
		case 4, 5:
			stop()
			stop = quickStore(t, cfg, store, q)
		case 6:
			m.setFail(errors.New("database gone"))
			before := m.refusals()
			m.until(t, "refused deliveries", func(m *memory) bool { return m.refused > before || len(m.mails) == put })
			m.setFail(nil)
		default:
			m.until(t, "some progress", mails(put/2))
		}
	}
	m.until(t, "all mails", mails(total))
	m.expect(t, raws)
	t.Logf("%d deliveries of %d mails", m.delivered, total)
}

func (m *memory) refusals() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refused
}
