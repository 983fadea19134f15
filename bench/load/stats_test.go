package load

import (
	"testing"
	"time"
)

func TestPercentile(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, c := range []struct {
		name   string
		sorted []time.Duration
		p      int
		want   time.Duration
	}{
		{"none", nil, 50, 0},
		{"one", []time.Duration{7}, 99, 7},
		{"the lower of two", []time.Duration{1, 9}, 50, 1},
		{"the upper of two", []time.Duration{1, 9}, 51, 9},
		{"the middle of a hundred", hundred, 50, 50},
		{"the 99th of a hundred", hundred, 99, 99},
		{"the last", hundred, 100, 100},
		{"the first", hundred, 0, 1},
	} {
		if got := Percentile(c.sorted, c.p); got != c.want {
			t.Errorf("%s: Percentile(%d) = %d, want %d", c.name, c.p, got, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	xs := []float64{5, 1, 3}
	for _, c := range []struct {
		xs   []float64
		want float64
	}{{nil, 0}, {[]float64{4}, 4}, {xs, 3}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := Median(c.xs); got != c.want {
			t.Errorf("Median(%v) = %v, want %v", c.xs, got, c.want)
		}
	}
	if xs[0] != 5 {
		t.Errorf("Median sorted its argument: %v", xs)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	if got := Rate(300, 1500*time.Millisecond); got != 200 {
		t.Errorf("300 in 1.5 s = %v, want 200", got)
	}
	if got := Rate(300, 0); got != 0 {
		t.Errorf("300 in no time = %v, want 0", got)
	}
}
