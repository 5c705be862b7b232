package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
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

// defaultHealth answers for a process without the web queue.
const defaultHealth = "127.0.0.1:8081"

// doors are the bound addresses of a process; nil: not wanted.
type doors struct{ web, health net.Listener }

// listen binds the addresses. Another process may have the default one of
// health: then this one does without.
func (c *config) listen(web bool, log *slog.Logger) (d doors, err error) {
	if web {
		if d.web, err = net.Listen("tcp", c.Web.Addr); err != nil {
			return d, c.inFile(fmt.Errorf("web address %s: %w: free it or name another with addr in [web]", c.Web.Addr, err))
		}
	}
	addr, wanted := defaultHealth, !web
	if c.Health.Addr != nil {
		addr = *c.Health.Addr
		wanted = addr != "" && addr != "off"
	}
	if !wanted {
		return d, nil
	}
	if d.health, err = net.Listen("tcp", addr); err == nil {
		return d, nil
	}
	if c.Health.Addr == nil {
		log.Warn("no /healthz, /readyz and /metrics of this process: its address is taken; name another with addr in [health]", "address", addr)
		return d, nil
	}
	d.close()
	return d, c.inFile(fmt.Errorf("health address %s: %w: free it or name another with addr in [health]", addr, err))
}

func (d doors) close() {
	for _, l := range []net.Listener{d.web, d.health} {
		if l != nil {
			_ = l.Close() // served ones are closed already
		}
	}
}

// web serves the queue, and with it what health does.
func (v *service) web(ctx context.Context, group *errgroup.Group, listener net.Listener) error {
	pages, err := review.New(review.Config{
		Pool: v.store.pool, ListenURL: v.store.url, Queue: v.queue, Letter: v.letter, Zone: v.cfg.zone, Now: time.Now,
		Log: v.log, TrustedProxies: v.cfg.Web.TrustedProxies, SilentAfter: v.cfg.Mailbox[0].SilentAfter.Duration,
	})
	if err != nil {
		return err
	}
	mux := v.healthMux()
	mux.Handle("/", pages)
	group.Go(func() error { return pages.Run(ctx) })
	serveHTTP(ctx, group, mux, func(server *http.Server) error {
		if v.cfg.Web.TLSCert != "" {
			return server.ServeTLS(listener, v.cfg.Web.TLSCert, v.cfg.Web.TLSKey)
		}
		return server.Serve(listener)
	})
	v.log.Info("the queue is served", "address", listener.Addr().String())
	return nil
}

// health serves /healthz, /readyz and /metrics of this process.
func (v *service) health(ctx context.Context, group *errgroup.Group, listener net.Listener) {
	serveHTTP(ctx, group, v.healthMux(), func(server *http.Server) error { return server.Serve(listener) })
	v.log.Info("health is served", "address", listener.Addr().String())
}

func (v *service) healthMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", v.readyz)
	mux.Handle("GET /metrics", v.guardMetrics(v.metricsHandler()))
	return mux
}

// serveHTTP runs a server in the group until ctx ends.
func serveHTTP(ctx context.Context, group *errgroup.Group, handler http.Handler, run func(*http.Server) error) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	group.Go(func() error {
		if err := run(server); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("web: %w", err)
		}
		return nil
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
