package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// The phases of an attempt, in their order.
const (
	phaseConnect = "connect"
	phaseTLS     = "tls"
	phaseAuth    = "auth"
	phaseMail    = "mail"
	phaseRcpt    = "rcpt"
	phaseData    = "data"
	phaseBody    = "body"
	phaseDot     = "dot"
)

// maxReplies bounds what a server may say in one session.
const maxReplies = 1 << 20

// A session is one connection. Its phase is that of the step under way, so that
// an error tells how far the attempt got. go-mail's own dialling is not used:
// it hides the phase and leaves the connection open when a step fails.
type session struct {
	cfg    *Config
	host   string
	conn   net.Conn
	client *smtp.Client
	phase  string
	stop   func() bool // ends the watch on the context
}

// open connects and signs in. On an error the connection is closed, and the
// session returned tells the phase.
func (s *Sender) open(ctx context.Context) (*session, error) {
	ses := &session{cfg: &s.cfg, host: s.host, phase: phaseConnect}
	err := ses.connect(ctx, s.tlsConfig())
	if err == nil {
		err = ses.auth(ctx)
	}
	if err != nil {
		ses.close()
	}
	return ses, err
}

func (ses *session) connect(ctx context.Context, config *tls.Config) error {
	dial, cancel := context.WithTimeout(ctx, ses.cfg.Connect)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(dial, "tcp", ses.cfg.Host)
	if err != nil {
		return err
	}
	ses.conn = &limited{Conn: conn, left: maxReplies}
	ses.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	if ses.cfg.Security == TLS {
		ses.phase = phaseTLS
		secure := tls.Client(ses.conn, config)
		if err := secure.HandshakeContext(dial); err != nil {
			return err
		}
		ses.conn, ses.phase = secure, phaseConnect
	}
	ses.allow(ses.cfg.Connect)
	if ses.client, err = smtp.NewClient(ses.conn, ses.host); err != nil {
		return err
	}
	if err := ses.client.Hello(ses.cfg.HELO); err != nil {
		return err
	}
	if ses.cfg.Security == StartTLS {
		return ses.startTLS(config)
	}
	return nil
}

func (ses *session) startTLS(config *tls.Config) error {
	ses.phase = phaseTLS
	if ok, _ := ses.client.Extension("STARTTLS"); !ok {
		return errNoTLS
	}
	return ses.client.StartTLS(config)
}

// Errors that are ours, not the server's words.
var (
	errNoTLS   = errors.New("the server offers no STARTTLS")
	errNoAuth  = errors.New("the server offers no sign-in that we can use")
	errToken   = errors.New("no access token")
	errReplies = errors.New("the server says too much")
)

func (ses *session) auth(ctx context.Context) error {
	ses.phase = phaseAuth
	ses.allow(ses.cfg.Command)
	if ses.cfg.Auth == AuthNone {
		return nil
	}
	mechanism, err := ses.mechanism()
	if err != nil {
		return err
	}
	user, pass := ses.cfg.Username, ses.cfg.Password
	plainWire := ses.cfg.Security == Plain
	switch mechanism {
	case AuthPlain:
		return ses.client.Auth(smtp.PlainAuth("", user, pass, ses.host, plainWire))
	case AuthLogin:
		return ses.client.Auth(smtp.LoginAuth(user, pass, ses.host, plainWire))
	case AuthCRAM:
		return ses.client.Auth(smtp.CRAMMD5Auth(user, pass))
	case AuthSCRAM1:
		return ses.client.Auth(smtp.ScramSHA1Auth(user, pass))
	case AuthSCRAM:
		return ses.client.Auth(smtp.ScramSHA256Auth(user, pass))
	}
	token, err := ses.cfg.TokenSource(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", errToken, err)
	}
	return ses.client.Auth(smtp.XOAuth2Auth(user, token))
}

// mechanism is the configured one, or for auto the best of those offered.
func (ses *session) mechanism() (string, error) {
	ok, list := ses.client.Extension("AUTH")
	if !ok {
		return "", errNoAuth
	}
	offered := strings.Fields(strings.ToLower(list))
	wanted := []string{ses.cfg.Auth}
	if ses.cfg.Auth == AuthAuto {
		wanted = []string{AuthSCRAM, AuthSCRAM1, AuthPlain, AuthLogin, AuthCRAM}
		if ses.cfg.TokenSource != nil {
			wanted = []string{AuthXOAUTH2}
		}
	}
	for _, w := range wanted {
		if slices.Contains(offered, w) {
			return w, nil
		}
	}
	return "", errNoAuth
}

// allow gives the next step d from now.
func (ses *session) allow(d time.Duration) {
	_ = ses.conn.SetDeadline(time.Now().Add(d)) // a dead connection errs at the step itself
}

// quit ends an intact session politely and does not wait long for it.
func (ses *session) quit() {
	ses.allow(min(ses.cfg.Command, 2*time.Second))
	_ = ses.client.Quit() // the verdict stands whatever it answers
	ses.close()
}

// close hangs up without a word. A QUIT inside DATA would end the message and
// have its beginning delivered.
func (ses *session) close() {
	if ses.stop != nil {
		ses.stop()
	}
	if ses.conn != nil {
		_ = ses.conn.Close() // nothing to be done about it
	}
}

// limited is a connection that gives up a server that never stops talking.
type limited struct {
	net.Conn
	left int
}

// Read implements net.Conn.
func (c *limited) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errReplies
	}
	n, err := c.Conn.Read(p)
	c.left -= n
	return n, err
}
