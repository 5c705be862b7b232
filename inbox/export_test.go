package inbox

import (
	"context"
	"log/slog"
	"time"
)

// Quick are the waits of a watch for tests: short, but for the recheck, which
// a test sets where it means it.
type Quick struct {
	Stall     time.Duration // zero: 5 s
	Idle      time.Duration // zero: a minute
	Recheck   time.Duration // zero: an hour
	Reconcile time.Duration // zero: a day
	Polled    time.Duration // zero: every look is recorded
}

// WatchQuick is Watch with other waits.
func WatchQuick(ctx context.Context, cfg Config, store Store, log *slog.Logger, q Quick) error {
	cfg, err := cfg.complete()
	if err != nil {
		return err
	}
	t := standard
	t.retryMin, t.retryMax, t.polled = 2*time.Millisecond, 20*time.Millisecond, q.Polled
	t.stall = 5 * time.Second
	t.idleMin, t.idleMax = time.Minute, time.Minute
	t.recheck, t.recheck1 = time.Hour, time.Hour
	if q.Stall > 0 {
		t.stall = q.Stall
	}
	if q.Idle > 0 {
		t.idleMin, t.idleMax = q.Idle, q.Idle
	}
	if q.Recheck > 0 {
		t.recheck, t.recheck1 = q.Recheck, q.Recheck
	}
	if q.Reconcile > 0 {
		t.reconcile, t.noopLook = q.Reconcile, q.Reconcile
	}
	return newWatcher(cfg, store, log, t).run(ctx)
}

// Limits of a batch, for tests.
const (
	MaxBytes = maxBytes
	MaxBody  = maxBody
)
