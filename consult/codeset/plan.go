package codeset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// ErrUnnamed is in the error of a file whose kind or period has to be named,
// because neither its content nor its name tells.
var ErrUnnamed = errors.New("has to be named")

// A batch is what becomes one release: all members of one kind and period.
type batch struct {
	kind   string
	period cmsfile.Period
	files  []string // as given, in order
	shas   map[string]string
	parts  []part
	proved bool
}

// A part is one member with what it holds of the release.
type part struct {
	cmsfile.Member
	cmsfile.Ident
}

// plan sorts the members of the files into releases. It reads their first
// lines only. skipped names the members that hold no rows.
func plan(files []string, o ImportOptions) (batches []*batch, skipped []string, err error) {
	var all []file
	for _, path := range files {
		f, left, err := openFile(path, o)
		if err != nil {
			return nil, nil, err
		}
		all, skipped = append(all, f), append(skipped, left...)
	}
	shareDownload(all, o)
	byKey := map[string]*batch{}
	for _, f := range all {
		for _, p := range f.parts {
			if p.Period.IsZero() {
				return nil, nil, fmt.Errorf("%s: %s, but the release %w: give --release %s", p.Member, p.Kind, ErrUnnamed, example(p.Kind))
			}
			key := p.Kind + " " + p.Period.Name
			b := byKey[key]
			if b == nil {
				b = &batch{kind: p.Kind, period: p.Period, shas: map[string]string{}, proved: true}
				byKey[key], batches = b, append(batches, b)
			}
			if err := b.add(f.path, f.sha, p); err != nil {
				return nil, nil, err
			}
		}
	}
	return batches, skipped, nil
}

// A file is one of those that were named, with what it holds.
type file struct {
	path, sha string
	parts     []part
}

func openFile(path string, o ImportOptions) (f file, skipped []string, err error) {
	members, err := cmsfile.Open(path)
	if err != nil {
		return file{}, nil, err
	}
	sha, err := cmsfile.SHA256(path)
	if err != nil {
		return file{}, nil, err
	}
	parts, skipped, err := identify(members, o)
	return file{path, sha, parts}, skipped, err
}

// identify says what the members of one file are. A file without any that can
// be imported is refused.
func identify(members []cmsfile.Member, o ImportOptions) (parts []part, skipped []string, err error) {
	var why error
	for _, m := range members {
		id, err := cmsfile.Identify(m)
		switch {
		case errors.Is(err, cmsfile.ErrNoCodeFile):
			skipped, why = append(skipped, m.String()), cmp.Or(why, err)
			continue
		case err != nil:
			return nil, nil, err
		}
		if err := name(m, &id, o); err != nil {
			return nil, nil, err
		}
		parts = append(parts, part{m, id})
	}
	if len(parts) == 0 {
		if len(members) == 0 {
			return nil, nil, errors.New("an archive without files")
		}
		return nil, nil, why
	}
	shareRelease(parts)
	return parts, skipped, nil
}

// name settles the kind and the period where the options do.
func name(m cmsfile.Member, id *cmsfile.Ident, o ImportOptions) error {
	may := id.Kinds
	if id.Kind != "" {
		may = append([]string{id.Kind}, may...)
	}
	switch {
	case o.Kind != "" && !slices.Contains(may, o.Kind):
		return fmt.Errorf("%s is %s, not %s", m, strings.Join(may, " or "), o.Kind)
	case o.Kind != "":
		id.Kind = o.Kind
	case id.Kind == "":
		return fmt.Errorf("%s: the kind %w: give --kind %s", m, ErrUnnamed, strings.Join(may, " or --kind "))
	}
	if o.Release == "" {
		return nil
	}
	c, _ := cmsfile.CadenceOf(id.Kind)
	p, ok := c.ParsePeriod(o.Release)
	if !ok {
		return fmt.Errorf("--release %s names no release of %s, which are named like %s: %w", o.Release, id.Kind, example(id.Kind), ErrUnnamed)
	}
	id.Period = p
	return nil
}

// shareRelease lets a part whose own content and name tell no period be of the
// release of its neighbours in the same file, where they agree.
func shareRelease(parts []part) {
	known := map[string][]cmsfile.Period{}
	for _, p := range parts {
		if !p.Period.IsZero() && !slices.Contains(known[p.Kind], p.Period) {
			known[p.Kind] = append(known[p.Kind], p.Period)
		}
	}
	for i, p := range parts {
		if of := known[p.Kind]; p.Period.IsZero() && len(of) == 1 {
			parts[i].Period = of[0]
		}
	}
}

// example is how a release of the kind is named.
func example(kind string) string {
	c, _ := cmsfile.CadenceOf(kind)
	switch c {
	case cmsfile.Quarterly:
		return "2024Q3"
	case cmsfile.FiscalYearly:
		return "FY2026"
	case cmsfile.Schedule, cmsfile.Monthly:
		return "2025-10"
	}
	return "2025"
}

// add puts a part into the release. Where one file holds a table twice, as
// text and as a workbook, the text is read.
func (b *batch) add(file, sha string, p part) error {
	if other, ok := b.shas[file]; !ok {
		for f, s := range b.shas {
			if s == sha {
				return fmt.Errorf("%s and %s are the same file", f, file)
			}
		}
		b.files, b.shas[file] = append(b.files, file), sha
	} else if other != sha {
		return fmt.Errorf("%s changed while it was read", file)
	}
	b.proved = b.proved && p.Proved
	same := slices.IndexFunc(b.parts, func(q part) bool { return q.Part == p.Part })
	switch {
	case same < 0 || p.Part == "" && b.parts[same].Path != p.Path:
		b.parts = append(b.parts, p)
	case b.parts[same].Path == p.Path && b.parts[same].Format != p.Format:
		if p.Format < b.parts[same].Format {
			b.parts[same] = p
		}
	default:
		return fmt.Errorf("%s and %s both hold %s of %s %s; import one of them", b.parts[same].Member, p.Member, cmp.Or(p.Part, "the table"), b.kind, b.period.Name)
	}
	return nil
}

// source names the files, sha256 is their checksum: of several files that of
// their checksums.
func (b *batch) source() string {
	var names []string
	for _, p := range b.parts {
		if !slices.Contains(names, p.File) {
			names = append(names, p.File)
		}
	}
	return strings.Join(names, ", ")
}

func (b *batch) sha256() string {
	shas := slices.Sorted(maps.Values(b.shas))
	if len(shas) == 1 {
		return shas[0]
	}
	sum := sha256.Sum256([]byte(strings.Join(shas, "\n")))
	return hex.EncodeToString(sum[:])
}

// unchanged refuses files that are no longer those whose checksum is recorded.
func (b *batch) unchanged() error {
	for path, sha := range b.shas {
		if now, err := cmsfile.SHA256(path); err != nil || now != sha {
			return fmt.Errorf("%s changed while it was read; import it again", path)
		}
	}
	return nil
}

// speaks are the first and the last day of the release. --effective moves the
// first; a day past the period moves the whole period.
func (b *batch) speaks(o ImportOptions) (from, to time.Time) {
	from, to = b.period.From, b.period.To
	switch {
	case o.Effective.IsZero():
		return from, to
	case o.Effective.After(to):
		return o.Effective, o.Effective.Add(to.Sub(from))
	}
	return o.Effective, to
}
