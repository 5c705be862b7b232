package edit

import (
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// complexity is the add-on of an office visit that Medicare pays from 2024-01-01
// and not where the visit bears 25 (CY 2024 physician fee schedule final rule);
// from 2025-01-01 it is paid where the visit bears 25 and the other service of the
// day is an annual wellness visit, the administration of a vaccine or a preventive
// service of Medicare Part B (CY 2025 final rule; transmittal 13015).
const (
	complexity       = "G2211"
	complexityBegins = "2024-01-01"
	preventiveBegins = "2025-01-01"
	exception        = " (CY 2025 physician fee schedule final rule)"
)

// preventives are services of that exception whose texts in the HCPCS file name
// them: the first preventive examination, the wellness visits, and the
// administration of the influenza, pneumococcal and hepatitis B vaccines. The
// exception holds more than these (attachment A of transmittal 13015).
var preventives = []string{"G0402", "G0438", "G0439", "G0008", "G0009", "G0010"}

// against25 counts what stands against an add-on's primary of the claim: an edit or
// a limit that denies it, and 25 there or needed where the add-on is complexity.
func (k *checker) against25(c, primary string) (n int) {
	if k.ifPaid(primary) != "" {
		n++
	}
	if c == complexity && k.date() >= complexityBegins && (k.all25(primary) || k.calls25(primary) != "") {
		n++
	}
	return n
}

// all25 says whether every line of a visit bears 25.
func (k *checker) all25(visit string) bool {
	lines := k.linesOf(visit)
	return len(lines) > 0 && !slices.ContainsFunc(lines, func(i int) bool { return !k.has(i, "25") })
}

// calls25 returns the code of the claim beside which a visit without 25 is denied
// for want of it: by NCCI, or by a package of 000 or 010 global days.
func (k *checker) calls25(visit string) string {
	if by, p := k.deniedBy(visit); p != nil && p.Indicator == "1" && k.visitModifier(by) == "25" {
		return by
	}
	for _, c := range k.codes {
		row := k.pfs(c)
		if row != nil && !IsEM(c) && !slices.Contains(k.earlier, c) && !k.takenOver(c) && (row.Global == "000" || row.Global == "010") &&
			!k.bears(visit, "25") && !k.c.Alternatives(visit, c) && len(k.datesOfService()) < 2 {
			return c
		}
	}
	return ""
}

// complexityBeside25 judges complexity whose visit bears 25 or needs it, and is
// false where neither is so or the exception plainly holds; begun is the sentence
// up to there.
func (k *checker) complexityBeside25(f *Finding, begun string) bool {
	v := f.Codes[1]
	bears, by := k.all25(v), ""
	if !bears {
		by = k.calls25(v)
	}
	if k.date() < complexityBegins || k.c.Setting == codeset.Outpatient || !bears && by == "" {
		return false
	}
	if others := k.onlyPreventive(v); len(others) > 0 {
		needs := ""
		if !bears {
			needs = ", where it needs modifier 25 beside " + by
		}
		f.Statement = begun + k.stands(f.Source) + needs + "; modifier 25 on it does not stand against " + complexity + " beside " + strings.Join(others, ", ") + exception + k.otherwise + "."
		return true
	}
	so, rule := " with modifier 25, beside which Medicare pays no "+complexity, " (CY 2024 physician fee schedule final rule)"
	if !bears {
		so = ", where it needs modifier 25 beside " + by + ", with which Medicare pays no " + complexity
	}
	f.Verdict = "primary_missing"
	if !k.medicare && PayerOf(k.c.Payer) != Unstated {
		f.Verdict = "primary_present"
	}
	if k.date() >= preventiveBegins {
		so += " unless the other service of the day is an annual wellness visit, a vaccine's administration or a preventive service of Medicare Part B"
		rule, f.Verdict = exception, "primary_present"
	}
	if k.date() >= preventiveBegins && k.besideVisit25(v) {
		f.Verdict, f.Missing = Undecided, []string{"other_code"}
		f.Branches = []Branch{
			{"25 is for an annual wellness visit, a vaccine's administration or a preventive service of Part B", "primary_present", "Report " + complexity + " with " + v + "-25."},
			{"it is for another service", "primary_missing", k.own("Medicare does not pay " + complexity + " that day")},
		}
	}
	f.Statement = begun + k.stands(f.Source) + so + rule + k.otherwise + "."
	return true
}

// besideVisit25 says whether the claim has a service beside a visit and complexity,
// for which 25 may stand.
func (k *checker) besideVisit25(visit string) bool {
	return slices.ContainsFunc(k.codes, func(c string) bool { return c != visit && c != complexity })
}

// onlyPreventive returns the services of the claim beside the visit where the
// exception plainly holds, because each of them is one of preventives; else nil.
func (k *checker) onlyPreventive(visit string) (others []string) {
	if k.date() < preventiveBegins {
		return nil
	}
	for _, c := range k.codes {
		switch {
		case c == visit || c == complexity:
		case !slices.Contains(preventives, c):
			return nil
		default:
			others = append(others, c)
		}
	}
	return others
}
