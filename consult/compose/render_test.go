package compose

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func TestRenderGolden(t *testing.T) {
	src, err := os.ReadFile("testdata/answer.md")
	if err != nil {
		t.Fatal(err)
	}
	plain, page, err := Render(string(src))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "answer.txt", plain)
	golden(t, "answer.html", page)
	for i, line := range strings.Split(plain, "\n") {
		if n := utf8.RuneCountInString(line); n > Columns && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("line %d has %d columns: %q", i+1, n, line)
		}
	}
}

func TestRenderPlain(t *testing.T) {
	for _, c := range []struct{ name, md, want string }{
		{"empty", "", ""},
		{"emphasis goes", "Use **59**, *not* `51`.", "Use 59, not 51.\n"},
		{"escapes go", `5 \< 7 \& E11\.9 \*`, "5 < 7 & E11.9 *\n"},
		{"references", "a &lt; b &amp;lt; c &#65;", "a < b &lt; c A\n"},
		{"hard break", "one  \ntwo\nthree", "one\ntwo three\n"},
		{"heading", "# A\n\n## Why\ntext", "A\n=\n\nWhy\n---\n\ntext\n"},
		{"tight list", "- a\n- b\n  1. c\n  2. d", "- a\n- b\n  1. c\n  2. d\n"},
		{"loose list", "1) a\n\n2) b", "1) a\n\n2) b\n"},
		{"start", "7. a\n8. b", "7. a\n8. b\n"},
		{"quote", "> a\n> b", "> a b\n"},
		{"code", "```\na  b\n```", "    a  b\n"},
		{"rule", "a\n\n***\n", "a\n\n" + strings.Repeat("-", 78) + "\n"},
		{"link", "see [the manual](https://cms.test/m)", "see the manual <https://cms.test/m>\n"},
		{"auto link", "see <https://cms.test/m>", "see https://cms.test/m\n"},
		{"link of itself", "[https://cms.test/m](https://cms.test/m)", "https://cms.test/m\n"},
		{"image", "![a chart](https://evil.test/x.png)", "a chart\n"},
		{"html is text", "<b>5</b> <script>x()</script>", "<b>5</b> <script>x()</script>\n"},
		{"html block is text", "<div>\n*a*", "<div> a\n"},
		{"bare word is no link", "www.cms.test", "www.cms.test\n"},
		{"table", "|Code|Units|\n|-|-:|\n|99213|1|\n|J3301|12|", "Code   Units\n-----  -----\n99213      1\nJ3301     12\n"},
		{"short row", "|A|B|\n|-|-|\n|x|", "A  B\n-  -\nx\n"},
		{"cells are unescaped", "|A|\n|-|\n|\\*x\\* \\| **y**|", "A\n-------\n*x* | y\n"},
	} {
		plain, _, err := Render(c.md)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if plain != c.want {
			t.Errorf("%s: %q, want %q", c.name, plain, c.want)
		}
	}
}

// TestRenderWideTable: a table too wide for the page wraps in its cells and
// keeps its columns.
func TestRenderWideTable(t *testing.T) {
	long := strings.Repeat("word ", 30)
	plain, _, err := Render("|Line|Finding|Source|\n|-|-|-|\n|20610-50|" + long + "|" + long + "|\n|99213|ok|ok|")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(plain, "\n"), "\n")
	column := strings.Index(lines[1], " -") + 1
	for _, line := range lines {
		if len(line) > Columns {
			t.Errorf("%d columns: %q", len(line), line)
		}
		if len(line) > column && line[column-1] != ' ' {
			t.Errorf("the second column is not aligned: %q", line)
		}
	}
	if strings.Count(plain, "word") != 60 {
		t.Errorf("%d words of 60", strings.Count(plain, "word"))
	}
}

// TestRenderInert: nothing that a reply holds may run, load or lead to a
// script in the asker's mail program.
func TestRenderInert(t *testing.T) {
	allowed := map[string]bool{"html": true, "head": true, "meta": true, "body": true, "p": true, "a": true, "em": true, "strong": true,
		"code": true, "pre": true, "h1": true, "blockquote": true, "ul": true, "li": true, "table": true, "thead": true, "tbody": true, "tr": true, "th": true, "td": true, "br": true}
	for _, md := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <svg/onload=alert(1)> b",
		"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html;base64,PHN2Zz4=)", "[x](vbscript:x)", "[x](file:///etc/passwd)",
		"![x](https://evil.test/pixel.png)", "![x](data:image/png;base64,AAAA)", "[x](https://a.test/\"onclick=alert(1))",
		"<javascript:alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "&lt;script&gt;", "# <iframe src=//evil.test>",
		"|a|\n|-|\n|<style>@import url(//evil.test)</style>|", "<!-- -->", "<![CDATA[x]]>", "<?php ?>",
	} {
		_, page, err := Render(md)
		if err != nil {
			t.Errorf("%q: %v", md, err)
		}
		z := html.NewTokenizer(strings.NewReader(page))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			if (tok.Type == html.StartTagToken || tok.Type == html.SelfClosingTagToken) && !allowed[tok.Data] {
				t.Errorf("%q renders <%s>", md, tok.Data)
			}
			for _, a := range tok.Attr {
				scheme, _, _ := strings.Cut(strings.ToLower(a.Val), ":")
				if a.Key == "src" || strings.HasPrefix(a.Key, "on") || a.Key == "href" && scheme != "https" && a.Val != "" {
					t.Errorf("%q renders %s=%q", md, a.Key, a.Val)
				}
			}
		}
	}
}

// TestRenderBounded feeds the shapes that are quadratic in Markdown parsers, at
// the longest length that is taken. The worst takes 0.4 s here; the limit leaves
// room for the race detector, and without the cap the first takes longer.
func TestRenderBounded(t *testing.T) {
	for _, unit := range []string{"*a_", "[", "![", "[a](", "> ", "- ", "`", "<a", "|", "\\", "&#", "**a", "1. ", "a\n\n", "|-", "_*", "]"} {
		md := strings.Repeat(unit, MaxMarkdown/len(unit))
		took := cpu(t, func() {
			if _, _, err := Render(md); err != nil {
				t.Errorf("%q: %v", unit, err)
			}
		})
		if took > 10*time.Second {
			t.Errorf("%q repeated takes %v", unit, took)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("# A\n\n|a|b|\n|-|-|\n|1|2|\n")
	f.Add("- a\n  > b\n\n```\nc")
	f.Fuzz(func(t *testing.T, md string) {
		if len(md) > 2000 {
			return
		}
		plain, page, err := Render(md)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page, "<script") || strings.Contains(page, "<img") {
			t.Errorf("%q renders %q", md, page)
		}
		if utf8.ValidString(md) && !utf8.ValidString(plain) {
			t.Errorf("%q: plain part is no UTF-8", md)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	src, err := os.ReadFile("testdata/answer.md")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := Render(string(src)); err != nil {
			b.Fatal(err)
		}
	}
}
