package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

const noHTTPS = "A password may not travel unencrypted. Open this page by https://: put a proxy with TLS in front and " +
	"name its address under trusted_proxies in the configuration. On the machine itself, http://localhost works."

type signInForm struct {
	frame
	Email   string
	Problem string
	Next    string
	Refused string // why nobody can sign in here; empty: they can
}

// signInURL leads to the sign-in page and back.
func signInURL(r *http.Request) string {
	if r.URL.Path == "/" && r.URL.RawQuery == "" {
		return "/sign-in"
	}
	return "/sign-in?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}

// localPath returns p if it leads to a page of ours, else the list.
func localPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n") {
		return "/"
	}
	return p
}

func signInPage(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	next := localPath(r.FormValue("next"))
	if v.person.ID != 0 {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	page := &signInForm{frame: s.frame(r, v, "Sign in"), Next: next}
	if !s.mayCarryPassword(r) {
		page.Refused = noHTTPS
		return s.render(w, http.StatusForbidden, "signin", page)
	}
	return s.render(w, http.StatusOK, "signin", page)
}

func signIn(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	if !s.mayCarryPassword(r) {
		return errNoHTTPS
	}
	email, next := strings.ToLower(strings.TrimSpace(r.FormValue("email"))), localPath(r.FormValue("next"))
	p, problem, err := s.check(r.Context(), email, r.FormValue("password"), s.peer(r).String(), v.now)
	switch {
	case err != nil:
		return err
	case problem != "" && v.fragment:
		http.Error(w, problem, http.StatusUnauthorized)
		return nil
	case problem != "":
		page := &signInForm{frame: s.frame(r, v, "Sign in"), Email: email, Problem: problem, Next: next}
		return s.render(w, http.StatusUnauthorized, "signin", page)
	}
	if err := s.begin(w, r, v, p); err != nil {
		return err
	}
	if v.fragment {
		w.Header().Set("X-Person", strconv.FormatInt(p.ID, 10))
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// check says who signs in, or what to tell them. Every refusal reads the same
// and takes as long, whether the account is there or not. A try counts before
// the password is looked at, so that many at once gain nothing.
func (s *Server) check(ctx context.Context, email, password, peer string, now time.Time) (p consult.Person, problem string, err error) {
	account, address := throttleKey("account", email), throttleKey("address", peer)
	var wait time.Duration
	var hash string
	err = s.tx(ctx, func(tx pgx.Tx) error {
		if wait, err = throttled(ctx, tx, account, address, now); err != nil || wait > 0 {
			return err
		}
		p, hash, err = consult.Credentials(ctx, tx, email)
		if errors.Is(err, consult.ErrNotFound) {
			return nil
		}
		return err
	})
	switch {
	case err != nil:
		return consult.Person{}, "", err
	case wait > 0:
		return consult.Person{}, fmt.Sprintf("Too many tries. Wait %s, then try again.", waitWords(wait)), nil
	}
	if p.Disabled {
		hash = ""
	}
	if !consult.VerifyPassword(hash, password) {
		return consult.Person{}, "Email and password do not fit.", nil
	}
	return p, "", s.tx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from login_failures where key = $1`, account); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update login_failures set count = count - 1, until = $2 where key = $1`, address, now); err != nil {
			return err
		}
		return consult.Audit(ctx, tx, 0, now, p.Email, "signed in", "from "+peer)
	})
}

func waitWords(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(math.Ceil(d.Seconds())))
	}
	return fmt.Sprintf("%d min", int(math.Ceil(d.Minutes())))
}

func signOut(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.person.ID != 0 {
		err := s.tx(r.Context(), func(tx pgx.Tx) error {
			return consult.Audit(r.Context(), tx, 0, v.now, v.person.Email, "signed out", "")
		})
		if err != nil {
			return err
		}
	}
	if err := s.sessions.Destroy(v.session.ctx); err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(r, "", -1))
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`) // texts kept in the browser name patients
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// The throttle: so many wrong tries are free, then each waits twice as long as
// the one before, up to longestWait. An address has more free tries, because
// many people can share one.
const (
	freeAccount = 5
	freeAddress = 30
	longestWait = 15 * time.Minute
	forgetAfter = time.Hour
)

func throttleKey(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + ":" + name))
	return hex.EncodeToString(sum[:])
}

// throttled counts a try of account from address, or says how long to wait.
func throttled(ctx context.Context, tx pgx.Tx, account, address string, now time.Time) (time.Duration, error) {
	for _, k := range []struct {
		key  string
		free int
	}{{account, freeAccount}, {address, freeAddress}} {
		var count int
		var until time.Time
		err := tx.QueryRow(ctx, `-- name: CountLogin
			insert into login_failures as f (key, count, until) values ($1, 1, $2)
			on conflict (key) do update set count = case
				when f.until > $2 then f.count
				when f.until < $3 then 1
				else f.count + 1 end
			returning count, until`, k.key, now, now.Add(-forgetAfter)).Scan(&count, &until)
		if err != nil {
			return 0, err
		}
		if until.After(now) {
			return until.Sub(now), nil
		}
		_, err = tx.Exec(ctx, `update login_failures set until = $2 where key = $1`, k.key, now.Add(penalty(count-k.free)))
		if err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// penalty is how long the next try has to wait after so many beyond the free ones.
func penalty(beyond int) time.Duration {
	if beyond < 0 {
		return 0
	}
	return min(longestWait, 5*time.Second<<min(beyond, 10))
}
