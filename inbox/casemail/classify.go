package casemail

import (
	"regexp"
	"slices"
	"strings"
)

// Own says what is ours, by which our own mail is known when it comes back.
type Own struct {
	Addresses []string // of the watched mailboxes
	Domain    string   // right side of our message identifiers
}

// Marker is the header field that every mail of ours carries; compose sets it.
const Marker = "x-caseconsultant"

// Classify tells what m is and why. Only a Case is answered; everything else is
// set aside where a person sees it. The reason names header fields and forms,
// never words of the mail, and may be logged.
//
// The order matters: a bounce says of itself that it is automatic, and a
// notice of absence has an empty return path as a bounce has.
func Classify(m *Message, own Own) (Kind, string) {
	if len(m.header) == 0 {
		return Unreadable, "no mail header"
	}
	for _, rule := range []struct {
		kind   Kind
		reason string
	}{
		{Loop, loopReason(m, own)},
		{Bounce, bounceReason(m)},
		{Report, reportReason(m)},
		{Calendar, calendarReason(m)},
		{AutoReply, autoReason(m)},
		{List, listReason(m)},
		{Bounce, emptyPath(m)},
		{Unreadable, unreadableReason(m)},
	} {
		if rule.reason != "" {
			return rule.kind, rule.reason
		}
	}
	return Case, "no sign of automatic mail"
}

// first returns the first value of a field, given in lower case.
func (m *Message) first(name string) string {
	if v := m.header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// token is the first word of a field's value in lower case, without the
// comments and parameters that follow: "auto-replied (zimbra; vacation)".
func (m *Message) token(name string) string {
	value := strings.ToLower(m.first(name))
	if i := strings.IndexAny(value, " \t;(,"); i >= 0 {
		value = value[:i]
	}
	return value
}

func (m *Message) has(name string) bool { return len(m.header[name]) > 0 }

func loopReason(m *Message, own Own) string {
	if m.has(Marker) {
		return "our own marker"
	}
	if from := untagged(m.From.Address); from != "" && slices.ContainsFunc(own.Addresses, func(a string) bool { return strings.EqualFold(untagged(a), from) }) {
		return "from our own address"
	}
	if _, _, _, ok := ParseOurID(m.MessageID); ok && own.Domain != "" && strings.HasSuffix(strings.ToLower(m.MessageID), "@"+strings.ToLower(own.Domain)) {
		return "our own message identifier"
	}
	return ""
}

// untagged is an address without the part of its plus address.
func untagged(a string) string {
	local, domain, _ := strings.Cut(a, "@")
	local, _, _ = strings.Cut(local, "+")
	if local == "" {
		return ""
	}
	return local + "@" + domain
}

var (
	daemonName    = regexp.MustCompile(`(?i)^(mailer-daemon|mail-daemon|maildaemon|mailerdaemon|bounce-?(handler|notification)?|mail[ -]delivery[ -](sub)?system)$`)
	daemonDisplay = regexp.MustCompile(`(?i)^(mail delivery (sub)?system|mail delivery service|mailer[- ]daemon|internet mail delivery)\b`)
	bounceSubject = regexp.MustCompile(`(?i)^\W*(undeliver(ed|able)\b|undelivered mail returned|delivery status notification|mail delivery (failed|failure|system|status)|delivery (failure|has failed|notification)|returned mail\b|mail system error|failure notice|failed mail\b|warning: (could not send|message .{1,40}delayed)|message (delivery )?(delayed|undeliverable)|nondeliverable mail|non[- ]?delivery (notification|report)|mail could not be delivered|message status ?- ?undeliverable|unzustellbar)`)
	daemonBody    = regexp.MustCompile(`(?i)(^|\n)[\s>]*((hi\. )?this is the \S+( mail)? (send|delivery) (program|system)|this message was created automatically by mail delivery software|the following (address|recipient)\S* (had|failed|could not)|your message did not reach some or all|(i'm )?sorry,? (i|we)('m| a|')|your (e-?mail )?message (could|was) not( be)? delivered|message could not be delivered|unable to deliver (your )?message)`)
)

// bounceReason tells a report of failed delivery: a status part, or the ways of
// programs that write their own. A subject alone counts where it is one that
// only programs write.
func bounceReason(m *Message) string {
	local, _, _ := strings.Cut(m.From.Address, "@")
	if m.From.Address == "" {
		local = m.From.Name
	}
	daemon := daemonName.MatchString(local) || daemonDisplay.MatchString(m.From.Name)
	subject := bounceSubject.MatchString(m.Subject)
	switch {
	case m.seen.report == "delivery-status":
		return "delivery report"
	case m.has("x-failed-recipients"):
		return "X-Failed-Recipients"
	case m.seen.report != "" && m.seen.report != "unnamed":
		return "" // another report
	case daemon:
		return "from a mail system"
	case subject && !m.has("in-reply-to"):
		return "subject of a mail system"
	case (strings.EqualFold(local, "postmaster") || emptyPath(m) != "") && daemonBody.MatchString(m.Text[:min(len(m.Text), 2000)]):
		return "words of a mail system"
	}
	return ""
}

func emptyPath(m *Message) string {
	if m.has("return-path") && strings.Trim(m.first("return-path"), " <>") == "" {
		return "empty Return-Path"
	}
	return ""
}

func reportReason(m *Message) string {
	switch m.seen.report {
	case "":
	case "feedback-report":
		return "feedback report"
	case "disposition-notification":
		return "read receipt"
	default:
		return "multipart/report"
	}
	if kind := m.token("content-type"); kind == "message/disposition-notification" || kind == "message/feedback-report" {
		return kind
	}
	return ""
}

func calendarReason(m *Message) string {
	if m.seen.calendar || strings.HasPrefix(m.token("content-class"), "urn:content-classes:calendarmessage") {
		return "calendar message"
	}
	return ""
}

// autoFields are fields that only automatic mail has, whatever their value.
var autoFields = []string{
	"x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponder", "x-autogenerated", "x-autoreply-from", "x-mail-autoreply",
	"x-auto-submitted", "x-vacation", "x-cron-env", "x-facebook-notify", "x-ebay-mailtracker",
}

var autoSubject = regexp.MustCompile(`(?i)^\s*(automatic reply\s*:|auto(matic)?[- ]?(reply|response|responder)\s*:|autosvar\s*:|out of (the )?office( auto-?reply)?\s*(:|$)|automatische antwort\s*:|abwesenheitsnotiz|r.ponse automatique\s*:|respuesta autom.tica\s*:|vacation\s*:)`)

func autoReason(m *Message) string {
	if v := m.token("auto-submitted"); v != "" && v != "no" { // RFC 3834 section 5
		return "Auto-Submitted"
	}
	for _, name := range autoFields {
		if m.has(name) && m.token(name) != "no" && m.token(name) != "false" {
			return name
		}
	}
	for _, name := range []string{"precedence", "x-precedence"} {
		if v := strings.ReplaceAll(m.token(name), "-", "_"); v == "auto_reply" {
			return name
		}
	}
	if slices.Contains(strings.FieldsFunc(strings.ToLower(m.first("x-auto-response-suppress")), func(r rune) bool { return r == ',' || r == ' ' }), "all") {
		return "X-Auto-Response-Suppress: All"
	}
	if m.token("x-post-messageclass") == "9" || strings.EqualFold(m.first("delivered-to"), "autoresponder") {
		return "autoresponder"
	}
	if autoSubject.MatchString(m.Subject) {
		return "subject of an automatic reply"
	}
	return ""
}

func listReason(m *Message) string {
	for _, name := range []string{"list-id", "list-unsubscribe", "list-post", "mailing-list", "x-mailing-list", "x-campaignid", "x-campaign"} {
		if m.has(name) {
			return name
		}
	}
	for _, name := range []string{"precedence", "x-precedence"} {
		switch m.token(name) {
		case "list", "bulk", "junk":
			return name
		}
	}
	return ""
}

func unreadableReason(m *Message) string {
	switch {
	case m.From.Address == "" && len(m.ReplyTo) == 0:
		return "no sender address"
	case strings.TrimSpace(m.Text) == "" && m.Subject == "" && len(m.Attachments) == 0:
		return "nothing to read"
	}
	return ""
}
