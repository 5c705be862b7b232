package codeset

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/consult/code"
)

// loadICD loads ICD-10-CM or ICD-10-PCS: the order file, which has the headers,
// or the code file, or both, which must then agree. Addenda among the files are
// held against the list and against the release before it (load_addenda.go);
// addenda alone are held against the release of their name, if it is loaded.
//
// From the code file of ICD-10-CM alone the headers are derived, without
// titles, so that a header is never unknown; those of PCS, its tables, are not.
func loadICD(ctx context.Context, l *loading) error {
	rows, err := l.icdList(ctx)
	if err != nil {
		return err
	}
	if err := l.checkAddenda(ctx, rows); err != nil || l.withdrawn != 0 {
		return err
	}
	children := childrenOf(rows)
	n, err := copyRows(ctx, l, "code_rows", []string{"system", "code", "billable", "title", "children"}, listed(rows),
		func(r cmsfile.CodeRow) []any {
			if r.Billable {
				l.billable++
			}
			return []any{string(r.System), r.Code, r.Billable, r.Title, append([]string{}, children[r.Code]...)}
		})
	l.rows += n
	return err
}

// icdList reads the codes of the release with their headers.
func (l *loading) icdList(ctx context.Context) ([]cmsfile.CodeRow, error) {
	s := code.System(l.kind)
	order, hasOrder := l.part(cmsfile.PartOrder)
	codes, hasCodes := l.part(cmsfile.PartCodes)
	if !hasOrder && !hasCodes {
		return l.listOfName(ctx)
	}
	var list, billable []cmsfile.CodeRow
	var err error
	if hasCodes {
		if billable, err = collect(cmsfile.Codes(codes.Member, s)); err != nil {
			return nil, err
		}
	}
	if !hasOrder {
		return l.withHeaders(billable), nil
	}
	if list, err = collect(cmsfile.Order(order.Member, s)); err != nil {
		return nil, err
	}
	if hasCodes {
		err = agree(order, list, codes, billable)
	}
	return list, err
}

// listOfName is the list that is loaded under the release's name, which then
// stays what it is.
func (l *loading) listOfName(ctx context.Context) ([]cmsfile.CodeRow, error) {
	id, err := l.loaded(ctx, l.period.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("%s: changes alone make no release of %s; import them with the order or code file of %s", l.source(), l.kind, l.period.Name)
	}
	if err != nil {
		return nil, err
	}
	l.withdrawn = id
	l.note("%s is loaded; its changes were only checked against it", l.period.Name)
	return l.listOf(ctx, id)
}

// withHeaders adds the headers of a list of billable codes in front of it.
func (l *loading) withHeaders(billable []cmsfile.CodeRow) []cmsfile.CodeRow {
	if l.kind != cmsfile.ICD10CM {
		return billable
	}
	var list []cmsfile.CodeRow
	for h := range cmsfile.Headers(func(yield func(string) bool) {
		for _, r := range billable {
			if !yield(r.Code) {
				return
			}
		}
	}) {
		list = append(list, cmsfile.CodeRow{System: code.ICD10CM, Code: h})
	}
	l.note("no order file: %d headers were derived from the codes, without titles", len(list))
	return append(list, billable...)
}

// agree refuses a code file that does not hold exactly the billable codes of
// the order file with the same titles.
func agree(order part, list []cmsfile.CodeRow, codes part, billable []cmsfile.CodeRow) error {
	titles := make(map[string]string, len(billable))
	for _, r := range billable {
		titles[r.Code] = r.Title
	}
	for _, r := range list {
		if !r.Billable {
			continue
		}
		switch title, ok := titles[r.Code]; {
		case !ok:
			return fmt.Errorf("%s has %s, which %s has not: the two are of different releases, or one is cut off", order.Member, r.Code, codes.Member)
		case title != r.Title:
			return fmt.Errorf("%s and %s have different titles of %s", order.Member, codes.Member, r.Code)
		}
		delete(titles, r.Code)
	}
	for _, r := range billable {
		if _, left := titles[r.Code]; left {
			return fmt.Errorf("%s has %s, which %s has not as a billable code: the two are of different releases, or one is cut off", codes.Member, r.Code, order.Member)
		}
	}
	return nil
}

// childrenOf lists below each header the codes that stand directly below it, in
// the order of the list.
func childrenOf(rows []cmsfile.CodeRow) map[string][]string {
	headers := map[string]bool{}
	for _, r := range rows {
		if !r.Billable {
			headers[r.Code] = true
		}
	}
	children := make(map[string][]string, len(headers))
	for _, r := range rows {
		for n := len(r.Code) - 1; n >= 3; n-- {
			if h := strings.TrimSuffix(r.Code[:n], "."); headers[h] {
				children[h] = append(children[h], r.Code)
				break
			}
		}
	}
	for _, c := range children {
		slices.Sort(c)
	}
	return children
}

// loadTabular loads the notes, seventh characters, blocks and chapters of the
// tabular list. Its rows are the codes that the list names.
func loadTabular(ctx context.Context, l *loading) error {
	p, _ := l.part("tabular")
	list, err := cmsfile.Tabular(p.Member)
	if err != nil {
		return err
	}
	seq := 0
	_, err = copyRows(ctx, l, "icd_notes", []string{"kind", "owner", "first_category", "last_category", "seq", "text", "refs"}, listed(slices.Concat(list.Notes, categories(list.Codes))),
		func(n cmsfile.NoteRow) []any {
			seq++
			if n.Kind == kindCodes {
				return []any{n.Kind, n.Owner, nil, nil, 0, "", strings.Fields(n.Text)}
			}
			return []any{n.Kind, n.Owner, optional(n.First), optional(n.Last), seq, n.Text, Refs(n.Text)}
		})
	if err != nil {
		return err
	}
	_, err = copyRows(ctx, l, "icd_extensions", []string{"owner", "character", "text"}, listed(list.Extensions),
		func(x cmsfile.ExtensionRow) []any { return []any{x.Owner, x.Char, x.Text} })
	if err != nil {
		return err
	}
	_, err = copyRows(ctx, l, "icd_sections", []string{"span", "first_category", "last_category", "title", "chapter"}, listed(list.Sections),
		func(s cmsfile.SectionRow) []any { return []any{s.Span, s.First, s.Last, s.Title, s.Chapter} })
	l.rows = int64(list.Diags)
	return err
}

// categories makes a row of kindCodes for each category of a tabular list, whose
// text is the codes of the category with blanks between.
func categories(codes []string) []cmsfile.NoteRow {
	var rows []cmsfile.NoteRow
	at := map[string]int{}
	for _, c := range codes {
		i, ok := at[category(c)]
		if !ok {
			i, at[category(c)] = len(rows), len(rows)
			rows = append(rows, cmsfile.NoteRow{Kind: kindCodes, Owner: category(c)})
		}
		rows[i].Text += c + " "
	}
	return rows
}

// loadGEM loads the equivalence mappings, both ways in one release.
func loadGEM(ctx context.Context, l *loading) error {
	for _, name := range []string{cmsfile.PartFromICD9, cmsfile.PartToICD9} {
		p, ok := l.part(name)
		if !ok {
			l.note("only one direction of the mappings is among the files: %s is missing", name)
			continue
		}
		n, err := copyRows(ctx, l, "gem_rows", []string{"from_system", "from_code", "to_system", "to_code", "approximate", "no_map", "combination", "scenario", "choice_list"},
			cmsfile.GEM(p.Member, p.Kind, p.Part),
			func(g cmsfile.GEMRow) []any {
				return []any{string(g.From.System), g.From.Code, string(g.To.System), g.To.Code, g.Approximate, g.NoMap, g.Combination, g.Scenario, g.ChoiceList}
			})
		if err != nil {
			return err
		}
		l.rows += n
	}
	return nil
}

// listed yields rows that are all at hand.
func listed[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// collect reads all rows.
func collect[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for r, err := range rows {
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}
