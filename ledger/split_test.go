package ledger

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	const huge = Amount(math.MaxInt64)
	for _, tt := range []struct {
		name    string
		total   Amount
		weights []Amount
		want    []Amount
	}{
		{"DOMAIN 4.4", 100_000_000, []Amount{7, 4, 3}, []Amount{50_000_000, 28_571_429, 21_428_571}},
		{"its mirror", -100_000_000, []Amount{7, 4, 3}, []Amount{-50_000_000, -28_571_429, -21_428_571}},
		{"ties go to the earlier", 100, []Amount{1, 1, 1}, []Amount{34, 33, 33}},
		{"ties, two left", 101, []Amount{1, 1, 1}, []Amount{34, 34, 33}},
		{"the largest remainder first", 10, []Amount{1, 2, 4}, []Amount{1, 3, 6}},
		{"zero weights get nothing", 1, []Amount{0, 5, 0, 5}, []Amount{0, 1, 0, 0}},
		{"one weight", -7, []Amount{3}, []Amount{-7}},
		{"nothing to split", 0, []Amount{1, 2}, []Amount{0, 0}},
		{"weights of one lot's size", MaxLine, []Amount{MaxLine, MaxLine, MaxLine}, []Amount{33333333333334, 33333333333333, 33333333333333}},
		{"weights beyond 64 bits", huge, []Amount{huge, huge, huge}, []Amount{3074457345618258603, 3074457345618258602, 3074457345618258602}},
		{"the least total", math.MinInt64, []Amount{1}, []Amount{math.MinInt64}},
	} {
		got, err := Split(tt.total, tt.weights)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: Split(%v, %v) (-want +got)\n%s", tt.name, tt.total, tt.weights, diff)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	t.Parallel()
	for _, weights := range [][]Amount{nil, {}, {0}, {0, 0}, {-1}, {5, -1}, {math.MinInt64, math.MaxInt64, 2}} {
		if got, err := Split(100, weights); !errors.Is(err, ErrSplitWeights) {
			t.Errorf("Split(100, %v) = %v, %v; want %v", weights, got, err, ErrSplitWeights)
		}
	}
}

func TestSplitIsExactAndFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := Amount(rapid.Int64().Draw(t, "total"))
		top := rapid.SampledFrom([]int64{3, 1000, int64(MaxLine), math.MaxInt64}).Draw(t, "top")
		weights := make([]Amount, rapid.IntRange(1, 12).Draw(t, "n"))
		sum := new(big.Int)
		for i := range weights {
			weights[i] = Amount(rapid.Int64Range(0, top).Draw(t, "weight"))
			sum.Add(sum, big.NewInt(int64(weights[i])))
		}
		shares, err := Split(total, weights)
		if sum.Sign() == 0 {
			if !errors.Is(err, ErrSplitWeights) {
				t.Fatalf("Split(%d, %v) = %v, %v", total, weights, shares, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		added := new(big.Int)
		for i, share := range shares {
			added.Add(added, big.NewInt(int64(share)))
			// |share·Σw − total·w| < Σw: within one fen of the exact share.
			off := new(big.Int).Mul(big.NewInt(int64(share)), sum)
			off.Sub(off, new(big.Int).Mul(big.NewInt(int64(total)), big.NewInt(int64(weights[i]))))
			if off.CmpAbs(sum) >= 0 {
				t.Fatalf("Split(%d, %v)[%d] = %d is a fen or more off", total, weights, i, share)
			}
		}
		if added.Cmp(big.NewInt(int64(total))) != 0 {
			t.Fatalf("Split(%d, %v) = %v adds to %s", total, weights, shares, added)
		}
		if total == math.MinInt64 {
			return
		}
		mirror, err := Split(-total, weights)
		for i := range mirror {
			mirror[i] = -mirror[i]
		}
		if diff := cmp.Diff(shares, mirror); diff != "" || err != nil {
			t.Fatalf("Split(%d, %v) is not the mirror of its negative: %v\n%s", total, weights, err, diff)
		}
	})
}

// The two ways of computing agree wherever both apply.
func TestSplitBigAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Uint64Max(1<<63).Draw(t, "total")
		weights := []Amount{1}
		sum := uint64(1)
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			w := rapid.Int64Range(0, math.MaxInt64/8).Draw(t, "weight")
			weights, sum = append(weights, Amount(w)), sum+uint64(w)
		}
		if diff := cmp.Diff(quotas(total, weights, sum), bigQuotas(total, weights), cmp.AllowUnexported(splitPart{}, splitRemainder{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	weights := []Amount{700, 400, 300, 1_000_000, 25}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Split(100_000_000, weights); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleSplit() {
	shares, _ := Split(100_000_000, []Amount{7, 4, 3})
	fmt.Println(shares)
	// Output: [500000.00 285714.29 214285.71]
}
