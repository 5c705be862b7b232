package codeset_test

import (
	"archive/zip"
	"bufio"
	_ "embed"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

//go:embed testdata/search_queries.txt
var searchQueries string

// A wish is a query with what must be among its first results.
type wish struct {
	query string
	codes []string // a code, or a family by its dash: any of them
}

// wishes reads queries, those without a wish too.
func wishes(queries string) (all []wish) {
	for line := range strings.Lines(queries) {
		query, codes, ok := strings.Cut(strings.TrimSpace(line), "\t")
		switch {
		case ok:
			all = append(all, wish{query, strings.Split(codes, "|")})
		case query != "" && query[0] != '#':
			all = append(all, wish{query: query})
		}
	}
	return all
}

// rank is the place of the first hit that fulfils the wish, 0 for none.
func (w wish) rank(hits []codeset.Hit) int {
	return 1 + slices.IndexFunc(hits, func(h codeset.Hit) bool {
		return slices.ContainsFunc(w.codes, func(c string) bool {
			family, ok := strings.CutSuffix(c, "-")
			return h.Code == c || ok && strings.HasPrefix(h.Code, strings.TrimSuffix(family, "."))
		})
	})
}

// titles2025 reads the codes of the FY2025 order file: system, code, billable, title.
func titles2025(t testing.TB) (rows [][]any) {
	t.Helper()
	dir := codeset.SharedData(t)
	z, err := zip.OpenReader(filepath.Join(dir, "icd10cm", "cm2025.zip"))
	if err != nil {
		t.Skip("the official files are not here: ", err)
	}
	defer func() { _ = z.Close() }()
	for s := bufio.NewScanner(must(z.Open("icd10cm_order_2025.txt"))); s.Scan(); {
		line := s.Text()
		rows = append(rows, []any{"icd10cm", dotted(strings.TrimSpace(line[6:13])), line[14] == '1', strings.TrimSpace(line[77:])})
	}
	return rows
}

func dotted(c string) string {
	if len(c) > 3 {
		c = c[:3] + "." + c[3:]
	}
	return c
}

// withTitles returns a transaction on a database that holds the starter and
// the FY2025 titles.
func withTitles(t testing.TB) pgx.Tx {
	t.Helper()
	rows := titles2025(t)
	tx := begin(t)
	began := time.Now()
	publish(t, tx, publication{kind: "icd10cm", name: "FY2025", from: "2024-10-01", to: "2025-09-30"}, "code_rows", "system code billable title", rows...)
	copied := time.Now()
	index(t, tx)
	t.Logf("%d titles: copied in %v, indexed in %v", len(rows), copied.Sub(began).Round(time.Millisecond), time.Since(copied).Round(time.Millisecond))
	return tx
}

var in2025 = must(code.ParseDay("2025-03-01"))

// TestSearchOfficial holds the first results of a hundred queries against what
// practice staff mean by them, over the FY2025 titles.
func TestSearchOfficial(t *testing.T) {
	tx := withTitles(t)
	reciprocal := 0.0
	all := slices.DeleteFunc(wishes(searchQueries), func(w wish) bool { return w.codes == nil })
	for _, w := range all {
		hits := must(codeset.Search(t.Context(), tx, codeset.SearchQuery{Words: w.query, System: code.ICD10CM, On: in2025, Limit: 10}))
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

// first shows hits as code and title.
func first(hits []codeset.Hit, n int) (lines []string) {
	for _, h := range hits[:min(n, len(hits))] {
		lines = append(lines, h.Code+" "+h.Title)
	}
	return lines
}

// BenchmarkSearch asks 200 queries of a practice over the FY2025 titles, in
// all systems, and prints the median and the slowest, each by its median of the
// rounds.
func BenchmarkSearch(b *testing.B) {
	tx := withTitles(b)
	all := wishes(searchQueries)
	took := make([][]time.Duration, len(all))
	for b.Loop() {
		for i, w := range all {
			began := time.Now()
			must(codeset.Search(b.Context(), tx, codeset.SearchQuery{Words: w.query, On: in2025}))
			took[i] = append(took[i], time.Since(began))
		}
	}
	var medians []time.Duration
	slowest := 0
	for i := range took {
		slices.Sort(took[i])
		medians = append(medians, took[i][len(took[i])/2])
		if medians[i] > medians[slowest] {
			slowest = i
		}
	}
	b.Logf("slowest: %q", all[slowest].query)
	b.ReportMetric(float64(medians[slowest].Microseconds())/1000, "ms/slowest")
	slices.Sort(medians)
	b.ReportMetric(float64(medians[len(medians)/2].Microseconds())/1000, "ms/median")
	b.ReportMetric(float64(len(all)), "queries")
}
