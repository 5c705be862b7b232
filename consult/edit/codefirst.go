package edit

import (
	"regexp"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A demand is what a code-first note asks of one code that carries it, read from
// the note's own words.
type demand struct {
	others  bool   // it is about other codes than this one
	unsure  bool   // the code is too short to tell whether it is about it
	must    bool   // something always stands before: the code is a manifestation, or an effect of what is named
	open    bool   // what it names are examples, or no codes at all
	subject string // what goes before, in the note's words; "" where they are a list
}

// demandOf reads a code-first note. It must be obeyed whenever its code is
// reported only where it asks for the underlying disease or condition, or its
// code is a manifestation (guideline I.A.13), or an adverse effect, whose nature
// is coded first (guideline I.C.19.e.5.a). Every other note speaks of what the
// patient may not have (guideline I.B.7: "when there is a code first note and an
// underlying condition is present"): a note with alternatives, as at A41 or I50,
// one "if applicable", "if known" or of "any", and a cause, which may not be
// found. Poisoning comes first itself (I.C.19.e.5.b), so a note "for adverse
// effects" says nothing of it.
func demandOf(n codeset.Note, carrier string, manifestation bool) demand {
	text := strings.ToLower(strings.TrimLeft(n.Text, " ,"))
	text = strings.TrimLeft(strings.TrimPrefix(text, "code first"), " ,:")
	d := demand{open: len(n.Refs) == 0 || strings.Contains(text, "such as"), subject: subject(n.Text)}
	if adverseNote.MatchString(text) {
		met, known := meets(adverseEffect, undot(carrier))
		d.others, d.unsure, d.must = known && !met, !known, known
		return d
	}
	d.must = !conditional(text) && (manifestation || underlying.MatchString(text) && !strings.Contains(d.subject, "underlying cause"))
	return d
}

// adverseEffect is the limit that a code of an adverse effect meets.
const adverseEffect = "with fifth or sixth character 5"

var (
	adverseNote = regexp.MustCompile(`^for adverse effects?\b`)
	underlying  = regexp.MustCompile(`^(?:the )?underlying\b`)
	asides      = regexp.MustCompile(`(?i)(?:^|, ?|\b)(?:if applicable|if known|for adverse effects?)\b,?|^code first\b:?`)
	examples    = regexp.MustCompile(`(?i),? such as\b|\s*\(\s*[A-Z]\d| - |:`)
)

// subject returns what a note puts first in its own words, up to the codes or
// the examples; "" where it lists several things.
func subject(text string) string {
	if strings.Contains(text, ";") && !strings.Contains(text, "such as") {
		return ""
	}
	text = asides.ReplaceAllString(text, "")
	if at := examples.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	return strings.Trim(text, " ,;.")
}

// conditional says whether a note asks only where something applies.
func conditional(text string) bool {
	t := strings.ToLower(text)
	return strings.Contains(t, "applicable") || strings.Contains(t, "if known") || slices.Contains(strings.Fields(t), "any")
}

// codeFirst holds the order of the diagnoses against a code-first note that the
// carrier bears.
func (k *checker) codeFirst(n codeset.Note, carrier string) {
	cf, _ := k.diagnosis(carrier)
	_, manifestation := manifests(cf)
	d := demandOf(n, carrier, manifestation)
	at, partner := slices.Index(k.dx, carrier), k.namedIn(n, carrier)
	if d.others || partner < 0 && k.nearerAnswers(n, carrier) {
		return
	}
	f := Finding{Rule: "icd10cm.code_first", Verdict: "required", Codes: []string{carrier}, Owner: n.Owner, Source: n.Source}
	if partner >= 0 {
		f.Codes = append(f.Codes, k.dx[partner])
	}
	switch {
	case partner >= 0 && partner < at:
		f.Verdict = "satisfied"
		f.Statement = k.sayNote(n, "%s stands before %s, as the code-first note at %s asks", k.dx[partner], carrier, n.Owner)
	case partner >= 0 && !d.unsure && (at == 0 || !d.open):
		f.Statement = k.sayNote(n, "The code-first note at %s puts %s before %s; the claim has them the other way round", n.Owner, k.dx[partner], carrier)
	case d.must && (at == 0 || !d.open && !k.open(n, carrier)):
		f.Statement = k.sayNote(n, "The code-first note at %s asks for %s before %s%s", n.Owner, the(d.subject), carrier, named(n))
	default:
		f.Verdict, f.Missing = Undecided, []string{"underlying_condition"}
		f.Statement = k.sayNote(n, "%s", k.mayAsk(n, d, carrier, partner))
		f.Branches = []Branch{
			{"what the note means is documented and does not stand before " + carrier, "required", "Report it before " + carrier + "."},
			{"it stands before it, or there is none", "satisfied", "The order stands."},
		}
	}
	k.add(f)
}

// mayAsk says what an undecided note names, and what of the claim may be it.
func (k *checker) mayAsk(n codeset.Note, d demand, carrier string, partner int) string {
	what := "what it names" + named(n)
	if d.open || d.must {
		what = the(d.subject) + named(n)
	}
	s := "The code-first note at " + n.Owner + " puts " + what + " before " + carrier + " where that is documented"
	switch at := slices.Index(k.dx, carrier); {
	case partner >= 0:
		s += "; it names " + k.dx[partner] + ", which stands behind"
	case at > 0 && (d.must || d.open && len(n.Refs) > 0):
		s += "; the record tells whether " + some(k.dx[:at]) + " is that"
	case len(n.Refs) == 0:
		s += "; the note names no code"
	}
	return s
}

// the gives what a note puts first its article.
func the(subject string) string {
	switch {
	case subject == "":
		return "what it names"
	case strings.HasPrefix(subject, "the ") || strings.HasPrefix(subject, "any "):
		return subject
	}
	return "the " + subject
}

// namedIn returns the place of the first diagnosis that a note of the carrier
// names, or -1.
func (k *checker) namedIn(n codeset.Note, carrier string) int {
	return slices.IndexFunc(k.dx, func(d string) bool { names, _, _ := noteNames(n, d); return d != carrier && names })
}

// open says whether a note may name a code of the claim: a limit or a header
// leaves it open.
func (k *checker) open(n codeset.Note, carrier string) bool {
	return slices.ContainsFunc(k.dx, func(d string) bool {
		_, may, only := noteNames(n, d)
		return d != carrier && (may || only != "")
	})
}

// nearerAnswers says whether a code-first note nearer to the carrier names a
// code of the claim: COVID-19 at J12.82 answers before the influenza of J12 is
// asked for.
func (k *checker) nearerAnswers(n codeset.Note, carrier string) bool {
	return slices.ContainsFunc(k.f.Notes, func(o codeset.Note) bool {
		return o.Kind == n.Kind && slices.Contains(o.Bears, carrier) && wider(n.Owner, o.Owner) && k.namedIn(o, carrier) >= 0
	})
}

// wider says whether the owner of one note stands above that of another: a
// chapter or block above every category, a category above its codes, a range
// above one within.
func wider(a, b string) bool {
	aLow, aHigh := bounds(a)
	bLow, bHigh := bounds(b)
	switch aRange, bRange := aLow != aHigh, bLow != bHigh; {
	case aRange && bRange:
		return a != b && aLow <= bLow && bHigh <= aHigh
	case aRange || bRange:
		return aRange
	}
	return below(b, a)
}
