package casemail

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

// TestMails reads each mail of testdata/mails and compares what was made of it
// with the JSON beside it: the object of "mail inspect".
func TestMails(t *testing.T) {
	files, err := filepath.Glob("testdata/mails/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no mails, %v", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := Parse(raw)
		sane(t, file, m)
		var got struct {
			Kind   Kind   `json:"kind"`
			Reason string `json:"reason"`
			*Message
		}
		got.Kind, got.Reason = Classify(m, Own{Addresses: []string{"consult@desk.example"}, Domain: "desk.example"})
		got.Message = m
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(got); err != nil {
			t.Fatal(err)
		}
		golden := strings.TrimSuffix(file, ".eml") + ".json"
		if *update {
			if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != string(want) {
			t.Errorf("%s differs (go test -update writes it anew):\n%s", golden, out.String())
		}
	}
}

// hostile are mails built to hang or to fill memory.
func hostile() map[string][]byte {
	var levels, parts bytes.Buffer
	levels.WriteString("From: a@b.test\n")
	for i := range 10000 {
		fmt.Fprintf(&levels, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	levels.WriteString("\n99213?\n")
	parts.WriteString("From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n")
	for range 100000 {
		parts.WriteString("--b\n\nx\n")
	}
	parts.WriteString("--b--\n")
	head := "From: a@b.test\nContent-Type: "
	rep := strings.Repeat
	nested := rep("Content-Type: message/rfc822\n\n", 10000)
	return map[string][]byte{
		"10,000 levels":       levels.Bytes(),
		"100,000 parts":       parts.Bytes(),
		"10,000 messages":     []byte("From: a@b.test\n" + nested + "99213"),
		"64 MB part header":   []byte(head + "multipart/mixed; boundary=b\n\n--b\nX: " + rep("y", 64<<20) + "\n\n99213\n--b--\n"),
		"folded header":       []byte("From: a@b.test\nSubject: a\n" + rep(" b\n", 1<<20) + "\n99213"),
		"many fields":         []byte(rep("X: y\n", 1<<18) + "\n99213"),
		"bad lines":           []byte("From: a@b.test\n" + rep("no field\nX: y\n", 1<<16) + "\n99213"),
		"same boundary":       []byte(head + "multipart/mixed; boundary=b\n\n" + rep("--b\nContent-Type: multipart/mixed; boundary=b\n\n", 50000)),
		"dashes":              []byte(head + "multipart/mixed; boundary=\"-\"\n\n" + rep("-", 1<<20)),
		"dash lines":          []byte(head + "multipart/mixed; boundary=b\n\n" + rep("--bx\n", 1<<18)),
		"200,000 open tags":   []byte(head + "text/html\n\n" + rep("<div>", 200000)),
		"nested tables":       []byte(head + "text/html\n\n" + rep("<table><tr><td>x", 100000)),
		"nested quotes":       []byte(head + "text/html\n\n" + rep("<blockquote type=cite>x", 100000)),
		"signatures":          []byte(head + "text/html\n\n" + rep("<div class=gmail_signature>", 140000)),
		"hidden":              []byte(head + "text/html\n\n" + rep("<p style='display:none'>", 100000) + "99213"),
		"quote lines":         []byte(head + "text/plain\n\n" + rep(">", 1<<20) + "\n" + rep("> x\n", 1<<18)),
		"attributions":        []byte(head + "text/plain\n\n" + rep("On x wrote:\n\n", 80000)),
		"half attributions":   []byte(head + "text/plain\n\n" + rep("On Monday he said this and that to me\n", 30000)),
		"from lines":          []byte(head + "text/plain\n\nx\n" + rep("From: x\n", 130000)),
		"closings":            []byte(head + "text/plain\n\nx\n" + rep("Thanks,\n", 130000)),
		"notices":             []byte(head + "text/plain\n\nx\n" + rep("confidential notice ", 60000)),
		"flowed":              []byte(head + "text/plain; format=flowed\n\n" + rep("x \n", 1<<19)),
		"encoded words":       []byte("From: a@b.test\nSubject: " + rep("=?utf-8?q?=41?= ", 1<<14) + "\n\nx"),
		"addresses":           []byte("From: " + rep("a@b.test,", 1<<16) + "\nTo: " + rep("<", 1<<16) + rep("(", 1<<16) + rep("\"", 1<<16) + "\n\nx"),
		"references":          []byte("From: a@b.test\nReferences: " + rep("<a@b> ", 1<<16) + "\nIn-Reply-To: " + rep("<", 1<<16) + "\n\nx"),
		"base64 rubbish":      []byte(head + "text/plain\nContent-Transfer-Encoding: base64\n\n" + rep("QQ==", 1<<18)),
		"equals":              []byte(head + "text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" + rep("= ", 1<<19)),
		"utf-7":               []byte(head + "text/plain; charset=utf-7\n\n" + rep("+", 1<<20)),
		"unknown charset":     []byte(head + "text/plain; charset=x\n\n" + rep("\xe9 \xff\x80", 1<<18)),
		"status blocks":       []byte(head + "multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" + rep("Action: failed\n\n", 1<<18) + "--b--\n"),
		"bounce words":        []byte("From: MAILER-DAEMON@b.test\n\n" + rep("a@b ", 1<<18)),
		"content-type params": []byte(head + "text/plain" + rep("; a*0*=x", 1<<14) + "\n\nx"),
		"CR alone":            []byte("From: a@b.test\r\r" + rep("99213\r", 1<<17)),
		"NUL":                 []byte("From: a@b.test\nSubject: a\x00b\n\n99213\x00\n"),
		"nothing":             nil,
		"one byte":            []byte("\n"),
		"random":              []byte(rep("\x00\xff\xfe\x80", 1<<18)),
	}
}

func TestHostile(t *testing.T) {
	for name, raw := range hostile() {
		var m *Message
		if took := cpu(t, func() { m = Parse(raw); Classify(m, Own{}) }); took > 2*time.Second {
			t.Errorf("%s takes %v", name, took)
		} else if took > 200*time.Millisecond {
			t.Logf("%s takes %v", name, took)
		}
		sane(t, name, m)
		for _, p := range m.Problems {
			if p == "parser: failed" {
				t.Errorf("%s: the parser panicked", name)
			}
		}
		if strings.HasSuffix(string(raw[max(0, len(raw)-10):]), "99213?\n") && !strings.Contains(m.Text, "99213") && len(m.Attachments) == 0 {
			t.Errorf("%s: nothing of it is left", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/mails/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw)
		sane(t, "fuzzed", m)
		for _, p := range m.Problems {
			if p == "parser: failed" {
				t.Error("the parser panicked")
			}
		}
		Classify(m, Own{Addresses: []string{"a@b.test"}, Domain: "b.test"})
		m.ThreadIDs()
		m.CaseTag()
		Verify(m, AuthConfig{AuthservID: "mx.test"}, func(string) ([]string, error) { return nil, nil })
	})
}

// BenchmarkParse reads a mail of 5 KB as practices send them.
func BenchmarkParse(b *testing.B) {
	for _, kind := range []string{"text/plain", "text/html"} {
		line := "Patient seen 11/02/2026, billed 99213-25 with 20610-RT, dx M17.11; denied CO-97 by Medicare.\n"
		if kind == "text/html" {
			line = "<p class=\"MsoNormal\">" + line + "</p>\n"
		}
		raw := []byte("Received: from a by b; Mon, 23 Nov 2026 08:15:00 -0500\nFrom: Dana Reyes <dana@lakeside-ortho.example>\nTo: consult@desk.example\nSubject: =?utf-8?q?Denial_=E2=80=93_knee?=\nDate: Mon, 23 Nov 2026 08:15:00 -0500\nMessage-ID: <a1@lakeside-ortho.example>\nMIME-Version: 1.0\nContent-Type: " + kind + "; charset=utf-8\n\n")
		for len(raw) < 5<<10 {
			raw = append(raw, line...)
		}
		b.Run(kind, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				Classify(Parse(raw), Own{})
			}
		})
	}
}
