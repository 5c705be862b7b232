package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestExcludes(t *testing.T) {
	polyp := newWorld().dx("K63.5", "D12.6").note("excludes1", "K63.5", "K63.5", "adenomatous polyp of colon (D12.-)", "D12.-")
	insulin := newWorld().dx("Z79.4", "Z79.84").note("excludes1", "Z79.4", "Z79.4", "", "Z79.84").note("excludes2", "Z79.84", "Z79.84", "", "Z79.4")
	run(t, []row{
		{name: "family", world: polyp, claim: "dx:D12.6 dx:K63.5", rule: "icd10cm.excludes1", want: "conflict K63.5/D12.6", says: "Excludes1 at K63.5|I.A.12.a"},
		{name: "alone", world: polyp, claim: "dx:K63.5", rule: "icd10cm.excludes1"},
		{name: "unsymmetric, one side", world: insulin, claim: "dx:Z79.4 dx:Z79.84", rule: "icd10cm.excludes1", want: "conflict Z79.4/Z79.84"},
		{name: "unsymmetric, other side", world: insulin, claim: "dx:Z79.4 dx:Z79.84", rule: "icd10cm.excludes2", want: "allowed_together Z79.84/Z79.4"},
		{name: "inherited", world: newWorld().dx("G43.909", "R51.9").note("excludes1", "G43", "G43.909", "headache NOS (R51.9)", "R51.9"),
			claim: "dx:R51.9 dx:G43.909", rule: "icd10cm.excludes1", want: "conflict G43.909/R51.9", says: "Excludes1 at G43"},
		{name: "note on a child of a header", world: newWorld().dx("M54.5", "M51.2").note("excludes1", "M54.50", "", "", "M51.2-"),
			claim: "dx:M54.5 dx:M51.2", rule: "icd10cm.excludes1", want: "undecided M54.5/M51.2"},
		{name: "reference to a child of a header", world: newWorld().dx("K63.5", "D12").note("excludes1", "K63.5", "K63.5", "", "D12.6"),
			claim: "dx:K63.5 dx:D12", rule: "icd10cm.excludes1", want: "undecided K63.5/D12"},
		{name: "two notes of one owner", world: newWorld().dx("K63.5", "D12.6").note("excludes1", "K63.5", "K63.5", "adenomatous (D12.-)", "D12.-").note("excludes1", "K63.5", "K63.5", "polyposis (D12.6)", "D12.6"),
			claim: "dx:D12.6 dx:K63.5", rule: "icd10cm.excludes1", want: "conflict K63.5/D12.6"},
		{name: "another code", world: polyp, claim: "dx:K63.5 dx:D13.1", rule: "icd10cm.excludes1"},
		{name: "not loaded", world: newWorld().dx("K63.5", "D12.6").lose(codeset.KindICD10CMTabular), claim: "dx:K63.5 dx:D12.6", rule: "icd10cm.excludes1",
			skips: "icd10cm.excludes1: the release of"},
		{name: "starter", world: newWorld().dx("K63.5", "D12.6").starter(codeset.KindICD10CMTabular), claim: "dx:K63.5 dx:D12.6", rule: "icd10cm.excludes2",
			skips: "icd10cm.excludes2: not in the starter"},
	})
	f := of(polyp.check(t, "dx:D12.6 dx:K63.5"), "icd10cm.excludes1")[0]
	if f.Owner != "K63.5" || f.Source.Row != "K63.5 excludes1" || len(f.Branches) != 2 || f.Branches[0].Verdict != "allowed_together" {
		t.Errorf("finding %+v", f)
	}
}

func TestOtherNotes(t *testing.T) {
	copd := newWorld().dx("J44.0", "J18.9", "E11.9", "Z79.4", "H36").
		note("code_also", "J44.0", "J44.0", "code to identify the infection").
		note("use_additional", "E11", "E11.9", "insulin (Z79.4)", "Z79.4", "Z79.84").
		note("code_first", "H36", "H36", "Code first underlying disease", "E11.3-", "D57.-")
	loose := newWorld().dx("F02.80", "G30.9").note("code_first", "F02", "F02.80", "Code first the underlying physiological condition")
	ifAny := newWorld().dx("I16.0", "E11.9").note("code_first", "I16", "I16.0", "Code first, if applicable, hypertension", "I10")
	anyOf := newWorld().dx("N18.6").note("code_first", "N18", "N18.6", "any associated: hypertensive chronic kidney disease (I12.-)", "I12.-")
	run(t, []row{
		{name: "any", world: anyOf, claim: "dx:N18.6", rule: "icd10cm.code_first", want: "undecided N18.6"},
		{name: "use additional, missing", world: copd, claim: "dx:E11.9", rule: "icd10cm.use_additional", want: "advised E11.9", says: "Z79.4, Z79.84"},
		{name: "use additional, there", world: copd, claim: "dx:E11.9 dx:Z79.4", rule: "icd10cm.use_additional", want: "satisfied E11.9/Z79.4"},
		{name: "code also without references", world: copd, claim: "dx:J44.0 dx:J98.11", rule: "icd10cm.code_also", want: "advised J44.0", says: "it lists no codes, so the record tells whether it means J98.11"},
		{name: "code also without references, alone", world: copd, claim: "dx:J44.0", rule: "icd10cm.code_also", want: "advised J44.0"},
		{name: "75: the infection", world: copd, claim: "dx:J44.0 dx:J18.9", rule: "icd10cm.code_also", want: "satisfied J44.0/J18.9", says: "J18.9 answers the code-also note at J44.0"},
		{name: "75: written first", world: copd, claim: "dx:J20.9 dx:J44.0", rule: "icd10cm.code_also", want: "satisfied J44.0/J20.9"},
		{name: "code first, missing", world: copd, claim: "dx:H36", rule: "icd10cm.code_first", want: "required H36", says: "E11.3-"},
		{name: "code first, before", world: copd, claim: "dx:D57.1 dx:H36", rule: "icd10cm.code_first", want: "satisfied H36/D57.1"},
		{name: "code first, behind", world: copd, claim: "dx:H36 dx:D57.1", rule: "icd10cm.code_first", want: "required H36/D57.1", says: "other way round"},
		{name: "no references, first", world: loose, claim: "dx:F02.80 dx:G30.9", rule: "icd10cm.code_first", want: "required F02.80"},
		{name: "no references, behind", world: loose, claim: "dx:G30.9 dx:F02.80", rule: "icd10cm.code_first", want: "undecided F02.80"},
		{name: "if applicable", world: ifAny, claim: "dx:I16.0 dx:E11.9", rule: "icd10cm.code_first", want: "undecided I16.0"},
		{name: "if applicable, there", world: ifAny, claim: "dx:I10 dx:I16.0", rule: "icd10cm.code_first", want: "satisfied I16.0/I10"},
	})
}

func TestRefers(t *testing.T) {
	for _, tt := range []struct {
		ref, code    string
		names, maybe bool
	}{
		{"E11.-", "E11.9", true, false}, {"E11.-", "E10.9", false, false}, {"E11", "E11.65", true, false},
		{"E08-E13", "E11.9", true, false}, {"E08-E13", "E13.9", true, false}, {"E08-E13", "E14.9", false, false}, {"O00-O9A", "O9A.211", true, false},
		{"I70.23-", "I70.231", true, false}, {"I70.23-", "I70.24", false, false}, {"I70.23-", "I70", false, true},
		{"R51.9", "R51", false, true}, {"R51.9", "R51.9", true, false}, {"S52.521A", "S52.521A", true, false},
		{"E08.3-E08.4", "E08", false, true}, {"", "E11.9", false, false}, {"-", "E11.9", false, false},
	} {
		names, maybe := refers([]string{tt.ref}, tt.code)
		if names != tt.names || maybe != tt.maybe {
			t.Errorf("%q, %s: names %v, may name %v", tt.ref, tt.code, names, maybe)
		}
	}
}

const underdosed = "code(s) to specify: manifestations of poisoning; underdosing or failure in dosage during medical and surgical care (Y63.6, Y63.8-Y63.9); underdosing of medication regimen (Z91.12-, Z91.13-)"

// TestNoteWords: the words of a use-additional note limit it to underdosing or to
// adverse effects, on either side.
func TestNoteWords(t *testing.T) {
	drugs := "T50.901D T36.0X1A T36.0X5A T36.0X6A T36.0X"
	w := newWorld().dx(append(strings.Fields(drugs), "Z91.120", "M87.10", "T80.69XA", "T50.Z11A", "T50.Z15A")...).
		note("use_additional", "T36-T50", drugs, underdosed, "Y63.6", "Y63.8-Y63.9", "Z91.12-", "Z91.13-").
		note("use_additional", "T80.6", "T80.69XA", "code for adverse effect, if applicable, to identify serum (T50.-)", "T50.-").
		note("code_also", "M87.1", "M87.10", "adverse effect of appetite depressants (T50.-)", "T50.-")
	rows := []row{
		{claim: "dx:T50.901D dx:Z91.120", want: ""},
		{claim: "dx:T36.0X1A", want: ""},
		{claim: "dx:T36.0X5A", want: ""},
		{claim: "dx:T36.0X5A dx:Z91.120", want: ""},
		{claim: "dx:T36.0X6A", want: "advised T36.0X6A", says: "Z91.12-"},
		{claim: "dx:T36.0X6A dx:Z91.120", want: "satisfied T36.0X6A/Z91.120"},
		{claim: "dx:T36.0X dx:Z91.120", want: "advised T36.0X"},
		{claim: "dx:T80.69XA dx:T50.Z11A", want: "advised T80.69XA"},
		{claim: "dx:T80.69XA dx:T50.Z15A", want: "satisfied T80.69XA/T50.Z15A"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "icd10cm.use_additional", w
	}
	run(t, append(rows,
		row{name: "code also, poisoning", world: w, claim: "dx:M87.10 dx:T50.Z11A", rule: "icd10cm.code_also", want: "advised M87.10"},
		row{name: "code also, adverse effect", world: w, claim: "dx:M87.10 dx:T50.Z15A", rule: "icd10cm.code_also", want: "satisfied M87.10/T50.Z15A"}))
}

// TestWideNotes: a note of a block or chapter is said once for all its codes, and not
// where a nearer note of the code asks for the same.
func TestWideNotes(t *testing.T) {
	const smoke = "code to identify: tobacco use (Z72.0)"
	w := newWorld().dx("I10", "I11.9", "J44.9", "Z72.0").
		note("use_additional", "I10-I16", "I10 I11.9", smoke, "Z72.0").
		note("use_additional", "J00-J99", "J44.9", smoke, "Z72.0").note("use_additional", "J44", "J44.9", smoke, "Z72.0")
	rows := []row{
		{claim: "dx:I10 dx:I11.9", want: "advised I10/I11.9", says: "asks for a further code beside I10 and I11.9 where it is documented (Z72.0)"},
		{claim: "dx:I10 dx:I11.9 dx:Z72.0", want: "satisfied I10/Z72.0; satisfied I11.9/Z72.0"},
		{claim: "dx:J44.9", want: "advised J44.9", says: "note at J44 asks"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "icd10cm.use_additional", w
	}
	run(t, rows)
}

// TestNewerThanTabular: a code that the tabular list of an older year does not have
// bears notes that nobody read; each rule of notes says so.
func TestNewerThanTabular(t *testing.T) {
	w := newWorld().dx("R05.3", "E11.9").put(code.ICD10CM, "U09.9", func(cf *codeset.CodeFacts) { cf.NotTabled = "FY2021 does not have it" })
	for rule, claim := range map[string]string{"excludes1": "dx:U09.9 dx:E11.9", "excludes2": "dx:E11.9 dx:U09.9", "code_first": "dx:U09.9", "use_additional": "dx:U09.9", "code_also": "dx:U09.9"} {
		run(t, []row{{name: rule, world: w, claim: claim, rule: "icd10cm." + rule, skips: "icd10cm." + rule + " U09.9: FY2021 does not have it"}})
	}
	for _, s := range w.check(t, "dx:U09.9").NotChecked {
		if strings.Contains(s, "excludes") {
			t.Errorf("nothing to exclude beside one code: %s", s)
		}
	}
	if r := w.check(t, "dx:R05.3 dx:E11.9"); slices.ContainsFunc(r.NotChecked, func(s string) bool { return strings.Contains(s, "excludes1") }) {
		t.Errorf("all are in the list: %q", r.NotChecked)
	}
}
