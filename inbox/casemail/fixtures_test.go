package casemail

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// fixtures is the folder of public mail corpora, which are not part of this
// project (their licences forbid some of them).
func fixtures(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CASECONSULTANT_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "mail")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no mail corpora at %s: set CASECONSULTANT_TESTDATA to the folder that holds mail/", dir)
	}
	return dir
}

// sane checks what must hold for any mail whatever.
func sane(t *testing.T, name string, m *Message) {
	t.Helper()
	texts := map[string]string{"text": m.Text, "new": m.NewText, "quote": m.Quote, "signature": m.Signature, "subject": m.Subject, "id": m.MessageID, "from": m.From.Name + m.From.Address, "html": m.HTML}
	for _, a := range m.Attachments {
		texts["attachment"] += a.Name + a.Type
	}
	for what, s := range texts {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Errorf("%s: %s is not fit for a database", name, what)
		}
		if what != "html" && strings.ContainsAny(s, string(quoteMark)+string(signatureMark)) {
			t.Errorf("%s: %s holds a mark", name, what)
		}
	}
	if strings.ContainsAny(m.Subject+m.From.Name+m.From.Address+m.MessageID, "\r\n") {
		t.Errorf("%s: a header value has two lines", name)
	}
	if _, err := json.Marshal(m); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func TestFixtures(t *testing.T) {
	dir := fixtures(t)
	count, empty := 0, 0
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, file)
		var m *Message
		if took := cpu(t, func() { m = Parse(raw) }); took > 2*time.Second {
			t.Errorf("%s takes %v", name, took)
		}
		sane(t, name, m)
		for _, p := range m.Problems {
			if p == "parser: failed" {
				t.Errorf("%s: the parser panicked", name)
			}
		}
		count++
		if strings.TrimSpace(m.Text) == "" {
			empty++
		}
		Classify(m, Own{})
		return nil
	})
	if err != nil || count < 400 {
		t.Errorf("%d mails, %v", count, err)
	}
	t.Logf("%d files, %d without text", count, empty)
}

// TestAutoHeaders holds us to the verdicts of two ticket systems.
func TestAutoHeaders(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(fixtures(t), "auto-headers", "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		var c struct {
			Headers      []string
			Auto, Bounce bool
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		head := strings.Join(c.Headers, "\r\n")
		if !strings.Contains(head, "From:") {
			head = "From: a@b.test\r\n" + head
		}
		kind, reason := Classify(Parse([]byte(head+"\r\n\r\nWhat about 99213?\r\n")), Own{})
		if c.Bounce && kind != Bounce || c.Auto && kind == Case || !c.Bounce && !c.Auto && kind != Case {
			t.Errorf("%q: %s (%s)", c.Headers, kind, reason)
		}
	}
}

// TestBounceCorpus: every notice of the corpus is known for a bounce, or for
// another kind of automatic mail, and most name the recipient.
func TestBounceCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(fixtures(t), "flufl.bounce", "*.txt"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	missed, nameless := 0, 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := Parse(raw)
		if kind, reason := Classify(m, Own{}); kind != Bounce {
			t.Logf("%s: %s (%s), from %q, subject %q", filepath.Base(file), kind, reason, m.From, m.Subject)
			if kind == Case {
				missed++
			}
		} else if m.DSN == nil || m.DSN.Recipient == "" {
			t.Logf("%s: no recipient", filepath.Base(file))
			nameless++
		}
	}
	if missed > 6 || nameless > 12 {
		t.Errorf("%d of %d taken for cases, %d without recipient", missed, len(files), nameless)
	}
}

// TestForwardCorpus: what a sender passes on stays with what the sender wrote,
// and what a sender answers does not.
func TestForwardCorpus(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(fixtures(t), "quotequail", "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(data)) {
		var c struct {
			Test, Text string
			Expected   json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		var want struct {
			Type, Text string
		}
		if c.Test != "test_unwrap" || json.Unmarshal(c.Expected, &want) != nil || want.Text == "" {
			continue
		}
		subject := "Re: x"
		if want.Type == "forward" {
			subject = "Fwd: x"
		}
		m := Parse([]byte("From: a@b.test\nSubject: " + subject + "\nContent-Type: text/plain; charset=utf-8\n\n" + c.Text))
		first, _, _ := strings.Cut(strings.TrimSpace(want.Text), "\n")
		if got := strings.Contains(m.NewText+m.Signature, first); got != (want.Type == "forward") {
			t.Errorf("%s of %q: in what is new %v\n%s", want.Type, first, got, c.Text)
		}
		checked++
	}
	if checked < 15 {
		t.Errorf("only %d cases", checked)
	}
}

// TestReplyCorpus: of the replies of a dozen mail programs, what was written
// now is what the author of the corpus wrote, and nothing quoted.
func TestReplyCorpus(t *testing.T) {
	dir := filepath.Join(fixtures(t), "talon")
	files, err := filepath.Glob(filepath.Join(dir, "standard_replies", "*.eml"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// android.eml quotes under a Russian attribution wrapped over two lines
		if m := Parse(raw); m.NewText != "Hello" {
			t.Errorf("%s: %q", filepath.Base(file), m.NewText)
		}
	}
	for _, name := range []string{"gmail", "hotmail", "ms_outlook_2003", "ms_outlook_2007", "ms_outlook_2010", "thunderbird"} {
		page, err := os.ReadFile(filepath.Join(dir, "html_replies", name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		m := Parse(append([]byte("From: a@b.test\nSubject: Re: x\nContent-Type: text/html; charset=utf-8\n\n"), page...))
		if m.NewText != "Hi. I am fine." || m.Quote == "" {
			t.Errorf("%s: %q, quote of %d bytes", name, m.NewText, len(m.Quote))
		}
	}
}
