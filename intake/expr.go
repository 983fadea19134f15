package intake

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Expressions of checks.csv:
//
//	list       = comparison { ";" comparison }
//	comparison = sum [ ( "<=" | ">=" | "<" | ">" ) sum ]
//	sum        = product { ( "+" | "-" ) product }
//	product    = factor { ( "*" | "/" ) factor }
//	factor     = number | "-" factor | "(" sum ")" | call
//	call       = ( "sum" | "count" ) "(" rows [ "[" field "=" text { "," field "=" text } "]" ] ")"
//	rows       = "projects" | "sources"
//
// Numbers are decimals in 万元 and may carry a unit or a percent sign; sums are in
// 万元 too. Full-width signs are read as their narrow forms.

// The limits of an expression.
const (
	maxExpr      = 4000 // bytes
	maxExprDepth = 40
	maxExprTerms = 500
	maxDigits    = 40 // of one number
)

// quantity is a value with how it came about.
type quantity struct {
	value   *big.Rat
	divided bool     // a division took part, so it is compared at the printed precision
	notes   []string // what a reader should know: blanks, no matching rows
}

// comparison is one item of an expression list; op is "" or a sign.
type comparison struct {
	text        string
	left, right quantity
	op          string
}

// notComputableError says why an expression cannot be evaluated. It is an ordinary
// outcome, not a fault: the control is listed as such.
type notComputableError struct{ why string }

// Error implements error.
func (e notComputableError) Error() string { return e.why }

func notComputable(format string, args ...any) error {
	return notComputableError{fmt.Sprintf(format, args...)}
}

// rowSource answers the calls of an expression.
type rowSource interface {
	total(rows string, filters []filter) (quantity, error)
	count(rows string, filters []filter) (quantity, error)
}

// filter keeps the rows whose field has the text.
type filter struct{ field, text string }

// evaluate computes a list of comparisons.
func evaluate(expr string, rows rowSource) ([]comparison, error) {
	if len(expr) > maxExpr {
		return nil, notComputable("表达式超过 %d 字节", maxExpr)
	}
	p := &exprParser{rest: strings.Map(foldSign, expr), rows: rows}
	var out []comparison
	for {
		start := p.rest
		c, err := p.comparison()
		if err != nil {
			return nil, err
		}
		c.text = strings.TrimSpace(start[:len(start)-len(p.rest)])
		out = append(out, c)
		if p.skip(); p.rest == "" {
			return out, nil
		}
		if !p.take(";") {
			return nil, notComputable("在 %q 处不能识别", clip(p.rest))
		}
	}
}

// foldSign maps the full-width and typographic signs to ASCII.
func foldSign(r rune) rune {
	switch r {
	case '×':
		return '*'
	case '÷':
		return '/'
	case '−', '－', '–':
		return '-'
	case '；':
		return ';'
	case '，':
		return ','
	case '（', '）', '＋', '＊', '／', '＝', '＜', '＞', '％', '．', '［', '］':
		return r - 0xfee0
	}
	if r >= '０' && r <= '９' {
		return r - '０' + '0'
	}
	return r
}

type exprParser struct {
	rest  string
	rows  rowSource
	depth int
	terms int
}

func (p *exprParser) skip() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

// take reads a sign if it stands next.
func (p *exprParser) take(sign string) bool {
	p.skip()
	rest, ok := strings.CutPrefix(p.rest, sign)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *exprParser) comparison() (comparison, error) {
	var c comparison
	var err error
	if c.left, err = p.sum(); err != nil {
		return c, err
	}
	for _, op := range []struct{ sign, op string }{{"<=", "<="}, {"≤", "<="}, {">=", ">="}, {"≥", ">="}, {"<", "<"}, {">", ">"}} {
		if p.take(op.sign) {
			c.op = op.op
			c.right, err = p.sum()
			return c, err
		}
	}
	return c, nil
}

func (p *exprParser) sum() (quantity, error) {
	q, err := p.product()
	for err == nil {
		var term quantity
		switch {
		case p.take("+"):
			if term, err = p.product(); err == nil {
				q = q.with(term, new(big.Rat).Add(q.value, term.value))
			}
		case p.take("-"):
			if term, err = p.product(); err == nil {
				q = q.with(term, new(big.Rat).Sub(q.value, term.value))
			}
		default:
			return q, nil
		}
	}
	return q, err
}

func (p *exprParser) product() (quantity, error) {
	q, err := p.factor()
	for err == nil {
		var term quantity
		switch {
		case p.take("*"):
			if term, err = p.factor(); err == nil {
				q = q.with(term, new(big.Rat).Mul(q.value, term.value))
			}
		case p.take("/"):
			if term, err = p.factor(); err != nil {
				break
			}
			if term.value.Sign() == 0 {
				return q, notComputable("除数为零")
			}
			q = q.with(term, new(big.Rat).Quo(q.value, term.value))
			q.divided = true
		default:
			return q, nil
		}
	}
	return q, err
}

// with joins the provenance of two quantities to a new value.
func (q quantity) with(o quantity, value *big.Rat) quantity {
	return quantity{value, q.divided || o.divided, append(append([]string(nil), q.notes...), o.notes...)}
}

func (p *exprParser) factor() (quantity, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxExprDepth {
		return quantity{}, notComputable("括号超过 %d 层", maxExprDepth)
	}
	if p.terms++; p.terms > maxExprTerms {
		return quantity{}, notComputable("超过 %d 项", maxExprTerms)
	}
	switch {
	case p.take("-"):
		q, err := p.factor()
		if err == nil {
			q.value = new(big.Rat).Neg(q.value)
		}
		return q, err
	case p.take("("):
		q, err := p.sum()
		if err == nil && !p.take(")") {
			err = notComputable("括号没有结束")
		}
		return q, err
	}
	if p.rest != "" && (p.rest[0] >= '0' && p.rest[0] <= '9') {
		return p.number()
	}
	return p.call()
}

// number reads a decimal with an optional unit.
func (p *exprParser) number() (quantity, error) {
	n, rest, err := readNumber(p.rest)
	if err != nil {
		return quantity{}, err
	}
	p.rest = rest
	return quantity{value: n.value}, nil
}

// number is a printed decimal.
type number struct {
	value    *big.Rat // in 万元, or the ratio where percent
	decimals int      // as printed
	percent  bool
	unit     string
}

// errNumber says that a text does not begin with a number.
var errNumber = errors.New("不是数字")

// readNumber reads the decimal at the beginning of s: 87.3%, 160, 1843.72万元, 2000元.
func readNumber(s string) (number, string, error) {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
		end++
	}
	whole, decimals, point := strings.Cut(s[:end], ".")
	if whole == "" || point && decimals == "" || strings.Contains(decimals, ".") || end > maxDigits {
		return number{}, s, errNumber
	}
	n := number{value: new(big.Rat), decimals: len(decimals)}
	if _, ok := n.value.SetString(s[:end]); !ok {
		return number{}, s, errNumber
	}
	rest := s[end:]
	for _, u := range []struct {
		text   string
		factor *big.Rat
	}{
		{"%", big.NewRat(1, 100)},
		{"亿元", big.NewRat(10_000, 1)},
		{"万元", big.NewRat(1, 1)},
		{"万", big.NewRat(1, 1)},
		{"元", big.NewRat(1, 10_000)},
	} {
		if after, ok := strings.CutPrefix(rest, u.text); ok {
			n.value.Mul(n.value, u.factor)
			n.percent, n.unit = u.text == "%", u.text
			return n, after, nil
		}
	}
	return n, rest, nil
}

// call reads sum(rows[filter]) or count(rows[filter]).
func (p *exprParser) call() (quantity, error) {
	name := p.word()
	if name == "" {
		if p.rest == "" {
			return quantity{}, notComputable("表达式不完整")
		}
		return quantity{}, notComputable("在 %q 处不能识别", clip(p.rest))
	}
	if name != "sum" && name != "count" || !p.take("(") {
		return quantity{}, notComputable("%s 不是可以计算的量", clip(name))
	}
	rows := p.word()
	if rows != "projects" && rows != "sources" {
		return quantity{}, notComputable("%s 不是 projects 或 sources", clip(rows))
	}
	filters, err := p.filters()
	if err != nil {
		return quantity{}, err
	}
	if !p.take(")") {
		return quantity{}, notComputable("%s( 没有结束", name)
	}
	if name == "sum" {
		return p.rows.total(rows, filters)
	}
	return p.rows.count(rows, filters)
}

// word reads letters and underscores.
func (p *exprParser) word() string {
	p.skip()
	end := strings.IndexFunc(p.rest, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) })
	if end < 0 {
		end = len(p.rest)
	}
	w := p.rest[:end]
	p.rest = p.rest[end:]
	return w
}

func (p *exprParser) filters() ([]filter, error) {
	if !p.take("[") {
		return nil, nil
	}
	end := strings.IndexByte(p.rest, ']')
	if end < 0 {
		return nil, notComputable("方括号没有结束")
	}
	inside := p.rest[:end]
	p.rest = p.rest[end+1:]
	var out []filter
	for _, item := range strings.Split(inside, ",") {
		field, text, ok := strings.Cut(item, "=")
		if !ok || utf8.RuneCountInString(text) > 200 {
			return nil, notComputable("条件 %q 不能识别", clip(item))
		}
		out = append(out, filter{strings.TrimSpace(field), strings.TrimSpace(text)})
	}
	return out, nil
}
