package inbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/caseconsultant/caseconsultant/inbox"
)

// TestIdleOddities: servers that tell of a mail at the wrong moment, or never.
func TestIdleOddities(t *testing.T) {
	t.Run("told before the plus sign", func(t *testing.T) {
		f := newFake(t, "message one")
		f.offer(" IDLE")
		f.beforePlus = func() { f.add("message two") } // as Exchange does
		m := newMemory()
		quick(t, f.config(), m, inbox.Quick{})
		m.until(t, "the mail told of early", mails(2))
	})
	t.Run("never told", func(t *testing.T) {
		f := newFake(t, "message one")
		f.offer(" IDLE")
		f.silent = true
		m := newMemory()
		quick(t, f.config(), m, inbox.Quick{Idle: 30 * time.Millisecond})
		m.until(t, "the first", mails(1))
		f.add("message two")
		m.until(t, "the mail never told of", mails(2))
		if n := f.connections(); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
	t.Run("IDLE offered and refused", func(t *testing.T) {
		f := newFake(t, "message one")
		f.offer(" IDLE")
		f.script("IDLE", "TAG NO not today\r\n")
		m := newMemory()
		quick(t, f.config(), m, inbox.Quick{})
		m.until(t, "the first", mails(1))
		f.add("message two")
		m.until(t, "the next", mails(2))
		if n := f.connections(); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
	t.Run("no IDLE", func(t *testing.T) {
		f := newFake(t, "message one")
		m := newMemory()
		quick(t, f.config(), m, inbox.Quick{})
		m.until(t, "the first", mails(1))
		f.add("message two")
		m.until(t, "the next", mails(2))
	})
}

// TestRecheck: a UID that was missing is asked for again, and given up only
// when the server lists it no more. A poisoned one breaks no more than its own
// turn.
func TestRecheck(t *testing.T) {
	f := newFake(t, "message one", "message two", "message three", "message four")
	f.strange[2], f.strange[3], f.strange[4] = true, true, true
	f.answer = func(c *fakeConn) string {
		switch {
		case c.uid == 4:
			return "* XFOO\r\n"
		case c.uid == 2 && c.try > 3:
			return normal(c)
		}
		return ""
	}
	m := newMemory()
	quick(t, f.config(), m, inbox.Quick{Recheck: 20 * time.Millisecond})
	m.until(t, "two accounted for", func(m *memory) bool { return len(m.mails) == 2 && len(m.missing) == 2 })
	f.remove(3)
	m.until(t, "the vanished one forgotten", func(m *memory) bool { return len(m.missing) == 1 && m.missing[4] != "" })
	f.add("message five")
	m.until(t, "the next, in spite of the poisoned one", mails(3))
}

func (f *fake) remove(uid uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.mails, uid)
}

// TestBatches: no delivery is larger than its bounds, whatever the order in
// which the server answers; one that is too large alone is a gap.
func TestBatches(t *testing.T) {
	large := strings.Repeat("x", inbox.MaxBytes*2/3)
	f := newFake(t)
	for i := range 120 {
		f.mails[uint32(i+1)] = fmt.Sprintf("message %d", i+1)
	}
	for _, u := range []uint32{30, 31, 32, 33} {
		f.mails[u] = fmt.Sprint(u, large)
	}
	f.mails[60] = strings.Repeat("y", inbox.MaxBody+1)
	f.backwards = true
	m := newMemory()
	store := m.store()
	var mu sync.Mutex
	most, count := 0, 0
	deliver := store.Deliver
	store.Deliver = func(ctx context.Context, name string, b inbox.Batch) error {
		size := 0
		for _, r := range b.Messages {
			size += len(r.Body)
		}
		mu.Lock()
		most, count = max(most, size), max(count, len(b.Messages))
		mu.Unlock()
		return deliver(ctx, name, b)
	}
	quickStore(t, f.config(), store, inbox.Quick{})
	m.until(t, "all of them", func(m *memory) bool { return len(m.mails) == 119 && m.cursor.LastUID == 120 })
	mu.Lock()
	defer mu.Unlock()
	if most > inbox.MaxBytes || count > 50 {
		t.Errorf("a batch of %d bytes, one of %d mails", most, count)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.missing[60] != inbox.GapTooLarge {
		t.Errorf("missing %v", m.missing)
	}
}

// TestLease: a mailbox is read by the holder of its lease only, and the lease
// is asked for again when it is lost.
func TestLease(t *testing.T) {
	f := newFake(t, "message one")
	m := newMemory()
	free := make(chan struct{}, 1)
	free <- struct{}{}
	var mu sync.Mutex
	taken, holders, most := 0, 0, 0
	var lose context.CancelFunc
	store := m.store()
	store.Lease = func(ctx context.Context, _ string) (context.Context, func(), error) {
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-free:
		}
		mu.Lock()
		defer mu.Unlock()
		taken++
		holders++
		most = max(most, holders)
		held, cancel := context.WithCancel(context.Background()) // of the holder's connection, not of ctx
		lose = cancel
		return held, func() {
			mu.Lock()
			holders--
			mu.Unlock()
			cancel()
			free <- struct{}{}
		}, nil
	}
	stop1 := quickStore(t, f.config(), store, inbox.Quick{})
	m.until(t, "the first", mails(1))
	stop2 := quickStore(t, f.config(), store, inbox.Quick{})
	for i := range 5 {
		mu.Lock()
		lose()
		mu.Unlock()
		f.add(fmt.Sprint("message after loss ", i))
		m.until(t, "the next, after a lost lease", mails(i+2))
	}
	stop1()
	f.add("message after the first is gone")
	m.until(t, "the other takes over", mails(7))
	stop2()
	if most != 1 || taken < 6 {
		t.Errorf("%d holders at once, taken %d times", most, taken)
	}
}

// quickStore runs a watch on a store of the test's own.
func quickStore(t testing.TB, cfg inbox.Config, store inbox.Store, q inbox.Quick) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		if err := inbox.WatchQuick(ctx, cfg, store, slog.New(slog.DiscardHandler), q); err != nil {
			t.Errorf("Watch: %v", err)
		}
	}()
	stop = sync.OnceFunc(func() { cancel(); <-finished })
	t.Cleanup(stop)
	return stop
}

// TestNoLeakAndNoContent: a watch that met every kind of trouble leaves no
// goroutine, and neither its log nor what it records holds a word of a mail,
// of the server's, or of the credentials.
func TestNoLeakAndNoContent(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const canary = "CANARY"
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	m := newMemory()
	t.Run("watch", func(t *testing.T) {
		var bodies []string
		for i := range 40 {
			bodies = append(bodies, fmt.Sprintf("Subject: %s %d\r\n\r\n%s", canary, i, canary))
		}
		f := newFake(t, bodies...)
		f.offer(" IDLE")
		f.strange[3], f.strange[7], f.strange[9] = true, true, true
		f.answer = func(c *fakeConn) string {
			return map[uint32]string{
				3: "* CANARY what\r\n",
				7: c.tag + " NO [CANARY] CANARY\r\n",
				9: "* 9 FETCH (UID 9 BODY[] {50}\r\nCANARY" + cut,
			}[c.uid]
		}
		cfg := f.config()
		cfg.Username, cfg.Password = "CANARY@example.test", "CANARY-password"
		done := make(chan error, 1)
		go func() {
			done <- inbox.WatchQuick(ctx, cfg, m.store(), slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), inbox.Quick{Recheck: 10 * time.Millisecond, Idle: 10 * time.Millisecond})
		}()
		t.Cleanup(cancel)
		m.until(t, "37 mails", func(m *memory) bool { return len(m.mails) == 37 && len(m.missing) == 3 && len(m.classes) > 20 })
		f.script("LOGIN", "TAG NO [AUTHENTICATIONFAILED] CANARY\r\n")
		if err := result(t, done); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("Watch ended with %v", err)
		}
		cancel()
	})
	if strings.Contains(log.String(), canary) || log.Len() == 0 {
		t.Errorf("the log says\n%.2000s", log.String())
	}
	if all := fmt.Sprint(m.classes, m.missing); strings.Contains(all, canary) {
		t.Errorf("recorded %s", all)
	}
	text := fmt.Sprint(slog.AnyValue(inbox.Config{Name: "m", Password: canary}).Resolve())
	if strings.Contains(text, canary) {
		t.Errorf("a configuration logs as %s", text)
	}
}

// TestBackOff: a store that refuses every delivery is tried again at growing
// distances, although the server goes on delivering.
func TestBackOff(t *testing.T) {
	f := newFake(t, "message one")
	m := newMemory()
	m.fail = errFull
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- inbox.WatchQuick(ctx, f.config(), m.store(), slog.New(slog.NewJSONHandler(&log, nil)), inbox.Quick{})
	}()
	t.Cleanup(cancel)
	m.until(t, "eight refused deliveries", func(m *memory) bool { return m.refused >= 8 })
	cancel()
	if err := result(t, done); err != nil {
		t.Errorf("Watch ended with %v", err)
	}
	var longest time.Duration
	for line := range bytes.Lines(log.Bytes()) {
		var entry struct{ In time.Duration }
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatal(err)
		}
		longest = max(longest, entry.In)
	}
	if longest < 10*time.Millisecond || len(m.classes) > 0 {
		t.Errorf("the longest wait was %v; recorded %v", longest, m.classes)
	}
}

// TestStateTakenBack: a lost connection is on record only until the next good
// look, however rarely good looks are recorded.
func TestStateTakenBack(t *testing.T) {
	f := newFake(t, "message one")
	f.offer(" IDLE")
	m := newMemory()
	quick(t, f.config(), m, inbox.Quick{Polled: time.Hour})
	m.until(t, "a look", looked)
	f.drop()
	m.until(t, "the loss and its end", func(m *memory) bool { return len(m.classes) > 0 && m.last == "" })
}

// TestNothingListens: a server that is not there is waited for.
func TestNothingListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	cfg := inbox.Config{Name: "m", Address: l.Addr().String(), Security: inbox.SecurityPlain, Username: "u", Password: "p"}
	m := newMemory()
	stop, done := quick(t, cfg, m, inbox.Quick{})
	m.until(t, "five tries", func(m *memory) bool { return len(m.classes) >= 5 })
	stop()
	if err := result(t, done); err != nil {
		t.Errorf("Watch ended with %v", err)
	}
	if slices.ContainsFunc(m.classes, func(c string) bool { return c != inbox.ClassConnect }) {
		t.Errorf("recorded %v", m.classes)
	}
}

func TestClass(t *testing.T) {
	for want, err := range map[string]error{
		"":                  nil,
		inbox.ClassConnect:  fmt.Errorf("wrapped: %w", context.DeadlineExceeded),
		inbox.ClassProtocol: fmt.Errorf("anything else"),
		inbox.ClassLimit:    fmt.Errorf("wrapped: %w", &inbox.Error{Op: "fetch", Class: inbox.ClassLimit}),
	} {
		if got := inbox.Class(err); got != want {
			t.Errorf("Class(%v) = %q, want %q", err, got, want)
		}
	}
}
