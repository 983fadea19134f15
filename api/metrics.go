package api

import (
	"net/http"
	"strconv"
	"time"

	"fundbook/internal/app"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the figures of one process in the text form of Prometheus. Labels
// are routes, statuses and codes of faults: no names, counties, tokens or
// amounts.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
}

// NewMetrics returns the figures of a store: its door, its pools, the program.
func NewMetrics(a *app.App) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "fundbook_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "fundbook_http_request_seconds", Help: "Time from the request to its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	m.registry.MustRegister(
		m.requests, m.latency, door{a},
		collectors.NewDBStatsCollector(a.DB().Read.DB, "read"), collectors.NewDBStatsCollector(a.DB().Write.DB, "write"),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Handler answers GET /metrics and nothing else. It belongs on a listener of its
// own that strangers cannot reach: whoever reads it needs no token.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// observe counts one answer. Requests that no route takes share one label.
func (m *Metrics) observe(route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

// door reads the counters of the door and its writers when somebody asks.
type door struct{ app *app.App }

func about(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("fundbook_"+name, help, labels, nil)
}

var (
	aboutBatch    = about("writer_batch_commands", "Commands of one database transaction.")
	aboutCommit   = about("writer_commit_seconds", "Time a sealed batch took to the disk.")
	aboutQueued   = about("writer_queued_commands", "Commands that wait for a writer now.")
	aboutWriters  = about("writer_counties", "Counties written since the start.")
	aboutRetries  = about("writer_retries_total", "Batches run again after a fault that passes.")
	aboutRefused  = about("commands_refused_total", "Commands not recorded, by the code of docs/errors.md.", "code")
	aboutReplayed = about("commands_replayed_total", "Commands whose idempotency key was known.")
	aboutSigned   = about("heads_signed_total", "Log heads signed.")
	aboutUnsigned = about("heads_failed_total", "Attempts to sign a log head that failed.")
	aboutHeadAge  = about("head_waiting_seconds", "For how long the oldest grown log head has waited to be signed; 0 when none waits.")
)

// Describe implements prometheus.Collector.
func (d door) Describe(ch chan<- *prometheus.Desc) {
	for _, x := range []*prometheus.Desc{
		aboutBatch, aboutCommit, aboutQueued, aboutWriters, aboutRetries, aboutRefused, aboutReplayed, aboutSigned, aboutUnsigned, aboutHeadAge,
	} {
		ch <- x
	}
}

// Collect implements prometheus.Collector.
func (d door) Collect(ch chan<- prometheus.Metric) {
	s := d.app.Stats()
	ch <- constHistogram(aboutBatch, &s.BatchSize, 1)
	ch <- constHistogram(aboutCommit, &s.CommitTime, float64(time.Second/time.Microsecond))
	for _, x := range []struct {
		desc  *prometheus.Desc
		kind  prometheus.ValueType
		value float64
	}{
		{aboutQueued, prometheus.GaugeValue, float64(s.Queued)},
		{aboutWriters, prometheus.GaugeValue, float64(s.Writers)},
		{aboutRetries, prometheus.CounterValue, float64(s.Retries)},
		{aboutReplayed, prometheus.CounterValue, float64(s.Replayed)},
		{aboutSigned, prometheus.CounterValue, float64(s.Signed)},
		{aboutUnsigned, prometheus.CounterValue, float64(s.Unsigned)},
		{aboutHeadAge, prometheus.GaugeValue, s.HeadAge.Seconds()},
	} {
		ch <- prometheus.MustNewConstMetric(x.desc, x.kind, x.value)
	}
	for code, n := range s.Refused {
		ch <- prometheus.MustNewConstMetric(aboutRefused, prometheus.CounterValue, float64(n), code)
	}
}

// constHistogram renders a histogram whose values are in parts of a unit.
func constHistogram(desc *prometheus.Desc, h *app.Histogram, parts float64) prometheus.Metric {
	buckets, total := make(map[float64]uint64, len(h.Bounds)), int64(0)
	for i, bound := range h.Bounds {
		total += h.Counts[i]
		buckets[float64(bound)/parts] = uint64(total)
	}
	return prometheus.MustNewConstHistogram(desc, uint64(h.Count), float64(h.Sum)/parts, buckets)
}
