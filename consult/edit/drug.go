package edit

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A dosing is a dose counted in billing units.
type dosing struct {
	stated string
	exact  *big.Rat // dose over billing unit
	units  int      // rounded up (DOMAIN.md E.7)
}

// drugUnits counts the billing units of each drug's dose and holds the claim's
// units against them.
func (k *checker) drugUnits() {
	for _, c := range k.codes {
		drug := k.drug(c)
		stated := k.administered(c)
		dosed := len(k.c.Facts["dose"]) > 0
		switch {
		case drug == nil && dosed && drugCode(c):
			k.skip("drug.units", c, k.noUnit(c))
		case drug != nil && (stated > 0 || dosed):
			k.drugUnitsOf(c, *drug, stated)
		}
	}
}

// drugCode says whether a code's form is that of a drug, a biological or a
// vaccine, which a stated dose may be of.
func drugCode(c string) bool {
	between := func(lo, hi string) bool { return len(c) == len(lo) && lo <= c && c <= hi }
	return between("J0000", "J9999") || between("C9000", "C9399") || between("Q0138", "Q0139") || between("Q2000", "Q3031") || between("Q5001", "Q5999") ||
		between("Q9950", "Q9999") || between("A9500", "A9700") || between("P9041", "P9050") || between("90281", "90399") || between("90476", "90759")
}

// drug returns the billing unit of a code where it can be reckoned with.
func (k *checker) drug(c string) *codeset.Drug {
	cf, _ := k.procedure(c)
	if cf.Drug == nil || cf.Drug.Amount <= 0 || measures[strings.ToLower(cf.Drug.Unit)].of == "" {
		return nil
	}
	return cf.Drug
}

func (k *checker) noUnit(c string) string {
	if why := k.silent(codeset.KindHCPCS); why != "" {
		return why
	}
	if cf, _ := k.procedure(c); cf.Wording != nil && cf.Drug == nil {
		return "its descriptor in " + cf.Wording.Release + " stands since " + cf.Wording.EffectiveFrom + "; that of the day is not loaded"
	}
	return "its descriptor names no billing unit that this program reads"
}

func (k *checker) drugUnitsOf(c string, drug codeset.Drug, stated int) {
	f := Finding{Rule: "drug.units", Codes: []string{c}, Lines: k.linesOf(c), Source: drug.Source}
	unit := amount(drug)
	d, missing := k.dosing(drug)
	switch {
	case missing != "":
		f.Verdict, f.Missing, f.Units = Undecided, []string{missing}, stated
		f.Statement = k.say(drug.Source, "A unit of %s is %s, and how many units to report depends on the %s, which %s", c, unit, missing, k.lack(missing))
		if stated > 0 {
			f.Statement = k.say(drug.Source, "A unit of %s is %s, so %s on the claim means a dose up to %s; the %s %s", c, unit, plural(stated, "unit"), times(drug, stated), missing, k.lack(missing))
			f.Branches = []Branch{
				{fmt.Sprintf("the dose is more than %s and at most %s", times(drug, stated-1), times(drug, stated)), "consistent", plural(stated, "unit") + " of " + c + " is right."},
				{"it is another", "differs", "Divide the dose by " + unit + " and round up."},
			}
		}
	case stated == 0:
		f.Verdict, f.Units = "units", d.units
		f.Statement = k.say(drug.Source, "%s of %s is %s at %s a unit", d.stated, c, plural(d.units, "unit"), unit)
	case stated == d.units:
		f.Verdict, f.Units = "consistent", d.units
		f.Statement = k.say(drug.Source, "%s of %s is %s at %s a unit, as on the claim", d.stated, c, plural(d.units, "unit"), unit)
	default:
		f.Verdict, f.Units = "differs", d.units
		f.Statement = k.say(drug.Source, "%s of %s is %s at %s a unit; the claim has %d", d.stated, c, plural(d.units, "unit"), unit, stated)
	}
	k.add(f)
}

// lack says why a fact of a drug cannot be used.
func (k *checker) lack(name string) string {
	_, one := k.fact(name)
	switch {
	case len(k.c.Facts[name]) == 0:
		return "is not stated"
	case !one:
		return "is stated in more than one way"
	case k.drugs() > 1:
		return "is not stated of each drug"
	}
	return "cannot be read as an amount of it"
}

// administered sums the stated units of the lines without JW.
func (k *checker) administered(c string) int {
	n := 0
	for _, i := range k.linesOf(c) {
		if !slices.Contains(k.c.Lines[i].Modifiers, "JW") {
			n += k.c.Lines[i].Units
		}
	}
	return n
}

// dosed counts the units of a line from the dose, where the line is the drug's
// only one.
func (k *checker) dosed(i int) (dosing, bool) {
	c := k.c.Lines[i].Code
	drug := k.drug(c)
	if drug == nil || len(k.linesOf(c)) > 1 {
		return dosing{}, false
	}
	d, missing := k.dosing(*drug)
	return d, missing == ""
}

// dosing counts the stated dose, or names the fact that is missing. A dose
// among several drugs or doses is nobody's.
func (k *checker) dosing(drug codeset.Drug) (dosing, string) {
	stated, ok := k.fact("dose")
	if !ok || k.drugs() > 1 {
		return dosing{}, "dose"
	}
	r, sameMeasure := inUnits(stated, drug)
	if !sameMeasure {
		if r, sameMeasure = k.byStrength(stated, drug); !sameMeasure {
			return dosing{}, "strength"
		}
		strength, _ := k.fact("strength")
		stated += " at " + strength
	}
	n, ok := roundUp(r)
	if !ok {
		return dosing{}, "dose"
	}
	return dosing{stated: stated, exact: r, units: n}, ""
}

// byStrength counts a volume by the stated strength, "40 mg/ml" or "200 mg/10 ml".
func (k *checker) byStrength(stated string, drug codeset.Drug) (*big.Rat, bool) {
	strength, _ := k.fact("strength")
	per, volume, ok := strings.Cut(strings.ToLower(strength), "/")
	if volume = strings.TrimSpace(volume); volume == "ml" || volume == "cc" {
		volume = "1 ml"
	}
	ml := codeset.Drug{Amount: 1, Unit: "ml"}
	each, ok2 := inUnits(per, drug)
	in, ok3 := inUnits(volume, ml)
	given, ok4 := inUnits(stated, ml)
	if !ok || !ok2 || !ok3 || !ok4 || in.Sign() == 0 {
		return nil, false
	}
	return each.Mul(each, given.Quo(given, in)), true
}

// drugs counts the different drug codes on the claim.
func (k *checker) drugs() int {
	n := 0
	for _, c := range k.codes {
		if k.drug(c) != nil {
			n++
		}
	}
	return n
}

// measures gives each unit of measure its dimension and size.
var measures = map[string]struct {
	of   string
	size string
}{
	"mcg": {"mass", "1"}, "ug": {"mass", "1"}, "µg": {"mass", "1"}, "mg": {"mass", "1000"}, "g": {"mass", "1000000"}, "gm": {"mass", "1000000"},
	"ml": {"volume", "1"}, "cc": {"volume", "1"}, "l": {"volume", "1000"},
	"units": {"units", "1"}, "unit": {"units", "1"}, "u": {"units", "1"}, "iu": {"units", "1"},
}

// inUnits divides an amount like "60 mg" by the billing unit; ok is false where
// the two have no measure in common.
func inUnits(stated string, drug codeset.Drug) (r *big.Rat, ok bool) {
	n, unit, ok := amountOf(stated)
	from, known := measures[unit]
	to, known2 := measures[strings.ToLower(drug.Unit)]
	if !ok || !known || !known2 || from.of != to.of {
		return nil, false
	}
	size, ok := new(big.Rat).SetString(strconv.FormatFloat(drug.Amount, 'f', -1, 64))
	if !ok || size.Sign() <= 0 {
		return nil, false
	}
	n.Mul(n, rat(from.size))
	return n.Quo(n, size.Mul(size, rat(to.size))), true
}

func rat(s string) *big.Rat {
	r, _ := new(big.Rat).SetString(s)
	return r
}

// roundUp is false for an amount that no claim line can hold.
func roundUp(r *big.Rat) (int, bool) {
	n := new(big.Int).Add(r.Num(), r.Denom())
	n.Sub(n, big.NewInt(1)).Quo(n, r.Denom())
	return int(n.Int64()), n.IsInt64() && n.Int64() < 1_000_000
}

func roundDown(r *big.Rat) int {
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if !n.IsInt64() || n.Int64() >= 1_000_000 {
		return 1_000_000
	}
	return int(n.Int64())
}

func amount(d codeset.Drug) string { return times(d, 1) }

func times(d codeset.Drug, n int) string {
	return strconv.FormatFloat(d.Amount*float64(n), 'g', 12, 64) + " " + d.Unit
}
