package audit

import (
	"bufio"
	"strings"
)

// csvWriter writes CSV for spreadsheets: UTF-8 with a byte order mark, line ends
// CR LF. Errors stay in the buffer until its Flush.
type csvWriter struct{ w *bufio.Writer }

// mark writes the byte order mark, by which spreadsheets in China tell UTF-8 from
// GB18030.
func (c csvWriter) mark() { c.w.WriteString("\ufeff") }

func (c csvWriter) record(row []string) {
	for i, text := range row {
		if i > 0 {
			c.w.WriteByte(',')
		}
		if strings.ContainsAny(text, ",\"\r\n") {
			text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		c.w.WriteString(text)
	}
	c.w.WriteString("\r\n")
}

// cell guards a text against being computed by a spreadsheet (公式注入), more
// strictly than a reader of tables needs to be.
func cell(s string) string {
	t := strings.TrimLeft(s, " \u3000")
	if t == "" {
		return s
	}
	for _, lead := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(t, lead) {
			return "'" + s
		}
	}
	return s
}
