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
		{claim: "97110-GP-59", want: "valid 97110-GP; valid 97110-59"},
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
