package cmsfile

import (
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// An mcdRow is a row with its cells by name. The first cell that is not what it
// should be stays in bad.
type mcdRow struct {
	row
	header
	bad error
}

// mcd yields the rows of a table that has all the columns in its first row.
func (m Member) mcd(want ...string) iter.Seq2[*mcdRow, error] {
	return func(yield func(*mcdRow, error) bool) {
		var h header
		width := 0
		for r, err := range m.commaRows() {
			switch {
			case err != nil:
			case width == 0:
				h, width = headerOf(m, r), len(r.cells)
				for _, name := range want {
					if _, err = h.want(r.no, name); err != nil {
						break
					}
				}
				if err == nil {
					continue
				}
			case len(r.cells) != width:
				err = m.refuse(r.no, "has %d columns, its header %d: cut off, or a quote is missing", len(r.cells), width)
			}
			if !yield(&mcdRow{row: r, header: h}, err) || err != nil {
				return
			}
		}
		if width == 0 {
			yield(nil, m.refuse(0, "is empty"))
		}
	}
}

func (r *mcdRow) refuse(format string, args ...any) {
	if r.bad == nil {
		r.bad = r.member.refuse(r.no, format, args...)
	}
}

func (r *mcdRow) text(names ...string) string { return r.cell(r.column(names...)) }

// date is zero for an empty cell.
func (r *mcdRow) date(name string) time.Time {
	s, _, _ := strings.Cut(r.text(name), ".") // parts of seconds
	d, ok := day(s)
	if !ok {
		r.refuse("%q in %s is no date", s, name)
	}
	return d
}

func (r *mcdRow) number(names ...string) int {
	n, err := strconv.Atoi(r.text(names...))
	if err != nil || n < 0 {
		r.refuse("%q in %s is no number", r.text(names...), names[0])
	}
	return n
}

// document is whose row it is, with the letter that the table leaves out.
func (r *mcdRow) document() (id string, version int) {
	letter, name := "L", "lcd_id"
	if r.column(name) < 0 {
		letter, name = "A", "article_id"
	}
	n := r.number(name)
	if r.column("lcd_version", "article_version") >= 0 {
		version = r.number("lcd_version", "article_version")
	}
	return letter + strconv.Itoa(n), version
}

// office is the key of a contractor.
func (r *mcdRow) office() string {
	var key []string
	for _, name := range ofOffice {
		key = append(key, strconv.Itoa(r.number(name)))
	}
	return strings.Join(key, ".")
}

// readMCD makes rows of a table's rows.
func readMCD[T any](m Member, want []string, of func(*mcdRow) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r, err := range m.mcd(want...) {
			var out T
			if err == nil {
				out = of(r)
				err = r.bad
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

// ReadMCDDocuments reads the table lcd or article. Its long texts are not taken:
// they hold CPT descriptors.
func ReadMCDDocuments(m Member) iter.Seq2[MCDDocument, error] {
	return readMCD(m, []string{"title", "status"}, func(r *mcdRow) MCDDocument {
		d := MCDDocument{Title: plainText(r.text("title")), Status: strings.ToUpper(r.text("status"))}
		d.ID, d.Version = r.document()
		if d.Display = d.ID; r.text("display_id") != "" { // of a proposed one
			d.Display = "D" + d.ID[:1] + strings.TrimLeft(r.text("display_id"), "DLA")
		}
		d.From = r.first("rev_eff_date", "orig_det_eff_date", "article_eff_date")
		d.To = r.first("date_retired", "ent_det_end_date", "rev_end_date", "article_end_date", "article_rev_end_date")
		if d.Title == "" {
			r.refuse("a document without a title")
		}
		return d
	})
}

// first is the first date of those that the row has.
func (r *mcdRow) first(names ...string) time.Time {
	for _, n := range names {
		if r.text(n) != "" {
			return r.date(n)
		}
	}
	return time.Time{}
}

// ReadMCDContractors reads the table contractor, without addresses and people.
func ReadMCDContractors(m Member) iter.Seq2[MCDContractor, error] {
	return readMCD(m, []string{"contractor_bus_name", "contractor_number"}, func(r *mcdRow) MCDContractor {
		return MCDContractor{r.office(), r.text("contractor_bus_name"), r.text("contractor_number"), r.text("contractor_subtype_id"), r.text("status_flag") == "N"}
	})
}

// ReadMCDServed reads lcd_x_contractor or article_x_contractor.
func ReadMCDServed(m Member) iter.Seq2[MCDServed, error] {
	return readMCD(m, ofOffice, func(r *mcdRow) MCDServed {
		id, v := r.document()
		return MCDServed{id, v, r.office()}
	})
}

// ReadMCDStates reads state_lookup.
func ReadMCDStates(m Member) iter.Seq2[MCDState, error] {
	return readMCD(m, []string{"state_id", "state_abbrev"}, func(r *mcdRow) MCDState {
		return MCDState{strconv.Itoa(r.number("state_id")), r.text("state_abbrev"), r.text("description")}
	})
}

// ReadMCDJurisdictions reads contractor_jurisdiction.
func ReadMCDJurisdictions(m Member) iter.Seq2[MCDJurisdiction, error] {
	return readMCD(m, []string{"state_id", "term_date"}, func(r *mcdRow) MCDJurisdiction {
		j := MCDJurisdiction{Contractor: r.office(), State: strconv.Itoa(r.number("state_id")), To: r.date("term_date")}
		if !strings.HasPrefix(r.text("active_date"), "1900") { // since ever
			j.From = r.date("active_date")
		}
		return j
	})
}

// ReadMCDPrimary reads lcd_x_primary_jurisdiction or article_x_primary_jurisdiction.
func ReadMCDPrimary(m Member) iter.Seq2[MCDPrimary, error] {
	return readMCD(m, []string{"state_id"}, func(r *mcdRow) MCDPrimary {
		id, v := r.document()
		return MCDPrimary{id, v, strconv.Itoa(r.number("state_id"))}
	})
}

// groupColumns are where each list numbers its groups.
var groupColumns = map[string]string{ListHCPCS: "hcpc_code_group", ListCovered: "icd10_covered_group", ListNoncovered: "icd10_noncovered_group",
	ListPCS: "icd10_pcs_code_group", ListModifier: "hcpc_modifier_group"}

// ReadMCDGroups reads the paragraphs of a list's groups.
func ReadMCDGroups(m Member, list string) iter.Seq2[MCDGroup, error] {
	return readMCD(m, []string{groupColumns[list], "paragraph"}, func(r *mcdRow) MCDGroup {
		id, v := r.document()
		return MCDGroup{id, v, list, r.number(groupColumns[list]), plainText(r.text("paragraph")), plainText(r.text("icd10_covered_ast"))}
	})
}

// codeColumns are where each list has its code, and its shape; "" of revenue
// and bill codes, which are the NUBC's.
var codeColumns = map[string]struct {
	name  string
	shape *regexp.Regexp
}{
	ListHCPCS:      {"hcpc_code_id", regexp.MustCompile(`^([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}|XX000)$`)},
	ListCovered:    {"icd10_code_id", regexp.MustCompile(`^([A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?|XX000)$`)},
	ListNoncovered: {"icd10_code_id", regexp.MustCompile(`^([A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?|XX000)$`)},
	ListPCS:        {"icd10_pcs_code_id", regexp.MustCompile(`^([0-9A-HJ-NP-Z]{7}|XX000)$`)},
	ListModifier:   {"hcpc_modifier_code_id", regexp.MustCompile(`^([0-9A-Z]{2}|XX000)$`)},
	ListBill:       {"bill_code_id", regexp.MustCompile(`^[0-9A-Za-z]{1,5}$`)},
	ListRevenue:    {"revenue_code_id", regexp.MustCompile(`^[0-9A-Za-z]{1,5}$`)},
	ListTable:      {"hcpc_code_id", regexp.MustCompile(`^([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}|XX000)?$`)},
}

// NoCode stands in a list that says that there is no code.
const NoCode = "XX000"

// ReadMCDCodes reads the codes of a list in normal form; their descriptions,
// some of them the AMA's, never leave it.
func ReadMCDCodes(m Member, list string) iter.Seq2[MCDCode, error] {
	col := codeColumns[list]
	want := []string{col.name}
	if groupColumns[list] != "" {
		want = append(want, groupColumns[list])
	}
	return readMCD(m, want, func(r *mcdRow) MCDCode {
		c := MCDCode{List: list, Code: strings.ToUpper(r.text(col.name)), Asterisk: strings.EqualFold(r.text("asterisk"), "Y")}
		c.Document, c.Version = r.document()
		if !col.shape.MatchString(c.Code) {
			r.refuse("%q is no code of the list %s", c.Code, list)
		}
		if groupColumns[list] != "" {
			c.Group = r.number(groupColumns[list])
		}
		if list == ListTable {
			c.From, c.To = r.date("eff_date"), r.date("end_date")
		}
		if (list == ListCovered || list == ListNoncovered) && c.Code != NoCode {
			c.Code = dotted(c.Code)
		}
		return c
	})
}

// SystemOf is the code system of a list's codes; "" for bill codes.
func SystemOf(list, c string) code.System {
	switch list {
	case ListCovered, ListNoncovered:
		return code.ICD10CM
	case ListPCS:
		return code.ICD10PCS
	case ListModifier:
		return code.Modifier
	case ListRevenue:
		return code.Revenue
	case ListHCPCS, ListTable:
		if c != "" && c[0] >= 'A' {
			return code.HCPCS
		}
		return code.CPT
	}
	return ""
}

// ReadMCDRelated reads lcd_related_documents or article_related_documents.
func ReadMCDRelated(m Member) iter.Seq2[MCDRelated, error] {
	return readMCD(m, []string{"r_article_id", "r_lcd_id"}, func(r *mcdRow) MCDRelated {
		var out MCDRelated
		out.Document, out.Version = r.document()
		letter, name := "A", "r_article"
		if r.text("r_article_id") == "" {
			letter, name = "L", "r_lcd"
		}
		out.Related = letter + strconv.Itoa(r.number(name+"_id"))
		if r.text(name+"_version") != "" {
			out.RelatedVersion = r.number(name + "_version")
		}
		return out
	})
}

// ReadMCDRetire reads lcd_future_retire or article_future_retire.
func ReadMCDRetire(m Member) iter.Seq2[MCDRetire, error] {
	return readMCD(m, []string{"retire_dt"}, func(r *mcdRow) MCDRetire {
		id, _ := r.document()
		d := r.date("retire_dt")
		if d.IsZero() {
			r.refuse("no day of retirement")
		}
		return MCDRetire{id, d}
	})
}

// listingNames are the columns of a listing of documents, LCDs and articles in
// one table, as a search of the database gives it.
var listingNames = []string{"document_display_id", "document_type", "document_version", "effective_date", "retirement_date", "title", "updated_on"}

var displayID = regexp.MustCompile(`^D?[LA][0-9]{4,6}$`)

func isListing(h *head) bool { return h.format == Comma && h.find(listingNames...) == 0 }

// listingMonth is the month of a listing's newest change.
func listingMonth(h *head) string {
	var months []string
	for r, err := range h.member.mcd(listingNames...) {
		if err != nil {
			return ""
		}
		months = append(months, r.date("updated_on").Format("2006-01"))
	}
	if len(months) == 0 {
		return ""
	}
	return slices.Max(months)
}

// ReadMCDListing reads a listing of documents.
func ReadMCDListing(m Member) iter.Seq2[MCDDocument, error] {
	return readMCD(m, listingNames, func(r *mcdRow) MCDDocument {
		d := MCDDocument{ID: strings.ToUpper(r.text("document_display_id")), Version: r.number("document_version"), Title: squeeze(r.text("title")),
			Status: squeeze(r.text("note")), From: r.date("effective_date")}
		d.Display = d.ID
		if s := r.text("retirement_date"); s != "" && s != "N/A" {
			d.To = r.date("retirement_date")
		}
		if !displayID.MatchString(d.ID) || d.Title == "" {
			r.refuse("no document with its title")
		}
		return d
	})
}
