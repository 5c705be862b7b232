package edit

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

var update = flag.Bool("update", false, "write testdata anew")

// everything is a world with a row of every kind, for claims that touch every
// rule.
func everything() *world {
	w := surgical().ptp("20610", "99213", "1").ptp("27447", "20610", "0").mue("20610", 2, "3").mue("J3301", 16, "3")
	w.drug("J3301", 10, "mg").schedule("J3301", codeset.PFS{Status: "E", Global: "XXX", PCTC: "9", Multiple: "9", Bilateral: "9"})
	w.addon("11045", "1", "11042").schedule("33533", codeset.PFS{Multiple: "2", Global: "090", Assistant: "2", CoSurgeon: "1", Team: "0", Bilateral: "0"})
	w.schedule("33534", codeset.PFS{Multiple: "0", Global: "XXX", Assistant: "0", CoSurgeon: "1", Team: "0", Bilateral: "0"})
	w.put(code.ICD10CM, "M25.561", func(cf *codeset.CodeFacts) { cf.Title = "Pain in right knee" })
	w.put(code.ICD10CM, "H36", func(cf *codeset.CodeFacts) { cf.Title = "Retinal disorders in diseases classified elsewhere" })
	w.put(code.ICD10CM, "M54.5", func(cf *codeset.CodeFacts) { cf.Billable, cf.Children = false, []string{"M54.50", "M54.51"} })
	w.dx("K63.5", "D12.6").note("excludes1", "K63.5", "K63.5", "(D12.-)", "D12.-").note("excludes2", "D12", "D12.6", "(K63.5)", "K63.5")
	w.note("code_first", "H36", "H36", "underlying disease (E11.3-)", "E11.3-").note("use_additional", "H36", "H36", "drug (Z79.-)", "Z79.-")
	return w.note("code_also", "M25", "M25.561", "any cause")
}

const everyRule = "99213-25 20610-RT 27447 33534-62 33533-80-66 11045-51 93000-26 J3301-JWx4 " +
	"dx:M25.561 dx:M54.5 dx:H36 dx:K63.5 dx:D12.6 laterality=bilateral dose=40_mg wasted=20_mg patient_sex=F"

// TestOrder holds the findings to the order of DOMAIN.md E.0: by rule, then by
// line.
func TestOrder(t *testing.T) {
	want := strings.Fields("code.status pfs.status ncci.addon ncci.ptp ncci.mue pfs.global modifier.valid pfs.bilateral pfs.multiple pfs.assistant " +
		"pfs.cosurgeon pfs.team pfs.pctc icd10cm.complete icd10cm.laterality icd10cm.excludes1 icd10cm.excludes2 icd10cm.code_first " +
		"icd10cm.use_additional icd10cm.code_also icd10cm.manifestation drug.units drug.waste")
	r := everything().check(t, everyRule)
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Rule)
	}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("order %q\nwant  %q", got, want)
	}
	var lines []int
	for _, f := range of(r, "code.status") {
		lines = append(lines, f.Lines...)
	}
	if !slices.IsSorted(lines) {
		t.Errorf("lines %v", lines)
	}
}

// TestMedicareSaysSo holds every finding of a Medicare rule to naming Medicare,
// unless Medicare is the payer, and another payer where one is named.
func TestMedicareSaysSo(t *testing.T) {
	own := func(f Finding) bool {
		return strings.HasPrefix(f.Rule, "ncci.") || strings.HasPrefix(f.Rule, "pfs.") || f.Rule == "drug.waste"
	}
	for payer, want := range map[string]string{"": "Medicare's", "Aetna": "Aetna may rule otherwise", "Texas_Medicaid": "Texas Medicaid has its own edits and fees",
		"Medicare_Advantage": "Medicare Advantage may rule otherwise"} {
		for _, f := range everything().check(t, everyRule+" payer="+payer).Findings {
			if own(f) && (!strings.Contains(f.Statement, want) || !strings.Contains(f.Statement, "Medicare")) {
				t.Errorf("payer %q: %s says %q", payer, f.Rule, f.Statement)
			}
			if !own(f) && f.Rule != "modifier.valid" && strings.Contains(f.Statement, "otherwise") { // of modifiers some: TestModifierPayer
				t.Errorf("payer %q: %s is no rule of Medicare's and says %q", payer, f.Rule, f.Statement)
			}
		}
	}
	for _, payer := range []string{"Medicare", "Original_Medicare", "Medicare_Part_B", "MCR"} {
		for _, f := range everything().check(t, everyRule+" payer="+payer).Findings {
			if strings.Contains(f.Statement, "Medicare's") || strings.Contains(f.Statement, "otherwise") {
				t.Errorf("payer %q: %s says %q", payer, f.Rule, f.Statement)
			}
		}
	}
}

// TestJSON holds the fields of a finding to the contract's names, and empty
// lists to [] rather than null.
func TestJSON(t *testing.T) {
	b, err := json.Marshal(Check(codeset.Facts{}, Claim{}))
	if err != nil || string(b) != `{"findings":[],"not_checked":[]}` {
		t.Errorf("nothing asked: %s, %v", b, err)
	}
	r := everything().check(t, "99213 20610x3")
	for rule, want := range map[string][]string{
		"ncci.ptp":    {`"codes":["20610","99213"]`, `"modifier_indicator":"1"`, `"severity":"warning"`, `"row":"20610/99213/2020-01-01"`, `"effective_to":""`, `"lines":[0,1]`},
		"ncci.mue":    {`"verdict":"none_published"`, `"set":"ncci-mue-practitioner"`},
		"pfs.global":  {`"days":"000"`, `"verdict":"modifier_25"`},
		"pfs.status":  {`"indicator":"A"`},
		"code.status": {`"verdict":"valid"`, `"codes":["99213"]`},
	} {
		b, err := json.Marshal(of(r, rule)[0])
		for _, w := range want {
			if err != nil || !strings.Contains(string(b), w) {
				t.Errorf("%s lacks %s: %s, %v", rule, w, b, err)
			}
		}
	}
	b, err = json.Marshal(of(r, "ncci.mue")[1])
	if err != nil || !strings.Contains(string(b), `"mai":"3","limit":2,"units":3`) {
		t.Errorf("ncci.mue: %s, %v", b, err)
	}
}

// TestStatements shows the sentence of every rule to whoever reads the golden
// file; -update writes it anew.
func TestStatements(t *testing.T) {
	var b strings.Builder
	for _, text := range []string{everyRule, "99213 20610 payer=Aetna", "27447 99213 payer=", "27447 99213-24 surgery_date=2024-07-01", "99213 surgery_date=2024-08-01",
		"27447-78 surgery_date=2024-08-01 surgery_code=33533", "20610 surgery_date=2024-08-01 surgery_code=33533", "J3301x3 dose=40_mg", "J3301x3", "11042", "11045"} {
		b.WriteString("# " + text + "\n")
		r := everything().check(t, text)
		for _, f := range r.Findings {
			b.WriteString(string(f.Severity) + " " + terse(f) + "\n  " + f.Statement + "\n")
			for _, x := range f.Branches {
				b.WriteString("  if " + x.If + ": " + x.Verdict + ". " + x.Statement + "\n")
			}
		}
		for _, s := range r.NotChecked {
			b.WriteString("not checked: " + s + "\n")
		}
	}
	const file = "testdata/statements.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	have, wanted := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(have), len(wanted)) {
		if have[i] != wanted[i] {
			t.Fatalf("line %d of %s is now %q, was %q; run go test ./consult/edit -run TestStatements -update and read the difference", i+1, file, have[i], wanted[i])
		}
	}
	if len(have) != len(wanted) {
		t.Errorf("%d lines, %s has %d", len(have), file, len(wanted))
	}
}
