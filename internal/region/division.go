package region

import (
	"fmt"
	"time"

	"fundbook/internal/fault"
)

// The faults of divisions. Each message is the rule; the detail names the file,
// the row and the code.
var (
	ErrCode     = fault.New(fault.Invalid, "region.code", "区划代码须为 2、4、6、9 或 12 位数字，且与级别、上级代码相符", "a division code has 2, 4, 6, 9 or 12 digits and fits its level and parent")
	ErrDay      = fault.New(fault.Invalid, "region.day", "日期须为 1950 年以后的 YYYY-MM-DD", "a date is YYYY-MM-DD, from 1950 on")
	ErrRow      = fault.New(fault.Invalid, "region.row", "区划行要素不全或无法识别", "a row of divisions is incomplete or not understood")
	ErrCutoff   = fault.New(fault.Invalid, "region.cutoff_missing", "文件没有生效日期列，来源说明（同名 .source.txt）也没有截止日期；请指定日期", "neither the file nor its source note (.source.txt) states a cut-off date: give one")
	ErrCounties = fault.New(fault.Refused, "region.counties", "一份区划文件只能属于一个县", "one file of divisions belongs to one county")
	ErrConflict = fault.New(fault.Conflict, "region.conflict", "同一代码同一生效日已登记为另一名称", "the code has another name from the same day already")
	// ErrUnchanged says that everything in the file is known already. Nothing was
	// recorded.
	ErrUnchanged = fault.New(fault.Conflict, "region.unchanged", "区划没有变化，未记录", "the divisions are known already: nothing was recorded")
	ErrEncoding  = fault.New(fault.Internal, "region.encoding", "区划记录不能还原", "a divisions record does not decode")
)

// Code (区划代码) names a division: 6 digits of GB/T 2260 for a county, 9 for a
// township, 12 for a village of the statistical list.
type Code string

// Level (级别) is the level of a division, 1 to 5.
type Level uint8

// The levels.
const (
	Province Level = 1 + iota
	City
	County
	Township
	Village
)

var levels = [...]struct {
	name   string
	zh     string
	digits int
}{{"province", "省", 2}, {"city", "市", 4}, {"county", "县", 6}, {"township", "乡", 9}, {"village", "村", 12}}

// String returns the English name, as files print it.
func (l Level) String() string {
	if l < Province || l > Village {
		return "unknown"
	}
	return levels[l-1].name
}

// Level returns the level that the code's length means, or 0 for no code.
func (c Code) Level() Level {
	for i := range len(c) {
		if c[i] < '0' || c[i] > '9' {
			return 0
		}
	}
	for i, l := range levels {
		if len(c) == l.digits {
			return Level(i + 1)
		}
	}
	return 0
}

// Parent returns the code of the level above, or "".
func (c Code) Parent() Code {
	l := c.Level()
	if l <= Province {
		return ""
	}
	return c[:levels[l-2].digits]
}

// County returns the county of a township or village, or "".
func (c Code) County() Code {
	if c.Level() < County {
		return ""
	}
	return c[:6]
}

// Day (日) is a day as the number yyyymmdd, so that days compare; 0 means that none
// is stated.
type Day int32

const maxDay Day = 9999_12_31

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1950 {
		return 0, ErrDay.With("%q", s)
	}
	return dayOf(t), nil
}

func dayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(y*10000 + int(m)*100 + d)
}

// String prints YYYY-MM-DD; a day not stated is empty.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// since1970 and daySince1970 turn a day into the number that stands in a leaf and
// back; not stated is 0 in both.
func (d Day) since1970() int32 {
	if d == 0 {
		return 0
	}
	t := time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC)
	return int32(t.Unix() / secondsPerDay)
}

func daySince1970(n int32) Day {
	if n == 0 {
		return 0
	}
	return dayOf(time.Unix(int64(n)*secondsPerDay, 0).UTC())
}

const secondsPerDay = 24 * 60 * 60

// Division (行政区划) states that from a day on a code has a name. It holds until
// To, or until the code's next statement. An empty name states that there is no
// such division from that day on; Successor then says what took its place.
type Division struct {
	Code      Code
	Name      string
	Level     Level
	Parent    Code
	From, To  Day // To 0 means no end is stated
	Successor Code
}

// wrong says what of d is not allowed, or nothing.
func (d Division) wrong() string {
	switch l := d.Code.Level(); {
	case l == 0:
		return fmt.Sprintf("代码 %q", string(d.Code))
	case d.Level != l:
		return fmt.Sprintf("代码 %s 的位数是 %s 级，不是 %s 级", d.Code, l, d.Level)
	case d.Parent != d.Code.Parent():
		return fmt.Sprintf("代码 %s 的上级应为 %q，不是 %q", d.Code, string(d.Code.Parent()), string(d.Parent))
	case d.Successor != "" && d.Successor.Level() != l:
		return fmt.Sprintf("代码 %s 的后继 %q 不是同级代码", d.Code, string(d.Successor))
	case d.From == 0:
		return fmt.Sprintf("代码 %s 没有生效日期", d.Code)
	case d.To != 0 && d.To < d.From:
		return fmt.Sprintf("代码 %s 的失效日期 %s 早于生效日期 %s", d.Code, d.To, d.From)
	}
	return ""
}
