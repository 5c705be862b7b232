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
	strays, talk, named := survey(text, ms)
	for i := range ms {
		if afterName(text, ms[i].Start) {
			ms[i].Confidence = min(ms[i].Confidence, doubted)
		}
		if strays >= manyStrays && talk <= littleTalk || strays > manyStrays && named == 0 ||
			ms[i].System == Modifier && strays > 0 && talk == 0 || ms[i].System == HCPCS && strays > 1 && talk == 0 {
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

// survey counts the numbers of text that no mention covers, the words that go
// with codes, and those among them that name codes, modifiers or diagnoses.
func survey(text string, ms []Mention) (strays, talk, named int) {
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
			switch c := f.cue(i, e); {
			case c&(cueLabel|cueDx|cueMod|cueDenial) != 0:
				named++
				talk++
			case c&cueProc != 0:
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
	return strays, talk, named
}

// year tells whether a number is most likely the year of a date.
func year(w string) bool { return len(w) == 4 && (w[:2] == "19" || w[:2] == "20") }

// afterName tells whether the number at i stands in parentheses after a
// capitalised word in the middle of a sentence: "Sunnyside (11104)".
func afterName(text string, i int) bool {
	if i < 4 || text[i-1] != '(' || text[i-2] != ' ' {
		return false
	}
	e := i - 2
	b := e
	for b > 0 && class[text[b-1]]&isLetter != 0 {
		b--
	}
	return e-b > 2 && class[text[b]]&isUpper != 0 && class[text[b+1]]&isLower != 0 && b > 1 && text[b-1] == ' ' && text[b-2] != '.' && text[b-2] != '?'
}
