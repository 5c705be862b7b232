package code

import (
	"cmp"
	"slices"
	"strings"
)

// Accepted is the confidence from which a mention says that a code is named.
const Accepted = 0.5

// rival is how much less likely a second reading of a place may be to be kept
// beside the first.
const rival = 0.2

// Resolve decides over the candidates that Find returned for text. Status
// tells what the loaded code sets know of a code on the date of service; it
// may be nil, and may answer Unchecked: then shape and context decide alone.
// The result holds, in the order of the text, the accepted mentions
// (confidence from Accepted), every reading of an ambiguous place with the
// likelier first, and repairs with their note.
func Resolve(text string, cands []Mention, status func(Code) Status) []Mention {
	ms := slices.Clone(cands)
	for i := range ms {
		if status != nil {
			ms[i].Status = status(ms[i].Key())
			ms[i].hint.live = ms[i].known()
			ms[i].Confidence = clamp(ms[i].Confidence + ms[i].hint.live)
		}
	}
	ms = settleGroups(ms, status)
	slices.SortStableFunc(ms, func(a, b Mention) int { return cmp.Compare(a.Start, b.Start) })
	boostNeighbours(text, ms)
	boostRepeats(text, ms)
	boostCompany(text, ms)
	doubtBare(text, ms)
	slices.SortStableFunc(ms, func(a, b Mention) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(b.End, a.End))
	})
	ms = readings(ms)
	for i := 1; i < len(ms); i++ {
		a, m := ms[i-1], ms[i]
		ms[i].instead = procedure(a) && procedure(m) && m.Start >= a.End && worded(text[a.End:m.Start])
	}
	return ms
}

// worded tells whether words between two codes offer a choice. A slash may as
// well join what is billed together.
func worded(between string) bool {
	switch strings.Trim(strings.ToLower(between), " \t\r\n,") {
	case "or", "vs", "vs.", "versus", "or just", "or is it", "instead of", "rather than", "or should it be", "or do we use":
		return true
	}
	return false
}

// known is what the status of a code adds to its confidence.
func (m Mention) known() float64 {
	if m.System == Modifier { // that there is such a modifier does not mean that it was meant
		return 0
	}
	switch m.Status {
	case Valid:
		if m.System == ICD10CM && len(m.Code) == 3 {
			return 0.1 // B20 is a code and a bus
		}
		return 0.25
	case Deleted:
		return 0.15
	case Unknown:
		switch {
		case m.hint.named, m.Through != "", isFamily(m):
			return -0.1
		case distinctive(m):
			return -0.15
		case m.System == CPT && !isRepair(m), m.System == HCPCS:
			return -0.25 // people ask about codes that are gone
		}
		return -0.4
	}
	return 0
}

// distinctive tells whether nothing but a code looks like m: "M79.31",
// "T814XXA", "0042T".
func distinctive(m Mention) bool {
	switch m.System {
	case ICD10CM:
		return !isRepair(m) && (strings.Contains(m.Text, ".") || len(m.Code) == 8)
	case CPT:
		return m.Code[0] == '0' && m.Code[4] > '9'
	}
	return false
}

func isRepair(m Mention) bool { return strings.HasPrefix(m.Note, "read ") }

// settleGroups keeps the expansions of a short list where each of them is
// live, or where nothing is known and the shape convinces; else the written
// code alone, with the modifiers that the digits then are.
func settleGroups(ms []Mention, status func(Code) Status) []Mention {
	falls := make(map[int]bool)
	ranges := make(map[int]bool) // groups that are a range by suffix, which says all that its first code says
	for _, m := range ms {
		if m.hint.group == 0 || m.hint.lead {
			continue
		}
		ranges[m.hint.group] = m.Through != ""
		last := Code{m.System, cmp.Or(m.Through, m.Code)}
		if status != nil {
			if st := status(last); st == Unknown || st == Deleted {
				falls[m.hint.group] = true
			}
		}
		if m.Status != Unchecked && m.Status != Valid || !m.hint.shape {
			falls[m.hint.group] = true
		}
	}
	for i, m := range ms {
		if m.hint.lead && falls[m.hint.group] && len(m.Modifiers) == 0 {
			ms[i].Modifiers = m.hint.fallback
		}
	}
	return slices.DeleteFunc(ms, func(m Mention) bool {
		stands := m.hint.group > 0 && !falls[m.hint.group]
		return m.hint.probe || m.hint.wildcard && m.Status != Valid ||
			m.hint.group > 0 && !m.hint.lead && !stands ||
			m.hint.lead && stands && ranges[m.hint.group]
	})
}

// boostNeighbours believes codes more that are joined to each other: "11042,
// 97597", "E119 and Z794". ms is in the order of the text.
func boostNeighbours(text string, ms []Mention) {
	joined := make([]bool, len(ms))
	category := make([]bool, len(ms)) // three characters beside a diagnosis
	for i, m := range ms {
		for j := i + 1; j < len(ms) && ms[j].Start < m.End+16; j++ {
			if ms[j].Start >= m.End && ms[j].System != Modifier && m.System != Modifier && joins(text[m.End:ms[j].Start]) {
				joined[i], joined[j] = true, true
				if m.System == ICD10CM && ms[j].System == ICD10CM {
					category[i], category[j] = len(m.Code) == 3 && len(ms[j].Code) > 3, len(ms[j].Code) == 3 && len(m.Code) > 3
				}
			}
		}
	}
	for i := range ms {
		if joined[i] && (ms[i].Status != Unknown || ms[i].System == CPT && !isRepair(ms[i])) {
			ms[i].Confidence = clamp(ms[i].Confidence + 0.15)
			if category[i] {
				ms[i].Confidence = clamp(ms[i].Confidence + 0.2)
			}
		}
	}
}

// joins tells whether what stands between two codes makes them a list.
func joins(between string) bool {
	switch strings.Trim(strings.ToLower(fold(strings.ReplaceAll(between, "→", "->")).s), " \t\r\n") {
	case ",", "/", "+", "&", ";", "and", "or", "vs", "vs.", "versus", "with", "w/", ", and", ", or", "plus", "to", "for", "-", "->", "=>", "":
		return true
	}
	return false
}

// boostRepeats believes a doubtful modifier that is attached to a code
// elsewhere, "99214-25 … the 25 was on", and one that is spoken of where
// procedures are.
func boostRepeats(text string, ms []Mention) {
	attached := make(map[string]bool)
	procedures, numbers, letters := namesModifiers(text), false, false
	for _, m := range ms {
		procedures = procedures || m.Confidence >= Accepted && (m.System == Modifier || m.System == CARC || procedure(m))
		if m.hint.talk {
			numbers, letters = numbers || m.Code[0] <= '9', letters || m.Code[0] > '9'
		}
		for _, mod := range m.Modifiers {
			attached[mod] = true
		}
	}
	alone := listed(text, ms)
	for i, m := range ms {
		if m.hint.join && attached[m.Code] || m.hint.talk && m.Confidence < Accepted && (procedures || numbers && letters || alone) {
			ms[i].Confidence += 0.25
		}
	}
}

// listed tells whether text, as a subject may, is but two modifiers set against
// each other: "78 vs 58".
func listed(text string, ms []Mention) bool {
	if len(ms) != 2 || len(text) > 16 || !ms[0].hint.talk || !ms[1].hint.talk {
		return false
	}
	return strings.TrimSpace(text[:ms[0].Start]) == "" && strings.Trim(text[ms[1].End:], " ?\r\n") == "" && contrasts(text[ms[0].End:ms[1].Start])
}

// namesModifiers tells whether text has the word for modifiers.
func namesModifiers(text string) bool {
	return strings.Contains(text, "modif") || strings.Contains(text, "Modif") || strings.Contains(text, "MODIF") || strings.Contains(text, " mod ") || strings.Contains(text, " mods ")
}

// everyday are complete codes of three characters that mails name every day
// without a dot to know them by.
var everyday = set(`I10 Z23 R55 R42 R12 R21 R32 R34 R52 R54 R64 D62 D65 C61 C73 C20 B20 J40 J42 J22 J90 J00 J36 K30 K37 N10 N12 N19 N62 N72 L22 L42 L80 G35 E02 E65
	F39 F29 Z21 Z66 Z08 Z09`)

// boostCompany believes a doubtful mention for what else the text names: the
// same code beyond doubt ("c3490? no, C34.90"), its neighbour in the set, any
// code at all beside an everyday diagnosis, or nothing else in the whole text.
func boostCompany(text string, ms []Mention) {
	for i, m := range ms {
		switch {
		case m.Confidence >= Accepted || m.System == Modifier || m.hint.group > 0 || m.hint.wildcard || m.hint.probe:
		case m.System == ICD10CM && len(m.Code) == 3 && everyday[m.Code] && keeps(ms, m, func(o Mention) bool { return o.System != Modifier }):
			ms[i].Confidence += 0.3
		case keeps(ms, m, func(o Mention) bool { return o.System == m.System && o.Code == m.Code && o.Through == m.Through }):
			ms[i].Confidence = max(m.Confidence+0.25, 0.66)
		case m.System == ICD10CM && len(m.Text) == 4 && m.Confidence >= bareFour-0.01 && keeps(ms, m, func(o Mention) bool { return o.System == ICD10CM || procedure(o) }):
			ms[i].Confidence += 0.13
		case m.System == CPT && m.Confidence >= 0.35 && keeps(ms, m, func(o Mention) bool { return o.System == CPT && o.Code[:3] == m.Code[:3] }):
			ms[i].Confidence += 0.15
		case m.System == CPT && m.Code[0] == '0' && m.Code[4] <= '9' && m.Confidence >= 0.35 && keeps(ms, m, anesthesia):
			ms[i].Confidence += 0.15
		case isRepair(m) && keeps(ms, m, isRepair):
			ms[i].Confidence += 0.15
		case m.Through == "" && len(m.Text) >= 5 && (m.System == HCPCS || m.System == ICD10CM && (i == 0 || ms[i-1].Start < m.Start)) && strings.TrimSpace(text) == m.Text:
			ms[i].Confidence += 0.25
		}
	}
}

// anesthesia tells whether m is a modifier of anaesthesia alone.
func anesthesia(m Mention) bool {
	switch m.Code {
	case "QK", "QX", "QY", "QZ", "AA", "AD", "QS", "P1", "P2", "P3", "P4", "P5", "P6":
		return m.System == Modifier
	}
	return false
}

// keeps tells whether an accepted mention of another place than m's satisfies like.
func keeps(ms []Mention, m Mention, like func(Mention) bool) bool {
	return slices.ContainsFunc(ms, func(o Mention) bool {
		return o.Confidence >= Accepted && (o.Start >= m.End || o.End <= m.Start) && like(o)
	})
}

// readings keeps what is accepted and, where a place has two readings that
// are close, both. ms is sorted.
func readings(ms []Mention) []Mention {
	var out []Mention
	for i := 0; i < len(ms); {
		end := ms[i].End
		j := i + 1
		for j < len(ms) && ms[j].Start < end {
			end = max(end, ms[j].End)
			j++
		}
		out = append(out, place(ms[i:j])...)
		i = j
	}
	for i := range out {
		out[i].hint = hint{}
		out[i].Confidence = float64(int(out[i].Confidence*100+0.5)) / 100
	}
	return out
}

// place settles one place, whose readings overlap.
func place(ms []Mention) []Mention {
	slices.SortStableFunc(ms, func(a, b Mention) int { return cmp.Compare(b.Confidence, a.Confidence) })
	best := ms[0]
	if best.Confidence < Accepted {
		return nil
	}
	var kept []Mention
	for _, m := range ms {
		same := m.System == best.System && m.Start == best.Start && m.hint.wildcard == best.hint.wildcard
		switch {
		case m.System == Modifier && best.System == Modifier, m.hint.wildcard && best.hint.wildcard:
			kept = append(kept, m)
		case len(kept) > 0 && same:
		case m.Confidence > best.Confidence-rival-best.unfair(m) && m.Confidence >= Accepted-0.05:
			kept = append(kept, m)
		}
	}
	if len(kept) > 1 && kept[0].System != kept[1].System {
		for i := range kept {
			if kept[i].Note == "" {
				kept[i].Note = "also read as " + string(kept[(i+1)%len(kept)].System) + " " + kept[(i+1)%len(kept)].Code
			}
		}
	}
	return kept
}

// unfair is what m gained over other by a loaded set while no set was loaded
// that could have spoken for other.
func (m Mention) unfair(other Mention) float64 {
	if other.Status == Unchecked {
		return max(m.hint.live, 0)
	}
	return 0
}

func isFamily(m Mention) bool { return strings.HasPrefix(m.Note, "family ") }
