package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// bilateral reads PPRRVU BILAT SURG where modifier 50, both sides on lines of
// one code, 2 units of it, or the stated laterality make it bear.
func (k *checker) bilateral() {
	for _, c := range k.codes {
		s := k.sidesBilled(c)
		if !s.fifty && !s.both && !s.stated && s.twice < 0 {
			continue
		}
		if k.forHospital("pfs.bilateral", c) {
			continue
		}
		row := k.pfs(c)
		if row == nil {
			if s.fifty || s.both {
				k.skip("pfs.bilateral", c, k.noRow(codeset.KindPFS))
			}
			continue
		}
		if why := unread(row.Bilateral, "01239"); why != "" {
			k.skip("pfs.bilateral", c, why)
			continue
		}
		f := Finding{Rule: "pfs.bilateral", Codes: []string{c}, Lines: k.linesOf(c), Indicator: row.Bilateral, Source: row.Source}
		if more := k.twoSides(s, &f); f.Verdict != "" {
			f.Statement = k.sayMedicare(row.Source, "%s has bilateral indicator %s in %s: %s%s", c, row.Bilateral,
				k.whose("physician fee schedule"), bilateralMeaning(row.Bilateral), more)
			k.add(f)
		}
	}
}

// bothSides are how the lines of one code bill the two sides of the body.
type bothSides struct {
	code   string
	fifty  bool   // a line bears 50
	both   bool   // lines bear RT and LT
	stated bool   // the laterality is stated as bilateral
	again  string // beside a line with 50: what bills one of its sides again, or ""
	twice  int    // the line of 2 units that tells no second side, or -1
	side   string // the one side of twice: RT, LT or ""

	unclear string // the modifiers of one line that contradict each other on the side, or ""
}

// roles are the modifiers by which one procedure is rightly billed twice, by
// its parts or by two surgeons; apart those that say that a line is another
// procedure or a repeated one.
var (
	roles = []string{"26", "TC", "54", "55", "56", "62", "66", "80", "81", "82", "AS"}
	apart = []string{"59", "XE", "XP", "XS", "XU", "58", "76", "77", "78", "79", "91"}
)

func (k *checker) sidesBilled(c string) bothSides {
	s := bothSides{code: c, fifty: k.bears(c, "50"), both: k.bears(c, "RT") && k.bears(c, "LT"), twice: -1}
	s.stated = k.is("laterality", "bilateral") && k.lateral(c)
	lines := k.linesOf(c)
	if slices.ContainsFunc(lines, func(i int) bool { return k.c.Lines[i].Or }) {
		return s // a choice between ways to bill is not a claim of all of them
	}
	s.again = k.billedAgain(lines)
	for _, i := range lines {
		for _, m := range k.among(i, []string{"50", "RT", "LT"}) {
			if others := k.contradictedOn(i, m); others != "" && s.unclear == "" {
				s.unclear = "modifiers " + m + " and " + others
			}
		}
	}
	if len(lines) == 1 && !IsEM(c) {
		s.twice, s.side = k.twoUnits(lines[0])
	}
	return s
}

// billedAgain finds a line beside one with 50 that bills the same procedure in the
// same role and says nothing that would set it apart.
func (k *checker) billedAgain(lines []int) string {
	for _, i := range lines {
		if !k.has(i, "50") {
			continue
		}
		for _, j := range lines {
			if i == j || k.hasAny(j, apart) || !slices.Equal(k.among(i, roles), k.among(j, roles)) {
				continue
			}
			if m := k.among(j, []string{"RT", "LT", "50"}); len(m) > 0 {
				return "the line with " + m[0]
			}
			return "the other line"
		}
	}
	return ""
}

// twoUnits finds 2 units on a line that names no two sides and no other site.
func (k *checker) twoUnits(i int) (line int, side string) {
	if k.c.Lines[i].Units != 2 || k.has(i, "50") || k.hasAny(i, apart) {
		return -1, ""
	}
	switch sites := k.among(i, anatomic); {
	case len(sites) == 0:
		return i, k.sideStated()
	case len(sites) == 1 && (sites[0] == "RT" || sites[0] == "LT"):
		return i, sites[0]
	}
	return -1, ""
}

// sideStated is the modifier of the one side that is stated, or "".
func (k *checker) sideStated() string {
	v, _ := k.fact("laterality")
	return map[string]string{"right": "RT", "left": "LT"}[strings.ToLower(v)]
}

// twoSides judges the sides by the indicator and returns what the sentence adds
// to its meaning; no verdict where it does not bear. That RT with LT, and 2
// units, are read as both sides stands in RVU25D, record layout, "Bilateral
// Surgery"; 50 with 1 unit in CMS IOM 100-04 chapter 12, section 40.7.
func (k *checker) twoSides(s bothSides, f *Finding) string {
	switch f.Indicator {
	case "1", "3":
		return k.eachSide(s, f)
	case "2":
		f.Verdict = "does_not_apply"
		if s.fifty || s.both {
			f.Verdict = "conflict"
		} else if s.twice >= 0 {
			f.Verdict = "conflict"
			return "; 2 units are read as the two sides and paid as 1"
		}
		return ""
	}
	if s.fifty {
		f.Verdict = "conflict"
	} else if s.both || s.stated {
		f.Verdict = "does_not_apply"
	}
	return ""
}

// eachSide judges an indicator of 1 or 3, which pay for a second side.
func (k *checker) eachSide(s bothSides, f *Finding) string {
	f.Verdict = "conflict"
	if s.unclear != "" {
		return "; but " + s.unclear + " contradict each other on one line, which so names neither one side nor both"
	}
	if n := k.unitsWith(s.code, "50"); n > 1 {
		return fmt.Sprintf("; with modifier 50 the line takes 1 unit, not %d", n)
	}
	if s.again != "" {
		return "; the line with 50 holds both sides, so " + s.again + " bills one of them again"
	}
	f.Verdict = "applies"
	more := "; report one line with modifier 50 and 1 unit unless the contractor asks for RT and LT"
	switch {
	case s.fifty || s.both || s.stated && s.twice < 0:
	case s.stated:
		more += ", not 2 units"
	case s.side != "" && k.sideStated() == s.side:
		f.Verdict = "does_not_apply"
		return "; both units are stated to be of one side, so this is no bilateral procedure, and the units are a matter of the MUE"
	default:
		return k.unsided(s, f)
	}
	f.Modifiers, f.ModifierOn = []string{"50"}, s.code
	return more
}

// unsided leaves 2 units open of which it is not known whether they are the two
// sides.
func (k *checker) unsided(s bothSides, f *Finding) string {
	f.Verdict, f.Missing = Undecided, []string{"laterality"}
	one := fmt.Sprintf("Name the side on %s; the bilateral rule does not bear, and the units are a matter of the MUE.", s.code)
	more := "; 2 units are read as the two sides, so it matters whether they are"
	if s.side != "" {
		one = fmt.Sprintf("Both units of %s stay with %s; the bilateral rule does not bear, and the units are a matter of the MUE.", s.code, s.side)
		more = "; 2 units with " + s.side + " alone do not say whether the second is the other side"
	}
	same := "both are of one side"
	if f.Indicator == "3" && s.side == "" {
		same += ", or counted by limb or test and not by side"
		one = fmt.Sprintf("Report the 2 units of %s; the bilateral rule does not bear, and they are a matter of the MUE.", s.code)
	}
	f.Branches = []Branch{
		{"the 2 units are the two sides", "applies", fmt.Sprintf("Report %s-50 with 1 unit, or RT and LT on two lines where the contractor asks for them.", s.code)},
		{same, "does_not_apply", one},
	}
	return more
}

// lateral says whether a stated laterality can speak of the code: a visit has
// no side, and an indicator of 9 knows none.
func (k *checker) lateral(c string) bool {
	row := k.pfs(c)
	return !IsEM(c) && row != nil && row.Bilateral != "9" && row.Bilateral != "0"
}

// unitsWith returns the most units on a line of c that bears the modifier.
func (k *checker) unitsWith(c, m string) int {
	n := 0
	for _, i := range k.linesOf(c) {
		if k.has(i, m) {
			n = max(n, k.c.Lines[i].Units)
		}
	}
	return n
}

// has says whether line i bears the modifier, hasAny whether it bears one of
// several, and among returns those that it bears, in the order of the list.
func (k *checker) has(i int, m string) bool { return slices.Contains(k.c.Lines[i].Modifiers, m) }

func (k *checker) hasAny(i int, mods []string) bool {
	return slices.ContainsFunc(mods, func(m string) bool { return k.has(i, m) })
}

func (k *checker) among(i int, mods []string) []string {
	return slices.DeleteFunc(slices.Clone(mods), func(m string) bool { return !k.has(i, m) })
}

func bilateralMeaning(indicator string) string {
	switch indicator {
	case "0":
		return "the 150 percent bilateral rule does not apply and modifier 50 does not fit"
	case "1":
		return "both sides are paid at 150 percent of one"
	case "2":
		return "the code is already priced as bilateral, so both sides are 1 unit without modifier 50"
	case "3":
		return "each side is paid at 100 percent"
	}
	return "the bilateral concept does not apply"
}
