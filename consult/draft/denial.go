package draft

import (
	"fmt"
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
		d.Cause, d.FixClaim = brief(*f), f.Severity != edit.Info
	}
	if v, beside, on := s.convention(c); v != nil && slices.Contains(c.modifiers(on), v.Modifier) && !d.FixClaim {
		d.Cause = esc(fmt.Sprintf("Modifier %s is on %s, where it belongs beside %s; whether the record bears it out is what the payer asks.", v.Modifier, on, beside))
	}
	d.Coverage = d.Cause == "" && c.deniedAsNotNecessary() && notChecked(c, "coverage.lcd")
	if ps := pairs(c); len(ps) > 0 {
		d.Stands = d.FixClaim && ps[0].stands()
	}
	return d
}

// brief is the cause in a clause; its row under "Why" has the whole sentence.
func brief(f edit.Finding) Text {
	switch {
	case f.Rule == "ncci.ptp" && f.Verdict == "modifier_present":
		return esc(fmt.Sprintf("the NCCI pair %s/%s, indicator %s; modifier %s is on %s, so the record decides.",
			f.Codes[0], f.Codes[1], f.ModifierIndicator, and(f.Modifiers), f.ModifierOn))
	case f.Rule == "ncci.ptp" && f.Verdict == "bundled":
		return esc(fmt.Sprintf("the NCCI pair %s/%s, indicator %s, which no modifier opens.", f.Codes[0], f.Codes[1], f.ModifierIndicator))
	case f.Rule == "ncci.ptp" && f.Verdict == "modifier_allowed":
		return esc(fmt.Sprintf("the NCCI pair %s/%s, indicator %s, billed without a modifier that opens it.", f.Codes[0], f.Codes[1], f.ModifierIndicator))
	case f.Rule == "ncci.addon" && f.Verdict == "primary_missing" && len(f.Codes) == 1:
		return esc(f.Codes[0] + " is an add-on code, and none of its primary codes is on the claim.")
	}
	return say(f.Statement)
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
		if f.Rule == "pfs.status" && !c.medicare() {
			continue // Medicare's coverage explains nothing of another payer's denial
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
