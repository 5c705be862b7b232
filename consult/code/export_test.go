package code

import "strings"

// A DomainLine is a row of domain, for the tests that need a database and so
// cannot be of this package.
type DomainLine struct {
	N          int
	Text, Want string
}

func DomainLines() (all []DomainLine) {
	for _, l := range domain {
		all = append(all, DomainLine{l.n, l.text, l.want})
	}
	return all
}

// Short prints mentions as the tables of the tests write them.
func Short(ms []Mention) string {
	var all []string
	for _, m := range ms {
		all = append(all, short(m))
	}
	return strings.Join(all, "; ")
}
