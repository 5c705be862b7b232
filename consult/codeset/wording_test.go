package codeset_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// A retold is what a test's release says of a code of the fixture: columns 12, 230,
// 277 of its first record.
type retold struct{ code, long, coverage, since string }

// alphaNumeric is the fixture under another name with some codes told otherwise,
// those without a wording left out.
func alphaNumeric(t *testing.T, name string, codes ...retold) string {
	t.Helper()
	var b strings.Builder
	for l := range strings.Lines(string(must(os.ReadFile(anwebText)))) {
		i := slices.IndexFunc(codes, func(c retold) bool { return strings.HasPrefix(l, c.code) })
		switch {
		case i < 0:
		case l[10] == '4' || codes[i].long == "":
			continue
		default:
			c := codes[i]
			l = l[:11] + fmt.Sprintf("%-80s", c.long) + l[91:229] + c.coverage + l[230:276] + c.since + l[284:]
		}
		b.WriteString(l)
	}
	return fileOf(t, name, b.String())
}

// worded is what f, and the page of the code, say of its words on the day: both
// the same, or the test fails.
func worded(t *testing.T, pool *pgxpool.Pool, on, c string) string {
	t.Helper()
	cf := known(t, pool, on, "hcpcs "+c).Codes["hcpcs "+c]
	got := string(cf.Status) + ", " + cf.Title
	if cf.Drug != nil {
		got += fmt.Sprintf(" [%g %s of %s]", cf.Drug.Amount, cf.Drug.Unit, cf.Drug.Source.Release)
	}
	if w := cf.Wording; w != nil {
		got += fmt.Sprintf(" (%s %s from %s to %s)", w.Release, w.Row, w.EffectiveFrom, w.EffectiveTo)
	}
	var e codeset.Entry
	inTx(t, pool, func(tx pgx.Tx) error {
		e = page(t, tx, c, on, codeset.ShowOptions{})
		return nil
	})
	if e.Title != cf.Title || fmt.Sprint(e.Drug) != fmt.Sprint(cf.Drug) || e.HCPCS == nil {
		t.Fatalf("%s on %s: page %+v, facts %+v", c, on, e, cf)
	}
	got += "; " + e.HCPCS.Source.Release
	for _, i := range e.HCPCS.Indicators {
		switch i.Name {
		case "coverage":
			got += " coverage " + i.Value
		case "wording":
			got += " wording " + i.Value + ": " + i.Meaning + ","
		}
	}
	return got
}

// TestWordingOfTheDay: a newer release tells a code's dates, and not what the
// code meant on a day before its wording stood.
func TestWordingOfTheDay(t *testing.T) {
	before := alphaNumeric(t, "HCPC2019_ANWEB.txt", retold{"J0002", "Testamine implant", "M", "20070101"},
		retold{"J0003", "Injection, testol, 5 mg", "D", "20040101"}, retold{"A0001", "Supply, each", "C", "20030101"})
	after := alphaNumeric(t, "HCPC2024_OCT_ANWEB.txt", retold{"J0002", "Testamine implant, 0.01 mg", "D", "20191001"},
		retold{"J0003", "Injection, testol, 6 mg", "M", "20040101"}, retold{"A0001", "", "", ""})
	const (
		old   = "valid, Testamine implant; 2019 coverage M"
		past  = "valid, Testamine implant (2019 J0002 from 2007-01-01 to 2019-12-31); 2019 wording 2019: the release whose wording held on the day, coverage M"
		fresh = "valid, Testamine implant, 0.01 mg [0.01 mg of 2024Q4]; 2024Q4 coverage D"
		since = "valid, Testamine implant, 0.01 mg (2024Q4 J0002 from 2019-10-01 to 2024-12-31); 2024Q4 " +
			"wording 2019-10-01: the wording and what follows stand since then; no release loaded tells those of the day, coverage D"
	)
	for _, loaded := range [][]string{{before}, {after}, {before, after}, {after, before}} {
		pool := pgtest.New(t)
		var names []string
		for _, file := range loaded {
			loads(t, pool, complete(), file)
			names = append(names, filepath.Base(file))
		}
		for on, want := range map[string][3]string{ // 2019 alone, 2024Q4 alone, both
			"2018-06-01": {old, since, past},
			"2019-06-01": {old, since, past},
			"2019-09-30": {old, since, past},
			"2019-10-01": {old, fresh, fresh},
			"2020-01-01": {old, fresh, fresh},
			"2024-11-15": {old, fresh, fresh},
			"2025-03-01": {old, fresh, fresh},
		} {
			which := 2
			if len(loaded) == 1 {
				which = slices.Index([]string{before, after}, loaded[0])
			}
			if got := worded(t, pool, on, "J0002"); got != want[which] {
				t.Errorf("%s with %q:\n got %s\nwant %s", on, names, got, want[which])
			}
		}
		if len(loaded) == 1 {
			continue
		}
		for _, c := range []struct{ on, code, want string }{ // a change without a date, a code that was dropped
			{"2019-06-01", "J0003", "valid, Injection, testol, 5 mg [5 mg of 2019] (2019 J0003 from 2004-01-01 to 2019-12-31); 2019 wording 2019: the release whose wording held on the day, coverage D"},
			{"2020-06-01", "J0003", "valid, Injection, testol, 6 mg [6 mg of 2024Q4]; 2024Q4 coverage M"},
			{"2019-06-01", "A0001", "valid, Supply, each; 2019 coverage C"},
			{"2022-06-01", "A0001", "valid, Supply, each; 2019 coverage C"},
		} {
			if got := worded(t, pool, c.on, c.code); got != c.want {
				t.Errorf("%s on %s with %q:\n got %s\nwant %s", c.code, c.on, names, got, c.want)
			}
		}
	}
}

// complete are options that import a release smaller than the one before it.
func complete() codeset.ImportOptions {
	o := options()
	o.Complete = true
	return o
}

// TestOfficialWording: the unit of J7311, which was an implant until October 2019.
func TestOfficialWording(t *testing.T) {
	dir := codeset.SharedData(t)
	pool := pgtest.New(t)
	loads(t, pool, complete(), filepath.Join(dir, "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip"))
	alone := known(t, pool, "2019-06-01", "hcpcs J7311").Codes["hcpcs J7311"]
	loads(t, pool, complete(), filepath.Join(dir, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"))
	for on, want := range map[string]string{
		"2019-06-01": "Fluocinolone acetonide, intravitreal implant <nil>",
		"2019-10-01": "INJECTION, FLUOCINOLONE ACETONIDE, INTRAVITREAL IMPLANT (RETISERT), 0.01 MG 0.01 mg",
	} {
		cf := known(t, pool, on, "hcpcs J7311").Codes["hcpcs J7311"]
		unit := "<nil>"
		if cf.Drug != nil {
			unit = fmt.Sprintf("%g %s", cf.Drug.Amount, cf.Drug.Unit)
		}
		if got := cf.Title + " " + unit; got != want || cf.Status != code.Valid || cf.Source.Release != "2024Q4" {
			t.Errorf("%s: %q by %+v", on, got, cf)
		}
		if on == "2019-06-01" && (alone.Title != cf.Title || alone.Drug != nil) {
			t.Errorf("with 2019 alone %+v", alone)
		}
	}
	for _, c := range []string{"J2001", "J1030"} { // ended since; the last action only ended them
		if cf := known(t, pool, "2024-03-15", "hcpcs "+c).Codes["hcpcs "+c]; cf.Status != code.Valid || cf.Drug == nil || cf.Wording != nil {
			t.Errorf("%s before its end: %+v", c, cf)
		}
	}
}
