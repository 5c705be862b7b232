// Package compose makes the exact bytes of an outgoing mail from the Markdown
// that the consultant approved. Preview and approval use the same functions, so
// what was seen is what is sent.
package compose

import "time"

// An Address is one mailbox, name and addr-spec.
type Address struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
}

// A Mail is an answer before it is bytes.
type Mail struct {
	From       Address
	ReplyTo    string // plus address that carries the case tag; empty: none
	To, Cc     []Address
	Subject    string
	Markdown   string
	MessageID  string   // without angle brackets; fixed at approval
	InReplyTo  string   // the asker's Message-ID without brackets; empty: none
	References []string // oldest first, without brackets
	Date       time.Time
	Auto       bool // sent without a person: Auto-Submitted: auto-replied
}
