package edit

import (
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

// sayNote is say for a statement on a note. It names the tabular list of an
// older year where that was loaded for the day.
func (k *checker) sayNote(n codeset.Note, format string, args ...any) string {
	if year := fiscalOf(n.Source.Release); year != 0 && year < fiscal(k.on) && !n.Source.AsOf {
		format, args = format+"; the tabular list read is that of %s", append(args, n.Source.Release)
	}
	return k.say(n.Source, format, args...)
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
			if cut(d, 3) != cut(carrier, 3) { // a further code is of another category
				others = append(others, d)
			}
			continue
		}
		f.Verdict, f.Codes = "satisfied", []string{carrier, d}
		f.Statement = k.sayNote(n, "%s answers the %s note at %s for %s", d, title, n.Owner, carrier)
		k.add(f)
		return
	}
	if lo, hi := bounds(n.Owner); lo != hi && conditional(n.Text) {
		return // a chapter or block that asks where applicable of all its codes
	}
	unlisted := ""
	if len(n.Refs) == 0 && len(others) > 0 {
		unlisted = "; it lists no codes, so the record tells whether it means " + some(others)
	}
	f.Statement = k.sayNote(n, "The %s note at %s asks for a further code beside %s where it is documented%s%s", title, n.Owner, carrier, named(n), unlisted)
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
