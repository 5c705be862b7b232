package edit

import (
	"fmt"
	"slices"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// neverPaid are the fee schedule statuses of a service that Medicare does not
// pay (pfsStatuses).
var neverPaid = []string{"B", "P", "I", "N"}

// unpaid says why a primary of the claim is not paid, so that no add-on to it is
// either; "" where nothing found says so. A primary that is only stated was
// judged elsewhere.
func (k *checker) unpaid(c string) string {
	cf, ok := k.procedure(c)
	row, medicare := k.pfs(c), k.medicare || PayerOf(k.c.Payer) == Unstated
	switch {
	case len(k.linesOf(c)) == 0:
		return ""
	case ok && (cf.Status == code.Deleted || cf.Status == code.Unknown):
		return "is not a valid code on " + k.date()
	case row != nil && slices.Contains(neverPaid, row.Status) && medicare:
		return fmt.Sprintf("has status %s in %s, which is not paid", row.Status, k.whose("physician fee schedule"))
	case cf.MUE != nil && cf.MUE.Limit == 0 && !k.supplier() && medicare:
		return "has an MUE of 0, which is not paid"
	case len(cf.AddOn) > 0 && k.alone(cf.AddOn):
		return "is an add-on code without a primary procedure of its own"
	}
	if by, p := k.deniedBy(c); p != nil && p.Indicator == "0" {
		return fmt.Sprintf("NCCI denies it beside %s (indicator 0)", by)
	}
	return ""
}

// alone says whether an add-on code's list of primaries is closed and none of
// them on the claim.
func (k *checker) alone(rows []codeset.AddOn) bool {
	return !slices.ContainsFunc(rows, func(r codeset.AddOn) bool { return r.Primary == contractorDefined || k.onClaim(r.Primary) })
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
	if cf, _ := k.procedure(c); cf.MUE != nil && (cf.MUE.MAI == "2" || cf.MUE.MAI == "3") && !k.supplier() {
		if u := k.compared(c, cf.MUE.MAI); u.apart == 0 && u.units > cf.MUE.Limit {
			return fmt.Sprintf("; it is paid only if %s is, whose %s %s its MUE of %d (MAI %s)", c, plural(u.units, "unit"), exceedOrExceeds(u.units), cf.MUE.Limit, cf.MUE.MAI)
		}
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
		case k.is("same_provider", "no"), k.supplier(), k.inDoubt(p.Column1, p.Column2):
		case p.Indicator == "0":
			return o, p
		case p.Indicator == "1" && found == nil && k.bypass(*p).on == "":
			by, found = o, p
		}
	}
	return by, found
}
