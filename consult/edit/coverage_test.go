package edit

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// covers gives the world a whole coverage database with documents written as
// "A1 20610 of=Palmetto_GBA covered1:named=M17.11,M17.12*+3": of a group its list
// and number, for whom it is, the diagnoses of the query, and how many others.
func (w *world) covers(docs ...string) *world {
	for _, kind := range []string{codeset.KindLCD, codeset.KindArticle} {
		w.Answers[kind] = codeset.Answer{Kind: kind, Release: "TEST"}
	}
	for _, d := range docs {
		f := strings.Fields(d)
		c := codeset.Coverage{ID: f[0], Code: f[1], List: "hcpcs", Title: "About " + f[0], Contractors: []string{"Palmetto GBA"}, States: []string{"NC"}}
		set := codeset.KindArticle
		if f[0][0] == 'L' {
			set = codeset.KindLCD
		}
		c.Source = codeset.Source{Set: set, Release: "TEST", Row: f[0] + " version 1"}
		for _, word := range f[2:] {
			name, value, _ := strings.Cut(word, "=")
			switch name {
			case "of":
				c.Contractors = []string{strings.ReplaceAll(value, "_", " ")}
			case "states":
				c.States = strings.Split(value, ",")
			case "list":
				c.List = value
			case "notyet":
				c.NotYet, c.EffectiveFrom = true, value
			default:
				c.Diagnoses = append(c.Diagnoses, diagnosisGroup(name, value))
			}
		}
		w.Coverage = append(w.Coverage, c)
		w.valid(c.Code)
	}
	return w
}

func diagnosisGroup(name, value string) codeset.DiagnosisGroup {
	name, whose, _ := strings.Cut(name, ":")
	codes, more, _ := strings.Cut(value, "+")
	g := codeset.DiagnosisGroup{List: name[:len(name)-1], Group: int(name[len(name)-1] - '0'), For: whose}
	for _, c := range strings.FieldsFunc(codes, func(r rune) bool { return r == ',' }) {
		bare, star := strings.CutSuffix(c, "*")
		g.Listed = append(g.Listed, codeset.ListedDiagnosis{Code: bare, Star: star})
	}
	g.Codes = len(g.Listed) + len(more)
	return g
}

// at makes the query's contractor one that is loaded.
func (w *world) at(contractors ...string) *world {
	w.Contractors = contractors
	return w
}

func TestCoverage(t *testing.T) {
	knee := func(docs ...string) *world {
		w := newWorld().covers(docs...).valid("20610").dx("M17.11", "R52").at("Palmetto GBA")
		return w.put(code.ICD10CM, "M17", func(cf *codeset.CodeFacts) { cf.Billable = false })
	}
	const here = " contractor=Palmetto"
	rows := []row{
		{name: "named", world: knee("A1 20610 covered1:named=M17.11+x covered2:others=+x"), claim: "20610 dx:M17.11" + here, want: "covered 20610",
			says: "The article A1 (About A1) of Palmetto GBA lists 20610 and has M17.11 in covered group 1, whose paragraph names 20610"},
		{name: "second diagnosis", world: knee("A1 20610 covered1:named=M17.11"), claim: "20610 dx:R52 dx:M17.11" + here, want: "covered 20610"},
		{name: "only group", world: knee("A1 20610 covered1=M17.11+x"), claim: "20610 dx:M17.11" + here, want: "covered 20610", says: "its only group"},
		{name: "one of several", world: knee("A1 20610 covered1=M17.11 covered2=+x"), claim: "20610 dx:M17.11" + here, want: "listed 20610", says: "one of several|read it before"},
		{name: "a reservation", world: knee("A1 20610 covered1:unclear=M17.11"), claim: "20610 dx:M17.11" + here, want: "listed 20610", says: "makes a reservation"},
		{name: "a star", world: knee("A1 20610 covered1:named=M17.11*"), claim: "20610 dx:M17.11" + here, want: "listed 20610", says: "star that sets a condition"},
		{name: "on both lists", world: knee("A1 20610 covered1:named=M17.11 noncovered1=M17.11"), claim: "20610 dx:M17.11" + here, want: "listed 20610", says: "also among the diagnoses that do not support"},
		{name: "in no group", world: knee("A1 20610 covered1:named=+x"), claim: "20610 dx:R52" + here, want: "not_covered 20610", says: "has R52 in no group of supporting diagnoses|CO-50|ABN"},
		{name: "in another's group", world: knee("A1 20610 covered1:named=+x covered2:others=R52"), claim: "20610 dx:R52" + here, want: "not_covered 20610"},
		{name: "groups for others alone", world: knee("A1 20610 covered1:others=R52"), claim: "20610 dx:R52" + here, want: "listed 20610", says: "name other codes"},
		{name: "noncovered", world: knee("A1 20610 noncovered1=R52"), claim: "20610 dx:R52" + here, want: "not_covered 20610", says: "R52 among the diagnoses that do not support it"},
		{name: "no lists", world: knee("L1 20610"), claim: "20610 dx:R52" + here, want: "listed 20610", says: "The LCD L1|no list of supporting diagnoses"},
		{name: "no diagnosis", world: knee("A1 20610 covered1:named=+xxx"), claim: "20610" + here, want: "listed 20610", says: "(3)|no complete diagnosis"},
		{name: "a header", world: knee("A1 20610 covered1:named=M17.11"), claim: "20610 dx:M17" + here, want: "listed 20610"},
		{name: "self-administered", world: knee("A1 J0001 list=table"), claim: "J0001 route=subcutaneous" + here, want: "not_covered J0001", says: "Part B does not pay"},
		{name: "perhaps self-administered", world: knee("A1 J0001 list=table"), claim: "J0001 route=IV" + here, want: "listed J0001", says: "for which route and brand"},
		{name: "a code of many drugs", world: knee("A1 J3490 list=table"), claim: "J3490 route=subcutaneous" + here, want: "listed J3490", says: "by brand"},
		{name: "article before LCD", world: knee("L1 20610", "A1 20610 covered1:named=+x"), claim: "20610 dx:R52" + here, want: "not_covered 20610", says: "also listed in L1"},
		{name: "one of two covers", world: knee("A1 20610 covered1:named=+x", "A2 20610 covered1:named=R52"), claim: "20610 dx:R52" + here, want: "covered 20610", says: "A2|also listed in A1"},
		{name: "none", world: knee(), claim: "20610" + here, want: "not_listed 20610", says: "no LCD or article of Palmetto GBA that lists 20610|by itself neither supports nor excludes"},
		{name: "none anywhere", world: knee().at(), claim: "20610", want: "not_listed 20610", says: "of any contractor"},
		{name: "none, half loaded", world: knee().lose(codeset.KindLCD), claim: "20610" + here, skips: "coverage.lcd: the release of 2024-08-15 is not loaded"},
		{name: "found, half loaded", world: knee("A1 20610").lose(codeset.KindLCD), claim: "20610" + here, want: "listed 20610", skips: "coverage.lcd: the release of 2024-08-15 is not loaded"},
		{name: "nothing loaded", world: newWorld().valid("20610"), claim: "20610" + here, skips: "coverage.lcd: no release loaded"},
		{name: "an unknown contractor", world: knee().at(), claim: "20610 contractor=Palmeto", skips: "coverage.lcd: no loaded contractor is known by Palmeto"},
		{name: "a later version", world: knee("A1 20610 notyet=2024-09-01"), claim: "20610" + here, skips: "coverage.lcd 20610: A1 version 0 begins on 2024-09-01; the version of the day is not loaded"},
		{name: "contractor as payer", world: knee("A1 20610 covered1:named=M17.11"), claim: "20610 dx:M17.11 payer=Palmetto", want: "covered 20610"},
		{name: "a state", world: knee("A1 20610 covered1:named=M17.11"), claim: "20610 dx:M17.11 state=NC", want: "covered 20610", says: "of contractors of NC"},
		{name: "contractor unstated", world: knee("A1 20610 covered1:named=M17.11", "A2 20610 of=CGS covered1:named=+x").at(), claim: "20610 dx:M17.11", want: "undecided 20610",
			says: "of 2 contractors list 20610|contractor, which is not stated"},
		{name: "everywhere", world: knee("A1 20610 covered1:named=M17.11 states=" + strings.Join(states(51), ",")).at(), claim: "20610 dx:M17.11", want: "covered 20610"},
		{name: "another payer", world: knee("A1 20610"), claim: "20610 payer=Aetna" + here, want: "listed 20610", says: "Medicare's article A1|Aetna may rule otherwise"},
		{name: "national", world: knee(), claim: "20610" + here, want: "not_listed 20610", skips: "coverage.ncd: national coverage determinations are no release"},
	}
	for i := range rows {
		rows[i].rule = "coverage.lcd"
	}
	run(t, rows)
	w := knee("A1 20610 covered1:named=M17.11", "A2 20610 of=CGS covered1:named=+x", "L3 20610 of=NGS").at()
	f := of(w.check(t, "20610 dx:M17.11"), "coverage.lcd")[0]
	var got []string
	for _, b := range f.Branches {
		got = append(got, b.If+": "+b.Verdict)
	}
	if want := []string{"the contractor is Palmetto GBA: covered", "the contractor is NGS: listed", "the contractor is CGS: not_covered", "it is another: not_listed"}; !slices.Equal(got, want) || f.Missing[0] != "contractor" {
		t.Errorf("branches %q of %q", got, f.Missing)
	}
	w.CoverageGaps = []string{"mcd-article: TEST was loaded without its table of codes"}
	if r := w.check(t, "20610 dx:M17.11"); len(of(r, "coverage.lcd")[0].Branches) != 3 || !slices.Contains(r.NotChecked, "coverage.lcd: "+w.CoverageGaps[0]) {
		t.Errorf("with a gap: %+v", r)
	}
}

func TestJurisdiction(t *testing.T) {
	for text, want := range map[string]string{"payer=Medicare": "/", "payer=MCR state=NC": "/NC", "payer=Palmetto": "palmetto/", "payer=Novitas_Medicare": "novitas/",
		"payer=Palmetto contractor=CGS": "CGS/", "contractor=CGS contractor=NGS payer=WPS": "/", "payer=Aetna": "/"} {
		c, s := Jurisdiction(claim(text))
		if got := c + "/" + s; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// states are so many of two letters.
func states(n int) (all []string) {
	for i := range n {
		all = append(all, string([]byte{'A' + byte(i/20), 'A' + byte(i%20)}))
	}
	return slices.DeleteFunc(append(all, "ZA", "ZB"), func(s string) bool { return territories[s] })
}

func (m maker) coverage(f *codeset.Facts) {
	if m.chance(2) {
		for _, kind := range []string{codeset.KindLCD, codeset.KindArticle} {
			f.Answers[kind] = codeset.Answer{Kind: kind, Release: "R", AsOf: m.chance(3), Missing: m.of("", "", "missing")}
		}
	}
	if m.chance(2) {
		f.Contractors = []string{"Palmetto GBA"}
	}
	for range m.IntN(4) {
		c := codeset.Coverage{Code: m.of(procedures...), ID: m.of("A1", "A2", "L1"), NotYet: m.chance(5), List: m.of("hcpcs", "hcpcs", "table"),
			Contractors: []string{m.of("Palmetto GBA", "CGS", "NGS")}, States: states(m.IntN(60)), Source: m.source("mcd-article")}
		for i := range m.IntN(4) {
			c.Diagnoses = append(c.Diagnoses, codeset.DiagnosisGroup{List: m.of("covered", "covered", "noncovered"), Group: i, Codes: 2,
				For: m.of("", codeset.ForNamed, codeset.ForOthers, codeset.ForUnclear), Listed: []codeset.ListedDiagnosis{{Code: m.of(diagnoses...), Star: m.chance(5)}}})
		}
		f.Coverage = append(f.Coverage, c)
	}
}

// coverageTables imports the synthetic download of a kind.
func coverageTables(t *testing.T, pool *pgxpool.Pool, base string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "current_"+base)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../cmsfile/testdata/mcd/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatal("no synthetic tables", err)
	}
	other := map[string]string{"lcd": "article", "article": "lcd"}[base]
	var all []string
	for _, f := range files {
		name := filepath.Base(f)
		if strings.HasPrefix(name, other) || strings.HasPrefix(name, "documents") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, filepath.Join(dir, name))
		if err := os.WriteFile(all[len(all)-1], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := codeset.Import(t.Context(), pool, all, codeset.ImportOptions{Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), By: "test"}); err != nil {
		t.Fatal(err)
	}
}

// TestCoverageLoaded takes synthetic tables of the coverage database through
// import and Gather.
func TestCoverageLoaded(t *testing.T) {
	pool := pgtest.New(t)
	judge := func(on, text string) (Result, string) {
		c := claim(text)
		c.On, _ = code.ParseDay(on)
		q := codeset.Query{On: c.On, Codes: Codes(c)}
		q.Contractor, q.State = Jurisdiction(c)
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
		f, err := codeset.Gather(t.Context(), tx, q)
		if err != nil {
			t.Fatal(err)
		}
		r := (&world{f}).checkClaim(t, c)
		return r, verdicts(r, "coverage.lcd")
	}
	if r, got := judge("2024-12-15", "10001"); got != "" || !slices.Contains(r.NotChecked, "coverage.lcd: mcd-lcd: no release loaded for 2024-12-15") {
		t.Errorf("nothing loaded: %s %q", got, r.NotChecked)
	}
	coverageTables(t, pool, "article")
	if r, got := judge("2024-12-15", "10009 state=AA"); got != "" || !slices.Contains(r.NotChecked, "coverage.lcd: mcd-lcd: no release loaded for 2024-12-15") {
		t.Errorf("articles alone: %s %q", got, r.NotChecked)
	}
	coverageTables(t, pool, "lcd")
	for _, tt := range []struct{ on, claim, want, says string }{
		{"2024-12-15", "10001 dx:A01.1 contractor=First_Contractor", "covered 10001", "The article A91001 (Billing and Coding: First) of First Contractor, LLC lists 10001 and has A01.1 in covered group 1, whose paragraph names 10001; also listed in L90001"},
		{"2024-12-15", "10001 dx:A01.2 contractor=First_Contractor", "listed 10001", "a star that sets a condition"},
		{"2024-12-15", "10001 dx:B02 state=BB", "listed 10001", "covered group 2, one of several"},
		{"2024-12-15", "10001 dx:C03.9 state=AA", "not_covered 10001", "C03.9 among the diagnoses that do not support it"},
		{"2024-12-15", "10001 dx:E11.9 state=AA", "not_covered 10001", "E11.9 in no group"},
		{"2024-12-15", "G0001 dx:A01.1 state=AA", "not_covered G0001", "A01.1 in no group of supporting diagnoses that may be for it"},
		{"2024-12-15", "10009 state=AA", "not_listed 10009", "of contractors of AA that lists 10009"},
		{"2024-12-15", "10001 dx:A01.1", "undecided 10001", "of 2 contractors list 10001"},
		{"2025-03-01", "10001 dx:A01.1 state=AA", "covered 10001", "as of 2024-12; the release of that day is not loaded"},
		{"2024-12-15", "J0001", "undecided J0001", "of 1 contractor list J0001"},
	} {
		r, got := judge(tt.on, tt.claim)
		if got != tt.want || !strings.Contains(of(r, "coverage.lcd")[0].Statement, tt.says) {
			t.Errorf("%s: %s, want %s with %q\n%+v\n%q", tt.claim, got, tt.want, tt.says, of(r, "coverage.lcd"), r.NotChecked)
		}
	}
	if r, _ := judge("2024-12-15", "10001 contractor=Nobody"); !slices.Contains(r.NotChecked, "coverage.lcd: no loaded contractor is known by Nobody") {
		t.Errorf("an unknown contractor: %q", r.NotChecked)
	}
}
