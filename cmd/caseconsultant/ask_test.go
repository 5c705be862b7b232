package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

const stating = "Mr. Alan Grant, 67 y/o M, DOS 3/14/2025: 9 lesions, 99213-25 with 17000?"

// TestRecognizeFacts: what the text states and who the patient may be stand
// beside the codes, each with its span.
func TestRecognizeFacts(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "")
	doc := shape(t, b.good(t, stating, "recognize", "--json"), with(mentionFields, map[string]string{
		"facts[].name": "string", "facts[].value": "string", "facts[].text": "string", "facts[].start": "number", "facts[].end": "number",
		"facts[].region": "string", "identifiers[].kind": "string", "identifiers[].text": "string", "identifiers[].start": "number",
		"identifiers[].end": "number", "identifiers[].region": "string",
	}))
	for _, list := range []string{"mentions", "facts", "identifiers"} {
		checkSpans(t, doc, list, stating)
	}
	stated := fmt.Sprint(doc["facts"])
	for _, want := range []string{"date_of_service", "2025-03-14", "patient_age", "67", "lesion_count"} {
		if !strings.Contains(stated, want) {
			t.Errorf("%s is not in %s", want, stated)
		}
	}
	if got := fmt.Sprint(doc["identifiers"]); !strings.Contains(got, "Grant") {
		t.Errorf("the name is not in %s", got)
	}
	empty := shape(t, b.good(t, "hello", "recognize", "--json"), nil)
	if got := fmt.Sprint(empty["facts"], empty["identifiers"]); got != "[] []" {
		t.Errorf("of nothing: %s, want two empty lists", got)
	}
	text := b.good(t, stating, "recognize")
	for _, want := range []string{"cpt", "fact", "lesion_count", "identifier", "Grant"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

// TestRecognizeStatus: with a database named, mentions carry their status on
// the day, and it enters their confidence.
func TestRecognizeStatus(t *testing.T) {
	t.Parallel()
	const text = "what is 99441"
	b := newBinary(t, pgtest.URL(t))
	b.good(t, "", "migrate")
	sure := func(on string) (status any, confidence float64) {
		m := at(t, shape(t, b.good(t, text, "recognize", "--json", "--on", on), nil), "mentions", 0).(map[string]any)
		return m["status"], m["confidence"].(float64)
	}
	alone := newBinary(t, "")
	bare := at(t, shape(t, alone.good(t, text, "recognize", "--json"), nil), "mentions", 0, "confidence").(float64)
	if status, confidence := sure("2024-08-15"); status != "valid" || confidence <= bare {
		t.Errorf("in 2024: %v, %v, want valid and more than %v", status, confidence, bare)
	}
	if status, _ := sure("2025-03-14"); status != "deleted" {
		t.Errorf("in 2025: %v, want deleted", status)
	}
}
