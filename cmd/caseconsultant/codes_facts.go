package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// factValues are the values of the facts whose values the checks compare, each
// with other words for it. Beside them a value is read as a mail is: in the
// words of the recogniser's tables ("HOPD", "established patient").
var factValues = map[string][][]string{
	"same_site": yesOrNo, "same_session": yesOrNo, "same_provider": yesOrNo, "same_group": yesOrNo, "new_patient": yesOrNo,
	"patient_sex": {{"female", "f", "woman", "girl"}, {"male", "m", "man", "boy"}},
	"laterality":  {{"left", "l", "lt"}, {"right", "r", "rt"}, {"bilateral", "both", "both sides"}},
	"setting": {
		{"office"}, {"outpatient"}, {"inpatient"}, {"asc", "ambulatory surgical center"}, {"emergency", "ed", "er"}, {"nursing facility"},
		{"telehealth"}, {"practitioner", "professional", "physician"},
		{"dme supplier", "supplier", "dme", "dmepos", "dmepos supplier", "durable medical equipment supplier"},
	},
	"relation_to_surgery": {{"related"}, {"unrelated"}, {"planned", "staged"}, {"complication"}},
	"mdm":                 {{"straightforward"}, {"low"}, {"moderate"}, {"high"}},
}

var yesOrNo = [][]string{{"yes", "y", "true"}, {"no", "n", "false"}}

// Facts that are numbers, and facts that are codes.
var (
	numberFacts = strings.Fields(`patient_age lesion_count size_cm length_cm area_cm2 units minutes days_after_surgery margin_cm`)
	codeFacts   = strings.Fields(`surgery_code primary_code`)

	procedureForm = regexp.MustCompile(`^[0-9A-Z][0-9]{3}[0-9A-Z]$`)
	placeForm     = regexp.MustCompile(`^[0-9]{2}$`)
)

// factValue reads the value of a fact as the checks compare it. One that they
// could not compare is refused: unread it would pass for stated.
func factValue(name, value string) (string, error) {
	low := strings.ToLower(strings.Join(strings.Fields(value), " "))
	accepted, closed := factValues[name]
	switch {
	case name == "date_of_service" || name == "surgery_date":
		if _, err := code.ParseDay(value); err != nil {
			return "", usagef("--fact %s=%s: a date is YYYY-MM-DD", name, value)
		}
	case name == "place_of_service":
		if low = strings.TrimPrefix(low, "pos "); !placeForm.MatchString(low) {
			return "", usagef("--fact %s=%s: a place of service is two digits, as 11 or 22", name, value)
		}
		return low, nil
	case slices.Contains(codeFacts, name):
		if up := strings.ToUpper(low); procedureForm.MatchString(up) {
			return up, nil
		}
		return "", usagef("--fact %s=%s: a procedure code has five characters, as 27447", name, value)
	case slices.Contains(numberFacts, name):
		if n, err := strconv.ParseFloat(low, 64); err == nil && n >= 0 {
			return low, nil
		}
		if read := recognised(name, value); read != "" {
			return read, nil
		}
		return "", usagef("--fact %s=%s: say a number", name, value)
	case name == "vial" && !edit.VialReadable(value):
		return "", usagef("--fact %s=%s: say single-dose or multi-dose, or the size, as 80 mg", name, value)
	case closed:
		for _, words := range accepted {
			if slices.Contains(words, low) {
				return words[0], nil
			}
		}
		if read := recognised(name, value); slices.ContainsFunc(accepted, func(words []string) bool { return words[0] == read }) {
			return read, nil
		}
		return "", usagef("--fact %s=%s: say one of %s", name, value, strings.Join(firsts(accepted), ", "))
	}
	return value, nil
}

// recognised is the one value of a fact that a mail with these words states, ""
// where it states none or several.
func recognised(name, words string) string {
	read := ""
	for _, f := range code.Facts(code.Body, words, nil) {
		switch {
		case f.Name != name:
		case read != "" && read != f.Value:
			return ""
		default:
			read = f.Value
		}
	}
	return read
}

func firsts(lists [][]string) (out []string) {
	for _, l := range lists {
		out = append(out, l[0])
	}
	return out
}
