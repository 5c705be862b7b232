package codeset

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// status answers with a status and a body.
func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFetchRefuses: what is no file of the kind is named as what it is, and
// leaves nothing behind.
func TestFetchRefuses(t *testing.T) {
	t.Parallel()
	whole := string(release(t, "A1234"))
	long := gzipped(t, strings.Repeat(fmt.Sprintf("%-320s\r\n", "A1234001003Long"), 2000))
	flipped := []byte(whole)
	flipped[len(flipped)/2] ^= 1
	edits := "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n"
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		words  []string
	}{
		"not found":    {status(404, "<html>"), []string{"no such file (status 404)", hcpcsPage, "configuration"}},
		"gone":         {status(410, ""), []string{"status 410", hcpcsPage}},
		"forbidden":    {status(403, "<html>"), []string{"status 403", "browser", "codes import FILE"}},
		"failing":      {status(500, whole), []string{"status 500", "run it again later"}},
		"teapot":       {status(418, whole), []string{"status 418"}},
		"no content":   {status(204, ""), []string{"status 204"}},
		"not modified": {status(304, ""), []string{"status 304"}},
		"busy": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, []string{"status 503", "in 2m0s"}},
		"web page": {status(200, "\n <!DOCTYPE html>\n<html><title>Log in</title>"), []string{"web page", "sign-in", hcpcsPage}},
		"xhtml":    {status(200, "<?xml version=\"1.0\"?>\n<HTML xmlns=\"x\"></HTML>"), []string{"web page"}},
		"fragment": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=x")
			_, _ = w.Write([]byte("Access denied"))
		}, []string{"web page"}},
		"empty":        {status(200, ""), []string{"empty"}},
		"cut off zip":  {status(200, whole[:len(whole)-4000]), []string{"not what was asked for", "cut off"}},
		"damaged zip":  {status(200, string(flipped)), []string{"not what was asked for", "damaged"}},
		"cut off gzip": {status(200, long[:len(long)-5]), []string{"damaged or cut off"}},
		"a document":   {status(200, "%PDF-1.7\x00\x01"), []string{"no table that can be imported", "hcpcs is expected"}},
		"another kind": {status(200, string(archive(t, "ccipra-v322r0-f1.txt", edits+"11042\t97597\t\t20240101\t*\t1\tMore extensive procedure\n"))), []string{"not hcpcs"}},
		"too long":     {status(200, whole+strings.Repeat("x", 1<<20)), []string{"more than any free release"}},
		"declared length": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99999999")
			w.WriteHeader(200)
		}, []string{"has 95 MB"}},
		"loop": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, []string{"redirects more than 10 times"}},
		"to http": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://files.example.com/x.zip", http.StatusFound)
		}, []string{"redirects to http://files.example.com, which is not https"}},
		"to a file": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}, []string{"redirects to file://"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, f := newSite(t, nil), &Fetcher{Dir: t.TempDir(), MaxSize: 1 << 20}
			s.answer = test.answer
			s.fails(f, test.words...)
			if names := files(t, filepath.Join(f.Dir, "hcpcs")); names != ".lock" {
				t.Errorf("left behind: %s", names)
			}
		})
	}
}

// TestFetchEndless: a server that never ends does not fill the disk.
func TestFetchEndless(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, nil), &Fetcher{Dir: t.TempDir(), MaxSize: 1 << 20}
	var sent int
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		piece := bytes.Repeat([]byte("x\n"), 32<<10)
		for sent = 0; sent < 128<<20; sent += len(piece) {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}
	s.fails(f, "more than 1 MB")
	if _, answered := s.log(); len(answered) != 1 || sent > 64<<20 {
		t.Errorf("%d bytes were taken", sent)
	}
}

// TestFetchGivesUp on a server that stays silent, before or within the file.
func TestFetchGivesUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before int
		words  string
	}{
		"no answer":   {-1, "there is no answer"},
		"no body":     {0, "no bytes came for"},
		"within body": {100_000, "are kept: run it again to continue"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir(), Stall: time.Second}
			s.answer = func(w http.ResponseWriter, r *http.Request) {
				if test.before >= 0 {
					w.Header().Set("ETag", s.etag)
					_, _ = w.Write(s.content[:test.before])
					_ = http.NewResponseController(w.(*broken).ResponseWriter).Flush()
				}
				<-r.Context().Done()
			}
			s.fails(f, test.words)
			s.set(func(s *site) { s.answer = nil })
			f.Stall = 0
			if got := s.gets(f); got.Resumed != int64(max(test.before, 0)) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestFetchNobodyThere(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Close()
	s.fails(&Fetcher{Dir: t.TempDir()}, "there is no answer", "refused")
}

// TestFetchDisk: our own disk is blamed for its errors, not the network.
func TestFetchDisk(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	path := filepath.Join(f.Dir, "hcpcs", "october-2026-alpha-numeric-hcpcs-file.zip"+partSuffix)
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	s.fails(f, "cannot be kept", "is a directory")
	f.Dir = path + "/x\x00"
	if _, err := f.Fetch(t.Context(), cmsfile.HCPCS, s.address()); err == nil {
		t.Error("a folder that cannot be made is taken")
	}
}

// TestFetchHTTPS: certificates count, and no redirect leads from https to plain
// http, be it this machine.
func TestFetchHTTPS(t *testing.T) {
	t.Parallel()
	plain := newSite(t, release(t, "A1234"))
	s := &site{t: t, content: plain.content}
	s.Server = httptest.NewTLSServer(s)
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	f := &Fetcher{Dir: t.TempDir()}
	s.fails(f, "certificate")
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	f.tls = &tls.Config{RootCAs: pool}
	s.gets(f)
	s.set(func(s *site) {
		s.answer = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, plain.address(), http.StatusFound) }
	})
	s.fails(f, "which is not https")
	if asked, _ := plain.log(); len(asked) != 0 {
		t.Error("plain http was asked")
	}
}

// TestFetchRedirected: the name is that of the configured address.
func TestFetchRedirected(t *testing.T) {
	t.Parallel()
	s := newSite(t, release(t, "A1234"))
	from := newSite(t, s.content)
	from.answer = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.URL+"/d/0815.zip", http.StatusFound)
	}
	if got := from.gets(&Fetcher{Dir: t.TempDir()}); filepath.Base(got.Path) != "october-2026-alpha-numeric-hcpcs-file.zip" {
		t.Errorf("%+v", got)
	}
}

func TestFetchKinds(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, kind := range []string{cmsfile.PTPPractitioner, cmsfile.CPT, KindStarter, "", ".."} {
		if _, err := (&Fetcher{Dir: t.TempDir()}).Fetch(t.Context(), kind, s.address()); err == nil {
			t.Errorf("%q is taken", kind)
		}
	}
	if asked, _ := s.log(); len(asked) > 0 {
		t.Errorf("%d requests", len(asked))
	}
}

// TestPublishers: every kind of the contract has one, and only four are free.
func TestPublishers(t *testing.T) {
	t.Parallel()
	free := ""
	for _, p := range Publishers() {
		if _, ok := cmsfile.CadenceOf(p.Kind); !ok {
			t.Errorf("%s: no reader has it", p.Kind)
		}
		if u, err := url.Parse(p.Page); err != nil || u.Scheme != "https" || !strings.Contains(p.Where(), p.Page) {
			t.Errorf("%s: page %s", p.Kind, p.Page)
		}
		if p.Free() {
			free += p.Kind + " "
		}
	}
	if free != "icd10cm icd10cm-tabular icd10pcs hcpcs " {
		t.Errorf("free: %s", free)
	}
	for _, kind := range strings.Fields(`icd10cm icd10cm-tabular icd10pcs gem-cm gem-pcs hcpcs cpt ncci-ptp-practitioner ncci-ptp-outpatient
		ncci-mue-practitioner ncci-mue-outpatient ncci-mue-dme ncci-addon pfs gpci pos mce mcd-lcd mcd-article`) {
		if _, ok := PublisherOf(kind); !ok {
			t.Errorf("%s: no publisher", kind)
		}
	}
}

func TestCheckAddresses(t *testing.T) {
	t.Parallel()
	const good = "https://www.cms.gov/files/zip/a.zip"
	for _, test := range []struct{ kind, addresses, want string }{
		{"hcpcs", good + " https://www.cms.gov/b.zip", ""},
		{"hcpcs", "", ""},
		{"hcpcs", "http://127.0.0.1:80/a.zip http://[::1]/b.zip http://localhost/c.zip", ""},
		{"hcpcs", "http://www.cms.gov/a.zip", "not https"},
		{"hcpcs", "http://127.0.0.1.example.com/a.zip", "not https"},
		{"hcpcs", "ftp://ftp.cdc.gov/a.zip", "not https"},
		{"hcpcs", "www.cms.gov/a.zip", "no address"},
		{"hcpcs", "https:///a.zip", "no address"},
		{"hcpcs", "https://x:y@www.cms.gov/a.zip", "user name"},
		{"hcpcs", "https://www.cms.gov", "names no file"},
		{"hcpcs", "https://www.cms.gov/files/", "names no file"},
		{"hcpcs", "https://www.cms.gov/files/..", "names no file"},
		{"hcpcs", "https://www.cms.gov/a.part", "kept for our own"},
		{"hcpcs", "https://www.cms.gov/" + strings.Repeat("a", 201), "200 characters"},
		{"hcpcs", good + " https://www.cdc.gov/a.zip?x=1", "same name"},
		{"icd9", good, "no kind"},
		{"pfs", good, "never downloaded: it is behind a licence page"},
	} {
		err := CheckAddresses(test.kind, strings.Fields(test.addresses))
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s %s: %v, want %q", test.kind, test.addresses, err, test.want)
		}
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://h/ICD10CM/2026/icd10cm-Code%20Descriptions-2026.zip": "icd10cm-Code Descriptions-2026.zip",
		"https://h/a.zip?name=../../b#c":                              "a.zip",
		"https://h/..%2f..%2fetc%2fpasswd":                            "passwd",
		"https://h/a/..%5c..%5cwindows%5cx":                           "_.._windows_x",
		"https://h/.bashrc":                                           "bashrc",
		"https://h/-rf":                                               "rf",
		"https://h/a%00b%0a%1b[31m":                                   "a_b___31m",
		"https://h/größe.zip":                                         "gr__e.zip",
	} {
		if _, got, err := parseAddress(address); err != nil || got != want {
			t.Errorf("%s: %q (%v), want %q", address, got, err, want)
		}
	}
}

// FuzzAddress: whatever the address, the name stays in the folder.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"https://h/a.zip", "https://h/..%2f..%2fx", "https://h/%2e%2e", "http://127.0.0.1/a", "https://h/ .x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, name, err := parseAddress(address)
		if err != nil {
			return
		}
		if !filepath.IsLocal(name) || filepath.Base(name) != name || strings.HasPrefix(name, ".") || len(name) > 200 || strings.ContainsAny(name, "/\\\x00\n") {
			t.Errorf("%q is kept as %q", address, name)
		}
		if u.Scheme != "https" && !isLocal(u) {
			t.Errorf("%q is taken", address)
		}
	})
}
