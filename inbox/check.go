package inbox

import (
	"context"

	"github.com/emersion/go-imap/v2"
)

// A Report is what a server says of a mailbox that can be signed in to.
type Report struct {
	Mailbox     string `json:"mailbox"`
	Address     string `json:"address"`
	Security    string `json:"security"`
	Mechanism   string `json:"mechanism"` // PLAIN, LOGIN, XOAUTH2, OAUTHBEARER or PREAUTH
	Idle        bool   `json:"idle"`
	UIDPlus     bool   `json:"uidplus"`
	Move        bool   `json:"move"`
	SpecialUse  bool   `json:"special_use"`
	Folder      string `json:"folder"`
	Messages    uint32 `json:"messages"`
	SinceFirst  int    `json:"since_first_day"` // messages that a first start would read
	UIDValidity uint32 `json:"uidvalidity"`
	UIDNext     uint32 `json:"uidnext,omitempty"`
	Sent        string `json:"sent"`        // folder for copies
	SentExists  bool   `json:"sent_exists"` // else the first copy makes it
}

// Check signs in and says what the server can do; it changes nothing. The
// report holds what was learned before an error.
func Check(ctx context.Context, cfg Config) (Report, error) {
	var r Report
	err := with(ctx, cfg, func(s *session, cfg Config) error {
		r = Report{
			Mailbox: cfg.Name, Address: cfg.Address, Security: cfg.Security, Mechanism: s.mech, Folder: cfg.Folder,
			Idle: s.idles, UIDPlus: s.has(imap.CapUIDPlus), Move: s.has(imap.CapMove), SpecialUse: s.has(imap.CapSpecialUse),
		}
		var err error
		if r.Sent, r.SentExists, err = s.sentFolder(cfg.Sent); err != nil {
			return err
		}
		f, err := s.examine(cfg.Folder)
		if err != nil {
			return err
		}
		r.Messages, r.UIDValidity, r.UIDNext = f.messages, f.validity, f.next
		uids, err := s.search(&imap.SearchCriteria{Since: cfg.Since})
		r.SinceFirst = len(uids)
		return err
	})
	return r, err
}
