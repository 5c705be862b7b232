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
type caseView struct {
	in       Input
	findings []edit.Finding // those of in.Result that bear on what was asked
	earlier  []string       // codes of a surgery on an earlier day, which are no lines of this claim
	again    []string       // codes of such a surgery that were done again, so that their lines are of two days
}

// view reads in. Left out are the pair of a visit and a surgery of an earlier day,
// because pair edits hold for one day, and Medicare's limits of 0 for the codes
// of another payer.
func view(in Input) *caseView {
	c := &caseView{in: in}
	day, dated := c.fact("surgery_date")
	after, counted := c.fact("days_after_surgery")
	if dated && day != c.on() || counted && after != "0" {
		for _, f := range in.Result.Findings {
			if f.Rule == "pfs.global" && len(f.Codes) == 2 && f.Codes[0] == f.Codes[1] && len(f.Lines) > 1 {
				once(&c.again, f.Codes[0])
				continue
			}
			if f.Rule == "pfs.global" && len(f.Codes) > 0 && !isVisit(f.Codes[0]) && len(in.Claim.Lines) > 1 {
				c.earlier = append(c.earlier, f.Codes[0])
			}
		}
	}
	open, _, _ := c.doseOrUnits()
	several := len(in.Claim.Facts["date_of_service"]) > 1 && len(in.Claim.Lines) > 1
	c.findings = slices.DeleteFunc(slices.Clone(in.Result.Findings), func(f edit.Finding) bool {
		if open != "" && f.Rule == "ncci.mue" && f.Verdict == "exceeds" && f.Codes[0] == open {
			return true // the number may be the dose
		}
		if (f.Rule == "ncci.mue" && f.Verdict == "exceeds" || f.Rule == "pfs.bilateral") && slices.Contains(c.again, f.Codes[0]) {
			return true // lines of two days do not add up to one
		}
		if several && (f.Rule == "ncci.mue" && f.Verdict == "exceeds" || f.Rule == "pfs.bilateral") {
			return true // lines of several days do not add up to one
		}
		if f.Rule == "ncci.mue" && f.Limit != nil && *f.Limit == 0 && !c.medicare() {
			return true // that Medicare does not pay a code says nothing of another payer
		}
		if f.Rule == "coverage.lcd" && f.Verdict == "not_listed" && !c.asksCoverage() {
			return true // most procedures are in no document, which is news only to whom it concerns
		}
		return f.Rule == "ncci.ptp" && slices.ContainsFunc(f.Codes, func(n string) bool { return slices.Contains(c.earlier, n) })
	})
	for i, f := range c.findings {
		if f.Rule == "ncci.ptp" && len(f.Codes) == 2 && in.Claim.Alternatives(f.Codes[0], f.Codes[1]) {
			c.findings[i].Severity, c.findings[i].Missing, c.findings[i].Branches = edit.Info, nil, nil
		}
	}
	return c
}

// asksCoverage: the question is about coverage, medical necessity or which
// diagnosis goes with a procedure, or the remittance denies it for one of these.
func (c *caseView) asksCoverage() bool {
	return c.asks(code.CoverageNecessity, code.DxCode) || c.deniedAsNotNecessary()
}

// deniedAsNotNecessary: the remittance gives CARC 50 or 11.
func (c *caseView) deniedAsNotNecessary() bool {
	reason := func(v string) bool { v = strings.TrimLeft(v, "COPRAI- "); return v == "50" || v == "11" }
	return slices.ContainsFunc(c.in.Claim.Facts["carc"], reason) ||
		slices.ContainsFunc(c.in.Mentions, func(m code.Mention) bool { return m.System == code.CARC && reason(m.Code) })
}

// choice reports that all codes of the claim are offered as a choice.
func (c *caseView) choice() bool {
	for i, l := range c.in.Claim.Lines {
		if l.Or != (i > 0) {
			return false
		}
	}
	return len(c.codes()) > 1
}

// alone reports that what was asked needs another code, or a modifier's reason,
// and that the mail names one code only.
func (c *caseView) alone(name string) bool {
	asked := name == "modifier" && len(c.modifiers(c.codes()[0])) == 0
	return len(c.codes()) == 1 && (asked || c.asks(code.BundlingPair))
}

// dental are the codes of the claim when all of them are CDT codes, on whose
// texts and rules we have no licence to answer (DOMAIN.md F.1).
func (c *caseView) dental() []string {
	var out []string
	for _, m := range c.in.Mentions {
		if m.System == code.CDT {
			once(&out, m.Code)
		}
	}
	if len(out) == 0 || !within(c.codes(), out) || len(c.in.Claim.Dx) > 0 {
		return nil
	}
	return out
}

// read tells which slips of the pen were read as codes (DOMAIN.md D.6).
func (c *caseView) read() Text {
	var out []string
	for _, m := range c.in.Mentions {
		if said, ok := strings.CutPrefix(m.Note, "read "); ok {
			once(&out, said)
		}
	}
	return esc(and(out))
}

// repaired are the diagnoses that were not written as they are billed.
func (c *caseView) repaired() []string {
	var out []string
	for _, m := range c.in.Mentions {
		if m.System == code.ICD10CM && strings.HasPrefix(m.Note, "read ") && slices.Contains(c.in.Claim.Dx, m.Code) {
			once(&out, m.Code)
		}
	}
	return out
}

// badDx reports a diagnosis that cannot stand as written, or two that exclude
// each other: it outweighs a choice that no fact decides.
func (c *caseView) badDx() bool {
	return len(c.codes()) < 2 && (len(c.find("icd10cm.excludes1", "conflict")) > 0 ||
		len(c.find("icd10cm.complete", "incomplete", "seventh_character_missing", "placeholder_missing")) > 0)
}

// reported leaves out what was found between a code that the decision does not
// report and a code outside it.
func (c *caseView) reported(d *decision) {
	if d == nil || len(d.lines) == 0 {
		return
	}
	c.recount(d.lines)
	gone := slices.DeleteFunc(slices.Clone(d.codes()), func(n string) bool {
		return slices.ContainsFunc(d.lines, func(l code.Line) bool { return l.Code == n })
	})
	c.findings = slices.DeleteFunc(c.findings, func(f edit.Finding) bool {
		aside := f.Rule == "ncci.ptp" && d.first != nil // between kinds of which one was not treated
		if f.Rule == "ncci.addon" && slices.Contains(gone, f.Codes[0]) {
			return true // it is not reported
		}
		return (aside || !within(f.Codes, d.codes())) && slices.ContainsFunc(f.Codes, func(n string) bool { return slices.Contains(gone, n) })
	})
}

// dosed counts the units that a dose makes, and not those that were asked,
// against the unit limits.
func (c *caseView) dosed() {
	for _, f := range c.find("drug.units", "units", "differs") {
		if f.Units > 0 && c.units(f.Codes[0]) != f.Units {
			c.recount([]code.Line{{Code: f.Codes[0], Units: f.Units}})
		}
	}
}

// recount compares the units that are to be reported, and not those that were
// asked, with the unit limits.
func (c *caseView) recount(lines []code.Line) {
	claim := c.in.Claim
	claim.Lines = lines
	decided := map[string]edit.Finding{}
	for _, f := range edit.Check(c.in.Rows, claim).Findings {
		if f.Rule == "ncci.mue" {
			decided[f.Codes[0]] = f
		}
	}
	for i, f := range c.findings {
		if now, ok := decided[f.Codes[0]]; ok && f.Rule == "ncci.mue" {
			now.Lines = f.Lines
			c.findings[i] = now
		}
	}
}

// drop leaves the findings of a rule out whose codes all belong to one set.
func (c *caseView) drop(rule string, codes []string) {
	c.findings = slices.DeleteFunc(c.findings, func(f edit.Finding) bool { return f.Rule == rule && within(f.Codes, codes) })
}

func within(codes, set []string) bool {
	return !slices.ContainsFunc(codes, func(n string) bool { return !slices.Contains(set, n) })
}

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
	if v := c.in.Claim.Facts["place_of_service"]; name == "setting" && len(v) > 0 && settingOf[v[0]] != "" {
		return settingOf[v[0]], true
	}
	return "", false
}

// only returns the value of a fact when a single one is stated; two different
// ones decide nothing.
func (c *caseView) only(name string) (string, bool) {
	v, ok := c.fact(name)
	for _, other := range c.in.Claim.Facts[name] {
		if other != v {
			return "", false
		}
	}
	return v, ok
}

// settingOf gives the places of service (CMS place of service code set) the
// names that the fact "setting" has.
var settingOf = map[string]string{
	"11": "office", "20": "office", "49": "office", "21": "inpatient", "19": "outpatient", "22": "outpatient",
	"23": "emergency", "24": "asc", "31": "nursing facility", "32": "nursing facility", "02": "telehealth", "10": "telehealth",
}

// medicare: no payer named, or one that follows Medicare's rules.
func (c *caseView) medicare() bool {
	return slices.Contains([]edit.PayerKind{edit.Unstated, edit.Medicare, edit.Advantage}, edit.PayerOf(c.in.Claim.Payer))
}

// find returns the findings of a rule; verdicts narrow it.
func (c *caseView) find(rule string, verdicts ...string) []edit.Finding {
	var out []edit.Finding
	for _, f := range c.findings {
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

// visitRanges are the evaluation and management codes, where modifiers 24, 25
// and 57 belong: CPT's section, the eye visits, and Medicare's own visits (NCCI
// Policy Manual, chapter I; Claims Processing Manual, chapter 12, section 40).
var visitRanges = [][2]string{
	{"92002", "92014"}, {"98000", "98016"}, {"99202", "99499"}, {"G0380", "G0384"}, {"G0402", "G0402"},
	{"G0406", "G0408"}, {"G0425", "G0427"}, {"G0438", "G0439"}, {"G0463", "G0463"},
}

func isVisit(name string) bool {
	return slices.ContainsFunc(visitRanges, func(r [2]string) bool { return inRange(name, r) })
}

// inRange compares codes of one shape.
func inRange(name string, r [2]string) bool {
	return len(name) == len(r[0]) && name >= r[0] && name <= r[1]
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
