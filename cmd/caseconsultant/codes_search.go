package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

type codesSearchCmd struct {
	Words  []string `arg:"" help:"Words, abbreviations, a code, its beginning, a family (E11.-) or a range (E08-E13)."`
	System string   `help:"Only one system: cpt, hcpcs, icd10cm, icd10pcs, modifier, pos." placeholder:"SYSTEM"`
	On     string   `help:"Date of service (default: today)." placeholder:"DATE"`
	Limit  int      `help:"Results at most, 1 to 200." default:"20" placeholder:"N"`
	JSON   bool     `help:"One JSON document."`
	databaseFlags
}

// maxResults bounds --limit.
const maxResults = 200

// Help shows an example.
func (codesSearchCmd) Help() string {
	return `Example: caseconsultant codes search fx distal radius --system icd10cm --on 2025-03-01`
}

// Run prints the codes that the words name, best first.
func (c *codesSearchCmd) Run(ctx context.Context, std streams) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		hits, err := codeset.Search(ctx, tx, q)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(std.out, struct {
				Query   string        `json:"query"`
				On      string        `json:"on"`
				Results []codeset.Hit `json:"results"`
			}{q.Words, q.On.Format(time.DateOnly), list(hits)})
		}
		return printHits(std.out, q, hits)
	})
}

// query checks the command line before any database is opened.
func (c *codesSearchCmd) query() (codeset.SearchQuery, error) {
	q := codeset.SearchQuery{Words: strings.TrimSpace(strings.Join(c.Words, " ")), System: code.System(c.System), Limit: c.Limit}
	if c.System != "" && !slices.Contains(codeset.Searched, q.System) {
		return q, usagef("--system %s is none that can be searched: say one of %s", c.System, searchedSystems())
	}
	if c.Limit < 1 || c.Limit > maxResults {
		return q, usagef("--limit %d is not between 1 and %d", c.Limit, maxResults)
	}
	if err := q.Check(); err != nil {
		return q, usagef("%w: say what the code is for, as %q, or how it begins, as %q", err, "fx distal radius", "E11.6")
	}
	var err error
	q.On, err = onOrToday(c.On)
	return q, err
}

func searchedSystems() string {
	var names []string
	for _, s := range codeset.Searched {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// A hitTable prints hits, each header with what stands below it, once each.
type hitTable struct {
	out     io.Writer
	hits    []codeset.Hit
	width   int // of a line
	code    int // of the column of codes
	printed map[code.Code]bool
	err     error
}

// childrenShown is how many children of a header are printed; all are in --json.
const childrenShown = 12

func printHits(out io.Writer, q codeset.SearchQuery, hits []codeset.Hit) error {
	if len(hits) == 0 {
		_, err := fmt.Fprintf(out, "nothing found for %q on %s; try fewer or other words, a wider --system, or see what is loaded: codes releases\n",
			q.Words, q.On.Format(time.DateOnly))
		return err
	}
	t := hitTable{out: out, hits: hits, width: terminalWidth(), printed: map[code.Code]bool{}}
	for _, h := range hits {
		t.code = max(t.code, len(h.Code))
		for _, c := range h.Children {
			t.code = max(t.code, len(c.Code)+4)
		}
	}
	notices := []string{}
	for _, h := range hits {
		if !t.printed[code.Code{System: h.System, Code: h.Code}] {
			t.hit(h, 0)
		}
		if h.Notice != "" && !slices.Contains(notices, h.Notice) {
			notices = append(notices, h.Notice)
		}
	}
	for _, n := range notices {
		t.line("%s", n)
	}
	return t.err
}

// hit prints h and, a step further in, its children; one that is a hit too is
// printed with its own.
func (t *hitTable) hit(h codeset.Hit, depth int) {
	t.printed[code.Code{System: h.System, Code: h.Code}] = true
	text := cmp.Or(h.Title, h.Words)
	if h.Title != "" && h.Words != "" {
		text += " (" + h.Words + ")"
	}
	if h.Term != "" {
		text += " [" + h.Term + "]"
	}
	if h.Status != string(code.Valid) {
		text = h.Status + ": " + text
	}
	if h.Successor != "" && h.Status != string(code.Valid) {
		text += ", now " + h.Successor
	}
	t.row(depth, h.Code, string(h.System), h.Billable, text)
	for i, c := range h.Children {
		if i == childrenShown {
			t.line("%s… %d more: codes search %s", strings.Repeat("  ", depth+1), len(h.Children)-i, h.Code)
			return
		}
		below := slices.IndexFunc(t.hits, func(o codeset.Hit) bool { return o.Code == c.Code && o.System == h.System })
		if below >= 0 && !t.printed[code.Code{System: h.System, Code: c.Code}] {
			t.hit(t.hits[below], depth+1)
			continue
		}
		t.row(depth+1, c.Code, "", c.Billable, c.Title)
	}
}

func (t *hitTable) row(depth int, c, system string, billable bool, text string) {
	kind := ""
	if !billable {
		kind = "header"
	}
	t.line("%-*s  %-8s  %-6s  %s", t.code, strings.Repeat("  ", depth)+c, system, kind, text)
}

// line cuts to the terminal's width.
func (t *hitTable) line(format string, args ...any) {
	line := []rune(strings.TrimRight(fmt.Sprintf(format, args...), " "))
	if len(line) > t.width {
		line = append(line[:t.width-1], '…')
	}
	if _, err := fmt.Fprintln(t.out, string(line)); err != nil && t.err == nil {
		t.err = err
	}
}

// terminalWidth is what the shell says of the terminal, else 110 columns.
func terminalWidth() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 40 {
		return n
	}
	return 110
}
