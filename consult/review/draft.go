package review

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// fillDraft chooses the text of the editor: what a refused action carried, else
// what the person typed and never saved, else the current version.
func (s *Server) fillDraft(ctx context.Context, tx pgx.Tx, page *casePage, c *consult.Case, v *visit, kept *typed) error {
	drafts, err := consult.Drafts(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	cur, machine, waiting := pick(drafts, c.DraftVersion)
	d := &page.Draft
	d.Version, d.Base, d.MaySave = c.Version, c.DraftVersion, page.Case.Editable
	if cur == nil {
		d.To, d.Subject = formatAddresses([]consult.Address{{Name: c.FromName, Address: c.FromAddress}}), replySubject(c.Subject)
	} else {
		d.Subject, d.Markdown = cur.Subject, cur.Markdown
		d.To, d.Cc = formatAddresses(cur.To), formatAddresses(cur.Cc)
		d.Failed, d.Needs = cur.Reason, factWords(cur.Needs)
		d.Author = "machine"
		if cur.Author != 0 {
			p, err := consult.PersonByID(ctx, tx, cur.Author)
			if err != nil {
				return err
			}
			d.Author = p.Name
		}
		d.Saved = fmt.Sprintf("version %d by %s, %s", cur.Version, d.Author, s.clock(cur.CreatedAt, v.now).Text)
	}
	if err := s.fillTyped(ctx, tx, page, c, v, kept); err != nil {
		return err
	}
	if page.Tab == "sent" {
		text, signer, err := outgoing(ctx, tx, c.ID, v.person)
		if err != nil {
			return err
		}
		if page.Plain, _, err = consult.Preview(text, signer, c.ID); err != nil {
			page.Plain = "The text cannot be rendered: it is too long, shorten it."
		}
	}
	if machine != nil && page.Tab == "changes" {
		page.Changes = diffWords(machine.Markdown, d.Markdown)
	}
	if waiting != nil && page.Tab == "changes" {
		page.Waiting = &waitingDraft{waiting.Version, diffWords(d.Markdown, waiting.Markdown)}
	}
	s.notices(page, c, waiting)
	return nil
}

// pick finds the current draft, the machine's that it came from, and the
// machine's that waits beside it. drafts are newest first.
func pick(drafts []consult.Draft, version int) (cur, machine, waiting *consult.Draft) {
	for i := range drafts {
		d := &drafts[i]
		switch {
		case d.Version == version:
			cur = d
		case d.Status == consult.DraftWaiting && waiting == nil:
			waiting = d
		}
		if d.Author == 0 && d.Version <= version && machine == nil {
			machine = d
		}
	}
	return cur, machine, waiting
}

func (s *Server) fillTyped(ctx context.Context, tx pgx.Tx, page *casePage, c *consult.Case, v *visit, kept *typed) error {
	d := &page.Draft
	if kept != nil && kept.Present {
		d.Subject, d.To, d.Cc, d.Markdown = kept.Subject, kept.To, kept.Cc, kept.Markdown
		return nil
	}
	a, err := consult.Typing(ctx, tx, c.ID, v.person.ID)
	if err != nil || a == nil || !page.Case.Editable || a.Markdown == d.Markdown && a.Subject == d.Subject {
		return err
	}
	d.Subject, d.Markdown = a.Subject, a.Markdown
	at := s.clock(a.SavedAt, v.now).Text
	d.Saved = "saved " + a.SavedAt.In(s.Zone).Format(time.TimeOnly)
	n := notice{Text: fmt.Sprintf("This is what you typed until %s.", at), Form: "/drop", Label: "Drop it"}
	if a.Base != c.DraftVersion {
		n.Class = "warn"
		n.Text = fmt.Sprintf("This is what you typed until %s on version %d. The draft is now version %d by %s: look at “changes” before you go on.",
			at, a.Base, c.DraftVersion, d.Author)
		n.Label = fmt.Sprintf("Take version %d", c.DraftVersion)
	}
	page.Notices = append(page.Notices, n)
	return nil
}

// notices tells what stands in the way of an answer.
func (s *Server) notices(page *casePage, c *consult.Case, waiting *consult.Draft) {
	add := func(n notice) { page.Notices = append(page.Notices, n) }
	b := page.Case
	if b.Others {
		add(notice{Class: "warn", Text: c.ClaimedName + " has claimed this case. What you type is kept, and cannot be sent.",
			Form: "/claim", Value: "take", Label: "Take over"})
	}
	if waiting != nil && b.Decidable {
		add(notice{Text: fmt.Sprintf("The machine has a new draft, version %d, that knows the newest mail.", waiting.Version),
			Form: "/waiting", Value: "take", Label: "Take it"})
		add(notice{Text: "", Form: "/waiting", Value: "drop", Label: "Keep mine"})
	}
	switch c.State {
	case consult.Refused:
		add(notice{Class: "bad", Text: "The answer was refused. The server's words stand under “sending”."})
	case consult.UnknownIf:
		add(notice{Class: "bad", Text: "Nobody knows whether the answer arrived. Look into the Sent folder or ask, then say what is true."})
	case consult.Open:
		add(notice{Text: "The draft is being made. This page shows it when it is there. You can also write the answer yourself: save it, then approve it."})
	}
	if page.Draft.Failed != "" {
		add(notice{Class: "bad", Text: "No draft could be made: " + page.Draft.Failed + ". Write the answer yourself."})
	}
}

// replySubject is the asker's own subject, answered.
func replySubject(subject string) string {
	switch {
	case subject == "":
		return "Re: your question"
	case len(subject) > 3 && strings.EqualFold(subject[:3], "re:"):
		return subject
	}
	return "Re: " + subject
}

func factWords(names []string) string {
	return strings.ReplaceAll(strings.Join(names, ", "), "_", " ")
}
