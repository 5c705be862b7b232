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
		switch why := k.silent(codeset.KindAddOn); {
		case len(cf.AddOn) > 0:
			k.addonOf(c, cf.AddOn)
		case len(cf.AddOnElse) > 0:
			k.skip("ncci.addon", c, k.otherTimes(cf.AddOnElse))
		case why != "" && !cf.NotAddOn:
			k.skip("ncci.addon", c, why)
		}
	}
}

// otherTimes says since or until when a code is an add-on code that is none on
// the day.
func (k *checker) otherTimes(rows []codeset.AddOn) string {
	begins, ended := "", ""
	for _, r := range rows {
		if from := r.Source.EffectiveFrom; from > k.date() && (begins == "" || from < begins) {
			begins = from
		}
		if to := r.Source.EffectiveTo; to != "" && to < k.date() {
			ended = max(ended, to)
		}
	}
	if ended != "" {
		return "its last row in the add-on table ended on " + ended
	}
	return "its first row in the add-on table begins on " + begins
}

// addonOf takes the primary of the claim whose payment the least stands against,
// the first of equals, else the first that is not paid, else says that there is
// none.
func (k *checker) addonOf(c string, rows []codeset.AddOn) {
	var listed []string
	var unpaid, best *codeset.AddOn
	least := 0
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
			if n := k.against25(c, r.Primary); best == nil || n < least {
				best, least = &rows[i], n
			}
		}
	}
	switch {
	case best != nil:
		k.primaryPresent(c, *best)
	case unpaid != nil && open.Primary == contractorDefined && k.besides(c, rows):
		k.contractorDecides(c, open, fmt.Sprintf("%s is on the claim but %s, and the contractor decides whether it accepts another", unpaid.Primary, k.unpaid(unpaid.Primary)))
	case unpaid != nil:
		f := k.ofPrimary(c, "primary_missing", *unpaid)
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code (type %s in %s), paid only with a primary procedure that is paid itself, and %s is on the claim but %s",
			c, unpaid.Type, k.whose("NCCI add-on table"), unpaid.Primary, k.unpaid(unpaid.Primary))
		k.add(f)
	case open.Primary == contractorDefined:
		why := ""
		if len(listed) > 0 {
			why = fmt.Sprintf("none of its listed primary procedures (%s) is on the claim, so the contractor decides whether it accepts another", some(listed))
		}
		k.contractorDecides(c, open, why)
	default:
		k.primaryMissing(c, rows[0], listed)
	}
}

// besides says whether the claim has a procedure that is neither the add-on nor
// one of its listed primaries.
func (k *checker) besides(c string, rows []codeset.AddOn) bool {
	return slices.ContainsFunc(k.codes, func(o string) bool {
		return o != c && !slices.ContainsFunc(rows, func(r codeset.AddOn) bool { return r.Primary == o })
	})
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
		if c != critical {
			where += "; it must be of the same day and practitioner"
		}
	} else if len(k.datesOfService()) > 1 && c != critical {
		where += "; several dates of service are stated, and it must be of the add-on's day"
	}
	group, _ := k.fact("same_group")
	switch {
	case c == complexity && !k.is("same_provider", "no") && k.complexityBeside25(&f, is+", and its primary procedure "+r.Primary+" "+where):
		k.add(f)
		return
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

// contractorDecides judges an add-on whose list of primaries is open; why says
// what of the list is on the claim, "" where there is no list.
func (k *checker) contractorDecides(c string, r codeset.AddOn, why string) {
	f := Finding{Rule: "ncci.addon", Verdict: "contractor_defined", Codes: []string{c}, Lines: k.linesOf(c), Source: r.Source}
	if why == "" {
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code of type %s: %s lists no primary procedures for it and the contractor decides which it accepts",
			c, r.Type, k.whose("NCCI add-on table"))
	} else {
		f.Statement = k.sayMedicare(f.Source, "%s is an add-on code of type %s and %s", c, r.Type, why)
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
	f.Statement = k.sayMedicare(f.Source, "%s is an add-on code (type %s in %s), never paid alone, and none of its primary procedures (%s) is on the claim%s",
		c, r.Type, k.whose("NCCI add-on table"), some(listed), k.onceListed(c))
	if c == critical && !k.is("same_group", "no") {
		k.criticalAlone(&f, r)
	}
	k.add(f)
}

// onceListed names a procedure of the claim that is a primary of c on other days
// only.
func (k *checker) onceListed(c string) string {
	cf, _ := k.procedure(c)
	for _, r := range cf.AddOnElse {
		switch from, to := r.Source.EffectiveFrom, r.Source.EffectiveTo; {
		case !k.onClaim(r.Primary):
		case from > k.date():
			return "; " + r.Primary + " is one from " + from
		case to != "":
			return "; " + r.Primary + " was one until " + to
		}
	}
	return ""
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
