package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// before gives the world's last pair an earlier row.
func (w *world) before(c1, c2, indicator, from, to string) *world {
	p := &w.Pairs[len(w.Pairs)-1]
	p.Earlier = append(p.Earlier, codeset.Period{Column1: c1, Column2: c2, Indicator: indicator, From: from, To: to})
	return w
}

// TestPairHistory: an earlier row is told where it differed, and listed always.
func TestPairHistory(t *testing.T) {
	for _, tt := range []struct {
		name  string
		world *world
		says  string // parts, split by "|"; a part after "!" must be absent
		rows  int
	}{
		{"one row", shots(), "!earlier row", 0},
		{"issued again", shots().before("20610", "20550", "1", "2005-01-01", "2019-12-31"), "in force since 2020-01-01|!earlier row", 1},
		{"another indicator", shots().before("20610", "20550", "0", "2005-01-01", "2019-12-31"), "; an earlier row with indicator 0 ended on 2019-12-31", 1},
		{"the columns turned", shots().before("20550", "20610", "1", "2005-01-01", "2019-12-31"), "; an earlier row with 20550 in column 1 and indicator 1 ended on 2019-12-31", 1},
		{"the second row back", shots().before("20610", "20550", "1", "2010-01-01", "2019-12-31").before("20610", "20550", "0", "1996-01-01", "2009-12-31"),
			"; an earlier row with indicator 0 ended on 2009-12-31|!2019-12-31", 2},
		{"a row that is in force beside", shots().before("20550", "20610", "0", "2005-01-01", ""), "!earlier row", 1},
		{"indicator 0 now", newWorld().ptp("20610", "20550", "0").before("20610", "20550", "1", "2005-01-01", "2019-12-31"),
			"no modifier changes that; an earlier row with indicator 1 ended on 2019-12-31", 1},
		{"ended", newWorld().ended("20610", "20550", "1", "2019-12-31").before("20610", "20550", "0", "1996-01-01", "2009-12-31"),
			"its last edit ended on 2019-12-31, which alone does not make both payable; an earlier row with indicator 0 ended on 2009-12-31", 1},
	} {
		f := of(tt.world.check(t, "20610 20550"), "ncci.ptp")[0]
		if len(f.History) != tt.rows {
			t.Errorf("%s: history %v", tt.name, f.History)
		}
		for part := range strings.SplitSeq(tt.says, "|") {
			part, absent := strings.CutPrefix(part, "!")
			if strings.Contains(f.Statement, part) == absent {
				t.Errorf("%s: %q in %q: %v", tt.name, part, f.Statement, !absent)
			}
		}
	}
	if f := of(shots().before("20610", "20550", "0", "2005-01-01", "2019-12-31").check(t, "20610 20550-59"), "ncci.ptp")[0]; f.Verdict != "modifier_present" || !strings.Contains(f.Statement, "earlier row with indicator 0") {
		t.Errorf("with 59: %+v", f)
	}
}

// TestPairOfAnUnstatedDay: without a date of service, a pair that changed in the
// 24 months before the day that stands in for it says so (DOMAIN.md C.2).
func TestPairOfAnUnstatedDay(t *testing.T) {
	recent := func(w *world, from string) *world {
		w.Pairs[0].Source.EffectiveFrom = from
		return w
	}
	for _, tt := range []struct {
		name    string
		world   *world
		says    string // "" where nothing is to be said
		ifSo    string // the branch of the other day
		verdict string
	}{
		{"long in force", shots(), "", "", ""},
		{"begun, none before", recent(shots(), "2024-07-01"), "; no date of service is stated, and before 2024-07-01 the pair had no edit", "before 2024-07-01", "clear"},
		{"begun 24 months before", recent(shots(), "2022-08-15"), "no date of service is stated", "before 2022-08-15", "clear"},
		{"begun longer before", recent(shots(), "2022-08-14"), "", "", ""},
		{"begun behind another", recent(shots(), "2024-07-01").before("20610", "20550", "0", "2005-01-01", "2024-06-30"),
			"; no date of service is stated, and until 2024-06-30 the pair had indicator 0", "before 2024-07-01", "bundled"},
		{"issued again", recent(shots(), "2024-07-01").before("20610", "20550", "1", "2005-01-01", "2024-06-30"), "", "", ""},
		{"begun after a gap", recent(shots(), "2024-07-01").before("20610", "20550", "0", "2005-01-01", "2019-12-31"),
			"; no date of service is stated, and before 2024-07-01 the pair had no edit", "before 2024-07-01", "clear"},
		{"ended", newWorld().ended("20610", "20550", "1", "2024-06-30"), "; no date of service is stated, and the edit that ended had indicator 1", "on or before 2024-06-30", "modifier_allowed"},
		{"ended long before", newWorld().ended("20610", "20550", "1", "2019-06-30"), "", "", ""},
	} {
		c := claim("20610 20550 same_site=no")
		c.OnStated = false
		f := of(tt.world.checkClaim(t, c), "ncci.ptp")[0]
		if tt.says == "" {
			if strings.Contains(f.Statement, "no date of service") || slices.Contains(f.Missing, "date_of_service") {
				t.Errorf("%s: %+v", tt.name, f)
			}
			continue
		}
		if !strings.Contains(f.Statement, tt.says) || !slices.Contains(f.Missing, "date_of_service") {
			t.Errorf("%s: %q, missing %v, lacks %q", tt.name, f.Statement, f.Missing, tt.says)
		}
		if !slices.ContainsFunc(f.Branches, func(b Branch) bool { return b.Verdict == tt.verdict && strings.Contains(b.If, tt.ifSo) }) {
			t.Errorf("%s: branches %+v", tt.name, f.Branches)
		}
		if c.OnStated = true; strings.Contains(of(tt.world.checkClaim(t, c), "ncci.ptp")[0].Statement, "no date of service") {
			t.Errorf("%s: said of a stated day", tt.name)
		}
	}
}

// TestPairOfSeveralDays: where several dates of service are stated, which lines are
// of one day is not told.
func TestPairOfSeveralDays(t *testing.T) {
	run(t, []row{
		{name: "two dates", world: shots(), claim: "20610 20550 date_of_service=2024-08-01 date_of_service=2024-08-15", rule: "ncci.ptp", want: "undecided 20610/20550",
			says: "for services of one day, and the dates of service 2024-08-01 and 2024-08-15 are stated"},
		{name: "one date twice", world: shots(), claim: "20610 20550 date_of_service=2024-08-15 date_of_service=2024-08-15", rule: "ncci.ptp", want: "modifier_allowed 20610/20550"},
		{name: "no edit", world: newWorld().valid("20610", "J3301"), claim: "20610 J3301 date_of_service=2024-08-01 date_of_service=2024-08-15", rule: "ncci.ptp", want: "clear 20610/J3301"},
	})
	f := of(shots().check(t, "20610 20550-59 date_of_service=2024-08-01 date_of_service=2024-08-15"), "ncci.ptp")[0]
	if !slices.Equal(f.Missing, []string{"date_of_service"}) || len(f.Branches) != 2 || f.Branches[0].Verdict != "modifier_present" || f.Branches[1].Verdict != "clear" {
		t.Errorf("with 59: %+v", f)
	}
}

// TestPairOnAnUnclearDay: where the surgery's day is not told, a pair with it is
// not judged as one day's.
func TestPairOnAnUnclearDay(t *testing.T) {
	drained := func(i string) *world {
		return newWorld().ptp("10060", "99213", i).days("10060", "010").days("99213", "XXX")
	}
	run(t, []row{
		{name: "two dates, one the day itself", world: drained("1"), claim: "10060 99213 surgery_date=2024-08-07 surgery_date=2024-08-15", rule: "ncci.ptp",
			want: "undecided 10060/99213", says: "indicator 1|the day of the surgery is not clear: 2024-08-07 and 2024-08-15 are stated"},
		{name: "two other dates", world: drained("0"), claim: "10060 99213 surgery_date=2024-08-07 surgery_date=2024-08-08", rule: "ncci.ptp", want: "undecided 10060/99213"},
		{name: "the same date twice", world: drained("1"), claim: "10060 99213 surgery_date=2024-08-15 surgery_date=2024-08-15", rule: "ncci.ptp", want: "modifier_allowed 10060/99213"},
		{name: "a day without a year", world: drained("0"), claim: "10060 99213 surgery_date=08-07", rule: "ncci.ptp",
			want: "undecided 10060/99213", says: "the day of the surgery is not clear: surgery_date \"08-07\" is not a date"},
		{name: "the surgery named", world: newWorld().ptp("20610", "20550", "0").valid("20610"), claim: "20610 20550 surgery_code=20610 surgery_date=August", rule: "ncci.ptp", want: "undecided 20610/20550"},
		{name: "counts of days that differ", world: drained("0"), claim: "10060 99213 days_after_surgery=0 days_after_surgery=8", rule: "ncci.ptp", want: "undecided 10060/99213"},
		{name: "no code of it is the surgery", world: newWorld().ptp("36415", "99213", "1").days("36415", "XXX"), claim: "36415 99213 surgery_date=08-07", rule: "ncci.ptp", want: "modifier_allowed 36415/99213"},
		{name: "25 says the procedure's own day", world: drained("1"), claim: "10060 99213-25 surgery_date=08-07", rule: "ncci.ptp", want: "modifier_present 10060/99213"},
		{name: "no edit on either day", world: drained("9"), claim: "10060 99213 surgery_date=08-07", rule: "ncci.ptp", want: "clear 10060/99213"},
		{name: "an add-on of the surgery", world: newWorld().ptp("27447", "20985", "0").days("27447", "090").days("20985", "ZZZ"), claim: "27447 20985 surgery_date=08-07", rule: "ncci.ptp", want: "bundled 27447/20985"},
	})
	f := of(drained("0").check(t, "10060 99213 surgery_date=08-07"), "ncci.ptp")[0]
	if !slices.Equal(f.Missing, []string{"surgery_date"}) || len(f.Branches) != 2 || f.Branches[0].Verdict != "bundled" || f.Branches[1].Verdict != "clear" || f.ModifierIndicator != "0" {
		t.Errorf("indicator 0: %+v", f)
	}
	f = of(drained("1").check(t, "10060 99213 surgery_date=08-07"), "ncci.ptp")[0]
	if len(f.Branches) != 2 || f.Branches[0].Verdict != "modifier_allowed" || !strings.Contains(f.Branches[0].If, "2024-08-15") {
		t.Errorf("indicator 1: %+v", f)
	}
}
