package demomail_test

import (
	"bytes"
	"fmt"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/cmd/caseconsultant/demomail"
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

func mark(t *testing.T, c *imapclient.Client, set imap.NumSet, op imap.StoreFlagsOp, flags ...imap.Flag) {
	t.Helper()
	if err := c.Store(set, &imap.StoreFlags{Op: op, Flags: flags}, nil).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSearch(t *testing.T) {
	s := begin(t, t.TempDir())
	deliver(t, s, consult, mail("knee injection"))
	deliver(t, s, consult, "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <a@b>\r\nSubject: =?utf-8?q?H=C3=BCfte?=\r\n\r\nhip\r\n")
	deliver(t, s, consult, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"+"SGlkZGVuIGtuZWU=\r\n")
	deliver(t, s, consult, "From x\r\nbroken header\r\n\r\nlong "+strings.Repeat("x", 5000)+"\r\n")
	c := dial(t, s, consult, nil)
	choose(t, c, "INBOX")
	mark(t, c, imap.UIDSetNum(2), imap.StoreFlagsAdd, imap.FlagSeen)
	today := time.Now()
	tests := []struct {
		name     string
		criteria imap.SearchCriteria
		want     []imap.UID
	}{
		{"all", imap.SearchCriteria{}, []imap.UID{1, 2, 3, 4}},
		{"uid", imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 2, Stop: 3}}}}, []imap.UID{2, 3}},
		{"last", imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 99, Stop: 0}}}}, []imap.UID{4}},
		{"number", imap.SearchCriteria{SeqNum: []imap.SeqSet{{{Start: 0, Stop: 0}}}}, []imap.UID{4}},
		{"unseen", imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, []imap.UID{1, 3, 4}},
		{"seen", imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen}}, []imap.UID{2}},
		{"keyword", imap.SearchCriteria{Flag: []imap.Flag{"$Junk"}}, nil},
		{"since", imap.SearchCriteria{Since: today.AddDate(0, 0, -1)}, []imap.UID{1, 2, 3, 4}},
		{"before", imap.SearchCriteria{Before: today.AddDate(0, 0, -1)}, nil},
		{"sent", imap.SearchCriteria{SentSince: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), SentBefore: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)}, []imap.UID{2}},
		{"message id", imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: "a@b"}}}, []imap.UID{2}},
		{"subject", imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: "HÜFTE"}}}, []imap.UID{2}},
		{"body", imap.SearchCriteria{Body: []string{"Knee"}}, []imap.UID{1, 3}},
		{"text", imap.SearchCriteria{Text: []string{"99213"}}, []imap.UID{1}},
		{"larger", imap.SearchCriteria{Larger: 4000}, []imap.UID{4}},
		{"smaller", imap.SearchCriteria{Smaller: 4000}, []imap.UID{1, 2, 3}},
		{"not", imap.SearchCriteria{Not: []imap.SearchCriteria{{Body: []string{"knee"}}}}, []imap.UID{2, 4}},
		{"or", imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{{Body: []string{"hip"}}, {Larger: 4000}}}}, []imap.UID{2, 4}},
	}
	for _, test := range tests {
		data, err := c.UIDSearch(&test.criteria, nil).Wait()
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := data.AllUIDs(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	data, err := c.Search(&imap.SearchCriteria{Body: []string{"knee"}}, &imap.SearchOptions{ReturnMin: true, ReturnMax: true, ReturnCount: true}).Wait()
	if err != nil || data.Min != 1 || data.Max != 3 || data.Count != 2 {
		t.Errorf("ESEARCH %+v, %v", data, err)
	}
}

// TestTwoClients: what one removes, the other hears of, and its numbers hold
// until then.
func TestTwoClients(t *testing.T) {
	s := begin(t, t.TempDir())
	for i := range 4 {
		deliver(t, s, consult, mail(fmt.Sprint("mail ", i+1)))
	}
	one, two := dial(t, s, consult, nil), dial(t, s, consult, nil)
	choose(t, one, "INBOX")
	choose(t, two, "INBOX")
	mark(t, one, imap.SeqSetNum(1, 3), imap.StoreFlagsAdd, imap.FlagDeleted)
	if err := one.UIDExpunge(imap.UIDSetNum(1)).Close(); err != nil {
		t.Fatal(err)
	}
	mark(t, one, imap.UIDSetNum(3), imap.StoreFlagsDel, imap.FlagDeleted)
	same(t, bodies(t, one), []string{"2 [] mail 2", "3 [] mail 3", "4 [] mail 4"})

	got, err := two.Fetch(imap.SeqSetNum(2), &imap.FetchOptions{UID: true}).Collect()
	if err != nil || len(got) != 1 || got[0].UID != 2 {
		t.Errorf("number 2 of the second client is %+v, %v", got, err)
	}
	if err := two.Noop().Wait(); err != nil {
		t.Fatal(err)
	}
	got, err = two.Fetch(imap.SeqSetNum(2), &imap.FetchOptions{UID: true}).Collect()
	if err != nil || len(got) != 1 || got[0].UID != 3 {
		t.Errorf("after NOOP it is %+v, %v", got, err)
	}
}

func TestCopyAndMove(t *testing.T) {
	dir := t.TempDir()
	s := begin(t, dir)
	for i := range 3 {
		deliver(t, s, consult, mail(fmt.Sprint("mail ", i+1)))
	}
	c := dial(t, s, consult, nil)
	choose(t, c, "INBOX")
	mark(t, c, imap.UIDSetNum(2), imap.StoreFlagsSet, imap.FlagFlagged)
	copied, err := c.Copy(imap.UIDSetNum(2), "Drafts").Wait()
	if err != nil || copied.DestUIDs.String() != "1" {
		t.Errorf("%+v, %v", copied, err)
	}
	moved, err := c.Move(imap.UIDSetNum(1, 3), "Trash").Wait()
	if err != nil || moved.SourceUIDs.(imap.UIDSet).String() != "1,3" {
		t.Errorf("%+v, %v", moved, err)
	}
	if _, err := c.Copy(imap.UIDSetNum(2), "Nowhere").Wait(); err == nil {
		t.Error("copied to a folder that does not exist")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c = dial(t, begin(t, dir), consult, nil)
	for folder, want := range map[string][]string{
		"INBOX":  {`2 [\Flagged] mail 2`},
		"Drafts": {`1 [\Flagged] mail 2`},
		"Trash":  {"1 [] mail 1", "2 [] mail 3"},
	} {
		choose(t, c, folder)
		same(t, bodies(t, c), want)
	}
}

// TestExamine is how the product reads: it changes nothing.
func TestExamine(t *testing.T) {
	s := begin(t, t.TempDir())
	deliver(t, s, consult, mail("x"))
	c := dial(t, s, consult, nil)
	if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		t.Fatal(err)
	}
	reading := &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{}}}
	if _, err := c.Fetch(everything, reading).Collect(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(everything, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err == nil {
		t.Error("STORE after EXAMINE")
	}
	if _, err := c.Move(everything, "Trash").Wait(); err == nil {
		t.Error("MOVE after EXAMINE")
	}
	same(t, bodies(t, c), []string{"1 [] x"})
	choose(t, c, "INBOX")
	if _, err := c.Fetch(everything, reading).Collect(); err != nil {
		t.Fatal(err)
	}
	same(t, bodies(t, c), []string{`1 [\Seen] x`})
}

func TestParts(t *testing.T) {
	s := begin(t, t.TempDir())
	deliver(t, s, consult, "Subject: parts\r\nFrom: Dr Who <who@practice.example>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nfirst\r\n--x\r\n\r\nsecond\r\n--x--\r\n")
	c := dial(t, s, consult, nil)
	choose(t, c, "INBOX")
	second := &imap.FetchItemBodySection{Part: []int{2}, Peek: true}
	subject := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Subject"}, Peek: true}
	start := &imap.FetchItemBodySection{Partial: &imap.SectionPartial{Offset: 0, Size: 11}, Peek: true}
	beyond := &imap.FetchItemBodySection{Partial: &imap.SectionPartial{Offset: 9999, Size: 5}, Peek: true}
	got, err := c.Fetch(everything, &imap.FetchOptions{
		Envelope: true, BodyStructure: &imap.FetchItemBodyStructure{},
		BodySection: []*imap.FetchItemBodySection{second, subject, start, beyond},
	}).Collect()
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	m := got[0]
	if m.Envelope.Subject != "parts" || m.Envelope.From[0].Addr() != "who@practice.example" || m.BodyStructure.MediaType() != "multipart/mixed" {
		t.Errorf("%+v %v", m.Envelope, m.BodyStructure.MediaType())
	}
	for _, want := range []struct {
		section *imap.FetchItemBodySection
		text    string
	}{{second, "second"}, {subject, "Subject: parts\r\n\r\n"}, {start, "Return-Path"}, {beyond, ""}} {
		if got := string(m.FindBodySection(want.section)); got != want.text {
			t.Errorf("%+v: %q, want %q", want.section, got, want.text)
		}
	}
}

func TestSignIn(t *testing.T) {
	s := begin(t, t.TempDir())
	c, err := imapclient.DialInsecure(s.IMAPAddr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(consult, "wrong").Wait(); err == nil {
		t.Error("IMAP took a wrong password")
	}
	if err := c.Authenticate(sasl.NewPlainClient("", consult, "c")); err != nil {
		t.Error(err)
	}
	for password, ok := range map[string]bool{"c": true, "wrong": false} {
		c, err := smtp.Dial(s.SMTPAddr())
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Auth(sasl.NewPlainClient("", consult, password)); (err == nil) != ok {
			t.Errorf("SMTP with password %q: %v", password, err)
		}
		c.Close()
	}
}

// TestLog: what a client sends stays out of the log, when something breaks too.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	s, err := demomail.Start(t.Context(), demomail.Config{
		Dir: t.TempDir(), Accounts: []demomail.Account{{Address: consult, Password: "c"}},
		Logf: func(format string, args ...any) { fmt.Fprintf(&log, format+"\n", args...) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{s.SMTPAddr(), s.IMAPAddr()} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "Secret secret\r\nMAIL FROM:<Secret>\r\na LOGIN {9999999999999999999}\r\nSecret\r\n\x00\xffSecret")
		conn.Close()
	}
	deliver(t, s, consult, mail("Secret"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(log.String(), "Secret") {
		t.Errorf("log: %s", log.String())
	}
}

// TestPrograms are the ones that the demo tells a person to use.
func TestPrograms(t *testing.T) {
	s := begin(t, t.TempDir())
	host, port, err := net.SplitHostPort(s.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	run(t, "swaks", "--server", host, "--port", port, "--to", consult, "--from", "me@home.example", "--body", "by swaks")
	run(t, "curl", "-sS", "--mail-from", "me@home.example", "--mail-rcpt", consult, "smtp://"+s.SMTPAddr(), "-T", "-")
	out := run(t, "curl", "-sS", "-u", consult+":c", "imap://"+s.IMAPAddr()+"/INBOX;UID=1")
	if !strings.Contains(out, "by swaks") {
		t.Errorf("curl reads %q", out)
	}
	if out := run(t, "curl", "-sS", "-u", consult+":c", "imap://"+s.IMAPAddr()+"/INBOX", "-X", "STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)"); !strings.Contains(out, "MESSAGES 2") {
		t.Errorf("curl reads %q", out)
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin = strings.NewReader(mail("by curl"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
