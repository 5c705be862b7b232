package draft

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// docs/reply.md names every field of a page and every file, and no other.
func TestDocsNameTheFields(t *testing.T) {
	text, err := os.ReadFile("../../docs/reply.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "### Fields")
	table, _, _ = strings.Cut(table, "\n## ")
	named := map[string]bool{}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`\\.(\\w+)`").FindAllStringSubmatch(cells[1], -1) {
			named[m[1]] = true
		}
	}
	page := reflect.TypeFor[Page]()
	for i := range page.NumField() {
		if f := page.Field(i); f.IsExported() && !named[f.Name] {
			t.Errorf("docs/reply.md does not name .%s", f.Name)
		}
	}
	for name := range named {
		if _, ok := page.FieldByName(name); !ok {
			t.Errorf("docs/reply.md names .%s, which a page has not", name)
		}
	}
	for _, n := range append(replyNames[:len(replyNames):len(replyNames)], blockNames...) {
		if !strings.Contains(string(text), n) {
			t.Errorf("docs/reply.md does not name %s", n)
		}
	}
}

// Every verdict that the program can give is in the table of docs/reply.md.
func TestDocsListTheVerdicts(t *testing.T) {
	text, err := os.ReadFile("../../docs/reply.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{
		together, withModifier + " M", notTogether, cannotDecide, reportX, reportXInstead, notX, notAlone, notSeparately,
		separately, separatelyWith, tooMany, notPaid, notModifier, notModifiers, dxValid, dxInvalid, dxOrder, correctClaim,
		appealWith, notAsWritten, noObjection, notCoding, noQuestion,
	} {
		shape := regexp.QuoteMeta(v)
		shape = strings.ReplaceAll(shape, "%s", "[A-Z](?: and [A-Z])?")
		if !regexp.MustCompile(shape).Match(text) {
			t.Errorf("docs/reply.md lacks the verdict %q", v)
		}
	}
}
