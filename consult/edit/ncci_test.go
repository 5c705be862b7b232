package edit

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestPTP(t *testing.T) {
	visitPair := func() *world { return newWorld().ptp("20610", "99213", "1").days("20610", "000") }
	run(t, []row{
		{name: "indicator 0", world: newWorld().ptp("29881", "29877", "0"), claim: "29877-59 29881", rule: "ncci.ptp",
			want: "bundled 29881/29877", says: "indicator 0|29877 is denied|no modifier"},
		{name: "indicator 1 without modifier", world: visitPair(), claim: "99213 20610", rule: "ncci.ptp",
			want: "modifier_allowed 20610/99213", says: "modifier 25 stands on 99213"},
		{name: "25 on the visit", world: visitPair(), claim: "99213-25 20610", rule: "ncci.ptp",
			want: "modifier_present 20610/99213", says: "indicator 1|modifier 25 on 99213"},
		{name: "25 on the procedure does nothing", world: visitPair(), claim: "99213 20610-25", rule: "ncci.ptp", want: "modifier_allowed 20610/99213"},
		{name: "59 on the visit does nothing", world: visitPair(), claim: "99213-59 20610", rule: "ncci.ptp", want: "modifier_allowed 20610/99213"},
		{name: "59 on the procedure of a visit pair does nothing", world: visitPair(), claim: "99213 20610-59", rule: "ncci.ptp", want: "modifier_allowed 20610/99213"},
		{name: "57 for a 90-day procedure", world: newWorld().ptp("27447", "99214", "1").days("27447", "090"), claim: "27447 99214", rule: "ncci.ptp",
			want: "modifier_allowed 27447/99214", says: "modifier 57 stands on 99214"},
		{name: "24 on the visit", world: visitPair(), claim: "99213-24 20610", rule: "ncci.ptp", want: "modifier_allowed 20610/99213", says: "24 on 99213 is not enough"},
		{name: "59 on column two", world: newWorld().ptp("20610", "20550", "1"), claim: "20610 20550-59", rule: "ncci.ptp", want: "modifier_present 20610/20550"},
		{name: "XS on column one", world: newWorld().ptp("20610", "20550", "1"), claim: "20610-XS 20550", rule: "ncci.ptp", want: "modifier_present 20610/20550"},
		{name: "an anatomic modifier", world: newWorld().ptp("20610", "20550", "1"), claim: "20610-RT 20550-LT", rule: "ncci.ptp", want: "modifier_present 20610/20550"},
		{name: "one side on both", world: newWorld().ptp("20610", "20550", "1"), claim: "20610-RT 20550-RT", rule: "ncci.ptp",
			want: "modifier_present 20610/20550", says: "modifier RT bypasses the edit, but it stands on both codes and names no second site"},
		{name: "50 alone bypasses nothing", world: newWorld().ptp("20610", "20550", "1").days("20610", "000"), claim: "20610-50 20550", rule: "ncci.ptp", want: "modifier_allowed 20610/20550"},
		{name: "76 bypasses nothing", world: newWorld().ptp("20610", "20550", "1"), claim: "20610 20550-76", rule: "ncci.ptp", want: "modifier_allowed 20610/20550"},
		{name: "59 beside XS contradicts and bypasses nothing", world: newWorld().ptp("20610", "20550", "1"), claim: "20610 20550-59-XS", rule: "ncci.ptp", want: "modifier_allowed 20610/20550"},
		{name: "same site stated", world: newWorld().ptp("20610", "20550", "1"), claim: "20610 20550 same_site=yes", rule: "ncci.ptp",
			want: "modifier_allowed 20610/20550", says: "the same site is stated"},
		{name: "different site stated", world: newWorld().ptp("20610", "20550", "1"), claim: "20610 20550 same_site=no", rule: "ncci.ptp",
			want: "modifier_allowed 20610/20550", says: "a different site is stated"},
		{name: "different session stated", world: newWorld().ptp("20610", "20550", "1"), claim: "20610 20550 same_session=no", rule: "ncci.ptp",
			want: "modifier_allowed 20610/20550", says: "a different session is stated"},
		{name: "other provider stated", world: newWorld().ptp("29881", "29877", "0"), claim: "29881 29877 same_provider=no", rule: "ncci.ptp",
			want: "undecided 29881/29877", says: "different providers are stated"},
		{name: "no row", world: newWorld().valid("97530", "97140"), claim: "97530 97140", rule: "ncci.ptp",
			want: "clear 97530/97140", says: "no edit in force|does not make both payable"},
		{name: "ended row", world: newWorld().ended("29827", "29823", "1", "2016-06-30"), claim: "29823 29827", rule: "ncci.ptp",
			want: "clear 29827/29823", says: "ended on 2016-06-30"},
		{name: "ended and in force again", world: newWorld().ended("20610", "99213", "0", "2019-12-31").ptp("20610", "99213", "1"), claim: "20610 99213", rule: "ncci.ptp", want: "modifier_allowed 20610/99213"},
		{name: "indicator 9", world: newWorld().ended("88108", "88162", "9", "2020-01-01"), claim: "88108 88162", rule: "ncci.ptp",
			want: "clear 88108/88162", says: "never in force"},
		{name: "indicator 9 in force by its dates", world: newWorld().ptp("88108", "88162", "9"), claim: "88108 88162", rule: "ncci.ptp", want: "clear 88108/88162"},
		{name: "unknown indicator", world: newWorld().ptp("88108", "88162", "5"), claim: "88108 88162", rule: "ncci.ptp", skips: "ncci.ptp 88108/88162: modifier indicator \"5\""},
		{name: "surgery of another day", world: newWorld().ptp("10060", "99213", "1").days("10060", "010"), claim: "10060 99213 surgery_date=2024-08-07", rule: "ncci.ptp",
			skips: "ncci.ptp 10060/99213: not on one day"},
		{name: "one code twice is no pair", world: newWorld().valid("20610"), claim: "20610-RT 20610-LT", rule: "ncci.ptp"},
		{name: "another payer", world: visitPair(), claim: "99213 20610 payer=Aetna", rule: "ncci.ptp",
			want: "modifier_allowed 20610/99213", says: "Medicare's NCCI|Aetna may rule otherwise"},
		{name: "unknown payer", world: visitPair(), claim: "99213 20610 payer=", rule: "ncci.ptp", want: "modifier_allowed 20610/99213", says: "Medicare's NCCI"},
		{name: "Medicaid", world: visitPair(), claim: "99213 20610 payer=Texas_Medicaid", rule: "ncci.ptp",
			want: "modifier_allowed 20610/99213", says: "has its own edits and fees"},
	})
}

func TestPTPMissingReleaseIsNoPass(t *testing.T) {
	practitioner := codeset.KindPTPPractitioner
	core := newWorld().valid("20610", "97110").starter(practitioner)
	core.Core["20610"], core.Core["97110"] = true, true
	half := newWorld().valid("20610", "97110").starter(practitioner)
	half.Core["20610"] = true
	run(t, []row{
		{name: "no release", world: newWorld().valid("20610", "97110").lose(practitioner), claim: "20610 97110", rule: "ncci.ptp",
			skips: "ncci.ptp 20610/97110: the release of 2024-08-15 is not loaded"},
		{name: "no answer at all", world: &world{}, claim: "20610 97110", rule: "ncci.ptp", skips: "ncci.ptp 20610/97110: no release loaded"},
		{name: "starter, one code outside the core", world: half, claim: "20610 97110", rule: "ncci.ptp", skips: "ncci.ptp 20610/97110: not in the starter"},
		{name: "starter, both in the core", world: core, claim: "20610 97110", rule: "ncci.ptp", want: "clear 20610/97110"},
		{name: "starter row", world: newWorld().ptp("20610", "99213", "1").starter(practitioner), claim: "20610 99213-25", rule: "ncci.ptp", want: "modifier_present 20610/99213"},
		{name: "hospital table", world: newWorld().valid("20610", "97110").lose(codeset.KindPTPOutpatient), claim: "20610 97110 setting=outpatient", rule: "ncci.ptp",
			skips: "ncci.ptp 20610/97110: the release of"},
	})
}

func TestPTPFinding(t *testing.T) {
	w := newWorld().ptp("20610", "20550", "1")
	f := of(w.check(t, "20550 20610 20550-RT"), "ncci.ptp")[0]
	if f.ModifierIndicator != "1" || f.Source.Row != "20610/20550/2020-01-01" || len(f.Lines) != 3 {
		t.Errorf("finding %+v", f)
	}
	f = of(w.check(t, "20550 20610"), "ncci.ptp")[0]
	if f.ModifierOn != "20550" || len(f.Missing) != 1 || f.Missing[0] != "same_site" || len(f.Branches) != 2 {
		t.Errorf("advice %+v", f)
	}
	src := newWorld()
	src.Answers[codeset.KindPTPPractitioner] = codeset.Answer{Release: "2024Q3", From: "2024-07-01", To: "2024-09-30", AsOf: true}
	f = of(src.check(t, "20550 20610"), "ncci.ptp")[0]
	if f.Source.Row != "" || f.Source.Release != "2024Q3" || !f.Source.AsOf {
		t.Errorf("source of an absence %+v", f.Source)
	}
}

func TestMUE(t *testing.T) {
	w := func(limit int, mai string) *world { return newWorld().mue("97110", limit, mai) }
	run(t, []row{
		{name: "MAI 1 within", world: w(2, "1"), claim: "97110x2 97110-59x2", rule: "ncci.mue", want: "within 97110", says: "2 units a line (MAI 1)|2 units are within"},
		{name: "MAI 1 exceeds", world: w(2, "1"), claim: "97110x2 97110-59x3", rule: "ncci.mue", want: "exceeds 97110", says: "3 units on 1 of its 2 lines exceed|lines of their own"},
		{name: "MAI 1 exceeds on two lines", world: w(2, "1"), claim: "97110x3 97110-59x4 97110-76x1", rule: "ncci.mue", want: "exceeds 97110", says: "4 units at most on 2 of its 3 lines exceed"},
		{name: "MAI 2 sums", world: w(3, "2"), claim: "97110x2 97110-59x2", rule: "ncci.mue", want: "exceeds 97110", says: "3 units a day (MAI 2)|4 units on its 2 lines exceed|does not override it"},
		{name: "MAI 2 within", world: w(4, "2"), claim: "97110x2 97110-59x2", rule: "ncci.mue", want: "within 97110"},
		{name: "MAI 3 sums", world: w(3, "3"), claim: "97110x2 97110-59x2", rule: "ncci.mue", want: "exceeds 97110", says: "all units of the day are denied|appeal"},
		{name: "MAI 3 within", world: w(8, "3"), claim: "97110x8", rule: "ncci.mue", want: "within 97110"},
		{name: "units not stated count one", world: w(1, "2"), claim: "97110", rule: "ncci.mue", want: "within 97110", says: "1 unit is within"},
		{name: "one side a line", world: w(1, "2"), claim: "97110-RT 97110-LT", rule: "ncci.mue", want: "exceeds 97110"},
		{name: "one side a line of a bilateral code", world: w(1, "2").days("97110", "000"), claim: "97110-RT 97110-LT", rule: "ncci.mue", want: "exceeds 97110",
			says: "RT and LT on lines of their own make 2 units|one line with modifier 50"},
		{name: "limit 0", world: w(0, "3"), claim: "97110", rule: "ncci.mue", want: "exceeds 97110", says: "not payable in this setting|no unit of it is paid"},
		{name: "unknown MAI", world: w(4, "7"), claim: "97110", rule: "ncci.mue", skips: "ncci.mue 97110: adjudication indicator \"7\""},
		{name: "none published", world: newWorld().valid("97110"), claim: "97110", rule: "ncci.mue", want: "none_published 97110", says: "publishes no MUE"},
		{name: "starter knows none", world: newWorld().valid("97110").starter(codeset.KindMUEPractitioner), claim: "97110", rule: "ncci.mue", skips: "ncci.mue 97110: not in the starter"},
		{name: "not loaded", world: newWorld().valid("97110").lose(codeset.KindMUEPractitioner), claim: "97110", rule: "ncci.mue", skips: "ncci.mue 97110: the release of"},
		{name: "units from the dose", world: newWorld().mue("J1885", 8, "3").drug("J1885", 15, "mg"), claim: "J1885 dose=150_mg", rule: "ncci.mue",
			want: "exceeds J1885", says: "10 units exceed"},
	})
	f := of(w(3, "2").check(t, "97110x2 97110-59x2"), "ncci.mue")[0]
	if f.Limit == nil || *f.Limit != 3 || f.Units != 4 || f.MAI != "2" || len(f.Lines) != 2 {
		t.Errorf("finding %+v", f)
	}
}

func TestAddOn(t *testing.T) {
	debride := func() *world { return newWorld().addon("11045", "1", "11042").valid("11042", "97597") }
	run(t, []row{
		{name: "type 1 alone", world: debride(), claim: "11045", rule: "ncci.addon", want: "primary_missing 11045", says: "type 1|11042"},
		{name: "type 1 with another", world: debride(), claim: "11045 97597", rule: "ncci.addon", want: "primary_missing 11045"},
		{name: "type 1 with its primary", world: debride(), claim: "11045x2 11042", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "primary stated", world: debride(), claim: "11045 primary_code=11042", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "type 2", world: newWorld().addon("99100", "2", "CCCCC"), claim: "99100", rule: "ncci.addon", want: "contractor_defined 99100", says: "type 2|contractor"},
		{name: "type 3 with a listed primary", world: newWorld().addon("88311", "3", "88304", "CCCCC").valid("88304"), claim: "88304 88311", rule: "ncci.addon", want: "primary_present 88311/88304"},
		{name: "type 3 without", world: newWorld().addon("88311", "3", "88304", "CCCCC"), claim: "88311", rule: "ncci.addon", want: "contractor_defined 88311", says: "88304"},
		{name: "no add-on code", world: debride(), claim: "11042", rule: "ncci.addon"},
		{name: "starter", world: newWorld().valid("11042").starter(codeset.KindAddOn), claim: "11042", rule: "ncci.addon", skips: "ncci.addon 11042: not in the starter"},
		{name: "the starter says that it is none", world: newWorld().valid("11042").starter(codeset.KindAddOn).
			put(code.CPT, "11042", func(cf *codeset.CodeFacts) { cf.NotAddOn = true }), claim: "11042", rule: "ncci.addon"},
		{name: "not loaded", world: newWorld().valid("11042").lose(codeset.KindAddOn), claim: "11042", rule: "ncci.addon", skips: "ncci.addon 11042: the release of"},
		{name: "many primaries", world: newWorld().addon("11045", "1", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), claim: "11045", rule: "ncci.addon",
			want: "primary_missing 11045", says: "8 and 2 more"},
	})
}
