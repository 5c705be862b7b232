package cmsfile

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainText is what a reader sees of a cell with HTML in it: a line a paragraph
// or list item, characters written out, no markup. Text without markup stays as
// it is, save for blanks.
func plainText(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden := atom.Atom(0) // the element whose text nobody sees
	for {
		switch z.Next() {
		case html.ErrorToken: // the end, and the only error of a string
			return lined(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.WriteString(unwrapped.Replace(html.UnescapeString(string(z.Raw()))))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			hidden = hiding(hidden, atom.Lookup(name))
			b.WriteString(breakAt(atom.Lookup(name)))
		case html.EndTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); a == hidden {
				hidden = 0
			}
			b.WriteString(breakAt(atom.Lookup(name)))
		}
	}
}

// unwrapped makes blanks of the line ends of the source, which are not those of
// the text, and of blanks that keep words together.
var unwrapped = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\u00a0", " ")

// hiding is the element that hides text from here on.
func hiding(hidden, a atom.Atom) atom.Atom {
	if hidden == 0 && (a == atom.Script || a == atom.Style) {
		return a
	}
	return hidden
}

// breakAt is what an element puts between the words before and after it.
func breakAt(a atom.Atom) string {
	switch a {
	case atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return "\n"
	case atom.Td, atom.Th:
		return " "
	}
	return ""
}

// lined drops empty lines and runs of blanks.
func lined(s string) string {
	var lines []string
	for _, l := range strings.Split(s, "\n") {
		if l = squeeze(l); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}
