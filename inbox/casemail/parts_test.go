package casemail

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// brief describes what a mail holds in one line: text, marks of HTML, files.
func brief(m *Message) string {
	out := fmt.Sprintf("%q", m.Text)
	if m.IsHTML {
		out += " html"
	}
	for _, a := range m.Attachments {
		out += fmt.Sprintf(" [%s %s %d", a.Name, a.Type, a.Size)
		if a.Inline {
			out += " inline"
		}
		out += "]"
	}
	return out
}

func TestParts(t *testing.T) {
	const pdf = "\n\n%PDF-1.7\n"
	for _, c := range []struct{ name, mail, want string }{
		{"no type", "\n99213", `"99213"`},
		{"text", "Content-Type: text/plain\n\n99213", `"99213"`},
		{"type text", "Content-Type: text\n\n99213", `"99213"`},
		{"html", "Content-Type: text/html\n\n<p>99213</p>", `"99213" html`},
		{"html of another charset", "Content-Type: text/html\n\n<meta charset=iso-8859-2>\xb3", `"ł" html`},
		{"enriched", "Content-Type: text/enriched\n\n<bold>99213</bold> <<5", `"99213 <5"`},
		{"only a file", "Content-Type: application/pdf; name=a.pdf" + pdf, `"" [a.pdf application/pdf 9]`},
		{"named text at the top", "Content-Type: text/plain; name=x.txt\n\n99213", `"99213"`},

		{"alternative", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<b>html</b>\n--b--", `"plain"`},
		{"alternative, other order", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<b>html</b>\n--b\n\nplain\n--b--", `"plain"`},
		{"alternative, plain empty", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<b>html</b>\n--b--", `"html" html`},
		{"alternative, plain a stub", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nThis is an HTML mail.\n--b\nContent-Type: text/html\n\n" + strings.Repeat("99213 and more ", 20) + "\n--b--", `"` + strings.TrimSpace(strings.Repeat("99213 and more ", 20)) + `" html`},
		{"alternative with a table", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n20610\n50\n1\n--b\nContent-Type: text/html\n\n<table><tr><td>20610<td>50<td>1</table>\n--b--", `"20610\t50\t1" html`},
		{"alternative, table kept", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n20610\t50\t1\n--b\nContent-Type: text/html\n\n<table><tr><td>20610<td>50<td>1</table>\n--b--", `"20610\t50\t1"`},
		{"alternative, html empty", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n\n--b--", `"plain"`},
		{"alternative with a file", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: application/pdf; name=a.pdf" + pdf + "--b--", `"plain" [a.pdf application/pdf 8]`},
		{"related in alternative", "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\nhtml\n--b\nContent-Type: image/gif; name=x.gif\nContent-ID: <x>\n\nGIF89a\n--b--\n--a--", `"plain" [x.gif image/gif 6 inline]`},

		{"mixed", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--", `"one\n\ntwo"`},
		{"text around a file", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: application/pdf; name=a.pdf" + pdf + "--b\nContent-Type: text/html\n\ntwo\n--b--", `"one\n\ntwo" html [a.pdf application/pdf 8]`},
		{"preamble and epilogue", "Content-Type: multipart/mixed; boundary=b\n\nbefore\n--b\n\none\n--b--\nafter", `"one"`},
		{"text attached", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Disposition: attachment; filename=x.txt\n\ntwo\n--b--", `"one" [x.txt text/plain 3]`},
		{"text named", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/csv; name=x.csv\n\n99213,1\n--b--", `"one" [x.csv text/csv 7]`},
		{"html attached", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/html; name=x.html\nContent-Disposition: attachment\n\n<html><p>two\n--b--", `"one" [x.html text/html 12]`},
		{"signed", "Content-Type: multipart/signed; boundary=b\n\n--b\n\none\n--b\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--b--", `"one" [attachment.asc application/pgp-signature 29]`},
		{"digest", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nx\n--b\n\nSubject: two\n\ny\n--b--", `"" [attachment.eml message/rfc822 15] [attachment.eml message/rfc822 15]`},
		{"mail attached", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--b--", `"see" [attachment.eml message/rfc822 13]`},
		{"boundary in quotes with blanks", "Content-Type: multipart/mixed; boundary=\"a b?\"\n\n--a b?\n\none\n--a b?--", `"one"`},
		{"boundary with blanks after", "Content-Type: multipart/mixed; boundary=b\n\n--b  \n\none\n--b-- \t\n", `"one"`},
		{"boundary that begins another", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n--b\n\ntwo\n--b--", `"one\n\ntwo"`},
		{"line like a boundary", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bx\nx--b\n--b--", `"one\n--bx\nx--b"`},
		{"CRLF", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n\r\n--b--\r\n", `"one"`},
		{"path in the name", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=\"..\\\\..\\\\a.exe\"" + pdf + "--b--", `"" [a.exe application/pdf 8]`},
		{"name in pieces", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment;\n filename*0*=utf-8''a%20;\n filename*1=\"b.pdf\"" + pdf + "--b--", `"" [a b.pdf application/pdf 8]`},
	} {
		m := Parse([]byte("From: a@b.test\n" + c.mail))
		if got := brief(m); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if len(m.Problems) > 0 {
			t.Errorf("%s: %q", c.name, m.Problems)
		}
	}
}

// TestDamage: each kind of damage seen in RELIABILITY.md B is named and leaves
// as much as there is.
func TestDamage(t *testing.T) {
	for _, c := range []struct {
		name, mail, want string
		problems         []string
	}{
		{"not closed", "From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n", `"one"`, []string{"multipart: not closed"}},
		{"no boundary named", "From: a@b.test\nContent-Type: multipart/mixed\n\n--b12\n\none\n--b12--\n", `"one"`, []string{"multipart: no boundary"}},
		{"no boundary anywhere", "From: a@b.test\nContent-Type: multipart/mixed\n\none", `"one"`, []string{"multipart: no boundary"}},
		{"wrong boundary", "From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--b\n\none\n--b--", `"--b\n\none\n--b--"`, []string{"multipart: boundary not found"}},
		{"type twice", "From: a@b.test\nContent-Type: text/html; charset=utf-8; charset=latin1\n\n<p>é", `"é" html`, []string{"content-type: repaired"}},
		{"type without a subtype", "From: a@b.test\nContent-Type: html\n\none", `"one"`, []string{"content-type: repaired"}},
		{"bad disposition", "From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; filename=a b.pdf\n\n%PDF-1.7\n--b--", `"" [a application/pdf 8]`, []string{"content-disposition: repaired"}},
		{"mbox line", "From dana Mon Nov 23\nFrom: a@b.test\n\none", `"one"`, []string{"header: mbox line"}},
		{"bad line", "From: a@b.test\nno field here\nSubject: x\n\none", `"one"`, []string{"header: bad line skipped"}},
		{"no empty line", "From: a@b.test\nSubject: x\nWhat about 99213?\nAnd 20610?\n", `"What about 99213?\nAnd 20610?\n"`, []string{"header: no empty line after it"}},
		{"no header", "What about 99213?\nAnd 20610?\n", `"What about 99213?\nAnd 20610?\n"`, []string{"header: none", "from: none"}},
		{"no body", "From: a@b.test\nSubject: x", `""`, []string{"body: none"}},
		{"nothing", "", `""`, []string{"from: none"}},
		{"encoding unknown", "From: a@b.test\nContent-Transfer-Encoding: x-uuencode\n\none", `"one"`, []string{"encoding: unknown"}},
		{"charset unknown", "From: a@b.test\nContent-Type: text/plain; charset=x-none\n\none", `"one"`, []string{"charset: unknown"}},
		{"sealed", "From: a@b.test\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\n0\x80", `"" [smime.p7m text/plain 2]`, []string{"text: encrypted or sealed"}},
		{"control characters", "From: a@b.test\n\na\x00b\x07c\x1b[1m\u202ed\u200be\r\rf\u00a0g", `"abc[1mde\n\nf g"`, nil},
		{"two senders", "From: a@b.test, c@d.test\n\none", `"one"`, []string{"from: several"}},
		{"two From", "From: a@b.test\nFrom: c@d.test\n\none", `"one"`, []string{"from: several"}},
	} {
		m := Parse([]byte(c.mail))
		if got := brief(m); got != c.want && c.name != "sealed" {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if !slices.Equal(m.Problems, c.problems) {
			t.Errorf("%s: problems %q, want %q", c.name, m.Problems, c.problems)
		}
	}
}

// TestBounds: the limits cut where they say, and name it.
func TestBounds(t *testing.T) {
	deep := "From: a@b.test\n"
	for i := range 30 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%02d\n\n--b%02d\n", i, i)
	}
	many := "From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: image/png\n\nx\n", 700) + "--b--"
	for _, c := range []struct{ name, mail, problem string }{
		{"depth", deep + "\n99213", "parts: nested deeper than 20"},
		{"parts", many, "parts: more than 500"},
		{"header", "From: a@b.test\n" + strings.Repeat("X: "+strings.Repeat("y", 1000)+"\n", 300) + "\n99213", "header: longer than 256 KB"},
		{"text", "From: a@b.test\n\n" + strings.Repeat("99213 ", 400000), "text: cut"},
	} {
		m := Parse([]byte(c.mail))
		if !slices.Contains(m.Problems, c.problem) {
			t.Errorf("%s: problems %q", c.name, m.Problems)
		}
		if len(m.Text) > maxText || len(m.Attachments) > maxParts {
			t.Errorf("%s: %d bytes of text, %d files", c.name, len(m.Text), len(m.Attachments))
		}
		if c.name == "header" && m.Text != "99213" {
			t.Errorf("the body after a long header is lost: %q", m.Text[:min(len(m.Text), 50)])
		}
		if c.name == "depth" && len(m.Attachments) != 1 {
			t.Errorf("%d files", len(m.Attachments))
		}
	}
}

// TestMemory: no mail takes more than 256 MB beyond its own bytes.
func TestMemory(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector empties the pools of regexp at random, which counts as memory taken")
	}
	for name, raw := range hostile() {
		if len(raw) < 1<<19 {
			continue
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		Parse(raw)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20 {
			t.Errorf("%s: %d MB taken in all", name, used>>20)
		}
	}
}

func TestEnvelope(t *testing.T) {
	m := Parse([]byte("From: =?utf-8?q?Dana_Reyes=2C_CPC?= <Dana@Clinic.EXAMPLE>\nReply-To: billing@clinic.example\nTo: a@b.test\nTo: c@b.test\nCc: \"D, E\" <d@b.test>\nSubject:  =?utf-8?q?two?=\n  lines \nDate: Mon, 23 Nov 2026 08:15:00 -0500 (EST)\nMessage-ID: <x@y>\n\nz"))
	if m.From != (Address{"Dana Reyes, CPC", "Dana@clinic.example"}) || m.Subject != "two lines" || m.MessageID != "x@y" || m.Date.Format("2006-01-02T15:04:05Z07:00") != "2026-11-23T08:15:00-05:00" {
		t.Errorf("%+v", m)
	}
	if len(m.To) != 2 || len(m.Cc) != 1 || m.Cc[0].Name != "D, E" || len(m.ReplyTo) != 1 {
		t.Errorf("to %v, cc %v, reply-to %v", m.To, m.Cc, m.ReplyTo)
	}
	if m := Parse([]byte("Sender: s@b.test\n\nz")); m.From.Address != "s@b.test" {
		t.Errorf("without From the sender is %v", m.From)
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"Mon, 23 Nov 2026 08:15:00 -0500":   "2026-11-23T08:15:00-05:00",
		"23 Nov 2026 08:15 GMT":             "2026-11-23T08:15:00Z",
		"Mon, 23 Nov 26 08:15:00 +0000":     "2026-11-23T08:15:00Z",
		"2026-11-23T08:15:00Z":              "2026-11-23T08:15:00Z",
		"2026-11-23 08:15:00 +0000":         "2026-11-23T08:15:00Z",
		"Mon Nov 23 08:15:00 2026":          "2026-11-23T08:15:00Z",
		"yesterday":                         "",
		"Mon, 23 Nov 0026 08:15:00 -0500":   "",
		"Mon, 23 Nov 99999 08:15:00 -0500":  "",
		"Mon, 23 Nov 2026 08:15:00 -9959":   "",
		strings.Repeat("Mon, 23 Nov ", 100): "",
	} {
		m := Parse([]byte("From: a@b.test\nDate: " + in + "\n\nx"))
		got := ""
		if !m.Date.IsZero() {
			got = m.Date.Format("2006-01-02T15:04:05Z07:00")
		}
		if got != want || (want == "") != slices.Contains(m.Problems, "date: unreadable") {
			t.Errorf("%q: %q %q, want %q", in, got, m.Problems, want)
		}
	}
}
