package edit

import "strings"

// severities is the contract's table of verdicts under "codes check --json".
// The verdicts of pfs.global that name a modifier are warnings until the
// modifier is there.
var severities = map[string]map[string]Severity{
	"code.status": {"valid": Info, "deleted": Error, "not_yet_effective": Error, "unknown": Error, "replaced": Error},
	"icd10cm.complete": {"complete": Info, "incomplete": Error, "seventh_character_missing": Error,
		"placeholder_missing": Error},
	"icd10cm.excludes1":      {"conflict": Warning, "allowed_together": Info},
	"icd10cm.excludes2":      {"conflict": Warning, "allowed_together": Info},
	"icd10cm.code_first":     {"required": Warning, "satisfied": Info},
	"icd10cm.manifestation":  {"required": Warning, "satisfied": Info},
	"icd10cm.use_additional": {"advised": Info, "satisfied": Info},
	"icd10cm.code_also":      {"advised": Info, "satisfied": Info},
	"icd10cm.sex":            {"conflict": Error, "consistent": Info},
	"icd10cm.age":            {"conflict": Error, "consistent": Info},
	"icd10cm.laterality":     {"conflict": Error, "consistent": Info},
	"ncci.ptp":               {"bundled": Error, "modifier_present": Info, "modifier_allowed": Warning, "clear": Info},
	"ncci.mue":               {"exceeds": Error, "within": Info, "none_published": Info},
	"ncci.addon":             {"primary_missing": Error, "primary_present": Info, "contractor_defined": Warning},
	"pfs.status": {"payable": Info, "excluded_from_pfs": Info, "anesthesia": Info, "measurement": Info,
		"restricted": Warning, "carrier_priced": Warning, "bundled": Warning, "not_valid_for_medicare": Warning,
		"not_covered": Warning, "statutory_exclusion": Warning, "injection": Warning},
	"pfs.global": {"included": Warning, "modifier_24": Warning, "modifier_25": Warning, "modifier_57": Warning,
		"modifier_58": Warning, "modifier_78": Warning, "modifier_79": Warning, "outside": Info, "no_global": Info,
		"carrier_defined": Warning},
	"pfs.bilateral":  {"applies": Info, "does_not_apply": Info, "conflict": Error},
	"pfs.multiple":   {"applies": Info, "does_not_apply": Info, "conflict": Error},
	"pfs.assistant":  {"applies": Info, "does_not_apply": Info, "conflict": Error},
	"pfs.cosurgeon":  {"applies": Info, "does_not_apply": Info, "conflict": Error},
	"pfs.team":       {"applies": Info, "does_not_apply": Info, "conflict": Error},
	"pfs.pctc":       {"applies": Info, "does_not_apply": Info, "conflict": Error},
	"modifier.valid": {"valid": Info, "invalid": Error, "conflict": Error, "redundant": Warning, "order": Warning, "unproved": Info},
	"coverage.lcd":   {"covered": Info, "listed": Info, "not_covered": Warning, "not_listed": Warning},
	"coverage.ncd":   {"covered": Info, "listed": Info, "not_covered": Warning, "not_listed": Warning},
	"drug.units":     {"units": Info, "consistent": Info, "differs": Error},
	"drug.waste":     {"jw": Info, "jz": Info, "neither": Info, "conflict": Error},
}

// severity looks a verdict up. An undecided finding warns whatever its rule.
func severity(rule, verdict string, present bool) Severity {
	if verdict == Undecided {
		return Warning
	}
	if present && rule == "pfs.global" && strings.HasPrefix(verdict, "modifier_") {
		return Info
	}
	return severities[rule][verdict]
}
