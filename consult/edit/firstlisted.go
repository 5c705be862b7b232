package edit

import (
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// guidelines is the edition of the ICD-10-CM guidelines that the rules here are
// taken from, in force on the days between. Its sections are cited by number, and
// by their subject where the number differs from year to year.
const guidelines = "FY2026"

var (
	guidelinesFrom = time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)
	guidelinesTo   = time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)
)

// edition names the guidelines, and says of a day outside them that its own were
// not read: what changed between them is not determined.
func (k *checker) edition() string {
	if k.on.Before(guidelinesFrom) || k.on.After(guidelinesTo) {
		return guidelines + ", the edition at hand, not that of " + k.date()
	}
	return guidelines
}

// onlyFirst are the Z codes that may only be first-listed: guideline I.C.21.c.15
// of FY2026 (c.16 in FY2024), "Z Codes That May Only be Principal/First-Listed
// Diagnosis".
var onlyFirst = strings.Fields("Z00 Z01 Z02 Z04 Z33.2 Z31.81 Z31.83 Z31.84 Z34 Z39 Z38 Z40 Z42 Z51.0 Z51.1 Z52 Z76.1 Z76.2 Z99.12")

// notOnlyFirst are the exceptions that the same section makes.
var notOnlyFirst = []string{"Z00.6", "Z52.9"}

// firstListed holds the order of the diagnoses against the codes that the
// guidelines put first always or never: Z codes of I.C.21.c, external causes of
// I.C.20.a.6, the delivery of I.C.15.n.1.
func (k *checker) firstListed() {
	for i, c := range k.dx {
		cf, ok := k.diagnosis(c)
		if !ok || cf.Status != code.Valid {
			continue
		}
		switch f := (Finding{Rule: "icd10cm.code_first", Verdict: "satisfied", Codes: []string{c}, Source: cf.Source}); {
		case isExternalCause(c):
			k.neverFirst(f, i)
		case isOnlyFirst(c) && len(k.dx) > 1:
			k.alwaysFirst(f, i, "guideline I.C.21.c, Z codes that may only be first-listed, of "+k.edition(),
				" unless the records of several encounters of one day are combined")
		case c == "O80" && len(k.dx) > 1:
			k.alwaysFirst(f, i, "guideline I.C.15.n.1 of "+k.edition(), "")
		}
	}
}

// neverFirst is about an external cause, which tells how the condition before it
// came about.
func (k *checker) neverFirst(f Finding, at int) {
	cite := "guideline I.C.20.a.6 of " + k.edition()
	switch first := k.dx[0]; {
	case at == 0:
		f.Verdict = "required"
		f.Statement = k.say(f.Source, "%s is an external cause code and is never listed first; the condition that it caused goes before it (%s)", f.Codes[0], cite)
	case isExternalCause(first):
		return // said of the first
	default:
		f.Codes = append(f.Codes, first)
		f.Statement = k.say(f.Source, "%s is an external cause code and does not stand first (%s)", f.Codes[0], cite)
	}
	k.add(f)
}

// alwaysFirst is about a code that is first-listed or not reported.
func (k *checker) alwaysFirst(f Finding, at int, cite, unless string) {
	c, first := f.Codes[0], k.dx[0]
	if at == 0 {
		f.Statement = k.say(f.Source, "%s may only be listed first, and it is (%s)", c, cite)
		k.add(f)
		return
	}
	f.Verdict, f.Codes = "required", append(f.Codes, first)
	f.Statement = k.say(f.Source, "%s may only be listed first%s, and the claim lists %s before it (%s)", c, unless, first, cite)
	k.add(f)
}

// soleDelivery keeps O80 apart from the other codes of chapter 15: its note in
// the tabular list makes it a single diagnosis code (guideline I.C.15.n.1).
func (k *checker) soleDelivery() {
	cf, ok := k.diagnosis("O80")
	if !ok || cf.Status != code.Valid || !slices.Contains(k.dx, "O80") {
		return
	}
	f := Finding{Rule: "icd10cm.excludes1", Verdict: "conflict", Source: cf.Source}
	at := ""
	for _, n := range k.f.Notes {
		if n.Owner == "O80" && n.Kind == "inclusion_term" && strings.Contains(n.Text, "not to be used with any other code") {
			f.Owner, f.Source, at = "O80", n.Source, "the note at O80 and "
		}
	}
	for _, other := range k.dx {
		if other == "O80" || other[0] != 'O' {
			continue
		}
		f.Codes = []string{"O80", other}
		f.Statement = k.say(f.Source, "O80 is not reported with any other code of chapter 15, and %s is one (%sguideline I.C.15.n.1 of %s)", other, at, k.edition())
		f.Branches = []Branch{
			{other + " tells of a complication that was still present", "conflict", "Report " + other + " without O80."},
			{"the complication was over before the delivery", "conflict", "Report O80 without " + other + "."},
		}
		k.add(f)
	}
}

// isExternalCause says whether the code is of chapter 20 (V00-Y99).
func isExternalCause(c string) bool { return c[0] >= 'V' && c[0] <= 'Y' }

func isOnlyFirst(c string) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(of string) bool { return strings.HasPrefix(undot(c), undot(of)) })
	}
	return in(onlyFirst) && !in(notOnlyFirst)
}

// manifestation keeps a manifestation code from the first place (guideline
// I.A.13): its official title says "in diseases classified elsewhere", or the
// Medicare Code Editor lists it as one. Without titles that is not known.
func (k *checker) manifestation() {
	for i, c := range k.dx {
		cf, _ := k.diagnosis(c)
		src, ok := manifests(cf)
		if !ok {
			if k.untitled(c) {
				k.skip("icd10cm.manifestation", c, k.unanswered(c))
			}
			continue
		}
		by := ""
		if src.Set == codeset.KindMCE {
			by = " on the list of the Medicare Code Editor"
		}
		f := Finding{Rule: "icd10cm.manifestation", Verdict: "required", Codes: []string{c}, Source: src}
		f.Statement = k.say(src, "%s is a manifestation code%s and cannot be listed first; its underlying condition goes before it", c, by)
		if i > 0 {
			f.Verdict = "satisfied"
			f.Statement = k.say(src, "%s is a manifestation code%s and does not stand first", c, by)
		}
		k.add(f)
	}
}

// untitled says whether no loaded release has the official title of a diagnosis,
// which tells sides and manifestations. The starter has no titles.
func (k *checker) untitled(c string) bool {
	cf, ok := k.diagnosis(c)
	return !ok || cf.Status == code.Unchecked || cf.Source.Set == codeset.KindStarter
}

// manifests names the row that says that the code is a manifestation. The agents
// of B95-B97 are "the cause of diseases classified elsewhere" and none: their
// block calls them supplementary or additional codes.
func manifests(cf codeset.CodeFacts) (codeset.Source, bool) {
	title := strings.ToLower(cf.Title)
	if strings.Contains(title, "classified elsewhere") && !strings.Contains(title, "not elsewhere") && !strings.Contains(title, "as the cause of") {
		return cf.Source, true
	}
	for _, m := range cf.MCE {
		if m.List == "other" && strings.Contains(strings.ToLower(m.Rule), "manifestation") {
			return m.Source, true
		}
	}
	return codeset.Source{}, false
}
