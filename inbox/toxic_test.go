package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/caseconsultant/caseconsultant/inbox"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

// proxied puts a toxiproxy before a Dovecot.
func proxied(t testing.TB, s *dovecottest.Server) (*toxiproxy.Proxy, inbox.Config) {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(server, "imap", "127.0.0.1:0", s.Addr())
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	cfg := dovecotConfig(s)
	cfg.Address = p.Listen
	return p, cfg
}

func addToxic(t testing.TB, p *toxiproxy.Proxy, name, kind, stream, attributes string) {
	t.Helper()
	_, err := p.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name":%q,"type":%q,"stream":%q,"attributes":%s}`, name, kind, stream, attributes)))
	if err != nil {
		t.Fatal(err)
	}
}

func removeToxic(t testing.TB, p *toxiproxy.Proxy, name string) {
	t.Helper()
	if err := p.Toxics.RemoveToxic(context.Background(), name); err != nil {
		t.Fatal(err)
	}
}

// TestLineCutAtAnyByte: every connection ends after so many bytes, which may
// be in the greeting, in a header or in the middle of a body. What is stored
// is whole, and when the line holds again everything is there.
func TestLineCutAtAnyByte(t *testing.T) {
	s := dovecottest.Start(t)
	raws := mailsOf(40, 4000)
	s.Fill(t, raws)
	for _, limit := range []int{1, 150, 900, 1700, 2900, 5200, 5900, 9000, 23456, 60000, 120001} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			p, cfg := proxied(t, s)
			addToxic(t, p, "cut", "limit_data", "downstream", fmt.Sprintf(`{"bytes":%d}`, limit))
			m := newMemory()
			quick(t, cfg, m, inbox.Quick{Recheck: 50 * time.Millisecond})
			m.until(t, "a dozen lost connections, or all mails in spite of them", func(m *memory) bool { return len(m.classes) > 12 || m.cursor.LastUID == 40 })
			removeToxic(t, p, "cut")
			m.until(t, "all mails", func(m *memory) bool { return len(m.mails) == 40 && m.cursor.LastUID == 40 })
			m.expect(t, raws)
		})
	}
}

// TestBlackHole: the path takes bytes and forwards none, which no keep-alive
// notices.
func TestBlackHole(t *testing.T) {
	s := dovecottest.Start(t)
	for _, mode := range []string{inbox.WatchIdle, inbox.WatchNoop} {
		t.Run(mode, func(t *testing.T) {
			p, cfg := proxied(t, s)
			cfg.Watch = mode
			m := newMemory()
			q := inbox.Quick{Stall: time.Second, Idle: 500 * time.Millisecond}
			quick(t, cfg, m, q)
			m.until(t, "a look", looked)
			before := len(s.Raw(t, "INBOX"))
			addToxic(t, p, "down", "timeout", "downstream", `{"timeout":0}`)
			addToxic(t, p, "up", "timeout", "upstream", `{"timeout":0}`)
			s.Deliver(t, mail(before, 2000))
			began := time.Now()
			m.until(t, "the dead path noticed", func(m *memory) bool { return slices.Contains(m.classes, inbox.ClassConnect) })
			if d := time.Since(began); d > 2*(q.Stall+q.Idle) {
				t.Errorf("noticed after %v", d)
			}
			removeToxic(t, p, "down")
			removeToxic(t, p, "up")
			m.until(t, "the mail", mails(before+1))
			m.expect(t, s.Raw(t, "INBOX"))
		})
	}
}

// TestBadLines: resets, one byte at a time, and a slow line. The slow ones
// must not be taken for dead.
func TestBadLines(t *testing.T) {
	s := dovecottest.Start(t)
	raws := mailsOf(60, 3000)
	s.Fill(t, raws)
	for _, tt := range []struct{ name, kind, attributes string }{
		{"reset", "reset_peer", `{"timeout":15}`},
		{"slices", "slicer", `{"average_size":3,"size_variation":2,"delay":0}`},
		{"slow", "latency", `{"latency":100,"jitter":90}`},
		{"narrow", "bandwidth", `{"rate":300}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, cfg := proxied(t, s)
			addToxic(t, p, "toxic", tt.kind, "downstream", tt.attributes)
			m := newMemory()
			quick(t, cfg, m, inbox.Quick{Stall: 3 * time.Second, Recheck: 50 * time.Millisecond})
			if tt.kind == "reset_peer" {
				m.until(t, "lost connections", func(m *memory) bool { return len(m.classes) > 5 })
				removeToxic(t, p, "toxic")
			}
			m.until(t, "all mails", mails(60))
			m.expect(t, raws)
			if tt.kind != "reset_peer" && len(m.classes) > 0 {
				t.Errorf("%d lost connections", len(m.classes))
			}
		})
	}
}
