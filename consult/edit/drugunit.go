package edit

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// amountForm is a number with its unit as a question states them: "60 mg",
// "40mg", "1,200,000 units".
const amountForm = `(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+)\s*([a-zµμ]+)`

var (
	someAmount = regexp.MustCompile(amountForm)
	// statedAmount may also say the number in words, how often it was given ("500 mg
	// x 2"), and by which route.
	statedAmount = regexp.MustCompile(`^(?:([1-9]\d?)\s*[x×*]\s*)?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+|an?|half an?|[a-z]+)\s*(million\s)?\s*([a-zµμ][a-zµμ. ]*?)` +
		`(?:\s*[x×*]\s*([1-9]\d?))?(?:\s+(?:im|iv|sc|sq|subq|total|in total))?\.?$`)
	plainAmount = regexp.MustCompile(`(?i)^` + amountForm + `$`)
	bareNumber  = regexp.MustCompile(`^[\d.,]+$`)
)

// numberWords are the numbers that a dose is told in.
var numberWords = map[string]string{"a": "1", "an": "1", "half a": "1/2", "half an": "1/2", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
	"six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12", "twenty": "20", "hundred": "100"}

// An amount is what a question states of a drug.
type amount struct {
	number   *big.Rat // in unit, over all of times
	unit     string   // in short and without a plural: "mg", "unit"
	repeated bool     // it was given more than once: "500 mg x 2"
}

// amountOf reads a stated amount; ok is false for anything else.
func amountOf(stated string) (a amount, ok bool) {
	m := statedAmount.FindStringSubmatch(strings.ToLower(strings.TrimSpace(stated)))
	if m == nil || len(m[2]) > 12 || m[1] != "" && m[5] != "" {
		return amount{}, false
	}
	text := strings.ReplaceAll(m[2], ",", "")
	if word := numberWords[m[2]]; word != "" {
		text = word
	}
	if a.number, ok = new(big.Rat).SetString(text); !ok {
		return amount{}, false
	}
	if m[3] != "" {
		a.number.Mul(a.number, rat("1000000"))
	}
	if times := m[1] + m[5]; times != "" {
		a.number.Mul(a.number, rat(times))
		a.repeated = times != "1"
	}
	a.unit, ok = short(m[4])
	return a, ok
}

// String writes the amount as a claim would: "1000 mg", "15 units".
func (a amount) String() string {
	n, _ := a.number.Float64()
	unit := a.unit
	if n != 1 {
		unit = a.unitName()
	}
	return strconv.FormatFloat(n, 'f', -1, 64) + " " + unit
}

// said is the amount in the words that stated it where those fit a sentence, with
// the sum where it was given more than once.
func (a amount) said(stated string) string {
	switch stated = strings.TrimSpace(stated); {
	case a.repeated:
		return stated + " (" + a.String() + ")"
	case plainAmount.MatchString(stated) && stated[0] != '.':
		return stated
	}
	return a.String()
}

func (a amount) unitName() string {
	if a.unit == "unit" {
		return "units"
	}
	return a.unit
}

// A measure is the dimension of a unit of measure and its size in the dimension's
// least.
type measure struct{ of, size string }

var measures = map[string]measure{
	"mcg": {"mass", "1"}, "mg": {"mass", "1000"}, "g": {"mass", "1000000"},
	"ml": {"volume", "1"}, "l": {"volume", "1000"},
	"unit": {"units", "1"},
}

// unitNames are the other names of the units in measures, without a plural.
var unitNames = map[string]string{
	"ug": "mcg", "µg": "mcg", "μg": "mcg", "microgram": "mcg", "milligram": "mg", "gm": "g", "gram": "g",
	"cc": "ml", "milliliter": "ml", "millilitre": "ml", "cubic centimeter": "ml", "liter": "l", "litre": "l",
	"u": "unit", "iu": "unit", "international unit": "unit", "usp unit": "unit",
}

// short brings the name of a unit of measure into the form that measures has.
func short(unit string) (string, bool) {
	unit = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(unit), ".", "")), " ")
	if len(unit) > 2 {
		unit = strings.TrimSuffix(unit, "s")
	}
	if name := unitNames[unit]; name != "" {
		unit = name
	}
	_, ok := measures[unit]
	return unit, ok
}

func measureOf(unit string) (measure, bool) {
	name, ok := short(unit)
	return measures[name], ok
}

func measured(unit string) bool {
	_, ok := short(unit)
	return ok
}

// inUnits divides an amount like "60 mg" by the billing unit; ok is false where
// the two have no measure in common.
func inUnits(stated string, drug codeset.Drug) (r *big.Rat, ok bool) {
	a, ok := amountOf(stated)
	if !ok {
		return nil, false
	}
	return a.in(drug)
}

// in divides the amount by the billing unit of a drug of its own measure.
func (a amount) in(drug codeset.Drug) (*big.Rat, bool) {
	from := measures[a.unit]
	to, known := measureOf(drug.Unit)
	if !known || from.of != to.of {
		return nil, false
	}
	size, ok := new(big.Rat).SetString(strconv.FormatFloat(drug.Amount, 'f', -1, 64))
	if !ok || size.Sign() <= 0 {
		return nil, false
	}
	n := new(big.Rat).Mul(a.number, rat(from.size))
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

// inDrugUnits tells a drug that is itself measured in units, which are not those
// that are billed: 15 units of bleomycin are 1 unit of J9040.
func inDrugUnits(d codeset.Drug) bool {
	m, _ := measureOf(d.Unit)
	return m.of == "units"
}

// ofDrug marks units of the drug as such, where its billing units are others.
func ofDrug(d codeset.Drug) string {
	if inDrugUnits(d) {
		return " of the drug"
	}
	return ""
}

// billedUnits counts units as a claim does: "4 units", "4 billing units" of a drug
// that is itself measured in units.
// Before the word stands whole: "whole " or nothing.
func billedUnits(d codeset.Drug, n int, whole string) string {
	if inDrugUnits(d) {
		whole += "billing "
	}
	return plural(n, whole+"unit")
}

// times writes n billing units as an amount: 4 of 10 mg are "40 mg".
func times(d codeset.Drug, n int) string { return sized(d, d.Amount*float64(n)) }

// amountIn is times of a part of a unit.
func amountIn(d codeset.Drug, units *big.Rat) string {
	n, _ := units.Float64()
	return sized(d, d.Amount*n)
}

func sized(d codeset.Drug, n float64) string {
	unit := d.Unit
	if n == 1 && unit == "units" {
		unit = "unit"
	}
	return strconv.FormatFloat(n, 'g', 12, 64) + " " + unit
}
