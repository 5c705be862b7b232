package edit

import (
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// Indicators explains one fee-schedule row in plain words, column by column
// (RVU25D, record layout), in the words that the rules themselves use where a
// rule reads the column. A value outside the layout has no Meaning.
func Indicators(p codeset.PFS) []codeset.Indicator {
	out := []codeset.Indicator{
		{Name: "status", Value: p.Status, Meaning: pfsStatuses[p.Status][1]},
		{Name: "global days", Value: p.Global, Meaning: globalWords[p.Global]},
		{Name: "PC/TC", Value: p.PCTC, Meaning: known(p.PCTC, "0123456789", pctcMeaning)},
		{Name: "multiple procedures", Value: p.Multiple, Meaning: multipleWords(p)},
		{Name: "bilateral", Value: p.Bilateral, Meaning: known(p.Bilateral, "01239", bilateralMeaning)},
		{Name: "assistant", Value: p.Assistant, Meaning: surgeonWords("assistant", p.Assistant)},
		{Name: "co-surgeons", Value: p.CoSurgeon, Meaning: surgeonWords("co-surgeon", p.CoSurgeon)},
		{Name: "team surgery", Value: p.Team, Meaning: surgeonWords("team", p.Team)},
	}
	if p.EndoBase != "" {
		out = append(out, codeset.Indicator{Name: "endoscopic base", Value: p.EndoBase,
			Meaning: "the base endoscopy of its family, whose value is in this code's already"})
	}
	return out
}

func known(indicator, all string, meaning func(string) string) string {
	if unread(indicator, all) != "" {
		return ""
	}
	return meaning(indicator)
}

// globalWords reads PPRRVU GLOB DAYS (CMS IOM 100-04 chapter 12, section 40.1).
var globalWords = map[string]string{
	"000": "the day itself; a visit that day is included unless separate",
	"010": "the day itself and 10 days after it",
	"090": "the day before, the day itself and 90 days after it",
	"MMM": "maternity, for which the usual global period does not apply",
	"XXX": "no global period",
	"YYY": "the contractor sets the global period",
	"ZZZ": "an add-on, within the global period of its primary",
}

// multipleWords reads MULT PROC; endoscopies name their base.
func multipleWords(p codeset.PFS) string {
	if m, ok := multipleMeaning[p.Multiple]; ok {
		return m
	}
	return map[string]string{
		"0": "no reduction beside other procedures",
		"9": "the concept does not apply",
	}[p.Multiple]
}

// surgeonWords reads ASST SURG, CO-SURG and TEAM SURG by the verdicts of their rules.
func surgeonWords(who, indicator string) string {
	for _, r := range surgeonRules {
		if !strings.HasPrefix(r.who, who) {
			continue
		}
		switch verdict := r.verdicts[indicator]; {
		case indicator == "9":
			return "the concept does not apply"
		case verdict == "applies" && r.rule == "pfs.cosurgeon":
			return "payable without documentation where the two surgeons are of different specialties"
		case verdict == "applies" && r.rule == "pfs.team":
			return "payable by report"
		case verdict == "applies":
			return "payable"
		case verdict == "conflict":
			return "not payable"
		case verdict == Undecided:
			return "payable only with documentation of its medical necessity"
		}
	}
	return ""
}
