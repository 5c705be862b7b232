package codeset

import (
	"regexp"
	"slices"
	"strings"
)

// ancestors returns the codes of the ICD-10-CM tree above code, nearest first,
// down to its category: S52.521A has S52.521, S52.52, S52.5, S52.
func ancestors(code string) []string {
	var up []string
	for n := len(code) - 1; n >= 3; n-- {
		if code[n-1] != '.' {
			up = append(up, code[:n])
		}
	}
	return up
}

// category is the three characters that an ICD-10-CM code begins with.
func category(code string) string { return code[:min(3, len(code))] }

// A reference is a code, alone, with the dash of its family, or with the code
// that it runs to.
var reference = regexp.MustCompile(`\b` + icdShape + `(?:\s?-\s?` + icdShape + `(?:\.?-)?|\.?-)?`)

const icdShape = `[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?`

// Refs reads the codes, ranges ("E08-E13") and families ("E11.-") that the text
// of an ICD-10-CM note names, in the order written, each once.
func Refs(text string) []string {
	refs := []string{}
	for _, at := range reference.FindAllStringIndex(text, -1) {
		if at[1] < len(text) && isWord(text[at[1]]) {
			continue // part of a longer word
		}
		if ref := strings.ReplaceAll(text[at[0]:at[1]], " ", ""); !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
