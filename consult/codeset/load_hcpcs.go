package codeset

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// loadHCPCS loads an Alpha-Numeric file: codes and modifiers with their dates
// into code_rows, what else it says of them into hcpcs_rows. Its rows carry
// their own dates, from the day of adding to the last day on which the code may
// be used (record layout, fields 27 and 29), so it answers for every earlier
// day too.
func loadHCPCS(ctx context.Context, l *loading) error {
	if len(l.parts) > 1 {
		return fmt.Errorf("%s and %s both hold the table of %s %s; import one of them", l.parts[0].Member, l.parts[1].Member, l.kind, l.period.Name)
	}
	l.dated = true
	var rows []cmsfile.HCPCSRow
	for r, err := range cmsfile.ReadHCPCS(l.parts[0].Member, l.parts[0].Format) {
		if err != nil {
			return err
		}
		if rows = append(rows, r); !r.Modifier {
			l.billable++
		}
	}
	l.noteReactivated(rows)
	n, err := copyRows(ctx, l, "code_rows", []string{"system", "code", "effective_from", "effective_to", "billable", "title", "amount", "unit", "wording_from"},
		listed(rows), hcpcsCode)
	if err != nil {
		return err
	}
	l.rows = n
	_, err = copyRows(ctx, l, "hcpcs_rows", []string{"code", "short", "pricing", "multiple_pricing", "coverage", "betos", "xrefs", "statute",
		"manuals", "types_of_service", "processing_note", "action", "action_from"}, listed(rows), hcpcsDetail)
	return err
}

func hcpcsCode(r cmsfile.HCPCSRow) []any {
	system := "hcpcs"
	if r.Modifier {
		system = "modifier"
	}
	var amount *float64
	var unit string
	if a, u, ok := drugUnit(r.Long); ok && isDrug(r) {
		amount, unit = &a, u
	}
	return []any{system, r.Code, r.Added, hcpcsEnd(r), true, r.Long, amount, unit, wordingFrom(r)}
}

// Action codes (record layout, field 30): a code that was discontinued, and one
// that was and is valid again.
const (
	discontinued = "D"
	reactivated  = "R"
)

// wordingFrom is the day since when title and unit stand as they do: that of the
// last action, which may have changed them, or, where it only ended the code,
// the day on which the code was added.
func wordingFrom(r cmsfile.HCPCSRow) *time.Time {
	if ended := !r.Terminated.IsZero() && r.ActionFrom.After(r.Terminated); r.Action == discontinued || ended && r.Action != reactivated {
		return &r.Added
	}
	return actionFrom(r)
}

// hcpcsEnd is the last day on which the code may be used, nil while that is
// open. A termination before the day on which the code was taken up again is past.
func hcpcsEnd(r cmsfile.HCPCSRow) *time.Time {
	if r.Terminated.IsZero() || r.Action == reactivated && r.ActionFrom.After(r.Terminated) {
		return nil
	}
	return &r.Terminated
}

// noteReactivated tells of codes that were not valid all the time since they
// were added, which the file does not date.
func (l *loading) noteReactivated(rows []cmsfile.HCPCSRow) {
	for _, r := range rows {
		if r.Action == reactivated {
			l.note("%s was taken up again on %s; the file does not say since when it had not been valid, and days before are answered as if it had",
				r.Code, r.ActionFrom.Format(time.DateOnly))
		}
	}
}

// actionFrom is the day since when the row is as it is, nil where the file does
// not say.
func actionFrom(r cmsfile.HCPCSRow) *time.Time {
	if r.ActionFrom.IsZero() {
		return nil
	}
	return &r.ActionFrom
}

func hcpcsDetail(r cmsfile.HCPCSRow) []any {
	return []any{r.Code, r.Short, filled(r.Pricing), r.MultiplePricing, r.Coverage, r.BETOS, filled(r.XRefs), r.Statute,
		append(filled(r.CIM), r.MCM...), filled(r.TypesOfService), r.ProcNote, r.Action, actionFrom(r)}
}

// filled is s, empty rather than nil, which would be null.
func filled(s []string) []string { return append([]string{}, s...) }

// loadNOC loads the list of codes for what has none of its own: the workbook,
// where it is there, for the print cuts its descriptions.
func loadNOC(ctx context.Context, l *loading) error {
	p, ok := l.part("")
	if !ok {
		p = l.parts[0]
	}
	n, err := copyRows(ctx, l, "noc_rows", []string{"code", "title"}, cmsfile.ReadNOC(p.Member, p.Format),
		func(r cmsfile.NOCRow) []any { return []any{r.Code, r.Title} })
	l.rows = n
	return err
}

// isDrug reports the sections in which a dose in the description is the billing
// unit: J, Q, and the drugs that hospitals bill by C9 codes.
func isDrug(r cmsfile.HCPCSRow) bool {
	return !r.Modifier && (r.Code[0] == 'J' || r.Code[0] == 'Q' || strings.HasPrefix(r.Code, "C9"))
}

// drugUnits name what a description measures drugs in; factor is how many of
// the unit that we keep one of them is.
var drugUnits = map[string]struct {
	unit   string
	factor float64
}{
	"mg": {"mg", 1}, "milligram": {"mg", 1}, "g": {"mg", 1000}, "gm": {"mg", 1000}, "gram": {"mg", 1000},
	"mcg": {"mcg", 1}, "microgram": {"mcg", 1},
	"ml": {"ml", 1}, "milliliter": {"ml", 1}, "cc": {"ml", 1},
	"unit": {"units", 1}, "usp unit": {"units", 1}, "international unit": {"units", 1}, "iu": {"units", 1}, "i.u.": {"units", 1},
}

const measure = `(milligram|mg|microgram|mcg|gram|gm|g|milliliter|ml|cc|international unit|usp unit|unit|i\.u\.|iu)s?`

var (
	anyDose = regexp.MustCompile(`([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)[ -]*` + measure + `([^a-z]|$)`)
	// perOne is a unit without a number: "per i.u.".
	perOne = regexp.MustCompile(`\bper ` + measure + `([^a-z]|$)`)
	// doseLead is what may stand before the dose.
	doseLead = regexp.MustCompile(`(?:,|\bper|\bup to|\beach)[ ]*$`)
	// doseTail is what may follow it: nothing, a remark in brackets or behind a
	// comma, what it is for or of.
	doseTail = regexp.MustCompile(`^(?:\.?$| ?\(|, | for | of | vwf:rco)`)
	// doubt in the tail is a further figure, but for hours, or another unit.
	doubt = regexp.MustCompile(`[0-9]|\bper\b`)
	hours = regexp.MustCompile(`\b[0-9]+[- ]hours?\b`)
)

// drugUnit reads the billing unit out of a long description: "…, per 10 mg",
// "…, up to 1000 mcg", "…, 250 cc". It is not determined (ok is false) where
// there are two doses, a range, a concentration, or anything else that is not
// plain. The unit is one of mg, mcg, ml, units.
func drugUnit(long string) (amount float64, unit string, ok bool) {
	long = strings.TrimSpace(strings.ToLower(long))
	doses := anyDose.FindAllStringSubmatchIndex(long, -1)
	var name, lead, tail string
	switch ones := perOne.FindAllStringSubmatchIndex(long, -1); {
	case len(doses) == 1 && len(ones) == 0:
		d := doses[0]
		n, err := strconv.ParseFloat(strings.ReplaceAll(long[d[2]:d[3]], ",", ""), 64)
		if err != nil {
			return 0, "", false
		}
		amount, name, lead, tail = n, long[d[4]:d[5]], long[:d[0]], long[d[6]:]
	case len(doses) == 0 && len(ones) == 1:
		o := ones[0]
		amount, name, lead, tail = 1, long[o[2]:o[3]], "per", long[o[4]:]
	}
	if !doseLead.MatchString(lead) || !doseTail.MatchString(tail) || doubt.MatchString(hours.ReplaceAllString(tail, "")) {
		return 0, "", false
	}
	u := drugUnits[name]
	return amount * u.factor, u.unit, amount > 0 && u.unit != ""
}
