package inbox_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
)

// TestNoTLS: where TLS is wanted and the server has none, nothing is said to
// it that is secret, and the error says what to check.
func TestNoTLS(t *testing.T) {
	t.Run("STARTTLS refused", func(t *testing.T) {
		f := newFake(t)
		f.offer(" STARTTLS")
		f.script("STARTTLS", "TAG NO CANARY\r\n")
		cfg := f.config()
		cfg.Security = inbox.SecuritySTARTTLS
		_, err := inbox.Check(t.Context(), cfg)
		if inbox.Class(err) != inbox.ClassTLS || strings.Contains(err.Error(), "CANARY") || !strings.Contains(err.Error(), "check port") {
			t.Errorf("got %v", err)
		}
		if f.heard("LOGIN") || f.heard("AUTHENTICATE") {
			t.Error("it signed in without TLS")
		}
	})
	t.Run("plain server on the TLS port", func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		cfg.Security = inbox.SecurityTLS
		if _, err := inbox.Check(t.Context(), cfg); inbox.Class(err) != inbox.ClassTLS || !strings.Contains(err.Error(), "handshake") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("password refused without TLS", func(t *testing.T) {
		f := newFake(t)
		f.offer(" LOGINDISABLED")
		if _, err := inbox.Check(t.Context(), f.config()); inbox.Class(err) != inbox.ClassTLS {
			t.Errorf("got %v", err)
		}
	})
}

// TestSilentServer: one that takes the connection and never speaks.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go io.Copy(io.Discard, c)
		}
	}()
	for _, security := range []string{inbox.SecurityPlain, inbox.SecuritySTARTTLS, inbox.SecurityTLS} {
		t.Run(security, func(t *testing.T) {
			cfg := inbox.Config{Name: "m", Address: l.Addr().String(), Security: security, Username: "u", Password: "p"}
			m := newMemory()
			quick(t, cfg, m, inbox.Quick{Stall: 50 * time.Millisecond})
			m.until(t, "three tries", func(m *memory) bool { return len(m.classes) >= 3 })
			if m.classes[0] != inbox.ClassConnect {
				t.Errorf("recorded %v", m.classes)
			}
		})
	}
}
