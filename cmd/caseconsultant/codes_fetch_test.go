package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// published is what a publisher's server has: HCPCS of two supplies of our own.
func published(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("HCPC2026_OCT_ANWEB.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"A9901", "A9902"} {
		line := []byte(strings.Repeat(" ", 320))
		for at, text := range map[int]string{1: code + "001003", 12: "A supply of our own", 92: "Our supply",
			120: "00", 128: "A", 230: "D", 269: "20200101", 277: "20200101", 293: "N"} {
			copy(line[at-1:], text)
		}
		_, _ = fmt.Fprintf(w, "%s\r\n", line)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// publisher serves a zip, a page that asks for a sign-in, and nothing else.
func publisher(t testing.TB) (url string, sent *atomic.Int32) {
	t.Helper()
	content := published(t)
	sent = new(atomic.Int32)
	mux := http.NewServeMux()
	mux.HandleFunc("/october-2026-alpha-numeric-hcpcs-file.zip", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == "" {
			sent.Add(1)
		}
		w.Header().Set("ETag", `"1"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
	mux.HandleFunc("/login.zip", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!doctype html><title>Sign in</title>")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL, sent
}

// command runs the program in this process.
func command(t testing.TB, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	exit := run(t.Context(), args, streams{strings.NewReader(""), &out, &errs})
	return result{exit, out.String(), errs.String()}
}

func TestCodesFetch(t *testing.T) {
	t.Parallel()
	url, sent := publisher(t)
	database, dir := pgtest.URL(t), t.TempDir()
	cfg := writeConfig(t, fmt.Sprintf("database = %q\n[library.fetch]\nhcpcs = [%q]\n", database, url+"/october-2026-alpha-numeric-hcpcs-file.zip"))
	fetch := []string{"codes", "fetch", "--config", cfg, "--dir", dir}

	first := command(t, append(fetch, "--json")...)
	if first.exit != exitDone || first.err != "" {
		t.Fatalf("exit %d: %s", first.exit, first.err)
	}
	doc := shape(t, first.out, map[string]string{
		"file": "string", "kind": "string", "release": "string", "effective_from": "string", "effective_to": "string",
		"rows": "number", "billable": "number", "already_loaded": "bool", "layout": "string", "seconds": "number",
		"fetched[].url": "string", "fetched[].file": "string", "fetched[].bytes": "number", "fetched[].sha256": "string", "fetched[].unchanged": "bool"})
	if doc["kind"] != "hcpcs" || doc["release"] != "2026Q4" || doc["already_loaded"] != false || at(t, doc, "fetched", 0, "unchanged") != false {
		t.Errorf("%v", doc)
	}
	file := filepath.Join(dir, "hcpcs", "october-2026-alpha-numeric-hcpcs-file.zip")
	if at(t, doc, "fetched", 0, "file") != file {
		t.Errorf("kept as %v, want %s", at(t, doc, "fetched", 0, "file"), file)
	}
	again := command(t, append(fetch, "hcpcs")...)
	if again.exit != exitDone || !strings.Contains(again.out, "unchanged since it was downloaded") || !strings.Contains(again.out, "was loaded already") || sent.Load() != 1 {
		t.Errorf("again: %+v, sent %d times", again, sent.Load())
	}
	if out := command(t, "codes", "releases", "--config", cfg).out; !strings.Contains(out, "october-2026-alpha-numeric-hcpcs-file.zip") {
		t.Errorf("releases: %s", out)
	}
}

// TestCodesFetchOthersGoOn: one kind that fails does not keep the others back.
func TestCodesFetchOthersGoOn(t *testing.T) {
	t.Parallel()
	url, _ := publisher(t)
	cfg := writeConfig(t, fmt.Sprintf("database = %q\n[library.fetch]\nicd10cm = [%q]\nicd10pcs = [%q]\nhcpcs = [%q]\n",
		pgtest.URL(t), url+"/login.zip", url+"/pcs.zip", url+"/october-2026-alpha-numeric-hcpcs-file.zip"))
	got := command(t, "codes", "fetch", "--config", cfg, "--dir", t.TempDir(), "--json")
	if got.exit != exitFailed || strings.Count(got.err, "\n") != 1 || strings.Count(got.out, "\n") != 1 {
		t.Errorf("%+v", got)
	}
	for _, words := range []string{"/login.zip: ", "web page", "/pcs.zip: ", "no such file"} {
		if !strings.Contains(got.err, words) {
			t.Errorf("%q is not in %s", words, got.err)
		}
	}
	var doc struct{ Kind string }
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil || doc.Kind != "hcpcs" {
		t.Errorf("%s (%v)", got.out, err)
	}
}

// TestCodesFetchNames what it does not download.
func TestCodesFetchNames(t *testing.T) {
	t.Parallel()
	cfg := writeConfig(t, "database = \"postgres://nobody@127.0.0.1:1/none\"\n[library.fetch]\nicd10cm = [\"https://www.cms.gov/a.zip\"]\n")
	for _, test := range []struct {
		args  string
		exit  int
		words []string
	}{
		{"ncci-ptp-practitioner icd10cm", exitFailed, []string{"ncci-ptp-practitioner is never downloaded", "ptp-edits", "codes import FILE"}},
		{"cpt", exitFailed, []string{"ama-assn.org", "--cpt-licence"}},
		{"hcpcs", exitFailed, []string{"no address of hcpcs is configured", "quarterly-update", "[library.fetch]"}},
		{"bogus", exitUsage, []string{"bogus is no kind"}},
		{"starter", exitUsage, []string{"starter is no kind"}},
	} {
		got := command(t, append([]string{"codes", "fetch", "--config", cfg, "--dir", t.TempDir()}, strings.Fields(test.args)...)...)
		if got.exit != test.exit || got.out != "" || strings.Count(got.err, "\n") != 1 {
			t.Errorf("%s: %+v, want exit %d and one line", test.args, got, test.exit)
		}
		for _, w := range test.words {
			if !strings.Contains(got.err, w) {
				t.Errorf("%s: %q does not say %q", test.args, got.err, w)
			}
		}
	}
	if got := command(t, "codes", "fetch"); got.exit != exitFailed || !strings.Contains(got.err, "no address is configured") {
		t.Errorf("nothing configured: %+v", got)
	}
}

func TestCodesFetchList(t *testing.T) {
	t.Parallel()
	cfg := writeConfig(t, "[library.fetch]\nicd10cm = [\"https://www.cms.gov/a.zip\"]\n")
	text := command(t, "codes", "fetch", "--config", cfg, "--list")
	for _, w := range []string{"https://www.cms.gov/a.zip", "pfs-relative-value-files", "no address configured"} {
		if text.exit != exitDone || !strings.Contains(text.out, w) {
			t.Errorf("%q is not in %+v", w, text)
		}
	}
	got := command(t, "codes", "fetch", "--config", cfg, "--list", "--json", "icd10cm", "pfs")
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if len(lines) != 2 {
		t.Fatalf("%+v", got)
	}
	fields := map[string]string{"kind": "string", "page": "string", "free": "bool", "terms": "string?", "addresses[]": "string"}
	if doc := shape(t, lines[0], fields); doc["free"] != true || at(t, doc, "addresses", 0) != "https://www.cms.gov/a.zip" {
		t.Errorf("%v", doc)
	}
	if doc := shape(t, lines[1], fields); doc["free"] != false || doc["terms"] == "" {
		t.Errorf("%v", doc)
	}
}

// TestLibraryConfig refuses what could not be fetched, with its line.
func TestLibraryConfig(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[library.fetch]\nhcpcs = [\"http://www.cms.gov/a.zip\"]\n":                           ":2: library.fetch: hcpcs: the address http://www.cms.gov/a.zip is not https",
		"[library.fetch]\nicd10cm = []\npfs = [\"https://www.cms.gov/a.zip\"]\n":              ":3: library.fetch: pfs is never downloaded",
		"[library.fetch]\nhcpc = []\n":                                                        ":2: library.fetch: hcpc is no kind",
		"[library]\nfetched = {}\n":                                                           ":2: unknown key \"library.fetched\"",
		"[library.fetch]\nhcpcs = [\"https://www.cms.gov/a.zip\", \"https://cdc.gov/a.zip\"]": "end with the same name",
		"[library.fetch]\nhcpcs = \"https://www.cms.gov/a.zip\"\n":                            ":2: ",
	} {
		_, err := loadConfig(writeConfig(t, text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestReadmeLibrary: README names an address for every free kind.
func TestReadmeLibrary(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "\n[library.fetch]")
	block, _, _ = strings.Cut(block, "```")
	cfg, err := decodeConfig([]byte("[library.fetch]" + block))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for kind := range cfg.Library.Fetch {
		kinds = append(kinds, kind)
	}
	want := freeKinds()
	slices.Sort(want)
	if slices.Sort(kinds); !slices.Equal(kinds, want) {
		t.Errorf("README has %s, want %s", kinds, want)
	}
}

func TestFetchFolder(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/var/data")
	for _, test := range []struct{ dir, flag, config, want string }{
		{"", "", "", "/var/data/caseconsultant/library"},
		{"", "/flag", "", "/flag/library"},
		{"", "/flag", "/config", "/config/library"},
		{"/here", "/flag", "/config", "/here"},
	} {
		c := codesFetchCmd{Dir: test.dir, databaseFlags: databaseFlags{Data: test.flag}}
		if got, err := c.folder(&config{Data: test.config}); err != nil || got != test.want {
			t.Errorf("%+v: %s (%v)", test, got, err)
		}
	}
}

func TestMeterLine(t *testing.T) {
	t.Parallel()
	if got := meterLine("hcpcs", 1_500_000, 3_000_000, 250_000); !strings.Contains(got, "hcpcs: 1.5 MB of 3.0 MB, 0.2 MB/s") {
		t.Error(got)
	}
	if got := meterLine("hcpcs", 1_500_000, -1, 2.5e6); !strings.Contains(got, "hcpcs: 1.5 MB, 2.5 MB/s") {
		t.Error(got)
	}
	if got := meterLine("hcpcs", 1_500_000, 3_000_000, 0); strings.Contains(got, "/s") {
		t.Error(got)
	}
	if show, _ := downloadMeter(new(bytes.Buffer), "hcpcs"); show != nil {
		t.Error("progress where there is no terminal")
	}
}
