package draft

import (
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

func TestEsc(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"99213-25", "99213-25"},
		{"2024-08-15", "2024-08-15"},
		{"a\tb\n\n c\x00", "a b c"},
		{"1. item", `1\. item`},
		{"1.2 cm", "1.2 cm"},
		{"1.", `1\.`},
		{".5 cm", `\.5 cm`},
		{"12) item", `12\) item`},
		{"- item", `\- item`},
		{"# head", `\# head`},
		{"a|b", `a\|b`},
		{"see https://x.example/", `see https\://x.example/`},
		{"www.example.com", `www\.example.com`},
		{"a@b.example", `a\@b.example`},
		{"<b>bold</b> & *x* [l](u)", `\<b\>bold\</b\> \& \*x\* \[l\](u)`},
		{"left\u202eright", "leftright"},
		{"bad\xffutf", "badutf"},
		{"", ""},
	} {
		if got := string(esc(c.in)); got != c.want {
			t.Errorf("esc(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// FuzzEsc puts a value into the places where templates put values and requires
// that goldmark, with the extensions that mail rendering uses, sees the same
// text and no markup of the value's own.
func FuzzEsc(f *testing.F) {
	for _, s := range []string{"99213-25", "1. a", "- a", "===", "---", ":-:", "| a |", "a@b.co", "http://a.b", "WWW.a.b",
		"![x](y)", "<!-- x", "&amp;", "~~a~~", "`a`", "\\", "a\\", "[^1]: x", "[ ] t", "2024-08-15", "ftp://a.b/c", "#", "+ x", "1.", "mailto:a@b.co"} {
		f.Add(s)
	}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))
	places := []struct{ name, before, after string }{
		{"paragraph", "", "\n"},
		{"second line", "plain\n", "\n"},
		{"middle", "plain ", " plain\n"},
		{"glued", "w", "w\n"},
		{"digit before", "1", " x\n"},
		{"list", "- ", "\n"},
		{"bold", "**", "**\n"},
		{"cell", "| h | i |\n|---|---|\n| ", " | x |\n"},
	}
	f.Fuzz(func(t *testing.T, s string) {
		value := esc(s)
		for _, p := range places {
			want := shape(md, p.before+"x"+p.after)
			want.text = strings.Replace(p.before, "- ", "", 1)
			got := shape(md, p.before+string(value)+p.after)
			if value == "" {
				continue
			}
			if got.nodes != want.nodes {
				t.Errorf("%s: %q as %q makes %s, want %s", p.name, s, value, got.nodes, want.nodes)
			}
			if plain := flatten(s); !strings.Contains(got.text, plain) {
				t.Errorf("%s: %q as %q reads %q", p.name, s, value, got.text)
			}
		}
	})
}

type shaped struct{ nodes, text string }

// shape returns the kinds of all nodes but text, and the text.
func shape(md goldmark.Markdown, source string) shaped {
	var kinds []string
	var b strings.Builder
	src := []byte(source)
	doc := md.Parser().Parse(text.NewReader(src))
	_ = ast.Walk(doc, func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		if !enter {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(unescape(n.Value(src)))
			if n.SoftLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(n.Value)
		default:
			if n.Kind() != east.KindTableHeader {
				kinds = append(kinds, n.Kind().String())
			}
		}
		return ast.WalkContinue, nil
	})
	return shaped{strings.Join(kinds, " "), b.String()}
}

// unescape undoes backslash escapes, which goldmark keeps in the source of a
// text node and undoes on rendering.
func unescape(b []byte) []byte {
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && isMark(rune(b[i+1])) {
			i++
		}
		out = append(out, b[i])
	}
	return out
}
