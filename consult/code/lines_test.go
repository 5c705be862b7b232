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
			got = append(got, fmt.Sprint(l))
		}
		if s := fmt.Sprint(got); s != tt.want {
			t.Errorf("%q: %s, want %s", tt.text, s, tt.want)
		}
	}
}
