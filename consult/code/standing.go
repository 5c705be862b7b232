package code

import "strings"

// talked is the confidence of a modifier that stands alone in a clause about
// it. Resolve believes it where the text names a procedure or another modifier.
const talked = 0.42

// distinctive modifiers are the letters that stand for nothing else in a mail
// about codes.
var distinctiveModifiers = set(`XE XP XS XU QK QX QY QZ QW JW JZ JG TB KX CQ FQ FS GZ GY GX KH KI KJ RR NU UE CT GV GW GQ GT LD LC RC LM`)

// standing reads a modifier of two capitals that belongs to no code: "the FS
// modifier", "QK and QX", "append XS", "KX on 97110", "AI is for the admitting".
// It returns where to go on.
func (s *scan) standing(i int) int {
	if !s.is(i+1, isUpper) || s.is(i+2, isWord) || s.is(i-1, isWord) {
		return i + 1
	}
	m := s.s[i : i+2]
	kind := modifiers[pair(m[0], m[1])]
	if kind&modifierKnown == 0 {
		if !s.rideAt(i, i+2) {
			return i + 1
		}
		kind = modifierKnown
	}
	if s.tabled(i) && s.cellAt(i).kind == colMods {
		return s.cellAt(i).e
	}
	if s.has(i-1, ".@/_&") && s.is(i-2, isWord) || s.has(i+2, "@_&") || s.has(i+2, ".") && s.is(i+3, isLetter) {
		return i + 1
	}
	confidence, join, talk := s.standingWeight(m, kind, i, i+2)
	if confidence == 0 {
		return i + 1
	}
	p := len(s.out)
	end := s.modifierList(i, confidence)
	for ; p < len(s.out); p++ {
		s.out[p].hint.join, s.out[p].hint.talk = join, talk
	}
	return max(end, i+1)
}

// ordered are risky modifiers that an article makes no state or title of:
// "need the GA".
var ordered = set(`GA AS AT CR SL CS KS`)

// standingWeight is the confidence that the capitals m at s[b:e] are a
// modifier, and what must hold besides.
func (s *scan) standingWeight(m string, kind modifierKind, b, e int) (confidence float64, join, talk bool) {
	risky, side := kind&modifierRisky != 0, m == "RT" || m == "LT"
	nb, ne, after := s.wordAfter(e, "'\",/&+-()")
	var next cue
	if after {
		next = s.cue(nb, ne)
		if next&cueMod != 0 && s.has(e, " /'\"-") || s.listThenMod(e) {
			return 0.9, false, false
		}
		if s.s[nb:ne] == "on" && s.codeAfter(ne) && (!risky || !s.within(b)) {
			return 0.75, false, false
		}
		if s.s[nb:ne] == "on" && side && s.lineAfter(ne) {
			return talked, false, true
		}
	}
	if pb, pe, ok := s.wordBefore(b, "-'\"("); ok && !s.has(pe, ".\n") {
		word := string(s.lower(pb, pe, new([20]byte)))
		c := s.cue(pb, pe)
		appends := c&cueAppend != 0 && c&cueJoin == 0 && word != "w"
		if word == "a" || word == "an" || word == "the" {
			if ab, ae, ok := s.wordBefore(pb, ""); ok {
				appends = s.cue(ab, ae)&cueAppend != 0
			}
		}
		if appends && risky && word == "the" && ordered[m] {
			return talked, false, true
		}
		if word == "under" && m == "GA" && s.billedBefore(pb) {
			return talked, false, true
		}
		if appends && !risky && (!side || s.closes(e)) && (word != "with" && word != "without" || s.closes(e) || distinctiveModifiers[m]) {
			if !distinctiveModifiers[m] && !s.closes(e) {
				return talked, false, true
			}
			return 0.7, false, false
		}
	}
	if side && s.swapped(b, e, nb, ne) {
		return 0.6, false, false
	}
	if risky && after && s.goesWhere(b, nb, ne) {
		return talked, false, true
	}
	if risky {
		if after && s.has(e, " ") && s.aboutModifier(nb, ne) || s.asked(b, e) {
			return 0.4, true, false
		}
		return 0, false, false
	}
	if other, k := s.partner(e, nb, ne, next); after && other != "" && k&modifierRisky == 0 && (!side || other[0] <= '9' || s.afterMod(b)) {
		return 0.62, false, false
	}
	if side && after && (s.s[nb:ne] == "RT" || s.s[nb:ne] == "LT" || s.s[nb:ne] == "50") {
		if ob, oe, ok := s.wordAfter(ne, ""); ok && s.s[ob:oe] == "on" && s.codeAfter(oe) {
			return 0.62, false, false
		}
	}
	switch {
	case distinctiveModifiers[m]:
		return talked, false, true
	case after && s.has(e, " ") && (s.aboutModifier(nb, ne) || !side && s.s[nb:ne] == "for"), s.asked(b, e):
		return talked, false, true
	case s.is(e-1, isDigit) && s.wondered(b, e):
		return talked, false, true
	case side:
		return 0, false, false
	}
	if pb, pe, ok := s.wordBefore(b, "-'\"("); ok && !s.has(pe, ".\n") && s.handled(pb, pe) && (s.closes(e) || s.has(e, " ") && after && s.goesOn(nb, ne)) {
		return talked, false, true
	}
	return 0.4, true, false
}

// goesWhere tells whether a question asks where the modifier at b goes, whose
// next word is s[nb:ne]: "does AS go on the PA's line".
func (s *scan) goesWhere(b, nb, ne int) bool {
	pb, pe, ok := s.wordBefore(b, "")
	if !ok {
		return false
	}
	switch string(s.lower(pb, pe, new([20]byte))) {
	case "does", "should", "would", "can", "must", "the":
	default:
		return false
	}
	switch string(s.lower(nb, ne, new([20]byte))) {
	case "go", "goes", "apply", "applies", "belong", "belongs":
		return true
	}
	return false
}

// wondered tells whether a clause asks, with or without its mark, whether it is
// the modifier s[b:e]: "is it Q5 or", "is that Q6".
func (s *scan) wondered(b, e int) bool {
	pb, pe, ok := s.wordBefore(b, "")
	if !ok {
		return false
	}
	switch string(s.lower(pb, pe, new([20]byte))) {
	case "it", "that", "this", "be", "was":
	default:
		return false
	}
	nb, ne, ok := s.wordAfter(e, ",")
	return s.closes(e) || ok && s.cue(nb, ne)&cueJoin != 0
}

// rideAt tells whether s[b:e] is an ambulance's origin and destination where
// one is spoken of.
func (s *scan) rideAt(b, e int) bool {
	return e-b == 2 && s.is(b, isUpper) && s.is(b+1, isUpper) && strings.IndexByte(rides, s.s[b]) >= 0 && strings.IndexByte(rides, s.s[b+1]) >= 0 && s.speaksOf().rides
}

// billedBefore tells whether the word before b speaks of billing.
func (s *scan) billedBefore(b int) bool {
	pb, pe, ok := s.wordBefore(b, "")
	if !ok {
		return false
	}
	if c := s.cue(pb, pe); c&cueProc != 0 {
		return true
	}
	switch string(s.lower(pb, pe, new([20]byte))) {
	case "go", "goes", "went", "it", "file", "filed", "sent", "them":
		return true
	}
	return false
}

// swapped tells whether one side stands for the other at s[b:e], whose next
// word is s[nb:ne]: "RT for the LT", "LT instead of RT", "LT not RT".
func (s *scan) swapped(b, e, nb, ne int) bool {
	other := "LT"
	if s.s[b:e] == "LT" {
		other = "RT"
	}
	if s.sideWord(nb, ne) {
		for range 3 {
			var ok bool
			if nb, ne, ok = s.wordAfter(ne, "'\""); !ok {
				return false
			}
			if s.s[nb:ne] == other {
				return true
			}
			if !s.sideWord(nb, ne) {
				return false
			}
		}
		return false
	}
	i := b
	for range 3 {
		pb, pe, ok := s.wordBefore(i, "'\"")
		if !ok {
			return false
		}
		if s.s[pb:pe] == other {
			return i < b
		}
		if !s.sideWord(pb, pe) {
			return false
		}
		i = pb
	}
	return false
}

func (s *scan) sideWord(b, e int) bool {
	switch string(s.lower(b, e, new([20]byte))) {
	case "for", "the", "instead", "of", "not", "rather", "than", "where", "when", "over":
		return true
	}
	return false
}

// listThenMod tells whether a list of modifiers goes on after e and the word
// for them follows it: "25 and 59 modifiers".
func (s *scan) listThenMod(e int) bool {
	for n := range 4 {
		b, we, ok := s.wordAfter(e, "'\",/&+-")
		if !ok {
			return false
		}
		c := s.cue(b, we)
		if c&cueMod != 0 {
			return n > 0
		}
		if c&cueJoin != 0 {
			if b, we, ok = s.wordAfter(we, "-"); !ok {
				return false
			}
		} else if !s.joined(e, b) {
			return false
		}
		if m, _ := s.modifierAt(b, we); m == "" {
			return false
		}
		e = we
	}
	return false
}

// within tells whether the word before b puts what follows in a place: "in GA".
func (s *scan) within(b int) bool {
	pb, pe, ok := s.wordBefore(b, ",")
	if !ok {
		return false
	}
	switch string(s.lower(pb, pe, new([20]byte))) {
	case "in", "from", "at", "of", "our", "the", "a", "by", "dr":
		return true
	}
	return s.has(pe, ",")
}

// lineAfter tells whether a claim line is named after e: "RT on one line".
func (s *scan) lineAfter(e int) bool {
	for range 3 {
		b, we, ok := s.wordAfter(e, "")
		if !ok {
			return false
		}
		switch string(s.lower(b, we, new([20]byte))) {
		case "line", "lines", "other", "both", "each", "second", "first":
			return true
		}
		e = we
	}
	return false
}

// afterMod tells whether a word for modifiers stands shortly before b.
func (s *scan) afterMod(b int) bool {
	for range 3 {
		wb, we, ok := s.wordBefore(b, ",/'\"-&")
		if !ok {
			return false
		}
		if s.cue(wb, we)&cueMod != 0 {
			return true
		}
		b = wb
	}
	return false
}

// aboutModifier tells whether the word s[b:e] goes on about a modifier: "is",
// "goes", "needed".
func (s *scan) aboutModifier(b, e int) bool {
	switch string(s.lower(b, e, new([20]byte))) {
	case "is", "was", "are", "were", "goes", "go", "belongs", "belong", "applies", "apply", "needed", "required", "allowed", "missing", "appended", "attached",
		"enough", "ok", "okay", "right", "correct", "wrong", "appropriate", "instead", "necessary", "valid", "help", "helps", "work", "works", "bypass",
		"bypasses", "justified", "on", "sufficient", "supported", "warranted", "then", "does", "didn", "doesn", "alone", "too", "itself", "here", "payable", "come", "comes":
		return true
	}
	return false
}

// asked tells whether the clause ends after e with a question about what
// stands at s[b:e]: "or just 59?", "why XU?".
func (s *scan) asked(b, e int) bool {
	if !s.has(e, "?") {
		return false
	}
	pb, pe, ok := s.wordBefore(b, "-'\"")
	if !ok {
		return false
	}
	switch string(s.lower(pb, pe, new([20]byte))) {
	case "or", "not", "just", "why", "the", "about", "with", "without", "use", "need", "and", "vs", "versus", "maybe", "only", "it", "be":
		return true
	case "that", "is":
		return s.is(e-1, isDigit) && s.is(b, isUpper)
	case "over", "before":
		return s.ranked(pb)
	}
	return false
}

// ranked tells whether a modifier, or the verb after one, stands before the
// word at b that sets it over another: "XS over 59", "should Q8 come before 59".
func (s *scan) ranked(b int) bool {
	i := b
	for range 2 {
		wb, we, ok := s.wordBefore(i, "-'\"")
		if !ok {
			return false
		}
		if m, _ := s.modifierAt(wb, we); m != "" {
			return true
		}
		switch string(s.lower(wb, we, new([20]byte))) {
		case "come", "comes", "go", "goes", "be", "win", "wins", "rank", "ranks":
		default:
			return false
		}
		i = wb
	}
	return false
}

// discussed tells whether the two digits s[b:e] are spoken of as a modifier:
// "is 59 enough", "24 or 25?", "why 25?".
func (s *scan) discussed(b, e int) bool {
	pb, pe, before := s.wordBefore(b, "-'\",(")
	if before && s.counts(pb, pe) {
		word := string(s.lower(pb, pe, new([20]byte)))
		if pe-pb == 5 && s.has(pe, ",") && s.has(e, " ") { // "11750, 59 not needed"
			nb, ne, ok := s.wordAfter(e, "")
			return ok && (s.s[nb:ne] == "not" && s.notNeeded(ne) || s.aboutModifier(nb, ne) && s.s[nb:ne] != "on")
		}
		return (word == "over" || word == "before") && s.closes(e) && s.ranked(pb)
	}
	nb, ne, after := s.wordAfter(e, "'\",/)")
	if after {
		c := s.cue(nb, ne)
		if other, _ := s.partner(e, nb, ne, c); other != "" && s.s[nb:ne] != "and" {
			ob, oe := nb, ne
			if c&cueJoin != 0 {
				ob, oe, _ = s.wordAfter(ne, "-")
			}
			wb, we, more := s.wordAfter(oe, "")
			if s.has(e, ",") || s.has(oe, ",") { // "58, 78 or 79?": the list must end in a choice
				return s.choiceAfter(oe)
			}
			return !s.measureAfter(oe) && (s.closes(oe) || more && (s.aboutModifier(wb, we) || stopWord(string(s.lower(wb, we, new([20]byte)))))) && ob > 0
		}
	}
	if !before || s.has(pe, ".?!\n:") {
		return after && s.has(e, " ") && (s.aboutModifier(nb, ne) || s.s[nb:ne] == "not" && s.notNeeded(ne)) || s.has(e, "?") && (s.has(pe, ".?") || !before && s.endedBefore(b))
	}
	if s.asked(b, e) {
		return true
	}
	if s.closes(e) && s.quoted(pb, pe) {
		return true
	}
	if s.handled(pb, pe) && (s.closes(e) || after && s.goesOn(nb, ne)) {
		return true
	}
	if !after || !s.has(e, " ") || !s.aboutModifier(nb, ne) {
		return false
	}
	switch string(s.lower(pb, pe, new([20]byte))) {
	case "is", "not", "just", "why", "does", "will", "would", "think", "the", "a", "that", "only", "or", "our", "his", "her", "their", "if", "so", "and", "but", "say", "says", "was", "should":
		return true
	}
	return false
}

// notNeeded tells whether what follows "not" at e goes on about a modifier.
func (s *scan) notNeeded(e int) bool {
	b, we, ok := s.wordAfter(e, "")
	return ok && s.aboutModifier(b, we)
}

// endedBefore tells whether a sentence ended before the blanks before b.
func (s *scan) endedBefore(b int) bool {
	for s.has(b-1, " ") {
		b--
	}
	return s.has(b-1, ".?!")
}

// goesOn tells whether a clause goes on with the word s[b:e] after a modifier
// that was its object.
func (s *scan) goesOn(b, e int) bool {
	word := string(s.lower(b, e, new([20]byte)))
	switch word {
	case "from", "already", "there", "please", "again", "back", "off", "after", "before", "since", "rather", "we", "they", "i", "separately", "appended":
		return true
	}
	return stopWord(word) || s.aboutModifier(b, e)
}

// choiceAfter tells whether "or", another modifier and the end of the clause
// follow i.
func (s *scan) choiceAfter(i int) bool {
	b, e, ok := s.wordAfter(i, ",")
	if !ok || s.cue(b, e)&cueJoin == 0 || s.s[b:e] == "and" {
		return false
	}
	if b, e, ok = s.wordAfter(e, "-"); !ok {
		return false
	}
	m, _ := s.modifierAt(b, e)
	return m != "" && s.closes(e)
}

// quoted tells whether the word s[b:e] gives somebody's opinion: "says 58."
func (s *scan) quoted(b, e int) bool {
	switch string(s.lower(b, e, new([20]byte))) {
	case "says", "say", "said", "told", "thinks", "think", "believes":
		return true
	}
	return false
}

// handled tells whether the word s[b:e], or the one before its article, says
// what is done with modifiers: "took off the 59", "missing KX", "instead of 95".
func (s *scan) handled(b, e int) bool {
	for range 2 {
		switch string(s.lower(b, e, new([20]byte))) {
		case "remove", "removed", "removing", "drop", "dropped", "off", "missing", "lacks", "lacking", "wants", "want", "wanted", "requires", "require", "required",
			"have", "has", "had", "gets", "get", "got", "put", "puts", "keep", "kept", "send", "sent", "add", "adds", "added", "append", "appended",
			"instead", "without", "need", "needs", "use", "used", "using", "uses", "attach", "attached", "apply", "surgeon", "assistant", "not", "then", "accept",
			"accepts", "suggests", "suggested", "prefers", "picked", "pick", "chose", "tried", "either", "both", "plus", "reject", "rejects", "take", "takes", "took", "on", "with", "w":
			return true
		case "the", "a", "an", "of", "our", "their", "his", "her", "that":
		default:
			return false
		}
		var ok bool
		if b, e, ok = s.wordBefore(b, "-'\""); !ok {
			return false
		}
	}
	return false
}

// counts tells whether the word s[b:e] before a number makes it an age, a
// count, a day or an amount.
func (s *scan) counts(b, e int) bool {
	if s.is(e-1, isDigit) || s.cue(b, e)&(cueID|cueMeasure|cueNumber) != 0 {
		return true
	}
	switch string(s.lower(b, e, new([20]byte))) {
	case "age", "aged", "ages", "he", "she", "they", "between", "turned", "about", "than", "least", "most", "over", "under", "of", "x", "level", "levels", "grade",
		"stage", "type", "top", "first", "last", "next", "past", "every", "after", "before", "until", "since", "by", "in", "at", "us", "c", "h", "jan", "feb", "mar",
		"apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january", "february", "march", "april", "june", "july", "august", "september",
		"october", "november", "december", "all", "total", "pos", "service", "drg", "rev", "step", "question", "item", "bmi", "hr", "bp", "pulse", "temp", "row",
		"column", "version", "section", "article", "pt", "patient", "man", "woman", "male", "female", "mon", "tue", "wed", "thu", "fri", "sat", "sun":
		return true
	}
	return false
}

// mayRepeat tells whether the two digits s[b:e] stand as a word of the
// sentence, so that they may repeat a modifier attached to a code elsewhere.
func (s *scan) mayRepeat(b, e int) bool {
	if !s.has(b-1, " \n(\"'") || !s.has(e, " ,.?!;)'\"\n") {
		return false
	}
	pb, pe, ok := s.wordBefore(b, "'\"(,")
	if !ok || s.counts(pb, pe) {
		return false
	}
	nb, ne, ok := s.wordAfter(e, "")
	return !ok || !s.is(nb, isDigit) && (s.cue(nb, ne)&cueMeasure == 0)
}
