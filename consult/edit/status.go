package edit

import (
	"regexp"
	"time"

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
	if why := k.unlisted(c, cf); why != "" {
		k.skip("code.status", c, why)
		return
	}
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
		f.Verdict, f.Children = "unknown", cf.Children // those of an unknown code: what it is with its placeholders
		f.Statement = k.say(f.Source, "%s is in none of the code sets loaded for %s%s", c, k.date(), allowedSevenths(cf))
	}
	k.add(f)
}

// unlisted says why the silence of the loaded code sets does not tell of a code
// of a set that they do not hold: CDT is the American Dental Association's and
// stands in no free file (DOMAIN.md F.1), ICD-9-CM was in use until 2015-09-30
// (45 CFR 162.1002) and shares the forms of its V and E codes with ICD-10-CM.
func (k *checker) unlisted(c string, cf codeset.CodeFacts) string {
	switch {
	case within(c, "D0000", "D9999") && !isDiagnosisIn(k.dx, c):
		return "CDT is licensed by the American Dental Association, and no release of it is loaded"
	case cf.Status != code.Valid && !cf.NotYet && isDiagnosisIn(k.dx, c) && k.on.Before(icd10Since) && icd9Form.MatchString(c):
		return "before 2015-10-01 diagnoses are coded in ICD-9-CM, and no release of it is loaded"
	}
	return ""
}

var (
	icd10Since = time.Date(2015, 10, 1, 0, 0, 0, 0, time.UTC)
	icd9Form   = regexp.MustCompile(`^([0-9]{3}|V[0-9]{2})(\.[0-9]{1,2})?$|^E[0-9]{3}(\.[0-9])?$`)
)

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
