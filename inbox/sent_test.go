package inbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox"
)

// TestAppendRefused: a server that refuses a copy, before or instead of taking
// it, or that says nothing more, ends in an error of the right class.
func TestAppendRefused(t *testing.T) {
	for _, tt := range []struct{ name, reply, class string }{
		{"over quota", "TAG NO [OVERQUOTA] mailbox of Jane Roe is full\r\n", inbox.ClassLimit},
		{"not allowed", "TAG NO [NOPERM] no\r\n", inbox.ClassProtocol},
		{"not understood", "TAG BAD what\r\n", inbox.ClassProtocol},
		{"gone", "* BYE\r\n" + cut, inbox.ClassConnect},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.script("APPEND", tt.reply)
			err := inbox.Append(t.Context(), f.config(), "", mail(1, 10000), time.Time{})
			if inbox.Class(err) != tt.class {
				t.Errorf("got %v, want class %s", err, tt.class)
			}
		})
	}
	t.Run("silence until the caller gives up", func(t *testing.T) {
		f := newFake(t)
		f.script("APPEND", "* OK wait\r\n")
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := inbox.Append(ctx, f.config(), "", mail(1, 10000), time.Time{}); inbox.Class(err) != inbox.ClassConnect || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// TestSentFolder: the folder marked \Sent is the one, whatever its name; one
// that is configured wins, and where it is missing nothing is said of what was
// sent.
func TestSentFolder(t *testing.T) {
	f := newFake(t, "message one")
	if r, err := inbox.Check(t.Context(), f.config()); r.Sent != "Gesendete Objekte" || !r.SentExists || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if found, err := inbox.FindSent(t.Context(), f.config(), "<a@b>"); !found || err != nil {
		t.Errorf("FindSent = %v, %v", found, err)
	}
	for _, missing := range []string{"Sent", "Archive"} {
		cfg := f.config()
		cfg.Sent = missing
		if found, err := inbox.FindSent(t.Context(), cfg, "<a@b>"); found || !errors.Is(err, inbox.ErrNoFolder) {
			t.Errorf("%s: FindSent = %v, %v", missing, found, err)
		}
	}
}
