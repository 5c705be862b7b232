package inbox

import (
	"io"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Reasons of a [Gap].
const (
	GapAbsent   = "absent"    // the server lists the UID and its FETCH passes it over
	GapBroken   = "broken"    // asking for it ended the session, five times, three of them alone
	GapEmpty    = "empty"     // the server delivers no bytes
	GapTooLarge = "too-large" // above 64 MB
	GapExpunged = "expunged"  // it was missing, and the server lists it no more: the store need not name it in Missing again
)

const (
	maxBody  = 64 << 20 // largest message taken
	maxBytes = 20 << 20 // most bytes of a batch, unless one message alone is larger
	maxUIDs  = 50       // most UIDs of a batch
	firstRun = 16       // UIDs of the first batch: the work behind it begins early
)

// A haul is what one FETCH brought of the UIDs asked for, in their order.
type haul struct {
	messages []Raw
	gaps     []Gap
	uids     int // how many, from the first, are accounted for; the rest did not fit
	bytes    int64
}

// fetch reads the bodies of uids (ascending). Nothing counts when it returns
// an error.
func (s *session) fetch(uids []uint32) (haul, error) {
	k := newSink(uids, func() { _ = s.conn.Close(); <-s.c.Closed() })
	s.sink.Store(k)
	defer s.sink.Store(nil)
	err := s.do("fetch", func() error {
		var set imap.UIDSet
		for _, u := range uids {
			set.AddNum(imap.UID(u))
		}
		cmd := s.c.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			k.read(msg, false)
		}
		return cmd.Close()
	})
	k.wait()
	if err == nil && k.short {
		err = &Error{Op: "fetch", Class: ClassProtocol, note: "a body shorter than announced"}
	}
	if err != nil {
		return haul{}, err
	}
	return k.haul(uids), nil
}

// unasked takes the messages that go-imap cannot match to our FETCH: those
// whose UID follows the body, as Exchange writes them, and repeats. It runs in
// a goroutine of its own and must read to the end.
func (s *session) unasked(msg *imapclient.FetchMessageData) {
	if k := s.sink.Load(); k != nil {
		k.read(msg, true)
		return
	}
	for msg.Next() != nil {
		continue // Next reads the literal of the one before to its end
	}
}

// A sink collects bodies by UID, within bounds of memory.
type sink struct {
	mu     sync.Mutex
	idle   *sync.Cond      // late went down to zero
	late   int             // unasked messages whose body is being read
	bodies map[uint32]body // for each UID asked for, once it came
	room   int64           // bytes left of the batch
	short  bool            // a body ended before its announced size
	abort  func()          // ends the session and waits for go-imap's reader to end
}

// A body is what became of one literal; zero: none came.
type body struct {
	bytes   []byte
	skipped bool // did not fit: ask again
	gap     string
}

func newSink(uids []uint32, abort func()) *sink {
	k := &sink{bodies: make(map[uint32]body, len(uids)), room: maxBytes, abort: abort}
	k.idle = sync.NewCond(&k.mu)
	for _, u := range uids {
		k.bodies[u] = body{}
	}
	return k
}

// read takes one FETCH response. For an unasked one the sink is held open
// before the first byte of the body is read: until then go-imap's reader
// stands still, so fetch cannot have passed its wait.
func (k *sink) read(msg *imapclient.FetchMessageData, unasked bool) {
	var uid uint32
	var b body
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = uint32(item.UID)
		case imapclient.FetchItemDataBodySection:
			if unasked {
				k.hold(1)
				defer k.hold(-1)
			}
			b = k.body(item.Literal)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, wanted := k.bodies[uid]; wanted && !old.came() {
		k.bodies[uid] = b
	}
}

// hold counts the unasked messages being read.
func (k *sink) hold(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.late += n; k.late == 0 {
		k.idle.Broadcast()
	}
}

// wait returns when every unasked message is read. (No WaitGroup: a NIL body
// holds up nothing and may come while we wait.)
func (k *sink) wait() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.late > 0 {
		k.idle.Wait()
	}
}

func (b body) came() bool { return b.bytes != nil || b.skipped || b.gap != "" }

// body reads a literal to its end, whatever becomes of it: go-imap's reader
// waits for that.
func (k *sink) body(lit imap.LiteralReader) body {
	if lit == nil {
		return body{gap: GapEmpty}
	}
	var b body
	size := lit.Size()
	switch {
	case size == 0:
		b.gap = GapEmpty
	case size > maxBody:
		b.gap = GapTooLarge
	case !k.reserve(size):
		b.skipped = true
	default:
		b.bytes = make([]byte, size)
	}
	n, err := io.ReadFull(lit, b.bytes)
	if err == nil {
		var rest int64
		rest, err = io.Copy(io.Discard, lit)
		if err == nil && int64(n)+rest < size {
			err = io.ErrUnexpectedEOF
		}
	}
	if err != nil {
		k.fail()
		return body{}
	}
	return b
}

// fail marks the fetch as failed. go-imap reads an unfinished literal again
// when it discards it, beside its own reader, which the error has let go on: a
// data race, unless that reader is gone first.
func (k *sink) fail() {
	k.mu.Lock()
	k.short = true
	k.mu.Unlock()
	k.abort()
}

// reserve takes room for a body; the first one always fits.
func (k *sink) reserve(size int64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if size > k.room && k.room < maxBytes {
		return false
	}
	k.room -= size
	return true
}

// haul accounts for uids up to the first that did not fit.
func (k *sink) haul(uids []uint32) haul {
	k.mu.Lock()
	defer k.mu.Unlock()
	var h haul
	for _, u := range uids {
		switch b := k.bodies[u]; {
		case b.skipped:
			return h
		case b.bytes != nil:
			h.messages = append(h.messages, Raw{UID: u, Body: b.bytes})
			h.bytes += int64(len(b.bytes))
		case b.gap != "":
			h.gaps = append(h.gaps, Gap{UID: u, Reason: b.gap})
		default:
			h.gaps = append(h.gaps, Gap{UID: u, Reason: GapAbsent})
		}
		h.uids++
	}
	return h
}
