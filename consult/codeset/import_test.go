package codeset_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// ptpHeader are the six lines above the edits in the text files.
const ptpHeader = "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t\n" +
	"Column1/Column2 Edits\t\t\t\t\t\t\n" +
	"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n" +
	"\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n" +
	"\t\t\t\t*=no data\t1=allowed\t\n" +
	"\t\t\t\t\t9=not applicable\t\n"

// ptpFile writes a table of edits, each "column1 column2 from to indicator".
func ptpFile(t testing.TB, name string, edits ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(ptpHeader)
	for _, e := range edits {
		f := strings.Fields(e)
		fmt.Fprintf(&b, "%s\t%s\t\t%s\t%s\t%s\tMutually exclusive procedures\n", f[0], f[1], f[2], f[3], f[4])
	}
	return fileOf(t, name, b.String())
}

func fileOf(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func options() codeset.ImportOptions {
	return codeset.ImportOptions{Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), By: "test"}
}

// loads imports files that must load.
func loads(t testing.TB, pool *pgxpool.Pool, o codeset.ImportOptions, files ...string) []codeset.Imported {
	t.Helper()
	done, err := codeset.Import(t.Context(), pool, files, o)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// asked gathers the pair's facts on a day.
func asked(t testing.TB, pool *pgxpool.Pool, on string, codes ...string) codeset.Facts {
	t.Helper()
	q := codeset.Query{On: must(code.ParseDay(on))}
	for _, c := range codes {
		q.Codes = append(q.Codes, parse("cpt "+c))
	}
	var f codeset.Facts
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) (err error) {
		f, err = codeset.Gather(t.Context(), tx, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var firstQuarter = []string{
	"20610 20550 20200101 * 1",
	"20610 99213 20200101 * 1",
	"30000 30001 20240101 20240101 9", // never in force
	"30000 30002 20230101 20240331 0",
}

var secondQuarter = []string{
	"20610 20550 20200101 20240930 1", // ends
	"20610 99213 20200101 20240930 1", // ends, and opens again with another indicator
	"20610 99213 20241001 * 0",
	"30000 30001 20240101 20240101 9",
	"30000 30002 20230101 20240331 0",
	"30000 30003 20241001 * 1", // new
}

// TestImportAsOf: every day of the first quarter and before answers the same
// with the next quarter loaded, and each day by the rows of its own.
func TestImportAsOf(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, options(), ptpFile(t, "ccipra-v302r0.txt", firstQuarter...))
	codes := []string{"20610", "20550", "99213", "30000", "30001", "30002", "30003"}
	days := []string{"2019-12-31", "2020-01-01", "2023-12-31", "2024-01-01", "2024-03-31", "2024-04-01", "2024-08-15", "2024-09-30"}
	before := map[string]string{}
	for _, on := range days {
		before[on] = verdicts(asked(t, pool, on, codes...))
	}
	loads(t, pool, options(), ptpFile(t, "ccipra-v303r0.txt", secondQuarter...))
	for _, on := range days {
		if got := verdicts(asked(t, pool, on, codes...)); got != before[on] {
			t.Errorf("on %s, with the next quarter loaded:\n%swas\n%s", on, got, before[on])
		}
	}
	for on, want := range map[string]string{
		"2020-01-01": "20610/20550 1 true\n20610/99213 1 true\n",
		"2024-03-31": "20610/20550 1 true\n20610/99213 1 true\n30000/30002 0 true\n",
		"2024-04-01": "20610/20550 1 true\n20610/99213 1 true\n30000/30002 0 false\n",
		"2024-10-01": "20610/20550 1 false\n20610/99213 0 true\n30000/30002 0 false\n30000/30003 1 true\n",
	} {
		if got := verdicts(asked(t, pool, on, codes...)); got != want {
			t.Errorf("on %s:\n%swant\n%s", on, got, want)
		}
	}
	if a := asked(t, pool, "2025-02-01", codes...).Answers[codeset.KindPTPPractitioner]; !a.AsOf || a.Release != "2024Q4" {
		t.Errorf("past the last release: %+v", a)
	}
}

// verdicts are the pairs of a day without the release that they came from.
func verdicts(f codeset.Facts) string {
	var b strings.Builder
	for _, p := range f.Pairs {
		fmt.Fprintf(&b, "%s/%s %s %v\n", p.Column1, p.Column2, p.Indicator, p.InForce)
	}
	return b.String()
}

func TestImportTwice(t *testing.T) {
	pool := pgtest.New(t)
	file := ptpFile(t, "ccipra-v302r0.txt", firstQuarter...)
	first := loads(t, pool, options(), file)[0]
	if first.AlreadyLoaded || first.Rows != 4 || first.Kind != codeset.KindPTPPractitioner || first.Release != "2024Q3" ||
		first.EffectiveFrom != "2024-07-01" || first.EffectiveTo != "2024-09-30" || first.Layout != "proved" {
		t.Errorf("%+v", first)
	}
	again := loads(t, pool, options(), file)[0]
	if !again.AlreadyLoaded || again.Rows != 4 || count(t, pool, "select count(*) from releases where via = ''") != 1 {
		t.Errorf("%+v", again)
	}
	o := options()
	o.Effective = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	if other := loads(t, pool, o, file)[0]; other.AlreadyLoaded || other.EffectiveFrom != "2024-01-01" || other.EffectiveTo != "2024-09-30" {
		t.Errorf("for another period: %+v", other)
	}
}

func count(t testing.TB, pool *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestImportParts: the parts of one table are one release.
func TestImportParts(t *testing.T) {
	pool := pgtest.New(t)
	one := ptpFile(t, "ccipra-v302r0-f1.txt", firstQuarter[:2]...)
	two := ptpFile(t, "ccipra-v302r0-f2.txt", firstQuarter[2:]...)
	if _, err := codeset.Import(t.Context(), pool, []string{two, one}, options()); err == nil || !strings.Contains(err.Error(), "f3, f4") {
		t.Errorf("without the other parts: %v", err)
	}
	o := options()
	o.Complete = true
	done := loads(t, pool, o, two, one)
	if len(done) != 1 || done[0].Rows != 4 || !strings.Contains(done[0].File, one) || !strings.Contains(done[0].File, two) {
		t.Fatalf("%+v", done)
	}
	if !loads(t, pool, o, one, two)[0].AlreadyLoaded {
		t.Error("the same parts in another order were loaded anew")
	}
}

// TestImportRefused: a file that is not right leaves nothing, and the others of
// the command load.
func TestImportRefused(t *testing.T) {
	whole := ptpFile(t, "ccipra-v302r0.txt", firstQuarter...)
	text := string(must(os.ReadFile(whole)))
	tests := []struct {
		name string
		file string
		o    func(*codeset.ImportOptions)
		want string
		flag bool // a flag would resolve it
	}{
		{"malformed row", fileOf(t, "ccipra-v303r0.txt", text+"20610\tXX\t\t20200101\t*\t1\tx\n"), nil, "ccipra-v303r0.txt, line 11: ", false},
		{"bad date", fileOf(t, "ccipra-v303r0.txt", text+"30000\t30004\t\t20201301\t*\t1\tx\n"), nil, "line 11: ", false},
		{"cut off", fileOf(t, "ccipra-v303r0.txt", text[:len(text)-40]), nil, "line 10: ", false},
		{"much smaller", ptpFile(t, "ccipra-v303r0.txt", firstQuarter[0]), nil, "1 rows, where the last release of ncci-ptp-practitioner has 4", false},
		{"after its period", ptpFile(t, "ccipra-v303r0.txt", append(firstQuarter, "40000 40001 20250101 * 1")...), nil, "2025-01-01", false},
		{"no period", ptpFile(t, "ccipra.txt", firstQuarter...), nil, "ccipra.txt: ncci-ptp-practitioner, but the release has to be named: give --release 2024Q3", true},
		{"no kind", ptpFile(t, "edits-v303r0.txt", firstQuarter...), nil, "the kind has to be named: give --kind ncci-ptp-practitioner or --kind ncci-ptp-outpatient", true},
		{"another kind", ptpFile(t, "ccipra-v303r0.txt", firstQuarter...), func(o *codeset.ImportOptions) { o.Kind = codeset.KindPFS }, "is ncci-ptp-practitioner, not pfs", false},
		{"strange release", ptpFile(t, "ccipra-v303r0.txt", firstQuarter...), func(o *codeset.ImportOptions) { o.Release = "the new one" }, "names no release", true},
		{"old line ends", fileOf(t, "ccipra-v303r0.txt", strings.ReplaceAll(text, "\n", "\r")), nil, "its lines end in CR alone", false},
		{"damaged head", fileOf(t, "ccipra-v303r0.txt", "x"+strings.ReplaceAll(text, "\t", " ")), nil, "named like a table of codes", false},
		{"a document", fileOf(t, "README.txt", "The edits are in the other file.\n"), nil, "README.txt: none of the layouts", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pool := pgtest.New(t)
			loads(t, pool, options(), whole)
			tables := count(t, pool, "select count(*) from pg_class")
			o := options()
			if tt.o != nil {
				tt.o(&o)
			}
			_, err := codeset.Import(t.Context(), pool, []string{tt.file}, o)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v; want %q", err, tt.want)
			}
			if errors.Is(err, codeset.ErrUnnamed) != tt.flag {
				t.Errorf("a flag would resolve it: %v", !tt.flag)
			}
			if got := count(t, pool, "select count(*) from pg_class"); got != tables || count(t, pool, "select count(*) from releases") != 1 {
				t.Errorf("%d relations, %d before", got, tables)
			}
			if len(asked(t, pool, "2024-08-15", "20610", "99213").Pairs) != 1 {
				t.Error("the release before does not answer")
			}
		})
	}
}

// TestImportChangedFile: a file that is replaced while it is loaded is not
// recorded under the checksum of the other.
func TestImportChangedFile(t *testing.T) {
	pool := pgtest.New(t)
	file := ptpFile(t, "ccipra-v302r0.txt", firstQuarter...)
	o, held := options(), must(pool.Begin(t.Context()))
	if _, err := held.Exec(t.Context(), "select pg_advisory_xact_lock(hashtext('codeset.import'))"); err != nil {
		t.Fatal(err)
	}
	o.Progress = func(p codeset.Progress) {
		if p.Waiting {
			text := must(os.ReadFile(file))
			if err := errors.Join(os.WriteFile(file, append(text, "30000\t30004\t\t20200101\t*\t1\tx\n"...), 0o600), held.Rollback(t.Context())); err != nil {
				t.Error(err)
			}
		}
	}
	_, err := codeset.Import(t.Context(), pool, []string{file}, o)
	if err == nil || !strings.Contains(err.Error(), "changed while it was read") || count(t, pool, "select count(*) from releases") != 0 {
		t.Errorf("loaded under another file's checksum: %v", err)
	}
}

// TestImportDamagedMember: the rest of an archive is not taken for the whole.
func TestImportDamagedMember(t *testing.T) {
	pool := pgtest.New(t)
	text := string(must(os.ReadFile(ptpFile(t, "x.txt", firstQuarter...))))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{"ccipra-v302r0.txt": text, "ccipra-v303r0.txt": "damaged\n" + text[200:], "README.txt": "read me\n"} {
		_ = must(must(z.Create(name)).Write([]byte(content)))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := codeset.Import(t.Context(), pool, []string{fileOf(t, "quarter.zip", b.String())}, options())
	if err == nil || !strings.Contains(err.Error(), "ccipra-v303r0.txt, line 1: named like a table") || count(t, pool, "select count(*) from releases") != 0 {
		t.Errorf("half an archive was loaded: %v", err)
	}
}

// TestImportOthersGoOn: of two releases on one command line the right one loads.
func TestImportOthersGoOn(t *testing.T) {
	pool := pgtest.New(t)
	bad := ptpFile(t, "ccipra-v302r0.txt", "20610 20550 20200101 * 7")
	good := ptpFile(t, "ccipra-v303r0.txt", firstQuarter...)
	done, err := codeset.Import(t.Context(), pool, []string{bad, good}, options())
	if err == nil || len(done) != 1 || done[0].Release != "2024Q4" {
		t.Errorf("%+v, %v", done, err)
	}
}

// TestImportKeepsNobodyWaiting: while an import has copied its rows and not yet
// committed, look-ups answer from the release before.
func TestImportKeepsNobodyWaiting(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, options(), ptpFile(t, "ccipra-v302r0.txt", firstQuarter...))
	o := options()
	o.Then = func(pgx.Tx, codeset.Release) error {
		conn := must(pool.Acquire(t.Context()))
		defer conn.Release()
		tx := must(conn.Begin(t.Context()))
		defer func() { _ = tx.Rollback(t.Context()) }()
		if _, err := tx.Exec(t.Context(), "set local lock_timeout = '100ms'"); err != nil {
			return err
		}
		f, err := codeset.Gather(t.Context(), tx, codeset.Query{On: must(code.ParseDay("2024-11-15")), Codes: []code.Code{parse("cpt 20610"), parse("cpt 99213")}})
		if err == nil && f.Answers[codeset.KindPTPPractitioner].Release != "2024Q3" {
			err = fmt.Errorf("answered by %+v", f.Answers[codeset.KindPTPPractitioner])
		}
		return err
	}
	loads(t, pool, o, ptpFile(t, "ccipra-v303r0.txt", secondQuarter...))
	if a := asked(t, pool, "2024-11-15", "20610").Answers[codeset.KindPTPPractitioner]; a.Release != "2024Q4" {
		t.Errorf("after the import: %+v", a)
	}
}

// TestImportThenRefuses: what follows a release can refuse it.
func TestImportThenRefuses(t *testing.T) {
	pool := pgtest.New(t)
	o := options()
	o.Then = func(_ pgx.Tx, r codeset.Release) error { return fmt.Errorf("%s %s: no", r.Kind, r.Name) }
	_, err := codeset.Import(t.Context(), pool, []string{ptpFile(t, "ccipra-v302r0.txt", firstQuarter...)}, o)
	if err == nil || count(t, pool, "select count(*) from releases") != 0 {
		t.Errorf("loaded nevertheless: %v", err)
	}
}

// TestImportedJSON pins the fields that other programs read.
func TestImportedJSON(t *testing.T) {
	b := must(json.Marshal(codeset.Imported{File: "f", Kind: "icd10cm", Release: "FY2026", EffectiveFrom: "2025-10-01", EffectiveTo: "2026-09-30", Rows: 2, Billable: 1, Layout: "proved", Seconds: 1.8}))
	const want = `{"file":"f","kind":"icd10cm","release":"FY2026","effective_from":"2025-10-01","effective_to":"2026-09-30","rows":2,"billable":1,"already_loaded":false,"layout":"proved","seconds":1.8}`
	if string(b) != want {
		t.Errorf("%s", b)
	}
}
