package edit

import (
	"fmt"
	"slices"
	"strconv"
	"time"

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
// days_after_surgery.
func (k *checker) global() {
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
		k.undatedLines(dated, coded)
	}
}

// surgeryDay is the stated date of surgery, or the date of service less the
// stated days since.
func (k *checker) surgeryDay() (time.Time, bool) {
	if on, ok := k.day("surgery_date"); ok {
		return on, true
	}
	v, _ := k.fact("days_after_surgery")
	days, err := strconv.Atoi(v)
	if err != nil || days < 0 || days > 10_000 {
		return time.Time{}, false
	}
	return k.on.AddDate(0, 0, -days), true
}

// otherDay returns the codes of the claim that are the surgery of a stated date
// other than the date of service: the one stated, else those whose period can
// reach another day, unless a line says that its procedure came later or a 25
// says that a visit was on the procedure's own day.
func (k *checker) otherDay() []string {
	on, dated := k.surgeryDay()
	if !dated || on.Equal(k.on) {
		return nil
	}
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

// returns is the modifier by which a line says that its procedure falls into
// the period of an earlier one.
func (k *checker) returns(c string) string {
	for _, m := range []string{"58", "78", "79"} {
		if k.bears(c, m) {
			return m
		}
	}
	return ""
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
		case IsEM(c), c == judged && k.returns(c) == "":
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

// visitIn judges an E/M service, or with "" a visit that is no line, by the day
// that it falls on.
func (k *checker) visitIn(s surgery, v string) {
	d := s.day(k.on)
	name := v
	if v == "" {
		name = "A visit on " + k.date()
	}
	switch {
	case !s.holds(d):
		k.outside(s, v, name)
	case k.is("same_provider", "no"):
		k.byAnother(s, v, name)
	case d > 0:
		k.followUp(s, v, name)
	case s.row.Global == "090":
		k.decision(s, v, name, "57", "the visit made the decision for surgery, on its day or the day before")
	default:
		k.decision(s, v, name, "25", "the visit was significant and separate from the procedure and the decision to do it")
	}
}

func (k *checker) outside(s surgery, v, name string) {
	f := k.against(s, v, "outside")
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, so it is outside the package", name, k.span(s))
	k.add(f)
}

// byAnother judges a service by someone else than the surgeon: the package
// binds the surgeon's group and specialty.
func (k *checker) byAnother(s surgery, v, name string) {
	f := k.against(s, v, "outside")
	group, stated := k.fact("same_group")
	switch {
	case group == "no":
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, but is stated to be by another provider of another group, whom the package does not bind", name, k.span(s))
	case stated:
		f.Verdict = "included"
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and a provider of the same group and specialty counts as the surgeon", name, k.span(s))
	default:
		f.Verdict, f.Missing = Undecided, []string{"same_group"}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and whether the package binds the other provider depends on group and specialty", name, k.span(s))
		f.Branches = []Branch{
			{"same group and specialty", "included", "The other provider counts as the surgeon."},
			{"another group or specialty", "outside", "The package does not bind the other provider."},
		}
	}
	k.add(f)
}

// decision judges a visit on the day of surgery, or before a major one.
func (k *checker) decision(s surgery, v, name, modifier, when string) {
	f := k.against(s, v, "modifier_"+modifier)
	f.Modifiers, f.ModifierOn, f.Present = []string{modifier}, v, v != "" && k.bears(v, modifier)
	verb := "is paid only with modifier " + modifier + " and a record that shows that"
	if f.Present {
		verb = "its modifier " + modifier + " is right if the record shows that"
	}
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and %s %s", name, k.span(s), verb, when)
	k.add(f)
}

// followUp judges a visit in the days after surgery: included unless unrelated.
func (k *checker) followUp(s surgery, v, name string) {
	f := k.against(s, v, "included")
	if v != "" && k.bears(v, "24") {
		f.Verdict, f.Present, f.Modifiers, f.ModifierOn = "modifier_24", true, []string{"24"}, v
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and modifier 24 is right if the visit is unrelated to the surgery", name, k.span(s))
		k.add(f)
		return
	}
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, so it is included in the surgery's payment unless it is unrelated", name, k.span(s))
	f.Branches = []Branch{
		{"the visit is unrelated to the surgery", "modifier_24", "Report the visit with modifier 24."},
		{"the visit is related", "included", "Report 99024 without charge."},
	}
	if v == "" {
		f.Branches = append(f.Branches, Branch{"it is another procedure", Undecided,
			"Modifier 58 for a staged or more extensive one, 78 for a return to the operating room for a complication, 79 for an unrelated one."})
	}
	k.add(f)
}

// afterSurgery holds the claim against surgeries of another day.
func (k *checker) afterSurgery(codes []string, on time.Time) {
	if len(codes) == 0 {
		k.unnamedSurgery(on)
		return
	}
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

// laterIn holds each service of the date against the surgery, or a visit that
// is no line where the claim names the surgery alone.
func (k *checker) laterIn(s surgery, surgeries []string) {
	any := false
	for _, c := range k.codes {
		switch {
		case IsEM(c):
			k.visitIn(s, c)
		case slices.Contains(surgeries, c) && k.returns(c) == "":
			continue
		default:
			k.procedureIn(s, c)
		}
		any = true
	}
	if !any {
		k.visitIn(s, "")
	}
}

// relations are the values of the fact relation_to_surgery and their modifiers.
var relations = map[string]string{"planned": "58", "complication": "78", "unrelated": "79"}

// procedureIn judges a procedure on a day of the period.
func (k *checker) procedureIn(s surgery, c string) {
	row := k.pfs(c)
	later := k.returns(c)
	if later == "" && (row == nil || row.Global == "XXX" || row.Global == "ZZZ") {
		return // tests and add-ons follow their own rules
	}
	if !s.holds(s.day(k.on)) {
		k.outside(s, c, c)
		return
	}
	relation, _ := k.fact("relation_to_surgery")
	m := relations[relation]
	if later != "" {
		m = later
	}
	f := k.against(s, c, "modifier_"+m)
	f.Modifiers, f.ModifierOn, f.Present = []string{m}, c, later != ""
	when := map[string]string{
		"58": "it was staged, more extensive or therapy after a diagnostic procedure; a new global period begins",
		"78": "it was a return to the operating room for a complication, which opens no new global period",
		"79": "it was unrelated to the surgery; a new global period begins",
	}[m]
	switch {
	case m == "":
		f.Verdict, f.Modifiers, f.ModifierOn, f.Missing = Undecided, nil, "", []string{"relation_to_surgery"}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and which of modifiers 58, 78 and 79 it needs depends on its relation to the surgery", c, k.span(s))
		f.Branches = returnBranches(c)
	case f.Present:
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and its modifier %s is right if %s", c, k.span(s), m, when)
	default:
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and needs modifier %s if %s", c, k.span(s), m, when)
	}
	k.add(f)
}

func returnBranches(c string) []Branch {
	return []Branch{
		{"staged, more extensive or planned at the first surgery", "modifier_58", "Report " + c + " with modifier 58."},
		{"a return to the operating room for a complication", "modifier_78", "Report " + c + " with modifier 78."},
		{"unrelated to the first surgery", "modifier_79", "Report " + c + " with modifier 79."},
		{"a complication treated outside the operating room", "included", "Medicare does not pay " + c + " apart."},
	}
}
