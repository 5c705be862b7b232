package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

type codesImportCmd struct {
	Files      []string `arg:"" name:"file" help:"Official files as they were downloaded, zipped, gzipped or not." type:"path"`
	Kind       string   `help:"Release kind, where neither content nor name tells." placeholder:"KIND"`
	Release    string   `help:"Release, where neither content nor name tells: 2024Q3, v30.2, FY2026, 2025-10, 2019." placeholder:"NAME"`
	Effective  string   `help:"First day that the release speaks for, where it is not that of its period." placeholder:"DATE"`
	CPTLicence string   `help:"Reference of your agreement with the AMA; its files are taken only with it." name:"cpt-licence" placeholder:"REF"`
	Complete   bool     `help:"Take a table though it is much smaller than the release before it."`
	JSON       bool     `help:"One JSON object per release."`
	databaseFlags
}

// Help shows an example.
func (codesImportCmd) Help() string {
	return `Example: caseconsultant codes import cm2025.zip ccipra-v302r0-f1.zip ccipra-v302r0-f2.zip

What a file is, is told by its content. The parts of one table (f1 to f4) belong on one command line. The same file again loads nothing.`
}

// Run imports the files.
func (c *codesImportCmd) Run(ctx context.Context, std streams) error {
	effective, err := parseDate("--effective", c.Effective)
	if err != nil {
		return err
	}
	s, err := c.open(ctx, 4)
	if err != nil {
		return err
	}
	defer s.close()
	o := codeset.ImportOptions{Kind: c.Kind, Release: c.Release, Effective: effective, CPTLicence: c.CPTLicence,
		Complete: c.Complete, Now: time.Now(), By: osUser(), Progress: progress(std.err)}
	done, err := codeset.Import(ctx, s.pool, c.Files, o)
	for _, r := range done {
		if err := printImported(std.out, r, c.JSON); err != nil {
			return err
		}
	}
	return importError(err, len(done))
}

// importError says whether anything was loaded, and makes wrong usage of what a
// flag would resolve.
func importError(err error, done int) error {
	switch {
	case err == nil:
		return nil
	case done == 0:
		err = fmt.Errorf("%w; nothing was loaded", err)
	default:
		err = fmt.Errorf("%w; of that nothing was loaded, the releases above are", err)
	}
	if errors.Is(err, codeset.ErrUnnamed) {
		return usageError{err}
	}
	return err
}

func printImported(w io.Writer, r codeset.Imported, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	var b strings.Builder
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "skipped %s: none of the layouts that can be imported\n", s)
	}
	fmt.Fprintf(&b, "%s: %s %s, %s to %s, ", fileNames(r.File), r.Kind, r.Release, r.EffectiveFrom, r.EffectiveTo)
	switch {
	case r.AlreadyLoaded:
		fmt.Fprintf(&b, "was loaded already: %d rows\n", r.Rows)
	case r.Billable > 0:
		fmt.Fprintf(&b, "%d rows, %d of them complete codes, in %.1f s\n", r.Rows, r.Billable, r.Seconds)
	default:
		fmt.Fprintf(&b, "%d rows in %.1f s\n", r.Rows, r.Seconds)
	}
	if r.Layout == "documented" {
		b.WriteString("  read by the documented layout; this reader never met a true file: compare some rows with the file\n")
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "  %s\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// fileNames names the first of many files.
func fileNames(files string) string {
	names := strings.Split(files, ", ")
	if len(names) <= 4 {
		return files
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}

// progress shows rows and rate on a terminal, in one line that it overwrites.
func progress(w io.Writer) func(codeset.Progress) {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(p codeset.Progress) {
		switch {
		case p.Waiting:
			_, _ = fmt.Fprintf(f, "%s %s: waiting for another import to end\n", p.Kind, p.Release)
		case p.Elapsed > 0:
			_, _ = fmt.Fprintf(f, "\r\033[K%s %s: %d rows, %.0f a second\r", p.Kind, p.Release, p.Rows, float64(p.Rows)/p.Elapsed.Seconds())
		}
	}
}
