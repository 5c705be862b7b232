package draft

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is a value that stands for itself in Markdown: white space collapsed,
// control and format characters dropped, everything that could start markup
// escaped. Only esc makes one from words that were not ours.
type Text string

// always are the marks that can start or end markup wherever they stand.
const always = "\\`*_[]<>&~|#@"

// esc makes a Text of s. ECOSYSTEM.md recipe 4 escapes every punctuation mark;
// the coder edits this Markdown by hand, so a mark is left alone where it cannot
// begin anything: "99213-25" and "2024-08-15" stay readable. What begins a value
// may begin a line, so there every mark is escaped, and a dot or bracket after
// leading digits (an ordered list), unless a digit follows ("1.2 cm"). FuzzEsc holds this against goldmark.
func esc(s string) Text {
	var b strings.Builder
	s = flatten(s)
	lead := true // only digits so far
	for i, r := range s {
		switch {
		case i == 0 && isMark(r),
			strings.ContainsRune(always, r),
			lead && (r == ')' || r == '.' && !digitAt(s, i+1)),
			r == ':' && strings.HasPrefix(s[i+1:], "/"),
			r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteByte('\\')
		}
		lead = lead && r >= '0' && r <= '9'
		b.WriteRune(r)
	}
	return Text(b.String())
}

func digitAt(s string, i int) bool { return i < len(s) && s[i] >= '0' && s[i] <= '9' }

// isMark reports ASCII punctuation, the set that a backslash escapes
// (CommonMark 0.31, section 2.4).
func isMark(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsPunct(r) || unicode.IsSymbol(r))
}

// flatten returns s in one line: valid UTF-8, white space collapsed, control
// and format characters (bidirectional overrides among them) dropped.
func flatten(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
