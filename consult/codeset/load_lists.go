package codeset

import (
	"context"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// loadPOS loads the place of service codes.
func loadPOS(ctx context.Context, l *loading) error {
	p, err := l.only()
	if err != nil {
		return err
	}
	l.rows, err = copyRows(ctx, l, "pos_rows", []string{"code", "name", "text", "facility"}, cmsfile.ReadPOS(p.Member, p.Format),
		func(r cmsfile.POSRow) []any { return []any{r.Code, r.Name, r.Text, r.Facility} })
	return err
}

// loadMCE loads the Medicare Code Editor's lists.
func loadMCE(ctx context.Context, l *loading) error {
	p, err := l.only()
	if err != nil {
		return err
	}
	l.rows, err = copyRows(ctx, l, "mce_rows", []string{"code", "list", "rule"}, cmsfile.ReadMCE(p.Member, p.Format),
		func(r cmsfile.MCERow) []any { return []any{r.Code, r.List, r.Rule} })
	return err
}
