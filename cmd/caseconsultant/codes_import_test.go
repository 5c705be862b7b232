package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// editsFile writes a PTP table in the published layout, of pairs of made-up
// column two codes with 20610, all with one indicator.
func editsFile(t testing.TB, name, indicator string, pairs int) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t\n" +
		"Column1/Column2 Edits\t\t\t\t\t\t\n" +
		"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n" +
		"\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n" +
		"\t\t\t\t*=no data\t1=allowed\t\n" +
		"\t\t\t\t\t9=not applicable\t\n")
	for i := range pairs {
		fmt.Fprintf(&b, "20610\t%05d\t\t20200101\t*\t%s\tMutually exclusive procedures\n", 20600-pairs+i, indicator)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCodesImport(t *testing.T) {
	b := newBinary(t, pgtest.URL(t))
	first := editsFile(t, "ccipra-v302r0.txt", "1", 100)
	doc := shape(t, b.good(t, "", "codes", "import", "--json", first), map[string]string{
		"file": "string", "kind": "string", "release": "string", "effective_from": "string", "effective_to": "string",
		"rows": "number", "billable": "number", "already_loaded": "bool", "layout": "string", "seconds": "number"})
	if at(t, doc, "release") != "2024Q3" || at(t, doc, "rows") != 100.0 {
		t.Errorf("%v", doc)
	}
	if out := b.good(t, "", "codes", "import", first); !strings.Contains(out, "was loaded already: 100 rows") {
		t.Errorf("again: %s", out)
	}
	if out := b.good(t, "", "codes", "releases"); !strings.Contains(out, "ccipra-v302r0.txt") {
		t.Errorf("releases: %s", out)
	}
	b.fails(t, exitUsage, "give --release", "", "codes", "import", editsFile(t, "ccipra.txt", "1", 100))
	b.fails(t, exitFailed, "no such file", "", "codes", "import", "nowhere.zip")
	b.fails(t, exitFailed, "9 rows, where the last release of ncci-ptp-practitioner has 100", "", "codes", "import", "--release", "2024Q4", editsFile(t, "ccipra.txt", "1", 9))
	b.fails(t, exitUsage, "date", "", "codes", "import", "--effective", "soon", first)
}

// TestImportKilled kills an import that has copied all its rows and waits to
// make them visible: the release before goes on answering, and the import can
// be made again.
func TestImportKilled(t *testing.T) {
	url := pgtest.URL(t)
	b := newBinary(t, url)
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	b.good(t, "", "codes", "import", editsFile(t, "ccipra-v302r0.txt", "1", 100))
	second := editsFile(t, "ccipra-v303r0.txt", "0", 100)

	held := hold(t, pool)
	cmd := exec.CommandContext(t.Context(), b.path, "codes", "import", second)
	cmd.Env = b.env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, pool, time.Minute, 1, `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'alter table ptp_rows attach%'`)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	held()
	await(t, pool, time.Minute, 0, `select count(*) from pg_stat_activity where query like 'alter table ptp_rows attach%' and state <> 'idle'`)

	indicator := func() string {
		var doc struct {
			Findings []struct {
				Rule      string `json:"rule"`
				Indicator string `json:"modifier_indicator"`
			} `json:"findings"`
		}
		if err := json.Unmarshal([]byte(b.good(t, "", "codes", "check", "--json", "--on", "2024-11-15", "20610", "20550")), &doc); err != nil {
			t.Fatal(err)
		}
		for _, f := range doc.Findings {
			if f.Rule == "ncci.ptp" {
				return f.Indicator
			}
		}
		return "none"
	}
	if got := indicator(); got != "1" {
		t.Errorf("after the kill the indicator is %s, want 1 of the release before", got)
	}
	await(t, pool, time.Second, 0, `select count(*) from releases where kind = 'ncci-ptp-practitioner' and via = '' and name = '2024Q4'`)
	b.good(t, "", "codes", "import", second)
	if got := indicator(); got != "0" {
		t.Errorf("after the second try the indicator is %s, want 0", got)
	}
}

// hold keeps tables from joining ptp_rows until the returned function is called.
func hold(t *testing.T, pool *pgxpool.Pool) (release func()) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), "lock table ptp_rows in share update exclusive mode")
	}
	if err != nil {
		t.Fatal(err)
	}
	end := func(tx pgx.Tx) { _ = tx.Rollback(context.WithoutCancel(t.Context())) }
	t.Cleanup(func() { end(tx) })
	return func() { end(tx) }
}

// TestCPTLicence: the AMA's files come in only under an agreement, and are
// shown only while it is the one that is set.
func TestCPTLicence(t *testing.T) {
	b := newBinary(t, pgtest.URL(t))
	const file = "../../consult/cmsfile/testdata/cpt/LONGULT.txt"
	b.fails(t, exitUsage, "--cpt-licence REF", "", "codes", "import", file)
	b.good(t, "", "codes", "import", "--cpt-licence", "AMA-1", file)
	shown := func() bool {
		return strings.Contains(b.good(t, "", "codes", "show", "00001", "--on", "2026-03-01"), "American Medical Association")
	}
	if out := b.good(t, "", "codes", "cpt-licence"); !strings.Contains(out, "AMA-1") || !shown() {
		t.Errorf("under the licence: %s, shown: %v", out, shown())
	}
	if out := b.good(t, "", "codes", "cpt-licence", "--end"); !strings.Contains(out, "not shown") || shown() {
		t.Errorf("without: %s, shown: %v", out, shown())
	}
	b.fails(t, exitUsage, "not both", "", "codes", "cpt-licence", "AMA-1", "--end")
	b.good(t, "", "codes", "cpt-licence", "AMA-1")
	if !shown() {
		t.Error("not shown with the licence back")
	}
}
