package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// anatomic lists the NCCI-associated anatomic modifiers, distinct the others
// that bypass an edit between two procedures, and visit those that bypass one
// with an E/M service (NCCI Policy Manual chapter I, section E).
var (
	anatomic = []string{
		"E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
		"TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI",
	}
	distinct = []string{"59", "XE", "XP", "XS", "XU"}
	visit    = []string{"25", "57", "24"}
	bypasses = slices.Concat(distinct, []string{"24", "25", "57", "58", "78", "79", "27", "91"}, anatomic)
)

// Days on which the reading of 59, XE, XP, XS and XU changed: the four begin
// (CMS CR 8863), and Medicare takes the five on either column (CMS CR 11168).
const (
	xBegins      = "2015-01-01"
	eitherColumn = "2019-07-01"
	columnTwo    = "2019-06-30" // the last day of column two alone
)

// A bypass is what the modifiers of a pair's lines amount to.
type bypass struct {
	on      string   // the code all of whose lines bear mods; "" where the edit stands
	mods    []string // the modifiers that count
	unheard []string // clauses on the modifiers that do not, and on lines that bear none
}

// bypass weighs the modifiers of the pair: on an E/M of it 24, 25 or 57, else
// any on either code. Column two comes first, and each line of a code must bear
// one: a line without is denied.
func (k *checker) bypass(p codeset.PTP) (b bypass) {
	codes := []string{p.Column2, p.Column1}
	if em, _ := k.visitOf(p); em != "" {
		codes = slices.DeleteFunc(codes, func(c string) bool { return !IsEM(c) })
		b.unheard = k.besideVisit(p)
	}
	for _, c := range codes {
		var mods []string
		bare := false
		for _, i := range k.linesOf(c) {
			here, why := k.counted(p, i)
			bare = bare || len(here) == 0
			for _, m := range here {
				if !slices.Contains(mods, m) {
					mods = append(mods, m)
				}
			}
			b.unheard = append(b.unheard, why...)
		}
		if len(mods) > 0 && !bare {
			return bypass{on: c, mods: mods}
		}
		if len(mods) > 0 {
			b.unheard = append(b.unheard, fmt.Sprintf("modifier %s stands on %s, but a line of %s has none", strings.Join(mods, ", "), c, c))
		}
	}
	return b
}

// counted returns the modifiers of line i that bypass the pair, and clauses on
// those that do not.
func (k *checker) counted(p codeset.PTP, i int) (mods, unheard []string) {
	l := k.c.Lines[i]
	for j, m := range l.Modifiers {
		if !slices.Contains(bypasses, m) {
			continue
		}
		switch why := k.unfit(p, i, j); why {
		case "":
			mods = append(mods, m)
		case "-":
		default:
			unheard = append(unheard, fmt.Sprintf("%s on %s %s", m, l.Code, why))
		}
	}
	return mods, unheard
}

// misfit says that a modifier which may not stay on its line bypasses nothing;
// why it may not is modifier.valid's to say. "-" is no word of it: a second one
// of the line, and one that a missing row keeps from being judged.
func misfit(g judgement) string {
	switch g.verdict {
	case "invalid":
		return "does not count, because it does not fit there"
	case "conflict":
		return "does not count, because it " + g.why
	}
	return "-"
}

// unfit says why modifier j of line i does not bypass the pair, "-" where that
// needs no word, and "" where it does.
func (k *checker) unfit(p codeset.PTP, i, j int) string {
	c, m := k.c.Lines[i].Code, k.c.Lines[i].Modifiers[j]
	_, procedure := k.visitOf(p)
	switch {
	case slices.Contains(distinct[1:], m) && k.date() < xBegins:
		return "does not count, because it begins on " + xBegins
	case !k.judge(i, j).legal():
		return misfit(k.judge(i, j))
	case procedure != "":
		return k.unfitVisit(p, m, procedure)
	case slices.Contains(distinct, m) && c == p.Column1 && k.date() < eitherColumn:
		return "does not count, because until " + columnTwo + " Medicare took it on column 2 only"
	}
	return ""
}

// unfitVisit weighs a modifier on an E/M of the pair: 57 beside a procedure of
// 090 global days, 25 beside one of fewer or none, either where the days do not
// tell. 24 speaks of an earlier surgery, so that beside a procedure of the day
// that has a package of its own, or another visit, it is not enough, and 57 tells
// two visits apart nowhere (CMS IOM 100-04 chapter 12, sections 30.6.6 and 40.2).
// 27 stands between the visits of a hospital (CPT appendix A).
func (k *checker) unfitVisit(p codeset.PTP, m, procedure string) string {
	switch days := k.daysOf(procedure); {
	case m == "27" && k.c.Setting == "outpatient" && IsEM(p.Column1) && IsEM(p.Column2):
		return ""
	case !slices.Contains(visit, m):
		return "-"
	case IsEM(procedure) && m == "57":
		return "does not count, because it speaks of the decision for surgery and " + procedure + " is a visit too"
	case IsEM(procedure) && m == "24":
		return "is not enough, because it speaks of an earlier surgery and not of " + procedure
	case IsEM(procedure), days == "", m == "24" && days == "XXX":
		return ""
	case m == "24":
		return fmt.Sprintf("is not enough, because it speaks of an earlier surgery and %s of the same day has %s global days", procedure, days)
	case m == "25" && days == "090", m == "57" && days != "090":
		return fmt.Sprintf("does not fit, because %s has %s global days", procedure, days)
	}
	return ""
}

// besideVisit names 59 and X on the procedure of a pair with a visit.
func (k *checker) besideVisit(p codeset.PTP) []string {
	_, c := k.visitOf(p)
	var out []string
	for _, i := range k.linesOf(c) {
		for j, m := range k.c.Lines[i].Modifiers {
			if !IsEM(c) && slices.Contains(distinct, m) && k.judge(i, j).legal() {
				out = append(out, fmt.Sprintf("%s on %s does not count, because the visit must bear the modifier", m, c))
			}
		}
	}
	return slices.Compact(out)
}

// visitOf returns the E/M of the pair and the other code, or "" for two
// procedures. Of two E/M services column two is taken.
func (k *checker) visitOf(p codeset.PTP) (em, procedure string) {
	switch {
	case IsEM(p.Column2):
		return p.Column2, p.Column1
	case IsEM(p.Column1):
		return p.Column1, p.Column2
	}
	return "", ""
}

// daysOf returns the global days of a procedure that say which modifier a visit
// beside it takes, and "" where they do not: no row, days that the contractor
// sets (YYY), maternity (MMM), add-ons (ZZZ), and the claim of a hospital, which
// the global surgery rules do not bind (CMS IOM 100-04 chapter 12, section 40).
func (k *checker) daysOf(procedure string) string {
	row := k.pfs(procedure)
	if row == nil || k.c.Setting == "outpatient" || !slices.Contains([]string{"000", "010", "090", "XXX"}, row.Global) {
		return ""
	}
	return row.Global
}

// visitModifier picks 57 for a visit beside a 90-day procedure, else 25 (CMS
// IOM 100-04 chapter 12, sections 30.6.6 and 40.2).
func (k *checker) visitModifier(procedure string) string {
	if k.daysOf(procedure) == "090" {
		return "57"
	}
	return "25"
}

// office tells an office visit, of which a practitioner has one a day (CMS IOM
// 100-04 chapter 12, section 30.6.7).
func office(c string) bool { return c >= "99202" && c <= "99215" && len(c) == 5 }
