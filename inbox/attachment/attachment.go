// Package attachment tells what a file that came with a mail is: its type by
// its content, and a name that is safe to show and to save. The name and type
// that the sender gives are claims, and hostile ones among them.
package attachment

import (
	"bytes"
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
)

// maxName is the longest file name that we give, in bytes: what every file
// system takes.
const maxName = 200

// magic are types that mimetype does not know or calls plain text, by how the
// content begins.
var magic = []struct{ begins, typ string }{
	{"\x78\x9f\x3e\x22", "application/ms-tnef"}, // MS-OXTNEF section 2.1.3.1
	{"BEGIN:VCALENDAR", "text/calendar"},
	{"BEGIN:VCARD", "text/vcard"},
	{"ISA*", "application/edi-x12"},
	{"{\\rtf", "text/rtf"},
}

// Type tells the type of content by its bytes, such as "application/pdf",
// without parameters. Where the content is only some text, the type that the
// sender declared is kept if it is a text type.
func Type(declared string, content []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(content[:min(len(content), 512)], []byte("\xef\xbb\xbf")), "\r\n\t ")
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.begins)) {
			return m.typ
		}
	}
	found, _, _ := strings.Cut(mimetype.Detect(content).String(), ";")
	if found == "text/plain" {
		if kind, _, err := mime.ParseMediaType(declared); err == nil && (strings.HasPrefix(kind, "text/") || kind == "application/pgp-signature") {
			return kind
		}
	}
	return found
}

// Name makes the name that a sender gave safe: one path element without
// control or direction characters, not hidden, at most 200 bytes with its
// extension kept. Nothing left gives "attachment" with an extension that fits
// the type.
func Name(given, typ string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, strings.ToValidUTF8(given, ""))
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Trim(strings.Join(strings.Fields(s), " "), ". ")
	if s == "" || s == "/" {
		return "attachment" + extension(typ)
	}
	return shorten(s)
}

func extension(typ string) string {
	switch typ {
	case "message/rfc822":
		return ".eml"
	case "application/pgp-signature":
		return ".asc"
	}
	if m := mimetype.Lookup(typ); m != nil {
		return m.Extension()
	}
	return ""
}

func shorten(s string) string {
	if len(s) <= maxName {
		return s
	}
	ext := path.Ext(s)
	if len(ext) > 20 {
		ext = ""
	}
	stem := s[:maxName-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + ext
}
