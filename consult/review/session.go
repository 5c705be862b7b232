package review

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult"
)

// Cookie names. A __Host- cookie is refused by browsers on plain HTTP, where
// only a loopback address may sign in.
const (
	secureCookie = "__Host-caseconsultant"
	plainCookie  = "caseconsultant"
)

// What a session holds.
const (
	keyPerson = "person" // int64
	keySince  = "since"  // int64: when the person signed in, in microseconds of Unix time
	keySent   = "sent"   // int64: the case approved last, for the undo bar
)

// A session is a signed-in browser's row, loaded.
type session struct {
	ctx   context.Context // scs keeps its data in one
	token string
}

func newSessions(c Config) *scs.SessionManager {
	m := scs.New()
	m.Store = sessionStore{c.Pool}
	m.IdleTimeout, m.Lifetime = c.Idle, c.Lifetime
	m.HashTokenInStore = true
	return m
}

func (s *Server) cookieName(r *http.Request) string {
	if s.https(r) {
		return secureCookie
	}
	return plainCookie
}

// load reads the session and its person into v. A loud request moves the
// session's end; a quiet one leaves it, so that streams and saving while a
// person is away keep nobody signed in.
func (s *Server) load(r *http.Request, v *visit, quiet bool) error {
	if c, err := r.Cookie(s.cookieName(r)); err == nil {
		v.session.token = c.Value
	}
	var err error
	if v.session.ctx, err = s.sessions.Load(r.Context(), v.session.token); err != nil {
		return err
	}
	if s.sessions.GetInt64(v.session.ctx, keyPerson) == 0 {
		return nil
	}
	v.person, err = s.owner(r.Context(), v.session.ctx)
	if err == nil && v.person.ID == 0 {
		return s.sessions.Destroy(v.session.ctx)
	}
	if err != nil || quiet {
		return err
	}
	return s.commit(v)
}

// owner returns whose session it is. Nobody's (the zero Person) is one of a
// person who is gone or disabled, or whose password was set since the sign-in.
func (s *Server) owner(ctx, session context.Context) (consult.Person, error) {
	p, err := inTx(ctx, s, func(tx pgx.Tx) (consult.Person, error) {
		return consult.PersonByID(ctx, tx, s.sessions.GetInt64(session, keyPerson))
	})
	since := time.UnixMicro(s.sessions.GetInt64(session, keySince))
	if errors.Is(err, consult.ErrNotFound) || err == nil && (p.Disabled || since.Before(p.PasswordSetAt)) {
		return consult.Person{}, nil
	}
	return p, err
}

func (s *Server) commit(v *visit) error {
	_, _, err := s.sessions.Commit(v.session.ctx)
	return err
}

// begin starts p's session under a new token.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, v *visit, p consult.Person) error {
	if err := s.sessions.RenewToken(v.session.ctx); err != nil {
		return err
	}
	if err := s.sessions.Clear(v.session.ctx); err != nil {
		return err
	}
	s.sessions.Put(v.session.ctx, keyPerson, p.ID)
	s.sessions.Put(v.session.ctx, keySince, v.now.UnixMicro())
	token, _, err := s.sessions.Commit(v.session.ctx)
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(r, token, 0))
	return nil
}

func (s *Server) cookie(r *http.Request, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(r), Value: value, Path: "/", MaxAge: maxAge,
		Secure: s.https(r), HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// sessionStore keeps sessions in the sessions table; tokens come hashed.
type sessionStore struct{ pool *pgxpool.Pool }

// FindCtx implements scs.CtxStore. An expired session is not found.
func (s sessionStore) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = s.pool.QueryRow(ctx, `-- name: FindSession
		select data from sessions where token = $1 and expiry > current_timestamp`, token).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx implements scs.CtxStore.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := s.pool.Exec(ctx, `-- name: StoreSession
		insert into sessions (token, data, expiry) values ($1, $2, $3)
		on conflict (token) do update set data = excluded.data, expiry = excluded.expiry`, token, data, expiry)
	return err
}

// DeleteCtx implements scs.CtxStore.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.pool.Exec(ctx, `-- name: DeleteSession
		delete from sessions where token = $1`, token)
	return err
}

// Find completes scs.Store, as do Commit and Delete; scs calls the Ctx forms.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit completes scs.Store.
func (s sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete completes scs.Store.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// sweep removes what expired, until ctx ends.
func (s *Server) sweep(ctx context.Context) {
	for {
		_, err := s.Pool.Exec(ctx, `delete from sessions where expiry < current_timestamp`)
		if err == nil {
			_, err = s.Pool.Exec(ctx, `delete from login_failures where until < $1`, s.Now().Add(-forgetAfter))
		}
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("expired sessions stay", "reason", reason(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Minute):
		}
	}
}
