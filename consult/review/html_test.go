package review

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

type field struct{ name, value string }

// fields returns what a browser would send of the form whose id or action is
// marker, without its buttons. Controls elsewhere name the form by its id.
func fields(t testing.TB, page, marker string) []field {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []field
	var walk func(n *html.Node, inside bool)
	walk = func(n *html.Node, inside bool) {
		if n.Type == html.ElementNode {
			if n.Data == "form" {
				inside = attr(n, "id") == marker || attr(n, "action") == marker
			}
			if f, ok := control(n); ok && (inside && attr(n, "form") == "" || attr(n, "form") == marker) {
				out = append(out, f)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inside)
		}
	}
	walk(doc, false)
	return out
}

func control(n *html.Node) (field, bool) {
	name := attr(n, "name")
	switch {
	case name == "":
	case n.Data == "textarea":
		return field{name, strings.TrimPrefix(text(n), "\n")}, true
	case n.Data == "input" && !slices.Contains([]string{"radio", "checkbox", "submit"}, attr(n, "type")):
		return field{name, attr(n, "value")}, true
	}
	return field{}, false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// marked returns the texts of the elements whose attribute has that value, one
// a line.
func marked(t testing.TB, page, name, value string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && attr(n, name) == value {
			out = append(out, text(n))
		}
	}
	return strings.Join(out, "\n")
}
