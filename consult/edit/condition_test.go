package edit

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestConditionalReferences holds notes of the tabular list, in its own words,
// to the codes that they name.
func TestConditionalReferences(t *testing.T) {
	const drug = "code for adverse effect, if applicable, to identify drug (T36-T50 with fifth or sixth character 5)"
	const poison = "poisoning due to drug or toxin, if applicable (T36-T65 with fifth or sixth character 1-4 or 6)"
	for _, tt := range []struct {
		text string
		code string
		want string // names, may, no
	}{
		{drug, "T36.0X5A", "names"}, {drug, "T36.0X1A", "no"}, {drug, "T36.95XA", "names"}, {drug, "T36.91XA", "no"}, {drug, "T39.015A", "names"}, {drug, "T39.011A", "no"},
		{drug, "T50.A15D", "names"}, {drug, "T36.0", "may"}, {drug, "T51.0X1A", "no"}, {drug, "E11.9", "no"},
		{poison, "T36.0X1A", "names"}, {poison, "T36.0X4A", "names"}, {poison, "T36.0X6A", "names"}, {poison, "T36.0X5A", "no"}, {poison, "T51.0X2A", "names"}, {poison, "T39.015A", "no"},
		{"code for adverse effect if applicable, to identify adverse effect of drug (T36-T50 with fifth or six character 5)", "T36.0X1A", "no"},
		{"code, for adverse effect, to identify drug (T36-T50 with fifth or sixth character 5), if drug-induced", "T36.0X1A", "no"},
		{"code, for adverse effect, to identify drug (T36-T50 with fifth or sixth character 5), if drug-induced", "T36.0X5A", "names"},
		{"underdosing of medication (T36-T50) with fifth or sixth character 6", "T36.0X6A", "names"},
		{"underdosing of medication (T36-T50) with fifth or sixth character 6", "T36.0X5A", "no"},
		{"poisoning due to salicylates, if applicable (T39.0-, with sixth character 1-4)", "T39.012A", "names"},
		{"poisoning due to salicylates, if applicable (T39.0-, with sixth character 1-4)", "T39.015A", "no"},
		{"poisoning due to drug or toxin (T51-T65 with fifth or sixth character to indicate intent), for toxic pneumonopathy", "T51.0X1A", "may"},
		{"aphasia following cerebrovascular disease (I69. with final characters -20)", "I69.320", "names"},
		{"aphasia following cerebrovascular disease (I69. with final characters -20)", "I69.321", "no"},
		{"aphasia following cerebrovascular disease (I69. with final characters -20)", "I69.3", "may"},
		{"open fracture of shoulder and upper arm (S42.- with 7th character B or C)", "S42.001B", "names"},
		{"open fracture of shoulder and upper arm (S42.- with 7th character B or C)", "S42.001A", "no"},
		{"open fracture of ankle, foot and toes (S92.-with 7th character B)", "S92.001A", "no"},
		{"open fracture of elbow and forearm (S52.- with open fracture 7th character)", "S52.001B", "may"},
		{"roller-skater collision with other land transport vehicle (V01-V09 with 5th character 1)", "V03.11XA", "names"},
		{"roller-skater collision with other land transport vehicle (V01-V09 with 5th character 1)", "V03.10XA", "no"},
		{"hallucinations in drug psychosis (F11-F19 with fifth to sixth characters 51)", "F11.151", "names"},
		{"hallucinations in drug psychosis (F11-F19 with fifth to sixth characters 51)", "F11.150", "no"},
		{"amnestic syndrome due to psychoactive substance use (F10-F19 with 5th character .6)", "F10.96", "names"},
		{"infectious mononucleosis complicated by meningitis (B27.- with fourth character 2)", "B27.92", "no"},
		{"leukemia in remission C91.0-C95.9 with 5th character 1", "C91.01", "names"},
		{"leukemia in remission C91.0-C95.9 with 5th character 1", "C91.00", "no"},
		{"dementia in alcohol and psychoactive substance disorders (F10-F19, with .17, .27, .97)", "F10.27", "names"},
		{"dementia in alcohol and psychoactive substance disorders (F10-F19, with .17, .27, .97)", "F10.20", "no"},
		{"dementia in alcohol and psychoactive substance disorders (F10-F19, with .17, .27, .97)", "F10", "may"},
		{"psychoactive drug use (F11-F19 with .15. .25, .95)", "F11.250", "names"},
		{"alcohol and drug-induced amnestic disorder (F10, F13, F19 with .26, .96)", "F10.26", "names"},
		{"alcohol and drug-induced amnestic disorder (F10, F13, F19 with .26, .96)", "F10.20", "no"},
		{"diabetic (peripheral) angiopathy (E08-E13 with .51-.52)", "E11.52", "names"},
		{"diabetic (peripheral) angiopathy (E08-E13 with .51-.52)", "E11.65", "no"},
		{"diabetes mellitus (E08-E13 with .61-)", "E11.610", "names"},
		{"necrobiosis lipoidica associated with diabetes mellitus (E08-E13 with .620)", "E11.62", "may"},
		{"renal tubular degeneration in diabetes (E08-E13 with .29)", "E11.9", "no"},
		{"leukemia in remission (C91.- with fifth-character 1)", "C91.01", "names"},
		{"categories T36-T50 with fifth or sixth character 5.", "T36.0X1A", "no"},
		// no limit of the code's characters
		{"headache with fever (R51.-)", "R51.9", "names"},
		{"diabetes (E08-E13) with complication", "E11.9", "names"},
		{"insulin use (Z79.4), drug (T36-T50 with fifth or sixth character 5)", "Z79.4", "names"},
		{"", "T36.0X1A", "no"},
	} {
		n := codeset.Note{Text: tt.text, Refs: codeset.Refs(tt.text)}
		names, may, _ := noteNames(n, tt.code)
		got := map[[2]bool]string{{true, false}: "names", {false, true}: "may", {false, false}: "no", {true, true}: "both"}[[2]bool{names, may}]
		if got != tt.want {
			t.Errorf("%q, %s: %s, want %s (refs %q, limit %q)", tt.text, tt.code, got, tt.want, n.Refs, limit(n.Text, n.Refs))
		}
	}
}

// TestConditionsInFindings: W8 of the audit, and what cannot be read.
func TestConditionsInFindings(t *testing.T) {
	migraine := newWorld().dx("G43.909", "T36.0X1A", "T36.0X5A").
		note("use_additional", "G43", "G43.909", "code for adverse effect, if applicable, to identify drug (T36-T50 with fifth or sixth character 5)", "T36-T50")
	asthma := newWorld().dx("J70.2", "T51.0X1A").
		note("code_first", "J70.2", "J70.2", "poisoning due to drug or toxin (T51-T65 with fifth or sixth character to indicate intent)", "T51-T65")
	arm := newWorld().dx("S51.001A", "S52.001A").note("excludes1", "S51", "S51.001A", "open fracture of elbow and forearm (S52.- with open fracture 7th character)", "S52.-")
	run(t, []row{
		{name: "another intent", world: migraine, claim: "dx:G43.909 dx:T36.0X1A", rule: "icd10cm.use_additional", want: "advised G43.909", says: "T36-T50 with fifth or sixth character 5"},
		{name: "the adverse effect", world: migraine, claim: "dx:G43.909 dx:T36.0X5A", rule: "icd10cm.use_additional", want: "satisfied G43.909/T36.0X5A"},
		{name: "not readable, code first", world: asthma, claim: "dx:T51.0X1A dx:J70.2", rule: "icd10cm.code_first", want: "undecided J70.2"},
		{name: "not readable, excludes", world: arm, claim: "dx:S51.001A dx:S52.001A", rule: "icd10cm.excludes1", want: "undecided S51.001A/S52.001A", says: "with open fracture 7th character"},
	})
}

func FuzzLimits(f *testing.F) {
	f.Add("drug (T36-T50 with fifth or sixth character 5)", "T360X5A")
	f.Add("(F10, F13, F19 with .26, .96)", "F1026")
	f.Fuzz(func(t *testing.T, text, c string) {
		n := codeset.Note{Text: text, Refs: codeset.Refs(text)}
		if names, may, _ := noteNames(n, c); names && may {
			t.Errorf("%q both names and may name %q", text, c)
		}
	})
}
