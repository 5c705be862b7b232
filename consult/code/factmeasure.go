package code

import "strings"

// countNouns are what a number counts that is no lesion, and the fact that
// says so. A level is a vertebral one, a count of levels is its own fact.
var countNouns = map[string]string{
	"levels": "level_count", "level": "level_count", "muscles": "muscle_count", "muscle": "muscle_count",
	"views": "view_count", "view": "view_count", "vials": "vial_count", "vial": "vial_count",
}

// enumerates tells whether the number i heads an item of a list: "1) which wart
// code", and at the start of a line "2. is the 25 right".
func (r *reader) enumerates(i int) bool {
	t := r.toks[i]
	if t.e-t.b > 2 || class[r.s[t.b]]&isDigit == 0 {
		return false
	}
	if r.has(t.e, ")") {
		return !r.has(t.b-1, "(") || lineStart(r.s, t.b-1)
	}
	return r.has(t.e, ".:") && r.has(t.e+1, " \t") && lineStart(r.s, t.b)
}

// counted reads "7 warts", "nine flat warts", "4 units", "2 levels", "two 100
// mg vials".
func (r *reader) counted(i int) {
	t := r.toks[i]
	if r.partOfNumber(i) || r.enumerates(i) {
		return
	}
	for j := i + 1; j < len(r.toks) && j <= i+3 && !r.toks[j].stop && !r.toks[j].code; j++ {
		if r.toks[j].n >= 0 {
			r.vialsOf(i, j)
			return
		}
		w, k := r.word(j), r.kinds(j)
		switch {
		case k&lesionNoun != 0:
			r.emit("lesion_count", plain(t.n), i, j)
			return
		case w == "units" || w == "unit":
			if j == i+1 && !r.drugNear(i) && !r.wastedUnits(i) && !r.vialAfter(j) {
				r.emit("units", plain(t.n), i, j)
			}
			return
		case countNouns[w] != "":
			if r.countable(i, j) {
				r.emit(countNouns[w], plain(t.n), i, j)
			}
			return
		case k&filler != 0:
			return
		}
	}
}

// partOfNumber tells whether the number at token i goes on beyond it, or is
// something's name: "$1,200", "#4", "4-5", "1/2", "10%".
func (r *reader) partOfNumber(i int) bool {
	t := r.toks[i]
	return r.has(t.b-1, "#$/") || r.has(t.b-1, "-") && r.is(t.b-2, isWord) || r.has(t.e, "%/") || r.is(t.e, isDigit)
}

// countable tells whether the number at token i counts the noun at token j:
// "level 4" names one, "one more level" counts.
func (r *reader) countable(i, j int) bool {
	if r.toks[i].n > 40 || r.toks[i].n != float64(int(r.toks[i].n)) || r.has(r.toks[i].b-1, "#-/") {
		return false
	}
	switch r.word(j) {
	case "level":
		return r.toks[i].n == 1 && r.word(j+1) != "visit" && (j+1 >= len(r.toks) || r.toks[j+1].n < 0 || r.toks[j+1].stop || !r.ends(j))
	case "vial":
		return r.toks[i].n == 1 && r.word(i) != "single" && !r.has(r.toks[i].e, "-")
	case "view":
		return r.toks[i].n == 1 || r.has(r.toks[i].e, "-")
	case "muscle":
		return r.toks[i].n == 1
	}
	return true
}

// vialsOf reads "two 100 mg vials": the count at token i, the size at token j.
func (r *reader) vialsOf(i, j int) {
	if j != i+1 && j != i+2 || r.toks[i].n > 40 || r.toks[j].stop || r.has(r.toks[i].e, "-,") {
		return
	}
	for k := j + 1; k <= j+4 && k < len(r.toks) && r.toks[k].n < 0 && !r.toks[k].stop; k++ {
		if w := r.word(k); (w == "vials" || w == "vial" && r.toks[i].n == 1 && r.word(i) == "one") && k > j+1 {
			if r.word(i+1) == "x" || j == i+1 || r.word(i+1) == "single" || r.word(i+1) == "of" {
				r.emit("vial_count", plain(r.toks[i].n), i, k)
			}
			return
		}
	}
}

// measured reads lengths, areas, times and doses at a number and the unit
// after it.
func (r *reader) measured(i int) {
	t := r.toks[i]
	if i+1 >= len(r.toks) || r.toks[i+1].stop || r.toks[i+1].line {
		return
	}
	switch w := r.word(i + 1); w {
	case "cm", "mm", "centimeter", "centimeters", "millimeter", "millimeters", "inch", "inches", "cms":
		r.length(i, w)
	case "sq", "square", "sqcm", "sqcms":
		j := i + 2 - btoi(w == "sqcm" || w == "sqcms")
		if c := r.word(j); j == i+1 || c == "cm" || c == "cms" || c == "centimeters" || c == "centimeter" {
			r.area(plain(t.n), i, j)
		}
	case "min", "mins", "minute", "minutes":
		if !r.hoursBefore(i) && !r.has(t.e, "/") {
			r.emit("minutes", plain(t.n), i, i+1)
		}
	case "hour", "hours", "hr", "hrs", "h":
		r.hours(i)
	case "mg", "mcg", "ug", "g", "gm", "gram", "grams", "ml", "mls", "cc", "ccs", "units", "unit", "iu", "u", "milligrams", "micrograms", "milliliters":
		r.dose(i, w)
	case "x", "by":
		r.dimensions(i)
	default:
		if r.has(t.e, "%") {
			r.percent(i)
		}
	}
}

// hours reads "2 hrs 10 min", "1.5 hours" and "1h 10m" as minutes.
func (r *reader) hours(i int) {
	n, j := r.toks[i].n*60, i+1
	after := r.word(i + 3)
	more := i+3 < len(r.toks) && r.toks[i+2].n >= 0 && r.toks[i+2].n < 60 && !r.toks[i+2].stop
	switch {
	case more && (after == "min" || after == "minutes" || after == "mins" || after == "m" && r.word(i+1) == "h"):
		n, j = n+r.toks[i+2].n, i+3
	case r.word(i+1) == "h":
		return
	}
	if n > 0 && n <= 24*60 {
		r.emit("minutes", plain(n), i, j)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *reader) hoursBefore(i int) bool {
	switch r.word(i - 1) {
	case "hour", "hours", "hr", "hrs":
		return i >= 2 && r.toks[i-2].n >= 0
	}
	return false
}

// timed reads the minutes said before their numbers ("minutes were 23 for
// exercise and 10 for manual") and, at other words of time, start and stop.
func (r *reader) timed(i int) {
	if w := r.word(i); w != "minutes" && w != "mins" {
		return
	}
	j := i + 1
	switch r.word(j) {
	case "were", "are", "was", "is", "spent":
		j++
	default:
		if !r.has(r.toks[i].e, ":=") {
			return
		}
	}
	for j < len(r.toks) && r.toks[j].n > 0 && r.toks[j].n <= 600 && !r.toks[j].code && !r.toks[j].stop {
		r.emit("minutes", plain(r.toks[j].n), j, j)
		next := len(r.toks)
		for k := j + 1; k <= j+4 && k < len(r.toks) && !r.toks[k].stop; k++ {
			if w := r.word(k); w == "and" || w == "plus" {
				next = k + 1
				break
			}
		}
		j = next
	}
}

// area emits the area at tokens i to j, of a product a wasted amount.
func (r *reader) area(value string, i, j int) {
	if r.wasted(i, j) {
		r.emit("wasted", value+" sq cm", i, j)
		return
	}
	r.emit("area_cm2", value, i, j)
}

// wasted tells whether the amount at the tokens i to j is said to be discarded.
func (r *reader) wasted(i, j int) bool {
	for k := j + 1; k <= j+2 && !r.ends(k-1); k++ {
		if r.kinds(k)&wasteWord != 0 {
			return true
		}
		if w := r.word(k); w != "was" && w != "were" && w != "is" && w != "of" {
			break
		}
	}
	return r.kinds(i-1)&wasteWord != 0 || r.kinds(i-2)&wasteWord != 0 && r.toks[i-1].n < 0 && !r.toks[i].stop && !r.toks[i-1].stop && r.kinds(i-1)&filler == 0
}

// centimetres gives a length in the unit w.
func centimetres(n float64, w string) float64 {
	switch w {
	case "mm", "millimeter", "millimeters":
		n /= 10
	case "inch", "inches":
		n *= 2.54
	}
	return float64(int(n*1000+0.5)) / 1000
}

// dimensions reads "3 x 2 cm", "3 cm x 2 cm" and "3 x 2 x 1 cm" at the first
// number: the longest is the size, the first two make the area.
func (r *reader) dimensions(i int) {
	if i+2 >= len(r.toks) || r.toks[i+2].n < 0 || r.toks[i+2].stop {
		return
	}
	last := i + 2
	third := -1.0
	if w := r.word(last + 1); (w == "x" || w == "by") && last+2 < len(r.toks) && r.toks[last+2].n >= 0 {
		last += 2
		third = r.toks[last].n
	}
	unit := r.word(last + 1)
	if unit != "cm" && unit != "mm" && unit != "inches" && unit != "cms" {
		return
	}
	r.rectangle(r.toks[i].n, r.toks[i+2].n, third, unit, i, last+1)
}

func (r *reader) rectangle(a, b, c float64, unit string, i, j int) {
	a, b = centimetres(a, unit), centimetres(b, unit)
	if c > 0 {
		c = centimetres(c, unit)
	}
	r.emit("size_cm", plain(max(a, b, c)), i, j)
	r.emit("area_cm2", plain(float64(int(a*b*1000+0.5))/1000), i, j)
	for k := i; k <= j; k++ {
		r.toks[k].code = true
	}
}

// length reads "0.4 cm", "4 mm", "42 cm2".
func (r *reader) length(i int, unit string) {
	n := r.toks[i].n
	switch end := r.toks[i+1].e; {
	case i+2 < len(r.toks) && r.word(i+2) == "2" && (r.toks[i+2].b == end || r.has(end, "^")):
		r.area(plain(n), i, i+2)
		return
	case r.word(i+2) == "sq" || r.word(i+2) == "squared":
		r.area(plain(n), i, i+2)
		return
	}
	if w := r.word(i + 2); (w == "x" || w == "by") && i+4 < len(r.toks) && r.toks[i+3].n > 0 && !r.toks[i+3].stop && r.word(i+4) == unit {
		r.rectangle(n, r.toks[i+3].n, -1, unit, i, i+4)
		return
	}
	for k := i + 2; k <= i+3 && !r.ends(k-1); k++ {
		if r.kinds(k)&deviceWord != 0 && r.kinds(k)&sizeWord == 0 {
			return
		}
	}
	switch r.word(i - 1) {
	case "height", "ht", "head", "hc":
		return
	}
	r.emit(r.lengthName(i), plain(centimetres(n, unit)), i, i+1)
}

// lengthName tells a lesion's size, a margin and a wound's length apart by the
// three words after "cm", then the three before the number, in the clause.
func (r *reader) lengthName(i int) string {
	name := func(j int) string {
		switch w, k := r.word(j), r.kinds(j); {
		case w == "margin" || w == "margins":
			return "margin_cm"
		case k&sizeWord != 0:
			return "size_cm"
		case k&lengthWord != 0:
			return "length_cm"
		}
		return ""
	}
	for j := i + 2; j < len(r.toks) && j <= i+4 && !r.toks[j].stop; j++ {
		if r.toks[j].n >= 0 && (r.word(j+1) == "cm" || r.word(j+1) == "mm") {
			break // what follows is the next length's
		}
		if n := name(j); n != "" {
			return n
		}
	}
	for j := i - 1; j >= 0 && j >= i-3 && !r.toks[j+1].stop; j-- {
		n := name(j)
		if n == "margin_cm" {
			if r.toks[j].stop || r.toks[j].line {
				return n
			}
			continue
		}
		if n != "" {
			return n
		}
	}
	return "size_cm"
}

// percent reads the strength of a solution: "1% lidocaine", "lidocaine 1%".
func (r *reader) percent(i int) {
	drug := func(j int) bool {
		return j >= 0 && j < len(r.toks) && r.toks[j].id != 0 && len(r.toks[j].lex().phrases) > 0 && r.toks[j].lex().phrases[0].name == "drug"
	}
	if drug(i-1) && !r.toks[i].stop || drug(i+1) && !r.toks[i+1].stop || drug(i+2) && !r.toks[i+2].stop {
		r.emitAt("strength", plain(r.toks[i].n)+"%", r.toks[i].b, r.toks[i].e+1)
	}
}

// unitNames are the spellings of the units of doses.
var unitNames = map[string]string{
	"ug": "mcg", "micrograms": "mcg", "gm": "g", "gram": "g", "grams": "g", "cc": "ml", "ccs": "ml", "mls": "ml", "milliliters": "ml",
	"milligrams": "mg", "unit": "units", "iu": "units", "u": "units",
}

// dose reads "40 mg" as dose, strength, vial or wasted amount by what stands
// around it.
func (r *reader) dose(i int, unit string) {
	if u := unitNames[unit]; u != "" {
		unit = u
	}
	if unit == "units" && !r.drugNear(i) && !r.wastedUnits(i) && !r.vialAfter(i+1) || r.has(r.toks[i].b-1, "/") {
		return
	}
	value := plain(r.toks[i].n) + " " + unit
	if r.has(r.toks[i+1].e, "/") {
		r.perUnit(i, value)
		return
	}
	name := "dose"
	switch {
	case r.wasted(i, i+1), unit == "units" && r.wastedUnits(i):
		name = "wasted"
	case r.vialAfter(i + 1), r.word(i-1) == "vial", (r.word(i-1) == "of" || r.word(i-1) == "x") && (r.word(i-2) == "vials" || r.word(i-2) == "vial"):
		name = "vial"
	case r.bloodLoss(i):
		return
	}
	r.emit(name, value, i, i+1)
}

// perUnit reads "40 mg/mL" and "400 mg/5 mL" as a strength and "45 mg/kg" as a
// dose; mg/dl and its like are findings.
func (r *reader) perUnit(i int, value string) {
	j := i + 2
	per := ""
	if j < len(r.toks) && r.toks[j].n > 0 {
		per = plain(r.toks[j].n) + " "
		j++
	}
	switch r.word(j) {
	case "ml", "cc", "m":
		if per == "1 " {
			per = ""
		}
		r.emit("strength", value+"/"+per+"ml", i, j)
		r.toks[i+2].code = true
	case "kg", "m2":
		r.emit("dose", value+"/"+r.word(j), i, j)
	}
}

// vialAfter tells whether the amount whose unit is token j is a vial's size.
func (r *reader) vialAfter(j int) bool {
	for k := j + 1; k <= j+4 && k < len(r.toks) && !r.toks[k].stop && r.toks[k].n < 0 && !r.toks[k].code; k++ {
		switch r.word(k) {
		case "vial", "vials", "sdv", "mdv", "syringe", "syringes", "ampule", "ampules":
			return true
		case "single", "multi", "use", "dose", "multidose", "multiple", "pfs":
		default:
			return false
		}
		if r.has(r.toks[k-1].e, ",") {
			return false
		}
	}
	return false
}

// bloodLoss tells whether the volume at token i is no drug's: "EBL 20 mL".
func (r *reader) bloodLoss(i int) bool {
	switch r.word(i - 1) {
	case "ebl", "loss", "saline", "fluid", "aspirated", "contrast", "urine", "ns", "drained", "removed", "of":
		return r.word(i-1) != "of" || r.word(i-2) == "loss" || r.word(i-2) == "aspirated"
	}
	switch r.word(i + 2) {
	case "aspirated", "of":
		return r.word(i+2) == "aspirated" || strings.HasPrefix(r.word(i+3), "fluid") || r.word(i+3) == "blood" || r.word(i+3) == "urine" || r.word(i+3) == "contrast" || r.word(i+3) == "saline"
	case "carbs":
		return true
	}
	return false
}

// drugNear tells whether a drug that is dosed in units is named within six
// words of the number at token i in the sentence; right behind a code, whose
// units they may be, within two words after it.
func (r *reader) drugNear(i int) bool {
	coded := i > 0 && r.toks[i-1].code && r.toks[i-1].n >= 0
	for k := i + 1; k <= i+7-4*btoi(coded) && k < len(r.toks) && !r.toks[k].stop; k++ {
		if r.kinds(k)&unitDosed != 0 {
			return true
		}
	}
	if coded {
		return false
	}
	for k := i - 1; k >= 0 && k >= i-6 && !r.toks[k+1].stop; k-- {
		if r.kinds(k)&unitDosed != 0 {
			return true
		}
		if r.toks[k].code && r.toks[k].n >= 0 {
			return false
		}
	}
	return false
}

// wastedUnits tells whether the units counted at i are said to be discarded.
func (r *reader) wastedUnits(i int) bool {
	return r.kinds(i-1)&wasteWord != 0 || i+2 < len(r.toks) && r.kinds(i+2)&wasteWord != 0 && !r.has(r.toks[i+1].e, ",;")
}
