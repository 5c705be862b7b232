package edit

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// mce puts a diagnosis on a list of the Medicare Code Editor.
func (w *world) mce(c, list, rule string) *world {
	w.Answers[codeset.KindMCE] = codeset.Answer{Kind: codeset.KindMCE, Release: "TEST"}
	return w.put(code.ICD10CM, c, func(cf *codeset.CodeFacts) {
		cf.MCE = append(cf.MCE, codeset.MCE{List: list, Rule: rule, Source: source(codeset.KindMCE, c+" "+list)})
	})
}

func TestPatient(t *testing.T) {
	w := newWorld().dx("E11.9").mce("O80", "age", "Maternity (Ages 9-64)").mce("O80", "sex", "Female Only").mce("N40.0", "sex", "Male Only").
		mce("Z38.00", "age", "Perinatal/Newborn (Age 0 Only)").mce("Z00.129", "age", "Pediatric (Ages 0-17)").mce("N40.0", "age", "Adult (Ages 15-124)").
		mce("X1", "age", "of age").mce("H36", "other", "Manifestation (Not Allowed as Principal Diagnosis)")
	w.put(code.ICD10CM, "X2", func(cf *codeset.CodeFacts) {
		cf.Status, cf.MCE = code.Deleted, []codeset.MCE{{List: "sex", Rule: "Male Only", Source: source(codeset.KindMCE, "X2 sex")}}
	})
	const age, sex = "icd10cm.age", "icd10cm.sex"
	rows := []row{
		{claim: "dx:O80 patient_sex=male", rule: sex, want: "conflict O80", says: "The Medicare Code Editor lists O80 for female patients only, but the patient is male"},
		{claim: "dx:O80 patient_sex=F", rule: sex, want: "consistent O80"},
		{claim: "dx:N40.0 patient_sex=female", rule: sex, want: "conflict N40.0", says: "male patients only, but the patient is female"},
		{claim: "dx:N40.0 patient_sex=M", rule: sex, want: "consistent N40.0"},
		{claim: "dx:E11.9 patient_sex=M", rule: sex},
		{claim: "dx:O80", rule: sex}, // the list alone bears on nothing
		{claim: "dx:O80 patient_age=30", rule: sex},
		{claim: "dx:O80 patient_sex=M patient_sex=F", rule: sex, want: "undecided O80", says: "female patients only"},
		{claim: "dx:O80 patient_sex=unknown", rule: sex, want: "undecided O80"},
		{claim: "dx:O80 patient_sex=F patient_sex=female", rule: sex, want: "consistent O80"},
		{claim: "dx:X2 patient_sex=F", rule: sex},
		{claim: "dx:O80 patient_age=8", rule: age, want: "conflict O80", says: "patients aged 9 to 64 only, but the patient is aged 8"},
		{claim: "dx:O80 patient_age=9", rule: age, want: "consistent O80"},
		{claim: "dx:O80 patient_age=64", rule: age, want: "consistent O80"},
		{claim: "dx:O80 patient_age=65", rule: age, want: "conflict O80"},
		{claim: "dx:Z38.00 patient_age=0", rule: age, want: "consistent Z38.00"},
		{claim: "dx:Z38.00 patient_age=newborn", rule: age, want: "consistent Z38.00"},
		{claim: "dx:Z38.00 patient_age=3_weeks", rule: age, want: "consistent Z38.00"},
		{claim: "dx:Z38.00 patient_age=11_months", rule: age, want: "consistent Z38.00"},
		{claim: "dx:Z38.00 patient_age=12_months", rule: age, want: "conflict Z38.00", says: "patients aged 0 only, but the patient is aged 1"},
		{claim: "dx:Z00.129 patient_age=17", rule: age, want: "consistent Z00.129"},
		{claim: "dx:Z00.129 patient_age=18", rule: age, want: "conflict Z00.129"},
		{claim: "dx:N40.0 patient_age=14", rule: age, want: "conflict N40.0"},
		{claim: "dx:N40.0 patient_age=124_years", rule: age, want: "consistent N40.0"},
		{claim: "dx:N40.0 patient_age=elderly", rule: age, want: "undecided N40.0"},
		{claim: "dx:N40.0 patient_age=30 patient_age=10", rule: age, want: "undecided N40.0"},
		{claim: "dx:X1 patient_age=30", rule: age, skips: `icd10cm.age X1: its rule "of age" is not known`},
		{claim: "dx:H36 patient_age=30 patient_sex=M", rule: age},
		{claim: "20610 patient_age=30", rule: age},
	}
	for i := range rows {
		rows[i].name, rows[i].world = rows[i].claim, w
	}
	run(t, rows)
	run(t, []row{
		{name: "sex, not loaded", world: newWorld().dx("E11.9"), claim: "dx:E11.9 patient_sex=F", rule: sex, skips: "icd10cm.sex: no release loaded"},
		{name: "age, not loaded", world: newWorld().dx("E11.9"), claim: "dx:E11.9 patient_age=9", rule: age, skips: "icd10cm.age: no release loaded"},
	})
	f := of(w.check(t, "dx:N40.0 patient_age=elderly"), age)[0]
	if len(f.Missing) != 1 || f.Missing[0] != "patient_age" || len(f.Branches) != 2 || f.Source.Row != "N40.0 age" {
		t.Errorf("undecided: %+v", f)
	}
}

func TestAgeInYears(t *testing.T) {
	for stated, want := range map[string]int{"67": 67, "67 years": 67, "67yo": 67, "67 y/o": 67, "6 months": 0, "18 months": 1, "6 weeks old": 0, "2 days": 0, "0": 0,
		"neonate": 0, "1.5": 1, "1.5 years": 1, "125": -1, "": -1, "adult": -1, "-1": -1, "1e3": -1, "9999999": -1} {
		n, ok := ageInYears(stated)
		if !ok {
			n = -1
		}
		if n != want {
			t.Errorf("%q is %d years, want %d", stated, n, want)
		}
	}
}

// patient draws who the patient is, the Code Editor's lists, and diagnoses that
// have a place in the order of their own.
func (m maker) patient(f codeset.Facts, c *Claim) {
	f.Answers[codeset.KindMCE] = codeset.Answer{Kind: codeset.KindMCE, Release: m.of("", "R", "R"), AsOf: m.chance(3), Missing: m.of("", "missing")}
	c.Facts["patient_sex"], c.Facts["patient_age"] = m.some("female", "M", "?"), m.some("9", "3 weeks", "70", "old")
	if m.chance(3) {
		c.Dx = append(c.Dx, m.of("O80", "O70.0", "W19.XXXA", "Z00.00"), m.of("O80", "E11.9", "W19.XXXA", "Z38.00"))
	}
	for _, d := range c.Dx {
		key := codeset.Key(code.Code{System: code.ICD10CM, Code: d})
		cf, ok := f.Codes[key]
		if !ok && d != "" && !m.chance(4) {
			cf = m.codeFacts(code.ICD10CM, d)
		}
		for range m.IntN(3) {
			cf.MCE = append(cf.MCE, codeset.MCE{List: m.of("age", "sex", "other", "?"), Source: m.source(codeset.KindMCE),
				Rule: m.of("Maternity (Ages 9-64)", "Perinatal/Newborn (Age 0 Only)", "Male Only", "Female Only", "Manifestation (Not Allowed as Principal Diagnosis)", "")})
		}
		f.Codes[key] = cf
	}
}
