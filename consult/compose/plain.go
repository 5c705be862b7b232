package compose

import (
	"bufio"
	"bytes"
	stdhtml "html"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// Columns is the width of the plain part. A longer word, such as an address of
// a page, stands whole on a line of its own.
const Columns = 78

// maxNesting bounds the indentation: beyond it lists and quotations are no
// longer set in.
const maxNesting = 12

// plainText lays the document out as text that reads well in a fixed font.
func plainText(doc ast.Node, src []byte) string {
	l := layout{src: src}
	lines := l.blocks(doc, Columns, 0)
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

type layout struct{ src []byte }

// blocks lays out the children of n, a blank line between two of them unless n
// is the item of a tight list.
func (l layout) blocks(n ast.Node, width, depth int) []string {
	var out []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		lines := l.block(c, width, depth)
		if len(lines) == 0 {
			continue
		}
		if len(out) > 0 && !tight(n) {
			out = append(out, "")
		}
		out = append(out, lines...)
	}
	return out
}

func tight(n ast.Node) bool {
	if n.Kind() == ast.KindListItem {
		n = n.Parent()
	}
	list, ok := n.(*ast.List)
	return ok && list.IsTight
}

func (l layout) block(n ast.Node, width, depth int) []string {
	if depth > maxNesting {
		width = Columns
	}
	switch n := n.(type) {
	case *ast.Heading:
		return l.heading(n, width)
	case *ast.ThematicBreak:
		return []string{strings.Repeat("-", width)}
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return l.code(n)
	case *ast.Blockquote:
		return indent(l.blocks(n, width-2, depth+1), "> ", "> ", depth)
	case *ast.List:
		return l.list(n, width, depth)
	case *east.Table:
		return l.table(n, width)
	case *ast.Paragraph, *ast.TextBlock:
		return wrap(l.inline(n), width)
	}
	return nil // link definitions
}

func (l layout) heading(n *ast.Heading, width int) []string {
	lines := wrap(l.inline(n), width)
	longest := 0
	for _, line := range lines {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	rule := "-"
	if n.Level == 1 {
		rule = "="
	}
	return append(lines, strings.Repeat(rule, longest))
}

func (l layout) code(n ast.Node) []string {
	var out []string
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		out = append(out, "    "+strings.TrimRight(string(seg.Value(l.src)), "\r\n"))
	}
	return out
}

func (l layout) list(n *ast.List, width, depth int) []string {
	var out []string
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "- "
		if n.IsOrdered() {
			mark = strconv.Itoa(number) + string(n.Marker) + " "
			number++
		}
		lines := l.blocks(item, width-len(mark), depth+1)
		if len(lines) == 0 {
			lines = []string{""}
		}
		if len(out) > 0 && !n.IsTight {
			out = append(out, "")
		}
		out = append(out, indent(lines, mark, strings.Repeat(" ", len(mark)), depth)...)
	}
	return out
}

// indent puts first before the first line and rest before the others.
func indent(lines []string, first, rest string, depth int) []string {
	if depth > maxNesting {
		return lines
	}
	for i := range lines {
		if i == 0 {
			lines[i] = first + lines[i]
		} else {
			lines[i] = rest + lines[i]
		}
	}
	return lines
}

// inline is the text of n's children. A hard line break is a newline, a link
// shows its target unless its text does.
func (l layout) inline(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // never errs
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				l.text(&b, n)
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(l.src))
			}
		case *ast.Link:
			if to := linkTarget(n); !entering && to != "" && !strings.HasSuffix(b.String(), strings.TrimPrefix(to, "mailto:")) {
				b.WriteString(" <" + to + ">")
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

func linkTarget(n *ast.Link) string {
	to := util.URLEscape(n.Destination, true)
	if strings.HasPrefix(string(to), "#") {
		return ""
	}
	return string(to)
}

func (l layout) text(b *strings.Builder, n *ast.Text) {
	if value := n.Segment.Value(l.src); n.IsRaw() || n.Parent().Kind() == ast.KindCodeSpan {
		b.Write(value)
	} else {
		b.WriteString(unescape(value))
	}
	switch {
	case n.HardLineBreak():
		b.WriteByte('\n')
	case n.SoftLineBreak():
		b.WriteByte(' ')
	}
}

// plainOf undoes the HTML escaping of what write writes for value.
func plainOf(value []byte, write func(util.BufWriter, []byte)) string {
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	write(w, value)
	_ = w.Flush() // to memory
	return stdhtml.UnescapeString(out.String())
}

// wrap breaks s at spaces into lines of at most width runes, and at newlines.
func wrap(s string, width int) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		var b strings.Builder
		n := 0
		for word := range strings.FieldsSeq(line) {
			w := utf8.RuneCountInString(word)
			if n > 0 && n+1+w > width {
				out = append(out, b.String())
				b.Reset()
				n = 0
			}
			if n > 0 {
				b.WriteByte(' ')
				n++
			}
			b.WriteString(word)
			n += w
		}
		if n > 0 {
			out = append(out, b.String())
		}
	}
	return out
}
