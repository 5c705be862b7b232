package demomail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

func (s *Server) newSMTP() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &delivery{server: s, conn: c}, nil
	}))
	server.Domain = s.domain()
	server.MaxMessageBytes = maxMessage
	server.MaxLineLength = 1 << 20 // HTML mail of careless programs comes in one line
	server.MaxRecipients = 100
	server.ReadTimeout = 5 * time.Minute
	server.WriteTimeout = time.Minute
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = true
	server.ErrorLog = mute{s.config.Logf}
	return server
}

// domain is that of the first account.
func (s *Server) domain() string {
	_, domain, _ := strings.Cut(s.config.Accounts[0].Address, "@")
	return domain
}

// A delivery is one SMTP connection. Nobody needs to sign in: the server is on
// loopback and passes nothing on.
type delivery struct {
	server *Server
	conn   *smtp.Conn
	from   string
	to     []*account
}

var _ smtp.AuthSession = (*delivery)(nil)

// AuthMechanisms implements smtp.AuthSession.
func (d *delivery) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession: clients that insist on signing in can.
func (d *delivery) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if d.server.signIn(username, password) == nil {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (d *delivery) Mail(from string, _ *smtp.MailOptions) error {
	d.Reset()
	d.from = from
	return nil
}

// Rcpt implements smtp.Session.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	a := d.server.accountFor(to)
	if a == nil {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox here"}
	}
	for _, known := range d.to {
		if known == a {
			return nil
		}
	}
	d.to = append(d.to, a)
	return nil
}

// Data implements smtp.Session: each recipient's copy is on the disk when it
// returns.
func (d *delivery) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	now := d.server.config.Now()
	for _, a := range d.to {
		text := append(d.trace(a, now), body...)
		if _, err := a.folder("INBOX").add(text, 0, now); err != nil {
			d.server.config.Logf("demo mail server: a mail could not be stored: %v", errors.Unwrap(err))
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "The mail could not be stored"}
		}
	}
	return nil
}

// trace is what final delivery puts in front (RFC 5321, section 4.4).
func (d *delivery) trace(a *account, now time.Time) []byte {
	host, _, err := net.SplitHostPort(d.conn.Conn().RemoteAddr().String())
	if err != nil {
		host = "unknown"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Return-Path: <%s>\r\n", d.from)
	fmt.Fprintf(&b, "Delivered-To: %s\r\n", a.address)
	fmt.Fprintf(&b, "Received: from %s ([%s])\r\n\tby %s with ESMTP;\r\n\t%s\r\n",
		hostName(d.conn.Hostname()), host, d.server.domain(), now.Format(time.RFC1123Z))
	return b.Bytes()
}

// hostName keeps a client's name for itself out of the header's syntax.
func hostName(name string) string {
	other := func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]", r)
	}
	if name == "" || strings.ContainsFunc(name, other) {
		return "unknown"
	}
	return name
}

// Reset implements smtp.Session.
func (d *delivery) Reset() { d.from, d.to = "", nil }

// Logout implements smtp.Session.
func (d *delivery) Logout() error { return nil }

// accountFor returns who gets mail for an address, nil for nobody: the account
// of that address without its +tag; for a domain of no account, Config.Others.
func (s *Server) accountFor(address string) *account {
	address = strings.ToLower(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return nil
	}
	local, domain := address[:at], address[at+1:]
	local, _, _ = strings.Cut(local, "+")
	if a := s.accounts[local+"@"+domain]; a != nil {
		return a
	}
	for known := range s.accounts {
		if strings.HasSuffix(known, "@"+domain) {
			return nil
		}
	}
	return s.accounts[strings.ToLower(s.config.Others)]
}
