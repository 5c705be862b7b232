package edit

import (
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// codeStatus says of each code on the claim whether it exists on the date of
// service.
func (k *checker) codeStatus() {
	for _, c := range k.codes {
		cf, ok := k.procedure(c)
		k.statusOf(c, cf, ok, k.linesOf(c))
	}
	for _, c := range k.dx {
		cf, ok := k.diagnosis(c)
		k.statusOf(c, cf, ok, nil)
	}
}

func (k *checker) statusOf(c string, cf codeset.CodeFacts, ok bool, lines []int) {
	if !ok || cf.Status == code.Unchecked && !cf.NotYet && cf.Successor == "" {
		k.skip("code.status", c, k.unanswered(c))
		return
	}
	f := Finding{Rule: "code.status", Codes: []string{c}, Lines: lines, Source: cf.Source, Successor: cf.Successor}
	switch {
	case cf.NotYet:
		f.Verdict = "not_yet_effective"
		f.Statement = k.say(f.Source, "%s is not yet in effect on %s%s", c, k.date(), begins(cf.Source))
	case cf.Status == code.Valid:
		f.Verdict, f.Successor = "valid", ""
		f.Statement = k.say(f.Source, "%s is a valid code on %s", c, k.date())
	case cf.Successor != "":
		f.Verdict = "replaced"
		f.Statement = k.say(f.Source, "%s is no longer valid on %s%s; it is replaced by %s", c, k.date(), lastDay(cf), cf.Successor)
	case cf.Status == code.Deleted:
		f.Verdict = "deleted"
		f.Statement = k.say(f.Source, "%s is deleted and not valid on %s%s", c, k.date(), lastDay(cf))
	default:
		f.Verdict = "unknown"
		f.Statement = k.say(f.Source, "%s is in none of the code sets loaded for %s%s", c, k.date(), allowedSevenths(cf))
	}
	k.add(f)
}

// unanswered says why no loaded release can tell the status of c.
func (k *checker) unanswered(c string) string {
	kinds := []string{codeset.KindCPT, codeset.KindPFS, codeset.KindMUEPractitioner, codeset.KindPTPPractitioner}
	switch {
	case isDiagnosisIn(k.dx, c):
		kinds = []string{codeset.KindICD10CM}
	case len(c) > 0 && c[0] >= 'A' && c[0] <= 'Z':
		kinds = []string{codeset.KindHCPCS}
	}
	for _, kind := range kinds {
		if k.f.Answers[kind].Starter {
			return "not in the starter"
		}
	}
	for _, kind := range kinds {
		if m := k.f.Answers[kind].Missing; m != "" {
			return m
		}
	}
	return "no release loaded that can tell"
}

func isDiagnosisIn(dx []string, c string) bool {
	for _, d := range dx {
		if d == c {
			return true
		}
	}
	return false
}

func begins(src codeset.Source) string {
	if !src.Dated || src.EffectiveFrom == "" {
		return ""
	}
	return "; it begins on " + src.EffectiveFrom
}

func lastDay(cf codeset.CodeFacts) string {
	if cf.Status != code.Deleted {
		return ""
	}
	return ended(cf.Source, "; its last day was ")
}
