package casemail

import (
	"encoding/base64"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// encodedWord is RFC 2047 section 2, with the language of RFC 2231 and with
// blanks inside the text, which careless mailers leave.
var encodedWord = regexp.MustCompile(`=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?\r\n]*)\?=`)

// decodeWords decodes the encoded words of a header value. Neighbours of one
// charset and encoding are decoded together, because some mailers cut a
// character in two. Raw bytes that are no UTF-8 are guessed at.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return decodeGuess([]byte(s))
	}
	var out strings.Builder
	var bytes []byte // of the words read and not yet written
	var charset string
	flush := func() {
		if charset != "" {
			text, _ := decodeCharset(bytes, charset)
			out.WriteString(text)
		}
		bytes, charset = nil, ""
	}
	last := 0
	for _, m := range encodedWord.FindAllStringSubmatchIndex(s, maxWords) {
		if between := s[last:m[0]]; charset == "" || strings.TrimSpace(between) != "" {
			flush()
			out.WriteString(decodeGuess([]byte(between)))
		}
		if cs := strings.ToLower(s[m[2]:m[3]]); cs != charset {
			flush()
			charset = cs
		}
		bytes = append(bytes, decodeWord(s[m[4]:m[5]], s[m[6]:m[7]])...)
		last = m[1]
	}
	flush()
	out.WriteString(decodeGuess([]byte(s[last:])))
	return out.String()
}

// maxWords bounds the encoded words of one value.
const maxWords = 2000

func decodeWord(encoding, text string) []byte {
	if encoding == "b" || encoding == "B" {
		text = strings.TrimRight(strings.Map(dropSpace, text), "=")
		b, _ := base64.RawStdEncoding.DecodeString(text) // what was read before an error counts
		return b
	}
	return decodeQP([]byte(strings.ReplaceAll(text, "_", " ")))
}

func dropSpace(r rune) rune {
	if unicode.IsSpace(r) {
		return -1
	}
	return r
}

// oneLine makes a decoded header value fit to be shown: one line, single
// blanks, no control and no direction characters.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u00a0':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d':
			return -1
		}
		return r
	}, s)), " ")
}

// cleanText makes body text fit for a database and a page: valid UTF-8, "\n"
// line ends, no NUL and no other control character but tab. No-break spaces
// become blanks, and characters without width go: both would break codes.
func cleanText(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\r':
			if i+1 >= len(s) || s[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == '\u00a0' || r == '\u2007' || r == '\u202f':
			b.WriteByte(' ')
		case r == utf8.RuneError && n == 1:
			b.WriteRune(utf8.RuneError)
		case unicode.IsControl(r), invisible(r):
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

func invisible(r rune) bool {
	switch r {
	case '\u00ad', '\u200b', '\u200c', '\u200e', '\u200f', '\u2060', '\ufeff',
		'\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069':
		return true
	}
	return false
}

// plain reports whether s is printable ASCII with "\n" and tabs alone.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}
