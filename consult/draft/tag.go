package draft

import "fmt"

// Tag returns the last line of a reply's Markdown, which names the case.
func Tag(caseID int64) string { return fmt.Sprintf(`\[case-%d\]`, caseID) }

// Escape returns a value as Markdown that stands for itself: one line, no
// markup, no control characters.
func Escape(s string) string { return string(esc(s)) }
