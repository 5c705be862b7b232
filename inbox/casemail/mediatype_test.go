package casemail

import (
	"maps"
	"testing"
)

func TestMediaType(t *testing.T) {
	for _, c := range []struct {
		name, typ, disposition string
		want                   mediaType
		repaired               bool
	}{
		{"none", "", "", mediaType{kind: "text/plain"}, false},
		{"type", "Text/HTML; charset=\"UTF-8\"", "", mediaType{kind: "text/html"}, false},
		{"name of the type", "application/pdf; name=a.pdf", "", mediaType{kind: "application/pdf", name: "a.pdf"}, false},
		{"name of the disposition wins", "application/pdf; name=a.pdf", "attachment; filename=b.pdf", mediaType{"application/pdf", nil, "attachment", "b.pdf"}, false},
		{"encoded name", "", "attachment; filename=\"=?utf-8?q?caf=C3=A9.pdf?=\"", mediaType{"text/plain", nil, "attachment", "café.pdf"}, false},
		{"name of RFC 2231", "", "attachment; filename*=iso-8859-1''caf%E9.pdf", mediaType{"text/plain", nil, "attachment", "café.pdf"}, false},
		{"inline", "image/png", "INLINE", mediaType{"image/png", nil, "inline", ""}, false},
		{"unknown disposition", "image/png", "form-data", mediaType{"image/png", nil, "attachment", ""}, false},
		{"no equals sign", "text/plain; charset", "", mediaType{kind: "text/plain"}, true},
		{"unquoted blanks", "application/pdf; name=op note.pdf", "", mediaType{kind: "application/pdf", name: "op"}, true},
		{"rubbish", "???", "", mediaType{kind: "text/plain"}, true},
		{"single quotes", "text/plain; charset='utf-8", "", mediaType{kind: "text/plain"}, false},
	} {
		h := header{}
		if c.typ != "" {
			h.fields = append(h.fields, field{"content-type", c.typ})
		}
		if c.disposition != "" {
			h.fields = append(h.fields, field{"content-disposition", c.disposition})
		}
		w := walker{p: new(problems), m: new(Message)}
		got := w.mediaType(&h, "text/plain")
		if got.kind != c.want.kind || got.disposition != c.want.disposition || got.name != c.want.name || (len(w.p.list) > 0) != c.repaired {
			t.Errorf("%s: %+v %q, want %+v", c.name, got, w.p.list, c.want)
		}
	}
}

func TestSalvageParams(t *testing.T) {
	for in, want := range map[string]map[string]string{
		`x; boundary="a b"; charset=utf-8`:     {"boundary": "a b", "charset": "utf-8"},
		`x; BOUNDARY = abc ; boundary=def`:     {"boundary": "abc"},
		`x; name='a b.pdf'; report-type=x-y;;`: {"name": "a b.pdf", "report-type": "x-y"},
		`x; other=1`:                           {},
	} {
		if got := salvageParams(in); !maps.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestAttached(t *testing.T) {
	for _, c := range []struct {
		t    mediaType
		want bool
	}{
		{mediaType{kind: "text/plain"}, false},
		{mediaType{kind: "text/plain", disposition: "inline"}, false},
		{mediaType{kind: "text/plain", disposition: "attachment"}, true},
		{mediaType{kind: "text/plain", name: "x.txt", disposition: "inline"}, true},
		{mediaType{kind: "text/html", name: "x.html", disposition: "inline"}, false}, // the body of some mailers
		{mediaType{kind: "text/html", name: "x.html"}, true},
	} {
		if got := c.t.attached(); got != c.want {
			t.Errorf("%+v: %v", c.t, got)
		}
	}
}

func TestStrip(t *testing.T) {
	for in, want := range map[string]string{
		"a (b) c":              "a  c",
		"a (b (c) d) e":        "a  e",
		`a "b; c=d" e`:         "a bcd e",
		`a "b\" c" d`:          "a bc d",
		"a (b":                 "a",
		"a) b":                 "a) b",
		`x; spf=pass (a \) b)`: "x; spf=pass",
	} {
		if got := strip(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
