package edit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestFacts holds odd values of facts to deciding nothing.
func TestFacts(t *testing.T) {
	k := newChecker(codeset.Facts{}, claim("99213 same_site=yes same_site=yes laterality=left laterality=right surgery_date=yesterday dose="))
	if v, ok := k.fact("same_site"); v != "yes" || !ok {
		t.Errorf("one value said twice: %q %v", v, ok)
	}
	for _, name := range []string{"laterality", "dose", "vial"} {
		if v, ok := k.fact(name); ok {
			t.Errorf("%s is %q", name, v)
		}
	}
	if d, ok := k.day("surgery_date"); ok {
		t.Errorf("surgery_date is %v", d)
	}
	c := claim("99213")
	c.On = c.On.AddDate(-24, 0, 0)
	c.Lines = append(c.Lines, code.Line{}, code.Line{Modifiers: []string{"26", "80", "59"}})
	c.Dx = []string{""}
	for _, f := range Check(everything().Facts, c).Findings {
		if slices.Contains(f.Codes, "") {
			t.Errorf("a finding about no code: %+v", f)
		}
	}
}

func TestCodes(t *testing.T) {
	var got []string
	for _, c := range Codes(claim("99213-25 20610-RT J3301-JW 20610-RT dx:E11.9 surgery_code=27447 primary_code=11042")) {
		got = append(got, codeset.Key(c))
	}
	want := []string{"cpt 99213", "modifier 25", "cpt 20610", "modifier RT", "hcpcs J3301", "modifier JW", "icd10cm E11.9", "cpt 27447"}
	if !slices.Equal(got, want) {
		t.Errorf("codes %q, want %q", got, want)
	}
}

// TestDate takes the claim's date of service before the facts' own.
func TestDate(t *testing.T) {
	w := newWorld().valid("99213")
	c := claim("99213")
	if got := of(Check(w.Facts, c), "code.status")[0].Statement; got != "99213 is a valid code on 2024-08-15." {
		t.Error(got)
	}
	c.On = c.On.AddDate(0, 0, 1)
	if got := of(Check(w.Facts, c), "code.status")[0].Statement; got != "99213 is a valid code on 2024-08-16." {
		t.Error(got)
	}
	c.On = Claim{}.On
	if got := of(Check(w.Facts, c), "code.status")[0].Statement; got != "99213 is a valid code on 2024-08-15." {
		t.Error(got)
	}
}

// TestDatedRelease says so where a table answers for a day before its period
// from its rows' dates.
func TestDatedRelease(t *testing.T) {
	w := newWorld().addon("11045", "1", "11042")
	w.Answers[codeset.KindAddOn] = codeset.Answer{Kind: codeset.KindAddOn, Release: "TEST", From: "2026-07-01", To: "2026-09-30", Dated: true}
	if got := of(w.check(t, "11045"), "ncci.addon")[0].Statement; !strings.HasSuffix(got, "is on the claim (by the dates in TEST).") {
		t.Error(got)
	}
	w.Answers[codeset.KindAddOn] = codeset.Answer{Kind: codeset.KindAddOn, Release: "TEST", From: "2024-07-01", To: "2024-09-30", Dated: true}
	if got := of(w.check(t, "11045"), "ncci.addon")[0].Statement; strings.Contains(got, "by the dates") {
		t.Error(got)
	}
	p := newWorld().ptp("20610", "99213", "1")
	p.Pairs[0].Source.Dated = false
	if got := of(p.check(t, "20610 99213"), "ncci.ptp")[0].Statement; strings.Contains(got, "since") {
		t.Errorf("a row without dates of its own: %s", got)
	}
}

// TestMissingNames holds undecided findings to the facts that they lack.
func TestMissingNames(t *testing.T) {
	w := everything()
	for claim, want := range map[string]string{
		"33534-62": "pfs.cosurgeon documentation", "99213 20610 same_provider=no": "pfs.global same_group", "J3301x4": "drug.units dose",
		"J3301x4 dose=1_ml": "drug.units strength", "J3301-JWx4": "drug.waste wasted", "J3301x4 wasted=20_mg": "drug.waste vial",
		"20610 surgery_date=2024-08-01 surgery_code=27447": "pfs.global relation_to_surgery", "99213-24": "pfs.global surgery_date",
		"99213 surgery_date=2024-08-01": "pfs.global surgery_code",
	} {
		rule, missing, _ := strings.Cut(want, " ")
		r := w.check(t, claim)
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool {
			return f.Rule == rule && f.Verdict == Undecided && slices.Contains(f.Missing, missing) && len(f.Branches) >= 1
		}) {
			t.Errorf("%s: no %s that lacks %s: %s", claim, rule, missing, verdicts(r, rule))
		}
	}
}

// TestEachFamilyNamesItsRelease takes the releases away one by one: the rules
// that stand on one say so, and none of their findings stays.
func TestEachFamilyNamesItsRelease(t *testing.T) {
	for kind, rules := range map[string]string{
		codeset.KindPTPPractitioner: "ncci.ptp", codeset.KindMUEPractitioner: "ncci.mue", codeset.KindAddOn: "ncci.addon",
		codeset.KindPFS:            "pfs.status pfs.global pfs.bilateral pfs.pctc pfs.multiple pfs.assistant pfs.cosurgeon pfs.team",
		codeset.KindICD10CMTabular: "icd10cm.excludes1 icd10cm.excludes2 icd10cm.code_first icd10cm.use_additional icd10cm.code_also",
	} {
		w := newWorld().valid("99213", "20610", "27447").dx("E11.9", "Z79.4").lose(kind)
		r := w.check(t, "99213 20610-50-26-80-62-66-51 27447 dx:E11.9 dx:Z79.4")
		for rule := range strings.FieldsSeq(rules) {
			if fs := of(r, rule); len(fs) > 0 {
				t.Errorf("without %s: %s", kind, fmt.Sprint(fs))
			}
			if !slices.ContainsFunc(r.NotChecked, func(s string) bool {
				return strings.HasPrefix(s, rule) && strings.HasSuffix(s, ": the release of 2024-08-15 is not loaded")
			}) {
				t.Errorf("without %s nothing says that %s was not checked: %q", kind, rule, r.NotChecked)
			}
		}
	}
}

// TestGlobalIsInTheOrderOfTheLines holds several surgeries and visits to one
// finding each, by line.
func TestGlobalIsInTheOrderOfTheLines(t *testing.T) {
	w := newWorld().days("20610", "000").days("27447", "090").days("93000", "XXX").valid("99213", "99291")
	got := verdicts(w.check(t, "99291 27447 99213 93000 20610"), "pfs.global")
	want := "modifier_57 27447/99291; modifier_57 27447/99213; no_global 93000; modifier_25 20610/99291; modifier_25 20610/99213"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"60 mg", "0.3 mg", "1/3 mg", "1e9 mg", "-1 mg", "", " mg", "9999999999999 mg", "0x10 mg", "1 µg", "60mg"} {
		f.Add(s, 15.0, "mg")
	}
	f.Fuzz(func(t *testing.T, stated string, amount float64, unit string) {
		r, ok := inUnits(stated, codeset.Drug{Amount: amount, Unit: unit})
		if !ok {
			return
		}
		up, fits := roundUp(r)
		if down := roundDown(r); fits && (up < down || up-down > 1) {
			t.Errorf("%q of %v %s is between %d and %d units", stated, amount, unit, down, up)
		}
	})
}

func FuzzRefers(f *testing.F) {
	f.Add("E11.-", "E11.9")
	f.Add("E08-E13", "E11.9")
	f.Fuzz(func(t *testing.T, ref, c string) {
		names, maybe := refers([]string{ref}, c)
		if names && maybe {
			t.Errorf("%q both names and may name %q", ref, c)
		}
	})
}
