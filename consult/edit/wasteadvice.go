package edit

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// less is whole where it tells why nothing goes on a line of its own.
func (w waste) less() string {
	if w.units > 0 {
		return ""
	}
	return w.whole
}

// without says what becomes of a claim that lacks the modifier.
func (w waste) without(want string) string {
	mod := strings.ToUpper(want)
	switch {
	case !w.k.on.Before(returned):
		return "; no line has " + mod + " yet, and from " + returned.Format(time.DateOnly) + " a claim without it may be returned as unprocessable"
	case want == "jz":
		return "; no line has JZ yet, and it is required since " + jzSince.Format(time.DateOnly)
	}
	return "; no line has JW yet"
}

func (w waste) onlyJW() bool {
	return !slices.ContainsFunc(w.k.linesOf(w.code), func(i int) bool { return !w.k.has(i, "JW") })
}

// branch advises on a single-dose container of which so many whole units were
// discarded; 0 of "jw" is a number not known.
func (w waste) branch(when, want string, units int) Branch {
	b := Branch{when, want, w.advice(want, units)}
	switch {
	case want == "jw" && w.jz:
		b.Verdict, b.Statement = "conflict", "Take JZ off. "+w.advice(want, units)
	case want != "jw" && w.jw:
		b.Verdict, b.Statement = "conflict", "Take the line with JW off. "+w.advice(want, units)
	case want == "jz" && w.jz:
		b.Statement = "JZ is right, as on the claim."
	case want == "jw" && w.jw && units > 0 && w.jwUnits() == units:
		b.Statement = "JW is right, as on the claim."
	case want == "jw" && w.jw:
		b.Statement = "JW is right; its line has the units that were discarded."
	}
	return b
}

// multi is the branch of a multi-dose container.
func (w waste) multi() Branch {
	if w.jw || w.jz {
		return Branch{"the container is multi-dose", "conflict", "Take " + w.marks() + " off: a multi-dose container takes neither."}
	}
	return Branch{"the container is multi-dose", "neither", "Report neither JW nor JZ."}
}

// marks names the modifiers that are on the claim.
func (w waste) marks() string {
	var on []string
	if w.jw {
		on = append(on, "JW")
	}
	if w.jz {
		on = append(on, "JZ")
	}
	return list(on)
}

// there is marks with its verb.
func (w waste) there() string {
	if w.jw && w.jz {
		return w.marks() + " stand"
	}
	return w.marks() + " stands"
}

func (w waste) advice(want string, units int) string {
	switch {
	case want == "jw" && units > 0:
		return fmt.Sprintf("Report %s with JW on a line of %s own.", billedUnits(w.drug, units, ""), itsOrTheir(units))
	case want == "jw":
		return "Report the discarded units on a line of their own with JW."
	case want == "jz":
		return "Report JZ on the line of the administered amount."
	}
	return "Report neither JW nor JZ."
}

func itsOrTheir(n int) string {
	if n == 1 {
		return "its"
	}
	return "their"
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
