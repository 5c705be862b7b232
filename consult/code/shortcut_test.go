package code

import "testing"

// What Find does not ask of a word, to save time, must not be what a recogniser
// would have read: blanks on both sides, an unknown state, a short word before.
func TestShortcuts(t *testing.T) {
	check(t, [][2]string{
		{"shipped to Pittsburgh 31231 today", ""},
		{"the alarm code is 31231", ""},
		{"call 713 555 0142 now", ""},
		{"paid $ 31231 for it", ""},
		{"record 7135550142 here", ""},
		{"NDC 00003029328", "ndc 00003029328"},
		{"Mod 25", "modifier 25"},
		{"MODIFIER 25", "modifier 25"},
		{"dx 992x3", ""},
	})
}
