package edit

import (
	"fmt"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// unnamedSurgery answers in branches where a surgery's date is stated and its
// code is not.
func (k *checker) unnamedSurgery(on time.Time) {
	if why := k.silent(codeset.KindPFS); why != "" && why != "not in the starter" {
		k.skip("pfs.global", "", why)
		return
	}
	for _, c := range k.codes {
		row := k.pfs(c)
		if !IsEM(c) && k.returns(c) == "" && (row == nil || row.Global == "XXX" || row.Global == "ZZZ") {
			continue
		}
		src := k.absence(codeset.KindPFS)
		f := Finding{Rule: "pfs.global", Verdict: Undecided, Codes: []string{c}, Lines: k.linesOf(c), Missing: []string{"surgery_code"}, Source: src}
		d := surgery{on: on}.day(k.on)
		f.Statement = k.sayMedicare(src, "%s is %s the surgery of %s, and %s cannot be applied without the surgery's code",
			c, away(d), on.Format(time.DateOnly), k.whose("global surgery rule"))
		for _, days := range []string{"000", "010", "090"} {
			s := surgery{row: codeset.PFS{Global: days}, on: on}
			b := Branch{"the surgery has " + days + " global days", "outside", "The day is outside the package."}
			if s.holds(d) {
				b.Verdict, b.Statement = "included", fmt.Sprintf("The day is inside the package, which ends on %s.", s.last().Format(time.DateOnly))
			}
			f.Branches = append(f.Branches, b)
		}
		k.add(f)
	}
}

// undatedLines asks for the surgery that 24, 58, 78 or 79 on a line speaks of.
func (k *checker) undatedLines(dated, coded bool) {
	for _, c := range k.codes {
		m := k.returns(c)
		if IsEM(c) && k.bears(c, "24") {
			m = "24"
		}
		row := k.pfs(c)
		if m == "" || row == nil || IsEM(c) != (m == "24") {
			continue
		}
		f := Finding{
			Rule: "pfs.global", Verdict: Undecided, Codes: []string{c}, Lines: k.linesOf(c), Days: row.Global,
			Modifiers: []string{m}, ModifierOn: c, Source: row.Source,
		}
		if !dated {
			f.Missing = append(f.Missing, "surgery_date")
		}
		if !coded {
			f.Missing = append(f.Missing, "surgery_code")
		}
		f.Statement = k.sayMedicare(row.Source, "Modifier %s on %s speaks of an earlier surgery, and whether its global period reaches %s cannot be said without its date and code",
			m, c, k.date())
		f.Branches = []Branch{
			{"the date is inside the earlier surgery's global period", "modifier_" + m, "Modifier " + m + " is right if the record bears it out."},
			{"it is outside", "outside", "Report " + c + " without modifier " + m + "."},
		}
		k.add(f)
	}
}
