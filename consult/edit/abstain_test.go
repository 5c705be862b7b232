package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// passes are the verdicts that let a claim through.
var passes = strings.Fields("complete allowed_together satisfied consistent modifier_present clear within none_published primary_present payable outside " +
	"no_global applies does_not_apply covered listed units jw jz neither")

// TestNothingLoadedPassesNothing holds that without any release every rule that
// concerns the claim is named as not checked, of each of its codes, and none
// passes. The modifiers that CPT's appendix A lists are known without one.
func TestNothingLoadedPassesNothing(t *testing.T) {
	const text = everyRule + " patient_age=40 vial=single-dose"
	for reason, facts := range map[string]codeset.Facts{
		"no release loaded": {},
		"lost":              everythingLost().Facts,
	} {
		c := claim(text)
		r := Check(facts, c)
		for _, f := range r.Findings {
			if slices.Contains(passes, f.Verdict) || f.Rule != "modifier.valid" {
				t.Errorf("%s: %s. %s", reason, terse(f), f.Statement)
			}
			if f.Verdict == "valid" && !slices.Contains(cptModifiers, f.Modifiers[0]) {
				t.Errorf("%s: %s. %s", reason, terse(f), f.Statement)
			}
		}
		named := func(entry string) bool {
			return slices.ContainsFunc(r.NotChecked, func(s string) bool { return strings.HasPrefix(s, entry+": ") })
		}
		for _, rule := range strings.Fields("code.status pfs.status ncci.addon ncci.mue") {
			for _, p := range []string{"99213", "20610", "27447", "33534", "33533", "11045", "93000", "J3301"} {
				if !named(rule + " " + p) {
					t.Errorf("%s: %s of %s is not named: %q", reason, rule, p, r.NotChecked)
				}
			}
		}
		for _, rule := range strings.Fields("code.status icd10cm.complete icd10cm.laterality icd10cm.manifestation") {
			for _, d := range c.Dx {
				if !named(rule + " " + d) {
					t.Errorf("%s: %s of %s is not named: %q", reason, rule, d, r.NotChecked)
				}
			}
		}
		for _, entry := range []string{
			"ncci.ptp 99213/20610", "ncci.ptp 20610/27447", "ncci.ptp 93000/J3301", "pfs.global 27447", "pfs.global 20610", "modifier.valid 11045-51", "modifier.valid 93000-26",
			"pfs.multiple 11045", "pfs.assistant 33533", "pfs.cosurgeon 33534", "pfs.team 33533", "pfs.pctc 93000", "icd10cm.sex", "icd10cm.age", "icd10cm.excludes1",
			"icd10cm.excludes2", "icd10cm.code_first", "icd10cm.use_additional", "icd10cm.code_also", "coverage.lcd", "coverage.ncd", "drug.units J3301", "drug.waste J3301",
		} {
			if !named(entry) {
				t.Errorf("%s: %s is not named: %q", reason, entry, r.NotChecked)
			}
		}
	}
}

// everythingLost answers for no kind, and says why.
func everythingLost() *world {
	w := newWorld()
	for kind := range w.Answers {
		w.lose(kind)
	}
	return w
}

// TestAbstention holds claims that cannot be decided to saying so: the missing
// facts by name, few branches, or what was not checked.
func TestAbstention(t *testing.T) {
	pool := pgtest.New(t)
	load(t, pool)
	for _, tt := range []struct {
		workedCase
		missing, unchecked string // "RULE FACT" of an undecided or warning finding; an entry of not_checked
	}{
		{workedCase{"dose", "", "J3301x4", "drug.units undecided J3301", "J3301", "4 units are right|consistent"}, "drug.units dose", ""},
		{workedCase{"container", "", "J3301x4 dose=40_mg", "drug.waste undecided J3301", "if the container is multi-dose", "Report JZ on the line of the administered amount as"}, "drug.waste vial", ""},
		{workedCase{"relation to the surgery", "", "20610 surgery_date=2025-11-01 surgery_code=66984", "pfs.global undecided 66984/20610 090", "58|78|79", "is paid"}, "pfs.global relation_to_surgery", ""},
		{workedCase{"surgery of a visit with 24", "", "99213-24", "pfs.global undecided 99213", "cannot be said without its date and code", "is right if the record shows that it"}, "pfs.global surgery_date", ""},
		{workedCase{"code of the surgery", "", "99213 surgery_date=2025-11-01", "pfs.global undecided 99213", "cannot be applied without the surgery's code|if the surgery has 010 global days: The day is outside the package", "99213 is outside"}, "pfs.global surgery_code", ""},
		{workedCase{"another physician's procedure", "", "99213 20610 same_provider=no", "pfs.global undecided 20610/99213", "", "is outside"}, "pfs.global same_group", ""},
		{workedCase{"site", "", "11042 97597", "ncci.ptp modifier_allowed 11042/97597", "if site and session are the same", "lets both be paid"}, "ncci.ptp same_site", ""},
		{workedCase{"session", "", "94640 94060", "ncci.ptp modifier_allowed 94060/94640", "if it was one session", "lets both be paid"}, "ncci.ptp same_session", ""},
		{workedCase{"two sides in two units", "", "20610x2", "pfs.bilateral undecided 20610", "20610", "both sides were"}, "pfs.bilateral laterality", ""},
		{workedCase{"co-surgeons", "", "27447-62", "pfs.cosurgeon undecided 27447", "27447", ""}, "pfs.cosurgeon documentation", ""},
		{workedCase{"pair outside the starter", "", "99291 99292", "!ncci.ptp", "", "no edit in force"}, "", "ncci.ptp 99291/99292: not in the starter"},
		{workedCase{"CDT", "", "17110 D7140", "!code.status valid D7140; !ncci.ptp; !pfs.status payable D7140", "", "D7140"}, "", "code.status D7140: CDT is licensed by the American Dental Association"},
		{workedCase{"Medicaid", "", "20610 99213 payer=Texas_Medicaid", "ncci.ptp modifier_allowed 20610/99213", "Medicare's NCCI pairs|Texas Medicaid has its own edits and fees", "Texas Medicaid denies|Texas Medicaid's NCCI"}, "", ""},
		{workedCase{"no payer", "", "20610 99213 payer=", "ncci.ptp modifier_allowed 20610/99213", "Medicare's NCCI pairs|in Medicare's physician fee schedule", "may rule otherwise"}, "", ""},
		{workedCase{"a payer whose policy is unknown", "", "20610 99213 payer=Aetna", "ncci.ptp modifier_allowed 20610/99213", "Medicare's NCCI pairs|Aetna may rule otherwise", "Aetna denies|Aetna's"}, "", ""},
		{workedCase{"before all releases", "2010-02-01", "20610 99213-25 dx:M54.5", "!ncci.; !pfs.; !icd10cm.; !code.status", "", "pairs|limits|valid code"}, "", "ncci.ptp 20610/99213: ncci-ptp-practitioner: no release loaded for 2010-02-01"},
		{workedCase{"fees before all releases", "2010-02-01", "20610 99213-25 dx:M54.5", "!pfs.", "", "global days"}, "", "pfs.global 20610: pfs: no release loaded for 2010-02-01"},
		{workedCase{"limits before all releases", "2010-02-01", "20610", "!ncci.mue", "", "MUE"}, "", "ncci.mue 20610: ncci-mue-practitioner: no release loaded for 2010-02-01"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := onStarter(tt.workedCase)
			r := (&world{gather(t, pool, c)}).checkClaim(t, c)
			tt.hold(t, r)
			rule, fact, _ := strings.Cut(tt.missing, " ")
			if fact != "" && !slices.ContainsFunc(r.Findings, func(f Finding) bool {
				return f.Rule == rule && f.Severity == Warning && slices.Contains(f.Missing, fact) && len(f.Branches) > 0 && len(f.Branches) <= 4
			}) {
				t.Errorf("no %s lacks %s: %+v", rule, fact, of(r, rule))
			}
			if tt.unchecked != "" && !slices.ContainsFunc(r.NotChecked, func(s string) bool { return strings.HasPrefix(s, tt.unchecked) }) {
				t.Errorf("not_checked lacks %q: %q", tt.unchecked, r.NotChecked)
			}
		})
	}
}
