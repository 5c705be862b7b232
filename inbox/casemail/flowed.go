package casemail

import "strings"

// unflow joins the lines that format=flowed parted (RFC 3676): a line that ends
// in a blank goes on in the next of the same quote depth. The signature's
// "-- " never flows.
func unflow(s string, delsp bool) string {
	var b strings.Builder
	b.Grow(len(s))
	flowing, depth := false, 0
	for line := range strings.SplitSeq(s, "\n") {
		quote := 0
		for quote < len(line) && line[quote] == '>' {
			quote++
		}
		text := strings.TrimPrefix(line[quote:], " ") // space-stuffed
		if flowing && (quote != depth || text == "-- ") {
			b.WriteByte('\n')
			flowing = false
		}
		if !flowing {
			b.WriteString(line[:quote])
			if quote > 0 {
				b.WriteByte(' ')
			}
		}
		depth = quote
		flowing = strings.HasSuffix(text, " ") && text != "-- "
		if flowing && delsp {
			text = text[:len(text)-1]
		}
		b.WriteString(text)
		if !flowing {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
