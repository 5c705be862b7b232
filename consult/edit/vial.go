package edit

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// An amount as a question states it: "60 mg", "40mg", "1,200,000 units".
const amountForm = `(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+)\s*([a-zµ]+)`

var (
	statedAmount = regexp.MustCompile(`^` + amountForm + `$`)
	someAmount   = regexp.MustCompile(amountForm)
)

// amountOf reads a stated amount; ok is false for anything else.
func amountOf(stated string) (number *big.Rat, unit string, ok bool) {
	m := statedAmount.FindStringSubmatch(strings.ToLower(strings.TrimSpace(stated)))
	if m == nil || len(m[1]) > 12 {
		return nil, "", false
	}
	number, ok = new(big.Rat).SetString(strings.ReplaceAll(m[1], ",", ""))
	return number, m[2], ok
}

// A vial is one size of container, in billing units of its drug.
type vial struct {
	size *big.Rat
	text string // as stated: "80 mg"
}

// container reads the kind of container out of the fact, which may also hold its
// size: "single", "multi" or "". Of several drugs it says nothing of any.
func (k *checker) container() string {
	if k.drugs() > 1 {
		return ""
	}
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

// vials are the stated sizes, biggest first; none where one cannot be read.
func (k *checker) vials(drug codeset.Drug) []vial {
	if k.drugs() > 1 {
		return nil
	}
	var all []vial
	for _, v := range k.c.Facts["vial"] {
		for _, text := range someAmount.FindAllString(strings.ToLower(v), -1) {
			size, ok := k.billed(text, drug)
			if !ok || size.Sign() <= 0 {
				return nil
			}
			if !slices.ContainsFunc(all, func(o vial) bool { return o.size.Cmp(size) == 0 }) {
				all = append(all, vial{size, text})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b vial) int { return b.size.Cmp(a.size) })
	return all
}

// billed reads an amount in billing units, a volume by the stated strength.
func (k *checker) billed(stated string, drug codeset.Drug) (*big.Rat, bool) {
	if r, ok := inUnits(stated, drug); ok {
		return r, true
	}
	return k.byStrength(stated, drug)
}

// A choice is a combination of vials that holds a dose.
type choice struct {
	total *big.Rat
	text  string // "1 vial of 80 mg"
}

// tries bounds the combinations that are looked at.
const tries = 20_000

// fewest returns the combination of vials that holds the dose, or more than the
// dose where over is set, and leaves least; of equal ones that of the biggest.
// ok is false where there are too many.
func fewest(vials []vial, dose *big.Rat, over bool) (best choice, ok bool) {
	left := tries
	counts := make([]int64, len(vials))
	var try func(i int, held *big.Rat)
	try = func(i int, held *big.Rat) {
		short := new(big.Rat).Sub(dose, held)
		if left--; left < 0 {
			return
		}
		if short.Sign() < 0 || short.Sign() == 0 && !over {
			if best.total == nil || held.Cmp(best.total) < 0 {
				best = choice{held, combination(vials, counts)}
			}
			return
		}
		if i == len(vials) {
			return
		}
		n, fits := roundUp(short.Quo(short, vials[i].size))
		if over {
			n++
		}
		if !fits || i == len(vials)-1 && n > 200 {
			left = -1
			return
		}
		least := 0
		if i == len(vials)-1 { // the last size has to fill up
			least = max(0, n-1)
		}
		for ; n >= least; n-- {
			counts[i] = int64(n)
			try(i+1, new(big.Rat).Add(held, new(big.Rat).Mul(new(big.Rat).SetInt64(counts[i]), vials[i].size)))
		}
		counts[i] = 0
	}
	try(0, new(big.Rat))
	return best, left >= 0 && best.total != nil
}

func combination(vials []vial, counts []int64) string {
	var s []string
	for i, n := range counts {
		if n > 0 {
			s = append(s, fmt.Sprintf("%s of %s", plural(int(n), "vial"), vials[i].text))
		}
	}
	return list(s)
}

// amountIn writes billing units as an amount: 4 units of 10 mg are "40 mg".
func amountIn(drug codeset.Drug, units *big.Rat) string {
	n, _ := units.Float64()
	return strconv.FormatFloat(drug.Amount*n, 'g', 12, 64) + " " + drug.Unit
}
