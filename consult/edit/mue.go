package edit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// mue compares the units of each code with its medically unlikely edit: a line
// at a time where the adjudication indicator (MAI) is 1, all lines of the day
// where it is 2 or 3 (NCCI Policy Manual chapter I, section V), in the table of
// whoever bills.
func (k *checker) mue() {
	kind, table := k.table(codeset.KindMUEPractitioner, codeset.KindMUEOutpatient), k.tableName()
	if k.supplier() {
		kind, table = codeset.KindMUEDME, "DME supplier"
	}
	for _, c := range k.codes {
		cf, _ := k.procedure(c)
		m := cf.MUE
		if kind == codeset.KindMUEDME {
			m = cf.SupplierMUE
		}
		if m != nil {
			k.mueOf(c, table, *m)
			continue
		}
		if why := k.silent(kind); why != "" {
			k.skip("ncci.mue", c, why)
			continue
		}
		src := k.absence(kind)
		k.add(Finding{
			Rule: "ncci.mue", Verdict: "none_published", Codes: []string{c}, Lines: k.linesOf(c), Source: src,
			Statement: k.sayMedicare(src, "%s publishes no MUE for %s; some limits are not public", k.begin("NCCI "+table+" table"), c),
		})
	}
}

// supplier says whether the question is a supplier's of durable medical
// equipment, prosthetics, orthotics and supplies (DMEPOS), whose claims have a
// table of limits of their own and none of pairs.
func (k *checker) supplier() bool {
	if k.c.Setting == codeset.Outpatient {
		return false
	}
	for _, v := range slices.Concat([]string{k.c.Setting}, k.c.Facts["setting"], k.c.Facts["specialty"], k.c.Facts["contractor"]) {
		v = strings.ToLower(v)
		words := strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == '-' || r == '/' })
		if slices.Contains(words, "dme") || slices.Contains(words, "dmepos") || strings.Contains(v, "durable medical equipment") {
			return true
		}
	}
	return false
}

func (k *checker) mueOf(c, table string, m codeset.MUE) {
	u := k.compared(c, m.MAI)
	if u.units == 0 {
		k.skip("ncci.mue", c, "adjudication "+unread(m.MAI, ""))
		return
	}
	f := Finding{
		Rule: "ncci.mue", Verdict: "within", Codes: []string{c}, Lines: u.lines,
		MAI: m.MAI, Limit: &m.Limit, Units: u.units, Source: m.Source,
	}
	named := k.begin("NCCI " + table + " MUE table" + quarter(m.Source))
	limit := named + " limits " + c + " to " + span(m) + " (MAI " + m.MAI + ")"
	switch {
	case m.Limit == 0:
		f.Verdict = "exceeds"
		f.Statement = k.sayMedicare(m.Source, "%s has 0 for %s (MAI %s), so it is not payable in this setting, and no unit of it is paid%s", named, c, m.MAI, k.elsewhere(c, m))
	case u.units <= m.Limit:
		f.Statement = k.closeMedicare(m.Source, limit+", and "+plural(u.units, "unit")+" "+areOrIs(u.units)+" within it"+u.ofSeveral(", each surgeon's and assistant's lines for themselves"))
	case u.apart > 0 && u.apart <= m.Limit:
		k.byTwo(&f, limit, u)
	default:
		f.Verdict = "exceeds"
		f.Statement = k.sayMedicare(m.Source, "%s, and %s", limit, k.above(c, m, u))
	}
	k.add(f)
}

// span writes a limit with what it is a limit of.
func span(m codeset.MUE) string {
	switch m.MAI {
	case "1":
		return plural(m.Limit, "unit") + " a line"
	case "2", "3":
		return plural(m.Limit, "unit") + " a day"
	}
	return plural(m.Limit, "unit")
}

// elsewhere says of a code that is not payable here what a supplier may bill.
func (k *checker) elsewhere(c string, m codeset.MUE) string {
	cf, _ := k.procedure(c)
	if s := cf.SupplierMUE; s != nil && s.Limit > 0 && s.Source.Set != m.Source.Set {
		return "; the DME supplier table limits a supplier to " + span(*s)
	}
	return ""
}

// byTwo leaves open lines that exceed a day's limit only together, where they may
// be of two providers or of two days: a limit is one provider's for one day (CMS
// transmittal 617).
func (k *checker) byTwo(f *Finding, limit string, u counted) {
	f.Verdict, f.Missing = Undecided, []string{u.want}
	together, parted, only := "one provider did all of them", "the lines are of different providers", "one provider did them"
	if u.want == "date_of_service" {
		together, parted, only = "the units are of one day", "they are of different days, none above the limit", "they are of one day"
	}
	on := ""
	if len(u.lines) > 1 {
		on = fmt.Sprintf(" on its %d lines", len(u.lines))
	}
	f.Branches = []Branch{
		{together, "exceeds", fmt.Sprintf("%s %s the limit; %s.", plural(u.units, "unit"), exceedOrExceeds(u.units), excess[f.MAI])},
		{parted, "within", "Each is within the limit by itself."},
	}
	f.Statement = k.sayMedicare(f.Source, "%s, and %s%s exceed it only if %s", limit, plural(u.units, "unit"), on, only)
}

// above says of units above the limit what they are, and what becomes of them.
// The lines of a day are summed whatever their modifiers (NGS, Medically Unlikely
// Edits), and both sides are one unit with 50 (CMS MLN SE1422).
func (k *checker) above(c string, m codeset.MUE, u counted) string {
	units, exceed := plural(u.units, "unit"), exceedOrExceeds(u.units)
	bilateral := k.pfs(c) != nil && k.pfs(c).Bilateral == "1"
	switch {
	case m.MAI == "1":
		return fmt.Sprintf("%s%s %s it; %s", units, k.aboveLines(m, u.lines), exceed, excess[m.MAI])
	case u.choice:
		return fmt.Sprintf("one of the ways to bill it makes %s, which %s it; %s", units, exceed, excess[m.MAI])
	case bilateral && k.oneForBoth(u.lines):
		return "RT and LT on lines of their own make 2 units; both sides go on one line with modifier 50 and 1 unit"
	case bilateral && len(u.lines) == 1 && u.units == 2 && k.has(u.lines[0], "50"):
		return "2 units exceed it; both sides on one line with modifier 50 are 1 unit"
	case len(u.lines) == 1:
		return fmt.Sprintf("%s %s it; %s", units, exceed, excess[m.MAI])
	}
	on := fmt.Sprintf(" on its %d lines", len(u.lines))
	if u.discarded > 0 {
		on += fmt.Sprintf(", %d of them discarded (JW),", u.discarded)
	}
	if several := u.ofSeveral(" of one of them"); several != "" {
		return fmt.Sprintf("each surgeon's and assistant's lines count for themselves, where %s%s exceed it; %s", units, several, excess[m.MAI])
	}
	return fmt.Sprintf("%s%s exceed it, for the lines of one day count together whatever their modifiers; %s", units, on, excess[m.MAI])
}

// aboveLines says on how many of a code's lines a line edit is exceeded.
func (k *checker) aboveLines(m codeset.MUE, lines []int) string {
	n := 0
	for _, i := range lines {
		if k.unitsOf(i) > m.Limit {
			n++
		}
	}
	switch {
	case len(lines) < 2:
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

// oneForBoth says whether two lines of 1 unit bill the two sides apart.
func (k *checker) oneForBoth(lines []int) bool {
	if len(lines) != 2 || k.unitsOf(lines[0]) != 1 || k.unitsOf(lines[1]) != 1 {
		return false
	}
	return k.has(lines[0], "RT") && k.has(lines[1], "LT") || k.has(lines[0], "LT") && k.has(lines[1], "RT")
}

// excess says what happens above the limit, by MAI.
var excess = map[string]string{
	"1": "the line is denied, and medically necessary units above it go on lines of their own with a modifier that says why",
	"2": "the limit rests on policy, so units above it are not paid, and the contractor does not override it",
	"3": "all units of the day are denied, and an appeal may show that they were necessary",
}

// counted are the units of a code's lines as a limit compares them.
type counted struct {
	units     int // the most on a line, or in a day by one provider; 0 for an unknown MAI
	lines     []int
	apart     int    // the most of one provider or day, where the units may be of two providers or days, else 0
	want      string // the fact that tells whether they are, where apart is not 0
	several   bool   // lines of other surgeons or of assistants are summed for themselves
	choice    bool   // the lines are ways to bill the same, of which the largest counts
	discarded int    // of units, those on lines with JW
}

// ofSeveral is the clause where the lines are of several providers.
func (u counted) ofSeveral(clause string) string {
	if u.several {
		return clause
	}
	return ""
}

// compared counts the units that the MAI compares with the limit. A line that
// states no units counts what its dose needs, else one.
func (k *checker) compared(c, mai string) counted {
	u := counted{lines: k.linesOf(c)}
	type sum struct {
		biller string
		choice int
	}
	sums, billers, most, choice := map[sum]int{}, map[string]bool{}, 0, 0
	for _, i := range u.lines {
		n := k.unitsOf(i)
		if k.c.Lines[i].Or && i > 0 && k.c.Lines[i-1].Code == c {
			choice++ // another way to bill the same
		}
		most = max(most, n)
		sums[sum{k.biller(i), choice}] += n
		billers[k.biller(i)] = true
		if k.has(i, "JW") {
			u.discarded += n
		}
	}
	switch mai {
	case "1":
		u.units = most
	case "2", "3":
		for _, n := range sums {
			u.units = max(u.units, n)
		}
		u.several, u.choice = len(billers) > 1, choice > 0
		switch {
		case len(k.datesOfService()) > 1:
			days := len(k.datesOfService())
			u.apart, u.want = (u.units+days-1)/days, "date_of_service"
		case k.is("same_provider", "no") || k.yesAndNo("same_provider") || k.bears(c, "26") && k.bears(c, "TC"):
			u.apart, u.want = most, "same_provider"
		}
	}
	return u
}

// biller tells lines apart that their modifiers show to be of different
// providers: those of assistants (80, 81, 82, AS), of each co-surgeon or member of
// a team (62, 66), and of the care after and before a surgery (55, 56).
func (k *checker) biller(i int) string {
	for _, role := range [][]string{{"80", "81", "82", "AS"}, {"55"}, {"56"}} {
		if k.hasAny(i, role) {
			return role[0]
		}
	}
	if k.hasAny(i, []string{"62", "66"}) {
		return fmt.Sprint("surgeon ", i)
	}
	return ""
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
	return strconv.Itoa(n) + " " + word + "s"
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
