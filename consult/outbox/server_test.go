package outbox

import (
	"bufio"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Replies of a script that are no replies.
const (
	drop = "drop" // close the connection
	hang = "hang" // say nothing until the client hangs up
	half = "half" // begin a reply, then close
)

// A script says how a server answers each verb; what is missing is answered
// well. "greet" answers the connection, "dot" the end of the message, "body"
// is done when DATA begins.
type script map[string]string

// A scripted server remembers what it took over and what it was told.
type scripted struct {
	addr   string
	script script
	heard  chan string // what is noted, for a test to wait on

	mu     sync.Mutex
	taken  []string // messages for which it has the responsibility
	said   []string // verbs in order
	cut    bool     // a message ended without its dot
	served sync.WaitGroup
}

func serve(t *testing.T, s script) *scripted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &scripted{addr: l.Addr().String(), script: s, heard: make(chan string, 100)}
	srv.served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			srv.served.Go(func() { srv.session(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); srv.served.Wait() })
	return srv
}

func (s *scripted) note(verb string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, verb)
	select {
	case s.heard <- verb:
	default: // nobody waits
	}
}

// await returns when the server has heard a line that begins with verb.
func (s *scripted) await(t *testing.T, verb string) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case line := <-s.heard:
			if strings.HasPrefix(line, verb) {
				return
			}
		case <-limit:
			t.Errorf("the server never heard %s", verb)
			return
		}
	}
}

// answer writes the scripted reply and reports whether the session goes on.
func (s *scripted) answer(conn net.Conn, r *bufio.Reader, verb, good string) bool {
	reply, ok := s.script[verb]
	if !ok {
		reply = good
	}
	switch reply {
	case drop:
		return false
	case hang:
		_, _ = r.ReadString(0) // until the client hangs up
		return false
	case half:
		_, _ = conn.Write([]byte("25"))
		return false
	}
	reply, last := strings.CutSuffix(reply, " then drop")
	_, err := conn.Write([]byte(reply + "\r\n"))
	return err == nil && !last
}

func (s *scripted) session(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	if !s.answer(conn, r, "greet", "220 test ESMTP") {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb := strings.ToLower(strings.Fields(line + " x")[0])
		s.note(strings.TrimSpace(line))
		good := "250 2.0.0 ok"
		switch verb {
		case "ehlo":
			good = "250-test\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 ENHANCEDSTATUSCODES"
		case "auth":
			good = "235 2.7.0 welcome"
		case "data":
			good = "354 go on"
		case "quit":
			good = "221 bye then drop"
		}
		if !s.answer(conn, r, verb, good) {
			return
		}
		if verb == "data" && strings.HasPrefix(s.or("data", good), "354") && !s.message(conn, r) {
			return
		}
	}
}

func (s *scripted) or(verb, good string) string {
	if reply, ok := s.script[verb]; ok {
		return reply
	}
	return good
}

// message reads a message with its dot. A server that drops after the dot has
// taken the message all the same: that is the case that makes duplicates.
func (s *scripted) message(conn net.Conn, r *bufio.Reader) bool {
	if s.script["body"] == drop {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // a reset, so that the client's next write errs
		}
		return false
	}
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			s.mu.Lock()
			s.cut = true
			s.mu.Unlock()
			return false
		}
		if line == ".\r\n" {
			s.note(".")
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	if reply := s.or("dot", "250 2.0.0 queued as 1"); !strings.HasPrefix(reply, "4") && !strings.HasPrefix(reply, "5") {
		s.mu.Lock()
		s.taken = append(s.taken, b.String())
		s.mu.Unlock()
	}
	return s.answer(conn, r, "dot", "250 2.0.0 queued as 1")
}

// sender talks to srv on plain loopback. Its limits are long, so that a busy
// machine fails no test, but where the script has the server hang.
func sender(t *testing.T, srv *scripted, change ...func(*Config)) *Sender {
	t.Helper()
	limit := 30 * time.Second
	for _, reply := range srv.script {
		if reply == hang {
			limit = 2 * time.Second
		}
	}
	cfg := Config{Host: srv.addr, Security: Plain, HELO: "us.test", Connect: limit, Command: limit, Body: 30 * time.Second, Dot: limit, Grace: 100 * time.Millisecond}
	for _, f := range change {
		f(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scripted) state() (taken, said []string, cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.taken...), append([]string(nil), s.said...), s.cut
}
