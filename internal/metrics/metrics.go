// Package metrics counts what the house does, for Prometheus. Its methods fit
// the observers that other rooms ask for, so that none of them knows who counts.
package metrics

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics holds every figure of one process.
type Metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	pushes   *prometheus.CounterVec
	attempts prometheus.Counter
	push     prometheus.Histogram
	group    prometheus.Histogram
	commit   prometheus.Histogram
	// paths holds a *pathFigures by path.
	paths sync.Map
}

// New makes the figures, all zero. version is told as a label of kefu_info.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kefu_api_calls_total",
			Help: "Calls of the developers' API by path and errcode.",
		}, []string{"path", "errcode"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "kefu_api_call_seconds",
			Help:    "Time from reading a call to its answer being written.",
			Buckets: []float64{.0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3, 10},
		}, []string{"path"}),
		pushes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kefu_pushes_total",
			Help: "Pushes that ended, by outcome.",
		}, []string{"outcome"}),
		attempts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kefu_push_attempts_total",
			Help: "Attempts that ended pushes took.",
		}),
		push: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kefu_push_attempt_seconds",
			Help:    "Time that the last attempt of a push took, from connecting to the last byte of the answer.",
			Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3, 5},
		}),
		group: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kefu_ledger_group_changes",
			Help:    "Changes that were committed together.",
			Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128, 256},
		}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kefu_ledger_commit_seconds",
			Help:    "Time from the first change of a group to its commit being durable.",
			Buckets: []float64{.0003, .001, .003, .01, .03, .1, .3, 1, 3, 10},
		}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "kefu_info",
		Help:        "Always 1; the label tells the version.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	m.registry.MustRegister(m.calls, m.seconds, m.pushes, m.attempts, m.push, m.group, m.commit, info,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Count adds a counter whose value is asked for when the figures are read.
func (m *Metrics) Count(name, help string, value func() uint64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
		func() float64 { return float64(value()) }))
}

// ObserveCall hears of one API call.
func (m *Metrics) ObserveCall(path string, errcode int, took time.Duration) {
	of := m.path(path)
	of.seconds.Observe(took.Seconds())
	if errcode == 0 {
		of.ok.Inc()
		return
	}
	m.calls.WithLabelValues(path, strconv.Itoa(errcode)).Inc()
}

// pathFigures are the figures of one path that nearly every call moves, found
// once instead of by their labels each time.
type pathFigures struct {
	ok      prometheus.Counter
	seconds prometheus.Observer
}

// path finds the figures of a path. There are as many as the API has paths.
func (m *Metrics) path(path string) *pathFigures {
	if known, ok := m.paths.Load(path); ok {
		return known.(*pathFigures)
	}
	known, _ := m.paths.LoadOrStore(path, &pathFigures{
		ok:      m.calls.WithLabelValues(path, "0"),
		seconds: m.seconds.WithLabelValues(path),
	})
	return known.(*pathFigures)
}

// ObservePush hears of one push that ended.
func (m *Metrics) ObservePush(outcome string, attempts int, took time.Duration) {
	m.pushes.WithLabelValues(outcome).Inc()
	m.attempts.Add(float64(attempts))
	m.push.Observe(took.Seconds())
}

// ObserveCommit hears of one group of changes that was committed.
func (m *Metrics) ObserveCommit(changes int, took time.Duration) {
	m.group.Observe(float64(changes))
	m.commit.Observe(took.Seconds())
}

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
