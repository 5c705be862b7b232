package casemail

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct{ name, subject, text, fresh, quote, signature string }{
		{"plain", "", "99213?\n", "99213?", "", ""},
		{"gmail", "Re: x", "new\n\nOn Mon, Nov 23, 2026 at 4:00 PM A <a@b.test> wrote:\n\n> old\n> older\n", "new", "On Mon, Nov 23, 2026 at 4:00 PM A <a@b.test> wrote:\n> old\n> older", ""},
		{"wrapped attribution", "Re: x", "new\n\nOn Mon, Nov 23, 2026 at 4:00 PM Somebody With A Long Name <\na@b.test> wrote:\n> old", "new", "On Mon, Nov 23, 2026 at 4:00 PM Somebody With A Long Name <\na@b.test> wrote:\n> old", ""},
		{"unmarked quote", "Re: x", "new\n\nOn Nov 23, 2026, A wrote:\n\nold 11042", "new", "On Nov 23, 2026, A wrote:\n\nold 11042", ""},
		{"outlook", "RE: x", "new\n\nFrom: A <a@b.test>\nSent: Monday\nTo: B\nSubject: x\n\nold", "new", "From: A <a@b.test>\nSent: Monday\nTo: B\nSubject: x\n\nold", ""},
		{"outlook bold", "RE: x", "new\n\n*From:* A\n*Sent:* Monday\n*To:* B\n\nold", "new", "*From:* A\n*Sent:* Monday\n*To:* B\n\nold", ""},
		{"original message", "RE: x", "new\n-----Original Message-----\nFrom: A\nSent: Monday\nTo: B\n\nold", "new", "-----Original Message-----\nFrom: A\nSent: Monday\nTo: B\n\nold", ""},
		{"forward", "FW: x", "see below\n\nFrom: A\nSent: Monday\nTo: B\nSubject: x\n\n29881?", "see below\n\nFrom: A\nSent: Monday\nTo: B\nSubject: x\n\n29881?", "", ""},
		{"forward without a word", "x", "From: A\nSent: Monday\nTo: B\nSubject: x\n\n29881?", "From: A\nSent: Monday\nTo: B\nSubject: x\n\n29881?", "", ""},
		{"gmail forward", "Fwd: x", "see\n\n---------- Forwarded message ---------\nFrom: A <a@b.test>\n\n29881?\n\nOn Monday A wrote:\n> x", "see\n\n---------- Forwarded message ---------\nFrom: A <a@b.test>\n\n29881?\n\nOn Monday A wrote:\n> x", "", ""},
		{"apple forward", "Fwd: x", "see\n\nBegin forwarded message:\n\n> From: A\n> Subject: x\n>\n> 29881?", "see\n\nBegin forwarded message:\n\n> From: A\n> Subject: x\n>\n> 29881?", "", ""},
		{"set-in forward", "x", "see\n\n> Begin forwarded message:\n>\n> 29881?", "see\n\n> Begin forwarded message:\n>\n> 29881?", "", ""},
		{"quoted forward", "Re: x", "new\n> Hi\n> ---------- Forwarded message ---------\n> old", "new", "> Hi\n> ---------- Forwarded message ---------\n> old", ""},
		{"inline answers", "Re: x", "On Monday A wrote:\n> one?\nyes\n> two?\nno", "yes\nno", "On Monday A wrote:\n> one?\n> two?", ""},
		{"below", "Re: x", "> old\n\nnew", "new", "> old", ""},
		{"another language", "Re: x", "neu\n\n02.04.2026 14:20, \"A\" <a@b.test> napsal:\n> alt", "neu", "02.04.2026 14:20, \"A\" <a@b.test> napsal:\n> alt", ""},
		{"a sentence is no attribution", "", "The payer says:\n> no separate payment\nRight?", "The payer says:\nRight?", "> no separate payment", ""},
		{"on is no attribution", "", "On 11/02/2026 the patient came.\nWe billed 99213.", "On 11/02/2026 the patient came.\nWe billed 99213.", "", ""},
		{"a from line is no header", "", "From: 1/1 to 2/1 we billed\nSubject to review", "From: 1/1 to 2/1 we billed\nSubject to review", "", ""},
		{"dashes", "", "99213?\n-- \nDana\n555-0142", "99213?", "", "-- \nDana\n555-0142"},
		{"bare dashes", "", "99213?\n--\nDana", "99213?", "", "--\nDana"},
		{"a rule is no signature", "", "a\n--\n" + strings.Repeat("99213 line\n", 40), "a\n--\n" + strings.TrimSpace(strings.Repeat("99213 line\n", 40)), "", ""},
		{"telephone", "", "99213?\n\nSent from my iPhone", "99213?", "", "Sent from my iPhone"},
		{"outlook telephone", "", "99213?\n\nGet Outlook for iOS<https://aka.ms/x>", "99213?", "", "Get Outlook for iOS<https://aka.ms/x>"},
		{"closing", "", "99213?\n\nThank you,\n\nDana Reyes, CPC\n1234 Main St, Albany NY 12207\nP 555-0142", "99213?", "", "Thank you,\n\nDana Reyes, CPC\n1234 Main St, Albany NY 12207\nP 555-0142"},
		{"closing with notice", "", "99213?\nRegards,\nDana\n\nCONFIDENTIALITY NOTICE: This email may contain PHI of 12207 and is intended only for the addressee. " + strings.Repeat("x ", 100), "99213?", "", "Regards,\nDana\n\nCONFIDENTIALITY NOTICE: This email may contain PHI of 12207 and is intended only for the addressee. " + strings.TrimSpace(strings.Repeat("x ", 100))},
		{"visiting card", "", "17003 x4?\n\nDana Reyes, CPC | Billing\nLakeside Dermatology\np: 555-555-0142", "17003 x4?", "", "Dana Reyes, CPC | Billing\nLakeside Dermatology\np: 555-555-0142"},
		{"card with notice", "", "17003 x4?\n\nDana Reyes\ndana@c.example\n\nConfidentiality notice: x", "17003 x4?", "", "Dana Reyes\ndana@c.example\n\nConfidentiality notice: x"},
		{"no card: a question", "", "Hi\n\nJane Doe called from 555-555-0142.\nIs 99441 right?", "Hi\n\nJane Doe called from 555-555-0142.\nIs 99441 right?", "", ""},
		{"no card: no name", "", "Hi\n\nclaim 555-555-0142\ndenied", "Hi\n\nclaim 555-555-0142\ndenied", "", ""},
		{"no card: one paragraph", "", "Dana Reyes\n555-555-0142\n99213", "Dana Reyes\n555-555-0142\n99213", "", ""},
		{"thanks first", "", "Thanks,\nbut what about 99213?", "Thanks,\nbut what about 99213?", "", ""},
		{"question after thanks", "", "Hi\nThanks!\nOne more: 99213 or 99214?", "Hi\nThanks!\nOne more: 99213 or 99214?", "", ""},
		{"thanks at the end", "", "99213?\nThanks", "99213?\nThanks", "", ""},
		{"only a signature", "", "-- \nDana", "-- \nDana", "", ""},
		{"signature above the quote", "Re: x", "new\n\nThanks,\nDana\n\nOn Monday A wrote:\n> old", "new", "On Monday A wrote:\n> old", "Thanks,\nDana"},
		{"signature in a forward", "Fwd: x", "see\n---------- Forwarded message ---------\n29881?\n-- \nDr. Lee", "see\n---------- Forwarded message ---------\n29881?\n-- \nDr. Lee", "", ""},
		{"empty", "", "", "", "", ""},
	} {
		r := split(c.text, c.subject)
		if r.fresh != c.fresh || r.quote != c.quote || r.signature != c.signature {
			t.Errorf("%s:\nnew   %q\n want %q\nquote %q\n want %q\nsign  %q\n want %q", c.name, r.fresh, c.fresh, r.quote, c.quote, r.signature, c.signature)
		}
	}
}

// TestSplitKeepsLines: no line may vanish between the regions.
func FuzzSplit(f *testing.F) {
	f.Add("new\n\nOn Mon, A <a@b.test> wrote:\n> old\n-- \nDana\n", "Re: x")
	f.Add("From: A\nSent: B\nTo: C\n\nx", "FW: x")
	f.Fuzz(func(t *testing.T, text, subject string) {
		r := split(text, subject)
		count := func(s string) (n int) {
			for line := range strings.SplitSeq(s, "\n") {
				if !blankLine(line) {
					n++
				}
			}
			return n
		}
		if all, parts := count(text), count(r.fresh)+count(r.quote)+count(r.signature); all != parts {
			t.Errorf("%d lines became %d: %q", all, parts, text)
		}
	})
}
