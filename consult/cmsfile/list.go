package cmsfile

import (
	"iter"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// listLayouts are the place of service codes and the Medicare Code Editor's lists.
var listLayouts = []layout{
	{kind: POS, proved: true, is: isFormat(Comma, func(h *head) bool { return h.find(posNames...) == 0 })},
	{kind: POS, is: func(h *head) bool {
		return (h.format == Comma || h.format == Sheet) && slices.ContainsFunc(h.table, isPOSHeader)
	}},
	{kind: MCE, proved: true, is: isFormat(Comma, func(h *head) bool { return h.find(mceNames...) == 0 }), title: mceVersion},
	{kind: MCE, is: isFormat(Sheet, func(h *head) bool { return h.find(mceNames...) == 0 }), title: mceVersion},
}

var (
	posNames = []string{"pos_code", "pos_type", "pos_name", "pos_description"}
	mceNames = []string{"icd_code", "icd_conflict_group", "icd_conflict_rule"}
	posRange = regexp.MustCompile(`^([0-9]{1,2})(?: ?[-–] ?([0-9]{1,2}))?$`)
	mceName  = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])v(4[0-9]|5[0-9])(?:[^0-9]|$)`)
)

// isPOSHeader takes the csv's names and those of the code set as CMS prints it,
// which has no column of facility or not.
func isPOSHeader(r row) bool {
	h := headerOf(Member{}, r)
	return h.has(posNames...) || h.column(posPrinted...) >= 0 && h.has("Place of Service Name", "Place of Service Description")
}

var posPrinted = []string{"Place of Service Code(s)", "Place of Service Code"}

// mceVersion makes the fiscal year of the version in a name: version 41 is FY2024.
func mceVersion(h *head) string {
	for _, name := range []string{path.Base(h.member.Name), h.member.File} {
		if m := mceName.FindStringSubmatch(name); m != nil {
			return "FY" + strconv.Itoa(1983+number(m[1]))
		}
	}
	return ""
}

// ReadPOS reads the place of service codes, a row a code: the unassigned ones
// too, ranges of which CMS prints in one row (27-30).
func ReadPOS(m Member, f Format) iter.Seq2[POSRow, error] {
	return func(yield func(POSRow, error) bool) {
		seen := map[string]bool{}
		err := m.tableAfter(f, isPOSHeader, func(h header, line int) (func(row) error, error) {
			return func(r row) error {
				all, err := m.posRows(r, h)
				if err != nil {
					return err
				}
				for _, p := range all {
					if seen[p.Code] {
						return m.refuse(r.no, "place of service %s stands there twice", p.Code)
					}
					if seen[p.Code] = true; !yield(p, nil) {
						return errEnough
					}
				}
				return nil
			}, nil
		})
		if err != nil {
			yield(POSRow{}, err)
		}
	}
}

func (m Member) posRows(r row, h header) ([]POSRow, error) {
	span := posRange.FindStringSubmatch(r.cell(h.column(append([]string{"pos_code"}, posPrinted...)...)))
	name := squeeze(r.cell(h.column("pos_name", "Place of Service Name")))
	if span == nil || name == "" {
		return nil, m.refuse(r.no, "no place of service code with its name")
	}
	p := POSRow{Name: name, Text: squeeze(r.cell(h.column("pos_description", "Place of Service Description")))}
	switch kind := strings.ToLower(r.cell(h.column("pos_type"))); kind {
	case "facility", "non-facility":
		p.Facility = kind
	case "", "unassigned":
	default:
		return nil, m.refuse(r.no, "%q is neither facility nor non-facility", kind)
	}
	first, last := number(span[1]), number(span[1])
	if span[2] != "" {
		last = number(span[2])
	}
	if last < first {
		return nil, m.refuse(r.no, "%s ends before it begins", span[0])
	}
	var all []POSRow
	for n := first; n <= last; n++ {
		p.Code = padded(strconv.Itoa(n), 2)
		all = append(all, p)
	}
	return all, nil
}

var mceCode = regexp.MustCompile(`^([A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?|[0-9A-HJ-NP-Z]{7})$`)

// ReadMCE reads the Medicare Code Editor's lists, a row a code and list, codes
// in normal form. The titles are those of the code set and dropped.
func ReadMCE(m Member, f Format) iter.Seq2[MCERow, error] {
	return func(yield func(MCERow, error) bool) {
		isHeader := func(r row) bool { return headerOf(m, r).has(mceNames...) }
		err := m.tableAfter(f, isHeader, func(h header, line int) (func(row) error, error) {
			return func(r row) error {
				out := MCERow{strings.ToUpper(r.cell(h.column("icd_code"))), strings.ToLower(r.cell(h.column("icd_conflict_group"))), squeeze(r.cell(h.column("icd_conflict_rule")))}
				if !mceCode.MatchString(out.Code) {
					return m.refuse(r.no, "%q is no code of ICD-10", out.Code)
				}
				if out.List == "" || out.Rule == "" {
					return m.refuse(r.no, "names no list or no rule")
				}
				if len(out.Code) < 7 || out.Code[3] == '.' {
					out.Code = dotted(out.Code)
				}
				if !yield(out, nil) {
					return errEnough
				}
				return nil
			}, nil
		})
		if err != nil {
			yield(MCERow{}, err)
		}
	}
}

// dotted writes an ICD-10-CM code with its dot.
func dotted(s string) string {
	s = strings.ReplaceAll(s, ".", "")
	if len(s) <= 3 {
		return s
	}
	return s[:3] + "." + s[3:]
}
