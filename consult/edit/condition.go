package edit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// noteNames says whether a note names the code, or may name it: because the
// code is a header above what it names, or because what limits the reference in
// the note's text ("T36-T50 with fifth or sixth character 5") cannot be told of
// the code. only is that limit, where it left the question open.
func noteNames(n codeset.Note, c string) (names, mayName bool, only string) {
	for i, r := range n.Refs {
		one, may := refers([]string{r}, c)
		if l := limit(n.Text, n.Refs[i:]); l != "" && (one || may) {
			met, known := meets(l, undot(c))
			if !known {
				only = l
			}
			one, may = one && met && known, !known || may && met
		}
		names, mayName = names || one, mayName || may
	}
	return names, mayName && !names, only
}

// limit returns the words that limit the first of the references: "with fifth or
// sixth character 5". They may stand behind a list of references, "F10, F13, F19
// with .26", and then limit them all. It is "" where the reference stands for
// all its codes.
func limit(text string, refs []string) string {
	for i, r := range refs {
		rest := behind(text, r)
		if m := limits.FindStringSubmatch(rest); m != nil {
			words, _, _ := strings.Cut(m[1], ", if ")
			return strings.TrimRight(words, " ,;.")
		}
		next := strings.TrimLeft(rest, ", ")
		if i+1 == len(refs) || !strings.HasPrefix(rest, ",") || !strings.HasPrefix(next, refs[i+1]) {
			break
		}
	}
	return ""
}

var limits = regexp.MustCompile(`(?i)^[.\s)\]-]*,?\s*(with\s+(?:[^()]*\bcharacters?\b|\.\d)[^()]*)`)

// behind returns the text behind a reference, which is written without blanks.
func behind(text, ref string) string {
	for at := range len(text) {
		rest, i := text[at:], 0
		for rest != "" && i < len(ref) && (rest[0] == ref[i] || rest[0] == ' ' && i > 0) {
			if rest[0] == ref[i] {
				i++
			}
			rest = rest[1:]
		}
		if i == len(ref) {
			return rest
		}
	}
	return ""
}

var (
	// with fifth or sixth character 1-4 or 6: the one that tells the intent
	intentLimit = regexp.MustCompile(`(?i)^with (?:fifth|5th) or (?:six|sixth|6th) characters? ([\d-]+(?: or [\d-]+)*)$`)
	// with sixth character 5; with 7th character B or C; with final characters -23
	placeLimit = regexp.MustCompile(`(?i)^with (fourth|fifth|sixth|seventh|final|[4-7]th)(?: to (fourth|fifth|sixth|seventh|[4-7]th))?[ -]characters? [.-]?([0-9A-Z-]+(?: or [0-9A-Z]+)*)$`)
	// with .14, .24, .94; with .51-.52: what stands behind the dot
	dotLimit = regexp.MustCompile(`^with ((?:\.\d[-.,\d ]*)+)$`)
)

// meets says whether an undotted code meets a limit, and whether that can be
// told at all: not of a limit in other words, nor of a code too short for it.
func meets(limit, u string) (met, known bool) {
	if m := intentLimit.FindStringSubmatch(limit); m != nil {
		if len(u) < 7 {
			return false, false
		}
		intent := u[5:6]
		if intent == "X" {
			intent = u[4:5]
		}
		return allowed(m[1], intent), true
	}
	if m := placeLimit.FindStringSubmatch(limit); m != nil {
		return meetsPlace(strings.ToLower(m[1]), strings.ToLower(m[2]), m[3], u)
	}
	if m := dotLimit.FindStringSubmatch(limit); m != nil {
		return meetsDots(m[1], u)
	}
	return false, false
}

func meetsPlace(place, through, want, u string) (met, known bool) {
	if place == "final" {
		return strings.HasSuffix(u, want), len(u) >= 6
	}
	from := placeOf(place)
	to := from
	if through != "" {
		to = placeOf(through)
	}
	if len(u) < to {
		return false, false
	}
	return allowed(want, u[from-1:to]), true
}

// placeOf counts the place of a character from 1: "fifth" and "5th" are 5.
func placeOf(word string) int {
	if i := slices.Index([]string{"fourth", "fifth", "sixth", "seventh"}, word); i >= 0 {
		return i + 4
	}
	n, _ := strconv.Atoi(word[:1])
	return n
}

// allowed says whether a list like "1-4 or 6" has the characters.
func allowed(list, got string) bool {
	for part := range strings.SplitSeq(list, " or ") {
		lo, hi, span := strings.Cut(part, "-")
		if part == got || span && lo <= got && got <= hi {
			return true
		}
	}
	return false
}

func meetsDots(list, u string) (met, known bool) {
	have := u[min(3, len(u)):]
	known = true
	for _, part := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		lo, hi, _ := strings.Cut(strings.Trim(part, ".-"), "-")
		if hi = strings.TrimLeft(hi, "."); hi == "" {
			hi = lo
		}
		switch got := cut(have, len(lo)); {
		case len(got) < len(lo):
			known = known && !strings.HasPrefix(lo, got)
		case lo <= got && got <= hi:
			return true, true
		}
	}
	return false, known
}
