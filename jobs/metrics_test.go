package jobs

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestMetrics(t *testing.T) {
	var m *Metrics
	b := newBench(t, nil)
	m = NewMetrics(b.pool)
	m.drafted(time.Unix(0, 0), time.Unix(1, 0))
	m.attempted("sent")
	m.worked("intake", time.Millisecond, nil)
	if err := b.queue.Deliver(t.Context(), box, Batch{UIDValidity: 7, LastUID: 9, Missing: map[uint32]string{4: "absent", 5: "expunged"}}); err != nil {
		t.Fatal(err)
	}
	if err := Polled(t.Context(), b.pool, box, time.Now().Add(-time.Hour), ""); err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(m)
	names := map[string]float64{}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		first := f.GetMetric()[0]
		names[f.GetName()] = first.GetGauge().GetValue() + first.GetCounter().GetValue() + float64(first.GetHistogram().GetSampleCount())
	}
	for name, want := range map[string]float64{"caseconsultant_missing_mails": 1, "caseconsultant_sends_total": 1,
		"caseconsultant_arrival_to_draft_seconds": 1, "caseconsultant_job_seconds": 1} {
		if names[name] != want {
			t.Errorf("%s is %v, want %v", name, names[name], want)
		}
	}
	if lag := names["caseconsultant_poll_lag_seconds"]; lag < 3600 || lag > 3700 {
		t.Errorf("poll lag %v", lag)
	}
	m = nil // a nil *Metrics counts nothing
	m.attempted("sent")
}
