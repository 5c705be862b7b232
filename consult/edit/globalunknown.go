package edit

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// unnamedSurgery answers in branches where a surgery's date is stated and its
// code is not.
func (k *checker) unnamedSurgery(on time.Time) {
	if why := k.silent(codeset.KindPFS); why != "" && why != "not in the starter" {
		k.skip("pfs.global", "", why)
		return
	}
	for _, c := range k.codes {
		row, visit := k.pfs(c), IsEM(c) || c == followUpCode
		if k.takenOver(c) || !visit && k.returns(c) == "" && (row == nil || row.Global == "XXX" || row.Global == "ZZZ") {
			continue
		}
		src := k.absence(codeset.KindPFS)
		f := Finding{Rule: "pfs.global", Verdict: Undecided, Codes: []string{c}, Lines: k.linesOf(c), Missing: []string{"surgery_code"}, Source: src}
		d := surgery{on: on}.day(k.on)
		f.Statement = k.sayMedicare(src, "%s is %s the surgery of %s, and %s cannot be applied without the surgery's code",
			c, away(d), on.Format(time.DateOnly), k.whose("global surgery rule"))
		for _, days := range []string{"000", "010", "090"} {
			s := surgery{row: codeset.PFS{Global: days}, on: on}
			f.Branches = append(f.Branches, unnamedBranch(s, d, visit))
		}
		if !slices.ContainsFunc(f.Branches, func(b Branch) bool { return b.Verdict != "outside" }) {
			f.Verdict, f.Missing, f.Branches = "outside", nil, nil
			f.Statement = k.sayMedicare(src, "%s is %s the surgery of %s, which a package of 000, 010 or 090 global days does not reach", c, away(d), on.Format(time.DateOnly))
		}
		k.add(f)
	}
}

// unnamedBranch is what the days of a surgery make of a service on day d.
func unnamedBranch(s surgery, d int, visit bool) Branch {
	b := Branch{"the surgery has " + s.row.Global + " global days", "outside", "The day is outside the package."}
	inside := fmt.Sprintf("The day is inside the package, which ends on %s", s.last().Format(time.DateOnly))
	switch {
	case !s.holds(d), d < 0 && !visit:
	case d < 0:
		b.Verdict, b.Statement = "modifier_57", "The visit is paid only with modifier 57, if it made the decision for surgery."
	case visit:
		b.Verdict, b.Statement = "included", inside+"."
	default:
		b.Verdict, b.Statement = Undecided, inside+", and the procedure needs modifier 58, 78 or 79 by its relation to the surgery."
	}
	return b
}

// eitherDay answers where different days are stated for one surgery: what each
// of them makes of each service is a branch.
func (k *checker) eitherDay(days []time.Time) {
	dates := make([]string, len(days))
	for i, d := range days {
		dates[i] = d.Format(time.DateOnly)
	}
	if len(days) > 4 {
		k.skip("pfs.global", "", "the surgery is stated for different days: "+strings.Join(dates, ", "))
		return
	}
	var found []Finding
	for _, date := range dates {
		c := k.c
		c.Facts = maps.Clone(c.Facts)
		c.Facts["surgery_date"] = []string{date}
		sub := newChecker(k.f, c)
		sub.globalOf()
		for _, f := range sub.findings {
			found = merge(found, f, date)
		}
		for _, entry := range sub.notChecked {
			rule, reason, _ := strings.Cut(entry, ": ")
			k.skip(rule, "", reason)
		}
	}
	for _, f := range found {
		k.eitherOf(f, dates)
	}
}

// merge adds what one date makes of a service as a branch to the finding of
// that service.
func merge(found []Finding, f Finding, date string) []Finding {
	b := Branch{"the surgery was on " + date, f.Verdict, f.Statement}
	for i := range found {
		if g := &found[i]; slices.Equal(g.Codes, f.Codes) {
			if g.Branches[len(g.Branches)-1].If != b.If {
				g.Branches = append(g.Branches, b)
			}
			return found
		}
	}
	f.Branches = []Branch{b}
	return append(found, f)
}

// eitherOf adds a merged finding. One that does not turn on a day stays as it is.
func (k *checker) eitherOf(f Finding, dates []string) {
	if f.Verdict == "no_global" || f.Verdict == "carrier_defined" {
		f.Branches = nil
		k.add(f)
		return
	}
	f.Verdict, f.Missing, f.Modifiers, f.ModifierOn, f.Present = Undecided, []string{"surgery_date"}, nil, "", false
	f.Statement = k.sayMedicare(f.Source, "%s cannot be judged by its day, for the surgery is stated for different days: %s",
		strings.Join(f.Codes, " with "), strings.Join(dates, ", "))
	k.add(f)
}

// undatedLines asks for the surgery that 24, 58, 78 or 79 on a line speaks of.
func (k *checker) undatedLines(dated, coded bool) {
	for _, c := range k.codes {
		m := k.returns(c)
		if IsEM(c) && k.bears(c, "24") {
			m = "24"
		}
		if c == followUpCode && !dated {
			k.undatedVisit()
			continue
		}
		row := k.pfs(c)
		if m == "" || row == nil || IsEM(c) != (m == "24") {
			continue
		}
		f := Finding{
			Rule: "pfs.global", Verdict: Undecided, Codes: []string{c}, Lines: k.linesOf(c), Days: row.Global,
			Modifiers: []string{m}, ModifierOn: c, Source: row.Source,
		}
		if !dated {
			f.Missing = append(f.Missing, "surgery_date")
		}
		if !coded {
			f.Missing = append(f.Missing, "surgery_code")
		}
		f.Statement = k.sayMedicare(row.Source, "Modifier %s on %s speaks of an earlier surgery, and whether its global period reaches %s cannot be said without its date and code",
			m, c, k.date())
		f.Branches = []Branch{
			{"the date is inside the earlier surgery's global period", "modifier_" + m, "Modifier " + m + " is right if the record bears it out."},
			{"it is outside", "outside", "Report " + c + " without modifier " + m + "."},
		}
		k.add(f)
	}
}

// undatedSurgery asks for the date of a stated surgery that is no line, of each
// service that its period may reach. Lines with 24, 58, 78 or 79 are left to
// undatedLines.
func (k *checker) undatedSurgery(stated string) {
	row := k.pfs(stated)
	if row == nil {
		k.skip("pfs.global", stated, k.noRow(codeset.KindPFS))
		return
	}
	s := surgery{stated, *row, k.on}
	if _, ok := globalDays[row.Global]; !ok {
		k.noDays(s)
		return
	}
	for _, c := range k.codes {
		own, visit := k.pfs(c), IsEM(c) || c == followUpCode
		if k.takenOver(c) || k.returns(c) != "" || IsEM(c) && k.bears(c, "24") ||
			!visit && (row.Global == "000" || own == nil || own.Global == "XXX" || own.Global == "ZZZ") {
			continue
		}
		f := k.against(s, c, Undecided)
		f.Missing = []string{"surgery_date"}
		f.Statement = k.sayMedicare(row.Source, "%s is stated as the surgery without its date, and whether its %s global days in %s reach %s of %s cannot be said without that",
			stated, row.Global, k.whose("physician fee schedule"), c, k.date())
		f.Branches = k.dayBranches(s, c)
		k.add(f)
	}
}

// dayBranches are what the days of a surgery whose date is not stated make of a
// service on the date.
func (k *checker) dayBranches(s surgery, c string) []Branch {
	day, m := "the surgery was on "+k.date(), "25"
	if s.row.Global == "090" && (IsEM(c) || c == followUpCode) {
		day, m = day+" or the day after", "57"
	}
	after := fmt.Sprintf("it was 1 to %d days before", globalDays[s.row.Global])
	first := Branch{day, "modifier_" + m, "The visit is paid only with modifier " + m + " and a record that bears it out."}
	second := Branch{after, "included", "The visit is included in the surgery's payment unless it is unrelated."}
	switch {
	case c == followUpCode:
		first.Verdict, first.Statement = "included", "The visit is included."
		second.Statement = "It rightly reports the follow-up, without charge."
	case !IsEM(c):
		first.Verdict, first.Statement = Undecided, "The pair's edit and the multiple procedure rule decide."
		second.Verdict, second.Statement = Undecided, "The procedure needs modifier 58, 78 or 79 by its relation to the surgery."
	}
	branches := []Branch{first, second, {"it was on another day", "outside", "The package does not reach " + c + "."}}
	if s.row.Global == "000" {
		branches = slices.Delete(branches, 1, 2)
	}
	return branches
}

// undatedVisit asks for the date of the surgery on the claim that a line of
// 99024 follows: it cannot be a follow-up of its own day's surgery alone.
func (k *checker) undatedVisit() {
	for _, c := range k.codes {
		row := k.pfs(c)
		if row == nil || globalDays[row.Global] == 0 || k.returns(c) != "" {
			continue
		}
		f := k.against(surgery{c, *row, k.on}, followUpCode, Undecided)
		f.Missing = []string{"surgery_date"}
		f.Statement = k.sayMedicare(row.Source, "%s reports a visit after surgery, and whether %s lies in the %s global days of %s cannot be said without the date of surgery",
			followUpCode, k.date(), row.Global, c)
		f.Branches = []Branch{
			{"the date is inside the global period", "included", "Report 99024 without charge."},
			{"it is outside", "outside", "Report the visit as what it was."},
		}
		k.add(f)
	}
}

// severalDays says whether several dates of service are stated and one of them is
// neither the day of judgement nor roughly a stated day of the surgery.
func (k *checker) severalDays() bool {
	dates := k.datesOfService()
	if len(dates) < 2 {
		return false
	}
	surgeries, _ := k.surgeryDays()
	return slices.ContainsFunc(dates, func(d string) bool {
		date, err := code.ParseDay(d)
		return d != k.date() && !slices.ContainsFunc(surgeries, func(on time.Time) bool { return err == nil && k.roughly(on, date) })
	})
}

// ofSeveralDays answers where several dates of service are stated: which service
// is of which day is not, so that a visit and a procedure may be of one day or not.
func (k *checker) ofSeveralDays(dates []string) {
	if k.stated("surgery_date", "days_after_surgery", "surgery_code") {
		k.skip("pfs.global", "", "the dates of service "+listed(dates)+" are stated, so that the days from the surgery cannot be counted")
		return
	}
	for _, c := range k.codes {
		row := k.pfs(c)
		switch {
		case IsEM(c), c == followUpCode, k.takenOver(c):
			continue
		case row == nil:
			if slices.ContainsFunc(k.codes, IsEM) {
				k.skip("pfs.global", c, k.noRow(codeset.KindPFS))
			}
			continue
		}
		for _, v := range k.codes {
			if _, ok := globalDays[row.Global]; ok && IsEM(v) {
				k.add(k.ofOneDay(surgery{c, *row, k.on}, v, dates))
			}
		}
	}
	k.undatedLines(false, false)
}

// ofOneDay leaves open whether a visit and a procedure of the claim are of one day.
func (k *checker) ofOneDay(s surgery, v string, dates []string) Finding {
	f, as := k.against(s, v, Undecided), k.visit(s, v, v)
	f.Missing = []string{"date_of_service"}
	f.Statement = k.sayMedicare(s.row.Source, "%s has %s global days in %s, and the dates of service %s are stated, where it matters whether %s is of the same day",
		s.code, s.row.Global, k.whose(schedule), listed(dates), v)
	f.Branches = []Branch{
		{"the two services are of one day", as.Verdict, as.Statement},
		{"they are of different days", "outside", "The package of " + s.code + " is its own day alone."},
	}
	if n := globalDays[s.row.Global]; n > 0 {
		f.Branches[1].Verdict = Undecided
		f.Branches[1].Statement = fmt.Sprintf("The package of %s lasts %d days after it, so the days between the two decide.", s.code, n)
	}
	return f
}
