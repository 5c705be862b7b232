package casemail

import (
	"bytes"
	"strings"

	"github.com/emersion/go-message/mail"
)

// A header is the fields of one message or part in their order. Go-message
// reads the values; the lines are split here, because it gives up the whole
// header for one bad line.
type header struct {
	fields []field
}

type field struct {
	name  string // lower case
	value string // unfolded, undecoded
}

// get returns the first value of name, which is in lower case, or "".
func (h *header) get(name string) string {
	for _, f := range h.fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (h *header) values() map[string][]string {
	m := make(map[string][]string, len(h.fields))
	for _, f := range h.fields {
		m[f.name] = append(m[f.name], f.value)
	}
	return m
}

// strict gives one field to go-message.
func (h *header) strict(name string) *mail.Header {
	var m mail.Header
	m.Set(name, h.get(name))
	return &m
}

// readHeader splits b into a header and a body. A header that ends without an
// empty line ends before the first two lines that are no fields; a bad line
// alone is skipped.
func readHeader(b []byte, p *problems) (header, []byte) {
	var h header
	rest, first := b, true
	for len(rest) > 0 {
		if len(b)-len(rest) > maxHeader {
			p.add("header: longer than 256 KB")
			return h, afterBlank(rest)
		}
		line, next := cutLine(rest)
		if len(line) == 0 {
			return h, next
		}
		name, value, ok := splitField(line)
		switch {
		case ok:
			var folded []byte
			folded, next = continuation(next)
			h.fields = append(h.fields, field{name, unfold(value[:min(len(value), maxHeader)], folded[:min(len(folded), maxHeader)])})
		case first && bytes.HasPrefix(line, []byte("From ")):
			p.add("header: mbox line")
		case len(h.fields) == 0 && looksLikeText(next):
			p.add("header: none")
			return h, rest
		case !fieldFollows(next):
			p.add("header: no empty line after it")
			return h, rest
		default:
			p.add("header: bad line skipped")
		}
		rest, first = next, false
	}
	if len(h.fields) > 0 {
		p.add("body: none")
	}
	return h, nil
}

// cutLine returns b's first line without its end, and what follows.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return bytes.TrimSuffix(b, []byte("\r")), nil
	}
	return bytes.TrimSuffix(b[:i], []byte("\r")), b[i+1:]
}

// continuation returns the lines that continue a field, and what follows them.
func continuation(b []byte) (folded, rest []byte) {
	rest = b
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
		line, next := cutLine(rest)
		if len(bytes.TrimSpace(line)) == 0 || len(b)-len(rest) > maxHeader {
			break
		}
		rest = next
	}
	return b[:len(b)-len(rest)], rest
}

func unfold(value, folded []byte) string {
	if len(folded) == 0 {
		return string(bytes.TrimSpace(value))
	}
	var s strings.Builder
	s.Grow(len(value) + len(folded))
	s.Write(bytes.TrimSpace(value))
	for len(folded) > 0 {
		var line []byte
		line, folded = cutLine(folded)
		s.WriteByte(' ')
		s.Write(bytes.TrimSpace(line))
	}
	return strings.TrimSpace(s.String())
}

// splitField reads "Name: value" (RFC 5322 section 3.6.8), blanks before the
// colon allowed as in RFC 822.
func splitField(line []byte) (name string, value []byte, ok bool) {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || colon > 120 {
		return "", nil, false
	}
	key := bytes.TrimRight(line[:colon], " \t")
	if len(key) == 0 {
		return "", nil, false
	}
	for _, c := range key {
		if c <= ' ' || c >= 0x7f {
			return "", nil, false
		}
	}
	return strings.ToLower(string(key)), line[colon+1:], true
}

func fieldFollows(b []byte) bool {
	line, _ := cutLine(b)
	_, _, ok := splitField(line)
	return ok || len(line) == 0 && len(b) > 0
}

// looksLikeText reports whether the line after a first bad one is no field
// either.
func looksLikeText(next []byte) bool {
	line, _ := cutLine(next)
	_, _, ok := splitField(line)
	return !ok
}

func afterBlank(b []byte) []byte {
	for _, sep := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(b, []byte(sep)); i >= 0 {
			return b[i+len(sep):]
		}
	}
	return nil
}

// problems collects what was damaged, each class once, never with content.
type problems struct{ list []string }

func (p *problems) add(class string) {
	for _, have := range p.list {
		if have == class {
			return
		}
	}
	if len(p.list) < 50 {
		p.list = append(p.list, class)
	}
}
