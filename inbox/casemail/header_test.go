package casemail

import (
	"slices"
	"strings"
	"testing"
)

func TestReadHeader(t *testing.T) {
	for _, c := range []struct {
		name, in string
		fields   []field
		body     string
	}{
		{"plain", "A: b\nC: d\n\nbody\n", []field{{"a", "b"}, {"c", "d"}}, "body\n"},
		{"CRLF", "A: b\r\nC: d\r\n\r\nbody", []field{{"a", "b"}, {"c", "d"}}, "body"},
		{"mixed ends", "A: b\r\nC: d\n\r\nbody", []field{{"a", "b"}, {"c", "d"}}, "body"},
		{"folded", "A: b\n c\n\td\nE: f\n\nx", []field{{"a", "b c d"}, {"e", "f"}}, "x"},
		{"folded after the name", "A:\n b\n\nx", []field{{"a", "b"}}, "x"},
		{"no blank after the colon", "A:b\n\nx", []field{{"a", "b"}}, "x"},
		{"blank before the colon", "A : b\n\nx", []field{{"a", "b"}}, "x"},
		{"colon in the value", "A: b: c\n\nx", []field{{"a", "b: c"}}, "x"},
		{"empty value", "A:\nB: c\n\nx", []field{{"a", ""}, {"b", "c"}}, "x"},
		{"twice", "A: 1\nA: 2\n\nx", []field{{"a", "1"}, {"a", "2"}}, "x"},
		{"blank line of blanks", "A: b\n \nC: d\n\nx", []field{{"a", "b"}, {"c", "d"}}, "x"},
		{"bad line", "A: b\nrubbish\nC: d\n\nx", []field{{"a", "b"}, {"c", "d"}}, "x"},
		{"bad line at the end", "A: b\nrubbish\n\nx", []field{{"a", "b"}}, "x"},
		{"bad name", "A: b\nÄ: c\nC: d\n\nx", []field{{"a", "b"}, {"c", "d"}}, "x"},
		{"8 bit", "A: \xe4\n\nx", []field{{"a", "\xe4"}}, "x"},
		{"only a body", "\nx", nil, "x"},
	} {
		var p problems
		h, body := readHeader([]byte(c.in), &p)
		if !slices.Equal(h.fields, c.fields) || string(body) != c.body {
			t.Errorf("%s: %q and %q", c.name, h.fields, body)
		}
	}
}

func TestEachPart(t *testing.T) {
	for _, c := range []struct {
		name, in      string
		want          []string
		found, closed bool
	}{
		{"two", "--b\none\n--b\ntwo\n--b--\n", []string{"one", "two"}, true, true},
		{"empty", "--b\n--b--", []string{""}, true, true},
		{"line ends belong to the boundary", "--b\r\none\r\n\r\n--b--", []string{"one\r\n"}, true, true},
		{"not closed", "--b\none\n", []string{"one\n"}, true, false},
		{"opened at the end", "--b\none\n--b", []string{"one", ""}, true, false},
		{"none", "one\n", nil, false, false},
		{"inside a line", "x --b\n--b\none --b\n--b--", []string{"one --b"}, true, true},
		{"longer boundary", "--b\n--bb\n--b--", []string{"--bb"}, true, true},
		{"after the end", "--b\none\n--b--\n--b\ntwo\n", []string{"one"}, true, true},
		{"only the end", "--b--", nil, false, true},
	} {
		var got []string
		found, closed := eachPart([]byte(c.in), "b", func(b []byte) bool { got = append(got, string(b)); return true })
		if !slices.Equal(got, c.want) || found != c.found || closed != c.closed {
			t.Errorf("%s: %q %v %v", c.name, got, found, closed)
		}
	}
	n := 0
	eachPart([]byte("--b\n1\n--b\n2\n--b\n3\n--b--"), "b", func([]byte) bool { n++; return n < 2 })
	if n != 2 {
		t.Errorf("went on after false: %d", n)
	}
}

func TestParseIDs(t *testing.T) {
	for in, want := range map[string]string{
		"<a@b>":                                 "a@b",
		" < a@b > ":                             "a@b",
		"<a@b> <c@d>":                           "a@b c@d",
		"<a@b>,<c@d>":                           "a@b c@d",
		"<a@b><c@d>":                            "a@b c@d",
		"Your mail of Monday <a@b>":             "a@b",
		"<no-at-sign>":                          "no-at-sign",
		"<a@b@c>":                               "a@b@c",
		"<a@[192.0.2.1]>":                       "a@[192.0.2.1]",
		"a@b":                                   "a@b",
		"<a@b> (comment)":                       "a@b",
		"<\"a b\"@c>":                           "\"ab\"@c",
		"<a\x00b@c>":                            "ab@c",
		"<" + strings.Repeat("x", 2000) + "@y>": "",
		"":                                      "",
		"<>":                                    "",
	} {
		h := header{fields: []field{{"in-reply-to", in}}}
		if got := strings.Join(parseIDs(&h, "in-reply-to"), " "); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\nd":             "a\nb\nc\nd",
		"a\tb":                     "a\tb",
		"a\x00\x07\x1b\x7f\u0085b": "ab",
		"E11\u200b.\u00ad9":        "E11.9",
		"a\u00a0b\u202fc":          "a b c",
		"\ufeffa":                  "a",
		"a\xffb":                   "a\ufffdb",
		"\u202eabc\u202c":          "abc",
		"é 日 😀":                    "é 日 😀",
	} {
		if got := cleanText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
