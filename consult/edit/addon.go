package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
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

// addonOf takes the first primary of the claim that is itself paid, else the
// first that is not, else says that there is none.
func (k *checker) addonOf(c string, rows []codeset.AddOn) {
	var listed []string
	var unpaid *codeset.AddOn
	open := rows[0]
	for i, r := range rows {
		switch {
		case r.Primary == contractorDefined:
			open = r
		case !k.onClaim(r.Primary):
			listed = append(listed, r.Primary)
		case k.unpaid(r.Primary) != "":
			if unpaid == nil {
				unpaid = &rows[i]
			}
		default:
			k.primaryPresent(c, r)
			return
		}
	}
	switch {
	case unpaid != nil:
		f := k.ofPrimary(c, "primary_missing", *unpaid)
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code (type %s in %s), paid only with a primary procedure that is paid itself, and %s is on the claim but %s",
			c, unpaid.Type, k.whose("NCCI add-on table"), unpaid.Primary, k.unpaid(unpaid.Primary))
		k.add(f)
	case open.Primary == contractorDefined:
		k.contractorDecides(c, open, listed)
	default:
		k.primaryMissing(c, rows[0], listed)
	}
}

// ofPrimary begins a finding on an add-on code and a primary of it.
func (k *checker) ofPrimary(c, verdict string, r codeset.AddOn) Finding {
	return Finding{Rule: "ncci.addon", Verdict: verdict, Codes: []string{c, r.Primary}, Lines: k.linesOf(c, r.Primary), Source: r.Source}
}

// primaryPresent judges a primary that nothing found denies, by who did it: the
// two must be one practitioner's. 99292 may stand beside the 99291 of another of
// the same group and specialty (CMS IOM 100-04 chapter 12, section 30.6.12).
func (k *checker) primaryPresent(c string, r codeset.AddOn) {
	f := k.ofPrimary(c, "primary_present", r)
	is := fmt.Sprintf("%s is an add-on code (type %s in %s)", c, r.Type, k.whose("NCCI add-on table"))
	where := "is on the claim"
	if len(k.linesOf(r.Primary)) == 0 {
		where = "is stated, though no line has it"
	}
	group, _ := k.fact("same_group")
	switch {
	case !k.is("same_provider", "no"):
		where += k.ifPaid(r.Primary)
	case c == critical && group == "yes":
		where += "; another of the same group and specialty may report the first hour"
	case len(k.codes) > 2:
		where += "; different providers are stated, and this holds if one provider did both" + k.ifPaid(r.Primary)
	default:
		f.Verdict = "primary_missing"
		f.Statement = k.sayMedicare(r.Source, "%s, and its primary procedure %s is stated to be by another provider, where an add-on is paid only to the one who is paid the primary", is, r.Primary)
		k.add(f)
		return
	}
	f.Statement = k.sayMedicare(r.Source, "%s, and its primary procedure %s %s", is, r.Primary, where)
	k.add(f)
}

func (k *checker) contractorDecides(c string, r codeset.AddOn, listed []string) {
	f := Finding{Rule: "ncci.addon", Verdict: "contractor_defined", Codes: []string{c}, Lines: k.linesOf(c), Source: r.Source}
	if len(listed) == 0 {
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code of type %s: %s lists no primary procedures for it and the contractor decides which it accepts",
			c, r.Type, k.whose("NCCI add-on table"))
	} else {
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code of type %s and none of its listed primary procedures (%s) is on the claim, so the contractor decides whether it accepts another",
			c, r.Type, some(listed))
	}
	k.add(f)
}

// critical is the add-on of critical care, first the primary's code.
const (
	critical      = "99292"
	criticalFirst = "99291"
)

func (k *checker) primaryMissing(c string, r codeset.AddOn, listed []string) {
	f := Finding{Rule: "ncci.addon", Verdict: "primary_missing", Codes: []string{c}, Lines: k.linesOf(c), Source: r.Source}
	f.Statement = k.sayMedicare(f.Source, "%s is an add-on code (type %s in %s), never paid alone, and none of its primary procedures (%s) is on the claim",
		c, r.Type, k.whose("NCCI add-on table"), some(listed))
	if c == critical && !k.is("same_group", "no") {
		k.criticalAlone(&f, r)
	}
	k.add(f)
}

// criticalAlone makes of a missing primary the question that 99292 leaves open:
// it alone may stand without its primary on the claim, beside the 99291 of
// another of the same group and specialty, or of an earlier date (CMS IOM 100-04
// chapter 12, section 30.6.12; NCCI add-on code edits).
func (k *checker) criticalAlone(f *Finding, r codeset.AddOn) {
	f.Verdict, f.Missing = Undecided, []string{"primary_code"}
	f.Statement = k.sayMedicare(r.Source, "%s is an add-on code (type %s in %s) and %s is not on the claim, where another of the same group and specialty, or a claim for another date, may have reported it",
		critical, r.Type, k.whose("NCCI add-on table"), criticalFirst)
	f.Branches = []Branch{
		{"another of the same group and specialty reported " + criticalFirst + " that day", "primary_present", "Report " + critical + " without it."},
		{criticalFirst + " of the same care stands on the claim of another date", "primary_present", "Report " + critical + " without it."},
		{"nobody reported " + criticalFirst, "primary_missing", critical + " is not paid."},
	}
}

// neverPaid are the fee schedule statuses of a service that Medicare does not
// pay (pfsStatuses).
var neverPaid = []string{"B", "P", "I", "N"}

// unpaid says why a primary of the claim is not paid, so that no add-on to it is
// either; "" where nothing found says so. A primary that is only stated was
// judged elsewhere.
func (k *checker) unpaid(c string) string {
	cf, ok := k.procedure(c)
	row := k.pfs(c)
	switch {
	case len(k.linesOf(c)) == 0:
		return ""
	case ok && (cf.Status == code.Deleted || cf.Status == code.Unknown):
		return "is not a valid code on " + k.date()
	case row != nil && slices.Contains(neverPaid, row.Status) && (k.medicare || PayerOf(k.c.Payer) == Unstated):
		return fmt.Sprintf("has status %s in %s, which is not paid", row.Status, k.whose("physician fee schedule"))
	}
	if by, p := k.deniedBy(c); p != nil && p.Indicator == "0" {
		return fmt.Sprintf("NCCI denies it beside %s (indicator 0)", by)
	}
	return ""
}

// ifPaid says on what the payment of a primary of the claim, and so of its
// add-on, still depends.
func (k *checker) ifPaid(c string) string {
	row := k.pfs(c)
	if row != nil && slices.Contains(neverPaid, row.Status) {
		return fmt.Sprintf("; %s has status %s in Medicare's fee schedule, and the add-on is paid only if it is", c, row.Status)
	}
	if by, p := k.deniedBy(c); p != nil {
		return fmt.Sprintf("; it is paid only if %s is, which NCCI denies beside %s (indicator %s) unless a modifier opens the edit", c, by, p.Indicator)
	}
	return ""
}

// deniedBy returns the code of the claim beside which NCCI denies c, with the
// row in force; one of indicator 0 comes first. An edit that the claim's
// modifiers open, or that two alternatives make, denies nothing.
func (k *checker) deniedBy(c string) (by string, found *codeset.PTP) {
	for _, o := range k.codes {
		p, _ := k.pairRows(c, o)
		switch {
		case o == c, p == nil, p.Column2 != c, k.c.Alternatives(c, o), slices.Contains(k.earlier, c) != slices.Contains(k.earlier, o):
		case k.is("same_provider", "no"):
		case p.Indicator == "0":
			return o, p
		case p.Indicator == "1" && found == nil && k.bypass(*p).on == "":
			by, found = o, p
		}
	}
	return by, found
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
