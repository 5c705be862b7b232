package edit

import (
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// complete says of each diagnosis in a loaded release whether it can be billed
// as it stands (ICD-10-CM guidelines I.B.2 and I.A.4-5).
func (k *checker) complete() {
	for _, c := range k.dx {
		cf, ok := k.diagnosis(c)
		switch {
		case !ok, cf.Status == code.Unchecked && !cf.NotYet, cf.Status == code.Valid && cf.Source.Set == codeset.KindStarter:
			k.skip("icd10cm.complete", c, k.unanswered(c)) // the starter's own list tells dates, not children
			continue
		case cf.Status != code.Valid || cf.NotYet:
			continue
		}
		f := Finding{Rule: "icd10cm.complete", Verdict: "complete", Codes: []string{c}, Source: cf.Source}
		if cf.Billable {
			f.Statement = k.say(cf.Source, "%s is complete and can be billed", c)
			k.add(f)
			continue
		}
		f.Children = completions(c, cf)
		what := "more characters"
		f.Verdict = lacks(c, f.Children, cf.SevenChars)
		switch f.Verdict {
		case "seventh_character_missing":
			what = "its seventh character"
		case "placeholder_missing":
			what = "the placeholder X and a seventh character"
		}
		if len(f.Children) > 0 {
			what += " (" + some(f.Children) + ")"
		}
		f.Statement = k.say(cf.Source, "%s is not complete and cannot be billed; it needs %s", c, what)
		k.add(f)
	}
}

// completions lists what would complete a header: the billable codes below it
// where the release tells them, else its children, else the code padded to six
// characters with each seventh one.
func completions(c string, cf codeset.CodeFacts) []string {
	switch {
	case len(cf.Complete) > 0:
		return cf.Complete
	case len(cf.Children) > 0:
		return cf.Children
	}
	var found []string
	for _, x := range cf.SevenChars {
		found = append(found, dotted(pad(c)+x.Char))
	}
	return found
}

// pad fills an undotted code up to six characters with the placeholder.
func pad(c string) string {
	c = undot(c)
	return c + strings.Repeat("X", max(0, 6-len(c)))
}

func undot(c string) string { return strings.ReplaceAll(c, ".", "") }

func dotted(c string) string {
	if len(c) <= 3 {
		return c
	}
	return c[:3] + "." + c[3:]
}

// lacks names what a header lacks: only its seventh character where every
// child is the code, padded if need be, and one character.
func lacks(c string, children []string, sevenths []codeset.Extension) string {
	if len(children) == 0 && len(sevenths) == 0 {
		return "incomplete"
	}
	for _, child := range children {
		if u := undot(child); len(u) != 7 || u[:6] != pad(c) {
			return "incomplete"
		}
	}
	if len(undot(c)) == 6 {
		return "seventh_character_missing"
	}
	return "placeholder_missing"
}

// allowedSevenths closes the sentence on an unknown code with the code that it
// is with its placeholders, else with the seventh characters that its category
// takes.
func allowedSevenths(cf codeset.CodeFacts) string {
	if cf.Code.System == code.ICD10CM && len(cf.Children) > 0 {
		return "; with the placeholder X the code is " + some(cf.Children)
	}
	if len(cf.SevenChars) == 0 || cf.Code.System != code.ICD10CM {
		return ""
	}
	chars := make([]string, len(cf.SevenChars))
	for i, x := range cf.SevenChars {
		chars[i] = x.Char
	}
	return "; its category takes the seventh characters " + strings.Join(chars, ", ")
}
