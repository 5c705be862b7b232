package draft

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/pelletier/go-toml/v2"

	"github.com/caseconsultant/caseconsultant/templates"
)

// replyNames are the replies that Render chooses from, one file each.
var replyNames = []string{
	"add-on", "bundling", "code-select", "code-status", "coverage", "denial", "diagnosis", "em-level", "general",
	"global", "incident-to", "missing", "modifier", "not-ours", "payment", "preventive", "telehealth", "thanks", "units",
}

// blockNames are the shared parts, in the order in which they are rendered.
var blockNames = []string{
	"header", "answer", "claim", "why", "record", "changes", "payers", "questions", "denied", "sources", "notices",
}

// A Set is a complete, checked set of reply templates. It is immutable and safe
// for concurrent use.
type Set struct {
	replies map[string]reply
	blocks  map[string]*template.Template
	words   words
	choices choices
}

// reply is one reply file: its Subject line and its body.
type reply struct{ subject, body *template.Template }

// words is words.toml: phrases that are chosen by key.
type words struct {
	Questions  map[string]string   `toml:"questions"` // by fact name
	Facts      map[string]string   `toml:"facts"`     // by fact name, for a list
	Record     map[string][]string `toml:"record"`    // by "rule verdict"
	Reasons    map[string]string   `toml:"reasons"`   // by claim adjustment reason code
	Sets       map[string]string   `toml:"sets"`      // by release kind
	Rules      map[string]string   `toml:"rules"`     // by rule
	Unanswered map[string]string   `toml:"unanswered"`
	Unchecked  map[string]string   `toml:"unchecked"` // by the reason that the rules give
	Manuals    map[string]string   `toml:"manuals"`   // by rule: the manual chapter that explains it
}

// Default returns the shipped set.
var Default = sync.OnceValues(func() (*Set, error) { return Load(nil) })

// Load reads a set from fsys, whose root holds the files. A file that fsys
// lacks is taken from the shipped set, so a folder may hold only what it
// changes; nil means the shipped set. Every template is parsed, checked field by
// field, and executed with a full and an empty page. The error joins all that
// is wrong, each with file and line.
func Load(fsys fs.FS) (*Set, error) {
	shipped, err := fs.Sub(templates.FS, "reply")
	if err != nil {
		return nil, err
	}
	s := &Set{replies: map[string]reply{}, blocks: map[string]*template.Template{}}
	s.choices, err = decodeChoices(choicesTOML)
	errs := []error{err, strayFiles(fsys)}
	read := func(name string) string {
		text, err := readFile(fsys, shipped, name)
		errs = append(errs, err)
		return text
	}
	for _, n := range blockNames {
		file := "block-" + n + ".md"
		s.blocks[n], err = parse(file, read(file), 0)
		errs = append(errs, err)
	}
	for _, n := range replyNames {
		s.replies[n], err = parseReply(n+".md", read(n+".md"))
		errs = append(errs, err)
	}
	errs = append(errs, s.words.decode(read("words.toml")))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, s.try()
}

// strayFiles refuses a file that nothing would read: a misspelt override must
// not be ignored.
func strayFiles(fsys fs.FS) error {
	if fsys == nil {
		return nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	errs := []error{err}
	for _, e := range entries {
		stem, isMD := strings.CutSuffix(e.Name(), ".md")
		block, isBlock := strings.CutPrefix(stem, "block-")
		switch {
		case e.IsDir(), e.Name() == "words.toml", e.Name()[0] == '.',
			isMD && isBlock && slices.Contains(blockNames, block),
			isMD && slices.Contains(replyNames, stem):
		default:
			errs = append(errs, fmt.Errorf("%s: no such template; known are block-{%s}.md, {%s}.md and words.toml",
				e.Name(), strings.Join(blockNames, ","), strings.Join(replyNames, ",")))
		}
	}
	return errors.Join(errs...)
}

func readFile(over, shipped fs.FS, name string) (string, error) {
	if over != nil {
		b, err := fs.ReadFile(over, name)
		if !errors.Is(err, fs.ErrNotExist) {
			return strings.ReplaceAll(string(b), "\r\n", "\n"), err
		}
	}
	b, err := fs.ReadFile(shipped, name)
	return string(b), err
}

// decode reads words.toml; an unknown key is an error.
func (w *words) decode(text string) error {
	dec := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields()
	if err := dec.Decode(w); err != nil {
		return tomlError("words.toml", err)
	}
	return nil
}

// tomlError gives a decoding error its file and its excerpt with the line.
func tomlError(file string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		return fmt.Errorf("%s: unknown key:\n%s", file, strict.String())
	}
	var at *toml.DecodeError
	if errors.As(err, &at) {
		row, _ := at.Position()
		return fmt.Errorf("%s:%d: %w", file, row, err)
	}
	return fmt.Errorf("%s: %w", file, err)
}

// parseReply reads a reply file: "Subject: …", an empty line, the body.
func parseReply(file, text string) (reply, error) {
	head, body, ok := strings.Cut(text, "\n\n")
	subject, has := strings.CutPrefix(head, "Subject: ")
	if !ok || !has || strings.Contains(subject, "\n") {
		return reply{}, fmt.Errorf("%s:1: must begin with one line \"Subject: …\" and an empty line", file)
	}
	var r reply
	var err1, err2 error
	r.subject, err1 = parse(file, subject, 0)
	r.body, err2 = parse(file, body, 2)
	return r, errors.Join(err1, err2)
}

// try executes every template with a full and an empty page.
func (s *Set) try() error {
	var errs []error
	for _, p := range []Page{fullPage(), {}} {
		for _, n := range replyNames {
			if _, _, err := s.fill(n, p); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
