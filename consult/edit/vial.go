package edit

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A vial is one size of container, in billing units of its drug.
type vial struct {
	size *big.Rat
	text string // "80 mg"
}

// container reads the kind of container out of the fact, which may also hold its
// size: "single", "multi" or "". Of several drugs it says nothing of any.
func (k *checker) container() string {
	if k.drugs() > 1 {
		return ""
	}
	v := strings.ToLower(strings.Join(k.c.Facts["vial"], " "))
	single := strings.Contains(v, "single") || strings.Contains(v, "sdv")
	multi := strings.Contains(v, "multi") || strings.Contains(v, "mdv")
	switch {
	case single && !multi:
		return "single"
	case multi && !single:
		return "multi"
	}
	return ""
}

// lackVial says why the kind of container cannot be used.
func (k *checker) lackVial() string {
	v := strings.ToLower(strings.Join(k.c.Facts["vial"], " "))
	switch {
	case k.drugs() > 1 && v != "":
		return "is not stated of each drug"
	case strings.Contains(v, "multi") || strings.Contains(v, "mdv"):
		return "is stated as both"
	case v != "" && !someSize(v):
		return "cannot be read as single-dose or multi-dose"
	}
	return "is not stated"
}

// VialReadable reports whether a stated vial tells the kind of container or its
// size: "single-dose", "MDV", "80 mg". One that tells neither leaves drug.waste
// undecided.
func VialReadable(stated string) bool {
	v := strings.ToLower(stated)
	return someSize(v) || slices.ContainsFunc([]string{"single", "sdv", "multi", "mdv"}, func(kind string) bool { return strings.Contains(v, kind) })
}

// someSize says whether an amount of a known measure stands in the words.
func someSize(v string) bool {
	return slices.ContainsFunc(someAmount.FindAllStringSubmatch(v, -1), func(m []string) bool { return measured(m[2]) })
}

var (
	// fillVolume is the volume in which a vial holds its amount: "100 mg/4 ml".
	fillVolume = regexp.MustCompile(`(?:/|\bper\b|\bin\b)\s*\d*\.?\d+\s*(?:ml|cc)\b`)
	// strengthForm is a strength, which is no size: "40 mg/ml".
	strengthForm = regexp.MustCompile(`(?:/|\bper\b)\s*(?:ml|cc)\b`)
)

// vials are the stated sizes, biggest first; none where one cannot be read.
func (k *checker) vials(drug codeset.Drug) []vial {
	if k.drugs() > 1 {
		return nil
	}
	var all []vial
	for _, v := range k.c.Facts["vial"] {
		v = fillVolume.ReplaceAllString(strings.ToLower(v), "")
		if strengthForm.MatchString(v) {
			return nil
		}
		for _, m := range someAmount.FindAllStringSubmatch(v, -1) {
			if _, known := measureOf(m[2]); !known {
				continue // "2 vials of 80 mg"
			}
			size, ok := k.billed(m[0], drug)
			if !ok || size.Sign() <= 0 {
				return nil
			}
			if !slices.ContainsFunc(all, func(o vial) bool { return o.size.Cmp(size) == 0 }) {
				a, _ := amountOf(m[0])
				all = append(all, vial{size, a.String()})
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
