package draft

import (
	"strings"
	"testing"
)

// A diagnosis stands on the line that it was stated for, and nowhere by guess.
func TestDiagnosesAreLinked(t *testing.T) {
	gather := starter(t)
	for _, c := range []struct{ text, want string }{
		{"17 AKs (L57.0) and a shave, 11301", "11301: to be linked"},
		{"99213 and 20610, M17.11, which modifier?", "99213: to be linked, 20610: to be linked"},
		{"99213 (E11.9) and 20610 for M17.11, which modifier?", "99213: E11.9, 20610: M17.11"},
		{"99213 (E11.9) and 20610, which modifier?", "99213: E11.9, 20610: to be linked"},
		{"E11.9, 99213, M17.11, 20610, which modifier?", "99213: to be linked, 20610: to be linked"},
		{"diagnosis E11.9. Is 99213-25 right?", "99213: E11.9"},
		{"11301 for 1 lesion (L57.0)", "11301: L57.0"},
		{"5 AKs (L57.0) frozen, 17000 or 17110?", "17000: L57.0, 17003: L57.0"},
		{"99213-25 and 20610?", "99213: , 20610: "},
	} {
		t.Run(c.text, func(t *testing.T) {
			r := render(t, read(c.text, gather))
			var got []string
			for line := range strings.Lines(r.Markdown) {
				if cells := strings.Split(line, "|"); len(cells) > 6 && cells[1] >= " 1" && cells[1] <= " 9 " {
					got = append(got, strings.TrimSpace(cells[2])+": "+strings.TrimSpace(cells[5]))
				}
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("lines %q, want %q", strings.Join(got, ", "), c.want)
			}
		})
	}
}
