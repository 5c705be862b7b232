package edit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// terse writes a finding as the table above does.
func terse(f Finding) string {
	s := f.Rule + " " + f.Verdict + " " + strings.Join(f.Codes, "/")
	switch {
	case f.Rule == "modifier.valid":
		s += "-" + f.Modifiers[0]
	case f.Rule == "ncci.mue" && f.Limit != nil:
		s += fmt.Sprintf(" MAI %s %d/%d", f.MAI, f.Units, *f.Limit)
	case f.Rule == "drug.units":
		s += fmt.Sprintf(" x%d", f.Units)
	case f.Successor != "":
		s += " > " + f.Successor
	}
	if f.ModifierIndicator != "" {
		s += " i" + f.ModifierIndicator
	}
	if f.Rule == "ncci.ptp" && f.Verdict == "modifier_allowed" {
		s += " +" + strings.Join(f.Modifiers, " ") + " on " + f.ModifierOn
	}
	for _, x := range []string{f.Days, f.Indicator} {
		if x != "" && f.Rule != "modifier.valid" {
			s += " " + x
		}
	}
	if f.Present {
		s += " present"
	}
	return s
}

func TestWorkedCasesOnStarter(t *testing.T) {
	pool := pgtest.New(t)
	load(t, pool)
	for _, tt := range slices.Concat(worked, switches) {
		t.Run(tt.name, func(t *testing.T) {
			c := onStarter(tt)
			tt.hold(t, (&world{gather(t, pool, c)}).checkClaim(t, c))
		})
	}
}

// onStarter is the case's claim on its day, or on the starter's.
func onStarter(tt workedCase) Claim {
	c := claim(tt.claim)
	c.On = time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC)
	if tt.on != "" {
		c.On, _ = code.ParseDay(tt.on)
	}
	return c
}

// hold holds findings to the case: their verdicts, and the facts that their
// sentences state.
func (tt workedCase) hold(t *testing.T, r Result) {
	t.Helper()
	var all, said []string
	for _, f := range r.Findings {
		all, said = append(all, terse(f)), append(said, f.Statement)
		for _, b := range f.Branches {
			said = append(said, "if "+b.If+": "+b.Statement)
		}
	}
	text, words := strings.Join(all, "\n"), strings.Join(said, "\n")
	for want := range strings.SplitSeq(tt.must, "; ") {
		not, negative := strings.CutPrefix(want, "!")
		if strings.Contains(text, not) == negative {
			t.Errorf("want %q in\n%s\n%q", want, text, r.NotChecked)
		}
	}
	for fact := range strings.SplitSeq(tt.state, "|") {
		if !wholeWords(words, fact) {
			t.Errorf("nothing states %q:\n%s\n%q", fact, words, r.NotChecked)
		}
	}
	for fact := range strings.SplitSeq(tt.not, "|") {
		if fact != "" && wholeWords(words, fact) {
			t.Errorf("something states %q:\n%s", fact, words)
		}
	}
}

// wholeWords says whether text holds fact as whole words: "25" is in "modifier 25"
// and neither in "2025" nor in "E11.25".
func wholeWords(text, fact string) bool {
	part := func(r byte) bool { return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }
	for from := 0; ; {
		i := strings.Index(text[from:], fact)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(fact)
		before := start == 0 || !part(text[start-1]) && !(text[start-1] == '.' && start > 1 && part(text[start-2])) && text[start-1] != '-'
		after := end == len(text) || !part(text[end]) && !(text[end] == '.' && end+1 < len(text) && part(text[end+1])) && text[end] != '-'
		if fact == "" || before && after {
			return true
		}
		from = start + 1
	}
}

func TestWholeWords(t *testing.T) {
	for _, tt := range []struct {
		text, fact string
		want       bool
	}{
		{"modifier 25 on 99213", "25", true}, {"since 2025-01-01", "25", false}, {"until 01-25", "25", false}, {"E11.25", "25", false}, {"it is 25.", "25", true},
		{"99213-25", "25", false}, {"925 and 25", "25", true}, {"of 25.", "25.", true}, {"", "25", false}, {"", "", true},
		{"is on the claim (by the dates)", "on the claim", true}, {"M79.31 is", "M79.3", false},
	} {
		if got := wholeWords(tt.text, tt.fact); got != tt.want {
			t.Errorf("%q in %q: %v", tt.fact, tt.text, got)
		}
	}
}

// TestEveryWorkedCase holds the tables to every case of DOMAIN.md E.10, each
// with a fact that must or must not be stated.
func TestEveryWorkedCase(t *testing.T) {
	have := map[string]bool{}
	for _, tt := range slices.Concat(worked, switches, datedCases) {
		have[strings.TrimRight(strings.Fields(tt.name)[0], "bc")] = true
		if tt.must == "" || tt.state == "" && tt.not == "" {
			t.Errorf("%s asserts too little", tt.name)
		}
	}
	numbers := []int{8}
	for n := 1; n <= 95; n += 2 {
		numbers = append(numbers, n)
	}
	for _, n := range numbers {
		if !have[strconv.Itoa(n)] {
			t.Errorf("case %d is in no table", n)
		}
	}
}

func load(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := codeset.LoadStarter(t.Context(), tx, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), "test"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func gather(t *testing.T, pool *pgxpool.Pool, c Claim) codeset.Facts {
	t.Helper()
	q := codeset.Query{On: c.On, Setting: c.Setting, Codes: Codes(c)}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	f, err := codeset.Gather(t.Context(), tx, q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
