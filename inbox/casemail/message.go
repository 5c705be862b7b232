// Package casemail reads one mail: what it says, what of it the sender wrote
// now, what came with it, what kind of mail it is, which thread it belongs to,
// and whether its sender is who the From field says.
//
// Parse takes any bytes whatever and always returns a message. It climbs down
// a ladder: header fields and parts as the standards have them, then the same
// with damage repaired (RELIABILITY.md B has what occurs), then the raw bytes
// as text. Everything is bounded and linear: the parts are split here, before
// any library sees the bytes, because nesting costs libraries quadratic time.
//
//	raw ──readHeader──▶ fields ──walk──▶ text, HTML, attachments ──split──▶ new text | quote | signature
package casemail

import "time"

// A Message is what could be read of a mail. Parse always returns one; what was
// damaged is named in Problems.
type Message struct {
	MessageID   string       `json:"message_id,omitempty"` // without brackets
	InReplyTo   []string     `json:"in_reply_to,omitempty"`
	References  []string     `json:"references,omitempty"`
	From        Address      `json:"from"`
	ReplyTo     []Address    `json:"reply_to,omitempty"`
	To          []Address    `json:"to,omitempty"`
	Cc          []Address    `json:"cc,omitempty"`
	Date        time.Time    `json:"date,omitzero"` // zero: none or unreadable
	Subject     string       `json:"subject"`       // decoded, one line
	Text        string       `json:"text"`          // whole decoded text, valid UTF-8 without NUL
	NewText     string       `json:"new_text"`
	Quote       string       `json:"quote,omitempty"`
	Signature   string       `json:"signature,omitempty"`
	IsHTML      bool         `json:"html,omitempty"` // the text was made from HTML
	HTML        string       `json:"-"`              // the HTML part as sent, decoded; hostile
	Attachments []Attachment `json:"attachments,omitempty"`
	DSN         *DSN         `json:"dsn,omitempty"`
	Problems    []string     `json:"problems,omitempty"`

	header map[string][]string // first-level fields by lower-case name, for Classify
	seen   seen
	raw    []byte // for Verify
}

// seen is what the walk through the parts met, for Classify.
type seen struct {
	calendar bool   // an invitation or its answer
	report   string // the report-type of a multipart/report
}

// An Address is one mailbox of a header field.
type Address struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"` // lower-case domain; empty when none could be read
}

// An Attachment is a part that is not the text.
type Attachment struct {
	Name      string `json:"name"` // safe: no path, no control characters
	Type      string `json:"type"` // by content
	Size      int    `json:"size"`
	SHA256    string `json:"sha256"`
	Inline    bool   `json:"inline,omitempty"`
	TextChars int    `json:"text_chars"`
	Content   []byte `json:"-"` // decoded; shares memory with the raw message where it was not encoded
}

// A DSN is what a delivery report says of one of our mails (RFC 3464).
type DSN struct {
	Action            string `json:"action"` // failed, delayed, delivered, relayed, expanded
	Status            string `json:"status"` // enhanced status code
	Recipient         string `json:"recipient"`
	OriginalMessageID string `json:"original_message_id,omitempty"`
}

// A Kind is what a mail is, in the contract's words.
type Kind string

// The kinds of the contract.
const (
	Case       Kind = "case"
	AutoReply  Kind = "auto-reply"
	Bounce     Kind = "bounce"
	Report     Kind = "report"
	List       Kind = "list"
	Calendar   Kind = "calendar"
	Loop       Kind = "loop"
	Unreadable Kind = "unreadable"
)
