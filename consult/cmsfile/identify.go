package cmsfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Release kinds, as the contract lists them.
const (
	ICD10CM         = "icd10cm"
	ICD10CMTabular  = "icd10cm-tabular"
	ICD10PCS        = "icd10pcs"
	GEMCM           = "gem-cm"
	GEMPCS          = "gem-pcs"
	HCPCS           = "hcpcs"
	HCPCSNOC        = "hcpcs-noc" // codes for what has no code of its own
	CPT             = "cpt"
	PTPPractitioner = "ncci-ptp-practitioner"
	PTPOutpatient   = "ncci-ptp-outpatient"
	MUEPractitioner = "ncci-mue-practitioner"
	MUEOutpatient   = "ncci-mue-outpatient"
	MUEDME          = "ncci-mue-dme"
	AddOn           = "ncci-addon"
	PFS             = "pfs"
	GPCI            = "gpci"
	POS             = "pos"
	MCE             = "mce"
	MCDLCD          = "mcd-lcd"
	MCDArticle      = "mcd-article"
)

// A Format is how a member's bytes are laid out.
type Format int

// The formats of published files.
const (
	Text  Format = iota // fixed width
	Tabs                // tab-separated
	Comma               // comma-separated
	Sheet               // workbook (xlsx)
	XML
)

// An Ident says what a member is.
type Ident struct {
	Kind   string
	Kinds  []string // where content cannot tell which of these it is, the name decides, else --kind
	Part   string   // what of the release it holds: "order", "codes", "addenda", "f1", a table's name
	Format Format
	Proved bool   // the reader has met a true file of this layout
	Period Period // zero where neither content nor name tells
}

// A layout is one way in which a kind is published.
type layout struct {
	kind   string
	part   string
	proved bool
	is     func(h *head) bool
	// kindOf and partOf refine kind and part by content or name; nil: as above.
	kindOf func(h *head) string
	partOf func(h *head) string
	// kinds is what it may be where kindOf says "".
	kinds []string
	// title is the text of the content that names the period; nil: none does.
	title func(h *head) string
}

// layouts in the order in which they are tried.
var layouts = slices.Concat(icdLayouts, gemLayouts, hcpcsLayouts, cptLayouts, ncciLayouts, pfsLayouts, listLayouts, mcdLayouts)

// Cadences of the kinds.
var cadences = map[string]Cadence{
	ICD10CM: FiscalYearly, ICD10CMTabular: FiscalYearly, ICD10PCS: FiscalYearly, MCE: FiscalYearly,
	GEMCM: Yearly, GEMPCS: Yearly, CPT: Yearly, GPCI: Yearly, POS: Yearly,
	HCPCS: QuarterOrYear, HCPCSNOC: QuarterOrYear, PTPPractitioner: Quarterly, PTPOutpatient: Quarterly,
	MUEPractitioner: Quarterly, MUEOutpatient: Quarterly, MUEDME: Quarterly, AddOn: Quarterly,
	PFS: Schedule, MCDLCD: Monthly, MCDArticle: Monthly,
}

// CadenceOf returns how often a kind is published; ok is false for a kind that
// no reader has.
func CadenceOf(kind string) (c Cadence, ok bool) {
	c, ok = cadences[kind]
	return c, ok
}

// ErrNoCodeFile is what Identify finds of documents and other files that hold
// no rows of any kind.
var ErrNoCodeFile = errors.New("none of the layouts that can be imported")

// Identify tells by its first lines what a member is. Where the content does
// not name the period, the member's name does, then the file's, then its
// folder's, else Period is zero. The error wraps ErrNoCodeFile for a file of no
// known layout, unless its name is that of a table: then it is damaged or newer
// than the readers, and nobody should take the rest for the whole.
func Identify(m Member) (Ident, error) {
	h, err := headOf(m)
	if err != nil {
		return Ident{}, err
	}
	for _, l := range layouts {
		if l.is(h) {
			return l.ident(h), nil
		}
	}
	if what := h.noRelease(); what != "" {
		return Ident{}, fmt.Errorf("%s: %w: %s", m, ErrNoRelease, what)
	}
	switch {
	case h.oldLineEnds:
		return Ident{}, m.refuse(0, "its lines end in CR alone; save it with line ends of LF or CR LF")
	case tableName.MatchString(filepath.Base(m.Name)):
		return Ident{}, m.refuse(1, "named like a table of codes, but these lines are none that is known; download it again, or it is newer than this program")
	}
	return Ident{}, fmt.Errorf("%s: %w", m, ErrNoCodeFile)
}

// tableName are the names under which the tables are published.
var tableName = regexp.MustCompile(`(?i)^(icd10(cm|pcs)[-_]?(order|codes|tabular)|(20\d\d_)?(i9|i10)gem|gem_(i9pcs|pcsi9)|hcpc20\d\d_.*anweb|pprrvu|cci(pra|oph)|mcr_mue|aoc_|longult|medu\b|shortu\b).*\.(txt|csv|xlsx|xml)$`)

func (l layout) ident(h *head) Ident {
	id := Ident{Kind: l.kind, Part: l.part, Format: h.format, Proved: l.proved}
	if l.kindOf != nil {
		id.Kind = l.kindOf(h)
	}
	if id.Kind == "" {
		id.Kinds = l.kinds
	}
	if l.partOf != nil {
		id.Part = l.partOf(h)
	}
	c := cadences[id.Kind]
	if l.title != nil {
		if p, ok := c.periodIn(l.title(h)); ok {
			id.Period = p
			return id
		}
	}
	folder := filepath.Base(filepath.Dir(h.member.Path))
	for _, name := range []string{h.member.Name, h.member.File, folder} {
		if p, ok := c.periodIn(name); ok {
			id.Period = p
			return id
		}
	}
	return id
}

// headSize is how much of a member Identify looks at; headRows of a workbook.
const (
	headSize = 64 << 10
	headRows = 40
)

// A head is the beginning of a member.
type head struct {
	member Member
	format Format
	lines  []string // of text: without the last, which may be cut
	table  []row    // of Tabs, Comma, Sheet

	oldLineEnds bool // CR alone
}

// name is the member's path in lower case, the file's in front.
func (h *head) name() string { return strings.ToLower(h.member.File + "/" + h.member.Name) }

// line is the i-th line, "" past the end.
func (h *head) line(i int) string {
	if i >= len(h.lines) {
		return ""
	}
	return h.lines[i]
}

// find returns the index of the first row that makes a header with all the
// names, -1 for none.
func (h *head) find(names ...string) int {
	return slices.IndexFunc(h.table, func(r row) bool { return headerOf(h.member, r).has(names...) })
}

func headOf(m Member) (*head, error) {
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	b := bufio.NewReaderSize(r, headSize)
	magic, _ := b.Peek(4)
	h := &head{member: m, format: Text}
	if string(magic) == "PK\x03\x04" {
		h.format = Sheet
		return h, h.readSheet()
	}
	raw := make([]byte, headSize)
	n, err := io.ReadFull(decoded(b), raw)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	h.readText(raw[:n], err == nil)
	return h, nil
}

func (h *head) readSheet() error {
	for r, err := range h.member.sheetRows() {
		if err != nil {
			return err
		}
		h.table = append(h.table, r)
		if len(h.table) == headRows {
			break
		}
	}
	return nil
}

func (h *head) readText(raw []byte, cut bool) {
	if bytes.IndexByte(raw, 0) >= 0 {
		return // a PDF, a program, a database
	}
	text := strings.ReplaceAll(utf8Text(raw), "\r\n", "\n")
	h.oldLineEnds = !strings.Contains(text, "\n") && strings.Contains(text, "\r")
	if cut {
		text = text[:strings.LastIndexByte(text, '\n')+1]
	}
	h.lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	switch {
	case strings.HasPrefix(strings.TrimSpace(text), "<"):
		h.format = XML
	case strings.Count(text, "\t") >= len(h.lines):
		h.format = Tabs
		for i, l := range h.lines {
			h.table = append(h.table, row{i + 1, strings.Split(l, "\t")})
		}
	default:
		h.readCommas(text)
	}
}

// readCommas takes text for a comma-separated table when most of its lines have commas.
func (h *head) readCommas(text string) {
	c := csv.NewReader(strings.NewReader(text))
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	wide := 0
	for {
		cells, err := c.Read()
		if err != nil {
			break
		}
		no, _ := c.FieldPos(0)
		h.table = append(h.table, row{no, cells})
		if len(cells) > 1 {
			wide++
		}
	}
	if wide*2 <= len(h.table) {
		h.table = nil
		return
	}
	h.format = Comma
}
