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
)

//go:embed choices.toml
var choicesTOML string

// A family is a set of codes among which facts of the case decide.
type family struct {
	Name     string   `toml:"name"`
	Codes    []string `toml:"codes"`
	Fact     string   `toml:"fact"`
	Variable string   `toml:"variable"`
	Question string   `toml:"question"`
	Rule     string   `toml:"rule"`
	Record   []string `toml:"record"`
	Source   string   `toml:"source"`
	Sure     string   `toml:"sure"`
	From     string   `toml:"from"`  // first day that it holds; empty: always
	Mixed    string   `toml:"mixed"` // fact that decides nothing when it has several values
	Options  []option `toml:"option"`
}

// An option is one outcome of a family. Where names further facts and the
// values with which the option can hold.
type option struct {
	Min   *float64            `toml:"min"`
	Max   *float64            `toml:"max"`
	When  string              `toml:"when"`
	Where map[string][]string `toml:"where"`
	Lines []optionLine        `toml:"line"`
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
	Otherwise string       `toml:"otherwise"`
	Fact      string       `toml:"fact"`
	Presumed  bool         `toml:"presumed"`
	Record    []string     `toml:"record"`
	Source    string       `toml:"source"`
	Sure      string       `toml:"sure"`
	From      string       `toml:"from"`
}

func loadChoices() ([]family, []combo, error) { return decodeChoices(choicesTOML) }

func decodeChoices(text string) ([]family, []combo, error) {
	var file struct {
		Families []family `toml:"family"`
		Combos   []combo  `toml:"combo"`
	}
	dec := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, nil, tomlError("choices.toml", err)
	}
	for _, f := range file.Families {
		if len(f.Codes) == 0 || f.Source == "" || f.Sure == "" || f.Fact == "" || f.Question == "" || len(f.Options) < 2 {
			return nil, nil, fmt.Errorf("choices.toml: family %q lacks codes, fact, question, source, sure or options", f.Name)
		}
	}
	for _, c := range file.Combos {
		if len(c.Codes) != 2 || c.Source == "" || c.Sure == "" || c.Fact == "" || len(c.Lines) == 0 {
			return nil, nil, fmt.Errorf("choices.toml: combo %v lacks two codes, fact, source, sure or lines", c.Codes)
		}
	}
	return file.Families, file.Combos, nil
}

// A decision is what the families say of one question.
type decision struct {
	family  *family
	combo   *combo
	lines   []code.Line // what to report; nil: undecided
	when    string
	working string   // the arithmetic, empty where there is none
	left    []option // the options that the stated facts leave open
	stated  string   // the deciding fact as stated, empty: not
}

// decide finds the family or combination that the question is about; nil when
// none is.
func (s *Set) decide(c *caseView) *decision {
	for i := range s.combos {
		if d := s.combos[i].decide(c); d != nil {
			return d
		}
	}
	for i := range s.families {
		f := &s.families[i]
		named := c.namedOf(f.Codes)
		_, stated := c.fact(f.Fact)
		if f.From > c.on() || len(named) == 0 {
			continue
		}
		if len(named) > 1 || c.asks(code.CodeSelect) || stated && f.numeric() {
			return f.decide(c)
		}
	}
	return nil
}

func (f *family) numeric() bool { return f.Options[0].Min != nil || f.Options[0].Max != nil }

func (f *family) decide(c *caseView) *decision {
	d := &decision{family: f}
	d.stated, _ = c.fact(f.Fact)
	n, err := strconv.ParseFloat(d.stated, 64)
	counted := err == nil && f.numeric()
	mixed := f.Mixed != "" && len(c.in.Claim.Facts[f.Mixed]) > 1
	for _, o := range f.Options {
		if o.fits(c) && (!counted || o.holds(n)) {
			d.left = append(d.left, o)
		}
	}
	if len(d.left) == 1 && (counted || !f.numeric()) && !mixed && d.left[0].known(c) {
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

// holds reports that n lies in the option's bounds. Two options that share a
// bound (up to 20, more than 20) are told apart by the add-on's Above.
func (o option) holds(n float64) bool {
	if o.Max != nil && n > *o.Max {
		return false
	}
	if o.Min == nil {
		return n > 0
	}
	last := o.Lines[len(o.Lines)-1]
	return n > *o.Min || n == *o.Min && (last.Each == 0 || n > last.Above)
}

func (o option) lines(n float64) (lines []code.Line, working string) {
	for _, l := range o.Lines {
		out := code.Line{Code: l.Code, Units: l.Units}
		if l.Modifier != "" {
			out.Modifiers = []string{l.Modifier}
		}
		if l.Each > 0 {
			out.Units = int(math.Ceil((n - l.Above) / l.Each))
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
