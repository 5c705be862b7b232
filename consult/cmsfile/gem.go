package cmsfile

import (
	"iter"
	"regexp"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// ICD9PCS is the system of ICD-9-CM procedure codes (volume 3), which the
// contract does not name: 00.01, where icd9cm has the diagnoses.
const ICD9PCS code.System = "icd9pcs"

// Parts of a release of the general equivalence mappings, the directions.
const (
	PartFromICD9 = "from-icd9"
	PartToICD9   = "to-icd9"
)

var gemLayouts = []layout{
	{kind: GEMCM, part: PartFromICD9, proved: true, is: mapping(GEMCM, PartFromICD9)},
	{kind: GEMCM, part: PartToICD9, proved: true, is: mapping(GEMCM, PartToICD9)},
	{kind: GEMPCS, part: PartFromICD9, proved: true, is: mapping(GEMPCS, PartFromICD9)},
	{kind: GEMPCS, part: PartToICD9, proved: true, is: mapping(GEMPCS, PartToICD9)},
}

// gemForm is source, target and five flags: approximate, no map, combination,
// scenario, choice list (General Equivalence Mappings, documentation for
// technical users, 2018). QUIRK: line 73,170 of 2018_I10gem.txt has v5889.
var gemForm = regexp.MustCompile(`^([0-9A-Z]{3,7}) +([0-9A-Z]{3,7}|[ev][0-9]{2,4}|No[A-Z][A-Za-z0-9]+) +([01])([01])([01])([0-9])([0-9])\s*$`)

// A side is one of the systems between which a mapping runs.
type side struct {
	system code.System
	shape  *regexp.Regexp
	name   string
}

var (
	icd9Diagnoses  = side{code.ICD9CM, regexp.MustCompile(`^([0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4})$`), "ICD-9-CM diagnosis"}
	icd9Procedures = side{ICD9PCS, regexp.MustCompile(`^[0-9]{2,4}$`), "ICD-9-CM procedure"}
	icd10Diagnoses = side{code.ICD10CM, cmShape, "ICD-10-CM"}
	icd10Proceds   = side{code.ICD10PCS, pcsShape, "ICD-10-PCS"}
)

// sides are the systems of a mapping.
func sides(kind, part string) (from, to side) {
	from, to = icd9Diagnoses, icd10Diagnoses
	if kind == GEMPCS {
		from, to = icd9Procedures, icd10Proceds
	}
	if part == PartToICD9 {
		from, to = to, from
	}
	return from, to
}

// normal is the code with its dot: 250.00, V72.31, E880.1, 00.01.
func (s side) normal(c string) string {
	at := 3
	switch {
	case s.system == code.ICD10PCS:
		return c
	case s.system == ICD9PCS:
		at = 2
	case s.system == code.ICD9CM && c[0] == 'E':
		at = 4
	}
	if len(c) <= at {
		return c
	}
	return c[:at] + "." + c[at:]
}

// mapping tells a mapping by all of its first lines. Lines of E and V codes
// alone could run either way and are taken as running from ICD-9-CM.
func mapping(kind, part string) func(*head) bool {
	from, to := sides(kind, part)
	return func(h *head) bool {
		rows := 0
		for _, text := range h.lines {
			if strings.TrimSpace(text) == "" {
				continue
			}
			f := gemForm.FindStringSubmatch(text)
			if f == nil || !from.shape.MatchString(f[1]) || !noCode(f[2]) && !to.shape.MatchString(strings.ToUpper(f[2])) {
				return false
			}
			rows++
		}
		return rows > 0
	}
}

// GEM reads one direction of the general equivalence mappings; kind and part are
// those of its Ident. A row without a target (NoDx, NoPCS, NoI9) has NoMap and
// an empty To.Code, whatever its flag says. QUIRK: 29 rows of gem_pcsi9.txt of
// 2018 have NoI9 with the flag 0.
func GEM(m Member, kind, part string) iter.Seq2[GEMRow, error] {
	from, to := sides(kind, part)
	return func(yield func(GEMRow, error) bool) {
		seen := map[GEMRow]int{}
		for l, err := range m.lines() {
			if err == nil && strings.TrimSpace(l.text) == "" {
				continue
			}
			var r GEMRow
			if err == nil {
				r, err = m.gemRow(l, from, to)
			}
			if err == nil && seen[r] > 0 {
				err = m.refuse(l.no, "says again what line %d says", seen[r])
			}
			if err == nil && len(seen) == maxCodes {
				err = m.refuse(l.no, "more than %d rows: no published mapping", maxCodes)
			}
			if err != nil {
				yield(GEMRow{}, err)
				return
			}
			seen[r] = l.no
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (m Member) gemRow(l line, from, to side) (GEMRow, error) {
	f := gemForm.FindStringSubmatch(l.text)
	if f == nil {
		return GEMRow{}, m.refuse(l.no, "is no mapping: source, target, five flags")
	}
	r := GEMRow{From: code.Code{System: from.system}, To: code.Code{System: to.system},
		Approximate: f[3] == "1", NoMap: noCode(f[2]), Combination: f[5] == "1", Scenario: number(f[6]), ChoiceList: number(f[7])}
	target := strings.ToUpper(f[2])
	switch {
	case !from.shape.MatchString(f[1]):
		return GEMRow{}, m.refuse(l.no, "the source %s is no %s code", f[1], from.name)
	case r.NoMap:
	case f[4] == "1":
		return GEMRow{}, m.refuse(l.no, "the flags of %s say that it has no target, but it has", f[1])
	case !to.shape.MatchString(target):
		return GEMRow{}, m.refuse(l.no, "the target %s is no %s code", f[2], to.name)
	default:
		r.To.Code = to.normal(target)
	}
	r.From.Code = from.normal(f[1])
	return r, nil
}

// noCode reports the words that stand for no target: NoDx, NoPCS, NoI9.
func noCode(target string) bool { return len(target) > 2 && target[:2] == "No" }
