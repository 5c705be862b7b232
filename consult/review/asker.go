package review

import (
	"cmp"
	"slices"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/jobs"
)

// An asker is who wrote the newest mail of a case. It may be another than the
// one who opened it: anybody who has a mail of ours can join.
type asker struct {
	Address string
	Trust   string // what the check of that mail's sender found, in words
	Class   string // "bad" where it failed
	Other   bool   // another sender than the case's
}

// newestAsker finds the sender of the case's newest mail among mails, the
// newest first. Without one (its message is gone) it is the case's own sender.
func newestAsker(c *consult.Case, mails ...jobs.Mail) asker {
	a := asker{Address: c.FromAddress}
	trust := c.Trust
	if i := slices.IndexFunc(mails, func(m jobs.Mail) bool { return m.ID == c.LastMessage }); i >= 0 {
		a.Address, trust = cmp.Or(mails[i].From.Address, a.Address), mails[i].Trust
	}
	a.Other = a.Address != c.FromAddress
	a.Trust, a.Class = trustWords(trust)
	switch {
	case trust == "":
		a.Trust = "sender not checked"
	case a.Trust == "":
		a.Trust = "sender verified"
	}
	return a
}

type recipientReason struct {
	Address, Why string
	Strange      bool // not who opened the case, nor of that domain
}

// reasons says of each recipient why it is one.
func reasons(c *consult.Case, newest asker, to, cc string) []recipientReason {
	_, domain, _ := cutLast(c.FromAddress, "@")
	var out []recipientReason
	for _, field := range []struct{ name, list string }{{"To", to}, {"Cc", cc}} {
		list, err := parseAddresses(field.list)
		if err != nil {
			continue
		}
		for _, a := range list {
			_, d, _ := cutLast(a.Address, "@")
			r := recipientReason{Address: a.Address, Why: "asked (From of the newest mail)"}
			switch {
			case a.Address == newest.Address && newest.Other:
				r.Why, r.Strange = r.Why+", other sender than the case's", d != domain
			case a.Address == newest.Address:
			case a.Address == c.FromAddress:
				r.Why = "asked (From of an older mail)"
			case d == domain:
				r.Why = field.name + ", same domain as the asker"
			default:
				r.Why, r.Strange = field.name+", outside the asker's domain", true
			}
			out = append(out, r)
		}
	}
	return out
}
