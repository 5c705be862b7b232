package migrations

import (
	"context"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Files are the embedded ones.
var Files fs.FS = files

// UpFrom is Up with other files.
func UpFrom(ctx context.Context, fsys fs.FS, pool *pgxpool.Pool) ([]string, error) {
	all, err := load(fsys)
	if err != nil {
		return nil, err
	}
	return all.up(ctx, pool)
}

// CheckFrom is Check with other files.
func CheckFrom(ctx context.Context, fsys fs.FS, pool *pgxpool.Pool) error {
	all, err := load(fsys)
	if err != nil {
		return err
	}
	return all.check(ctx, pool)
}
