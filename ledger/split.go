package ledger

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"fundbook/internal/fault"
)

// ErrSplitWeights refuses weights that state no proportion.
var ErrSplitWeights = fault.New(fault.Refused, "ledger.split_weights", "分摊权重不得为负，且不得全为零", "weights must not be negative, nor all zero")

// Split divides total by weights to the fen with the largest remainder (最大余额法):
// every share is its exact quota cut to a whole fen, and the fen left over go to
// the largest cut-off parts, the earlier index first on a tie. The shares add to
// total exactly; a zero weight gets nothing; a negative total is the mirror of
// the positive one, so a red reversal splits as the entry did (DOMAIN 4.4
// PRO_RATA, law 11). ErrSplitWeights when a weight is negative or none positive.
func Split(total Amount, weights []Amount) ([]Amount, error) {
	var sum, carry uint64
	fits := true
	for i, w := range weights {
		if w < 0 {
			return nil, ErrSplitWeights.With("第 %d 项 %s", i+1, w)
		}
		sum, carry = bits.Add64(sum, uint64(w), 0)
		fits = fits && carry == 0
	}
	if fits && sum == 0 {
		return nil, ErrSplitWeights.With("%d 项", len(weights))
	}
	var parts []splitPart
	if fits {
		parts = quotas(total.magnitude(), weights, sum)
	} else {
		parts = bigQuotas(total.magnitude(), weights)
	}
	left := total.magnitude()
	for _, p := range parts {
		left -= p.share
	}
	// left is the sum of the remainders in whole fen, so it is less than the
	// number of weights that have one: no zero weight is reached.
	order := slices.Clone(parts)
	slices.SortFunc(order, func(a, b splitPart) int {
		return cmp.Or(b.remainder.cmp(a.remainder), cmp.Compare(a.index, b.index))
	})
	for _, p := range order[:left] {
		parts[p.index].share++
	}
	shares := make([]Amount, len(parts))
	for i, p := range parts {
		if shares[i] = Amount(p.share); total < 0 {
			shares[i] = -shares[i]
		}
	}
	return shares, nil
}

// splitPart is the quota of one weight: the share in whole fen, and what was
// cut off, in units of 1/Σweights of a fen.
type splitPart struct {
	index     int
	share     uint64
	remainder splitRemainder
}

// splitRemainder is a number below Σweights, which may pass 64 bits.
type splitRemainder struct{ hi, lo uint64 }

func (r splitRemainder) cmp(o splitRemainder) int {
	return cmp.Or(cmp.Compare(r.hi, o.hi), cmp.Compare(r.lo, o.lo))
}

// quotas multiplies in 128 bits. The quotient fits 64 because no weight is
// greater than sum, so Div64 cannot overflow.
func quotas(total uint64, weights []Amount, sum uint64) []splitPart {
	parts := make([]splitPart, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(total, uint64(w))
		share, remainder := bits.Div64(hi, lo, sum)
		parts[i] = splitPart{i, share, splitRemainder{0, remainder}}
	}
	return parts
}

// bigQuotas is quotas for weights that add to more than 64 bits.
func bigQuotas(total uint64, weights []Amount) []splitPart {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(int64(w)))
	}
	parts := make([]splitPart, len(weights))
	bigTotal, mask := new(big.Int).SetUint64(total), new(big.Int).SetUint64(1<<64-1)
	for i, w := range weights {
		var share, remainder, hi big.Int
		share.Mul(bigTotal, big.NewInt(int64(w)))
		share.QuoRem(&share, sum, &remainder)
		hi.Rsh(&remainder, 64)
		parts[i] = splitPart{i, share.Uint64(), splitRemainder{hi.Uint64(), remainder.And(&remainder, mask).Uint64()}}
	}
	return parts
}
