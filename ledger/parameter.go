package ledger

import (
	"cmp"
	"strconv"

	"fundbook/internal/fault"
)

// Parameter (政策参数) is a policy that is a whole number: what it is and where that
// comes from while a county has set none, and the range of what it may set.
type Parameter struct {
	Name      string
	Value     int64
	Low, High int64
	Basis     string
}

// On returns the number in force on a day, with its basis. What a county has set that
// is no number of the range is refused with wrong.
func (p Parameter) On(ps []Policy, day Date, wrong *fault.Error) (n int64, basis string, err error) {
	set, ok := PolicyOn(ps, p.Name, day)
	if !ok {
		return p.Value, p.Basis, nil
	}
	n, err = strconv.ParseInt(set.Value, 10, 64)
	if err != nil || n < p.Low || n > p.High {
		return 0, "", wrong.With("%s = %q（%s 起）；须为 %d 至 %d 的整数，请由管理员更正", p.Name, set.Value, set.ValidFrom, p.Low, p.High)
	}
	return n, cmp.Or(set.Basis, p.Basis), nil
}
