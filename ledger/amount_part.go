package ledger

import (
	"math"
	"math/bits"
	"strconv"
)

// wholeBP is the whole in basis points (万分比).
const wholeBP = 10_000

// PartBP returns bp basis points of an amount, cut towards zero to a whole fen, at most
// MaxSum; nothing for bp below zero.
func PartBP(a Amount, bp int64) Amount {
	part := portion(a.magnitude(), bp, wholeBP)
	if a < 0 {
		return -part
	}
	return part
}

// portion is n/of of so many fen, cut to a whole fen, at most MaxSum.
func portion(fen uint64, n int64, of uint64) Amount {
	hi, lo := bits.Mul64(fen, uint64(max(n, 0)))
	if hi >= of {
		return MaxSum
	}
	q, _ := bits.Div64(hi, lo, of)
	return Amount(min(q, uint64(MaxSum)))
}

// RatioBP returns a part in basis points of the whole, cut; 0 where either is not above
// zero.
func RatioBP(part, whole Amount) int {
	if part <= 0 || whole <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(part), wholeBP)
	if hi >= uint64(whole) {
		return math.MaxInt
	}
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int(min(q, math.MaxInt))
}

// PercentBP prints basis points ≥ 0 as a percentage: 12.34%, 3%.
func PercentBP(bp int64) string {
	s := strconv.FormatInt(bp/100, 10)
	if rest := bp % 100; rest != 0 {
		s += "." + strconv.FormatInt(rest/10, 10) + strconv.FormatInt(rest%10, 10)
	}
	return s + "%"
}
