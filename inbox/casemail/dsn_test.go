package casemail

import "testing"

func FuzzDSN(f *testing.F) {
	f.Add("Final-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n", "Message-ID: <x@y>\n")
	f.Add("\n\n\nStatus: 4.0.0\n\nx", "<a@b.test>:\n550 5.1.1 no\n")
	f.Fuzz(func(t *testing.T, status, words string) {
		raw := "From: MAILER-DAEMON@x.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n" + words +
			"\n--b\nContent-Type: message/delivery-status\n\n" + status + "\n--b\nContent-Type: text/rfc822-headers\n\n" + words + "\n--b--\n"
		for _, mail := range []string{raw, "From: MAILER-DAEMON@x.test\n\n" + words} {
			m := Parse([]byte(mail))
			sane(t, "fuzzed", m)
			if d := m.DSN; d != nil && d.Recipient != "" && normalAddress(d.Recipient) != d.Recipient {
				t.Errorf("recipient %q", d.Recipient)
			}
		}
	})
}

func TestFailedRecipient(t *testing.T) {
	for _, c := range []struct{ name, mail, want string }{
		{"qmail", "<gone@c.test>:\nSorry.", "gone@c.test"},
		{"set in", "The following failed:\n\n    gone@c.test\n", "gone@c.test"},
		{"with a reason", "gone@c.test: user unknown", "gone@c.test"},
		{"in the sentence", "Your mail to gone@c.test could not be delivered.", "gone@c.test"},
		{"not the writer", "MAILER-DAEMON@x.test writes: postmaster@x.test: see desk@us.test, gone@c.test", "gone@c.test"},
		{"not ourselves", "desk@us.test\ngone@c.test\n", "gone@c.test"},
		{"quoted", "> gone@c.test\n", "gone@c.test"},
		{"none", "It failed.", ""},
	} {
		m := Parse([]byte("From: MAILER-DAEMON@x.test\nTo: desk@us.test\nSubject: failure notice\n\n" + c.mail))
		if m.DSN == nil || m.DSN.Recipient != c.want {
			t.Errorf("%s: %+v, want %q", c.name, m.DSN, c.want)
		}
	}
}

func TestFailureCode(t *testing.T) {
	for words, want := range map[string]string{
		"550 5.1.1 unknown":                "5.1.1",
		"said: 550-5.7.26 not signed":      "5.7.26",
		"(#5.1.1)":                         "5.1.1",
		"ended with 5.4.4.":                "5.4.4",
		"host 5.1.1.7 said 452 4.2.2 full": "4.2.2",
		"from 192.4.5.6: 421 busy":         "4.0.0",
		"version 2.3.4, error 550 no":      "5.0.0",
		"no code":                          "",
	} {
		m := Parse([]byte("From: MAILER-DAEMON@x.test\n\ngone@c.test\n" + words + "\n"))
		if m.DSN == nil || m.DSN.Status != want {
			t.Errorf("%q: %+v, want %q", words, m.DSN, want)
		}
	}
}

func TestRank(t *testing.T) {
	if rank("failed") <= rank("delayed") || rank("delayed") <= rank("relayed") {
		t.Error("failed before delayed before the others")
	}
	for status, want := range map[string]string{"2.0.0": "delivered", "4.2.2": "delayed", "5.1.1": "failed", "": ""} {
		if got := actionOf(status); got != want {
			t.Errorf("%q: %q, want %q", status, got, want)
		}
	}
}
