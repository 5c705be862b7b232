package codeset

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the starter's sheets anew from the official files")

func shipped(t *testing.T) starter {
	t.Helper()
	s, err := readStarter(starterFS)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOfficial proves that every fact of the starter stands in the published
// file that it names, and that nothing of its codes is left out.
func TestOfficial(t *testing.T) {
	dir := SharedData(t)
	codes, err := os.ReadFile("starter/codes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readSheet(string(codes))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range newPublished(dir, rows).sheets(t) {
		file := filepath.Join("starter", name+".tsv")
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s differs from the official file: %s\nrun go test -run TestOfficial -update if the list of codes changed", file, firstDifference(string(got), want))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "shipped " + g[i] + ", official " + w[i]
		}
	}
	return "one ends before the other"
}

// TestLimits holds the starter to the size at which it is a compilation of our
// own and no copy of a table.
func TestLimits(t *testing.T) {
	s := shipped(t)
	codes, core := map[string]bool{}, 0
	for _, r := range s.sheets["codes"] {
		if r["system"] != "modifier" {
			codes[r["code"]] = true
		}
		if r["core"] == "1" {
			core++
		}
	}
	for _, r := range s.sheets["icd10cm"] {
		for _, c := range strings.Fields(r["children"]) {
			codes[c] = true
		}
	}
	pairs := len(s.sheets["ptp"])
	for _, r := range s.sheets["addon"] {
		if r["primary"] != "" {
			codes[r["primary"]] = true
			pairs++
		}
	}
	if len(codes) > 500 {
		t.Errorf("%d codes, at most 500", len(codes))
	}
	if core < 130 || core > 170 {
		t.Errorf("core of %d codes, about 150", core)
	}
	if pairs > 2000 {
		t.Errorf("%d pairs, at most 2,000", pairs)
	}
}

// TestColumns guards what must never be in the starter: dates and rationales
// of pairs, text for CPT other than our own words.
func TestColumns(t *testing.T) {
	want := map[string]string{
		"releases": "kind name from to dated source", "codes": "system code core from to successor cite words",
		"ptp": "column1 column2 indicator", "mue": "release code units mai",
		"pfs":   "code mod status global pctc multiple bilateral assistant cosurgeon team endo_base work",
		"addon": "addon primary type from to", "hcpcs": "system code from to title amount unit",
		"icd10cm": "code billable title children", "icd10pcs": "code title",
		"notes": "owner kind seq first last text", "extensions": "owner character text",
	}
	cpt := regexp.MustCompile(`^[0-9]{4}[0-9FTUM]$`)
	for name := range shipped(t).sheets {
		b, err := os.ReadFile(filepath.Join("starter", name+".tsv"))
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(string(b), "\n")
		if head != strings.ReplaceAll(want[name], " ", "\t") {
			t.Errorf("%s.tsv has columns %q, want %q", name, head, want[name])
		}
		for _, line := range strings.Split(body, "\n") {
			if cells := strings.Split(line, "\t"); strings.Contains(head, "title") && (cpt.MatchString(cells[0]) || len(cells) > 1 && cpt.MatchString(cells[1])) {
				t.Errorf("%s.tsv has a title for a CPT code: %s", name, line)
			}
		}
	}
}

// TestWords keeps our own words short: a few words that name a service, never
// a descriptor.
func TestWords(t *testing.T) {
	for _, r := range shipped(t).sheets["codes"] {
		if len(r["words"]) > 70 || strings.ContainsAny(r["words"], ";") {
			t.Errorf("%s: %q is long for plain words", r["code"], r["words"])
		}
	}
}
