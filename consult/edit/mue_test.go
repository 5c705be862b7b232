package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// supplied gives a code its limit in the DME suppliers' table, and that table a
// release.
func (w *world) supplied(c string, limit int, mai string) *world {
	w.Answers[codeset.KindMUEDME] = codeset.Answer{Kind: codeset.KindMUEDME, Release: "TEST"}
	return w.put(system(c), c, func(cf *codeset.CodeFacts) {
		cf.SupplierMUE = &codeset.MUE{Limit: limit, MAI: mai, Source: source(codeset.KindMUEDME, c)}
	})
}

// TestMUETable: the table is that of whoever bills.
func TestMUETable(t *testing.T) {
	both := func() *world { return newWorld().mue("L3908", 0, "3").supplied("L3908", 2, "3") }
	run(t, []row{
		{name: "a practitioner", world: both(), claim: "L3908", rule: "ncci.mue", want: "exceeds L3908",
			says: "practitioner MUE table of TEST has 0 for L3908|no unit of it is paid|; the DME supplier table limits a supplier to 2 units a day"},
		{name: "a supplier", world: both(), claim: "L3908x2 setting=dme", rule: "ncci.mue", want: "within L3908", says: "The NCCI DME supplier MUE table of TEST limits L3908 to 2 units a day (MAI 3)"},
		{name: "a supplier of too many", world: both(), claim: "L3908x3 specialty=DME_supplier", rule: "ncci.mue", want: "exceeds L3908", says: "DME supplier MUE table"},
		{name: "by the contractor", world: both(), claim: "L3908 contractor=CGS_DME_MAC", rule: "ncci.mue", want: "within L3908"},
		{name: "a hospital is none", world: both(), claim: "L3908 setting=outpatient specialty=DMEPOS", rule: "ncci.mue", want: "exceeds L3908", says: "outpatient hospital MUE table"},
		{name: "none published for suppliers", world: both().valid("E0601"), claim: "E0601 setting=DMEPOS", rule: "ncci.mue", want: "none_published E0601", says: "NCCI DME supplier table publishes no MUE for E0601"},
		{name: "the supplier's table not loaded", world: newWorld().mue("L3908", 0, "3"), claim: "L3908 setting=dme", rule: "ncci.mue", skips: "ncci.mue L3908: no release loaded"},
		{name: "nor for a practitioner's 0", world: newWorld().mue("L3908", 0, "3"), claim: "L3908", rule: "ncci.mue", want: "exceeds L3908", says: "no unit of it is paid."},
		{name: "an orthopedist is no supplier", world: both(), claim: "L3908 specialty=orthopedics place_of_service=12", rule: "ncci.mue", want: "exceeds L3908"},
		{name: "no edits of pairs for suppliers", world: newWorld().ptp("L3908", "L3906", "0"), claim: "L3908 L3906 setting=dme", rule: "ncci.ptp", skips: "ncci.ptp L3908/L3906: the edits are published for practitioners and hospitals"},
	})
	f := of(both().check(t, "L3908 setting=dme"), "ncci.mue")[0]
	if f.Source.Set != codeset.KindMUEDME || *f.Limit != 2 {
		t.Errorf("source %+v", f)
	}
}

// TestMUECounts: which units are summed, and what the sentence says of them.
func TestMUECounts(t *testing.T) {
	w := func(limit int, mai string) *world { return newWorld().mue("20610", limit, mai).days("20610", "000") }
	drug := func(mai string) *world { return newWorld().mue("J1885", 4, mai) }
	run(t, []row{
		{name: "modifiers divide no day", world: w(3, "2"), claim: "20610x2 20610-59x2", rule: "ncci.mue", want: "exceeds 20610",
			says: "4 units on its 2 lines exceed it, for the lines of one day count together whatever their modifiers"},
		{name: "nor one of MAI 3", world: w(3, "3"), claim: "20610x2 20610-76x2", rule: "ncci.mue", want: "exceeds 20610", says: "count together|all units of the day are denied"},
		{name: "they divide lines", world: w(2, "1"), claim: "20610x2 20610-76x2", rule: "ncci.mue", want: "within 20610"},
		{name: "fingers", world: w(2, "3"), claim: "20610-F1 20610-F2 20610-F3", rule: "ncci.mue", want: "exceeds 20610", says: "3 units on its 3 lines"},
		{name: "50 is one unit", world: w(1, "2"), claim: "20610-50", rule: "ncci.mue", want: "within 20610"},
		{name: "50 with two", world: w(1, "2"), claim: "20610-50x2", rule: "ncci.mue", want: "exceeds 20610", says: "2 units exceed it; both sides on one line with modifier 50 are 1 unit"},
		{name: "sides on two lines", world: w(1, "2"), claim: "20610-RT 20610-LT", rule: "ncci.mue", want: "exceeds 20610", says: "both sides go on one line with modifier 50 and 1 unit"},
		{name: "more than two sides", world: w(1, "2"), claim: "20610-RTx3 20610-LT", rule: "ncci.mue", want: "exceeds 20610", says: "4 units on its 2 lines exceed it"},
		{name: "sides of MAI 1", world: w(1, "1"), claim: "20610-RT 20610-LT", rule: "ncci.mue", want: "within 20610"},
		{name: "an assistant is another provider", world: w(1, "2"), claim: "20610 20610-80", rule: "ncci.mue", want: "within 20610", says: "1 unit is within it, each surgeon's and assistant's lines for themselves"},
		{name: "two surgeons", world: w(1, "2"), claim: "20610-62 20610-62", rule: "ncci.mue", want: "within 20610", says: "each surgeon's"},
		{name: "an assistant of too many", world: w(1, "2"), claim: "20610x2 20610-AS", rule: "ncci.mue", want: "exceeds 20610", says: "2 units of one of them exceed it"},
		{name: "other providers stated", world: w(1, "3"), claim: "20610 20610-59 same_provider=no", rule: "ncci.mue", want: "undecided 20610", says: "2 units on its 2 lines exceed it only if one provider did them"},
		{name: "other providers, one line above", world: w(1, "3"), claim: "20610x2 20610-59 same_provider=no", rule: "ncci.mue", want: "exceeds 20610"},
		{name: "the two components apart", world: newWorld().mue("93306", 1, "3"), claim: "93306-26 93306-TC", rule: "ncci.mue", want: "undecided 93306", says: "only if one provider did them"},
		{name: "several days stated", world: w(1, "3"), claim: "20610 20610-59 date_of_service=2024-08-01 date_of_service=2024-08-15", rule: "ncci.mue", want: "undecided 20610",
			says: "2 units on its 2 lines exceed it only if they are of one day"},
		{name: "several days stated, one line above", world: w(1, "3"), claim: "20610x2 20610-59 date_of_service=2024-08-01 date_of_service=2024-08-15", rule: "ncci.mue", want: "exceeds 20610"},
		{name: "what was discarded counts", world: drug("3"), claim: "J1885x3 J1885-JWx2", rule: "ncci.mue", want: "exceeds J1885", says: "5 units on its 2 lines, 2 of them discarded (JW), exceed it"},
		{name: "discarded, on lines of their own", world: drug("1"), claim: "J1885x3 J1885-JWx2", rule: "ncci.mue", want: "within J1885"},
		{name: "a limit of none has no remedy", world: w(0, "2"), claim: "20610-RT 20610-LT", rule: "ncci.mue", want: "exceeds 20610", says: "no unit of it is paid."},
	})
	either := claim("20610-50 20610-RT 20610-LT") // "20610-50, or RT and LT on two lines"
	if either.Lines[1].Or = true; verdicts(w(1, "2").checkClaim(t, either), "ncci.mue") != "exceeds 20610" || of(w(1, "2").checkClaim(t, either), "ncci.mue")[0].Units != 2 ||
		!strings.Contains(of(w(1, "2").checkClaim(t, either), "ncci.mue")[0].Statement, "one of the ways to bill it makes 2 units, which exceed it") {
		t.Errorf("two ways to bill: %+v", of(w(1, "2").checkClaim(t, either), "ncci.mue"))
	}
	either = claim("20610-50 20610x1")
	if either.Lines[1].Or = true; verdicts(w(1, "2").checkClaim(t, either), "ncci.mue") != "within 20610" {
		t.Errorf("a choice of two: %+v", of(w(1, "2").checkClaim(t, either), "ncci.mue"))
	}
	f := of(w(1, "3").check(t, "20610 20610-59 same_provider=no"), "ncci.mue")[0]
	if len(f.Branches) != 2 || f.Branches[0].Verdict != "exceeds" || f.Branches[1].Verdict != "within" || !slices.Equal(f.Missing, []string{"same_provider"}) || f.Units != 2 {
		t.Errorf("undecided %+v", f)
	}
	if s := of(w(3, "2").check(t, "20610x2"), "ncci.mue")[0].Statement; strings.Contains(s, "lines") {
		t.Errorf("one line: %q", s)
	}
}
