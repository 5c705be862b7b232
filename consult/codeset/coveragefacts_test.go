package codeset_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// gathers looks codes up for a contractor and state.
func gathers(t testing.TB, pool *pgxpool.Pool, on, contractor, state string, codes ...string) (f codeset.Facts) {
	t.Helper()
	q := codeset.Query{On: must(code.ParseDay(on)), Contractor: contractor, State: state}
	for _, c := range codes {
		q.Codes = append(q.Codes, parse(c))
	}
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) (err error) {
		f, err = codeset.Gather(t.Context(), tx, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func ids(f codeset.Facts) (all []string) {
	for _, c := range f.Coverage {
		all = append(all, c.Code+" "+c.ID)
	}
	return all
}

// TestGatherCoverage: a question gathers the documents that list its procedures
// for its contractor and state, with its diagnoses in their groups.
func TestGatherCoverage(t *testing.T) {
	pool := pgtest.New(t)
	if f := gathers(t, pool, "2024-12-15", "", "", "cpt 10001"); f.Coverage != nil || f.CoverageGaps != nil {
		t.Errorf("nothing is loaded: %+v", f)
	}
	loads(t, pool, options(), download(t, "lcd", mcdTables(t, "lcd", nil)), download(t, "article", mcdTables(t, "article", nil)))
	f := gathers(t, pool, "2024-12-15", "", "", "cpt 10001", "hcpcs G0001", "cpt 10009", "icd10cm A01.2", "icd10cm C03.9", "icd10cm Z99.9")
	if got, want := ids(f), []string{"10001 A91001", "10001 L90001", "G0001 A91001", "G0001 L90001"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	want := []codeset.DiagnosisGroup{
		{List: "covered", Group: 1, Codes: 3, For: codeset.ForNamed, Listed: []codeset.ListedDiagnosis{{Code: "A01.2", Star: true}}},
		{List: "covered", Group: 2, Codes: 1},
		{List: "noncovered", Group: 1, Codes: 1, For: codeset.ForUnclear, Listed: []codeset.ListedDiagnosis{{Code: "C03.9"}}},
	}
	if got := asJSON(f.Coverage[0].Diagnoses); got != asJSON(want) {
		t.Errorf("got %s", got)
	}
	if d := f.Coverage[2].Diagnoses; d[0].For != codeset.ForOthers {
		t.Errorf("group 1 is for other codes than G0001: %+v", d)
	}
	for _, c := range []struct{ on, contractor, state, want string }{
		{"2024-12-15", "First Contractor", "", "10001 A91001"}, {"2024-12-15", "90001", "", "10001 A91001"}, {"2024-12-15", "", "aa", "10001 A91001"},
		{"2024-12-15", "First", "BB", "10001 A91001"}, {"2024-12-15", "Third", "", ""}, {"2024-12-15", "", "CC", ""}, {"2025-06-01", "", "AA", "10001 A91001"},
		{"2024-11-30", "", "", ""},
	} {
		f := gathers(t, pool, c.on, c.contractor, c.state, "cpt 10001")
		if got := append(ids(f), "")[0]; got != c.want || len(f.Coverage) > 0 && (c.contractor+c.state == "") != (f.Contractors == nil) {
			t.Errorf("%+v: %q %q", c, got, f.Contractors)
		}
	}
}
