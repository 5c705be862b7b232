package codeset

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// Bounds of a download where the Fetcher names none.
const (
	maxDownload  = 512 << 20 // bytes; the largest free release has some 25 MB
	stallAfter   = 30 * time.Second
	dialTimeout  = 15 * time.Second
	maxRedirects = 10
	maxTries     = 4 // connections for one file, each of which must bring bytes
)

// A Fetcher downloads published files into a folder. What breaks off stays there
// as NAME.part and is continued the next time; what is complete and proved to
// be of its kind stays under its name, and is not downloaded again while the
// publisher says that it has not changed. The zero value but for Dir works.
type Fetcher struct {
	Dir     string        // a folder in it for each kind; made as needed
	MaxSize int64         // of one file, in bytes; 0: 512 MB
	Stall   time.Duration // without a byte, after which a download is given up; 0: 30 s
	// Progress is called with the bytes that are there and those there will be,
	// -1 where the server does not say, after each piece read; nil: nobody asks.
	Progress func(done, total int64)

	tls *tls.Config // of tests; nil: the system's authorities
}

// A Fetched is one file that lies complete in the folder.
type Fetched struct {
	Kind      string
	URL       string
	Path      string // in the folder
	Size      int64
	SHA256    string
	Unchanged bool  // it was there already, and the publisher has no other
	Resumed   int64 // bytes that an earlier, broken download had brought
}

// Fetch downloads the file at address, which is to hold kind. It refuses a kind
// that is not Free and an address that CheckAddress refuses. An error is one
// line with address, reason and what to do; where bytes have come they are kept,
// unless the file is not what it should be, and the next call continues them.
// Two processes cannot fetch into one folder.
func (f *Fetcher) Fetch(ctx context.Context, kind, address string) (Fetched, error) {
	p, ok := PublisherOf(kind)
	if !ok || !p.Free() {
		return Fetched{}, fmt.Errorf("%s: is not among the free releases", kind)
	}
	u, name, err := parseAddress(address)
	if err != nil {
		return Fetched{}, fmt.Errorf("%s %w", address, err)
	}
	dir := filepath.Join(f.Dir, kind)
	lock, err := lockFolder(dir)
	if err != nil {
		return Fetched{}, err
	}
	defer func() { _ = lock.Close() }()
	d := &download{f: f, from: p, url: u.String(), path: filepath.Join(dir, name)}
	client := f.client()
	defer client.CloseIdleConnections()
	got, err := d.run(ctx, client)
	if err != nil {
		return Fetched{}, fmt.Errorf("%s: %w", address, err)
	}
	return got, nil
}

// client never asks for compression: the bytes are to be those published, and
// their length known.
func (f *Fetcher) client() *http.Client {
	return &http.Client{
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSHandshakeTimeout:   dialTimeout,
			TLSClientConfig:       f.tls,
			ResponseHeaderTimeout: f.stall(),
			DisableCompression:    true,
			ForceAttemptHTTP2:     true,
		},
	}
}

func (f *Fetcher) stall() time.Duration { return cmp.Or(f.Stall, stallAfter) }

func (f *Fetcher) maxSize() int64 { return cmp.Or(f.MaxSize, maxDownload) }

// checkRedirect follows to https only; to this machine only from it.
func checkRedirect(to *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return fmt.Errorf("%w more than %d times, in a loop", errRedirect, maxRedirects)
	}
	if to.URL.Scheme == "https" || isLocal(to.URL) && isLocal(via[0].URL) {
		return nil
	}
	return fmt.Errorf("%w to %s://%s, which is not https", errRedirect, to.URL.Scheme, to.URL.Host)
}

// A download is one file on its way.
type download struct {
	f       *Fetcher
	from    Publisher
	url     string
	path    string // where it is to lie
	resumed int64
}

func (d *download) part() string { return d.path + partSuffix }

// What ends a try. The next one starts over after errAgain, and continues after
// errBroken; the others are for a person.
var (
	errAgain    = errors.New("the file changed while it was downloaded: run it again")
	errBroken   = errors.New("the connection broke off")
	errStalled  = errors.New("no bytes came")
	errRedirect = errors.New("redirects")
	errDisk     = errors.New("cannot be kept")
)

// run tries until the file is there, as long as each connection brings bytes.
func (d *download) run(ctx context.Context, client *http.Client) (Fetched, error) {
	for try := 1; ; try++ {
		before := sizeOf(d.part())
		got, err := d.try(ctx, client)
		brought := errors.Is(err, errBroken) && sizeOf(d.part()) > before
		if (brought || errors.Is(err, errAgain)) && try < maxTries && ctx.Err() == nil {
			continue
		}
		if err != nil {
			err = d.explain(ctx, err)
		}
		return got, err
	}
}

// explain adds to what broke off how it goes on.
func (d *download) explain(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("interrupted (%w)", context.Cause(ctx))
	case !errors.Is(err, errBroken) && !errors.Is(err, errStalled):
		return err
	}
	if n := sizeOf(d.part()); n > 0 {
		return fmt.Errorf("%w; %d bytes are kept: run it again to continue", err, n)
	}
	return fmt.Errorf("%w; run it again", err)
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// try asks once.
func (d *download) try(ctx context.Context, client *http.Client) (Fetched, error) {
	part, have, kept := d.there()
	if have > 0 && have == part.Size { // all of it came, but was not checked
		d.resumed = have
		return d.finish(ctx, part, kept)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := d.request(ctx, part, have, kept)
	if err != nil {
		return Fetched{}, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return Fetched{}, noAnswer(err)
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case resp.StatusCode == http.StatusNotModified && kept.SHA256 != "":
		return d.unchanged(kept), nil
	case resp.StatusCode == http.StatusPartialContent && have > 0 && part.continuedBy(resp, have):
	case resp.StatusCode == http.StatusPartialContent || resp.StatusCode == http.StatusRequestedRangeNotSatisfiable && have > 0:
		return Fetched{}, errors.Join(remove(d.part()), errAgain)
	case resp.StatusCode == http.StatusOK:
		have = 0
	default:
		return Fetched{}, d.refused(resp)
	}
	d.resumed = have
	now := originIn(resp, d.url, have)
	if have > 0 {
		now = now.or(part)
	}
	if err := d.save(ctx, cancel, resp, now, have); err != nil {
		return Fetched{}, err
	}
	return d.finish(ctx, now, kept)
}

// there returns what an earlier run has left: a part that can be continued and
// its length, and the finished file where it still is what was downloaded.
func (d *download) there() (part origin, have int64, kept origin) {
	if part = originOf(d.part(), d.url); part.validator() != "" {
		have = sizeOf(d.part())
	}
	kept = originOf(d.path, d.url)
	if sum, err := cmsfile.SHA256(d.path); err != nil || sum != kept.SHA256 {
		kept = origin{}
	}
	return part, have, kept
}

func (d *download) request(ctx context.Context, part origin, have int64, kept origin) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "caseconsultant (code library)")
	req.Header.Set("Accept-Encoding", "identity")
	switch {
	case have > 0:
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		req.Header.Set("If-Range", part.validator())
	case kept.ETag != "":
		req.Header.Set("If-None-Match", kept.ETag)
	case kept.LastModified != "":
		req.Header.Set("If-Modified-Since", kept.LastModified)
	}
	return req, nil
}

// noAnswer explains an error of net/http without the method and address that
// it puts in front: ours name the address.
func noAnswer(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, errRedirect) {
		return err
	}
	return fmt.Errorf("there is no answer (%w): is the address right, the network up?", err)
}

// finish checks the part and gives it its name.
func (d *download) finish(ctx context.Context, now, kept origin) (Fetched, error) {
	if err := checkFile(ctx, d.part(), d.from.Kind); err != nil {
		if ctx.Err() != nil {
			return Fetched{}, err
		}
		return Fetched{}, d.discard(fmt.Errorf("is not what was asked for: %w; nothing of it is kept, see %s", err, d.from.Page))
	}
	sum, err := cmsfile.SHA256(d.part())
	if err != nil {
		return Fetched{}, err
	}
	now.SHA256, now.Size = sum, sizeOf(d.part())
	if err := errors.Join(os.Rename(d.part(), d.path), now.save(d.path), remove(d.part())); err != nil {
		return Fetched{}, err
	}
	got := d.unchanged(now)
	got.Unchanged, got.Resumed = sum == kept.SHA256, d.resumed
	return got, nil
}

// unchanged describes the finished file.
func (d *download) unchanged(o origin) Fetched {
	return Fetched{Kind: d.from.Kind, URL: d.url, Path: d.path, Size: o.Size, SHA256: o.SHA256, Unchanged: true}
}

// refused explains a status that brings no file.
func (d *download) refused(resp *http.Response) error {
	switch code := resp.StatusCode; {
	case code == http.StatusNotFound || code == http.StatusGone:
		return fmt.Errorf("there is no such file (status %d): addresses change with each release, see %s for the new one and correct the configuration", code, d.from.Page)
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return fmt.Errorf("the publisher refuses it to programs (status %d): get it with a browser from %s, then caseconsultant codes import FILE", code, d.from.Page)
	case code == http.StatusTooManyRequests || code >= 500:
		when := "later"
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 && s < 1<<20 {
			when = "in " + (time.Duration(s) * time.Second).String()
		}
		return fmt.Errorf("the publisher's server fails or is busy (status %d): run it again %s", code, when)
	default:
		return fmt.Errorf("the server answers with status %d, which brings no file", code)
	}
}
