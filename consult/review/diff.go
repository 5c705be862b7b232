package review

import (
	"time"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// A diffPart is a run of words that stayed, came or went.
type diffPart struct {
	Op   string // "same", "ins", "del"
	Text string
}

// diffWords compares two texts by words. Each distinct word, run of space and
// punctuation mark stands for one rune of the library's alphabet.
func diffWords(from, to string) []diffPart {
	index := map[string]rune{}
	var words []string
	encode := func(s string) []rune {
		var out []rune
		for _, w := range split(s) {
			r, ok := index[w]
			if !ok {
				r = nth(len(words))
				index[w], words = r, append(words, w)
			}
			out = append(out, r)
		}
		return out
	}
	a, b := encode(from), encode(to)
	d := diffmatchpatch.New()
	d.DiffTimeout = time.Second
	diffs := d.DiffCleanupSemantic(d.DiffMainRunes(a, b, false))
	ops := map[diffmatchpatch.Operation]string{diffmatchpatch.DiffEqual: "same", diffmatchpatch.DiffInsert: "ins", diffmatchpatch.DiffDelete: "del"}
	var out []diffPart
	for _, part := range diffs {
		text := ""
		for _, r := range part.Text {
			text += words[number(r)]
		}
		out = append(out, diffPart{ops[part.Type], text})
	}
	return out
}

// The library builds strings of the runes, so surrogates are left out.
const (
	firstRune = 0x100
	surrogate = 0xD800
	gapWidth  = 0x800
)

func nth(n int) rune {
	r := rune(firstRune + n)
	if r >= surrogate {
		r += gapWidth
	}
	return r
}

func number(r rune) int {
	if r >= surrogate {
		r -= gapWidth
	}
	return int(r) - firstRune
}

// split cuts a text into words, single marks and single line ends.
func split(s string) []string {
	var out []string
	start := 0
	kindOf := func(r rune) int {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return 1
		case r == ' ' || r == '\t':
			return 2
		}
		return 0 // stands alone
	}
	last := -1
	for i, r := range s {
		k := kindOf(r)
		if i > 0 && (k != last || k == 0) {
			out = append(out, s[start:i])
			start = i
		}
		last = k
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}
