package code

import "slices"

// Lines returns the claim that mentions, as accepted by Resolve, ask about:
// the procedure lines and the diagnoses, each once, in the order of the
// mentions. Body and subject count; quote, signature and attachments only
// where those name no code at all. Of an ambiguous place the likelier reading
// counts. Ranges, families and modifiers that stand alone are no lines.
func Lines(mentions []Mention) (lines []Line, dx []string) {
	if lines, dx = collect(mentions, func(region string) bool { return region == Body || region == Subject || region == "" }); len(lines)+len(dx) > 0 {
		return lines, dx
	}
	return collect(mentions, func(string) bool { return true })
}

func collect(mentions []Mention, counts func(region string) bool) (lines []Line, dx []string) {
	at := make(map[string]int)
	var last Mention // the mention of the place before
	for i, m := range mentions {
		if !counts(m.Region) {
			continue
		}
		if i > 0 && m.Region == last.Region && m.Start < last.End && last.Start < m.End {
			continue // a less likely reading
		}
		last = m
		if m.Through != "" || isFamily(m) || m.Confidence < Accepted {
			continue
		}
		switch m.System {
		case CPT, HCPCS, CDT:
			j, seen := at[m.Code]
			if !seen {
				j, at[m.Code] = len(lines), len(lines)
				lines = append(lines, Line{Code: m.Code})
			}
			lines[j].merge(m)
		case ICD10CM:
			if !slices.Contains(dx, m.Code) {
				dx = append(dx, m.Code)
			}
		}
	}
	return lines, dx
}

func (l *Line) merge(m Mention) {
	for _, mod := range m.Modifiers {
		if !slices.Contains(l.Modifiers, mod) {
			l.Modifiers = append(l.Modifiers, mod)
		}
	}
	l.Units = max(l.Units, m.Units)
}
