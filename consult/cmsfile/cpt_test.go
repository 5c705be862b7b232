package cmsfile

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// cptFiles are invented files in the documented layouts. Their words describe no
// service: none of a CPT descriptor may stand in the project.
var cptFiles = []struct{ path, part, period string }{
	{"cpt/LONGULT.txt", "long", "2026"},
	{"cpt/LONGULF.txt", "long-fixed", "2026"},
	{"cpt/LONGUT.txt", "long-upper", "2026"},
	{"cpt/MEDU.txt", "medium", "2026"},
	{"cpt/SHORTU.txt", "short", "2026"},
	{"cpt/long 2001.txt", "long-fixed", "2001"},
}

func TestCPT(t *testing.T) {
	var out strings.Builder
	for _, c := range cptFiles {
		m := fixture(t, c.path)
		id, err := Identify(m)
		if err != nil || id.Kind != CPT || id.Part != c.part || id.Period.Name != c.period || id.Proved {
			t.Errorf("%s: %+v, %v", m, id, err)
		}
		rows, err := take(ReadCPT(m, id.Part))
		if err != nil {
			t.Fatal(err)
		}
		notice, err := CPTNotice(m, id.Period)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n%s\n", c.path, notice)
		for _, r := range rows {
			b, _ := json.Marshal(r)
			fmt.Fprintf(&out, "%s\n", b)
		}
	}
	golden(t, "cpt/rows.golden", []byte(out.String()))
}

// ama is a notice as such files have it, in our words.
const ama = "CPT is a trademark of the American Medical Association.\r\nCPT copyright 2025 American Medical Association. All rights reserved.\r\n\r\n"

func TestCPTRefused(t *testing.T) {
	for _, c := range []struct{ name, part, text, want string }{
		{"cut", "long", ama + "00001\talpha wording one\r\n00002\talpha wording two\r\n0000", "LONG.txt, line 6: is no record of a CPT code, a tab or blank, and its descriptor"},
		{"without text", "long", ama + "00001\talpha\r\n00002\tbeta\r\n00003\t\r\n", "LONG.txt, line 6: is no record of a CPT code, a tab or blank, and its descriptor"},
		{"third column", "long", ama + "00001\talpha\r\n00002\tbeta\r\n00003\tgamma\tdelta\r\n", "LONG.txt, line 6: is no record of a CPT code, a tab or blank, and its descriptor"},
		{"twice", "long", ama + "00001\talpha\r\n00002\tbeta\r\n00001\tgamma\r\n", "LONG.txt, line 6: 00001 stands twice"},
		{"too long", "short", ama + "00001 alpha\r\n00002 beta wording that is much too long\r\n", "LONG.txt, line 5: the descriptor of 00002 is longer than 28 characters, and so no short one"},
		{"sequence", "long-fixed", ama + "0000101 alpha\r\n0000103 beta\r\n", "LONG.txt, line 5: record 3 of 00001 does not follow record 2 of it"},
		{"another code continues", "long-fixed", ama + "0000101 alpha\r\n0000202 beta\r\n", "LONG.txt, line 5: record 2 of 00002 does not follow record 1 of it"},
		{"empty", "long", ama, "LONG.txt: holds no line of code and descriptor"},
		{"HCPCS in it", "long", ama + "00001\talpha\r\n00002\tbeta\r\nJ0001\tgamma\r\n", "LONG.txt, line 6: is no record of a CPT code, a tab or blank, and its descriptor"},
	} {
		if _, err := take(ReadCPT(memory("LONG.txt", c.text), c.part)); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestCPTIdentify: what is no descriptor file of the AMA though it looks like one.
func TestCPTIdentify(t *testing.T) {
	for _, c := range []struct{ name, file, text string }{
		{"no notice", "LONGULT.txt", "00001\talpha\r\n00002\tbeta\r\n"},
		{"another's notice", "LONGULT.txt", "Notice of somebody about CPT\r\n\r\n00001\talpha\r\n00002\tbeta\r\n"},
		{"fee schedule", "PPRRVU.txt", strings.Repeat("HDR CPT copyright American Medical Association\r\n", 7) + "00001  " + fmt.Sprintf("%-190s", "alpha") + "\r\n"},
		{"edits", "ccipra.txt", "CPT only copyright 2025 American Medical Association.\t\t\t\t\t\t\r\n\r\n00001\t00002\t\t20200101\t*\t1\tx\r\n"},
		{"consumer", "ConsumerDescriptor.txt", "Concept Id\tCPT Code\tConsumer Friendly Descriptor\r\n1\t00001\talpha\r\n"},
	} {
		if id, err := Identify(memory(c.file, c.text)); err == nil && id.Kind == CPT {
			t.Errorf("%s: %+v", c.name, id)
		}
	}
	for name, want := range map[string]string{"LONGULT.txt": "2026", "cpt 2025/LONGULT.txt": "2025"} {
		id, err := Identify(Member{File: "x", Name: name, open: memory("", ama+"00001\talpha wording\r\n").open})
		if err != nil || id.Period.Name != want {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

func FuzzCPT(f *testing.F) {
	for _, c := range cptFiles {
		f.Add(textOf(f, fixture(f, c.path)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := memory("LONGULT.txt", text)
		id, err := Identify(m)
		if err != nil || id.Kind != CPT {
			id.Part = "long"
		}
		sound(t, ReadCPT(m, id.Part))
	})
}
