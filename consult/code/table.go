package code

import (
	"slices"
	"strings"
)

// A column is what a header row says of the cells below it.
type column uint8

const (
	colUnknown column = iota
	colRevenue        // in the order in which the words of one header cell win
	colPlace
	colMods
	colDx
	colRemark // remarks and adjustments of a remittance
	colReason // adjustment reasons, with or without their group
	colUnits
	colOther // money, names, identifiers: no code stands there
	colCode
	colNever // colOther whatever else the header cell says: a date, a pointer
)

// A cell is a span of a line and what it holds.
type cell struct {
	kind column
	b, e int
}

// A table is the pasted table, if any, that the line being read belongs to.
// Lines are looked at once, forward, and only as far as something is read.
type table struct {
	next   int  // where the first line begins that was not looked at
	prev   int  // where the line before it that was not blank begins; the header is looked for there
	sep    byte // what parts the cells: a tab, '|', ',', ';', ' ' or aligned
	head   []cell
	row    []cell // of the current line; none where it is no row
	blanks int    // blank lines since the last row
	start  int    // of the header's line
}

const (
	aligned  = 'a' // columns kept apart by runs of blanks
	maxRow   = 400 // longer lines are no rows, so that the scan stays linear
	maxCells = 24
)

// tabled tells whether the line that holds b is a row of a table.
func (s *scan) tabled(b int) bool {
	t := &s.table
	for b >= t.next {
		start := t.next
		end := strings.IndexByte(s.s[start:], '\n')
		if end < 0 {
			end = len(s.s) - start
		}
		end += start
		t.next = end + 1
		s.readLine(start, end, b < t.next)
	}
	return len(t.row) > 0
}

// readLine takes the line s[b:e] as a row, or, where it holds the word that is
// read, looks for its header in the line before.
func (s *scan) readLine(b, e int, wanted bool) {
	t := &s.table
	t.row = t.row[:0]
	if s.run(b, isSpace) >= e {
		if t.blanks++; t.blanks > 1 {
			t.head = nil
		}
		return
	}
	far := t.blanks > 1
	t.blanks = 0
	if s.ruled(b, e) {
		return
	}
	if len(t.head) == 0 && wanted && t.prev < b && !far {
		s.readHead(t.prev)
	}
	if t.prev = b; len(t.head) > 0 && !s.readRow(b, e) {
		t.head, t.row = nil, t.row[:0]
	}
}

// ruled tells whether s[b:e] is the line below a header: "---|---".
func (s *scan) ruled(b, e int) bool {
	for i := b; i < e; i++ {
		if s.is(i, isWord) || !s.has(i, "-=+|: \t\r_") {
			return false
		}
	}
	return true
}

// readHead reads the line at b as a header, and takes it as one where it names
// codes and most of its cells are known.
func (s *scan) readHead(b int) {
	t := &s.table
	end := strings.IndexByte(s.s[b:], '\n')
	if end < 0 || end > maxRow {
		return
	}
	line := s.s[b : b+end]
	if numbered(line) {
		return
	}
	t.sep = separator(line)
	var room [maxCells]cell
	if first := s.split(room[:0], b, b+end, t.sep, 1); len(first) > 0 && t.sep != '|' && t.sep != '\t' && s.headed(first[0].b, first[0].e) == colUnknown {
		return // as most lines do
	}
	cells := s.split(room[:0], b, b+end, t.sep, maxCells)
	known, code := 0, false
	for i := range cells {
		c := &cells[i]
		c.kind = s.headed(c.b, c.e)
		switch c.kind {
		case colUnknown:
			if i-known > 1 || t.sep == ' ' || i == 0 && t.sep != '|' && t.sep != '\t' {
				return
			}
		case colCode, colRevenue:
			code = true
			known++
		default:
			known++
		}
	}
	if t.sep == ' ' {
		cells = joinedHeads(cells)
	}
	if !code || len(cells) < 2 || known*2 < len(cells) {
		return
	}
	t.head, t.start = append(make([]cell, 0, len(cells)), cells...), b
}

// numbered tells whether a line holds a number that no header has: a code, an
// amount.
func numbered(line string) bool {
	run := 0
	for i := range len(line) {
		if class[line[i]]&isDigit == 0 {
			run = 0
		} else if run++; run > 3 {
			return true
		}
	}
	return false
}

// separator guesses what parts the cells of a line.
func separator(line string) byte {
	for _, sep := range []byte("\t|") {
		if strings.IndexByte(line, sep) >= 0 {
			return sep
		}
	}
	for _, sep := range []byte(",;") {
		if strings.Count(line, string(sep)) >= 2 {
			return sep
		}
	}
	if strings.Contains(strings.TrimSpace(line), "  ") {
		return aligned
	}
	return ' '
}

// split cuts s[b:e] into cells, trimmed.
func (s *scan) split(out []cell, b, e int, sep byte, most int) []cell {
	for i := b; i <= e && len(out) < most; {
		if sep == ' ' || sep == aligned {
			if i = s.run(i, isSpace); i >= e {
				break
			}
		}
		end := i
		for end < e && !s.parts(end, sep) {
			end++
		}
		cb, ce := i, end
		for cb < ce && s.has(cb, " \t\r\"'") {
			cb++
		}
		for cb < ce && s.has(ce-1, " \t\r\"'") {
			ce--
		}
		out = append(out, cell{b: cb, e: ce})
		i = end + 1
	}
	return out
}

func (s *scan) parts(i int, sep byte) bool {
	switch sep {
	case aligned:
		return s.has(i, " \t") && s.has(i+1, " \t\r\n")
	case ' ':
		return s.has(i, " \t\r")
	}
	return s.s[i] == sep
}

// joinedHeads joins the words of a header without runs of blanks to the
// columns that they name together: "rev code", "date of service".
func joinedHeads(words []cell) []cell {
	out := words[:0]
	for _, w := range words {
		if n := len(out); n > 0 && (w.kind == colCode && out[n-1].kind != colCode && out[n-1].kind < colUnits || out[n-1].kind == colPlace && w.kind != colMods && w.kind < colDx) {
			out[n-1].e = w.e
			continue
		}
		out = append(out, w)
	}
	return out
}

// headed is the kind of column that the words s[b:e] head.
func (s *scan) headed(b, e int) column {
	if e-b > 40 {
		return colUnknown
	}
	kind := colUnknown
	var buf [20]byte
	for i := b; i < e; {
		if !s.is(i, isLetter) {
			i++
			continue
		}
		we := s.run(i, isLetter)
		w := colUnknown
		if we-i <= len(buf) && headOutline.may(&s.folded, i, we) {
			w = headWords[string(s.lower(i, we, &buf))]
		}
		if we-i == 2 && s.has(i, "fF") && s.has(i+1, "lL") {
			w = s.formLocator(we)
		}
		if w == colNever {
			return colOther
		}
		if w != colUnknown && (kind == colUnknown || w < kind) {
			kind = w
		}
		i = s.run(we, isDigit)
	}
	if kind == colUnknown && b < e && s.ruledOrSign(b, e) {
		return colOther
	}
	return kind
}

// formLocator is the column that a field of the UB-04 form holds: "FL42" or
// "FL 44", whose number stands at i.
func (s *scan) formLocator(i int) column {
	b := s.blanks(i)
	switch s.number(b, s.run(b, isDigit)) {
	case 42:
		return colRevenue
	case 44:
		return colCode
	case 43, 45, 47, 48:
		return colNever
	case 46:
		return colUnits
	case 66, 67:
		return colDx
	}
	return colUnknown
}

// ruledOrSign tells whether a header cell is a sign alone: "#", "$".
func (s *scan) ruledOrSign(b, e int) bool { return e-b == 1 && s.has(b, "#$") }

var headOutline = outlined(headWords)

var headWords = func() map[string]column {
	out := make(map[string]column)
	for kind, words := range map[column]string{
		colRevenue: `rev revenue revcode revcd`,
		colPlace:   `pos place`,
		colMods:    `m mod mods modifier modifiers mdf`,
		colDx:      `dx dxs icd diag diagnosis diagnoses`,
		colRemark:  `remark remarks rmk rmks rarc rarcs rmrk adj adjs adjustment adjustments cas`,
		colReason:  `reason reasons carc carcs rsn denial`,
		colUnits:   `unit units qty quantity un uts uos count`,
		colOther: `charge charges billed allowed paid amount price fee fees balance bal copay deductible coins total rvu wrvu
			dos from thru through to patient pt name acct account mrn claim claims icn invoice id npi provider zip phone line ln status payer ins
			insurance plan group grp drug ndc pay payment payments rate cost medicare expected contracted submitted notes note comment comments rendering dr`,
		colCode:  `cpt cpts hcpcs code codes proc procedure procedures px service svc cptcode`,
		colNever: `ptr pointer pointers amt desc description date dated time`,
	} {
		for w := range strings.FieldsSeq(words) {
			out[w] = kind
		}
	}
	return out
}()

// readRow splits the line s[b:e] as its header says; false ends the table.
func (s *scan) readRow(b, e int) bool {
	t := &s.table
	if e-b > maxRow {
		return false
	}
	t.row = s.split(t.row[:0], b, e, t.sep, maxCells)
	switch {
	case t.sep == aligned && len(t.row) == len(t.head), t.sep != aligned && t.sep != ' ':
		if 2*len(t.row) < len(t.head) || len(t.row) < 2 {
			return false
		}
		for i := range t.row {
			if i < len(t.head) {
				t.row[i].kind = t.head[i].kind
			}
		}
	case t.sep == aligned:
		t.row = s.split(t.row[:0], b, e, ' ', maxCells)
		for i := range t.row {
			t.row[i].kind = s.above(t.row[i], b)
		}
	default:
		s.fit(t.row)
	}
	return t.sep != ' ' && t.sep != aligned || s.codeCell()
}

// codeCell tells whether a code or a revenue code stands where the header says.
func (s *scan) codeCell() bool {
	for _, c := range s.table.row {
		switch {
		case c.kind == colCode && c.e-c.b >= 5 && s.fits(c, colCode), c.kind == colRevenue && s.fits(c, colRevenue):
			return true
		}
	}
	return false
}

// above is the kind of the column that stands over c, or nearest to it, among
// those that take what it holds; line is where its line begins.
func (s *scan) above(c cell, line int) column {
	t := &s.table
	kind, nearest := colUnknown, maxRow
	for _, h := range t.head {
		d := max((h.b-t.start)-(c.e-line), (c.b-line)-(h.e-t.start), 0)
		if d < nearest && (s.fits(c, h.kind) || d == 0 && h.kind == colOther && c.e-c.b <= 2 && s.digits(c.b, c.e)) {
			kind, nearest = h.kind, d
		}
	}
	return kind
}

// fit gives the words of a row kept apart by single blanks their columns: by
// number where the numbers agree, else each to the next column that takes it.
func (s *scan) fit(row []cell) {
	head := s.table.head
	if len(row) == len(head) {
		for i := range row {
			row[i].kind = head[i].kind
		}
		return
	}
	j := 0
	for i := range row {
		for k := j; k < len(head); k++ {
			if !s.fits(row[i], head[k].kind) {
				continue
			}
			if head[k].kind == colMods && k+1 < len(head) && head[k+1].kind == colUnits && s.digits(row[i].b, row[i].e) &&
				(i+1 == len(row) || !s.fits(row[i+1], colUnits)) {
				continue // the modifiers are left out, the units are not
			}
			row[i].kind, j = head[k].kind, k
			if head[k].kind != colMods && head[k].kind != colDx {
				j++
			}
			break
		}
	}
}

// fits tells whether what c holds has the form of its column.
func (s *scan) fits(c cell, kind column) bool {
	e := s.run(c.b, isWord)
	switch kind {
	case colCode:
		k := core{b: c.b}
		if e-c.b < 5 {
			return false
		}
		k.e = c.b + 5
		return s.shape(&k, e)
	case colMods:
		m, _ := s.modifierAt(c.b, e)
		return m != "" && (e == c.e || s.has(e, " ,/-"))
	case colUnits:
		return e == c.e && e-c.b <= 4 && s.number(c.b, e) > 0
	case colPlace:
		return e == c.e && e-c.b == 2 && s.digits(c.b, e)
	case colRevenue:
		return e == c.e && (e-c.b == 3 || e-c.b == 4) && s.digits(c.b, e)
	case colDx:
		return s.is(c.b, isUpper) && s.is(c.b+1, isDigit)
	case colReason, colRemark:
		return s.is(c.b, isUpper) || kind == colReason && e == c.e && s.digits(c.b, e)
	}
	return s.is(c.b, isDigit) && e < c.e || s.has(c.b, "$-(")
}

// cellAt is the cell of the current row that holds i.
func (s *scan) cellAt(i int) cell {
	for _, c := range s.table.row {
		if i >= c.b && i < c.e {
			return c
		}
	}
	return cell{}
}

// tableWord reads the word s[b:e] of a row where its column alone says what it
// is, and returns its end, else 0.
func (s *scan) tableWord(b, e int) int {
	c := s.cellAt(b)
	switch c.kind {
	case colMods:
		if s.fits(c, colMods) {
			return c.e
		}
	case colUnits:
		if s.number(b, e) >= 0 {
			return e
		}
	case colOther:
		if b > c.b {
			return 0
		}
		if s.is(b, isDigit) && !s.has(e, "-") || !icd10(strings.ToUpper(s.s[b:e])) && !adjustmentGroup(s.s[b:min(b+2, e)]) {
			return c.e
		}
	case colPlace:
		return s.places(b, e)
	case colRevenue:
		if n := e - b; (n == 3 || n == 4) && s.digits(b, e) {
			m := s.add(Revenue, "0000"[n:]+s.s[b:e], b, e, 0.9)
			if !slices.ContainsFunc(s.table.row, func(c cell) bool { return c.kind == colCode && s.fits(c, colCode) }) {
				var t tail // the units belong to the revenue code itself
				s.tableTail(&t)
				m.Units = t.units
			}
			return e
		}
	case colReason:
		if b == c.b && e == c.e && e-b <= 3 && s.digits(b, e) {
			s.add(CARC, s.s[b:e], b, e, 0.85)
			return e
		}
	case colDx:
		a := s.context(b, e)
		a.dx, a.dxLabel = 1, true
		s.about = a
	case colRemark:
		a := s.context(b, e)
		a.denial = 1
		s.about = a
	}
	return 0
}

// tableTail reads modifiers and units of the code c from the cells of its row.
func (s *scan) tableTail(t *tail) {
	for _, c := range s.table.row {
		switch c.kind {
		case colMods:
			for i := c.b; i < c.e && len(t.mods) < maxModifiers; {
				e := max(s.run(i, isWord), i+1)
				if m, _ := s.modifierAt(i, e); m != "" && !slices.Contains(t.mods, m) {
					t.mods = append(t.mods[:len(t.mods):len(t.mods)], m)
				}
				i = e
			}
		case colUnits:
			if n := s.number(c.b, s.run(c.b, isDigit)); n > 0 && t.units == 0 && (s.fits(c, colUnits) || s.table.sep != aligned && s.wholeUnits(c)) {
				t.units = n
			}
		}
	}
}

// wholeUnits takes "2.00" and "2 units" as 2.
func (s *scan) wholeUnits(c cell) bool {
	e := s.run(c.b, isDigit)
	if s.has(e, ".") {
		for e++; s.has(e, "0"); e++ {
		}
		return e == c.e
	}
	return s.has(e, " uU")
}
