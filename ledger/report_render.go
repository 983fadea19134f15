package ledger

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"fundbook/internal/fault"
	"fundbook/internal/sheet"

	"golang.org/x/text/width"
)

// Table (表) is a report laid out in columns, ready to print.
type Table struct {
	Title   string
	TitleEN string   // where the words of the title do not give it
	Notes   []string // printed under the title
	Columns []Column
	Rows    [][]string
	Foot    [][]string // totals; not part of the CSV
}

// Column is one column: its Chinese heading, its name in CSV (that of the JSON
// field), and whether it holds figures, which stand to the right. Its English heading
// is that of the word, unless EN says otherwise.
type Column struct {
	ZH, Key string
	Figures bool
	EN      string
}

// In returns the table in a language: title, notes, headings, and those cells that
// are words of the program. What somebody entered stays as it is.
func (t *Table) In(lang string) Table {
	out := *t
	if lang == fault.Chinese {
		return out
	}
	known := maps.Clone(ownWords())
	words := func(list []string) []string {
		said := make([]string, len(list))
		for i, s := range list {
			en, ok := known[s]
			if !ok {
				en = fault.Words(s)
				known[s] = en
			}
			said[i] = en
		}
		return said
	}
	if out.Title = t.TitleEN; out.Title == "" {
		out.Title = fault.Words(t.Title)
	}
	out.Notes, out.Columns = words(t.Notes), slices.Clone(t.Columns)
	for i := range out.Columns {
		c := &out.Columns[i]
		if c.ZH = c.EN; c.EN == "" {
			c.ZH = fault.Words(t.Columns[i].ZH)
		}
	}
	rows := func(list [][]string) [][]string {
		said := make([][]string, len(list))
		for i, row := range list {
			said[i] = words(row)
		}
		return said
	}
	out.Rows, out.Foot = rows(t.Rows), rows(t.Foot)
	return out
}

// ownWords are the names of accounts and events, whose English stands in their tables,
// and what a word says in a cell and nowhere else.
var ownWords = sync.OnceValue(func() map[string]string {
	out := map[string]string{"明细": "detail"}
	for i := range chart {
		out[chart[i].ZH] = chart[i].EN
		out[string(chart[i].Code)+chart[i].ZH] = string(chart[i].Code) + " " + chart[i].EN
	}
	for _, e := range Events() {
		for _, step := range append([]EventStep{{}}, e.Steps...) {
			w := EventWord(e.Code, step.Name)
			out[w.ZH] = w.EN
		}
	}
	return out
})

// Text prints the table in aligned columns. A Chinese character takes two places
// of a terminal, so that columns stand under each other.
func (t *Table) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	put := func(s string) { _, _ = b.WriteString(s) } // a bufio.Writer keeps its first error for Flush
	put(Printable(t.Title) + "\n")
	for _, n := range t.Notes {
		put(Printable(n) + "\n")
	}
	widths := make([]int, len(t.Columns))
	heads := make([]string, len(t.Columns))
	rules := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = c.ZH
		widths[i] = TextWidth(c.ZH)
		for _, rows := range [][][]string{t.Rows, t.Foot} {
			for _, row := range rows {
				widths[i] = max(widths[i], TextWidth(Printable(row[i])))
			}
		}
		rules[i] = strings.Repeat("-", widths[i])
	}
	put(t.textRow(heads, widths) + t.textRow(rules, widths))
	for _, row := range t.Rows {
		put(t.textRow(row, widths))
	}
	if len(t.Foot) > 0 {
		put(t.textRow(rules, widths))
	}
	for _, row := range t.Foot {
		put(t.textRow(row, widths))
	}
	return b.Flush()
}

func (t *Table) textRow(cells []string, widths []int) string {
	var b strings.Builder
	for i, c := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		c = Printable(c)
		pad := strings.Repeat(" ", widths[i]-TextWidth(c))
		if t.Columns[i].Figures {
			b.WriteString(pad + c)
		} else {
			b.WriteString(c + pad)
		}
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// CSV writes the rows under the names of the JSON fields, in UTF-8 with a byte
// order mark, as internal/sheet reads them back. A text that a spreadsheet would
// compute gets an apostrophe in front; figures stay figures.
func (t *Table) CSV(w io.Writer) error {
	rows := make([][]string, 0, len(t.Rows)+1)
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Key
	}
	rows = append(rows, head)
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, c := range row {
			if cells[i] = c; !t.Columns[i].Figures {
				cells[i] = sheet.Guard(c)
			}
		}
		rows = append(rows, cells)
	}
	return sheet.Write(w, rows)
}

// WriteJSON prints a report as indented JSON, Chinese as it is.
func WriteJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// Tabular is a report that knows its table and what stands in its JSON.
type Tabular interface {
	Table() Table
	Items() any
}

// Render prints a report in Chinese as RenderIn does.
func Render(w io.Writer, format string, r Tabular) error {
	return RenderIn(w, format, fault.Chinese, r)
}

// RenderIn prints a report as text, csv or json (ErrReportFormat for another). Text is
// in the language asked for; the others are for machines and the same in each.
func RenderIn(w io.Writer, format, lang string, r Tabular) error {
	t := r.Table()
	switch format {
	case "text":
		t = t.In(lang)
		return t.Text(w)
	case "csv":
		return t.CSV(w)
	case "json":
		return WriteJSON(w, r.Items())
	}
	return ErrReportFormat.With("%q", format).At("format", "text, csv or json", format)
}

// TextWidth returns how many places of a terminal a text takes: two for East
// Asian wide and full-width characters, none for marks that combine and for
// characters that do not show.
func TextWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case r < 0x20, r == 0x7F:
		return 0
	case r < 0x7F:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case wideRune(r):
		return 2
	}
	return 1
}

// wideRune asks the East Asian Width property. Unassigned places of the planes
// of ideographs are wide by the standard: new characters of names come there.
func wideRune(r rune) bool {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return true
	default:
		return r >= 0x20000 && r <= 0x3FFFD
	}
}

// Printable replaces what would disturb a terminal or a line: control characters
// and marks that turn the direction of writing become a space or vanish.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069',
			r == '\u200E' || r == '\u200F' || r == '\uFEFF':
			return -1
		}
		return r
	}, s)
}
