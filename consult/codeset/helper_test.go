package codeset_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// parse reads "cpt 99213".
func parse(s string) code.Code {
	system, c, _ := strings.Cut(s, " ")
	return code.Code{System: code.System(system), Code: c}
}

// A publication is an official release made by hand for a test: rows as COPY
// takes them, by table and columns.
type publication struct {
	kind, name, from, to string
	dated                bool
}

// publish writes p with rows of the table into a partition of its own.
func publish(t testing.TB, tx pgx.Tx, p publication, table, columns string, rows ...[]any) {
	t.Helper()
	var to *time.Time
	if p.to != "" {
		to = new(must(code.ParseDay(p.to)))
	}
	var id int64
	err := tx.QueryRow(t.Context(), `insert into releases
		(kind, name, dated, effective_from, effective_to, source, sha256, row_count, loaded_at, loaded_by)
		values ($1, $2, $3, $4, $5, 'made by the test', $2, $6, $7, 'test') returning id`,
		p.kind, p.name, p.dated, must(code.ParseDay(p.from)), to, len(rows), now).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), fmt.Sprintf("create table %s_r%d partition of %[1]s for values in (%[2]d)", table, id)); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for j, cell := range rows[i] {
			if s, ok := cell.(string); ok && len(s) == len(time.DateOnly) {
				if d, err := code.ParseDay(s); err == nil {
					rows[i][j] = d
				}
			}
		}
		rows[i] = append([]any{id}, rows[i]...)
	}
	if _, err := tx.CopyFrom(t.Context(), pgx.Identifier{table}, append([]string{"release_id"}, strings.Fields(columns)...), pgx.CopyFromRows(rows)); err != nil {
		t.Fatal(err)
	}
}

// Columns of the tables as publish takes them.
const (
	codeColumns = "system code effective_from effective_to billable title"
	ptpColumns  = "column1 column2 effective_from effective_to indicator"
	mueColumns  = "code units mai"
	pfsColumns  = "code mod status global pctc multiple bilateral assistant cosurgeon team endo_base work"
)

func pfsRow(c string) []any {
	return []any{c, "", "A", "000", "0", "2", "1", "1", "0", "0", "", "1.00"}
}

// noted are an import's notes but the one that fixtures are small.
func noted(r codeset.Imported) (all []string) {
	for _, n := range r.Notes {
		if !strings.Contains(n, "published tables of this kind hold") {
			all = append(all, n)
		}
	}
	return all
}
