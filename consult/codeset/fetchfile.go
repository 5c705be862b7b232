package codeset

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// Names in the folder of a kind, beside the finished file.
const (
	partSuffix   = ".part"   // what has come of it so far
	originSuffix = ".origin" // where a file or part of one comes from
)

// maxUnpacked bounds what is read to check one download. The largest free
// release, the tabular list, unpacks to some 120 MB.
const maxUnpacked = 4 << 30

// CheckAddresses says why Fetch would not take a kind from these addresses. Each
// is to be https, or http to this machine, without user or password, and to end
// with a file's name, which no other address of the kind has.
func CheckAddresses(kind string, addresses []string) error {
	p, ok := PublisherOf(kind)
	switch {
	case !ok:
		return fmt.Errorf("%s is no kind of release", kind)
	case !p.Free():
		return errors.New(p.Where())
	}
	names := map[string]string{}
	for _, a := range addresses {
		_, name, err := parseAddress(a)
		if err != nil {
			return fmt.Errorf("%s: the address %s %w", kind, a, err)
		}
		if other := names[name]; other != "" {
			return fmt.Errorf("%s: the addresses %s and %s end with the same name; name one of them", kind, other, a)
		}
		names[name] = a
	}
	return nil
}

// parseAddress also returns the name under which its file is kept.
func parseAddress(address string) (u *url.URL, name string, err error) {
	u, err = url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return nil, "", errors.New("is no address: it looks like https://www.cms.gov/files/zip/2027-code-descriptions-tabular-order.zip")
	case u.User != nil:
		return nil, "", errors.New("holds a user name; the free files need none")
	case u.Scheme != "https" && !isLocal(u):
		return nil, "", errors.New("is not https, so anyone between could change the file")
	}
	name, err = fileName(u)
	return u, name, err
}

// isLocal reports whether u is plain http to this machine.
func isLocal(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// fileName is the last part of the address's path, of letters, digits and
// blanks . _ - only, so that it can be no path, option or hidden file.
func fileName(u *url.URL) (string, error) {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" ._-", r) {
			return r
		}
		return '_'
	}, path.Base(u.Path))
	name = strings.TrimLeft(name, " .-")
	switch {
	case strings.Trim(name, "_") == "" || strings.HasSuffix(u.Path, "/"):
		return "", errors.New("names no file at its end")
	case len(name) > 200:
		return "", errors.New("ends with a name of more than 200 characters")
	case strings.HasSuffix(name, partSuffix) || strings.HasSuffix(name, originSuffix):
		return "", fmt.Errorf("ends with %s, a name that is kept for our own files", filepath.Ext(name))
	}
	return name, nil
}

// An origin says where a file lying in the folder comes from.
type origin struct {
	URL          string `json:"url"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Size         int64  `json:"size"` // of the whole file; -1: the server did not say
	SHA256       string `json:"sha256,omitempty"`
}

// validator is what If-Range takes (RFC 9110, 13.1.5): a strong ETag, else the
// date; "" where a part cannot be continued safely.
func (o origin) validator() string {
	if o.ETag != "" && !strings.HasPrefix(o.ETag, "W/") {
		return o.ETag
	}
	return o.LastModified
}

// changed reports whether what the server says now contradicts o.
func (o origin) changed(now origin) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	return differ(o.ETag, now.ETag) || differ(o.LastModified, now.LastModified) ||
		o.Size >= 0 && now.Size >= 0 && o.Size != now.Size
}

// or fills in from a part what the answer that continues it need not repeat
// (RFC 9110, 15.3.7).
func (o origin) or(part origin) origin {
	o.ETag, o.LastModified = cmp.Or(o.ETag, part.ETag), cmp.Or(o.LastModified, part.LastModified)
	if o.Size < 0 {
		o.Size = part.Size
	}
	return o
}

// originOf reads what is known of the file at path; the zero origin where the
// note is absent or damaged, or belongs to another address: then path counts as
// not there.
func originOf(path, url string) (o origin) {
	text, err := os.ReadFile(path + originSuffix)
	if err != nil || json.Unmarshal(text, &o) != nil || o.URL != url {
		return origin{}
	}
	return o
}

// save writes the note beside the file at path, whole or not at all.
func (o origin) save(path string) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	draft := path + originSuffix + partSuffix
	if err := os.WriteFile(draft, text, 0o600); err != nil {
		return err
	}
	return os.Rename(draft, path+originSuffix)
}

// remove deletes a file and its note; that they are not there is fine.
func remove(path string) error {
	for _, name := range []string{path + originSuffix, path} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// lockFolder makes the folder and keeps a second process out of it; closing
// the file releases it.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another process downloads into %s: wait for it, or choose another folder", dir)
	}
	return f, nil
}

// checkFile unpacks the file at path to its last byte, which proves the
// checksums of zip and gzip, and finds that it holds kind.
func checkFile(ctx context.Context, path, kind string) error {
	members, err := cmsfile.Open(path)
	if err != nil {
		return err
	}
	var found []string
	left := int64(maxUnpacked)
	for _, m := range members {
		n, err := readAll(ctx, m, left)
		if err != nil {
			return err
		}
		left -= n
		id, err := cmsfile.Identify(m)
		if errors.Is(err, cmsfile.ErrNoCodeFile) {
			continue // a document beside the tables
		}
		if err != nil {
			return err
		}
		found = append(found, id.Kind)
		found = append(found, id.Kinds...)
	}
	if slices.Contains(found, kind) {
		return nil
	}
	if len(found) == 0 {
		return fmt.Errorf("it holds no table that can be imported, where %s is expected", kind)
	}
	slices.Sort(found)
	return fmt.Errorf("it holds %s, not %s", strings.Join(slices.Compact(found), ", "), kind)
}

// readAll reads a member to its end and returns its length.
func readAll(ctx context.Context, m cmsfile.Member, left int64) (int64, error) {
	r, err := m.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }()
	n, err := io.Copy(io.Discard, io.LimitReader(cancelled{ctx, r}, left+1))
	if err == nil && n > left {
		err = fmt.Errorf("unpacks to more than %d GB", maxUnpacked>>30)
	}
	return n, err
}

// cancelled ends a long reading with its context.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
