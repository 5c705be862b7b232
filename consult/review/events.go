package review

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// heartbeat is how often a quiet stream says that it is alive, and looks
// whether its session still is.
const heartbeat = 15 * time.Second

// gather is how long a stream collects changes before it tells them: a burst
// of a thousand mails is a few messages, not a thousand.
const gather = 150 * time.Millisecond

// everything stands for "read anew": a change may have been missed.
const everything = "all"

// A hub passes changed case ids from the one LISTEN connection to the streams.
type hub struct {
	mu      sync.Mutex
	streams map[*stream]bool
	closed  bool
}

// A stream is one browser's: the ids that it has not been told yet.
type stream struct {
	ids  map[string]bool
	wake chan struct{} // holds one token when ids is not empty; closed with the hub
}

func newHub() *hub { return &hub{streams: map[*stream]bool{}} }

// tell adds a changed case to every stream. Beyond some hundred ids a stream
// keeps only "everything".
func (h *hub) tell(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for st := range h.streams {
		news := id
		if len(st.ids) > 200 || id == everything {
			clear(st.ids)
			news = everything
		}
		st.ids[news] = true
		select {
		case st.wake <- struct{}{}:
		default:
		}
	}
}

// join opens a stream, or returns nil when the hub is closed.
func (h *hub) join() *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil
	}
	st := &stream{ids: map[string]bool{}, wake: make(chan struct{}, 1)}
	h.streams[st] = true
	return st
}

func (h *hub) leave(st *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, st)
}

func (h *hub) take(st *stream) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var ids []string
	for id := range st.ids {
		ids = append(ids, id)
	}
	clear(st.ids)
	return ids
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for st := range h.streams {
		close(st.wake)
		delete(h.streams, st)
	}
}

// listen passes notifications on until its connection ends.
func (s *Server) listen(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.ListenURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `listen "case"`); err != nil {
		return err
	}
	s.hub.tell(everything) // what happened while nobody listened
	for {
		n, err := notification(ctx, conn)
		if err != nil {
			return err
		}
		if n != nil {
			s.hub.tell(n.Payload)
		}
	}
}

// proveAlive is how long a silent connection is trusted: one that died without
// a word would leave every page stale.
const proveAlive = 30 * time.Second

// notification waits for the next one. Nil is a while without any, after which
// the connection has proved that it lives.
func notification(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	wait, cancel := context.WithTimeout(ctx, proveAlive)
	defer cancel()
	n, err := conn.WaitForNotification(wait)
	if err == nil || wait.Err() == nil || ctx.Err() != nil {
		return n, err
	}
	prove, cancel := context.WithTimeout(ctx, proveAlive)
	defer cancel()
	return nil, conn.Ping(prove)
}

// events is the stream of changed case ids. It ends with the session.
func events(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	st := s.hub.join()
	if st == nil {
		return badRequest("The server is stopping.")
	}
	defer s.hub.leave(st)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // a test recorder has none
	send := func(text string) bool {
		_, err := fmt.Fprint(w, text)
		return err == nil && out.Flush() == nil
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for ok := send("retry: 1000\n\nevent: ready\ndata: \n\n"); ok; {
		select {
		case <-r.Context().Done():
			return nil
		case <-tick.C:
			if !s.lives(r.Context(), v) {
				send("event: signed-out\ndata: \n\n")
				return nil
			}
			ok = send(": alive\n\n")
		case _, open := <-st.wake:
			if !open {
				return nil
			}
			pause(r.Context(), gather)
			ok = send("event: case\ndata: " + strings.Join(s.hub.take(st), " ") + "\n\n")
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// lives reports whether the session of v still is, without touching it.
func (s *Server) lives(ctx context.Context, v *visit) bool {
	again, err := s.sessions.Load(ctx, v.session.token)
	if err != nil || s.sessions.GetInt64(again, keyPerson) != v.person.ID {
		return false
	}
	p, err := s.owner(ctx, again)
	return err == nil && p.ID == v.person.ID
}
