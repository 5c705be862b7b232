package edit

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestGlobalSameDay(t *testing.T) {
	minor := newWorld().days("20610", "000").days("99213", "XXX")
	major := newWorld().days("27447", "090").days("99214", "XXX")
	run(t, []row{
		{name: "000 and a visit", world: minor, claim: "99213 20610", rule: "pfs.global", want: "modifier_25 20610/99213", says: "000 global days|only with modifier 25"},
		{name: "25 is there", world: minor, claim: "99213-25 20610", rule: "pfs.global", want: "modifier_25 20610/99213", says: "its modifier 25 is right"},
		{name: "57 is not 25", world: minor, claim: "99213-57 20610", rule: "pfs.global", want: "modifier_25 20610/99213", says: "only with modifier 25"},
		{name: "010", world: newWorld().days("10060", "010").valid("99213"), claim: "99213 10060", rule: "pfs.global", want: "modifier_25 10060/99213"},
		{name: "090", world: major, claim: "99214 27447", rule: "pfs.global", want: "modifier_57 27447/99214", says: "only with modifier 57"},
		{name: "090 with 57", world: major, claim: "99214-57 27447", rule: "pfs.global", want: "modifier_57 27447/99214", says: "its modifier 57"},
		{name: "090 with 25", world: major, claim: "99214-25 27447", rule: "pfs.global", want: "modifier_57 27447/99214", says: "only with modifier 57"},
		{name: "surgery_date is the date", world: major, claim: "99214 27447 surgery_date=2024-08-15", rule: "pfs.global", want: "modifier_57 27447/99214"},
		{name: "surgery_date and code are the claim's own", world: major, claim: "99214 27447 surgery_date=2024-08-15 surgery_code=27447", rule: "pfs.global", want: "modifier_57 27447/99214"},
		{name: "XXX", world: newWorld().days("96372", "XXX").valid("99214"), claim: "99214 96372", rule: "pfs.global", want: "no_global 96372", says: "XXX"},
		{name: "ZZZ", world: newWorld().days("11045", "ZZZ").valid("99214"), claim: "99214 11045", rule: "pfs.global", want: "no_global 11045"},
		{name: "MMM", world: newWorld().days("59400", "MMM").valid("99214"), claim: "99214 59400", rule: "pfs.global", want: "no_global 59400"},
		{name: "YYY", world: newWorld().days("20999", "YYY").valid("99214"), claim: "99214 20999", rule: "pfs.global", want: "carrier_defined 20999"},
		{name: "unknown days", world: newWorld().days("20999", "045").valid("99214"), claim: "99214 20999", rule: "pfs.global", skips: "pfs.global 20999: global days indicator \"045\""},
		{name: "no row", world: newWorld().valid("20610", "99214"), claim: "99214 20610", rule: "pfs.global", skips: "pfs.global 20610: TEST has no row"},
		{name: "not loaded", world: newWorld().valid("20610", "99214").lose(codeset.KindPFS), claim: "99214 20610", rule: "pfs.global", skips: "pfs.global 20610: the release of"},
		{name: "a procedure alone", world: minor, claim: "20610", rule: "pfs.global"},
		{name: "two procedures", world: newWorld().days("20610", "000").days("11042", "000"), claim: "20610 11042", rule: "pfs.global"},
		{name: "other provider", world: minor, claim: "99213 20610 same_provider=no same_group=no", rule: "pfs.global", want: "outside 20610/99213", says: "whom the package does not bind"},
		{name: "other provider of one group", world: minor, claim: "99213 20610 same_provider=no same_group=yes specialty=same", rule: "pfs.global", want: "modifier_25 20610/99213",
			says: "by a provider of the surgeon's own group and specialty|only with modifier 25"},
		{name: "other provider of one group, specialty unknown", world: minor, claim: "99213 20610 same_provider=no same_group=yes", rule: "pfs.global", want: "undecided 20610/99213",
			says: "depends on the specialty, which is not stated"},
		{name: "other provider of another specialty", world: minor, claim: "99213 20610 same_provider=no same_group=yes specialty=orthopedics specialty=cardiology", rule: "pfs.global",
			want: "outside 20610/99213", says: "another specialty (cardiology, orthopedics)"},
		{name: "other provider, group unknown", world: minor, claim: "99213 20610 same_provider=no", rule: "pfs.global", want: "undecided 20610/99213"},
	})
}

func TestGlobalDays(t *testing.T) {
	ten := newWorld().days("10060", "010").valid("99213")
	ninety := newWorld().days("27447", "090").days("99213", "XXX").days("27486", "090").valid("99024")
	none := newWorld().days("20610", "000").valid("99213")
	run(t, []row{
		{name: "010, day 8", world: ten, claim: "10060 surgery_date=2024-08-07", rule: "pfs.global", want: "included 10060", says: "day 8|010|end on 2024-08-17"},
		{name: "010, seen day 8", world: ten, claim: "10060 days_after_surgery=8", rule: "pfs.global", want: "included 10060", says: "day 8|of 2024-08-07|end on 2024-08-17"},
		{name: "010, seen day 11", world: ten, claim: "10060 99213 days_after_surgery=11", rule: "pfs.global", want: "outside 10060/99213", says: "day 11|of 2024-08-04"},
		{name: "days since that are none", world: ten, claim: "10060 days_after_surgery=many", rule: "pfs.global"},
		{name: "010, day 10 is the last", world: ten, claim: "10060 99213 surgery_date=2024-08-05", rule: "pfs.global", want: "included 10060/99213", says: "day 10|2024-08-15"},
		{name: "010, day 11", world: ten, claim: "10060 99213 surgery_date=2024-08-04", rule: "pfs.global", want: "outside 10060/99213", says: "day 11|outside"},
		{name: "010, day 11 without a visit line", world: ten, claim: "10060 surgery_date=2024-08-04", rule: "pfs.global", want: "outside 10060"},
		{name: "010, the day before", world: ten, claim: "10060 99213 surgery_date=2024-08-16", rule: "pfs.global", want: "outside 10060/99213"},
		{name: "010 with 24", world: ten, claim: "10060 99213-24 surgery_date=2024-08-07", rule: "pfs.global", want: "modifier_24 10060/99213"},
		{name: "000, next day", world: none, claim: "20610 99213 surgery_date=2024-08-14 surgery_code=20610", rule: "pfs.global", want: "outside 20610/99213"},
		{name: "000 and a surgery of another day", world: none, claim: "20610 99213 surgery_date=2024-08-01", rule: "pfs.global",
			want: "undecided 20610; undecided 99213; modifier_25 20610/99213"},
		{name: "25 says that the procedure was that day", world: ten, claim: "10060 99213-25 surgery_date=2024-08-01", rule: "pfs.global",
			want: "undecided 10060; undecided 99213; modifier_25 10060/99213"},
		{name: "090, the day before", world: ninety, claim: "99213 27447 surgery_date=2024-08-16", rule: "pfs.global", want: "modifier_57 27447/99213", says: "1 day before 27447"},
		{name: "090, two days before", world: ninety, claim: "99213 27447 surgery_date=2024-08-17", rule: "pfs.global", want: "outside 27447/99213"},
		{name: "090, day 90", world: ninety, claim: "99213 27447 surgery_date=2024-05-17", rule: "pfs.global", want: "included 27447/99213", says: "day 90|2024-08-15"},
		{name: "090, day 91", world: ninety, claim: "99213 27447 surgery_date=2024-05-16", rule: "pfs.global", want: "outside 27447/99213"},
		{name: "surgery by its stated code", world: ninety, claim: "99213 surgery_date=2024-08-01 surgery_code=27447", rule: "pfs.global", skips: "",
			want: "included 27447/99213"},
		{name: "visit of an earlier surgery and a new procedure", world: newWorld().days("27447", "090").days("20610", "000").valid("99213"),
			claim: "99213-25 20610 surgery_date=2024-08-01 surgery_code=27447", rule: "pfs.global",
			want: "included 27447/99213; undecided 27447/20610; modifier_25 20610/99213"},
		{name: "79 in the period", world: ninety, claim: "27486-79 surgery_date=2024-08-01 surgery_code=27447", rule: "pfs.global", want: "modifier_79 27447/27486", says: "new global period"},
		{name: "78 in the period", world: ninety, claim: "27486-78 27447 surgery_date=2024-08-01", rule: "pfs.global", want: "modifier_78 27447/27486", says: "opens no new"},
		{name: "58 in the period", world: ninety, claim: "27486-58 27447 surgery_date=2024-08-01", rule: "pfs.global", want: "modifier_58 27447/27486", says: "staged"},
		{name: "79 behind the period", world: ninety, claim: "27486-79 27447 surgery_date=2024-01-01", rule: "pfs.global", want: "outside 27447/27486"},
		{name: "relation unknown", world: ninety, claim: "27486 surgery_date=2024-08-01 surgery_code=27447", rule: "pfs.global", want: "undecided 27447/27486"},
		{name: "relation stated", world: ninety, claim: "27486 surgery_date=2024-08-01 surgery_code=27447 relation_to_surgery=complication", rule: "pfs.global",
			want: "modifier_78 27447/27486", says: "needs modifier 78"},
		{name: "second eye", world: newWorld().days("66984", "090"), claim: "66984-79-LT surgery_date=2024-08-01 surgery_code=66984", rule: "pfs.global", want: "modifier_79 66984/66984"},
		{name: "surgery without a code", world: newWorld().valid("99213"), claim: "99213 surgery_date=2024-08-07", rule: "pfs.global", want: "undecided 99213", says: "day 8"},
		{name: "surgery without days", world: newWorld().days("59400", "MMM").valid("99213"), claim: "99213 surgery_date=2024-08-07 surgery_code=59400", rule: "pfs.global", want: "no_global 59400"},
		{name: "79 and no surgery", world: ninety, claim: "27486-79", rule: "pfs.global", want: "undecided 27486"},
		{name: "24 and no surgery", world: ninety, claim: "99213-24", rule: "pfs.global", want: "undecided 99213"},
		{name: "surgery code not gathered", world: newWorld().valid("99213"), claim: "99213 surgery_date=2024-08-07 surgery_code=27447", rule: "pfs.global", skips: "pfs.global 27447: TEST has no row"},
		{name: "no fee schedule", world: newWorld().valid("99213").lose(codeset.KindPFS), claim: "99213 surgery_date=2024-08-07", rule: "pfs.global", skips: "pfs.global: the release of"},
		{name: "two surgery dates decide nothing", world: ten, claim: "10060 99213 surgery_date=2024-08-07 surgery_date=2024-08-01", rule: "pfs.global", want: "undecided 10060/99213",
			says: "stated for different days: 2024-08-01, 2024-08-07"},
	})
}

func TestGlobalMissingFacts(t *testing.T) {
	w := newWorld().days("66984", "090").days("99213", "XXX")
	for _, tt := range []struct{ claim, missing, branches string }{
		{"99213 surgery_date=2024-08-07", "surgery_code", "outside included included"},
		{"66984-79", "surgery_date surgery_code", "modifier_79 outside"},
		{"66984-79 surgery_date=2024-08-15", "surgery_code", "modifier_79 outside"},
		{"66984-79 surgery_code=66984", "surgery_date", "modifier_79 outside"},
	} {
		fs := of(w.check(t, tt.claim), "pfs.global")
		if len(fs) != 1 {
			t.Errorf("%s: %d findings", tt.claim, len(fs))
			continue
		}
		var branches []string
		for _, b := range fs[0].Branches {
			branches = append(branches, b.Verdict)
		}
		if got := strings.Join(fs[0].Missing, " "); got != tt.missing || strings.Join(branches, " ") != tt.branches {
			t.Errorf("%s: missing %q, branches %q", tt.claim, got, branches)
		}
	}
}
