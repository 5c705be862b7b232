package codeset_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

const noteColumns = "kind owner first_category last_category seq text refs"

// bears lists the notes of f as "owner kind: codes that carry it".
func bears(f codeset.Facts) []string {
	var out []string
	for _, n := range f.Notes {
		out = append(out, strings.TrimSpace(n.Owner+" "+n.Kind+": "+strings.Join(n.Bears, " ")))
	}
	return out
}

// TestNotesInherit: a code carries the notes of each code, block and chapter
// above it; Excludes notes below a header come without a bearer.
func TestNotesInherit(t *testing.T) {
	tx := begin(t)
	none := []string{}
	publish(t, tx, publication{codeset.KindICD10CMTabular, "FY2025", "2024-10-01", "2025-09-30", false}, "icd_notes", noteColumns,
		[]any{"excludes1", "A00-B99", "A00", "B99", 1, "chapter", none},
		[]any{"excludes2", "A00-A09", "A00", "A09", 2, "block", none},
		[]any{"use_additional", "A01", nil, nil, 3, "category", none},
		[]any{"excludes1", "A01.0", nil, nil, 4, "code", []string{"A02.-"}},
		[]any{"excludes1", "A01.09", nil, nil, 5, "leaf", none},
		[]any{"code_also", "A01.09", nil, nil, 6, "leaf", none},
		[]any{"excludes1", "C00", nil, nil, 7, "elsewhere", none})
	for _, test := range []struct {
		codes []string
		want  []string
	}{
		{[]string{"icd10cm A01.09"}, []string{"A00-A09 excludes2: A01.09", "A00-B99 excludes1: A01.09", "A01 use_additional: A01.09",
			"A01.0 excludes1: A01.09", "A01.09 excludes1: A01.09", "A01.09 code_also: A01.09"}},
		{[]string{"icd10cm A01"}, []string{"A00-A09 excludes2: A01", "A00-B99 excludes1: A01", "A01 use_additional: A01",
			"A01.0 excludes1:", "A01.09 excludes1:"}},
		{[]string{"icd10cm A15.0", "icd10cm B99.9"}, []string{"A00-B99 excludes1: A15.0 B99.9"}},
		{[]string{"icd10cm K63.5"}, nil}, // the starter's notes hide behind the official list
		{[]string{"cpt 20610"}, nil},
	} {
		if got := bears(gather(t, tx, "2025-02-01", test.codes...)); !slices.Equal(got, test.want) {
			t.Errorf("%v: %q, want %q", test.codes, got, test.want)
		}
	}
}

// TestExtensions: the nearest definition above a code wins; the torus fracture
// has six characters where the forearm's others have sixteen.
func TestExtensions(t *testing.T) {
	tx := begin(t)
	for _, test := range []struct{ code, want string }{
		{"S52.521A", "ADGKPS"},
		{"S52.501A", "ABCDEFGHJKMNPQRS"},
		{"W19.XXXA", "ADS"},
		{"E11.9", ""},
	} {
		var got strings.Builder
		for _, x := range gather(t, tx, "2025-02-01", "icd10cm "+test.code).Codes["icd10cm "+test.code].SevenChars {
			got.WriteString(x.Char)
		}
		if got.String() != test.want {
			t.Errorf("%s takes %q, want %q", test.code, got.String(), test.want)
		}
	}
}
