package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// noteRules lists the kinds of tabular notes that give findings, in the order
// of DOMAIN.md E.0.
var noteRules = []string{"excludes1", "excludes2", "code_first", "use_additional", "code_also"}

// notes holds the tabular notes against the diagnoses of the claim.
func (k *checker) notes() {
	if len(k.dx) == 0 {
		return
	}
	for _, kind := range noteRules {
		if why := k.silent(codeset.KindICD10CMTabular); why != "" && (len(k.dx) > 1 || !strings.HasPrefix(kind, "excludes")) {
			k.skip("icd10cm."+kind, "", why)
		}
		for _, n := range k.f.Notes {
			if n.Kind == kind {
				k.note(n)
			}
		}
		switch kind {
		case "excludes1":
			k.soleDelivery()
		case "code_first":
			k.firstListed()
		}
	}
}

func (k *checker) note(n codeset.Note) {
	excludes := strings.HasPrefix(n.Kind, "excludes")
	for _, carrier := range k.dx {
		cf, _ := k.diagnosis(carrier)
		switch {
		case cf.Status == code.Deleted || cf.Status == code.Unknown: // code.status has said all there is
		case slices.Contains(n.Bears, carrier):
			switch {
			case excludes:
				k.excludes(n, carrier, false)
			case n.Kind == "code_first":
				k.codeFirst(n, carrier)
			default:
				k.partner(n, carrier)
			}
		case excludes && below(n.Owner, carrier):
			k.excludes(n, carrier, true)
		}
	}
}

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
		if k.reported(f) {
			continue
		}
		switch {
		case !open && !names && only != "":
			f.Verdict, f.Missing = Undecided, []string{"diagnosis"}
			f.Statement = k.say(n.Source, "%s at %s names %s only %s, and %s leaves open whether it is meant", noteTitle(n.Kind), n.Owner, some(n.Refs), only, other)
			f.Branches = []Branch{
				{"the note means " + other, excludesVerdict(n.Kind), "The note applies."},
				{"it does not", "allowed_together", "The note does not apply."},
			}
		case open || !names:
			f.Verdict, f.Missing = Undecided, []string{"diagnosis"}
			f.Statement = k.say(n.Source, "%s at %s names a code more specific than the claim's %s and %s, so a complete code decides whether it applies",
				noteTitle(n.Kind), n.Owner, carrier, other)
			f.Branches = []Branch{
				{"the complete codes are those of the note", excludesVerdict(n.Kind), "The note applies."},
				{"they are others", "allowed_together", "The note does not apply."},
			}
		case n.Kind == "excludes1":
			f.Verdict = "conflict"
			f.Statement = k.say(n.Source, "Excludes1 at %s names %s, so %s and %s are not reported together unless the two conditions are unrelated (guideline I.A.12.a)",
				n.Owner, other, carrier, other)
			f.Branches = []Branch{
				{"the two conditions are unrelated", "allowed_together", fmt.Sprintf("Report %s and %s both (guideline I.A.12.a).", carrier, other)},
				{"they are one condition or one explains the other", "conflict", fmt.Sprintf("Report only one of %s and %s.", carrier, other)},
			}
		default:
			f.Verdict = "allowed_together"
			f.Statement = k.say(n.Source, "Excludes2 at %s names %s, so %s does not include it and both may be reported where the patient has both", n.Owner, other, carrier)
		}
		k.add(f)
	}
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

// codeFirst asks for the underlying condition before the carrier (guideline
// I.A.13).
func (k *checker) codeFirst(n codeset.Note, carrier string) {
	f := Finding{Rule: "icd10cm.code_first", Verdict: "required", Codes: []string{carrier}, Owner: n.Owner, Source: n.Source}
	at := slices.Index(k.dx, carrier)
	partner := slices.IndexFunc(k.dx, func(d string) bool { names, _, _ := noteNames(n, d); return d != carrier && names })
	switch {
	case partner >= 0 && partner < at:
		f.Verdict, f.Codes = "satisfied", []string{carrier, k.dx[partner]}
		f.Statement = k.say(n.Source, "%s stands before %s, as the code-first note at %s asks", k.dx[partner], carrier, n.Owner)
	case partner >= 0:
		f.Codes = []string{carrier, k.dx[partner]}
		f.Statement = k.say(n.Source, "The code-first note at %s puts %s before %s; the claim has them the other way round", n.Owner, k.dx[partner], carrier)
	case len(n.Refs) == 0 && at > 0 || conditional(n.Text) || k.open(n, carrier):
		f.Verdict, f.Missing = Undecided, []string{"underlying_condition"}
		f.Statement = k.say(n.Source, "The code-first note at %s puts what it names%s before %s where that is documented", n.Owner, named(n), carrier)
		f.Branches = []Branch{
			{"what the note names is documented and not yet first", "required", "Report it before " + carrier + "."},
			{"it is already first, or there is none", "satisfied", "The order stands."},
		}
	default:
		f.Statement = k.say(n.Source, "The code-first note at %s asks for the underlying condition before %s%s", n.Owner, carrier, named(n))
	}
	k.add(f)
}

// open says whether the limit in a note leaves open that it names a code of the
// claim.
func (k *checker) open(n codeset.Note, carrier string) bool {
	return slices.ContainsFunc(k.dx, func(d string) bool { _, _, only := noteNames(n, d); return d != carrier && only != "" })
}

// conditional says whether a note asks only where something applies.
func conditional(text string) bool {
	t := strings.ToLower(text)
	return strings.Contains(t, "applicable") || strings.Contains(t, "if known") || slices.Contains(strings.Fields(t), "any")
}

// partner advises on the second code of use-additional and code-also notes.
func (k *checker) partner(n codeset.Note, carrier string) {
	f := Finding{Rule: "icd10cm." + n.Kind, Verdict: "advised", Codes: []string{carrier}, Owner: n.Owner, Source: n.Source}
	title := map[string]string{"use_additional": "use-additional-code", "code_also": "code-also"}[n.Kind]
	var others []string
	for _, d := range k.dx {
		if d == carrier {
			continue
		}
		if names, _, _ := noteNames(n, d); !names && !meant(n, d) {
			others = append(others, d)
			continue
		}
		f.Verdict, f.Codes = "satisfied", []string{carrier, d}
		f.Statement = k.say(n.Source, "%s answers the %s note at %s for %s", d, title, n.Owner, carrier)
		k.add(f)
		return
	}
	unlisted := ""
	if len(n.Refs) == 0 && len(others) > 0 {
		unlisted = "; it lists no codes, so the record tells whether it means " + some(others)
	}
	f.Statement = k.say(n.Source, "The %s note at %s asks for a further code beside %s where it is documented%s%s", title, n.Owner, carrier, named(n), unlisted)
	k.add(f)
}

// meant says whether a note that lists no codes means the diagnosis: J44.0 is
// obstructive lung disease with a lower respiratory infection, and asks for the
// infection, which the blocks J12-J18 (pneumonia) and J20-J22 (other acute lower
// respiratory infections) hold.
func meant(n codeset.Note, c string) bool {
	in := func(from, to string) bool { return cut(c, 3) >= from && cut(c, 3) <= to }
	return n.Owner == "J44.0" && len(n.Refs) == 0 && strings.Contains(n.Text, "infection") && (in("J12", "J18") || in("J20", "J22"))
}

// named closes a sentence with the references of a note and what limits them.
func named(n codeset.Note) string {
	if len(n.Refs) == 0 {
		return ""
	}
	if only := limit(n.Text, n.Refs); only != "" {
		return " (" + some(n.Refs) + " " + only + ")"
	}
	return " (" + some(n.Refs) + ")"
}

// refers says whether the references of a note name the code, or, where the
// code is a header, may name one of its children.
func refers(refs []string, c string) (names, mayName bool) {
	u := undot(c)
	for _, r := range refs {
		lo, hi := bounds(r)
		switch {
		case lo == "":
		case cut(u, len(lo)) >= lo && cut(u, len(hi)) <= hi && len(u) >= len(lo):
			names = true
		case strings.HasPrefix(lo, u), cut(lo, len(u)) <= u && u <= cut(hi, len(u)):
			mayName = true
		}
	}
	return names, mayName && !names
}

// bounds reads "E11.-", "E08-E13" and "S52.521A" as the first and last prefix.
func bounds(ref string) (lo, hi string) {
	ref = strings.TrimRight(undot(strings.TrimSpace(ref)), "-")
	if a, b, ok := strings.Cut(ref, "-"); ok {
		return strings.TrimSpace(a), strings.TrimSpace(b)
	}
	return ref, ref
}

func cut(s string, n int) string { return s[:min(n, len(s))] }

// below says whether the code is a descendant of the header.
func below(c, header string) bool {
	c, header = undot(c), undot(header)
	return len(c) > len(header) && strings.HasPrefix(c, header) && !strings.Contains(c, "-")
}
