package cmsfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written puts bytes into a file and returns its path.
func written(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readAll(t testing.TB, m Member) (string, error) {
	t.Helper()
	r, err := m.Open()
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r)
	return string(b), errors.Join(err, r.Close())
}

func TestOpen(t *testing.T) {
	inner := zipped(t, "folder/b.txt", "bb", "c.txt.gz", string(gzipped(t, "cc")))
	workbook := zipped(t, "[Content_Types].xml", "<x/>", "xl/workbook.xml", "<x/>")
	tests := []struct {
		name string
		file []byte
		want map[string]string // member → content, nil: the bytes themselves
	}{
		{"plain.txt", []byte("aa"), map[string]string{"plain.txt": "aa"}},
		{"packed.txt.gz", gzipped(t, "aa"), map[string]string{"packed.txt.gz": "aa"}},
		{"set.zip", zipped(t, "a.txt", "aa", "empty/", "", "__MACOSX/._a.txt", "x", ".DS_Store", "x"), map[string]string{"set.zip: a.txt": "aa"}},
		{"outer.zip", zipped(t, "inner.zip", string(inner)), map[string]string{
			"outer.zip: inner.zip/folder/b.txt": "bb", "outer.zip: inner.zip/c.txt.gz": "cc"}},
		{"odd.zip", zipped(t, "a\x1b[2J\n.txt", "aa"), map[string]string{"odd.zip: a[2J.txt": "aa"}},
		{"book.xlsx", workbook, map[string]string{"book.xlsx": string(workbook)}},
		{"books.zip", zipped(t, "book.xlsx", string(workbook)), map[string]string{"books.zip: book.xlsx": string(workbook)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			members, err := Open(written(t, tt.name, tt.file))
			if err != nil || len(members) != len(tt.want) {
				t.Fatalf("%v, %v; want %d members", members, err, len(tt.want))
			}
			for _, m := range members {
				want, ok := tt.want[m.String()]
				for range 2 { // a member is read more than once
					if got, err := readAll(t, m); !ok || err != nil || got != want {
						t.Errorf("%s: %q, %v; want %q", m, got, err, want)
					}
				}
			}
		})
	}
}

func TestOpenRefused(t *testing.T) {
	deep := []byte("x")
	for range maxDepth + 2 {
		deep = zipped(t, "in.zip", string(deep))
	}
	whole := zipped(t, "a.txt", strings.Repeat("line\n", 5000))
	packed := gzipped(t, strings.Repeat("all work and no play\n", 5000))
	tests := []struct {
		name, want string
		file       []byte
	}{
		{"empty.txt", "empty.txt: is empty", nil},
		{"cut.zip", "cut.zip: damaged or cut off", whole[:len(whole)/2]},
		{"deep.zip", "archives within archives", deep},
		{"cut.gz", "cut.gz: damaged or cut off: unexpected EOF; download it again", packed[:len(packed)/2]},
	}
	for _, tt := range tests {
		members, err := Open(written(t, tt.name, tt.file))
		for _, m := range members {
			if err == nil {
				_, err = readAll(t, m)
			}
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.want)
		}
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open("no such file"); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}

func TestUnpacksTooMuch(t *testing.T) {
	b := &bounded{r: io.NopCloser(strings.NewReader("0123456789")), member: memory("big.txt", ""), left: 4}
	if _, err := io.ReadAll(b); err == nil || !strings.Contains(err.Error(), "big.txt: unpacks to more than") {
		t.Error(err)
	}
}

func TestLines(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"line ends", "a\r\nb\nc", "a|b|c"},
		{"byte order mark", "\xef\xbb\xbfa\nb", "a|b"},
		{"UTF-16", "\xff\xfea\x00\n\x00\xe9\x00\r\x00\n\x00", "a|é"},
		{"Windows-1252", "caf\xe9 \x93x\x94\n", "café “x”"},
		{"UTF-8", "café\n", "café"},
	}
	for _, tt := range tests {
		var got []string
		for l, err := range memory("x.txt", tt.text).lines() {
			if err != nil || l.no != len(got)+1 {
				t.Fatalf("%s: line %d, %v", tt.name, l.no, err)
			}
			got = append(got, l.text)
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, s, tt.want)
		}
	}
	for text, want := range map[string]string{"a\nb\x00c\n": "x.txt, line 2: holds a byte 0", strings.Repeat("a", maxLine+1): "x.txt, line 1: is longer than"} {
		var bad error
		for _, err := range memory("x.txt", text).lines() {
			bad = err
		}
		if bad == nil || !strings.Contains(bad.Error(), want) {
			t.Errorf("%v, want %q", bad, want)
		}
	}
}

func TestColumns(t *testing.T) {
	for _, tt := range []struct {
		text     string
		from, to int
		want     string
	}{
		{"12345 A  word  ", 1, 5, "12345"}, {"12345 A  word  ", 7, 7, "A"}, {"12345 A  word  ", 8, 80, "word"},
		{"12345", 6, 9, ""}, {"ü2345 A", 7, 7, "A"}, {"ü", 2, 3, ""},
	} {
		if got := columns(tt.text, tt.from, tt.to); got != tt.want {
			t.Errorf("columns(%q, %d, %d) = %q, want %q", tt.text, tt.from, tt.to, got, tt.want)
		}
	}
}

func TestDay(t *testing.T) {
	for s, want := range map[string]string{"20240701": "2024-07-01", "2024-07-01": "2024-07-01", "7/1/2024": "2024-07-01", "07/01/2024": "2024-07-01",
		"2024-07-01 00:00:00": "2024-07-01", "": "0001-01-01", "*": "0001-01-01"} {
		if got, ok := day(s); !ok || got.Format("2006-01-02") != want {
			t.Errorf("day(%q) = %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"20241301", "0001-01-01", "soon", "2024", "99999999"} {
		if got, ok := day(s); ok {
			t.Errorf("day(%q) = %v", s, got)
		}
	}
}
