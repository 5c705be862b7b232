package casemail

import (
	"bytes"
	"regexp"
	"strings"
)

var (
	statusCode   = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	failureCode  = regexp.MustCompile(`(?:^|[^\d.])([45]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.\D|\.?$)`) // no address of a host
	smtpCode     = regexp.MustCompile(`(?:^|[\s:#(<])([45])\d\d[\s:-]`)
	returnedID   = regexp.MustCompile(`(?im)^[\s>]*message-id:\s*<([^<>\s]+)>`)
	failedAt     = regexp.MustCompile(`(?m)^[\s>]*<?([^\s<>@:]+@[^\s<>@:]+\.[^\s<>@:]+?)>?[\s:.,]*(?:$|\s)`)
	anyAddress   = regexp.MustCompile(`[A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	delayedWords = regexp.MustCompile(`(?i)(will (be|keep|continue)\b.{0,40}\b(retr|try)|delivery is delayed|delayed \d|still trying|do not need to (resend|send)|warning message only)`)
)

// reportBlocks bounds the recipients read of one report.
const reportBlocks = 200

// dsn reads what a delivery report says, nil when the mail is none: by RFC 3464
// where it has a status part, else out of the words of the mail programs that
// write their own.
func (w *walker) dsn() *DSN {
	var d *DSN
	switch {
	case w.status != nil:
		d = readStatus(w.status)
	case bounceReason(w.m) != "":
		d = readWords(w.m)
	default:
		return nil
	}
	d.OriginalMessageID = w.originalID()
	return d
}

// originalID is the Message-ID of the mail that did not arrive.
func (w *walker) originalID() string {
	var p problems
	if w.returned != nil {
		h, _ := readHeader(w.returned, &p)
		if ids := parseIDs(&h, "message-id"); len(ids) > 0 {
			return ids[0]
		}
	}
	if m := returnedID.FindStringSubmatch(w.m.Text); m != nil {
		return m[1]
	}
	if len(w.m.InReplyTo) > 0 { // Exchange
		return w.m.InReplyTo[0]
	}
	return ""
}

// readStatus reads message/delivery-status: of several recipients the first
// that failed, else the first that is delayed, else the first.
func readStatus(b []byte) *DSN {
	best := &DSN{}
	var p problems
	for range reportBlocks {
		b = bytes.TrimLeft(b[:min(len(b), maxHeader)], "\r\n \t")
		if len(b) == 0 {
			break
		}
		var h header
		h, b = readHeader(b, &p)
		d := recipient(&h)
		if d.Recipient != "" && rank(d.Action) > rank(best.Action) || best.Recipient == "" && d.Recipient != "" {
			best = d
		}
	}
	return best
}

func rank(action string) int {
	switch action {
	case "failed":
		return 2
	case "delayed":
		return 1
	}
	return 0
}

// recipient reads the fields of one recipient (RFC 3464 section 2.3). The
// original recipient is preferred: it is the one that we wrote to.
func recipient(h *header) *DSN {
	d := &DSN{Action: strings.ToLower(firstWord(h.get("action")))}
	for _, name := range []string{"original-recipient", "final-recipient"} {
		if _, addr, ok := strings.Cut(h.get(name), ";"); ok && d.Recipient == "" {
			d.Recipient = normalAddress(addr)
		}
	}
	d.Status = statusCode.FindString(h.get("status"))
	if d.Status == "" {
		d.Status = statusCode.FindString(clip(h.get("diagnostic-code")))
	}
	if d.Action == "" {
		d.Action = actionOf(d.Status)
	}
	return d
}

func firstWord(s string) string {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' }) {
		return word
	}
	return ""
}

func actionOf(status string) string {
	switch {
	case strings.HasPrefix(status, "2"):
		return "delivered"
	case strings.HasPrefix(status, "4"):
		return "delayed"
	case strings.HasPrefix(status, "5"):
		return "failed"
	}
	return ""
}

// readWords reads a report that is only words.
func readWords(m *Message) *DSN {
	text := m.Text[:min(len(m.Text), 64<<10)]
	d := &DSN{Action: "failed"}
	if c := failureCode.FindStringSubmatch(text); c != nil {
		d.Status = c[1]
	} else if c := smtpCode.FindStringSubmatch(text); c != nil {
		d.Status = c[1] + ".0.0"
	}
	if delayedWords.MatchString(text) {
		d.Action = "delayed"
	}
	d.Recipient = failedRecipient(m, text)
	return d
}

// failedRecipient takes the header field that names it, else an address that
// begins a line, else the first address that is not the writer's own.
func failedRecipient(m *Message, text string) string {
	if list := parseAddresses(strings.Join(m.header["x-failed-recipients"], ",")); len(list) > 0 {
		return list[0].Address
	}
	ours := make(map[string]bool)
	for _, a := range append(append([]Address{m.From}, m.To...), m.ReplyTo...) {
		ours[strings.ToLower(a.Address)] = true
	}
	fits := func(s string) string {
		addr := normalAddress(s)
		if local, _, _ := strings.Cut(strings.ToLower(addr), "@"); ours[strings.ToLower(addr)] || local == "postmaster" || local == "mailer-daemon" {
			return ""
		}
		return addr
	}
	for _, c := range failedAt.FindAllStringSubmatch(text, 50) {
		if addr := fits(c[1]); addr != "" {
			return addr
		}
	}
	for _, s := range anyAddress.FindAllString(text, 50) {
		if addr := fits(s); addr != "" {
			return addr
		}
	}
	return ""
}
