package compose

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", name, got)
	}
}

func sample() Mail {
	return Mail{
		From:       Address{"Coding Desk", "consult@desk.test"},
		ReplyTo:    "consult+case-42@desk.test",
		To:         []Address{{"Zoë Müller", "zoe@praxis.test"}},
		Cc:         []Address{{"", "billing@praxis.test"}},
		Subject:    "Re: 99213 mit 20610 – geht das?",
		Markdown:   "# Short answer\n\n**Allowed with modifier 25.**\n",
		MessageID:  "case-42.r1.abcdefghijklmnop@desk.test",
		InReplyTo:  "q1@praxis.test",
		References: []string{"q0@praxis.test", "q1@praxis.test"},
		Date:       time.Date(2026, 11, 23, 9, 30, 0, 0, time.FixedZone("EST", -5*3600)),
	}
}

func TestComposeGolden(t *testing.T) {
	raw, err := Compose(sample())
	if err != nil {
		t.Fatal(err)
	}
	again, err := Compose(sample())
	if err != nil || !bytes.Equal(raw, again) {
		t.Fatalf("the same Mail gave other bytes (err %v)", err)
	}
	golden(t, "reply.eml", strings.ReplaceAll(string(raw), "\r\n", "\n"))
	for i, line := range strings.SplitAfter(string(raw), "\n") {
		if line != "" && !strings.HasSuffix(line, "\r\n") {
			t.Errorf("line %d has no CRLF: %q", i+1, line)
		}
		if len(line) > 1000 {
			t.Errorf("line %d is longer than SMTP allows", i+1)
		}
	}
}

// TestComposeReadsBack reads the bytes with the standard library, which knows
// nothing of go-mail.
func TestComposeReadsBack(t *testing.T) {
	m := sample()
	raw, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<" + m.MessageID + ">", "In-Reply-To": "<q1@praxis.test>",
		"References": "<q0@praxis.test> <q1@praxis.test>", "X-Caseconsultant": "1",
		"X-Auto-Response-Suppress": "OOF, AutoReply", "Auto-Submitted": "",
		"User-Agent": "", "X-Mailer": "", "Bcc": "", "Date": "Mon, 23 Nov 2026 09:30:00 -0500",
	} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	to, err := msg.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != "Zoë Müller" || to[0].Address != "zoe@praxis.test" {
		t.Errorf("to %v, %v", to, err)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	plain, html, err := Render(m.Markdown)
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(msg.Body, params["boundary"])
	for _, want := range []string{plain, html} {
		part, err := r.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != want {
			t.Errorf("part %s: %q, %v", part.Header.Get("Content-Type"), body, err)
		}
	}
	if _, err := r.NextPart(); err != io.EOF {
		t.Errorf("a third part, %v", err)
	}
}

func TestComposeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Mail)
		want   error
	}{
		"subject CRLF":    {func(m *Mail) { m.Subject = "a\r\nBcc: x@evil.test" }, ErrField},
		"subject LF":      {func(m *Mail) { m.Subject = "a\nb" }, ErrField},
		"subject NUL":     {func(m *Mail) { m.Subject = "a\x00b" }, ErrField},
		"subject bytes":   {func(m *Mail) { m.Subject = "a\xff" }, ErrField},
		"subject word":    {func(m *Mail) { m.Subject = strings.Repeat("x", 2000) }, ErrField},
		"from name":       {func(m *Mail) { m.From.Name = "x\r\nTo: y@evil.test" }, ErrField},
		"to name":         {func(m *Mail) { m.To[0].Name = "x\ny" }, ErrField},
		"to address":      {func(m *Mail) { m.To[0].Address = "x@a.test>\r\nRCPT TO:<y@evil.test" }, ErrField},
		"two in one":      {func(m *Mail) { m.To[0].Address = "x@a.test, y@evil.test" }, ErrField},
		"empty address":   {func(m *Mail) { m.Cc[0].Address = "" }, ErrField},
		"reply-to":        {func(m *Mail) { m.ReplyTo = "a@b.test\r\nX: y" }, ErrField},
		"message id":      {func(m *Mail) { m.MessageID = "a@b>\r\nX: <y" }, ErrField},
		"message id none": {func(m *Mail) { m.MessageID = "" }, ErrField},
		"message id no @": {func(m *Mail) { m.MessageID = "case-42" }, ErrField},
		"no recipient":    {func(m *Mail) { m.To = nil }, ErrMissing},
		"no date":         {func(m *Mail) { m.Date = time.Time{} }, ErrMissing},
		"too long":        {func(m *Mail) { m.Markdown = strings.Repeat("x", MaxMarkdown+1) }, ErrTooLong},
	} {
		m := sample()
		c.change(&m)
		if raw, err := Compose(m); !errors.Is(err, c.want) || raw != nil {
			t.Errorf("%s: %d bytes, error %v, want %v", name, len(raw), err, c.want)
		} else if strings.Contains(err.Error(), "evil") {
			t.Errorf("%s: the error quotes the mail: %v", name, err)
		}
	}
}

// TestComposeThread: identifiers that other programs broke must neither break
// our header nor stop the answer.
func TestComposeThread(t *testing.T) {
	m := sample()
	m.InReplyTo = "müll@x.test"
	m.References = nil
	for i := range 50 {
		m.References = append(m.References, fmt.Sprintf("r%d@x.test", i), "no-at-sign", "a b@x", "x@y\r\nBcc: z@evil.test")
	}
	raw, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := msg.Header["In-Reply-To"]; ok {
		t.Errorf("In-Reply-To %q", got)
	}
	refs := strings.Fields(msg.Header.Get("References"))
	if len(refs) != 21 || refs[0] != "<r0@x.test>" || refs[1] != "<r30@x.test>" || refs[20] != "<r49@x.test>" {
		t.Errorf("references %v", refs)
	}
	if bytes.Contains(raw, []byte("evil")) {
		t.Error("injected")
	}
}

// TestComposeLines: no line of the mail is longer than SMTP takes, whatever
// the length of what stands in it.
func TestComposeLines(t *testing.T) {
	for name, change := range map[string]func(*Mail){
		"ascii subject": func(m *Mail) { m.Subject = strings.Repeat("word ", 800) },
		"other subject": func(m *Mail) { m.Subject = strings.Repeat("wörter ", 400) },
		"name":          func(m *Mail) { m.To[0].Name = strings.Repeat("Zoë ", 300) },
		"many to": func(m *Mail) {
			for i := range 200 {
				m.To = append(m.To, Address{"Some Body", fmt.Sprintf("a%d@praxis.test", i)})
			}
		},
		"long line":  func(m *Mail) { m.Markdown = strings.Repeat("x", 5000) },
		"long table": func(m *Mail) { m.Markdown = "|a|b|\n|-|-|\n|" + strings.Repeat("word ", 1000) + "|b|" },
		"dots":       func(m *Mail) { m.Markdown = "```\n.\n..\n.x\n```" },
	} {
		m := sample()
		change(&m)
		raw, err := Compose(m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("%s: a line of %d bytes", name, len(line))
			}
		}
		if _, err := mail.ReadMessage(bytes.NewReader(raw)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestComposeAuto(t *testing.T) {
	m := sample()
	m.Auto = true
	raw, err := Compose(m)
	if err != nil || !bytes.Contains(raw, []byte("Auto-Submitted: auto-replied\r\n")) {
		t.Errorf("no Auto-Submitted (err %v)", err)
	}
}

func TestHash(t *testing.T) {
	a := []Address{{"A", "a@x.test"}}
	base := Hash("s", a, nil, "body")
	if base != Hash("s", []Address{{"A", "a@x.test"}}, []Address{}, "body") {
		t.Error("the same content has two hashes")
	}
	for name, other := range map[string][32]byte{
		"subject":     Hash("S", a, nil, "body"),
		"body":        Hash("s", a, nil, "body "),
		"to as cc":    Hash("s", nil, a, "body"),
		"name":        Hash("s", []Address{{"B", "a@x.test"}}, nil, "body"),
		"shifted":     Hash("sA", []Address{{"", "a@x.test"}}, nil, "body"),
		"more":        Hash("s", append(a[:1:1], a[0]), nil, "body"),
		"into body":   Hash("", a, nil, "sbody"),
		"name in adr": Hash("s", []Address{{"", "Aa@x.test"}}, nil, "body"),
	} {
		if other == base {
			t.Errorf("%s does not change the hash", name)
		}
	}
}
