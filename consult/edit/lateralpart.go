package edit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// modifierPart returns the finger, toe or eyelid that a modifier names, "" for any
// other: digits are counted from the thumb and the great toe (HCPCS descriptors of
// E1-E4, FA-F9 and TA-T9, "left hand, second digit").
func modifierPart(m string) string {
	switch {
	case m == "E1" || m == "E3":
		return "upper eyelid"
	case m == "E2" || m == "E4":
		return "lower eyelid"
	case m == "TA" || m == "T5":
		return "great toe"
	case len(m) != 2 || !modifierSides(m).any() || m[0] != 'F' && m[0] != 'T':
		return ""
	case m[0] == 'T':
		return "lesser toe"
	case m == "FA":
		return "thumb"
	}
	return []string{"thumb", "index finger", "middle finger", "ring finger", "little finger"}[(m[1]-'0')%5]
}

var titlePart = regexp.MustCompile(`\b(?:thumb|(?:index|middle|ring|little) finger|(?:great|lesser) toe|(?:upper and lower|upper|lower) eyelid)`)

// titleParts reads the fingers, toes and eyelids out of an official ICD-10-CM title.
func titleParts(title string) (parts []string) {
	for _, p := range titlePart.FindAllString(strings.ToLower(title), -1) {
		if p == "upper and lower eyelid" {
			parts = append(parts, "upper eyelid")
			p = "lower eyelid"
		}
		parts = append(parts, p)
	}
	return unique(parts)
}

// partKind is what a part is one of: "finger", "toe" or "eyelid".
func partKind(part string) string {
	if part == "thumb" {
		return "finger"
	}
	return part[strings.LastIndexByte(part, ' ')+1:]
}

// sideAgrees is about a diagnosis whose side is reported. It agrees with the
// modifiers of its own side alone; those of a finger, toe or eyelid must name that
// of the title too, where the title tells it. What is reported and has no diagnosis
// of its side is said.
func (k *checker) sideAgrees(f *Finding, d sidedDx, dx []sidedDx, by reporting) {
	own := by.of(d.sides)
	f.Verdict, f.Modifiers, f.Lines = "consistent", own.modifiers, k.linesWith(own.modifiers)
	said, end := fmt.Sprintf("%s names %s, which agrees with ", d.code, d.sides), own.String()
	if own.sides.minus(d.sides).any() {
		said += "one side of "
	}
	var of []string
	for _, m := range own.modifiers {
		if p := modifierPart(m); p != "" {
			of = append(of, p)
		}
	}
	if len(of) > 0 && len(of) == len(own.modifiers) { // RT, LT and 50 tell no part
		kind := partKind(of[0])
		tells := slices.DeleteFunc(slices.Clone(d.parts), func(p string) bool { return partKind(p) != kind })
		switch {
		case len(tells) == 0:
			said += "the side of "
			end += fmt.Sprintf("; its title does not tell the %s, so only the side was compared", kind)
		case slices.ContainsFunc(tells, func(p string) bool { return slices.Contains(of, p) }):
			said = fmt.Sprintf("%s names %s and the %s, which agrees with ", d.code, d.sides, list(tells))
		case k.otherPart(d, dx, kind, of):
			said += "the side of "
			end += fmt.Sprintf("; it names the %s and %s the %s, so that line needs another diagnosis", list(tells), modifierWord(own.modifiers), list(unique(of)))
		default:
			f.Verdict = "conflict"
			said = fmt.Sprintf("%s names the %s, which contradicts ", d.code, list(tells))
			end += ", the " + list(unique(of))
		}
	}
	f.Statement = k.say(d.source, "%s", said+end+k.undiagnosed(dx, by)+k.onlyOther(d, dx, by))
}

// undiagnosed says which reported side no diagnosis of the claim names.
func (k *checker) undiagnosed(dx []sidedDx, by reporting) string {
	var diagnosed sides
	for _, d := range dx {
		diagnosed = diagnosed.or(d.sides)
	}
	missing := by.sides.minus(diagnosed)
	if !missing.any() || len(by.modifiers) == 0 {
		return ""
	}
	return fmt.Sprintf("; no diagnosis on the claim names %s, which is named by %s", missing, modifierWord(by.of(missing).modifiers))
}

// onlyOther says what the claim has for the other side of a procedure that is
// reported on both, where no diagnosis of that side is of the same category.
func (k *checker) onlyOther(d sidedDx, dx []sidedDx, by reporting) string {
	rest := by.sides.minus(d.sides)
	own, other := k.linesWith(by.of(d.sides).modifiers), k.linesWith(by.of(rest).modifiers)
	if !rest.any() || !slices.ContainsFunc(own, func(i int) bool {
		return slices.ContainsFunc(other, func(j int) bool { return k.c.Lines[i].Code == k.c.Lines[j].Code })
	}) {
		return ""
	}
	var has []string
	for _, o := range dx {
		if o.sides.and(rest).any() {
			has = append(has, o.code)
		}
	}
	if len(has) == 0 || slices.ContainsFunc(has, func(c string) bool { return cut(c, 3) == cut(d.code, 3) }) {
		return ""
	}
	return fmt.Sprintf("; for %s, which is named by %s, the claim has only %s", rest, modifierWord(by.of(rest).modifiers), some(has))
}

// otherPart says whether another diagnosis may be that of the modifiers: one that
// tells no part of the kind, or one that they name.
func (k *checker) otherPart(d sidedDx, dx []sidedDx, kind string, of []string) bool {
	return slices.ContainsFunc(k.dx, func(c string) bool {
		if c == d.code {
			return false
		}
		at := slices.IndexFunc(dx, func(o sidedDx) bool { return o.code == c })
		if at < 0 {
			return true
		}
		tells := slices.DeleteFunc(slices.Clone(dx[at].parts), func(p string) bool { return partKind(p) != kind })
		return len(tells) == 0 || slices.ContainsFunc(tells, func(p string) bool { return slices.Contains(of, p) })
	})
}
