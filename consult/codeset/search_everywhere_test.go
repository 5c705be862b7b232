package codeset_test

import (
	"context"
	_ "embed"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

//go:embed testdata/search_everywhere.txt
var everywhereQueries string

// withFiles returns a transaction on a database that holds the starter, the
// FY2025 codes and the HCPCS codes of October 2024.
func withFiles(t testing.TB) pgx.Tx {
	t.Helper()
	dir := codeset.SharedData(t)
	pool := pgtest.New(t)
	loads(t, pool, options(), filepath.Join(dir, "icd10cm", "cm2025.zip"), filepath.Join(dir, "hcpcs", "HCPC2024_OCT_ANWEB.reconstructed.txt.gz"))
	tx := must(pool.Begin(t.Context()))
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	must(codeset.LoadStarter(t.Context(), tx, now, "test"))
	return tx
}

// TestSearchEverywhere holds the first results in all systems together against
// what practice staff mean.
func TestSearchEverywhere(t *testing.T) {
	tx := withFiles(t)
	all := slices.DeleteFunc(wishes(everywhereQueries), func(w wish) bool { return w.codes == nil })
	reciprocal := 0.0
	for _, w := range all {
		hits := must(codeset.Search(t.Context(), tx, codeset.SearchQuery{Words: w.query, On: in2025, Limit: 10}))
		rank := w.rank(hits)
		if rank > 0 {
			reciprocal += 1 / float64(rank)
		}
		if rank == 0 || rank > 3 {
			t.Errorf("%q: %v at %d, first %v", w.query, w.codes, rank, first(hits, 4))
		}
	}
	t.Logf("%d queries, mean reciprocal rank %.3f", len(all), reciprocal/float64(len(all)))
}

// TestSearchSenses: each meaning of an abbreviation that answers the whole
// question has a place at the top, the likeliest first, whatever system is asked.
func TestSearchSenses(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "icd10cm", name: "FY2025", from: "2024-10-01", to: "2025-09-30"}, "code_rows", "system code billable title",
		[]any{"icd10cm", "X80.0", true, "Snark injury of knee"}, []any{"icd10cm", "X80.1", true, "Injury of knee"},
		[]any{"icd10cm", "X80.2", true, "Injury knee"}, []any{"icd10cm", "X80.3", true, "Knee injury"}, []any{"icd10cm", "X81", true, "Injury of head"},
		[]any{"icd10cm", "X82", true, "Aortic snark stenosis of a boojum"}, []any{"icd10cm", "X83", true, "Ankylosing spondylitis"})
	index(t, tx)
	for _, c := range []struct{ system, query, want string }{
		{"", "inj knee", "20610 X80.2"}, {"", "knee inj", "20610 X80.3"}, {"cpt", "inj knee", "20610"}, {"icd10cm", "inj knee", "X80.2"},
		{"", "inj head", "X81"}, {"", "knee injury", "X80.3"}, {"", "as", "AS X82 X83"}, {"", "knee injection", "20610 20611"},
	} {
		hits := must(codeset.Search(t.Context(), tx, codeset.SearchQuery{Words: c.query, System: code.System(c.system), On: in2025}))
		if got := strings.Join(codesOf(hits), " "); got != c.want && !strings.HasPrefix(got, c.want+" ") {
			t.Errorf("%s %q: %s, want %s", c.system, c.query, got, c.want)
		}
	}
}

// TestSearchMeasures: what reports a measure of quality stands below services,
// and does not keep a search from looking further for one.
func TestSearchMeasures(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "hcpcs", name: "2025-01", from: "2025-01-01", to: "2025-12-31", dated: true}, "code_rows", codeColumns,
		[]any{"hcpcs", "G8998", "2000-01-01", nil, true, "Tulgey snark"}, []any{"hcpcs", "G9998", "2000-01-01", nil, true, "Tulgey snark documented"},
		[]any{"hcpcs", "M1998", "2000-01-01", nil, true, "Tulgey snark not documented"}, []any{"hcpcs", "M0064", "2000-01-01", nil, true, "Uffish visit"},
		[]any{"hcpcs", "C7998", "2000-01-01", nil, true, "Percutaneous tulgey of the vorpal snark with placement of a frabjous jubjub clip"},
		[]any{"hcpcs", "G0030", "2000-01-01", nil, true, "Beamish tobacco"}, []any{"hcpcs", "G9001", "2000-01-01", nil, true, "Beamish talk of tobacco"},
		[]any{"hcpcs", "G8997", "2000-01-01", nil, true, "Uffish visit measure"})
	index(t, tx)
	for query, want := range map[string]string{"tulgey snark": "C7998", "uffish visit": "M0064", "tobacco beamish": "G9001", "G8998": "G8998"} {
		if got := codesOf(search(t, tx, "2025-03-01", query)); got[0] != want {
			t.Errorf("%q: %v, want %s first", query, got, want)
		}
	}
}
