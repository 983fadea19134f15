package load

import (
	"slices"
	"time"
)

// Percentile returns the p-th percentile of sorted latencies by nearest rank;
// zero of none.
func Percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return sorted[max(1, min(rank, len(sorted)))-1]
}

// Median returns the middle of xs, the mean of the two middle ones when they are
// even in number; zero of none. It leaves xs alone.
func Median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(xs))
	mid := len(s) / 2
	if len(s)%2 == 1 {
		return s[mid]
	}
	return (s[mid-1] + s[mid]) / 2
}

// Rate is n a second over a time; zero of no time.
func Rate(n int, took time.Duration) float64 {
	if took <= 0 {
		return 0
	}
	return float64(n) / took.Seconds()
}
