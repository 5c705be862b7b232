package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// contractorDefined is the placeholder primary of the add-on table.
const contractorDefined = "CCCCC"

// addon asks for the primary procedure of each add-on code (NCCI add-on code
// edits; type 1 has a closed list, type 2 none, type 3 an open one).
func (k *checker) addon() {
	for _, c := range k.codes {
		cf, _ := k.procedure(c)
		if len(cf.AddOn) > 0 {
			k.addonOf(c, cf.AddOn)
		} else if why := k.silent(codeset.KindAddOn); why != "" && !cf.NotAddOn {
			k.skip("ncci.addon", c, why)
		}
	}
}

func (k *checker) addonOf(c string, rows []codeset.AddOn) {
	f := Finding{Rule: "ncci.addon", Codes: []string{c}, Lines: k.linesOf(c), Source: rows[0].Source}
	var listed []string
	open := false
	for _, r := range rows {
		switch {
		case r.Primary == contractorDefined:
			open, f.Source = true, r.Source
		case k.onClaim(r.Primary):
			f.Verdict, f.Source = "primary_present", r.Source
			f.Codes, f.Lines = []string{c, r.Primary}, k.linesOf(c, r.Primary)
			f.Statement = k.sayMedicare(f.Source, "%s is an add-on code (type %s in %s), and its primary procedure %s is on the claim",
				c, r.Type, k.whose("NCCI add-on table"), r.Primary)
			k.add(f)
			return
		default:
			listed = append(listed, r.Primary)
		}
	}
	typ := rows[0].Type
	switch {
	case open && len(listed) == 0:
		f.Verdict = "contractor_defined"
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code of type %s: %s lists no primary procedures for it and the contractor decides which it accepts",
			c, typ, k.whose("NCCI add-on table"))
	case open:
		f.Verdict = "contractor_defined"
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code of type %s and none of its listed primary procedures (%s) is on the claim, so the contractor decides whether it accepts another",
			c, typ, some(listed))
	default:
		f.Verdict = "primary_missing"
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code (type %s in %s), never paid alone, and none of its primary procedures (%s) is on the claim",
			c, typ, k.whose("NCCI add-on table"), some(listed))
	}
	k.add(f)
}

// onClaim says whether the code is on a line or stated as the primary code.
func (k *checker) onClaim(c string) bool {
	return slices.Contains(k.codes, c) || slices.Contains(k.c.Facts["primary_code"], c)
}

// some lists up to eight codes and counts the rest.
func some(codes []string) string {
	const most = 8
	if len(codes) <= most {
		return strings.Join(codes, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(codes[:most], ", "), len(codes)-most)
}
