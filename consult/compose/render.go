package compose

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// MaxMarkdown is the longest reply that is rendered, in bytes. The parser takes
// quadratic time on hostile input (150 KB of "*a_" 12 s); at this length the
// worst stays under a second. A long answer has 8 KB.
const MaxMarkdown = 32 << 10

// ErrTooLong is the refusal of a reply longer than MaxMarkdown.
var ErrTooLong = errors.New("the reply is too long to render")

// Render makes both parts of the mail from the Markdown: plain text of at most
// Columns columns, and a whole HTML document that loads nothing from anywhere.
// HTML tags in the Markdown are shown as the characters they are, in both
// parts, so that no word of an answer is lost to them; an image is its
// alternative text. The error is ErrTooLong, or that of the renderer.
func Render(markdown string) (plain, html string, err error) {
	if len(markdown) > MaxMarkdown {
		return "", "", fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(markdown), MaxMarkdown)
	}
	src := []byte(strings.ToValidUTF8(markdown, "\ufffd"))
	md := newMarkdown()
	doc := md.Parser().Parse(text.NewReader(src))
	plain = plainText(doc, src)
	style(doc)
	var out bytes.Buffer
	out.WriteString(pageHead)
	if err := md.Renderer().Render(&out, src, doc); err != nil {
		return "", "", fmt.Errorf("render reply: %w", err)
	}
	out.WriteString("</body>\n</html>\n")
	return plain, out.String(), nil
}

// newMarkdown is CommonMark with tables, without HTML and without links made
// of bare words.
func newMarkdown() goldmark.Markdown {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
	return goldmark.New(
		goldmark.WithParser(p),
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(altText{}, 100))),
	)
}

// altText renders an image as its alternative text: a picture fetched from
// elsewhere would tell its host who reads the answer.
type altText struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (altText) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindImage, func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
		return ast.WalkContinue, nil
	})
}

const pageHead = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="font-family: Segoe UI, Helvetica, Arial, sans-serif; font-size: 15px; line-height: 1.45; color: #1a1a1a; max-width: 46em">
`

// styleOf has the inline style of each kind of block: mail programs drop style
// sheets.
func styleOf(n ast.Node) string {
	switch n.Kind() {
	case ast.KindHeading:
		return "font-size: 16px; margin: 1.2em 0 0.4em"
	case ast.KindBlockquote:
		return "margin: 0.6em 0; padding-left: 0.8em; border-left: 3px solid #b9c2cc"
	case east.KindTable:
		return "border-collapse: collapse; margin: 0.6em 0"
	case east.KindTableCell:
		if n.Parent().Kind() == east.KindTableHeader {
			return "border: 1px solid #b9c2cc; padding: 4px 8px; background: #eef1f4; vertical-align: top"
		}
		return "border: 1px solid #b9c2cc; padding: 4px 8px; vertical-align: top"
	}
	return ""
}

func style(doc ast.Node) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // never errs
		if s := styleOf(n); entering && s != "" {
			n.SetAttributeString("style", s)
			if n.Kind() == east.KindTableCell && n.(*east.TableCell).Alignment == east.AlignNone {
				n.SetAttributeString("align", "left")
			}
		}
		return ast.WalkContinue, nil
	})
}

// unescape gives the text that HTML rendering would show for a text node:
// references resolved, backslashes gone.
func unescape(value []byte) string {
	if bytes.IndexByte(value, '&') < 0 && bytes.IndexByte(value, '\\') < 0 && bytes.IndexByte(value, 0) < 0 {
		return string(value)
	}
	return plainOf(value, ghtml.DefaultWriter.Write)
}
