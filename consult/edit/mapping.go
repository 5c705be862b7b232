package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// otherICD judges a diagnosis that is of the other revision of ICD than the day's,
// by the equivalence mappings, and reports whether it was one. Services up to
// 2015-09-30 are coded in ICD-9-CM, later ones in ICD-10-CM (45 CFR 162.1002).
func (k *checker) otherICD(c string, cf codeset.CodeFacts) bool {
	before := k.on.Before(codeset.ICD10Since)
	if !before {
		old, ok := k.f.Codes[codeset.Key(code.Code{System: code.ICD9CM, Code: c})]
		if !ok || len(old.Successors) == 0 || cf.Status == code.Valid || cf.NotYet {
			return false
		}
		k.add(k.inICD9(c, old.Successors))
		return true
	}
	if cf.Status != code.Valid && len(cf.Successors) == 0 {
		return false
	}
	f := Finding{Rule: "code.status", Verdict: "not_yet_effective", Codes: []string{c}, Source: cf.Source}
	said := fmt.Sprintf("%s is an ICD-10-CM code and cannot be reported for %s, for ICD-10-CM begins with services of 2015-10-01", c, k.date())
	if len(cf.Successors) > 0 {
		m := mappingOf(cf.Successors)
		f.Source, f.Successors, f.SuccessorSource = m.source, m.codes, &m.source
		said += "; " + m.offer("ICD-9-CM")
	}
	f.Statement = k.say(f.Source, "%s", said)
	k.add(f)
	return true
}

// alsoICD9 adds to the finding on a header of ICD-10-CM that it is written like a
// complete code of ICD-9-CM (V70.0), which may be what was meant.
func (k *checker) alsoICD9(f *Finding, cf codeset.CodeFacts) {
	old := k.f.Codes[codeset.Key(code.Code{System: code.ICD9CM, Code: cf.Code.Code})]
	if cf.Code.System != code.ICD10CM || cf.Billable || len(old.Successors) == 0 {
		return
	}
	m := mappingOf(standing(old.Successors))
	if len(m.codes) == 0 {
		return
	}
	f.Successors, f.SuccessorSource = m.codes, &m.source
	f.Statement = strings.TrimSuffix(f.Statement, ".") + ", a header of ICD-10-CM; a code of ICD-9-CM was written so too, for which " + m.offer("ICD-10-CM") + "."
}

// inICD9 judges a code of ICD-9-CM on a day of ICD-10. It is replaced where the
// mapping has one target that is valid on the day; what has to be chosen or put
// together is no successor.
func (k *checker) inICD9(c string, targets []codeset.Successor) Finding {
	m := mappingOf(standing(targets))
	m.source = targets[0].Source
	f := Finding{Rule: "code.status", Verdict: "unknown", Codes: []string{c}, Source: m.source, Successors: m.codes, SuccessorSource: &m.source}
	if len(targets) == 1 && targets[0].Status == code.Valid && m.single() {
		f.Verdict, f.Successor = "replaced", m.codes[0]
	}
	var gone, unsure []string
	for _, t := range targets {
		switch {
		case t.Status == code.Unknown:
			gone = append(gone, t.Code.Code)
		case t.Status == code.Unchecked && !t.NoMap:
			unsure = append(unsure, t.Code.Code)
		}
	}
	said := fmt.Sprintf("%s is an ICD-9-CM code, which is not valid for services from 2015-10-01 on", c)
	if len(m.codes) > 0 || len(gone) == 0 {
		said += "; " + m.offer("ICD-10-CM")
	}
	switch gone = unique(gone); {
	case len(gone) == 1:
		said += fmt.Sprintf("; of what %s names, %s is no complete code on %s", m.name(), gone[0], k.date())
	case len(gone) > 1:
		said += fmt.Sprintf("; of what %s names, %s are no complete codes on %s", m.name(), some(gone), k.date())
	}
	if len(unsure) > 0 {
		said += "; no list of ICD-10-CM is loaded that tells what of it is valid on " + k.date()
	}
	f.Statement = k.say(f.Source, "%s", said)
	return f
}

// standing leaves out targets that are no complete codes on the day, and every
// scenario that lacks one of its choice lists without them.
func standing(targets []codeset.Successor) []codeset.Successor {
	left := func(of codeset.Successor) bool {
		return slices.ContainsFunc(targets, func(t codeset.Successor) bool {
			return t.Combination && t.Scenario == of.Scenario && t.ChoiceList == of.ChoiceList && t.Status != code.Unknown
		})
	}
	broken := map[int]bool{}
	for _, t := range targets {
		if t.Combination && !left(t) {
			broken[t.Scenario] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(targets), func(t codeset.Successor) bool {
		return t.Status == code.Unknown || t.Combination && broken[t.Scenario]
	})
}

// A mapping is what the General Equivalence Mapping offers for one code.
type mapping struct {
	source codeset.Source
	codes  []string // each target once
	ways   []string // in words: one target, or one of each choice list of a scenario
	exact  bool     // one way, and the mapping has it as the same
}

// mappingOf arranges targets by their flags: those without the combination flag
// stand alone; combined ones of one scenario are said together, one from each
// choice list.
func mappingOf(targets []codeset.Successor) mapping {
	var m mapping
	byList := map[int]map[int][]string{}
	for _, t := range targets {
		m.source = targets[0].Source
		switch {
		case t.NoMap:
		case t.Combination:
			if byList[t.Scenario] == nil {
				byList[t.Scenario] = map[int][]string{}
			}
			byList[t.Scenario][t.ChoiceList] = append(byList[t.Scenario][t.ChoiceList], t.Code.Code)
		default:
			m.ways, m.exact = append(m.ways, t.Code.Code), len(targets) == 1 && !t.Approximate
		}
	}
	m.codes = codesOf(targets)
	for scenario := range 10 { // one digit in the file
		if way := together(byList[scenario]); way != "" {
			m.ways = append(m.ways, way)
		}
	}
	return m
}

// together writes a scenario: one code from each of its choice lists.
func together(lists map[int][]string) string {
	var parts []string
	for list := range 10 {
		switch codes := lists[list]; len(codes) {
		case 0:
		case 1:
			parts = append(parts, codes[0])
		default:
			parts = append(parts, "one of "+some(codes))
		}
	}
	return strings.Join(parts, " together with ")
}

// single reports that there is one code, which stands alone.
func (m mapping) single() bool {
	return len(m.codes) == 1 && len(m.ways) == 1 && m.ways[0] == m.codes[0]
}

func (m mapping) name() string { return "the General Equivalence Mapping (" + m.source.Release + ")" }

// offer says what the mapping has. An approximate target is close and not the same.
func (m mapping) offer(set string) string {
	switch {
	case len(m.codes) == 0:
		return m.name() + " has no code of " + set + " for it"
	case m.single() && m.exact:
		return m.name() + " has " + m.codes[0] + " of " + set + " as its equivalent"
	case m.single():
		return m.name() + " offers " + m.codes[0] + " of " + set + ", which is close and not the same; whether it fits the record must be checked"
	case len(m.ways) == 1:
		return m.name() + " offers " + m.ways[0] + " of " + set + ", which is close and not the same; whether they fit the record must be checked"
	}
	return m.name() + " offers " + m.choice() + " of " + set + ", which of them fits the record must be chosen"
}

// mostWays is how many targets a sentence names; the finding lists all.
const mostWays = 8

// choice writes the ways side by side; a semicolon parts those of several codes.
func (m mapping) choice() string {
	shown, part := m.ways[:min(len(m.ways), mostWays)], ", "
	if len(m.codes) != len(m.ways) {
		part = "; "
	}
	if n := len(m.ways) - len(shown); n > 0 {
		return strings.Join(shown, part) + fmt.Sprintf(" and %d more", n)
	}
	last := len(shown) - 1
	return strings.Join(shown[:last], part) + " or " + shown[last]
}
