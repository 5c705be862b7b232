package edit

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A dosing is a dose counted in billing units.
type dosing struct {
	stated string // the amount as stated, with its sum where it was repeated
	at     string // " at 40 mg/ml", where the strength turned a volume into it
	plural bool   // it is so many units of the drug, not "60 mg"
	exact  *big.Rat
	units  int // exact, rounded up (DOMAIN.md E.7)
}

// A gap is the fact that a count waits for, and why: "is not stated".
type gap struct{ fact, why string }

// drugUnits counts the billing units of each drug's dose and holds the claim's
// units against them.
func (k *checker) drugUnits() {
	for _, c := range k.codes {
		drug := k.drug(c)
		stated := k.administered(c)
		dosed := len(k.c.Facts["dose"]) > 0
		asked := stated > 0 || dosed
		switch why := k.notOfTheDay(c); {
		case why != "" && asked && (drug != nil || dosed && drugCode(c)):
			k.skip("drug.units", c, why)
		case why != "":
		case drug == nil && dosed && drugCode(c):
			k.skip("drug.units", c, k.noUnit(c))
		case drug != nil && asked:
			k.drugUnitsOf(c, *drug, stated)
		}
	}
}

// notOfTheDay says that a code is not valid on the day, and so has no units; "" for
// any other.
func (k *checker) notOfTheDay(c string) string {
	cf, ok := k.procedure(c)
	switch {
	case !ok || cf.Status == code.Valid && !cf.NotYet:
		return ""
	case cf.NotYet:
		return "the code is not yet in effect on " + k.date()
	case strings.ContainsAny(cf.Successor, ",-"):
		return "the code is not valid on " + k.date() + "; " + cf.Successor + " stand in its place"
	case cf.Successor != "":
		return "the code is not valid on " + k.date() + "; the drug is counted in the units of " + cf.Successor + ", which stands in its place"
	case cf.Status == code.Deleted:
		return "the code is not valid on " + k.date()
	}
	return ""
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
	if cf.Drug == nil || cf.Drug.Amount <= 0 || !measured(cf.Drug.Unit) {
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
	d, lacks := k.dosing(drug)
	_, end := k.standsBeside(drug.Source)
	if lacks.fact != "" {
		f.Verdict, f.Missing, f.Units = Undecided, []string{lacks.fact}, stated
		f.Statement = k.waits(c, drug, stated, lacks) + end + "."
		f.Branches = k.unitBranches(c, drug, stated, lacks)
		k.add(f)
		return
	}
	made := k.counts(c, drug, d)
	switch f.Units = d.units; {
	case stated == 0:
		f.Verdict, f.Statement = "units", made+end+"."
	case stated == d.units:
		f.Verdict, f.Statement = "consistent", made+", as on the claim"+end+"."
	default:
		f.Verdict, f.Statement = "differs", fmt.Sprintf("%s; the claim has %d%s%s.", made, stated, mistaken(drug, d, stated), end)
	}
	k.add(f)
}

// counts writes the count of a dose: "60 mg of J1885 is 4 units at 15 mg a unit". A
// drug that is itself measured in units has its own units and the billed ones told
// apart.
func (k *checker) counts(c string, drug codeset.Drug, d dosing) string {
	note, _ := k.standsBeside(drug.Source)
	s := fmt.Sprintf("%s of %s%s is %s at %s a unit%s", d.stated, c, d.at, plural(d.units, "unit"), times(drug, 1), note)
	if inDrugUnits(drug) {
		is := "is"
		if d.plural {
			is = "are"
		}
		s = fmt.Sprintf("%s of the drug%s %s %s of %s, at %s of the drug each%s", d.stated, d.at, is, plural(d.units, "billing unit"), c, times(drug, 1), note)
	}
	if !d.exact.IsInt() {
		s += ", rounded up"
	}
	return s
}

// standsBeside is stands for a sentence on a billing unit: what stands in brackets
// goes behind the unit that the row tells, the rest to the end.
func (k *checker) standsBeside(src codeset.Source) (note, end string) {
	s := k.stands(src)
	if strings.HasPrefix(s, " (") {
		return s, ""
	}
	return "", s
}

// mistaken tells the dose that stands on the claim as if it were the units.
func mistaken(drug codeset.Drug, d dosing, stated int) string {
	if amountIn(drug, d.exact) != sized(drug, float64(stated)) {
		return ""
	}
	return fmt.Sprintf(", which is the dose in %s and not the units to report; the unit limit (MUE) is to be compared with %d", drug.Unit+ofDrug(drug), d.units)
}

// waits is the sentence on units that cannot be counted.
func (k *checker) waits(c string, drug codeset.Drug, stated int, lacks gap) string {
	note, _ := k.standsBeside(drug.Source)
	unit := fmt.Sprintf("A billing unit of %s is %s%s%s", c, times(drug, 1), ofDrug(drug), note)
	why := "the " + lacks.fact + " " + lacks.why
	dose, _ := k.fact("dose")
	switch {
	case stated == 0 && lacks.fact == "strength":
		return fmt.Sprintf("%s, and how many of them %s holds depends on the strength, which %s", unit, dose, lacks.why)
	case stated == 0:
		return fmt.Sprintf("%s, and how many of them to report depends on the dose, which %s", unit, lacks.why)
	case lacks.fact == "strength":
		return fmt.Sprintf("%s, so %s on the claim %s %s that %s; %s", unit, billedUnits(drug, stated, ""), fitOrFits(stated), dose, holds(drug, stated), why)
	case asDose(drug, stated) > 0:
		return fmt.Sprintf("%s, so %d on the claim is either %s for a dose of %s%s, or the dose itself; %s",
			unit, stated, plural(stated, "billing unit"), between(drug, stated), ofDrug(drug), why)
	}
	return fmt.Sprintf("%s, so %s on the claim %s a dose of %s%s; %s", unit, billedUnits(drug, stated, ""), fitOrFits(stated), between(drug, stated), ofDrug(drug), why)
}

// unitBranches are the readings of the claim's units, or the counts where it states
// none, without the fact that tells.
func (k *checker) unitBranches(c string, drug codeset.Drug, stated int, lacks gap) []Branch {
	right := billedUnits(drug, stated, "") + " of " + c + " " + areOrIs(stated) + " right."
	divide := "Divide the dose by " + times(drug, 1) + ofDrug(drug) + " and round up."
	dose, _ := k.fact("dose")
	if stated == 0 {
		what, by := "the dose is ", divide
		if lacks.fact == "strength" {
			what, by = dose+" holds ", "Divide the amount that it holds by "+times(drug, 1)+" and round up."
		}
		return []Branch{
			{what + between(drug, 1) + ofDrug(drug), "units", "Report " + billedUnits(drug, 1, "") + " of " + c + "."},
			{what + "more than " + times(drug, 1) + ofDrug(drug), "units", by},
		}
	}
	if lacks.fact == "strength" {
		return []Branch{
			{dose + " " + holds(drug, stated), "consistent", right},
			{dose + " holds another amount", "differs", "Divide the amount that it holds by " + times(drug, 1) + " and round up."},
		}
	}
	branches := []Branch{{"the dose is " + between(drug, stated) + ofDrug(drug), "consistent", right}}
	if n := asDose(drug, stated); n > 0 {
		branches = append(branches, Branch{fmt.Sprintf("the %d on the claim is the dose", stated), "differs",
			fmt.Sprintf("Report %s of %s, and compare %d with the unit limit (MUE).", plural(n, "billing unit"), c, n)})
	}
	return append(branches, Branch{"the dose is another", "differs", divide})
}

// asDose is how many billing units a number on the claim makes where it is a dose
// in the drug's own units; 0 where that is no other reading.
func asDose(drug codeset.Drug, stated int) int {
	n, ok := roundUp(new(big.Rat).Quo(new(big.Rat).SetInt64(int64(stated)), new(big.Rat).SetFloat64(drug.Amount)))
	if !ok || !inDrugUnits(drug) || n == stated {
		return 0
	}
	return n
}

// between are the doses that make so many units: "more than 30 mg and at most 40 mg".
func between(drug codeset.Drug, units int) string {
	if units == 1 {
		return "at most " + times(drug, 1)
	}
	return "more than " + times(drug, units-1) + " and at most " + times(drug, units)
}

func fitOrFits(n int) string {
	if n == 1 {
		return "fits"
	}
	return "fit"
}

func holds(drug codeset.Drug, units int) string { return "holds " + between(drug, units) }

// lack says why a fact of a drug cannot be used.
func (k *checker) lack(name string) string {
	v, one := k.fact(name)
	switch {
	case len(k.c.Facts[name]) == 0:
		return "is not stated"
	case !one:
		return "is stated in more than one way"
	case k.drugs() > 1:
		return "is not stated of each drug"
	case bareNumber.MatchString(strings.TrimSpace(v)):
		return "is stated as a number without its measure"
	case name == "strength":
		return "cannot be read as an amount of the drug in a volume, as 40 mg/ml"
	}
	return "cannot be read as an amount of the drug"
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
	d, lacks := k.dosing(*drug)
	return d, lacks.fact == ""
}

// dosing counts the stated dose, or names the fact that is missing. A dose
// among several drugs or doses is nobody's.
func (k *checker) dosing(drug codeset.Drug) (dosing, gap) {
	stated, ok := k.fact("dose")
	a, read := amountOf(stated)
	if !ok || k.drugs() > 1 || !read {
		return dosing{}, gap{"dose", k.lack("dose")}
	}
	d := dosing{stated: a.said(stated), plural: a.unit == "unit" && a.number.Cmp(rat("1")) != 0}
	var same bool
	if d.exact, same = a.in(drug); !same {
		if measures[a.unit].of != "volume" {
			return dosing{}, gap{"dose", "is stated in " + a.unitName() + " while the code counts " + drug.Unit}
		}
		if d.exact, ok = k.byStrength(stated, drug); !ok {
			return dosing{}, gap{"strength", k.lack("strength")}
		}
		strength, _ := k.fact("strength")
		d.at = " at " + strength
	}
	if d.units, ok = roundUp(d.exact); !ok {
		return dosing{}, gap{"dose", "is more than a claim line can hold"}
	}
	return d, gap{}
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
