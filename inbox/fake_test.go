package inbox_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/caseconsultant/caseconsultant/inbox"
)

// fake is an IMAP server as bad as a test wants it: it speaks just enough to be
// watched, and lets the test write the answer to a FETCH of a message.
type fake struct {
	addr string
	caps string // beyond IMAP4rev1, each with a space before it

	mu       sync.Mutex
	mails    map[uint32]string
	validity uint32
	conns    int
	fetches  map[uint32]int           // how often each UID was asked for
	answer   func(c *fakeConn) string // for a UID in strange: the bytes to send; empty: end the connection
	strange  map[uint32]bool
	reply    map[string]string // full answer to a command, "TAG" replaced
	open     map[net.Conn]bool
	sasl     string   // the first response of AUTHENTICATE, as sent
	verbs    []string // every command heard

	beforePlus func()        // run once, before the first IDLE is acknowledged; its mail is told of then
	silent     bool          // IDLE tells of nothing
	backwards  bool          // FETCH answers the newest first
	news       chan struct{} // closed when a mail arrives
}

// fakeConn is what an answer may know.
type fakeConn struct {
	uid  uint32
	body string
	try  int // how often this UID was asked for, this time included
	tag  string
	hang func() // waits until the connection is closed by the client
}

func newFake(t testing.TB, mails ...string) *fake {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{addr: l.Addr().String(), validity: 7, mails: map[uint32]string{}, fetches: map[uint32]int{},
		strange: map[uint32]bool{}, reply: map[string]string{}, open: map[net.Conn]bool{}, news: make(chan struct{})}
	for i, m := range mails {
		f.mails[uint32(i+1)] = m
	}
	var served sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		f.mu.Lock()
		for c := range f.open {
			_ = c.Close()
		}
		f.mu.Unlock()
		served.Wait()
	})
	served.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.mu.Lock()
			f.conns++
			f.open[c] = true
			f.mu.Unlock()
			served.Go(func() { f.serve(c) })
		}
	})
	return f
}

func (f *fake) config() inbox.Config {
	return inbox.Config{Name: "fake", Address: f.addr, Security: inbox.SecurityPlain, Username: "u", Password: "p", Poll: 5e6}
}

func (f *fake) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		f.mu.Lock()
		delete(f.open, c)
		f.mu.Unlock()
	}()
	in := bufio.NewReader(c)
	fmt.Fprintf(c, "* OK [CAPABILITY IMAP4rev1%s] ready\r\n", f.offers())
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		tag, cmd, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if !f.command(c, in, tag, cmd) {
			return
		}
	}
}

func (f *fake) offers() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.caps
}

func (f *fake) offer(caps string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.caps = caps
}

// heard says whether a client sent a command.
func (f *fake) heard(verb string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.verbs, verb)
}

func (f *fake) script(verb, reply string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reply[verb] = reply; reply == "" {
		delete(f.reply, verb)
	}
}

// command answers one command; false ends the connection.
func (f *fake) command(c net.Conn, in *bufio.Reader, tag, cmd string) bool {
	verb, args, _ := strings.Cut(cmd, " ")
	if verb == "UID" {
		verb, args, _ = strings.Cut(args, " ")
	}
	f.mu.Lock()
	f.verbs = append(f.verbs, verb)
	reply, scripted := f.reply[verb]
	f.mu.Unlock()
	if scripted {
		return send(c, strings.ReplaceAll(reply, "TAG", tag))
	}
	switch verb {
	case "CAPABILITY":
		fmt.Fprintf(c, "* CAPABILITY IMAP4rev1%s\r\n", f.offers())
	case "EXAMINE":
		fmt.Fprintf(c, "* %d EXISTS\r\n* OK [UIDVALIDITY %d] .\r\n* OK [UIDNEXT %d] .\r\n", len(f.uids()), f.validity, f.next())
	case "SEARCH":
		f.search(c, args)
	case "FETCH":
		set, _, _ := strings.Cut(args, " ")
		if !f.fetch(c, in, tag, set) {
			return false
		}
	case "LIST":
		fmt.Fprint(c, "* LIST (\\Noselect) \"/\" Archive\r\n* LIST (\\Sent) \"/\" \"Gesendete Objekte\"\r\n* LIST () \"/\" INBOX\r\n")
	case "AUTHENTICATE":
		return f.authenticate(c, in, tag, args)
	case "IDLE":
		if !f.idle(c, in) {
			return false
		}
	}
	_, err := fmt.Fprintf(c, "%s OK done\r\n", tag)
	return err == nil
}

func (f *fake) uids() []uint32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.mails))
}

func (f *fake) next() uint32 {
	uids := f.uids()
	if len(uids) == 0 {
		return 1
	}
	return uids[len(uids)-1] + 1
}

// search knows "UID n:*" with its trap, "UID set", and anything else as ALL.
func (f *fake) search(c net.Conn, args string) {
	all := f.uids()
	fmt.Fprint(c, "* SEARCH")
	set, isUID := strings.CutPrefix(args, "UID ")
	for i, u := range all {
		if !isUID || inSet(set, u) || strings.HasSuffix(set, ":*") && i == len(all)-1 {
			fmt.Fprintf(c, " %d", u)
		}
	}
	fmt.Fprint(c, "\r\n")
}

func inSet(set string, u uint32) bool {
	for part := range strings.SplitSeq(set, ",") {
		from, to, isRange := strings.Cut(part, ":")
		lo, _ := strconv.ParseUint(from, 10, 32)
		hi := lo
		if isRange {
			hi, _ = strconv.ParseUint(to, 10, 32)
			if to == "*" {
				hi = 1<<32 - 1
			}
		}
		if uint64(u) >= lo && uint64(u) <= hi {
			return true
		}
	}
	return false
}

func (f *fake) fetch(c net.Conn, in *bufio.Reader, tag, set string) bool {
	uids := f.uids()
	if f.backwards {
		slices.Reverse(uids)
	}
	for _, u := range uids {
		if !inSet(set, u) {
			continue
		}
		f.mu.Lock()
		f.fetches[u]++
		fc := &fakeConn{uid: u, body: f.mails[u], try: f.fetches[u], tag: tag, hang: func() { _, _ = in.ReadByte() }}
		answer := normal
		if f.strange[u] {
			answer = f.answer
		}
		f.mu.Unlock()
		if out := answer(fc); out == "" || !send(c, out) {
			return false
		}
	}
	return true
}

// cut at the end of an answer closes the connection after it.
const cut = "\x00cut"

// send writes an answer; false when the connection is to end.
func send(c net.Conn, out string) bool {
	out, ends := strings.CutSuffix(out, cut)
	_, err := c.Write([]byte(out))
	return err == nil && !ends
}

func normal(c *fakeConn) string {
	return fmt.Sprintf("* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n", c.uid, c.uid, len(c.body), c.body)
}

// authenticate takes any response that does not hold the token "bad", and
// refuses as Google and Microsoft do: with a challenge first.
func (f *fake) authenticate(c net.Conn, in *bufio.Reader, tag, args string) bool {
	_, first, inline := strings.Cut(args, " ")
	if !inline {
		fmt.Fprint(c, "+ \r\n")
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		first = strings.TrimSpace(line)
	}
	f.mu.Lock()
	f.sasl = first
	f.mu.Unlock()
	if !strings.Contains(f.signedInWith(), "bad") {
		fmt.Fprintf(c, "%s OK in\r\n", tag)
		return true
	}
	fmt.Fprintf(c, "+ %s\r\n", base64.StdEncoding.EncodeToString([]byte(`{"status":"400","schemes":"Bearer"}`)))
	if _, err := in.ReadString('\n'); err != nil {
		return false
	}
	fmt.Fprintf(c, "%s NO AUTHENTICATE failed.\r\n", tag)
	return true
}

// idle tells of a mail when one arrives, until DONE.
func (f *fake) idle(c net.Conn, in *bufio.Reader) bool {
	f.mu.Lock()
	news, before := f.news, f.beforePlus
	f.beforePlus = nil
	if f.silent {
		news = nil
	}
	f.mu.Unlock()
	if before != nil {
		before()
		fmt.Fprintf(c, "* %d EXISTS\r\n", len(f.uids()))
		news = nil
	}
	fmt.Fprint(c, "+ idling\r\n")
	done := make(chan bool, 1)
	go func() {
		line, err := in.ReadString('\n')
		done <- err == nil && strings.TrimSpace(line) == "DONE"
	}()
	select {
	case ok := <-done:
		return ok
	case <-news:
		fmt.Fprintf(c, "* %d EXISTS\r\n", len(f.uids()))
		return <-done
	}
}

// add puts a mail into the folder and tells those in IDLE.
func (f *fake) add(body string) {
	next := f.next()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mails[next] = body
	close(f.news)
	f.news = make(chan struct{})
}

// drop ends every connection.
func (f *fake) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.open {
		_ = c.Close()
	}
}

func (f *fake) connections() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conns
}
