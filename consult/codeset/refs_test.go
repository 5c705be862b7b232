package codeset

import (
	"slices"
	"strings"
	"testing"
)

func TestRefs(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"headache NOS (R51.9)", []string{"R51.9"}},
		{"type 2 diabetes mellitus (E11.-)", []string{"E11.-"}},
		{"gestational diabetes (O24.4-)", []string{"O24.4-"}},
		{"migraine (G43-G44)", []string{"G43-G44"}},
		{"hypothyroidism, acquired (E00-E03.-)", []string{"E00-E03.-"}},
		{"stage (N18.1-N18.4, N18.9)", []string{"N18.1-N18.4", "N18.9"}},
		{"influenza (J09.X1, J10.0-)", []string{"J09.X1", "J10.0-"}},
		{"jaw pain R68.84", []string{"R68.84"}},
		{"puerperium (O00-O9A)", []string{"O00-O9A"}},
		{"adverse effect (T36-T50 with fifth or sixth character 5)", []string{"T36-T50"}},
		{"code from category Z3A, Weeks of gestation", []string{"Z3A"}},
		{"vitamin B12 deficiency, COVID-19", []string{"B12"}}, // a shape, no judgement: B12 is no category in use
		{"any associated open wound", nil},
	} {
		if got := Refs(test.text); !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestAncestors(t *testing.T) {
	for _, test := range []struct {
		code string
		want []string
	}{
		{"S52.521A", []string{"S52.521", "S52.52", "S52.5", "S52"}},
		{"E11.9", []string{"E11"}},
		{"I10", nil},
		{"W19.XXXA", []string{"W19.XXX", "W19.XX", "W19.X", "W19"}},
	} {
		if got := ancestors(test.code); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.code, got, test.want)
		}
	}
}

// FuzzRefs: a reference is a piece of the text, spaces apart, and comes once.
func FuzzRefs(f *testing.F) {
	f.Add("code to identify control using: insulin (Z79.4); oral drugs (Z79.84)")
	f.Add("chronic ulcer (I70.23-, I70.24 - I70.33)")
	f.Fuzz(func(t *testing.T, text string) {
		refs := Refs(text)
		for i, r := range refs {
			if r == "" || !strings.Contains(strings.ReplaceAll(text, " ", ""), r) || slices.Contains(refs[:i], r) {
				t.Fatalf("%q in %q", refs, text)
			}
		}
	})
}
