package codeset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestCodeEditor: a diagnosis has the lists of the Medicare Code Editor that
// name it, of the release that answers for the day.
func TestCodeEditor(t *testing.T) {
	tx := begin(t)
	for _, p := range []publication{{kind: codeset.KindMCE, name: "FY2024", from: "2023-10-01", to: "2024-09-30"}, {kind: codeset.KindMCE, name: "FY2025", from: "2024-10-01", to: "2025-09-30"}} {
		publish(t, tx, p, "mce_rows", "code list rule", []any{"O80", "age", "Maternity of " + p.name}, []any{"O80", "sex", "Female Only"},
			[]any{"O80", "sex", "Female Only"}, []any{"N40.0", "sex", "Male Only"})
	}
	for _, test := range []struct{ on, code, want string }{
		{"2024-08-15", "icd10cm O80", "age Maternity of FY2024 (FY2024 O80 age); sex Female Only (FY2024 O80 sex)"},
		{"2025-02-01", "icd10cm O80", "age Maternity of FY2025 (FY2025 O80 age); sex Female Only (FY2025 O80 sex)"},
		{"2025-02-01", "icd10cm E11.9", ""},
		{"2023-02-01", "icd10cm O80", ""},
		{"2025-02-01", "cpt O80", ""},
	} {
		f := gather(t, tx, test.on, test.code)
		var got []string
		for _, m := range f.Codes[test.code].MCE {
			got = append(got, fmt.Sprintf("%s %s (%s %s)", m.List, m.Rule, m.Source.Release, m.Source.Row))
		}
		if s := strings.Join(got, "; "); s != test.want {
			t.Errorf("%s on %s: %q, want %q", test.code, test.on, s, test.want)
		}
	}
	if a := gather(t, tx, "2023-02-01").Answers[codeset.KindMCE]; a.Missing == "" {
		t.Errorf("before the first: %+v", a)
	}
}

// TestCompletion: a header lists the billable codes below it where they are few,
// and a code without its placeholders or its seventh character what is meant.
func TestCompletion(t *testing.T) {
	tx := begin(t)
	none := []string{}
	rows := [][]any{
		{"icd10cm", "H40.11", nil, nil, false, "t", []string{"H40.111", "H40.112"}},
		{"icd10cm", "H40.111", nil, nil, false, "t", []string{"H40.1110", "H40.1111"}},
		{"icd10cm", "H40.112", nil, nil, false, "t", []string{"H40.1120"}},
		{"icd10cm", "H40.1110", nil, nil, true, "t", none}, {"icd10cm", "H40.1111", nil, nil, true, "t", none}, {"icd10cm", "H40.1120", nil, nil, true, "t", none},
		{"icd10cm", "W19", nil, nil, false, "t", []string{"W19.XXXA", "W19.XXXD"}},
		{"icd10cm", "W19.XXXA", nil, nil, true, "t", none}, {"icd10cm", "W19.XXXD", nil, nil, true, "t", none},
		{"icd10cm", "T81.4", nil, nil, false, "t", []string{"T81.40"}}, {"icd10cm", "T81.40", nil, nil, false, "t", []string{"T81.40XA"}},
		{"icd10cm", "T81.40XA", nil, nil, true, "t", none},
		{"icd10cm", "S52", nil, nil, false, "t", []string{"S52.0"}}, {"icd10cm", "S52.0", nil, nil, false, "t", none},
	}
	for i := range 41 {
		rows = append(rows, []any{"icd10cm", fmt.Sprintf("S52.0%02dA", i), nil, nil, true, "t", none})
	}
	publish(t, tx, icd2025, "code_rows", "system code effective_from effective_to billable title children", rows...)
	for _, test := range []struct{ code, complete, children string }{
		{"H40.11", "H40.1110 H40.1111 H40.1120", "H40.111 H40.112"},
		{"H40.111", "", "H40.1110 H40.1111"},
		{"W19", "", "W19.XXXA W19.XXXD"},
		{"S52", "", "S52.0"}, // more than 40
		{"W19.A", "", "W19.XXXA"},
		{"W19.XA", "", "W19.XXXA"},
		{"W19.XXA", "", "W19.XXXA"},
		{"W19.B", "", ""},
		{"W19.X", "", "W19.XXXA W19.XXXD"},
		{"W19.XXX", "", "W19.XXXA W19.XXXD"},
		{"T81.40A", "", "T81.40XA"},
		{"T81.4A", "", ""},
		{"W19.XXXA", "", ""},
		{"W1", "", ""},
	} {
		cf := gather(t, tx, "2025-02-01", "icd10cm "+test.code).Codes["icd10cm "+test.code]
		if got := strings.Join(cf.Complete, " "); got != test.complete {
			t.Errorf("%s: complete %q, want %q", test.code, got, test.complete)
		}
		if got := strings.Join(cf.Children, " "); got != test.children {
			t.Errorf("%s: children %q, want %q", test.code, got, test.children)
		}
	}
	if cf := gather(t, begin(t), "2025-02-01", "icd10cm H40.11").Codes["icd10cm H40.11"]; !slices.Equal(cf.Complete, nil) {
		t.Errorf("the starter is no whole list: %q", cf.Complete)
	}
}

// TestNotTabled: a code that the tabular list of the day, or the last before it, does
// not have is told apart from one without notes.
func TestNotTabled(t *testing.T) {
	tx := begin(t)
	list := publication{kind: codeset.KindICD10CMTabular, name: "FY2021", from: "2020-10-01", to: "2021-09-30"}
	none := []string{}
	publish(t, tx, list, "icd_notes", "kind owner first_category last_category seq text refs",
		[]any{"codes", "A00", nil, nil, 0, "", []string{"A00", "A00.0"}},
		[]any{"codes", "A33", nil, nil, 0, "", []string{"A33"}},
		[]any{"codes", "R05", nil, nil, 0, "", []string{"R05"}}, []any{"excludes1", "R05", nil, nil, 1, "note", none},
		[]any{"codes", "W19", nil, nil, 0, "", []string{"W19"}},
		[]any{"codes", "T36", nil, nil, 0, "", []string{"T36", "T36.0", "T36.0X", "T36.0X1"}})
	for icd, want := range map[string]string{"A33": "", "A00.0": "", "R05": "", "R05.3": "FY2021 does not have it", "U09.9": "FY2021 does not have it", "U09": "FY2021 does not have it",
		"W19.XXXA": "", "W19": "", "T36.0X1A": "", "T36.0X7A": "FY2021 does not have it", "A00": ""} {
		f := gather(t, tx, "2025-02-01", "icd10cm "+icd)
		if got := f.Codes["icd10cm "+icd].NotTabled; got != want {
			t.Errorf("%s: %q, want %q", icd, got, want)
		}
		if slices.ContainsFunc(f.Notes, func(n codeset.Note) bool { return n.Kind != "excludes1" }) {
			t.Errorf("%s: %+v is no note", icd, f.Notes)
		}
	}
	if got := gather(t, begin(t), "2025-02-01", "icd10cm U09.9").Codes["icd10cm U09.9"].NotTabled; got != "" {
		t.Errorf("the starter is no list: %q", got)
	}
}

// TestNotTabledBefore: a list that was loaded without its codes tells of categories
// with notes alone.
func TestNotTabledBefore(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: codeset.KindICD10CMTabular, name: "FY2021", from: "2020-10-01", to: "2021-09-30"}, "icd_notes",
		"kind owner first_category last_category seq text refs", []any{"inclusion_term", "J18.1", nil, nil, 1, "term", []string{}}, []any{"excludes2", "U00-U49", "U00", "U49", 2, "note", []string{}})
	for icd, want := range map[string]string{"J18.9": "", "U09.9": "FY2021 has no note of its category, which may be newer"} {
		if got := gather(t, tx, "2025-02-01", "icd10cm "+icd).Codes["icd10cm "+icd].NotTabled; got != want {
			t.Errorf("%s: %q, want %q", icd, got, want)
		}
	}
}
