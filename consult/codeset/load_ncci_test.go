package codeset

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// The six lines above the edits of a PTP table, and what its rows are made of here.
const (
	ptpAbove = "CPT only copyright 2023 American Medical Association.  All rights reserved.\nColumn1/Column2 Edits\n" +
		"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n" +
		"\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n\t\t\t\t*=no data\t1=allowed\t\n\t\t\t\t\t9=not applicable\t\n"
	ptpTail = "\tMore extensive procedure\n"
)

// edits writes "column1 column2 from to indicator" as rows of a table.
func edits(rows ...string) string {
	var b strings.Builder
	for _, r := range rows {
		f := strings.Fields(r)
		fmt.Fprintf(&b, "%s\t%s\t\t%s\t%s\t%s%s", f[0], f[1], f[2], f[3], f[4], ptpTail)
	}
	return b.String()
}

// written writes a file for an import, whose name may say what it is.
func written(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var importing = ImportOptions{Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), By: "test"}

// imports loads files that make one release.
func imports(t testing.TB, pool *pgxpool.Pool, files ...string) Imported {
	t.Helper()
	done, err := Import(t.Context(), pool, files, importing)
	if err != nil || len(done) != 1 {
		t.Fatal(done, err)
	}
	return done[0]
}

// refuses imports files that must not load, and wants the error.
func refuses(t *testing.T, pool *pgxpool.Pool, want string, files ...string) {
	t.Helper()
	before := stored(t, pool, "select count(*)::text from releases")
	done, err := Import(t.Context(), pool, files, importing)
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%+v, %v\nwant %s", done, err, want)
	}
	if after := stored(t, pool, "select count(*)::text from releases"); after != before {
		t.Errorf("%s releases, were %s", after, before)
	}
}

// stored returns the first column of a query, a line each.
func stored(t testing.TB, pool *pgxpool.Pool, query string, args ...any) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

const ptpStored = `select concat_ws(' ', column1, column2, effective_from, coalesce(effective_to::text, '*'), indicator, rationale)
from ptp_rows where release_id = (select max(id) from releases where name = $1) order by column1, column2, effective_from, indicator`

func TestImportPTP(t *testing.T) {
	pool := pgtest.New(t)
	f1 := written(t, "ccipra-v302r0-f1.txt", ptpAbove+edits("10060 10061 20200101 * 1", "10060 20610 20100401 20191231 1", "10060 20610 20200101 20200101 9", "10060 20610 20200101 * 0"))
	f2 := written(t, "ccipra-v302r0-f2.txt", ptpAbove+edits("20610 20550 20200101 * 1"))
	f3 := written(t, "ccipra-v302r0-f3.txt", ptpAbove+edits("30000 30001 20200101 * 1"))
	f4 := written(t, "ccipra-v302r0-f4.txt", ptpAbove+edits("J3301 A4550 20200101 * 1"))
	refuses(t, pool, "is published as f1 to f4 and f3 is not here; name all of them in one command, or give --complete if this is all", f1, f2, f4)
	refuses(t, pool, "and f3, f4 are not here; name", f1, f2)
	refuses(t, pool, "holds edits of column 1 10060, and so does", f1, f2, f3, written(t, "ccipra-v302r0-f4.txt", ptpAbove+edits("10060 99213 20200101 * 1")))
	got := imports(t, pool, f4, f2, f1, f3)
	if got.Kind != KindPTPPractitioner || got.Release != "2024Q3" || got.Rows != 7 || got.EffectiveTo != "2024-09-30" || got.Layout != "proved" {
		t.Errorf("%+v", got)
	}
	want := `10060 10061 2020-01-01 * 1 More extensive procedure
10060 20610 2010-04-01 2019-12-31 1 More extensive procedure
10060 20610 2020-01-01 * 0 More extensive procedure
10060 20610 2020-01-01 2020-01-01 9 More extensive procedure
20610 20550 2020-01-01 * 1 More extensive procedure
30000 30001 2020-01-01 * 1 More extensive procedure
J3301 A4550 2020-01-01 * 1 More extensive procedure`
	if rows := stored(t, pool, ptpStored, "2024Q3"); rows != want {
		t.Errorf("%s", rows)
	}
	if again := imports(t, pool, f1, f2, f3, f4); !again.AlreadyLoaded || again.Rows != 7 {
		t.Errorf("%+v", again)
	}
	if s := stored(t, pool, "select name || ' ' || dated from releases where kind = $1", KindPTPPractitioner); s != "2024Q3 true" {
		t.Errorf("%s", s)
	}
}

// TestImportPTPRefused: a file that is refused at its last row leaves nothing.
func TestImportPTPRefused(t *testing.T) {
	pool := pgtest.New(t)
	table := ptpAbove + edits("10060 10061 20200101 * 1", "10060 10080 20200101 * 1")
	refuses(t, pool, "ccipra-v302.txt, line 8: the file ends within this row", written(t, "ccipra-v302.txt", table[:len(table)-9]))
	refuses(t, pool, "give --kind ncci-ptp-practitioner or --kind ncci-ptp-outpatient", written(t, "v302.txt", table))
	refuses(t, pool, "give --release 2024Q3", written(t, "practitioner.txt", table))
	refuses(t, pool, "ccipra-v302.txt, line 8: begins 2024-10-01, after the release's last day 2024-09-30", written(t, "ccipra-v302.txt", ptpAbove+edits("10060 10061 20200101 * 1", "10060 10080 20241001 * 1")))
	if n := stored(t, pool, "select count(*)::text from ptp_rows"); n != "0" {
		t.Errorf("%s rows stay", n)
	}
	if n := stored(t, pool, "select count(*)::text from pg_class where relname like 'ptp_rows_r%' and relkind = 'r'"); n != "0" {
		t.Errorf("%s partitions stay", n)
	}
}

// manyEdits are n edits, of which ten share a column one.
func manyEdits(n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf("%05d %05d 20200101 * 1", 10000+i/10, 50000+i%10)
	}
	return rows
}

// TestImportPTPShrunk: a table that is cut off at the end of a line is refused
// where it has fewer rows than dated tables ever lose, or lacks a column one; it would
// answer for every past day. What is compared is the release before it in time.
func TestImportPTPShrunk(t *testing.T) {
	pool := pgtest.New(t)
	all := manyEdits(1000)
	table := func(release string, rows []string) string {
		return written(t, "ccipra-"+release+".txt", ptpAbove+edits(rows...))
	}
	imports(t, pool, table("v302", all)) // 2024Q3
	refuses(t, pool, "820 rows, where the last release of ncci-ptp-practitioner has 1000 (2024Q3); a part is missing, or give --complete", table("v303", all[:820]))
	refuses(t, pool, "989 rows, where the last release", table("v303", all[:989]))
	refuses(t, pool, "989 rows, where the last release", table("v302", all[:989]))
	refuses(t, pool, "no edit of 1 codes in column 1, 10099 to 10099, where 2024Q3 has some and edits that end stay: cut off; download it again, or give --complete", table("v303", all[:990]))
	refuses(t, pool, "no edit of 2 codes in column 1, 10030 to 10031, where 2024Q3", table("v303", slices.Concat(all[:300], manyEdits(1020)[320:]))) // f1 is cut off
	imports(t, pool, table("v303", slices.Concat(all[:500], all[505:])))                                                                             // 2024Q4
	refuses(t, pool, "989 rows, where the last release of ncci-ptp-practitioner has 1000 (2024Q3)", table("v302", slices.Concat(all[:500], all[511:])))
	refuses(t, pool, "790 rows, where the newest release of ncci-ptp-practitioner has 995 (2024Q4)", table("v301", slices.Concat(all[:500], all[710:])))

	older := imports(t, pool, table("v301", slices.Concat(all[:500], all[600:])))
	if len(older.Notes) != 1 || older.Notes[0] != "2024Q4 answers for the days of 2024Q2 too: rows of this kind carry their dates, and its newest release answers alone" {
		t.Errorf("%q", older.Notes)
	}
	o := importing
	o.Complete = true
	done, err := Import(t.Context(), pool, []string{table("v310", all[:400])}, o)
	if err != nil || len(done) != 1 || done[0].Rows != 400 || done[0].Notes != nil {
		t.Errorf("%+v, %v", done, err)
	}
}

// TestImportShrinks: how much smaller than the release before it a table may be.
func TestImportShrinks(t *testing.T) {
	const mue = "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator\n"
	const addOns = "Add-On Code\tAOC_Edit_Type\tPrimary Code\tAOC_Edit_Eff_Dt (Julian)\tAOC_Edit_Del_Dt (Julian)\n"
	rows := func(head, row string, n int) string {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			fmt.Fprintf(&b, row, 10000+i)
		}
		return b.String()
	}
	for _, c := range []struct {
		file, head, row string
		allowed         int // of 100
	}{
		{"mue_2026q%d.csv", mue, "%d,1,2\n", 80},
		{"AOC_V2026Q%d-MCR.txt", addOns, "%d\t1\t99213\t2013091\t\n", 95},
	} {
		pool := pgtest.New(t)
		imports(t, pool, written(t, fmt.Sprintf(c.file, 1), rows(c.head, c.row, 100)))
		refuses(t, pool, fmt.Sprintf("%d rows, where the last release of", c.allowed-1), written(t, fmt.Sprintf(c.file, 2), rows(c.head, c.row, c.allowed-1)))
		if r := imports(t, pool, written(t, fmt.Sprintf(c.file, 2), rows(c.head, c.row, c.allowed))); r.Notes != nil {
			t.Errorf("%+v", r)
		}
	}
}

// TestImportFirstSmall: nothing is there to compare the first table of a kind
// with but the size that such tables have.
func TestImportFirstSmall(t *testing.T) {
	pool := pgtest.New(t)
	got := imports(t, pool, written(t, "ccipra-v302.txt", ptpAbove+edits(manyEdits(10)...)))
	if len(got.Notes) != 1 || got.Notes[0] != "10 rows, where published tables of this kind hold some 2500000: what is missing here will read as absent" {
		t.Errorf("%q", got.Notes)
	}
	if got := imports(t, pool, written(t, "ccioph-v302.txt", ptpAbove+edits(manyEdits(10)...))); got.Notes != nil {
		t.Errorf("of a kind whose size is not known: %q", got.Notes)
	}
	for _, c := range []struct {
		kind string
		rows int64
		note bool
	}{{KindMUEPractitioner, 13499, true}, {KindMUEPractitioner, 13500, false}, {KindHCPCS, 6800, false}, {KindMCE, 1, false}} {
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		l := &loading{batch: &batch{kind: c.kind, period: cmsfile.Quarter(2026, 2)}, tx: tx, rows: c.rows}
		if err := l.checkSize(t.Context()); err != nil || (l.notes != nil) != c.note {
			t.Errorf("%+v: %q, %v", c, l.notes, err)
		}
		_ = tx.Rollback(t.Context())
	}
}

func TestImportMUE(t *testing.T) {
	pool := pgtest.New(t)
	table := "\"notice\n\"\n\"HCPCS/\nCPT Code\",Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n" +
		"20610,2,3 Date of Service Edit: Clinical,CMS Policy\nJ3301,0,2 Date of Service Edit: Policy,CMS Policy\n"
	one := written(t, "mue_2026q2.csv", table)
	got := imports(t, pool, one)
	if got.Kind != KindMUEOutpatient || got.Release != "2026Q2" || got.Rows != 2 {
		t.Errorf("%+v", got)
	}
	rows := stored(t, pool, "select concat_ws(' ', code, units, mai, rationale) from mue_rows order by code")
	if rows != "20610 2 3 CMS Policy\nJ3301 0 2 CMS Policy" {
		t.Errorf("%s", rows)
	}
	refuses(t, pool, "both hold ncci-mue-outpatient 2026Q3; import one of them", written(t, "mue_2026q3.csv", table), written(t, "mue_2026q3b.csv", table+"J1885,8,3,CMS Policy\n"))
}

// TestImportAddOns: the official table has no row for what is no add-on code.
func TestImportAddOns(t *testing.T) {
	pool := pgtest.New(t)
	got := imports(t, pool, written(t, "AOC_V2026Q3-MCR.txt", "copyright American Medical Association\t\t\t\n"+
		"Add-On Code\tAOC_Edit_Type\tPrimary Code\tAOC_Edit_Eff_Dt (Julian)\tAOC_Edit_Del_Dt (Julian)\n11045\t1\t11042\t2013091\t\n64727\t3\tCCCCC\t2013091\t2024366\n"))
	if got.Kind != KindAddOn || got.Release != "2026Q3" || got.Rows != 2 || got.Layout != "documented" {
		t.Errorf("%+v", got)
	}
	rows := stored(t, pool, "select concat_ws(' ', addon, primary_code, type, effective_from, effective_to) from addon_rows order by addon")
	if rows != "11045 11042 1 2013-04-01\n64727 CCCCC 3 2013-04-01 2024-12-31" {
		t.Errorf("%s", rows)
	}
}

const changesHead = "Column 1\tColumn 2\tEffective Date\tDeletion Date\tOld CCMI\tNew CCMI\tPTP Edit Rationale\n"

var quarterBefore = []string{"10060 10061 20200101 * 1", "10060 20610 20200101 * 0", "10060 99213 20240701 * 1", "20610 20550 20200101 20231231 1", "20610 99213 20200101 * 1"}

// TestImportChanges makes a quarter out of the one before.
func TestImportChanges(t *testing.T) {
	pool := pgtest.New(t)
	changes := written(t, "Practitioner PTP changes 2024Q4.txt", "Additions\n"+changesHead+"20610\t20550\t20241001\t*\t\t0\tMutually exclusive procedures\n20610\t99213\t20241001\t\t\t1\n"+
		"Deletions\n"+changesHead+"10060\t10061\t20200101\t20240930\n10060\t99213\t\t20240701\n20610\t99213\t\t20240930\n"+
		"Revisions\n"+changesHead+"10060\t20610\t20241001\t\t0\t1\n")
	refuses(t, pool, "changes make ncci-ptp-practitioner 2024Q4 out of the whole table of 2024Q3, which is not loaded; import that first", changes)
	imports(t, pool, written(t, "ccipra-v302.txt", ptpAbove+edits(quarterBefore...)))
	got := imports(t, pool, changes)
	if got.Release != "2024Q4" || got.EffectiveFrom != "2024-10-01" || got.Rows != 8 || got.Layout != "documented" || len(got.Notes) != 1 ||
		got.Notes[0] != "made out of 2024Q3 by 2 additions, 3 deletions, 1 revisions" {
		t.Errorf("%+v", got)
	}
	want := `10060 10061 2020-01-01 2024-09-30 1 More extensive procedure
10060 20610 2020-01-01 2024-09-30 0 More extensive procedure
10060 20610 2024-10-01 * 1 More extensive procedure
10060 99213 2024-07-01 2024-07-01 9 More extensive procedure
20610 20550 2020-01-01 2023-12-31 1 More extensive procedure
20610 20550 2024-10-01 * 0 Mutually exclusive procedures
20610 99213 2020-01-01 2024-09-30 1 More extensive procedure
20610 99213 2024-10-01 * 1`
	if rows := stored(t, pool, ptpStored, "2024Q4"); strings.TrimSpace(rows) != want {
		t.Errorf("%s", rows)
	}
	if rows := stored(t, pool, ptpStored, "2024Q3"); strings.Count(rows, "*") != 4 {
		t.Errorf("the release before changed:\n%s", rows)
	}
	if again := imports(t, pool, changes); !again.AlreadyLoaded {
		t.Errorf("%+v", again)
	}
}

// TestImportChangesUntouched: what no change names stays as it was, open edits
// above all.
func TestImportChangesUntouched(t *testing.T) {
	pool := pgtest.New(t)
	imports(t, pool, written(t, "ccipra-v302.txt", ptpAbove+edits("10060 10061 20200101 * 1", "10060 20610 20200101 20231231 0", "10060 99213 20240701 20240701 9",
		"20610 20550 20200101 * 1", "20610 99213 20200101 * 0")))
	got := imports(t, pool, written(t, "Practitioner PTP changes 2024Q4.txt", "Deletions\n"+changesHead+"10060\t10061\t\t20240930\n"+
		"Revisions\n"+changesHead+"20610\t99213\t20241001\t\t0\t1\n"))
	want := `10060 10061 2020-01-01 2024-09-30 1 More extensive procedure
10060 20610 2020-01-01 2023-12-31 0 More extensive procedure
10060 99213 2024-07-01 2024-07-01 9 More extensive procedure
20610 20550 2020-01-01 * 1 More extensive procedure
20610 99213 2020-01-01 2024-09-30 0 More extensive procedure
20610 99213 2024-10-01 * 1 More extensive procedure`
	if rows := stored(t, pool, ptpStored, "2024Q4"); rows != want || got.Rows != 6 {
		t.Errorf("%+v\n%s", got, rows)
	}
}

// TestImportChangesAddUp: changes that end more or fewer edits than they say
// make no release. One that is deleted and revised at once would stay open.
func TestImportChangesAddUp(t *testing.T) {
	pool := pgtest.New(t)
	imports(t, pool, written(t, "ccipra-v302.txt", ptpAbove+edits(quarterBefore...)))
	refuses(t, pool, "5 edits would be open, where 2024Q3 has 4, and 1 are deleted and 1 added: the changes do not add up; import the whole table of 2024Q4",
		written(t, "Practitioner PTP changes 2024Q4.txt", "Additions\n"+changesHead+"30000\t30001\t20241001\t\t\t1\n"+
			"Deletions\n"+changesHead+"10060\t10061\t\t20240930\n"+"Revisions\n"+changesHead+"10060\t10061\t20241001\t\t1\t0\n"))
}

// TestImportChangesChecked: with the quarter's own table loaded, its changes
// make no release; they must be what the table shows.
func TestImportChangesChecked(t *testing.T) {
	pool := pgtest.New(t)
	imports(t, pool, written(t, "ccipra-v303.txt", ptpAbove+edits("10060 10061 20200101 20240930 1", "10060 20610 20200101 20240930 0", "10060 20610 20241001 * 1", "20610 20550 20241001 * 0")))
	right := "Additions\n" + changesHead + "20610\t20550\t20241001\t*\t\t0\nDeletions\n" + changesHead + "10060\t10061\t20200101\t20240930\nRevisions\n" + changesHead + "10060\t20610\t20241001\t\t0\t1\n"
	got := imports(t, pool, written(t, "Practitioner PTP changes 2024Q4.txt", right))
	if !got.AlreadyLoaded || got.Rows != 4 || len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], "the whole table of 2024Q4 is loaded; its changes were only checked against it: 1 additions") {
		t.Errorf("%+v", got)
	}
	if n := stored(t, pool, "select count(*)::text from releases"); n != "1" {
		t.Errorf("%s releases", n)
	}
	refuses(t, pool, "line 3: 20610/20550 is added, which the table of 2024Q4 does not show", written(t, "Practitioner PTP changes 2024Q4.txt", strings.Replace(right, "20241001\t*\t\t0", "20241001\t*\t\t1", 1)))
	refuses(t, pool, "line 6: 10060/10061 is deleted, which", written(t, "Practitioner PTP changes 2024Q4.txt", strings.Replace(right, "20240930", "20240630", 1)))
}

func TestImportChangesRefused(t *testing.T) {
	pool := pgtest.New(t)
	imports(t, pool, written(t, "ccipra-v302.txt", ptpAbove+edits(quarterBefore...)))
	for _, c := range []struct{ name, rows, want string }{
		{"deletion of nothing", "Deletions\n" + changesHead + "10060\t10080\t\t20240930\n", "line 3: 10060/10080 is deleted, but no open edit of that pair stands in 2024Q3"},
		{"deletion of what ended", "Deletions\n" + changesHead + "20610\t20550\t\t20240930\n", "line 3: 20610/20550 is deleted, but no open edit"},
		{"deletion of another day's", "Deletions\n" + changesHead + "10060\t10061\t20210101\t20240930\n", "no open edit of that pair of 2021-01-01 stands in 2024Q3"},
		{"addition of what is there", "Additions\n" + changesHead + "10060\t10061\t20241001\t\t\t1\n", "line 3: 10060/10061 is added from 2024-10-01, but 2024Q3 has it from 2020-01-01 on"},
		{"addition before the old one's end", "Additions\n" + changesHead + "20610\t20550\t20231201\t\t\t1\n", "but 2024Q3 has it from 2020-01-01 to 2023-12-31"},
		{"revision from another indicator", "Revisions\n" + changesHead + "10060\t10061\t20241001\t\t0\t9\n", "line 3: 10060/10061 is revised, but has indicator 1 in 2024Q3"},
		{"revision to the same", "Revisions\n" + changesHead + "10060\t10061\t20241001\t\t\t1\n", "but has indicator 1 in 2024Q3 already"},
		{"of a later quarter", "Additions\n" + changesHead + "30000\t30001\t20250101\t\t\t1\n", "line 3: 30000/30001 is added from 2025-01-01, after the release's last day 2024-12-31"},
		{"twice", "Additions\n" + changesHead + "30000\t30001\t20241001\t\t\t1\n30000\t30001\t20241001\t\t\t1\n", "line 4: 30000/30001 is added twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			refuses(t, pool, c.want, written(t, "Practitioner PTP changes 2024Q4.txt", c.rows))
		})
	}
}
