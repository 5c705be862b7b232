package cmsfile

import (
	"regexp"
	"slices"
	"strings"
)

// The NCCI tables: procedure-to-procedure edits (ptp.go) with their quarterly
// change files (ptpchange.go), medically unlikely edits (mue.go), add-on codes
// (addon.go). The change files come first, which hold the columns of a PTP
// table too.
var ncciLayouts = []layout{
	{is: medicare(isPTPChange), partOf: changePart, kindOf: ptpKind, kinds: ptpKinds, title: titles},
	{kind: PTPPractitioner, proved: true, is: medicare(isFormat(Tabs, isPTPOf(PTPPractitioner))), partOf: ptpPart, title: titles},
	{is: medicare(isPTP), kindOf: ptpKind, kinds: ptpKinds, partOf: ptpPart, title: titles},
	{kind: MUEPractitioner, proved: true, is: medicare(isFormat(Comma, isMUEOf(MUEPractitioner)))},
	{is: medicare(isMUE), kindOf: mueKind},
	{kind: AddOn, is: medicare(isAddOnOfficial), title: titles},
	{kind: AddOn, is: medicare(isAddOn)}, // true rows were at hand, under a header that is not CMS's
}

var (
	ptpKinds = []string{PTPPractitioner, PTPOutpatient}
	partName = regexp.MustCompile(`(?i)[-_ ](f[1-9])(?:[^0-9a-z]|$)`)
)

// medicare leaves out Medicaid's tables, which have the same columns, other
// edits, and a name that says so.
func medicare(is func(h *head) bool) func(h *head) bool {
	return func(h *head) bool { return is(h) && !saysMedicaid(h) }
}

func saysMedicaid(h *head) bool {
	for _, text := range []string{titles(h), h.member.Name, h.member.File} {
		if s := strings.ToLower(text); strings.Contains(s, "medicaid") || hasWord(s, "mcd") {
			return true
		}
	}
	return false
}

// isMedicaids reports one of Medicaid's NCCI tables.
func isMedicaids(h *head) bool {
	return saysMedicaid(h) && (isPTP(h) || isPTPChange(h) || isMUE(h) || isAddOn(h))
}

// isPTPOf and isMUEOf know the tables of one kind.
func isPTPOf(kind string) func(h *head) bool {
	return func(h *head) bool { return isPTP(h) && ptpKind(h) == kind }
}

func isMUEOf(kind string) func(h *head) bool {
	return func(h *head) bool { return mueHead(h) == kind }
}

// ptpKind tells the practitioner's table from the hospital's, which hold the
// same columns: a title or a name says it, the innermost first; "" where none does.
func ptpKind(h *head) string {
	for _, text := range []string{titles(h), h.member.Name, h.member.File, h.member.Path} {
		s := strings.ToLower(text)
		practitioner := strings.Contains(s, "practitioner") || strings.Contains(s, "ccipra") || hasWord(s, "pra")
		outpatient := strings.Contains(s, "outpatient") || strings.Contains(s, "hospital") ||
			strings.Contains(s, "ccioph") || hasWord(s, "oph")
		switch {
		case practitioner && !outpatient:
			return PTPPractitioner
		case outpatient && !practitioner:
			return PTPOutpatient
		}
	}
	return ""
}

// ptpPart is f1 to f4 of a table published in several files.
func ptpPart(h *head) string {
	for _, name := range []string{h.member.Name, h.member.File} {
		if m := partName.FindStringSubmatch(name); m != nil {
			return strings.ToLower(m[1])
		}
	}
	return ""
}

// hasWord reports that s holds the word between anything but letters.
func hasWord(s, word string) bool {
	return slices.Contains(strings.FieldsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }), word)
}

// titles is the text above the first header that names a column 1, without
// the AMA's notice, whose year is that of the notice.
func titles(h *head) string {
	var all []string
	for _, r := range h.table {
		if len(r.cells) > 1 && r.cell(1) != "" {
			break
		}
		if s := r.cell(0); !strings.Contains(strings.ToLower(s), "copyright") && !strings.Contains(s, "AMA") {
			all = append(all, squeeze(s))
		}
	}
	return strings.Join(all, " ")
}

// like is the first column whose name, in upper case without blanks and
// punctuation, satisfies match; -1 for none.
func (h header) like(match func(name string) bool) int {
	found := -1
	for name, i := range h.at {
		if match(plain(name)) && (found < 0 || i < found) {
			found = i
		}
	}
	return found
}

// named is like for names that are known whole; the first of them goes first.
func (h header) named(names ...string) int {
	for _, n := range names {
		if i := h.like(func(name string) bool { return name == n }); i >= 0 {
			return i
		}
	}
	return -1
}

// starts is like for names of which the beginning is known, the rest being a
// legend: "Modifier 0=not allowed …".
func (h header) starts(with ...string) int {
	for _, w := range with {
		if i := h.like(func(name string) bool { return strings.HasPrefix(name, w) }); i >= 0 {
			return i
		}
	}
	return -1
}

// plain keeps the letters and digits of a column's name, in upper case.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(s))
}

// sheetCode gives a code of a workbook back the zeros that it lost there as a
// number: 1996 is 01996, and 100, the lowest of CPT, is 00100.
func sheetCode(s string) string {
	if len(s) < 3 {
		return s
	}
	return padded(s, 5)
}

// procedure reports the shape of a CPT or HCPCS Level II code: five characters,
// digits but for a letter in front or at the end.
func procedure(s []byte) bool {
	if len(s) != 5 {
		return false
	}
	for _, c := range s[1:4] {
		if c < '0' || c > '9' {
			return false
		}
	}
	first, last := upper(s[0]), upper(s[4])
	return (first || digit(s[0])) && (last || digit(s[4])) && !(first && last)
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }
func digit(c byte) bool { return c >= '0' && c <= '9' }
