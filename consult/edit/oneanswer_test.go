package edit

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestPackageGivesWayToAClosedEdit (V24): beside a row of indicator 0 no modifier
// makes the visit payable, and the package does not say that one does.
func TestPackageGivesWayToAClosedEdit(t *testing.T) {
	w := newWorld().days("90935", "000").days("99232", "XXX").ptp("90935", "99232", "0")
	turned := newWorld().days("36556", "000").days("99291", "XXX").ptp("99291", "36556", "0")
	open := newWorld().days("90935", "000").days("99232", "XXX").ptp("90935", "99232", "1")
	run(t, []row{
		{name: "without 25", world: w, claim: "90935 99232", rule: "pfs.global", want: "included 90935/99232", says: "no modifier makes it payable|NCCI denies 99232 beside 90935 with indicator 0"},
		{name: "with 25", world: w, claim: "90935 99232-25", rule: "pfs.global", want: "included 90935/99232", says: "modifier 25 does not change that"},
		{name: "the visit is column 1", world: turned, claim: "36556 99291", rule: "pfs.global", skips: "pfs.global 36556/99291: NCCI denies 36556 beside 99291"},
		{name: "indicator 1", world: open, claim: "90935 99232", rule: "pfs.global", want: "modifier_25 90935/99232"},
		{name: "of another day", world: w, claim: "90935 99232 surgery_date=2024-08-14 surgery_code=90935", rule: "pfs.global", want: "outside 90935/99232"},
	})
	for _, text := range []string{"90935 99232", "90935 99232-25"} {
		for _, f := range w.check(t, text).Findings {
			if strings.Contains(f.Statement, "paid only with modifier 25") || strings.Contains(f.Statement, "is right if") {
				t.Errorf("%s: %s", text, f.Statement)
			}
		}
	}
}

// complexVisit has the visit add-on, its visits, and an injection beside them.
func complexVisit() *world {
	return newWorld().addon("G2211", "1", "99213", "99214").days("99213", "XXX").days("99214", "XXX").days("20610", "000").days("G0439", "XXX").
		ptp("20610", "99213", "1").ptp("20610", "99214", "1")
}

// TestComplexityBeside25 (V23): by the day, 25 on the visit keeps its add-on from
// being paid.
func TestComplexityBeside25(t *testing.T) {
	for _, tt := range []struct{ on, text, want, says string }{
		{"2024-08-15", "G2211 99213", "primary_present", "is on the claim."},
		{"2024-08-15", "G2211 99213-25", "primary_missing", "with modifier 25, beside which Medicare pays no G2211 (CY 2024"},
		{"2024-08-15", "G2211 99213 20610", "primary_missing", "where it needs modifier 25 beside 20610, with which Medicare pays no G2211"},
		{"2024-12-31", "G2211 99213-25 G0439", "primary_missing", "CY 2024"},
		{"2024-08-15", "G2211 99213-25 payer=Aetna", "primary_present", "Medicare pays no G2211|Aetna may rule otherwise"},
		{"2025-01-01", "G2211 99213-25 G0439", "primary_present", "modifier 25 on it does not stand against G2211 beside G0439 (CY 2025"},
		{"2024-08-15", "G2211 99214-25 99213 20610", "primary_missing", "primary procedure 99214 is on the claim with modifier 25"},
		{"2025-01-01", "G2211 99213-25 20610", "undecided", "unless the other service of the day is an annual wellness visit"},
		{"2025-01-01", "G2211 99213-25 20610 G0439", "undecided", "CY 2025"},
		{"2025-01-01", "G2211 99213 20610", "undecided", "where it needs modifier 25 beside 20610"},
		{"2025-01-01", "G2211 99213-25", "primary_present", "unless the other service of the day is an annual wellness visit"},
		{"2023-12-31", "G2211 99213-25", "primary_present", "is on the claim."},
		{"2024-08-15", "G2211 99214-25 99213", "primary_present", "primary procedure 99213 is on the claim"},
	} {
		c := claim(tt.text)
		c.On, _ = time.Parse(time.DateOnly, tt.on)
		f := of(complexVisit().checkClaim(t, c), "ncci.addon")[0]
		if f.Verdict != tt.want || f.Verdict == Undecided && (len(f.Branches) != 2 || len(f.Missing) != 1) {
			t.Errorf("%s %s: %s, want %s: %+v", tt.on, tt.text, f.Verdict, tt.want, f)
		}
		for part := range strings.SplitSeq(tt.says, "|") {
			if !strings.Contains(f.Statement, part) {
				t.Errorf("%s %s: %q lacks %q", tt.on, tt.text, f.Statement, part)
			}
		}
	}
}

// TestAddOnNamesThePaidPrimary (V7): of two primaries the one that nothing denies is
// named.
func TestAddOnNamesThePaidPrimary(t *testing.T) {
	w := newWorld().addon("90785", "1", "90837", "90853").ptp("90853", "90837", "1")
	run(t, []row{
		{name: "the paid one", world: w, claim: "90837 90853 90785", rule: "ncci.addon", want: "primary_present 90785/90853", says: "90853 is on the claim."},
		{name: "only the denied one", world: newWorld().addon("90785", "1", "90837").ptp("90853", "90837", "1"), claim: "90837 90853 90785", rule: "ncci.addon",
			want: "primary_present 90785/90837", says: "which NCCI denies beside 90853"},
	})
}

// TestSpecialtyOfTheOther (V1): one specialty named is one provider's, and the words
// same and different are read.
func TestSpecialtyOfTheOther(t *testing.T) {
	w := newWorld().days("20610", "000").days("99213", "XXX")
	for specialty, want := range map[string]string{
		"dermatology": Undecided, "orthopedics_and_cardiology": Undecided, "same": "modifier_25", "the_same_specialty": "modifier_25", "different": "outside",
		"Different_specialty": "outside", "dermatology specialty=orthopedics": "outside", "same specialty=orthopedics": "modifier_25",
		"different specialty=orthopedics": "outside", "same specialty=different": Undecided, "same specialty=dermatology specialty=orthopedics": Undecided,
	} {
		text := "20610 99213 same_provider=no same_group=yes specialty=" + specialty
		f := of(w.check(t, text), "pfs.global")[0]
		if f.Verdict != want || want == Undecided && !slices.Equal(f.Missing, []string{"specialty"}) {
			t.Errorf("%s: %s %v, want %s: %s", text, f.Verdict, f.Missing, want, f.Statement)
		}
	}
}

// TestTwoDatesOfService (V8): nothing is judged as if two stated dates were one.
func TestTwoDatesOfService(t *testing.T) {
	const two = " date_of_service=2024-08-15 date_of_service=2024-08-16"
	w := newWorld().days("20610", "000").days("10060", "010").days("99213", "XXX").mue("20610", 2, "3")
	run(t, []row{
		{name: "a visit", world: w, claim: "20610 99213" + two, rule: "pfs.global", want: "undecided 20610/99213", says: "the dates of service 2024-08-15 and 2024-08-16 are stated"},
		{name: "a period", world: w, claim: "10060 99213" + two, rule: "pfs.global", want: "undecided 10060/99213"},
		{name: "a surgery of its own day", world: w, claim: "99213 surgery_date=2024-08-10 surgery_code=10060" + two, rule: "pfs.global", skips: "pfs.global: the dates of service"},
		{name: "the other date is the surgery's", world: w, claim: "99213 surgery_date=2024-08-16 surgery_code=10060" + two, rule: "pfs.global", want: "outside 10060/99213"},
		{name: "units", world: w, claim: "20610x3" + two, rule: "ncci.mue", want: "undecided 20610", says: "3 units exceed it only if they are of one day"},
		{name: "too many for both days", world: w, claim: "20610x5" + two, rule: "ncci.mue", want: "exceeds 20610"},
		{name: "the judged day", world: w, claim: "20610" + two, rule: "pfs.global", skips: "code.status: the dates of service 2024-08-15 and 2024-08-16 are stated, and the codes are judged as of 2024-08-15"},
	})
	for text, want := range map[string]string{"20610 99213": "modifier_25 outside", "10060 99213": "modifier_25 undecided"} {
		f := of(w.check(t, text+two), "pfs.global")[0]
		if got := f.Branches[0].Verdict + " " + f.Branches[1].Verdict; got != want || !slices.Equal(f.Missing, []string{"date_of_service"}) {
			t.Errorf("%s: %s %v", text, got, f.Missing)
		}
	}
}

// TestContradictingFacts (V9): facts that contradict each other decide nothing in
// silence.
func TestContradictingFacts(t *testing.T) {
	w := newWorld().days("27447", "090").days("20610", "000").days("99213", "XXX").schedule("71046", codeset.PFS{Global: "XXX", PCTC: "1"}).mue("20610", 1, "3")
	const both = " same_provider=yes same_provider=no"
	run(t, []row{
		{name: "one provider and two", world: w, claim: "20610 99213" + both, rule: "pfs.global", want: "undecided 20610/99213", says: "both one provider and different providers are stated"},
		{name: "their units", world: w, claim: "20610 20610-76" + both, rule: "ncci.mue", want: "undecided 20610"},
		{name: "their pairs", world: w, claim: "20610 99213 11042" + both, rule: "ncci.ptp", want: "clear 20610/99213; clear 20610/11042; clear 99213/11042", skips: "ncci.ptp: same_provider is stated as yes and as no"},
		{name: "an office that is a hospital", world: w, claim: "71046 place_of_service=21 place_of_service=21", rule: "pfs.pctc", want: "conflict 71046"},
		{name: "two places", world: w, claim: "71046 place_of_service=11 place_of_service=22", rule: "pfs.pctc", skips: "pfs.pctc 71046: the places of service 11 and 22 are stated"},
		{name: "a date and a count far from it", world: w, claim: "99213 surgery_code=27447 surgery_date=2024-01-01 days_after_surgery=30", rule: "pfs.global", want: "undecided 27447/99213",
			says: "different days: 2024-01-01, 2024-07-16"},
		{name: "a round count", world: w, claim: "99213 surgery_code=27447 surgery_date=2024-07-15 days_after_surgery=30", rule: "pfs.global", want: "included 27447/99213"},
		{name: "a date and no count", world: w, claim: "99213 surgery_code=27447 surgery_date=2024-07-15 days_after_surgery=many", rule: "pfs.global", want: "included 27447/99213"},
	})
	office := claim("71046 place_of_service=21")
	office.Facts["setting"] = []string{"office"}
	hospital := claim("71046 place_of_service=11")
	hospital.Facts["setting"] = []string{"outpatient"}
	either := claim("71046")
	either.Setting, either.Facts["setting"] = "outpatient", []string{"office", "outpatient"}
	for want, c := range map[string]Claim{
		"pfs.pctc 71046: the setting office is stated with place of service 21, and the two contradict": office,
		"ncci.mue: the setting outpatient is stated with place of service 11":                           hospital,
		"ncci.mue: the settings office and outpatient are stated":                                       either,
	} {
		if r := w.checkClaim(t, c); !slices.ContainsFunc(r.NotChecked, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("not_checked lacks %q: %q", want, r.NotChecked)
		}
	}
}

// TestLineThatContradictsItself (V12): whatever on it contradicts or does not fit, an
// indicator calls no such line payable.
func TestLineThatContradictsItself(t *testing.T) {
	w := newWorld().schedule("27447", codeset.PFS{Global: "090", Bilateral: "1", Assistant: "2"}).schedule("99291", codeset.PFS{Global: "XXX", Assistant: "0"})
	run(t, []row{
		{name: "both sides and an assistant", world: w, claim: "27447-RT-LT-80", rule: "pfs.assistant", want: "conflict 27447", says: "not one where RT contradicts LT"},
		{name: "an assistant of a visit", world: w, claim: "99291-80", rule: "pfs.assistant", want: "conflict 99291", says: "modifier 80 does not fit 99291, so that"},
		{name: "an assistant", world: w, claim: "27447-80", rule: "pfs.assistant", want: "applies 27447"},
	})
}

// TestCareBeforeAndSurgery (V13): 54 with 56 is no contradiction.
func TestCareBeforeAndSurgery(t *testing.T) {
	w := newWorld().days("27447", "090")
	run(t, []row{
		{name: "54 and 56", world: w, claim: "27447-54-56", rule: "pfs.global", want: "undecided 27447", says: "the care before the surgery and the surgery without the follow-up"},
		{name: "55 and 56", world: w, claim: "27447-55-56", rule: "pfs.global", want: "undecided 27447", says: "the care before and after the surgery"},
		{name: "54 and 55", world: w, claim: "27447-54-55", rule: "pfs.global", want: "undecided 27447", says: "contradict each other"},
	})
	for _, text := range []string{"27447-54-56", "27447-55-56"} {
		for _, f := range w.check(t, text).Findings {
			if strings.Contains(f.Statement, "contradict") || f.Verdict == "conflict" {
				t.Errorf("%s: %s", text, f.Statement)
			}
		}
	}
}

// TestUnitsByLimb (V14): 2 units of a test are not read as two sides.
func TestUnitsByLimb(t *testing.T) {
	f := of(newWorld().schedule("95886", codeset.PFS{Global: "ZZZ", Bilateral: "3"}).check(t, "95886x2"), "pfs.bilateral")[0]
	if f.Verdict != Undecided || !strings.Contains(f.Branches[1].If, "by limb or test") || strings.Contains(f.Statement, "modifier 50") {
		t.Errorf("%+v", f)
	}
}

// TestComponentBesideTheWhole (V19): a component beside the whole test is billed twice.
func TestComponentBesideTheWhole(t *testing.T) {
	w := newWorld().schedule("71046", codeset.PFS{Global: "XXX", PCTC: "1"})
	run(t, []row{
		{name: "26 beside the whole", world: w, claim: "71046 71046-26", rule: "pfs.pctc", want: "conflict 71046", says: "bills the whole test, of which this is a part again"},
		{name: "all three", world: w, claim: "71046-26 71046-TC 71046", rule: "pfs.pctc", want: "conflict 71046; conflict 71046"},
		{name: "the two components", world: w, claim: "71046-26 71046-TC", rule: "pfs.pctc", want: "applies 71046; applies 71046"},
		{name: "another test", world: w, claim: "71046 71046-26-59", rule: "pfs.pctc", want: "applies 71046"},
		{name: "another side", world: w, claim: "71046-RT 71046-26-LT", rule: "pfs.pctc", want: "applies 71046"},
	})
}

// TestReturnToAnOffice (V20): 78 speaks of an operating room.
func TestReturnToAnOffice(t *testing.T) {
	w := newWorld().days("27447", "090").days("11042", "000")
	const after = " surgery_code=27447 surgery_date=2024-08-01"
	run(t, []row{
		{name: "an office", world: w, claim: "11042-78 place_of_service=11" + after, rule: "pfs.global", want: "undecided 27447/11042", says: "an office is stated (place of service 11)|a minor treatment room is none"},
		{name: "a hospital", world: w, claim: "11042-78 place_of_service=22" + after, rule: "pfs.global", want: "modifier_78 27447/11042"},
		{name: "no place", world: w, claim: "11042-78" + after, rule: "pfs.global", want: "modifier_78 27447/11042"},
	})
	if f := of(w.check(t, "11042-78 place_of_service=11"+after), "pfs.global")[0]; len(f.Branches) != 2 || len(f.Missing) != 1 {
		t.Errorf("%+v", f)
	}
}

// TestBoth24And25 (V22): in the period of one procedure and on the day of another, a
// visit needs both.
func TestBoth24And25(t *testing.T) {
	w := newWorld().days("17000", "010").days("99213", "XXX")
	f := of(w.check(t, "17000-58 99213-25 surgery_code=17000 surgery_date=2024-08-06"), "pfs.global")
	i := slices.IndexFunc(f, func(f Finding) bool { return f.Verdict == "included" })
	if i < 0 || !strings.Contains(f[i].Statement, "its modifier 25 speaks of 17000 on this day, and an unrelated visit needs modifier 24 beside it") {
		t.Errorf("%+v", f)
	}
}
