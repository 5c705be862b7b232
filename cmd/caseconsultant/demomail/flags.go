package demomail

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// flags is a set of the flags that a file's name can carry: bit i stands for
// flagNames[i]. Keywords of a client's own are not kept.
type flags uint8

// flagNames are in the order of their letters, as Maildir demands.
var flagNames = []struct {
	letter byte
	flag   imap.Flag
}{
	{'D', imap.FlagDraft},
	{'F', imap.FlagFlagged},
	{'R', imap.FlagAnswered},
	{'S', imap.FlagSeen},
	{'T', imap.FlagDeleted},
}

// has says whether all of other are in f.
func (f flags) has(other flags) bool { return f&other == other }

// letters is the set as Maildir writes it.
func (f flags) letters() string {
	var b strings.Builder
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			b.WriteByte(n.letter)
		}
	}
	return b.String()
}

// list is the set as IMAP writes it.
func (f flags) list() []imap.Flag {
	list := []imap.Flag{}
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			list = append(list, n.flag)
		}
	}
	return list
}

// flagsOf reads Maildir's letters; unknown ones are dropped.
func flagsOf(letters string) (f flags) {
	for i, n := range flagNames {
		if strings.IndexByte(letters, n.letter) >= 0 {
			f |= 1 << i
		}
	}
	return f
}

// flagSet reads IMAP's names, which have no case; keywords are dropped.
func flagSet(list ...imap.Flag) (f flags) {
	for _, flag := range list {
		for i, n := range flagNames {
			if strings.EqualFold(string(flag), string(n.flag)) {
				f |= 1 << i
			}
		}
	}
	return f
}

// isKeyword says that IMAP knows the flag and this server cannot keep it.
func isKeyword(flag imap.Flag) bool { return flagSet(flag) == 0 }
