package inbox_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/caseconsultant/caseconsultant/inbox"
)

// tokens hands out its token, or its error.
type tokens struct {
	token string
	err   error
}

func (s tokens) Token() (*oauth2.Token, error) {
	return &oauth2.Token{AccessToken: s.token}, s.err
}

func TestBearerTokens(t *testing.T) {
	tests := []struct {
		name, caps string
		tokens     tokens
		sent       string // the first response, decoded
		class      string
	}{
		{"XOAUTH2", " SASL-IR AUTH=PLAIN AUTH=XOAUTH2", tokens{token: "good"}, "user=u\x01auth=Bearer good\x01\x01", ""},
		{"XOAUTH2 without SASL-IR", " AUTH=XOAUTH2", tokens{token: "good"}, "user=u\x01auth=Bearer good\x01\x01", ""},
		{"OAUTHBEARER where both are offered", " SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER", tokens{token: "good"}, "n,a=u,\x01auth=Bearer good\x01\x01", ""},
		{"XOAUTH2 refused", " SASL-IR AUTH=XOAUTH2", tokens{token: "bad"}, "user=u\x01auth=Bearer bad\x01\x01", inbox.ClassAuth},
		{"OAUTHBEARER refused", " SASL-IR AUTH=OAUTHBEARER", tokens{token: "bad"}, "n,a=u,\x01auth=Bearer bad\x01\x01", inbox.ClassAuth},
		{"neither offered", " AUTH=PLAIN", tokens{token: "good"}, "", inbox.ClassProtocol},
		{"a person must sign in", " AUTH=XOAUTH2", tokens{err: &oauth2.RetrieveError{ErrorCode: "invalid_grant"}}, "", inbox.ClassSignIn},
		{"no token to be had", " AUTH=XOAUTH2", tokens{err: errors.New("refused: secret words of the provider")}, "", inbox.ClassConnect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.offer(tt.caps)
			cfg := f.config()
			cfg.Auth, cfg.Tokens = inbox.AuthOAuth, tt.tokens
			_, err := inbox.Check(t.Context(), cfg)
			if inbox.Class(err) != tt.class {
				t.Errorf("class %q (%v), want %q", inbox.Class(err), err, tt.class)
			}
			if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "bad")) {
				t.Errorf("the error says too much: %v", err)
			}
			if got := f.signedInWith(); got != tt.sent {
				t.Errorf("sent %q, want %q", got, tt.sent)
			}
		})
	}
}

func (f *fake) signedInWith() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, _ := base64.StdEncoding.DecodeString(f.sasl)
	return string(b)
}

// TestRefusals: Watch stops after three refusals in a row, and at once where
// only a person can help; an overloaded server is no refusal.
func TestRefusals(t *testing.T) {
	t.Run("password", func(t *testing.T) {
		f := newFake(t)
		f.script("LOGIN", "TAG NO [AUTHENTICATIONFAILED] no such patient as Jane Roe\r\n")
		m := newMemory()
		_, done := quick(t, f.config(), m, inbox.Quick{})
		err := result(t, done)
		if inbox.Class(err) != inbox.ClassAuth || strings.Contains(err.Error(), "Jane") || f.connections() != 3 {
			t.Errorf("after %d connections: %v", f.connections(), err)
		}
		if strings.Join(m.classes, " ") != "auth auth auth" {
			t.Errorf("recorded %v", m.classes)
		}
	})
	t.Run("sign-in", func(t *testing.T) {
		f := newFake(t)
		f.offer(" AUTH=XOAUTH2")
		cfg := f.config()
		cfg.Auth, cfg.Tokens = inbox.AuthOAuth, tokens{err: &oauth2.RetrieveError{ErrorCode: "invalid_grant"}}
		m := newMemory()
		_, done := quick(t, cfg, m, inbox.Quick{})
		if err := result(t, done); inbox.Class(err) != inbox.ClassSignIn || f.connections() != 1 {
			t.Errorf("after %d connections: %v", f.connections(), err)
		}
	})
	t.Run("limit", func(t *testing.T) {
		f := newFake(t, "message one")
		f.script("LOGIN", "TAG NO [LIMIT] too many connections\r\n")
		m := newMemory()
		quick(t, f.config(), m, inbox.Quick{})
		m.until(t, "six tries", func(m *memory) bool { return len(m.classes) >= 6 && m.classes[5] == inbox.ClassLimit })
		f.script("LOGIN", "")
		m.until(t, "the mail", mails(1))
	})
}

func result(t testing.TB, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		t.Fatal("Watch goes on")
		return nil
	}
}

func TestConfigRefused(t *testing.T) {
	good := inbox.Config{Name: "m", Address: "imap.example.org:993", Username: "u", Password: "hunter2"}
	tests := []struct {
		name   string
		change func(*inbox.Config)
		says   string
	}{
		{"plain beyond loopback", func(c *inbox.Config) { c.Security = inbox.SecurityPlain }, "use tls or starttls"},
		{"plain to an address beyond loopback", func(c *inbox.Config) { c.Security, c.Address = inbox.SecurityPlain, "10.0.0.1:143" }, "use tls or starttls"},
		{"plain to a name that begins like loopback", func(c *inbox.Config) { c.Security, c.Address = inbox.SecurityPlain, "localhost.example.org:143" }, "use tls or starttls"},
		{"no port", func(c *inbox.Config) { c.Address = "imap.example.org" }, "host:port"},
		{"no user", func(c *inbox.Config) { c.Username = "" }, "no username"},
		{"no password", func(c *inbox.Config) { c.Password = "" }, "no password"},
		{"oauth without tokens", func(c *inbox.Config) { c.Auth = inbox.AuthOAuth }, "token source"},
		{"unknown security", func(c *inbox.Config) { c.Security = "ssl" }, "tls, starttls"},
		{"unknown auth", func(c *inbox.Config) { c.Auth = "ntlm" }, "password or oauth"},
		{"unknown watch", func(c *inbox.Config) { c.Watch = "poll" }, "idle or noop"},
		{"no pace", func(c *inbox.Config) { c.Pace = -1 }, "1 ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := good
			tt.change(&cfg)
			_, done := quick(t, cfg, newMemory(), inbox.Quick{})
			err := result(t, done)
			if inbox.Class(err) != inbox.ClassConfig || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
		})
	}
}
