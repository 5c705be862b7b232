package draft

import (
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// A caseView answers the questions that the sections ask of an Input.
type caseView struct{ in Input }

// on is the date of service, YYYY-MM-DD.
func (c *caseView) on() string { return c.in.Claim.On.Format(time.DateOnly) }

func (c *caseView) asks(intents ...code.Intent) bool {
	return slices.ContainsFunc(intents, func(i code.Intent) bool { return slices.Contains(c.in.Intents, i) })
}

// fact returns the first value stated under a contract name.
func (c *caseView) fact(name string) (string, bool) {
	if v := c.in.Claim.Facts[name]; len(v) > 0 && v[0] != "" {
		return v[0], true
	}
	return "", false
}

// medicare: no payer named, or one that follows Medicare's rules.
func (c *caseView) medicare() bool {
	p := strings.ToLower(c.in.Claim.Payer)
	return p == "" || strings.Contains(p, "medicare") || p == "mcr"
}

// find returns the findings of a rule; verdicts narrow it.
func (c *caseView) find(rule string, verdicts ...string) []edit.Finding {
	var out []edit.Finding
	for _, f := range c.in.Result.Findings {
		if f.Rule == rule && (len(verdicts) == 0 || slices.Contains(verdicts, f.Verdict)) {
			out = append(out, f)
		}
	}
	return out
}

// codes are the procedure codes of the claim, in order, each once.
func (c *caseView) codes() []string {
	var out []string
	for _, l := range c.in.Claim.Lines {
		if !slices.Contains(out, l.Code) {
			out = append(out, l.Code)
		}
	}
	return out
}

func (c *caseView) namedOf(codes []string) []string {
	var out []string
	for _, have := range c.codes() {
		if slices.Contains(codes, have) {
			out = append(out, have)
		}
	}
	return out
}

// rows returns what is known of a procedure or diagnosis code.
func (c *caseView) rows(name string) codeset.CodeFacts {
	for _, s := range []code.System{code.CPT, code.HCPCS, code.ICD10CM} {
		if f, ok := c.in.Rows.Codes[codeset.Key(code.Code{System: s, Code: name})]; ok {
			return f
		}
	}
	return codeset.CodeFacts{}
}

// words is what a code stands for: our own plain words, else the official
// title where that is free (HCPCS, ICD). CPT's own text never gets here.
func (c *caseView) words(name string) string {
	f := c.rows(name)
	if f.Words == "" {
		return f.Title
	}
	return f.Words
}

// global is the fee schedule's global period of a code, "" where unknown.
func (c *caseView) global(name string) string {
	for _, p := range c.rows(name).PFS {
		if p.Mod == "" {
			return p.Global
		}
	}
	return ""
}

// modifiers are all modifiers that the claim's lines of a code carry.
func (c *caseView) modifiers(name string) []string {
	var out []string
	for _, l := range c.in.Claim.Lines {
		if l.Code == name {
			out = append(out, l.Modifiers...)
		}
	}
	return out
}

// sides are the anatomical modifiers that lines of these codes carry.
func (c *caseView) sides(codes []string) []string {
	var out []string
	for _, name := range codes {
		for _, m := range c.modifiers(name) {
			if (m == "RT" || m == "LT" || m == "50") && !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// isVisit reports an evaluation and management code: CPT 99202 to 99499 and the
// eye visits 92002 to 92014, where modifiers 24, 25 and 57 belong (DOMAIN.md
// E.1; NCCI Policy Manual, chapter I). G0438, G0439 and G0402 are visits too.
func isVisit(name string) bool {
	return len(name) == 5 && (name >= "99202" && name <= "99499" || name >= "92002" && name <= "92014" ||
		name == "G0402" || name == "G0438" || name == "G0439")
}

// and joins words for a sentence: "a", "a and b", "a, b and c".
func and(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// units are the units that the asker wrote for a code, 0 where none.
func (c *caseView) units(name string) int {
	n := 0
	for _, l := range c.in.Claim.Lines {
		if l.Code == name {
			n += l.Units
		}
	}
	return n
}
