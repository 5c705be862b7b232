package inbox_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

// memory is a Store that keeps everything in maps, with the promises of the
// real one: delivering a UID or the same bytes again changes nothing.
type memory struct {
	mu        sync.Mutex
	cursor    inbox.Cursor
	seen      map[[2]uint32]bool
	bySum     map[[32]byte]bool
	mails     []string // distinct bytes, as they came
	missing   map[uint32]string
	delivered int // messages handed over, repeats included
	refused   int // deliveries answered with fail
	byUID     map[uint32][32]byte
	polls     int
	classes   []string // error classes reported
	last      string   // the class recorded last
	fail      error    // what Deliver answers
	wake      chan struct{}
}

func newMemory() *memory {
	return &memory{seen: map[[2]uint32]bool{}, bySum: map[[32]byte]bool{}, missing: map[uint32]string{}, byUID: map[uint32][32]byte{}, wake: make(chan struct{}, 1)}
}

func (m *memory) changed() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *memory) store() inbox.Store {
	return inbox.Store{
		Lease: func(ctx context.Context, _ string) (context.Context, func(), error) {
			held, cancel := context.WithCancel(ctx)
			return held, cancel, nil
		},
		Cursor: func(context.Context, string) (inbox.Cursor, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			return m.cursor, nil
		},
		Deliver: m.deliver,
		Unseen: func(_ context.Context, _ string, validity uint32, uids []uint32) ([]uint32, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			return slices.DeleteFunc(uids, func(u uint32) bool { return m.seen[[2]uint32{validity, u}] || m.missing[u] != "" }), nil
		},
		Missing: func(context.Context, string, uint32) ([]uint32, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			var uids []uint32
			for u := range m.missing {
				uids = append(uids, u)
			}
			return uids, nil
		},
		Polled: func(_ context.Context, _ string, _ time.Time, class string) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.last = class
			if class == "" {
				m.polls++
			} else {
				m.classes = append(m.classes, class)
			}
			m.changed()
			return nil
		},
	}
}

func (m *memory) deliver(_ context.Context, _ string, b inbox.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.changed()
	if m.fail != nil {
		m.refused++
		return m.fail
	}
	for _, r := range b.Messages {
		m.delivered++
		m.seen[[2]uint32{b.UIDValidity, r.UID}] = true
		delete(m.missing, r.UID)
		sum := sha256.Sum256(r.Body)
		m.byUID[r.UID] = sum
		if !m.bySum[sum] {
			m.bySum[sum] = true
			m.mails = append(m.mails, string(r.Body))
		}
	}
	for _, g := range b.Missing {
		m.missing[g.UID] = g.Reason
		if g.Reason == inbox.GapExpunged {
			delete(m.missing, g.UID)
		}
	}
	if b.LastUID > 0 {
		m.cursor = inbox.Cursor{UIDValidity: b.UIDValidity, LastUID: b.LastUID}
	}
	return nil
}

// patience is how long a test waits for what must happen much sooner.
const patience = 3 * time.Minute

// until waits for a state of the store.
func (m *memory) until(t testing.TB, what string, state func(*memory) bool) {
	t.Helper()
	timeout := time.After(patience)
	for {
		m.mu.Lock()
		ok := state(m)
		m.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-m.wake:
		case <-timeout:
			m.mu.Lock()
			defer m.mu.Unlock()
			t.Fatalf("not within %v: %s; %d mails, cursor %v, missing %v, polls %d, %d errors, the last %v", patience, what,
				len(m.mails), m.cursor, m.missing, m.polls, len(m.classes), m.classes[max(0, len(m.classes)-3):])
		}
	}
}

func sumOf(mail string) [32]byte { return sha256.Sum256([]byte(mail)) }

func mails(n int) func(*memory) bool { return func(m *memory) bool { return len(m.mails) >= n } }

func (m *memory) setFail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

var errFull = errors.New("disk full")

// mail is a distinct message of about size bytes.
func mail(i, size int) []byte {
	head := fmt.Sprintf("From: asker@practice.test\r\nTo: consult@example.test\r\nSubject: case %d\r\nMessage-ID: <case-%d@practice.test>\r\n\r\n", i, i)
	line := fmt.Sprintf("line of case %06d, and nothing more to say about it.......\r\n", i)
	b := []byte(head)
	for len(b) < size {
		b = append(b, line...)
	}
	return b
}

func mailsOf(n, size int) [][]byte {
	raws := make([][]byte, n)
	for i := range raws {
		raws[i] = mail(i, size)
	}
	return raws
}

// expect fails unless the store holds exactly these mails, whole.
func (m *memory) expect(t testing.TB, raws [][]byte) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	got := slices.Sorted(slices.Values(m.mails))
	want := make([]string, len(raws))
	for i, r := range raws {
		want[i] = string(r)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("%d mails stored, %d wanted, or not the same bytes", len(got), len(want))
	}
}

func dovecotConfig(s *dovecottest.Server) inbox.Config {
	return inbox.Config{Name: "consult", Address: s.Addr(), Security: inbox.SecurityPlain, Username: s.User, Password: s.Password}
}

// watch runs Watch until the test ends, or stop is called; done receives what
// it returned.
func watch(t testing.TB, cfg inbox.Config, m *memory) (stop func(), done <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	finished := make(chan struct{})
	go func() {
		ended <- inbox.Watch(ctx, cfg, m.store(), slog.New(slog.NewTextHandler(t.Output(), nil)))
		close(finished)
	}()
	stop = func() { cancel(); <-finished }
	t.Cleanup(stop)
	return stop, ended
}
