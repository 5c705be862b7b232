package localpg

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// program writes an executable shell script.
func program(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// TestInstalled: a client's directory is no server, and the PATH counts too.
func TestInstalled(t *testing.T) {
	root, other := t.TempDir(), t.TempDir()
	for _, name := range []string{"9/bin/initdb", "9/bin/postgres", "17/bin/initdb", "17/bin/postgres", "18/bin/psql"} {
		program(t, filepath.Join(root, name), "")
	}
	program(t, filepath.Join(other, "initdb"), "")
	program(t, filepath.Join(other, "postgres"), "echo 'postgres (PostgreSQL) 19beta1 (Somewhere 19~1)'")
	t.Setenv("PATH", other+":"+os.Getenv("PATH"))
	var majors []int
	for _, b := range installed(root) {
		majors = append(majors, b.major)
	}
	slices.Sort(majors)
	if !slices.Equal(majors, []int{9, 17, 19}) {
		t.Errorf("majors %v", majors)
	}
}

func TestNoneInstalled(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if got := installed(t.TempDir()); len(got) != 0 {
		t.Errorf("found %v", got)
	}
	if _, err := choose(nil, 0); err == nil || !strings.Contains(err.Error(), "package postgresql") {
		t.Errorf("error %v", err)
	}
}

func TestChoose(t *testing.T) {
	all := []binaries{{"a", 15}, {"b", 17}, {"c", 16}}
	tests := []struct {
		all   []binaries
		major int
		want  int
		err   string
	}{
		{all, 0, 17, ""},
		{all, 15, 15, ""},
		{all, 14, 0, "its data are of Postgres 14, and installed is 15, 17, 16: install postgresql-14"},
		{[]binaries{{"d", 14}}, 0, 0, "no Postgres after 14: install 15 or newer"},
	}
	for _, test := range tests {
		got, err := choose(test.all, test.major)
		if got.major != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("choose(%v, %d) = %v, %v; want %d, %q", test.all, test.major, got, err, test.want, test.err)
		}
	}
}
