package draft

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

//go:embed choices.toml
var choicesTOML string

// A family is a set of codes among which facts of the case decide.
type family struct {
	Name     string   `toml:"name"`
	Codes    []string `toml:"codes"`
	Fact     string   `toml:"fact"`
	Unit     string   `toml:"unit"` // of the deciding number, for a sentence
	Variable string   `toml:"variable"`
	Question string   `toml:"question"`
	Rule     string   `toml:"rule"`
	Record   []string `toml:"record"`
	Source   string   `toml:"source"`
	Sure     string   `toml:"sure"`
	From     string   `toml:"from"`   // first day that it holds; empty: always
	Payer    string   `toml:"payer"`  // "medicare" or "other"; empty: any
	Mixed    string   `toml:"mixed"`  // fact that decides nothing when it has several values
	Mixes    []mix    `toml:"mix"`    // the outcomes when it has
	Reply    string   `toml:"reply"`  // the reply that words it; empty: code-select
	Counts   string   `toml:"counts"` // fact whose counted nouns tell the option; empty: none does
	Options  []option `toml:"option"`
}

// A mix is one outcome where lines of several options add up.
type mix struct {
	When string `toml:"when"`
	Then string `toml:"then"`
}

// An option is one outcome of a family. Where names further facts and the
// values with which the option can hold.
type option struct {
	Min   *float64            `toml:"min"`
	Over  *float64            `toml:"over"`
	Max   *float64            `toml:"max"`
	When  string              `toml:"when"`
	Where map[string][]string `toml:"where"`
	Lines []optionLine        `toml:"line"`
	Nouns []string            `toml:"nouns"` // what was counted, in lower case
}

// An optionLine is a line to report: Units, or one unit for each Each begun
// above Above.
type optionLine struct {
	Code     string  `toml:"code"`
	Modifier string  `toml:"modifier"`
	Units    int     `toml:"units"`
	Above    float64 `toml:"above"`
	Each     float64 `toml:"each"`
}

// A combo is a pair of codes that another line replaces.
type combo struct {
	Codes     []string     `toml:"codes"`
	Lines     []optionLine `toml:"line"`
	Other     []optionLine `toml:"other"` // what to report when the condition does not hold; none: the rules decide
	When      string       `toml:"when"`
	Rule      string       `toml:"rule"`
	Otherwise string       `toml:"otherwise"`
	Fact      string       `toml:"fact"`
	Presumed  bool         `toml:"presumed"`
	Record    []string     `toml:"record"`
	Source    string       `toml:"source"`
	Sure      string       `toml:"sure"`
	From      string       `toml:"from"`
}

// A convention puts a modifier on a code of the second range beside one of the
// first.
type convention struct {
	First    [2]string `toml:"first"`
	Second   [2]string `toml:"second"`
	Modifier string    `toml:"modifier"`
	Rule     string    `toml:"rule"`
	Record   []string  `toml:"record"`
	Source   string    `toml:"source"`
	Sure     string    `toml:"sure"`
}

// choices is choices.toml.
type choices struct {
	Families    []family     `toml:"family"`
	Combos      []combo      `toml:"combo"`
	Conventions []convention `toml:"convention"`
	Remarks     []remark     `toml:"remark"`
}

func decodeChoices(text string) (file choices, err error) {
	dec := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return file, tomlError("choices.toml", err)
	}
	for _, f := range file.Families {
		if len(f.Codes) == 0 || f.Source == "" || f.Sure == "" || f.Fact == "" || f.Question == "" || len(f.Options) < 2 {
			return file, fmt.Errorf("choices.toml: family %q lacks codes, fact, question, source, sure or options", f.Name)
		}
	}
	for _, c := range file.Combos {
		if len(c.Codes) != 2 || c.Source == "" || c.Sure == "" || c.Fact == "" || len(c.Lines) == 0 || c.Rule == "" {
			return file, fmt.Errorf("choices.toml: combo %v lacks two codes, fact, source, sure or lines", c.Codes)
		}
	}
	for _, v := range file.Conventions {
		if v.First[0] == "" || v.Second[0] == "" || v.Modifier == "" || v.Rule == "" || v.Source == "" || v.Sure == "" {
			return file, fmt.Errorf("choices.toml: convention %v lacks ranges, modifier, rule, source or sure", v.First)
		}
	}
	for _, r := range file.Remarks {
		if r.First[0] == "" || r.Rule == "" || r.Source == "" || r.Sure == "" {
			return file, fmt.Errorf("choices.toml: remark on %v lacks codes, rule, source or sure", r.First)
		}
	}
	return file, nil
}

// A decision is what the families say of one question.
type decision struct {
	first   *family // the family whose choice led to family; nil: none
	family  *family
	combo   *combo
	lines   []code.Line // what to report; nil: undecided
	when    string
	working string   // the arithmetic, empty where there is none
	left    []option // the options that the stated facts leave open
	each    bool     // lines of several kinds stand side by side
	stated  string   // the deciding fact as stated, empty: not
}

// codes are the codes that the decision chooses among.
func (d *decision) codes() []string {
	switch {
	case d == nil:
		return nil
	case d.combo != nil:
		return d.combo.Codes
	}
	if d.first != nil {
		return slices.Concat(d.first.Codes, d.family.Codes)
	}
	return d.family.Codes
}

// reply names the family's own reply, empty for the usual one.
func (d *decision) reply() string {
	if d.family == nil {
		return ""
	}
	return d.family.Reply
}

// leads reports that the choice is the answer: it is made, or it is what was
// asked. Otherwise it adds its branches to the answer of another rule.
func (d *decision) leads(c *caseView) bool {
	return d != nil && (len(d.lines) > 0 || d.family != nil && c.asks(code.CodeSelect, code.EMLevel) && len(illegal(c)) == 0)
}

// decide finds the family or combination that the question is about; nil when
// none is.
func (s *Set) decide(c *caseView) *decision {
	for i := range s.choices.Combos {
		if d := s.choices.Combos[i].decide(c); d != nil {
			return d
		}
	}
	var best *family
	most := 0
	for i := range s.choices.Families {
		f := &s.choices.Families[i]
		named := len(c.namedOf(f.Codes))
		_, stated := c.fact(f.Fact)
		alone := len(c.codes()) == 1 || !c.asks(code.BundlingPair, code.ModifierChoice)
		about := named > 1 || named == 1 && alone && (c.asks(code.UnitsMUEDrug) && f.numeric() || c.asks(code.CodeSelect) && (stated || f.numeric() || len(illegal(c)) > 0) || stated && f.numeric())
		if f.Reply == "em-level" && named == 1 && !c.asks(code.EMLevel) {
			continue // a visit beside another question is no question about its level
		}
		if f.Payer == "medicare" && !c.medicare() || f.Payer == "other" && c.medicare() {
			continue
		}
		if f.From > c.on() || !about || f.Reply != "" && !c.asks(code.EMLevel, code.CodeSelect) {
			continue
		}
		if stated {
			named = 2*named + 1
		} else {
			named = 2 * named
		}
		if named > most {
			best, most = f, named
		}
	}
	if best == nil {
		return nil
	}
	if d := s.byNature(c, best); best.Counts != "" && d != nil {
		return d
	}
	return s.counted(c, best.decide(c))
}

// counted goes on from a choice of kind (premalignant: 17000) to the family that
// counts that kind (17000, 17003, 17004), where the number is stated.
func (s *Set) counted(c *caseView, d *decision) *decision {
	if d.family.numeric() || len(d.lines) != 1 {
		return d
	}
	for i := range s.choices.Families {
		f := &s.choices.Families[i]
		if _, stated := c.only(f.Fact); stated && f.numeric() && slices.Contains(f.Codes, d.lines[0].Code) {
			if next := f.decide(c); len(next.lines) > 0 {
				next.first = d.family
				return next
			}
		}
	}
	return d
}

// convention finds the first convention that two codes of the claim meet, and
// the code that carries its modifier.
func (s *Set) convention(c *caseView) (v *convention, beside, on string) {
	for i := range s.choices.Conventions {
		v := &s.choices.Conventions[i]
		for _, a := range c.codes() {
			for _, b := range c.codes() {
				if a != b && inRange(a, v.First) && inRange(b, v.Second) {
					return v, a, b
				}
			}
		}
	}
	return nil, "", ""
}

func (f *family) numeric() bool {
	o := f.Options[0]
	return o.Min != nil || o.Over != nil || o.Max != nil
}

func (f *family) decide(c *caseView) *decision {
	d := &decision{family: f}
	stated, _ := c.only(f.Fact)
	n, err := strconv.ParseFloat(stated, 64)
	counted := err == nil && f.numeric()
	if d.stated = stated; counted && f.Unit != "" {
		d.stated = stated + " " + f.Unit
	}
	if all := c.in.Claim.Facts[f.Fact]; stated == "" && len(all) > 1 {
		d.stated = strings.TrimSpace(and(all) + " " + f.Unit)
	}
	if f.Mixed != "" && len(c.in.Claim.Facts[f.Mixed]) > 1 {
		return d
	}
	for _, o := range f.Options {
		if o.fits(c) && (!counted || o.holds(n)) {
			d.left = append(d.left, o)
		}
	}
	if len(d.left) == 0 {
		d.left = f.Options // the fact as stated fits none, so it decides nothing
		return d
	}
	if len(d.left) == 1 && (counted || !f.numeric()) && d.left[0].known(c) {
		d.when = d.left[0].When
		d.lines, d.working = d.left[0].lines(n)
	}
	return d
}

// fits reports that no stated fact speaks against the option.
func (o option) fits(c *caseView) bool {
	for name, values := range o.Where {
		if v, ok := c.fact(name); ok && !slices.Contains(values, strings.ToLower(v)) {
			return false
		}
	}
	return true
}

// known reports that every further fact of the option is stated.
func (o option) known(c *caseView) bool {
	for name := range o.Where {
		if _, ok := c.fact(name); !ok {
			return false
		}
	}
	return true
}

// holds reports that n lies in the option's bounds.
func (o option) holds(n float64) bool {
	return n > 0 && (o.Max == nil || n <= *o.Max) && (o.Min == nil || n >= *o.Min) && (o.Over == nil || n > *o.Over)
}

func (o option) lines(n float64) (lines []code.Line, working string) {
	for _, l := range o.Lines {
		out := code.Line{Code: l.Code, Units: l.Units}
		if l.Modifier != "" {
			out.Modifiers = []string{l.Modifier}
		}
		if l.Each > 0 {
			out.Units = int(math.Ceil((n - l.Above) / l.Each))
			if l.Each == 1 {
				working = fmt.Sprintf("%s − %s = %d of %s", number(n), number(l.Above), out.Units, l.Code)
				lines = append(lines, out)
				continue
			}
			working = fmt.Sprintf("%s − %s = %s, divided by %s and rounded up: %d of %s",
				number(n), number(l.Above), number(n-l.Above), number(l.Each), out.Units, l.Code)
		}
		lines = append(lines, out)
	}
	return lines, working
}

// number prints a quantity without a needless fraction.
func number(f float64) string {
	return strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64)
}

func (b *combo) decide(c *caseView) *decision {
	if b.From > c.on() || len(c.namedOf(b.Codes)) != 2 || len(c.in.Claim.Lines) != 2 {
		return nil
	}
	d := &decision{combo: b, when: b.When}
	v, stated := c.fact(b.Fact)
	no := stated && slices.Contains([]string{"no", "false", "different", "separate"}, strings.ToLower(v))
	yes := stated && slices.Contains([]string{"yes", "true", "same"}, strings.ToLower(v))
	if b.Fact == "payer" {
		no, yes = stated && !c.medicare(), c.medicare()
	}
	report := b.Lines
	if no {
		report, d.when = b.Other, b.Otherwise
	}
	if len(report) == 0 {
		return nil
	}
	if yes || no || b.Presumed {
		d.lines, _ = option{Lines: report}.lines(0)
		d.lines[0].Modifiers = append(d.lines[0].Modifiers, c.sides(b.Codes)...)
	}
	return d
}

// Related returns the procedure codes that a reply on the claim may name beside
// the claim's own: the families and combinations that its codes belong to.
// Gather them too, and the reply knows their words and rows.
func Related(claim edit.Claim) []code.Code {
	s, err := Default()
	if err != nil {
		return nil // Render reports it
	}
	c := view(Input{Claim: claim})
	var out []code.Code
	add := func(name string) {
		k := code.Code{System: code.CPT, Code: name}
		if name[0] >= 'A' {
			k.System = code.HCPCS
		}
		if len(c.namedOf([]string{name})) == 0 && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for _, f := range s.choices.Families {
		if len(c.namedOf(f.Codes)) > 0 {
			for _, name := range f.Codes {
				add(name)
			}
		}
	}
	for _, b := range s.choices.Combos {
		if len(c.namedOf(b.Codes)) == len(b.Codes) {
			for _, l := range append(b.Lines, b.Other...) {
				add(l.Code)
			}
		}
	}
	return out
}
