package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

type codesCmd struct {
	Show     codesShowCmd     `cmd:"" help:"Everything known of one code."`
	Search   codesSearchCmd   `cmd:"" help:"Codes by words, abbreviations or the beginning of a code."`
	Check    codesCheckCmd    `cmd:"" help:"The findings for a set of claim lines."`
	Releases codesReleasesCmd `cmd:"" help:"What is loaded."`
	Import   codesImportCmd   `cmd:"" help:"Load official files."`
	Fetch    codesFetchCmd    `cmd:"" help:"Download the free releases and import them."`
	Licence  codesLicenceCmd  `cmd:"" name:"cpt-licence" help:"The agreement under which CPT descriptors are shown."`
}

// onOrToday reads --on, else today.
func onOrToday(s string) (time.Time, error) {
	on, err := parseOn(s)
	if err != nil || !on.IsZero() {
		return on, err
	}
	return today()
}

type codesReleasesCmd struct {
	JSON bool `help:"One JSON document."`
	databaseFlags
}

// Help shows an example.
func (codesReleasesCmd) Help() string { return `Example: caseconsultant codes releases --json` }

// Run lists the loaded releases.
func (c *codesReleasesCmd) Run(ctx context.Context, std streams) error {
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		releases, err := codeset.Releases(ctx, tx)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(std.out, struct {
				Releases []codeset.Release `json:"releases"`
			}{list(releases)})
		}
		w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "KIND\tRELEASE\tFROM\tTO\tROWS\tSOURCE\tSHA256")
		for _, r := range withParts(releases) {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%.12s\n", r.Kind, r.Name, r.EffectiveFrom, r.EffectiveTo, r.Rows, r.Source, r.SHA256)
		}
		return w.Flush()
	})
}

// withParts lists the parts of the starter below it, a release each.
func withParts(releases []codeset.Release) (all []codeset.Release) {
	for _, r := range releases {
		all = append(all, r)
		for _, p := range r.Parts {
			p.Kind = "  " + p.Kind
			all = append(all, p)
		}
	}
	return all
}

type codesCheckCmd struct {
	Lines claimWords `arg:"" optional:"" name:"line" help:"CODE[-MOD…][xUNITS], as 20610-RT-59 or J3301x4; may be repeated."`
	Dx    []string   `help:"ICD-10-CM code; may be repeated." placeholder:"CODE" sep:"none"`
	On    string     `help:"Date of service (default: today)." placeholder:"DATE"`
	Payer string     `help:"Payer (default: Medicare's rules, said as such)." placeholder:"NAME"`
	Fact  []string   `help:"NAME=VALUE, what a mail would state; may be repeated." placeholder:"NAME=VALUE" sep:"none"`
	JSON  bool       `help:"One JSON document."`
	databaseFlags
}

// Help shows an example.
func (codesCheckCmd) Help() string {
	return `Example: caseconsultant codes check --on 2024-08-15 --payer Medicare 99213-25 20610-RT --dx M17.11

Facts: ` + strings.Join(factNames, ", ") + "."
}

// Run checks the lines.
func (c *codesCheckCmd) Run(ctx context.Context, std streams) error {
	claim, err := c.claim()
	if err != nil {
		return err
	}
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		rows, err := codeset.Gather(ctx, tx, consult.Lookup(claim))
		if err != nil {
			return err
		}
		result := edit.Check(rows, claim)
		if c.JSON {
			return printJSON(std.out, struct {
				On         string         `json:"on"`
				Lines      []code.Line    `json:"lines"`
				Findings   []edit.Finding `json:"findings"`
				NotChecked []string       `json:"not_checked"`
			}{claim.On.Format(time.DateOnly), list(claim.Lines), list(result.Findings), list(result.NotChecked)})
		}
		return printResult(std.out, result)
	})
}

// claim is the claim that the arguments make. Hospital tables are asked where
// setting=outpatient says so.
func (c *codesCheckCmd) claim() (edit.Claim, error) {
	claim := edit.Claim{Facts: map[string][]string{}}
	on, err := parseOn(c.On)
	if err != nil {
		return claim, err
	}
	if len(c.Lines)+len(c.Dx)+len(c.Fact) == 0 {
		return claim, usagef("expected \"<line> ...\", as 20610-RT, or --dx CODE")
	}
	for _, s := range c.Lines {
		l, err := parseLine(s)
		if err != nil {
			return claim, err
		}
		claim.Lines = append(claim.Lines, l)
	}
	for _, d := range c.Dx {
		dx, err := parseDx(d)
		if err != nil {
			return claim, err
		}
		claim.Dx = append(claim.Dx, dx)
	}
	for _, f := range c.Fact {
		name, value, err := factOf(f)
		if err != nil {
			return claim, err
		}
		if name == "payer" && edit.PayerOf(value) == edit.Unstated {
			continue
		}
		if !slices.Contains(claim.Facts[name], value) {
			claim.Facts[name] = append(claim.Facts[name], value)
		}
	}
	day, err := today()
	if err != nil {
		return claim, err
	}
	payer := c.Payer
	if edit.PayerOf(payer) == edit.Unstated { // "unknown"
		payer = ""
	}
	consult.ApplyFacts(&claim, on, payer, day)
	return claim, nil
}

func printResult(out io.Writer, r edit.Result) error {
	for _, f := range r.Findings {
		if _, err := fmt.Fprintf(out, "%-8s %-18s %-20s %s\n         %s\n", f.Severity, f.Rule, f.Verdict, strings.Join(f.Codes, "/"), f.Statement); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "         %s\n", sourceLine(f.Source)); err != nil {
			return err
		}
	}
	for _, n := range r.NotChecked {
		if _, err := fmt.Fprintf(out, "not checked: %s\n", n); err != nil {
			return err
		}
	}
	return nil
}

func sourceLine(s codeset.Source) string {
	line := strings.TrimSpace(s.Set + " " + s.Release + " " + s.Row)
	if s.EffectiveFrom != "" || s.EffectiveTo != "" {
		line += fmt.Sprintf(" (%s to %s)", orOpen(s.EffectiveFrom), orOpen(s.EffectiveTo))
	}
	if s.AsOf {
		line += ", as of " + s.Release
	}
	if s.Via != "" {
		line += ", via " + s.Via
	}
	return line
}

func orOpen(s string) string {
	if s == "" {
		return "open"
	}
	return s
}
