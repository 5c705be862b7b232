package codeset

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// release is a zip as CMS publishes HCPCS: one table and a document, which makes
// it long enough to break off in several pieces.
func release(t testing.TB, code string) []byte { return releaseOf(t, code, 300<<10) }

func releaseOf(t testing.TB, code string, length int) []byte {
	t.Helper()
	table := fmt.Sprintf("%-320s\r\n", code+"001003A supply of our own, not of the publisher")
	document := make([]byte, length)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(document); i++ {
		document[i] = byte(r.Uint32())
	}
	return archive(t, "HCPC2026_OCT_ANWEB.txt", table, "layout.pdf", "%PDF-\x00"+string(document))
}

// archive packs files, name and text in turn.
func archive(t testing.TB, files ...string) []byte {
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

// A site is a publisher's server with one file. Its zero value but for the
// content serves it with everything that RFC 9110 offers.
type site struct {
	*httptest.Server
	t testing.TB

	mu        sync.Mutex
	content   []byte
	etag      string
	modified  time.Time
	breakings []int // bytes after which the next answers break off; negative: all come
	answer    http.HandlerFunc
	asked     []http.Header
	answered  []int
}

func newSite(t testing.TB, content []byte) *site {
	s := &site{t: t, content: content, etag: `"1"`}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// address is that of the file.
func (s *site) address() string {
	return s.URL + "/files/zip/october-2026-alpha-numeric-hcpcs-file.zip"
}

func (s *site) set(f func(*site)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

// log returns the headers of all requests, and the statuses of the answers.
func (s *site) log() (asked []http.Header, answered []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked, s.answered
}

// last is the status of the newest answer.
func (s *site) last() int {
	_, answered := s.log()
	return answered[len(answered)-1]
}

func (s *site) breaks(after ...int) { s.set(func(s *site) { s.breakings = after }) }

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Header.Clone())
	out := &broken{ResponseWriter: w, left: -1}
	if len(s.breakings) > 0 {
		out.left, s.breakings = s.breakings[0], s.breakings[1:]
	}
	defer func() { s.answered = append(s.answered, out.status) }()
	if s.answer != nil {
		s.answer(out, r)
		return
	}
	if s.etag != "" {
		w.Header().Set("ETag", s.etag)
	}
	http.ServeContent(out, r, "", s.modified, bytes.NewReader(s.content))
}

// broken breaks the connection off after some bytes of the body.
type broken struct {
	http.ResponseWriter
	left   int // negative: never
	status int
}

func (b *broken) WriteHeader(status int) {
	b.status = status
	b.ResponseWriter.WriteHeader(status)
}

func (b *broken) Write(p []byte) (int, error) {
	if b.left < 0 || len(p) <= b.left {
		b.left = max(b.left-len(p), min(b.left, 0))
		return b.ResponseWriter.Write(p)
	}
	_, _ = b.ResponseWriter.Write(p[:b.left])
	_ = http.NewResponseController(b.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// gets downloads what must come, and compares it with what the site has.
func (s *site) gets(f *Fetcher) Fetched {
	s.t.Helper()
	got, err := f.Fetch(s.t.Context(), cmsfile.HCPCS, s.address())
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := os.ReadFile(got.Path)
	if err != nil || !bytes.Equal(text, s.content) || got.Size != int64(len(text)) {
		s.t.Fatalf("%d bytes (%v), want the %d published", len(text), err, len(s.content))
	}
	if sum, err := cmsfile.SHA256(got.Path); err != nil || sum != got.SHA256 {
		s.t.Errorf("checksum %s, want %s (%v)", got.SHA256, sum, err)
	}
	if names := files(s.t, filepath.Dir(got.Path)); strings.Contains(names, partSuffix) {
		s.t.Errorf("left behind: %s", names)
	}
	return got
}

// files lists a folder.
func files(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// fails wants an error of one line with the words.
func (s *site) fails(f *Fetcher, words ...string) {
	s.t.Helper()
	got, err := f.Fetch(s.t.Context(), cmsfile.HCPCS, s.address())
	if err == nil {
		s.t.Fatalf("came: %+v", got)
	}
	for _, w := range append(words, s.address()) {
		if !strings.Contains(err.Error(), w) {
			s.t.Errorf("error %q does not say %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		s.t.Errorf("error of several lines: %s", err)
	}
}

// TestFetch: a file comes once, and again when the publisher has another.
func TestFetch(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	var last, total int64
	f.Progress = func(done, of int64) { last, total = done, of }
	got := s.gets(f)
	if got.Unchanged || got.Resumed != 0 || got.Kind != cmsfile.HCPCS || got.Path != filepath.Join(f.Dir, "hcpcs", "october-2026-alpha-numeric-hcpcs-file.zip") {
		t.Errorf("%+v", got)
	}
	if last != got.Size || total != got.Size {
		t.Errorf("progress ended at %d of %d, want %d", last, total, got.Size)
	}
	if again := s.gets(f); !again.Unchanged || again.SHA256 != got.SHA256 || s.last() != http.StatusNotModified {
		t.Errorf("again: %+v, status %d", again, s.last())
	}
	s.set(func(s *site) { s.content, s.etag = release(t, "B1234"), `"2"` })
	if other := s.gets(f); other.Unchanged || other.SHA256 == got.SHA256 {
		t.Errorf("another content: %+v", other)
	}
}

// TestFetchSameBytes: a server without validators sends the same file again.
func TestFetchSameBytes(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	s.etag = ""
	s.gets(f)
	if again := s.gets(f); !again.Unchanged || s.last() != http.StatusOK {
		t.Errorf("again: %+v, status %d", again, s.last())
	}
}

// TestFetchDamagedCopy: what was damaged on our disk is downloaded anew.
func TestFetchDamagedCopy(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	got := s.gets(f)
	for _, path := range []string{got.Path, got.Path + originSuffix} {
		if err := os.Truncate(path, 20); err != nil {
			t.Fatal(err)
		}
		if again := s.gets(f); again.SHA256 != got.SHA256 || s.last() != http.StatusOK {
			t.Errorf("%s cut off: %+v, answered %d", path, again, s.last())
		}
	}
}

// TestFetchContinues what breaks off, in one run and over several.
func TestFetchContinues(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	s.breaks(100_000, 100_000)
	got := s.gets(f)
	asked, _ := s.log()
	if got.Resumed < 100_000 || len(asked) != 3 {
		t.Fatalf("%+v in %d requests, want three", got, len(asked))
	}
	for i, want := range []string{"", "bytes=", "bytes="} {
		if got := asked[i].Get("Range"); !strings.HasPrefix(got, want) || (got == "") != (want == "") {
			t.Errorf("request %d has Range %q", i, got)
		}
	}
	f = &Fetcher{Dir: t.TempDir()}
	s.breaks(100_000, 0)
	s.fails(f, "broke off", "bytes are kept: run it again to continue")
	dir := filepath.Join(f.Dir, "hcpcs")
	if names := files(t, dir); strings.Contains(names, ".zip ") || !strings.Contains(names, ".zip.part ") {
		t.Errorf("in the folder: %s", names)
	}
	if got := s.gets(f); got.Resumed < 100_000 {
		t.Errorf("%+v", got)
	}
	f = &Fetcher{Dir: t.TempDir()}
	s.breaks(50_000, 50_000, 50_000, 50_000)
	s.fails(f, "broke off", "are kept")
}

// TestFetchChanged: a part of what is no longer published is not continued.
func TestFetchChanged(t *testing.T) {
	t.Parallel()
	old, now := release(t, "A1234"), release(t, "B1234")
	for name, change := range map[string]func(*site){
		"If-Range":      func(s *site) { s.etag = `"2"` },
		"Last-Modified": func(s *site) { s.etag, s.modified = "", s.modified.Add(time.Hour) },
		"no validators": func(s *site) { s.etag, s.modified = "", time.Time{} },
		"no ranges": func(s *site) {
			s.answer = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(now) }
		},
		"Range without If-Range": func(s *site) {
			s.etag = `"2"`
			s.answer = func(w http.ResponseWriter, r *http.Request) {
				r.Header.Del("If-Range")
				w.Header().Set("ETag", s.etag)
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(now))
			}
		},
		"shorter, Range without If-Range": func(s *site) {
			s.content = archive(t, "HCPC2026_OCT_ANWEB.txt", fmt.Sprintf("%-320s\r\n", "A1234001003Short"))
			s.answer = func(w http.ResponseWriter, r *http.Request) {
				r.Header.Del("If-Range")
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.content))
			}
		},
		"longer of the same date, Range without If-Range": func(s *site) {
			s.content = releaseOf(t, "A1234", 400<<10)
			s.answer = func(w http.ResponseWriter, r *http.Request) {
				r.Header.Del("If-Range")
				http.ServeContent(w, r, "", s.modified, bytes.NewReader(s.content))
			}
		},
		"shorter": func(s *site) {
			s.etag, s.content = `"2"`, archive(t, "HCPC2026_OCT_ANWEB.txt", fmt.Sprintf("%-320s\r\n", "A1234001003Short"))
		},
		"a part that is not asked for": func(s *site) {
			s.answer = func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Range") != "" {
					w.Header().Set("Content-Range", "bytes 0-9/10")
					w.WriteHeader(http.StatusPartialContent)
					return
				}
				_, _ = w.Write(now)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, f := newSite(t, old), &Fetcher{Dir: t.TempDir()}
			s.modified = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
			s.breaks(100_000, 0)
			s.fails(f, "run it again")
			s.set(func(s *site) { s.content = now; change(s) })
			if got := s.gets(f); got.Resumed != 0 {
				t.Errorf("continued: %+v", got)
			}
		})
	}
}

// TestFetchValidators: what a part is continued by, and the whole file asked for
// again by.
func TestFetchValidators(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	const date = "Tue, 01 Sep 2026 00:00:00 GMT"
	for _, test := range []struct {
		etag        string
		modified    time.Time
		part, whole string
	}{
		{`"1"`, day, `"1"`, `"1"`},
		{`W/"1"`, day, date, `W/"1"`},
		{`W/"1"`, time.Time{}, "", `W/"1"`},
		{"", day, date, date},
		{"", time.Time{}, "", ""},
	} {
		s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
		s.etag, s.modified = test.etag, test.modified
		s.breaks(100_000, 0)
		s.fails(f, "run it again")
		s.gets(f)
		s.gets(f)
		asked, _ := s.log()
		n := len(asked)
		if got := asked[n-2].Get("If-Range"); got != test.part {
			t.Errorf("ETag %s, date %t: continued by %q, want %q", test.etag, !test.modified.IsZero(), got, test.part)
		}
		if got := asked[n-1].Get("If-None-Match") + asked[n-1].Get("If-Modified-Since"); got != test.whole || (test.whole != "") != (s.last() == http.StatusNotModified) {
			t.Errorf("ETag %s, date %t: asked again by %q and answered %d", test.etag, !test.modified.IsZero(), got, s.last())
		}
	}
}

// TestFetchAnotherAddress: a part is continued from its own address only.
func TestFetchAnotherAddress(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	s.breaks(100_000, 0)
	s.fails(f, "are kept")
	got, err := f.Fetch(t.Context(), cmsfile.HCPCS, s.URL+"/another/october-2026-alpha-numeric-hcpcs-file.zip")
	if err != nil || got.Resumed != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestFetchInPieces: a server may send less than the rest that was asked for.
func TestFetchInPieces(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	s.breaks(100_000, 0)
	s.fails(f, "are kept")
	s.set(func(s *site) {
		s.answer = func(w http.ResponseWriter, r *http.Request) {
			from := rangeOf(t, r)
			r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", from, from+99_999))
			w.Header().Set("ETag", s.etag)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.content))
		}
	})
	s.gets(f)
	if asked, _ := s.log(); len(asked) < 4 {
		t.Errorf("%d requests", len(asked))
	}
}

// TestFetchSlow: slow is not stalled.
func TestFetchSlow(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir(), Stall: 2 * time.Second}
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(f.Stall * 3 / 20)
		defer tick.Stop()
		const pieces = 8
		for i := range pieces {
			<-tick.C
			_, _ = w.Write(s.content[len(s.content)*i/pieces : len(s.content)*(i+1)/pieces])
			_ = http.NewResponseController(w.(*broken).ResponseWriter).Flush()
		}
	}
	s.gets(f)
}

// rangeOf is the first byte that a request asks for.
func rangeOf(t testing.TB, r *http.Request) (from int) {
	if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); err != nil {
		t.Errorf("Range %q: %v", r.Header.Get("Range"), err)
	}
	return from
}

// TestFetchBareParts: a partial answer need not repeat the validators nor know
// the length, and can break off in its turn.
func TestFetchBareParts(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	s.breaks(100_000, 0)
	s.fails(f, "are kept")
	s.set(func(s *site) {
		s.answer = func(w http.ResponseWriter, r *http.Request) {
			n := rangeOf(t, r)
			if r.Header.Get("If-Range") != s.etag {
				t.Errorf("continued by %q", r.Header.Get("If-Range"))
			}
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/*", n, len(s.content)-1))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(s.content[n:])
		}
	})
	s.breaks(50_000, 0)
	s.fails(f, "are kept")
	if got := s.gets(f); got.Resumed < 150_000 {
		t.Errorf("%+v", got)
	}
}

func TestContentRange(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"bytes 100-999/1000": "100 1000 true", "bytes 0-9/*": "0 -1 true", "": "0 -1 false", "bytes */1000": "0 -1 false",
		"items 1-2/3": "0 -1 false", "bytes 1/3": "0 -1 false", "bytes x-2/3": "0 -1 false", "bytes 1-2": "0 -1 false",
	} {
		from, size, ok := contentRange(text)
		if got := fmt.Sprint(from, size, ok); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestFetchUncheckedPart: a file that came whole before the process died is
// checked and kept, without asking again.
func TestFetchUncheckedPart(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	path := filepath.Join(f.Dir, "hcpcs", "october-2026-alpha-numeric-hcpcs-file.zip"+partSuffix)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, s.content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (origin{URL: s.address(), ETag: s.etag, Size: int64(len(s.content))}).save(path); err != nil {
		t.Fatal(err)
	}
	got := s.gets(f)
	if asked, _ := s.log(); len(asked) != 0 || got.Resumed != got.Size {
		t.Errorf("%+v after %d requests", got, len(asked))
	}
}

func TestFetchInterrupted(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	ctx, cancel := context.WithCancel(t.Context())
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", s.etag)
		w.Header().Set("Content-Length", fmt.Sprint(len(s.content)))
		_, _ = w.Write(s.content[:100_000])
		_ = http.NewResponseController(w.(*broken).ResponseWriter).Flush()
		<-r.Context().Done()
	}
	f.Progress = func(done, _ int64) {
		if done >= 100_000 {
			cancel()
		}
	}
	_, err := f.Fetch(ctx, cmsfile.HCPCS, s.address())
	if err == nil || !strings.Contains(err.Error(), "interrupted") || !strings.Contains(err.Error(), "run it again to continue") {
		t.Fatalf("interrupted: %v", err)
	}
	s.set(func(s *site) { s.answer = nil })
	f.Progress = nil
	if got := s.gets(f); got.Resumed == 0 {
		t.Errorf("%+v", got)
	}
}

// TestFetchTwice: a second process stays out while one downloads.
func TestFetchTwice(t *testing.T) {
	t.Parallel()
	s, f := newSite(t, release(t, "A1234")), &Fetcher{Dir: t.TempDir()}
	var second error
	f.Progress = func(int64, int64) {
		if second == nil {
			_, second = (&Fetcher{Dir: f.Dir}).Fetch(t.Context(), cmsfile.HCPCS, s.address())
		}
	}
	s.gets(f)
	if second == nil || !strings.Contains(second.Error(), "another process downloads into") {
		t.Errorf("the second: %v", second)
	}
}

// TestFetchOfficial: true files pass the check as what they are, and as no other kind.
func TestFetchOfficial(t *testing.T) {
	t.Parallel()
	dir := SharedData(t)
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(s.Close)
	f := &Fetcher{Dir: t.TempDir()}
	for address, kind := range map[string]string{
		"/icd10cm/cm2024.zip": cmsfile.ICD10CM, "/icd10cm/cm2025.zip": cmsfile.ICD10CM,
		"/icd10cm/icd10cm_tabular_2021.xml.gz": cmsfile.ICD10CMTabular, "/icd10pcs/pcs2025.zip": cmsfile.ICD10PCS,
		"/hcpcs/2019-Alpha-Numeric-HCPCS-File.zip": cmsfile.HCPCS, "/hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz": cmsfile.HCPCS,
	} {
		if _, err := f.Fetch(t.Context(), kind, s.URL+address); err != nil {
			t.Error(err)
		}
		other := cmsfile.ICD10CM
		if kind == other {
			other = cmsfile.ICD10PCS
		}
		if _, err := f.Fetch(t.Context(), other, s.URL+address); err == nil || !strings.Contains(err.Error(), "it holds "+kind+", not "+other) {
			t.Errorf("%s as %s: %v", address, other, err)
		}
	}
}
