package casemail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/caseconsultant/caseconsultant/inbox/attachment"
)

// A walker goes through the parts of one message.
type walker struct {
	m     *Message
	p     *problems
	parts int

	status   []byte   // message/delivery-status, decoded
	returned []byte   // the message or header that a report returns, decoded
	attached [][]byte // messages attached
}

// content is the text that a part contributes.
type content struct {
	text   string // with marks, see htmlText
	html   string
	isHTML bool
}

func (c content) blank() bool { return strings.TrimSpace(unmark(c.text)) == "" }

// message reads the whole body. A mail that holds nothing but an attached mail
// is one that was passed on: the attached one is its text.
func (w *walker) message(h header, body []byte) content {
	c := w.part(h, body, 0, "text/plain")
	if c.blank() && len(w.attached) == 1 && w.m.seen.report == "" {
		var p problems
		inner, rest := readHeader(w.attached[0], &p)
		if passed := w.part(inner, rest, 1, "text/plain"); !passed.blank() {
			passed.text = "---------- Forwarded message ----------\nFrom: " + oneLine(decodeWords(clip(inner.get("from")))) +
				"\nSubject: " + oneLine(decodeWords(clip(inner.get("subject")))) + "\n\n" + passed.text
			return passed
		}
	}
	return c
}

// part reads one part and what is in it.
func (w *walker) part(h header, body []byte, depth int, fallback string) content {
	w.parts++
	t := w.mediaType(&h, fallback)
	if strings.HasPrefix(t.kind, "multipart/") {
		if depth >= maxDepth {
			w.p.add("parts: nested deeper than 20")
			return w.attach(&h, t, body)
		}
		return w.multipart(t, body, depth)
	}
	if depth > 0 && t.attached() {
		return w.attach(&h, t, body)
	}
	switch t.kind {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text":
		return w.text(&h, t, body)
	}
	return w.attach(&h, t, body)
}

func (w *walker) multipart(t mediaType, body []byte, depth int) content {
	boundary := t.params["boundary"]
	if boundary == "" {
		w.p.add("multipart: no boundary")
		if boundary = guessBoundary(body); boundary == "" {
			return content{text: cleanText(decodeGuess(body))}
		}
	}
	if t.kind == "multipart/report" && depth == 0 {
		w.m.seen.report = strings.ToLower(t.params["report-type"])
		if w.m.seen.report == "" {
			w.m.seen.report = "unnamed"
		}
	}
	fallback := "text/plain"
	if t.kind == "multipart/digest" {
		fallback = "message/rfc822"
	}
	var children []content
	found, closed := eachPart(body, boundary, func(b []byte) bool {
		if w.parts >= maxParts {
			w.p.add("parts: more than 500")
			return false
		}
		inner, rest := readPartHeader(b, w.p)
		children = append(children, w.part(inner, rest, depth+1, fallback))
		return true
	})
	switch {
	case !found:
		w.p.add("multipart: boundary not found")
		return content{text: cleanText(decodeGuess(body))}
	case !closed && w.parts < maxParts:
		w.p.add("multipart: not closed")
	}
	if t.kind == "multipart/alternative" {
		return choose(children)
	}
	return join(children)
}

// readPartHeader is readHeader for a part, which may have none.
func readPartHeader(b []byte, p *problems) (header, []byte) {
	if line, rest := cutLine(b); len(line) == 0 {
		return header{}, rest
	}
	return readHeader(b, p)
}

// eachPart calls f with the bytes of each part until it returns false (RFC 2046
// section 5.1.1). The preamble and what follows the closing line are no parts.
func eachPart(body []byte, boundary string, f func([]byte) bool) (found, closed bool) {
	delim := []byte("--" + boundary)
	start, pos := -1, 0
	for {
		i := bytes.Index(body[pos:], delim)
		if i < 0 {
			break
		}
		i += pos
		after, last, ok := delimiterLine(body, i, len(delim))
		if !ok {
			pos = i + len(delim)
			continue
		}
		if start >= 0 && !f(trimLineEnd(body[start:max(start, i)])) {
			return true, false
		}
		if last {
			return found, true
		}
		start, pos, found = after, after, true
	}
	if start >= 0 {
		f(body[start:])
	}
	return found, false
}

// delimiterLine reports whether a boundary found at i is a whole line, where
// the next line begins, and whether it closes the multipart.
func delimiterLine(body []byte, i, n int) (after int, last, ok bool) {
	if i > 0 && body[i-1] != '\n' {
		return 0, false, false
	}
	line, rest := cutLine(body[i+n:])
	after = len(body) - len(rest)
	if bytes.HasPrefix(line, []byte("--")) {
		last, line = true, line[2:]
	}
	return after, last, len(bytes.TrimLeft(line, " \t")) == 0
}

func trimLineEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

func guessBoundary(body []byte) string {
	for range 200 {
		if len(body) == 0 {
			break
		}
		var line []byte
		line, body = cutLine(body)
		if line = bytes.TrimSpace(line); len(line) > 4 && len(line) < 200 && bytes.HasPrefix(line, []byte("--")) && bytes.IndexByte(line, ' ') < 0 {
			return string(line[2:])
		}
	}
	return ""
}

// choose takes the plain text of an alternative, or the HTML where there is no
// plain text, where it only says that there is HTML, and where the HTML has
// tables: mail programs write their cells one below the other into the plain
// text, which parts codes from their modifiers and units.
func choose(children []content) content {
	var plain, html content
	for _, c := range children {
		switch {
		case c.isHTML || c.html != "":
			if html.html == "" || !c.blank() {
				html = c
			}
		case plain.text == "":
			plain = c
		}
	}
	stub := len(plain.text)*4 < len(html.text) && strings.Contains(strings.ToLower(plain.text), "html")
	tables := strings.Count(html.text, "\t") > strings.Count(plain.text, "\t")
	if html.html == "" || !plain.blank() && !stub && !tables {
		return content{text: plain.text, html: html.html}
	}
	return content{text: html.text, html: html.html, isHTML: true}
}

func join(children []content) content {
	var text, html strings.Builder
	isHTML := false
	for _, c := range children {
		if !c.blank() && text.Len() < maxText {
			if text.Len() > 0 {
				text.WriteString("\n\n")
			}
			text.WriteString(strings.TrimRight(c.text, "\n"))
			isHTML = isHTML || c.isHTML
		}
		if html.Len() < maxHTML {
			html.WriteString(c.html)
		}
	}
	return content{text: text.String(), html: html.String(), isHTML: isHTML}
}

// text decodes a part that is to be read.
func (w *walker) text(h *header, t mediaType, body []byte) content {
	if len(body) > 2*maxHTML {
		w.p.add("text: cut")
		body = body[:2*maxHTML]
	}
	b, problem := decodeTransfer(h.get("content-transfer-encoding"), body)
	if problem != "" {
		w.p.add(problem)
	}
	charset := t.params["charset"]
	if t.kind == "text/html" && charset == "" {
		charset = metaCharset(b)
	}
	s, problem := decodeCharset(b, charset)
	if problem != "" {
		w.p.add(problem)
	}
	switch {
	case t.kind == "text/html":
		s = bounded(s, maxHTML, w.p)
		return content{text: htmlText(s), html: strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd"), isHTML: true}
	case t.kind == "text/enriched", t.kind == "text/richtext":
		s = htmlText(strings.ReplaceAll(s, "<<", "&lt;"))
	default:
		s = unmark(cleanText(s))
	}
	if strings.EqualFold(t.params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(t.params["delsp"], "yes"))
	}
	return content{text: s}
}

func (w *walker) limit(b []byte) []byte {
	if len(b) > maxPart {
		w.p.add("part: longer than 30 MB")
		return b[:maxPart]
	}
	return b
}

// attach lists a part that is not text, and keeps those that tell what kind of
// mail this is.
func (w *walker) attach(h *header, t mediaType, body []byte) content {
	b, problem := decodeTransfer(h.get("content-transfer-encoding"), w.limit(body))
	if problem != "" {
		w.p.add(problem)
	}
	switch t.kind {
	case "message/delivery-status", "message/global-delivery-status":
		w.status = b
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "text/rfc822-header":
		if w.returned == nil {
			w.returned = b
		}
		if t.kind == "message/rfc822" || t.kind == "message/global" {
			w.attached = append(w.attached, b)
		}
	case "text/calendar":
		// a file of dates beside a question is no invitation
		w.m.seen.calendar = w.m.seen.calendar || t.params["method"] != "" || t.disposition != "attachment"
	case "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted":
		w.p.add("text: encrypted or sealed")
	}
	typ := attachment.Type(t.kind, b)
	if strings.HasPrefix(t.kind, "message/") || strings.HasPrefix(t.kind, "multipart/") {
		typ = t.kind
	}
	sum := sha256.Sum256(b)
	w.m.Attachments = append(w.m.Attachments, Attachment{
		Name: attachment.Name(t.name, typ), Type: typ, Size: len(b), SHA256: hex.EncodeToString(sum[:]),
		Inline: t.disposition == "inline" || t.disposition == "" && h.get("content-id") != "", Content: b,
	})
	return content{}
}

var metaForm = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)`)

func metaCharset(b []byte) string {
	if m := metaForm.FindSubmatch(b[:min(len(b), 4096)]); m != nil {
		return string(m[1])
	}
	return ""
}
