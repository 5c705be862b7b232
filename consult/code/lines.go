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
	sided := make(map[string]string)
	for i, m := range mentions {
		if !counts(m.Region) {
			continue
		}
		if i > 0 && m.Region == last.Region && m.Start < last.End && last.Start < m.End {
			continue // a less likely reading
		}
		before := last
		last = m
		if m.Through != "" || isFamily(m) || m.Confidence < Accepted {
			continue
		}
		switch m.System {
		case CPT, HCPCS, CDT:
			if bindsTo(before, m) {
				m.Modifiers = append([]string{before.Code}, m.Modifiers...)
			}
			j, seen := at[m.Code]
			if s := side(m); s != "" {
				seen = seen && (sided[m.Code] == "" || sided[m.Code] == s) // the other side is a line of its own
				sided[m.Code] = s
			}
			if !seen {
				j, at[m.Code] = len(lines), len(lines)
				lines = append(lines, Line{Code: m.Code, Or: m.instead && len(lines) > 0 && lines[len(lines)-1].Code == before.Code})
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

// bindsTo tells whether a modifier that stands alone is put on the code after
// it by the one short word between them: "25 on 20610", "59 to 99213".
func bindsTo(mod, m Mention) bool {
	const short = len(" on ")
	return mod.System == Modifier && mod.Region == m.Region && mod.Confidence >= Accepted && m.Start-mod.End == short
}

// side is the one side that a mention's modifiers name, else empty.
func side(m Mention) string {
	right, left := slices.Contains(m.Modifiers, "RT"), slices.Contains(m.Modifiers, "LT")
	switch {
	case right == left:
		return ""
	case right:
		return "RT"
	}
	return "LT"
}

func (l *Line) merge(m Mention) {
	for _, mod := range m.Modifiers {
		if !slices.Contains(l.Modifiers, mod) {
			l.Modifiers = append(l.Modifiers, mod)
		}
	}
	l.Units = max(l.Units, m.Units)
}
