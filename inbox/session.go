package inbox

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// A session is one signed-in connection, used by one goroutine.
type session struct {
	conn  *deadlineConn
	c     *imapclient.Client
	t     timing
	stop  func() bool          // forgets the context that ends the session
	mech  string               // how it signed in
	idles bool                 // the server has IDLE
	news  chan struct{}        // holds one token when the server said something of the folder's size
	sink  atomic.Pointer[sink] // where bodies go while a FETCH runs
}

// openSession connects and signs in. The session ends with ctx.
func openSession(ctx context.Context, cfg Config, t timing) (*session, error) {
	conn, err := dialTCP(ctx, cfg.Address, t)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn, t: t, news: make(chan struct{}, 1)}
	s.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := s.begin(ctx, cfg); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) begin(ctx context.Context, cfg Config) (err error) {
	opts := &imapclient.Options{TLSConfig: cfg.tls(), UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: s.noticed,
		Fetch:   s.unasked,
	}}
	switch cfg.Security {
	case SecurityTLS:
		tc, err := shake(ctx, s.conn, cfg.tls(), s.t)
		if err != nil {
			return err
		}
		s.c = imapclient.New(tc, opts)
	case SecuritySTARTTLS:
		if s.c, err = imapclient.NewStartTLS(s.conn, opts); err != nil {
			return tlsError(err, s.conn.failed.Load())
		}
	default:
		s.c = imapclient.New(s.conn, opts)
	}
	if err := s.do("greeting", s.c.WaitGreeting); err != nil {
		return err
	}
	if s.mech, err = s.signIn(ctx, cfg); err != nil {
		return err
	}
	return s.do("capabilities", func() error { s.idles = s.has(imap.CapIdle); return nil })
}

// noticed runs in go-imap's reader: it must not wait.
func (s *session) noticed(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// close ends the connection without a word: Client.Close hangs after a
// half-read literal. The reader's end is waited for, but not for ever.
func (s *session) close() {
	s.stop()
	_ = s.conn.Close() // nothing more is wanted of it
	if s.c == nil {
		return
	}
	select {
	case <-s.c.Closed():
	case <-time.After(time.Second):
	}
}

// do runs one exchange under both deadlines and classifies its error.
func (s *session) do(op string, exchange func() error) error {
	return s.run(op, ClassProtocol, exchange)
}

// doAuth is do where a plain refusal means bad credentials.
func (s *session) doAuth(exchange func() error) error {
	return s.run("sign in", ClassAuth, exchange)
}

func (s *session) run(op, refused string, exchange func() error) error {
	s.conn.expect(s.t.stall)
	limit := time.AfterFunc(s.t.total, func() { _ = s.conn.Close() })
	defer limit.Stop()
	return answer(op, exchange(), s.conn.failed.Load(), refused)
}

// A folder is what EXAMINE says.
type folder struct {
	validity uint32
	next     uint32 // UIDNEXT; 0: not said
	messages uint32
}

// examine opens a folder for reading only.
func (s *session) examine(name string) (f folder, err error) {
	err = s.do("examine", func() error {
		data, err := s.c.Select(name, &imap.SelectOptions{ReadOnly: true}).Wait()
		if err == nil {
			f = folder{data.UIDValidity, uint32(data.UIDNext), data.NumMessages}
		}
		return err
	})
	return f, err
}

// maxListed bounds what a SEARCH may answer: 16 MB of numbers.
const maxListed = 4 << 20

// search returns the UIDs that match, ascending.
func (s *session) search(criteria *imap.SearchCriteria) (uids []uint32, err error) {
	err = s.do("search", func() error {
		data, err := s.c.UIDSearch(criteria, nil).Wait()
		if err != nil {
			return err
		}
		uids, err = listed(data.All)
		return err
	})
	return uids, err
}

// after returns the UIDs above last. "n:*" always names the newest message,
// also one below n (RFC 9051 section 6.4.8), hence the filter.
func (s *session) after(last uint32) ([]uint32, error) {
	set := imap.UIDSet{imap.UIDRange{Start: imap.UID(last) + 1}}
	uids, err := s.search(&imap.SearchCriteria{UID: []imap.UIDSet{set}})
	return slices.DeleteFunc(uids, func(u uint32) bool { return u <= last }), err
}

func listed(all imap.NumSet) ([]uint32, error) {
	set, _ := all.(imap.UIDSet)
	var n int64
	for _, r := range set {
		if r.Start == 0 || r.Stop == 0 {
			return nil, errListed
		}
		n += int64(r.Stop) - int64(r.Start) + 1
	}
	if n > maxListed {
		return nil, errListed
	}
	nums, _ := set.Nums()
	uids := make([]uint32, 0, len(nums))
	for _, u := range nums {
		uids = append(uids, uint32(u))
	}
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

var errListed = &Error{Op: "search", Class: ClassProtocol, note: "an endless or huge set"}

func (s *session) noop() error {
	return s.do("noop", func() error { return s.c.Noop().Wait() })
}

// idle waits in IDLE until the server speaks of the folder, the time is over
// or the line fails.
func (s *session) idle(ctx context.Context, d time.Duration) error {
	var cmd *imapclient.IdleCommand
	err := s.do("idle", func() (err error) { cmd, err = s.c.Idle(); return err })
	if err != nil {
		return err
	}
	s.conn.expect(d + s.t.stall)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.news:
	case <-timer.C:
	case <-s.c.Closed():
	case <-ctx.Done():
	}
	return s.do("idle", func() error {
		if err := cmd.Close(); err != nil {
			return err
		}
		return cmd.Wait()
	})
}

// has asks what was said at sign-in, or waits for the server to say it.
func (s *session) has(c imap.Cap) bool { return s.c.Caps().Has(c) }
