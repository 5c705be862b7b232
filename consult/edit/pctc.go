package edit

import (
	"slices"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// pctc reads PPRRVU PCTC IND where 26, TC or the stated place make it bear
// (DOMAIN.md E.0 step 10).
func (k *checker) pctc() {
	for i, l := range k.c.Lines {
		if l.Code == "" {
			continue
		}
		if mods := k.among(i, []string{"26", "TC"}); len(mods) > 0 {
			for _, m := range mods {
				k.component26(i, m)
			}
			continue
		}
		k.wholeTest(i)
	}
}

// component26 judges a line with 26 or TC by the indicator, then by the place.
func (k *checker) component26(i int, m string) {
	c := k.c.Lines[i].Code
	row := k.pfsOf(c, m)
	if k.forHospital("pfs.pctc", c) {
		return
	}
	if row == nil {
		k.skip("pfs.pctc", c, k.noRow(codeset.KindPFS))
		return
	}
	if why := unread(row.PCTC, "0123456789"); why != "" {
		k.skip("pfs.pctc", c, why)
		return
	}
	f := Finding{Rule: "pfs.pctc", Verdict: "conflict", Codes: []string{c}, Lines: []int{i}, Indicator: row.PCTC, Modifiers: []string{m}, Source: row.Source}
	means := "so modifier " + m + " does not fit"
	if others := k.contradictedOn(i, m); splits(row.PCTC, m) && others != "" {
		means = "but modifier " + m + " contradicts " + others + " on the line, so that neither fits there"
	} else if splits(row.PCTC, m) {
		f.Verdict, means = "applies", "so modifier "+m+" fits"
		if again := k.wholeBeside(i); again >= 0 {
			f.Verdict, f.Modifiers, f.Lines = "conflict", nil, []int{min(i, again), max(i, again)}
			means += ", but the line of " + c + " without 26 and TC bills the whole test, of which this is a part again unless it is another test, as 59, 76 or 77 would say"
		} else if at, why := k.place(); why == "" && m == "TC" && at.facility {
			f.Verdict, f.Modifiers = "conflict", nil
			means += ", but " + at.words + " is a facility, which bills the technical component itself"
		}
	}
	f.Statement = k.sayMedicare(row.Source, "%s has PC/TC indicator %s in %s, %s, %s",
		c, row.PCTC, k.whose("physician fee schedule"), pctcMeaning(row.PCTC), means)
	k.add(f)
}

// wholeTest judges a line without 26 and TC by the place of service, where that
// is stated and the indicator holds a technical component: 1, 3, 4; and 5,
// which is not the physician's to bill for patients of a hospital (RVU25D,
// record layout, "PC/TC Indicator").
func (k *checker) wholeTest(i int) {
	c := k.c.Lines[i].Code
	row := k.pfs(c)
	if row == nil || !slices.Contains([]string{"1", "3", "4", "5"}, row.PCTC) || !k.stated("place_of_service", "setting") || k.forHospital("pfs.pctc", c) {
		return
	}
	at, why := k.place()
	if why != "" {
		k.skip("pfs.pctc", c, why)
		return
	}
	f := Finding{Rule: "pfs.pctc", Verdict: "conflict", Codes: []string{c}, Lines: []int{i}, Indicator: row.PCTC, Source: row.Source}
	means := ""
	switch {
	case !at.facility:
		f.Verdict = "does_not_apply"
		means = at.words + " is no facility, so that the technical component is not a facility's"
	case row.PCTC == "5" && !at.hospital:
		return
	case row.PCTC == "5":
		means = at.words + " is a hospital's, which bills it itself for its patients"
	case row.PCTC == "1":
		f.ModifierOn = c
		means = at.words + " is a facility, which bills the technical component itself, so that the physician reports it with modifier 26"
	case row.PCTC == "3":
		means = at.words + " is a facility, which bills the technical component itself"
	default:
		means = at.words + " is a facility, which bills the technical component itself, so that the physician reports the code of the interpretation alone"
	}
	if f.ModifierOn != "" {
		f.Modifiers = []string{"26"}
	}
	f.Statement = k.sayMedicare(row.Source, "%s has PC/TC indicator %s in %s, %s, and %s", c, row.PCTC, k.whose("physician fee schedule"), pctcMeaning(row.PCTC), means)
	k.add(f)
}

// A place is where the service was rendered.
type place struct {
	code, words        string
	facility, hospital bool
}

// place reads the stated place of service, else a stated setting that has one
// code, or says why none of them tells where the service was: values contradict
// each other, or their part in a test is not known. The CMS place of service file
// says Facility or Non-Facility of each code; 02 (telehealth), 41 and 42
// (ambulance) are neither here, since no test of a facility is made there.
func (k *checker) place() (at place, why string) {
	places, settings := k.different("place_of_service"), k.different("setting")
	switch {
	case len(places) > 1:
		return place{}, "the places of service " + listed(places) + " are stated, and they are not one"
	case len(places) == 0 && len(settings) > 1:
		return place{}, "the settings " + listed(settings) + " are stated, and they are not one"
	case len(places) == 0 && len(settings) == 1:
		places = []string{settingPlaces[settings[0]]}
		at.words = " (by the stated setting, " + settings[0] + ")"
	}
	if len(places) > 0 {
		at.code = places[0]
	}
	at.words = "place of service " + at.code + at.words
	at.facility, at.hospital = slices.Contains(facilities, at.code), slices.Contains(hospitals, at.code)
	if !at.facility && !slices.Contains(nonFacilities, at.code) {
		return place{}, "the stated place of service is not one whose part in a test is known"
	}
	for _, v := range settings {
		if p := settingPlaces[v]; p != "" && slices.Contains(facilities, p) != at.facility {
			return place{}, "the setting " + v + " is stated with place of service " + at.code + ", and the two contradict each other"
		}
	}
	return at, ""
}

// wholeBeside returns a line of the same code that bills the whole test beside the
// component on line i, or -1: where neither line is set apart, the component is
// billed twice.
func (k *checker) wholeBeside(i int) int {
	for _, j := range k.linesOf(k.c.Lines[i].Code) {
		or := k.c.Lines[i].Or || k.c.Lines[j].Or
		if j != i && !or && !k.hasAny(j, []string{"26", "TC"}) && !k.hasAny(j, apart) && !k.hasAny(i, apart) && !k.otherSide(i, j) {
			return j
		}
	}
	return -1
}

// otherSide says whether two lines name different places of the body.
func (k *checker) otherSide(i, j int) bool {
	a, b := k.among(i, anatomic), k.among(j, anatomic)
	return len(a) > 0 && len(b) > 0 && !slices.Equal(a, b)
}

// stated says whether any value of one of the facts is stated.
func (k *checker) stated(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return len(k.c.Facts[n]) > 0 })
}

// The places of the CMS place of service code set by their column POS type
// (2024; CMS IOM 100-04 chapter 12, section 20.4.2); hospitals are those of
// them whose patients are a hospital's.
var (
	facilities = []string{"06", "08", "19", "21", "22", "23", "24", "26", "31", "34", "51", "52", "53", "56", "61"}
	hospitals  = []string{"19", "21", "22", "23"}

	nonFacilities = []string{
		"01", "03", "04", "05", "07", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "20", "25", "27", "32", "33",
		"49", "50", "54", "55", "57", "58", "60", "62", "65", "66", "71", "72", "81", "99",
	}
	settingPlaces = map[string]string{"office": "11", "inpatient": "21", "outpatient": "22", "emergency": "23", "asc": "24"}
)

// splits says whether a service of this PC/TC indicator takes the modifier.
func splits(pctc, m string) bool { return pctc == "1" || pctc == "6" && m == "26" }

func pctcMeaning(indicator string) string {
	meaning, ok := map[string]string{
		"0": "a physician service that is not split",
		"1": "a diagnostic test that splits into professional (26) and technical (TC) component",
		"2": "a code for the professional component alone",
		"3": "a code for the technical component alone",
		"4": "a code for the whole test, whose components have codes of their own",
		"5": "a service incident to a physician's, not split",
		"6": "a laboratory test with a physician's interpretation (26)",
		"7": "a therapy service that is not split",
		"8": "a physician's interpretation alone",
	}[indicator]
	if !ok {
		return "to which the concept does not apply"
	}
	return meaning
}
