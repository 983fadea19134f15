package ledger

import "math/bits"

// FeeCap refuses a management fee (项目管理费) that would pass its cap: the fees
// spent and this one together may not exceed rate permille of the base, which is
// the net authority received (issue − recalls) of the group of lots with the
// same county, year, class and tier list, not of one lot (DOMAIN 4.3 E22, 2.3).
// A fraction of a fen is not granted. All amounts are fen; ErrFeeCap says by how
// much the cap is passed.
func FeeCap(rate int, base, spent, fee Amount) error {
	limit := permille(rate, max(base, 0))
	total, err := Add(spent, fee)
	if err != nil {
		return err
	}
	if total <= limit {
		return nil
	}
	return ErrFeeCap.With("净下达指标 %s 的 %d‰ 为 %s，已列 %s，本次 %s，超出 %s；请减少金额或调整资金来源", base, rate, limit, spent, fee, total-limit)
}

// permille returns rate thousandths of an amount ≥ 0, cut to a whole fen.
func permille(rate int, a Amount) Amount {
	if rate <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(rate))
	if hi >= 1000 {
		return MaxSum
	}
	q, _ := bits.Div64(hi, lo, 1000)
	return Amount(min(q, uint64(MaxSum)))
}
