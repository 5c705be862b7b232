package draft

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// undosed is the first drug code of the claim that has a billing unit and no
// dose, where the question is about units.
func (c *caseView) undosed() (string, *codeset.Drug) {
	if _, dosed := c.fact("dose"); dosed || !c.asks(code.UnitsMUEDrug) {
		return "", nil
	}
	for _, name := range c.codes() {
		if d := c.rows(name).Drug; d != nil && d.Amount > 0 && c.units(name) == 0 {
			return name, d
		}
	}
	return "", nil
}

// perSide is the drug code whose units were counted from a dose of which it is
// not said whether each of two sides had it.
func (c *caseView) perSide() (name string, units int) {
	v, _ := c.fact("laterality")
	both := strings.EqualFold(v, "bilateral") || strings.EqualFold(v, "both") || len(c.sides(c.codes())) > 1
	for _, n := range c.codes() {
		for _, m := range c.modifiers(n) {
			both = both || m == "50"
		}
	}
	for _, f := range c.find("drug.units", "units") {
		if both && len(c.in.Claim.Facts["dose"]) == 1 {
			return f.Codes[0], f.Units
		}
	}
	return "", 0
}

// doseOrUnits is the first drug code whose own measure is units, where units of
// it are stated and no dose: the number may be either.
func (c *caseView) doseOrUnits() (name string, stated, billed int) {
	if _, dosed := c.fact("dose"); dosed {
		return "", 0, 0
	}
	for _, n := range c.codes() {
		d := c.rows(n).Drug
		if d == nil || d.Amount <= 1 || !slices.Contains([]string{"unit", "units", "iu"}, strings.ToLower(d.Unit)) {
			continue
		}
		if u := c.units(n); u > 0 {
			return n, u, int(math.Ceil(float64(u) / d.Amount))
		}
	}
	return "", 0, 0
}

// doseOpen says what the units of a drug wait for: a dose, or whether each side
// had it. Empty: nothing.
func (c *caseView) doseOpen() string {
	if name, units := c.perSide(); name != "" {
		dose, _ := c.fact("dose")
		return fmt.Sprintf("%s of %s make %d units if that is the dose of both sides in total, and twice as many if each side had it.", dose, name, units)
	}
	if name, d := c.undosed(); name != "" && len(c.codes()) > 1 {
		return fmt.Sprintf("How many units of %s to report depends on the dose, which you did not state; a unit is %s %s.", name, number(d.Amount), d.Unit)
	}
	return ""
}
