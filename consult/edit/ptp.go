package edit

import (
	"fmt"
	"slices"
	"strings"
	"time"

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

// ptp looks every unordered pair of different codes up in both directions of
// the NCCI procedure-to-procedure table.
func (k *checker) ptp() {
	for i, a := range k.codes {
		for _, b := range k.codes[i+1:] {
			k.pair(a, b)
		}
	}
}

func (k *checker) pair(a, b string) {
	if slices.Contains(k.earlier, a) != slices.Contains(k.earlier, b) {
		day, _ := k.surgeryDay()
		k.skip("ncci.ptp", a+"/"+b, "not on one day: the surgery's is stated as "+day.Format(time.DateOnly))
		return
	}
	row, last := k.pairRows(a, b)
	if row == nil {
		k.noPair(a, b, last)
		return
	}
	switch row.Indicator {
	case "0":
		k.bundled(*row)
	case "1":
		k.bypassable(*row)
	default:
		k.skip("ncci.ptp", row.Column1+"/"+row.Column2, "modifier "+unread(row.Indicator, ""))
	}
}

func pairIndex(rows []codeset.PTP) map[[2]string][]*codeset.PTP {
	index := make(map[[2]string][]*codeset.PTP, len(rows))
	for i := range rows {
		key := inOrder(rows[i].Column1, rows[i].Column2)
		index[key] = append(index[key], &rows[i])
	}
	return index
}

func inOrder(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// pairRows returns the row in force for the two codes, either way round, else
// the last one that ended; a row of indicator 9 was never in force and comes
// last of all.
func (k *checker) pairRows(a, b string) (row, last *codeset.PTP) {
	for _, p := range k.pairs[inOrder(a, b)] {
		switch {
		case p.InForce && p.Indicator != "9":
			if row == nil || p.Indicator < row.Indicator {
				row = p
			}
		case last == nil, last.Indicator == "9" && p.Indicator != "9",
			(last.Indicator == "9") == (p.Indicator == "9") && p.Source.EffectiveTo > last.Source.EffectiveTo:
			last = p
		}
	}
	return row, last
}

// noPair says that a pair has no edit, where the table's silence can be taken
// at its word: a whole release, or two codes of the starter's core.
func (k *checker) noPair(a, b string, last *codeset.PTP) {
	kind := k.table(codeset.KindPTPPractitioner, codeset.KindPTPOutpatient)
	core := k.f.Answers[kind].Starter && k.f.Core[a] && k.f.Core[b]
	if why := k.silent(kind); why != "" && !core {
		k.skip("ncci.ptp", a+"/"+b, why)
		return
	}
	f := Finding{Rule: "ncci.ptp", Verdict: "clear", Codes: []string{a, b}, Lines: k.linesOf(a, b), Source: k.absence(kind)}
	history := ""
	if last != nil {
		f.Codes, f.Source, f.ModifierIndicator = []string{last.Column1, last.Column2}, last.Source, last.Indicator
		history = "; its last edit ended" + ended(last.Source, " on ")
		if last.Indicator == "9" {
			history = "; its row of indicator 9 was never in force"
		}
	}
	f.Statement = k.sayMedicare(f.Source, "%s has no edit in force between %s and %s on %s%s, which alone does not make both payable",
		k.begin("NCCI "+k.tableName()+" table"), a, b, k.date(), history)
	k.add(f)
}

func (k *checker) tableName() string { return k.table("practitioner", "outpatient hospital") }

func (k *checker) bundled(p codeset.PTP) {
	f := k.edit(p, "bundled")
	f.Statement = k.sayMedicare(p.Source, "%s, indicator 0: %s is denied beside %s for the same patient, day and provider, and no modifier changes that%s",
		k.pairText(p), p.Column2, p.Column1, k.otherProvider()+k.either(p))
	k.add(f)
}

// edit begins the finding of a row in force.
func (k *checker) edit(p codeset.PTP, verdict string) Finding {
	return Finding{
		Rule: "ncci.ptp", Verdict: verdict, Codes: []string{p.Column1, p.Column2}, Lines: k.linesOf(p.Column1, p.Column2),
		ModifierIndicator: p.Indicator, Source: p.Source,
	}
}

func (k *checker) pairText(p codeset.PTP) string {
	return fmt.Sprintf("%s pairs %s (column 1) with %s (column 2)%s",
		k.begin("NCCI"), p.Column1, p.Column2, inForceSince(p.Source))
}

// otherProvider reminds that an edit binds one provider or one group of one
// specialty, where the question states two.
func (k *checker) otherProvider() string {
	if k.is("same_provider", "no") {
		return "; the edit binds one provider or one specialty of one group, and different providers are stated"
	}
	return ""
}

// either says that the question offers the two as a choice. The edit's verdict
// stays the table's: it speaks against both, not against the claim asked about.
func (k *checker) either(p codeset.PTP) string {
	if k.c.Alternatives(p.Column1, p.Column2) {
		return "; the question names the two as alternatives, so this stands only against reporting both"
	}
	return ""
}

// bypassable judges a row of indicator 1: a modifier is there, or may be.
func (k *checker) bypassable(p codeset.PTP) {
	on, mods := k.bypass(p)
	if len(mods) == 0 {
		k.modifierAllowed(p)
		return
	}
	f := k.edit(p, "modifier_present")
	f.Modifiers, f.ModifierOn = mods, on
	f.Statement = k.sayMedicare(p.Source, "%s, indicator 1: modifier %s on %s lets both be paid if the record shows %s%s%s",
		k.pairText(p), strings.Join(mods, ", "), on, k.criterion(p), k.oneSide(p, mods), k.otherProvider()+k.either(p))
	k.add(f)
}

// bypass returns the modifiers that bypass the edit and the code whose line
// bears them: on an E/M of the pair 24, 25 or 57, else any on either code.
func (k *checker) bypass(p codeset.PTP) (on string, mods []string) {
	codes, may := []string{p.Column2, p.Column1}, bypasses
	if IsEM(p.Column1) || IsEM(p.Column2) {
		codes = slices.DeleteFunc(codes, func(c string) bool { return !IsEM(c) })
		may = visit
	}
	for _, c := range codes {
		for _, i := range k.linesOf(c) {
			for j, m := range k.c.Lines[i].Modifiers {
				if slices.Contains(may, m) && !slices.Contains(mods, m) && k.judge(i, j).legal() {
					mods = append(mods, m)
				}
			}
		}
		if len(mods) > 0 {
			return c, mods
		}
	}
	return "", nil
}

// criterion is what the record must show for the edit to be bypassed.
func (k *checker) criterion(p codeset.PTP) string {
	if IsEM(p.Column1) || IsEM(p.Column2) {
		return "a significant, separately identifiable visit"
	}
	if BySession(p.Column1) && BySession(p.Column2) {
		return "a separate session or time"
	}
	return "a separate site, lesion, injury or session"
}

// oneSide says that two lines with one anatomic modifier name one side.
func (k *checker) oneSide(p codeset.PTP, mods []string) string {
	for _, m := range mods {
		if slices.Contains(anatomic, m) && k.bears(p.Column1, m) && k.bears(p.Column2, m) {
			return "; " + m + " stands on both codes and so does not show two sites"
		}
	}
	return ""
}

// modifierAllowed advises on a row of indicator 1 that no modifier bypasses yet.
func (k *checker) modifierAllowed(p codeset.PTP) {
	f := k.edit(p, "modifier_allowed")
	which := "59 (or XE, XP, XS, XU) or an anatomic modifier"
	f.ModifierOn, f.Modifiers = p.Column2, slices.Clone(distinct)
	if em, procedure := k.visitOf(p); em != "" {
		f.ModifierOn, f.Modifiers = em, []string{k.visitModifier(procedure)}
		which = f.Modifiers[0]
		f.Branches = []Branch{
			{"the record shows a significant, separate visit", "modifier_present", fmt.Sprintf("Report %s with modifier %s.", em, which)},
			{"the visit was only the decision to do the procedure", "bundled", fmt.Sprintf("Report %s alone.", p.Column1)},
		}
		if office(p.Column1) && office(p.Column2) {
			f.Branches = []Branch{
				{"the visits were for unrelated problems that one visit could not deal with", "modifier_present", fmt.Sprintf("Report %s with modifier %s.", em, which)},
				{"they were not", "bundled", "Report one visit whose level counts the work of both."},
			}
		}
	} else if BySession(p.Column1) && BySession(p.Column2) {
		if !k.is("same_session", "no") { // "yes" may only mean the same day
			f.Missing = []string{"same_session"}
			f.Branches = []Branch{
				{"the sessions or times are separate", "modifier_present", fmt.Sprintf("Report %s with 59 or the X modifier that fits.", p.Column2)},
				{"it was one session", "bundled", fmt.Sprintf("Report %s alone.", p.Column1)},
			}
		}
	} else if _, stated := k.fact("same_site"); !stated && !k.is("same_session", "no") {
		f.Missing = []string{"same_site"}
		f.Branches = []Branch{
			{"site, lesion or session differ", "modifier_present", fmt.Sprintf("Report %s with a modifier that shows it (59 or X, or an anatomic one).", p.Column2)},
			{"site and session are the same", "bundled", fmt.Sprintf("Report %s alone.", p.Column1)},
		}
	}
	f.Statement = k.sayMedicare(p.Source, "%s, indicator 1: %s is denied on the same day unless modifier %s stands on %s and the record shows %s%s%s",
		k.pairText(p), p.Column2, which, f.ModifierOn, k.criterion(p), k.siteStated(p), k.otherProvider()+k.either(p))
	k.add(f)
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

// BySession tells the services that have no site or lesion, so that only the
// session or the time can set two of them apart: psychotherapy, respiratory
// treatments, physical therapy.
func BySession(c string) bool {
	return len(c) == 5 && (c >= "90785" && c <= "90899" || c >= "94002" && c <= "94799" || c >= "97010" && c <= "97799" && c != "97597" && c != "97598" && c != "97605" && c != "97606" && c != "97607" && c != "97608")
}

// office tells an office visit, of which a practitioner has one a day (CMS IOM
// 100-04 chapter 12, section 30.6.7).
func office(c string) bool { return c >= "99202" && c <= "99215" && len(c) == 5 }

// visitModifier picks 57 for a visit beside a 90-day procedure, else 25 (CMS
// IOM 100-04 chapter 12, sections 30.6.6 and 40.2).
func (k *checker) visitModifier(procedure string) string {
	if row := k.pfs(procedure); row != nil && row.Global == "090" {
		return "57"
	}
	return "25"
}

func (k *checker) siteStated(p codeset.PTP) string {
	if IsEM(p.Column1) || IsEM(p.Column2) {
		return ""
	}
	if k.is("same_site", "yes") {
		return "; the same site is stated, which supports no such modifier"
	}
	if k.is("same_site", "no") {
		return "; a different site is stated"
	}
	if k.is("same_session", "no") {
		return "; a different session is stated"
	}
	return ""
}
