// Package workday counts working days (工作日). Weekends are free but for the days
// that the yearly notice of the State Council calls working; the other way round for
// holidays. A year whose table has not been loaded is refused: nobody guesses it.
package workday

import (
	"strconv"
	"strings"
	"time"

	"fundbook/internal/fault"
)

var (
	// ErrYear refuses to count in a year whose table is not loaded.
	ErrYear = fault.New(fault.Refused, "workday.year", "该年度的节假日安排未载入，不能计算工作日（请由管理员设定 workdays.年度）",
		"the holidays of the year are not loaded: an administrator sets workdays.YEAR")
	// ErrTable refuses a table of holidays that cannot be read.
	ErrTable = fault.New(fault.Invalid, "workday.table", "节假日安排写法不合要求（如 off 0101-0103 0501-0505; on 0104）",
		"not a table of holidays (like off 0101-0103 0501-0505; on 0104)")
)

// Day counts days since 1970-01-01.
type Day = int32

// Calendar is the tables of some years; the zero Calendar knows none.
type Calendar struct {
	years map[int]map[Day]bool // day → works, where it is not as the weekday says
}

// Load adds the table of a year, or replaces it: "off" lists free days and spans of
// them as MMDD or MMDD-MMDD, "on" the weekend days on which people work.
func (c *Calendar) Load(year int, table string) error {
	days := map[Day]bool{}
	for part := range strings.SplitSeq(table, ";") {
		words := strings.Fields(part)
		if len(words) == 0 || words[0] != "off" && words[0] != "on" {
			return ErrTable.With("%d 年 %q", year, part)
		}
		for _, w := range words[1:] {
			from, to, span := strings.Cut(w, "-")
			if !span {
				to = from
			}
			first, ok1 := dayOf(year, from)
			last, ok2 := dayOf(year, to)
			if !ok1 || !ok2 || last < first {
				return ErrTable.With("%d 年 %q", year, w)
			}
			for d := first; d <= last; d++ {
				if _, twice := days[d]; twice {
					return ErrTable.With("%d 年 %q 重复", year, w)
				}
				days[d] = words[0] == "on"
			}
		}
	}
	if c.years == nil {
		c.years = map[int]map[Day]bool{}
	}
	c.years[year] = days
	return nil
}

func dayOf(year int, mmdd string) (Day, bool) {
	n, err := strconv.Atoi(mmdd)
	if err != nil || len(mmdd) != 4 || n < 0 {
		return 0, false
	}
	t := time.Date(year, time.Month(n/100), n%100, 0, 0, 0, 0, time.UTC)
	return Day(t.Unix() / 86400), int(t.Month()) == n/100 && t.Day() == n%100
}

// Works reports whether people work on a day. ErrYear when its year is not loaded.
func (c Calendar) Works(d Day) (bool, error) {
	t := time.Unix(int64(d)*86400, 0).UTC()
	days, ok := c.years[t.Year()]
	if !ok {
		return false, ErrYear.With("%d 年", t.Year())
	}
	if works, special := days[d]; special {
		return works, nil
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday, nil
}

// Between counts the working days after one day until another, that one included: a
// period begins on the day after.
func (c Calendar) Between(from, to Day) (int, error) {
	n := 0
	for d := from + 1; d <= to; d++ {
		works, err := c.Works(d)
		if err != nil {
			return 0, err
		}
		if works {
			n++
		}
	}
	return n, nil
}
