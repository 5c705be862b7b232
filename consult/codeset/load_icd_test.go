package codeset_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// orderText writes an order file, each row "code flag title".
func orderText(rows ...string) string {
	var b strings.Builder
	for i, r := range rows {
		c, rest, _ := strings.Cut(r, " ")
		flag, title, _ := strings.Cut(rest, " ")
		fmt.Fprintf(&b, "%05d %-7s %s %-60s %s\r\n", i+1, c, flag, title, title)
	}
	return b.String()
}

func codesText(rows ...string) string {
	var b strings.Builder
	for _, r := range rows {
		c, title, _ := strings.Cut(r, " ")
		fmt.Fprintf(&b, "%-7s %s\r\n", c, title)
	}
	return b.String()
}

// addendaText writes the addenda of an order file, each change "op code flag
// title", with the sizes that it states.
func addendaText(before, after [2]int, changes ...string) string {
	var b strings.Builder
	for _, c := range changes {
		op, rest, _ := strings.Cut(c, " ")
		f := strings.SplitN(rest, " ", 3)
		op = map[string]string{"add": "Add:", "del": "Delete:", "from": "Revise from:", "to": "Revise to:"}[op]
		fmt.Fprintf(&b, "%-12s %s %-7s %-60s %s\r\n", op, f[1], f[0], f[2], f[2])
	}
	for i, section := range []string{"Headers", "Codes"} {
		for _, size := range [][2]int{before, after} {
			fmt.Fprintf(&b, "  %d %s in a list\r\n", size[i], strings.ToLower(section))
		}
	}
	return strings.ReplaceAll(b.String(), "in a list", "in list.txt")
}

// gathered asks what is known of the codes, each "system code", on a day.
func gathered(t *testing.T, pool *pgxpool.Pool, on string, codes ...string) (f codeset.Facts) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		f = gather(t, tx, on, codes...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// oneText is the lines that a query yields.
func oneText(t *testing.T, pool *pgxpool.Pool, query string, args ...any) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

var cm2030 = []string{"W19 0 Fall", "W19XXXA 1 Fall, initial", "W19XXXD 1 Fall, subsequent", "X58 1 Else", "X60 1 Before"}
var cm2031 = []string{"W19 0 Fall", "W19XXXA 1 Fall, initial", "W19XXXD 1 Fall, subsequent", "X58 0 Else", "X580 1 Else here", "X589 1 Else, in words", "X60 1 After"}
var cmChanges = []string{"del X58 1 Else", "add X58 0 Else", "add X580 1 Else here", "add X589 1 Else, in words", "from X60 1 Before", "to X60 1 After"}

var exactly = []string{"the changes of icd10cm_order_addenda_2031.txt lead exactly from FY2030 to this list"}

// TestImportICDLists: two years with the addenda between them; headers name
// their children; a code that became a header is one from its year on.
func TestImportICDLists(t *testing.T) {
	pool := pgtest.New(t)
	first := loads(t, pool, options(), fileOf(t, "icd10cm_order_2030.txt", orderText(cm2030...)))
	second := loads(t, pool, options(), fileOf(t, "icd10cm_order_2031.txt", orderText(cm2031...)),
		fileOf(t, "icd10cm_codes_2031.txt", codesText("W19XXXA Fall, initial", "W19XXXD Fall, subsequent", "X580 Else here", "X589 Else, in words", "X60 After")),
		fileOf(t, "icd10cm_order_addenda_2031.txt", addendaText([2]int{1, 4}, [2]int{2, 5}, cmChanges...)))
	if r := first[0]; r.Release != "FY2030" || r.Rows != 5 || r.Billable != 4 || r.Layout != "proved" {
		t.Errorf("%+v", r)
	}
	if r := second[0]; r.Release != "FY2031" || r.Rows != 7 || r.Billable != 5 || !slices.Equal(r.Notes, exactly) || r.EffectiveFrom != "2030-10-01" || r.EffectiveTo != "2031-09-30" {
		t.Errorf("%+v", r)
	}
	got := oneText(t, pool, `select c.code || ': ' || array_to_string(c.children, ' ') from code_rows c join releases r on r.id = c.release_id
		where r.name = 'FY2031' and not c.billable order by 1`)
	if want := "W19: W19.XXXA W19.XXXD\nX58: X58.0 X58.9"; got != want {
		t.Errorf("headers %s, want %s", got, want)
	}
	for on, want := range map[string]bool{"2030-09-30": true, "2030-10-01": false} {
		if f := gathered(t, pool, on, "icd10cm X58").Codes["icd10cm X58"]; f.Billable != want {
			t.Errorf("X58 on %s: %+v", on, f)
		}
	}
}

// TestImportCodesAlone: with the code file alone, headers are known, and the
// release after it may have an order file and addenda.
func TestImportCodesAlone(t *testing.T) {
	pool := pgtest.New(t)
	r := loads(t, pool, options(), fileOf(t, "icd10cm_codes_2030.txt", codesText("W19XXXA Fall, initial", "W19XXXD Fall, subsequent", "X58 Else", "X60 Before")))[0]
	if r.Rows != 5 || r.Billable != 4 || len(noted(r)) != 1 {
		t.Errorf("%+v", r)
	}
	f := gathered(t, pool, "2030-02-01", "icd10cm W19", "icd10cm W19.X").Codes
	if w := f["icd10cm W19"]; w.Status != "valid" || w.Billable || !slices.Equal(w.Children, []string{"W19.XXXA", "W19.XXXD"}) {
		t.Errorf("W19: %+v", w)
	}
	if w := f["icd10cm W19.X"]; w.Status != "unknown" {
		t.Errorf("W19.X: %+v", w)
	}
	r = loads(t, pool, options(), fileOf(t, "icd10cm_order_2031.txt", orderText(cm2031...)),
		fileOf(t, "icd10cm_order_addenda_2031.txt", addendaText([2]int{1, 4}, [2]int{2, 5}, cmChanges...)))[0]
	if !slices.Equal(r.Notes, exactly) {
		t.Errorf("notes %q", r.Notes)
	}
}

// TestImportICDRefused: files that contradict each other leave nothing.
func TestImportICDRefused(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, options(), fileOf(t, "icd10cm_order_2030.txt", orderText(cm2030...)))
	before := oneText(t, pool, "select count(*)::text from code_rows")
	// Changes alone are checked against the release that they made.
	alone := fileOf(t, "icd10cm_order_addenda_2030.txt", addendaText([2]int{1, 3}, [2]int{1, 4}, "add X60 1 Before"))
	r := loads(t, pool, options(), alone)[0]
	if !r.AlreadyLoaded || r.Rows != 5 || len(r.Notes) != 2 || r.Notes[0] != "FY2030 is loaded; its changes were only checked against it" {
		t.Errorf("%+v", r)
	}
	type files map[string]string
	order := orderText(cm2031...)
	addenda := func(changes ...string) files {
		return files{"icd10cm_order_2031.txt": order, "icd10cm_order_addenda_2031.txt": addendaText([2]int{1, 4}, [2]int{2, 5}, changes...)}
	}
	without := func(i int) []string { return slices.Delete(slices.Clone(cmChanges), i, i+1) }
	with := func(i int, change string) []string {
		c := slices.Clone(cmChanges)
		c[i] = change
		return c
	}
	for _, test := range []struct {
		files files
		want  string
	}{
		{files{"icd10cm_order_2031.txt": order, "icd10cm_codes_2031.txt": codesText("W19XXXA Fall, initial", "X58 Else")},
			"icd10cm_order_2031.txt has W19.XXXD, which icd10cm_codes_2031.txt has not: the two are of different releases, or one is cut off"},
		{files{"icd10cm_order_2030.txt": orderText(cm2030[:3]...), "icd10cm_codes_2030.txt": codesText("W19XXXA Fall, initial", "W19XXXD Fall, later", "X58 Else")},
			"icd10cm_order_2030.txt and icd10cm_codes_2030.txt have different titles of W19.XXXD"},
		{files{"icd10cm_order_2030.txt": orderText(cm2030[:3]...), "icd10cm_codes_2030.txt": codesText("W19XXXA Fall, initial", "W19XXXD Fall, subsequent", "X58 Else")},
			"icd10cm_codes_2030.txt has X58, which icd10cm_order_2030.txt has not as a billable code: the two are of different releases, or one is cut off"},
		{files{"icd10cm_order_addenda_2031.txt": addendaText([2]int{1, 4}, [2]int{2, 5}, cmChanges...)},
			"icd10cm_order_addenda_2031.txt: changes alone make no release of icd10cm; import them with the order or code file of FY2031"},
		{addenda(with(2, "add X58A 1 Else")...), "icd10cm_order_addenda_2031.txt, line 3: X58.A is not in the list"},
		{addenda(with(2, "add X580 1 Elsewhere")...), "icd10cm_order_addenda_2031.txt, line 3: X58.0 stands otherwise in the list"},
		{addenda(with(0, "del W19 0 Fall")...), "icd10cm_order_addenda_2031.txt, line 1: W19 is deleted, but the list has it"},
		{addenda(with(0, "del X59 1 Else")...), "icd10cm_order_addenda_2031.txt, line 1: X59 does not stand so in FY2030"},
		{addenda(with(4, "from X60 1 Unlike")...), "icd10cm_order_addenda_2031.txt, line 5: X60 does not stand so in FY2030"},
		{addenda(without(0)...), "icd10cm_order_addenda_2031.txt, line 1: X58 is added, but FY2030 has it"},
		{addenda(without(3)...), "icd10cm_order_addenda_2031.txt does not name X58.9, which the new list has and FY2030 has not"},
		{addenda(cmChanges[:4]...), "icd10cm_order_addenda_2031.txt does not say what became of X60, which FY2030 has and the new list has not so"},
		{files{"icd10cm_order_2031.txt": order, "icd10cm_order_addenda_2031.txt": addendaText([2]int{1, 4}, [2]int{2, 6}, cmChanges...)},
			"icd10cm_order_addenda_2031.txt leads to 2 headers and 6 codes; the list has 2 headers and 5 codes"},
	} {
		var paths []string
		for name, text := range test.files {
			paths = append(paths, fileOf(t, name, text))
		}
		slices.Sort(paths)
		if _, err := codeset.Import(t.Context(), pool, paths, options()); err == nil || err.Error() != test.want {
			t.Errorf("%v\nwant %s", err, test.want)
		}
		if after := oneText(t, pool, "select count(*)::text from code_rows"); after != before {
			t.Fatalf("%s rows stay, %s were there", after, before)
		}
	}
	r = loads(t, pool, options(), fileOf(t, "icd10cm_order_2031.txt", order),
		fileOf(t, "icd10cm_order_addenda_2031.txt", addendaText([2]int{1, 5}, [2]int{2, 5}, cmChanges...)))[0]
	if len(r.Notes) != 1 || !strings.HasSuffix(r.Notes[0], "lead from another list than FY2030 (1 headers and 4 codes): not checked against it") {
		t.Errorf("notes %q", r.Notes)
	}
}

// published data, absent in most places.
func publishedFile(t *testing.T, path string) string {
	t.Helper()
	dir := codeset.SharedData(t)
	path = filepath.Join(dir, path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA", dir)
	}
	return path
}

// TestImportOfficialICD loads both fiscal years, the tabular list, PCS and the
// mappings, and asks them.
func TestImportOfficialICD(t *testing.T) {
	pool := pgtest.New(t)
	for _, test := range []struct {
		file, kind, release string
		rows, billable      int64
		notes               string
	}{
		{"icd10cm/cm2024.zip", "icd10cm", "FY2024", 97296, 74044, "agree with the list; no release before it is loaded to hold them against"},
		{"icd10cm/cm2025.zip", "icd10cm", "FY2025", 97584, 74260, "lead exactly from FY2024 to this list"},
		{"icd10cm/icd10cm_tabular_2021.xml.gz", "icd10cm-tabular", "FY2021", 45017, 0, ""},
		{"icd10pcs/pcs2025.zip", "icd10pcs", "FY2025", 78948, 78948, "agree with the list; no release before it is loaded to hold them against"},
		{"gems/gem2018cm.zip", "gem-cm", "2018", 24860 + 81593, 0, ""},
		{"gems/gem2018pcs.zip", "gem-pcs", "2018", 101025 + 73593, 0, ""},
	} {
		r := loads(t, pool, options(), publishedFile(t, test.file))[0]
		if r.Kind != test.kind || r.Release != test.release || r.Rows != test.rows || r.Billable != test.billable {
			t.Errorf("%s: %+v", test.file, r)
		}
		if (len(r.Notes) > 0) != (test.notes != "") {
			t.Errorf("%s: notes %q", test.file, r.Notes)
		}
		for _, n := range r.Notes {
			if !strings.HasSuffix(n, test.notes) {
				t.Errorf("%s: %s", test.file, n)
			}
		}
		if again := loads(t, pool, options(), publishedFile(t, test.file))[0]; !again.AlreadyLoaded || again.Rows != test.rows {
			t.Errorf("%s again: %+v", test.file, again)
		}
	}
	t.Run("lists", func(t *testing.T) { askOfficialLists(t, pool) })
	t.Run("notes", func(t *testing.T) { askOfficialNotes(t, pool) })
	t.Run("mappings", func(t *testing.T) { askOfficialMappings(t, pool) })
}

func askOfficialLists(t *testing.T, pool *pgxpool.Pool) {
	for _, test := range []struct {
		on, code string
		status   string
		billable bool
		children string
	}{
		{"2024-09-30", "M51.36", "valid", true, ""},
		{"2024-10-01", "M51.36", "valid", false, "M51.360 M51.361 M51.362 M51.369"},
		{"2025-02-01", "S52.52", "valid", false, "S52.521 S52.522 S52.529"},
		{"2025-02-01", "W19", "valid", false, "W19.XXXA W19.XXXD W19.XXXS"},
		{"2025-02-01", "M79.31", "unknown", false, ""},
	} {
		f := gathered(t, pool, test.on, "icd10cm "+test.code).Codes["icd10cm "+test.code]
		if string(f.Status) != test.status || f.Billable != test.billable || strings.Join(f.Children, " ") != test.children {
			t.Errorf("%s on %s: %+v", test.code, test.on, f)
		}
	}
	if f := gathered(t, pool, "2025-02-01", "icd10pcs 0016070").Codes["icd10pcs 0016070"]; f.Status != "valid" || !f.Billable {
		t.Errorf("0016070: %+v", f)
	}
}

func askOfficialNotes(t *testing.T, pool *pgxpool.Pool) {
	f := gathered(t, pool, "2021-02-01", "icd10cm J06.9", "icd10cm S52.521A", "icd10cm S52.501A", "icd10cm K63.5", "icd10cm E11.22")
	for c, want := range map[string]string{"S52.521A": "ADGKPS", "S52.501A": "ABCDEFGHJKMNPQRS", "J06.9": ""} {
		var got strings.Builder
		for _, x := range f.Codes["icd10cm "+c].SevenChars {
			got.WriteString(x.Char)
		}
		if got.String() != want {
			t.Errorf("%s takes %q, want %q", c, got.String(), want)
		}
	}
	for _, want := range []struct{ owner, kind, bears, ref string }{
		{"J00-J06", "excludes1", "J06.9", "J44.0"}, // of the block
		{"J00-J99", "use_additional", "J06.9", "Z77.22"},
		{"S00-T88", "excludes1", "S52.521A S52.501A", "P10-P15"},
		{"K63.5", "excludes1", "K63.5", "D12.-"},
		{"E11", "use_additional", "E11.22", "Z79.4"},
		{"E11.22", "use_additional", "E11.22", "N18.1-N18.6"},
	} {
		if !slices.ContainsFunc(f.Notes, func(n codeset.Note) bool {
			return n.Owner == want.owner && n.Kind == want.kind && strings.Join(n.Bears, " ") == want.bears && slices.Contains(n.Refs, want.ref)
		}) {
			t.Errorf("no note %+v", want)
		}
	}
	terms := map[string]bool{}
	for _, n := range gathered(t, pool, "2021-02-01", "icd10cm I25.1", "icd10cm I25.10").Notes {
		if n.Kind == "inclusion_term" {
			terms[n.Owner+": "+strings.Join(n.Bears, " ")] = true
		}
	}
	if !terms["I25.1: I25.1"] || !terms["I25.10: I25.10"] || len(terms) != 2 {
		t.Errorf("inclusion terms of I25.1 and I25.10: %v", terms)
	}
	got := oneText(t, pool, "select span || ' ' || chapter from icd_sections where 'S52' between first_category and last_category order by chapter, span")
	if want := "S50-S59 false\nS00-T88 true"; got != want {
		t.Errorf("S52 is in %s, want %s", got, want)
	}
}

func askOfficialMappings(t *testing.T, pool *pgxpool.Pool) {
	const query = "select from_system || ' ' || from_code || ' ' || to_system || ' ' || to_code || ' ' || approximate from gem_rows where from_code = $1 order by 1"
	for from, want := range map[string]string{
		"250.00":  "icd9cm 250.00 icd10cm E11.9 true",
		"E11.9":   "icd10cm E11.9 icd9cm 250.00 true",
		"0016070": "icd10pcs 0016070 icd9pcs 02.31 true",
		"00.16":   "icd9pcs 00.16 icd10pcs  true",
	} {
		if got := oneText(t, pool, query, from); got != want {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}
