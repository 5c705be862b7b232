package consult

import (
	"regexp"
	"slices"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// Lookup is what codeset.Gather must be asked so that edit.Check can judge the
// claim: the claim's own codes, its day, its tables, its contractor and state.
// Codes that the question names beside the claim go into also. Whoever checks a
// claim asks through it, so that one claim has one answer on every path.
func Lookup(c edit.Claim, also ...code.Code) codeset.Query {
	contractor, state := edit.Jurisdiction(c)
	return codeset.Query{
		On: c.On, Codes: slices.Concat(also, edit.Codes(c)), Setting: c.Setting, Contractor: contractor, State: state,
	}
}

// ApplyFacts fills what the claim's stated facts decide: the date of service, the
// payer and whose tables hold. A day or payer given beside the facts outranks
// them; where neither names exactly one day it is today, as c.OnStated says.
//
// The hospital's tables hold where the setting is stated as outpatient, but not
// beside a place of service: that code set is of professional claims only (CMS,
// place of service code set).
func ApplyFacts(c *edit.Claim, on time.Time, payer string, today time.Time) {
	c.On, c.OnStated = on, true
	if on.IsZero() {
		var days []time.Time
		for _, v := range c.Facts["date_of_service"] {
			if day, err := code.ParseDay(v); err == nil && !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
		if c.On, c.OnStated = today, false; len(days) == 1 {
			c.On, c.OnStated = days[0], true
		}
	}
	c.Payer = payer
	if p := c.Facts["payer"]; payer == "" && len(p) > 0 {
		c.Payer = p[0]
	}
	c.Setting = practitioner
	if slices.Contains(c.Facts["setting"], codeset.Outpatient) && len(c.Facts["place_of_service"]) == 0 {
		c.Setting = codeset.Outpatient
	}
}

// practitioner is the setting of every claim that is not a hospital's.
const practitioner = "practitioner"

// institutional finds words that name the claim itself as the hospital's: its
// form, its payment system, its bill.
var institutional = regexp.MustCompile(`(?i)\bub-?04\b|\b837-?i\b|\bopps\b|\btype of bill\b|` +
	`\b(?:facility|hospital|institutional|outpatient)(?:'s|’s)?(?: outpatient)? (?:claim|bill|billing|side|coding)\b`)

// hospitals tells whether a mail asks about the hospital's own claim. That the
// service was given in an outpatient department does not say so: there the
// physician and the hospital each have a claim of their own. A revenue code or
// an APC stands on the hospital's only.
func hospitals(text string, mentions []code.Mention) bool {
	return institutional.MatchString(text) || slices.ContainsFunc(mentions, func(m code.Mention) bool {
		return (m.System == code.Revenue || m.System == code.APC) && m.Confidence >= code.Accepted
	})
}
