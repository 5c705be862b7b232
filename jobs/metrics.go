package jobs

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of the pipeline. No label carries anything from a
// mail. A nil *Metrics counts nothing.
type Metrics struct {
	pool    *pgxpool.Pool
	toDraft prometheus.Histogram
	work    *prometheus.HistogramVec
	sends   *prometheus.CounterVec
	depth   *prometheus.Desc
	age     *prometheus.Desc
	lag     *prometheus.Desc
	missing *prometheus.Desc
}

// NewMetrics makes the figures; queue depth, queue age and poll lag are read
// from the database at each scrape.
func NewMetrics(pool *pgxpool.Pool) *Metrics {
	return &Metrics{
		pool: pool,
		toDraft: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "caseconsultant_arrival_to_draft_seconds",
			Help: "From storing a mail to its draft.", Buckets: prometheus.ExponentialBuckets(0.004, 2, 16)}),
		work: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "caseconsultant_job_seconds",
			Help: "Time of a job by kind and result.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 9)}, []string{"kind", "result"}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "caseconsultant_sends_total",
			Help: "Attempts to send by outcome."}, []string{"outcome"}),
		depth:   prometheus.NewDesc("caseconsultant_queue_depth", "Jobs waiting, by queue.", []string{"queue"}, nil),
		age:     prometheus.NewDesc("caseconsultant_queue_age_seconds", "Age of the oldest waiting job, by queue.", []string{"queue"}, nil),
		lag:     prometheus.NewDesc("caseconsultant_poll_lag_seconds", "Time since the last completed look at a mailbox.", []string{"mailbox"}, nil),
		missing: prometheus.NewDesc("caseconsultant_missing_mails", "Mails that the server lists and does not deliver, by mailbox.", []string{"mailbox"}, nil),
	}
}

// Describe sends the descriptions of all figures.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	m.toDraft.Describe(ch)
	m.work.Describe(ch)
	m.sends.Describe(ch)
	ch <- m.depth
	ch <- m.age
	ch <- m.lag
	ch <- m.missing
}

// Collect sends all figures, the database's among them while it answers within
// two seconds.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	m.toDraft.Collect(ch)
	m.work.Collect(ch)
	m.sends.Collect(ch)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	m.gauges(ctx, ch, `-- name: QueueDepth
		select queue, count(*)::float8, coalesce(extract(epoch from now() - min(scheduled_at)), 0)::float8
		from river_job where state = 'available' group by queue`, m.depth, m.age)
	m.gauges(ctx, ch, `-- name: PollLag
		select name, extract(epoch from now() - last_poll)::float8,
			(select count(*) from missing_uids u where u.mailbox = name and u.uidvalidity = m.uidvalidity and reason <> 'expunged')::float8
		from mailboxes m where last_poll is not null`, m.lag, m.missing)
}

// gauges sends two gauges for each row of label, first value, second.
func (m *Metrics) gauges(ctx context.Context, ch chan<- prometheus.Metric, sql string, first, second *prometheus.Desc) {
	rows, err := m.pool.Query(ctx, sql)
	if err != nil {
		return // the scrape goes on without them; /readyz tells of the database
	}
	defer rows.Close()
	for rows.Next() {
		var label string
		var a, b float64
		if rows.Scan(&label, &a, &b) != nil {
			return
		}
		ch <- prometheus.MustNewConstMetric(first, prometheus.GaugeValue, a, label)
		ch <- prometheus.MustNewConstMetric(second, prometheus.GaugeValue, b, label)
	}
}

func (m *Metrics) worked(kind string, took time.Duration, err error) {
	if m == nil {
		return
	}
	result := "ok"
	if err != nil {
		result = "error"
	}
	m.work.WithLabelValues(kind, result).Observe(took.Seconds())
}

func (m *Metrics) drafted(received, now time.Time) {
	if m != nil && !received.IsZero() {
		m.toDraft.Observe(now.Sub(received).Seconds())
	}
}

func (m *Metrics) attempted(outcome string) {
	if m != nil {
		m.sends.WithLabelValues(outcome).Inc()
	}
}
