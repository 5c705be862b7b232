package edit

import (
	"fmt"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// mue compares the units of each code with its medically unlikely edit: a line
// at a time where the adjudication indicator (MAI) is 1, all lines of the day
// where it is 2 or 3 (NCCI Policy Manual chapter I, section V).
func (k *checker) mue() {
	kind := k.table(codeset.KindMUEPractitioner, codeset.KindMUEOutpatient)
	for _, c := range k.codes {
		cf, _ := k.procedure(c)
		if cf.MUE != nil {
			k.mueOf(c, *cf.MUE)
			continue
		}
		if why := k.silent(kind); why != "" {
			k.skip("ncci.mue", c, why)
			continue
		}
		src := k.absence(kind)
		k.add(Finding{
			Rule: "ncci.mue", Verdict: "none_published", Codes: []string{c}, Lines: k.linesOf(c), Source: src,
			Statement: k.sayMedicare(src, "%s publishes no MUE for %s; some limits are not public", k.begin("NCCI "+k.tableName()+" table"), c),
		})
	}
}

func (k *checker) mueOf(c string, m codeset.MUE) {
	units, lines := k.compared(c, m.MAI)
	if units == 0 {
		k.skip("ncci.mue", c, "adjudication "+unread(m.MAI, ""))
		return
	}
	f := Finding{
		Rule: "ncci.mue", Verdict: "within", Codes: []string{c}, Lines: lines,
		MAI: m.MAI, Limit: &m.Limit, Units: units, Source: m.Source,
	}
	span := map[string]string{"1": "a line", "2": "a day", "3": "a day"}[m.MAI]
	table := k.begin("NCCI " + k.tableName() + " MUE table" + quarter(m.Source))
	limit := fmt.Sprintf("%s limits %s to %s %s (MAI %s)", table, c, plural(m.Limit, "unit"), span, m.MAI)
	if m.Limit == 0 {
		limit = fmt.Sprintf("%s has 0 for %s (MAI %s), so it is not payable in this setting", table, c, m.MAI)
	}
	f.Statement = k.sayMedicare(m.Source, "%s, and %s %s within it", limit, plural(units, "unit"), areOrIs(units))
	if units > m.Limit {
		f.Verdict = "exceeds"
		f.Statement = k.sayMedicare(m.Source, "%s, and %s%s %s it; %s", limit, plural(units, "unit"), k.above(m, lines), exceedOrExceeds(units), excess[m.MAI])
		if k.oneForBoth(c) && m.Limit > 0 {
			f.Statement = k.sayMedicare(m.Source, "%s, and RT and LT on lines of their own make %s; both sides go on one line with modifier 50 and 1 unit",
				limit, plural(units, "unit"))
		}
		if m.Limit == 0 {
			f.Statement = k.sayMedicare(m.Source, "%s, and no unit of it is paid", limit)
		}
	}
	k.add(f)
}

// above says on how many of a code's lines a line edit is exceeded.
func (k *checker) above(m codeset.MUE, lines []int) string {
	n := 0
	for _, i := range lines {
		if k.unitsOf(i) > m.Limit {
			n++
		}
	}
	switch {
	case m.MAI != "1" || len(lines) < 2:
		return ""
	case n == 1:
		return fmt.Sprintf(" on 1 of its %d lines", len(lines))
	}
	return fmt.Sprintf(" at most on %d of its %d lines", n, len(lines))
}

// quarter names the release of a table, unless say names it as another day's.
func quarter(src codeset.Source) string {
	if src.AsOf || src.Release == "" {
		return ""
	}
	return " of " + src.Release
}

// oneForBoth says whether the lines bill the two sides apart where the schedule
// takes them as one line with 50.
func (k *checker) oneForBoth(c string) bool {
	row := k.pfs(c)
	return row != nil && row.Bilateral == "1" && k.bears(c, "RT") && k.bears(c, "LT")
}

// excess says what happens above the limit, by MAI.
var excess = map[string]string{
	"1": "the line is denied, and medically necessary units above it go on lines of their own with a modifier that says why",
	"2": "the limit rests on policy, so units above it are never paid, not even on appeal",
	"3": "all units of the day are denied, and an appeal may show that they were necessary",
}

// compared returns the units that the MAI compares with the limit, 0 for an
// unknown MAI, and the lines they stand on. A line that states no units counts
// what its dose needs, else one.
func (k *checker) compared(c, mai string) (units int, lines []int) {
	lines = k.linesOf(c)
	for _, i := range lines {
		n := k.unitsOf(i)
		switch mai {
		case "1":
			units = max(units, n)
		case "2", "3":
			units += n
		}
	}
	return units, lines
}

func (k *checker) unitsOf(i int) int {
	if n := k.c.Lines[i].Units; n > 0 {
		return n
	}
	if d, ok := k.dosed(i); ok {
		return d.units
	}
	return 1
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func areOrIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func exceedOrExceeds(n int) string {
	if n == 1 {
		return "exceeds"
	}
	return "exceed"
}
