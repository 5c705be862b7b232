package outbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"time"
)

// Security of the connection to the server, in Config.
const (
	TLS      = "tls"      // from the first byte, port 465
	StartTLS = "starttls" // demanded, never merely tried
	Plain    = "plain"    // loopback only: the demo and tests
)

// Mechanisms of signing in, in Config. AuthAuto takes the best that the server
// offers; XOAUTH2 needs a TokenSource.
const (
	AuthNone    = "none"
	AuthAuto    = "auto"
	AuthPlain   = "plain"
	AuthLogin   = "login"
	AuthCRAM    = "cram-md5"
	AuthSCRAM1  = "scram-sha-1"
	AuthSCRAM   = "scram-sha-256"
	AuthXOAUTH2 = "xoauth2"
)

// Config says which submission server takes our mail. The zero value of each
// field but Host has a default.
type Config struct {
	Host     string // host:port
	Security string // default starttls
	Auth     string // default auto with a Username, else none
	Username string
	Password string
	// TokenSource gives an OAuth access token for XOAUTH2; it is asked once a
	// connection and keeps its own cache.
	TokenSource func(ctx context.Context) (string, error)
	HELO        string         // default: this host's name
	RootCAs     *x509.CertPool // nil: the system's

	Connect time.Duration // dialling, TLS, greeting: default 30 s
	Command time.Duration // one command and its reply, signing in: default 60 s
	Body    time.Duration // writing the message: default 10 min
	Dot     time.Duration // the reply to the final dot: default 10 min (RFC 5321 section 4.5.3.2.6)
	Grace   time.Duration // how long the reply to the dot is still awaited when ctx ends: default 10 s
}

// New checks cfg and fills in its defaults. It does not connect.
func New(cfg Config) (*Sender, error) {
	host, _, err := net.SplitHostPort(cfg.Host)
	if err != nil {
		return nil, fmt.Errorf("SMTP host: want host:port: %w", err)
	}
	cfg.Security = cmp.Or(cfg.Security, StartTLS)
	if !slices.Contains([]string{TLS, StartTLS, Plain}, cfg.Security) {
		return nil, errors.New("SMTP security: want tls, starttls or plain")
	}
	if cfg.Security == Plain && !loopback(host) {
		return nil, errors.New("SMTP security: plain is for loopback only")
	}
	if err := cfg.signIn(); err != nil {
		return nil, err
	}
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	cfg.HELO = cmp.Or(cfg.HELO, name)
	cfg.Connect = cmp.Or(cfg.Connect, 30*time.Second)
	cfg.Command = cmp.Or(cfg.Command, time.Minute)
	cfg.Body = cmp.Or(cfg.Body, 10*time.Minute)
	cfg.Dot = cmp.Or(cfg.Dot, 10*time.Minute)
	cfg.Grace = cmp.Or(cfg.Grace, 10*time.Second)
	return &Sender{cfg: cfg, host: host}, nil
}

func (cfg *Config) signIn() error {
	if cfg.Auth == "" {
		cfg.Auth = AuthNone
		if cfg.Username != "" {
			cfg.Auth = AuthAuto
		}
	}
	if cfg.Auth == AuthNone {
		return nil
	}
	if cfg.Username == "" {
		return errors.New("SMTP sign-in: no user name")
	}
	if cfg.Auth == AuthXOAUTH2 && cfg.TokenSource == nil {
		return errors.New("SMTP sign-in: xoauth2 without a token source")
	}
	if !slices.Contains([]string{AuthAuto, AuthPlain, AuthLogin, AuthCRAM, AuthSCRAM1, AuthSCRAM, AuthXOAUTH2}, cfg.Auth) {
		return errors.New("SMTP sign-in: unknown mechanism")
	}
	return nil
}

func (s *Sender) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.cfg.RootCAs, MinVersion: tls.VersionTLS12}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
