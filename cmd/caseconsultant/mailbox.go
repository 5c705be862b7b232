package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/outbox"
	"github.com/caseconsultant/caseconsultant/inbox"
)

type mailboxCmd struct {
	Check mailboxCheckCmd `cmd:"" help:"Sign in to the configured IMAP and SMTP servers and say what they can do."`
}

type mailboxCheckCmd struct {
	Config string `help:"Configuration file." placeholder:"FILE" type:"path" required:""`
	JSON   bool   `help:"One JSON document."`
}

// Help shows an example.
func (mailboxCheckCmd) Help() string {
	return `Example: caseconsultant mailbox check --config /etc/caseconsultant.toml`
}

// checked is what one server said.
type checked struct {
	IMAP *inbox.Report  `json:"imap,omitempty"`
	SMTP *outbox.Report `json:"smtp,omitempty"`
	Name string         `json:"name"`
	Err  string         `json:"error,omitempty"`
}

// Run checks every mailbox and the mail server. It changes nothing, and fails
// when one of them does.
func (c *mailboxCheckCmd) Run(ctx context.Context, std streams) error {
	cfg, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	if len(cfg.Mailbox) == 0 {
		return fmt.Errorf("%s names no [[mailbox]]", c.Config)
	}
	var results []checked
	var failed error
	for i := range cfg.Mailbox {
		r := checked{Name: cfg.Mailbox[i].Name}
		box, err := cfg.Mailbox[i].inbox()
		if err == nil {
			var report inbox.Report
			report, err = inbox.Check(ctx, box)
			r.IMAP = &report
		}
		results, failed = noteCheck(results, r, err, failed)
	}
	r := checked{Name: "smtp"}
	sender, err := cfg.sender()
	switch {
	case err == nil && sender == nil:
		err = errors.New("no [smtp] is configured: approved answers would wait")
	case err == nil:
		var report outbox.Report
		report, err = sender.Check(ctx)
		r.SMTP = &report
	}
	results, failed = noteCheck(results, r, err, failed)
	if err := c.print(std, results); err != nil {
		return err
	}
	return failed
}

func noteCheck(results []checked, r checked, err, failed error) ([]checked, error) {
	if err != nil {
		r.Err = oneLine(err)
		if failed == nil {
			failed = fmt.Errorf("%s: %w", r.Name, err)
		}
	}
	return append(results, r), failed
}

func (c *mailboxCheckCmd) print(std streams, results []checked) error {
	if c.JSON {
		return printJSON(std.out, struct {
			Checks []checked `json:"checks"`
		}{results})
	}
	for _, r := range results {
		line := r.Name + ": "
		switch {
		case r.Err != "":
			line += r.Err
		case r.IMAP != nil:
			line += fmt.Sprintf("signed in to %s (%s, %s); %d mails in %s, %d since the first day; IDLE %s; copies go to %s",
				r.IMAP.Address, r.IMAP.Security, r.IMAP.Mechanism, r.IMAP.Messages, r.IMAP.Folder, r.IMAP.SinceFirst, yesNo(r.IMAP.Idle), r.IMAP.Sent)
		case r.SMTP != nil:
			line += fmt.Sprintf("%s (%s%s) takes mail, signed in: %s; offers %s", r.SMTP.Server, r.SMTP.Security,
				strings.TrimRight(", "+r.SMTP.TLS, ", "), yesNo(r.SMTP.SignedIn), strings.Join(r.SMTP.Extensions, ", "))
		}
		if err := say(std.out, line); err != nil {
			return err
		}
	}
	return nil
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
