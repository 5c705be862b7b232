package main

import (
	"slices"
	"strings"
)

// factNames are the facts that --fact takes: the contract's closed list, then
// what the recogniser reads and the checks ask for beyond it.
var factNames = strings.Fields(`
	date_of_service surgery_date payer contractor state place_of_service setting specialty same_provider same_group
	new_patient patient_age patient_sex lesion_count size_cm length_cm area_cm2 depth technique site laterality level same_site
	same_session units minutes start_stop mdm drug dose strength vial wasted route primary_code carc rarc group_code pathology
	days_after_surgery surgery_code relation_to_surgery margin_cm documentation underlying_condition diagnosis other_code billed_by vial_count`)

// factOf reads NAME=VALUE, the value as the checks compare it.
func factOf(s string) (name, value string, err error) {
	name, value, ok := strings.Cut(s, "=")
	switch {
	case !ok || name == "" || value == "":
		return "", "", usagef("--fact %s: say NAME=VALUE, as same_site=no", s)
	case !slices.Contains(factNames, name):
		return "", "", usagef("--fact %s: no fact is named %s: use one of %s", s, name, strings.Join(slices.Sorted(slices.Values(factNames)), ", "))
	}
	value, err = factValue(name, value)
	return name, value, err
}
