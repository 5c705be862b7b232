package codeset

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Release is one loaded publication as "codes releases" shows it.
type Release struct {
	Kind          string    `json:"kind"`
	Name          string    `json:"release"`
	EffectiveFrom string    `json:"effective_from"` // first day of its period
	EffectiveTo   string    `json:"effective_to"`   // last day; "" while open
	Source        string    `json:"source"`         // file name, or what a part of the starter was compiled from
	SHA256        string    `json:"sha256"`
	Rows          int64     `json:"rows"`
	Billable      int64     `json:"billable"` // complete codes of a diagnosis or procedure set
	LoadedAt      time.Time `json:"loaded_at"`
	LoadedBy      string    `json:"loaded_by"`
	Parts         []Release `json:"parts,omitempty"` // of the starter, a release each
}

type releaseRow struct {
	ID            int64
	PartOf        *int64
	Kind, Name    string
	EffectiveFrom time.Time
	EffectiveTo   *time.Time
	Source        string
	SHA256        string `db:"sha256"`
	RowCount      int64
	Billable      int64
	LoadedAt      time.Time
	LoadedBy      string
}

// Releases lists what is loaded, the newest starter with its parts first, the
// rest by kind and period.
func Releases(ctx context.Context, tx pgx.Tx) ([]Release, error) {
	const query = `-- name: codeset.releases
select id, part_of, kind, name, effective_from, effective_to, source, sha256, row_count, billable, loaded_at, loaded_by
from releases
where via = '' or (select max(id) from releases where kind = 'starter') in (id, part_of)
order by kind <> 'starter', part_of is null, kind, effective_from, id`
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[releaseRow])
	if err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	out := []Release{}
	for _, r := range all {
		if r.PartOf != nil {
			out[0].Parts = append(out[0].Parts, r.release())
			continue
		}
		out = append(out, r.release())
	}
	return out, nil
}

func (r releaseRow) release() Release {
	return Release{Kind: r.Kind, Name: r.Name, EffectiveFrom: r.EffectiveFrom.Format(time.DateOnly), EffectiveTo: day(r.EffectiveTo),
		Source: r.Source, SHA256: r.SHA256, Rows: r.RowCount, Billable: r.Billable, LoadedAt: r.LoadedAt.UTC(), LoadedBy: r.LoadedBy}
}
