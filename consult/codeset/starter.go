package codeset

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed starter/*.tsv
var starterFS embed.FS

// LoadStarter loads the starter library that this binary holds and reports
// whether it was new to the database: the same content loads once, by its hash.
// A newer content takes the place of the older, whose rows stay for the record.
// by names who loaded it.
func LoadStarter(ctx context.Context, tx pgx.Tx, now time.Time, by string) (loaded bool, err error) {
	s, err := readStarter(starterFS)
	if err != nil {
		return false, err
	}
	const lock = `-- name: codeset.starter_lock
select pg_advisory_xact_lock(hashtext('codeset.starter'))`
	if _, err := tx.Exec(ctx, lock); err != nil {
		return false, fmt.Errorf("lock the starter library: %w", err)
	}
	const known = `-- name: codeset.starter_known
select exists (select from releases where kind = 'starter' and sha256 = $1)`
	var there bool
	if err := tx.QueryRow(ctx, known, s.sha256).Scan(&there); err != nil || there {
		return false, err
	}
	if err := s.load(ctx, tx, now, by); err != nil {
		return false, fmt.Errorf("load the starter library: %w", err)
	}
	return true, s.index(ctx, tx)
}

// index makes the starter findable by its words.
func (s starter) index(ctx context.Context, tx pgx.Tx) error {
	const query = `-- name: codeset.starter_ids
select array_agg(id order by id) from releases where via = 'starter' and sha256 = $1`
	var ids []int64
	if err := tx.QueryRow(ctx, query, s.sha256).Scan(&ids); err != nil {
		return fmt.Errorf("load the starter library: %w", err)
	}
	return indexTitles(ctx, tx, ids...)
}

// A starter is the embedded library as read: its sheets by name.
type starter struct {
	sheets map[string][]record
	sha256 string
}

// A record is one line of a sheet by the names in the sheet's first line.
type record map[string]string

// readStarter reads every sheet. Any line without the columns of the first is
// an error: the files are ours.
func readStarter(fsys fs.FS) (starter, error) {
	names, err := fs.Glob(fsys, "starter/*.tsv")
	if err != nil {
		return starter{}, err
	}
	s, sum := starter{sheets: map[string][]record{}}, sha256.New()
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return starter{}, err
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(b), b)
		sheet, err := readSheet(string(b))
		if err != nil {
			return starter{}, fmt.Errorf("%s: %w", name, err)
		}
		s.sheets[strings.TrimSuffix(strings.TrimPrefix(name, "starter/"), ".tsv")] = sheet
	}
	s.sha256 = hex.EncodeToString(sum.Sum(nil))
	return s, nil
}

func readSheet(text string) ([]record, error) {
	head, body, _ := strings.Cut(text, "\n")
	columns := strings.Split(head, "\t")
	var sheet []record
	for i, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
		cells := strings.Split(line, "\t")
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("line %d has %d cells, the first has %d", i+2, len(cells), len(columns))
		}
		r := record{}
		for j, c := range columns {
			r[c] = cells[j]
		}
		sheet = append(sheet, r)
	}
	return sheet, nil
}

// A target says which sheet fills which table, and how a line becomes a row. The
// release's id is put in front of the columns.
type target struct {
	sheet   string
	kind    string
	table   string
	columns []string
	row     func(record) []any
}

var targets = []target{
	{"codes", KindStarter, "glosses", []string{"system", "code", "core", "words", "effective_from", "effective_to", "successor", "cite"},
		func(r record) []any {
			return []any{r["system"], r["code"], r["core"] == "1", r["words"], date(r["from"]), date(r["to"]), r["successor"], r["cite"]}
		}},
	{"icd10cm", KindICD10CM, "code_rows", []string{"system", "code", "billable", "title", "children"},
		func(r record) []any {
			return []any{"icd10cm", r["code"], r["billable"] == "1", r["title"], strings.Fields(r["children"])}
		}},
	{"icd10pcs", KindICD10PCS, "code_rows", []string{"system", "code", "billable", "title"},
		func(r record) []any { return []any{"icd10pcs", r["code"], true, r["title"]} }},
	{"hcpcs", KindHCPCS, "code_rows", []string{"system", "code", "effective_from", "effective_to", "billable", "title", "amount", "unit"},
		func(r record) []any {
			return []any{r["system"], r["code"], date(r["from"]), date(r["to"]), true, r["title"], number(r["amount"]), r["unit"]}
		}},
	{"ptp", KindPTPPractitioner, "ptp_rows", []string{"column1", "column2", "indicator"},
		func(r record) []any { return []any{r["column1"], r["column2"], r["indicator"]} }},
	{"mue", KindMUEPractitioner, "mue_rows", []string{"code", "units", "mai"},
		func(r record) []any { return []any{r["code"], integer(r["units"]), r["mai"]} }},
	{"pfs", KindPFS, "pfs_rows", []string{"code", "mod", "status", "global", "pctc", "multiple", "bilateral", "assistant",
		"cosurgeon", "team", "endo_base", "work"},
		func(r record) []any {
			return []any{r["code"], r["mod"], r["status"], r["global"], r["pctc"], r["multiple"], r["bilateral"], r["assistant"],
				r["cosurgeon"], r["team"], r["endo_base"], r["work"]}
		}},
	{"addon", KindAddOn, "addon_rows", []string{"addon", "primary_code", "type", "effective_from", "effective_to"},
		func(r record) []any {
			return []any{r["addon"], r["primary"], r["type"], date(r["from"]), date(r["to"])}
		}},
	{"notes", KindICD10CMTabular, "icd_notes", []string{"kind", "owner", "first_category", "last_category", "seq", "text", "refs"},
		func(r record) []any {
			return []any{r["kind"], r["owner"], optional(r["first"]), optional(r["last"]), integer(r["seq"]), r["text"], Refs(r["text"])}
		}},
	{"extensions", KindICD10CMTabular, "icd_extensions", []string{"owner", "character", "text"},
		func(r record) []any { return []any{r["owner"], r["character"], r["text"]} }},
}

// optional is nil for an empty cell.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
