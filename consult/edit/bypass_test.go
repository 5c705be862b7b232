package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// statement is the sentence of the first finding of a rule.
func (w *world) statement(t *testing.T, text, on, rule string) Finding {
	t.Helper()
	c := claim(text)
	c.On, _ = code.ParseDay(on)
	fs := of(w.checkClaim(t, c), rule)
	if len(fs) == 0 {
		t.Fatalf("%s: no %s", text, rule)
	}
	return fs[0]
}

func hip() *world {
	return newWorld().ptp("27447", "99213", "1").days("27447", "090").days("99213", "XXX")
}

func joint() *world {
	return newWorld().ptp("20610", "99213", "1").days("20610", "000").days("99213", "XXX")
}

func shots() *world { return newWorld().ptp("20610", "20550", "1") }

// TestVisitModifierByGlobalDays holds the modifier of a visit to the global days
// of the procedure, as pfs.global reads them.
func TestVisitModifierByGlobalDays(t *testing.T) {
	run(t, []row{
		{name: "57 for 090", world: hip(), claim: "99213-57 27447", rule: "ncci.ptp", want: "modifier_present 27447/99213", says: "modifier 57 on 99213|the visit made the decision for 27447"},
		{name: "25 is not for 090", world: hip(), claim: "99213-25 27447", rule: "ncci.ptp", want: "modifier_allowed 27447/99213",
			says: "unless modifier 57 stands on 99213|25 on 99213 does not fit, because 27447 has 090 global days"},
		{name: "25 beside 57", world: hip(), claim: "99213-25-57 27447", rule: "ncci.ptp", want: "modifier_present 27447/99213", says: "modifier 57 on 99213"},
		{name: "57 is not for 000", world: joint(), claim: "99213-57 20610", rule: "ncci.ptp", want: "modifier_allowed 20610/99213",
			says: "unless modifier 25 stands on 99213|57 on 99213 does not fit, because 20610 has 000 global days"},
		{name: "25 for 000", world: joint(), claim: "99213-25 20610", rule: "ncci.ptp", want: "modifier_present 20610/99213", says: "significant, separately identifiable visit|the decision to do 20610"},
		{name: "25 for 010", world: newWorld().ptp("10060", "99213", "1").days("10060", "010"), claim: "99213 10060", rule: "ncci.ptp", want: "modifier_allowed 10060/99213",
			says: "modifier 25|the decision to do 10060"},
		{name: "25 for XXX", world: newWorld().ptp("93000", "99213", "1").days("93000", "XXX"), claim: "99213 93000", rule: "ncci.ptp", want: "modifier_allowed 93000/99213",
			says: "modifier 25|the work of 93000"},
		{name: "57 is not for XXX", world: newWorld().ptp("93000", "99213", "1").days("93000", "XXX"), claim: "99213-57 93000", rule: "ncci.ptp", want: "modifier_allowed 93000/99213"},
		{name: "24 beside a procedure of the day with 000", world: joint(), claim: "99213-24 20610", rule: "ncci.ptp", want: "modifier_allowed 20610/99213",
			says: "unless modifier 25 stands on 99213|24 on 99213 is not enough, because it speaks of an earlier surgery and 20610 of the same day has 000 global days"},
		{name: "24 beside a procedure of the day with 090", world: hip(), claim: "99213-24 27447", rule: "ncci.ptp", want: "modifier_allowed 27447/99213",
			says: "unless modifier 57 stands on 99213|24 on 99213 is not enough"},
		{name: "24 and 25", world: joint(), claim: "99213-24-25 20610", rule: "ncci.ptp", want: "modifier_present 20610/99213", says: "modifier 25 on 99213 lets both be paid"},
		{name: "24 and 57", world: hip(), claim: "99213-24-57 27447", rule: "ncci.ptp", want: "modifier_present 27447/99213", says: "modifier 57 on 99213 lets both be paid"},
		{name: "24 beside a test without a package", world: newWorld().ptp("93000", "99213", "1").days("93000", "XXX"), claim: "99213-24 93000", rule: "ncci.ptp",
			want: "modifier_present 93000/99213", says: "modifier 24 on 99213|unrelated to an earlier surgery"},
		{name: "global days unknown", world: newWorld().ptp("27447", "99213", "1"), claim: "99213 27447", rule: "ncci.ptp", want: "modifier_allowed 27447/99213",
			says: "25, or 57"},
		{name: "either, where the global days are unknown", world: newWorld().ptp("27447", "99213", "1"), claim: "99213-57 27447", rule: "ncci.ptp", want: "modifier_present 27447/99213"},
		{name: "a hospital has no global days", world: hip(), claim: "99213-25 27447 setting=outpatient", rule: "ncci.ptp", want: "modifier_present 27447/99213"},
		{name: "59 on the procedure", world: joint(), claim: "99213 20610-59", rule: "ncci.ptp", want: "modifier_allowed 20610/99213", says: "59 on 20610 does not count, because the visit must bear the modifier"},
		{name: "27 of a hospital", world: newWorld().ptp("99214", "99283", "1"), claim: "99214 99283-27 setting=outpatient", rule: "ncci.ptp", want: "modifier_present 99214/99283", says: "visits of one day"},
		{name: "27 of a practitioner", world: newWorld().ptp("99214", "99283", "1"), claim: "99214 99283-27", rule: "ncci.ptp", want: "modifier_allowed 99214/99283"},
	})
	f := of(hip().check(t, "99213 27447"), "ncci.ptp")[0]
	if len(f.Branches) != 2 || !strings.Contains(f.Branches[0].If, "decision") || f.Branches[0].Verdict != "modifier_present" ||
		f.Branches[1].Verdict != "bundled" || strings.Contains(f.Branches[1].If, "only the decision") {
		t.Errorf("branches of 57: %+v", f.Branches)
	}
	if strings.Contains(f.Statement, "significant") {
		t.Errorf("57 is no separate visit: %s", f.Statement)
	}
}

// TestCriterion holds each bypass modifier to its own criterion.
func TestCriterion(t *testing.T) {
	for modifier, want := range map[string]string{
		"59": "a separate site, lesion, injury or session", "XE": "separate encounter", "XS": "separate organ or structure", "XP": "another practitioner",
		"XU": "does not overlap", "58": "staged", "78": "return to the operating room", "79": "unrelated", "LT": "it tells the place of 20550 alone",
	} {
		f := of(shots().check(t, "20610 20550-"+modifier), "ncci.ptp")[0]
		if f.Verdict != "modifier_present" || !strings.Contains(f.Statement, want) {
			t.Errorf("%s: %s %q lacks %q", modifier, f.Verdict, f.Statement, want)
		}
	}
	f := of(newWorld().ptp("80053", "82947", "1").check(t, "80053 82947-91"), "ncci.ptp")[0]
	if f.Verdict != "modifier_present" || !strings.Contains(f.Statement, "repeated") {
		t.Errorf("91: %s %q", f.Verdict, f.Statement)
	}
	f = of(newWorld().ptp("97530", "97140", "1").check(t, "97530 97140-59"), "ncci.ptp")[0]
	if !strings.Contains(f.Statement, "a separate session or time") {
		t.Errorf("therapy: %q", f.Statement)
	}
}

// TestBypassDates: 59 and X on column one since 2019-07-01, X since 2015-01-01.
func TestBypassDates(t *testing.T) {
	for _, tt := range []struct{ on, claim, verdict, says string }{
		{"2019-06-30", "20610-59 20550", "modifier_allowed", "59 on 20610 does not count, because until 2019-06-30 Medicare took it on column 2 only"},
		{"2019-07-01", "20610-59 20550", "modifier_present", "59 on 20610"},
		{"2019-06-30", "20610 20550-59", "modifier_present", "59 on 20550"},
		{"2019-06-30", "20610-LT 20550", "modifier_present", "LT on 20610"},
		{"2014-12-31", "20610 20550-XS", "modifier_allowed", "XS on 20550 does not count, because it begins on 2015-01-01"},
		{"2014-12-31", "20610 20550", "modifier_allowed", "modifier 59 or an anatomic modifier"},
		{"2015-01-01", "20610 20550-XS", "modifier_present", "XS on 20550"},
		{"2024-08-15", "20610-59 20550 payer=Aetna", "modifier_present", "other payers may take it on column 2 only"},
		{"2024-08-15", "20610-59 20550 payer=", "modifier_present", "other payers may take it on column 2 only"},
	} {
		f := shots().statement(t, tt.claim, tt.on, "ncci.ptp")
		if f.Verdict != tt.verdict || !strings.Contains(f.Statement, tt.says) {
			t.Errorf("%s on %s: %s %q, want %s, %q", tt.claim, tt.on, f.Verdict, f.Statement, tt.verdict, tt.says)
		}
	}
	f := shots().statement(t, "20610 20550", "2014-12-31", "ncci.ptp")
	if !slices.Equal(f.Modifiers, []string{"59"}) {
		t.Errorf("2014: %v advised", f.Modifiers)
	}
	if f = shots().statement(t, "20610-59 20550", "2024-08-15", "ncci.ptp"); strings.Contains(f.Statement, "other payers") {
		t.Errorf("Medicare: %q", f.Statement)
	}
}

// TestMisfitBypassesNothing: a modifier that may not stay on its line opens no
// edit, and the sentence says so.
func TestMisfitBypassesNothing(t *testing.T) {
	run(t, []row{
		{name: "a toe of a knee", world: newWorld().ptp("27447", "20610", "1"), claim: "27447-TA 20610", rule: "ncci.ptp", want: "modifier_allowed 27447/20610",
			says: "TA on 27447 does not count, because it does not fit there"},
		{name: "a coronary artery of a tendon", world: shots(), claim: "20610 20550-LC", rule: "ncci.ptp", want: "modifier_allowed 20610/20550",
			says: "LC on 20550 does not count, because it does not fit there"},
		{name: "a toe of a tendon", world: shots(), claim: "20610 20550-TA", rule: "ncci.ptp", want: "modifier_present 20610/20550"},
		{name: "59 beside XS", world: shots(), claim: "20610 20550-59-XS", rule: "ncci.ptp", want: "modifier_allowed 20610/20550",
			says: "59 on 20550 does not count, because it contradicts XS on the same line"},
	})
}

// TestBypassByLine: a line of column two without the modifier is still denied.
func TestBypassByLine(t *testing.T) {
	w := func() *world { return newWorld().ptp("11042", "97597", "1") }
	run(t, []row{
		{name: "one of two lines", world: w(), claim: "11042 97597-59 97597", rule: "ncci.ptp", want: "modifier_allowed 11042/97597", says: "a line of 97597 has none"},
		{name: "both lines", world: w(), claim: "11042 97597-59 97597-XS", rule: "ncci.ptp", want: "modifier_present 11042/97597"},
		{name: "all of column one", world: w(), claim: "11042-59 97597 97597", rule: "ncci.ptp", want: "modifier_present 11042/97597", says: "59 on 11042"},
		{name: "column one makes up for a bare line", world: w(), claim: "11042-59 97597-59 97597", rule: "ncci.ptp", want: "modifier_present 11042/97597", says: "59 on 11042"},
	})
}

func TestStatedFactsAgainstModifier(t *testing.T) {
	run(t, []row{
		{name: "59, same site", world: shots(), claim: "20610 20550-59 same_site=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550",
			says: "the same site is stated, which contradicts 59 unless the sessions differ"},
		{name: "59, same site and session", world: shots(), claim: "20610 20550-59 same_site=yes same_session=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550",
			says: "the same site and session are stated, which contradicts 59"},
		{name: "XS, same site", world: shots(), claim: "20610 20550-XS same_site=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "the same site is stated, which contradicts XS"},
		{name: "LT, same site", world: shots(), claim: "20610 20550-LT same_site=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "the same site is stated, so that LT shows no separate one"},
		{name: "LT, same site in another session", world: shots(), claim: "20610 20550-59-LT same_site=yes same_session=no", rule: "ncci.ptp", want: "modifier_present 20610/20550"},
		{name: "XE, same session", world: shots(), claim: "20610 20550-XE same_session=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "the same session is stated, which contradicts XE"},
		{name: "XP, same provider", world: shots(), claim: "20610 20550-XP same_provider=yes", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "the same provider is stated, which contradicts XP"},
		{name: "59, different site", world: shots(), claim: "20610 20550-59 same_site=no", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "a different site is stated"},
		{name: "therapy in one session", world: newWorld().ptp("97530", "97140", "1"), claim: "97530 97140-59 same_session=yes", rule: "ncci.ptp", want: "modifier_present 97530/97140",
			says: "the same session is stated, which contradicts 59"},
	})
}

// TestOtherProviders: an edit binds one provider or one specialty of one group.
func TestOtherProviders(t *testing.T) {
	w := func() *world { return newWorld().ptp("96406", "96405", "0").valid("99213") }
	run(t, []row{
		{name: "another group", world: w(), claim: "96406 96405 same_provider=no same_group=no", rule: "ncci.ptp", skips: "ncci.ptp 96406/96405: the edit binds one provider"},
		{name: "group not stated", world: w(), claim: "96406 96405 same_provider=no", rule: "ncci.ptp", want: "undecided 96406/96405", says: "depends on group and specialty"},
		{name: "the same group", world: w(), claim: "96406 96405 same_provider=no same_group=yes", rule: "ncci.ptp", want: "undecided 96406/96405", says: "of one group|depends on their specialties"},
		{name: "the same group and specialty", world: w(), claim: "96406 96405 same_provider=no same_group=yes specialty=same", rule: "ncci.ptp",
			want: "bundled 96406/96405", says: "no modifier changes that|counts as one provider"},
		{name: "two specialties of one group", world: w(), claim: "96406 96405 same_provider=no same_group=yes specialty=dermatology specialty=podiatry", rule: "ncci.ptp",
			skips: "ncci.ptp 96406/96405: the edit binds one provider or one specialty of one group, and providers of different specialties are stated: dermatology, podiatry"},
		{name: "two specialties, the group not stated", world: w(), claim: "96406 96405 same_provider=no specialty=dermatology specialty=podiatry", rule: "ncci.ptp", skips: "ncci.ptp 96406/96405: the edit binds"},
		{name: "which of three services is not said", world: w(), claim: "96406 96405 99213 same_provider=no same_group=no", rule: "ncci.ptp",
			want: "bundled 96406/96405; clear 96406/99213; clear 96405/99213", says: "if these two are by one provider"},
		{name: "indicator 1", world: shots(), claim: "20610 20550 same_provider=no same_group=no", rule: "ncci.ptp", skips: "ncci.ptp 20610/20550: the edit binds one provider"},
	})
	if f := of(w().check(t, "96406 96405 same_provider=no same_group=yes"), "ncci.ptp")[0]; !slices.Equal(f.Missing, []string{"specialty"}) || len(f.Branches) != 2 {
		t.Errorf("one group: %+v", f)
	}
	if f := of(shots().check(t, "20610 20550-59 same_provider=no"), "ncci.ptp")[0]; len(f.Branches) != 2 || f.Branches[0].Verdict != "modifier_present" {
		t.Errorf("with 59: %+v", f)
	}
	f := of(w().check(t, "96406 96405 same_provider=no"), "ncci.ptp")[0]
	if !slices.Equal(f.Missing, []string{"same_group"}) || len(f.Branches) != 2 || f.ModifierIndicator != "0" {
		t.Errorf("undecided %+v", f)
	}
}

func TestPairInForceUntil(t *testing.T) {
	w := shots()
	w.Pairs[0].Source.EffectiveTo = "2024-12-31"
	if s := of(w.check(t, "20610 20550"), "ncci.ptp")[0].Statement; !strings.Contains(s, "in force from 2020-01-01 to 2024-12-31") {
		t.Error(s)
	}
	w.Pairs[0].Source.Dated = false
	if s := of(w.check(t, "20610 20550"), "ncci.ptp")[0].Statement; strings.Contains(s, "in force") {
		t.Errorf("the release's period is not the edit's: %s", s)
	}
}

func TestMUENamesItsTable(t *testing.T) {
	w := newWorld().mue("97110", 2, "3")
	for text, want := range map[string]string{
		"97110":                    "The NCCI practitioner MUE table of TEST limits 97110 to 2 units a day (MAI 3)",
		"97110 setting=outpatient": "The NCCI outpatient hospital MUE table of TEST limits",
		"97110 payer=Aetna":        "Medicare's NCCI practitioner MUE table of TEST limits",
	} {
		if s := of(w.check(t, text), "ncci.mue")[0].Statement; !strings.HasPrefix(s, want) {
			t.Errorf("%s: %q", text, s)
		}
	}
}

func TestAddOnPrimaryMustBePaid(t *testing.T) {
	w := func() *world { return newWorld().addon("11045", "1", "11042", "11043").valid("11042", "11043") }
	deleted := w().put(code.CPT, "11042", func(cf *codeset.CodeFacts) { cf.Status = code.Deleted })
	bundledStatus := w().schedule("11042", codeset.PFS{Status: "B", Global: "XXX"})
	critical := func() *world { return newWorld().addon("99292", "1", "99291").valid("99291") }
	run(t, []row{
		{name: "a deleted primary", world: deleted, claim: "11042 11045", rule: "ncci.addon", want: "primary_missing 11045/11042", says: "11042 is on the claim but is not a valid code on 2024-08-15"},
		{name: "another primary beside a deleted one", world: deleted, claim: "11042 11043 11045", rule: "ncci.addon", want: "primary_present 11045/11043"},
		{name: "a primary never paid", world: bundledStatus, claim: "11042 11045", rule: "ncci.addon", want: "primary_missing 11045/11042", says: "has status B"},
		{name: "a primary that another payer may pay", world: bundledStatus, claim: "11042 11045 payer=Aetna", rule: "ncci.addon", want: "primary_present 11045/11042", says: "status B"},
		{name: "a primary that an edit denies", world: w().ptp("15002", "11042", "0"), claim: "15002 11042 11045", rule: "ncci.addon", want: "primary_missing 11045/11042", says: "NCCI denies it beside 15002"},
		{name: "a primary that an edit may deny", world: w().ptp("15002", "11042", "1"), claim: "15002 11042 11045", rule: "ncci.addon", want: "primary_present 11045/11042", says: "paid only if 11042 is|15002"},
		{name: "a primary that a modifier saves", world: w().ptp("15002", "11042", "1"), claim: "15002 11042-59 11045", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "an alternative denies nothing", world: w().ptp("15002", "11042", "0"), claim: "11042 11045", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "the primary stated, not on a line", world: w(), claim: "11045 primary_code=11042", rule: "ncci.addon", want: "primary_present 11045/11042", says: "is stated"},
		{name: "by another provider", world: w(), claim: "11042 11045 same_provider=no", rule: "ncci.addon", want: "primary_missing 11045/11042", says: "another provider|the one who is paid the primary"},
		{name: "which of three is by another is not said", world: w().valid("99213"), claim: "11042 11045 99213 same_provider=no", rule: "ncci.addon", want: "primary_present 11045/11042", says: "if one provider did both"},
		{name: "99292 alone", world: critical(), claim: "99292", rule: "ncci.addon", want: "undecided 99292", says: "another of the same group and specialty"},
		{name: "99292 of a colleague", world: critical(), claim: "99292 same_provider=no same_group=yes", rule: "ncci.addon", want: "undecided 99292"},
		{name: "99292 of a stranger", world: critical(), claim: "99292 same_provider=no same_group=no", rule: "ncci.addon", want: "primary_missing 99292"},
		{name: "99291 by a colleague", world: critical(), claim: "99291 99292 same_provider=no same_group=yes", rule: "ncci.addon", want: "primary_present 99292/99291", says: "same group and specialty"},
		{name: "99292 with 99291 stated", world: critical(), claim: "99292 primary_code=99291", rule: "ncci.addon", want: "primary_present 99292/99291"},
		{name: "99292 with 99291", world: critical(), claim: "99291 99292", rule: "ncci.addon", want: "primary_present 99292/99291"},
	})
	f := of(critical().check(t, "99292"), "ncci.addon")[0]
	if !slices.Equal(f.Missing, []string{"primary_code"}) || len(f.Branches) != 3 {
		t.Errorf("99292: %+v", f)
	}
}
