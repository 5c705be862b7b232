package edit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// Check runs every rule of the contract that the gathered rows allow and
// returns the findings in the order of DOMAIN.md E.0, then of lines. What the
// rows do not allow stands in NotChecked with its reason. It reads f and c and
// changes neither.
func Check(f codeset.Facts, c Claim) Result {
	k := newChecker(f, c)
	k.contradictions()
	for _, rule := range []func(*checker){
		(*checker).codeStatus,
		(*checker).pfsStatus,
		(*checker).addon,
		(*checker).ptp,
		(*checker).mue,
		(*checker).global,
		(*checker).modifiers,
		(*checker).bilateral,
		(*checker).multiple,
		(*checker).surgeons,
		(*checker).pctc,
		(*checker).complete,
		(*checker).patient,
		(*checker).laterality,
		(*checker).notes,
		(*checker).manifestation,
		(*checker).coverage,
		(*checker).drugUnits,
		(*checker).drugWaste,
	} {
		rule(k)
	}
	return Result{Findings: k.findings, NotChecked: k.notChecked}
}

// Codes returns every code that Check looks up for the claim, each once: the
// lines' codes and modifiers, the diagnoses, in ICD-9-CM too where they are
// written so, the places of service, and the surgery of another day under
// surgery_code. Give them to codeset.Gather with whatever else the
// question names; a code that was not gathered is not checked.
func Codes(c Claim) []code.Code {
	var codes []code.Code
	add := func(s code.System, c string) {
		if k := (code.Code{System: s, Code: c}); c != "" && !slices.Contains(codes, k) {
			codes = append(codes, k)
		}
	}
	procedure := func(c string) { add(systemOf(c), c) }
	for _, l := range c.Lines {
		procedure(l.Code)
		for _, m := range l.Modifiers {
			add(code.Modifier, m)
		}
	}
	for _, d := range c.Dx {
		add(code.ICD10CM, d)
		if icd9Form.MatchString(d) {
			add(code.ICD9CM, d)
		}
	}
	for _, p := range c.Facts["place_of_service"] {
		if placeForm.MatchString(p) {
			add(code.POS, p)
		}
	}
	for _, s := range c.Facts["surgery_code"] {
		procedure(s)
	}
	return codes
}

// Forms of codes that a claim has beside CPT, HCPCS and ICD-10-CM (DOMAIN.md D.1).
var (
	pcsForm     = regexp.MustCompile(`^[0-9B-DF-HX][0-9A-HJ-NP-Z]{6}$`)
	revenueForm = regexp.MustCompile(`^[0-9]{4}$`)
	placeForm   = regexp.MustCompile(`^[0-9]{2}$`)
)

// systemOf tells the system of a line's code by its form. CDT counts as HCPCS,
// for MUE and fee schedule have rows of it.
func systemOf(c string) code.System {
	switch {
	case pcsForm.MatchString(c):
		return code.ICD10PCS
	case revenueForm.MatchString(c):
		return code.Revenue
	case c != "" && c[0] >= 'A' && c[0] <= 'Z':
		return code.HCPCS
	}
	return code.CPT
}

// isProcedure reports the systems that the rules of lines are of. ICD-10-PCS and
// revenue codes are a hospital's, and only code.status has to do with them.
func isProcedure(s code.System) bool { return s == code.CPT || s == code.HCPCS }

// A checker holds one call of Check: what was given, and what was found so far.
type checker struct {
	f          codeset.Facts
	c          Claim
	on         time.Time
	codes      []string                     // the different codes of the lines, in their order
	dx         []string                     // the different diagnoses, in their order
	known      map[string]codeset.CodeFacts // of each of codes that was gathered
	medicare   bool
	pairs      map[[2]string][]*codeset.PTP // by their two codes in order
	earlier    []string                     // the codes of the claim that are the surgery of another day
	findings   []Finding
	today      string          // the date of service as it is written
	otherwise  string          // closes a sentence on a rule of Medicare's own: who may do otherwise
	skipped    map[string]bool // the entries of notChecked
	notChecked []string
}

func newChecker(f codeset.Facts, c Claim) *checker {
	k := &checker{
		f: f, c: c, on: c.On, medicare: PayerOf(c.Payer) == Medicare, known: map[string]codeset.CodeFacts{},
		pairs: pairIndex(f.Pairs), skipped: map[string]bool{}, findings: make([]Finding, 0, 8*(len(c.Lines)+len(c.Dx))+min(len(c.Lines)*len(c.Lines)/2, 200)), notChecked: []string{},
	}
	if k.on.IsZero() {
		k.on = f.On
	}
	k.today, k.otherwise = k.on.Format(time.DateOnly), otherwise(c.Payer)
	for _, l := range c.Lines {
		if l.Code != "" && isProcedure(systemOf(l.Code)) && !slices.Contains(k.codes, l.Code) {
			k.codes = append(k.codes, l.Code)
			k.remember(l.Code)
		}
	}
	for _, s := range c.Facts["surgery_code"] {
		k.remember(s)
	}
	k.earlier = k.otherDay()
	for _, d := range c.Dx {
		if d != "" && !slices.Contains(k.dx, d) {
			k.dx = append(k.dx, d)
		}
	}
	return k
}

// add takes a finding and gives it the severity of its verdict.
func (k *checker) add(f Finding) {
	f.Severity = severity(f.Rule, f.Verdict, f.Present)
	k.findings = append(k.findings, f)
}

// skip names what could not be checked; codes may be empty.
func (k *checker) skip(rule, codes, reason string) {
	if codes != "" {
		rule += " " + codes
	}
	if entry := rule + ": " + reason; !k.skipped[entry] {
		k.skipped[entry] = true
		k.notChecked = append(k.notChecked, entry)
	}
}

// linesOf returns the indexes of the lines that bear one of codes.
func (k *checker) linesOf(codes ...string) []int {
	var at []int
	for i := range k.c.Lines {
		if slices.Contains(codes, k.c.Lines[i].Code) {
			if at == nil {
				at = make([]int, 0, len(codes))
			}
			at = append(at, i)
		}
	}
	return at
}

// bears says whether a line of code bears the modifier.
func (k *checker) bears(procedure, modifier string) bool {
	return slices.ContainsFunc(k.c.Lines, func(l code.Line) bool {
		return l.Code == procedure && slices.Contains(l.Modifiers, modifier)
	})
}

// remember looks a procedure code up under both systems that it may be of.
func (k *checker) remember(c string) {
	for _, s := range []code.System{code.CPT, code.HCPCS} {
		if cf, ok := k.f.Codes[codeset.Key(code.Code{System: s, Code: c})]; ok {
			k.known[c] = cf
			return
		}
	}
}

// procedure returns what is known of a line's code or of the stated surgery's.
func (k *checker) procedure(c string) (codeset.CodeFacts, bool) {
	cf, ok := k.known[c]
	return cf, ok
}

// diagnosis returns what is known of an ICD-10-CM code.
func (k *checker) diagnosis(c string) (codeset.CodeFacts, bool) {
	cf, ok := k.f.Codes[codeset.Key(code.Code{System: code.ICD10CM, Code: c})]
	return cf, ok
}

// pfs returns the fee schedule row of the whole service (no modifier), or nil.
func (k *checker) pfs(c string) *codeset.PFS {
	cf, _ := k.procedure(c)
	for i := range cf.PFS {
		if cf.PFS[i].Mod == "" {
			return &cf.PFS[i]
		}
	}
	return nil
}

// fact returns a stated fact where exactly one value is stated; two different
// values of one fact decide nothing.
func (k *checker) fact(name string) (string, bool) {
	v := k.c.Stated(name)
	return v, v != ""
}

// different returns the different values of a fact, sorted.
func (k *checker) different(name string) []string {
	if len(k.c.Facts[name]) == 0 {
		return nil
	}
	return slices.Compact(slices.Sorted(slices.Values(k.c.Facts[name])))
}

// yesAndNo says whether a fact that is yes or no is stated both ways.
func (k *checker) yesAndNo(name string) bool {
	v := k.different(name)
	return slices.Contains(v, "yes") && slices.Contains(v, "no")
}

// contradictions names what the facts leave open for every rule at once: which of
// two dates the day of judgement is, whether one provider or two are meant, and
// whose claim it is where a setting contradicts the tables that were asked.
func (k *checker) contradictions() {
	if dates := k.datesOfService(); len(dates) > 1 {
		k.skip("code.status", "", "the dates of service "+listed(dates)+" are stated, and the codes are judged as of "+k.date())
	}
	if k.yesAndNo("same_provider") && len(k.codes) > 2 {
		k.skip("ncci.ptp", "", "same_provider is stated as yes and as no, and not of which of the services; the pairs are judged as one provider's")
	}
	settings := k.different("setting")
	if !slices.Contains(settings, codeset.Outpatient) {
		return
	}
	switch {
	case k.c.Setting != codeset.Outpatient:
		with := "place of service " + strings.Join(k.different("place_of_service"), ", ")
		if len(k.different("place_of_service")) == 0 {
			with = "the settings " + listed(settings)
		}
		k.skip("ncci.mue", "", "the setting outpatient is stated with "+with+"; the tables of practitioners were read, and a hospital's own claim is judged by the outpatient hospital tables")
	case len(settings) > 1:
		k.skip("ncci.mue", "", "the settings "+listed(settings)+" are stated; the outpatient hospital tables were read, and a practitioner's claim is judged by the tables of practitioners")
	}
}

// day returns a stated date.
func (k *checker) day(name string) (time.Time, bool) {
	v, ok := k.fact(name)
	if !ok {
		return time.Time{}, false
	}
	t, err := code.ParseDay(v)
	return t, err == nil
}

// is says whether the fact is stated and has this value.
func (k *checker) is(name, value string) bool {
	v, ok := k.fact(name)
	return ok && v == value
}

// silent says why the release of a kind cannot be taken at its silence: nothing
// answers for the day, or only the starter does. It is "" when a whole release
// answers.
func (k *checker) silent(kind string) string {
	a := k.f.Answers[kind]
	switch {
	case a.Starter:
		return "not in the starter"
	case a.Release != "":
		return ""
	case a.Missing != "":
		return a.Missing
	}
	return "no release loaded"
}

// inForceSince and ended write the dates of a row that has some of its own.
func inForceSince(src codeset.Source) string {
	if !src.Dated || src.EffectiveFrom == "" {
		return ""
	}
	return ", in force since " + src.EffectiveFrom
}

func ended(src codeset.Source, words string) string {
	if !src.Dated || src.EffectiveTo == "" {
		return ""
	}
	return words + src.EffectiveTo
}

// absence is the source of a statement that a release holds no row.
func (k *checker) absence(kind string) codeset.Source {
	a := k.f.Answers[kind]
	s := codeset.Source{Set: kind, Release: a.Release, EffectiveFrom: a.From, EffectiveTo: a.To, AsOf: a.AsOf}
	if a.Starter {
		s.Via = codeset.KindStarter
	}
	return s
}

// say finishes a sentence: it names the release that stands in for the day's
// own, or that knows an earlier day by the dates of its rows, and closes with a
// full stop.
func (k *checker) say(src codeset.Source, format string, args ...any) string {
	return fmt.Sprintf(format, args...) + k.stands(src) + "."
}

// stands names the release that a sentence rests on, where that is not the day's.
func (k *checker) stands(src codeset.Source) string {
	switch a := k.f.Answers[src.Set]; {
	case src.AsOf:
		return ", as of " + src.Release + "; the release of that day is not loaded"
	case a.Dated && a.Release == src.Release && k.date() < a.From:
		return " (by the dates in " + src.Release + ")"
	}
	return ""
}

// sayMedicare is say for a rule that is Medicare's own: it names the payer that
// may do otherwise.
func (k *checker) sayMedicare(src codeset.Source, format string, args ...any) string {
	return fmt.Sprintf(format, args...) + k.stands(src) + k.otherwise + "."
}

// closeMedicare is sayMedicare for a sentence that is written already; it takes
// no arguments apart, which Check has too many of to format each.
func (k *checker) closeMedicare(src codeset.Source, sentence string) string {
	return sentence + k.stands(src) + k.otherwise + "."
}

// otherwise is the clause on a payer other than Medicare.
func otherwise(payer string) string {
	switch p := strings.TrimSpace(payer); {
	case p == "" || PayerOf(p) == Medicare:
		return ""
	case p == "commercial":
		return "; a commercial payer may rule otherwise"
	case PayerOf(p) == Medicaid:
		return "; " + p + " has its own edits and fees"
	default:
		return "; " + p + " may rule otherwise"
	}
}

// whose names a rule set inside a sentence: "the physician fee schedule" to a
// Medicare case, "Medicare's physician fee schedule" to any other.
func (k *checker) whose(rules string) string {
	switch {
	case k.medicare && rules == schedule:
		return "the " + schedule
	case k.medicare:
		return "the " + rules
	case rules == schedule:
		return "Medicare's " + schedule
	}
	return "Medicare's " + rules
}

// begin is whose at the head of a sentence; NCCI itself takes no article.
func (k *checker) begin(rules string) string {
	switch {
	case !k.medicare:
		return "Medicare's " + rules
	case rules == "NCCI":
		return rules
	}
	return "The " + rules
}

// date writes the date of service.
func (k *checker) date() string { return k.today }

// table picks the practitioner or the hospital table of a family.
func (k *checker) table(practitioner, outpatient string) string {
	if k.c.Setting == "outpatient" {
		return outpatient
	}
	return practitioner
}
