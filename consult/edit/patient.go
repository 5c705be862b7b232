package edit

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// patient holds a stated sex and age against the lists of the Medicare Code
// Editor that name a diagnosis. The editor reviews hospital claims; what it
// lists is a property of the code all the same. Where neither fact is stated,
// nothing bears on its lists.
func (k *checker) patient() {
	if len(k.dx) == 0 {
		return
	}
	for _, p := range [][2]string{{"sex", "patient_sex"}, {"age", "patient_age"}} {
		if len(k.c.Facts[p[1]]) == 0 {
			continue
		}
		if mce := k.silent(codeset.KindMCE); mce != "" {
			k.skip("icd10cm."+p[0], "", mce)
			continue
		}
		for _, c := range k.dx {
			cf, ok := k.diagnosis(c)
			if !ok || cf.Status == code.Deleted || cf.Status == code.Unknown {
				continue // code.status has said all there is
			}
			for _, m := range cf.MCE {
				if m.List == p[0] {
					k.limited(c, p[0], p[1], m)
				}
			}
		}
	}
}

// limited holds one row of the age or sex list against the fact.
func (k *checker) limited(c, list, fact string, m codeset.MCE) {
	rule := "icd10cm." + list
	who, is, ok := population(list, m.Rule)
	if !ok {
		k.skip(rule, c, fmt.Sprintf("its rule %q is not known", m.Rule))
		return
	}
	f := Finding{Rule: rule, Codes: []string{c}, Source: m.Source}
	var patient []string
	readable := true
	for _, v := range k.c.Facts[fact] {
		p, ok := patientAs(list, v)
		readable = readable && ok
		if !slices.Contains(patient, p) {
			patient = append(patient, p)
		}
	}
	if !readable || len(patient) != 1 {
		f.Verdict, f.Missing = Undecided, []string{fact}
		f.Statement = k.say(m.Source, "The Medicare Code Editor lists %s for %s only, and the %s stated for the patient does not tell", c, who, list)
		f.Branches = []Branch{
			{"the patient is among them", "consistent", fmt.Sprintf("%s fits the patient.", c)},
			{"the patient is not", "conflict", fmt.Sprintf("%s does not fit the patient: check the code and the record.", c)},
		}
		k.add(f)
		return
	}
	shown := patient[0]
	if list == "age" {
		shown = "aged " + shown
	}
	f.Verdict = "consistent"
	f.Statement = k.say(m.Source, "The Medicare Code Editor lists %s for %s only, and the patient is %s", c, who, shown)
	if !is(patient[0]) {
		f.Verdict = "conflict"
		f.Statement = k.say(m.Source, "The Medicare Code Editor lists %s for %s only, but the patient is %s", c, who, shown)
	}
	k.add(f)
}

var mceAges = regexp.MustCompile(`(?i)\bages? (\d+)(?:\s?-\s?(\d+))?`)

// population reads a rule of the Code Editor's age or sex list: "Female Only",
// "Maternity (Ages 9-64)", "Perinatal/Newborn (Age 0 Only)".
func population(list, rule string) (who string, is func(string) bool, ok bool) {
	if list == "sex" {
		only, ok := map[string]string{"female only": "female", "male only": "male"}[strings.ToLower(rule)]
		return only + " patients", func(sex string) bool { return sex == only }, ok
	}
	span := mceAges.FindStringSubmatch(rule)
	if span == nil {
		return "", nil, false
	}
	low, _ := strconv.Atoi(span[1])
	high, who := low, "patients aged "+span[1]
	if span[2] != "" {
		high, _ = strconv.Atoi(span[2])
		who += " to " + span[2]
	}
	return who, func(age string) bool { n, _ := strconv.Atoi(age); return low <= n && n <= high }, true
}

// patientAs reads a stated sex as female or male, and a stated age as whole
// years, which are 0 before the first birthday.
func patientAs(list, stated string) (string, bool) {
	stated = strings.ToLower(strings.TrimSpace(stated))
	if list == "sex" {
		sex, ok := map[string]string{"f": "female", "female": "female", "woman": "female", "girl": "female",
			"m": "male", "male": "male", "man": "male", "boy": "male"}[stated]
		return sex, ok
	}
	n, ok := ageInYears(stated)
	return strconv.Itoa(n), ok
}

var statedAge = regexp.MustCompile(`^(\d{1,3})(?:\.\d+)?[ -]?(|y|yo|y/o|yr|yrs|years?|m|mo|months?|w|wk|weeks?|d|days?)(?:[ -]old)?$`)

// ageInYears reads "67", "67 years", "8 months", "3 weeks", "newborn".
func ageInYears(stated string) (int, bool) {
	switch stated {
	case "newborn", "neonate", "neonatal":
		return 0, true
	}
	m := statedAge.FindStringSubmatch(stated)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	switch unit := m[2]; {
	case err != nil:
		return 0, false
	case unit == "" || unit[0] == 'y':
	case unit[0] == 'm':
		n /= 12
	case unit[0] == 'w':
		n /= 52
	default:
		n /= 365
	}
	return n, n <= 124
}
