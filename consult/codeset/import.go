package codeset

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// ImportOptions say what neither the files nor their names may tell.
type ImportOptions struct {
	Kind       string    // where content and name leave several; "" lets them tell
	Release    string    // the release's name; "" lets them tell
	Effective  time.Time // first day, where it is not the period's
	CPTLicence string    // reference of the agreement; without it the AMA's files are refused
	Complete   bool      // take a table though it is far smaller than the release before it
	Now        time.Time
	By         string         // who imports, for the record
	Progress   func(Progress) // told now and then while rows are copied; nil: nobody
	// Then runs in the transaction that makes a release visible, before it
	// does; its error refuses the release. nil: nothing follows.
	Then func(pgx.Tx, Release) error
}

// Progress is where an import stands.
type Progress struct {
	Kind, Release string
	Rows          int64
	Elapsed       time.Duration
	Waiting       bool // for another import to end
}

// Imported is what became of one release, as "codes import" prints it.
type Imported struct {
	File          string   `json:"file"` // the file, or files, as given
	Kind          string   `json:"kind"`
	Release       string   `json:"release"`
	EffectiveFrom string   `json:"effective_from"`
	EffectiveTo   string   `json:"effective_to"`
	Rows          int64    `json:"rows"`
	Billable      int64    `json:"billable"`
	AlreadyLoaded bool     `json:"already_loaded"`
	Layout        string   `json:"layout"` // proved, or documented: the reader never met a true file
	Seconds       float64  `json:"seconds"`
	Notes         []string `json:"notes,omitempty"`   // what the person should know
	Skipped       []string `json:"skipped,omitempty"` // members without rows, of the first release of a command
}

// Import loads the files' releases, each in one transaction that makes it
// visible; a release that fails leaves nothing and does not keep the others
// back. The same file again loads nothing. Errors name file and line; those
// that a flag would resolve wrap ErrUnnamed.
//
// Readers are not kept waiting: rows are copied into tables of their own, which
// join the partitioned ones at the end. Two imports run one after the other.
func Import(ctx context.Context, pool *pgxpool.Pool, files []string, o ImportOptions) ([]Imported, error) {
	batches, skipped, err := plan(files, o)
	if err != nil {
		return nil, err
	}
	var done []Imported
	var failed []error
	for i, b := range batches {
		began := time.Now()
		var r Imported
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) (err error) {
			r, err = b.load(ctx, tx, o)
			return err
		})
		if err != nil {
			failed = append(failed, err)
			continue
		}
		r.Seconds = time.Since(began).Seconds()
		if i == 0 {
			r.Skipped = skipped
		}
		done = append(done, r)
	}
	return done, errors.Join(failed...)
}

// load writes one release.
func (b *batch) load(ctx context.Context, tx pgx.Tx, o ImportOptions) (Imported, error) {
	load, ok := loaders[b.kind]
	if !ok {
		return Imported{}, fmt.Errorf("%s: no table for %s", b.source(), b.kind)
	}
	if err := takeTurn(ctx, tx, b, o); err != nil {
		return Imported{}, err
	}
	if err := b.underLicence(ctx, tx, o); err != nil {
		return Imported{}, err
	}
	if r, ok, err := b.known(ctx, tx, o); err != nil || ok {
		return r, err
	}
	l := &loading{batch: b, tx: tx, o: o, began: time.Now(), partitions: map[string]string{}}
	if err := l.begin(ctx); err != nil {
		return Imported{}, err
	}
	if err := load(ctx, l); err != nil {
		return Imported{}, err
	}
	if err := b.unchanged(); err != nil {
		return Imported{}, err
	}
	if l.withdrawn != 0 {
		return l.withdraw(ctx)
	}
	return l.finish(ctx)
}

// takeTurn waits until no other import runs.
func takeTurn(ctx context.Context, tx pgx.Tx, b *batch, o ImportOptions) error {
	const try = `-- name: codeset.import_try
select pg_try_advisory_xact_lock(hashtext('codeset.import'))`
	const lock = `-- name: codeset.import_lock
select pg_advisory_xact_lock(hashtext('codeset.import'))`
	var mine bool
	if err := tx.QueryRow(ctx, try).Scan(&mine); err != nil || mine {
		return err
	}
	if o.Progress != nil {
		o.Progress(Progress{Kind: b.kind, Release: b.period.Name, Waiting: true})
	}
	_, err := tx.Exec(ctx, lock)
	return err
}

// known finds the release if these very files made it before.
func (b *batch) known(ctx context.Context, tx pgx.Tx, o ImportOptions) (Imported, bool, error) {
	const query = `-- name: codeset.release_known
select row_count, billable, effective_from, effective_to from releases
where via = '' and kind = $1 and name = $2 and sha256 = $3 and effective_from = $4`
	from, _ := b.speaks(o)
	r := b.imported()
	var first time.Time
	var last *time.Time
	err := tx.QueryRow(ctx, query, b.kind, b.period.Name, b.sha256(), from).Scan(&r.Rows, &r.Billable, &first, &last)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, false, nil
	}
	r.EffectiveFrom, r.EffectiveTo, r.AlreadyLoaded = day(&first), day(last), true
	return r, err == nil, err
}

func (b *batch) imported() Imported {
	r := Imported{Kind: b.kind, Release: b.period.Name, Layout: "documented"}
	if b.proved {
		r.Layout = "proved"
	}
	for i, f := range b.files {
		if i > 0 {
			r.File += ", "
		}
		r.File += filepath.Clean(f)
	}
	return r
}

// A loader copies the rows of one release by the functions of loading and
// counts them there.
type loader func(ctx context.Context, l *loading) error

// loaders by release kind.
var loaders = map[string]loader{
	cmsfile.ICD10CM: loadICD, cmsfile.ICD10PCS: loadICD, cmsfile.ICD10CMTabular: loadTabular,
	cmsfile.GEMCM: loadGEM, cmsfile.GEMPCS: loadGEM,
	cmsfile.PTPPractitioner: loadPTP, cmsfile.PTPOutpatient: loadPTP,
	cmsfile.MUEPractitioner: loadMUE, cmsfile.MUEOutpatient: loadMUE, cmsfile.MUEDME: loadMUE,
	cmsfile.AddOn: loadAddOns,
	cmsfile.PFS:   loadPFS, cmsfile.GPCI: loadGPCI, cmsfile.POS: loadPOS, cmsfile.MCE: loadMCE, cmsfile.MCDLCD: loadMCD, cmsfile.MCDArticle: loadMCD,
	cmsfile.HCPCS: loadHCPCS, cmsfile.HCPCSNOC: loadNOC, cmsfile.CPT: loadCPT,
}
