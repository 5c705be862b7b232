package draft

import (
	"fmt"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// choice words a decision for the templates; nil where there is none.
func (d *decision) choice() *Choice {
	switch {
	case d == nil:
		return nil
	case d.combo != nil:
		return &Choice{Report: esc(report(d.lines)), When: esc(d.when), Combined: true}
	}
	if d.each {
		return &Choice{Stated: esc(d.stated), Report: esc(report(d.lines)), When: esc(d.when), Counted: true}
	}
	return &Choice{
		Variable: esc(d.family.Variable), Stated: esc(d.stated),
		Report: esc(report(d.lines)), When: esc(d.when), Working: esc(d.working),
		Counted: d.family.numeric(),
	}
}

// report writes lines for a sentence: "11042 ×1 and 11045 ×2".
func report(lines []code.Line) string {
	var out []string
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%s ×%d", strings.Join(append([]string{l.Code}, l.Modifiers...), "-"), l.Units))
	}
	return and(out)
}

// further words an add-on line whose units follow from a number: "11045 ×1 for
// each 20 cm² begun above 20 cm²".
func further(l optionLine, unit string) string {
	if l.Each == 1 {
		return fmt.Sprintf("%s ×1 for each one after the first", l.Code)
	}
	return fmt.Sprintf("%s ×1 for each %s %s begun above %s %s", l.Code, number(l.Each), unit, number(l.Above), unit)
}

// report writes the lines of an option whose number is not known.
func (o option) report(unit string) string {
	var out []string
	for _, l := range o.Lines {
		if l.Each > 0 {
			out = append(out, further(l, unit))
			continue
		}
		out = append(out, report([]code.Line{{Code: l.Code, Units: l.Units}}))
	}
	return and(out)
}
