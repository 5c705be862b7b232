package code

// doubted is what a number alone is worth at most in a text where nothing else
// says that codes are spoken of, while other numbers show that it is full of
// identifiers, dates or money.
const doubted = 0.4

// bare tells whether m rests on its number and the words around it alone.
func (m Mention) bare() bool {
	switch m.System {
	case CPT, HCPCS:
		return len(m.Modifiers) == 0 && m.Units == 0 && !m.hint.named && !isRepair(m)
	case ICD10CM:
		return !distinctive(m) && !m.hint.named && !isFamily(m) && !isRepair(m)
	case ICD10PCS, CDT:
		return true
	}
	return false
}

// doubtBare caps the confidence of the bare mentions of a text without a sure one.
func doubtBare(text string, ms []Mention) {
	bare := 0
	for _, m := range ms {
		switch {
		case m.Confidence < Accepted:
		case m.System == Modifier && m.Confidence < 0.8 || m.bare():
			bare++
		default:
			return
		}
	}
	if bare == 0 {
		return
	}
	strays, talk := survey(text, ms)
	for i := range ms {
		if strays >= manyStrays && talk <= littleTalk || ms[i].System == Modifier && strays > 0 && talk == 0 {
			ms[i].Confidence = min(ms[i].Confidence, doubted)
		}
	}
}

// Where so many numbers are none of ours and so few words speak of codes, a
// number that only looks like a code is none.
const (
	manyStrays = 3
	littleTalk = 1
)

// survey counts the numbers of text that no mention covers, and the words that
// go with codes.
func survey(text string, ms []Mention) (strays, talk int) {
	f := folded{text: text, s: text}
	at := 0
	for i := 0; i < len(text); {
		if class[text[i]]&isWord == 0 {
			i++
			continue
		}
		e := f.run(i, isWord)
		digits := 0
		for j := i; j < e; j++ {
			if class[text[j]]&isDigit != 0 {
				digits++
			}
		}
		if digits == 0 {
			if c := f.cue(i, e); c&(cueProc|cueDx|cueMod) != 0 {
				talk++
			}
		} else if digits >= 3 && !year(text[i:e]) {
			for at < len(ms) && ms[at].End <= i {
				at++
			}
			if at == len(ms) || ms[at].Start >= e {
				strays++
			}
		}
		i = e
	}
	return strays, talk
}

// year tells whether a number is most likely the year of a date.
func year(w string) bool { return len(w) == 4 && (w[:2] == "19" || w[:2] == "20") }
