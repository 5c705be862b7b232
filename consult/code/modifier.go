package code

import "strings"

// What is known of a two-character modifier.
type modifierKind uint8

const (
	modifierKnown modifierKind = 1 << iota
	modifierRisky              // also a word, a state or a credential: believed only in capitals and in its place
)

// modifiers holds CPT's own numeric modifiers (DOMAIN.md D.1) and the HCPCS
// level II ones in use.
var modifiers = func() *[1 << 16]modifierKind {
	out := new([1 << 16]modifierKind)
	put := func(words string, kind modifierKind) {
		for _, w := range strings.Fields(words) {
			out[pair(w[0], w[1])] |= kind
		}
	}
	put(`22 23 24 25 26 27 32 33 47 50 51 52 53 54 55 56 57 58 59 62 63 66 73 74 76 77 78 79 80 81 82 90 91 92 93 95 96 97 99
		1P 2P 3P 8P P1 P2 P3 P4 P5 P6
		A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AD AE AF AG AH AI AJ AK AM AO AP AQ AR AS AT AU AV AW AX AY AZ
		BA BL BO BP BR BU CA CB CC CD CE CF CG CH CI CJ CK CL CM CN CO CQ CR CS CT DA
		E1 E2 E3 E4 EA EB EC ED EE EJ EM EP ET EX EY F1 F2 F3 F4 F5 F6 F7 F8 F9 FA FB FC FP FQ FR FS FT FX FY
		G0 G1 G2 G3 G4 G5 G6 G7 G8 G9 GA GB GC GD GE GF GG GH GJ GK GL GM GN GO GP GQ GR GS GT GU GV GW GX GY GZ
		H9 HA HB HC HD HE HF HG HH HI HJ HK HL HM HN HO HP HQ HR HS HT HU HV HW HX HY HZ
		J1 J2 J3 J4 J5 JA JB JC JD JE JG JK JL JW JZ K0 K1 K2 K3 K4 KA KB KC KD KE KF KG KH KI KJ KK KL KM KN KO KP KQ KR KS KT KU KV KW KX KY KZ
		L1 LC LD LL LM LR LS LT LU M2 MA MB MC MD ME MF MG MH MS N1 N2 N3 NB NR NU
		PA PB PC PD PI PL PM PN PO PS PT Q0 Q1 Q2 Q3 Q4 Q5 Q6 Q7 Q8 Q9 QA QB QC QD QE QF QG QH QJ QK QL QM QN QP QQ QR QS QT QW QX QY QZ
		RA RB RC RD RE RI RR RT SA SB SC SD SE SF SG SH SJ SK SL SM SN SQ SS ST SU SV SW SY SZ
		T1 T2 T3 T4 T5 T6 T7 T8 T9 TA TB TC TD TE TF TG TH TJ TK TL TM TN TP TQ TR TS TT TU TV TW
		U1 U2 U3 U4 U5 U6 U7 U8 U9 UA UB UC UD UE UF UG UH UJ UK UN UP UQ UR US V1 V2 V3 V4 V5 V6 V7 V8 V9 VM VP
		X1 X2 X3 X4 X5 XE XP XS XU ZA ZB ZC`, modifierKnown)
	put(`AM AS AT GO HE HI ME UP US RE ED ET EX HR KG MD PA PT PO SL ST TA CC CM MG BP BA
		AK AZ AR CA CO CT GA KS KY MA MS RI SC SD TN`, modifierRisky)
	return out
}()

func pair(a, b byte) uint16 { return uint16(a)<<8 | uint16(b) }

func knownModifier(m string) bool {
	return modifiers[pair(upper(m[0]), upper(m[1]))]&modifierKnown != 0
}

// modifierAt reads s[b:e] as a modifier: its normal form and kind, or "".
// Lower case is read only where no word is meant.
func (s *scan) modifierAt(b, e int) (string, modifierKind) {
	if e-b != 2 || e > len(s.s) {
		return "", 0
	}
	m := [2]byte{upper(s.s[b]), upper(s.s[b+1])}
	kind := modifiers[pair(m[0], m[1])]
	if kind == 0 && b >= 6 && s.s[b:e] == string(m[:]) && s.transport(b) && strings.IndexByte(rides, m[0]) >= 0 && strings.IndexByte(rides, m[1]) >= 0 {
		return string(m[:]), modifierKnown
	}
	if kind&modifierKnown == 0 || kind&modifierRisky != 0 && s.s[b:e] != string(m[:]) {
		return "", 0
	}
	if s.s[b] == m[0] && s.s[b+1] == m[1] {
		return s.s[b:e], kind
	}
	return string(m[:]), kind
}

// rides are the letters of ambulance origins and destinations, which pair
// freely: RH, SH, HN.
const rides = "DEGHIJNPRSX"

// transport tells whether an ambulance code ("A0428-") ends just before b.
func (s *scan) transport(b int) bool {
	return s.s[b-6:b-3] == "A04" && s.is(b-3, isDigit) && s.is(b-2, isDigit) && s.has(b-1, "- ")
}

// braces reads "X{EPSU}" at its brace.
func (s *scan) braces(i int) int {
	end := s.run(i+1, isLetter)
	if !s.has(i-1, "xX") || !s.has(end, "}") || end-i < 2 || end-i > 5 {
		return i + 1
	}
	for j := i + 1; j < end; j++ {
		if m := "X" + string(upper(s.s[j])); knownModifier(m) {
			s.add(Modifier, m, i-1, end+1, 0.95)
		}
	}
	return end + 1
}

// modifierWord reads the list after "mod" or "modifier" at i: "modifiers 59
// or XS", "mod -25".
func (s *scan) modifierWord(i int) int {
	e := s.run(i, isLetter)
	if s.cue(i, e)&cueMod == 0 {
		return e
	}
	if end := s.modifierList(e, 0.9); end > e {
		return end
	}
	from := e
	for range 3 {
		b, we, ok := s.wordAfter(from, ":")
		if !ok || !modifierFiller(string(s.lower(b, we, new([20]byte)))) {
			break
		}
		from = we
	}
	if from == e {
		return e
	}
	if end := s.modifierList(from, 0.85); end > from {
		return end
	}
	return e
}

// modifierFiller tells whether w may stand between the word for modifiers and
// theirs: "the modifier should be 25", "modifiers such as 59 and XU".
func modifierFiller(w string) bool {
	switch w {
	case "is", "are", "was", "were", "like", "such", "as", "should", "be", "would", "of", "including", "either", "needed", "used", "code", "number", "here", "then":
		return true
	}
	return false
}

// modifierList adds the modifiers of the list that starts after p and returns
// its end, p where there is none.
func (s *scan) modifierList(p int, confidence float64) int {
	end := p
	for {
		b, e, ok := s.wordAfter(end, ",/&+-:'\"(#")
		if !ok {
			return end
		}
		if c := s.cue(b, e); end > p && c&cueJoin != 0 {
			if b, e, ok = s.wordAfter(e, "-'\""); !ok {
				return end
			}
		} else if end > p && !s.joined(end, b) {
			return end
		}
		if e-b == 1 && s.has(b, "xX") && s.has(e, "{") {
			end = s.braces(e)
			continue
		}
		m, _ := s.modifierAt(b, e)
		if m == "" && s.rideAt(b, e) {
			m = s.s[b:e]
		}
		if m == "" || s.measureAfter(e) || s.has(e, "%") || s.has(e, ".") && s.is(e+1, isDigit) {
			return end
		}
		s.add(Modifier, m, b, e, confidence)
		end = e
	}
}

// joined tells whether a list separator stands between two words.
func (s *scan) joined(end, b int) bool {
	for i := end; i < b; i++ {
		if s.has(i, ",/&+-") {
			return true
		}
	}
	return false
}

// measureAfter tells whether the word after e measures what stands before:
// "25 minutes", "59 y/o".
func (s *scan) measureAfter(e int) bool {
	b, we, ok := s.wordAfter(e, "-")
	if !ok {
		return false
	}
	return s.cue(b, we)&cueMeasure != 0 && !s.unitsFollow(b, we) || s.has(b, "yYfFmM") && we-b <= 2 && b-e <= 1 && s.s[b:we] != "MD"
}

// bareModifier reads a modifier that stands alone: "append -59", "25
// modifier", "26 or TC", "with a 25".
func (s *scan) bareModifier(b, e int) int {
	m, kind := s.modifierAt(b, e)
	if m == "" || s.measureAfter(e) || s.has(e, "%:") || s.has(e, "./") && s.is(e+1, isDigit) || s.has(b-1, "$.,:/") && s.is(b-2, isDigit) {
		return 0
	}
	dash := s.has(b-1, "-") && !s.is(b-2, isWord)
	confidence, loose := 0.0, false
	if nb, ne, ok := s.wordAfter(e, "'\",/&+"); ok {
		c := s.cue(nb, ne)
		other, kind := s.partner(e, nb, ne, c)
		switch {
		case c&cueMod != 0, other != "" && s.listThenMod(e):
			confidence = 0.9
		case s.s[nb:ne] == "on" && s.codeAfter(ne):
			confidence = 0.75
		case other != "" && (kind&modifierRisky == 0 && other[0] > '9' || dash):
			confidence = 0.75
			if !dash && !(s.digits(b, e) && class[other[1]]&isUpper != 0) { // "T1 and T2 weighted"
				confidence, loose = talked, true
			}
		}
	}
	pb, pe, ok := s.wordBefore(b, "-'\"")
	if ok && confidence == 0 {
		confidence = s.appended(pb, pe, e, dash)
	}
	join, talk := false, loose
	if confidence == 0 && s.digits(b, e) {
		switch {
		case s.discussed(b, e):
			confidence, talk = talked, true
		case dash || s.mayRepeat(b, e):
			confidence, join = 0.4, true
		}
	}
	if confidence == 0 && !s.digits(b, e) && s.is(b, isUpper) && !s.has(e, "-") && !(s.has(b-1, "-") && s.is(b-2, isDigit)) && !s.headsTable(b, e) && !(strings.IndexByte("TLSC", s.s[b]) >= 0 && s.topic(b, e, spine)) {
		if confidence, join, talk = s.standingWeight(m, kind, b, e); confidence > talked && confidence < 0.7 {
			confidence, talk = talked, true // "T5 or T6" are toes where codes are
		}
	}
	if confidence == 0 {
		return 0
	}
	p := len(s.out)
	end := s.modifierList(b, confidence)
	for i := p; i < len(s.out); i++ {
		s.out[i].hint.join, s.out[i].hint.talk = join || confidence < 0.5 && !talk, talk
	}
	return end
}

// headsTable tells whether "M2" names the column of a table of which the text
// has the first.
func (s *scan) headsTable(b, e int) bool {
	return s.s[b:e] == "M2" && strings.Contains(s.s[max(0, b-maxRow*4):b], "M1")
}

// spine are words beside which a letter and a digit are a vertebra.
var spine = []string{"level", "verteb", "spin", "disc", "kypho", "lumbar", "thorac", "epidural", "lamin", "fusion", "radicul", "facet", "stenosis", "weighted", "fx", "compression"}

// partner returns the modifier that a list joins to the one that ends at e;
// s[nb:ne] is the word after it, of cue c.
func (s *scan) partner(e, nb, ne int, c cue) (string, modifierKind) {
	if c&cueJoin != 0 {
		if ob, oe, ok := s.wordAfter(ne, "-"); ok {
			return s.modifierAt(ob, oe)
		}
	} else if s.joined(e, nb) {
		return s.modifierAt(nb, ne)
	}
	return "", 0
}

// codeAfter tells whether the next word has the form of a procedure code.
func (s *scan) codeAfter(e int) bool {
	b, we, ok := s.wordAfter(e, "")
	if !ok || we-b != 5 {
		return false
	}
	c := core{b: b, e: we}
	return s.shape(&c, we)
}

// appended is the confidence that a verb or article before a two-character
// word makes it a modifier.
func (s *scan) appended(pb, pe, e int, dash bool) float64 {
	word := string(s.lower(pb, pe, new([20]byte)))
	article := word == "a" || word == "the" || word == "an" || word == "that"
	if article {
		b, we, ok := s.wordBefore(pb, "")
		if ok && s.cue(b, we)&cueAppend != 0 {
			return 0.7
		}
	}
	switch c := s.cue(pb, pe); {
	case c&cueAppend != 0 && dash:
		return 0.85
	case c&cueAppend != 0 && word != "with" && word != "w" || c&cueMod != 0:
		return 0.7
	case c&cueAppend != 0 && s.closes(e):
		return 0.6
	case article && !s.closes(e):
		if b, we, ok := s.wordAfter(e, ""); ok {
			switch string(s.lower(b, we, new([20]byte))) {
			case "on", "sit", "sits", "go", "goes", "belong", "belongs", "for", "to":
				return 0.6
			case "is", "was", "were":
				return 0.4
			}
		}
		return 0
	case dash:
		return 0.55
	}
	return 0
}

// closes tells whether the clause ends at e.
func (s *scan) closes(e int) bool { return e >= len(s.s) || s.has(e, ".?!,;)\n") }
