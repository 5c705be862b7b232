package inbox

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Append puts raw into folder, marked as read, dated date (zero: the server's
// clock); an empty folder is the one for sent mail, which is made where the
// server has none. It is called again after an error only when [FindSent] says
// no: an error after the last byte leaves open whether the copy stands.
func Append(ctx context.Context, cfg Config, folder string, raw []byte, date time.Time) error {
	return with(ctx, cfg, func(s *session, cfg Config) error {
		if folder != "" {
			return s.append(folder, raw, date)
		}
		folder, exists, err := s.sentFolder(cfg.Sent)
		if err != nil {
			return err
		}
		// Not tried first: Dovecot refuses a missing folder before it has read the
		// mail, and go-imap loses the connection over it.
		if !exists {
			if err := s.do("create", func() error { return s.c.Create(folder, nil).Wait() }); err != nil {
				return err
			}
		}
		return s.append(folder, raw, date)
	})
}

func (s *session) append(folder string, raw []byte, date time.Time) error {
	return s.do("append", func() error {
		opts := &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: date}
		cmd := s.c.Append(folder, int64(len(raw)), opts)
		// A refusal before the literal fails the copy; Wait has the server's reason.
		_, _ = io.Copy(cmd, bytes.NewReader(raw))
		_ = cmd.Close()
		_, err := cmd.Wait()
		return err
	})
}

// FindSent says whether the folder for sent mail holds a message with this
// Message-ID, with or without its angle brackets. Where there is no such
// folder the error wraps [ErrNoFolder]: nothing can be said then.
func FindSent(ctx context.Context, cfg Config, messageID string) (bool, error) {
	id := strings.Trim(messageID, "<>")
	if id == "" || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false, &Error{Op: "find sent", Class: ClassConfig, note: "not a Message-ID"}
	}
	found := false
	err := with(ctx, cfg, func(s *session, cfg Config) error {
		folder, exists, err := s.sentFolder(cfg.Sent)
		if err != nil {
			return err
		}
		if !exists {
			return &Error{Op: "find sent", Class: ClassProtocol, note: ErrNoFolder.Error(), err: ErrNoFolder}
		}
		if _, err := s.examine(folder); err != nil {
			return err
		}
		uids, err := s.search(&imap.SearchCriteria{
			Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: "<" + id + ">"}},
		})
		found = len(uids) > 0
		return err
	})
	return found, err
}

// sentFolder returns name, or the folder marked \Sent (RFC 6154), or "Sent",
// and whether the server lists it: Dovecot's EXAMINE refuses a missing folder
// without a code.
func (s *session) sentFolder(name string) (folder string, exists bool, err error) {
	var opts *imap.ListOptions
	if s.has(imap.CapSpecialUse) && s.has(imap.CapListExtended) {
		opts = &imap.ListOptions{ReturnSpecialUse: true}
	}
	var names []string
	marked := ""
	err = s.do("list", func() error {
		cmd := s.c.List("", "*", opts)
		for data := cmd.Next(); data != nil; data = cmd.Next() {
			if slices.Contains(data.Attrs, imap.MailboxAttrNoSelect) || slices.Contains(data.Attrs, imap.MailboxAttrNonExistent) {
				continue
			}
			names = append(names, data.Mailbox)
			if slices.Contains(data.Attrs, imap.MailboxAttrSent) {
				marked = data.Mailbox
			}
		}
		return cmd.Close()
	})
	folder = cmp.Or(name, marked, "Sent")
	return folder, slices.Contains(names, folder), err
}

// with runs f in a session of its own. When ctx ended it, the error wraps
// ctx's.
func with(ctx context.Context, cfg Config, f func(*session, Config) error) error {
	cfg, err := cfg.complete()
	if err != nil {
		return err
	}
	s, err := openSession(ctx, cfg, standard)
	if err == nil {
		err = f(s, cfg)
		s.close()
	}
	if err != nil && ctx.Err() != nil {
		return &Error{Op: "mailbox " + cfg.Name, Class: ClassConnect, note: ctx.Err().Error(), err: ctx.Err()}
	}
	return err
}
