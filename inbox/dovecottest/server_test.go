package dovecottest

import (
	"bytes"
	"fmt"
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
