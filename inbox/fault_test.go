package inbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
)

func quick(t testing.TB, cfg inbox.Config, m *memory, q inbox.Quick) (stop func(), done <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended, finished := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(finished)
		ended <- inbox.WatchQuick(ctx, cfg, m.store(), slog.New(slog.NewTextHandler(t.Output(), nil)), q)
	}()
	stop = func() { cancel(); <-finished }
	t.Cleanup(stop)
	return stop, ended
}

const strangeUID = 3

// TestStrangeAnswers: message 3 of five is answered in each of the ways that
// go-imap trips over. The others must arrive, whole, and so must one that
// comes later; message 3 arrives whole or is a gap that says why; and asking
// for it must end.
func TestStrangeAnswers(t *testing.T) {
	tests := []struct {
		name   string
		answer func(c *fakeConn) string
		gap    string // empty: message 3 arrives
	}{
		{"body before UID", func(c *fakeConn) string {
			return fmt.Sprintf("* 3 FETCH (BODY[] {%d}\r\n%s UID 3)\r\n", len(c.body), c.body)
		}, ""},
		{"twice", func(c *fakeConn) string { return normal(c) + normal(c) }, ""},
		{"flags beside it", func(c *fakeConn) string { return "* 1 FETCH (FLAGS (\\Seen))\r\n" + normal(c) }, ""},
		{"quoted body", func(c *fakeConn) string { return "* 3 FETCH (UID 3 BODY[] \"message three\")\r\n" }, ""},
		{"NUL and bare LF", func(c *fakeConn) string {
			return "* 3 FETCH (UID 3 BODY[] {13}\r\nmessage three)\r\n"
		}, ""},
		{"cut in the body, twice, then well", func(c *fakeConn) string {
			if c.try <= 2 {
				return fmt.Sprintf("* 3 FETCH (UID 3 BODY[] {%d}\r\n%s", len(c.body), c.body[:5]) + cut
			}
			return normal(c)
		}, ""},
		{"absent", func(c *fakeConn) string { return "* OK nothing\r\n" }, inbox.GapAbsent},
		{"no UID", func(c *fakeConn) string {
			return fmt.Sprintf("* 3 FETCH (BODY[] {%d}\r\n%s)\r\n", len(c.body), c.body)
		}, inbox.GapAbsent},
		{"another UID", func(c *fakeConn) string {
			return fmt.Sprintf("* 3 FETCH (UID 77 BODY[] {%d}\r\n%s)\r\n", len(c.body), c.body)
		}, inbox.GapAbsent},
		{"NIL body", func(c *fakeConn) string { return "* 3 FETCH (UID 3 BODY[] NIL)\r\n" }, inbox.GapEmpty},
		{"empty body", func(c *fakeConn) string { return "* 3 FETCH (UID 3 BODY[] {0}\r\n)\r\n" }, inbox.GapEmpty},
		{"cut in the body", func(c *fakeConn) string {
			return fmt.Sprintf("* 3 FETCH (UID 3 BODY[] {%d}\r\n%s", len(c.body), c.body[:5]) + cut
		}, inbox.GapBroken},
		{"cut before it", func(c *fakeConn) string { return "" }, inbox.GapBroken},
		{"literal longer than announced", func(c *fakeConn) string {
			return fmt.Sprintf("* 3 FETCH (UID 3 BODY[] {%d}\r\n%s)\r\n", len(c.body)-4, c.body)
		}, inbox.GapBroken},
		{"literal shorter than announced", func(c *fakeConn) string {
			return fmt.Sprintf("* 3 FETCH (UID 3 BODY[] {%d}\r\n%s)\r\n", len(c.body)+40, c.body)
		}, inbox.GapBroken},
		{"literal of 4 GB announced", func(c *fakeConn) string { return "* 3 FETCH (UID 3 BODY[] {4294967295}\r\nabc" }, inbox.GapBroken},
		{"silence", func(c *fakeConn) string { c.hang(); return "" }, inbox.GapBroken},
		{"silence in the body", func(c *fakeConn) string {
			return fmt.Sprintf("* 3 FETCH (UID 3 BODY[] {%d}\r\n%s", len(c.body)+10000, c.body)
		}, inbox.GapBroken},
		{"unknown response", func(c *fakeConn) string { return "* XFOO bar\r\n" + normal(c) }, inbox.GapBroken},
		{"VANISHED", func(c *fakeConn) string { return "* VANISHED 1\r\n" + normal(c) }, inbox.GapBroken},
		{"unknown item", func(c *fakeConn) string { return "* 3 FETCH (UID 3 X-GM-MSGID 12)\r\n" }, inbox.GapBroken},
		{"bad date", func(c *fakeConn) string { return "* 3 FETCH (UID 3 INTERNALDATE \"yesterday\")\r\n" }, inbox.GapBroken},
		{"bad flag", func(c *fakeConn) string { return "* 3 FETCH (UID 3 FLAGS ([a]))\r\n" }, inbox.GapBroken},
		{"negative size", func(c *fakeConn) string { return "* 3 FETCH (UID 3 RFC822.SIZE -1)\r\n" }, inbox.GapBroken},
		{"deep list", func(c *fakeConn) string {
			return "* 3 FETCH (UID 3 BODYSTRUCTURE " + strings.Repeat("(", 1200) + ")\r\n"
		}, inbox.GapBroken},
		{"NO", func(c *fakeConn) string { return c.tag + " NO [SERVERBUG] Internal error\r\n" }, inbox.GapBroken},
		{"BAD", func(c *fakeConn) string { return c.tag + " BAD what?\r\n" }, inbox.GapBroken},
		{"BYE", func(c *fakeConn) string { return "* BYE over\r\n" + cut }, inbox.GapBroken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bodies := []string{"message one", "message two", "message three", "message four", "message five"}
			if tt.name == "NUL and bare LF" {
				bodies[2] = "mess\x00ge\nthree"
				tt.answer = normal
			}
			f := newFake(t, bodies...)
			f.answer, f.strange[strangeUID] = tt.answer, true
			m := newMemory()
			quick(t, f.config(), m, inbox.Quick{Stall: time.Second})
			m.until(t, "every UID accounted for", func(m *memory) bool { return len(m.mails)+len(m.missing) == 5 && m.cursor.LastUID == 5 })
			tries, conns := f.tries(strangeUID), f.connections()
			f.add("message six")
			m.until(t, "a later mail", func(m *memory) bool { return m.cursor.LastUID == 6 })

			m.mu.Lock()
			defer m.mu.Unlock()
			if got := m.missing[strangeUID]; got != tt.gap {
				t.Errorf("gap %q, want %q", got, tt.gap)
			}
			want := len(bodies) + 1
			if tt.gap != "" {
				want--
			}
			for _, mail := range m.mails {
				if mail != "message six" && !contains(bodies, mail) {
					t.Errorf("stored %q, which no message is", mail)
				}
			}
			if len(m.mails) != want {
				t.Errorf("%d mails stored, want %d", len(m.mails), want)
			}
			if conns > 10 || f.connections() > conns+1 {
				t.Errorf("%d connections, %d at the end", conns, f.connections())
			}
			if f.tries(strangeUID) > tries || tries > 6 {
				t.Errorf("message %d asked for %d times, then %d", strangeUID, tries, f.tries(strangeUID))
			}
		})
	}
}

func (f *fake) tries(uid uint32) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fetches[uid]
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}
