package review

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed static/*.css static/*.js static/*.svg
var staticFiles embed.FS

// pages holds the parsed templates and the address of the static files.
type pages struct {
	templates map[string]*template.Template
	prefix    string // "/static/HASH/": a new binary's files have new addresses
}

// loadPages parses pages/NAME.html, each together with the parts that begin
// with an underscore.
func loadPages() (*pages, error) {
	parts, err := template.ParseFS(pageFiles, "pages/_*.html")
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	names, err := fs.Glob(pageFiles, "pages/[^_]*.html")
	if err != nil {
		return nil, err
	}
	p := &pages{templates: map[string]*template.Template{}}
	for _, name := range names {
		t, err := parts.Clone()
		if err == nil {
			t, err = t.ParseFS(pageFiles, name)
		}
		if err != nil {
			return nil, fmt.Errorf("review: %w", err)
		}
		p.templates[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	p.prefix, err = staticPrefix()
	return p, err
}

func staticPrefix() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(staticFiles, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFiles.ReadFile(name)
		fmt.Fprintln(h, name, len(data))
		h.Write(data)
		return err
	})
	return "/static/" + hex.EncodeToString(h.Sum(nil)[:6]) + "/", err
}

// static serves the embedded files under the prefix only, so that a browser may
// keep them for ever.
func (p *pages) static() http.Handler {
	files := http.StripPrefix(p.prefix, http.FileServerFS(mustSub(staticFiles, "static")))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, p.prefix) || strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		files.ServeHTTP(w, r)
	})
}

func mustSub(f embed.FS, dir string) fs.FS {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

// A frame is what every page has around its content.
type frame struct {
	Title   string
	Class   string // of the body
	Static  string
	Name    string // of who is signed in; empty: nobody
	Person  int64
	MayEdit bool
	Here    string // this page's address, to come back to
	Undo    *undoBar
	Paused  string // why nothing leaves, as a sentence; empty: it does
	Idle    int    // seconds until an idle session ends
}

func (s *Server) frame(r *http.Request, v *visit, title string) frame {
	return frame{Title: title, Static: s.pages.prefix, Name: v.person.Name,
		Person: v.person.ID, MayEdit: v.person.MayDecide(), Here: r.URL.RequestURI(), Idle: int(s.Idle.Seconds())}
}

// render executes a page into a buffer, then writes it. name may select one
// block of a page: "case#live".
func (s *Server) render(w http.ResponseWriter, status int, name string, page any) error {
	file, block, part := strings.Cut(name, "#")
	if !part {
		block = "page"
	}
	var b bytes.Buffer
	if err := s.pages.templates[file].ExecuteTemplate(&b, block, page); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a browser that went away is not our error
	return nil
}

// initials makes "RK" of "Rosa Keller".
func initials(name string) string {
	var out []rune
	for _, w := range strings.Fields(name) {
		out = append(out, []rune(w)[0])
	}
	if len(out) > 2 {
		out = []rune{out[0], out[len(out)-1]}
	}
	return strings.ToUpper(string(out))
}
