package sheet

import (
	"bufio"
	"io"
	"strings"
	"unicode"
)

// Writer writes CSV in UTF-8 with a byte order mark, which spreadsheets in China
// need to tell it from GB18030, and line ends CR LF. A text that Read would refuse
// as a formula gets an apostrophe in front (see ErrFormula). It keeps its first
// error for Flush.
type Writer struct{ b *bufio.Writer }

// NewWriter begins a table.
func NewWriter(w io.Writer) *Writer {
	b := bufio.NewWriterSize(w, 1<<16)
	_, _ = b.Write(byteOrderMark)
	return &Writer{b}
}

// Record writes one row.
func (w *Writer) Record(row []string) {
	for i, c := range row {
		if i > 0 {
			_ = w.b.WriteByte(',')
		}
		if formula(c) {
			c = "'" + c
		}
		if strings.ContainsAny(c, ",\"\r\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		_, _ = w.b.WriteString(c)
	}
	_, _ = w.b.WriteString("\r\n")
}

// Flush writes what is still held back and reports the first error.
func (w *Writer) Flush() error { return w.b.Flush() }

// Write writes rows as one table.
func Write(w io.Writer, rows [][]string) error {
	out := NewWriter(w)
	for _, row := range rows {
		out.Record(row)
	}
	return out.Flush()
}

// Guard puts an apostrophe before a text that some spreadsheet would compute
// (公式注入): one that begins with = + - @ or their full-width forms, after any
// space, or with a tab or a line end. It is stricter than what Read refuses, because
// a figure with a sign is no text. A dash that stands for "none" is left alone.
func Guard(s string) string {
	text := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF' })
	if text == "" || strings.Trim(text, "-－") == "" {
		return s
	}
	for _, lead := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, lead) {
			return "'" + s
		}
	}
	if strings.ContainsAny(s[:len(s)-len(text)], "\t\r\n") {
		return "'" + s
	}
	return s
}
