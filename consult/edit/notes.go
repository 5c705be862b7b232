package edit

import (
	"regexp"
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
		k.notTabled(kind)
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

// notTabled names the diagnoses whose notes of a kind nobody could read, for the
// tabular list that answers does not have them.
func (k *checker) notTabled(kind string) {
	if strings.HasPrefix(kind, "excludes") && len(k.dx) < 2 {
		return
	}
	for _, c := range k.dx {
		if cf, _ := k.diagnosis(c); cf.NotTabled != "" && cf.Status == code.Valid && !cf.NotYet {
			k.skip("icd10cm."+kind, c, cf.NotTabled)
		}
	}
}

func (k *checker) note(n codeset.Note) {
	excludes := strings.HasPrefix(n.Kind, "excludes")
	var alone []string // carriers without the partner that the note asks for
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
			case !k.partner(n, carrier):
				alone = append(alone, carrier)
			}
		case excludes && below(n.Owner, carrier):
			k.excludes(n, carrier, true)
		}
	}
	if len(alone) > 0 && wide(n) { // a block or chapter speaks of all its codes at once
		k.advise(n, alone...)
		return
	}
	for _, carrier := range alone {
		k.advise(n, carrier)
	}
}

// wide says whether a note stands on a block or chapter.
func wide(n codeset.Note) bool {
	lo, hi := bounds(n.Owner)
	return lo != hi
}

// sayNote is say for a statement on a note. It names the tabular list of an
// older year where that was loaded for the day.
func (k *checker) sayNote(n codeset.Note, format string, args ...any) string {
	if year := fiscalOf(n.Source.Release); year != 0 && year < fiscal(k.on) && !n.Source.AsOf {
		format, args = format+"; the tabular list read is that of %s", append(args, n.Source.Release)
	}
	return k.say(n.Source, format, args...)
}

// partner looks for the second code of a use-additional or code-also note; false
// asks to advise on it.
func (k *checker) partner(n codeset.Note, carrier string) bool {
	means, known := bearsOn(n, carrier)
	if known && !means || k.nearerAsks(n, carrier) {
		return true
	}
	for _, d := range k.dx {
		if d == carrier || !known || !answers(n, d) && !meant(n, d) {
			continue
		}
		f := Finding{Rule: "icd10cm." + n.Kind, Verdict: "satisfied", Codes: []string{carrier, d}, Owner: n.Owner, Source: n.Source}
		f.Statement = k.sayNote(n, "%s answers the %s note at %s for %s", d, partnerTitle[n.Kind], n.Owner, carrier)
		k.add(f)
		return true
	}
	return wide(n) && conditional(n.Text) // asks where applicable of all its codes
}

var partnerTitle = map[string]string{"use_additional": "use-additional-code", "code_also": "code-also"}

// advise says that a note asks for a further code beside the carriers.
func (k *checker) advise(n codeset.Note, carriers ...string) {
	f := Finding{Rule: "icd10cm." + n.Kind, Verdict: "advised", Codes: carriers, Owner: n.Owner, Source: n.Source}
	var others []string // a further code is of another category
	for _, d := range k.dx {
		if !slices.ContainsFunc(carriers, func(c string) bool { return cut(d, 3) == cut(c, 3) }) {
			others = append(others, d)
		}
	}
	unlisted := ""
	if len(n.Refs) == 0 && len(others) > 0 {
		unlisted = "; it lists no codes, so the record tells whether it means " + some(others)
	}
	f.Statement = k.sayNote(n, "The %s note at %s asks for a further code beside %s where it is documented%s%s",
		partnerTitle[n.Kind], n.Owner, list(carriers), named(n), unlisted)
	k.add(f)
}

// bearsOn says whether a note means the code that inherits it, and whether that can
// be told: the codes that T36-T50 asks for are of underdosing, which its sixth
// character 6 tells, and neither of poisoning nor of adverse effects.
func bearsOn(n codeset.Note, carrier string) (means, known bool) {
	if !strings.Contains(strings.ToLower(n.Text), "underdosing") || !within(cut(carrier, 3), "T36", "T50") {
		return true, true
	}
	return meets("with fifth or sixth character 6", undot(carrier))
}

// answers says whether a note names a code of the claim as the further one. A note
// for an adverse effect means no poisoning by the same drug.
func answers(n codeset.Note, d string) bool {
	names, _, _ := noteNames(n, d)
	if names && within(cut(d, 3), "T36", "T50") && adverseWords.MatchString(n.Text) {
		met, _ := meets(adverseEffect, undot(d))
		return met
	}
	return names
}

var adverseWords = regexp.MustCompile(`(?i)\badverse effects?\b`)

// nearerAsks says whether a note nearer to the carrier asks for all that this one
// names.
func (k *checker) nearerAsks(n codeset.Note, carrier string) bool {
	return len(n.Refs) > 0 && slices.ContainsFunc(k.f.Notes, func(o codeset.Note) bool {
		return o.Kind == n.Kind && slices.Contains(o.Bears, carrier) && wider(n.Owner, o.Owner) &&
			!slices.ContainsFunc(n.Refs, func(r string) bool { return !slices.Contains(o.Refs, r) })
	})
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
