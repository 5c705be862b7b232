package draft

import (
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// toLink stands where diagnoses are named and the mail does not say for which
// line: the pointer is the asker's to set.
const toLink = "to be linked"

// Most bytes between a code and what is stated for it, " for " and a blank
// more, and between a counted thing and the diagnosis in brackets behind it.
const (
	bound   = 6
	counted = 3
)

// link says which diagnosis goes on the line of a code: one that was stated for
// it, or the only one of a claim of one line. Empty: none was named at all.
func (c *caseView) link(d *decision, name string) Text {
	dx := c.in.Claim.Dx
	if len(dx) == 0 {
		return ""
	}
	if of := c.linked()[name]; len(of) > 0 && len(c.find("icd10cm.excludes1", "conflict")) == 0 {
		return esc(strings.Join(of, ", "))
	}
	chosen := d != nil && len(d.lines) > 0
	one := len(c.in.Claim.Lines) == 1 && (chosen || !c.counts(dx[0]))
	if chosen && !d.each && within(c.codes(), d.codes()) {
		one = true // the lines together are one service
	}
	if one && len(dx) == 1 {
		return esc(dx[0])
	}
	return toLink
}

// linked are the diagnoses that directly follow one code, as in "99213 (E11.9)
// and 20610 for M17.11". A list of codes before them, or diagnoses that come
// first, leave open what belongs to what.
func (c *caseView) linked() map[string][]string {
	out := map[string][]string{}
	var codes []code.Mention // the codes since the last diagnosis
	var last code.Mention
	for _, m := range c.in.Mentions {
		if m.Region != code.Body && m.Region != code.Subject || m.End == 0 {
			continue
		}
		near := m.Region == last.Region && m.Start >= last.End && m.Start-last.End <= bound
		switch m.System {
		case code.CPT, code.HCPCS, code.CDT:
			if last.System == code.ICD10CM {
				codes = nil
			}
			codes = append(codes, m)
		case code.ICD10CM:
			if len(codes) == 0 {
				return nil
			}
			if !near || len(codes) > 1 {
				codes = append(codes, code.Mention{}) // what follows belongs to none of them
				break
			}
			if of := codes[0].Code; !slices.Contains(out[of], m.Code) {
				out[of] = append(out[of], m.Code)
			}
		default:
			continue
		}
		last = m
	}
	return out
}

// counts reports that a diagnosis stands behind things that were counted and
// not behind a code: "17 AKs (L57.0) and a shave, 11301".
func (c *caseView) counts(dx string) bool {
	for _, m := range c.in.Mentions {
		if m.System != code.ICD10CM || m.Code != dx {
			continue
		}
		for _, f := range c.in.Stated {
			if f.Name != "lesion_count" || f.Region != m.Region || m.Start < f.End || m.Start-f.End > counted {
				continue
			}
			return !slices.ContainsFunc(c.in.Mentions, func(p code.Mention) bool {
				return p.Region == f.Region && p.System != code.ICD10CM && p.End <= f.Start && f.Start-p.End <= bound
			})
		}
	}
	return false
}
