package codeset_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func show(t *testing.T, c, on string) func() []codeset.Entry {
	tx := begin(t)
	return func() []codeset.Entry { return must(codeset.Show(t.Context(), tx, c, must(code.ParseDay(on)))) }
}

func TestShow(t *testing.T) {
	tx := begin(t)
	for _, test := range []struct {
		code, on string
		want     string // system status of each entry
	}{
		{"96405", "2025-11-15", "cpt valid"},
		{" j3301 ", "2025-11-15", "hcpcs valid"},
		{"M51.360", "2025-11-01", "icd10cm valid"},
		{"M51360", "2025-11-01", "icd10cm valid"},
		{"A0100", "2025-02-01", "hcpcs valid, icd10cm valid"},
		{"25", "2025-11-15", "modifier valid"},
		{"0DTJ4ZZ", "2025-02-01", "icd10pcs valid"},
		{"J2001", "2024-11-15", "hcpcs replaced"},
		{"99241", "2024-11-15", "cpt deleted"},
		{"J2003", "2024-08-15", "hcpcs not_yet_effective"},
		{"M79.31", "2025-02-01", "icd10cm unknown"},
		{"99999", "2025-11-15", "cpt unknown"},
		{"D0120", "2025-11-15", "cdt unknown"},
		{"not a code", "2025-11-15", " unknown"},
	} {
		var got []string
		for _, e := range must(codeset.Show(t.Context(), tx, test.code, must(code.ParseDay(test.on)))) {
			got = append(got, string(e.System)+" "+e.Status)
			if (e.Source == nil) != (e.NotChecked != "") {
				t.Errorf("%s: source %v, not checked %q: one of them must say why", test.code, e.Source, e.NotChecked)
			}
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s on %s: %q, want %q", test.code, test.on, got, test.want)
		}
	}
}

func TestShowSections(t *testing.T) {
	e := show(t, "96405", "2025-11-15")()[0]
	if e.Title != "" || e.Words == "" || len(e.PFS) != 1 || len(e.MUE) != 1 || e.PTP == nil || e.PTP.AsColumnOne == 0 || e.PTP.AsColumnTwo == 0 {
		t.Errorf("%+v", e)
	}
	if !slices.ContainsFunc(e.History, func(s codeset.Edition) bool { return s.Set == codeset.KindMUEPractitioner && s.Release == "2026Q2" }) {
		t.Errorf("history %+v lacks the MUE of another quarter", e.History)
	}
	b := must(json.Marshal(e))
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"system", "status", "billable", "words", "effective_from", "effective_to", "mue", "ptp", "pfs", "history", "source"} {
		if _, ok := fields[name]; !ok {
			t.Errorf("the entry lacks %q: %s", name, b)
		}
	}
}

func TestShowDiagnosis(t *testing.T) {
	e := show(t, "M54.5", "2025-02-01")()[0]
	if e.Billable || !slices.Equal(e.Children, []string{"M54.50", "M54.51", "M54.59"}) || e.Title != "Low back pain" {
		t.Errorf("%+v", e)
	}
	e = show(t, "G43909", "2025-02-01")()[0]
	if !e.Billable || len(e.Notes) == 0 || e.Notes[0].Owner != "G43" || e.Code != "G43.909" {
		t.Errorf("%+v", e)
	}
}
