package edit

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// excludes reports each code of the claim that an Excludes note of the carrier
// names. open marks a note that stands on a child of the carrier, a header.
func (k *checker) excludes(n codeset.Note, carrier string, open bool) {
	for _, other := range k.dx {
		if other == carrier {
			continue
		}
		names, mayName, only := noteNames(n, other)
		if !names && !mayName {
			continue
		}
		f := Finding{Rule: "icd10cm." + n.Kind, Codes: []string{carrier, other}, Owner: n.Owner, Source: n.Source}
		against, stands := k.excludes1(carrier, other)
		if k.reported(f) || n.Kind == "excludes2" && stands && wider(n.Owner, against) {
			continue // the nearer Excludes1 has said what holds for the pair
		}
		switch {
		case open || !names:
			k.mayExclude(&f, n, carrier, other, open, only)
		case n.Kind == "excludes1":
			k.conflicting(&f, n, carrier, other)
		case stands:
			f.Verdict = "allowed_together"
			f.Statement = k.sayNote(n, "Excludes2 at %s names %s, so %s does not include it, which does not lift the Excludes1 at %s", n.Owner, other, carrier, against)
		default:
			f.Verdict = "allowed_together"
			f.Statement = k.sayNote(n, "Excludes2 at %s names %s, so %s does not include it and both may be reported where the patient has both", n.Owner, other, carrier)
		}
		k.add(f)
	}
}

// conflicting is about an Excludes1 note that names the other code: both are
// reported only where they are unrelated (guideline I.A.12.a), or where a newer
// guideline assigns both.
func (k *checker) conflicting(f *Finding, n codeset.Note, carrier, other string) {
	if both, ok := k.assigned(n, carrier, other); ok {
		f.Verdict = "allowed_together"
		f.Statement = k.say(n.Source, "%s and %s are both assigned where %s (guideline %s of %s, since FY%d); Excludes1 at %s names %s in the tabular list of %s, which is older",
			carrier, other, both.where, both.cite, guidelines, both.since, n.Owner, other, n.Source.Release)
		return
	}
	f.Verdict = "conflict"
	f.Statement = k.sayNote(n, "Excludes1 at %s names %s, so %s and %s are not reported together unless the two conditions are unrelated (guideline I.A.12.a)",
		n.Owner, other, carrier, other)
	f.Branches = []Branch{
		{"the two conditions are unrelated", "allowed_together", fmt.Sprintf("Report %s and %s both (guideline I.A.12.a).", carrier, other)},
		{"they are one condition or one explains the other", "conflict", fmt.Sprintf("Report only one of %s and %s.", carrier, other)},
	}
}

// mayExclude is about a note that would apply to a complete code, or whose limit
// cannot be told of the code.
func (k *checker) mayExclude(f *Finding, n codeset.Note, carrier, other string, open bool, only string) {
	title := noteTitle(n.Kind)
	f.Verdict, f.Missing = Undecided, []string{"diagnosis"}
	if !open && only != "" {
		f.Statement = k.sayNote(n, "%s at %s names %s only %s, and %s leaves open whether it is meant", title, n.Owner, some(n.Refs), only, other)
		f.Branches = []Branch{
			{"the note means " + other, excludesVerdict(n.Kind), "The note applies."},
			{"it does not", "allowed_together", "The note does not apply."},
		}
		return
	}
	_, whole := refers(n.Refs, other)
	switch {
	case open && whole:
		f.Statement = k.sayNote(n, "%s at %s stands on a code more specific than the claim's %s and names one more specific than its %s, so complete codes decide whether it applies",
			title, n.Owner, carrier, other)
	case open:
		f.Statement = k.sayNote(n, "%s at %s names %s, but stands on a code more specific than the claim's %s, so a complete code in its place decides whether it applies",
			title, n.Owner, other, carrier)
	default:
		f.Statement = k.sayNote(n, "%s at %s, which holds for %s, names a code more specific than the claim's %s, so a complete code in its place decides whether it applies",
			title, n.Owner, carrier, other)
	}
	f.Branches = []Branch{
		{"the complete codes are those of the note", excludesVerdict(n.Kind), "The note applies."},
		{"they are others", "allowed_together", "The note does not apply."},
	}
}

// excludes1 returns the owner of an Excludes1 note that keeps two codes apart,
// or may, whichever of them carries it.
func (k *checker) excludes1(a, b string) (owner string, stands bool) {
	for _, n := range k.f.Notes {
		if n.Kind != "excludes1" {
			continue
		}
		for _, pair := range [2][2]string{{a, b}, {b, a}} {
			if names, may, _ := noteNames(n, pair[1]); !names && !may || !slices.Contains(n.Bears, pair[0]) && !below(n.Owner, pair[0]) {
				continue
			}
			if _, lifted := k.assigned(n, a, b); !lifted {
				return n.Owner, true
			}
		}
	}
	return "", false
}

// A both is two codes that a guideline assigns together from a fiscal year on,
// against an Excludes1 note of older tabular lists.
type both struct {
	codes [2]string
	since int
	cite  string
	where string
}

// assigned returns what the guidelines say of a pair that the note keeps apart,
// where they were changed after the note's release and by the date of service.
func (k *checker) assigned(n codeset.Note, a, b string) (both, bool) {
	for _, p := range assignedTogether {
		if of := fiscalOf(n.Source.Release); p.codes != [2]string{min(a, b), max(a, b)} || of == 0 || of >= p.since || fiscal(k.on) < p.since {
			continue
		}
		return p, true
	}
	return both{}, false
}

// assignedTogether are such pairs. Until FY2021 insulin was coded alone beside oral
// drugs; FY2022 changed guideline I.C.4.a.3 to a code for each
// (yes-himconsulting.com/fy-2022-icd-10-cm-official-guidelines-for-coding-and-reporting-now-available,
// and for the years before ohiohima.blogspot.com/2021/09), as it reads in FY2026.
var assignedTogether = []both{
	{[2]string{"Z79.4", "Z79.84"}, 2022, "I.C.4.a.3", "the patient is treated with both insulin and oral hypoglycemic drugs"},
}

// fiscal is the year of the ICD-10-CM release of a day, which begins in October.
func fiscal(t time.Time) int { return t.AddDate(0, 3, 0).Year() }

// fiscalOf reads the year out of the name of a release, "FY2021" or "FY2025-APR";
// it is 0 where the name has none.
func fiscalOf(release string) int {
	if len(release) < 6 || release[:2] != "FY" {
		return 0
	}
	year, _ := strconv.Atoi(release[2:6])
	return year
}

// reported says whether another note of the same owner already gave the finding.
func (k *checker) reported(f Finding) bool {
	return slices.ContainsFunc(k.findings, func(o Finding) bool {
		return o.Rule == f.Rule && o.Owner == f.Owner && slices.Equal(o.Codes, f.Codes)
	})
}

func noteTitle(kind string) string {
	return map[string]string{"excludes1": "Excludes1", "excludes2": "Excludes2"}[kind]
}

func excludesVerdict(kind string) string {
	if kind == "excludes1" {
		return "conflict"
	}
	return "allowed_together"
}
