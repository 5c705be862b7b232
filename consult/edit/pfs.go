package edit

import (
	"fmt"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// pfsStatuses reads the column STATUS CODE of PPRRVU (RVU25D section "Status
// code"): verdict and what it means for the line.
var pfsStatuses = map[string][2]string{
	"A": {"payable", "active and paid separately when covered"},
	"E": {"excluded_from_pfs", "excluded from the fee schedule by regulation and paid, if at all, under other rules"},
	"J": {"anesthesia", "an anesthesia service, paid by base and time units and not by relative values"},
	"M": {"measurement", "a measurement code for reporting only, with no payment"},
	"R": {"restricted", "paid only where special coverage rules are met"},
	"C": {"carrier_priced", "priced by the contractor, usually after review of documentation"},
	"B": {"bundled", "always bundled into other services and never paid separately"},
	"P": {"bundled", "bundled or excluded, with no separate payment"},
	"I": {"not_valid_for_medicare", "not valid for Medicare, which uses another code for the service"},
	"N": {"not_covered", "not covered by Medicare"},
	"X": {"statutory_exclusion", "outside the services that the fee schedule may pay by statute, so it is paid, if at all, under another schedule"},
	"T": {"injection", "paid only when nothing else payable is billed that day by the same provider"},
}

// pfsStatus says what the physician fee schedule makes of each line's code.
func (k *checker) pfsStatus() {
	for _, c := range k.codes {
		if k.forHospital("pfs.status", c) {
			continue
		}
		row := k.pfs(c)
		if row == nil {
			k.skip("pfs.status", c, k.noRow(codeset.KindPFS))
			continue
		}
		st, ok := pfsStatuses[row.Status]
		if !ok {
			k.skip("pfs.status", c, "status "+unread(row.Status, ""))
			continue
		}
		k.add(Finding{
			Rule: "pfs.status", Verdict: st[0], Codes: []string{c}, Lines: k.linesOf(c),
			Indicator: row.Status, Source: row.Source,
			Statement: k.closeMedicare(row.Source, c+" has status "+row.Status+" in "+k.whose("physician fee schedule")+": "+st[1]),
		})
	}
}

// noRow says why a code without a row in the release of a kind is not checked.
func (k *checker) noRow(kind string) string {
	if why := k.silent(kind); why != "" {
		return why
	}
	return k.f.Answers[kind].Release + " has no row for it"
}

// forHospital names a rule of the physician fee schedule as not checked where
// the lines are a hospital outpatient department's.
func (k *checker) forHospital(rule, c string) bool {
	if k.c.Setting != "outpatient" {
		return false
	}
	k.skip(rule, c, "the rule binds a practitioner's claim, and the setting is a hospital outpatient department")
	return true
}

// pfsOf returns the fee schedule row of a component (26, TC, 53) where the file
// has one, else that of the whole service, or nil.
func (k *checker) pfsOf(c, mod string) *codeset.PFS {
	cf, _ := k.procedure(c)
	for i := range cf.PFS {
		if cf.PFS[i].Mod == mod {
			return &cf.PFS[i]
		}
	}
	return k.pfs(c)
}

// unread says why an indicator outside the known ones cannot be judged; it is ""
// for one of them.
func unread(indicator, known string) string {
	if len(indicator) == 1 && strings.Contains(known, indicator) {
		return ""
	}
	return fmt.Sprintf("indicator %q is not in the layout that this program knows", indicator)
}
