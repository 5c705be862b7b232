package edit

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// contractTable is the table of CONTRACT.md under "codes check --json", written
// down apart from the code's own: rule, then verdicts by severity.
var contractTable = map[string]map[Severity]string{
	"code.status":            {Info: "valid", Error: "deleted not_yet_effective unknown replaced"},
	"icd10cm.complete":       {Info: "complete", Error: "incomplete seventh_character_missing placeholder_missing"},
	"icd10cm.excludes1":      {Warning: "conflict", Info: "allowed_together"},
	"icd10cm.excludes2":      {Warning: "conflict", Info: "allowed_together"},
	"icd10cm.code_first":     {Warning: "required", Info: "satisfied"},
	"icd10cm.manifestation":  {Warning: "required", Info: "satisfied"},
	"icd10cm.use_additional": {Info: "advised satisfied"},
	"icd10cm.code_also":      {Info: "advised satisfied"},
	"icd10cm.sex":            {Error: "conflict", Info: "consistent"},
	"icd10cm.age":            {Error: "conflict", Info: "consistent"},
	"icd10cm.laterality":     {Error: "conflict", Info: "consistent"},
	"ncci.ptp":               {Error: "bundled", Info: "modifier_present clear", Warning: "modifier_allowed"},
	"ncci.mue":               {Error: "exceeds", Info: "within none_published"},
	"ncci.addon":             {Error: "primary_missing", Info: "primary_present", Warning: "contractor_defined"},
	"pfs.status": {Info: "payable excluded_from_pfs anesthesia measurement",
		Warning: "restricted carrier_priced bundled not_valid_for_medicare not_covered statutory_exclusion injection"},
	"pfs.global": {Info: "outside no_global", Warning: "included carrier_defined"},
	"pfs.pctc":   adjustments, "pfs.bilateral": adjustments, "pfs.multiple": adjustments,
	"pfs.assistant": adjustments, "pfs.cosurgeon": adjustments, "pfs.team": adjustments,
	"modifier.valid": {Info: "valid unproved", Error: "invalid conflict", Warning: "redundant order"},
	"coverage.lcd":   {Info: "covered listed", Warning: "not_covered not_listed"},
	"coverage.ncd":   {Info: "covered listed", Warning: "not_covered not_listed"},
	"drug.units":     {Info: "units consistent", Error: "differs"},
	"drug.waste":     {Info: "jw jz neither", Error: "conflict"},
}

var adjustments = map[Severity]string{Info: "applies does_not_apply", Error: "conflict"}

var globalModifier = regexp.MustCompile(`^modifier_(24|25|57|58|78|79)$`)

// contractual says what in a finding is outside the contract.
func contractual(f Finding) error {
	switch {
	case len(f.Codes) == 0:
		return errors.New("no codes")
	case f.Source.Set == "":
		return errors.New("no source")
	case !strings.HasSuffix(f.Statement, ".") || strings.Contains(f.Statement, "%!") || strings.Contains(f.Statement, "  "):
		return fmt.Errorf("statement %q", f.Statement)
	case f.Source.AsOf && !strings.Contains(f.Statement, "as of "+f.Source.Release+"; the release of that day is not loaded"):
		return fmt.Errorf("statement %q hides that the release is another day's", f.Statement)
	case len(f.Branches) > 4:
		return errors.New("more than four branches")
	case f.Verdict == Undecided:
		if len(f.Missing) == 0 || f.Severity != Warning {
			return errors.New("undecided must warn and name what is missing")
		}
		return nil
	case f.Rule == "pfs.global" && globalModifier.MatchString(f.Verdict):
		if want := map[bool]Severity{true: Info, false: Warning}[f.Present]; f.Severity != want {
			return fmt.Errorf("severity %s with present %v", f.Severity, f.Present)
		}
		return nil
	}
	for s, vs := range contractTable[f.Rule] {
		for v := range strings.FieldsSeq(vs) {
			if v == f.Verdict && s == f.Severity {
				return nil
			}
		}
	}
	return fmt.Errorf("%s %s %s is not in the contract's table", f.Rule, f.Verdict, f.Severity)
}
