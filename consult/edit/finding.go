// Package edit checks the lines of a claim against the rows gathered for their
// date of service and returns findings. It is pure: no database, no clock.
//
// One file holds one rule family. The order of evaluation is the order of
// findings in the answer (DOMAIN.md E.0). A rule whose row is missing goes to
// NotChecked with its reason, a rule whose fact is missing gives the verdict
// "undecided" with the fact's name: neither is ever a pass.
package edit

import (
	"slices"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A Severity says how much a finding matters to the claim.
type Severity string

// Error: the claim as asked will fail. Warning: it depends. Info: it is fine.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Undecided is the verdict of a rule whose row is found and whose fact is not.
const Undecided = "undecided"

// A Claim is what one question asks about.
type Claim struct {
	On       time.Time           `json:"on"`        // date of service
	OnStated bool                `json:"on_stated"` // false: On is today, because the question names no date
	Payer    string              `json:"payer"`     // "" unless stated
	Setting  string              `json:"setting"`   // "practitioner" or "outpatient"
	Lines    []code.Line         `json:"lines"`
	Dx       []string            `json:"dx,omitempty"`    // ICD-10-CM, normal form, in the order written
	Facts    map[string][]string `json:"facts,omitempty"` // stated facts by their contract names
}

// Stated is the value of a fact of which exactly one value is stated, else "".
func (c Claim) Stated(name string) string {
	v := c.Facts[name]
	if len(v) == 0 || slices.ContainsFunc(v, func(s string) bool { return s != v[0] }) {
		return ""
	}
	return v[0]
}

// Alternatives reports that two codes of the claim are offered as a choice: each
// line behind the first of them is named in place of the one before it.
func (c Claim) Alternatives(a, b string) bool {
	open := "" // the one of the two that the choice has named so far
	for _, l := range c.Lines {
		if !l.Or {
			open = ""
		}
		if l.Code != a && l.Code != b {
			continue
		}
		if open != "" && open != l.Code {
			return true
		}
		open = l.Code
	}
	return false
}

// A Branch is one outcome of an undecided finding.
type Branch struct {
	If        string `json:"if"`
	Verdict   string `json:"verdict"`
	Statement string `json:"statement"`
}

// A Finding is one rule's verdict on one subject. Rules, verdicts and
// severities are the contract's table under "codes check --json".
type Finding struct {
	Rule      string         `json:"rule"`
	Severity  Severity       `json:"severity"`
	Verdict   string         `json:"verdict"`
	Codes     []string       `json:"codes"`           // without modifiers, in table order
	Lines     []int          `json:"lines,omitempty"` // indexes into Claim.Lines
	Statement string         `json:"statement"`       // one sentence that a coder would write
	Source    codeset.Source `json:"source"`

	ModifierIndicator string `json:"modifier_indicator,omitempty"`
	// History are the other rows that a pair had by the day, the last first, as the
	// file dates them.
	History   []codeset.Period `json:"history,omitempty"`
	MAI       string           `json:"mai,omitempty"`
	Limit     *int             `json:"limit,omitempty"`
	Units     int              `json:"units,omitempty"`
	Indicator string           `json:"indicator,omitempty"`
	Days      string           `json:"days,omitempty"`
	Successor string           `json:"successor,omitempty"` // several are joined by commas, or a range
	Children  []string         `json:"children,omitempty"`
	Owner     string           `json:"owner,omitempty"`
	Present   bool             `json:"present,omitempty"`
	Missing   []string         `json:"missing,omitempty"`
	Branches  []Branch         `json:"branches,omitempty"`
	Modifiers []string         `json:"modifiers,omitempty"` // the modifiers that the finding names
	// Successors are the codes that SuccessorSource names in the place of one that
	// is not valid on the day; where there are several, the record must choose.
	Successors      []string        `json:"successors,omitempty"`
	SuccessorSource *codeset.Source `json:"successor_source,omitempty"`
	ModifierOn      string          `json:"modifier_on,omitempty"` // the code whose line bears them or would; "" where no modifier is advised
}

// A Result is everything that Check found, and what it could not check.
type Result struct {
	Findings   []Finding `json:"findings"`
	NotChecked []string  `json:"not_checked"` // "RULE[ CODES]: reason"
}
