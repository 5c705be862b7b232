package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// evidence fills what the answer rests on: the findings that bear with their
// sources, the rules that found nothing, what the record must show, what could
// not be checked.
func (s *Set) evidence(c *caseView, d *decision, p *Page, name string) {
	var manuals, releases, noEdit, told []string
	edits := slices.ContainsFunc(p.found.pairs, func(pr Pair) bool { return !pr.Clear })
	s.ground(c, d, p, name)
	if name == "payment" {
		s.work(c, p)
	}
	for _, f := range c.findings {
		p.AsOf = p.AsOf || f.Source.AsOf
		p.Starter = p.Starter || f.Source.Via == codeset.KindStarter
		once(&releases, s.release(f.Source))
		if f.Verdict == "clear" && (edits || len(p.found.pairs) > 2 || within(f.Codes, d.codes())) {
			noEdit = append(noEdit, strings.Join(f.Codes, " with "))
			continue
		}
		if !bears(c, f, d, name) || c.eclipsed(f) {
			continue
		}
		p.Why = append(p.Why, Reason{say(f.Statement), esc(s.cite(f.Source)), weight(f)})
		once(&told, f.Rule)
		if (f.Rule == "icd10cm.excludes1" || f.Rule == "icd10cm.code_first") && f.Source.Set != codeset.KindICD10CMTabular {
			continue // a guideline's own rule, as of O80 or an external cause: no note asks for more
		}
		once(&manuals, s.words.Manuals[f.Rule])
		if f.Limit != nil && *f.Limit == 0 || f.Rule == "ncci.ptp" && within(f.Codes, d.codes()) {
			continue
		}
		key := f.Rule + " " + f.Verdict
		if f.Rule == "ncci.ptp" && slices.ContainsFunc(f.Codes, isVisit) {
			key += " visit"
		} else if f.Rule == "ncci.ptp" && edit.BySession(f.Codes[0]) && edit.BySession(f.Codes[1]) {
			key += " session"
		} else if site, _ := c.fact("same_site"); f.Rule == "ncci.ptp" && isYes(site) {
			continue // at one site no record sets them apart
		}
		if f.Rule == "ncci.mue" && f.MAI != "3" {
			continue // the record lifts no other limit: 2 rests on policy, 1 splits the line
		}
		for _, item := range s.words.Record[key] {
			p.record(item)
		}
	}
	p.NoEdit, p.Passed, p.Recent = esc(and(noEdit)), esc(and(s.passed(c, told))), recent(c)
	once(&manuals, s.words.Manuals[name])
	if p.said.Set != "" {
		once(&releases, s.cite(p.said))
	}
	for _, source := range p.remarked {
		once(&manuals, source)
	}
	p.Sources = append(texts(releases), texts(manuals)...)
	p.Unchecked, p.unchecked = s.unchecked(c, d, false), s.unchecked(c, d, true)
}

// ground puts what choices.toml says first.
func (s *Set) ground(c *caseView, d *decision, p *Page, name string) {
	if d != nil && d.first != nil {
		p.Why = append(p.Why, Reason{esc(d.first.Rule), esc(d.first.Source), 4})
	}
	if d != nil {
		rule, source := d.rule()
		p.Why = append(p.Why, Reason{esc(rule), esc(source), 4})
		for _, item := range d.record() {
			p.record(item)
		}
	}
	s.remark(c, p, name)
	if v, _, _ := s.convention(c); v != nil {
		p.Why = append(p.Why, Reason{esc(v.Rule), esc(v.Source), 4})
		for _, item := range v.Record {
			p.record(item)
		}
	}
}

// work tells the work relative values that the fee schedule rows hold.
func (s *Set) work(c *caseView, p *Page) {
	for _, name := range c.codes() {
		for _, row := range c.rows(name).PFS {
			if row.Mod == "" && row.Work != "" {
				says := fmt.Sprintf("%s has a work relative value of %s.", name, row.Work)
				p.Why = append(p.Why, Reason{esc(says), esc(s.cite(row.Source)), 3})
			}
		}
	}
}

// weight says how much a finding bears when the reply grows too long.
func weight(f edit.Finding) int {
	switch {
	case f.Severity == edit.Error:
		return 3
	case f.Severity == edit.Warning, f.Rule == "drug.units", f.Verdict == "modifier_present", f.Rule == "ncci.mue" && f.Units > 1:
		return 2
	}
	return 1
}

// passed names the rules that found nothing against any code of the claim and
// are not told of otherwise.
func (s *Set) passed(c *caseView, told []string) []string {
	against, out := told, []string(nil)
	for _, f := range c.findings {
		if f.Severity != edit.Info {
			against = append(against, f.Rule)
		}
	}
	for _, f := range c.findings {
		if f.Rule != "ncci.ptp" && !slices.Contains(against, f.Rule) {
			once(&out, s.words.Rules[f.Rule])
		}
	}
	return out
}

func once(list *[]string, v string) {
	if v != "" && !slices.Contains(*list, v) {
		*list = append(*list, v)
	}
}

// record adds an item once; the checklist holds at most six.
func (p *Page) record(item string) {
	if t := esc(item); len(p.Record) < 6 && !slices.Contains(p.Record, t) {
		p.Record = append(p.Record, t)
	}
}

// bears reports that a finding belongs into "Why": everything that is not plain
// sailing, and what the kind of question is about.
func bears(c *caseView, f edit.Finding, d *decision, name string) bool {
	if f.Severity != edit.Info {
		return true
	}
	switch f.Rule {
	case "ncci.ptp", "drug.units", "drug.waste":
		return true
	case "pfs.status":
		return name == "payment"
	case "pfs.global":
		return f.Verdict != "no_global"
	case "ncci.mue":
		reported := d != nil && slices.ContainsFunc(d.lines, func(l code.Line) bool { return l.Code == f.Codes[0] })
		return reported || name == "general" || name == "modifier" || f.Units > 1 || name == "units" && len(c.codes()) == 1
	case "ncci.addon":
		return true
	case "code.status":
		return name == "code-status"
	case "icd10cm.complete", "icd10cm.use_additional":
		return name == "diagnosis" || name == "general"
	case "pfs.bilateral", "pfs.pctc":
		return f.Verdict == "applies" || f.Verdict == "does_not_apply" && name != "general"
	}
	return strings.HasPrefix(f.Rule, "coverage.")
}

// eclipsed reports a finding that a graver one about the same code makes
// needless or misleading: valid where it is incomplete, complete where another
// note rules it out.
func (c *caseView) eclipsed(f edit.Finding) bool {
	switch {
	case f.Severity != edit.Info:
		return false
	case f.Rule == "code.status":
		return len(c.find("icd10cm.complete", "incomplete", "seventh_character_missing", "placeholder_missing")) > 0
	case f.Rule == "icd10cm.complete":
		return len(c.find("icd10cm.excludes1", "conflict")) > 0
	}
	return false
}

// cite names a stored row as a reader can look it up. That the row is older
// than the date of service is said in the finding's own sentence.
func (s *Set) cite(src codeset.Source) string {
	out := s.release(src)
	if src.Row != "" {
		out += ", row " + src.Row
	}
	switch {
	case src.EffectiveFrom != "" && src.EffectiveTo != "":
		out += fmt.Sprintf(", holds %s to %s", src.EffectiveFrom, src.EffectiveTo)
	case src.EffectiveFrom != "":
		out += ", holds since " + src.EffectiveFrom
	case src.EffectiveTo != "":
		out += ", holds until " + src.EffectiveTo
	}
	return out
}

// release names a release: "NCCI PTP edits, practitioner, 2024Q3 (starter
// library)".
func (s *Set) release(src codeset.Source) string {
	if src.Set == "" {
		return ""
	}
	out := src.Set
	if w := s.words.Sets[src.Set]; w != "" {
		out = w
	}
	if src.Release != "" {
		out += ", " + src.Release
	}
	if src.Via == codeset.KindStarter && src.Set != codeset.KindStarter {
		out += " (starter library)"
	}
	return out
}

// rule words what a family or combination says, for the first row of "Why".
func (d *decision) rule() (says, source string) {
	if d.combo != nil {
		return d.combo.Rule, d.combo.Source
	}
	if len(d.family.Options) > 4 || d.family.Reply != "" {
		return d.family.Rule, d.family.Source
	}
	var parts []string
	for _, o := range d.family.Options {
		parts = append(parts, o.When+": "+o.report(d.family.Unit))
	}
	return d.family.Rule + " Choice: " + strings.Join(parts, "; ") + ".", d.family.Source
}

func (d *decision) record() []string {
	if d.combo != nil {
		return d.combo.Record
	}
	return d.family.Record
}

// unchecked says in plain words what was not checked, one line a reason; terse,
// with the codes once behind all rules of a reason.
func (s *Set) unchecked(c *caseView, d *decision, terse bool) []Text {
	var reasons, rules []string
	at := map[string]int{}         // by reason
	codes := map[string][]string{} // by reason and rule
	every := map[string][]string{} // by reason
	for _, n := range c.in.Result.NotChecked {
		head, reason, _ := strings.Cut(n, ": ")
		if kind, why, ok := strings.Cut(reason, ": "); ok && !strings.Contains(kind, " ") {
			reason = why // the release kind that is missing
		}
		reason = strings.TrimSuffix(reason, " for "+c.on())
		reason = cmp.Or(s.words.Unchecked[reason], reason)
		rule, of, _ := strings.Cut(head, " ")
		rule = cmp.Or(s.words.Unchecked[rule], s.words.Rules[rule], rule)
		i, ok := at[reason]
		if !ok {
			i = len(reasons)
			at[reason] = i
			reasons, rules = append(reasons, reason), append(rules, "")
		}
		key := reason + "\x00" + rule
		if _, ok := codes[key]; !ok {
			rules[i] += "\x00" + rule
			codes[key] = []string{}
		}
		if of != "" {
			codes[key] = append(codes[key], of)
			all := every[reason]
			once(&all, of)
			every[reason] = all
		}
	}
	var out []Text
	if unasked := c.unasked(d); len(unasked) > 0 {
		out = append(out, esc("pairs and limits of "+and(unasked)+": not among the codes that you named"))
	}
	for i, reason := range reasons {
		var parts []string
		for _, rule := range strings.Split(rules[i], "\x00")[1:] {
			if of := codes[reason+"\x00"+rule]; len(of) > 0 && !terse {
				rule += " (" + strings.Join(first(of, 4), ", ") + ")"
			}
			parts = append(parts, rule)
		}
		whose := ""
		if of := every[reason]; terse && len(of) > 0 {
			whose = " (" + strings.Join(of, ", ") + ")"
		}
		out = append(out, esc(and(parts)+whose+": "+reason))
	}
	return out
}

// unasked are the codes that the reply reports and the asker did not name.
func (c *caseView) unasked(d *decision) []string {
	var out []string
	if d != nil {
		for _, l := range d.lines {
			once(&out, l.Code)
		}
	}
	for _, f := range c.find("code.status", "replaced") {
		if !strings.ContainsAny(f.Successor, "-, ") { // one code, no range and no list
			once(&out, f.Successor)
		}
	}
	return slices.DeleteFunc(out, func(n string) bool { return slices.Contains(c.codes(), n) || slices.Contains(c.in.Claim.Dx, n) })
}

func texts(ss []string) []Text {
	var out []Text
	for _, s := range ss {
		out = append(out, esc(s))
	}
	return out
}

// shorten leaves out what bears least, a step at a time, and reports false when
// nothing is left to leave out. The evidence itself stays with the draft.
func (p *Page) shorten() bool {
	switch {
	case p.Passed != "":
		p.Passed = ""
	case len(p.Record) > 4:
		p.Record = p.Record[:4]
	case p.unchecked != nil:
		p.Unchecked, p.unchecked = p.unchecked, nil
	case len(p.Why) > 2:
		p.Why = slices.Delete(p.Why, p.lightest(), p.lightest()+1)
		p.Shortened = true
	case len(p.Branches) > 2:
		p.Branches = p.Branches[:2]
	case len(p.Record) > 2:
		p.Record = p.Record[:2]
	case p.NoEdit != "":
		p.NoEdit = ""
	case len(p.Illegal) > 2:
		p.Illegal = p.Illegal[:2]
	case len(p.Unchecked) > 2:
		p.Unchecked = p.Unchecked[:2]
	case p.Payers != Payers{}:
		p.Payers = Payers{}
	case len(p.Branches) > 1:
		p.Branches = p.Branches[:1]
	case len(p.Record) > 1:
		p.Record = p.Record[:1]
	case len(p.Unchecked) > 1:
		p.Unchecked = p.Unchecked[:1]
	case len(p.Why) > 1:
		p.Why = slices.Delete(p.Why, p.lightest(), p.lightest()+1)
	case len(p.Illegal) > 1:
		p.Illegal = p.Illegal[:1]
	default:
		return false
	}
	return true
}

// lightest is the last of the reasons that bear least.
func (p *Page) lightest() int {
	at := 0
	for i, r := range p.Why {
		if r.weight <= p.Why[at].weight {
			at = i
		}
	}
	return at
}
