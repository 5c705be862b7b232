package review

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/jobs"
)

// Config is what the queue page needs. Pool, ListenURL, Queue and Letter have
// no default.
type Config struct {
	Pool      *pgxpool.Pool
	ListenURL string // a direct connection: LISTEN does not work through a transaction pooler
	Queue     *jobs.Queue
	Letter    consult.Letterhead

	Zone *time.Location   // of every time shown and of "today"; nil: UTC
	Now  func() time.Time // nil: time.Now
	Log  *slog.Logger     // nil: slog.Default

	TrustedProxies []netip.Prefix // whose X-Forwarded-* headers count; none by default
	SilentAfter    time.Duration  // a mailbox not polled for longer is shown in red; 0: two minutes
	Idle           time.Duration  // a session ends this long after the last key or click; 0: 15 minutes
	Lifetime       time.Duration  // and this long after the sign-in in any case; 0: 12 hours
}

// Server is the queue page. It serves HTTP from New on; Run makes it live.
type Server struct {
	Config
	sessions *scs.SessionManager
	pages    *pages
	hub      *hub
	handler  http.Handler
}

// New parses the embedded pages and builds the routes. It touches neither the
// network nor the database.
func New(c Config) (*Server, error) {
	if c.Pool == nil || c.Queue == nil || c.ListenURL == "" {
		return nil, errors.New("review: Pool, Queue and ListenURL must be given")
	}
	c.Zone = cmp.Or(c.Zone, time.UTC)
	c.Log = cmp.Or(c.Log, slog.Default())
	c.SilentAfter = cmp.Or(c.SilentAfter, 2*time.Minute)
	c.Idle = cmp.Or(c.Idle, 15*time.Minute)
	c.Lifetime = cmp.Or(c.Lifetime, 12*time.Hour)
	if c.Now == nil {
		c.Now = time.Now
	}
	p, err := loadPages()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, pages: p, hub: newHub(), sessions: newSessions(c)}
	s.handler = http.NewCrossOriginProtection().Handler(s.mux())
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	s.handler.ServeHTTP(w, r)
}

// Run listens for changed cases, passes them to the open pages and clears
// expired sessions, until ctx ends; then it ends every stream, so that a
// shutdown of the web server does not wait for them. A lost connection is made
// again, and every page then reads anew.
func (s *Server) Run(ctx context.Context) error {
	defer s.hub.close()
	go s.sweep(ctx)
	for wait := time.Second; ; wait = min(2*wait, 30*time.Second) {
		begun := s.Now()
		err := s.listen(ctx)
		if ctx.Err() != nil {
			return nil
		}
		s.Log.Warn("the queue page is not live: connecting again", "reason", reason(err))
		if s.Now().Sub(begun) > time.Minute {
			wait = time.Second
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// tx runs f in one transaction.
func (s *Server) tx(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.Pool, f)
}

// today is the start of the day in the configured zone.
func (s *Server) today(now time.Time) time.Time {
	y, m, d := now.In(s.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.Zone)
}
