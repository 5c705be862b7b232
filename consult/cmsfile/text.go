package cmsfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxLine bounds a line; the longest true ones are HTML in coverage documents.
const maxLine = 8 << 20

// A line is one line of a text member without its end.
type line struct {
	no   int // from 1
	text string
}

// lines yields the lines of a text member as UTF-8. Published files are ASCII,
// UTF-8 or Windows-1252, some with a byte order mark; a byte 0 is no text.
func (m Member) lines() iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		r, err := m.Open()
		if err != nil {
			yield(line{}, err)
			return
		}
		defer func() { _ = r.Close() }()
		s := bufio.NewScanner(decoded(r))
		s.Buffer(make([]byte, 64<<10), maxLine)
		no := 0
		for s.Scan() {
			no++
			b := bytes.TrimSuffix(s.Bytes(), []byte("\r"))
			if bytes.IndexByte(b, 0) >= 0 {
				yield(line{}, m.refuse(no, "holds a byte 0: not a text file"))
				return
			}
			if !yield(line{no, utf8Text(b)}, nil) {
				return
			}
		}
		if errors.Is(s.Err(), bufio.ErrTooLong) {
			err = m.refuse(no+1, "is longer than %d MB: not a text file", maxLine>>20)
		} else {
			err = s.Err()
		}
		if err != nil {
			yield(line{}, err)
		}
	}
}

// decoded reads UTF-16 by its byte order mark, and drops that of UTF-8.
func decoded(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 256<<10)
	head, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, _ = b.Discard(3)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	}
	return b
}

// utf8Text is b, read as Windows-1252 where it is not UTF-8.
func utf8Text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, _ := charmap.Windows1252.NewDecoder().Bytes(b) // never fails
	return string(s)
}

// columns cuts the columns from to to (from 1, both included) out of a fixed
// width line, without the blanks around; what lies past its end is empty.
func columns(text string, from, to int) string {
	if isASCII(text) {
		if from > len(text) {
			return ""
		}
		return strings.TrimSpace(text[from-1 : min(to, len(text))])
	}
	r := []rune(text)
	if from > len(r) {
		return ""
	}
	return strings.TrimSpace(string(r[from-1 : min(to, len(r))]))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// squeeze puts single blanks for every run of white space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// day reads a date in one of the forms of published files: 20240701,
// 2024-07-01, 07/01/2024, 7/1/2024. Empty and "*" are no date.
func day(s string) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" || s == "*" {
		return time.Time{}, true
	}
	if len(s) > len(time.DateOnly) {
		s, _, _ = strings.Cut(s, " ") // 2024-07-01 00:00:00
	}
	for _, form := range []string{"20060102", time.DateOnly, "1/2/2006", "01-02-2006"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, t.Year() > 1900 && t.Year() < 2200
		}
	}
	return time.Time{}, false
}
