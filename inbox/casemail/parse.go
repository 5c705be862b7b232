package casemail

import (
	"bytes"
	"regexp"
	"strings"
	"time"
)

// The bounds of what is read of one mail. What goes beyond is left out and
// named in Problems.
const (
	maxDepth   = 20
	maxParts   = 500
	maxHeader  = 256 << 10
	maxPart    = 30 << 20
	maxMessage = 60 << 20
	maxText    = 1 << 20
	maxHTML    = 4 << 20
	maxIDs     = 200 // message identifiers in one field
	maxPeople  = 1000
)

// Parse reads a mail. It never fails, whatever raw holds; damage is named in
// Problems by its class, never with words of the mail. The message keeps raw,
// which must not change while it is in use.
func Parse(raw []byte) (m *Message) {
	var p problems
	defer func() {
		if recover() != nil { // a bug: the mail is shown as it stands, not lost
			p.add("parser: failed")
			m = &Message{raw: raw, Text: bounded(cleanText(decodeGuess(raw)), maxText, &p), Problems: p.list}
			m.NewText = m.Text
		}
	}()
	m = &Message{raw: raw}
	body := raw
	if len(body) > maxMessage {
		p.add("message: longer than 60 MB")
		body = body[:maxMessage]
	}
	if bytes.IndexByte(body, '\n') < 0 && bytes.IndexByte(body, '\r') >= 0 {
		p.add("message: bare CR line ends")
		body = bytes.ReplaceAll(body, []byte("\r"), []byte("\n"))
	}
	h, body := readHeader(body, &p)
	m.header = h.values()
	m.envelope(&h, &p)
	w := walker{p: &p, m: m}
	text := w.message(h, body)
	m.IsHTML, m.HTML = text.isHTML, text.html
	m.setText(bounded(text.text, maxText, &p))
	m.DSN = w.dsn()
	m.Problems = p.list
	return m
}

func bounded(s string, most int, p *problems) string {
	if len(s) <= most {
		return s
	}
	p.add("text: cut")
	return strings.ToValidUTF8(s[:most], "")
}

// setText parts the text, and takes the marks out that HTML left in it.
func (m *Message) setText(marked string) {
	r := split(marked, m.Subject)
	m.Text = unmark(marked)
	m.NewText, m.Quote, m.Signature = unmark(r.fresh), unmark(r.quote), unmark(r.signature)
}

func (m *Message) envelope(h *header, p *problems) {
	m.Subject = bounded(oneLine(decodeWords(clip(h.get("subject")))), 4096, p)
	from := parseAddresses(h.get("from"))
	if len(from) == 0 {
		from = parseAddresses(h.get("sender"))
	}
	if len(from) > 0 {
		m.From = from[0]
	}
	if m.From.Address == "" {
		p.add("from: none")
	}
	if n := len(m.header["from"]); n > 1 || len(from) > 1 {
		p.add("from: several")
	}
	m.ReplyTo = parseAddresses(h.get("reply-to"))
	m.To = parseAddresses(strings.Join(m.header["to"], ","))
	m.Cc = parseAddresses(strings.Join(m.header["cc"], ","))
	m.Date = m.date(h, p)
	if ids := parseIDs(h, "message-id"); len(ids) > 0 {
		m.MessageID = ids[0]
	}
	m.InReplyTo = parseIDs(h, "in-reply-to")
	m.References = parseIDs(h, "references")
}

// clip bounds a header value before it is looked into.
func clip(s string) string {
	if len(s) > 64<<10 {
		return s[:64<<10]
	}
	return s
}

var dateForms = []string{
	"Mon, 2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05", "Mon Jan _2 15:04:05 2006", "Mon Jan _2 15:04:05 MST 2006",
	"Mon, 2 Jan 2006 15:04", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", time.RFC3339, "Mon, 2-Jan-2006 15:04:05 -0700",
}

// date reads the Date field, leniently; a date that RFC 3339 cannot write, or
// before there was mail, is none.
func (m *Message) date(h *header, p *problems) time.Time {
	value := strings.TrimSpace(h.get("date"))
	if value == "" {
		return time.Time{}
	}
	if len(value) < 100 {
		if t, err := h.strict("date").Date(); err == nil && sound(t) {
			return t
		}
		for _, form := range dateForms {
			if t, err := time.Parse(form, value); err == nil && sound(t) {
				return t
			}
		}
	}
	p.add("date: unreadable")
	return time.Time{}
}

func sound(t time.Time) bool {
	_, err := t.MarshalText()
	return err == nil && t.Year() >= 1970 && t.Year() < 2200
}

var bracketed = regexp.MustCompile(`<\s*([^<>]+?)\s*>`)

// parseIDs reads message identifiers without their brackets. Where go-message
// refuses the field, every bracketed word counts, then every word with an "@".
func parseIDs(h *header, name string) []string {
	value := clip(h.get(name))
	if value == "" {
		return nil
	}
	list, err := h.strict(name).MsgIDList(name)
	if err != nil {
		list = nil
		for _, m := range bracketed.FindAllStringSubmatch(value, maxIDs*10) {
			list = append(list, m[1])
		}
		if list == nil {
			for _, word := range strings.Fields(value) {
				if strings.Contains(word, "@") || name == "message-id" {
					list = append(list, word)
				}
			}
		}
	}
	return cleanIDs(list)
}

func cleanIDs(list []string) []string {
	var out []string
	for _, id := range list {
		id = strings.Map(dropSpace, oneLine(decodeGuess([]byte(id))))
		if id = strings.Trim(id, "<>,;"); id != "" && len(id) < 998 {
			out = append(out, id)
		}
	}
	if len(out) > maxIDs { // the first names the thread, the others are the newest
		out = append(out[:1:1], out[len(out)-maxIDs+1:]...)
	}
	return out
}
