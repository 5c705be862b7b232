package cmsfile

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// memory is a member that holds text, named as if it had been downloaded.
func memory(name, text string) Member {
	return Member{File: filepath.Base(name), Name: filepath.Base(name), Path: name,
		open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// fixture is a file of testdata.
func fixture(t testing.TB, path string) Member {
	t.Helper()
	members, err := Open(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	return members[0]
}

// official opens a file of the shared test data, which stays outside of the
// project; the test is skipped where it is absent.
func official(t testing.TB, path string) []Member {
	t.Helper()
	dir := os.Getenv("CASECONSULTANT_TESTDATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	members, err := Open(filepath.Join(dir, path))
	if os.IsNotExist(err) {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA", dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	return members
}

// member is the one whose path ends with suffix.
func member(t testing.TB, all []Member, suffix string) Member {
	t.Helper()
	for _, m := range all {
		if strings.HasSuffix(m.Name, suffix) {
			return m
		}
	}
	t.Fatalf("no member %s", suffix)
	return Member{}
}

// take reads all rows.
func take[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for r, err := range rows {
		if err != nil {
			return all, err
		}
		all = append(all, r)
	}
	return all, nil
}

// golden compares got with a file of testdata, or writes it with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	path = filepath.Join("testdata", path)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update writes it anew):\n%s", path, got)
	}
}

// zipped packs files, name and text in turn, into an archive.
func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gzipped packs text.
func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
