package inbox_test

import (
	"io"
	"log/slog"
	"net"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/caseconsultant/caseconsultant/inbox"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

const benchMails, benchSize = 1000, 5000

// BenchmarkCatchUp reads 1,000 waiting mails of 5 KB from Dovecot into a store
// in memory: sign-in, scan, batches, everything.
func BenchmarkCatchUp(b *testing.B) {
	s := filled(b)
	for b.Loop() {
		m := newMemory()
		stop := quickStore(b, dovecotConfig(s), m.store(), inbox.Quick{})
		m.until(b, "all mails", func(m *memory) bool { return len(m.mails) == benchMails && m.cursor.LastUID > 0 })
		stop()
	}
	rate(b)
}

// BenchmarkBareFetch is the limit beside it: the same mails by one FETCH, read
// and thrown away.
func BenchmarkBareFetch(b *testing.B) {
	s := filled(b)
	for b.Loop() {
		if n := bareFetch(b, s); n != benchMails {
			b.Fatalf("%d mails", n)
		}
	}
	rate(b)
}

func rate(b *testing.B) {
	b.ReportMetric(benchMails*float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

// filled has been read once, so that its indexes stand.
func filled(b *testing.B) *dovecottest.Server {
	s := dovecottest.Start(b)
	s.Fill(b, mailsOf(benchMails, benchSize))
	bareFetch(b, s)
	return s
}

func bareFetch(b *testing.B, s *dovecottest.Server) int {
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		b.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login(s.User, s.Password).Wait(); err != nil {
		b.Fatal(err)
	}
	if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		b.Fatal(err)
	}
	cmd := c.Fetch(imap.UIDSet{imap.UIDRange{Start: 1}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	n := 0
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			if body, ok := item.(imapclient.FetchItemDataBodySection); ok {
				if _, err := io.Copy(io.Discard, body.Literal); err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
	}
	if err := cmd.Close(); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkNotice is the time from a mail's delivery to the store, watching by
// NOOP every 20 ms.
func BenchmarkNotice(b *testing.B) {
	s := dovecottest.Start(b)
	cfg := dovecotConfig(s)
	cfg.Watch, cfg.Pace = inbox.WatchNoop, 20e6
	m := newMemory()
	ctx := b.Context()
	go func() { _ = inbox.Watch(ctx, cfg, m.store(), slog.New(slog.DiscardHandler)) }()
	m.until(b, "a look", looked)
	i := 0
	for b.Loop() {
		b.StopTimer()
		s.Deliver(b, mail(i, benchSize))
		b.StartTimer()
		i++
		m.until(b, "the mail", mails(i))
	}
}
