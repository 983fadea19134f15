package ledger

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"fundbook/internal/fault"
)

// The faults of amounts that people write. Each message is the rule; the
// detail is the text as given.
var (
	ErrAmountEmpty     = fault.New(fault.Invalid, "ledger.amount_empty", "金额为空（空白不等于零，请填写 0）", "the amount is blank (a blank is not zero: write 0)")
	ErrAmountLength    = fault.New(fault.Invalid, "ledger.amount_length", "金额不得超过 64 个字符", "an amount has at most 64 characters")
	ErrAmountForm      = fault.New(fault.Invalid, "ledger.amount_form", "金额写法不合要求：数字，可带千分位逗号、小数点和单位（元、万元、亿元）；不接受科学计数法", "not an amount: digits, with thousands separators, a decimal point and a unit (元, 万元, 亿元) if you like; no scientific notation")
	ErrAmountSign      = fault.New(fault.Invalid, "ledger.amount_sign", "正负号至多一个，写在数字之前", "at most one sign, before the figure")
	ErrAmountSpace     = fault.New(fault.Invalid, "ledger.amount_space", "数字中间不得有空格（可能是两个数，请核对）", "no spaces inside a figure (it may be two figures: check)")
	ErrAmountGrouping  = fault.New(fault.Invalid, "ledger.amount_grouping", "千分位逗号位置不对", "a thousands separator is in the wrong place")
	ErrAmountPrecision = fault.New(fault.Invalid, "ledger.amount_precision", "金额精确到分：元至多 2 位小数，万元至多 6 位，亿元至多 10 位", "exact to the fen: at most 2 decimals of yuan, 6 of 万元, 10 of 亿元")
	ErrAmountLimit     = fault.New(fault.Refused, "ledger.amount_limit", "单笔金额不得超过 1 万亿元", "one amount is at most 1,000,000,000,000 yuan")
	ErrAmountWords     = fault.New(fault.Invalid, "ledger.amount_words", "中文金额书写不合规则：数位由高到低，跳位须写零，元角分齐全，有分不写整（《会计基础工作规范》第五十二条）", "Chinese numerals out of rule: places descend, a skipped place takes 零, units are written, no 整 after 分")
)

const (
	maxAmountChars = 64
	fenPerYuan     = 100
	fenPerWan      = 1_000_000
)

// ParseAmount reads an amount as people and documents write it, in yuan unless
// the text names another unit: 1234.5, 1,234.50, １，２３４．５０, ¥100, 25万, 25.5万元,
// 3亿元, 人民币壹仟肆佰零玖元伍角整, 一千二百万元. It never rounds and never guesses: what
// is not plainly one amount of whole fen within MaxLine is refused with one of
// the faults ErrAmountEmpty to ErrAmountWords (DATA, oddity 1).
func ParseAmount(s string) (Amount, error) { return parseHuman(s, fenPerYuan) }

// ParseWan is ParseAmount for a column whose unit is 万元: a figure without a
// unit is 万元, a unit inside the cell goes before the unit of the column.
func ParseWan(s string) (Amount, error) { return parseHuman(s, fenPerWan) }

// parseHuman reads s; a figure without a unit counts fenPerUnit fen.
func parseHuman(s string, fenPerUnit uint64) (Amount, error) {
	if len(s) > maxAmountChars*utf8.UTFMax || utf8.RuneCountInString(s) > maxAmountChars {
		return 0, ErrAmountLength.With("%s", quoteInput(s))
	}
	body := strings.TrimSpace(strings.Map(foldWidth, s))
	if body == "" {
		return 0, ErrAmountEmpty
	}
	body, negative, signs := trimCurrency(body)
	var fen uint64
	var rule *fault.Error
	switch {
	case signs > 1:
		rule = ErrAmountSign
	case strings.ContainsAny(body, "0123456789"):
		fen, rule = parseFigure(body, fenPerUnit)
	default:
		fen, rule = parseNumerals(body, fenPerUnit)
	}
	if rule == nil && fen > uint64(MaxLine) {
		rule = ErrAmountLimit
	}
	if rule != nil {
		return 0, rule.With("%s", quoteInput(s))
	}
	if negative {
		return -Amount(fen), nil
	}
	return Amount(fen), nil
}

// foldWidth maps the full-width forms of digits and marks to ASCII.
func foldWidth(r rune) rune {
	switch {
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	case r == '．':
		return '.'
	case r == '，':
		return ','
	case r == '－' || r == '−':
		return '-'
	case r == '＋':
		return '+'
	case r == '￥':
		return '¥'
	}
	return r
}

// trimCurrency cuts the sign and the currency marks off: each may stand once,
// in any order, before the figure, and 人民币 also after it.
func trimCurrency(s string) (body string, negative bool, signs int) {
	words, mark := false, false
	for {
		switch {
		case !words && strings.HasPrefix(s, "人民币"):
			words = true
			s = strings.TrimLeftFunc(s[len("人民币"):], unicode.IsSpace)
		case !mark && strings.HasPrefix(s, "¥"):
			mark = true
			s = strings.TrimLeftFunc(s[len("¥"):], unicode.IsSpace)
		case strings.HasPrefix(s, "+"):
			s, signs = s[1:], signs+1
		case strings.HasPrefix(s, "-"):
			s, signs, negative = s[1:], signs+1, true
		case strings.HasPrefix(s, "负"):
			s, signs, negative = s[len("负"):], signs+1, true
		case !words && strings.HasSuffix(s, "人民币"):
			words = true
			s = strings.TrimRightFunc(strings.TrimSuffix(s, "人民币"), unicode.IsSpace)
		default:
			return s, negative, signs
		}
	}
}

// decimalsOf is the number of decimals that one fen takes in each unit.
var decimalsOf = map[string]int{
	"元": 2, "圆": 2, "元整": 2, "圆整": 2, "元正": 2, "圆正": 2,
	"万": 6, "万元": 6, "万圆": 6, "万元整": 6, "万圆整": 6,
	"亿": 10, "亿元": 10, "亿圆": 10, "亿元整": 10, "亿圆整": 10,
	"万亿": 14, "万亿元": 14,
}

// parseFigure reads digits and a unit.
func parseFigure(s string, fenPerUnit uint64) (uint64, *fault.Error) {
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' })
	if end < 0 {
		end = len(s)
	}
	unit := strings.TrimLeftFunc(s[end:], unicode.IsSpace)
	places := 2
	if fenPerUnit == fenPerWan {
		places = 6
	}
	if unit != "" {
		var known bool
		if places, known = decimalsOf[unit]; !known {
			return 0, badUnit(s[:end], s[end:])
		}
	}
	whole, decimals, point := strings.Cut(s[:end], ".")
	if whole == "" || point && decimals == "" || strings.ContainsAny(decimals, ".,") {
		return 0, ErrAmountForm
	}
	if !grouped(whole) {
		return 0, ErrAmountGrouping
	}
	if len(decimals) > places {
		return 0, ErrAmountPrecision
	}
	digits := strings.ReplaceAll(whole, ",", "") + decimals + strings.Repeat("0", places-len(decimals))
	fen, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, ErrAmountLimit // only digits are left: it can only be too many
	}
	return fen, nil
}

// badUnit tells what is wrong with the text after a figure.
func badUnit(figure, tail string) *fault.Error {
	first, _ := utf8.DecodeRuneInString(tail)
	switch {
	case figure == "" && unicode.IsSpace(first):
		return ErrAmountSpace // "- 5"
	case unicode.IsSpace(first) && strings.ContainsAny(tail, "0123456789"):
		return ErrAmountSpace
	case first == '-' || first == '+':
		return ErrAmountSign
	}
	return ErrAmountForm
}

// grouped reports whether the commas of a whole number stand before each three
// digits and nowhere else.
func grouped(whole string) bool {
	groups := strings.Split(whole, ",")
	if len(groups) == 1 {
		return true
	}
	if head := groups[0]; len(head) == 0 || len(head) > 3 || head[0] == '0' {
		return false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return false
		}
	}
	return true
}

// quoteInput shows a refused text in a fault: escaped, and cut when long.
func quoteInput(s string) string {
	for n, i := 0, 0; i < len(s); n++ {
		if n == maxAmountChars {
			return strconv.Quote(s[:i]) + "…"
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return strconv.Quote(s)
}
