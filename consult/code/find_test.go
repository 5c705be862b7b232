package code

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// checkSpans fails unless every mention slices its text.
func checkSpans(t *testing.T, text string, ms []Mention) {
	t.Helper()
	for _, m := range ms {
		if m.Start < 0 || m.End > len(text) || m.Start >= m.End {
			t.Fatalf("%q: mention %s has offsets %d:%d", text, short(m), m.Start, m.End)
		}
		if text[m.Start:m.End] != m.Text {
			t.Fatalf("%q: mention %s says %q, offsets say %q", text, short(m), m.Text, text[m.Start:m.End])
		}
		if m.Confidence < 0 || m.Confidence > 1 {
			t.Fatalf("%q: mention %s has confidence %v", text, short(m), m.Confidence)
		}
		if utf8.ValidString(text) && !utf8.ValidString(m.Text) {
			t.Fatalf("%q: mention %s cuts a rune: %q", text, short(m), m.Text)
		}
	}
}

func TestTypography(t *testing.T) {
	for _, tt := range []struct{ name, text, want, span string }{
		{"no-break space", "bill\u00a099213\u00a0-\u00a025", "cpt 99213[25]", "99213"},
		{"non-breaking hyphen", "bill 99213\u201125", "cpt 99213[25]", "99213\u201125"},
		{"minus sign", "11400\u221211406", "cpt 11400-11406", "11400\u221211406"},
		{"full width", "bill ９９２１３", "cpt 99213", "９９２１３"},
		{"zero-width space inside", "bill 992\u200b13 today", "cpt 99213", "992\u200b13"},
		{"soft hyphen inside", "bill 992\u00ad13", "cpt 99213", "992\u00ad13"},
		{"byte order mark before", "\ufeff99213 billed", "cpt 99213", "99213"},
		{"multiplication sign", "J3301 × 4", "hcpcs J3301x4", "J3301"},
		{"curly quotes", "“99213” billed", "cpt 99213", "99213"},
		{"letter before", "é99213", "cpt 99213", "99213"},
		{"en dash range", "G0104–G0106", "hcpcs G0104-G0106", "G0104–G0106"},
		{"Cyrillic Ze", "bill 9921З-25", "cpt 99213[25] ~", "9921З-25"},
		{"broken UTF-8", "\xff99213-25\xfe", "cpt 99213[25]", "99213-25"},
	} {
		ms := Resolve(tt.text, Find(Body, tt.text), nil)
		checkSpans(t, tt.text, ms)
		var got []string
		for _, m := range ms {
			got = append(got, short(m))
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s: %q: got %q, want %q", tt.name, tt.text, got, tt.want)
			continue
		}
		if ms[0].Text != tt.span {
			t.Errorf("%s: span %q, want %q", tt.name, ms[0].Text, tt.span)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, tt := range domain {
		f.Add(tt.text)
	}
	for _, s := range []string{"９９２１３-25", "992\u200b13", "\xff\xfe99213", "§ 99213 J9040 × 2", "X{", "99213-", "E11.", "mod ", "(3", "1/1/", "a@9", "N4", "https://9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cands := Find(Body, text)
		checkSpans(t, text, cands)
		for _, status := range []func(Code) Status{nil, func(Code) Status { return Valid }, func(Code) Status { return Unknown }} {
			ms := Resolve(text, cands, status)
			checkSpans(t, text, ms)
			Lines(ms)
		}
	})
}

func FuzzFacts(f *testing.F) {
	for _, s := range []string{"DOS 3/14/2025, surgery 10/1", "March 14, 2025", "9:00-9:23", "3 x 2 cm", "L4-5", "67 y/o F", "１２ cm²", "\xff12 mg/", "day 8", "same", "CO-97 N130"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ms := Resolve(text, Find(Body, text), nil)
		facts := Facts(Body, text, ms)
		for _, fact := range facts {
			if fact.Start < 0 || fact.End > len(text) || fact.Start >= fact.End || text[fact.Start:fact.End] != fact.Text {
				t.Fatalf("%q: fact %+v does not slice the text", text, fact)
			}
		}
		Intents(text, ms, facts)
	})
}
