package ledger

import (
	"strings"
	"time"
	_ "time/tzdata" // business days are Asia/Shanghai wherever the program runs

	"fundbook/internal/fault"
)

// The faults of dates. Each message is the rule; the detail is the text.
var (
	ErrDateForm       = fault.New(fault.Invalid, "ledger.date_form", "日期写法不合要求（如 2018-07-02；文件中可写 2018年7月2日）", "not a date (like 2018-07-02; in documents also 2018年7月2日)")
	ErrDateIncomplete = fault.New(fault.Invalid, "ledger.date_incomplete", "日期不完整，请补齐", "the date is incomplete: state what is missing")
	ErrDateUnknown    = fault.New(fault.Invalid, "ledger.date_unknown", "没有这一天", "there is no such day")
	ErrDateRange      = fault.New(fault.Invalid, "ledger.date_range", "日期须在 1990-01-01 至 2199-12-31 之间", "a date is from 1990-01-01 to 2199-12-31")
)

// Date is a business day (日期) without a time zone: the number of days since
// 1970-01-01. Dates compare with <, and can be keys of a map. The zero Date
// means that none is stated, and is less than every stated one.
type Date int32

// The first and the last day that can be stated.
const (
	MinDate Date = 7305  // 1990-01-01
	MaxDate Date = 84005 // 2199-12-31
)

// shanghai is where a day begins and ends (DESIGN 3a, clock). The embedded
// zone data includes the summer time of 1990 and 1991; the fixed zone is only
// there because LoadLocation has an error to handle.
var shanghai = func() *time.Location {
	if loc, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return loc
	}
	return time.FixedZone("CST", 8*60*60)
}()

// NewDate makes a date of year, month and day. ErrDateUnknown for a day that
// the calendar lacks, ErrDateRange for one outside MinDate..MaxDate.
func NewDate(year, month, day int) (Date, error) {
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, ErrDateUnknown.With("%d年%d月%d日", year, month, day)
	}
	if year < 1990 || year > 2199 {
		return 0, ErrDateRange.With("%d年%d月%d日", year, month, day)
	}
	return civilDate(year, month, day), nil
}

// DateOf returns the business day in Asia/Shanghai of an instant; the zero
// Date when it lies outside MinDate..MaxDate.
func DateOf(t time.Time) Date {
	year, month, day := t.In(shanghai).Date()
	d, err := NewDate(year, int(month), day)
	if err != nil {
		return 0
	}
	return d
}

// DateAt returns the business day of an instant in microseconds of UTC, as DateOf
// does: how the log keeps its instants.
func DateAt(us int64) Date { return DateOf(time.UnixMicro(us)) }

// ParseDate reads YYYY-MM-DD and nothing else. Empty text is refused here;
// UnmarshalText takes it for a date not stated.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return 0, ErrDateForm.With("%s", quoteInput(s))
	}
	year, ok1 := dateDigits(s[:4])
	month, ok2 := dateDigits(s[5:7])
	day, ok3 := dateDigits(s[8:])
	if !ok1 || !ok2 || !ok3 {
		return 0, ErrDateForm.With("%s", quoteInput(s))
	}
	return NewDate(year, month, day)
}

// ParseDateText reads a date as documents print it: 2018年7月2日, 2018-7-2,
// 2018/07/02, 2018.7.2, full-width digits, spaces around the figures. A partial
// date is refused with ErrDateIncomplete, which names what is missing; nothing
// is filled in.
func ParseDateText(s string) (Date, error) {
	if len(s) > 4*maxAmountChars {
		return 0, ErrDateForm.With("%s", quoteInput(s))
	}
	text := strings.TrimSpace(strings.Map(foldDate, s))
	if strings.ContainsAny(text, "年月日") {
		return dateFromFields(s, cutChineseDate(text))
	}
	mark := "-"
	if i := strings.IndexAny(text, "-/."); i >= 0 {
		mark = text[i : i+1]
	}
	fields := strings.Split(text, mark)
	if len(fields) == 2 && len(fields[0]) < 4 { // 7-2
		fields = append([]string{""}, fields...)
	}
	return dateFromFields(s, fields)
}

// foldDate maps the full-width digits and marks of dates to ASCII.
func foldDate(r rune) rune {
	if r == '／' {
		return '/'
	}
	return foldWidth(r)
}

// cutChineseDate cuts 2018年7月2日 at its marks; a part left out stays empty, and
// what follows the last mark is a fourth field. Spaces go, even inside a figure
// (201 9 年, DATA, HA-SHANGQIU-2019-2): the marks say where a figure ends.
func cutChineseDate(s string) []string {
	s = strings.Join(strings.Fields(s), "")
	fields := make([]string, 3, 4)
	for i, mark := range dateMarks {
		if before, after, found := strings.Cut(s, mark); found {
			fields[i], s = before, after
		}
	}
	if s != "" {
		fields = append(fields, s)
	}
	return fields
}

var dateMarks = [...]string{"年", "月", "日"}

// dateFromFields makes a date of the figures for year, month and day.
func dateFromFields(printed string, fields []string) (Date, error) {
	var values [3]int
	var missing []string
	if len(fields) > len(values) {
		return 0, ErrDateForm.With("%s", quoteInput(printed))
	}
	for i := range values {
		if i >= len(fields) || fields[i] == "" {
			missing = append(missing, dateMarks[i])
			continue
		}
		n, ok := dateDigits(fields[i])
		if !ok || i == 0 && len(fields[i]) != 4 || i > 0 && len(fields[i]) > 2 {
			return 0, ErrDateForm.With("%s", quoteInput(printed))
		}
		values[i] = n
	}
	switch len(missing) {
	case 0:
		return NewDate(values[0], values[1], values[2])
	case 3:
		return 0, ErrDateForm.With("%s", quoteInput(printed))
	}
	return 0, ErrDateIncomplete.With("%s 缺 %s", quoteInput(printed), strings.Join(missing, "、"))
}

// dateDigits reads a few ASCII digits.
func dateDigits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i == 4 {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// IsZero reports whether no date is stated.
func (d Date) IsZero() bool { return d == 0 }

// Year returns the year, 0 when none is stated.
func (d Date) Year() int {
	year, _, _ := d.civil()
	return year
}

// Month returns the month, 1 to 12; 0 when none is stated.
func (d Date) Month() int {
	_, month, _ := d.civil()
	return month
}

// Day returns the day of the month; 0 when none is stated.
func (d Date) Day() int {
	_, _, day := d.civil()
	return day
}

// Weekday returns the day of the week of a stated date.
func (d Date) Weekday() time.Weekday {
	return time.Weekday(((int(d)+int(time.Thursday))%7 + 7) % 7) // day 0 was a Thursday
}

// Number returns yyyymmdd, how a date stands in the database; 0 when none is
// stated.
func (d Date) Number() int32 {
	year, month, day := d.civil()
	return int32(year*10000 + month*100 + day)
}

// AddDays returns the day n days later, or earlier when n is negative. It
// stops at MinDate and MaxDate, so that a far deadline never turns into a near
// one; no date stated stays none.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	span := int(MaxDate - MinDate)
	n = min(max(n, -span), span)
	return Date(min(max(int(d)+n, int(MinDate)), int(MaxDate)))
}

// String prints YYYY-MM-DD; a date not stated is empty.
func (d Date) String() string {
	var buf [16]byte
	return string(d.appendTo(buf[:0]))
}

func (d Date) appendTo(b []byte) []byte {
	if d == 0 {
		return b
	}
	year, month, day := d.civil()
	return append(b,
		byte('0'+year/1000%10), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10),
		'-', byte('0'+month/10), byte('0'+month%10),
		'-', byte('0'+day/10), byte('0'+day%10))
}

// Chinese prints 2018年7月2日, Arabic digits without leading zeros (GB/T 9704-2012,
// 成文日期); a date not stated is empty.
func (d Date) Chinese() string {
	if d == 0 {
		return ""
	}
	iso := d.String()
	return iso[:4] + "年" + strings.TrimPrefix(iso[5:7], "0") + "月" + strings.TrimPrefix(iso[8:], "0") + "日"
}

// AppendText appends YYYY-MM-DD, or nothing when no date is stated.
func (d Date) AppendText(b []byte) ([]byte, error) { return d.appendTo(b), nil }

// MarshalText prints YYYY-MM-DD; a date not stated is empty.
func (d Date) MarshalText() ([]byte, error) { return d.appendTo(make([]byte, 0, 10)), nil }

// UnmarshalText reads YYYY-MM-DD; empty text is a date not stated.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// The calendar is counted from 1600-03-01 in years that begin in March, so
// that the leap day is the last of its year and every step divides evenly.
const (
	marchEpoch  = -135_080 // 1600-03-01 in days since 1970-01-01
	daysPer400  = 146_097
	daysPer100  = 36_524
	daysPer4    = 1461
	daysPerYear = 365
)

func civilDate(year, month, day int) Date {
	y, m := year-1600, month-3 // March is month 0
	if m < 0 {
		y, m = y-1, m+12
	}
	return Date(marchEpoch + y*daysPerYear + y/4 - y/100 + y/400 + (153*m+2)/5 + day - 1)
}

// civil returns year, month and day; zeros when no date is stated. Days
// before 1600-03-01, which no function of this file makes, count as not stated.
func (d Date) civil() (year, month, day int) {
	n := int(d) - marchEpoch
	if d == 0 || n < 0 {
		return 0, 0, 0
	}
	eras, n := n/daysPer400, n%daysPer400
	y := (n - n/(daysPer4-1) + n/daysPer100 - n/(daysPer400-1)) / daysPerYear
	n -= y*daysPerYear + y/4 - y/100
	m := (5*n + 2) / 153
	day = n - (153*m+2)/5 + 1
	year, month = 1600+eras*400+y, m+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}
