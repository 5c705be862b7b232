// Package draft writes the reply to a question from its findings: Markdown by
// the answer contract of docs/reply.md, from the templates in templates/reply.
// It sees no database and no clock; every statement comes from a finding, a
// stated fact or a template's own words.
package draft

import (
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// Input is everything that a reply is made of. It is stored with the draft,
// and the same Input gives the same Reply byte for byte.
type Input struct {
	CaseID   int64          `json:"case_id,omitempty"` // 0: asked on the command line
	Subject  string         `json:"subject"`           // the asker's, unchanged
	Answered time.Time      `json:"answered"`          // the day shown in the reply
	Mentions []code.Mention `json:"mentions"`
	Stated   []code.Fact    `json:"facts"`
	Intents  []code.Intent  `json:"intents"`
	Claim    edit.Claim     `json:"claim"`
	Rows     codeset.Facts  `json:"rows"`
	Result   edit.Result    `json:"result"`
}

// A Kind tells the queue what a draft holds.
type Kind string

// Failed is not made here: it marks a version that holds only its reason.
const (
	Complete Kind = "complete" // answers what was asked
	Asks     Kind = "asks"     // answers in branches and asks for facts
	Nothing  Kind = "nothing"  // no code or no question, or undecided with no fact to ask for: a person takes it on
	Failed   Kind = "failed"
)

// A Reply is a drafted answer.
type Reply struct {
	Template string   `json:"template"` // file in templates/reply, without .md
	Kind     Kind     `json:"kind"`
	Subject  string   `json:"subject"` // "Re: " and the asker's own
	Markdown string   `json:"markdown"`
	Needs    []string `json:"needs"` // fact names, in the order asked, at most four
}
