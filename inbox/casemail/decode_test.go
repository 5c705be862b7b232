package casemail

import (
	"strings"
	"testing"
)

func TestDecodeCharset(t *testing.T) {
	for _, c := range []struct{ label, in, want, problem string }{
		{"utf-8", "é", "é", ""},
		{"UTF8", "\xef\xbb\xbfé", "é", ""},
		{"", "é", "é", ""},
		{"us-ascii", "caf\xe9", "café", ""},
		{"utf-8", "caf\xe9", "café", "charset: declared UTF-8 is none"},
		{"iso-8859-1", "\x93caf\xe9\x94", "“café”", ""}, // what Windows means by it
		{"windows-1252", "\x80", "€", ""},
		{"iso-8859-15", "\xa4", "€", ""},
		{"iso-8859-2", "\xb3", "ł", ""},
		{"koi8-r", "\xf0\xd2", "Пр", ""},
		{"gb2312", "\xc4\xe3", "你", ""},
		{"big5", "\xa7A", "你", ""},
		{"shift_jis", "\x93\xfa", "日", ""},
		{"_iso-2022-jp$ESC", "\x1b$BF|\x1b(B", "日", ""},
		{"cp-850", "\x82", "é", ""},
		{"cp437", "\x82", "é", ""},
		{"macintosh", "\x8e", "é", ""},
		{"utf-16", "\xfe\xff\x00A", "A", ""},
		{"utf-16le", "A\x00", "A", ""},
		{"utf-32be", "\x00\x00\x00A", "A", ""},
		{"utf-7", "Caf+AOk-: 1 +- 1 +AOkA6Q", "Café: 1 + 1 éé", ""},
		{"unknown-8bit", "caf\xe9", "café", ""},
		{"x-nowhere", "caf\xe9", "café", "charset: unknown"},
		{"\"utf-8\"", "é", "é", ""},
		{"utf-8; format=flowed", "é", "é", ""},
	} {
		got, problem := decodeCharset([]byte(c.in), c.label)
		if got != c.want || problem != c.problem {
			t.Errorf("%s %q: %q (%s), want %q (%s)", c.label, c.in, got, problem, c.want, c.problem)
		}
	}
}

func TestDecodeGuess(t *testing.T) {
	// Cyrillic in windows-1251, long enough to be told by its letters
	in := "\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0? \xdd\xf2\xee \xef\xf0\xee\xe2\xe5\xf0\xea\xe0 \xea\xee\xe4\xe8\xf0\xee\xe2\xea\xe8 \xf2\xe5\xea\xf1\xf2\xe0."
	if got := decodeGuess([]byte(in)); got != "Привет, как дела? Это проверка кодировки текста." {
		t.Errorf("%q", got)
	}
	if got := decodeGuess([]byte("d\xe9j\xe0 vu, na\xefve caf\xe9 \x96 r\xe9sum\xe9")); got != "déjà vu, naïve café – résumé" {
		t.Errorf("%q", got)
	}
}

func TestDecodeTransfer(t *testing.T) {
	for _, c := range []struct{ name, encoding, in, want, problem string }{
		{"base64", "base64", "SGVs\r\nbG8=\r\n", "Hello", ""},
		{"comment", "Base64 (really)", "SGVsbG8=", "Hello", ""},
		{"no padding", "base64", "SGVsbG8", "Hello", ""},
		{"joined", "base64", "SGVs\nbG8=\nIQ==\n", "Hello!", ""},
		{"joined on a line", "base64", "SGVsbG8=IQ==", "Hello!", ""},
		{"footer", "base64", "SGVsbG8=\n_____\nlist footer here\n", "Hello", "base64: damaged"},
		{"quoted-printable", "quoted-printable", "a=3D1 =E2=82=AC =\r\nb", "a=1 € b", ""},
		{"lower case", "quoted-printable", "=e2=82=ac", "€", ""},
		{"blanks before the end", "quoted-printable", "a=  \nb", "ab", ""},
		{"not quoted", "quoted-printable", "a=b 100%=", "a=b 100%", ""},
		{"cut", "quoted-printable", "a=E", "a=E", ""},
		{"none", "", "a=3D", "a=3D", ""},
		{"8bit", " 8BIT ", "é", "é", ""},
		{"unknown", "x-uuencode", "begin", "begin", "encoding: unknown"},
	} {
		got, problem := decodeTransfer(c.encoding, []byte(c.in))
		if string(got) != c.want || problem != c.problem {
			t.Errorf("%s: %q (%s), want %q (%s)", c.name, got, problem, c.want, c.problem)
		}
	}
}

func TestDecodeWords(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                "plain",
		"=?utf-8?q?caf=C3=A9_au?= lait":        "café au lait",
		"=?UTF-8?B?Y2Fmw6k=?=":                 "café",
		"a =?utf-8?q?b?= c":                    "a b c",
		"=?utf-8?q?a?= =?utf-8?q?b?=":          "ab",
		"=?utf-8?q?a?=\t =?iso-8859-1?q?=E9?=": "aé",
		"=?utf-8?b?ww==?= =?utf-8?b?qQ==?=":    "é", // cut inside a character
		"=?utf-8*en?q?x?=":                     "x",
		"=?utf-8?q?a b?=":                      "a b", // blanks are forbidden and occur
		"=?nowhere?q?caf=E9?=":                 "café",
		"=?utf-8?x?abc?=":                      "=?utf-8?x?abc?=",
		"=?utf-8?q?":                           "=?utf-8?q?",
		"caf\xe9":                              "café",
	} {
		if got := decodeWords(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := oneLine(decodeWords("=?utf-8?q?a=0D=0ABcc:_x@evil.test=00=E2=80=AEb?=")); got != "a Bcc: x@evil.testb" {
		t.Errorf("%q", got)
	}
}

func TestParseAddresses(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []Address
	}{
		{"a@B.Test", []Address{{"", "a@b.test"}}},
		{"Dana Reyes <d@b.test>", []Address{{"Dana Reyes", "d@b.test"}}},
		{`"Reyes, Dana" <d@b.test>, x@y.test`, []Address{{"Reyes, Dana", "d@b.test"}, {"", "x@y.test"}}},
		{"d@b.test (Dana)", []Address{{"Dana", "d@b.test"}}},
		{"=?utf-8?q?Jos=C3=A9?= <j@b.test>", []Address{{"José", "j@b.test"}}},
		{`'a@b.test' <a@b.test>`, []Address{{"", "a@b.test"}}},
		{"team: a@b.test, c@b.test;", []Address{{"", "a@b.test"}, {"", "c@b.test"}}},
		{"undisclosed-recipients:;", nil},
		{"<a@b.test> <c@b.test>", []Address{{"", "a@b.test"}, {"", "c@b.test"}}},
		{"<mailto:a@b.test>", []Address{{"", "a@b.test"}}},
		{"<@x.test,@y.test:a@b.test>", []Address{{"", "a@b.test"}}},
		{"Dana", []Address{{"Dana", ""}}},
		{"<>", nil},
		{`"a\"b" <a@b.test>`, []Address{{`a"b`, "a@b.test"}}},
		{"x <a@b.test\r\nBcc: y@evil.test>", []Address{{"x", ""}}},
		{"a@b@c.test", []Address{{"a@b@c.test", ""}}},
		{"a@", []Address{{"a@", ""}}},
		{"Dana d@b.test", []Address{{"Dana", "d@b.test"}}},
		{"boss@bank.test <evil@evil.test>", []Address{{"boss@bank.test", "evil@evil.test"}}},
		{"", nil},
	} {
		got := parseAddresses(c.in)
		if len(got) != len(c.want) {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q: %q, want %q", c.in, got, c.want)
			}
		}
	}
}

func TestUnflow(t *testing.T) {
	for _, c := range []struct {
		in    string
		delsp bool
		want  string
	}{
		{"a \nb\nc", false, "a b\nc"},
		{"a \nb", true, "ab"},
		{"> a \n> b\nc", false, "> a b\nc"},
		{"> a \n>> b", false, "> a \n>> b"},
		{" >stuffed\n From x", false, ">stuffed\nFrom x"},
		{"a\n-- \nsig", false, "a\n-- \nsig"},
		{"a \n-- \nsig", false, "a \n-- \nsig"},
	} {
		if got := unflow(c.in, c.delsp); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("=?utf-8?b?ww==?= =?utf-8?b?qQ==?=", []byte("SGVs=\n"), "base64", "utf-7")
	f.Fuzz(func(t *testing.T, words string, body []byte, encoding, charset string) {
		oneLine(decodeWords(words))
		parseAddresses(words)
		b, _ := decodeTransfer(encoding, body)
		s, _ := decodeCharset(b, charset)
		if strings.ContainsRune(cleanText(s), 0) {
			t.Error("NUL")
		}
		unflow(cleanText(s), true)
	})
}
