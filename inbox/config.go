package inbox

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"golang.org/x/oauth2"
)

// How the connection is protected.
const (
	SecurityTLS      = "tls"      // TLS from the first byte, usually port 993
	SecuritySTARTTLS = "starttls" // TLS before sign-in, usually port 143; no TLS, no sign-in
	SecurityPlain    = "plain"    // none: loopback hosts only
)

// How a mailbox is signed in to.
const (
	AuthPassword = "password"
	AuthOAuth    = "oauth"
)

// How news is waited for.
const (
	WatchIdle = "idle" // IDLE (RFC 2177), or polling where the server has none
	WatchNoop = "noop" // NOOP at Pace: for a server of one's own, where it beats Dovecot's 500 ms before it tells an IDLE client
)

// A Config says which mailbox to read, and how.
type Config struct {
	Name     string // what the store, logs and metrics call the mailbox
	Address  string // host:port of the IMAP server
	Security string // SecurityTLS (where empty), SecuritySTARTTLS or SecurityPlain

	Username string
	Auth     string             // AuthPassword (where empty) or AuthOAuth
	Password string             // for AuthPassword
	Tokens   oauth2.TokenSource // for AuthOAuth; asked once a connection; its HTTP client needs a timeout

	Folder string    // where empty: INBOX
	Since  time.Time // first day, by the server's own date of arrival, in this time's zone; zero: everything
	Sent   string    // folder of sent mail; where empty the one marked \Sent, else "Sent"

	Watch string        // WatchIdle (where empty) or WatchNoop
	Pace  time.Duration // between two NOOPs of WatchNoop; zero: 50 ms; at least 1 ms
	Poll  time.Duration // between two looks where the server has no IDLE; zero: 30 s

	RootCAs *x509.CertPool // who may sign the server's certificate; nil: the system's
}

// LogValue keeps credentials out of logs.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("mailbox", c.Name), slog.String("address", c.Address))
}

// complete returns the configuration with its defaults, or an error of class
// config that says what to change.
func (c Config) complete() (Config, error) {
	c.Security = cmp.Or(c.Security, SecurityTLS)
	c.Auth = cmp.Or(c.Auth, AuthPassword)
	c.Folder = cmp.Or(c.Folder, "INBOX")
	c.Watch = cmp.Or(c.Watch, WatchIdle)
	c.Pace = cmp.Or(c.Pace, 50*time.Millisecond)
	c.Poll = cmp.Or(c.Poll, 30*time.Second)
	if problem := c.problem(); problem != "" {
		return c, &Error{Op: fmt.Sprintf("mailbox %q", c.Name), Class: ClassConfig, note: problem}
	}
	return c, nil
}

func (c Config) problem() string {
	host, _, err := net.SplitHostPort(c.Address)
	switch {
	case err != nil || host == "":
		return fmt.Sprintf("address %q is not host:port", c.Address)
	case c.Username == "":
		return "no username"
	case c.Auth != AuthPassword && c.Auth != AuthOAuth:
		return fmt.Sprintf("auth %q: use password or oauth", c.Auth)
	case c.Auth == AuthPassword && c.Password == "":
		return "no password"
	case c.Auth == AuthOAuth && c.Tokens == nil:
		return "auth oauth without a token source"
	case c.Watch != WatchIdle && c.Watch != WatchNoop:
		return fmt.Sprintf("watch %q: use idle or noop", c.Watch)
	case c.Pace < time.Millisecond || c.Poll < time.Millisecond:
		return "a pace or poll interval below 1 ms"
	}
	switch c.Security {
	case SecurityTLS, SecuritySTARTTLS:
		return ""
	case SecurityPlain:
		if loopback(host) {
			return ""
		}
		return fmt.Sprintf("security plain would send the password readable to %s: use tls or starttls (plain is for loopback only)", host)
	default:
		return fmt.Sprintf("security %q: use tls, starttls, or plain on loopback", c.Security)
	}
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func (c Config) tls() *tls.Config {
	host, _, _ := net.SplitHostPort(c.Address) // problem has seen it
	return &tls.Config{ServerName: host, RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12}
}
