package main

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

type codesShowCmd struct {
	Code  string   `arg:"" help:"The code, in any system."`
	On    string   `help:"Date of service (default: today)." placeholder:"DATE"`
	With  []string `help:"The NCCI edits with this code; may be repeated." placeholder:"CODE" sep:"none"`
	Pairs bool     `help:"All NCCI edits in force that name the code."`
	Limit int      `help:"How many of them." default:"50" placeholder:"N"`
	JSON  bool     `help:"One JSON document."`
	databaseFlags
}

// Help shows an example.
func (codesShowCmd) Help() string {
	return `Example: caseconsultant codes show M51.360 --on 2025-11-01
         caseconsultant codes show 20610 --with 99213 --with 76942`
}

// A shownEntry is the page of one code with what the rules read out of its rows.
type shownEntry struct {
	codeset.Entry
	Indicators []codeset.Indicator `json:"indicators,omitempty"` // of the fee-schedule row without modifier
	Modifiers  []edit.Fit          `json:"modifiers,omitempty"`
}

func shown(e codeset.Entry) shownEntry {
	s := shownEntry{Entry: e, Modifiers: edit.Fitting(e.Facts())}
	for _, p := range e.PFS {
		if p.Mod == "" {
			s.Indicators = edit.Indicators(p)
		}
	}
	return s
}

// Run shows one code.
func (c *codesShowCmd) Run(ctx context.Context, std streams) error {
	on, err := onOrToday(c.On)
	if err != nil {
		return err
	}
	if c.Limit < 1 {
		return usagef("--limit %d: say how many, from 1", c.Limit)
	}
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		found, err := codeset.ShowPage(ctx, tx, c.Code, on, codeset.ShowOptions{With: c.With, Pairs: c.Pairs, Limit: c.Limit})
		if err != nil {
			return err
		}
		var entries []shownEntry
		for _, e := range found {
			entries = append(entries, shown(e))
		}
		if c.JSON {
			return printJSON(std.out, struct {
				Code    string       `json:"code"`
				On      string       `json:"on"`
				Entries []shownEntry `json:"entries"`
			}{c.Code, on.Format(time.DateOnly), list(entries)})
		}
		for i, e := range entries {
			if err := printEntry(std.out, e, on, i > 0); err != nil {
				return err
			}
		}
		return nil
	})
}
