package codeset

import (
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// TestStanding: whose wording is the day's, of releases written "name from to
// since", since "-" where the file does not date the last change.
func TestStanding(t *testing.T) {
	date := func(s string) *time.Time {
		d, err := code.ParseDay(s)
		if err != nil {
			return nil
		}
		return &d
	}
	const (
		y19  = "2019 2019-01-01 2019-12-31 2007-01-01"
		q219 = "2019Q2 2019-04-01 2019-06-30 2007-01-01"
		q121 = "2021Q1 2021-01-01 2021-03-31 2019-10-01"
		q424 = "2024Q4 2024-10-01 2024-12-31 2023-01-01"
		same = "2024Q4 2024-10-01 2024-12-31 2007-01-01"
		bare = "2024Q4 2024-10-01 2024-12-31 -"
	)
	for _, test := range []struct {
		on       string
		releases []string
		want     string // "?": the newest, whose wording did not stand yet
	}{
		{"2019-06-01", []string{y19, q121, q424}, "2019"},
		{"2019-10-01", []string{y19, q121, q424}, "2021Q1"}, // dated within the period of the file of 2019
		{"2020-06-01", []string{y19, q121, q424}, "2021Q1"},
		{"2022-06-01", []string{y19, q121, q424}, "?"}, // 2021Q1 tells nothing of a day after it
		{"2023-01-01", []string{y19, q121, q424}, "2024Q4"},
		{"2006-06-01", []string{y19, q424}, "?"},
		{"2018-06-01", []string{y19, q424}, "2019"},
		{"2019-05-01", []string{y19, q219, same}, "2019Q2"}, // the narrower of two that hold the day
		{"2019-08-01", []string{y19, q219, same}, "2019"},
		{"2020-06-01", []string{y19, same}, "2024Q4"},
		{"2018-06-01", []string{y19, same}, "2019"}, // the file nearest to the day
		{"2024-11-01", []string{y19, bare}, "2024Q4"},
		{"2024-09-30", []string{y19, bare}, "?"},
		{"2020-06-01", []string{y19}, "2019"}, // the newest, as of its period
		{"2019-01-01", []string{"2019 2019-01-01 2019-12-31 2019-07-01"}, "2019"},
	} {
		var all []wording
		for _, r := range test.releases {
			f := strings.Fields(r)
			all = append(all, wording{speaker{Name: f[0], EffectiveFrom: *date(f[1]), EffectiveTo: date(f[2])}, codeRow{WordingFrom: date(f[3])}})
		}
		w, ok := standing(all, *date(test.on))
		got := w.Name
		if !ok {
			got = "?"
		}
		if got != test.want || !ok && w.Name != all[len(all)-1].Name {
			t.Errorf("%s of %q: %s, want %s", test.on, test.releases, got, test.want)
		}
	}
}
