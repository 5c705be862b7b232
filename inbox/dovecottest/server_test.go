package dovecottest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestServer(t *testing.T) {
	s := Start(t)
	first := []byte("From: a@practice.test\r\nSubject: one\r\n\r\nHello\r\n.dot\r\n")
	s.Fill(t, [][]byte{first})
	s.Deliver(t, []byte("From: a@practice.test\r\nSubject: two\r\n\r\n.dot\r\n"))
	got := s.Raw(t, "INBOX")
	if len(got) != 2 || !bytes.Equal(got[0], first) || !bytes.HasSuffix(got[1], []byte("Subject: two\r\n\r\n.dot\r\n")) {
		t.Fatalf("INBOX holds %q", got)
	}
	s.Restart(t)
	s.DeliverTo(t, "asker+tag@practice.test", first)
	if got := s.RawOf(t, "asker@practice.test", "INBOX"); len(got) != 1 {
		t.Fatalf("plus address: %d mails; %s", len(got), fmt.Sprint(s.log()))
	}
}

// TestConfig: each version is written to in its own language. (2.4 was not at
// hand; its half follows the settings of its source.)
func TestConfig(t *testing.T) {
	for version, want := range map[string][2]string{
		"2.3.19.1 (9b53102964)": {"disable_plaintext_auth = no", "dovecot_config_version"},
		"2.4.1-4 (7d8c0e5759)":  {"dovecot_config_version = 2.4.0", "disable_plaintext_auth"},
	} {
		s := &Server{version: version, dir: "/tmp/x", Password: "p", tls: true}
		conf := s.config()
		if !strings.Contains(conf, want[0]) || strings.Contains(conf, want[1]) || strings.Contains(conf, "%!") {
			t.Errorf("%s: %s", version, conf)
		}
	}
}

func TestKillIMAP(t *testing.T) {
	s := Start(t)
	if n := s.KillIMAP(t); n != 0 {
		t.Errorf("killed %d processes of nobody", n)
	}
}
