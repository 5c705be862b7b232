package codeset

import (
	"context"
	"fmt"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

var pfsColumns = []string{"code", "mod", "status", "global", "pctc", "multiple", "bilateral", "assistant", "cosurgeon", "team", "endo_base", "work",
	"nonfac_pe", "fac_pe", "mp", "nonfac_total", "fac_total", "nonfac_na", "fac_na", "pre", "intra", "post", "pricing", "conversion", "supervision",
	"imaging", "conversion_qpp"}

// loadPFS loads a fee schedule. Where the files hold it as csv and as text, the
// csv is read, which has a column more. Of the table for participants of
// advanced payment models (QPP) only the conversion factor is taken, beside that
// of the other one; it never makes a release of its own, because all else in it
// is the same and two releases of one month could not be told apart.
func loadPFS(ctx context.Context, l *loading) error {
	table, ok := l.oneOf("", "text")
	qpp, both := l.oneOf("qpp", "qpp text")
	if !ok {
		return fmt.Errorf("%s is the fee schedule for qualifying participants (QPP): name the nonQPP file of %s in the same command", qpp.Member, l.period.Name)
	}
	factors := map[string]string{}
	if both {
		for r, err := range cmsfile.ReadPFS(qpp.Member, qpp.Format) {
			if err != nil {
				return err
			}
			factors[r.Code+" "+r.Mod] = r.Conversion
		}
	}
	used := 0
	n, err := copyRows(ctx, l, "pfs_rows", pfsColumns, cmsfile.ReadPFS(table.Member, table.Format), func(r cmsfile.PFSRow) []any {
		cells := []any{r.Code, r.Mod, r.Status, r.Global, r.PCTC, r.Multiple, r.Bilateral, r.Assistant, r.CoSurgeon, r.Team, r.EndoBase, r.Work,
			r.NonFacPE, r.FacPE, r.MP, r.NonFacTotal, r.FacTotal, r.NonFacNA, r.FacNA, r.Pre, r.Intra, r.Post, r.Pricing, r.Conversion, r.Supervision,
			r.Imaging, nil}
		if f, ok := factors[r.Code+" "+r.Mod]; ok {
			used++
			cells[len(cells)-1] = f
		}
		return cells
	})
	if err != nil {
		return err
	}
	if l.rows = n; both && (used != len(factors) || int64(used) != n) {
		return fmt.Errorf("%s and %s do not have the same codes: they are of different releases", table.Member, qpp.Member)
	}
	if !both && l.period.From.Year() >= 2026 {
		l.note("the conversion factor of qualifying participants (QPP) is not among the files")
	}
	return nil
}

// oneOf returns the first part of those names.
func (l *loading) oneOf(names ...string) (part, bool) {
	for _, n := range names {
		if p, ok := l.part(n); ok {
			return p, true
		}
	}
	return part{}, false
}

// loadGPCI loads the localities' indices and, where it is there, the key of
// their counties, which is of no use alone.
func loadGPCI(ctx context.Context, l *loading) error {
	indices, ok := l.part("indices")
	if !ok {
		return fmt.Errorf("%s holds counties and no indices: name the file of the indices (GPCI) of %s in the same command", l.source(), l.period.Name)
	}
	n, err := copyRows(ctx, l, "gpci_rows", []string{"contractor", "state", "locality", "name", "work", "pe", "mp"},
		cmsfile.ReadGPCI(indices.Member, indices.Format), func(r cmsfile.GPCIRow) []any {
			return []any{r.Contractor, r.State, r.Locality, r.Name, r.Work, r.PE, r.MP}
		})
	if err != nil {
		return err
	}
	l.rows = n
	counties, ok := l.part("counties")
	if !ok {
		return nil
	}
	n, err = copyRows(ctx, l, "gpci_counties", []string{"contractor", "locality", "state", "area", "counties"},
		cmsfile.ReadCounties(counties.Member, counties.Format), func(r cmsfile.CountyRow) []any {
			return []any{r.Contractor, r.Locality, r.State, r.Area, r.Counties}
		})
	l.rows += n
	return err
}
