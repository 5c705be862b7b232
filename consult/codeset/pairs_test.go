package codeset_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestPairHistory holds the rows of a dated table against days: the last day in
// force counts, a row with indicator 9 never was, a re-issued edit is one pair.
func TestPairHistory(t *testing.T) {
	tx := begin(t)
	publish(t, tx, ptp2025Q1, "ptp_rows", ptpColumns,
		[]any{"97530", "97140", "2005-01-01", "2019-12-31", "1"},
		[]any{"20610", "99213", "2012-01-01", "2019-12-31", "0"},
		[]any{"20610", "99213", "2020-01-01", nil, "1"},
		[]any{"88108", "88162", "2016-01-01", "2016-01-01", "9"},
		[]any{"11042", "97597", "2025-02-15", nil, "1"},
		[]any{"10001", "10002", "2010-01-01", "2014-12-31", "1"},
		[]any{"10002", "10001", "2015-01-01", nil, "0"})
	type pair struct {
		row, indicator string
		inForce        bool
	}
	for _, test := range []struct {
		on   string
		a, b string
		want []pair
	}{
		{"2019-12-31", "97140", "97530", []pair{{"97530/97140/2005-01-01", "1", true}}},
		{"2020-01-01", "97140", "97530", []pair{{"97530/97140/2005-01-01", "1", false}}},
		{"2004-12-31", "97140", "97530", nil},
		{"2019-12-31", "99213", "20610", []pair{{"20610/99213/2012-01-01", "0", true}}},
		{"2024-08-15", "99213", "20610", []pair{{"20610/99213/2020-01-01", "1", true}}},
		{"2016-01-01", "88108", "88162", nil},
		{"2025-02-14", "11042", "97597", nil},
		{"2025-02-15", "11042", "97597", []pair{{"11042/97597/2025-02-15", "1", true}}},
		{"2014-12-31", "10001", "10002", []pair{{"10001/10002/2010-01-01", "1", true}}},
		{"2015-01-01", "10001", "10002", []pair{{"10002/10001/2015-01-01", "0", true}}},
	} {
		f := gather(t, tx, test.on, "cpt "+test.a, "cpt "+test.b)
		var got []pair
		for _, p := range f.Pairs {
			got = append(got, pair{p.Source.Row, p.Indicator, p.InForce})
			if !p.Source.Dated || p.Source.EffectiveFrom == "" {
				t.Errorf("%s: the row's own dates are missing from %+v", p.Source.Row, p.Source)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s/%s on %s: %v, want %v", test.a, test.b, test.on, got, test.want)
		}
		if f.Core != nil {
			t.Errorf("on %s the starter's core answers beside the official table", test.on)
		}
	}
}

// TestStarterPairs have no dates of their own and speak for their quarter.
func TestStarterPairs(t *testing.T) {
	tx := begin(t)
	f := gather(t, tx, "2024-08-15", "cpt 20610", "cpt 99213", "cpt 00100")
	want := codeset.Source{Set: codeset.KindPTPPractitioner, Release: "2024Q3", Row: "20610/99213", Via: "starter",
		EffectiveFrom: "2024-07-01", EffectiveTo: "2024-09-30"}
	if len(f.Pairs) != 1 || f.Pairs[0].Source != want || !f.Pairs[0].InForce {
		t.Errorf("pairs %+v, want one from %+v", f.Pairs, want)
	}
	if !f.Core["20610"] || !f.Core["99213"] || f.Core["00100"] {
		t.Errorf("core %v", f.Core)
	}
	if f := gather(t, tx, "2024-06-30", "cpt 20610", "cpt 99213"); len(f.Pairs) != 0 || f.Core != nil {
		t.Errorf("the day before its quarter: pairs %+v, core %v", f.Pairs, f.Core)
	}
}

// TestManyCodes: a question that names many codes, most of them none, gets the
// edits that its codes get two at a time.
func TestManyCodes(t *testing.T) {
	tx := begin(t)
	publish(t, tx, ptp2025Q1, "ptp_rows", ptpColumns,
		[]any{"20610", "99213", "2020-01-01", nil, "1"},
		[]any{"11042", "97597", "2005-01-01", "2019-12-31", "1"},
		[]any{"97597", "20610", "2005-01-01", nil, "0"},
		[]any{"88108", "88162", "2016-01-01", "2016-01-01", "9"})
	named := []string{"cpt 11042", "cpt 20610", "cpt 88108", "cpt 88162", "cpt 97597", "cpt 99213"}
	for _, on := range []string{"2019-12-31", "2025-02-01"} {
		var want []codeset.PTP
		for i, a := range named {
			for _, b := range named[i+1:] {
				want = append(want, gather(t, tx, on, a, b).Pairs...)
			}
		}
		many := slices.Clone(named)
		for i := range 40 {
			many = append(many, fmt.Sprintf("cpt 000%02d", i))
		}
		if got := gather(t, tx, on, many...).Pairs; len(want) < 2 || !reflect.DeepEqual(got, want) {
			t.Errorf("on %s:\n%v\nwant\n%v", on, got, want)
		}
	}
}

// TestPairEarlier: of a pair with several rows all that began by the day are
// told, the last first, whichever code stood in column one.
func TestPairEarlier(t *testing.T) {
	tx := begin(t)
	publish(t, tx, ptp2025Q1, "ptp_rows", ptpColumns,
		[]any{"20610", "99213", "2005-01-01", "2012-12-31", "0"},
		[]any{"99213", "20610", "2013-01-01", "2019-12-31", "0"},
		[]any{"20610", "99213", "2019-06-01", "2019-06-01", "9"},
		[]any{"20610", "99213", "2020-01-01", nil, "1"})
	earliest := codeset.Period{Column1: "20610", Column2: "99213", Indicator: "0", From: "2005-01-01", To: "2012-12-31"}
	turned := codeset.Period{Column1: "99213", Column2: "20610", Indicator: "0", From: "2013-01-01", To: "2019-12-31"}
	for on, want := range map[string][]codeset.Period{"2025-02-01": {turned, earliest}, "2019-12-31": {earliest}, "2012-12-31": nil} {
		f := gather(t, tx, on, "cpt 99213", "cpt 20610")
		if len(f.Pairs) != 1 || !slices.Equal(f.Pairs[0].Earlier, want) {
			t.Errorf("on %s: %+v, want %v", on, f.Pairs, want)
		}
	}
}
