package projects

import (
	"math/bits"
	"strconv"
	"strings"

	"fundbook/ledger"
)

// Quantity (数量) is how much of a roster's measure (亩, 头, 人, 月 …) a row counts, in
// ten-thousandths: exact to four decimals, never a float (law 11).
type Quantity int64

const (
	quantityOne         = 10_000
	maxQuantity         = 1_000_000_000 * quantityOne
	quantityDecimals    = 4
	maxQuantityInputLen = 20
)

// ParseQuantity reads a number with at most four decimals, such as 3 or 12.5.
// ErrQuantity for anything else: a sign, a unit, a comma, more decimals.
func ParseQuantity(s string) (Quantity, error) {
	whole, decimals, point := strings.Cut(s, ".")
	if len(s) > maxQuantityInputLen || whole == "" || point && decimals == "" || len(decimals) > quantityDecimals {
		return 0, ErrQuantity
	}
	n, err := strconv.ParseUint(whole+decimals+strings.Repeat("0", quantityDecimals-len(decimals)), 10, 63)
	if err != nil || n > maxQuantity || whole[0] == '+' {
		return 0, ErrQuantity
	}
	return Quantity(n), nil
}

// String prints the number with trailing zeros cut.
func (q Quantity) String() string {
	sign, n := "", int64(q)
	if n < 0 {
		sign, n = "-", -n
	}
	s := sign + strconv.FormatInt(n/quantityOne, 10)
	if rest := n % quantityOne; rest != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(quantityOne+rest, 10)[1:], "0")
	}
	return s
}

// MarshalText prints the number.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads it as ParseQuantity does.
func (q *Quantity) UnmarshalText(b []byte) (err error) {
	*q, err = ParseQuantity(string(b))
	return err
}

// Times returns standard × quantity. ErrInexact when that is not a whole number of
// fen or beyond one amount: it is never rounded.
func (q Quantity) Times(standard ledger.Amount) (ledger.Amount, error) {
	if q < 0 || standard < 0 {
		return 0, ErrInexact.With("%s × %s", standard, q)
	}
	hi, lo := bits.Mul64(uint64(q), uint64(standard))
	if hi >= quantityOne {
		return 0, ErrInexact.With("%s × %s 超过 %s", standard, q, ledger.MaxLine)
	}
	fen, rest := bits.Div64(hi, lo, quantityOne)
	switch {
	case rest != 0:
		return 0, ErrInexact.With("%s × %s 不是整分", standard, q)
	case fen > uint64(ledger.MaxLine):
		return 0, ErrInexact.With("%s × %s 超过 %s", standard, q, ledger.MaxLine)
	}
	return ledger.Amount(fen), nil
}
