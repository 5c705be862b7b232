package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A sides is the sides of the body that something names.
type sides struct{ right, left bool }

func (s sides) any() bool           { return s.right || s.left }
func (s sides) both() bool          { return s.right && s.left }
func (s sides) and(o sides) sides   { return sides{s.right && o.right, s.left && o.left} }
func (s sides) or(o sides) sides    { return sides{s.right || o.right, s.left || o.left} }
func (s sides) minus(o sides) sides { return sides{s.right && !o.right, s.left && !o.left} }

func (s sides) String() string {
	switch {
	case s.both():
		return "both sides"
	case s.right:
		return "the right side"
	}
	return "the left side"
}

// laterality holds the sides in the diagnoses' official titles against those
// that the lines' modifiers name, or, where none does, against the side that is
// stated. The claim has no pointers from lines to diagnoses: a side contradicts
// only if no diagnosis that it could belong to agrees.
func (k *checker) laterality() {
	dx, unsided := k.sidedDx()
	by, lines := k.reportedSides()
	if !by.sides.any() {
		return
	}
	for _, c := range k.dx {
		if k.untitled(c) {
			k.skip("icd10cm.laterality", c, k.unanswered(c))
		}
	}
	var diagnosed sides
	for _, d := range dx {
		diagnosed = diagnosed.or(d.sides)
	}
	missing := by.sides.minus(diagnosed)
	for _, d := range dx {
		f := Finding{Rule: "icd10cm.laterality", Verdict: "conflict", Codes: []string{d.code}, Source: d.source,
			Lines: lines, Modifiers: by.modifiers}
		switch stated := k.statedSides(); {
		case !by.sides.and(diagnosed).any():
			f.Statement = k.say(d.source, "%s names %s, which contradicts %s", d.code, d.sides, by)
		case missing.any() && !unsided:
			f.Statement = k.say(d.source, "%s names %s, and no diagnosis on the claim names %s, which is named by %s", d.code, d.sides, missing, by.of(missing))
		case stated.any() && !stated.and(diagnosed).any():
			f.Statement = k.say(d.source, "%s names %s, but %s is stated", d.code, d.sides, stated)
		case d.sides.minus(by.sides).any():
			continue // it may belong to a line without a side
		default:
			k.sideAgrees(&f, d, dx, by)
		}
		k.add(f)
	}
}

// A sidedDx is a diagnosis whose official title names a side.
type sidedDx struct {
	code   string
	sides  sides
	parts  []string // fingers, toes and eyelids
	source codeset.Source
}

// sidedDx returns the diagnoses that name a side, and whether there are others,
// to which a line of any side may belong.
func (k *checker) sidedDx() (dx []sidedDx, unsided bool) {
	for _, c := range k.dx {
		cf, ok := k.diagnosis(c)
		s := titleSides(cf.Title)
		if !ok || !s.any() || cf.Status == code.Deleted || cf.Status == code.Unknown {
			unsided = true
			continue
		}
		dx = append(dx, sidedDx{c, s, titleParts(cf.Title), cf.Source})
	}
	return dx, unsided
}

// A reporting is the sides that the lines report, or the question states.
type reporting struct {
	sides     sides
	modifiers []string // that say so; none: it is stated in words
}

func (r reporting) String() string {
	if len(r.modifiers) == 0 {
		return fmt.Sprintf("the statement of %s", r.sides)
	}
	return modifierWord(r.modifiers) + " on the claim"
}

// of keeps of modifiers those that name one of the sides; a statement stays whole.
func (r reporting) of(s sides) (own reporting) {
	if len(r.modifiers) == 0 {
		return reporting{sides: r.sides.and(s)}
	}
	for _, m := range r.modifiers {
		if of := modifierSides(m); of.and(s).any() {
			own.modifiers, own.sides = append(own.modifiers, m), own.sides.or(of)
		}
	}
	return own
}

// modifierWord is "modifier RT", "modifiers RT and LT".
func modifierWord(modifiers []string) string {
	if len(modifiers) > 1 {
		return "modifiers " + list(modifiers)
	}
	return "modifier " + strings.Join(modifiers, "")
}

func (k *checker) reportedSides() (r reporting, lines []int) {
	for i, l := range k.c.Lines {
		for _, m := range l.Modifiers {
			s := modifierSides(m)
			if !s.any() {
				continue
			}
			r.sides = r.sides.or(s)
			if !slices.Contains(r.modifiers, m) {
				r.modifiers = append(r.modifiers, m)
			}
			if !slices.Contains(lines, i) {
				lines = append(lines, i)
			}
		}
	}
	if !r.sides.any() {
		r.sides = k.statedSides()
	}
	return r, lines
}

// linesWith are the indexes of the lines that bear one of the modifiers.
func (k *checker) linesWith(modifiers []string) (at []int) {
	for i, l := range k.c.Lines {
		if slices.ContainsFunc(l.Modifiers, func(m string) bool { return slices.Contains(modifiers, m) }) {
			at = append(at, i)
		}
	}
	return at
}

// statedSides is the fact laterality where one value is stated.
func (k *checker) statedSides() sides {
	v, _ := k.fact("laterality")
	return map[string]sides{"right": {right: true}, "left": {left: true}, "bilateral": {true, true}}[v]
}

// modifierSides returns the side of the body of an anatomic modifier: RT and LT,
// both of 50, eyelids E1-E2 left and E3-E4 right, fingers FA, F1-F4 left and
// F5-F9 right, toes TA, T1-T4 left and T5-T9 right (HCPCS descriptors; CPT
// Appendix A for 50). Coronary vessels have no side of the body.
func modifierSides(m string) sides {
	switch {
	case m == "50":
		return sides{true, true}
	case m == "RT" || m == "E3" || m == "E4":
		return sides{right: true}
	case m == "LT" || m == "E1" || m == "E2" || m == "FA" || m == "TA":
		return sides{left: true}
	case len(m) == 2 && (m[0] == 'F' || m[0] == 'T') && m[1] >= '1' && m[1] <= '9':
		return sides{right: m[1] >= '5', left: m[1] < '5'}
	}
	return sides{}
}

// sideless are the words of official titles whose right and left is no side of
// the body that a modifier could name: parts of the heart and great vessels, of
// the colon and the abdomen, the side that a stroke leaves paralysed against
// that of its cause, and what is left in the body.
var sideless = strings.Fields("heart ventricular atrial coronary fascicular bundle arch vena colitis colon quadrant dominant nondominant cerebral cerebellar accidentally")

// titleSides reads the sides out of an official ICD-10-CM title.
func titleSides(title string) sides {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return r < 'a' || r > 'z' })
	var s sides
	for _, w := range words {
		switch {
		case slices.Contains(sideless, w):
			return sides{}
		case w == "bilateral":
			return sides{true, true}
		}
		s.right, s.left = s.right || w == "right", s.left || w == "left"
	}
	if s.both() {
		return sides{}
	}
	return s
}
