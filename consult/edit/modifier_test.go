package edit

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// surgical has a code for every indicator that modifiers meet.
func surgical() *world {
	w := newWorld().days("99213", "XXX").days("20610", "000").days("27447", "090")
	w.schedule("93000", codeset.PFS{PCTC: "4", Global: "XXX", Bilateral: "0", Multiple: "6"})
	w.schedule("93010", codeset.PFS{PCTC: "2", Global: "XXX", Bilateral: "0", Multiple: "0"})
	w.schedule("76942", codeset.PFS{PCTC: "1", Global: "XXX", Bilateral: "0", Multiple: "0"})
	w.schedule("88311", codeset.PFS{PCTC: "6", Global: "XXX", Bilateral: "0", Multiple: "0"})
	w.schedule("77067", codeset.PFS{PCTC: "1", Global: "XXX", Bilateral: "2", Multiple: "0"})
	w.schedule("73721", codeset.PFS{PCTC: "1", Global: "XXX", Bilateral: "3", Multiple: "4"})
	w.schedule("11045", codeset.PFS{PCTC: "0", Global: "ZZZ", Bilateral: "0", Multiple: "0"})
	w.schedule("90837", codeset.PFS{PCTC: "0", Global: "XXX", Bilateral: "9", Multiple: "9"})
	for _, m := range []string{"RT", "LT", "TC", "XS", "XE", "GP", "JW", "JZ", "GA", "GZ", "F1", "KX"} {
		w.put(code.Modifier, m, nil)
	}
	return w
}

func TestModifierValid(t *testing.T) {
	rows := []row{
		{claim: "99213-25 20610", want: "valid 99213-25"},
		{claim: "20610-RT", want: "valid 20610-RT"},
		{claim: "20610-25", want: "invalid 20610-25", says: "evaluation and management"},
		{claim: "20610-24", want: "invalid 20610-24"},
		{claim: "20610-57", want: "invalid 20610-57"},
		{claim: "99213-59", want: "invalid 99213-59", says: "never goes on"},
		{claim: "99213-XS", want: "invalid 99213-XS"},
		{claim: "99213-51", want: "invalid 99213-51"},
		{claim: "99213-79", want: "invalid 99213-79"},
		{claim: "11045-51", want: "invalid 11045-51", says: "add-on"},
		{claim: "20610-51", want: "valid 20610-51"},
		{claim: "93000-26", want: "invalid 93000-26", says: "PC/TC indicator 4"},
		{claim: "93010-TC", want: "invalid 93010-TC", says: "PC/TC indicator 2"},
		{claim: "20610-26", want: "invalid 20610-26", says: "PC/TC indicator 0"},
		{claim: "76942-26", want: "valid 76942-26"},
		{claim: "76942-TC", want: "valid 76942-TC"},
		{claim: "88311-26", want: "valid 88311-26"},
		{claim: "88311-TC", want: "invalid 88311-TC"},
		{claim: "77067-50", want: "invalid 77067-50", says: "bilateral indicator 2"},
		{claim: "93000-50", want: "invalid 93000-50", says: "bilateral indicator 0"},
		{claim: "90837-50", want: "invalid 90837-50", says: "bilateral indicator 9"},
		{claim: "20610-50", want: "valid 20610-50"},
		{claim: "73721-50", want: "valid 73721-50"},
		{claim: "20610-91", want: "invalid 20610-91"},
		{claim: "20610-LT-RT", want: "conflict 20610-LT; conflict 20610-RT"},
		{claim: "20610-50-RT-LT", want: "conflict 20610-50; conflict 20610-RT; conflict 20610-LT"},
		{claim: "20610-59-XS", want: "conflict 20610-59; conflict 20610-XS"},
		{claim: "76942-26-TC", want: "conflict 76942-26; conflict 76942-TC"},
		{claim: "20610-RT-RT", want: "valid 20610-RT; redundant 20610-RT"},
		{claim: "97110-GP-59", want: "order 97110-GP; valid 97110-59"},
		{claim: "97110-59-GP", want: "valid 97110-59; valid 97110-GP"},
		{claim: "20610-ZZ", want: "unproved 20610-ZZ"},
		{claim: "A0428-RH", want: "valid A0428-RH"},
		{claim: "20610-RH", want: "unproved 20610-RH"},
		{claim: "99213-25 20610-25", want: "valid 99213-25; invalid 20610-25"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "modifier.valid", surgical()
	}
	run(t, rows)
	run(t, []row{
		{name: "26 without a row", world: newWorld().valid("20610"), claim: "20610-26", rule: "modifier.valid", skips: "modifier.valid 20610-26: TEST has no row"},
		{name: "50 without the release", world: newWorld().valid("20610").lose(codeset.KindPFS), claim: "20610-50", rule: "modifier.valid", skips: "modifier.valid 20610-50: the release of"},
		{name: "51 with nothing that knows add-ons", world: newWorld().valid("11045").lose(codeset.KindPFS, codeset.KindAddOn), claim: "11045-51", rule: "modifier.valid",
			skips: "modifier.valid 11045-51: the release of"},
		{name: "51 on an add-on of the table", world: newWorld().addon("96160", "1", "99213"), claim: "96160-51", rule: "modifier.valid", want: "invalid 96160-51"},
	})
}

// TestNo59OnVisits holds for every E/M code and every way to a modifier: none
// is advised, and one that is there is invalid.
func TestNo59OnVisits(t *testing.T) {
	for _, em := range []string{"99202", "99213", "99499", "99291", "92014", "98000", "G0402", "G0438", "G0439", "G0463"} {
		if !IsEM(em) {
			t.Errorf("%s is not taken for an E/M code", em)
		}
		for _, global := range []string{"000", "010", "090", "XXX"} {
			for _, text := range []string{em + " 20610", em + "-59 20610", em + "-XS 20610-59", em + "-XU 20610-25"} {
				for _, w := range []*world{newWorld().ptp("20610", em, "1"), newWorld().ptp(em, "20610", "1")} {
					for _, f := range w.days("20610", global).check(t, text).Findings {
						no59(t, text, em, f)
					}
				}
			}
		}
	}
}

func no59(t *testing.T, text, em string, f Finding) {
	t.Helper()
	for _, m := range f.Modifiers {
		is59 := m == "59" || strings.HasPrefix(m, "X")
		if is59 && f.ModifierOn == em {
			t.Errorf("%s: %s advises %s on %s", text, f.Rule, m, em)
		}
		if is59 && f.Rule == "modifier.valid" && f.Codes[0] == em && f.Verdict != "invalid" {
			t.Errorf("%s: %s on %s is %s", text, m, em, f.Verdict)
		}
	}
}

func TestEMTable(t *testing.T) {
	for _, c := range []string{"99201", "99500", "99024", "92015", "20610", "96372", "90837", "G0101", "G2211", "G0403", "J3301", "9921F", "9920T", ""} {
		if IsEM(c) {
			t.Errorf("%s is taken for an E/M code", c)
		}
	}
}

func TestAdjustments(t *testing.T) {
	w := surgical()
	w.schedule("45378", codeset.PFS{Multiple: "3", Global: "000"})
	w.schedule("45380", codeset.PFS{Multiple: "3", EndoBase: "45378", Global: "000", Assistant: "1", CoSurgeon: "0", Team: "0"})
	w.schedule("45385", codeset.PFS{Multiple: "3", EndoBase: "45378", Global: "000", Assistant: "0", CoSurgeon: "1", Team: "1"})
	w.schedule("33533", codeset.PFS{Multiple: "2", Global: "090", Assistant: "2", CoSurgeon: "2", Team: "2"})
	w.schedule("99024", codeset.PFS{Multiple: "9", Global: "XXX", Assistant: "9", CoSurgeon: "9", Team: "9"})
	bare := newWorld().valid("20610")
	run(t, []row{
		{name: "50 with indicator 1", world: w, claim: "20610-50x1", rule: "pfs.bilateral", want: "applies 20610", says: "150 percent|1 unit"},
		{name: "50 twice over", world: w, claim: "20610-50x2", rule: "pfs.bilateral", want: "conflict 20610", says: "1 unit, not 2"},
		{name: "both sides on lines", world: w, claim: "20610-RT 20610-LT", rule: "pfs.bilateral", want: "applies 20610"},
		{name: "both sides stated", world: w, claim: "20610 laterality=bilateral", rule: "pfs.bilateral", want: "applies 20610"},
		{name: "one side", world: w, claim: "20610-RT", rule: "pfs.bilateral"},
		{name: "50 with 0", world: w, claim: "93000-50", rule: "pfs.bilateral", want: "conflict 93000"},
		{name: "both sides with 0", world: w, claim: "93000-RT 93000-LT", rule: "pfs.bilateral", want: "does_not_apply 93000"},
		{name: "50 with 2", world: w, claim: "77067-50", rule: "pfs.bilateral", want: "conflict 77067", says: "already priced as bilateral"},
		{name: "sides with 2", world: w, claim: "77067-RT 77067-LT", rule: "pfs.bilateral", want: "conflict 77067"},
		{name: "bilateral stated with 2", world: w, claim: "77067 laterality=bilateral", rule: "pfs.bilateral", want: "does_not_apply 77067"},
		{name: "50 with 3", world: w, claim: "73721-50", rule: "pfs.bilateral", want: "applies 73721", says: "100 percent"},
		{name: "50 with 9", world: w, claim: "90837-50", rule: "pfs.bilateral", want: "conflict 90837"},
		{name: "50 without a row", world: bare, claim: "20610-50", rule: "pfs.bilateral", skips: "pfs.bilateral 20610: TEST has no row"},
		{name: "26 splits", world: w, claim: "76942-26", rule: "pfs.pctc", want: "applies 76942"},
		{name: "26 with 6", world: w, claim: "88311-26", rule: "pfs.pctc", want: "applies 88311"},
		{name: "TC with 6", world: w, claim: "88311-TC", rule: "pfs.pctc", want: "conflict 88311"},
		{name: "26 with 4", world: w, claim: "93000-26", rule: "pfs.pctc", want: "conflict 93000", says: "indicator 4|does not fit"},
		{name: "no component", world: w, claim: "93000", rule: "pfs.pctc"},
		{name: "26 without a row", world: bare, claim: "20610-26", rule: "pfs.pctc", skips: "pfs.pctc 20610: TEST has no row"},
		{name: "one endoscopy family", world: w, claim: "45385 45380-59", rule: "pfs.multiple", want: "applies 45385; applies 45380", says: "indicator 3|45378"},
		{name: "one procedure", world: w, claim: "45385", rule: "pfs.multiple"},
		{name: "an edit pays only one", world: newWorld().ptp("96406", "96405", "0").days("96406", "000").days("96405", "000"), claim: "96405 96406", rule: "pfs.multiple"},
		{name: "51 where nothing reduces", world: w, claim: "93010-51", rule: "pfs.multiple", want: "does_not_apply 93010"},
		{name: "51 alone", world: w, claim: "20610-51", rule: "pfs.multiple", want: "applies 20610", says: "50 percent"},
		{name: "51 without a row", world: bare, claim: "20610-51", rule: "pfs.multiple", skips: "pfs.multiple 20610: TEST has no row"},
		{name: "assistant 0", world: w, claim: "45385-80", rule: "pfs.assistant", want: "undecided 45385"},
		{name: "assistant 1", world: w, claim: "45380-AS", rule: "pfs.assistant", want: "conflict 45380"},
		{name: "assistant 2", world: w, claim: "33533-82", rule: "pfs.assistant", want: "applies 33533"},
		{name: "assistant 9", world: w, claim: "99024-80", rule: "pfs.assistant", want: "conflict 99024"},
		{name: "assistant unknown", world: w, claim: "20610-80", rule: "pfs.assistant", skips: "pfs.assistant 20610: indicator"},
		{name: "assistant without a row", world: bare, claim: "20610-80", rule: "pfs.assistant", skips: "pfs.assistant 20610: TEST"},
		{name: "co-surgeon 0", world: w, claim: "45380-62", rule: "pfs.cosurgeon", want: "conflict 45380"},
		{name: "co-surgeon 1", world: w, claim: "45385-62", rule: "pfs.cosurgeon", want: "undecided 45385"},
		{name: "co-surgeon 2", world: w, claim: "33533-62", rule: "pfs.cosurgeon", want: "applies 33533"},
		{name: "co-surgeon 9", world: w, claim: "99024-62", rule: "pfs.cosurgeon", want: "conflict 99024"},
		{name: "team 0", world: w, claim: "45380-66", rule: "pfs.team", want: "conflict 45380"},
		{name: "team 1", world: w, claim: "45385-66", rule: "pfs.team", want: "undecided 45385"},
		{name: "team 2", world: w, claim: "33533-66", rule: "pfs.team", want: "applies 33533"},
		{name: "team 9", world: w, claim: "99024-66", rule: "pfs.team", want: "conflict 99024"},
	})
}
