package edit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// codeStatus says of each code on the claim, of whatever system, whether it
// exists on the date of service.
func (k *checker) codeStatus() {
	for _, c := range k.lineCodes() {
		cf, ok := k.procedure(c)
		if !isProcedure(systemOf(c)) {
			cf, ok = k.f.Codes[codeset.Key(code.Code{System: systemOf(c), Code: c})]
		}
		k.statusOf(c, cf, ok, k.linesOf(c))
	}
	for _, c := range k.dx {
		cf, ok := k.diagnosis(c)
		if !k.otherICD(c, cf) {
			k.statusOf(c, cf, ok, nil)
		}
	}
	for _, c := range unique(k.c.Facts["place_of_service"]) {
		k.placeStatus(c)
	}
}

// lineCodes are the different codes of the lines in their order, a hospital's too.
func (k *checker) lineCodes() []string {
	var out []string
	for _, l := range k.c.Lines {
		if l.Code != "" {
			out = append(out, l.Code)
		}
	}
	return unique(out)
}

// unique keeps the first of equal strings.
func unique(all []string) []string {
	var out []string
	for _, s := range all {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
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
	if why := k.outdated(cf); why != "" {
		k.skip("code.status", c, why)
		return
	}
	f := Finding{Rule: "code.status", Codes: []string{c}, Lines: lines, Source: cf.Source}
	switch {
	case cf.NotYet:
		f.Verdict, f.Successor, f.SuccessorSource = "not_yet_effective", cf.Successor, cf.SuccessorSource
		f.Statement = k.say(f.Source, "%s is not yet in effect on %s%s", c, k.date(), begins(cf.Source))
	case cf.Status == code.Valid:
		f.Verdict = "valid"
		f.Statement = k.say(f.Source, "%s is a valid code on %s", c, k.date())
		k.alsoICD9(&f, cf)
	case cf.Successor != "":
		f.Verdict, f.Successor, f.SuccessorSource, f.Successors = "replaced", cf.Successor, cf.SuccessorSource, codesOf(cf.Successors)
		f.Statement = k.say(f.Source, "%s is no longer valid on %s%s; %s", c, k.date(), lastDay(cf), k.instead(cf))
	case cf.Status == code.Deleted:
		f.Verdict, f.Successors = "deleted", codesOf(cf.Successors)
		f.Statement = k.say(f.Source, "%s is deleted and not valid on %s%s%s", c, k.date(), lastDay(cf), k.perhapsInstead(cf))
	default:
		f.Verdict, f.Children = "unknown", cf.Children // those of an unknown code: what it is with its placeholders
		f.Statement = k.say(f.Source, "%s is in none of the code sets loaded for %s%s", c, k.date(), lacking(cf))
	}
	if f.SuccessorSource == nil && len(cf.Successors) > 0 && f.Successors != nil {
		f.SuccessorSource = &cf.Successors[0].Source
	}
	k.add(f)
}

// outdated says why the silence of a list as of an earlier day does not tell of a
// code: the day's own may have begun it. That it lacks characters, which Children
// then add, such a list can tell.
func (k *checker) outdated(cf codeset.CodeFacts) string {
	src := cf.Source
	if cf.Status != code.Unknown || cf.NotYet || !src.AsOf || cf.Successor != "" || len(cf.Children) > 0 {
		return ""
	}
	set := src.Set + " " + src.Release
	if src.Via != "" {
		set += " (by the starter)"
	}
	return fmt.Sprintf("%s does not have it%s, and the release of %s is not loaded", set, nearest(cf), k.date())
}

// nearest names the listed code above one that is not listed.
func nearest(cf codeset.CodeFacts) string {
	switch {
	case cf.Above == nil:
		return ""
	case cf.Above.Billable:
		return "; " + cf.Above.Code + " above it is complete and can be billed"
	}
	return "; the nearest code above it is " + cf.Above.Code + ", a header"
}

// instead names the successor of a code. A cross reference of the HCPCS file
// leads from a deleted code to a valid one (record layout, field 15); of several
// it does not say which takes which part.
func (k *checker) instead(cf codeset.CodeFacts) string {
	codes := codesOf(cf.Successors)
	switch {
	case len(codes) == 0:
		return "it is replaced by " + cf.Successor + k.telephone(cf)
	case cf.SuccessorSource != nil && cf.SuccessorSource.Set == codeset.KindStarter:
		return "it is replaced by " + cf.Successor + ", that is " + oneOf(codes) + ", of which the one that fits the record must be chosen" + k.telephone(cf)
	}
	s := "the HCPCS file refers to " + list(codes) + " in its place"
	if len(codes) > 1 {
		s += "; which of them fits the record must be chosen"
	}
	return s
}

// telephone says how Medicare takes what CPT 99441-99443 were, whose successors
// have status I (PPRRVU 2025): an office visit, and from 2025 any service of the
// telehealth list, may be given to a patient at home by audio alone (42 CFR
// 410.78(a)(3)), which modifier 93 says.
func (k *checker) telephone(cf codeset.CodeFacts) string {
	if !within(cf.Code.Code, "99441", "99443") || PayerOf(k.c.Payer) != Medicare && PayerOf(k.c.Payer) != Unstated {
		return ""
	}
	return "; Medicare gives " + cf.Successor + " status I, and takes a telephone visit, where its telehealth rules allow one, as the office visit code with modifier 93"
}

// perhapsInstead closes the sentence on a deleted code with cross references of
// which no loaded release tells whether they are valid on the day.
func (k *checker) perhapsInstead(cf codeset.CodeFacts) string {
	if len(cf.Successors) == 0 {
		return ""
	}
	var unsure []string
	for _, s := range cf.Successors {
		if s.Status != code.Valid {
			unsure = append(unsure, s.Code.Code)
		}
	}
	return fmt.Sprintf("; the HCPCS file refers to %s in its place, and no release loaded tells whether %s %s valid on that day",
		list(codesOf(cf.Successors)), list(unsure), areOrIs(len(unsure)))
}

func codesOf(successors []codeset.Successor) []string {
	var out []string
	for _, s := range successors {
		if s.Code.Code != "" && !slices.Contains(out, s.Code.Code) {
			out = append(out, s.Code.Code)
		}
	}
	return out
}

// placeStatus judges a place of service by CMS's list.
func (k *checker) placeStatus(c string) {
	cf, ok := k.f.Codes[codeset.Key(code.Code{System: code.POS, Code: c})]
	if !ok || cf.Status == code.Unchecked {
		k.skip("code.status", "place of service "+c, k.silent(codeset.KindPOS))
		return
	}
	f := Finding{Rule: "code.status", Verdict: "valid", Codes: []string{c}, Source: cf.Source}
	switch {
	case cf.Status == code.Valid:
		f.Statement = k.say(f.Source, "%s is a valid place of service on %s: %s", c, k.date(), cf.Title)
	case cf.Source.Row != "":
		f.Verdict = "unknown"
		f.Statement = k.say(f.Source, "%s is no place of service on %s: the list has it as unassigned", c, k.date())
	default:
		f.Verdict = "unknown"
		f.Statement = k.say(f.Source, "%s is no place of service on %s: the list does not have it", c, k.date())
	}
	k.add(f)
}

// unlisted says why the silence of the loaded code sets does not tell of a code
// of a set that they do not hold: CDT is the American Dental Association's and
// stands in no free file (DOMAIN.md F.1), revenue codes are the NUBC's, ICD-9-CM
// was in use until 2015-09-30 (45 CFR 162.1002) and shares the forms of its V
// and E codes with ICD-10-CM.
func (k *checker) unlisted(c string, cf codeset.CodeFacts) string {
	switch {
	case within(c, "D0000", "D9999") && !isDiagnosisIn(k.dx, c):
		return "CDT is licensed by the American Dental Association, and no release of it is loaded"
	case revenueForm.MatchString(c):
		return "revenue codes are published by the National Uniform Billing Committee (NUBC) under licence, and no release of them is loaded"
	case cf.Status != code.Valid && !cf.NotYet && isDiagnosisIn(k.dx, c) && k.on.Before(codeset.ICD10Since) && icd9Form.MatchString(c):
		return "before 2015-10-01 diagnoses are coded in ICD-9-CM, and no release of it is loaded"
	}
	return ""
}

var icd9Form = regexp.MustCompile(`^([0-9]{3}|V[0-9]{2})(\.[0-9]{1,2})?$|^E[0-9]{3}(\.[0-9])?$`)

// unanswered says why no loaded release can tell the status of c.
func (k *checker) unanswered(c string) string {
	kinds := []string{codeset.KindCPT, codeset.KindPFS, codeset.KindMUEPractitioner, codeset.KindPTPPractitioner}
	switch {
	case isDiagnosisIn(k.dx, c):
		kinds = []string{codeset.KindICD10CM}
	case systemOf(c) == code.ICD10PCS:
		kinds = []string{codeset.KindICD10PCS}
	case systemOf(c) == code.HCPCS:
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

func isDiagnosisIn(dx []string, c string) bool { return slices.Contains(dx, c) }

func begins(src codeset.Source) string {
	if !src.Dated || src.EffectiveFrom == "" {
		return ""
	}
	return "; it begins on " + src.EffectiveFrom
}

// lastDay tells when a deleted code ended. An edit of it tells only that: edits
// are deleted with a code, or with the other code of the pair, or by themselves.
func lastDay(cf codeset.CodeFacts) string {
	switch {
	case cf.Status != code.Deleted:
		return ""
	case strings.HasPrefix(cf.Source.Set, "ncci-ptp"):
		return ended(cf.Source, "; most of its NCCI edits ended on ")
	}
	return ended(cf.Source, "; its last day was ")
}

// lacking closes the sentence on an unknown code with the codes of which it is only
// the beginning (W19.XXX), else with what allowedSevenths knows, else with the
// nearest listed code above it.
func lacking(cf codeset.CodeFacts) string {
	begun := func(child string) bool { return strings.HasPrefix(child, cf.Code.Code) }
	if len(cf.Children) > 0 && !slices.ContainsFunc(cf.Children, func(c string) bool { return !begun(c) }) {
		return "; it is the beginning of " + some(cf.Children)
	}
	if s := allowedSevenths(cf); s != "" {
		return s
	}
	return nearest(cf)
}
