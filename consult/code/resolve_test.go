package code

import (
	"strings"
	"testing"
)

// live is a loaded set for the tests: what it lists has the status given ("-"
// deleted, "?" not looked up), any
// other CPT, HCPCS or diagnosis is unknown, other systems are not loaded.
func live(list string) func(Code) Status {
	known := make(map[string]Status)
	for _, w := range strings.Fields(list) {
		status := Valid
		if d, ok := strings.CutPrefix(w, "-"); ok {
			w, status = d, Deleted
		}
		if d, ok := strings.CutPrefix(w, "?"); ok {
			w, status = d, Unchecked
		}
		known[w] = status
	}
	return func(c Code) Status {
		switch c.System {
		case CPT, HCPCS, ICD10CM:
			if st, ok := known[c.Code]; ok {
				return st
			}
			return Unknown
		}
		return Unchecked
	}
}

func TestResolveAgainstLoadedSets(t *testing.T) {
	for _, tt := range []struct{ name, text, live, want string }{
		{"live codes", "99213 and 20610", "99213 20610", "cpt 99213; cpt 20610"},
		{"a bare number that is no code", "we saw 23456 of them", "99213", ""},
		{"a code named as one is kept though unknown", "CPT 99299", "99213", "cpt 99299"},
		{"deleted", "bill 99201", "-99201", "cpt 99201"},
		{"short list, all live", "99213, 14 and 15", "99213 99214 99215", "cpt 99213; cpt 99214; cpt 99215"},
		{"short list, one not live", "99213, 14 and 16", "99213 99214", "cpt 99213"},
		{"comma modifier", "99213,25", "99213 -99225", "cpt 99213[25]"},
		{"slash list of live codes", "99221/22", "99221 99222", "cpt 99221; cpt 99222"},
		{"slash modifier where the list would be dead", "99223/24", "99223 -99224", "cpt 99223[24]"},
		{"range by suffix", "99202-5", "99202 99205", "cpt 99202-99205"},
		{"range by suffix of which only one end was looked up", "99202-5", "99202 ?99205", "cpt 99202-99205"},
		{"no range by suffix", "99202-9", "99202", "cpt 99202"},
		{"wildcard", "9921x", "99211 99212", "cpt 99211; cpt 99212"},
		{"glued modifier", "9921325 please", "99213", "cpt 99213[25]"},
		{"shared form, one live", "A4281 and E1165", "A4281 E11.65", "hcpcs A4281; icd10cm E11.65"},
		{"shared form, both live", "A0100", "A0100 A01.00", "hcpcs A0100; icd10cm A01.00"},
		{"remark or diagnosis", "N130", "N13.0", "icd10cm N13.0; rarc N130"},
		{"remark that is no diagnosis", "N290", "", "rarc N290"},
		{"repair to a live code", "992I3", "99213", "cpt 99213 ~"},
		{"repair to nothing", "992I9", "99213", ""},
		{"codes that are gone", "Are 99441 and 99443 gone?", "", "cpt 99441; cpt 99443"},
		{"a code and its successor", "11100 -> 11102 since 2019?", "11102", "cpt 11100; cpt 11102"},
		{"gone from the set, shape is enough", "T814XXA", "", "icd10cm T81.4XXA"},
		{"lettered code in no file", "0001U", "", "cpt 0001U"},
		{"remark beside its reason", "CO-97 N130", "N13.0", "carc 97; rarc N130"},
		{"dotted diagnosis not in the set", "dx M79.31", "", "icd10cm M79.31"},
	} {
		if got := strings.Join(recognise(tt.text, live(tt.live)), "; "); got != tt.want {
			t.Errorf("%s: %q: got %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestResolveOrderAndNotes(t *testing.T) {
	text := "A0100 or N130"
	ms := Resolve(text, Find(Body, text), nil)
	for i := 1; i < len(ms); i++ {
		if ms[i].Start < ms[i-1].Start || ms[i].Start == ms[i-1].Start && ms[i].Confidence > ms[i-1].Confidence {
			t.Errorf("mention %d is out of order: %v", i, ms)
		}
	}
	for _, m := range ms {
		if !strings.HasPrefix(m.Note, "also read as") {
			t.Errorf("%s has no note on its other reading: %q", short(m), m.Note)
		}
	}
	text = "CO-97"
	if ms = Resolve(text, Find(Body, text), nil); len(ms) != 1 || ms[0].Note != "CO" {
		t.Errorf("CO-97: %+v, want the group in the note", ms)
	}
	text = "bill 17OO3"
	if ms = Resolve(text, Find(Body, text), nil); len(ms) != 1 || ms[0].Note != "read 17OO3 as 17003" {
		t.Errorf("17OO3: %+v, want the repair in the note", ms)
	}
}

func TestLines(t *testing.T) {
	body := "99213-25, 20610-RT and again 20610-59 x2; range 11400-11406; mod 50; dx M17.11, M17.11, E11.-; 17OO3 x 3"
	mentions := Resolve(body, Find(Body, body), nil)
	subject := "20610-LT"
	mentions = append(mentions, Resolve(subject, Find(Subject, subject), nil)...)
	lines, dx := Lines(mentions)
	var got []string
	for _, l := range lines {
		got = append(got, short(Mention{System: CPT, Code: l.Code, Modifiers: l.Modifiers, Units: l.Units}))
	}
	want := "cpt 99213[25]; cpt 20610[RT,59]x2; cpt 17003x3; cpt 20610[LT]"
	if strings.Join(got, "; ") != want {
		t.Errorf("lines %q, want %q", got, want)
	}
	if strings.Join(dx, " ") != "M17.11" {
		t.Errorf("dx %q, want M17.11 once, no family", dx)
	}
	if lines, dx := Lines(nil); lines != nil || dx != nil {
		t.Errorf("no mentions: %v %v", lines, dx)
	}
	amb := "A0100"
	if lines, dx := Lines(Resolve(amb, Find(Body, amb), nil)); len(lines) != 1 || len(dx) != 0 {
		t.Errorf("ambiguous place: lines %v dx %v, want the likelier reading alone", lines, dx)
	}
}

// TestGroupOfLetteredReason: the group stays with a reason of a letter and digits.
func TestGroupOfLetteredReason(t *testing.T) {
	for text, group := range map[string]string{"11045 denied CO-B15 by Medicare": "CO", "denied PR-B7": "PR", "11045 denied B15": ""} {
		ms := Resolve(text, Find(Body, text), nil)
		if m := ms[len(ms)-1]; m.System != CARC || m.Note != group {
			t.Errorf("%q: %s %s with group %q, want %q", text, m.System, m.Code, m.Note, group)
		}
	}
}
