package edit

import (
	"cmp"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// An indicatorTable gives each value of one column of a published file its
// verdict in one rule, beside one claim.
type indicatorTable struct {
	column, rule, claim string

	// want is "value:verdict" for each; without a verdict the value must stand in
	// not_checked, and behind "-" the rule is silent, for it does not bear.
	want string

	world func(value string) *world
}

// fees builds 20610 and 20550 with one column of the fee schedule set.
func fees(set func(p *codeset.PFS, value string)) func(string) *world {
	return func(value string) *world {
		p := codeset.PFS{Global: "000", PCTC: "0", Multiple: "0", Bilateral: "0", Assistant: "0", CoSurgeon: "0", Team: "0"}
		set(&p, value)
		return newWorld().schedule("20610", p).schedule("20550", p)
	}
}

// indicatorTables hold every value of every column that a rule reads; the last
// of each is one that no layout has.
var indicatorTables = []indicatorTable{
	{"STATUS", "pfs.status", "20610", "A:payable R:restricted C:carrier_priced B:bundled P:bundled I:not_valid_for_medicare N:not_covered X:statutory_exclusion " +
		"T:injection E:excluded_from_pfs J:anesthesia M:measurement D: F: G: H: Q: Z:", fees(func(p *codeset.PFS, s string) { p.Status = s })},
	{"PCTC", "pfs.pctc", "20610-26", "0:conflict 1:applies 2:conflict 3:conflict 4:conflict 5:conflict 6:applies 7:conflict 8:conflict 9:conflict A:",
		fees(func(p *codeset.PFS, s string) { p.PCTC = s })},
	{"PCTC", "pfs.pctc", "20610-TC", "0:conflict 1:applies 2:conflict 3:conflict 4:conflict 5:conflict 6:conflict 7:conflict 8:conflict 9:conflict A:",
		fees(func(p *codeset.PFS, s string) { p.PCTC = s })},
	{"PCTC", "modifier.valid", "20610-26", "0:invalid 1:valid 2:invalid 3:invalid 4:invalid 5:invalid 6:valid 7:invalid 8:invalid 9:invalid A:",
		fees(func(p *codeset.PFS, s string) { p.PCTC = s })},
	{"PCTC", "modifier.valid", "20610-TC", "0:invalid 1:unproved 2:invalid 3:invalid 4:invalid 5:invalid 6:invalid 7:invalid 8:invalid 9:invalid A:",
		fees(func(p *codeset.PFS, s string) { p.PCTC = s })},
	{"GLOB", "pfs.global", "99213 20610", "000:modifier_25 010:modifier_25 090:modifier_57 XXX:no_global ZZZ:no_global MMM:no_global YYY:carrier_defined 030:",
		fees(func(p *codeset.PFS, s string) { p.Global = s })},
	{"MULT", "pfs.multiple", "20610-51", "0:does_not_apply 1:applies 2:applies 3:applies 4:applies 5:applies 6:applies 7:applies 9:does_not_apply 8:",
		fees(func(p *codeset.PFS, s string) { p.Multiple = s })},
	{"MULT", "pfs.multiple", "20610 20550", "0:- 1:applies 2:applies 3:applies 4:applies 5:applies 6:applies 7:applies 9:- 8:-",
		fees(func(p *codeset.PFS, s string) { p.Multiple = s })},
	{"BILAT", "pfs.bilateral", "20610-50", "0:conflict 1:applies 2:conflict 3:applies 9:conflict 4:", fees(func(p *codeset.PFS, s string) { p.Bilateral = s })},
	{"BILAT", "pfs.bilateral", "20610-RT 20610-LT", "0:does_not_apply 1:applies 2:conflict 3:applies 9:does_not_apply 4:", fees(func(p *codeset.PFS, s string) { p.Bilateral = s })},
	{"BILAT", "modifier.valid", "20610-50", "0:invalid 1:valid 2:invalid 3:valid 9:invalid 4:", fees(func(p *codeset.PFS, s string) { p.Bilateral = s })},
	{"ASST", "pfs.assistant", "20610-80", "0:undecided 1:conflict 2:applies 9:conflict 3:", fees(func(p *codeset.PFS, s string) { p.Assistant = s })},
	{"CO", "pfs.cosurgeon", "20610-62", "0:conflict 1:undecided 2:undecided 9:conflict 3:", fees(func(p *codeset.PFS, s string) { p.CoSurgeon = s })},
	{"TEAM", "pfs.team", "20610-66", "0:conflict 1:undecided 2:applies 9:conflict 3:", fees(func(p *codeset.PFS, s string) { p.Team = s })},
	{"CCMI", "ncci.ptp", "20610 20550", "0:bundled 1:modifier_allowed 9:clear 2:", func(s string) *world { return newWorld().ptp("20610", "20550", s) }},
	{"CCMI", "ncci.ptp", "20610 20550-59", "0:bundled 1:modifier_present 9:clear 2:", func(s string) *world { return newWorld().ptp("20610", "20550", s) }},
	{"MAI", "ncci.mue", "20610x2 20610-76x2", "1:within 2:exceeds 3:exceeds 4:", func(s string) *world { return newWorld().mue("20610", 2, s) }},
	{"MAI", "ncci.mue", "20610x3", "1:exceeds 2:exceeds 3:exceeds 4:", func(s string) *world { return newWorld().mue("20610", 2, s) }},
	{"TYPE", "ncci.addon", "20610", "1:primary_missing 2:contractor_defined 3:contractor_defined", addOnOf},
	{"TYPE", "ncci.addon", "20610 20550", "1:primary_present 2:contractor_defined 3:primary_present", addOnOf},
}

// addOnOf makes 20610 an add-on of a type, with the primaries that the type has.
func addOnOf(typ string) *world {
	primaries := map[string][]string{"1": {"20550"}, "2": {"CCCCC"}, "3": {"20550", "CCCCC"}}[typ]
	return newWorld().addon("20610", typ, primaries...).valid("20550")
}

// TestEveryIndicator holds each value that a column may have to one verdict, and
// any other value to not_checked.
func TestEveryIndicator(t *testing.T) {
	for _, tt := range indicatorTables {
		for pair := range strings.FieldsSeq(tt.want) {
			value, want, _ := strings.Cut(pair, ":")
			r := tt.world(value).check(t, tt.claim)
			got := ""
			if fs := of(r, tt.rule); len(fs) > 0 {
				got = fs[0].Verdict
			}
			if got != strings.Trim(want, "-") {
				t.Errorf("%s of %s with %s %s is %q, want %q", tt.rule, tt.claim, tt.column, value, got, want)
			}
			skipped := slices.ContainsFunc(r.NotChecked, func(s string) bool { return strings.HasPrefix(s, tt.rule+" 20610") })
			if want == "" && !skipped || want != "" && skipped {
				t.Errorf("%s of %s with %s %s: not_checked is %q", tt.rule, tt.claim, tt.column, value, r.NotChecked)
			}
		}
	}
}

// TestPublishedIndicators reads the published files plainly: a value that one of
// them has, and that the tables above give no verdict, fails.
func TestPublishedIndicators(t *testing.T) {
	dir := cmp.Or(os.Getenv("CASECONSULTANT_TESTDATA"), "../../../shared/data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA to read their indicators", dir)
	}
	for column, published := range publishedValues(t, dir) {
		if len(published) < 2 {
			t.Errorf("%s has only the values %v", column, published)
		}
		tables := 0
		for _, tt := range indicatorTables {
			if tt.column != column {
				continue
			}
			tables++
			for value, rows := range published {
				if !slices.ContainsFunc(strings.Fields(tt.want), func(s string) bool { return strings.HasPrefix(s, value+":") && s != value+":" }) {
					t.Errorf("%s %q stands in %d rows, and the table of %s beside %s has no verdict for it", column, value, rows, tt.rule, tt.claim)
				}
			}
		}
		if tables == 0 {
			t.Errorf("%s has no table", column)
		}
	}
}

// publishedValues counts the rows of each value of each column.
func publishedValues(t *testing.T, dir string) map[string]map[string]int {
	t.Helper()
	values := map[string]map[string]int{}
	count := func(column, value string) {
		if values[column] == nil {
			values[column] = map[string]int{}
		}
		values[column][value]++
	}
	for _, row := range records(t, filepath.Join(dir, "pfs/PPRRVU2025_Oct.redacted.csv")) {
		if len(row) < 24 || len(row[0]) != 5 || row[0] == "HCPCS" {
			continue
		}
		for column, i := range map[string]int{"STATUS": 3, "PCTC": 13, "GLOB": 14, "MULT": 18, "BILAT": 19, "ASST": 20, "CO": 21, "TEAM": 22} {
			count(column, row[i])
		}
	}
	for _, name := range []string{"ncci/mue_practitioner_2024q2.csv", "ncci/mue_practitioner_2026q2.csv"} {
		for _, row := range records(t, filepath.Join(dir, name)) {
			if len(row) > 2 && len(row[0]) == 5 {
				count("MAI", strings.Fields(row[2] + " ?")[0])
			}
		}
	}
	for _, row := range records(t, filepath.Join(dir, "ncci/aoc_2026q3.csv")) {
		if len(row) > 2 && len(row[0]) == 5 {
			count("TYPE", row[2])
		}
	}
	pairIndicators(t, filepath.Join(dir, "ncci/ccipra-v302-layout.txt.gz"), func(value string) { count("CCMI", value) })
	return values
}

func records(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// pairIndicators reads the sixth column of the whole PTP table.
func pairIndicators(t *testing.T, name string, count func(string)) {
	t.Helper()
	rows := 0
	for row := range gzipLines(t, name) {
		if c := strings.SplitN(row, "\t", 7); len(c) == 7 && len(c[0]) == 5 && len(c[1]) == 5 {
			count(c[5])
			rows++
		}
	}
	if rows < 2_000_000 {
		t.Errorf("only %d pairs in %s", rows, name)
	}
}
