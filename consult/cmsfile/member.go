package cmsfile

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// Bounds of what is unpacked. The largest true files are the quarterly PTP
// tables, some 250 MB of text.
const (
	maxMember = 4 << 30 // bytes of one member, unpacked
	maxNested = 256 << 20
	maxDepth  = 3 // archives within archives
)

// A Member is one file as published, out of whatever wrapped it.
type Member struct {
	File string // the file that was opened, without its folder
	Name string // its path in the archive; the file's own name where there is none
	Path string // the path of File as it was given
	open func() (io.ReadCloser, error)
}

// String names the member in messages. An archive's names are anybody's: what
// a terminal would obey is left out.
func (m Member) String() string {
	s := m.File
	if m.Name != m.File {
		s += ": " + m.Name
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s)
}

// Open reads the member from its beginning. Closing is the caller's.
func (m Member) Open() (io.ReadCloser, error) {
	r, err := m.open()
	if err != nil {
		return nil, m.refuse(0, "cannot be unpacked: %v", err)
	}
	return &bounded{r: r, member: m, left: maxMember}, nil
}

// bounded ends a member that unpacks to more than any published file holds.
type bounded struct {
	r      io.ReadCloser
	member Member
	left   int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, b.member.refuse(0, "unpacks to more than %d GB", maxMember>>30)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.member.refuse(0, "damaged or cut off: %v; download it again", err)
	}
	return n, err
}

func (b *bounded) Close() error { return b.r.Close() }

// Open lists the members of the file at path: of an archive what is in it, in
// its order, archives within it included; else the file itself, out of its gzip.
func Open(path string) ([]Member, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder; name the files in it", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file that can be read more than once", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	base := filepath.Base(path)
	m := Member{File: base, Name: base, Path: path, open: func() (io.ReadCloser, error) { return os.Open(path) }}
	if info.Size() == 0 {
		return nil, m.refuse(0, "is empty")
	}
	return m.unwrap(f, info.Size(), 0)
}

// SHA256 is the hexadecimal checksum of the file at path, as it lies there.
func SHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// unwrap lists what m holds; r are its bytes.
func (m Member) unwrap(r io.ReaderAt, size int64, depth int) ([]Member, error) {
	magic := make([]byte, 4)
	_, _ = r.ReadAt(magic, 0)
	switch {
	case depth > maxDepth:
		return nil, m.refuse(0, "archives within archives, more than %d deep", maxDepth)
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		return []Member{m.gunzip()}, nil
	case string(magic) == "PK\x03\x04":
		return m.unzip(r, size, depth)
	}
	return []Member{m}, nil
}

// gunzip reads m through gzip. What is inside is taken as it is.
func (m Member) gunzip() Member {
	packed := m.open
	m.open = func() (io.ReadCloser, error) {
		f, err := packed()
		if err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
		if err != nil {
			_ = f.Close()
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{z, f}, nil
	}
	return m
}

// unzip lists the files of an archive, but leaves a workbook whole, which is
// one too.
func (m Member) unzip(r io.ReaderAt, size int64, depth int) ([]Member, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, m.refuse(0, "damaged or cut off: %v; download it again", err)
	}
	for _, f := range z.File {
		if f.Name == "[Content_Types].xml" {
			return []Member{m}, nil
		}
	}
	var all []Member
	for i, f := range z.File {
		if f.FileInfo().IsDir() || strings.HasPrefix(filepath.Base(f.Name), ".") || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		inner := Member{File: m.File, Name: f.Name, Path: m.Path, open: m.entry(i)}
		if m.Name != m.File {
			inner.Name = m.Name + "/" + f.Name
		}
		within, err := inner.nested(f, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, within...)
	}
	return all, nil
}

// entry opens the i-th file of the archive m.
func (m Member) entry(i int) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		r, size, done, err := m.bytes()
		if err != nil {
			return nil, err
		}
		z, err := zip.NewReader(r, size)
		if err != nil {
			done()
			return nil, err
		}
		f, err := z.File[i].Open()
		if err != nil {
			done()
			return nil, err
		}
		return &closing{f, done}, nil
	}
}

// closing closes the archive with the file that was read from it.
type closing struct {
	io.ReadCloser
	done func()
}

func (c *closing) Close() error {
	defer c.done()
	return c.ReadCloser.Close()
}

// bytes gives m for reading at any place: the file itself, or an archive within
// an archive out of memory.
func (m Member) bytes() (io.ReaderAt, int64, func(), error) {
	r, err := m.open()
	if err != nil {
		return nil, 0, nil, err
	}
	if f, ok := r.(*os.File); ok {
		info, err := f.Stat()
		return f, info.Size(), func() { _ = f.Close() }, err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, maxNested+1))
	if err == nil && len(b) > maxNested {
		err = fmt.Errorf("an archive of more than %d MB within an archive", maxNested>>20)
	}
	return bytes.NewReader(b), int64(len(b)), func() {}, err
}

// nested unwraps a file of an archive if it is an archive itself.
func (m Member) nested(f *zip.File, depth int) ([]Member, error) {
	switch strings.ToLower(filepath.Ext(f.Name)) {
	case ".gz":
		return []Member{m.gunzip()}, nil
	case ".zip":
		r, size, done, err := m.bytes()
		if err != nil {
			return nil, m.refuse(0, "cannot be unpacked: %v", err)
		}
		defer done()
		return m.unwrap(r, size, depth)
	}
	return []Member{m}, nil
}
