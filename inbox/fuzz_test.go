package inbox_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
)

// FuzzFetchAnswer lets the server answer the FETCH of one message with any
// bytes: every UID is accounted for within a handful of connections, and
// nothing panics or hangs.
func FuzzFetchAnswer(f *testing.F) {
	for _, seed := range []string{
		"* 2 FETCH (UID 2 BODY[] {3}\r\nabc)\r\n",
		"* 2 FETCH (BODY[] {3}\r\nabc UID 2)\r\n",
		"* 2 FETCH (UID 2 BODY[] {300}\r\nabc)\r\n",
		"* 2 FETCH (UID 2 BODY[] {2}\r\nabc)\r\n",
		"* 2 FETCH (UID 2 BODY[] \"a\\\"bc\")\r\n",
		"* 2 FETCH (UID 2 BODY[] NIL BODY[1] {0}\r\n FLAGS ())\r\n",
		"* 2 FETCH (UID 2 ENVELOPE (NIL NIL NIL))\r\n",
		"* 99 EXPUNGE\r\n* BYE\r\n", "+ go on\r\n", "T1 OK\r\n", "\x00\xff", "* SEARCH 1 2 3\r\n* ESEARCH UID ALL 1:*\r\n",
		"* OK [UIDVALIDITY 9] x\r\n* 0 FETCH ()\r\n* 4294967296 EXISTS\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		server := newFake(t, "message one", "message two", "message three")
		server.strange[2] = true
		server.answer = func(*fakeConn) string { return string(answer) + " " }
		m := newMemory()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error, 1)
		go func() {
			done <- inbox.WatchQuick(ctx, server.config(), m.store(), slog.New(slog.DiscardHandler), inbox.Quick{Stall: 100 * time.Millisecond})
		}()
		m.until(t, "every UID accounted for", func(m *memory) bool { return m.cursor.LastUID >= 3 })
		cancel()
		if err := result(t, done); err != nil {
			t.Errorf("Watch ended with %v", err)
		}
		if n := server.connections(); n > 12 {
			t.Errorf("%d connections", n)
		}
	})
}
