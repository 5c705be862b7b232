package compose

import (
	"bytes"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, nil},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two", 7, []string{"one two"}},
		{"  one   two  ", 20, []string{"one two"}},
		{"a\nb", 20, []string{"a", "b"}},
		{"https://cms.test/long b", 5, []string{"https://cms.test/long", "b"}},
		{"äöü äöü", 7, []string{"äöü äöü"}}, // counted in characters, not bytes
		{"a b", 0, []string{"a", "b"}},
	} {
		if got := wrap(c.in, c.width); !slices.Equal(got, c.want) {
			t.Errorf("%q at %d: %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestWrapCell(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"20610-50 RT", 8, []string{"20610-50", "RT"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"ääääääää", 3, []string{"äää", "äää", "ää"}},
		{"", 4, nil},
	} {
		if got := wrapCell(c.in, c.width); !slices.Equal(got, c.want) {
			t.Errorf("%q at %d: %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestShrink(t *testing.T) {
	for _, c := range []struct {
		widths  []int
		room    int
		want    []int
		wrapped bool
	}{
		{[]int{5, 10}, 20, []int{5, 10}, false},
		{[]int{5, 30}, 20, []int{5, 15}, true},
		{[]int{30, 30}, 40, []int{20, 20}, true},
		{[]int{9, 9, 9}, 10, []int{8, 8, 8}, true}, // codes stay whole, the page may get wider
	} {
		got := slices.Clone(c.widths)
		if wrapped := shrink(got, c.room); !slices.Equal(got, c.want) || wrapped != c.wrapped {
			t.Errorf("%v in %d: %v %v, want %v", c.widths, c.room, got, wrapped, c.want)
		}
	}
}

// TestPlainNesting: deep lists keep their words and stay on the page.
func TestPlainNesting(t *testing.T) {
	var md strings.Builder
	for i := range 30 {
		fmt.Fprintf(&md, "%s- level%d\n", strings.Repeat("  ", i), i)
	}
	plain, _, err := Render(md.String())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		if !strings.Contains(plain, fmt.Sprintf("level%d\n", i)) {
			t.Errorf("level %d is lost", i)
		}
	}
	for line := range strings.Lines(plain) {
		if len(line) > Columns+1 {
			t.Errorf("%d columns", len(line))
		}
	}
}

// TestPartsAgree: both parts of a mail hold the same words in the same order,
// since the consultant looks at one and the asker reads the other.
func TestPartsAgree(t *testing.T) {
	const md = "# Short\n\nUse **59** for `11042`, see [manual](https://cms.test/x).\n\n|Code|Units|\n|-|-:|\n|J3301|4|\n|99213|1|\n\n1. one\n2. two\n   - three\n\n> quoted\n\nlast \\<b\\> & end"
	plain, page, err := Render(md)
	if err != nil {
		t.Fatal(err)
	}
	body := page[strings.Index(page, "<body"):]
	var words strings.Builder
	tag := false
	for _, r := range body {
		switch {
		case r == '<':
			tag = true
			words.WriteByte(' ')
		case r == '>':
			tag = false
		case !tag:
			words.WriteRune(r)
		}
	}
	html := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(words.String())
	only := func(s string) (out []string) {
		for _, w := range strings.Fields(s) {
			if strings.Trim(w, "-=>1234567890.<") != "" || len(w) > 3 && strings.Trim(w, "-=") != "" {
				if !strings.Contains(w, "https://") {
					out = append(out, strings.Trim(w, ".,"))
				}
			}
		}
		return out
	}
	if a, b := only(plain), only(html); !slices.Equal(slices.DeleteFunc(a, empty), slices.DeleteFunc(b, empty)) {
		t.Errorf("plain %q\nHTML  %q", a, b)
	}
}

func empty(s string) bool { return s == "" }

// FuzzCompose: whatever stands in the fields, the header has exactly our field
// names, and the same Mail gives the same bytes.
func FuzzCompose(f *testing.F) {
	f.Add("Re: x", "Dana", "dana@x.test", "a@x.test", "**a**")
	f.Add("a\r\nBcc: b@c.test", "x\n", "<a@b.test>", "<a>\r\nX: y", ".")
	allowed := []string{"Cc", "Content-Type", "Date", "From", "In-Reply-To", "Message-Id", "Mime-Version", "References", "Reply-To", "Subject", "To", "X-Auto-Response-Suppress", "X-Caseconsultant"}
	f.Fuzz(func(t *testing.T, subject, name, address, id, markdown string) {
		m := sample()
		m.Subject, m.InReplyTo, m.Markdown = subject, id, markdown[:min(len(markdown), 2000)]
		m.To, m.References = []Address{{name, address}}, []string{id}
		raw, err := Compose(m)
		if err != nil {
			return
		}
		msg, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for field, values := range msg.Header {
			if !slices.Contains(allowed, field) || len(values) != 1 {
				t.Errorf("%s: %q", field, values)
			}
		}
		if to, err := msg.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != address {
			t.Errorf("to %v for %q, %v", to, address, err)
		}
		if again, _ := Compose(m); !bytes.Equal(raw, again) {
			t.Error("other bytes")
		}
	})
}
