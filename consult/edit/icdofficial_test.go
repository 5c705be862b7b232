package edit

import (
	"archive/zip"
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// publishedFile finds one of the published files, or skips the test.
func publishedFile(t *testing.T, name string) string {
	t.Helper()
	name = filepath.Join(cmp.Or(os.Getenv("CASECONSULTANT_TESTDATA"), "../../../shared/data"), name)
	if _, err := os.Stat(name); err != nil {
		t.Skipf("no official file %s: set CASECONSULTANT_TESTDATA to hold the rules against it", name)
	}
	return name
}

// TestCodeEditorRules: every rule of the published lists can be read.
func TestCodeEditorRules(t *testing.T) {
	counts := map[string]int{}
	f, err := os.Open(publishedFile(t, "mce/mce_code_edits_v41.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		list, rule := strings.ToLower(r[2]), r[3]
		counts[list]++
		if list == "other" {
			if _, ok := manifests(codeset.CodeFacts{MCE: []codeset.MCE{{List: list, Rule: rule}}}); !ok {
				t.Errorf("%s is no manifestation by %q", r[0], rule)
			}
			continue
		}
		if who, _, ok := population(list, rule); !ok || who == "" {
			t.Errorf("%s: %q is not read", r[0], rule)
		}
	}
	if counts["age"] != 3564 || counts["sex"] != 3960 || counts["other"] != 422 {
		t.Errorf("rows %v", counts)
	}
}

var sideWords = regexp.MustCompile(`\b(left|right)\b`)

// TestTitleSides: an official title of one side has a twin of the other. What
// has none is no side of the body, but for five titles that are written
// differently from their twins.
func TestTitleSides(t *testing.T) {
	z, err := zip.OpenReader(publishedFile(t, "icd10cm/cm2025.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	f, err := z.Open("icd10cm_order_2025.txt")
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if l := s.Text(); l[14] == '1' {
			titles[strings.ToLower(strings.TrimSpace(l[77:]))] = strings.TrimSpace(l[6:14])
		}
	}
	one, lone := 0, 0
	for title, c := range titles {
		s := titleSides(title)
		if !s.any() || s.both() {
			continue
		}
		one++
		twin := sideWords.ReplaceAllStringFunc(title, func(w string) string { return map[string]string{"left": "right", "right": "left"}[w] })
		if titles[twin] == "" {
			lone++
			if !strings.HasPrefix(c, "H3012") && !strings.HasPrefix(c, "M2487") && !strings.HasPrefix(c, "S742") {
				t.Errorf("%s %q has no twin", c, title)
			}
		}
	}
	if one < 20000 || lone == 0 {
		t.Errorf("%d titles of one side, %d of them without twin", one, lone)
	}
}

var tabularNote = regexp.MustCompile(`<note>([^<]*)</note>`)

// TestLimits: of the references that the published tabular list limits, those
// whose words are not read are these few.
func TestLimits(t *testing.T) {
	f, err := os.Open(publishedFile(t, "icd10cm/icd10cm_tabular_2021.xml.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	limited, unread := 0, map[string]bool{}
	for s := bufio.NewScanner(unzipped); s.Scan(); {
		m := tabularNote.FindStringSubmatch(s.Text())
		if m == nil {
			continue
		}
		text := html.UnescapeString(m[1])
		for refs := codeset.Refs(text); len(refs) > 0; refs = refs[1:] {
			l := limit(text, refs)
			if l == "" {
				continue
			}
			limited++
			if _, known := meets(l, "A00000A"); !known {
				unread[l] = true
			}
		}
	}
	for l := range unread {
		if !slices.ContainsFunc([]string{"to indicate intent", "open fracture 7th character", "with 6th character 7 - death"}, func(w string) bool { return strings.Contains(l, w) }) {
			t.Errorf("not read: %q", l)
		}
	}
	if limited < 170 || len(unread) != 3 {
		t.Errorf("%d limited references, unread %v", limited, unread)
	}
}
