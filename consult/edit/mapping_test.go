package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// gem reads "E11.9~ A70~+1.1 M79.1~! Z00? -": targets with ~ approximate,
// +scenario.list combined, ! not complete on the day, ? nothing tells, - no map.
func gem(from, text string) []codeset.Successor {
	var out []codeset.Successor
	for w := range strings.FieldsSeq(text) {
		s := codeset.Successor{Status: code.Valid}
		if head, lists, ok := strings.Cut(w, "+"); ok {
			w = head + strings.Trim(lists, "0123456789.")
			s.Combination, s.Scenario, s.ChoiceList = true, int(lists[0]-'0'), int(lists[2]-'0')
		}
		switch {
		case strings.HasSuffix(w, "!"):
			s.Status = code.Unknown
		case strings.HasSuffix(w, "?"):
			s.Status = code.Unchecked
		case w == "-":
			s.Status, s.NoMap = code.Unchecked, true
		}
		s.Approximate = strings.Contains(w, "~")
		s.Code = code.Code{System: code.ICD10CM, Code: strings.Trim(w, "~!?-")}
		s.Source = codeset.Source{Set: "gem-cm", Release: "2018", Row: from + "→" + s.Code.Code}
		out = append(out, s)
	}
	return out
}

// TestICD9: from 2015-10-01 on a code of ICD-9-CM is replaced where the mapping
// has one target that is valid on the day; else the candidates are named.
func TestICD9(t *testing.T) {
	const head = " is an ICD-9-CM code, which is not valid for services from 2015-10-01 on; "
	const name = "the General Equivalence Mapping (2018) "
	for _, test := range []struct{ targets, verdict, successor, says string }{
		{"A00.0", "replaced", "A00.0", name + "has A00.0 of ICD-10-CM as its equivalent."},
		{"E11.9~", "replaced", "E11.9", name + "offers E11.9 of ICD-10-CM, which is close and not the same; whether it fits the record must be checked."},
		{"M60.9~ M79.7~", "unknown", "", name + "offers M60.9 or M79.7 of ICD-10-CM, which of them fits the record must be chosen."},
		{"M60.9~ M79.1~! M79.7~", "unknown", "", name + "offers M60.9 or M79.7 of ICD-10-CM, which of them fits the record must be chosen; of what " + name + "names, M79.1 is no complete code on 2024-08-15."},
		{"M79.1~! M79.7~", "unknown", "", name + "offers M79.7 of ICD-10-CM, which is close and not the same; whether it fits the record must be checked; of what " + name + "names, M79.1 is no complete code on 2024-08-15."},
		{"M79.1~!", "unknown", "", "of what " + name + "names, M79.1 is no complete code on 2024-08-15."},
		{"A70~+1.1 J17~+1.2", "unknown", "", name + "offers A70 together with J17 of ICD-10-CM, which is close and not the same; whether they fit the record must be checked."},
		{"E08.39~ E08.311~+1.1 E08.319~+1.1 E08.36~+1.2", "unknown", "", name + "offers E08.39 or one of E08.311, E08.319 together with E08.36 of ICD-10-CM, which of them fits the record must be chosen."},
		{"E08.39~ E08.311~+1.1 E08.36~!+1.2", "unknown", "", name + "offers E08.39 of ICD-10-CM, which is close and not the same; whether it fits the record must be checked; of what " + name + "names, E08.36 is no complete code on 2024-08-15."},
		{"-", "unknown", "", name + "has no code of ICD-10-CM for it."},
		{"E11.9~?", "unknown", "", name + "offers E11.9 of ICD-10-CM, which is close and not the same; whether it fits the record must be checked; no list of ICD-10-CM is loaded that tells what of it is valid on 2024-08-15."},
	} {
		w := newWorld()
		w.put(code.ICD10CM, "250.00", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
		w.put(code.ICD9CM, "250.00", func(cf *codeset.CodeFacts) { cf.Status, cf.Successors = code.Unchecked, gem("250.00", test.targets) })
		fs := of(w.check(t, "dx:250.00"), "code.status")
		if len(fs) != 1 || fs[0].Verdict != test.verdict || fs[0].Successor != test.successor || fs[0].Severity != Error {
			t.Errorf("%s: %+v", test.targets, fs)
			continue
		}
		if want := "250.00" + head + test.says; fs[0].Statement != want {
			t.Errorf("%s:\n%s\n%s", test.targets, fs[0].Statement, want)
		}
		if fs[0].SuccessorSource == nil || !strings.HasPrefix(fs[0].SuccessorSource.Row, "250.00→") {
			t.Errorf("%s: named by %+v", test.targets, fs[0].SuccessorSource)
		}
	}
}

// TestOtherICD: which revision a code is of, by the day.
func TestOtherICD(t *testing.T) {
	w := newWorld().dx("V72.31")
	w.put(code.ICD9CM, "V72.31", func(cf *codeset.CodeFacts) {
		cf.Status, cf.Successors = code.Unchecked, gem("V72.31", "Z01.411~ Z01.419~")
	})
	w.put(code.ICD10CM, "E11.9", func(cf *codeset.CodeFacts) { cf.Status, cf.Successors = code.Unchecked, gem("E11.9", "250.00~") })
	w.put(code.ICD10CM, "T81.4XXA", nil)
	w.dx("V70.0").put(code.ICD10CM, "V70.0", func(cf *codeset.CodeFacts) { cf.Billable = false })
	w.put(code.ICD9CM, "V70.0", func(cf *codeset.CodeFacts) {
		cf.Status, cf.Successors = code.Unchecked, gem("V70.0", "Z00.00~ Z00.01~!")
	})
	run(t, []row{
		{name: "a code of both", world: w, claim: "dx:V72.31", rule: "code.status", want: "valid V72.31", says: "V72.31 is a valid code on 2024-08-15."},
		{name: "a header of the one, a code of the other", world: w, claim: "dx:V70.0", rule: "code.status", want: "valid V70.0",
			says: "V70.0 is a valid code on 2024-08-15, a header of ICD-10-CM; a code of ICD-9-CM was written so too, for which the General Equivalence Mapping (2018) offers Z00.00 of ICD-10-CM"},
	})
	c := claim("dx:E11.9 dx:T81.4XXA dx:A00.0")
	c.On = codeset.ICD10Since.AddDate(0, 0, -1)
	r := w.checkClaim(t, c)
	if got := verdicts(r, "code.status"); got != "not_yet_effective E11.9; not_yet_effective T81.4XXA" {
		t.Errorf("on 2015-09-30: %s", got)
	}
	const want = "E11.9 is an ICD-10-CM code and cannot be reported for 2015-09-30, for ICD-10-CM begins with services of 2015-10-01; " +
		"the General Equivalence Mapping (2018) offers 250.00 of ICD-9-CM, which is close and not the same; whether it fits the record must be checked."
	if f := of(r, "code.status")[0]; f.Statement != want || f.Successor != "" || !slices.Equal(f.Successors, []string{"250.00"}) {
		t.Errorf("%+v", f)
	}
	c.On = codeset.ICD10Since
	if got := verdicts(w.checkClaim(t, c), "code.status"); strings.Contains(got, "not_yet_effective") {
		t.Errorf("on 2015-10-01: %s", got)
	}
}
