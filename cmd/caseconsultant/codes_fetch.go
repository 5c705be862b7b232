package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

type codesFetchCmd struct {
	Kinds []string `arg:"" optional:"" name:"kind" help:"Release kinds (default: every kind with an address in the configuration)."`
	Dir   string   `help:"Folder for the files (default: library in the data directory)." placeholder:"DIR" type:"path"`
	List  bool     `help:"Only say where the files of each kind are published, and which addresses are configured."`
	JSON  bool     `help:"One JSON object per release; with --list, per kind."`
	databaseFlags
}

// Help shows an example.
func (codesFetchCmd) Help() string {
	return `Example: caseconsultant codes fetch --config /etc/caseconsultant.toml icd10cm hcpcs

Downloads the free releases (` + strings.Join(freeKinds(), ", ") + `) from the addresses under [library.fetch] of the
configuration, checks and imports them. No address is built in: they change with each release. What breaks off is continued
by running it again, what has not changed is not downloaded again. Files behind a licence page are never downloaded:
'codes fetch --list' says where to get each kind.`
}

func freeKinds() (kinds []string) {
	for _, p := range codeset.Publishers() {
		if p.Free() {
			kinds = append(kinds, p.Kind)
		}
	}
	return kinds
}

// Run fetches and imports.
func (c *codesFetchCmd) Run(ctx context.Context, std streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	for _, kind := range c.Kinds {
		if _, ok := codeset.PublisherOf(kind); !ok {
			return usagef("%s is no kind of release: codes fetch --list names them", kind)
		}
	}
	if c.List {
		return c.list(std.out, cfg)
	}
	kinds, err := c.wanted(cfg)
	if err != nil {
		return err
	}
	dir, err := c.folder(cfg)
	if err != nil {
		return err
	}
	run := fetchRun{cmd: c, std: std, cfg: cfg, fetcher: codeset.Fetcher{Dir: dir}}
	defer run.close()
	for _, kind := range kinds {
		run.failed = append(run.failed, run.kind(ctx, kind))
		if ctx.Err() != nil {
			break
		}
	}
	return run.end()
}

// list says where each kind is published.
func (c *codesFetchCmd) list(out io.Writer, cfg *config) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, p := range codeset.Publishers() {
		if len(c.Kinds) > 0 && !slices.Contains(c.Kinds, p.Kind) {
			continue
		}
		addresses := cfg.Library.Fetch[p.Kind]
		if c.JSON {
			if err := printJSON(out, struct {
				Kind      string   `json:"kind"`
				Page      string   `json:"page"`
				Free      bool     `json:"free"`
				Terms     string   `json:"terms,omitempty"`
				Addresses []string `json:"addresses"`
			}{p.Kind, p.Page, p.Free(), p.Terms, list(addresses)}); err != nil {
				return err
			}
			continue
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\n", p.Kind, p.Page)
		switch {
		case !p.Free():
			_, _ = fmt.Fprintf(w, "\t  never downloaded: %s; then codes import FILE\n", p.Terms)
		case len(addresses) == 0:
			_, _ = fmt.Fprintln(w, "\t  no address configured under [library.fetch]")
		}
		for _, a := range addresses {
			_, _ = fmt.Fprintf(w, "\t  %s\n", a)
		}
	}
	return w.Flush()
}

// wanted returns the kinds to fetch: those named, else those configured. A kind
// that cannot be fetched ends the command before anything is downloaded.
func (c *codesFetchCmd) wanted(cfg *config) (kinds []string, err error) {
	var cannot []string
	for _, kind := range c.Kinds {
		p, _ := codeset.PublisherOf(kind)
		switch {
		case !p.Free():
			cannot = append(cannot, p.Where())
		case len(cfg.Library.Fetch[kind]) == 0:
			cannot = append(cannot, fmt.Sprintf("no address of %s is configured: take it from %s and add %s = [\"https://…\"] under [library.fetch] of the file named with --config", kind, p.Page, kind))
		case !slices.Contains(kinds, kind):
			kinds = append(kinds, kind)
		}
	}
	if len(cannot) > 0 {
		return nil, errors.New(strings.Join(cannot, "; "))
	}
	if len(c.Kinds) > 0 {
		return kinds, nil
	}
	for _, kind := range freeKinds() {
		if len(cfg.Library.Fetch[kind]) > 0 {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return nil, errors.New("no address is configured: add [library.fetch] to the file named with --config (docs/operating.md, Code files); 'codes fetch --list' says where they are published")
	}
	return kinds, nil
}

// folder is --dir, else library in the data directory.
func (c *codesFetchCmd) folder(cfg *config) (string, error) {
	if c.Dir != "" {
		return c.Dir, nil
	}
	data := cmp.Or(cfg.Data, c.Data)
	if data == "" {
		var err error
		if data, err = userData(); err != nil {
			return "", err
		}
	}
	return filepath.Join(data, "library"), nil
}

// A fetchRun is the command under way. The database is opened when there is
// something to import.
type fetchRun struct {
	cmd     *codesFetchCmd
	std     streams
	cfg     *config
	fetcher codeset.Fetcher
	store   *store
	failed  []error // one a kind, nil where it is done
}

func (r *fetchRun) close() {
	if r.store != nil {
		r.store.close()
	}
}

// end is the one line of what failed.
func (r *fetchRun) end() error {
	var lines []string
	for _, err := range r.failed {
		if err != nil {
			lines = append(lines, err.Error())
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "; "))
}

// kind downloads all files of a kind and imports them together: one release may
// lie in several, so with one missing none is imported.
func (r *fetchRun) kind(ctx context.Context, kind string) error {
	var got []codeset.Fetched
	var paths []string
	for _, address := range r.cfg.Library.Fetch[kind] {
		f, err := r.download(ctx, kind, address)
		if err != nil {
			return err
		}
		got, paths = append(got, f), append(paths, f.Path)
	}
	if r.store == nil {
		var err error
		if r.store, err = r.cmd.openFor(ctx, r.cfg, 4); err != nil {
			return err
		}
	}
	done, err := codeset.Import(ctx, r.store.pool, paths,
		codeset.ImportOptions{Now: time.Now(), By: osUser(), Progress: progress(r.std.err)})
	for _, release := range done {
		if err := r.print(release, got); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("%s is downloaded, not imported: %w; the files are kept: caseconsultant codes import %s", kind, err, strings.Join(paths, " "))
	}
	return nil
}

func (r *fetchRun) download(ctx context.Context, kind, address string) (codeset.Fetched, error) {
	meter, clear := downloadMeter(r.std.err, kind)
	r.fetcher.Progress = meter
	f, err := r.fetcher.Fetch(ctx, kind, address)
	clear()
	if err != nil || r.cmd.JSON {
		return f, err
	}
	how := "downloaded"
	switch {
	case f.Unchanged:
		how = "unchanged since it was downloaded"
	case f.Resumed > 0:
		how = fmt.Sprintf("downloaded, continued after %s", megabytes(f.Resumed))
	}
	_, err = fmt.Fprintf(r.std.out, "%s: %s, %s\n", address, megabytes(f.Size), how)
	return f, err
}

// A fetchedFile is one file of a release as --json tells it.
type fetchedFile struct {
	URL       string `json:"url"`
	File      string `json:"file"`
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256"`
	Unchanged bool   `json:"unchanged"`         // not downloaded again
	Resumed   int64  `json:"resumed,omitempty"` // bytes that an earlier run had brought
}

// print tells a release as "codes import" does, with --json and where its files
// come from.
func (r *fetchRun) print(release codeset.Imported, got []codeset.Fetched) error {
	if !r.cmd.JSON {
		return printImported(r.std.out, release, false)
	}
	from := []fetchedFile{}
	for _, f := range got {
		if strings.Contains(", "+release.File+", ", ", "+filepath.Clean(f.Path)+", ") {
			from = append(from, fetchedFile{f.URL, f.Path, f.Size, f.SHA256, f.Unchanged, f.Resumed})
		}
	}
	return printJSON(r.std.out, struct {
		codeset.Imported
		Fetched []fetchedFile `json:"fetched"`
	}{release, from})
}

// downloadMeter shows megabytes and rate on a terminal, in one line that it
// overwrites; clear removes it.
func downloadMeter(w io.Writer, kind string) (show func(done, total int64), clear func()) {
	f, ok := w.(*os.File)
	if !ok {
		return nil, func() {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil, func() {}
	}
	began, first, shown := time.Now(), int64(-1), time.Time{}
	show = func(done, total int64) {
		now := time.Now()
		if first < 0 {
			first = done
		}
		if now.Sub(shown) < 200*time.Millisecond {
			return
		}
		shown = now
		_, _ = fmt.Fprint(f, meterLine(kind, done, total, float64(done-first)/max(now.Sub(began).Seconds(), 0.001)))
	}
	return show, func() { _, _ = fmt.Fprint(f, "\r\033[K") }
}

func meterLine(kind string, done, total int64, rate float64) string {
	line := fmt.Sprintf("\r\033[K%s: %s", kind, megabytes(done))
	if total >= 0 {
		line += " of " + megabytes(total)
	}
	if rate > 0 {
		line += ", " + megabytes(int64(rate)) + "/s"
	}
	return line + "\r"
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
