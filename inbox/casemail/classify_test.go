package casemail

import "testing"

func TestClassify(t *testing.T) {
	own := Own{Addresses: []string{"Consult@desk.example", ""}, Domain: "desk.example"}
	for _, c := range []struct {
		name, head string
		want       Kind
	}{
		{"case", "", Case},
		{"answer to ours", "In-Reply-To: <case-42.r1.abcdefghijklmnop@desk.example>", Case},
		{"auto-submitted no", "Auto-Submitted: no", Case},
		{"rule loop alone", "X-MS-Exchange-Inbox-Rules-Loop: a@b.test", Case},
		{"suppress for us", "X-Auto-Response-Suppress: OOF, AutoReply", Case},
		{"suppress all", "X-Auto-Response-Suppress: OOF, All", AutoReply},
		{"auto-replied", "Auto-Submitted: auto-replied (zimbra; vacation)", AutoReply},
		{"auto-generated", "auto-submitted: Auto-Generated; x=y", AutoReply},
		{"x-autoreply", "X-Autoreply: yes", AutoReply},
		{"x-autoreply no", "X-Autoreply: no", Case},
		{"precedence", "Precedence: auto_reply", AutoReply},
		{"absence with empty path", "Return-Path: <>\r\nSubject: Automatic reply: 99213", AutoReply},
		{"out of office", "Subject: Out of Office: back Monday", AutoReply},
		{"a question about it", "Subject: Out of office visits, which code?", Case},
		{"list", "List-Id: <x.y>", List},
		{"bulk", "Precedence: bulk", List},
		{"empty path", "Return-Path: <>", Bounce},
		{"full path", "Return-Path: <a@b.test>", Case},
		{"daemon", "From: MAILER-DAEMON (Mail Delivery System)", Bounce},
		{"failed recipients", "X-Failed-Recipients: a@b.test", Bounce},
		{"subject of a mail system", "Subject: Undelivered Mail Returned to Sender", Bounce},
		{"answer on such a subject", "In-Reply-To: <x@y>\r\nSubject: Undelivered Mail Returned to Sender", Case},
		{"about a failed mail", "Subject: Re: undeliverable", Case},
		{"delivery report", "Content-Type: multipart/report; report-type=delivery-status; boundary=x", Bounce},
		{"feedback", "Content-Type: multipart/report; report-type=feedback-report; boundary=x", Report},
		{"receipt", "Content-Type: multipart/report; report-type=disposition-notification; boundary=x", Report},
		{"other report", "Content-Type: multipart/report; boundary=x", Report},
		{"calendar", "Content-Type: text/calendar; method=REQUEST", Calendar},
		{"marker", "X-CaseConsultant: 1", Loop},
		{"marker wins", "X-CaseConsultant: 1\r\nAuto-Submitted: auto-replied", Loop},
		{"own address", "From: Desk <consult@DESK.example>", Loop},
		{"own plus address", "From: consult+case-42@desk.example", Loop},
		{"an administrator", "From: System Administrator <it@clinic.example>", Case},
		{"own identifier", "Message-ID: <case-42.r1.abcdefghijklmnop@Desk.example>", Loop},
		{"another's identifier", "Message-ID: <case-42.r1.abcdefghijklmnop@other.example>", Case},
		{"no sender", "From: somebody", Unreadable},
		{"no sender, answers elsewhere", "From: somebody\r\nReply-To: a@b.test", Case},
	} {
		head := c.head
		if !containsField(head, "From:") {
			head = "From: a@b.test\r\n" + head
		}
		if kind, reason := Classify(Parse([]byte(head+"\r\n\r\n99213?\r\n")), own); kind != c.want || reason == "" {
			t.Errorf("%s: %s (%s), want %s", c.name, kind, reason, c.want)
		}
	}
	for name, raw := range map[string]string{"nothing": "", "no header": "99213?\n20610?\n", "blank": "From: a@b.test\n\n \n"} {
		if kind, reason := Classify(Parse([]byte(raw)), own); kind != Unreadable {
			t.Errorf("%s: %s (%s)", name, kind, reason)
		}
	}
}

func containsField(head, name string) bool {
	return len(head) >= len(name) && head[:len(name)] == name
}

func TestDSN(t *testing.T) {
	report := func(status string) string {
		return "From: MAILER-DAEMON@x.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n" + status + "\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <case-1.r1.abcdefghijklmnop@d.test>\nSubject: x\n\ny\n--b--\n"
	}
	const id = "case-1.r1.abcdefghijklmnop@d.test"
	for _, c := range []struct {
		name, raw string
		want      DSN
	}{
		{"failed", report("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@B.test\nAction: failed\nStatus: 5.1.1 (unknown)\n"), DSN{"failed", "5.1.1", "a@b.test", id}},
		{"delayed", report("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.test\nAction: delayed\nStatus: 4.4.1\n"), DSN{"delayed", "4.4.1", "a@b.test", id}},
		{"the failed of three", report("X: y\n\nFinal-Recipient: rfc822; a@b.test\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; c@b.test\nAction: failed\nStatus: 5.2.2\n\nFinal-Recipient: rfc822; d@b.test\nAction: delayed\nStatus: 4.0.0\n"), DSN{"failed", "5.2.2", "c@b.test", id}},
		{"the one we wrote to", report("Final-Recipient: rfc822; inner@b.test\nOriginal-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.0.0\n"), DSN{"failed", "5.0.0", "a@b.test", id}},
		{"status in the words", report("Final-Recipient: rfc822; a@b.test\nAction: failed\nDiagnostic-Code: smtp; 552 5.2.2 full\n"), DSN{"failed", "5.2.2", "a@b.test", id}},
		{"no action", report("Final-Recipient: rfc822; a@b.test\nStatus: 5.1.1\n"), DSN{"failed", "5.1.1", "a@b.test", id}},
		{"empty", report(""), DSN{"", "", "", id}},
		{"exim", "From: Mail Delivery System <Mailer-Daemon@x.test>\nX-Failed-Recipients: a@b.test\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\n  a@b.test\n    SMTP error from remote mail server after RCPT TO:<a@b.test>:\n    host mx [1.2.3.4]: 550 no such user\n\n------ This is a copy\n\nMessage-Id: <" + id + ">\n", DSN{"failed", "5.0.0", "a@b.test", id}},
		{"delayed in words", "From: MAILER-DAEMON@x.test\nSubject: Warning: message delayed 4 hours\n\nThe following address had a delay:\n\n  a@b.test\n\nDelivery attempts will continue to be made; the message will be retried.\n", DSN{"delayed", "", "a@b.test", ""}},
		{"exchange", "From: postmaster@x.test\nIn-Reply-To: <" + id + ">\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822;a@b.test\nAction: failed\nStatus: 5.7.1\n\n--b--\n", DSN{"failed", "5.7.1", "a@b.test", id}},
	} {
		m := Parse([]byte(c.raw))
		if m.DSN == nil || *m.DSN != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, m.DSN, c.want)
		}
		if kind, reason := Classify(m, Own{}); kind != Bounce {
			t.Errorf("%s: %s (%s)", c.name, kind, reason)
		}
	}
	if m := Parse([]byte("From: a@b.test\n\nx@y.test bounced with 5.1.1\n")); m.DSN != nil {
		t.Errorf("a case has %+v", m.DSN)
	}
}
