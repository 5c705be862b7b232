package cmsfile

import (
	"iter"
	"strconv"
	"strings"
)

// mueTables are the kinds by what the header calls their values.
var mueTables = []struct{ name, kind string }{
	{"PRACTITIONERSERVICESMUEVALUES", MUEPractitioner},
	{"OUTPATIENTHOSPITALSERVICESMUEVALUES", MUEOutpatient},
	{"FACILITYOUTPATIENTHOSPITALSERVICESMUEVALUES", MUEOutpatient},
	{"OUTPATIENTHOSPITALMUEVALUES", MUEOutpatient},
	{"DMESUPPLIERSERVICESMUEVALUES", MUEDME},
	{"DMESUPPLIERMUEVALUES", MUEDME},
}

// mueHeader finds the code's and the values' column of a header row, whose
// first name holds a line end, and the kind that it tells.
func mueHeader(m Member, r row) (h header, code, values int, kind string) {
	h = headerOf(m, r)
	code = h.named("HCPCSCPTCODE", "CPTHCPCSCODE")
	for _, t := range mueTables {
		if values = h.named(t.name); values >= 0 {
			return h, code, values, t.kind
		}
	}
	return h, code, -1, ""
}

func mueHead(h *head) (kind string) {
	if h.format != Comma && h.format != Sheet && h.format != Tabs {
		return ""
	}
	for _, r := range h.table {
		if _, code, _, kind := mueHeader(h.member, r); code >= 0 && kind != "" {
			return kind
		}
	}
	return ""
}

func isMUE(h *head) bool     { return mueHead(h) != "" }
func mueKind(h *head) string { return mueHead(h) }

// MUE reads a table of NCCI medically unlikely edits (CMS, one for
// practitioners, outpatient hospitals and suppliers each), one row a code. The
// AMA's notice stands in a record above the header.
func MUE(m Member, f Format) iter.Seq2[MUERow, error] {
	return func(yield func(MUERow, error) bool) {
		if err := readMUE(m, f, func(r MUERow) bool { return yield(r, nil) }); err != nil {
			yield(MUERow{}, err)
		}
	}
}

func readMUE(m Member, f Format, take func(MUERow) bool) error {
	var c *mueColumns
	seen := map[string]int{}
	for r, err := range m.rows(f) {
		switch {
		case err != nil:
			return err
		case c == nil:
			if c, err = findMUE(m, r); err != nil {
				return err
			}
			continue
		case r.empty():
			continue
		}
		e, err := c.parse(m, f, r)
		if err != nil {
			return err
		}
		if first, twice := seen[e.Code]; twice {
			return m.refuse(r.no, "%s stands twice, first at line %d", e.Code, first)
		}
		seen[e.Code] = r.no
		if !take(e) {
			return nil
		}
	}
	switch {
	case c == nil:
		return m.refuse(0, "no header that names a HCPCS/CPT Code and MUE Values")
	case len(seen) == 0:
		return m.refuse(0, "holds no row under its header")
	}
	return nil
}

// mueColumns says where the fields of a row stand.
type mueColumns struct{ code, values, mai, rationale, width int }

// findMUE reads r if it is the header, nil for the notice above it.
func findMUE(m Member, r row) (*mueColumns, error) {
	h, code, values, kind := mueHeader(m, r)
	if code < 0 || kind == "" {
		if r.no > maxHeader {
			return nil, m.refuse(r.no, "no header that names a HCPCS/CPT Code and MUE Values within the first %d lines", maxHeader)
		}
		return nil, nil
	}
	c := &mueColumns{code: code, values: values, mai: h.named("MUEADJUDICATIONINDICATOR"), rationale: h.named("MUERATIONALE")}
	if c.mai < 0 {
		return nil, m.refuse(r.no, "the header has no column %q: tables of before 2014 and Medicaid's have none", "MUE Adjudication Indicator")
	}
	c.width = 1 + max(code, values, c.mai, c.rationale)
	return c, nil
}

func (c *mueColumns) parse(m Member, f Format, r row) (MUERow, error) {
	e := MUERow{Code: r.cell(c.code), Rationale: r.cell(c.rationale)}
	if f == Sheet {
		e.Code = sheetCode(e.Code)
	}
	if len(r.cells) < c.width {
		return e, m.refuse(r.no, "has %d columns, not %d: cut off?", len(r.cells), c.width)
	}
	if !procedure([]byte(e.Code)) {
		return e, m.refuse(r.no, "%q is no CPT or HCPCS code", short([]byte(e.Code)))
	}
	units, err := strconv.ParseUint(r.cell(c.values), 10, 31)
	if err != nil {
		return e, m.refuse(r.no, "%q is no number of units", short([]byte(r.cell(c.values))))
	}
	e.Units = int(units)
	// "2 Date of Service Edit: Policy"
	var words string
	e.MAI, words, _ = strings.Cut(r.cell(c.mai), " ")
	if e.MAI != "1" && e.MAI != "2" && e.MAI != "3" || words != "" && !strings.Contains(words, "Edit") {
		return e, m.refuse(r.no, "adjudication indicator %q is none of 1, 2, 3", short([]byte(r.cell(c.mai))))
	}
	return e, nil
}
