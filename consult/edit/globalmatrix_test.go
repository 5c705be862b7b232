package edit

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestEveryIndicatorOnEveryEdge holds a visit, 99024 and another procedure
// against a surgery of every value of GLOB DAYS, on the days at the edges of its
// period, across a leap day and a year's end. The surgery is on day 0.
func TestEveryIndicatorOnEveryEdge(t *testing.T) {
	for _, tt := range []struct{ global, service, want string }{
		{"000", "99213", "-2:outside -1:outside 0:modifier_25 1:outside 2:outside"},
		{"010", "99213", "-2:outside -1:outside 0:modifier_25 1:included 9:included 10:included 11:outside"},
		{"090", "99213", "-2:outside -1:modifier_57 0:modifier_57 1:included 89:included 90:included 91:outside"},
		{"000", "99024", "-1:outside 0:included 1:outside"},
		{"010", "99024", "-1:outside 0:included 1:included 10:included 11:outside"},
		{"090", "99024", "-2:outside -1:included 0:included 90:included 91:outside"},
		{"000", "27486", "-1:outside 0: 1:outside"},
		{"010", "27486", "-1:outside 0: 1:undecided 10:undecided 11:outside"},
		{"090", "27486", "-2:outside -1:outside 0: 1:undecided 90:undecided 91:outside"},
		{"090", "93000", "-1: 0: 1: 91:"},
		{"XXX", "99213", "-1:no_global 0:no_global 1:no_global 91:no_global"},
		{"ZZZ", "99213", "-1:no_global 0:no_global 1:no_global 91:no_global"},
		{"MMM", "99213", "-1:no_global 0:no_global 1:no_global 91:no_global"},
		{"YYY", "99213", "-1:carrier_defined 0:carrier_defined 1:carrier_defined 91:carrier_defined"},
		{"XXX", "27486", "0:no_global 1:no_global"},
		{"YYY", "99024", "0:carrier_defined 1:carrier_defined"},
		{"045", "99213", "0: 1:"},
	} {
		w := newWorld().days("27447", tt.global).days("27486", "090").days("93000", "XXX").valid("99213", "99024")
		for pair := range strings.FieldsSeq(tt.want) {
			at, want, _ := strings.Cut(pair, ":")
			n, err := strconv.Atoi(at)
			if err != nil {
				t.Fatal(err)
			}
			for _, on := range []string{"2024-08-15", "2024-02-29", "2024-03-01", "2023-12-31", "2025-01-01", "2025-03-01"} {
				onEdge(t, w, tt.global, tt.service, on, n, want)
			}
		}
	}
}

func onEdge(t *testing.T, w *world, global, service, date string, n int, want string) {
	t.Helper()
	c := claim(service + " surgery_code=27447")
	on, err := code.ParseDay(date)
	if err != nil {
		t.Fatal(err)
	}
	c.On = on
	c.Facts["surgery_date"] = []string{c.On.AddDate(0, 0, -n).Format(time.DateOnly)}
	r := w.checkClaim(t, c)
	got := ""
	if fs := of(r, "pfs.global"); len(fs) > 0 {
		got = fs[0].Verdict
	}
	if got != want {
		t.Errorf("%s on %s, day %d after %s global days, is %q, want %q", service, date, n, global, got, want)
	}
}

// TestLastDays holds the last day that a sentence names to the calendar.
func TestLastDays(t *testing.T) {
	for _, tt := range []struct{ global, surgery, on, want string }{
		{"010", "2024-02-29", "2024-03-01", "end on 2024-03-10"},
		{"090", "2024-02-29", "2024-03-01", "end on 2024-05-29"},
		{"010", "2023-12-31", "2024-01-01", "end on 2024-01-10"},
		{"090", "2023-12-31", "2024-01-01", "end on 2024-03-30"},
		{"090", "2024-12-31", "2025-01-01", "end on 2025-03-31"},
		{"010", "2025-02-28", "2025-03-01", "end on 2025-03-10"},
		{"090", "2024-03-01", "2024-02-29", "1 day before 27447 of 2024-03-01"},
	} {
		c := claim("99213 surgery_code=27447 surgery_date=" + tt.surgery)
		c.On, _ = code.ParseDay(tt.on)
		r := newWorld().days("27447", tt.global).valid("99213").checkClaim(t, c)
		if got := of(r, "pfs.global"); len(got) != 1 || !strings.Contains(got[0].Statement, tt.want) {
			t.Errorf("%s days after %s: %+v, want %q", tt.global, tt.surgery, got, tt.want)
		}
	}
}

// TestOutcomes is the outcome matrix of DOMAIN.md E.4.
func TestOutcomes(t *testing.T) {
	w := newWorld().days("27447", "090").days("10060", "010").days("20610", "000").days("27486", "090").valid("99213", "99024")
	const after = " surgery_date=2024-08-01 surgery_code=27447"
	run(t, []row{
		{name: "visit related or not", world: w, claim: "99213" + after, rule: "pfs.global", want: "included 27447/99213", says: "unless it is unrelated"},
		{name: "visit stated as unrelated", world: w, claim: "99213 relation_to_surgery=unrelated" + after, rule: "pfs.global", want: "modifier_24 27447/99213", says: "needs modifier 24"},
		{name: "visit for a complication", world: w, claim: "99213 relation_to_surgery=complication" + after, rule: "pfs.global", want: "included 27447/99213",
			says: "without a return to the operating room|CPT's own package"},
		{name: "24 on care for a complication", world: w, claim: "99213-24 relation_to_surgery=complication" + after, rule: "pfs.global", want: "included 27447/99213", says: "modifier 24, which is for unrelated visits, does not fit"},
		{name: "24 there and stated", world: w, claim: "99213-24 relation_to_surgery=unrelated" + after, rule: "pfs.global", want: "modifier_24 27447/99213", says: "modifier 24 is right if"},
		{name: "visit without a line, unrelated", world: w, claim: "10060 surgery_date=2024-08-10 relation_to_surgery=unrelated", rule: "pfs.global", want: "undecided 10060/10060", says: "done again, with modifier 79, or a visit"},
		{name: "24 and 25", world: w, claim: "99213-24-25 20610" + after, rule: "pfs.global",
			want: "modifier_24 27447/99213; undecided 27447/20610; modifier_25 20610/99213", says: "modifier 24 is right"},
		{name: "58 opens a period", world: w, claim: "27486-58" + after, rule: "pfs.global", want: "modifier_58 27447/27486", says: "a new global period begins and ends on 2024-11-13"},
		{name: "79 opens a period of 010", world: w, claim: "10060-79" + after, rule: "pfs.global", want: "modifier_79 27447/10060", says: "a new global period begins and ends on 2024-08-25"},
		{name: "79 on a day's package", world: w, claim: "20610-79" + after, rule: "pfs.global", want: "modifier_79 27447/20610", says: "its own package is that day alone"},
		{name: "78 opens none", world: w, claim: "27486-78" + after, rule: "pfs.global", want: "modifier_78 27447/27486", says: "opens no new global period|end on 2024-10-30"},
		{name: "complication stated", world: w, claim: "27486 relation_to_surgery=complication" + after, rule: "pfs.global", want: "modifier_78 27447/27486", says: "if it was a return to the operating room"},
		{name: "planned", world: w, claim: "27486 relation_to_surgery=planned" + after, rule: "pfs.global", want: "modifier_58 27447/27486", says: "needs modifier 58"},
		{name: "79 on a stated complication", world: w, claim: "27486-79 relation_to_surgery=complication" + after, rule: "pfs.global", want: "modifier_78 27447/27486",
			says: "its modifier 79 contradicts the relation that is stated|needs modifier 78"},
		{name: "another group's procedure (W7)", world: w, claim: "20610 same_provider=no same_group=no" + after, rule: "pfs.global", want: "outside 27447/20610", says: "another group"},
		{name: "a colleague's procedure", world: w, claim: "20610 same_provider=no same_group=yes specialty=same" + after, rule: "pfs.global", want: "undecided 27447/20610", says: "surgeon's own group|58, 78 and 79"},
		{name: "another's procedure, group unknown", world: w, claim: "20610 same_provider=no" + after, rule: "pfs.global", want: "undecided 27447/20610", says: "depends on group and specialty"},
		{name: "another group alone says another provider", world: w, claim: "99213 same_group=no" + after, rule: "pfs.global", want: "outside 27447/99213"},
		{name: "a colleague's 24 (W21)", world: w, claim: "99213-24 same_provider=no same_group=yes specialty=same" + after, rule: "pfs.global", want: "modifier_24 27447/99213", says: "modifier 24 is right"},
		{name: "a colleague's 57 (W21)", world: w, claim: "99213-57 surgery_date=2024-08-16 surgery_code=27447 same_provider=no same_group=yes specialty=same", rule: "pfs.global", want: "modifier_57 27447/99213",
			says: "its modifier 57 is right"},
		{name: "two procedures of one day (W18)", world: w, claim: "20610 surgery_date=2024-08-15 surgery_code=27447", rule: "pfs.global",
			skips: "pfs.global 27447/20610: on one day, where the pair's edit"},
		{name: "78 on the day", world: w, claim: "20610-78 surgery_date=2024-08-15 surgery_code=27447", rule: "pfs.global", want: "undecided 27447/20610", says: "only in a later session"},
		{name: "78 on the day in one session", world: w, claim: "20610-78 surgery_date=2024-08-15 surgery_code=27447 same_session=yes", rule: "pfs.global", want: "outside 27447/20610", says: "modifier 78 does not apply"},
		{name: "78 on the day in another session", world: w, claim: "20610-78 surgery_date=2024-08-15 surgery_code=27447 same_session=no", rule: "pfs.global", want: "modifier_78 27447/20610"},
		{name: "the surgery of the day alone", world: w, claim: "27447 surgery_date=2024-08-15 surgery_code=27447", rule: "pfs.global"},
		{name: "the day before (W19)", world: w, claim: "20610 surgery_date=2024-08-16 surgery_code=27447", rule: "pfs.global", want: "outside 27447/20610",
			says: "visits of that day and no procedures|the days after"},
		{name: "58 the day before", world: w, claim: "20610-58 surgery_date=2024-08-16 surgery_code=27447", rule: "pfs.global", want: "outside 27447/20610", says: "modifier 58 does not apply"},
		{name: "79 behind the period", world: w, claim: "20610-79 surgery_date=2024-01-01 surgery_code=27447", rule: "pfs.global", want: "outside 27447/20610", says: "modifier 79 does not apply"},
		{name: "99024 inside", world: w, claim: "99024" + after, rule: "pfs.global", want: "included 27447/99024", says: "rightly reports the follow-up, without charge"},
		{name: "99024 behind the period", world: w, claim: "99024 surgery_date=2024-01-01 surgery_code=27447", rule: "pfs.global", want: "outside 27447/99024", says: "not with 99024"},
		{name: "99024 the day before", world: w, claim: "99024 surgery_date=2024-08-16 surgery_code=27447", rule: "pfs.global", want: "included 27447/99024", says: "no follow-up"},
		{name: "another group's 99024", world: w, claim: "99024 same_provider=no same_group=no" + after, rule: "pfs.global", want: "outside 27447/99024"},
		{name: "99024 and a surgery without its date", world: w, claim: "99024 10060", rule: "pfs.global", want: "undecided 10060/99024", says: "without the date of surgery"},
		{name: "57 for 25", world: w, claim: "99213-57 20610", rule: "pfs.global", want: "modifier_25 20610/99213", says: "only with modifier 25, for which modifier 57 does not stand"},
		{name: "25 for 57", world: w, claim: "99213-25 27447", rule: "pfs.global", want: "modifier_57 27447/99213", says: "only with modifier 57, for which modifier 25 does not stand"},
		{name: "57 for another procedure", world: w, claim: "99213-57 20610 27447", rule: "pfs.global", want: "modifier_25 20610/99213; modifier_57 27447/99213", says: "only with modifier 25 and a record"},
		{name: "a surgery of any kind, too long ago", world: w, claim: "99213 surgery_date=2024-05-16", rule: "pfs.global", want: "outside 99213", says: "day 91 after the surgery of 2024-05-16|does not reach"},
		{name: "a surgery of any kind, day 90", world: w, claim: "99213 surgery_date=2024-05-17", rule: "pfs.global", want: "undecided 99213"},
		{name: "a procedure before a surgery of any kind", world: w, claim: "20610 surgery_date=2024-08-16", rule: "pfs.global", want: "outside 20610"},
		{name: "99024 alone", world: w, claim: "99024", rule: "pfs.global"},
		{name: "99024 and a surgery without its code", world: w, claim: "99024 surgery_date=2024-08-01", rule: "pfs.global", want: "undecided 99024"},
		{name: "a hospital's claim (W13)", world: w, claim: "99213 27447 setting=outpatient", rule: "pfs.global", skips: "pfs.global: the rule binds a practitioner's claim"},
		{name: "a hospital's 99213 in the period", world: w, claim: "99213 setting=outpatient" + after, rule: "pfs.global", skips: "pfs.global: the rule binds a practitioner's claim"},
	})
}

// TestSecondEye holds the surgery's own code, with a side, to being perhaps the
// other side's surgery (DOMAIN.md E.10, 63).
func TestSecondEye(t *testing.T) {
	w := newWorld().days("66984", "090").days("10060", "010").valid("99213")
	run(t, []row{
		{name: "W9", world: w, claim: "66984-LT surgery_date=2024-08-01 surgery_code=66984", rule: "pfs.global", want: "undecided 66984/66984", says: "modifier 79 where that was unrelated, as on the other side"},
		{name: "by a fact", world: w, claim: "66984 laterality=right laterality=left surgery_date=2024-08-01", rule: "pfs.global", want: "undecided 66984/66984"},
		{name: "79 is there", world: w, claim: "66984-79-LT surgery_date=2024-08-01 surgery_code=66984", rule: "pfs.global", want: "modifier_79 66984/66984", says: "ends on 2024-11-13"},
		{name: "unrelated", world: w, claim: "66984-LT surgery_date=2024-08-01 surgery_code=66984 relation_to_surgery=unrelated", rule: "pfs.global", want: "modifier_79 66984/66984", says: "needs modifier 79"},
		{name: "no side and unrelated", world: w, claim: "66984 surgery_date=2024-08-01 relation_to_surgery=unrelated", rule: "pfs.global", want: "undecided 66984/66984", says: "done again, with modifier 79, or a visit"},
		{name: "no side and a complication", world: w, claim: "66984 surgery_date=2024-08-01 relation_to_surgery=complication", rule: "pfs.global", want: "undecided 66984/66984", says: "with modifier 78"},
		{name: "no side and a relation of no kind", world: w, claim: "66984 surgery_date=2024-08-01 relation_to_surgery=close", rule: "pfs.global", want: "undecided 66984/66984", says: "58 where staged"},
		{name: "behind the period", world: w, claim: "66984-LT surgery_date=2024-05-01 surgery_code=66984", rule: "pfs.global", want: "outside 66984"},
		{name: "with a visit", world: w, claim: "66984-LT 99213 surgery_date=2024-08-01 surgery_code=66984", rule: "pfs.global", want: "included 66984/99213"},
		{name: "no side", world: w, claim: "10060 surgery_date=2024-08-07 surgery_code=10060", rule: "pfs.global", want: "included 10060", says: "A visit on 2024-08-15"},
	})
	f := of(w.check(t, "66984-LT surgery_date=2024-08-01 surgery_code=66984"), "pfs.global")[0]
	var verdicts []string
	for _, b := range f.Branches {
		verdicts = append(verdicts, b.Verdict)
	}
	if got := strings.Join(verdicts, " "); got != "modifier_79 modifier_58 modifier_78 included" || fmt.Sprint(f.Missing) != "[relation_to_surgery]" {
		t.Errorf("branches %q, missing %v", got, f.Missing)
	}
}

// TestSplitPackage holds 54, 55 and 56 to saying who provides which portion.
func TestSplitPackage(t *testing.T) {
	w := newWorld().days("27447", "090").days("66984", "090").days("10060", "010").days("20610", "000").days("93000", "XXX").days("59400", "MMM").days("20999", "YYY").valid("99213")
	run(t, []row{
		{name: "54", world: w, claim: "27447-54", rule: "pfs.global", want: "undecided 27447", says: "the surgery without the follow-up|27447-55|in writing"},
		{name: "55", world: w, claim: "27447-55", rule: "pfs.global", want: "undecided 27447", says: "the follow-up alone, after the first visit and then from the day on which it was taken over|the surgeon reports 27447-54|date of surgery"},
		{name: "56", world: w, claim: "27447-56", rule: "pfs.global", want: "undecided 27447", says: "the care before the surgery alone|does not say"},
		{name: "010", world: w, claim: "10060-54", rule: "pfs.global", want: "undecided 10060"},
		{name: "000 has nothing to divide", world: w, claim: "20610-54", rule: "pfs.global"},
		{name: "XXX", world: w, claim: "93000-55", rule: "pfs.global", want: "no_global 93000"},
		{name: "MMM", world: w, claim: "59400-54", rule: "pfs.global", want: "no_global 59400"},
		{name: "YYY", world: w, claim: "20999-54", rule: "pfs.global", want: "carrier_defined 20999"},
		{name: "no row", world: newWorld().valid("27447"), claim: "27447-54", rule: "pfs.global", skips: "pfs.global 27447: TEST has no row"},
		{name: "54 and 55 on one line (W20)", world: w, claim: "27447-54-55", rule: "pfs.global", want: "undecided 27447", says: "contradict each other"},
		{name: "54 and 55 on two lines", world: w, claim: "27447-54 27447-55", rule: "pfs.global", want: "undecided 27447", says: "report the portions apart"},
		{name: "55 is no visit (W10)", world: w, claim: "66984-55 surgery_date=2024-08-01 surgery_code=66984", rule: "pfs.global", want: "undecided 66984", says: "both with the date of surgery, 2024-08-01, and the follow-up lasts until 2024-10-30"},
		{name: "55 without the surgery's code", world: w, claim: "66984-55 surgery_date=2024-08-01", rule: "pfs.global", want: "undecided 66984"},
		{name: "55 beside another surgery", world: w, claim: "66984-55 surgery_date=2024-08-01 surgery_code=27447", rule: "pfs.global", want: "undecided 66984"},
		{name: "a visit behind 54 (W20)", world: w, claim: "27447-54 99213 surgery_date=2024-08-01 surgery_code=27447", rule: "pfs.global", want: "included 27447/99213; undecided 27447",
			says: "reports as 27447-55 and not as a visit"},
		{name: "whoever took over behind 54", world: w, claim: "27447-54 99213 surgery_date=2024-08-01 surgery_code=27447 same_provider=no same_group=no", rule: "pfs.global",
			want: "included 27447/99213; undecided 27447", says: "not as a visit"},
		{name: "24 behind 54", world: w, claim: "27447-54 99213-24 surgery_date=2024-08-01 surgery_code=27447", rule: "pfs.global", want: "modifier_24 27447/99213; undecided 27447"},
		{name: "the decision before 54", world: w, claim: "27447-54 99213", rule: "pfs.global", want: "modifier_57 27447/99213; undecided 27447"},
		{name: "a visit beside 55", world: w, claim: "27447-55 99213", rule: "pfs.global", want: "undecided 27447"},
		{name: "two dates", world: w, claim: "27447-54 surgery_date=2024-08-01 surgery_date=2024-08-02", rule: "pfs.global", want: "undecided 27447; undecided 27447"},
	})
	for on, want := range map[string]string{"2024-12-31": "without modifier 54", "2025-01-01": "27447-54 where the follow-up was expected"} {
		c := claim("27447-54")
		c.On, _ = code.ParseDay(on)
		if b := of(w.checkClaim(t, c), "pfs.global")[0].Branches; len(b) != 2 || !strings.Contains(b[1].Statement, want) {
			t.Errorf("on %s: %+v, want %q", on, b, want)
		}
	}
}

// TestUnclearDays holds a day of surgery that cannot be read, or is stated in
// two ways, to no judgement by a day (W30).
func TestUnclearDays(t *testing.T) {
	w := newWorld().days("10060", "010").days("96372", "XXX").valid("99213")
	run(t, []row{
		{name: "not a date", world: w, claim: "10060 99213 surgery_date=11/07/2025", rule: "pfs.global", skips: `pfs.global: surgery_date "11/07/2025" is not a date`},
		{name: "no such date", world: w, claim: "10060 99213 surgery_date=2025-02-29", rule: "pfs.global", skips: `pfs.global: surgery_date "2025-02-29" is not a date`},
		{name: "one of two is not a date", world: w, claim: "10060 99213 surgery_date=2024-08-07 surgery_date=soon", rule: "pfs.global", skips: `pfs.global: surgery_date "soon"`},
		{name: "not a count", world: w, claim: "10060 99213 days_after_surgery=-3", rule: "pfs.global", skips: `pfs.global: days_after_surgery "-3" is not a count of days`},
		{name: "two counts", world: w, claim: "10060 99213 days_after_surgery=8 days_after_surgery=12", rule: "pfs.global", want: "undecided 10060/99213", says: "2024-08-03, 2024-08-07"},
		{name: "a date outranks a count", world: w, claim: "10060 99213 surgery_date=2024-08-07 days_after_surgery=7", rule: "pfs.global", want: "included 10060/99213"},
		{name: "one date twice", world: w, claim: "10060 99213 surgery_date=2024-08-07 surgery_date=2024-08-07", rule: "pfs.global", want: "included 10060/99213"},
		{name: "five dates", world: w, claim: "10060 99213 surgery_date=2024-08-01 surgery_date=2024-08-02 surgery_date=2024-08-03 surgery_date=2024-08-04 surgery_date=2024-08-05",
			rule: "pfs.global", skips: "pfs.global: the surgery is stated for different days: 2024-08-01, 2024-08-02"},
		{name: "days that do not matter", world: w, claim: "96372 99213 surgery_code=96372 surgery_date=2024-08-01 surgery_date=2024-08-02", rule: "pfs.global", want: "no_global 96372"},
		{name: "the reasons of each day", world: newWorld().valid("10060", "99213").lose(codeset.KindPFS), claim: "10060 99213 surgery_date=2024-08-01 surgery_date=2024-08-02",
			rule: "pfs.global", skips: "pfs.global: the release of 2024-08-15 is not loaded"},
	})
	f := of(w.check(t, "10060 99213 surgery_date=2024-08-07 surgery_date=2024-08-01 surgery_date=2024-08-15"), "pfs.global")[0]
	var got []string
	for _, b := range f.Branches {
		got = append(got, b.If+": "+b.Verdict)
	}
	if s := strings.Join(got, "; "); s != "the surgery was on 2024-08-01: outside; the surgery was on 2024-08-07: included; the surgery was on 2024-08-15: modifier_25" ||
		fmt.Sprint(f.Missing) != "[surgery_date]" {
		t.Errorf("branches %q, missing %v", s, f.Missing)
	}
}

// TestOtherPayers holds branches that are Medicare's own rule to naming another
// payer (W22).
func TestOtherPayers(t *testing.T) {
	w := newWorld().days("27447", "090").days("20610", "000")
	f := of(w.check(t, "20610 payer=Aetna surgery_date=2024-08-01 surgery_code=27447"), "pfs.global")[0]
	if len(f.Branches) != 4 || !strings.Contains(f.Branches[3].Statement, "Medicare does not pay 20610 apart") || !strings.Contains(f.Branches[3].Statement, "Aetna may rule otherwise") {
		t.Errorf("%+v", f.Branches)
	}
	if b := of(w.check(t, "20610 surgery_date=2024-08-01 surgery_code=27447"), "pfs.global")[0].Branches; strings.Contains(b[3].Statement, "otherwise") {
		t.Errorf("%+v", b)
	}
}
