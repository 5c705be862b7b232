package cmsfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOfficialNothingElse identifies every file of the shared data: none but
// their own is taken for a fee schedule, a list or a coverage table.
func TestOfficialNothingElse(t *testing.T) {
	official(t, "README.md")
	dir := os.Getenv("CASECONSULTANT_TESTDATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	mine := []string{PFS, GPCI, POS, MCE, MCDLCD, MCDArticle}
	taken := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		members, err := Open(path)
		if err != nil {
			return nil // test mails, empty and damaged ones among them
		}
		for _, m := range members {
			id, err := Identify(m)
			if err != nil || !slices.Contains(mine, id.Kind) && id.Kind != "" {
				continue
			}
			taken++
			rel, _ := filepath.Rel(dir, path)
			folder, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
			isPFSHead := folder == "layouts" && strings.HasPrefix(d.Name(), "PPRRVU")
			if !slices.Contains([]string{"pfs", "pos", "mce", "mcd"}, folder) && !isPFSHead || id.Kind == "" && len(id.Kinds) == 0 {
				t.Errorf("%s is taken for %+v", rel, id)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := 4 + 1 + 1 + 1 + 28 + 31; taken != want { // the layouts' head among them
		t.Errorf("%d files taken, want %d", taken, want)
	}
}
