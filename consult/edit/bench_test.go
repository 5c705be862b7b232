package edit

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// dayOfSurgery is a visit with procedures, tests and drugs of one day, as a
// practice bills them: modifiers, units, diagnoses and facts.
const dayOfSurgery = "99214-25 20610-RT 20610-59-LT 20550-59x1 11042x1 11045x2 93000 96372-59 J3301x4 J1885-JZx4 17110 17000-59 " +
	"dx:M25.561 dx:E11.9 dx:Z79.4 dx:L57.0 payer=Aetna place_of_service=11 patient_age=67 patient_sex=female laterality=bilateral same_provider=yes"

// billed is a world with a row of every kind for dayOfSurgery.
func billed() *world {
	w := newWorld()
	for c, days := range map[string]string{"20610": "000", "20550": "000", "11042": "000", "17110": "010", "17000": "010", "11045": "ZZZ", "96372": "XXX"} {
		w.days(c, days).mue(c, 4, "3")
	}
	w.schedule("99214", codeset.PFS{Global: "XXX", PCTC: "0", Multiple: "0", Bilateral: "0"}).mue("99214", 2, "3")
	w.schedule("93000", codeset.PFS{Global: "XXX", PCTC: "4", Multiple: "6", Bilateral: "0"}).mue("93000", 3, "3")
	for c, amount := range map[string]float64{"J3301": 10, "J1885": 15} {
		w.schedule(c, codeset.PFS{Status: "E", Global: "XXX", PCTC: "9", Multiple: "9", Bilateral: "9"}).drug(c, amount, "mg").mue(c, 16, "3")
	}
	w.addon("11045", "1", "11042")
	for _, pair := range strings.Fields("20610/99214 11042/99214 17110/99214 96372/99214 93000/99214 20610/20550 17110/17000 20610/96372 11042/96372") {
		c1, c2, _ := strings.Cut(pair, "/")
		w.ptp(c1, c2, "1")
	}
	w.dx("M25.561", "E11.9", "Z79.4", "L57.0")
	w.put(code.ICD10CM, "M25.561", func(cf *codeset.CodeFacts) { cf.Title = "Pain in right knee" })
	return w.note("use_additional", "E11", "E11.9", "insulin (Z79.4)", "Z79.4").note("excludes1", "E11", "E11.9", "(E10.-)", "E10.-")
}

func BenchmarkCheck12Lines(b *testing.B) {
	w, c := billed(), claim(dayOfSurgery)
	if r := Check(w.Facts, c); len(c.Lines) != 12 || len(r.Findings) < 100 {
		b.Fatalf("%d lines, %d findings", len(c.Lines), len(r.Findings))
	}
	b.ReportAllocs()
	for b.Loop() {
		Check(w.Facts, c)
	}
}

// TestAllocations keeps Check from formatting and copying again what it writes
// for each pair of a claim.
func TestAllocations(t *testing.T) {
	w, c := billed(), claim(dayOfSurgery)
	findings := len(Check(w.Facts, c).Findings)
	if n := testing.AllocsPerRun(20, func() { Check(w.Facts, c) }); n > 18*float64(findings) {
		t.Errorf("%v allocations for %d findings", n, findings)
	}
}
