package attachment

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestType(t *testing.T) {
	var docx bytes.Buffer
	z := zip.NewWriter(&docx)
	for _, name := range []string{"[Content_Types].xml", "word/document.xml"} {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, declared, content, want string }{
		{"pdf", "application/octet-stream", "%PDF-1.7\n", "application/pdf"},
		{"lying", "text/plain", "%PDF-1.7\n", "application/pdf"},
		{"docx", "", docx.String(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"png", "image/jpeg", "\x89PNG\r\n\x1a\n", "image/png"},
		{"tnef", "application/octet-stream", "\x78\x9f\x3e\x22\x01\x00", "application/ms-tnef"},
		{"calendar", "application/octet-stream", "\r\nBEGIN:VCALENDAR\r\n", "text/calendar"},
		{"claim", "text/plain", "ISA*00*          *00*", "application/edi-x12"},
		{"rtf", "application/msword", `{\rtf1 x}`, "text/rtf"},
		{"csv", "text/csv; charset=x", "code\n99213\n", "text/csv"},
		{"text", "application/x-msdownload", "plain words", "text/plain"},
		{"bad type", "text/;;", "plain words", "text/plain"},
		{"program", "application/pdf", "MZ\x90\x00\x03\x00\x00\x00\x04", "application/vnd.microsoft.portable-executable"},
		{"empty", "application/pdf", "", "text/plain"},
	} {
		if got := Type(c.declared, []byte(c.content)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct{ given, want string }{
		{"note.pdf", "note.pdf"},
		{"../../etc/passwd", "passwd"},
		{`..\..\evil.exe`, "evil.exe"},
		{`C:\Users\x\op note.docx`, "op note.docx"},
		{"a\r\nb\x00.pdf", "ab.pdf"},
		{"invoice\u202efdp.exe", "invoicefdp.exe"},
		{".htaccess", "htaccess"},
		{"  .. ", "attachment.pdf"},
		{"", "attachment.pdf"},
		{"/", "attachment.pdf"},
		{"a<b>:c?.txt", "a_b__c_.txt"},
		{"Befund Müller.pdf", "Befund Müller.pdf"},
		{"a\xffb.pdf", "ab.pdf"},
	} {
		if got := Name(c.given, "application/pdf"); got != c.want {
			t.Errorf("%q: %q, want %q", c.given, got, c.want)
		}
	}
	if got := Name("", "message/rfc822"); got != "attachment.eml" {
		t.Error(got)
	}
	long := Name(strings.Repeat("é", 300)+".pdf", "")
	if len(long) > maxName || !strings.HasSuffix(long, "é.pdf") || !utf8.ValidString(long) {
		t.Errorf("%d bytes: %q", len(long), long)
	}
}

func FuzzName(f *testing.F) {
	f.Add("a.pdf", "application/pdf")
	f.Fuzz(func(t *testing.T, given, typ string) {
		got := Name(given, typ)
		if got == "" || len(got) > maxName || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\n") || got == ".." {
			t.Errorf("%q: %q", given, got)
		}
	})
}
