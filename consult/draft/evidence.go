package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// evidence fills what the answer rests on: the findings that bear with their
// sources, the rules that found nothing, what the record must show, what could
// not be checked.
func (s *Set) evidence(c *caseView, d *decision, p *Page, name string) {
	var passed, manuals, releases []string
	addTo := func(list *[]string, v string) {
		if v != "" && !slices.Contains(*list, v) {
			*list = append(*list, v)
		}
	}
	for _, f := range c.in.Result.Findings {
		p.AsOf = p.AsOf || f.Source.AsOf
		p.Starter = p.Starter || f.Source.Via == codeset.KindStarter
		addTo(&releases, s.release(f.Source))
		if !bears(f, name) {
			addTo(&passed, s.words.Rules[f.Rule])
			continue
		}
		p.Why = append(p.Why, Reason{esc(f.Statement), esc(s.cite(f.Source))})
		addTo(&manuals, s.words.Manuals[f.Rule])
		for _, item := range s.words.Record[f.Rule+" "+f.Verdict] {
			p.record(item)
		}
	}
	if d != nil {
		rule, source := d.rule()
		p.Why = slices.Insert(p.Why, 0, Reason{esc(rule), esc(source)})
		for _, item := range d.record() {
			p.record(item)
		}
	}
	p.Passed, p.Recent = texts(passed), recent(c)
	p.Sources = append(texts(releases), texts(manuals)...)
	p.Unchecked = s.unchecked(c)
}

// record adds an item once; the checklist holds at most six.
func (p *Page) record(item string) {
	if t := esc(item); len(p.Record) < 6 && !slices.Contains(p.Record, t) {
		p.Record = append(p.Record, t)
	}
}

// bears reports that a finding belongs into "Why": everything that is not plain
// sailing, and what the kind of question is about.
func bears(f edit.Finding, name string) bool {
	if f.Severity != edit.Info {
		return true
	}
	switch f.Rule {
	case "ncci.ptp", "drug.units", "drug.waste":
		return true
	case "pfs.global":
		return f.Verdict != "no_global"
	case "ncci.mue":
		return name == "units" || name == "code-select" || name == "general" || f.Units > 1 && f.Verdict == "within"
	case "ncci.addon":
		return true
	case "code.status":
		return name == "code-status"
	case "icd10cm.complete", "icd10cm.use_additional":
		return name == "diagnosis" || name == "general"
	case "pfs.bilateral", "pfs.pctc":
		return f.Verdict == "applies"
	}
	return strings.HasPrefix(f.Rule, "coverage.")
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
		out += fmt.Sprintf(", in force %s to %s", src.EffectiveFrom, src.EffectiveTo)
	case src.EffectiveFrom != "":
		out += ", in force since " + src.EffectiveFrom
	case src.EffectiveTo != "":
		out += ", in force until " + src.EffectiveTo
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
	if src.Via == codeset.KindStarter {
		out += " (starter library)"
	}
	return out
}

// rule words what a family or combination says, for the first row of "Why".
func (d *decision) rule() (says, source string) {
	if d.combo != nil {
		return fmt.Sprintf("%s stand for one service when %s.", and(d.combo.Codes), d.combo.When), d.combo.Source
	}
	var parts []string
	for _, o := range d.family.Options {
		parts = append(parts, o.When+": "+o.report())
	}
	if len(parts) > 4 {
		parts = nil
	}
	says = strings.Join(append(parts, d.family.Rule), "; ")
	return says, d.family.Source
}

func (d *decision) record() []string {
	if d.combo != nil {
		return d.combo.Record
	}
	return d.family.Record
}

// unchecked says in plain words what was not checked, each rule once.
func (s *Set) unchecked(c *caseView) []Text {
	var order []string
	by := map[string][]string{}
	for _, n := range c.in.Result.NotChecked {
		head, reason, _ := strings.Cut(n, ": ")
		rule, codes, _ := strings.Cut(head, " ")
		if w := s.words.Rules[rule]; w != "" {
			rule = w
		}
		key := rule + "\x00" + reason
		if _, ok := by[key]; !ok {
			order = append(order, key)
		}
		if codes != "" {
			by[key] = append(by[key], codes)
		} else if by[key] == nil {
			by[key] = []string{}
		}
	}
	var out []Text
	for _, key := range order {
		rule, reason, _ := strings.Cut(key, "\x00")
		if codes := by[key]; len(codes) > 0 {
			rule += " (" + strings.Join(first(codes, 4), ", ") + ")"
		}
		out = append(out, esc(rule+": "+reason))
	}
	return out
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
	case len(p.Passed) > 0:
		p.Passed = nil
	case len(p.Record) > 4:
		p.Record = p.Record[:4]
	case len(p.Unchecked) > 3:
		p.Unchecked = p.Unchecked[:3]
	case len(p.Why) > 3:
		p.Why = p.Why[:len(p.Why)-1]
		p.Shortened = true
	case len(p.Branches) > 3:
		p.Branches = p.Branches[:3]
	default:
		return false
	}
	return true
}
