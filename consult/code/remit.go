package code

import "strings"

// carc reads a claim adjustment reason: a group and a number ("CO-97",
// "PR 1", "CO97") or a number after its label ("CARC 97"). The group goes
// into the note.
func (s *scan) carc(b, e int) int {
	if letters := s.run(b, isLetter) - b; letters >= 2 && letters <= 3 && adjustmentGroup(s.s[b:b+2]) {
		if reason := s.s[b+2 : e]; reasonCode(reason) { // CO97
			s.add(CARC, reason, b, e, 0.75+s.denialCue(b, e)).Note = s.s[b : b+2]
			return e
		}
		return 0
	}
	reason := strings.ToUpper(s.s[b:e])
	if !reasonCode(reason) {
		return 0
	}
	gb, ge, ok := s.wordBefore(b, "-:")
	grouped := ok && ge-gb == 2 && adjustmentGroup(s.s[gb:ge]) && b-ge <= 3
	if !grouped && len(reason) > 1 && reason[0] >= 'A' && (ok && s.cue(gb, ge)&cueDenial != 0 || s.groupAfter(e) || s.denialNear(b, e)) { // "denied B15", "B15/CO-236"
		s.add(CARC, reason, b, e, 0.75)
		return e
	}
	if !ok {
		return 0
	}
	if grouped {
		w := 0.93
		if !s.has(ge, "-") {
			w = 0.45 + s.denialCue(gb, e)
			if len(reason) >= 2 && s.s[gb:ge] != "PR" {
				w += 0.15
			}
			if s.measureAfter(e) {
				return 0
			}
		}
		s.add(CARC, reason, gb, e, w).Note = s.s[gb:ge]
		return e
	}
	switch string(s.lower(gb, ge, new([20]byte))) {
	case "carc":
		s.add(CARC, reason, b, e, 0.95)
		return e
	case "code", "reason":
		if s.has(b-1, " #:") && s.labelBefore(gb, "reason", "denial", "adjustment", "carc") {
			s.add(CARC, reason, b, e, 0.85)
			return e
		}
	}
	return 0
}

// denialNear tells whether words of a remittance stand around a reason of a
// letter and digits: "denied for B15", "a B7 denial". B12 is a vitamin.
func (s *scan) denialNear(b, e int) bool {
	if e-b == 3 && s.s[b:e] == "B12" || s.has(e, ".-") && s.is(e+1, isWord) || !s.is(b, isUpper) {
		return false
	}
	a := s.context(b, e)
	return a.denial > 0 && a.denial <= 4 && !a.dxNearer()
}

// groupAfter tells whether "/CO-236" follows.
func (s *scan) groupAfter(e int) bool {
	return s.has(e, "/") && e+3 < len(s.s) && adjustmentGroup(s.s[e+1:e+3]) && s.reasonAfter(e+3)
}

func adjustmentGroup(g string) bool {
	switch g {
	case "CO", "PR", "OA", "PI", "CR":
		return true
	}
	return false
}

// reasonCode tells whether c has the form of a CARC: one to three digits, or A
// or B and one or two.
func reasonCode(c string) bool {
	if len(c) > 1 && (c[0] == 'A' || c[0] == 'B') {
		return len(c) <= 3 && digitsOnly(c[1:])
	}
	return len(c) >= 1 && len(c) <= 3 && digitsOnly(c)
}

func (s *scan) denialCue(b, e int) float64 {
	if s.around(b, e).denial > 0 {
		return 0.2
	}
	return 0
}

func (s *scan) labelBefore(i int, labels ...string) bool {
	b, e, ok := s.wordBefore(i, "-")
	if !ok {
		return false
	}
	for _, l := range labels {
		if strings.EqualFold(s.s[b:e], l) {
			return true
		}
	}
	return false
}

// rarc reads a remittance advice remark: N130, MA130, M15. Its forms are
// shared with diagnoses, so that an adjustment reason or a remittance word
// nearby decides.
func (s *scan) rarc(b, e int) int {
	c := s.s[b:e]
	ma := strings.HasPrefix(c, "MA")
	digits := c[1:]
	if ma {
		digits = c[2:]
	}
	if len(digits) < 1 || len(digits) > 3 || !digitsOnly(digits) || c[0] != 'M' && c[0] != 'N' || s.has(e, ".") && s.is(e+1, isWord) || s.has(e, " ") && s.has(e+1, ".") && s.is(e+2, isDigit) {
		return 0
	}
	w := 0.25
	switch {
	case ma && len(digits) >= 2:
		w = 0.85
	case ma:
		return 0
	case c[0] == 'N' && len(digits) == 3:
		w = 0.58
	}
	if s.remittance(b, e) {
		w += 0.35
	}
	if w < 0.3 { // nothing later would make it more
		return 0
	}
	s.add(RARC, c, b, e, w)
	return e
}

// remittance tells whether s[b:e] stands beside an adjustment reason or the
// words that go with one.
func (s *scan) remittance(b, e int) bool {
	if s.context(b, e).denial > 0 {
		return true
	}
	start, _ := s.span(b, e)
	for i := len(s.out) - 1; i >= 0 && i > len(s.out)-4; i-- {
		if s.out[i].System == CARC && start-s.out[i].End < 40 {
			return true
		}
	}
	return false
}

// afterReason tells whether an adjustment reason or another remark is the last
// thing read and ends right before b.
func (s *scan) afterReason(b int) bool {
	if len(s.out) == 0 {
		return false
	}
	last := s.out[len(s.out)-1]
	start, _ := s.span(b, b+1)
	return (last.System == CARC || last.System == RARC) && start-last.End <= 3
}
