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
		switch {
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
	vial   string // single, multi or ""
	units  int    // whole units discarded; -1 where no amount can be told
	says   string // what was discarded: "12 mg discarded"
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
		w.units, w.says = roundDown(amount), stated+" discarded"
	}
	vials := w.k.vials(w.drug)
	low, high, given := w.given()
	if len(vials) == 0 || high == nil {
		return
	}
	exact := low == nil
	if exact {
		low = high
	}
	best, ok := fewest(vials, high, false)
	least, ok2 := fewest(vials, low, !exact)
	if !ok || !ok2 {
		return
	}
	if amount == nil {
		if least.total.Cmp(best.total) == 0 && (exact || best.total.IsInt()) {
			left := new(big.Rat).Sub(best.total, high)
			w.units, w.says = roundDown(left), fmt.Sprintf("%s out of %s leaves %s", given, best.text, amountIn(w.drug, left))
			if !exact {
				w.says = fmt.Sprintf("%s on the claim out of %s leaves %s", given, best.text, plural(w.units, "unit"))
			}
		}
		return
	}
	w.fits(vials, amount, low, high, exact, given, best)
}

// fits holds the stated amounts against whole vials.
func (w *waste) fits(vials []vial, amount, low, high *big.Rat, exact bool, given string, best choice) {
	from, to := new(big.Rat).Add(low, amount), new(big.Rat).Add(high, amount)
	used, ok := fewest(vials, from, !exact)
	switch {
	case !ok:
	case used.total.Cmp(to) > 0:
		w.doubt = fmt.Sprintf("%s and %s do not make whole vials of %s", given, w.says, sizes(vials))
		w.instead = instead{best.text, roundDown(new(big.Rat).Sub(best.total, high))}
	case exact && used.total.Cmp(best.total) > 0:
		w.says += fmt.Sprintf(" (%s would have left less)", best.text)
	}
}

func sizes(vials []vial) string {
	var s []string
	for _, v := range vials {
		s = append(s, v.text)
	}
	return list(s)
}

// stated reads the discarded amount; nil where it is not stated, or among
// several drugs is nobody's.
func (w *waste) stated() (string, *big.Rat) {
	text, ok := w.k.fact("wasted")
	switch {
	case !ok || w.k.drugs() > 1:
		return "", nil
	case slices.Contains([]string{"0", "no", "none", "nothing"}, strings.ToLower(strings.TrimSpace(text))):
		return "nothing", new(big.Rat)
	}
	if r, ok := w.k.billed(text, w.drug); ok {
		return text, r
	}
	return "", nil
}

// given is the administered amount in billing units: that of the dose, with no
// lower end, else from above one unit less to what the claim's units hold.
func (w *waste) given() (low, high *big.Rat, text string) {
	if d, missing := w.k.dosing(w.drug); missing == "" {
		return nil, d.exact, d.stated
	}
	n := w.k.administered(w.code)
	if n == 0 || len(w.k.c.Facts["dose"]) > 0 {
		return nil, nil, ""
	}
	return new(big.Rat).SetInt64(int64(n - 1)), new(big.Rat).SetInt64(int64(n)), plural(n, "unit")
}

func (w waste) judge() {
	switch want := w.want(); {
	case w.both():
		w.report("conflict", nil, "JW and JZ stand on one line and contradict each other")
	case w.jz && w.k.on.Before(jzBegan):
		w.report("conflict", nil, "JZ stands on the claim and exists only since 2023-01-01")
	case w.k.on.Before(jwSince):
		w.k.skip("drug.waste", w.code, "before 2017-01-01 each contractor had its own rule")
	case w.clinic() != "":
		w.report("neither", nil, w.clinic()+" is asked for neither JW nor JZ, for its drugs are generally not paid apart")
	case w.vial == "multi" && (w.jw || w.jz):
		w.report("conflict", nil, "a multi-dose container takes neither JW nor JZ")
	case w.vial == "multi":
		w.report("neither", nil, "a multi-dose container takes neither JW nor JZ")
	case w.units < 0:
		w.unknown()
	case w.doubt != "":
		w.undecided(w.doubt, []string{"wasted"}, Branch{"the whole rest of " + w.best + " was discarded", w.verdict(w.left), w.advice(w.verdict(w.left), w.left)},
			Branch{"what the record says was discarded is right", want, w.advice(want, w.units)})
	case want == "jw" && w.jz, want != "jw" && w.jw:
		w.report("conflict", nil, fmt.Sprintf("%s is %s, which calls for %s", w.says, plural(w.units, "whole unit"), orNeither(want)))
	case want == "jw" && w.jwUnits() > 0 && w.jwUnits() != w.units:
		w.report("conflict", []string{"JW"}, fmt.Sprintf("%s is %s, and the JW line has %d", w.says, plural(w.units, "whole unit"), w.jwUnits()))
	case w.vial == "":
		w.undecided(fmt.Sprintf("%s calls for %s only from a single-dose container, and the container is not stated", w.says, orNeither(want)), []string{"vial"},
			Branch{"the container is single-dose", want, w.advice(want, w.units)},
			Branch{"the container is multi-dose", "neither", "Report neither JW nor JZ."})
	case want == "neither":
		w.report(want, nil, w.says+", so nothing billable was, and JZ is asked for only since 2023-07-01")
	default:
		w.report(want, []string{strings.ToUpper(want)}, fmt.Sprintf("%s from a single-dose container: %s%s", w.says, lower(w.advice(want, w.units)), w.without(want)))
	}
}

// without says what becomes of a claim that lacks the modifier.
func (w waste) without(want string) string {
	if w.k.on.Before(returned) || want == "jw" && w.jw || want == "jz" && w.jz {
		return ""
	}
	return "; from " + returned.Format(time.DateOnly) + " a claim without it may be returned as unprocessable"
}

// clinic is the stated place of service where it is one of clinics, or "".
func (w waste) clinic() string {
	pos, _ := w.k.fact("place_of_service")
	return clinics[pos]
}

// unknown asks for the amount discarded, and for the container where that is not
// stated either.
func (w waste) unknown() {
	some := Branch{"a whole unit or more was discarded from a single-dose container", "jw", "Report the discarded units on a line of their own with JW."}
	none := Branch{"nothing was discarded from a single-dose container", w.verdict(0), w.advice(w.verdict(0), 0)}
	if w.vial != "" {
		w.undecided("which of JW and JZ is right depends on the amount discarded, which "+w.lack(), []string{"wasted"}, some, none)
		return
	}
	why := "which of JW and JZ is right depends on the container and the amount discarded, which are not both stated"
	w.undecided(why, []string{"vial", "wasted"}, some, none, Branch{"the container is multi-dose", "neither", "Report neither JW nor JZ."})
}

func (w waste) lack() string { return w.k.lack("wasted") }

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

func (w waste) advice(want string, units int) string {
	switch want {
	case "jw":
		return fmt.Sprintf("Report %s with JW on a line of its own.", plural(units, "unit"))
	case "jz":
		return "Report JZ on the line of the administered amount."
	}
	return "Report neither JW nor JZ."
}

// lower makes an advice the end of a sentence.
func lower(advice string) string {
	return strings.TrimSuffix(strings.ToLower(advice[:1])+advice[1:], ".")
}

func orNeither(want string) string {
	if want == "neither" {
		return "neither JW nor JZ"
	}
	return strings.ToUpper(want)
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
	f.Modifiers, f.Units = mods, max(0, w.units)
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
	return Finding{Rule: "drug.waste", Verdict: verdict, Codes: []string{w.code}, Lines: w.k.linesOf(w.code), Source: w.drug.Source,
		Statement: w.k.sayMedicare(w.drug.Source, "By %s rule for %s (%s a unit), %s", w.k.whose("discarded drug"), w.code, amount(w.drug), why)}
}
