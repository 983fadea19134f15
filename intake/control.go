package intake

import (
	"math/big"
	"strconv"
	"strings"

	"fundbook/ledger"
)

// Verdict (校验结果) is what became of a control.
type Verdict string

// The verdicts.
const (
	Equal        Verdict = "equal"
	Mismatch     Verdict = "mismatch"
	NotEvaluable Verdict = "not_evaluable"
)

var verdictZH = map[Verdict]string{Equal: "相符", Mismatch: "不符", NotEvaluable: "不能计算"}

// Chinese returns the printed name of the verdict.
func (v Verdict) Chinese() string { return verdictZH[v] }

// Control (控制数) is one printed total, count or ratio, computed again.
type Control struct {
	ID       string  `json:"id"` // of the notice
	Check    string  `json:"check"`
	Stated   string  `json:"stated"`
	Computed string  `json:"computed"` // in 万元 or as the stated figure prints it
	Result   Verdict `json:"result"`
	Detail   string  `json:"detail"`
	Row      int     `json:"row"` // in checks.csv
}

// controls evaluates every check of the notice. What the page rounds is compared
// at the precision it prints; what it adds must agree exactly.
func (n *Notice) controls() []Control {
	out := make([]Control, 0, len(n.Checks))
	for i := range n.Checks {
		c := &n.Checks[i]
		k := Control{ID: n.ID, Check: c.Name, Stated: c.Stated, Row: c.Row}
		k.judge(c, noticeRows{n})
		out = append(out, k)
	}
	return out
}

func (k *Control) judge(c *Check, rows rowSource) {
	parts, err := evaluate(c.Expression, rows)
	if err != nil {
		k.Result, k.Detail = NotEvaluable, c.Expression+"："+err.Error()
		return
	}
	stated, err := readStated(c.Stated)
	if err != nil {
		k.Result, k.Detail = NotEvaluable, "公布数 "+strconv.Quote(clip(c.Stated))+"："+err.Error()
		return
	}
	if len(stated) != len(parts) {
		k.Result = NotEvaluable
		k.Detail = c.Expression + "：" + strconv.Itoa(len(parts)) + " 项，公布 " + strconv.Itoa(len(stated)) + " 项"
		return
	}
	k.Result = Equal
	var computed, detail []string
	for i := range parts {
		v := parts[i].against(stated[i])
		if !v.holds {
			k.Result = Mismatch
		}
		computed = append(computed, v.computed)
		detail = append(detail, v.detail)
	}
	k.Computed, k.Detail = strings.Join(computed, ";"), strings.Join(detail, "；")
}

// readStated reads a list of printed figures.
func readStated(s string) ([]number, error) {
	var out []number
	for _, item := range strings.Split(strings.Map(foldSign, s), ";") {
		item = strings.TrimSpace(item)
		negative := false
		if rest, ok := strings.CutPrefix(item, "-"); ok {
			item, negative = rest, true
		}
		n, rest, err := readNumber(strings.ReplaceAll(item, ",", ""))
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(rest) != "" {
			return nil, errNumber
		}
		if negative {
			n.value.Neg(n.value)
		}
		out = append(out, n)
	}
	return out, nil
}

// judgement is the outcome of one item.
type judgement struct {
	holds            bool
	computed, detail string
}

// against compares one computed item with the figure that the page states.
func (c *comparison) against(stated number) judgement {
	var v judgement
	v.computed = stated.print(c.left)
	exact := decimalText(c.left.value)
	switch sign := c.left.value.Cmp(rightOf(c, stated)); c.op {
	case "<=":
		v.holds = sign <= 0
	case ">=":
		v.holds = sign >= 0
	case "<":
		v.holds = sign < 0
	case ">":
		v.holds = sign > 0
	default:
		v.holds = sign == 0 || stated.rounds(c.left) && v.computed == stated.text()
	}
	if v.detail = c.text + equalSign(exact) + exact; c.op != "" {
		v.detail = c.text + "：" + exact + " " + c.op + " " + decimalText(c.right.value) + map[bool]string{true: " 成立", false: " 不成立"}[v.holds]
	}
	if !v.holds && c.op == "" {
		diff := new(big.Rat).Sub(stated.value, c.left.value)
		v.detail += "，公布 " + stated.text() + "，相差 " + stated.difference(diff)
	}
	for _, note := range append(append([]string(nil), c.left.notes...), c.right.notes...) {
		v.detail += "（" + note + "）"
	}
	return v
}

// equalSign is = before an exact figure; a rounded one brings its own ≈.
func equalSign(figure string) string {
	if strings.HasPrefix(figure, "≈") {
		return " "
	}
	return " = "
}

func rightOf(c *comparison, stated number) *big.Rat {
	if c.op != "" {
		return c.right.value
	}
	return stated.value
}

// rounds reports whether a printed figure is a rounded one: a percentage, or the
// outcome of a division.
func (n number) rounds(q quantity) bool { return n.percent || q.divided }

// print shows a computed quantity as the page would print it beside its figure.
func (n number) print(q quantity) string {
	switch {
	case n.percent:
		return new(big.Rat).Mul(q.value, big.NewRat(100, 1)).FloatString(n.decimals) + "%"
	case q.divided:
		return new(big.Rat).Quo(q.value, n.factor()).FloatString(n.decimals) + n.unit
	}
	return decimalText(new(big.Rat).Quo(q.value, n.factor())) + n.unit
}

// text shows the printed figure itself in the form of print.
func (n number) text() string {
	if n.percent {
		return new(big.Rat).Mul(n.value, big.NewRat(100, 1)).FloatString(n.decimals) + "%"
	}
	return new(big.Rat).Quo(n.value, n.factor()).FloatString(n.decimals) + n.unit
}

// factor is the unit of the figure in 万元.
func (n number) factor() *big.Rat {
	switch n.unit {
	case "亿元":
		return big.NewRat(10_000, 1)
	case "元":
		return big.NewRat(1, 10_000)
	}
	return big.NewRat(1, 1)
}

// difference prints a difference in the unit of the figure.
func (n number) difference(d *big.Rat) string {
	if n.percent {
		return decimalText(new(big.Rat).Mul(d, big.NewRat(100, 1))) + " 个百分点"
	}
	return decimalText(new(big.Rat).Quo(d, n.factor())) + n.unit
}

// decimalText prints a number exactly where it ends within six decimals, else
// rounded with the mark ≈.
func decimalText(r *big.Rat) string {
	const places = 6
	s := r.FloatString(places)
	exact, _ := new(big.Rat).SetString(s)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		s = "0"
	}
	if exact.Cmp(r) != 0 {
		return "≈" + s
	}
	return s
}

// noticeRows answers sum and count over the rows of a notice.
type noticeRows struct{ n *Notice }

func (r noticeRows) total(rows string, filters []filter) (quantity, error) {
	q, n, blank := quantity{value: new(big.Rat)}, 0, 0
	err := r.each(rows, filters, func(f Figure) {
		n++
		if !f.Stated {
			blank++
		}
		q.value.Add(q.value, wanOf(f.Amount))
	})
	if err != nil {
		return quantity{}, err
	}
	if n == 0 {
		return quantity{}, notComputable("没有符合条件的行")
	}
	if blank > 0 {
		q.notes = append(q.notes, strconv.Itoa(blank)+" 行金额空白，未计入")
	}
	return q, nil
}

func (r noticeRows) count(rows string, filters []filter) (quantity, error) {
	n := int64(0)
	if err := r.each(rows, filters, func(Figure) { n++ }); err != nil {
		return quantity{}, err
	}
	return quantity{value: big.NewRat(n, 1)}, nil
}

// each calls fn for every row that the filters keep.
func (r noticeRows) each(rows string, filters []filter, fn func(Figure)) error {
	if rows == "sources" {
		for i := range r.n.Sources {
			s := &r.n.Sources[i]
			if ok, err := matches(s.cells(), filters); err != nil {
				return err
			} else if ok {
				fn(s.Figure)
			}
		}
		return nil
	}
	for i := range r.n.Lines {
		l := &r.n.Lines[i]
		if ok, err := matches(l.cells(), filters); err != nil {
			return err
		} else if ok {
			fn(l.Figure)
		}
	}
	return nil
}

// shortFields are the short names of columns in filters.
var shortFields = map[string]string{
	"tier": "tier_as_labelled", "name": "source_name", "project": "project_name", "unit": "responsible_unit",
	"source": "fund_source_as_labelled",
}

func matches(cells []cell, filters []filter) (bool, error) {
	for _, f := range filters {
		column := f.field
		if long, ok := shortFields[column]; ok {
			column = long
		}
		found := false
		for _, c := range cells {
			if c.column != column {
				continue
			}
			found = true
			if strings.Map(foldSign, *c.text) != f.text {
				return false, nil
			}
		}
		if !found {
			return false, notComputable("没有 %s 这一列", clip(f.field))
		}
	}
	return true, nil
}

// wanOf is an amount in 万元.
func wanOf(a ledger.Amount) *big.Rat { return big.NewRat(int64(a), 1_000_000) }
