package cmsfile

import (
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// hcpcsLayouts are the Alpha-Numeric file as text, csv and workbook, and the
// list of codes for what has none of its own. A zip of CMS holds the same table
// as text and as workbook.
var hcpcsLayouts = []layout{
	{kind: HCPCS, proved: true, is: isANWEBText},
	{kind: HCPCS, proved: true, is: isANWEBTable},
	{kind: HCPCSNOC, part: NOCPrint, proved: true, is: isNOCText, title: nocTitle},
	{kind: HCPCSNOC, proved: true, is: isNOCTable, title: nocTitle},
}

// enoughRecords below one another tell a text without a header. What is wrong
// further down is the reader's to say, with its line.
const enoughRecords = 5

// isANWEBText wants records from the first one on. The disclaimers above them are
// full of tabs, which say nothing of the format.
func isANWEBText(h *head) bool {
	records := 0
	for i, l := range h.lines {
		switch {
		case records == enoughRecords:
		case anwebLine.MatchString(l):
			records++
		case records > 0 && !noText(l), i >= disclaimers:
			return false
		}
	}
	if records == 0 {
		return false
	}
	h.format = Text
	return true
}

func isANWEBTable(h *head) bool {
	return h.find("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION") >= 0
}

// ReadHCPCS reads the Alpha-Numeric file: HCPCS Level II codes and modifiers, one
// row each, its long description joined from the first record (3, of a modifier
// 7) and its continuations (4, 8) in the order of their sequence numbers. CMS
// publishes the text and the workbook with the same rows. The sequence numbers
// of a code are 100, 200, 300… in the text and 10, 20, 30… in csv and workbook
// (so throughout the files of 2019 and October 2024); a gap in them is a record
// that was lost, whose words the description would lack.
func ReadHCPCS(m Member, f Format) iter.Seq2[HCPCSRow, error] {
	return func(yield func(HCPCSRow, error) bool) {
		b := hcpcsBuilder{m: m, seen: map[string]bool{}, step: 100}
		if f == Sheet || f == Comma {
			b.step = 10
		}
		for r, err := range m.anweb(f) {
			var done *HCPCSRow
			if err == nil {
				done, err = b.take(r)
			}
			if err != nil {
				yield(HCPCSRow{}, err)
				return
			}
			if done != nil && !yield(*done, nil) {
				return
			}
		}
		if b.row == nil {
			yield(HCPCSRow{}, m.refuse(0, "holds no HCPCS record"))
			return
		}
		yield(b.whole(), nil)
	}
}

// hcpcsBuilder joins the records of one code.
type hcpcsBuilder struct {
	m    Member
	seen map[string]bool
	row  *HCPCSRow // the code being read; nil before the first
	long []string
	seq  int
	step int // between sequence numbers, and the first of them
}

// whole is the row read so far.
func (b *hcpcsBuilder) whole() HCPCSRow {
	b.row.Long = squeeze(strings.Join(b.long, " "))
	return *b.row
}

// take adds a record; the row that it ends is returned.
func (b *hcpcsBuilder) take(r anwebRecord) (*HCPCSRow, error) {
	seq, err := strconv.Atoi(r.get("SEQNUM"))
	if err != nil || seq < 1 {
		return nil, b.m.refuse(r.line, "sequence number %q is no number", r.get("SEQNUM"))
	}
	switch id := r.get("RECID"); id {
	case "3", "7":
		return b.begin(r, id == "7", seq)
	case "4", "8":
		return nil, b.join(r, id == "8", seq)
	default:
		return nil, b.m.refuse(r.line, "record id %q is none of 3, 4, 7 and 8", id)
	}
}

// join adds a continuation record.
func (b *hcpcsBuilder) join(r anwebRecord, modifier bool, seq int) error {
	switch c := r.get("HCPC"); {
	case b.row == nil || b.row.Code != c || b.row.Modifier != modifier:
		return b.m.refuse(r.line, "continues %s, whose first record does not stand above it", c)
	case seq != b.seq+b.step:
		return b.m.refuse(r.line, "sequence number %d of %s does not follow %d; is a record missing?", seq, c, b.seq)
	}
	b.long, b.seq = append(b.long, r.get("LONG DESCRIPTION")), seq
	return nil
}

var (
	hcpcsCode     = regexp.MustCompile(`^[A-Z][0-9]{4}$`)
	hcpcsModifier = regexp.MustCompile(`^[0-9A-Z]{2}$`)
	oneLetter     = regexp.MustCompile(`^[A-Z]$`)
)

// begin starts the row of a first record.
func (b *hcpcsBuilder) begin(r anwebRecord, modifier bool, seq int) (done *HCPCSRow, err error) {
	if b.row != nil {
		row := b.whole()
		done = &row
	}
	row := r.row(modifier)
	shape, key := hcpcsCode, row.Code
	if modifier {
		shape, key = hcpcsModifier, "modifier "+row.Code
	}
	switch {
	case !shape.MatchString(row.Code):
		return nil, b.m.refuse(r.line, "%q is no HCPCS code or modifier", row.Code)
	case b.seen[key]:
		return nil, b.m.refuse(r.line, "%s stands twice", key)
	case seq != b.step:
		return nil, b.m.refuse(r.line, "sequence number %d of the first record of %s is not %d", seq, key, b.step)
	case !oneLetter.MatchString(row.Action):
		return nil, b.m.refuse(r.line, "action code %q is no letter; is the line cut off?", row.Action)
	case !oneLetter.MatchString(row.Coverage):
		return nil, b.m.refuse(r.line, "coverage code %q is no letter", row.Coverage)
	}
	b.seen[key], b.row, b.seq, b.long = true, &row, seq, []string{r.get("LONG DESCRIPTION")}
	return done, b.dates(r)
}

// dates fills the dates of the row. Without the date of adding there is no
// telling since when the code was valid; the action's has been left out once
// (A5513 in 2019).
func (b *hcpcsBuilder) dates(r anwebRecord) error {
	for _, d := range []struct {
		name string
		to   *time.Time
	}{{"ADD DT", &b.row.Added}, {"ACT EFF DT", &b.row.ActionFrom}, {"TERM DT", &b.row.Terminated}, {"ASC_DT", &b.row.ASCFrom}} {
		t, ok := day(r.get(d.name))
		if !ok {
			return b.m.refuse(r.line, "%s %q is no date", d.name, r.get(d.name))
		}
		*d.to = t
	}
	switch {
	case b.row.Added.IsZero():
		return b.m.refuse(r.line, "%s has no date of adding", b.row.Code)
	case !b.row.Terminated.IsZero() && b.row.Terminated.Before(b.row.Added):
		return b.m.refuse(r.line, "%s ends before it begins", b.row.Code)
	}
	return nil
}

// row is what a first record says, without dates and long description.
func (r anwebRecord) row(modifier bool) HCPCSRow {
	return HCPCSRow{
		Code: r.get("HCPC"), Modifier: modifier, Short: squeeze(r.get("SHORT DESCRIPTION")),
		Pricing: r.list("PRICE", 4), MultiplePricing: r.get("MULT_PI"),
		CIM: r.list("CIM", 3), MCM: r.list("MCM", 3), Statute: r.get("STATUTE"), LabCert: r.list("LABCERT", 8),
		XRefs: r.list("XREF", 5), Coverage: r.get("COV"), ASCGroup: r.get("ASC_GRP"),
		ProcNote: r.get("PROCNOTE"), BETOS: r.get("BETOS"), TypesOfService: r.list("TOS", 5),
		AnesthesiaUnits: r.get("ANEST_BU"), Action: r.get("ACTION CD"),
	}
}
