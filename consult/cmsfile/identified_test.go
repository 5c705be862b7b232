package cmsfile

import (
	"iter"
	"reflect"
	"testing"
)

// identified is m if Identify says what it is.
func identified(t *testing.T, m Member, want Ident) Member {
	t.Helper()
	got, err := Identify(m)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %+v, want %+v", m, got, want)
	}
	return m
}

// all reads every row and fails on an error.
func all[T any](t *testing.T, rows iter.Seq2[T, error]) []T {
	t.Helper()
	out, err := take(rows)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// count reads every row.
func count[T any](rows iter.Seq2[T, error]) (n int, err error) {
	for _, err := range rows {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
