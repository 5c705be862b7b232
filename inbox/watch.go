package inbox

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"
)

// maxRefusals is how often in a row a sign-in may be refused before Watch
// gives up: servers lock accounts.
const maxRefusals = 3

// Watch reads a mailbox into store until ctx ends, and then returns nil. It
// survives lost connections, restarted servers and a store that fails: it
// takes no more mail until the store takes what was read. Between tries it
// waits 1 s to 5 min, with jitter.
//
// It returns an error only where trying again does no good: the configuration
// is wrong (class config), sign-in was refused three times in a row (auth), or
// a person must sign in again (sign-in). The caller reports it and may call
// Watch again when something has changed.
//
// The mailbox is watched by one process at a time: Watch waits for the lease,
// and for it anew when it is lost.
func Watch(ctx context.Context, cfg Config, store Store, log *slog.Logger) error {
	cfg, err := cfg.complete()
	if err != nil {
		return err
	}
	return newWatcher(cfg, store, log, standard).run(ctx)
}

// A watcher is the memory of one Watch over its sessions.
type watcher struct {
	cfg   Config
	store Store
	log   *slog.Logger
	t     timing
	now   func() time.Time

	failures    int       // sessions in a row that ended without progress
	refusals    int       // sign-ins refused in a row
	progress    bool      // something was stored in this session
	reconcileAt time.Time // scan when passed; zero: at the first session
	recheckAt   time.Time // ask for missing UIDs when passed
	polledAt    time.Time
	size        int             // UIDs of the next batch
	blamed      map[uint32]int  // failed FETCHes that asked for the UID
	gone        map[uint32]bool // missing UIDs reported as expunged
	validity    uint32          // of blamed and gone
}

func newWatcher(cfg Config, store Store, log *slog.Logger, t timing) *watcher {
	w := &watcher{cfg: cfg, store: store, log: log.With("mailbox", cfg.Name), t: t, now: time.Now,
		size: firstRun, blamed: map[uint32]int{}, gone: map[uint32]bool{}}
	w.recheckAt = w.now().Add(t.recheck1)
	return w
}

func (w *watcher) run(ctx context.Context) error {
	for ctx.Err() == nil {
		held, release, err := w.store.Lease(ctx, w.cfg.Name)
		if err != nil {
			w.pause(ctx, storeError("lease", err))
			continue
		}
		err = w.hold(ctx, held)
		release()
		if err != nil {
			return err
		}
		if ctx.Err() == nil {
			w.pause(ctx, &Error{Op: "lease", Class: ClassStore, note: "lost"})
		}
	}
	w.log.Info("mailbox: stopped")
	return nil
}

// hold runs sessions while the lease is held; an error ends the watch.
func (w *watcher) hold(ctx, held context.Context) error {
	held, cancel := context.WithCancel(held)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	for held.Err() == nil {
		began := w.now()
		w.progress = false
		err := w.session(held)
		if w.progress || w.now().Sub(began) > time.Minute {
			w.failures = 0
		}
		if held.Err() != nil {
			return nil
		}
		if err == nil {
			continue // a day has passed
		}
		w.report(held, Class(err))
		if w.hopeless(err) {
			w.log.Error("mailbox: given up", "class", Class(err), "err", err)
			return err
		}
		w.pause(held, err)
	}
	return nil
}

func (w *watcher) hopeless(err error) bool {
	switch Class(err) {
	case ClassSignIn:
		return true
	case ClassAuth:
		w.refusals++
		return w.refusals >= maxRefusals
	}
	return false
}

// pause waits before the next try, twice as long after each failure.
func (w *watcher) pause(ctx context.Context, err error) {
	d := w.t.retryMax
	if w.failures < 20 {
		d = min(d, w.t.retryMin<<w.failures)
	}
	w.failures++
	d = d/2 + rand.N(d/2+1) // jitter: many watchers of one server must not return together
	w.log.Warn("mailbox: trying again", "class", Class(err), "err", err, "in", d)
	sleep(ctx, d)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// report tells the store what stopped the mailbox. A store that cannot even
// take that is no news to it.
func (w *watcher) report(ctx context.Context, class string) {
	if class == ClassStore || class == ClassConfig {
		return
	}
	w.polledAt = time.Time{} // the next good look takes it back at once
	if err := w.store.Polled(ctx, w.cfg.Name, w.now(), class); err != nil {
		w.log.Warn("mailbox: state not recorded", "class", ClassStore)
	}
}

// session is one connection from sign-in to its end; nil after a day. The
// store is asked first: while it is away the server is left in peace.
func (w *watcher) session(ctx context.Context) error {
	cursor, err := w.store.Cursor(ctx, w.cfg.Name)
	if err != nil {
		return storeError("cursor", err)
	}
	s, err := openSession(ctx, w.cfg, w.t)
	if err != nil {
		return err
	}
	defer s.close()
	w.refusals = 0
	r, err := w.open(ctx, s, cursor)
	if err != nil {
		return err
	}
	end := w.now().Add(w.t.reconcile)
	for w.now().Before(end) {
		if err := r.look(ctx); err != nil {
			return err
		}
		if err := w.looked(ctx); err != nil {
			return err
		}
		if err := r.recheck(ctx); err != nil {
			return err
		}
		if err := w.wait(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// looked records a look that succeeded. A store that does not take it stops
// the watching before more mail is read.
func (w *watcher) looked(ctx context.Context) error {
	now := w.now()
	if now.Sub(w.polledAt) < w.t.polled {
		return nil
	}
	w.polledAt = now
	return storeError("polled", w.store.Polled(ctx, w.cfg.Name, now, ""))
}

// wait returns when it is time to look again.
func (w *watcher) wait(ctx context.Context, s *session) error {
	switch {
	case w.cfg.Watch == WatchNoop:
		return w.pace(ctx, s, w.cfg.Pace, w.t.noopLook)
	case s.idles:
		err := s.idle(ctx, w.t.idleMin+rand.N(w.t.idleMax-w.t.idleMin+1))
		if _, refused := errors.AsType[*imap.Error](err); refused {
			s.idles = false // offered and refused: poll
			return nil
		}
		return err
	default:
		return w.pace(ctx, s, w.cfg.Poll, w.cfg.Poll)
	}
}

// pace sends a NOOP every so often until the server speaks of the folder or
// it is time to look in any case.
func (w *watcher) pace(ctx context.Context, s *session, every, look time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	end := w.now().Add(look)
	for {
		select {
		case <-s.news:
			return nil
		default:
		}
		if !w.now().Before(end) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.c.Closed():
		case <-tick.C:
		}
		if err := s.noop(); err != nil {
			return err
		}
		if err := w.looked(ctx); err != nil {
			return err
		}
	}
}
