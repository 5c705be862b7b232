package casemail

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"
)

// Marks stand in the text made from HTML where its structure shows what words
// alone do not: that a quote or a signature begins. They are private-use
// characters, taken out of all text that comes in, and never leave Parse.
const (
	quoteMark     = '\ue000'
	signatureMark = '\ue001'
)

var unmarker = strings.NewReplacer(string(quoteMark)+"\n", "", string(signatureMark)+"\n", "", string(quoteMark), "", string(signatureMark), "")

// unmark takes the marks out of s, with the line that holds nothing else.
func unmark(s string) string {
	if !strings.ContainsRune(s, quoteMark) && !strings.ContainsRune(s, signatureMark) {
		return s
	}
	return unmarker.Replace(s)
}

// blankLine reports whether a line holds nothing but blanks and marks.
func blankLine(line string) bool {
	return strings.TrimLeftFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == quoteMark || r == signatureMark }) == ""
}

// The bounds of tables in tables and of quotations in quotations; deeper ones
// are read as plain text flow.
const (
	maxFrames = 60
	maxQuotes = 10
)

// longCell is the length from which a table's cell is taken for layout, not
// for a value.
const longCell = 400

// htmlText reads HTML as text by a walk over its tokens, which takes linear
// time whatever the nesting. Rows of tables keep their cells on one line with
// a tab between, quotations get "> ", hidden elements and scripts go.
func htmlText(s string) string {
	w := &htmlWalk{}
	w.push(frame{kind: "root"})
	z := xhtml.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(maxHTML + 1)
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			for len(w.frames) > 1 {
				w.pop()
			}
			return trimBlank(w.top().b.String())
		case xhtml.TextToken:
			if w.skip == "" {
				w.text(z.Raw())
			}
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			name, more := z.TagName()
			w.start(string(name), attributes(z, more))
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			w.end(string(name))
		}
	}
}

// attributes reads those that matter here.
func attributes(z *xhtml.Tokenizer, more bool) map[string]string {
	var attr map[string]string
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "style", "class", "id", "type", "cite":
			if attr == nil {
				attr = make(map[string]string, 2)
			}
			attr[string(key)] = strings.ToLower(string(value[:min(len(value), 500)]))
		}
	}
	return attr
}

// A frame collects what belongs together: the whole, a table, its row, its
// cell, a quotation.
type frame struct {
	kind  string
	b     *strings.Builder
	cells []string // of a row
}

type htmlWalk struct {
	frames []frame
	breaks int  // line ends at the end of the frame's text
	space  bool // a blank is due
	pre    int
	skip   string // name of the element that is left out
	nested int    // elements of that name open in it
	quotes int    // open ones
}

func (w *htmlWalk) top() *frame { return &w.frames[len(w.frames)-1] }

func (w *htmlWalk) push(f frame) {
	f.b = new(strings.Builder)
	w.frames = append(w.frames, f)
	w.breaks, w.space = 2, false
}

func (w *htmlWalk) text(raw []byte) {
	s := string(raw)
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	b := w.top().b
	for _, r := range s {
		switch {
		case w.pre > 0 && r == '\n':
			b.WriteByte('\n')
			w.breaks++
		case unicode.IsSpace(r):
			w.space = true
			if w.pre > 0 || r == '\u00a0' && w.breaks == 0 {
				b.WriteByte(' ')
				w.space = false
			}
		case invisible(r) || unicode.IsControl(r) || r == quoteMark || r == signatureMark || r == utf8.RuneError:
		default:
			if w.space && w.breaks == 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			w.space, w.breaks = false, 0
		}
	}
}

// line ends the line, and with 2 leaves an empty one.
func (w *htmlWalk) line(n int) {
	w.space = false
	for w.breaks < n {
		w.top().b.WriteByte('\n')
		w.breaks++
	}
}

func (w *htmlWalk) start(name string, attr map[string]string) {
	if w.skip != "" {
		if name == w.skip {
			w.nested++
		}
		return
	}
	if hides(name, attr) {
		if name == "div" || name == "p" {
			w.line(1)
		}
		w.skip, w.nested = name, 1
		return
	}
	w.mark(name, attr)
	if !w.flow(name) {
		w.structure(name, attr)
	}
}

// flow breaks lines before an element of the text flow, and reports whether
// name is one.
func (w *htmlWalk) flow(name string) bool {
	switch name {
	case "br":
		if w.breaks < 2 {
			w.top().b.WriteByte('\n')
			w.breaks++
		}
		w.space = false
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl":
		w.line(2)
	case "div", "section", "article", "header", "footer", "address", "center", "dt", "dd", "form", "hr":
		w.line(1)
	case "li":
		w.line(1)
		w.text([]byte("- "))
		w.space = true
	case "pre":
		w.line(1)
		w.pre++
	default:
		return false
	}
	return true
}

// structure opens quotations, tables, rows and cells.
func (w *htmlWalk) structure(name string, attr map[string]string) {
	switch name {
	case "blockquote":
		w.line(1)
		if attr["type"] == "cite" || strings.Contains(attr["class"], "quote") || attr["cite"] != "" {
			w.open("quote")
		}
	case "table":
		w.line(1)
		w.open("table")
	case "tr":
		w.close("row")
		w.open("row")
	case "td", "th":
		w.close("cell")
		if w.within("row") {
			w.open("cell")
		} else {
			w.space = true
		}
	}
}

// mark notes where mail programs say that a quote or a signature begins.
func (w *htmlWalk) mark(name string, attr map[string]string) {
	if attr == nil || name != "div" && name != "span" && name != "table" && name != "hr" && name != "td" {
		return
	}
	class, id := attr["class"], attr["id"]
	mark := rune(0)
	switch {
	case strings.Contains(id, "divrplyfwdmsg"), id == "appendonsend", id == "olk_src_body_section", class == "yahoo_quoted", id == "stopspelling",
		strings.Contains(attr["style"], "border-top:solid #e1e1e1"), strings.Contains(attr["style"], "border-top:solid #b5c4df"):
		mark = quoteMark
	case strings.Contains(class, "gmail_signature"), id == "signature", id == "ms-outlook-mobile-signature", id == "applemailsignature", class == "moz-signature":
		mark = signatureMark
	}
	if mark != 0 {
		w.line(1)
		w.top().b.WriteString(string(mark) + "\n")
		w.breaks = 1
	}
}

func hides(name string, attr map[string]string) bool {
	switch name {
	case "script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "select", "xml":
		return true
	case "br", "img", "hr", "input", "meta", "link", "wbr", "col", "base", "area":
		return false
	}
	style := strings.Join(strings.Fields(attr["style"]), "")
	return strings.Contains(style, "display:none")
}

func (w *htmlWalk) end(name string) {
	if w.skip != "" {
		if name == w.skip {
			if w.nested--; w.nested == 0 {
				w.skip = ""
			}
		} else if name == "body" || name == "html" {
			w.skip = "" // never closed: go on rather than lose the rest
		}
		return
	}
	switch name {
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl":
		w.line(2)
	case "div", "li", "section", "article", "header", "footer", "address", "center", "dt", "dd", "form":
		w.line(1)
	case "pre":
		w.pre = max(0, w.pre-1)
		w.line(1)
	case "blockquote":
		if w.within("quote") {
			w.close("quote")
		}
		w.line(1)
	case "td", "th":
		w.close("cell")
		w.space = true
	case "tr":
		w.close("row")
	case "table":
		w.close("table")
		w.line(1)
	}
}

// within reports whether the innermost frame is kind.
func (w *htmlWalk) within(kind string) bool { return w.top().kind == kind }

func (w *htmlWalk) open(kind string) {
	if len(w.frames) >= maxFrames || kind == "quote" && w.quotes >= maxQuotes {
		return
	}
	if kind == "quote" {
		w.quotes++
	}
	w.push(frame{kind: kind})
}

// close ends the innermost frame of the kind, with what is open in it; a cell
// or row is not closed through the quotation or table around it.
func (w *htmlWalk) close(kind string) {
	for i := len(w.frames) - 1; i > 0; i-- {
		k := w.frames[i].kind
		if k == kind {
			for len(w.frames) > i {
				w.pop()
			}
			return
		}
		if kind != "table" && (k == "table" || k == "row" || k == "cell" && kind == "quote") {
			return
		}
	}
}

// pop ends the innermost frame and puts its text into the one around it.
func (w *htmlWalk) pop() {
	f := *w.top()
	w.frames = w.frames[:len(w.frames)-1]
	text := trimBlank(f.b.String())
	w.breaks, w.space = trailing(w.top().b.String()), false
	switch f.kind {
	case "cell":
		w.top().cells = append(w.top().cells, text)
	case "row":
		w.block(row(f.cells, text))
	case "table":
		w.block(text)
	case "quote":
		w.quotes--
		w.block("> " + strings.ReplaceAll(text, "\n", "\n> "))
	}
}

func (w *htmlWalk) block(text string) {
	if text == "" {
		return
	}
	w.line(1)
	w.top().b.WriteString(text)
	w.breaks = 0
	w.line(1)
}

// row joins the cells of a row. One that holds a table or long text in several
// lines is layout: its cells follow each other.
func row(cells []string, loose string) string {
	if loose != "" { // text beside the cells, which no browser would show there
		cells = append(cells, loose)
	}
	filled, layout := 0, false
	for _, c := range cells {
		if c != "" {
			filled++
		}
		if strings.ContainsRune(c, '\t') || strings.ContainsRune(c, '\n') && len(c) > longCell || strings.ContainsRune(c, quoteMark) || strings.ContainsRune(c, signatureMark) {
			layout = true
		}
	}
	if filled <= 1 || layout {
		var kept []string
		for _, c := range cells {
			if c != "" {
				kept = append(kept, c)
			}
		}
		return strings.Join(kept, "\n")
	}
	for i, c := range cells {
		cells[i] = strings.Join(strings.Fields(c), " ")
	}
	return strings.TrimRight(strings.Join(cells, "\t"), "\t")
}

// trailing counts line ends at the end of s, 2 for an empty one.
func trailing(s string) int {
	if s == "" {
		return 2
	}
	return min(2, len(s)-len(strings.TrimRight(s, "\n")))
}

// trimBlank drops empty lines around s and blanks at the ends of its lines.
func trimBlank(s string) string {
	if strings.Contains(s, " \n") {
		lines := strings.Split(s, "\n")
		for i, line := range lines {
			lines[i] = strings.TrimRight(line, " ")
		}
		s = strings.Join(lines, "\n")
	}
	return strings.Trim(s, "\n ")
}
