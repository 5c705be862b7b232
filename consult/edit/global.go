package edit

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// globalDays gives the days after the surgery that each value of PPRRVU GLOB
// DAYS includes. A 90-day package also includes the day before (CMS IOM 100-04
// chapter 12, section 40.1).
var globalDays = map[string]int{"000": 0, "010": 10, "090": 90}

// A surgery is one whose global period may reach the date of service.
type surgery struct {
	code string
	row  codeset.PFS
	on   time.Time
}

// day counts the date of service from the surgery: 0 is its own day.
func (s surgery) day(on time.Time) int { return int(on.Sub(s.on).Hours() / 24) }

// last is the last day of the period.
func (s surgery) last() time.Time { return s.on.AddDate(0, 0, globalDays[s.row.Global]) }

func (s surgery) holds(day int) bool {
	first := 0
	if s.row.Global == "090" {
		first = -1
	}
	return day >= first && day <= globalDays[s.row.Global]
}

// global holds the visits and procedures of the claim against the global
// periods of its own surgeries and of the one under surgery_date or
// days_after_surgery. The package is a rule for physicians' claims: it is no
// part of what a hospital bills (CMS IOM 100-04 chapter 12, section 40.1).
func (k *checker) global() {
	if k.forHospital("pfs.global", "") {
		return
	}
	if k.severalDays() {
		k.ofSeveralDays(k.datesOfService())
		k.split()
		return
	}
	switch days, unread := k.surgeryDays(); {
	case unread != "":
		k.skip("pfs.global", "", unread)
	case len(days) > 1:
		k.eitherDay(days)
		k.split()
	default:
		k.globalOf()
		k.split()
	}
}

// globalOf is global where at most one day is stated for the surgery.
func (k *checker) globalOf() {
	on, dated := k.surgeryDay()
	stated, coded := k.fact("surgery_code")
	switch {
	case dated && coded:
		k.afterSurgery([]string{stated}, on)
		k.sameDay(stated)
	case dated && len(k.earlier) > 0:
		k.afterSurgery(k.earlier, on)
	case dated && !on.Equal(k.on):
		k.unnamedSurgery(on)
		k.sameDay("")
	default:
		k.sameDay("")
		if coded && !dated && len(k.linesOf(stated)) == 0 {
			k.undatedSurgery(stated)
		}
		k.undatedLines(dated, coded)
	}
}

// surgeryDay is the stated date of surgery, or the date of service less the
// stated days since, where exactly one day is stated and every value is read.
func (k *checker) surgeryDay() (time.Time, bool) {
	days, unread := k.surgeryDays()
	if unread != "" || len(days) != 1 {
		return time.Time{}, false
	}
	return days[0], true
}

// surgeryDays returns the different days on which the facts put the surgery, in
// order, or which value cannot be read. A date outranks a count of days that may
// be a round one for it; one that cannot be is a second day.
func (k *checker) surgeryDays() (days []time.Time, unread string) {
	for _, v := range k.c.Facts["surgery_date"] {
		on, err := code.ParseDay(v)
		switch {
		case v == "":
			continue
		case err != nil:
			return nil, fmt.Sprintf("surgery_date %q is not a date as YYYY-MM-DD", v)
		}
		days = append(days, on)
	}
	counted, unread := k.countedDays()
	if len(days) == 0 {
		days = counted
	} else if first := days[0]; len(days) == 1 {
		unread = "" // the date tells
		days = append(days, slices.DeleteFunc(counted, func(on time.Time) bool { return k.roughly(on, first) })...)
	}
	slices.SortFunc(days, time.Time.Compare)
	return slices.CompactFunc(days, time.Time.Equal), unread
}

// roughly says whether a count of days that leads to on may speak of the surgery of
// another date: it is off by three days at most, or by a fifth of the count.
func (k *checker) roughly(on, date time.Time) bool {
	off, n := surgery{on: on}.day(date), surgery{on: on}.day(k.on)
	return max(off, -off) <= max(3, n/5)
}

// countedDays is surgeryDays by the fact days_after_surgery.
func (k *checker) countedDays() (days []time.Time, unread string) {
	for _, v := range k.c.Facts["days_after_surgery"] {
		n, err := strconv.Atoi(v)
		switch {
		case v == "":
			continue
		case err != nil || n < 0 || n > 10_000:
			return nil, fmt.Sprintf("days_after_surgery %q is not a count of days", v)
		}
		days = append(days, k.on.AddDate(0, 0, -n))
	}
	return days, ""
}

// otherDay returns the codes of the claim that are the surgery of a stated date
// other than the date of service.
func (k *checker) otherDay() []string {
	on, dated := k.surgeryDay()
	if !dated || on.Equal(k.on) {
		return nil
	}
	return k.ofSurgery()
}

// ofSurgery returns the codes of the claim that a stated day of surgery speaks
// of: the one stated, else those whose period can reach another day, unless a
// line says that its procedure came later or a 25 says that a visit was on the
// procedure's own day.
func (k *checker) ofSurgery() []string {
	stated, coded := k.fact("surgery_code")
	var found []string
	for _, c := range k.codes {
		row := k.pfs(c)
		switch {
		case k.returns(c) != "":
		case coded && c == stated, !coded && !IsEM(c) && row != nil && (row.Global == "010" || row.Global == "090"):
			found = append(found, c)
		case !coded && IsEM(c) && k.bears(c, "25"):
			return nil
		}
	}
	return found
}

// sameDay holds the claim's visits against its procedures, but for the one
// stated as the surgery, which was judged on its own day.
func (k *checker) sameDay(judged string) {
	visits := slices.DeleteFunc(slices.Clone(k.codes), func(c string) bool { return !IsEM(c) })
	if len(visits) == 0 {
		return
	}
	for _, c := range k.codes {
		row := k.pfs(c)
		switch {
		case IsEM(c), c == followUpCode, c == judged && k.returns(c) == "", k.takenOver(c):
		case row == nil:
			k.skip("pfs.global", c, k.noRow(codeset.KindPFS))
		default:
			k.sameDayAs(surgery{c, *row, k.on}, visits)
		}
	}
}

func (k *checker) sameDayAs(s surgery, visits []string) {
	if _, ok := globalDays[s.row.Global]; !ok {
		k.noDays(s)
		return
	}
	for _, v := range visits {
		k.visitIn(s, v)
	}
}

// noDays reports the values of GLOB DAYS that count no days. A code that the
// schedule does not pay is left to pfs.status.
func (k *checker) noDays(s surgery) {
	if !slices.Contains([]string{"A", "R", "C"}, s.row.Status) {
		return
	}
	f := k.against(s, "", "no_global")
	if slices.ContainsFunc(k.findings, func(g Finding) bool { return g.Rule == f.Rule && slices.Equal(g.Codes, f.Codes) }) {
		return // said already
	}
	why, ok := map[string]string{
		"XXX": "the global surgery rules do not apply",
		"ZZZ": "it belongs to the global period of its primary procedure and has none of its own",
		"MMM": "it is maternity care, where the usual global days do not apply",
	}[s.row.Global]
	if s.row.Global == "YYY" {
		f.Verdict, why, ok = "carrier_defined", "the contractor sets the global days", true
	}
	if !ok {
		k.skip("pfs.global", s.code, "global days "+unread(s.row.Global, ""))
		return
	}
	f.Statement = k.sayMedicare(s.row.Source, "%s has global days %s in %s: %s", s.code, s.row.Global, k.whose("physician fee schedule"), why)
	k.add(f)
}

// against begins the finding of a service, "" for a visit that is no line,
// against a surgery.
func (k *checker) against(s surgery, service, verdict string) Finding {
	f := Finding{Rule: "pfs.global", Verdict: verdict, Codes: []string{s.code}, Lines: k.linesOf(s.code), Days: s.row.Global, Source: s.row.Source}
	if service != "" {
		f.Codes, f.Lines = []string{s.code, service}, k.linesOf(s.code, service)
	}
	return f
}

// span says where the date of service lies, "day 8 after 10060 of 2024-08-07",
// and until when the period runs.
func (k *checker) span(s surgery) string {
	if s.on.Equal(k.on) {
		return fmt.Sprintf("on the same day as %s, which has %s global days in %s", s.code, s.row.Global, k.whose("physician fee schedule"))
	}
	taken := ""
	if _, coded := k.fact("surgery_code"); !coded {
		taken = " (taken to be the surgery of that date)"
	}
	return fmt.Sprintf("%s %s of %s%s, whose %s global days in %s end on %s",
		away(s.day(k.on)), s.code, s.on.Format(time.DateOnly), taken, s.row.Global, k.whose("physician fee schedule"), s.last().Format(time.DateOnly))
}

// away writes a day counted from the surgery.
func away(day int) string {
	if day < 0 {
		return plural(-day, "day") + " before"
	}
	return fmt.Sprintf("on day %d after", day)
}

// afterSurgery holds the claim against surgeries of another day.
func (k *checker) afterSurgery(codes []string, on time.Time) {
	for _, c := range codes {
		row := k.pfs(c)
		if row == nil {
			k.skip("pfs.global", c, k.noRow(codeset.KindPFS))
			continue
		}
		s := surgery{c, *row, on}
		if _, ok := globalDays[row.Global]; !ok {
			k.noDays(s)
			continue
		}
		k.laterIn(s, codes)
	}
}

// laterIn holds each service of the date against the surgery. Where the claim
// names the surgery alone, the date is that of a visit, or of the same procedure
// again.
func (k *checker) laterIn(s surgery, surgeries []string) {
	any := false
	for _, c := range k.codes {
		switch {
		case IsEM(c):
			k.visitIn(s, c)
		case c == followUpCode:
			k.freeVisit(s)
		case k.takenOver(c): // split says who provides what
		case slices.Contains(surgeries, c) && k.returns(c) == "":
			continue
		default:
			k.procedureIn(s, c)
		}
		any = true
	}
	switch {
	case any || s.on.Equal(k.on):
	case s.day(k.on) > 0 && s.holds(s.day(k.on)) && k.maybeAgain(s.code):
		k.again(s)
	default:
		k.visitIn(s, "")
	}
}
