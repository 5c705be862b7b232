package edit

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// Medicare asks for JW on discarded amounts of single-dose containers since
// 2017-01-01 and for JZ where nothing was discarded since 2023-07-01, and may
// return claims that lack the one they need since 2023-10-01 (CMS IOM 100-04
// chapter 17, section 40; CMS JW and JZ frequently asked questions; docs/rules.md).
// JZ itself is in the HCPCS file since 2023-01-01.
var (
	jwSince  = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	jzBegan  = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	jzSince  = time.Date(2023, 7, 1, 0, 0, 0, 0, time.UTC)
	returned = time.Date(2023, 10, 1, 0, 0, 0, 0, time.UTC)
)

// clinics are the places of service whose drugs Medicare generally does not pay
// apart, so that it asks for neither modifier there (the same questions).
var clinics = map[string]string{"50": "a federally qualified health center", "72": "a rural health clinic"}

// influenza is true of the vaccines among the Q codes. Vaccines of section
// 1861(s)(10) of the Act take neither modifier; those of CPT have numbers alone.
func influenza(c string) bool { return within(c, "Q2033", "Q2039") }

// drugWaste judges JW and JZ of every drug that has a dose or units, and of any
// other code that bears one of them. Vaccines are paid in a way of their own.
func (k *checker) drugWaste() {
	for _, c := range k.codes {
		drug := k.drug(c)
		jw, jz := k.bears(c, "JW"), k.bears(c, "JZ")
		asked := jw || jz || drugCode(c) && c[0] > '9' && !influenza(c) && (k.administered(c) > 0 || len(k.c.Facts["dose"]) > 0)
		switch why := k.notOfTheDay(c); {
		case why != "" && (asked || drug != nil && len(k.c.Facts["wasted"]) > 0):
			k.skip("drug.waste", c, why)
		case why != "":
		case drug == nil && asked:
			k.skip("drug.waste", c, k.noUnit(c))
		case drug == nil || !asked && len(k.c.Facts["wasted"]) == 0:
		default:
			w := waste{k: k, code: c, drug: *drug, jw: jw, jz: jz, vial: k.container(), units: -1}
			w.discarded()
			w.judge()
		}
	}
}

// A waste is one drug's JW and JZ question.
type waste struct {
	k      *checker
	code   string
	drug   codeset.Drug
	jw, jz bool
	vial   string // "single", "multi" or ""
	units  int    // whole units discarded; -1 where no amount can be told
	fact   string // what was discarded: "12 mg was discarded"
	whole  string // ", which is 1 whole unit", or that it is less; "" where fact says it
	aside  string // what else the vials tell
	doubt  string // why the stated amounts do not fit the vials
	instead
}

// instead is what the vials and the dose would leave, where the stated amount is
// another.
type instead struct {
	best string
	left int
}

// discarded takes the discarded amount from what is stated, else from the vials
// and the dose or, without one, the units of the claim (DOMAIN.md E.7: what is
// administered and what is discarded make whole vials, in the combination that
// wastes least).
func (w *waste) discarded() {
	stated, amount := w.stated()
	if amount != nil {
		w.units, w.fact = roundDown(amount), stated
		w.whole = w.wholeUnits(amount)
	}
	vials := w.k.vials(w.drug)
	g := w.given()
	if len(vials) == 0 || g.high == nil {
		return
	}
	low := g.high
	if !g.exact {
		low = g.low
	}
	best, ok := fewest(vials, g.high, false)
	least, ok2 := fewest(vials, low, !g.exact)
	switch {
	case !ok || !ok2:
	case amount != nil:
		w.fits(vials, amount, low, g, best)
	case least.total.Cmp(best.total) == 0 && (g.exact || best.total.IsInt()):
		w.leaves(g, best)
	}
}

// leaves takes what the best combination of vials leaves.
func (w *waste) leaves(g given, best choice) {
	left := new(big.Rat).Sub(best.total, g.high)
	w.units = roundDown(left)
	switch {
	case g.exact && left.Sign() == 0:
		w.fact = fmt.Sprintf("%s %s up %s and %s nothing to discard", g.text, g.verb("use"), best.text, g.verb("leave"))
	case g.exact:
		w.fact = fmt.Sprintf("%s out of %s %s %s%s to discard", g.text, best.text, g.verb("leave"), amountIn(w.drug, left), ofDrug(w.drug))
		w.whole = w.wholeUnits(left)
	case w.units == 0:
		w.fact = fmt.Sprintf("%s on the claim out of %s %s no whole unit to discard", g.text, best.text, g.verb("leave"))
	default:
		w.fact = fmt.Sprintf("%s on the claim out of %s %s %s to discard", g.text, best.text, g.verb("leave"), billedUnits(w.drug, w.units, "whole "))
	}
}

// wholeUnits says how many billing units an amount is.
func (w *waste) wholeUnits(amount *big.Rat) string {
	switch n := roundDown(amount); {
	case amount.Sign() == 0:
		return ""
	case n == 0:
		return ", which is less than a " + strings.TrimPrefix(billedUnits(w.drug, 1, ""), "1 ")
	default:
		return ", which is " + billedUnits(w.drug, n, "whole ")
	}
}

// fits holds the stated amounts against whole vials.
func (w *waste) fits(vials []vial, amount, low *big.Rat, g given, best choice) {
	from, to := new(big.Rat).Add(low, amount), new(big.Rat).Add(g.high, amount)
	used, ok := fewest(vials, from, !g.exact)
	switch {
	case !ok:
	case used.total.Cmp(to) > 0:
		w.doubt = fmt.Sprintf("the %s given and the %s discarded do not add up to whole vials of %s", g.text, amountIn(w.drug, amount), sizes(vials))
		w.instead = instead{best.text, roundDown(new(big.Rat).Sub(best.total, g.high))}
	case g.exact && used.total.Cmp(best.total) > 0:
		w.aside = fmt.Sprintf(" (%s would have left less)", best.text)
	}
}

func sizes(vials []vial) string {
	var s []string
	for _, v := range vials {
		s = append(s, v.text)
	}
	return list(s)
}

// stated reads the discarded amount and says it; nil where it is not stated, or
// among several drugs is nobody's.
func (w *waste) stated() (string, *big.Rat) {
	text, ok := w.k.fact("wasted")
	if !ok || w.k.drugs() > 1 {
		return "", nil
	}
	text = strings.TrimSpace(text)
	if slices.Contains([]string{"0", "no", "none", "nothing"}, strings.ToLower(text)) {
		return "nothing was discarded", new(big.Rat)
	}
	r, ok := w.k.billed(text, w.drug)
	switch a, _ := amountOf(text); {
	case !ok:
		return "", nil
	case r.Sign() == 0:
		return "nothing was discarded", r
	case a.unit == "unit" && a.number.Cmp(rat("1")) != 0:
		return a.said(text) + ofDrug(w.drug) + " were discarded", r
	default:
		return a.said(text) + ofDrug(w.drug) + " was discarded", r
	}
}

// given is an administered amount in billing units: that of the dose, or from
// above low to high, what the claim's units hold.
type given struct {
	low, high *big.Rat // nil: not known; low of none that is exact
	exact     bool
	text      string
	plural    bool
}

func (g given) verb(word string) string {
	if g.plural {
		return word
	}
	return word + "s"
}

func (w *waste) given() given {
	if d, lacks := w.k.dosing(w.drug); lacks.fact == "" {
		return given{high: d.exact, exact: true, text: d.stated + ofDrug(w.drug) + d.at, plural: d.plural}
	}
	n := w.k.administered(w.code)
	if n == 0 || len(w.k.c.Facts["dose"]) > 0 {
		return given{}
	}
	return given{low: new(big.Rat).SetInt64(int64(n - 1)), high: new(big.Rat).SetInt64(int64(n)), text: billedUnits(w.drug, n, ""), plural: n != 1}
}

func (w waste) judge() {
	switch want := w.want(); {
	case w.both():
		w.report("conflict", nil, "JW and JZ stand on one line and contradict each other")
	case w.jz && w.k.on.Before(jzBegan):
		w.report("conflict", nil, "JZ stands on the claim, but exists only since 2023-01-01")
	case w.k.on.Before(jwSince):
		w.k.skip("drug.waste", w.code, "before 2017-01-01 each contractor had its own rule")
	case w.clinic() != "":
		why := w.clinic() + " is asked for neither JW nor JZ, for its drugs are generally not paid apart"
		if mods := w.marks(); mods != "" {
			why += ", so it needs no " + strings.ReplaceAll(mods, "and", "or") + " on the claim"
		}
		w.report("neither", nil, why)
	case w.vial == "multi" && (w.jw || w.jz):
		w.report("conflict", nil, "a multi-dose container takes neither JW nor JZ, and "+w.there()+" on the claim")
	case w.vial == "multi":
		w.report("neither", nil, "a multi-dose container takes neither JW nor JZ")
	case w.units < 0:
		w.unknown()
	case w.doubt != "":
		w.doubted(want)
	case want == "jw" && w.jz, want != "jw" && w.jw:
		w.report("conflict", nil, fmt.Sprintf("%s%s; that calls for %s, so %s on the claim is wrong", w.fact, w.whole, orNeither(want), map[bool]string{true: "JZ", false: "JW"}[want == "jw"]))
	case want == "jw" && w.jwUnits() > 0 && w.jwUnits() != w.units:
		w.report("conflict", []string{"JW"}, fmt.Sprintf("%s%s, and the JW line has %d", w.fact, w.whole, w.jwUnits()))
	case w.vial == "":
		w.undecided(fmt.Sprintf("%s%s%s; that calls for %s from a single-dose container and for neither JW nor JZ from a multi-dose one, and the kind of container %s",
			w.fact, w.whole, w.aside, orNeither(want), w.k.lackVial()), []string{"vial"}, w.branch("the container is single-dose", want, w.units), w.multi())
	case want == "neither":
		w.report(want, nil, fmt.Sprintf("%s from a single-dose container%s: report neither JW nor JZ, for JZ is asked for only since 2023-07-01", w.fact, w.less()))
	default:
		w.decided(want)
	}
}

// decided reports the modifier of a single-dose container, with what it lacks
// where it is not there.
func (w waste) decided(want string) {
	said := fmt.Sprintf("%s from a single-dose container%s%s: ", w.fact, w.less(), w.aside)
	present := want == "jw" && w.jw || want == "jz" && w.jz
	switch {
	case want == "jz" && present:
		said += "JZ is right, as on the claim"
	case want == "jw" && present && w.jwUnits() > 0:
		said += fmt.Sprintf("%s with JW on a line of %s own %s right, as on the claim", billedUnits(w.drug, w.units, ""), itsOrTheir(w.units), areOrIs(w.units))
	case present:
		said += fmt.Sprintf("%s belong%s on the line with JW, which states none", billedUnits(w.drug, w.units, ""), map[bool]string{true: "s"}[w.units == 1])
	default:
		said += lower(w.advice(want, w.units)) + w.without(want)
	}
	if present && want == "jw" && w.onlyJW() {
		said += "; the amount that was given needs a line without JW"
	}
	f := w.finding(want, said)
	f.Modifiers, f.ModifierOn, f.Units, f.Present = []string{strings.ToUpper(want)}, w.code, max(0, w.units), present
	w.k.add(f)
}

// clinic is the stated place of service where it is one of clinics, or "".
func (w waste) clinic() string {
	pos, _ := w.k.fact("place_of_service")
	return clinics[pos]
}

// unknown asks for the amount discarded, and for the container where that is not
// stated either.
func (w waste) unknown() {
	what := "which of JW, JZ and neither is right depends on"
	if mods := w.marks(); mods != "" {
		what = "whether " + mods + " on the claim is right depends on"
	}
	branches := []Branch{
		w.branch("a whole unit or more was discarded from a single-dose container", "jw", 0),
		w.branch("less than a unit was discarded from a single-dose container", w.verdict(0), 0),
		w.branch("nothing was discarded from a single-dose container", w.verdict(0), 0),
	}
	lack := w.k.lack("wasted")
	if w.vial != "" {
		w.undecided(what+" the amount discarded, which "+lack, []string{"wasted"}, branches...)
		return
	}
	why := "the kind of container " + w.k.lackVial() + ", and the amount discarded " + lack
	if lack == w.k.lackVial() {
		why = "neither " + strings.Replace(lack, "is not", "is", 1)
	}
	w.undecided(what+" the kind of container and the amount discarded; "+why, []string{"vial", "wasted"}, append(branches, w.multi())...)
}

// doubted asks what was discarded, where what is stated does not fill vials.
func (w waste) doubted(want string) {
	missing := []string{"wasted"}
	branches := []Branch{w.branch("the whole rest of "+w.best+" was discarded", w.verdict(w.left), w.left),
		w.branch("what the record says was discarded is right", want, w.units)}
	if w.vial == "" {
		missing, branches = append(missing, "vial"), append(branches, w.multi())
	}
	w.undecided(w.doubt, missing, branches...)
}

// want is the verdict for a single-dose container.
func (w waste) want() string { return w.verdict(w.units) }

// verdict of so many whole units discarded: less than one counts as nothing.
func (w waste) verdict(units int) string {
	switch {
	case units >= 1:
		return "jw"
	case w.k.on.Before(jzSince) && !w.jz:
		return "neither"
	}
	return "jz"
}

// both says whether one line bears JW and JZ.
func (w waste) both() bool {
	for _, i := range w.k.linesOf(w.code) {
		m := w.k.c.Lines[i].Modifiers
		if slices.Contains(m, "JW") && slices.Contains(m, "JZ") {
			return true
		}
	}
	return false
}

func (w waste) jwUnits() int { return w.k.unitsWith(w.code, "JW") }

func (w waste) report(verdict string, mods []string, why string) {
	f := w.finding(verdict, why)
	if f.Modifiers = mods; verdict != "neither" {
		f.Units = max(0, w.units)
	}
	if len(mods) > 0 {
		f.ModifierOn = w.code
	}
	w.k.add(f)
}

func (w waste) undecided(why string, missing []string, branches ...Branch) {
	f := w.finding(Undecided, why)
	f.Missing, f.Branches = missing, branches
	w.k.add(f)
}

func (w waste) finding(verdict, why string) Finding {
	note, end := w.k.standsBeside(w.drug.Source)
	unit := times(w.drug, 1) + " a unit"
	if inDrugUnits(w.drug) {
		unit = "a billing unit is " + times(w.drug, 1) + ofDrug(w.drug)
	}
	if note != "" {
		unit += strings.NewReplacer(" (", " ", ")", "").Replace(note)
	}
	return Finding{Rule: "drug.waste", Verdict: verdict, Codes: []string{w.code}, Lines: w.k.linesOf(w.code), Source: w.drug.Source,
		Statement: fmt.Sprintf("By %s rule for %s (%s), %s%s%s.", w.k.whose("discarded drug"), w.code, unit, why, end, w.k.otherwise)}
}
