package cmsfile

import (
	"iter"
	"strings"
	"time"
)

// ContractorDefined stands for the primary codes that each Medicare contractor
// names itself (add-on codes of type 2, and the open end of type 3).
const ContractorDefined = "CCCCC"

// addOnColumns says where the fields of a row stand, -1 for none.
type addOnColumns struct {
	addOn, kind, primary, from int
	to                         []int // last days: of the edit, of either code
	width                      int
}

// addOnHeader reads a header row. CMS's own has "AOC_Edit_Eff_Dt (Julian)" and
// the like, in eight columns; other compilations spell the names out.
func addOnHeader(m Member, r row) (c addOnColumns, official, ok bool) {
	h := headerOf(m, r)
	c = addOnColumns{addOn: h.named("ADDONCODE", "ADDONCODES", "AOC"), kind: h.starts("AOCEDITTYPE", "EDITTYPE", "AOCTYPE"), primary: h.named("PRIMARYCODE"),
		from: h.starts("AOCEDITEFF", "PRIMARYCODEEFF", "EFFECTIVEDATE")}
	for _, name := range []string{"AOCEDITDEL", "PRIMARYCODEDEL", "AOCDEL", "DELETIONDATE"} {
		if i := h.starts(name); i >= 0 {
			c.to = append(c.to, i)
		}
	}
	c.width = 1 + max(c.addOn, c.kind, c.primary, c.from)
	return c, h.starts("AOCEDITEFF", "PRIMARYCODEEFF") >= 0,
		c.addOn >= 0 && c.kind >= 0 && c.primary >= 0 && c.from >= 0 && len(c.to) > 0
}

func addOnHead(h *head) (official, ok bool) {
	if h.format != Comma && h.format != Sheet && h.format != Tabs {
		return false, false
	}
	for _, r := range h.table {
		if _, official, ok := addOnHeader(h.member, r); ok {
			return official, true
		}
	}
	return false, false
}

func isAddOnOfficial(h *head) bool { official, ok := addOnHead(h); return ok && official }
func isAddOn(h *head) bool         { _, ok := addOnHead(h); return ok }

// AddOns reads the table of NCCI add-on codes (CMS, AOC_V…-MCR, tab-separated or
// workbook; the notice above the header), one row an add-on and primary code.
// The instructions beside it, which quote the AMA's book, are not read.
func AddOns(m Member, f Format) iter.Seq2[AddOnRow, error] {
	return func(yield func(AddOnRow, error) bool) {
		if err := readAddOns(m, f, func(r AddOnRow) bool { return yield(r, nil) }); err != nil {
			yield(AddOnRow{}, err)
		}
	}
}

// An addOnKey is what no two rows share.
type addOnKey struct {
	addOn, primary string
	from           time.Time
}

func readAddOns(m Member, f Format, take func(AddOnRow) bool) error {
	var c *addOnColumns
	seen := map[addOnKey]int{}
	for r, err := range m.rows(f) {
		switch {
		case err != nil:
			return err
		case c == nil:
			found, _, ok := addOnHeader(m, r)
			if ok {
				c = &found
			} else if r.no > maxHeader {
				return m.refuse(r.no, "no header that names an add-on and a primary code within the first %d lines", maxHeader)
			}
			continue
		case r.empty():
			continue
		}
		a, err := c.parse(m, f, r)
		if err != nil {
			return err
		}
		k := addOnKey{a.AddOn, a.Primary, a.From}
		if first, twice := seen[k]; twice {
			return m.refuse(r.no, "%s with %s stands twice, first at line %d", a.AddOn, a.Primary, first)
		}
		seen[k] = r.no
		if !take(a) {
			return nil
		}
	}
	switch {
	case c == nil:
		return m.refuse(0, "no header that names an add-on and a primary code")
	case len(seen) == 0:
		return m.refuse(0, "holds no row under its header")
	}
	return nil
}

func (c *addOnColumns) parse(m Member, f Format, r row) (a AddOnRow, err error) {
	if len(r.cells) < c.width {
		return a, m.refuse(r.no, "has %d columns, not %d: cut off?", len(r.cells), c.width)
	}
	a = AddOnRow{AddOn: r.cell(c.addOn), Primary: r.cell(c.primary), Type: addOnType(r.cell(c.kind))}
	if f == Sheet {
		a.AddOn, a.Primary = sheetCode(a.AddOn), sheetCode(a.Primary)
	}
	switch {
	case !procedure([]byte(a.AddOn)):
		return a, m.refuse(r.no, "%q is no CPT or HCPCS code", short([]byte(a.AddOn)))
	case a.Primary != ContractorDefined && !procedure([]byte(a.Primary)):
		return a, m.refuse(r.no, "%q is no CPT or HCPCS code, nor %s", short([]byte(a.Primary)), ContractorDefined)
	case a.Type == "":
		return a, m.refuse(r.no, "edit type %q is none of 1, 2, 3", short([]byte(r.cell(c.kind))))
	case a.Type == "1" && a.Primary == ContractorDefined, a.Type == "2" && a.Primary != ContractorDefined:
		return a, m.refuse(r.no, "%s is of type %s, which does not go with the primary %s", a.AddOn, a.Type, a.Primary)
	}
	if a.From, err = addOnDay(m, r, c.from); err != nil {
		return a, err
	}
	for _, i := range c.to { // what ends first ends the edit
		to, err := addOnDay(m, r, i)
		if err != nil {
			return a, err
		}
		if !to.IsZero() && (a.To.IsZero() || to.Before(a.To)) {
			a.To = to
		}
	}
	if !a.To.IsZero() && a.To.Before(a.From) {
		return a, m.refuse(r.no, "ends %s, before its first day %s", a.To.Format(time.DateOnly), a.From.Format(time.DateOnly))
	}
	return a, nil
}

// addOnType is 1, 2 or 3; older tables write I, II, III.
func addOnType(s string) string {
	switch strings.TrimSpace(strings.TrimPrefix(strings.ToUpper(s), "TYPE")) {
	case "1", "I":
		return "1"
	case "2", "II":
		return "2"
	case "3", "III":
		return "3"
	}
	return ""
}

// addOnDay reads a date: CMS writes year and day of the year, 2013091; 0 and 9
// all through stand for none.
func addOnDay(m Member, r row, column int) (time.Time, error) {
	s := r.cell(column)
	if strings.Trim(s, "0") == "" || strings.Trim(s, "9") == "" {
		return time.Time{}, nil
	}
	if len(s) == 7 {
		if t, err := time.Parse("2006002", s); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t, nil
		}
	}
	if t, ok := sheetDay(s); ok {
		return t, nil
	}
	return time.Time{}, m.refuse(r.no, "%q is no date", short([]byte(s)))
}
