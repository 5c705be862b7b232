package inbox

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
)

// timing holds every duration that a test must be able to shorten.
type timing struct {
	dial      time.Duration // TCP connect and TLS handshake
	stall     time.Duration // longest silence while an answer is due
	total     time.Duration // longest command, however lively
	idleMin   time.Duration // an IDLE lasts between idleMin and idleMax
	idleMax   time.Duration
	noopLook  time.Duration // watching by NOOP: search at least this often
	polled    time.Duration // Store.Polled at most this often
	retryMin  time.Duration // back-off
	retryMax  time.Duration
	recheck   time.Duration // between two tries for missing UIDs
	recheck1  time.Duration // after a new gap
	reconcile time.Duration // life of a connection, and between two scans
}

var standard = timing{
	dial:      30 * time.Second,
	stall:     60 * time.Second,
	total:     30 * time.Minute,
	idleMin:   5 * time.Minute,
	idleMax:   9 * time.Minute,
	noopLook:  30 * time.Second,
	polled:    time.Second,
	retryMin:  time.Second,
	retryMax:  5 * time.Minute,
	recheck:   15 * time.Minute,
	recheck1:  time.Minute,
	reconcile: 24 * time.Hour,
}

// A deadlineConn ends every wait for the server. go-imap waits without end
// while it expects nothing, and again after each command that it sends
// (go-imap#762), so its own read deadlines are dropped: a read fails when the
// line was silent for as long as expect says.
type deadlineConn struct {
	net.Conn
	mu     sync.Mutex // orders "read the wait, set the deadline" against expect
	wait   time.Duration
	failed atomic.Bool // the line failed, rather than what came over it
}

// expect sets how long the server may be silent, from now on and between any
// two reads; a read under way is bound by it too.
func (c *deadlineConn) expect(wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wait = wait
	c.extend()
}

// extend leaves its error to the read that follows: a deadline fails to be set
// only on a closed connection.
func (c *deadlineConn) extend() { _ = c.Conn.SetReadDeadline(time.Now().Add(c.wait)) }

// Read fails at once after it has failed: go-imap's decoder tries up to four
// times, and each would be given another wait.
func (c *deadlineConn) Read(b []byte) (int, error) {
	if c.failed.Load() {
		return 0, net.ErrClosed
	}
	c.mu.Lock()
	c.extend()
	c.mu.Unlock()
	n, err := c.Conn.Read(b)
	if err != nil {
		c.failed.Store(true)
	}
	return n, err
}

func (c *deadlineConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if err != nil {
		c.failed.Store(true)
	}
	return n, err
}

// SetReadDeadline ignores go-imap's deadlines; see [deadlineConn].
func (c *deadlineConn) SetReadDeadline(time.Time) error { return nil }

// SetDeadline is not used by go-imap or crypto/tls on our behalf; only its
// write half is taken.
func (c *deadlineConn) SetDeadline(t time.Time) error { return c.SetWriteDeadline(t) }

// dialTCP connects. The keep-alive finds a dead path in about a minute where
// nothing is under way; Go's own setting takes two and a half.
func dialTCP(ctx context.Context, address string, t timing) (*deadlineConn, error) {
	d := net.Dialer{Timeout: t.dial, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3}}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, &Error{Op: "connect", Class: ClassConnect, note: err.Error(), err: err}
	}
	conn := &deadlineConn{Conn: c}
	conn.expect(t.stall)
	return conn, nil
}

// shake does the TLS handshake over conn.
func shake(ctx context.Context, conn *deadlineConn, conf *tls.Config, t timing) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, t.dial)
	defer cancel()
	conf.NextProtos = []string{"imap"}
	tc := tls.Client(conn, conf)
	if err := tc.HandshakeContext(ctx); err != nil {
		return nil, tlsError(err, conn.failed.Load())
	}
	return tc, nil
}

// tlsError keeps the text of crypto/tls, in which nothing stands but names,
// dates and reasons. Another error may quote the server.
func tlsError(err error, lost bool) error {
	e := &Error{Op: "tls", Class: ClassTLS, err: err}
	_, refused := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, answered := errors.AsType[*imap.Error](err)
	switch {
	case refused || alert || record:
		e.note = err.Error()
	case lost && !answered:
		e.Class = ClassConnect
	default:
		e.note = "the server does not start TLS here: check port and security"
	}
	return e
}
