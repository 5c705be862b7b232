package codeset

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func originIn(resp *http.Response, url string, have int64) origin {
	o := origin{URL: url, ETag: resp.Header.Get("ETag"), LastModified: resp.Header.Get("Last-Modified"), Size: -1}
	if resp.StatusCode == http.StatusPartialContent {
		_, o.Size, _ = contentRange(resp.Header.Get("Content-Range"))
	} else if resp.ContentLength >= 0 {
		o.Size = have + resp.ContentLength
	}
	return o
}

// continuedBy reports whether a partial answer is the rest of the same file,
// also of a server that knows Range but not If-Range.
func (o origin) continuedBy(resp *http.Response, have int64) bool {
	from, _, ok := contentRange(resp.Header.Get("Content-Range"))
	return ok && from == have && !o.changed(originIn(resp, o.URL, have))
}

// contentRange reads "bytes 100-999/1000"; the size is -1 for "*" (RFC 9110, 14.4).
func contentRange(s string) (from, size int64, ok bool) {
	s, isBytes := strings.CutPrefix(s, "bytes ")
	span, total, cut := strings.Cut(s, "/")
	first, _, dash := strings.Cut(span, "-")
	from, err := strconv.ParseInt(first, 10, 64)
	if !isBytes || !cut || !dash || err != nil {
		return 0, -1, false
	}
	if size, err = strconv.ParseInt(total, 10, 64); err != nil {
		size = -1
	}
	return from, size, true
}

// save writes the body to the part from byte have on.
func (d *download) save(ctx context.Context, cancel context.CancelCauseFunc, resp *http.Response, now origin, have int64) error {
	if now.Size > d.f.maxSize() {
		return d.discard(fmt.Errorf("has %d MB, more than any free release", now.Size>>20))
	}
	timer := time.AfterFunc(d.f.stall(), func() { cancel(errStalled) })
	defer timer.Stop()
	body := &metered{r: resp.Body, timer: timer, download: d, done: have, total: now.Size}
	buffered := bufio.NewReaderSize(body, 64<<10)
	if head, _ := buffered.Peek(512); have == 0 && isPage(resp.Header.Get("Content-Type"), head) {
		return d.discard(fmt.Errorf("answers with a web page, perhaps of an error or a sign-in, not with a file: open the address in a browser, and see %s for the right one", d.from.Page))
	}
	n, err := d.write(buffered, now, have)
	switch {
	case n > d.f.maxSize():
		return d.discard(fmt.Errorf("has more than %d MB, more than any free release", d.f.maxSize()>>20))
	case errors.Is(context.Cause(ctx), errStalled):
		return fmt.Errorf("%w for %s", errStalled, d.f.stall())
	case errors.Is(err, errDisk):
		return err
	case err != nil:
		return fmt.Errorf("%w after %d bytes (%w)", errBroken, n, err)
	case now.Size >= 0 && n != now.Size:
		return fmt.Errorf("%w after %d of %d bytes", errBroken, n, now.Size)
	}
	return nil
}

// discard removes a part that is of no use and returns why.
func (d *download) discard(why error) error { return errors.Join(why, remove(d.part())) }

// write appends r to the part, cut to have bytes, and returns its length. The
// note of where it comes from is durable first: a part without it is worthless.
func (d *download) write(r io.Reader, now origin, have int64) (n int64, err error) {
	file, err := os.OpenFile(d.part(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errDisk, err)
	}
	defer func() { _ = file.Close() }()
	if err := errors.Join(file.Truncate(have), now.save(d.part())); err != nil {
		return have, fmt.Errorf("%w: %w", errDisk, err)
	}
	if _, err := file.Seek(have, io.SeekStart); err != nil {
		return have, fmt.Errorf("%w: %w", errDisk, err)
	}
	n, err = io.Copy(onDisk{file}, io.LimitReader(r, d.f.maxSize()-have+1))
	if sync := file.Sync(); err == nil && sync != nil {
		err = fmt.Errorf("%w: %w", errDisk, sync)
	}
	return have + n, err
}

// onDisk tells errors of the disk from those of the network.
type onDisk struct{ file *os.File }

func (w onDisk) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err != nil {
		err = fmt.Errorf("%w: %w", errDisk, err)
	}
	return n, err
}

// metered reports each piece of a body, and puts off the end of patience.
type metered struct {
	r           io.Reader
	timer       *time.Timer
	download    *download
	done, total int64
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if n > 0 {
		m.timer.Reset(m.download.f.stall())
		m.done += int64(n)
		if m.download.f.Progress != nil {
			m.download.f.Progress(m.done, m.total)
		}
	}
	return n, err
}

// isPage tells a web page from a file by its beginning; what the server calls
// it counts only where that is text.
func isPage(contentType string, head []byte) bool {
	sniffed := http.DetectContentType(head)
	switch {
	case strings.HasPrefix(sniffed, "text/html"):
		return true
	case strings.HasPrefix(sniffed, "text/xml"):
		return bytes.Contains(bytes.ToLower(head), []byte("<html"))
	}
	return strings.HasPrefix(sniffed, "text/") && strings.HasPrefix(strings.ToLower(contentType), "text/html")
}
