// Package daysum keeps what a guard needs to know of an account: how much it
// moved on each effective day. A guard holds when the running balance never
// passes zero on any day, so a back-dated entry is judged against every later
// day without reading a single line (DESIGN 3, guards on effective days).
package daysum

import "sort"

// Vector is a list of net movements by day, in order of day, with no day
// twice. The zero value is an account that never moved.
type Vector struct {
	days []int32
	nets []int64
}

// Load makes a vector from days in ascending order.
func Load(days []int32, nets []int64) *Vector { return &Vector{days, nets} }

// Len returns the number of days kept.
func (v *Vector) Len() int { return len(v.days) }

// Add moves the account by net on a day. Adding the opposite undoes it.
func (v *Vector) Add(day int32, net int64) {
	n := len(v.days)
	if n == 0 || v.days[n-1] < day {
		v.days = append(v.days, day)
		v.nets = append(v.nets, net)
		return
	}
	i := sort.Search(n, func(i int) bool { return v.days[i] >= day })
	if v.days[i] == day {
		v.nets[i] += net
		return
	}
	v.days = append(v.days, 0)
	v.nets = append(v.nets, 0)
	copy(v.days[i+1:], v.days[i:])
	copy(v.nets[i+1:], v.nets[i:])
	v.days[i], v.nets[i] = day, net
}

// Balance returns the balance at the end of a day.
func (v *Vector) Balance(day int32) int64 {
	var sum int64
	for i := len(v.days) - 1; i >= 0; i-- {
		if v.days[i] <= day {
			sum += v.nets[i]
		}
	}
	return sum
}

// Total returns the balance over all days.
func (v *Vector) Total() int64 {
	var sum int64
	for _, x := range v.nets {
		sum += x
	}
	return sum
}

// MinFrom returns the smallest running balance at the end of any day from day
// on, and the first day that has it.
func (v *Vector) MinFrom(day int32) (lowest int64, when int32) {
	var run int64
	i := 0
	for ; i < len(v.days) && v.days[i] <= day; i++ {
		run += v.nets[i]
	}
	lowest, when = run, day
	for ; i < len(v.days); i++ {
		run += v.nets[i]
		if run < lowest {
			lowest, when = run, v.days[i]
		}
	}
	return lowest, when
}

// First returns the first day with a movement other than zero.
func (v *Vector) First() (int32, bool) {
	for i, d := range v.days {
		if v.nets[i] != 0 {
			return d, true
		}
	}
	return 0, false
}

// Each calls fn for every day kept, in order.
func (v *Vector) Each(fn func(day int32, net int64)) {
	for i, d := range v.days {
		fn(d, v.nets[i])
	}
}

// MinBetween returns the smallest balance at the end of any day from first to
// last, counted from the balance at the end of day base.
func (v *Vector) MinBetween(base, first, last int32) int64 {
	lowest := v.Balance(first) - v.Balance(base)
	for _, d := range v.days {
		if d > first && d <= last {
			lowest = min(lowest, v.Balance(d)-v.Balance(base))
		}
	}
	return lowest
}
