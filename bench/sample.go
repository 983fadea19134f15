package bench

import (
	"time"

	"fundbook/bench/load"
)

// Sample is one figure of one round.
type Sample struct {
	Stage  string  `json:"stage"`
	Engine string  `json:"engine,omitempty"`
	Name   string  `json:"name"`
	Round  int     `json:"round"`
	Value  float64 `json:"value"` // a rate a second, bytes, or milliseconds
	P50    float64 `json:"p50_ms,omitempty"`
	P99    float64 `json:"p99_ms,omitempty"`
	CPU    float64 `json:"cpu_us,omitempty"` // of service and database, for one entry or answer
	Errors int     `json:"errors"`
}

// The two engines, as samples name them.
const (
	postgres = "postgres"
	sqlite   = "sqlite"
)

var engines = []string{postgres, sqlite}

// Key names a figure.
type Key struct{ Stage, Engine, Name string }

// Samples are all figures of a run.
type Samples []Sample

// add keeps a figure that is no load.
func (s *Samples) add(k Key, round int, value float64) {
	*s = append(*s, Sample{Stage: k.Stage, Engine: k.Engine, Name: k.Name, Round: round, Value: value})
}

// addLoad keeps what a load measured: its rate and latencies, and the processor
// time that it took.
func (s *Samples) addLoad(k Key, round int, r *load.Result, cpu time.Duration) {
	each := 0.0
	if r.Entries > 0 {
		each = float64(cpu.Microseconds()) / float64(r.Entries)
	}
	*s = append(*s, Sample{
		Stage: k.Stage, Engine: k.Engine, Name: k.Name, Round: round,
		Value: r.Rate(), P50: millis(r.P50), P99: millis(r.P99), CPU: each, Errors: r.Errors,
	})
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// rounds returns the mean of each round of a figure.
func (s Samples) rounds(k Key, of func(*Sample) float64) map[int]float64 {
	sum, n := map[int]float64{}, map[int]float64{}
	for i := range s {
		if x := &s[i]; x.Stage == k.Stage && x.Engine == k.Engine && x.Name == k.Name {
			sum[x.Round] += of(x)
			n[x.Round]++
		}
	}
	for r := range sum {
		sum[r] /= n[r]
	}
	return sum
}

func value(x *Sample) float64 { return x.Value }
func p50(x *Sample) float64   { return x.P50 }
func p99(x *Sample) float64   { return x.P99 }
func cpu(x *Sample) float64   { return x.CPU }

// Median returns the median over the rounds of a figure; false when it was not
// measured.
func (s Samples) Median(k Key) (float64, bool) { return s.median(k, value) }

func (s Samples) median(k Key, of func(*Sample) float64) (float64, bool) {
	var xs []float64
	for _, v := range s.rounds(k, of) {
		xs = append(xs, v)
	}
	return load.Median(xs), len(xs) > 0
}

// Ratio returns the median of a : b, both taken in the same round; false when no
// round has both.
func (s Samples) Ratio(a, b Key) (float64, bool) { return s.ratio(a, b, value) }

func (s Samples) ratio(a, b Key, of func(*Sample) float64) (float64, bool) {
	over := s.rounds(b, of)
	var xs []float64
	for round, v := range s.rounds(a, of) {
		if w := over[round]; w > 0 {
			xs = append(xs, v/w)
		}
	}
	return load.Median(xs), len(xs) > 0
}
