package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFactNames holds the list to the names in the recogniser's corpus and in
// the checks' own words.
func TestFactNames(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	collect := func(glob string, forms ...*regexp.Regexp) {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", glob, files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, form := range forms {
				for _, m := range form.FindAllStringSubmatch(string(text), -1) {
					seen[m[1]] = file
				}
			}
		}
	}
	collect("../../consult/edit/*.go", regexp.MustCompile(`\bfact\("([a-z_0-9]+)"`), regexp.MustCompile(`Facts\["([a-z_0-9]+)"\]`),
		regexp.MustCompile(`Missing = (?:append\(f\.Missing, |\[\]string\{)"([a-z_0-9]+)"`))
	collect("../../consult/code/fact*.go", regexp.MustCompile(`emit\("([a-z_0-9]+)"`), regexp.MustCompile(`Fact\{"([a-z_0-9]+)"`),
		regexp.MustCompile(`(?m)^([a-z_0-9]+) \| `))
	if len(seen) < 30 {
		t.Fatalf("only %d names found: the source reads otherwise now", len(seen))
	}
	for name, file := range seen {
		if !slices.Contains(factNames, name) {
			t.Errorf("%s knows the fact %s, --fact does not", file, name)
		}
	}
	if _, _, err := factOf("nonsense=1"); err == nil || !strings.Contains(err.Error(), "surgery_code") {
		t.Errorf("nonsense: %v", err)
	}
	if name, value, err := factOf("payer=a=b"); name != "payer" || value != "a=b" || err != nil {
		t.Errorf("%q, %q, %v", name, value, err)
	}
}
