package casemail

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReasonsHoldNoContent plants a word in every place of a mail and demands
// that neither a reason nor a problem repeats it: both are logged.
func TestReasonsHoldNoContent(t *testing.T) {
	const canary = "Zanzibar"
	files, err := filepath.Glob("testdata/mails/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	value := regexp.MustCompile(`(?m)^([A-Za-z-]+:)(.*)$`)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, planted := range map[string]string{
			"after each value": value.ReplaceAllString(string(raw), "$1$2 "+canary),
			"in each value":    value.ReplaceAllString(string(raw), "$1 "+canary+"$2"),
			"as each value":    value.ReplaceAllString(string(raw), "$1 "+canary),
			"as a field":       canary + ": x\n" + canary + "\n" + string(raw),
			"in the body":      strings.ReplaceAll(string(raw), "\r\n\r\n", "\r\n\r\n"+canary+"\r\n"),
		} {
			m := Parse([]byte(planted))
			_, reason := Classify(m, Own{Addresses: []string{canary + "@x.test"}, Domain: canary})
			trust := Verify(m, AuthConfig{AuthservID: canary, WithoutID: true}, func(string) ([]string, error) { return nil, nil })
			for _, said := range append(m.Problems, reason, trust.Reason, trust.Method, trust.Verdict) {
				if strings.Contains(strings.ToLower(said), strings.ToLower(canary)) {
					t.Errorf("%s, %s: %q", file, name, said)
				}
			}
		}
	}
}

// TestProblemsAreClasses: what Problems says comes from a closed list, whatever
// the mail.
func TestProblemsAreClasses(t *testing.T) {
	class := regexp.MustCompile(`^(message|header|body|text|part|parts|multipart|content-type|content-disposition|charset|encoding|base64|date|from): [A-Za-z0-9 -]+$`)
	for name, raw := range hostile() {
		if len(raw) > 8<<20 {
			continue
		}
		for _, p := range Parse(raw).Problems {
			if !class.MatchString(p) {
				t.Errorf("%s: %q", name, p)
			}
		}
	}
}
