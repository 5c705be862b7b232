package draft

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestShippedSetLoads(t *testing.T) {
	if _, err := Load(nil); err != nil {
		t.Fatal(err)
	}
}

// A fault in a folder of overrides is told with file and line.
func TestLoadRefuses(t *testing.T) {
	head := "Subject: {{.Subject}}\n\n"
	for _, c := range []struct{ name, file, text, want string }{
		{"unknown field", "bundling.md", head + "a\n{{.Nonsense}}", "bundling.md:4: unknown field .Nonsense; known here: .Subject, "},
		{"unknown field in a branch never taken", "general.md", head + "{{if .Pair}}{{else}}{{.Pair.Huh}}{{end}}", "general.md:3: unknown field .Huh; known here: .One, "},
		{"field of a list", "general.md", head + "{{.Why.Says}}", "general.md:3: .Why.Says: nothing to name after it"},
		{"list printed", "general.md", head + "{{.Why}}", "general.md:3: .Why is no text"},
		{"range over text", "general.md", head + "{{range .Case}}{{end}}", "not a list"},
		{"unclosed", "general.md", head + "{{if .Case}}", "general.md:3: unexpected EOF"},
		{"function", "general.md", head + "{{printf .Case}}", "general.md:3: printf .Case is not allowed here"},
		{"pipe", "general.md", head + "{{.Case | html}}", "is not allowed here"},
		{"variable", "general.md", head + "{{$x := .Case}}{{$x}}", "is not allowed here"},
		{"template", "general.md", head + "{{template \"x\"}}", "is not allowed; known are fields, if, range and with"},
		{"hidden field", "general.md", head + "{{.found}}", "unknown field .found"},
		{"no subject", "general.md", "hello\n\nyou", "general.md:1: must begin with one line \"Subject: …\""},
		{"two header fields", "general.md", "Subject: a\nBcc: b\n\nyou", "general.md:1: must begin"},
		{"misspelt name", "bundlign.md", head, "bundlign.md: no such template; known are "},
		{"block", "block-why.md", "\n\n{{.X}}", "block-why.md:3: unknown field .X"},
		{"unknown key", "words.toml", "[rule]\na = \"b\"\n", "words.toml: unknown key"},
		{"broken toml", "words.toml", "[rules\n", "words.toml:1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{c.file: {Data: []byte(c.text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// A folder may hold only what it changes; the rest stays as shipped.
func TestLoadOverrides(t *testing.T) {
	s, err := Load(fstest.MapFS{
		"general.md":       {Data: []byte("Subject: S {{.Subject}}\r\n\r\n{{.Block.Notices}}\r\nours {{range .Why}}{{$.Case}}{{end}}")},
		"block-notices.md": {Data: []byte("our notices")},
	})
	if err != nil {
		t.Fatal(err)
	}
	subject, body, err := s.fill("general", Page{Subject: "x", Why: make([]Reason, 2), Case: "7", tag: Tag(7)})
	if want := "our notices\nours 77\n\n\\[case-7\\]\n"; err != nil || subject != "S x" || body != want {
		t.Errorf("%q, %q, %v, want %q", subject, body, err, want)
	}
	if _, body, _ := s.fill("bundling", Page{}); !strings.HasSuffix(body, "our notices\n") {
		t.Errorf("a shipped reply lacks the overridden block: %q", body)
	}
}

// Each question that may be asked has its words, and no others are there.
func TestWordsAreComplete(t *testing.T) {
	s, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, fact := range catalogue {
		if s.words.Questions[fact] == "" {
			t.Errorf("words.toml: no question for %s", fact)
		}
	}
	for key := range s.words.Questions {
		reply, fact, own := strings.Cut(key, " ")
		if !own {
			fact = key
		}
		if !slices.Contains(catalogue, fact) || own && reply != "both" && reply != "either" && !slices.Contains(replyNames, reply) {
			t.Errorf("words.toml: nothing asks the question %q", key)
		}
	}
	for _, f := range s.choices.Families {
		for _, name := range append([]string{f.Fact}, optionFacts(f)...) {
			if s.words.Questions[name] == "" {
				t.Errorf("choices.toml: %s asks for %s, which is not in the catalogue", f.Name, name)
			}
		}
	}
}

func optionFacts(f family) (names []string) {
	for _, o := range f.Options {
		for name := range o.Where {
			names = append(names, name)
		}
	}
	return names
}
