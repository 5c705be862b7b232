package edit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A maker draws facts and claims, sound and broken, from one seed.
type maker struct{ *rand.Rand }

func (m maker) of(s ...string) string { return s[m.IntN(len(s))] }
func (m maker) some(s ...string) []string {
	if m.IntN(5) < 3 {
		return nil
	}
	return []string{m.of(s...)}
}
func (m maker) chance(n int) bool { return m.IntN(n) == 0 }

var (
	procedures = []string{"99213", "99215", "92014", "G0438", "20610", "20550", "27447", "93000", "11045", "11042", "J3301", "J1885", "A0428", "99024", ""}
	diagnoses  = []string{"E11.9", "E11", "Z79.4", "M54.5", "S52.521", "S52.521A", "W19", "G43.909", "R51.9", ""}
	mods       = []string{"25", "24", "57", "59", "XS", "50", "RT", "LT", "26", "TC", "51", "58", "78", "79", "80", "AS", "62", "66", "JW", "JZ", "76", "91", "GP", "ZZ"}
	indicators = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "", "?"}
)

func (m maker) source(set string) codeset.Source {
	return codeset.Source{Set: set, Release: "R", Row: m.of("", "row"), Dated: m.chance(2), AsOf: m.chance(3), EffectiveTo: m.of("", "2020-12-31")}
}

func (m maker) codeFacts(s code.System, c string) codeset.CodeFacts {
	cf := codeset.CodeFacts{
		Code: code.Code{System: s, Code: c}, Status: code.Status(m.of("", "valid", "valid", "valid", "deleted", "unknown")), NotYet: m.chance(9),
		Billable: m.chance(2), Title: m.of("", "left knee", "right knee", "in diseases classified elsewhere"), Successor: m.of("", "", "99999"), Source: m.source(string(s)),
	}
	for range m.IntN(3) {
		cf.Children = append(cf.Children, m.of(c+"A", c+"0", dotted(pad(c)+"A")))
		cf.SevenChars = append(cf.SevenChars, codeset.Extension{Char: m.of("A", "D", "S")})
	}
	if m.chance(2) {
		cf.MUE = &codeset.MUE{Limit: m.IntN(4), MAI: m.of("1", "2", "3", "", "9"), Source: m.source("ncci-mue-practitioner")}
	}
	for range m.IntN(3) {
		cf.PFS = append(cf.PFS, codeset.PFS{
			Mod: m.of("", "", "26", "TC"), Status: m.of("A", "R", "C", "B", "P", "I", "N", "X", "T", "E", "J", "M", "?", ""),
			Global: m.of("000", "010", "090", "XXX", "YYY", "ZZZ", "MMM", "", "?"), PCTC: m.of(indicators...), Multiple: m.of(indicators...),
			Bilateral: m.of(indicators...), Assistant: m.of(indicators...), CoSurgeon: m.of(indicators...), Team: m.of(indicators...),
			EndoBase: m.of("", "45378"), Source: m.source("pfs"),
		})
	}
	for range max(0, m.IntN(5)-2) {
		cf.AddOn = append(cf.AddOn, codeset.AddOn{Type: m.of("1", "2", "3"), Primary: m.of(append(procedures, "CCCCC")...), Source: m.source("ncci-addon")})
	}
	if m.chance(2) {
		cf.Drug = &codeset.Drug{Amount: []float64{10, 0, -1, 0.1, 1e300}[m.IntN(5)], Unit: m.of("mg", "mcg", "ml", "units", ""), Source: m.source("hcpcs")}
	}
	return cf
}

func (m maker) facts() codeset.Facts {
	f := codeset.Facts{On: m.day(), Answers: map[string]codeset.Answer{}, Codes: map[string]codeset.CodeFacts{}, Core: map[string]bool{}}
	for _, kind := range []string{"icd10cm", "icd10cm-tabular", "hcpcs", "cpt", "ncci-ptp-practitioner", "ncci-mue-practitioner", "ncci-addon", "pfs", "starter"} {
		if !m.chance(4) {
			f.Answers[kind] = codeset.Answer{Kind: kind, Release: m.of("", "R"), AsOf: m.chance(3), Starter: m.chance(3), Missing: m.of("", "missing")}
		}
	}
	for _, c := range procedures {
		if c != "" && !m.chance(5) {
			f.Codes[codeset.Key(code.Code{System: system(c), Code: c})] = m.codeFacts(system(c), c)
		}
		f.Core[c] = m.chance(2)
	}
	for _, c := range diagnoses {
		if !m.chance(5) {
			f.Codes[codeset.Key(code.Code{System: code.ICD10CM, Code: c})] = m.codeFacts(code.ICD10CM, c)
		}
	}
	for range m.IntN(12) {
		f.Pairs = append(f.Pairs, codeset.PTP{Column1: m.of(procedures...), Column2: m.of(procedures...), Indicator: m.of("0", "1", "9", ""), InForce: m.chance(2), Source: m.source("ncci-ptp-practitioner"), Earlier: m.earlier()})
	}
	for range m.IntN(8) {
		f.Notes = append(f.Notes, codeset.Note{
			Kind: m.of("excludes1", "excludes2", "code_first", "use_additional", "code_also", "includes", "?"), Owner: m.of(diagnoses[:len(diagnoses)-1]...),
			Bears: []string{m.of(diagnoses...)}, Text: m.of("", "Code first, if applicable"), Refs: []string{m.of("E11.-", "E08-E13", "-", "", "R51.9", "--", "Z79")}[:m.IntN(2)],
			Source: m.source("icd10cm-tabular"),
		})
	}
	m.coverage(&f)
	return f
}

func (m maker) earlier() []codeset.Period {
	var out []codeset.Period
	for range max(0, m.IntN(5)-2) {
		out = append(out, codeset.Period{Column1: m.of(procedures...), Column2: m.of(procedures...), Indicator: m.of("0", "1", ""), From: m.of("", "1996-01-01"), To: m.of("", "2019-12-31", "?")})
	}
	return out
}

func (m maker) day() time.Time {
	return time.Date(2010+m.IntN(20), time.Month(1+m.IntN(12)), 1+m.IntN(28), 0, 0, 0, 0, time.UTC)
}

func (m maker) claim() Claim {
	c := Claim{On: m.day(), OnStated: m.chance(2), Payer: m.of("", "Medicare", "Aetna", "Medicaid", "Medicare Advantage"), Setting: m.of("", "practitioner", "outpatient"), Facts: map[string][]string{}}
	for range m.IntN(7) {
		l := code.Line{Code: m.of(procedures...), Units: m.IntN(5)}
		for range m.IntN(4) {
			l.Modifiers = append(l.Modifiers, m.of(mods...))
		}
		c.Lines = append(c.Lines, l)
	}
	for range m.IntN(5) {
		c.Dx = append(c.Dx, m.of(diagnoses...))
	}
	c.Facts["surgery_date"] = m.some(c.On.AddDate(0, 0, -m.IntN(100)).Format(time.DateOnly), c.On.AddDate(0, 0, 2-m.IntN(12)).Format(time.DateOnly),
		c.On.Format(time.DateOnly), "no day")
	if m.chance(4) {
		c.Facts["surgery_date"] = append(c.Facts["surgery_date"], c.On.Format(time.DateOnly))
	}
	c.Facts["surgery_code"] = m.some("27447", "20610", "?")
	c.Facts["same_provider"], c.Facts["same_group"], c.Facts["same_site"] = m.some("yes", "no"), m.some("yes", "no"), m.some("yes", "no")
	c.Facts["days_after_surgery"], c.Facts["strength"] = m.some("8", "-1", "x", "99999999999"), m.some("40 mg/ml", "/ml", "40 mg")
	c.Facts["laterality"] = m.some("bilateral", "left")
	c.Facts["dose"] = m.some("60 mg", "1 g", "1/2 mg", "-3 mg", "9e9 mg", "mg", "1 ml")
	c.Facts["wasted"], c.Facts["vial"] = m.some("0 mg", "25 mg", "?"), m.some("single-dose", "multi-dose", "both")
	c.Facts["relation_to_surgery"] = m.some("planned", "complication", "unrelated", "?")
	c.Facts["patient_age"], c.Facts["primary_code"] = m.some("9"), m.some("11042")
	c.Facts["specialty"], c.Facts["place_of_service"] = append(m.some("cardiology"), m.some("podiatry")...), m.some("11", "22", "99999")
	c.Facts["documentation"] = m.some("yes", "no")
	for i := range c.Lines {
		if c.Facts["documentation"] != nil {
			c.Lines[i].Modifiers = append(c.Lines[i].Modifiers, "51")
		}
	}
	return c
}

// TestProperties holds what must be true of any facts and any claim: no panic,
// every finding out of the contract's table, the same answer twice, nothing
// changed, every index in range.
func TestProperties(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(6000) {
		m := maker{rand.New(rand.NewPCG(seed, 2))}
		f, c := m.facts(), m.claim()
		m.patient(f, &c)
		r := Check(f, c)
		if seed%8 == 0 {
			pure(t, seed, f, c, r)
		}
		for _, x := range r.Findings {
			seen[x.Rule+" "+x.Verdict] = true
			if err := contractual(x); err != nil {
				t.Fatalf("seed %d: %+v: %v", seed, x, err)
			}
			if slices.ContainsFunc(x.Lines, func(i int) bool { return i < 0 || i >= len(c.Lines) }) {
				t.Fatalf("seed %d: %+v: line out of range", seed, x)
			}
			no59(t, fmt.Sprint("seed ", seed), "99213", x)
		}
		answered(t, seed, f, c, r)
	}
	for rule, vs := range severities {
		for v := range vs {
			if seen[rule+" "+v] == slices.Contains(unused, rule+" "+v) {
				t.Errorf("%s %s: reached by a seed: %v", rule, v, seen[rule+" "+v])
			}
		}
	}
}

// pure holds that Check gives one answer and changes nothing.
func pure(t *testing.T, seed uint64, f codeset.Facts, c Claim, r Result) {
	t.Helper()
	before, _ := json.Marshal([]any{f, c})
	if again := Check(f, c); !reflect.DeepEqual(r, again) {
		t.Fatalf("seed %d: two answers", seed)
	}
	if after, _ := json.Marshal([]any{f, c}); string(after) != string(before) {
		t.Fatalf("seed %d: Check changed what it was given", seed)
	}
}

// unused are verdicts of the contract that no rule here gives as its own; those
// of excludes stand in branches.
var unused = []string{
	"icd10cm.excludes1 allowed_together", "icd10cm.excludes2 conflict",
	"coverage.ncd covered", "coverage.ncd listed", "coverage.ncd not_covered", "coverage.ncd not_listed",
	"pfs.assistant does_not_apply", "pfs.cosurgeon does_not_apply", "pfs.team does_not_apply",
}

// answered holds that every pair and every code is either judged or named as
// not checked, for the rules that the contract calls "always".
func answered(t *testing.T, seed uint64, f codeset.Facts, c Claim, r Result) {
	t.Helper()
	k := newChecker(f, c)
	named := func(rule string, codes ...string) bool {
		return slices.ContainsFunc(r.Findings, func(x Finding) bool {
			return x.Rule == rule && !slices.ContainsFunc(codes, func(c string) bool { return !slices.Contains(x.Codes, c) })
		}) || slices.ContainsFunc(r.NotChecked, func(s string) bool {
			return s[:strings.Index(s, ": ")] == strings.TrimSuffix(rule+" "+strings.Join(codes, "/"), " ") ||
				len(codes) == 2 && strings.HasPrefix(s, rule+" "+codes[1]+"/"+codes[0]+":")
		})
	}
	for i, a := range k.codes {
		for _, rule := range []string{"code.status", "pfs.status", "ncci.mue"} {
			if !named(rule, a) {
				t.Fatalf("seed %d: %s of %s is neither found nor not checked: %v", seed, rule, a, r.NotChecked)
			}
		}
		for _, b := range k.codes[i+1:] {
			if !named("ncci.ptp", a, b) {
				t.Fatalf("seed %d: the pair %s/%s is neither found nor not checked: %v", seed, a, b, r.NotChecked)
			}
		}
	}
}

// TestSilenceIsNoPass takes all releases away: what then still passes rests on
// a row.
func TestSilenceIsNoPass(t *testing.T) {
	for seed := range uint64(1000) {
		m := maker{rand.New(rand.NewPCG(seed, 3))}
		f, c := m.facts(), m.claim()
		f.Answers, f.Pairs = nil, nil
		for _, x := range Check(f, c).Findings {
			if x.Verdict == "clear" || x.Verdict == "none_published" {
				t.Fatalf("seed %d: %s %s without a release", seed, x.Rule, x.Verdict)
			}
		}
	}
}

// TestManyLines gives Check a list such as a pasted fee schedule: what it does
// for each pair must not look through what it found for all others.
func TestManyLines(t *testing.T) {
	w := newWorld().lose(codeset.KindPTPPractitioner)
	c := claim("")
	for i := range 400 {
		c.Lines = append(c.Lines, code.Line{Code: fmt.Sprintf("%05d", 20000+i)})
	}
	r := Check(w.Facts, c)
	if want := 400 * 399 / 2; len(r.NotChecked) < want {
		t.Errorf("%d entries, want one for each of %d pairs", len(r.NotChecked), want)
	}
}
