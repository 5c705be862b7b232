package demomail_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/cmd/caseconsultant/demomail"
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"
)

const (
	consult = "consult@demo.example"
	asker   = "asker@demo.example"
)

// begin starts a server on dir, and stops it with the test.
func begin(t *testing.T, dir string) *demomail.Server {
	t.Helper()
	s, err := demomail.Start(t.Context(), demomail.Config{
		Dir:      dir,
		Accounts: []demomail.Account{{Address: consult, Password: "c"}, {Address: asker, Password: "a"}},
		Others:   asker,
		Logf:     t.Logf,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// send delivers a mail with a real client, and returns the server's refusal.
func send(t *testing.T, s *demomail.Server, to, body string) error {
	t.Helper()
	c, err := smtp.Dial(s.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.SendMail("biller@practice.example", []string{to}, strings.NewReader(body))
}

func deliver(t *testing.T, s *demomail.Server, to, body string) {
	t.Helper()
	if err := send(t, s, to, body); err != nil {
		t.Fatal(err)
	}
}

// dial signs in. exists gets the size of the folder when the server tells it.
func dial(t *testing.T, s *demomail.Server, address string, exists chan uint32) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(s.IMAPAddr(), &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(data *imapclient.UnilateralDataMailbox) {
				if data.NumMessages != nil && exists != nil {
					exists <- *data.NumMessages
				}
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Login(address, address[:1]).Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

func choose(t *testing.T, c *imapclient.Client, folder string) *imap.SelectData {
	t.Helper()
	data, err := c.Select(folder, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var everything = imap.UIDSet{{Start: 1}} // 1:*

// bodies returns the selected folder as "UID flags body" lines, without what
// delivery puts in front.
func bodies(t *testing.T, c *imapclient.Client) (list []string) {
	t.Helper()
	whole := &imap.FetchItemBodySection{Peek: true}
	got, err := c.Fetch(everything, &imap.FetchOptions{UID: true, Flags: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range got {
		_, body, _ := strings.Cut(string(m.FindBodySection(whole)), "\r\n\r\n")
		list = append(list, strings.TrimSpace(fmt.Sprintf("%d %v %s", m.UID, m.Flags, body)))
	}
	return list
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func mail(body string) string {
	return "From: biller@practice.example\r\nTo: consult@demo.example\r\nSubject: 20610 with 99213\r\n\r\n" + body + "\r\n"
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	s := begin(t, dir)
	for i := range 12 {
		deliver(t, s, consult, mail(fmt.Sprint("mail ", i+1)))
	}
	c := dial(t, s, consult, nil)
	before := choose(t, c, "INBOX")
	if err := c.Store(imap.UIDSetNum(2, 11, 12), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen, imap.FlagAnswered}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Expunge().Close(); err != nil {
		t.Fatal(err)
	}
	want := bodies(t, c)
	if len(want) != 9 || want[0] != `1 [\Answered \Seen] mail 1` {
		t.Errorf("before: %q", want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = begin(t, dir)
	c = dial(t, s, consult, nil)
	after := choose(t, c, "INBOX")
	if after.UIDValidity != before.UIDValidity || after.UIDNext != 13 {
		t.Errorf("UIDVALIDITY %d, was %d; UIDNEXT %d, want 13", after.UIDValidity, before.UIDValidity, after.UIDNext)
	}
	same(t, bodies(t, c), want)
	deliver(t, s, consult, mail("mail 13"))
	if err := c.Noop().Wait(); err != nil {
		t.Fatal(err)
	}
	same(t, bodies(t, c), append(want, "13 [] mail 13"))
}

// TestCrash looks at the disk as a server finds it that was killed after 250.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	s := begin(t, dir)
	deliver(t, s, consult, mail("durable"))
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(copied, consult, "INBOX", "tmp", "0000000002:2,")
	if err := os.WriteFile(half, []byte("half a m"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := dial(t, begin(t, copied), consult, nil)
	choose(t, c, "INBOX")
	same(t, bodies(t, c), []string{"1 [] durable"})
}

// TestNewValidity: a folder that was deleted from the disk is another one.
func TestNewValidity(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	validity := func() uint32 {
		s, err := demomail.Start(t.Context(), demomail.Config{
			Dir: dir, Accounts: []demomail.Account{{Address: consult, Password: "c"}}, Now: func() time.Time { return now },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return choose(t, dial(t, s, consult, nil), "INBOX").UIDValidity
	}
	first := validity()
	now = now.Add(time.Minute)
	if again := validity(); again != first {
		t.Errorf("UIDVALIDITY went from %d to %d", first, again)
	}
	if err := os.RemoveAll(filepath.Join(dir, consult, "INBOX")); err != nil {
		t.Fatal(err)
	}
	if third := validity(); third == first {
		t.Error("a new folder has the UIDVALIDITY of the old one")
	}
}

func TestIdle(t *testing.T) {
	s := begin(t, t.TempDir())
	exists := make(chan uint32, 10)
	c := dial(t, s, consult, exists)
	choose(t, c, "INBOX")
	idle, err := c.Idle()
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, s, consult, mail("new"))
	select {
	case n := <-exists:
		if n != 1 {
			t.Errorf("%d mails", n)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("IDLE did not tell of a new mail")
	}
	if err := idle.Close(); err != nil {
		t.Fatal(err)
	}
	if err := idle.Wait(); err != nil {
		t.Fatal(err)
	}
	same(t, bodies(t, c), []string{"1 [] new"})
}

func TestRecipients(t *testing.T) {
	s := begin(t, t.TempDir())
	tests := []struct {
		to, account string // account: where it arrives, empty for a refusal
	}{
		{"consult@demo.example", consult},
		{"Consult@DEMO.example", consult},
		{"consult+case-12.r1@demo.example", consult},
		{"asker@demo.example", asker},
		{"dr.who@practice.example", asker},
		{"nobody@demo.example", ""},
	}
	for i, test := range tests {
		text := fmt.Sprint("to ", i)
		err := send(t, s, test.to, mail(text))
		if test.account == "" {
			if refusal, ok := err.(*smtp.SMTPError); !ok || refusal.Code != 550 {
				t.Errorf("%s: %v, want 550", test.to, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.to, err)
			continue
		}
		c := dial(t, s, test.account, nil)
		choose(t, c, "INBOX")
		if got := bodies(t, c); len(got) == 0 || !strings.HasSuffix(got[len(got)-1], text) {
			t.Errorf("%s: not in %s: %q", test.to, test.account, got)
		}
	}
}

func TestNoOthers(t *testing.T) {
	s, err := demomail.Start(t.Context(), demomail.Config{Dir: t.TempDir(), Accounts: []demomail.Account{{Address: consult}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := send(t, s, "dr.who@practice.example", mail("x")); err == nil {
		t.Error("a mail for another domain was taken")
	}
}

// TestExact: the bytes come back as they were sent, whatever they are, behind
// three fields of delivery.
func TestExact(t *testing.T) {
	s := begin(t, t.TempDir())
	tests := []string{
		mail("plain\r\n\r\n.dot\r\n..dots"),
		"no header at all\r\n",
		"From biller Mon Nov 23\r\nsubject:  two  spaces \r\n folded\r\nbad line\r\n\r\nbody\r\n",
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nunclosed\r\n",
		"Subject: \xff\xfe\r\n\r\n\xe4\xf6\xfc\r\n",
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	for i, text := range tests {
		deliver(t, s, consult, text)
		c := dial(t, s, consult, nil)
		choose(t, c, "INBOX")
		got, err := c.Fetch(imap.UIDSetNum(imap.UID(i+1)), &imap.FetchOptions{RFC822Size: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
		if err != nil || len(got) != 1 {
			t.Fatalf("%q: %v", text, err)
		}
		body := string(got[0].FindBodySection(whole))
		if !strings.HasSuffix(body, "\r\n"+text) || int64(len(body)) != got[0].RFC822Size {
			t.Errorf("%q came back as %q, size %d", text, body, got[0].RFC822Size)
		}
		if !strings.HasPrefix(body, "Return-Path: <biller@practice.example>\r\nDelivered-To: consult@demo.example\r\nReceived: from localhost ([127.0.0.1])\r\n\tby demo.example with ESMTP;\r\n\t") {
			t.Errorf("in front: %q", body)
		}
	}
}

// TestSent is what the product does after sending, and what a restart must keep.
func TestSent(t *testing.T) {
	dir := t.TempDir()
	s := begin(t, dir)
	c := dial(t, s, consult, nil)
	text := mail("the answer")
	date := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	cmd := c.Append("Sent", int64(len(text)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: date})
	if _, err := io.WriteString(cmd, text); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	done, err := cmd.Wait()
	if err != nil || done.UID != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c = dial(t, begin(t, dir), consult, nil)
	if data := choose(t, c, "Sent"); data.UIDValidity != done.UIDValidity {
		t.Errorf("UIDVALIDITY %d, was %d", data.UIDValidity, done.UIDValidity)
	}
	same(t, bodies(t, c), []string{`1 [\Seen] the answer`})
	got, err := c.Fetch(everything, &imap.FetchOptions{InternalDate: true}).Collect()
	if err != nil || !got[0].InternalDate.Equal(date) {
		t.Errorf("INTERNALDATE %v, %v", got[0].InternalDate, err)
	}
	folders, err := c.List("", "*", &imap.ListOptions{ReturnSpecialUse: true}).Collect()
	if err != nil || len(folders) != 4 || !slices.Contains(folders[2].Attrs, imap.MailboxAttrSent) {
		t.Errorf("folders %+v, %v", folders, err)
	}
	lost := c.Append("Nowhere", 2, nil)
	_, _ = io.WriteString(lost, "xx")
	_ = lost.Close()
	if _, err := lost.Wait(); err == nil {
		t.Error("appended to a folder that does not exist")
	}
}

func TestStartRefused(t *testing.T) {
	dir := t.TempDir()
	begin(t, dir)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	accounts := []demomail.Account{{Address: consult}}
	tests := []struct {
		config demomail.Config
		want   string
	}{
		{demomail.Config{Dir: dir, Accounts: accounts}, "in use by another demo"},
		{demomail.Config{Dir: t.TempDir(), Accounts: accounts, SMTPAddr: "0.0.0.0:0"}, "not loopback"},
		{demomail.Config{Dir: t.TempDir(), Accounts: accounts, IMAPAddr: ":0"}, "not loopback"},
		{demomail.Config{Dir: t.TempDir(), Accounts: accounts, IMAPAddr: taken.Addr().String()}, "address already in use"},
		{demomail.Config{Dir: t.TempDir()}, "no account"},
		{demomail.Config{Dir: t.TempDir(), Accounts: []demomail.Account{{Address: "../x@y"}}}, "no address"},
		{demomail.Config{Dir: t.TempDir(), Accounts: append(accounts, accounts...)}, "twice"},
		{demomail.Config{Dir: t.TempDir(), Accounts: accounts, Others: asker}, "is no account"},
	}
	for _, test := range tests {
		s, err := demomail.Start(context.Background(), test.config)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}
