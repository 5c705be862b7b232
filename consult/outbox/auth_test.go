package outbox

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// backend is a real submission server that wants a password.
type backend struct {
	mu    sync.Mutex
	taken []string
}

func (b *backend) NewSession(*smtp.Conn) (smtp.Session, error) { return &submission{b: b}, nil }

type submission struct {
	b      *backend
	signed bool
}

func (s *submission) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *submission) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != "desk" || pass != "secret" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "bad credentials"}
		}
		s.signed = true
		return nil
	}), nil
}

func (s *submission) Mail(string, *smtp.MailOptions) error {
	if !s.signed {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (s *submission) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *submission) Reset()                               {}
func (s *submission) Logout() error                        { return nil }
func (s *submission) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.taken = append(s.b.taken, string(body))
	return err
}

// submissionServer starts the server on loopback: with TLS at once, or with
// STARTTLS offered.
func submissionServer(t *testing.T, security string) (addr string, b *backend, roots *x509.CertPool) {
	t.Helper()
	cert, roots := certificateFor(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b = &backend{}
	srv := smtp.NewServer(b)
	srv.ErrorLog = log.New(io.Discard, "", 0)
	srv.Domain = "them.test"
	srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	srv.AllowInsecureAuth = security == Plain
	if security == Plain {
		srv.TLSConfig = nil
	}
	serve := l
	if security == TLS {
		serve = tls.NewListener(l, srv.TLSConfig)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(serve) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return l.Addr().String(), b, roots
}

func certificateFor(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func TestSubmission(t *testing.T) {
	for _, security := range []string{TLS, StartTLS, Plain} {
		addr, b, roots := submissionServer(t, security)
		s, err := New(Config{Host: addr, Security: security, Username: "desk", Password: "secret", RootCAs: roots, HELO: "us.test"})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Send(t.Context(), "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Sent {
			t.Errorf("%s: %+v", security, got)
		}
		if len(b.taken) != 1 || b.taken[0] != letter {
			t.Errorf("%s: the server has %q", security, b.taken)
		}
		report, err := s.Check(t.Context())
		if err != nil || !report.SignedIn || report.Security != security || (report.TLS == "") != (security == Plain) {
			t.Errorf("%s: %+v, %v", security, report, err)
		}
	}
}

func TestSignInRefused(t *testing.T) {
	addr, _, roots := submissionServer(t, StartTLS)
	s, err := New(Config{Host: addr, Username: "desk", Password: "wrong", RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Send(t.Context(), "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Permanent || got.Phase != "auth" || got.Code != 535 || !got.Account {
		t.Errorf("%+v", got)
	}
	if _, err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "auth: 5.7.8") {
		t.Errorf("check: %v", err)
	}
}

// TestTLSRefused: neither a server without STARTTLS nor one with a foreign
// certificate may get the password or the mail.
func TestTLSRefused(t *testing.T) {
	bare := serve(t, nil)
	s, err := New(Config{Host: bare.addr, Username: "desk", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Send(t.Context(), "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Temporary || got.Phase != "tls" || !got.Account {
		t.Errorf("%+v", got)
	}
	if _, said, _ := bare.state(); len(said) != 1 {
		t.Errorf("said %q", said)
	}
	for _, security := range []string{TLS, StartTLS} {
		addr, b, _ := submissionServer(t, security)
		s, err := New(Config{Host: addr, Security: security, Username: "desk", Password: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		got := s.Send(t.Context(), "a@us.test", "b@them.test", []byte(letter))
		if got.Verdict != Temporary || got.Phase != "tls" || !got.Account || len(b.taken) != 0 {
			t.Errorf("%s: %+v", security, got)
		}
	}
}

func TestTokens(t *testing.T) {
	srv := serve(t, script{"ehlo": "250-test\r\n250 AUTH XOAUTH2"})
	token := func(s string, err error) func(*Config) {
		return func(c *Config) {
			c.Username, c.TokenSource = "desk", func(context.Context) (string, error) { return s, err }
		}
	}
	if got := sender(t, srv, token("t1", nil)).Send(t.Context(), "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Sent {
		t.Errorf("%+v", got)
	}
	if _, said, _ := srv.state(); said[1] != "AUTH XOAUTH2 dXNlcj1kZXNrAWF1dGg9QmVhcmVyIHQxAQE=" {
		t.Errorf("said %q", said)
	}
	got := sender(t, srv, token("", errors.New("invalid_grant for desk"))).Send(t.Context(), "a@us.test", "b@them.test", []byte(letter))
	if got.Verdict != Temporary || got.Phase != "auth" || !got.Account || got.Reply != "no access token" {
		t.Errorf("%+v", got)
	}
}

func TestNew(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no port":       {Host: "mail.test"},
		"security":      {Host: "mail.test:587", Security: "ssl"},
		"plain abroad":  {Host: "mail.test:25", Security: Plain},
		"plain address": {Host: "192.0.2.1:25", Security: Plain},
		"no user":       {Host: "mail.test:587", Auth: AuthPlain},
		"no token":      {Host: "mail.test:587", Auth: AuthXOAUTH2, Username: "x"},
		"mechanism":     {Host: "mail.test:587", Auth: "kerberos", Username: "x"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
