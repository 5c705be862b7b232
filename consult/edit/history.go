package edit

import (
	"fmt"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// recentMonths is how far back a rule's change is told to whoever names no date
// of service (DOMAIN.md C.2).
const recentMonths = 24

// history gives the finding the pair's other rows, and returns the clause on
// them: the last earlier row that differed from p, and, where no date of service
// is stated, what stood before a recent change.
func (k *checker) history(f *Finding, p codeset.PTP) string {
	f.History = p.Earlier
	if !p.Source.Dated {
		return ""
	}
	if clause := k.changed(f, p); clause != "" {
		return clause
	}
	for _, e := range p.Earlier {
		if e.To == "" || e.To >= p.Source.EffectiveFrom {
			continue // in force beside p, which no table of one order of columns has
		}
		switch {
		case e.Column1 != p.Column1:
			return fmt.Sprintf("; an earlier row with %s in column 1 and indicator %s ended on %s", e.Column1, e.Indicator, e.To)
		case e.Indicator != p.Indicator:
			return fmt.Sprintf("; an earlier row with indicator %s ended on %s", e.Indicator, e.To)
		}
	}
	return ""
}

// changed asks for the date of service where none is stated and the pair's state
// changed in the months before the day that stands in for it.
func (k *checker) changed(f *Finding, p codeset.PTP) string {
	since := k.on.AddDate(0, -recentMonths, 0).Format(time.DateOnly)
	switch from, to := p.Source.EffectiveFrom, p.Source.EffectiveTo; {
	case k.c.OnStated:
		return ""
	case !p.InForce && to >= since && p.Indicator != "9":
		k.askDay(f, "on or before "+to, p.Column2, p.Indicator)
		return "; no date of service is stated, and the edit that ended had indicator " + p.Indicator
	case p.InForce && from >= since:
		for _, e := range p.Earlier {
			switch {
			case !nextDay(e.To, from):
				continue
			case e.Indicator == p.Indicator && e.Column1 == p.Column1:
				return ""
			}
			k.askDay(f, "before "+from, e.Column2, e.Indicator)
			return fmt.Sprintf("; no date of service is stated, and until %s the pair had indicator %s", e.To, e.Indicator)
		}
		k.askDay(f, "before "+from, "", "")
		return fmt.Sprintf("; no date of service is stated, and before %s the pair had no edit", from)
	}
	return ""
}

// askDay adds the branch of the other days, whose row denies column2 by its
// indicator; there is none where that is "".
func (k *checker) askDay(f *Finding, when, column2, indicator string) {
	f.Missing = append(f.Missing, "date_of_service")
	b := Branch{"the date of service is " + when, "clear", "No edit was in force then."}
	switch indicator {
	case "0":
		b.Verdict, b.Statement = "bundled", column2+" is denied whatever its modifier."
	case "1":
		b.Verdict, b.Statement = "modifier_allowed", column2+" is denied unless a modifier that NCCI accepts fits."
	}
	const most = 4
	if len(f.Branches) < most {
		f.Branches = append(f.Branches, b)
	}
}

// nextDay says whether the second day follows the first.
func nextDay(last, first string) bool {
	t, err := code.ParseDay(last)
	return err == nil && t.AddDate(0, 0, 1).Format(time.DateOnly) == first
}
