package code

// lesionNouns are what a lesion_count counts.
var lesionNouns = set(`lesion lesions wart warts polyp polyps keratosis keratoses ak aks sk sks tag tags nevus nevi mole moles cyst cysts keloid
	keloids biopsy biopsies papule papules nodule nodules growth growths lipoma lipomas molluscum spot spots nail nails toenail toenails`)

// counted reads "7 warts", "nine flat warts", "4 units", "2 levels".
func (r *reader) counted(i int) {
	t := r.toks[i]
	if t.n < 0 || t.code {
		return
	}
	for j := i + 1; j < len(r.toks) && j <= i+3 && !r.toks[j].stop && !r.toks[j].code && r.toks[j].n < 0; j++ {
		w := r.word(j)
		switch {
		case lesionNouns[w]:
			r.emit("lesion_count", plain(t.n), i, j)
			return
		case w == "units" || w == "unit":
			if j == i+1 && !drugUnits[r.word(j+2)] && !drugUnits[r.word(j+1)] && !r.wastedUnits(i) {
				r.emit("units", plain(t.n), i, j)
			}
			return
		case (w == "levels" || w == "level") && j == i+1:
			r.emit("level", plain(t.n), i, j)
			return
		case fillers[w]:
			return
		}
	}
}

// fillers end the search for what a number counts.
var fillers = set(`and or of in on for with to the a an is are was were cm mm mg mcg ml g min mins minutes minute hour hours day days week weeks
	year years yo y yr yrs old x at by`)

// drugUnits make "100 units" a dose.
var drugUnits = set(`insulin heparin botox bleomycin botulinum onabotulinumtoxin hyaluronidase penicillin`)

// measured reads lengths, areas, times and doses at a number or the unit after
// it.
func (r *reader) measured(i int) {
	t := r.toks[i]
	if t.n < 0 || t.code || i+1 >= len(r.toks) || r.toks[i+1].stop {
		return
	}
	switch w := r.word(i + 1); w {
	case "cm", "mm", "centimeter", "centimeters", "inch", "inches":
		r.length(i, w)
	case "sq", "square", "sqcm":
		if w == "sqcm" || r.word(i+2) == "cm" || r.word(i+2) == "centimeters" || r.word(i+2) == "centimeter" {
			r.emit("area_cm2", plain(t.n), i, i+2-btoi(w == "sqcm"))
		}
	case "min", "mins", "minute", "minutes":
		if !r.hoursBefore(i) {
			r.emit("minutes", plain(t.n), i, i+1)
		}
	case "hour", "hours", "hr", "hrs":
		n, j := t.n*60, i+1
		if i+3 < len(r.toks) && r.toks[i+2].n >= 0 && (r.word(i+3) == "min" || r.word(i+3) == "minutes" || r.word(i+3) == "mins") {
			n, j = n+r.toks[i+2].n, i+3
		}
		if n <= 24*60 {
			r.emit("minutes", plain(n), i, j)
		}
	case "mg", "mcg", "ug", "g", "gm", "gram", "grams", "ml", "cc", "units", "unit", "iu":
		r.dose(i, w)
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

// Words that tell a repaired length from a lesion's size.
var (
	lengthWords = set(`laceration lac closure repair long length wound closed layered sutured incision`)
	sizeWords   = set(`excision excised lesion benign malignant diameter excise polyp wart cyst lipoma biopsy melanoma`)
)

// length reads "0.4 cm", "4 mm", "3 x 2 cm", "42 cm2".
func (r *reader) length(i int, unit string) {
	scale := func(n float64) float64 {
		switch unit {
		case "mm":
			n /= 10
		case "inch", "inches":
			n *= 2.54
		}
		return float64(int(n*1000+0.5)) / 1000
	}
	n := scale(r.toks[i].n)
	if i+2 < len(r.toks) && r.word(i+2) == "2" && r.toks[i+2].b == r.toks[i+1].e || r.has(r.toks[i+1].e, "^") && r.word(i+2) == "2" {
		r.emit("area_cm2", plain(n), i, i+2)
		return
	}
	if i >= 2 && (r.word(i-1) == "x" || r.word(i-1) == "by") && r.toks[i-2].n >= 0 {
		other := scale(r.toks[i-2].n)
		r.emit("size_cm", plain(max(n, other)), i-2, i+1)
		r.emit("area_cm2", plain(float64(int(n*other*1000+0.5))/1000), i-2, i+1)
		return
	}
	r.emit(r.lengthName(i), plain(n), i, i+1)
}

// lengthName tells a lesion's size, a margin and a wound's length apart by the
// three words after "cm", then the three before the number, in the clause.
func (r *reader) lengthName(i int) string {
	name := func(w string) string {
		switch {
		case w == "margin" || w == "margins":
			return "margin_cm"
		case sizeWords[w]:
			return "size_cm"
		case lengthWords[w]:
			return "length_cm"
		}
		return ""
	}
	for j := i + 2; j < len(r.toks) && j <= i+4 && !r.toks[j].stop; j++ {
		if n := name(r.word(j)); n != "" {
			return n
		}
	}
	for j := i - 1; j >= 0 && j >= i-3 && !r.toks[j+1].stop; j-- {
		if n := name(r.word(j)); n != "" && n != "margin_cm" {
			return n
		}
	}
	return "size_cm"
}

// wasteWords mark an amount as discarded.
var wasteWords = set(`wasted waste wastage discarded discard discarding`)

// dose reads "40 mg" as dose, strength, vial or wasted amount by what stands
// around it.
func (r *reader) dose(i int, unit string) {
	switch unit {
	case "ug":
		unit = "mcg"
	case "gm", "gram", "grams":
		unit = "g"
	case "cc":
		unit = "ml"
	case "units", "unit", "iu":
		if !drugUnits[r.word(i+2)] && !drugUnits[r.word(i+3)] && !r.wastedUnits(i) {
			return
		}
		unit = "units"
	}
	value := plain(r.toks[i].n) + " " + unit
	if r.has(r.toks[i+1].e, "/") {
		switch r.word(i + 2) {
		case "ml", "cc", "m":
			r.emit("strength", value+"/ml", i, i+2)
		}
		return // mg/dl and its like are findings
	}
	name := "dose"
	for d := 1; d <= 3; d++ {
		after, before := r.word(i+1+d), r.word(i-d)
		switch {
		case wasteWords[after] || wasteWords[before] && d <= 2:
			name = "wasted"
		case after == "vial" || after == "vials" || after == "sdv" || after == "mdv" || before == "vial" && d == 1:
			name = "vial"
		default:
			if r.toks[min(i+1+d, len(r.toks)-1)].n < 0 {
				continue
			}
		}
		break
	}
	r.emit(name, value, i, i+1)
}

// wastedUnits tells whether the units counted at i are said to be discarded.
func (r *reader) wastedUnits(i int) bool {
	return wasteWords[r.word(i-1)] || i+2 < len(r.toks) && wasteWords[r.word(i+2)] && !r.has(r.toks[i+1].e, ",;")
}

// person reads age and sex: "67 y/o F", "67yo", "a 67-year-old woman", "age 67".
func (r *reader) person(i int) {
	t := r.toks[i]
	switch t.w {
	case "female", "woman", "girl", "lady":
		r.emit("patient_sex", "female", i, i)
	case "male", "man", "boy", "gentleman":
		r.emit("patient_sex", "male", i, i)
	case "age", "aged":
		if i+1 < len(r.toks) && r.toks[i+1].n >= 0 && r.toks[i+1].n <= 120 && !r.toks[i+1].code {
			r.emit("patient_age", plain(r.toks[i+1].n), i, i+1)
		}
	}
	if t.n < 0 || t.n > 120 || t.code || i+1 >= len(r.toks) {
		return
	}
	j := -1
	switch w := r.word(i + 1); {
	case w == "yo" || w == "yof" || w == "yom":
		j = i + 1
	case w == "y" && r.word(i+2) == "o":
		j = i + 2
	case (w == "year" || w == "years" || w == "yr" || w == "yrs") && (r.word(i+2) == "old" || r.word(i+2) == "olds"):
		j = i + 2
	case (w == "month" || w == "months" || w == "week" || w == "weeks" || w == "day") && r.word(i+2) == "old":
		years := 0.0
		if w[0] == 'm' {
			years = float64(int(t.n / 12))
		}
		r.emit("patient_age", plain(years), i, i+2)
		return
	case (w == "f" || w == "m") && r.toks[i+1].b == t.e && t.n >= 1 && !r.is(r.toks[i+1].e, isWord):
		r.emit("patient_age", plain(t.n), i, i)
		r.sex(i + 1)
		return
	}
	if j < 0 {
		return
	}
	r.emit("patient_age", plain(t.n), i, j)
	switch w := r.word(j); w {
	case "yof", "yom":
		r.emit("patient_sex", map[byte]string{'f': "female", 'm': "male"}[w[2]], j, j)
	default:
		if r.word(j+1) == "f" || r.word(j+1) == "m" {
			r.sex(j + 1)
		}
	}
}

func (r *reader) sex(i int) {
	value := "female"
	if r.word(i) == "m" {
		value = "male"
	}
	r.emit("patient_sex", value, i, i)
}
