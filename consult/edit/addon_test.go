package edit

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// elsewhen gives an add-on code a row of the table that is not in force on day.
func (w *world) elsewhen(c, typ, primary, from, to string) *world {
	return w.put(system(c), c, func(cf *codeset.CodeFacts) {
		cf.AddOnElse = append(cf.AddOnElse, codeset.AddOn{Type: typ, Primary: primary,
			Source: codeset.Source{Set: codeset.KindAddOn, Release: "TEST", Row: c + "/" + primary, EffectiveFrom: from, EffectiveTo: to, Dated: true}})
	})
}

// TestAddOnPeriod: a row that ended or begins later admits no primary, and is
// told.
func TestAddOnPeriod(t *testing.T) {
	debride := func() *world { return newWorld().addon("11045", "1", "11042").valid("11042", "97597", "11043") }
	run(t, []row{
		{name: "the primary's row ended", world: debride().elsewhen("11045", "1", "97597", "2013-04-01", "2019-12-31"), claim: "11045 97597", rule: "ncci.addon",
			want: "primary_missing 11045", says: "none of its primary procedures (11042) is on the claim; 97597 was one until 2019-12-31"},
		{name: "the primary's row begins later", world: debride().elsewhen("11045", "1", "97597", "2025-01-01", ""), claim: "11045 97597", rule: "ncci.addon",
			want: "primary_missing 11045", says: "97597 is one from 2025-01-01"},
		{name: "it is not on the claim", world: debride().elsewhen("11045", "1", "97597", "2013-04-01", "2019-12-31"), claim: "11045 11043", rule: "ncci.addon",
			want: "primary_missing 11045", says: "(11042) is on the claim."},
		{name: "issued again", world: debride().elsewhen("11045", "1", "11042", "2013-04-01", "2019-12-31"), claim: "11045 11042", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "no add-on yet", world: newWorld().valid("99213").elsewhen("G2211", "1", "99213", "2025-01-01", ""), claim: "G2211 99213", rule: "ncci.addon",
			skips: "ncci.addon G2211: its first row in the add-on table begins on 2025-01-01"},
		{name: "no add-on any more", world: newWorld().valid("99213").elsewhen("G2211", "1", "99213", "2013-04-01", "2020-12-31").elsewhen("G2211", "1", "99214", "2013-04-01", "2022-12-31"),
			claim: "G2211 99213", rule: "ncci.addon", skips: "ncci.addon G2211: its last row in the add-on table ended on 2022-12-31"},
	})
}

// TestAddOnTypes: what each type makes of a primary that is there, another that
// is, and none.
func TestAddOnTypes(t *testing.T) {
	run(t, []row{
		{name: "type 1, several units", world: newWorld().addon("11045", "1", "11042").valid("11042"), claim: "11042 11045x4", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "type 1, on two lines", world: newWorld().addon("11045", "1", "11042").valid("11042"), claim: "11042 11045 11045-59", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "type 2 with a procedure", world: newWorld().addon("99100", "2", "CCCCC").valid("00400"), claim: "99100 00400", rule: "ncci.addon", want: "contractor_defined 99100"},
		{name: "type 3 with another procedure", world: newWorld().addon("88311", "3", "88304", "CCCCC").valid("88300"), claim: "88300 88311", rule: "ncci.addon",
			want: "contractor_defined 88311", says: "none of its listed primary procedures (88304) is on the claim"},
		{name: "type 3 with a listed one that is not paid", world: newWorld().addon("88311", "3", "88304", "CCCCC").put(code.CPT, "88304", func(cf *codeset.CodeFacts) { cf.Status = code.Deleted }),
			claim: "88304 88311", rule: "ncci.addon", want: "primary_missing 88311/88304"},
		{name: "type 3 with one not paid, and another procedure", world: newWorld().addon("88311", "3", "88304", "CCCCC").valid("88300").
			put(code.CPT, "88304", func(cf *codeset.CodeFacts) { cf.Status = code.Deleted }), claim: "88304 88300 88311", rule: "ncci.addon",
			want: "contractor_defined 88311", says: "88304 is on the claim but is not a valid code"},
	})
}

// TestAddOnOfAnUnpaidPrimary: a primary that another rule of NCCI denies carries
// no add-on.
func TestAddOnOfAnUnpaidPrimary(t *testing.T) {
	w := func() *world { return newWorld().addon("11045", "1", "11042").valid("11042") }
	run(t, []row{
		{name: "an MUE of 0", world: w().mue("11042", 0, "2"), claim: "11042 11045", rule: "ncci.addon", want: "primary_missing 11045/11042", says: "11042 is on the claim but has an MUE of 0"},
		{name: "an MUE of 1", world: w().mue("11042", 1, "2"), claim: "11042 11045", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "an MUE of 0 elsewhere", world: w().mue("11042", 0, "2"), claim: "11042 11045 payer=Aetna", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "all units of the primary denied", world: w().mue("11042", 1, "3"), claim: "11042x2 11045", rule: "ncci.addon", want: "primary_present 11045/11042",
			says: "it is paid only if 11042 is, whose 2 units exceed its MUE of 1 (MAI 3)"},
		{name: "an add-on without its own primary", world: w().addon("11042", "1", "11000"), claim: "11042 11045", rule: "ncci.addon",
			want: "primary_missing 11042; primary_missing 11045/11042"},
		{name: "an add-on with its own primary", world: w().addon("11042", "1", "11000").valid("11000"), claim: "11000 11042 11045", rule: "ncci.addon",
			want: "primary_present 11042/11000; primary_present 11045/11042"},
		{name: "add-ons to each other", world: w().addon("11042", "1", "11045"), claim: "11042 11045", rule: "ncci.addon", want: "primary_present 11042/11045; primary_present 11045/11042"},
		{name: "an edit that binds one day only", world: w().ptp("15002", "11042", "0"), claim: "15002 11042 11045 date_of_service=2024-08-14 date_of_service=2024-08-15", rule: "ncci.addon",
			want: "primary_present 11045/11042", says: "11042 is on the claim; several dates of service are stated, and it must be of the add-on's day"},
		{name: "an edit beside an unclear surgery", world: w().ptp("15002", "11042", "0").days("15002", "090"), claim: "15002 11042 11045 surgery_date=08-07", rule: "ncci.addon", want: "primary_present 11045/11042"},
		{name: "an edit that denies it that day", world: w().ptp("15002", "11042", "0"), claim: "15002 11042 11045 date_of_service=2024-08-15", rule: "ncci.addon", want: "primary_missing 11045/11042"},
		{name: "99292 of several days", world: newWorld().addon("99292", "1", "99291").valid("99291"), claim: "99291 99292 date_of_service=2024-08-14 date_of_service=2024-08-15", rule: "ncci.addon",
			want: "primary_present 99292/99291", says: "99291 is on the claim."},
		{name: "the primary stated, of what day", world: w(), claim: "11045 primary_code=11042", rule: "ncci.addon", want: "primary_present 11045/11042",
			says: "is stated, though no line has it; it must be of the same day and practitioner"},
		{name: "99291 stated needs no same day", world: newWorld().addon("99292", "1", "99291").valid("99291"), claim: "99292 primary_code=99291", rule: "ncci.addon", want: "primary_present 99292/99291",
			says: "is stated, though no line has it."},
	})
}
