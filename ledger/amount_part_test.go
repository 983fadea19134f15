package ledger

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestPartsAreExactAndCut compares parts and ratios with numbers of any size.
func TestPartsAreExactAndCut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, bp := drawSum(t), rapid.Int64Range(0, 1_000_000).Draw(t, "bp")
		want := new(big.Int).Mul(big.NewInt(int64(a)), big.NewInt(bp))
		want.Quo(want, big.NewInt(wholeBP)) // towards zero
		if limit := big.NewInt(int64(MaxSum)); want.CmpAbs(limit) > 0 {
			want.Mul(limit, big.NewInt(int64(want.Sign())))
		}
		if got := PartBP(a, bp); int64(got) != want.Int64() {
			t.Fatalf("PartBP(%d, %d) = %d, want %s", a, bp, got, want)
		}
		part, whole := drawSum(t), drawSum(t)
		ratio := new(big.Int)
		if part > 0 && whole > 0 {
			ratio.Quo(ratio.Mul(big.NewInt(int64(part)), big.NewInt(wholeBP)), big.NewInt(int64(whole)))
		}
		if !ratio.IsInt64() {
			ratio.SetInt64(math.MaxInt64)
		}
		if got := RatioBP(part, whole); int64(got) != ratio.Int64() {
			t.Fatalf("RatioBP(%d, %d) = %d, want %s", part, whole, got, ratio)
		}
	})
	if got := PartBP(100, -1); got != 0 {
		t.Errorf("less than nothing of an amount: %s", got)
	}
	for bp, want := range map[int64]string{0: "0%", 5: "0.05%", 300: "3%", 1234: "12.34%", 10_000: "100%", 12_050: "120.50%"} {
		if got := PercentBP(bp); got != want {
			t.Errorf("PercentBP(%d) = %s, want %s", bp, got, want)
		}
	}
}
