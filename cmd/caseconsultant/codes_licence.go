package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

type codesLicenceCmd struct {
	Ref string `arg:"" optional:"" help:"Reference of the agreement under which CPT descriptors may be shown from now on."`
	End bool   `help:"Show no CPT descriptors from now on; the files stay loaded."`
	databaseFlags
}

// Help shows an example.
func (codesLicenceCmd) Help() string {
	return `Example: caseconsultant codes cpt-licence AMA-2026-0815

Without REF and --end it says which reference is set. Releases loaded under another reference stay hidden.`
}

// Run shows, sets or ends the reference.
func (c *codesLicenceCmd) Run(ctx context.Context, std streams) error {
	if c.Ref != "" && c.End {
		return usagef("give a reference or --end, not both")
	}
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		if c.Ref != "" || c.End {
			if err := codeset.SetLicence(ctx, tx, c.Ref, time.Now(), osUser()); err != nil {
				return err
			}
		}
		ref, err := codeset.CurrentLicence(ctx, tx)
		if err != nil {
			return err
		}
		if ref == "" {
			return say(std.out, "no CPT licence is set: CPT descriptors are not shown")
		}
		return say(std.out, fmt.Sprintf("CPT descriptors loaded under %s are shown", ref))
	})
}
