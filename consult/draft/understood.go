package draft

import "strings"

// thanks reports a mail that says thanks and nothing else: one that names
// nothing, or one whose codes stand only in the subject that it replies to.
func (c *caseView) thanks() bool {
	if _, said := c.fact("courtesy"); !said {
		return false
	}
	if replyPrefix.MatchString(flatten(c.in.Subject)) {
		return true
	}
	return len(c.in.Mentions) == 0 && len(c.in.Intents) == 0
}

// understood words the facts of a mail that names no code, from their normal
// forms and not from its text.
func (c *caseView) understood() Text {
	var out []string
	for _, f := range []struct{ name, before, after string }{
		{"procedure", "", ""}, {"technique", "", ""}, {"site", "", ""}, {"laterality", "", ""}, {"lesion_count", "", " lesions"}, {"size_cm", "", " cm"},
		{"drug", "", ""}, {"dose", "", ""}, {"days_after_surgery", "", " days after the surgery"}, {"surgery_date", "surgery on ", ""},
	} {
		if v, ok := c.fact(f.name); ok && v != "none" {
			out = append(out, f.before+v+f.after)
		}
	}
	return esc(strings.Join(out, ", "))
}
