package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// unsaid holds the first finding of ncci.ptp, branches included, to what it must not
// say.
func unsaid(t *testing.T, w *world, text string, parts ...string) Finding {
	t.Helper()
	f := of(w.check(t, text), "ncci.ptp")[0]
	said := f.Statement
	for _, b := range f.Branches {
		said += " " + b.If + ": " + b.Statement
	}
	for _, part := range parts {
		if strings.Contains(said, part) {
			t.Errorf("%s: %q says %q", text, said, part)
		}
	}
	return f
}

// TestOneSpecialty: one stated specialty is one provider's and shows nothing of the
// other's; the words same and different compare the two.
func TestOneSpecialty(t *testing.T) {
	w := func() *world { return newWorld().ptp("96406", "96405", "0") }
	const pair, group = "96406 96405 same_provider=no", "96406 96405 same_provider=no same_group=yes"
	run(t, []row{
		{name: "one specialty", world: w(), claim: group + " specialty=dermatology", rule: "ncci.ptp", want: "undecided 96406/96405", says: "one specialty, dermatology|whether both are of it"},
		{name: "different", world: w(), claim: group + " specialty=different", rule: "ncci.ptp", skips: "ncci.ptp 96406/96405: the edit binds"},
		{name: "different beside a name", world: w(), claim: group + " specialty=dermatology specialty=different", rule: "ncci.ptp", skips: "ncci.ptp 96406/96405: the edit binds"},
		{name: "same", world: w(), claim: group + " specialty=Same", rule: "ncci.ptp", want: "bundled 96406/96405", says: "counts as one provider"},
		{name: "same beside a name", world: w(), claim: group + " specialty=dermatology specialty=same", rule: "ncci.ptp", want: "bundled 96406/96405"},
		{name: "same and different", world: w(), claim: group + " specialty=different specialty=same", rule: "ncci.ptp", want: "undecided 96406/96405"},
		{name: "same, the group not stated", world: w(), claim: pair + " specialty=same", rule: "ncci.ptp", want: "undecided 96406/96405", says: "depends on their group"},
	})
	for text, want := range map[string]string{group + " specialty=dermatology": "specialty", pair + " specialty=same": "same_group", group: "specialty"} {
		if f := of(w().check(t, text), "ncci.ptp")[0]; !slices.Equal(f.Missing, []string{want}) || len(f.Branches) != 2 {
			t.Errorf("%s: missing %v, %d branches", text, f.Missing, len(f.Branches))
		}
	}
}

// TestPlaceOfOneLine: a place of the body that stands on one code alone, or that 50
// on the other takes in, shows no second site.
func TestPlaceOfOneLine(t *testing.T) {
	stent := func() *world { return newWorld().ptp("92928", "93458", "1") }
	breast := func() *world { return newWorld().ptp("19125", "19120", "1").days("19125", "090").days("19120", "090") }
	toe := func() *world { return newWorld().ptp("28122", "28285", "1") }
	run(t, []row{
		{name: "the stented vessel", world: stent(), claim: "92928-LD 93458", rule: "ncci.ptp", want: "modifier_present 92928/93458",
			says: "modifier LD on 92928 bypasses the edit, but it tells the place of 92928 alone|full diagnostic study before the decision for 92928"},
		{name: "a joint and a bare tendon", world: shots(), claim: "20610-RT 20550", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "it tells the place of 20610 alone|a separate site, lesion, injury or session"},
		{name: "guidance", world: newWorld().ptp("20610", "76942", "1"), claim: "20610-RT 76942", rule: "ncci.ptp", want: "modifier_present 20610/76942",
			says: "it tells the place of 20610 alone|that 76942 guided another procedure than 20610"},
		{name: "50 on the other", world: breast(), claim: "19125-50 19120-LT", rule: "ncci.ptp", want: "modifier_present 19125/19120", says: "modifier 50 on 19125 covers that side too|two sites there"},
		{name: "both sides beside 50", world: breast(), claim: "19120-RT 19120-LT 19125-50", rule: "ncci.ptp", want: "modifier_present 19125/19120", says: "RT, LT on 19120 bypasses the edit, but modifier 50 on 19125 covers"},
		{name: "two sides", world: breast(), claim: "19125-RT 19120-LT", rule: "ncci.ptp", want: "modifier_present 19125/19120", says: "lets both be paid|a separate site, which LT names"},
		{name: "a toe of the side", world: toe(), claim: "28122-RT 28285-T5", rule: "ncci.ptp", want: "modifier_present 28122/28285", says: "modifier RT on 28122 is of the same side"},
		{name: "a toe of the other side", world: toe(), claim: "28122-RT 28285-T1", rule: "ncci.ptp", want: "modifier_present 28122/28285", says: "lets both be paid"},
		{name: "two toes", world: toe(), claim: "28122-T2 28285-T1", rule: "ncci.ptp", want: "modifier_present 28122/28285", says: "lets both be paid"},
		{name: "one side of two", world: shots(), claim: "20610-RT 20550-LT 20550-RT", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "a separate site, which LT names"},
		{name: "59 beside it", world: stent(), claim: "92928-LD 93458-59", rule: "ncci.ptp", want: "modifier_present 92928/93458", says: "59 on 93458 lets both be paid"},
		{name: "the other line contradicts itself (V12)", world: shots(), claim: "20550-LT-RT 20610-RT", rule: "ncci.ptp", want: "modifier_present 20610/20550",
			says: "RT on 20610 bypasses the edit, but LT on 20550 contradicts RT on the same line|which leaves its site open"},
	})
	f := unsaid(t, shots(), "20610-RT 20550", "lets both be paid", "which RT names")
	if !slices.Equal(f.Missing, []string{"same_site"}) || len(f.Branches) != 2 || f.Branches[0].Verdict != "modifier_present" || f.Branches[1].Verdict != "bundled" {
		t.Errorf("missing %v, branches %+v", f.Missing, f.Branches)
	}
	if f = unsaid(t, shots(), "20610-RT 20550 same_site=no"); len(f.Missing) != 0 || len(f.Branches) != 0 {
		t.Errorf("a stated site is asked: %+v", f)
	}
}

// TestTestBesideVisit: of a visit in column one and a test, the test is what can be
// apart (V3).
func TestTestBesideVisit(t *testing.T) {
	w := func() *world { return newWorld().ptp("99291", "71046", "1").days("71046", "XXX").days("99291", "XXX") }
	run(t, []row{
		{name: "without", world: w(), claim: "99291 71046", rule: "ncci.ptp", want: "modifier_allowed 99291/71046", says: "modifier 25 stands on 99291|71046 was done apart from 99291 and is no part of its work"},
		{name: "with 25", world: w(), claim: "99291-25 71046", rule: "ncci.ptp", want: "modifier_present 99291/71046", says: "71046 was done apart from 99291"},
	})
	f := unsaid(t, w(), "99291 71046", "beyond the work of 71046", "work that belongs to 71046", "separately identifiable visit")
	if len(f.Branches) != 2 || f.Branches[1] != (Branch{"71046 was done for or during 99291", "bundled", "Report 99291 alone."}) {
		t.Errorf("%+v", f.Branches)
	}
}

// TestTwoVisits: 57 and 24 tell no two visits of a day apart (V10).
func TestTwoVisits(t *testing.T) {
	w := newWorld().ptp("99214", "99213", "1").days("99214", "XXX").days("99213", "XXX")
	run(t, []row{
		{name: "57", world: w, claim: "99213-57 99214", rule: "ncci.ptp", want: "modifier_allowed 99214/99213", says: "57 on 99213 does not count, because it speaks of the decision for surgery"},
		{name: "24", world: w, claim: "99213-24 99214", rule: "ncci.ptp", want: "modifier_allowed 99214/99213", says: "24 on 99213 is not enough"},
		{name: "25", world: w, claim: "99213-25 99214", rule: "ncci.ptp", want: "modifier_present 99214/99213"},
		{name: "25 with 57", world: w, claim: "99213-57-25 99214", rule: "ncci.ptp", want: "modifier_present 99214/99213", says: "modifier 25 on 99213"},
		{name: "24 beside a test", world: newWorld().ptp("93000", "99213", "1").days("93000", "XXX"), claim: "99213-24 93000", rule: "ncci.ptp", want: "modifier_present 93000/99213"},
	})
}

// TestWhichModifierIsContradicted: the same site contradicts 59, not the side that
// both lines bear (V11), and a separate session stands beside it (V4).
func TestWhichModifierIsContradicted(t *testing.T) {
	run(t, []row{
		{name: "RT and 59", world: shots(), claim: "20610-RT 20550-RT-59 same_site=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "the same site is stated, which contradicts 59"},
		{name: "RT on both", world: shots(), claim: "20610-RT 20550-RT same_site=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "so that RT shows no separate one"},
		{name: "two sides", world: shots(), claim: "20610-RT 20550-LT same_site=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "the same site is stated, which contradicts LT"},
		{name: "another session", world: shots(), claim: "20610 20550 same_site=yes same_session=no", rule: "ncci.ptp", want: "modifier_allowed 20610/20550", says: "the same site is stated, and a different session"},
	})
	unsaid(t, shots(), "20610-RT 20550-RT-59 same_site=yes", "contradicts RT")
	unsaid(t, shots(), "20610-RT 20550-RT same_site=yes", "contradicts RT")
	unsaid(t, shots(), "20610 20550 same_site=yes same_session=no", "supports no such")
}

// TestStatedSessionIsRead: one stated session is not asked again (V15).
func TestStatedSessionIsRead(t *testing.T) {
	therapy := newWorld().ptp("97140", "97750", "1")
	run(t, []row{
		{name: "therapy", world: therapy, claim: "97140 97750 same_session=yes", rule: "ncci.ptp", want: "modifier_allowed 97140/97750", says: "the same session is stated, so that only this sets the two apart: times that do not overlap"},
		{name: "tests", world: newWorld().ptp("93000", "93005", "1"), claim: "93000 93005 same_session=yes", rule: "ncci.ptp", want: "modifier_allowed 93000/93005", says: "the same session is stated, which supports no such modifier"},
		{name: "specimens", world: newWorld().ptp("88305", "88108", "1"), claim: "88305 88108 same_session=yes", rule: "ncci.ptp", want: "modifier_allowed 88305/88108", says: "a separate specimen"},
	})
	f := unsaid(t, therapy, "97140 97750 same_session=yes")
	if !slices.Equal(f.Missing, []string{"start_stop"}) || len(f.Branches) != 2 {
		t.Errorf("missing %v, branches %+v", f.Missing, f.Branches)
	}
	if f = unsaid(t, newWorld().ptp("93000", "93005", "1"), "93000 93005 same_session=yes"); len(f.Missing) != 0 || len(f.Branches) != 0 {
		t.Errorf("one session of tests: %+v", f)
	}
}

// TestKindsWithoutSite: the criterion fits the kind of code (V18).
func TestKindsWithoutSite(t *testing.T) {
	for _, tt := range []struct{ one, two, says, missing string }{
		{"96127", "96160", "a reason for 96160 apart from 96127", "same_session"},
		{"90834", "G0444", "a reason for G0444 apart from 90834", "same_session"},
		{"G0444", "96127", "a reason for 96127 apart from G0444", "same_session"},
		{"96374", "96372", "a separate encounter, or an access or route of its own for each", "same_session"},
		{"31500", "71046", "a reason for 71046 apart from 31500", "same_session"},
		{"36556", "71046", "a reason for 71046 apart from 36556", "same_session"},
		{"32555", "71045", "a reason for 71045 apart from 32555", "same_session"},
		{"92134", "92250", "that they were of two eyes, or why one eye needed both", "same_site"},
		{"64493", "77003", "that 77003 guided another procedure than 64493", "same_site"},
		{"92928", "93458", "no earlier catheter study", "same_session"},
	} {
		w := newWorld().ptp(tt.one, tt.two, "1")
		f := unsaid(t, w, tt.one+" "+tt.two, "lesion", "injury")
		if !strings.Contains(f.Statement, tt.says) || !slices.Equal(f.Missing, []string{tt.missing}) || len(f.Branches) != 2 {
			t.Errorf("%s/%s: %q, missing %v", tt.one, tt.two, f.Statement, f.Missing)
		}
	}
	film := newWorld().ptp("25600", "73100", "1")
	if f := unsaid(t, film, "25600 73100"); !strings.Contains(f.Statement, "an anatomic modifier") {
		t.Errorf("a film of a limb has a side: %s", f.Statement)
	}
	eye := newWorld().ptp("92134", "92250", "1")
	unsaid(t, eye, "92134 92250 same_site=yes", "supports no such modifier")
}

// TestOneOfTwoX: two X modifiers of one line are a choice (M9).
func TestOneOfTwoX(t *testing.T) {
	run(t, []row{
		{name: "XS and XE", world: shots(), claim: "20610 20550-XS-XE", rule: "ncci.ptp", want: "modifier_present 20610/20550",
			says: "modifier XS or XE on 20550 lets both be paid if the record shows a separate organ or structure or a separate encounter; one of XS and XE is enough"},
		{name: "on two lines", world: shots(), claim: "20610 20550-XS 20550-XE", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "modifier XS, XE on 20550"},
		{name: "for another provider", world: shots(), claim: "20610 20550-XS-XE same_provider=no", rule: "ncci.ptp", want: "undecided 20610/20550"},
	})
	f := of(shots().check(t, "20610 20550-XS-XE same_provider=no"), "ncci.ptp")[0]
	if !strings.Contains(f.Branches[0].Statement, "Modifier XS or XE on 20550") {
		t.Errorf("%+v", f.Branches)
	}
	if codeset.KindPTPPractitioner != f.Source.Set {
		t.Errorf("source %+v", f.Source)
	}
}

// TestProviderStatedBothWays: one provider and two, both stated, leave a pair open.
func TestProviderStatedBothWays(t *testing.T) {
	run(t, []row{{name: "both", world: newWorld().ptp("96406", "96405", "0"), claim: "96406 96405 same_provider=yes same_provider=no",
		rule: "ncci.ptp", want: "undecided 96406/96405", says: "one provider and different ones are both stated"}})
}
