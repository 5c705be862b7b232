package edit

import (
	"archive/zip"
	"bufio"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// TestStatusOfficial holds code.status against plain scans of the published
// files, which share no reader with the program: every HCPCS code with a cross
// reference, every ICD-9-CM code of the equivalence mappings.
func TestStatusOfficial(t *testing.T) {
	dir := cmp.Or(os.Getenv("CASECONSULTANT_TESTDATA"), "../../../shared/data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA to hold code.status against them", dir)
	}
	pool := pgtest.New(t)
	hcpcs, gems, icd := filepath.Join(dir, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"), filepath.Join(dir, "gems/gem2018cm.zip"), filepath.Join(dir, "icd10cm/cm2025.zip")
	imports(t, pool, time.Time{}, hcpcs, gems, icd, filepath.Join(dir, "icd10pcs/pcs2025.zip"), filepath.Join(dir, "pos/pos_codes_2024.csv"))
	t.Run("cross references", func(t *testing.T) { crossReferences(t, pool, hcpcs) })
	t.Run("equivalences", func(t *testing.T) { equivalences(t, pool, gems, icd) })
	t.Run("other systems", func(t *testing.T) {
		c := claim("0DTJ4ZZ 0DTJ4ZY dx:W19 dx:W19.XXX dx:E11 dx:H40.11 dx:S52.521 place_of_service=11 place_of_service=43")
		c.On = time.Date(2024, 11, 15, 0, 0, 0, 0, time.UTC)
		r := checked(t, pool, c)
		if got, want := verdicts(r, "code.status"), "valid 0DTJ4ZZ; unknown 0DTJ4ZY; valid W19; unknown W19.XXX; valid E11; valid H40.11; valid S52.521; valid 11; unknown 43"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if got, want := verdicts(r, "icd10cm.complete"), "placeholder_missing W19; incomplete E11; incomplete H40.11; seventh_character_missing S52.521"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		for i, want := range []string{"W19.XXXA W19.XXXD W19.XXXS", "E11.0 E11.1 E11.2 E11.3 E11.4 E11.5 E11.6 E11.8 E11.9",
			"H40.1110 H40.1111 H40.1112 H40.1113 H40.1114 H40.1120 H40.1121 H40.1122 H40.1123 H40.1124 H40.1130 H40.1131 H40.1132 H40.1133 H40.1134 H40.1190 H40.1191 H40.1192 H40.1193 H40.1194",
			"S52.521A S52.521D S52.521G S52.521K S52.521P S52.521S"} {
			if f := of(r, "icd10cm.complete")[i]; strings.Join(f.Children, " ") != want {
				t.Errorf("%s is completed by %q, want %s", f.Codes[0], f.Children, want)
			}
		}
	})
}

func checked(t *testing.T, pool *pgxpool.Pool, c Claim) (r Result) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		f, err := codeset.Gather(t.Context(), tx, codeset.Query{On: c.On, Codes: Codes(c)})
		r = Check(f, c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// crossReferences asks for each code that names others whether it is replaced on
// a day of the file, and by what.
func crossReferences(t *testing.T, pool *pgxpool.Pool, file string) {
	const on = "20241115"
	type record struct {
		refs []string
		end  string
	}
	records := map[string]record{}
	for l := range gzipLines(t, file) {
		if len(l) < 293 || l[10] != '3' {
			continue
		}
		records[l[:5]] = record{strings.Fields(l[204:209] + " " + l[209:214] + " " + l[214:219] + " " + l[219:224] + " " + l[224:229]), strings.TrimSpace(l[284:292])}
	}
	replaced, other := 0, 0
	for c, r := range records {
		if len(r.refs) == 0 {
			continue
		}
		cl := claim(c)
		cl.On = time.Date(2024, 11, 15, 0, 0, 0, 0, time.UTC)
		f := of(checked(t, pool, cl), "code.status")[0]
		ended := r.end != "" && r.end < on
		live, unsure := 0, 0
		for _, x := range r.refs {
			if target, ok := records[x]; ok && (target.end == "" || target.end >= on) {
				live++
			} else if x[0] < 'A' {
				unsure++ // CPT, of which only the starter's rows are loaded
			}
		}
		want := "valid"
		switch {
		case ended && live == len(r.refs):
			want, replaced = "replaced", replaced+1
		case ended:
			want, other = "deleted", other+1
		}
		if f.Verdict != want && !(unsure > 0 && f.Verdict == "replaced") {
			t.Errorf("%s with %q: %s, want %s", c, r.refs, f.Verdict, want)
		}
		if f.Verdict == "replaced" && !slices.Equal(f.Successors, r.refs) || f.Verdict == "valid" && f.Successors != nil {
			t.Errorf("%s: successors %q, the file has %q", c, f.Successors, r.refs)
		}
	}
	if replaced < 100 || other < 20 {
		t.Errorf("%d codes with a reference that holds, %d with another: the scan is of something else", replaced, other)
	}
}

// equivalences asks for every ICD-9-CM code of the mappings, some at a time.
func equivalences(t *testing.T, pool *pgxpool.Pool, gems, icd string) {
	complete := map[string]bool{}
	for _, l := range zipped(t, icd, "codes_2025.txt", "codes-2025.txt", "order") {
		if len(l) > 16 && l[5] == ' ' && l[14] == '1' {
			complete[strings.TrimSpace(l[6:13])] = true
		}
	}
	type row struct{ target, flags string }
	rows := map[string][]row{}
	var order []string
	for _, l := range zipped(t, gems, "I9gem") {
		if f := strings.Fields(l); len(f) == 3 {
			if rows[f[0]] == nil {
				order = append(order, f[0])
			}
			rows[f[0]] = append(rows[f[0]], row{f[1], f[2]})
		}
	}
	if len(complete) < 74000 || len(order) < 14000 {
		t.Fatalf("%d codes and %d mapped ones: the scan is of something else", len(complete), len(order))
	}
	counts := map[string]int{}
	for some := range slices.Chunk(order, 1000) {
		c := Claim{On: time.Date(2024, 11, 15, 0, 0, 0, 0, time.UTC), Facts: map[string][]string{}}
		from := map[string]string{}
		for _, s := range some {
			from[icd9Dotted(s)] = s
			c.Dx = append(c.Dx, icd9Dotted(s))
		}
		for _, f := range of(checked(t, pool, c), "code.status") {
			s := from[f.Codes[0]]
			var want []string
			for _, r := range rows[s] {
				if complete[r.target] {
					want = append(want, dotted(r.target))
				}
			}
			sole := len(rows[s]) == 1 && len(want) == 1
			counts[f.Verdict]++
			switch {
			case f.Verdict == "valid": // of ICD-10-CM too
				if !strings.ContainsAny(s[:1], "VE") {
					t.Errorf("%s is valid", f.Codes[0])
				}
			case sole != (f.Verdict == "replaced") || sole && f.Successor != want[0]:
				t.Errorf("%s with %v: %s %q", s, rows[s], f.Verdict, f.Successor)
			case sole && (rows[s][0].flags[0] == '1') != strings.Contains(f.Statement, "close and not the same"):
				t.Errorf("%s %s: %s", s, rows[s][0].flags, f.Statement)
			case rows[s][0].flags[1] == '1' && !strings.Contains(f.Statement, "has no code of ICD-10-CM for it"):
				t.Errorf("%s: %s", s, f.Statement)
			}
			for _, named := range f.Successors {
				if f.Verdict != "valid" && !slices.Contains(want, named) {
					t.Errorf("%s names %s, which the mapping does not have or the day's list lacks", s, named)
				}
			}
		}
	}
	t.Log(counts)
	if counts["replaced"] < 10000 || counts["unknown"] < 3000 {
		t.Errorf("%v", counts)
	}
}

func icd9Dotted(c string) string {
	at := 3
	if c[0] == 'E' {
		at = 4
	}
	if len(c) <= at {
		return c
	}
	return c[:at] + "." + c[at:]
}

// zipped reads the lines of the members of a zip file whose names hold one of the
// words.
func zipped(t *testing.T, file string, words ...string) (lines []string) {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	for _, m := range z.File {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(m.Name, w) }) || strings.Contains(m.Name, "addenda") {
			continue
		}
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		for s := bufio.NewScanner(r); s.Scan(); {
			lines = append(lines, strings.TrimRight(s.Text(), "\r"))
		}
		_ = r.Close()
	}
	return lines
}
