package cmsfile

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// What a change file does to an edit; Changes begins the Ident.Part of one.
const (
	Changes = "changes"

	Added   = "added"
	Deleted = "deleted"
	Revised = "revised" // the modifier indicator
)

var changeWords = regexp.MustCompile(`(?i)addition|addend|\badd(?:s|ed)?\b|deletion|\bdelete[sd]?\b|revision|\brevised\b|modifier[-_ a-z]*change|ccmi[-_ ]*change|indicator[-_ ]*change`)

// changesIn tells which changes a title, sheet's or file's name speaks of.
func changesIn(text string) []string {
	var all []string
	for _, w := range changeWords.FindAllString(text, -1) {
		c := Revised
		switch strings.ToLower(w)[:2] {
		case "ad":
			c = Added
		case "de":
			c = Deleted
		}
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// changeIn is the only change that text speaks of, "" for none or several.
func changeIn(text string) string {
	if all := changesIn(text); len(all) == 1 {
		return all[0]
	}
	return ""
}

// changeColumns says where the fields of a change stand, -1 for none.
type changeColumns struct {
	column1, column2, change, from, to, indicator, before, rationale int
}

// changeHeader reads the names of the columns from rows, of which the first
// names both codes.
func changeHeader(m Member, rows ...row) (c changeColumns, ok bool) {
	h := headerOf(m, rows...)
	old := func(n string) bool {
		return strings.HasPrefix(n, "PRIOR") || strings.HasPrefix(n, "OLD") || strings.HasPrefix(n, "PREVIOUS") || strings.HasPrefix(n, "FROM")
	}
	isIndicator := func(n string) bool {
		return strings.Contains(n, "MODIFIER") || strings.Contains(n, "CCMI") || strings.HasSuffix(n, "INDICATOR")
	}
	c = changeColumns{column1: h.starts("COLUMN1", "COL1", "COLUMNONE"), column2: h.starts("COLUMN2", "COL2", "COLUMNTWO"),
		change: h.named("CHANGE", "CHANGETYPE", "ACTION", "TYPEOFCHANGE"), from: h.starts("EFFECTIVE", "NEWEFFECTIVE"), to: h.starts("DELETION", "DELETED"),
		before:    h.like(func(n string) bool { return isIndicator(n) && old(n) }),
		indicator: h.like(func(n string) bool { return isIndicator(n) && !old(n) }),
		rationale: h.like(func(n string) bool { return strings.HasSuffix(n, "RATIONALE") })}
	return c, c.column1 >= 0 && c.column2 >= 0 && c.column1 != c.column2
}

// isPTPChange knows a change file by a header with both columns and by what it
// says of itself: additions, deletions, revisions, in a title, a column, or its name.
func isPTPChange(h *head) bool {
	if h.format != Tabs && h.format != Sheet && h.format != Comma {
		return false
	}
	at := slices.IndexFunc(h.table, func(r row) bool { _, ok := changeHeader(h.member, r); return ok })
	if at < 0 {
		return false
	}
	c, _ := changeHeader(h.member, h.table[at])
	if c.change >= 0 || c.before >= 0 || len(changesIn(titles(h))) > 0 {
		return c.indicator >= 0 || c.to >= 0 || c.from >= 0 || c.change >= 0
	}
	return len(changesIn(h.member.Name)) > 0 || strings.Contains(strings.ToLower(h.member.Name), "change")
}

// changePart is "changes", with the sort where a file holds one only.
func changePart(h *head) string {
	for _, text := range []string{titles(h), h.member.Name} {
		if c := changeIn(text); c != "" {
			return Changes + " " + c
		}
	}
	return Changes
}

// PTPChanges reads a quarterly change file of the NCCI procedure-to-procedure
// edits ("Quarterly Additions, Deletions, and Revisions": CMS publishes them
// beside the full tables, as text or workbook, one file or sheet a sort of change
// or all in one). No true file was at hand: columns are taken by their names,
// the sort of change from a column, the title above a table, the sheet's name,
// or the file's; a row of which none of them says it is refused.
//
// An addition has its first day, a deletion its last; a revision has its new
// indicator, and where the file says so the old one and the first day.
func PTPChanges(m Member, f Format) iter.Seq2[PTPChange, error] {
	return func(yield func(PTPChange, error) bool) {
		p := &changeReader{member: m, take: func(r PTPChange) bool { return yield(r, nil) }}
		if err := p.read(f); err != nil {
			yield(PTPChange{}, err)
		}
	}
}

// A changeReader goes through one table after the other.
type changeReader struct {
	member Member
	take   func(PTPChange) bool
	sheet  string // where a workbook has several
	title  string // the change that the last title spoke of
	head   []row  // of the table: the names, and what continues them
	c      *changeColumns
	rows   int
	over   bool // the caller wants no more
}

func (p *changeReader) read(f Format) error {
	var err error
	if f == Sheet {
		err = p.readSheets()
	} else {
		for r, e := range p.member.rows(f) {
			if err = e; err == nil {
				err = p.row(r)
			}
			if err != nil || p.over {
				break
			}
		}
	}
	if err == nil && p.rows == 0 && !p.over {
		err = p.member.refuse(0, "holds no change")
	}
	return err
}

// readSheets reads every sheet of the workbook.
func (p *changeReader) readSheets() error {
	r, err := p.member.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	book, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: maxSheet, UnzipXMLSizeLimit: spill, RawCellValue: true})
	if err != nil {
		return p.member.refuse(0, "cannot be read as a workbook: %v", err)
	}
	defer func() { _ = book.Close() }()
	for _, name := range book.GetSheetList() {
		if err := p.readSheet(book, name); err != nil || p.over {
			return err
		}
	}
	return nil
}

func (p *changeReader) readSheet(book *excelize.File, name string) error {
	p.sheet, p.title, p.head, p.c = name, "", nil, nil
	rows, err := book.Rows(name)
	if err != nil {
		return p.member.refuse(0, "cannot be read as a workbook: %v", err)
	}
	defer func() { _ = rows.Close() }()
	for no := 1; rows.Next(); no++ {
		cells, err := rows.Columns()
		if err != nil {
			return p.member.refuse(no, "%v", err)
		}
		if err := p.row(row{no, cells[:min(len(cells), maxColumns)]}); err != nil || p.over {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return p.member.refuse(0, "damaged or cut off: %v", err)
	}
	return nil
}

// row takes one row for a title, a header, what continues it, or a change.
func (p *changeReader) row(r row) error {
	if r.empty() {
		return nil
	}
	if _, ok := changeHeader(p.member, r); ok {
		p.head, p.c = []row{r}, nil
		return nil
	}
	if len(p.head) == 0 || p.isTitle(r) {
		if c := changeIn(strings.Join(r.cells, " ")); c != "" {
			p.title = c
		}
		return nil
	}
	if p.c == nil {
		c, _ := changeHeader(p.member, p.head...)
		if r.cell(c.column1) == "" && r.cell(c.column2) == "" && len(p.head) < maxHeader {
			p.head = append(p.head, r) // names split over rows
			return nil
		}
		c, ok := changeHeader(p.member, p.head...)
		if !ok {
			c, _ = changeHeader(p.member, p.head[0])
		}
		p.c = &c
	}
	change, err := p.parse(r)
	if err != nil {
		return err
	}
	p.rows++
	p.over = !p.take(change)
	return nil
}

// isTitle reports a row with a text alone between tables.
func (p *changeReader) isTitle(r row) bool {
	for i := 1; i < len(r.cells); i++ {
		if r.cell(i) != "" {
			return false
		}
	}
	return len(changesIn(r.cell(0))) > 0
}

func (p *changeReader) parse(r row) (PTPChange, error) {
	c := *p.c
	e := PTPChange{Change: p.changeOf(r), PTPRow: PTPRow{Line: r.no, Column1: r.cell(c.column1), Column2: r.cell(c.column2), Rationale: r.cell(c.rationale)}}
	if p.sheet != "" {
		e.Column1, e.Column2 = sheetCode(e.Column1), sheetCode(e.Column2)
	}
	for _, code := range []string{e.Column1, e.Column2} {
		if !procedure([]byte(code)) {
			return e, p.refuse(r.no, "%q is no CPT or HCPCS code", short([]byte(code)))
		}
	}
	if e.Change == "" {
		return e, p.refuse(r.no, "neither a column nor a title nor a name says whether this edit is added, deleted or revised")
	}
	var ok bool
	if e.From, ok = sheetDay(r.cell(c.from)); !ok {
		return e, p.refuse(r.no, "%q is no date", short([]byte(r.cell(c.from))))
	}
	if e.To, ok = sheetDay(r.cell(c.to)); !ok {
		return e, p.refuse(r.no, "%q is no date", short([]byte(r.cell(c.to))))
	}
	for _, f := range []struct {
		at int
		to *string
	}{{c.indicator, &e.Indicator}, {c.before, &e.Before}} {
		if s := r.cell(f.at); s != "" {
			var err error
			if *f.to, err = indicator(p.member, r.no, []byte(s)); err != nil {
				return e, err
			}
		}
	}
	return e, p.complete(e)
}

// changeOf is what the row's own column, else its surroundings say.
func (p *changeReader) changeOf(r row) string {
	for _, text := range []string{r.cell(p.c.change), p.title, p.sheet, p.member.Name, p.member.File} {
		switch {
		case text == Added || text == Deleted || text == Revised:
			return text
		case strings.EqualFold(text, "a"):
			return Added
		case strings.EqualFold(text, "d"):
			return Deleted
		case strings.EqualFold(text, "r") || strings.EqualFold(text, "c"):
			return Revised
		}
		if c := changeIn(text); c != "" {
			return c
		}
	}
	if p.c.before >= 0 {
		return Revised
	}
	return ""
}

// refuse names the sheet where there are several.
func (p *changeReader) refuse(line int, format string, args ...any) error {
	if p.sheet != "" {
		format, args = "in sheet %q: "+format, append([]any{p.sheet}, args...)
	}
	return p.member.refuse(line, format, args...)
}

// complete refuses a change that lacks what its sort needs.
func (p *changeReader) complete(e PTPChange) error {
	switch {
	case e.Change == Added && (e.From.IsZero() || e.Indicator == ""):
		return p.refuse(e.Line, "an addition without its effective date and modifier indicator")
	case e.Change == Deleted && e.To.IsZero():
		return p.refuse(e.Line, "a deletion without its deletion date")
	case e.Change == Revised && (e.Indicator == "" || e.Indicator == e.Before):
		return p.refuse(e.Line, "a revision without a new modifier indicator")
	case !e.To.IsZero() && e.To.Before(e.From):
		if e.Change == Revised { // the old row's last day, the new row's first
			return nil
		}
		return p.refuse(e.Line, "ends %s, before its first day %s", e.To.Format(time.DateOnly), e.From.Format(time.DateOnly))
	}
	return nil
}
