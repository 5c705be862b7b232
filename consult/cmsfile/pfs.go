package cmsfile

import (
	"iter"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pfsLayouts are the fee schedule's files. A zip of CMS holds one table as csv,
// workbook and text. From 2026 on it holds a second one, QPP, for participants
// of advanced payment models, which the name alone tells from the nonQPP one;
// both have the same rows and different conversion factors.
var pfsLayouts = []layout{
	{kind: PFS, proved: true, is: isFormat(Comma, isPFSTable), partOf: qpp, title: pfsTitle},
	{kind: PFS, is: isFormat(Sheet, isPFSTable), partOf: qpp, title: pfsTitle},
	{kind: PFS, proved: true, is: isPFSText, partOf: func(h *head) string { return strings.TrimPrefix(qpp(h)+" text", " ") }},
	{kind: GPCI, part: "indices", proved: true, is: isFormat(Comma, isGPCI), title: gpciTitle},
	{kind: GPCI, part: "indices", is: isFormat(Sheet, isGPCI), title: gpciTitle},
	{kind: GPCI, part: "counties", is: isCounties, title: countiesTitle},
}

func isFormat(f Format, is func(*head) bool) func(*head) bool {
	return func(h *head) bool { return h.format == f && is(h) }
}

// qpp is the part of a fee schedule: "qpp", or "" for the one that is meant
// where nothing is said.
func qpp(h *head) string {
	name := strings.ToLower(path.Base(h.member.Name))
	if strings.Contains(name, "qpp") && !regexp.MustCompile(`non[-_ ]?qpp`).MatchString(name) {
		return "qpp"
	}
	return ""
}

// A pfsField is one column of PPRRVU.
type pfsField struct {
	name     string // as the header rows make it, joined from the top
	from, to int    // columns of the text (RVU25D.pdf, record layout); 0: not in it
	width    int    // of a code that a workbook may hold as a number
	decimals int    // of a figure; 0: no figure
	check    *regexp.Regexp
	cell     func(*PFSRow) *string
}

var (
	pfsCode   = regexp.MustCompile(`^([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})$`)
	pfsMod    = regexp.MustCompile(`^(26|TC|53)?$`)
	pfsStatus = regexp.MustCompile(`^[A-Z]$`)
	pfsGlobal = regexp.MustCompile(`^([0-9]{3}|MMM|XXX|YYY|ZZZ)$`)
	pfsNA     = regexp.MustCompile(`^(NA)?$`)
	oneDigit  = regexp.MustCompile(`^[0-9]$`)
	twoChars  = regexp.MustCompile(`^[0-9A-Z]{2}$`)
	pfsBase   = regexp.MustCompile(`^([0-9A-Z]{5})?$`)
	figure    = regexp.MustCompile(`^[0-9]{0,5}(\.[0-9]*)?$`)
)

// pfsFields leave out the description, which is the AMA's, and what Medicare
// does not use: "not used for Medicare payment", the calculation flag, the
// three amounts for the cap of outpatient imaging.
var pfsFields = []pfsField{
	{"HCPCS", 1, 5, 5, 0, pfsCode, func(r *PFSRow) *string { return &r.Code }},
	{"MOD", 6, 7, 0, 0, pfsMod, func(r *PFSRow) *string { return &r.Mod }},
	{"STATUS CODE", 58, 58, 0, 0, pfsStatus, func(r *PFSRow) *string { return &r.Status }},
	{"WORK RVU", 60, 65, 0, 2, figure, func(r *PFSRow) *string { return &r.Work }},
	{"NON-FAC PE RVU", 67, 72, 0, 2, figure, func(r *PFSRow) *string { return &r.NonFacPE }},
	{"NON-FAC NA INDICATOR", 73, 74, 0, 0, pfsNA, func(r *PFSRow) *string { return &r.NonFacNA }},
	{"FACILITY PE RVU", 76, 81, 0, 2, figure, func(r *PFSRow) *string { return &r.FacPE }},
	{"FACILITY NA INDICATOR", 82, 83, 0, 0, pfsNA, func(r *PFSRow) *string { return &r.FacNA }},
	{"MP RVU", 85, 89, 0, 2, figure, func(r *PFSRow) *string { return &r.MP }},
	{"NON-FACILITY TOTAL", 91, 96, 0, 2, figure, func(r *PFSRow) *string { return &r.NonFacTotal }},
	{"FACILITY TOTAL", 97, 102, 0, 2, figure, func(r *PFSRow) *string { return &r.FacTotal }},
	{"PCTC IND", 103, 103, 0, 0, oneDigit, func(r *PFSRow) *string { return &r.PCTC }},
	{"GLOB DAYS", 104, 106, 3, 0, pfsGlobal, func(r *PFSRow) *string { return &r.Global }},
	{"PRE OP", 107, 109, 0, 2, figure, func(r *PFSRow) *string { return &r.Pre }},
	{"INTRA OP", 110, 112, 0, 2, figure, func(r *PFSRow) *string { return &r.Intra }},
	{"POST OP", 113, 115, 0, 2, figure, func(r *PFSRow) *string { return &r.Post }},
	{"MULT PROC", 116, 116, 0, 0, oneDigit, func(r *PFSRow) *string { return &r.Multiple }},
	{"BILAT SURG", 117, 117, 0, 0, oneDigit, func(r *PFSRow) *string { return &r.Bilateral }},
	{"ASST SURG", 118, 118, 0, 0, oneDigit, func(r *PFSRow) *string { return &r.Assistant }},
	{"CO- SURG", 119, 119, 0, 0, oneDigit, func(r *PFSRow) *string { return &r.CoSurgeon }},
	{"TEAM SURG", 120, 120, 0, 0, oneDigit, func(r *PFSRow) *string { return &r.Team }},
	{pricing, 0, 0, 0, 0, oneDigit, func(r *PFSRow) *string { return &r.Pricing }},
	{"ENDO BASE", 128, 132, 5, 0, pfsBase, func(r *PFSRow) *string { return &r.EndoBase }},
	{"CONV FACTOR", 133, 140, 0, 4, figure, func(r *PFSRow) *string { return &r.Conversion }},
	{"PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES", 142, 143, 2, 0, twoChars, func(r *PFSRow) *string { return &r.Supervision }},
	{"DIAGNOSTIC IMAGING FAMILY INDICATOR", 146, 147, 2, 0, twoChars, func(r *PFSRow) *string { return &r.Imaging }},
}

// pricing is a column from 2026 on.
const pricing = "PRIC IND"

// pfsHeader returns the header of a table whose names stand in several rows,
// the last of which is the i-th: the rows above it belong to it up to one that
// has text in the columns of code, modifier and description, a title.
func pfsHeader(m Member, rows []row) header {
	first := len(rows) - 1
	for first > 0 && len(rows)-first < 6 {
		if r := rows[first-1]; r.cell(0) != "" || r.cell(1) != "" || r.cell(2) != "" {
			break
		}
		first--
	}
	return headerOf(m, rows[first:]...)
}

// lastOfHeader reports the row that ends the header.
func lastOfHeader(r row) bool { return headName(r.cell(0)) == "HCPCS" && headName(r.cell(1)) == "MOD" }

func isPFSTable(h *head) bool {
	i := slices.IndexFunc(h.table, lastOfHeader)
	return i >= 0 && pfsHeader(h.member, h.table[:i+1]).has("STATUS CODE", "WORK RVU", "GLOB DAYS", "CONV FACTOR")
}

// isPFSText wants the HDR lines and a record as long as the conversion factor
// needs. Its descriptions may make it look like a table.
func isPFSText(h *head) bool {
	i := slices.IndexFunc(h.lines, func(l string) bool { return !strings.HasPrefix(l, "HDR") })
	if i <= 0 || len(h.line(i)) < pfsRecord || !pfsCode.MatchString(columns(h.line(i), 1, 5)) || !pfsStatus.MatchString(columns(h.line(i), 58, 58)) {
		return false
	}
	h.format = Text
	return true
}

var pfsTitled = regexp.MustCompile(`(?i)(20\d\d) National Physician Fee Schedule Relative Value File(?: (January|February|March|April|May|June|July|August|September|October|November|December))?`)

// pfsTitle names the month of the release. A title without one is that of January.
func pfsTitle(h *head) string {
	for _, r := range h.table {
		for i := range r.cells {
			if m := pfsTitled.FindStringSubmatch(squeeze(r.cell(i))); m != nil {
				first := time.January
				if m[2] != "" {
					first = month(m[2])
				}
				return date(number(m[1]), first, 1).Format("2006-01")
			}
		}
	}
	return ""
}

// ReadPFS reads the physician fee schedule (PPRRVU), a row a code and modifier
// (none, 26, TC, 53), figures with two decimals and the conversion factor with
// four in every format. The description never leaves it.
func ReadPFS(m Member, f Format) iter.Seq2[PFSRow, error] {
	records := m.pfsTable(f)
	if f != Comma && f != Sheet {
		records = m.pfsText()
	}
	return func(yield func(PFSRow, error) bool) {
		seen := map[string]bool{}
		for r, err := range records {
			if key := r.Code + " " + r.Mod; err == nil && seen[key] {
				err = m.refuse(0, "holds %s twice: two tables in one file", strings.TrimSpace(key))
			} else {
				seen[key] = true
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		if len(seen) == 0 {
			yield(PFSRow{}, m.refuse(0, "holds no row of the fee schedule: cut off after its header"))
		}
	}
}

func (m Member) pfsTable(f Format) iter.Seq2[PFSRow, error] {
	return func(yield func(PFSRow, error) bool) {
		var above []row
		var at []int // of each field, nil before the header
		width := 0
		for r, err := range m.rows(f) {
			var out PFSRow
			switch {
			case err != nil:
			case at == nil:
				if above = append(above, r); lastOfHeader(r) {
					at, err = pfsHeader(m, above).pfsColumns(r.no)
					width = len(r.cells)
				} else if len(above) > headRows {
					err = m.refuse(r.no, "no header of a fee schedule in the first %d rows", headRows)
				}
				if err == nil {
					continue
				}
			case r.empty():
				continue
			case f == Comma && len(r.cells) != width:
				err = m.refuse(r.no, "has %d columns, its header %d: cut off, or another table", len(r.cells), width)
			default:
				out, err = m.pfsRow(r, at, f)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

// pfsColumns is where each field stands, -1 for pricing where it is not yet.
func (h header) pfsColumns(line int) (at []int, err error) {
	for _, f := range pfsFields {
		i, err := h.want(line, f.name)
		if err != nil && f.name != pricing {
			return nil, err
		}
		at = append(at, i)
	}
	return at, nil
}

func (m Member) pfsRow(r row, at []int, f Format) (PFSRow, error) {
	var out PFSRow
	for i, field := range pfsFields {
		if at[i] < 0 {
			continue
		}
		s := r.cell(at[i])
		if f == Sheet {
			s = padded(s, field.width)
		}
		if wrong := field.set(&out, s); wrong != "" {
			return out, m.refuse(r.no, "%s", wrong)
		}
	}
	return out, nil
}

// set takes a cell, or says what is wrong with it.
func (f pfsField) set(r *PFSRow, s string) (wrong string) {
	if f.decimals > 0 && s != "" && s != "." && figure.MatchString(s) {
		if v, err := strconv.ParseFloat(s, 64); err == nil {
			*f.cell(r) = strconv.FormatFloat(v, 'f', f.decimals, 64)
			return ""
		}
	}
	if f.decimals > 0 || !f.check.MatchString(s) {
		return strconv.Quote(s) + " is no " + f.name
	}
	*f.cell(r) = s
	return ""
}

// padded gives a code back the zeros that it lost as a number of a workbook.
func padded(s string, width int) string {
	if _, err := strconv.Atoi(s); err != nil || len(s) >= width {
		return s
	}
	return strings.Repeat("0", width-len(s)) + s
}

// pfsRecord is the shortest record with all fields: to column 147.
const pfsRecord = 147

func (m Member) pfsText() iter.Seq2[PFSRow, error] {
	return func(yield func(PFSRow, error) bool) {
		records := false
		for l, err := range m.lines() {
			var out PFSRow
			switch {
			case err != nil:
			case strings.HasPrefix(l.text, "HDR") && !records, strings.TrimSpace(l.text) == "":
				continue
			default:
				records = true
				out, err = m.pfsLine(l)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

func (m Member) pfsLine(l line) (PFSRow, error) {
	var out PFSRow
	if len(l.text) < pfsRecord {
		return out, m.refuse(l.no, "is %d columns long, a record at least %d: cut off", len(l.text), pfsRecord)
	}
	if columns(l.text, 121, 127) != "" {
		return out, m.refuse(l.no, "columns 121 to 127 are filled, which the published layout leaves empty: import the csv of the same release")
	}
	for _, f := range pfsFields {
		if f.from == 0 {
			continue
		}
		if wrong := f.set(&out, columns(l.text, f.from, f.to)); wrong != "" {
			return out, m.refuse(l.no, "%s", wrong)
		}
	}
	return out, nil
}
