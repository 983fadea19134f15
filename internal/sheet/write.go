package sheet

import (
	"bufio"
	"io"
	"strings"
)

// Write writes rows as CSV in UTF-8 with a byte order mark, which spreadsheets in
// China need to tell it from GB18030, and line ends CR LF. A text that a
// spreadsheet would compute gets an apostrophe in front (see ErrFormula).
func Write(w io.Writer, rows [][]string) error {
	b := bufio.NewWriter(w)
	_, _ = b.Write(byteOrderMark) // a bufio.Writer keeps its first error for Flush
	for _, row := range rows {
		for i, c := range row {
			if i > 0 {
				_ = b.WriteByte(',')
			}
			if formula(c) {
				c = "'" + c
			}
			if strings.ContainsAny(c, ",\"\r\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			_, _ = b.WriteString(c)
		}
		_, _ = b.WriteString("\r\n")
	}
	return b.Flush()
}
