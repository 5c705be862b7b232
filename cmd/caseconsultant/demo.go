package main

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/cmd/caseconsultant/demomail"
	"github.com/caseconsultant/caseconsultant/consult"
)

//go:embed samples/*.eml
var samples embed.FS

// Everybody of the demo. Mail for the asker's address and for the samples'
// senders arrives in the asker's mailbox.
const (
	demoDomain  = "demo.example"
	demoConsult = "consult@" + demoDomain
	demoAsker   = "asker@" + demoDomain
	demoSignIn  = "admin@" + demoDomain
	demoSecret  = "demo" // of both mailboxes, loopback only
)

type demoCmd struct {
	Addr     string `help:"Address of the web queue." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Data     string `help:"Where everything is kept (default: demo in the user's data directory)." placeholder:"DIR" type:"path"`
	SMTPAddr string `help:"Address of the demo's SMTP server." default:"127.0.0.1:2525" placeholder:"HOST:PORT" name:"smtp-addr"`
	IMAPAddr string `help:"Address of the demo's IMAP server." default:"127.0.0.1:2143" placeholder:"HOST:PORT" name:"imap-addr"`
}

// Help shows an example.
func (demoCmd) Help() string {
	return `Example: caseconsultant demo --data /tmp/demo

Starts a private Postgres, a mail server, workers and the web queue, and sends sample cases by SMTP.
Ctrl-C stops everything; the next start finds its data again.`
}

// Run runs the demo until it is told to stop.
func (c *demoCmd) Run(ctx context.Context, std streams) error {
	slog.SetDefault(slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if c.Data == "" {
		dir, err := userData()
		if err != nil {
			return err
		}
		c.Data = filepath.Join(dir, "demo")
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	_, _ = fmt.Fprintf(std.err, "Starting a private Postgres in %s …\n", c.Data)
	s, err := databaseFlags{Data: c.Data}.openPrivate(ctx, 24)
	if err != nil {
		return err
	}
	defer s.close()
	mail, err := c.startMail(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = mail.Close() }() // every mail is on disk already
	password, err := c.signIn(ctx, s)
	if err != nil {
		return err
	}
	cfg := c.config(mail)
	if err := cfg.complete(); err != nil {
		return err
	}
	return serve(ctx, s, cfg, []string{"poll", "work", "web"}, false, slog.Default(), func(addr string) {
		c.welcome(std, addr, mail, password)
		if err := c.sendSamples(mail.SMTPAddr()); err != nil {
			slog.Warn("the sample cases were not sent", "error", err)
		}
	})
}

// openPrivate opens the private cluster whatever DATABASE_URL says.
func (f databaseFlags) openPrivate(ctx context.Context, maxConns int32) (*store, error) {
	if os.Getenv("DATABASE_URL") != "" {
		if err := os.Unsetenv("DATABASE_URL"); err != nil {
			return nil, err
		}
	}
	return f.open(ctx, maxConns)
}

func (c *demoCmd) startMail(ctx context.Context) (*demomail.Server, error) {
	return demomail.Start(ctx, demomail.Config{
		Dir: filepath.Join(c.Data, "mail"), SMTPAddr: freeOr(c.SMTPAddr), IMAPAddr: freeOr(c.IMAPAddr),
		Accounts: []demomail.Account{
			{Address: demoConsult, Password: demoSecret},
			{Address: demoAsker, Password: demoSecret},
		},
		Others: demoAsker,
	})
}

// freeOr returns addr when it is free, else the same host with any free port.
func freeOr(addr string) string {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		host, _, _ := net.SplitHostPort(addr)
		return net.JoinHostPort(host, "0")
	}
	_ = l.Close() // the server listens next
	return addr
}

func (c *demoCmd) config(mail *demomail.Server) *config {
	return &config{
		Web: webConfig{Addr: c.Addr},
		Mailbox: []mailboxConfig{{Name: "demo", Address: demoConsult, IMAP: mail.IMAPAddr(), Security: "plain", SentCopy: "append",
			Plus: true, secretConfig: secretConfig{PasswordFile: filepath.Join(c.Data, "mail-password")}}},
		SMTP: &smtpConfig{Host: mail.SMTPAddr(), Security: "plain", Auth: "none", Name: "Coding Consultation (demo)"},
	}
}

// signIn makes the first administrator on the first start. The password stands
// in a file that only the owner reads, so that a second start can print it.
func (c *demoCmd) signIn(ctx context.Context, s *store) (password string, err error) {
	if err := os.WriteFile(filepath.Join(c.Data, "mail-password"), []byte(demoSecret+"\n"), 0o600); err != nil {
		return "", err
	}
	file := filepath.Join(c.Data, "sign-in")
	if b, err := os.ReadFile(file); err == nil {
		password = strings.TrimSpace(string(b))
	} else {
		password = strings.ToLower(rand.Text()[:16])
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			return "", err
		}
	}
	return password, s.tx(ctx, func(tx pgx.Tx) error {
		_, _, err := consult.Credentials(ctx, tx, demoSignIn)
		if err == nil {
			return nil
		}
		if !errors.Is(err, consult.ErrNotFound) {
			return err
		}
		p := consult.Person{Email: demoSignIn, Name: "Demo Coder", Credential: "CPC", Role: "admin"}
		_, err = consult.AddPerson(ctx, tx, p, password, osUser(), time.Now())
		return err
	})
}

func (c *demoCmd) welcome(std streams, addr string, mail *demomail.Server, password string) {
	host, port, _ := net.SplitHostPort(mail.SMTPAddr())
	_, _ = fmt.Fprintf(std.out, `
CaseConsultant demo

  Queue    http://%s
  Sign in  %s   password  %s

  Send a case of your own:
  swaks --server %s:%s --from %s --to %s --header "Subject: 11042 and 97597" --body "Same wound, DOS 11/15/2025, Medicare: 11042 and 97597 together?"

  Read the answers as the asker does: IMAP %s, user %s, password %s (no TLS, this machine only)
  curl -s -u %s:%s "imap://%s/INBOX;MAILINDEX=1"

  Ctrl-C stops everything. Data is kept in %s.
`, addr, demoSignIn, password, host, port, demoAsker, demoConsult, mail.IMAPAddr(), demoAsker, demoSecret,
		demoAsker, demoSecret, mail.IMAPAddr(), c.Data)
}

// sendSamples sends the sample cases by SMTP, once for a data directory.
func (c *demoCmd) sendSamples(addr string) error {
	marker := filepath.Join(c.Data, "samples-sent")
	if _, err := os.Stat(marker); err == nil {
		return nil
	}
	names, err := fs.Glob(samples, "samples/*.eml")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := sendSample(addr, name); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	return os.WriteFile(marker, nil, 0o600)
}

func sendSample(addr, name string) error {
	body, err := samples.ReadFile(name)
	if err != nil {
		return err
	}
	id := strings.TrimSuffix(filepath.Base(name), ".eml")
	text := fmt.Sprintf("Message-ID: <%s@%s>\nDate: %s\nTo: %s\n%s", id, demoDomain, time.Now().Format(time.RFC1123Z), demoConsult, body)
	_, from, _ := strings.Cut(string(body), "From: ")
	from, _, _ = strings.Cut(from, "\n")
	if i := strings.IndexByte(from, '<'); i >= 0 {
		from = strings.TrimSuffix(from[i+1:], ">")
	}
	client, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // after Quit, or on an error that is returned
	if err := client.SendMail(from, []string{demoConsult}, strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil {
		return err
	}
	return client.Quit()
}
