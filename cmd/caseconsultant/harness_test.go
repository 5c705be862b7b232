package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

const testAsker = "dana.lane@ridge-ortho.example"

// newStore returns a fresh database with the schema and the starter library.
func newStore(t testing.TB) *store {
	t.Helper()
	s := &store{url: pgtest.URL(t)}
	if err := s.connect(t.Context(), 24); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	if _, err := s.migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// testConfig watches the server's mailbox and sends to smtpAddr.
func testConfig(t testing.TB, d *dovecottest.Server, smtpAddr string) *config {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte(d.Password), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := &config{
		Undo: duration{50 * time.Millisecond},
		Web:  webConfig{Addr: "127.0.0.1:0"}, Health: healthConfig{Addr: new(string)},
		Mailbox: []mailboxConfig{{Name: "consult", Address: "consult@practice.example", IMAP: d.Addr(), Security: "plain",
			User: d.User, Watch: "noop", Pace: duration{20 * time.Millisecond}, SentCopy: "append",
			secretConfig: secretConfig{PasswordFile: secret}}},
		SMTP: &smtpConfig{Host: smtpAddr, Security: "plain", Auth: "none", Name: "Coding Consultation"},
	}
	if smtpAddr == "" {
		cfg.SMTP = nil
	}
	if err := cfg.complete(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// startService runs the product in this process until the test ends, and
// returns the web address.
func startService(t testing.TB, s *store, cfg *config, roles ...string) (addr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- serve(ctx, s, cfg, roles, false, slog.New(slog.DiscardHandler), func(addr string) { ready <- addr })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	if !slices.Contains(roles, "web") {
		return ""
	}
	select {
	case addr = <-ready:
		return addr
	case err := <-done:
		done <- nil
		t.Fatalf("serve: %v", err)
	}
	return ""
}

// caseMail is a question with a subject of its own, so that each is another
// mail, padded to about size bytes.
func caseMail(n, size int) []byte {
	text := fmt.Sprintf("From: Dana Lane <%s>\r\nTo: consult@practice.example\r\nSubject: question %d\r\n"+
		"Message-ID: <%d.%s@ridge-ortho.example>\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"+
		"99213-25 and 20610-RT same day, DOS 11/15/2025, dx M17.11, Medicare. Anything else on the claim?\r\n",
		testAsker, n, n, rand.Text()[:8], time.Now().Format(time.RFC1123Z))
	for len(text) < size {
		text += "The knee was painful again and the patient asked for the same treatment as last time.\r\n"
	}
	return []byte(text)
}

// deliverLMTP hands a mail to Dovecot with a real SMTP client.
func deliverLMTP(t testing.TB, d *dovecottest.Server, raw []byte) {
	t.Helper()
	conn, err := net.Dial("tcp", d.LMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	client := smtp.NewClientLMTP(conn)
	defer func() { _ = client.Close() }()
	if err := client.SendMail(testAsker, []string{d.User}, strings.NewReader(string(raw))); err != nil {
		t.Fatal(err)
	}
}

// await polls the database until sql, which yields one number, reaches want.
func await(t testing.TB, pool *pgxpool.Pool, limit time.Duration, want int, sql string, args ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	got := -1
	for {
		if err := pool.QueryRow(ctx, sql, args...).Scan(&got); err == nil && got >= want {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("after %s: %d of %d: %s", limit, got, want, sql)
		case <-tick.C:
		}
	}
}

const (
	countDrafted = `select count(*) from drafts where author is null and kind <> 'failed'`
	countCases   = `select count(*) from cases`
)

// addCoder makes a person and returns it.
func addCoder(t testing.TB, s *store, email, password string) consult.Person {
	t.Helper()
	var p consult.Person
	err := s.tx(t.Context(), func(tx pgx.Tx) (err error) {
		p, err = consult.AddPerson(t.Context(), tx, consult.Person{Email: email, Name: "R. Kline", Credential: "CPC", Role: "admin"},
			password, "test", time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sink is an SMTP server of the test's own process, so that it outlives the
// product when that is killed. It keeps what arrived by Message-ID.
type sink struct {
	mu   sync.Mutex
	seen map[string]int
	addr string
}

func startSink(t testing.TB) *sink {
	t.Helper()
	k := &sink{seen: map[string]int{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k.addr = l.Addr().String()
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &sinkSession{k}, nil }))
	server.Domain = "sink.example"
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return k
}

type sinkSession struct{ k *sink }

func (s *sinkSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *sinkSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *sinkSession) Reset()                               {}
func (s *sinkSession) Logout() error                        { return nil }
func (s *sinkSession) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	s.k.mu.Lock()
	defer s.k.mu.Unlock()
	s.k.seen[m.Header.Get("Message-ID")]++
	return nil
}

// buildBinary builds the product once for a test run, with tags.
func buildBinary(t testing.TB, tags string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "caseconsultant")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", tags, "-o", bin, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}
