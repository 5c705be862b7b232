package edit

import (
	"slices"
	"strings"
	"unicode"
)

// A PayerKind says whose rules a payer goes by.
type PayerKind string

// Kinds of payers. A Medicare Advantage plan must cover what Medicare covers and
// may edit claims in its own way (42 CFR 422.101). Of any other payer only the
// name is known.
const (
	Unstated  PayerKind = ""
	Medicare  PayerKind = "medicare"
	Advantage PayerKind = "advantage"
	Medicaid  PayerKind = "medicaid"
	Other     PayerKind = "other"
)

// contractors are the Medicare administrative contractors, by a word of their names.
var contractors = []string{"noridian", "palmetto", "novitas", "ngs", "national government services", "wps", "cgs", "first coast", "fcso"}

// plans are words that make of Medicare somebody's plan.
var plans = []string{"advantage", "part c", "hmo", "ppo", "replacement", "ma plan", "humana", "aetna", "uhc", "united", "unitedhealthcare", "cigna",
	"bcbs", "blue", "anthem", "wellcare", "kaiser", "devoted", "centene", "molina"}

// unstated are words in a payer's place that name none.
var unstated = []string{"", "unknown", "not known", "not stated", "unstated", "n a", "na", "tbd"}

// PayerOf reads a payer's name as it was stated. Words that only say that none is
// known ("unknown") are Unstated too.
func PayerOf(name string) PayerKind {
	p := strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
	is := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(" "+p+" ", " "+w+" ") })
	}
	medicare := is("medicare", "mcr", "part b")
	switch {
	case slices.Contains(unstated, p):
		return Unstated
	case medicare && is(plans...):
		return Advantage
	case medicare, is(contractors...):
		return Medicare
	case is("medicaid", "mcd", "medi cal"):
		return Medicaid
	}
	return Other
}
