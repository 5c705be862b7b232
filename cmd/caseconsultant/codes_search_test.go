package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

func TestCodesSearch(t *testing.T) {
	b := newBinary(t, pgtest.URL(t))
	b.good(t, "", "migrate")
	out := b.good(t, "", "codes", "search", "htn", "--on", "2025-03-01", "--json")
	doc := shape(t, out, map[string]string{"query": "string", "on": "string", "results[].system": "string", "results[].code": "string",
		"results[].title": "string?", "results[].billable": "bool", "results[].score": "number", "results[].status": "string"})
	if first := doc["results"].([]any)[0].(map[string]any)["code"]; doc["query"] != "htn" || doc["on"] != "2025-03-01" || first != "I10" {
		t.Errorf("%s", out)
	}
	if out := b.good(t, "", "codes", "search", "qqqqzzzz", "--json"); !strings.Contains(out, `"results":[]`) {
		t.Errorf("%s", out)
	}
	if out := b.good(t, "", "codes", "search", "qqqqzzzz"); !strings.HasPrefix(out, "nothing found") || strings.Count(out, "\n") != 1 {
		t.Errorf("%s", out)
	}
	if out := b.good(t, "", "codes", "search", "D12", "benign", "--limit", "1"); strings.Count(out, "\n") == 0 {
		t.Errorf("%s", out)
	}
	b.fails(t, exitUsage, "nothing to search for", "", "codes", "search", " ")
	b.fails(t, exitUsage, "--system icd11", "", "codes", "search", "htn", "--system", "icd11")
	b.fails(t, exitUsage, "a date is YYYY-MM-DD", "", "codes", "search", "htn", "--on", "03/01/2025")
	b.fails(t, exitUsage, "--limit 0", "", "codes", "search", "htn", "--limit", "0")
}

// TestPrintHits: a header with what stands below it, each code once, lines cut.
func TestPrintHits(t *testing.T) {
	t.Setenv("COLUMNS", "60")
	hits := []codeset.Hit{
		{System: code.ICD10CM, Code: "X90", Title: "Zorble of snark", Status: "valid",
			Children: []codeset.Child{{Code: "X90.0", Title: "Zorble of snark without boojum", Billable: true}, {Code: "X90.1", Title: "Zorble with boojum"}}},
		{System: code.HCPCS, Code: "J9998", Title: "Injection, vorpal", Words: "Vorpal", Billable: true, Status: "replaced", Successor: "J9997"},
		{System: code.ICD10CM, Code: "X90.1", Title: "Zorble with boojum", Status: "valid", Children: []codeset.Child{{Code: "X90.11", Billable: true}}},
	}
	var out bytes.Buffer
	if err := printHits(&out, codeset.SearchQuery{}, hits); err != nil {
		t.Fatal(err)
	}
	const want = `X90         icd10cm   header  Zorble of snark
  X90.0                       Zorble of snark without boojum
  X90.1     icd10cm   header  Zorble with boojum
    X90.11
J9998       hcpcs             replaced: Injection, vorpal (…
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
