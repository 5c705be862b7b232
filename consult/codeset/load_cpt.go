package codeset

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// loadCPT loads the licence holder's own descriptor files: the texts into
// cpt_texts, from where only "codes show" takes them while the licence is
// current, the codes without a text into code_rows.
func loadCPT(ctx context.Context, l *loading) error {
	parts, err := cptParts(l)
	if err != nil {
		return err
	}
	if l.notice, err = cmsfile.CPTNotice(parts[0].Member, l.period); err != nil {
		return err
	}
	l.licence = l.o.CPTLicence
	codes := map[string]int{} // in how many forms
	for _, p := range parts {
		n, err := copyRows(ctx, l, "cpt_texts", []string{"code", "form", "text"}, counting(cmsfile.ReadCPT(p.Member, p.Part), codes),
			func(r cmsfile.CPTRow) []any { return []any{r.Code, r.Form, r.Text} })
		if err != nil {
			return err
		}
		l.rows += n
	}
	l.noteUneven(codes, len(parts))
	l.billable, err = copyRows(ctx, l, "code_rows", []string{"system", "code", "billable", "title"}, keysOf(codes),
		func(c string) []any { return []any{"cpt", c, true, ""} })
	return err
}

// cptParts are the files to read, the long descriptors in the best of their
// renderings first.
func cptParts(l *loading) ([]part, error) {
	var parts []part
	for _, name := range cmsfile.CPTLong {
		if p, ok := l.part(name); ok {
			parts = append(parts, p)
			break
		}
	}
	for _, name := range []string{"medium", "short"} {
		if p, ok := l.part(name); ok {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("%s: no descriptor file among its members", l.source())
	}
	return parts, nil
}

// counting counts the codes that pass.
func counting(rows iter.Seq2[cmsfile.CPTRow, error], codes map[string]int) iter.Seq2[cmsfile.CPTRow, error] {
	return func(yield func(cmsfile.CPTRow, error) bool) {
		for r, err := range rows {
			if err == nil {
				codes[r.Code]++
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// keysOf yields the codes in order.
func keysOf(codes map[string]int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, c := range slices.Sorted(maps.Keys(codes)) {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// noteUneven tells of codes that some of the files lack: they may be of
// different editions.
func (l *loading) noteUneven(codes map[string]int, files int) {
	var some []string
	for c, n := range codes {
		if n != files {
			some = append(some, c)
		}
	}
	if len(some) > 0 {
		slices.Sort(some)
		l.note("%d codes are not in all of the %d descriptor files, the first %s: are they of one edition?", len(some), files, some[0])
	}
}
