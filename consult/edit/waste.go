package edit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// Medicare asks for JW on discarded amounts of single-dose containers since
// 2017-01-01 and for JZ where nothing was discarded since 2023-07-01 (CMS IOM
// 100-04 chapter 17, section 40).
var (
	jwSince = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	jzSince = time.Date(2023, 7, 1, 0, 0, 0, 0, time.UTC)
)

// drugWaste judges JW and JZ where they stand on a line or a wasted amount is
// stated.
func (k *checker) drugWaste() {
	for _, c := range k.codes {
		drug := k.drug(c)
		wasted, stated := k.fact("wasted")
		jw, jz := k.bears(c, "JW"), k.bears(c, "JZ")
		switch {
		case drug == nil && (jw || jz):
			k.skip("drug.waste", c, k.noUnit(c))
		case drug == nil || !stated && !jw && !jz:
		case k.on.Before(jwSince):
			k.skip("drug.waste", c, "before 2017-01-01 each contractor had its own rule")
		default:
			w := waste{k: k, code: c, drug: *drug, jw: jw, jz: jz, vial: k.vial(), units: -1}
			if stated && k.drugs() == 1 {
				if r, ok := inUnits(wasted, *drug); ok {
					w.stated, w.units = wasted, roundDown(r)
				}
			}
			w.judge()
		}
	}
}

// vial reads the container out of the fact, which may also hold its size:
// "single", "multi" or "".
func (k *checker) vial() string {
	v := strings.ToLower(strings.Join(k.c.Facts["vial"], " "))
	single, multi := strings.Contains(v, "single"), strings.Contains(v, "multi")
	switch {
	case single && !multi:
		return "single"
	case multi && !single:
		return "multi"
	}
	return ""
}

// A waste is one drug's JW and JZ question.
type waste struct {
	k      *checker
	code   string
	drug   codeset.Drug
	jw, jz bool
	vial   string
	stated string
	units  int // whole units discarded; -1 where no amount can be read
}

func (w waste) judge() {
	switch want := w.want(); {
	case w.both():
		w.report("conflict", nil, "JW and JZ stand on one line and contradict each other")
	case w.vial == "multi" && (w.jw || w.jz):
		w.report("conflict", nil, "a multi-dose container takes neither JW nor JZ")
	case w.vial == "multi":
		w.report("neither", nil, "a multi-dose container takes neither JW nor JZ")
	case w.units < 0:
		w.undecided("wasted", "which of JW and JZ is right depends on the amount discarded",
			Branch{"a whole unit or more was discarded from a single-dose container", "jw", "Report the discarded units on a line of their own with JW."},
			Branch{"nothing was discarded", w.nothing(), "No JW line is reported."})
	case want == "jw" && w.jz, want != "jw" && w.jw:
		w.report("conflict", nil, fmt.Sprintf("%s discarded is %s, which calls for %s", w.stated, plural(w.units, "whole unit"), strings.ToUpper(want)))
	case want == "jw" && w.jwUnits() > 0 && w.jwUnits() != w.units:
		w.report("conflict", []string{"JW"}, fmt.Sprintf("%s discarded is %s, and the JW line has %d", w.stated, plural(w.units, "whole unit"), w.jwUnits()))
	case w.vial == "":
		w.undecided("vial", fmt.Sprintf("%s discarded calls for %s only from a single-dose container", w.stated, strings.ToUpper(want)),
			Branch{"the container is single-dose", want, w.advice(want)},
			Branch{"the container is multi-dose", "neither", "Report neither JW nor JZ."})
	case want == "neither":
		w.report(want, nil, "nothing billable was discarded, and JZ is asked for only since 2023-07-01")
	default:
		w.report(want, []string{strings.ToUpper(want)}, fmt.Sprintf("%s discarded from a single-dose container: %s", w.stated, w.advice(want)))
	}
}

// want is the verdict for a single-dose container: less than one unit counts as
// nothing discarded.
func (w waste) want() string {
	if w.units >= 1 {
		return "jw"
	}
	return w.nothing()
}

func (w waste) nothing() string {
	if w.k.on.Before(jzSince) {
		return "neither"
	}
	return "jz"
}

func (w waste) advice(want string) string {
	switch want {
	case "jw":
		return fmt.Sprintf("report %s with JW on a line of its own", plural(w.units, "unit"))
	case "jz":
		return "report JZ on the line of the administered amount"
	}
	return "report neither JW nor JZ"
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
	f := Finding{
		Rule: "drug.waste", Verdict: verdict, Codes: []string{w.code}, Lines: w.k.linesOf(w.code), Modifiers: mods, Source: w.drug.Source,
		Units: max(0, w.units), Statement: w.k.sayMedicare(w.drug.Source, "By %s rule for %s (%s a unit), %s", w.k.whose("discarded drug"), w.code, amount(w.drug), why),
	}
	if len(mods) > 0 {
		f.ModifierOn = w.code
	}
	w.k.add(f)
}

func (w waste) undecided(missing, why string, branches ...Branch) {
	w.k.add(Finding{
		Rule: "drug.waste", Verdict: Undecided, Codes: []string{w.code}, Lines: w.k.linesOf(w.code), Source: w.drug.Source,
		Missing: []string{missing}, Branches: branches,
		Statement: w.k.sayMedicare(w.drug.Source, "By %s rule for %s (%s a unit), %s", w.k.whose("discarded drug"), w.code, amount(w.drug), why),
	})
}
