package casemail

import (
	"net/url"
	"regexp"
	"strings"
)

// A mediaType is what a part's header says of it.
type mediaType struct {
	kind        string // lower case, "text/plain"
	params      map[string]string
	disposition string // inline, attachment, or ""
	name        string // file name as the sender gave it, decoded
}

// attached reports whether a text part is a file rather than words to read:
// it has a name or says so.
func (t mediaType) attached() bool {
	return t.disposition == "attachment" || t.name != "" && t.kind != "text/html" || t.name != "" && t.disposition != "inline"
}

// mediaType reads Content-Type and Content-Disposition by go-message, and what
// it refuses by looking for the parameters that matter.
func (w *walker) mediaType(h *header, fallback string) mediaType {
	t := mediaType{kind: fallback}
	if value := clip(h.get("content-type")); value != "" {
		kind, params, err := h.strict("content-type").ContentType()
		if err != nil || !strings.Contains(kind, "/") && kind != "text" {
			w.p.add("content-type: repaired")
			kind, params = salvageType(value, fallback)
		}
		t.kind, t.params = strings.ToLower(kind), params
	}
	if value := clip(h.get("content-disposition")); value != "" {
		disposition, params, err := h.strict("content-disposition").ContentDisposition()
		if err != nil {
			w.p.add("content-disposition: repaired")
			disposition, params = salvageDisposition(value)
		}
		t.disposition, t.name = strings.ToLower(disposition), params["filename"]
		if t.disposition != "inline" {
			t.disposition = "attachment" // RFC 2183 section 2.8: unknown ones are attachments
		}
	}
	if t.name == "" {
		t.name = t.params["name"]
	}
	if t.name == "" {
		t.name = extendedName(clip(h.get("content-disposition")) + ";" + clip(h.get("content-type")))
	}
	t.name = oneLine(decodeWords(t.name))
	return t
}

// extendedName reads a file name in a charset of its own (RFC 2231 section 4),
// which the library drops unless it is UTF-8.
func extendedName(value string) string {
	m := extendedForm.FindStringSubmatch(value)
	if m == nil {
		return ""
	}
	raw, err := url.PathUnescape(m[2])
	if err != nil {
		raw = m[2]
	}
	name, _ := decodeCharset([]byte(raw), m[1])
	return name
}

var (
	typeForm     = regexp.MustCompile(`^[\s"']*([A-Za-z0-9.+_-]+/[A-Za-z0-9.+_-]+)`)
	paramForm    = regexp.MustCompile(`(?i)\b(boundary|charset|name|filename|format|delsp|report-type)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^;\s]+))`)
	extendedForm = regexp.MustCompile(`(?i)\b(?:file)?name\*(?:0\*)?\s*=\s*([\w.:-]*)'[\w-]*'([^;\s]+)`)
	dispForm     = regexp.MustCompile(`(?i)^\s*(inline|attachment)`)
)

func salvageType(value, fallback string) (string, map[string]string) {
	kind := fallback
	if m := typeForm.FindStringSubmatch(value); m != nil {
		kind = m[1]
	}
	return kind, salvageParams(value)
}

func salvageDisposition(value string) (string, map[string]string) {
	disposition := "attachment"
	if m := dispForm.FindStringSubmatch(value); m != nil {
		disposition = m[1]
	}
	return disposition, salvageParams(value)
}

// salvageParams takes the first of each parameter.
func salvageParams(value string) map[string]string {
	params := make(map[string]string)
	for _, m := range paramForm.FindAllStringSubmatch(value, 50) {
		if name := strings.ToLower(m[1]); params[name] == "" {
			params[name] = m[2] + m[3] + m[4]
		}
	}
	return params
}
