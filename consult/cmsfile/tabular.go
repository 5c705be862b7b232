package cmsfile

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
)

// A TabularList is the ICD-10-CM tabular list: what stands at its chapters,
// sections and codes, in the order of the file.
type TabularList struct {
	Version    string // fiscal year as the file names it
	Chapters   int
	Diags      int      // diag elements
	Codes      []string // their names; seventh characters stand in Extensions
	Sections   []SectionRow
	Notes      []NoteRow
	Extensions []ExtensionRow
}

// noteKinds are the elements that hold notes. Those of the second kind are one
// list each ("code to identify: …"), so their items make one row; elsewhere
// each item is a row.
var (
	noteKinds = map[string]string{
		"includes": "includes", "inclusionTerm": "inclusion_term", "excludes1": "excludes1", "excludes2": "excludes2",
		"codeFirst": "code_first", "useAdditionalCode": "use_additional", "codeAlso": "code_also",
		"notes": "note", "sevenChrNote": "seven_chr_note",
	}
	oneList = map[string]bool{"code_first": true, "use_additional": true, "code_also": true}
)

var (
	versionTag = regexp.MustCompile(`<version>\s*(\d{4})\s*</version>`)
	spanForm   = regexp.MustCompile(`^([A-Z][0-9][0-9A-Z])(?:-([A-Z][0-9][0-9A-Z]))?$`)
	spanOfDesc = regexp.MustCompile(`^(.*?)\s*\(([A-Z][0-9][0-9A-Z](?:-[A-Z][0-9][0-9A-Z])?)\)$`)
	diagForm   = regexp.MustCompile(`^[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?$`)
)

// Bounds of a tabular list. The true ones have 9 MB, and codes five deep within
// each other.
const (
	maxTabular = 256 << 20
	maxNesting = 12
)

func isTabular(h *head) bool {
	return h.format == XML && strings.Contains(strings.Join(h.lines[:min(20, len(h.lines))], "\n"), "<ICD10CM.tabular")
}

// tabularVersion is the fiscal year of the content, with the April update where
// the file's name says so: the content does not tell it.
func tabularVersion(h *head) string {
	if f := versionTag.FindStringSubmatch(strings.Join(h.lines[:min(200, len(h.lines))], "\n")); f != nil {
		return f[1] + aprilOf(h)
	}
	return ""
}

// Tabular reads the tabular list. An element that it does not know refuses the
// file; the table of visual impairment at H54 becomes notes, a line each.
func Tabular(m Member) (TabularList, error) {
	r, err := m.Open()
	if err != nil {
		return TabularList{}, err
	}
	defer func() { _ = r.Close() }()
	t := &tabularReader{Decoder: xml.NewDecoder(io.LimitReader(decoded(r), maxTabular)), member: m, codes: map[string]bool{}, chars: map[ExtensionRow]bool{}}
	if err := t.document(); err != nil {
		return TabularList{}, err
	}
	return t.TabularList, nil
}

type tabularReader struct {
	*xml.Decoder
	TabularList
	member Member
	codes  map[string]bool // those read
	chars  map[ExtensionRow]bool
}

func (t *tabularReader) refuse(format string, args ...any) error {
	line, _ := t.InputPos()
	return t.member.refuse(line, format, args...)
}

// broken words an error of the decoder.
func (t *tabularReader) broken(err error) error {
	if own := (*Error)(nil); errors.As(err, &own) {
		return err
	}
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		return t.member.refuse(syntax.Line, "damaged or cut off: %s", syntax.Msg)
	}
	if errors.Is(err, io.EOF) {
		return t.refuse("damaged or cut off: the list does not end")
	}
	return t.refuse("damaged or cut off: %v", err)
}

// each calls take for the elements within the one that is open, to its end.
// take reads its element to its end.
func (t *tabularReader) each(take func(xml.StartElement) error) error {
	for {
		token, err := t.Token()
		if err != nil {
			return t.broken(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if err := take(e); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// text is all text within the open element, read to its end.
func (t *tabularReader) text() (string, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		token, err := t.Token()
		if err != nil {
			return "", t.broken(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			b.WriteByte(' ')
			b.Write(e)
		}
	}
	return squeeze(b.String()), nil
}

func (t *tabularReader) skip() error {
	if err := t.Skip(); err != nil {
		return t.broken(err)
	}
	return nil
}

func (t *tabularReader) document() error {
	for {
		token, err := t.Token()
		if err != nil {
			return t.broken(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			if e.Name.Local != "ICD10CM.tabular" {
				return t.refuse("begins with <%s>, not with <ICD10CM.tabular>", e.Name.Local)
			}
			break
		}
	}
	if err := t.each(t.part); err != nil {
		return err
	}
	if t.Version == "" || t.Diags == 0 {
		return t.refuse("has no version or no codes")
	}
	return nil
}

// part reads what stands at the top.
func (t *tabularReader) part(e xml.StartElement) (err error) {
	switch e.Name.Local {
	case "version":
		t.Version, err = t.text()
		return err
	case "introduction":
		return t.skip()
	case "chapter":
		t.Chapters++
		return t.place(&place{chapter: true}, 0)
	}
	return t.unknown(e)
}

func (t *tabularReader) unknown(e xml.StartElement) error {
	return t.refuse("does not know <%s> here", e.Name.Local)
}

// A place is a chapter, section or diag while it is read.
type place struct {
	chapter, section   bool
	owner, first, last string
}

// place reads a chapter, section or diag to its end.
func (t *tabularReader) place(p *place, depth int) error {
	if depth > maxNesting {
		return t.refuse("codes within codes, more than %d deep", maxNesting)
	}
	return t.each(func(e xml.StartElement) error {
		name := e.Name.Local
		if kind, ok := noteKinds[name]; ok {
			return t.notes(p, kind, "note")
		}
		switch {
		case name == "name" || name == "desc":
			return t.name(p, name)
		case name == "section" && p.chapter:
			inner := &place{section: true}
			for _, a := range e.Attr {
				if a.Name.Local == "id" {
					inner.owner = a.Value
				}
			}
			return t.place(inner, depth+1)
		case name == "sectionIndex" && p.chapter:
			return t.skip()
		case name == "diag" && !p.chapter:
			t.Diags++
			return t.place(&place{}, depth+1)
		case name == "sevenChrDef" && !p.chapter && !p.section:
			return t.extensions(p)
		case name == "visualImpairment":
			return t.notes(p, "note", "visCategory")
		}
		return t.unknown(e)
	})
}

// name reads <name> or <desc>; whichever names the place's code or span gives
// it its owner.
func (t *tabularReader) name(p *place, element string) error {
	text, err := t.text()
	switch {
	case err != nil:
		return err
	case p.chapter || p.section:
		if element == "name" {
			return nil // a chapter's number
		}
		return t.open(p, text)
	case element == "desc":
		return nil // the title, which the code file has too
	case !diagForm.MatchString(text):
		return t.refuse("%q is no ICD-10-CM code", text)
	case t.codes[text]:
		return t.refuse("%s stands twice", text)
	}
	t.codes[text], p.owner = true, text
	t.TabularList.Codes = append(t.TabularList.Codes, text)
	return nil
}

// open takes a chapter or section by its description, "Cholera (A00-A09)". A
// section has its span as id too.
func (t *tabularReader) open(p *place, desc string) error {
	title := desc
	if f := spanOfDesc.FindStringSubmatch(desc); f != nil {
		title = f[1]
		if p.owner == "" {
			p.owner = f[2]
		}
	}
	f := spanForm.FindStringSubmatch(p.owner)
	if f == nil {
		return t.refuse("%q names no span of categories", desc)
	}
	p.first, p.last = f[1], f[2]
	if p.last == "" {
		p.last = p.first
	}
	if p.last < p.first {
		return t.refuse("the span %s runs backwards", p.owner)
	}
	t.Sections = append(t.Sections, SectionRow{Span: p.owner, First: p.first, Last: p.last, Title: title, Chapter: p.chapter})
	return nil
}

// notes reads the items of a block into rows of p.
func (t *tabularReader) notes(p *place, kind, item string) error {
	if err := t.named(p); err != nil {
		return err
	}
	var items []string
	err := t.each(func(e xml.StartElement) error {
		if e.Name.Local != item {
			return t.unknown(e)
		}
		text, err := t.text()
		if err == nil && text != "" {
			items = append(items, text)
		}
		return err
	})
	if oneList[kind] && len(items) > 0 {
		items = []string{strings.ReplaceAll(strings.Join(items, "; "), ":;", ":")}
	}
	for _, text := range items {
		t.Notes = append(t.Notes, NoteRow{Kind: kind, Owner: p.owner, First: p.first, Last: p.last, Text: text})
	}
	return err
}

// named refuses notes before the name of what they stand at.
func (t *tabularReader) named(p *place) error {
	if p.owner == "" || (p.chapter || p.section) && p.first == "" {
		return t.refuse("notes stand before the name of what carries them")
	}
	return nil
}

// extensions reads seventh characters; a note among them is an inclusion term
// of the character before it.
func (t *tabularReader) extensions(p *place) error {
	if err := t.named(p); err != nil {
		return err
	}
	begin := len(t.Extensions)
	return t.each(func(e xml.StartElement) error {
		text, err := t.text()
		switch n := len(t.Extensions); {
		case err != nil:
			return err
		case e.Name.Local == "note" && n > begin:
			t.Extensions[n-1].Text += "; " + text
			return nil
		case e.Name.Local != "extension":
			return t.unknown(e)
		}
		x := ExtensionRow{Owner: p.owner, Text: text}
		for _, a := range e.Attr {
			if a.Name.Local == "char" {
				x.Char = a.Value
			}
		}
		if len(x.Char) != 1 {
			return t.refuse("a seventh character of %s is %q", p.owner, x.Char)
		}
		key := ExtensionRow{Owner: x.Owner, Char: x.Char}
		if t.chars[key] {
			return t.refuse("the seventh character %s of %s stands twice", x.Char, p.owner)
		}
		t.chars[key] = true
		t.Extensions = append(t.Extensions, x)
		return nil
	})
}
