package cmsfile

import (
	"iter"
	"regexp"
	"slices"
	"strings"
)

// isGPCI wants the header of the indices; their columns' names begin with the year.
func isGPCI(h *head) bool { return slices.ContainsFunc(h.table, isGPCIHeader) }

func isGPCIHeader(r row) bool {
	h := headerOf(Member{}, r)
	return h.has("State", "Locality Number", "Locality Name") && h.containing("PE GPCI") != nil && h.containing("MP GPCI") != nil
}

// containing are the names of columns that hold part.
func (h header) containing(part string) (names []string) {
	for name := range h.at {
		if strings.Contains(name, part) {
			names = append(names, name)
		}
	}
	return names
}

// gpciTitle is what stands above the table with its header, which name the year.
func gpciTitle(h *head) string {
	return titleTo(h, slices.IndexFunc(h.table, isGPCIHeader))
}

// titleTo joins the cells of the rows up to the i-th.
func titleTo(h *head, i int) string {
	var s []string
	for _, r := range h.table[:min(i+1, len(h.table))] {
		s = append(s, strings.Join(r.cells, " "))
	}
	return strings.Join(s, " ")
}

var (
	gpciContractor = regexp.MustCompile(`^[0-9]{5}$`)
	gpciState      = regexp.MustCompile(`^[A-Z]{2}$`)
	gpciLocality   = regexp.MustCompile(`^[0-9]{2}$`)
	gpciFigure     = regexp.MustCompile(`^[0-9]?(\.[0-9]+)?$`)
)

// ReadGPCI reads the localities with their geographic practice cost indices
// (GPCI, Addendum E of the rule). Where the work index stands with and without
// its floor of 1.0, the one with the floor is taken. The notes below the table
// stand in its first column alone; the stars that refer to them are dropped.
func ReadGPCI(m Member, f Format) iter.Seq2[GPCIRow, error] {
	return func(yield func(GPCIRow, error) bool) {
		err := m.tableAfter(f, isGPCIHeader, func(h header, line int) (func(row) error, error) {
			at, err := h.gpciColumns(line)
			return func(r row) error {
				out, err := m.gpciRow(r, at)
				if err == nil && !yield(out, nil) {
					return errEnough
				}
				return err
			}, err
		})
		if err != nil {
			yield(GPCIRow{}, err)
		}
	}
}

func (h header) gpciColumns(line int) (at [7]int, err error) {
	work := h.containing("PW GPCI")
	if with := h.containing("WITH 1.0 FLOOR"); len(work) > 1 && len(with) == 1 {
		work = with
	}
	one := func(names []string, what string) string {
		if len(names) == 1 {
			return names[0]
		}
		return what // no column's name: want says so
	}
	wanted := [][]string{
		{"Medicare Administrative Contractor (MAC)", "Medicare Administrative Contractor", "Contractor"},
		{"State"}, {"Locality Number"}, {"Locality Name"},
		{one(work, "PW GPCI")}, {one(h.containing("PE GPCI"), "PE GPCI")}, {one(h.containing("MP GPCI"), "MP GPCI")},
	}
	for i, names := range wanted {
		if at[i], err = h.want(line, names...); err != nil {
			return at, err
		}
	}
	return at, nil
}

func (m Member) gpciRow(r row, at [7]int) (GPCIRow, error) {
	g := GPCIRow{padded(r.cell(at[0]), 5), r.cell(at[1]), padded(r.cell(at[2]), 2), strings.TrimRight(r.cell(at[3]), "* "),
		leadingZero(r.cell(at[4])), leadingZero(r.cell(at[5])), leadingZero(r.cell(at[6]))}
	for _, c := range []struct {
		is   *regexp.Regexp
		cell string
		what string
	}{
		{gpciContractor, g.Contractor, "contractor"}, {gpciState, g.State, "state"}, {gpciLocality, g.Locality, "locality number"},
		{gpciFigure, g.Work, "work index"}, {gpciFigure, g.PE, "practice expense index"}, {gpciFigure, g.MP, "malpractice index"},
	} {
		if c.cell == "" || !c.is.MatchString(c.cell) {
			return g, m.refuse(r.no, "%q is no %s", c.cell, c.what)
		}
	}
	return g, nil
}

func leadingZero(s string) string {
	if strings.HasPrefix(s, ".") {
		return "0" + s
	}
	return s
}

// A CountyRow says which counties make a fee schedule area.
type CountyRow struct {
	Contractor, Locality string
	State                string // its name, in capitals
	Area, Counties       string // as the file words them: ALL COUNTIES, ALL OTHER COUNTIES
}

func isCounties(h *head) bool {
	return (h.format == Comma || h.format == Sheet) && slices.ContainsFunc(h.table, isCountiesHeader)
}

func isCountiesHeader(r row) bool {
	return headerOf(Member{}, r).has("Locality Number", "State", "Fee Schedule Area", "Counties")
}

func countiesTitle(h *head) string {
	return titleTo(h, slices.IndexFunc(h.table, isCountiesHeader))
}

// ReadCounties reads the key of localities by county (25LOCCO and its like),
// whose layout is known from descriptions of it: two rows of title, a header
// that spells Adminstrative so, and the state named once for its rows.
func ReadCounties(m Member, f Format) iter.Seq2[CountyRow, error] {
	return func(yield func(CountyRow, error) bool) {
		state := ""
		err := m.tableAfter(f, isCountiesHeader, func(h header, line int) (func(row) error, error) {
			contractor, err := h.want(line, "Medicare Adminstrative Contractor", "Medicare Administrative Contractor")
			return func(r row) error {
				out := CountyRow{padded(r.cell(contractor), 5), padded(r.cell(h.column("Locality Number")), 2), r.cell(h.column("State")),
					r.cell(h.column("Fee Schedule Area")), squeeze(r.cell(h.column("Counties")))}
				if out.State == "" {
					out.State = state
				}
				state = out.State
				switch {
				case !gpciContractor.MatchString(out.Contractor):
					return m.refuse(r.no, "%q is no contractor", out.Contractor)
				case !gpciLocality.MatchString(out.Locality):
					return m.refuse(r.no, "%q is no locality number", out.Locality)
				case out.State == "" || out.Counties == "":
					return m.refuse(r.no, "names no state or no counties")
				}
				if !yield(out, nil) {
					return errEnough
				}
				return nil
			}, err
		})
		if err != nil {
			yield(CountyRow{}, err)
		}
	}
}
