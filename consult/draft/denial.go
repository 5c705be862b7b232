package draft

import (
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// denial reads what the remittance said and finds what explains it.
func (s *Set) denial(c *caseView) *Denial {
	if !c.asks(code.Denial) {
		return nil
	}
	d := &Denial{}
	for _, m := range c.in.Mentions {
		if m.System == code.CARC || m.System == code.RARC {
			d.add(m.Code, s.words.Reasons[m.Code])
		}
	}
	for _, name := range []string{"carc", "rarc"} {
		for _, v := range c.in.Claim.Facts[name] {
			d.add(v, s.words.Reasons[strings.TrimLeft(v, "COPRAI-")])
		}
	}
	if f := explains(c); f != nil {
		d.Cause, d.FixClaim = say(f.Statement), f.Severity != edit.Info
	}
	return d
}

func (d *Denial) add(name, means string) {
	t := esc(name)
	if !slices.ContainsFunc(d.Codes, func(g Gloss) bool { return g.Code == t }) {
		d.Codes = append(d.Codes, Gloss{t, esc(means)})
	}
}

// explains returns the finding that explains a denial best: what fails outright
// before what needs a modifier.
func explains(c *caseView) *edit.Finding {
	var best *edit.Finding
	for i, f := range c.findings {
		if f.Severity == edit.Error {
			return &c.findings[i]
		}
		if best == nil && f.Severity == edit.Warning {
			best = &c.findings[i]
		}
	}
	if best != nil {
		return best
	}
	for i, f := range c.findings {
		if f.Verdict == "modifier_present" {
			return &c.findings[i]
		}
	}
	return nil
}
