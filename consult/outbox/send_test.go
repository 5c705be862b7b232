package outbox

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const letter = "From: a@us.test\r\nSubject: x\r\n\r\n.\r\n..two\r\n.one\r\nend\r\n"

func TestSend(t *testing.T) {
	srv := serve(t, nil)
	got := sender(t, srv).Send(t.Context(), "a@us.test", "b@them.test", []byte(letter))
	want := Result{Verdict: Sent, Phase: "dot", Code: 250, Status: "2.0.0", Reply: "2.0.0 queued as 1"}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	taken, said, _ := srv.state()
	if len(taken) != 1 || taken[0] != letter {
		t.Errorf("the server has %q", taken)
	}
	if want := []string{"EHLO us.test", "MAIL FROM:<a@us.test> BODY=8BITMIME", "RCPT TO:<b@them.test>", "DATA", ".", "QUIT"}; !slices.Equal(said, want) {
		t.Errorf("said %q", said)
	}
}

// TestFaults is the matrix of RELIABILITY.md D: what each server does, the
// verdict, and whether the server has the message. A verdict that lets a
// machine try again (Temporary) must never stand beside a message taken, and
// Sent never beside one that was not.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name    string
		script  script
		verdict Verdict
		phase   string
		code    int
		account bool
	}{
		{"greet 4xx", script{"greet": "421 4.3.2 later"}, Temporary, "connect", 421, false},
		{"greet 5xx", script{"greet": "554 5.7.1 your address is listed"}, Permanent, "connect", 554, true},
		{"greet drop", script{"greet": drop}, Temporary, "connect", 0, false},
		{"greet slow", script{"greet": hang}, Temporary, "connect", 0, false},
		{"greet rubbish", script{"greet": "HTTP/1.1 400"}, Temporary, "connect", 0, false},
		{"ehlo drop", script{"ehlo": drop}, Temporary, "connect", 0, false},
		{"mail 4xx", script{"mail": "451 4.3.0 try later"}, Temporary, "mail", 451, false},
		{"mail 421 and drop", script{"mail": "421 4.3.2 closing then drop"}, Temporary, "mail", 421, false},
		{"mail 5xx", script{"mail": "550 sender unknown"}, Permanent, "mail", 550, true},
		{"mail not signed in", script{"mail": "530 5.7.0 authentication required"}, Permanent, "mail", 530, true},
		{"mail send-as", script{"mail": "553 5.7.1 not owned by user"}, Permanent, "mail", 553, true},
		{"mail drop", script{"mail": drop}, Temporary, "mail", 0, false},
		{"mail slow", script{"mail": hang}, Temporary, "mail", 0, false},
		{"rcpt greylist", script{"rcpt": "450 4.7.1 greylisted"}, Temporary, "rcpt", 450, false},
		{"rcpt 5xx", script{"rcpt": "550 5.1.1 no such user"}, Permanent, "rcpt", 550, false},
		{"rcpt relay", script{"rcpt": "554 5.7.1 Relay access denied"}, Permanent, "rcpt", 554, true},
		{"rcpt sign in", script{"rcpt": "535 5.7.8 who are you"}, Permanent, "rcpt", 535, true},
		{"rcpt blocked by them", script{"rcpt": "550 5.7.1 sender not on the list of this recipient"}, Permanent, "rcpt", 550, false},
		{"rcpt drop", script{"rcpt": drop}, Temporary, "rcpt", 0, false},
		{"rcpt slow", script{"rcpt": hang}, Temporary, "rcpt", 0, false},
		{"data 4xx", script{"data": "451 4.3.0 busy"}, Temporary, "data", 451, false},
		{"data 5xx", script{"data": "554 no valid recipients"}, Permanent, "data", 554, false},
		{"data drop", script{"data": drop}, Temporary, "data", 0, false},
		{"data 250", script{"data": "250 what"}, Temporary, "data", 250, false},
		{"dot 4xx", script{"dot": "452 4.2.2 full"}, Temporary, "dot", 452, false},
		{"dot 421", script{"dot": "421 4.3.2 closing then drop"}, Temporary, "dot", 421, false},
		{"dot 5xx", script{"dot": "554 5.6.0 content refused"}, Permanent, "dot", 554, false},
		{"dot send-as", script{"dot": "554 5.2.252 SendAsDenied"}, Permanent, "dot", 554, true},
		{"taken, then drop", script{"dot": drop}, Unknown, "dot", 0, false},
		{"taken, half a reply", script{"dot": half}, Unknown, "dot", 0, false},
		{"taken, silence", script{"dot": hang}, Unknown, "dot", 0, false},
		{"taken, rubbish", script{"dot": "ok!"}, Unknown, "dot", 0, false},
		{"taken, 354 again", script{"dot": "354 more?"}, Unknown, "dot", 354, false},
		{"taken, 251", script{"dot": "251 forwarded"}, Sent, "dot", 251, false},
		{"taken, 250, then drop", script{"dot": "250 ok then drop"}, Sent, "dot", 250, false},
		{"taken, quit refused", script{"quit": "500 no"}, Sent, "dot", 250, false},
		{"taken, quit dropped", script{"quit": drop}, Sent, "dot", 250, false},
		{"taken, quit hangs", script{"quit": hang}, Sent, "dot", 250, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, c.script)
			got := sender(t, srv).Send(t.Context(), "a@us.test", "b@them.test", []byte(letter))
			if got.Verdict != c.verdict || got.Phase != c.phase || got.Code != c.code || got.Account != c.account {
				t.Errorf("%+v, want %s at %s, code %d, account %v", got, c.verdict, c.phase, c.code, c.account)
			}
			taken, _, _ := srv.state()
			if has := len(taken) == 1; got.Verdict == Sent && !has || (got.Verdict == Temporary || got.Verdict == Permanent) && has {
				t.Errorf("verdict %s, and the server has %d messages", got.Verdict, len(taken))
			}
		})
	}
}

// TestBodyLost: the connection dies inside the message. No QUIT and no dot may
// follow, or the server would take a message cut short.
func TestBodyLost(t *testing.T) {
	srv := serve(t, script{"body": drop})
	big := []byte("Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 70)+"\r\n", 1<<18))
	got := sender(t, srv).Send(t.Context(), "a@us.test", "b@them.test", big)
	if got.Verdict != Temporary || got.Phase != "body" {
		t.Errorf("%+v", got)
	}
	if taken, said, _ := srv.state(); len(taken) != 0 || said[len(said)-1] != "DATA" {
		t.Errorf("taken %d, said %q", len(taken), said)
	}
}

// TestStopBefore: the context ends while the server is slow before the dot.
func TestStopBefore(t *testing.T) {
	srv := serve(t, script{"rcpt": hang})
	s := sender(t, srv, func(c *Config) { c.Command = time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { srv.await(t, "RCPT"); cancel() }()
	if got := s.Send(ctx, "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Temporary || got.Phase != "rcpt" {
		t.Errorf("%+v", got)
	}
}

// TestStopAfter: the context ends while the reply to the dot is awaited. The
// reply that comes within the grace counts, else the outcome is unknown.
func TestStopAfter(t *testing.T) {
	srv := serve(t, script{"dot": hang})
	s := sender(t, srv, func(c *Config) { c.Dot = time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { srv.await(t, "."); cancel() }()
	if got := s.Send(ctx, "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Unknown || got.Phase != "dot" {
		t.Errorf("%+v", got)
	}
	srv = serve(t, nil)
	ctx, cancel = context.WithCancel(t.Context())
	go func() { srv.await(t, "."); cancel() }()
	s = sender(t, srv, func(c *Config) { c.Grace = time.Minute })
	if got := s.Send(ctx, "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Sent {
		t.Errorf("within the grace: %+v", got)
	}
}

// TestStopEarly: a context that has ended sends nothing.
func TestStopEarly(t *testing.T) {
	srv := serve(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := sender(t, srv).Send(ctx, "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Temporary || got.Phase != "connect" {
		t.Errorf("%+v", got)
	}
	if taken, _, _ := srv.state(); len(taken) != 0 {
		t.Error("sent")
	}
}

func TestNoServer(t *testing.T) {
	s, err := New(Config{Host: "127.0.0.1:1", Security: Plain})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Send(t.Context(), "a@us.test", "b@them.test", []byte(letter)); got.Verdict != Temporary || got.Phase != "connect" || got.Reply == "" {
		t.Errorf("%+v", got)
	}
}

func TestAddresses(t *testing.T) {
	srv := serve(t, nil)
	s := sender(t, srv)
	for _, rcpt := range []string{"", "b", "b@them.test>\r\nRCPT TO:<c@evil.test", "b@them.test\nDATA", "<b@them.test>", "B <b@them.test>", "b@them.test NOTIFY=NEVER", "b@them.test,c@them.test"} {
		if got := s.Send(t.Context(), "a@us.test", rcpt, []byte(letter)); got.Verdict != Permanent || got.Phase != "rcpt" {
			t.Errorf("%q: %+v", rcpt, got)
		}
	}
	if got := s.Send(t.Context(), "a@us.test>\r\nRSET", "b@them.test", []byte(letter)); got.Verdict != Permanent || !got.Account {
		t.Errorf("%+v", got)
	}
	if _, said, _ := srv.state(); len(said) != 0 {
		t.Errorf("said %q", said)
	}
}

func TestReplySanitised(t *testing.T) {
	srv := serve(t, script{"rcpt": "550-5.1.1 no\x00 \x1b[31muser \xff\u202ehere\r\n550 5.1.1 " + strings.Repeat("é", 500)})
	got := sender(t, srv).Send(t.Context(), "a@us.test", "b@them.test", []byte(letter))
	if got.Status != "5.1.1" || len(got.Reply) > 400 || strings.ContainsAny(got.Reply, "\x00\x1b\n\u202e") || !utf8.ValidString(got.Reply) || !strings.HasPrefix(got.Reply, "5.1.1 no [31muser ? here 5.1.1 é") {
		t.Errorf("%+v", got)
	}
}

func TestEnhanced(t *testing.T) {
	for reply, want := range map[string]string{
		"5.1.1 no": "5.1.1", "4.7.650 x": "4.7.650", "": "", "5.1": "", "5.1.x y": "", "3.1.1 y": "", "5.1.1\nmore": "5.1.1",
		"550 5.1.1": "", "5.1.1111 x": "", "5..1 x": "",
	} {
		if got := enhanced(reply); got != want {
			t.Errorf("%q: %q, want %q", reply, got, want)
		}
	}
}
