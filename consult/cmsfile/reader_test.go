package cmsfile

import (
	"errors"
	"io"
	"iter"
	"testing"
)

// textOf is what a member holds.
func textOf(t testing.TB, m Member) string {
	t.Helper()
	r, err := m.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sound reads rows that may be of anything: the reader ends, yields nothing
// after an error, and its error is one of a file and its line.
func sound[T any](t *testing.T, rows iter.Seq2[T, error]) {
	t.Helper()
	var failed error
	for _, err := range rows {
		if failed != nil {
			t.Fatal("rows after an error")
		}
		failed = err
	}
	if e := (*Error)(nil); failed != nil && !errors.As(failed, &e) {
		t.Fatalf("an error without a file: %v", failed)
	}
}
