package code

import (
	"fmt"
	"testing"
)

// A side of its own is a line of its own, and a modifier put "on" a code is
// that code's.
func TestLinesBySide(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"20610-RT and 20610-LT", "[{20610 [RT] 0} {20610 [LT] 0}]"},
		{"20610-RT, 20610-RT x2", "[{20610 [RT] 2}]"},
		{"20610-50 and 20610", "[{20610 [50] 0}]"},
		{"66984-79-RT done 3 weeks after the left eye (66984-LT)", "[{66984 [79 RT] 0} {66984 [LT] 0}]"},
		{"modifier 25 on 20610? 59 on 99213?", "[{20610 [25] 0} {99213 [59] 0}]"},
		{"append modifier 25 to 99213 with 20610", "[{99213 [25] 0} {20610 [] 0}]"},
		{"modifier 25, 20610 and 99213", "[{20610 [] 0} {99213 [] 0}]"},
	} {
		lines, _ := Lines(Resolve(tt.text, Find(Body, tt.text), nil))
		var got []string
		for _, l := range lines {
			got = append(got, fmt.Sprintf("{%s %v %d}", l.Code, l.Modifiers, l.Units))
		}
		if s := fmt.Sprint(got); s != tt.want {
			t.Errorf("%q: %s, want %s", tt.text, s, tt.want)
		}
	}
}

// Codes offered as a choice are told from codes that stand together.
func TestLinesOfAChoice(t *testing.T) {
	for text, want := range map[string]bool{
		"96405 or 96406?": true, "99213 vs. 99214": true, "20610-RT or 20611?": true,
		"96405 and 96406": false, "97140/97530 same day": false, "99213 with 20610": false,
	} {
		lines, _ := Lines(Resolve(text, Find(Body, text), nil))
		if len(lines) != 2 || lines[0].Or || lines[1].Or != want {
			t.Errorf("%q: %+v, want a choice: %v", text, lines, want)
		}
	}
}
