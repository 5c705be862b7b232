package casemail

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// decodeCharset gives b as UTF-8 by the declared charset, and the class of
// what was wrong with the declaration, "" if nothing: unknown charsets and
// declared UTF-8 that is none are guessed at.
func decodeCharset(b []byte, label string) (text, problem string) {
	label = charsetName(label)
	switch label {
	case "", "us-ascii", "ascii", "unknown-8bit", "binary", "8bit", "7bit":
		return decodeGuess(b), ""
	case "utf-8", "utf8", "utf-8mb4", "utf8mb4", "x-utf_8j":
		if utf8.Valid(b) {
			return string(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))), ""
		}
		return decodeGuess(b), "charset: declared UTF-8 is none"
	case "utf-7", "unicode-1-1-utf-7":
		return decodeUTF7(b), ""
	}
	enc := lookUp(label)
	if enc == nil {
		return decodeGuess(b), "charset: unknown"
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return decodeGuess(b), "charset: bytes do not fit"
	}
	return string(out), ""
}

// charsetName strips what broken mailers put around the name:
// "_iso-2022-jp$ESC", quotes, a language.
func charsetName(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t\"'_<>"))
	if i := strings.IndexAny(s, "$*; \t,"); i >= 0 {
		s = s[:i]
	}
	return s
}

func lookUp(label string) encoding.Encoding {
	switch label {
	case "utf-16", "utf16", "ucs-2", "iso-10646-ucs-2":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-32", "utf32":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "ansi_x3.110-1983":
		return charmap.ISO8859_1
	}
	if enc, err := htmlindex.Get(label); err == nil && enc != encoding.Replacement {
		return enc
	}
	for _, name := range []string{label, strings.Replace(label, "cp-", "cp", 1), strings.Replace(label, "x-", "", 1), "cs" + label} {
		// ianaindex gives nil and no error for what it knows and cannot decode
		if enc, err := ianaindex.MIME.Encoding(name); err == nil && enc != nil {
			return enc
		}
	}
	return nil
}

// guessSample is what the detector reads; it takes 1.1 s for 11 MB.
const guessSample = 64 << 10

// decodeGuess decodes bytes of unknown charset: UTF-8 when they are that, else
// what the detector says, Latin ones as windows-1252, whose printable
// characters include theirs.
func decodeGuess(b []byte) string {
	if utf8.Valid(b) {
		return string(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	}
	enc := encoding.Encoding(charmap.Windows1252)
	if len(b) >= 20 { // shorter samples tell nothing
		found := chardet.Detect(b[:min(len(b), guessSample)])
		name := strings.ToLower(found.Charset)
		if name == "x-mac-cyrillic" {
			name = "windows-1251" // alike in letters, and what is meant in mail
		}
		if e := lookUp(name); e != nil && found.Confidence >= 0.5 && !strings.HasPrefix(name, "iso-8859-") && !strings.HasPrefix(name, "utf-8") && name != "ascii" {
			enc = e
		}
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}

var utf7Base64 = base64.RawStdEncoding

// decodeUTF7 reads RFC 2152. What is no UTF-7 stays as it stands.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		plus := bytes.IndexByte(b, '+')
		if plus < 0 {
			break
		}
		out.WriteString(decodeGuess(b[:plus]))
		b = b[plus+1:]
		if len(b) > 0 && b[0] == '-' { // "+-" is a plus
			out.WriteByte('+')
			b = b[1:]
			continue
		}
		n := 0
		for n < len(b) && isBase64(b[n]) {
			n++
		}
		out.WriteString(utf7Shifted(b[:n]))
		b = b[n:]
		if len(b) > 0 && b[0] == '-' {
			b = b[1:]
		}
	}
	out.WriteString(decodeGuess(b))
	return out.String()
}

func utf7Shifted(b []byte) string {
	raw := make([]byte, utf7Base64.DecodedLen(len(b)))
	n, err := utf7Base64.Decode(raw, b)
	if err != nil && n == 0 {
		return "+" + string(b)
	}
	units := make([]uint16, 0, n/2)
	for i := 0; i+1 < n; i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}
