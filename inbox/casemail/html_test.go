package casemail

import "testing"

func TestHTMLText(t *testing.T) {
	for _, c := range []struct{ name, html, want string }{
		{"words", "a <b>E11</b>.<b>9</b> c", "a E11.9 c"},
		{"blanks", "a \n\t b&nbsp;c&#160;d", "a b c d"},
		{"paragraphs", "<p>a</p><p>b</p>", "a\n\nb"},
		{"lines", "a<br>b<br><br>c<div>d</div>e", "a\nb\n\nc\nd\ne"},
		{"list", "<ul><li>99213</li><li>20610</li></ul>x", "- 99213\n- 20610\n\nx"},
		{"table", "<table><tr><th>Code</th><th>Units</th></tr><tr><td>J3301</td><td>4</td></tr></table>", "Code\tUnits\nJ3301\t4"},
		{"blocks in a cell", "<table><tr><td><p>J3301</p></td><td><div>4</div><div>units</div></td></tr></table>", "J3301\t4 units"},
		{"empty cell", "<table><tr><td>11042</td><td>&nbsp;</td><td>1</td></tr></table>", "11042\t\t1"},
		{"cells not closed", "<table><tr><td>a<td>b<tr><td>c<td>d</table>e", "a\tb\nc\td\ne"},
		{"layout table", "<table><tr><td><p>Hi</p><p>99213?</p></td></tr></table>", "Hi\n\n99213?"},
		{"table in a layout", "<table><tr><td>x</td><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></td></tr></table>", "x\na\tb\nc\td"},
		{"cell without a row", "<td>a</td><td>b</td>", "a b"},
		{"glue", "<td>Code</td>E11.9", "Code E11.9"},
		{"citation", "new<blockquote type=\"cite\">old<br>older</blockquote>end", "new\n> old\n> older\nend"},
		{"gmail quote", "<blockquote class=\"gmail_quote\"><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"},
		{"set in", "<blockquote style=\"margin:0 0 0 40px\">a</blockquote>", "a"},
		{"quote in a quote", "<blockquote type=cite>a<blockquote type=cite>b</blockquote></blockquote>", "> a\n> > b"},
		{"not shown", "<head><title>t</title><style>p{}</style></head><script>x</script>a<div style='display: none'>b<div>c</div></div>d", "a\nd"},
		{"hidden, not closed", "<html><body>a<p style='display:none'>b</body></html>c", "a\nc"},
		{"comment", "a<!-- b -->c<!--[if mso]>d<![endif]-->", "ac"},
		{"invisible", "E11&#8203;.&shy;9", "E11.9"},
		{"preformatted", "<pre>a  b\n  c</pre>d", "a  b\n  c\nd"},
		{"entities", "&lt;18 &amp; &eacute;&#x20AC;&bogus;", "<18 & é€&bogus;"},
		{"mark in the text", "a\ue000b&#xe001;c", "abc"},
		{"broken", "<p>a<b <c>d", "ad"},
		{"nothing", "", ""},
	} {
		if got := unmark(htmlText(c.html)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzHTMLText(f *testing.F) {
	f.Add("<table><tr><td>a<td>b<table><tr><td>c</table><blockquote type=cite>d")
	f.Add("<div id=signature>x<pre>\n<p style=display:none>")
	f.Fuzz(func(t *testing.T, s string) { htmlText(s) })
}
