package daysum_test

import (
	"testing"

	"fundbook/internal/daysum"

	"pgregory.net/rapid"
)

// TestVectorAgainstSums compares every answer with plain sums over the list of
// movements, in any order of days.
func TestVectorAgainstSums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type move struct {
			day int32
			net int64
		}
		var moves []move
		v := &daysum.Vector{}
		balance := func(day int32) (sum int64) {
			for _, m := range moves {
				if m.day <= day {
					sum += m.net
				}
			}
			return sum
		}
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			m := move{rapid.Int32Range(1, 12).Draw(t, "day"), rapid.Int64Range(-9, 9).Draw(t, "net")}
			moves = append(moves, m)
			v.Add(m.day, m.net)
		}
		for d := range int32(14) {
			if got, want := v.Balance(d), balance(d); got != want {
				t.Fatalf("Balance(%d) = %d, want %d of %v", d, got, want, moves)
			}
			low := balance(d)
			for e := d; e <= 13; e++ {
				low = min(low, balance(e))
			}
			if got, when := v.MinFrom(d); got != low || balance(when) != low || when < d {
				t.Fatalf("MinFrom(%d) = %d on %d, want %d of %v", d, got, when, low, moves)
			}
		}
		low := balance(5) - balance(3)
		for d := int32(5); d <= 9; d++ {
			low = min(low, balance(d)-balance(3))
		}
		if got := v.MinBetween(3, 5, 9); got != low {
			t.Fatalf("MinBetween(3, 5, 9) = %d, want %d of %v", got, low, moves)
		}
		if got, want := v.Total(), balance(13); got != want {
			t.Fatalf("Total() = %d, want %d", got, want)
		}
	})
}
