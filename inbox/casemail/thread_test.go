package casemail

import (
	"slices"
	"strings"
	"testing"
)

func TestThreadIDs(t *testing.T) {
	m := Parse([]byte("From: a@b.test\nIn-Reply-To: Your mail of Monday <c@x> <d@x>\nReferences: <a@x>\n\t<b@x> <c@x>,<e@x>\n\nx"))
	if got, want := m.ThreadIDs(), []string{"c@x", "d@x", "e@x", "b@x", "a@x"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Parse([]byte("From: a@b.test\n\nx")).ThreadIDs(); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestManyReferences(t *testing.T) {
	m := Parse([]byte("From: a@b.test\nReferences: <first@x> " + strings.Repeat("<mid@x> ", 500) + "<last@x>\n\nx"))
	if n := len(m.References); n != maxIDs || m.References[0] != "first@x" || m.References[n-1] != "last@x" {
		t.Errorf("%d, %q", len(m.References), m.References[0])
	}
}

func TestCaseTag(t *testing.T) {
	for head, want := range map[string]int64{
		"To: consult+case-42@desk.example":                               42,
		"Cc: x@y.test, Desk <Consult+CASE-7@desk.example>":               7,
		"Delivered-To: consult+case-9@desk.example\nTo: consult@desk.ex": 9,
		"To: consult@desk.example":                                       0,
		"To: consult+case-0@desk.example":                                0,
		"To: consult+case-99999999999999999999@desk.example":             0,
		"To: consult+case-4x@desk.example":                               0,
	} {
		got, ok := Parse([]byte("From: a@b.test\n" + head + "\n\nx")).CaseTag()
		if got != want || ok != (want > 0) {
			t.Errorf("%s: %d %v, want %d", head, got, ok, want)
		}
	}
}

func TestOurID(t *testing.T) {
	secret := []byte("0123456789abcdef")
	id := MakeOurID(42, 3, secret, "desk.example")
	caseID, rev, mac, ok := ParseOurID(id)
	if !ok || caseID != 42 || rev != 3 || len(mac) != 16 || !VerifyOurID(id, secret) {
		t.Fatalf("%s: %d %d %s %v", id, caseID, rev, mac, ok)
	}
	if !strings.HasPrefix(id, "case-42.r3.") || !strings.HasSuffix(id, "@desk.example") {
		t.Error(id)
	}
	if VerifyOurID(id, []byte("another secret")) || VerifyOurID(MakeOurID(42, 3, nil, "d.test"), nil) {
		t.Error("a wrong or empty secret counts")
	}
	for _, forged := range []string{
		strings.Replace(id, "case-42", "case-43", 1), strings.Replace(id, ".r3", ".r4", 1),
		"case-42.r3.aaaaaaaaaaaaaaaa@desk.example", "case-42.r3.@desk.example",
	} {
		if VerifyOurID(forged, secret) {
			t.Errorf("%s counts", forged)
		}
	}
	for _, other := range []string{"", "x@y", "case-42@desk.example", "case-042.r1.abcdefghijklmnop@d", "case-4.r0.abcdefghijklmnop@d", "xcase-4.r1.abcdefghijklmnop@d", "case-4.r1.ABCDEFGHIJKLMNOP@d", "case-99999999999999999999.r1.abcdefghijklmnop@d"} {
		if _, _, _, ok := ParseOurID(other); ok {
			t.Errorf("%s has our form", other)
		}
	}
}

// TestOurIDComesBack: what a mail program does to the identifier on its way
// back must not break it.
func TestOurIDComesBack(t *testing.T) {
	secret := []byte("s")
	id := MakeOurID(7, 1, secret, "desk.example")
	for _, head := range []string{"In-Reply-To: <" + id + ">", "In-Reply-To:\n <" + id + ">", "References: <a@x>\n\t<" + id + ">", "In-Reply-To: " + id} {
		ids := Parse([]byte("From: a@b.test\n" + head + "\n\nx")).ThreadIDs()
		if len(ids) == 0 || !VerifyOurID(ids[0], secret) {
			t.Errorf("%q: %q", head, ids)
		}
	}
}
