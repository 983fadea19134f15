package publicity

import (
	"strconv"
	"strings"
	"time"
)

// yuan prints fen as 元 with thousands separators and two decimals.
func yuan(fen int64) string {
	digits, sign := strconv.FormatInt(fen, 10), ""
	if fen < 0 {
		sign, digits = "-", digits[1:]
	}
	for len(digits) < 3 {
		digits = "0" + digits
	}
	whole, part := digits[:len(digits)-2], digits[len(digits)-2:]
	var b strings.Builder
	b.WriteString(sign)
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String() + "." + part
}

// chineseDate prints an ISO date as it stands in a document: 2026年3月1日.
func chineseDate(iso string) (string, error) {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return "", ErrNotice.With("日期“%s”不是 YYYY-MM-DD", iso)
	}
	return t.Format("2006年1月2日"), nil
}
