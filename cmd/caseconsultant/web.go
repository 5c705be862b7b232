package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"github.com/caseconsultant/caseconsultant/consult/review"
	"github.com/caseconsultant/caseconsultant/jobs"
)

// web serves the queue, /healthz, /readyz and /metrics.
func (v *service) web(ctx context.Context, group *errgroup.Group, ready func(string)) error {
	pages, err := review.New(review.Config{
		Pool: v.store.pool, ListenURL: v.store.url, Queue: v.queue, Letter: v.letter, Zone: v.cfg.zone, Now: time.Now,
		Log: v.log, TrustedProxies: v.cfg.Web.TrustedProxies, SilentAfter: v.cfg.Mailbox[0].SilentAfter.Duration,
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", v.readyz)
	mux.Handle("GET /metrics", v.guardMetrics(v.metricsHandler()))
	mux.Handle("/", pages)
	listener, err := net.Listen("tcp", v.cfg.Web.Addr)
	if err != nil {
		return fmt.Errorf("web address %s: %w: free it or name another", v.cfg.Web.Addr, err)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	group.Go(func() error { return pages.Run(ctx) })
	group.Go(func() error {
		var err error
		if v.cfg.Web.TLSCert != "" {
			err = server.ServeTLS(listener, v.cfg.Web.TLSCert, v.cfg.Web.TLSKey)
		} else {
			err = server.Serve(listener)
		}
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return fmt.Errorf("web: %w", err)
	})
	group.Go(func() error {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if server.Shutdown(stop) != nil {
			return server.Close()
		}
		return nil
	})
	v.log.Info("the queue is served", "address", listener.Addr().String())
	if ready != nil {
		ready(listener.Addr().String())
	}
	return nil
}

// readyz answers 200 when the database answers and every mailbox was looked at
// lately; else 503 with the reasons, none of which says anything of a mail.
func (v *service) readyz(w http.ResponseWriter, r *http.Request) {
	reasons := []string{}
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	err := pgx.BeginFunc(ctx, v.store.pool, func(tx pgx.Tx) error {
		boxes, err := jobs.Mailboxes(ctx, tx)
		for _, b := range boxes {
			i := slices.IndexFunc(v.cfg.Mailbox, func(m mailboxConfig) bool { return m.Name == b.Name })
			if i < 0 {
				continue
			}
			if b.ErrorClass != "" {
				reasons = append(reasons, fmt.Sprintf("mailbox %s: %s", b.Name, b.ErrorClass))
			} else if time.Since(b.LastPoll) > v.cfg.Mailbox[i].SilentAfter.Duration {
				reasons = append(reasons, fmt.Sprintf("mailbox %s: not looked at lately", b.Name))
			}
		}
		return err
	})
	if err != nil {
		reasons = append(reasons, "the database does not answer")
	}
	w.Header().Set("Content-Type", "application/json")
	if len(reasons) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"ready": len(reasons) == 0, "reasons": reasons})
}

func (v *service) metricsHandler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(v.metrics, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// guardMetrics lets loopback and the configured networks read the figures.
func (v *service) guardMetrics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		allowed := err == nil && (peer.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" ||
			slices.ContainsFunc(v.cfg.Web.MetricsFrom, func(p netip.Prefix) bool { return p.Contains(peer.Addr().Unmap()) }))
		if !allowed {
			http.Error(w, "metrics are for loopback and web.metrics_from only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
