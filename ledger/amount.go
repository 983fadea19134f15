package ledger

import (
	"strconv"
	"strings"

	"fundbook/internal/fault"
)

// The faults of amounts. Each message is the rule; the detail is the text.
var (
	ErrAmountText     = fault.New(fault.Invalid, "ledger.amount_text", "金额须为以元为单位的字符串，至多两位小数，不带逗号和单位，如 \"1234.50\"", "an amount is a string of yuan with at most two decimals, no commas and no unit, like \"1234.50\"")
	ErrAmountOverflow = fault.New(fault.Refused, "ledger.amount_overflow", "金额超出可记范围（绝对值不超过 9999999999999999.99 元）", "beyond what can be recorded (at most 9999999999999999.99 yuan either way)")
)

// Amount is money (金额) in fen (分), one hundredth of a yuan: exact, signed,
// never a float (law 11).
type Amount int64

const (
	// MaxLine is the greatest amount of one line, either way: 1万亿元. No human
	// input passes it; a slipped unit (元 typed as 万元) is caught early.
	MaxLine Amount = 1e14
	// MaxSum is the greatest total, either way: sixteen digits of yuan, what the
	// text form holds. Every amount that Add, Sum or UnmarshalText returns
	// is within it, so it prints as ^-?\d{1,16}\.\d{2}$ and reads back.
	MaxSum Amount = 1e18 - 1
)

// Add returns a + b, or ErrAmountOverflow when that is beyond MaxSum.
func Add(a, b Amount) (Amount, error) {
	sum := a + b
	if wrapped := (a^sum)&(b^sum) < 0; wrapped || sum > MaxSum || sum < -MaxSum {
		return 0, ErrAmountOverflow.With("%s + %s", a, b)
	}
	return sum, nil
}

// Sum adds amounts in order; it refuses as Add does.
func Sum(amounts ...Amount) (Amount, error) {
	var total Amount
	for _, a := range amounts {
		var err error
		if total, err = Add(total, a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// magnitude returns |a|; the least int64 has one too.
func (a Amount) magnitude() uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// String prints yuan with two decimals: 1234.50, -0.05.
func (a Amount) String() string {
	var buf [24]byte
	return string(a.appendTo(buf[:0]))
}

func (a Amount) appendTo(b []byte) []byte {
	if a < 0 {
		b = append(b, '-')
	}
	fen := a.magnitude()
	b = strconv.AppendUint(b, fen/100, 10)
	return append(b, '.', byte('0'+fen/10%10), byte('0'+fen%10))
}

// Grouped prints yuan with two decimals and thousands separators: 1,234.50.
func (a Amount) Grouped() string {
	var plain, out [32]byte
	digits := a.appendTo(plain[:0])
	b := out[:0]
	if a < 0 {
		b, digits = append(b, '-'), digits[1:]
	}
	whole := len(digits) - len(".00")
	for i, c := range digits {
		if i > 0 && i < whole && (whole-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, c)
	}
	return string(b)
}

// Wan prints the exact amount in 万元 with trailing zeros cut; 0.01 yuan is
// 0.000001. Nothing is ever rounded (DOMAIN 9, 万元).
func (a Amount) Wan() string {
	var buf [32]byte
	b := buf[:0]
	if a < 0 {
		b = append(b, '-')
	}
	fen := a.magnitude()
	b = strconv.AppendUint(b, fen/fenPerWan, 10)
	if rest := fen % fenPerWan; rest != 0 {
		decimals := strconv.FormatUint(fenPerWan+rest, 10)[1:]
		b = append(append(b, '.'), strings.TrimRight(decimals, "0")...)
	}
	return string(b)
}

// AppendText appends the text form, ^-?\d{1,16}\.\d{2}$.
func (a Amount) AppendText(b []byte) ([]byte, error) { return a.appendTo(b), nil }

// MarshalText prints the text form, which is also the JSON string.
func (a Amount) MarshalText() ([]byte, error) {
	return a.appendTo(make([]byte, 0, 24)), nil
}

// UnmarshalText reads yuan as ^-?\d+(\.\d{1,2})?$ of at most 64 characters. It
// refuses the forms for people (ErrAmountText: ParseAmount reads those) and
// what is beyond MaxSum (ErrAmountOverflow). Zero and negative amounts and
// MaxLine are for the rules to judge, not for the codec.
func (a *Amount) UnmarshalText(text []byte) error {
	digits := text
	negative := len(digits) > 0 && digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	var fen uint64
	decimals, tooBig := -1, false // -1: no point yet
	for i, c := range digits {
		if c == '.' && i > 0 && decimals < 0 {
			decimals = 0
			continue
		}
		if c < '0' || c > '9' || decimals == 2 || i == maxAmountChars {
			return ErrAmountText.With("%s", quoteInput(string(text)))
		}
		if decimals >= 0 {
			decimals++
		}
		tooBig = tooBig || fen > uint64(MaxSum)/10
		fen = fen*10 + uint64(c-'0')
	}
	if len(digits) == 0 || decimals == 0 {
		return ErrAmountText.With("%s", quoteInput(string(text)))
	}
	for range 2 - max(decimals, 0) {
		tooBig = tooBig || fen > uint64(MaxSum)/10
		fen *= 10
	}
	if tooBig || fen > uint64(MaxSum) {
		return ErrAmountOverflow.With("%s", quoteInput(string(text)))
	}
	if *a = Amount(fen); negative {
		*a = -*a
	}
	return nil
}

// UnmarshalJSON takes only a string. Without it encoding/json would read null
// as zero yuan, and a bare number may have passed through a float on its way.
func (a *Amount) UnmarshalJSON(b []byte) error {
	if len(b) < 2 || b[0] != '"' {
		return ErrAmountText.With("%s", quoteInput(string(b)))
	}
	return a.UnmarshalText(b[1 : len(b)-1])
}
