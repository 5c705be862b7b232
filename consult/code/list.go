package code

// codeRange adds "99202-99205" or "99381 through 99397" as one mention and
// returns its end, or 0. "99202-5" is a range by suffix.
func (s *scan) codeRange(c *core, a around, label bool) int {
	if len(c.mods) > 0 || c.units > 0 || c.end != c.e {
		return 0
	}
	i := s.blanks(c.e)
	dash := s.has(i, "-")
	if dash {
		i = s.blanks(i + 1)
	} else {
		e := s.run(i, isLetter)
		switch string(s.lower(i, e, new([20]byte))) {
		case "to", "thru", "through", "till":
			i = s.blanks(e)
		default:
			return 0
		}
		if s.changes(c.b) {
			return 0
		}
	}
	last := core{b: i, e: i + 5}
	end := s.run(i, isWord)
	w := c.base + 0.2
	if a.proc > 0 || label {
		w += 0.15
	}
	if end == i+5 && s.shape(&last, end) && last.sys == c.sys && last.code > c.code && (c.sys != CPT || last.code[0] == c.code[0] || !dash) {
		m := s.add(c.sys, c.code, c.b, end, w)
		m.Through, m.hint.named = last.code, label
		return end
	}
	if dash && s.has(c.e, "-") && i == c.e+1 {
		return s.suffixRange(c, i, end, w)
	}
	return 0
}

// suffixRange adds "99202-5" with the written code to fall back on.
func (s *scan) suffixRange(c *core, i, end int, w float64) int {
	n := end - i
	if n < 1 || n > 2 || !s.digits(i, end) || s.has(end, "-/.") && s.is(end+1, isDigit) || c.sys == CPT && c.code[4] > '9' {
		return 0
	}
	if m, _ := s.modifierAt(i, end); m != "" || s.s[i:end] <= c.code[5-n:] {
		return 0
	}
	s.groups++
	lead := s.add(c.sys, c.code, c.b, c.e, w-0.1)
	lead.hint = hint{group: s.groups, lead: true, shape: true}
	m := s.add(c.sys, c.code, c.b, end, w)
	m.Through = c.code[:5-n] + s.s[i:end]
	m.hint = hint{group: s.groups, shape: true}
	probe := *m
	probe.Code, probe.Through, probe.Confidence = m.Through, "", 0
	probe.hint = hint{probe: true}
	s.out = append(s.out, probe)
	return end
}

// changes tells whether "from" or a verb of change stands before b: "from
// 99213 to 99214" is no range.
func (s *scan) changes(b int) bool {
	i := b
	for range 2 {
		wb, we, ok := s.wordBefore(i, ",:")
		if !ok {
			return false
		}
		if s.cue(wb, we)&cueChange != 0 {
			return true
		}
		i = wb
	}
	return false
}

// suffixes adds the members of a short list after the code at s.out[lead]:
// "99213, 14 and 15", "99213/14/15", "99214 or 5". They stand or fall together.
func (s *scan) suffixes(lead int, c *core, t tail) int {
	at := c.end
	if c.end != c.e || c.code[4] > '9' {
		return 0
	}
	type member struct{ b, e int }
	var members []member
	for {
		b, e, slash, ok := s.nextSuffix(at)
		if !ok {
			break
		}
		n := e - b
		previous := c.code[5-n:]
		if len(members) > 0 {
			p := members[len(members)-1]
			previous = s.s[p.e-min(n, p.e-p.b) : p.e]
		}
		m, _ := s.modifierAt(b, e)
		if s.s[b:e] <= previous || m != "" && !s.sequel(c, b, e) && len(members) == 0 || n == 1 && !slash && len(members) == 0 && s.comma(at) {
			break
		}
		members, at = append(members, member{b, e}), e
	}
	if len(members) == 0 {
		return 0
	}
	s.groups++
	first := &s.out[lead]
	first.hint.group, first.hint.lead, first.hint.shape = s.groups, true, true
	w := first.Confidence
	if t.doubtful {
		first.hint.fallback, first.Modifiers = first.Modifiers, nil
		start, end := s.span(c.b, c.e)
		first.Start, first.End, first.Text = start, end, s.text[start:end]
	}
	for _, m := range members {
		n := m.e - m.b
		add := s.add(c.sys, c.code[:5-n]+s.s[m.b:m.e], m.b, m.e, w-0.05)
		add.hint = hint{group: s.groups, shape: true}
	}
	return at
}

func (s *scan) comma(i int) bool { return s.has(s.blanks(i), ",") }

// nextSuffix finds one or two digits after a list separator at i.
func (s *scan) nextSuffix(i int) (b, e int, slash, ok bool) {
	i = s.blanks(i)
	slash = s.has(i, "/")
	sep := s.has(i, ",/&")
	if sep {
		i = s.blanks(i + 1)
	}
	if we := s.run(i, isLetter); we > i {
		switch string(s.lower(i, we, new([20]byte))) {
		case "and", "or", "vs", "to":
			sep, i = true, s.blanks(we)
			slash = slash || s.s[we-1] == 'r' || s.s[we-1] == 'R'
		default:
			return 0, 0, false, false
		}
	}
	b, e = i, s.run(i, isWord)
	if !sep || e == b || e-b > 2 || !s.digits(b, e) || s.measureAfter(e) || s.has(e, "./:%") && s.is(e+1, isDigit) && !slash {
		return 0, 0, false, false
	}
	if nb, ne, found := s.wordAfter(e, ""); found && !s.has(b-1, "/") && s.is(nb, isLower) && s.cue(nb, ne) == 0 && !stopWord(string(s.lower(nb, ne, new([20]byte)))) {
		return 0, 0, false, false
	}
	return b, e, slash, true
}

// wildcard carries "9921x" and "992x3" as the ten codes it could mean; only
// live ones stand.
func (s *scan) wildcard(b, e int) int {
	if e-b != 5 {
		return 0
	}
	x := -1
	for i := b; i < e; i++ {
		switch {
		case s.has(i, "xX") && x < 0 && i >= b+2:
			x = i
		case !s.is(i, isDigit):
			return 0
		}
	}
	if x < 0 {
		return 0
	}
	for d := byte('0'); d <= '9'; d++ {
		m := s.add(CPT, s.s[b:x]+string(d)+s.s[x+1:e], b, e, 0.4)
		m.Note = "one of the codes that " + s.s[b:e] + " could mean"
		m.hint.wildcard = true
	}
	return e
}
