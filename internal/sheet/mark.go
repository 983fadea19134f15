package sheet

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// NoteColumn is the heading of the column that Mark adds.
const NoteColumn = "错误说明"

// Note (批注) is something to be said of a cell: row of the file, heading of the
// column, and whether it is an error.
type Note struct {
	Row    int
	Column string
	Text   string
	Error  bool
}

// Mark gives a table back to whoever sent it: the file itself, or a workbook of the
// CSV, with the cells that the errors name in red and a column of what is wrong in
// each row. A file that is no table is answered by a workbook of the notes alone.
func Mark(w io.Writer, name string, raw []byte, notes []Note) error {
	f, page, head, err := markable(name, raw)
	if err != nil {
		return notesAlone(w, notes)
	}
	defer func() { _ = f.Close() }() // it is in memory
	m := marker{f: f, page: page, red: map[int]int{}}
	if err := m.find(head); err != nil {
		return err
	}
	if err := m.put(head, NoteColumn); err != nil {
		return err
	}
	said := map[int][]string{}
	var rows []int
	for _, n := range notes {
		row := max(n.Row, head)
		if said[row] == nil {
			rows = append(rows, row)
		}
		text := n.Text
		if n.Column != "" {
			text = n.Column + "：" + text
		}
		said[row] = append(said[row], text)
		if column := m.columns[n.Column]; n.Error && column > 0 {
			if err := m.paint(row, column); err != nil {
				return err
			}
		}
	}
	slices.Sort(rows)
	for _, row := range rows {
		if row == head {
			said[row] = append([]string{NoteColumn}, said[row]...)
		}
		if err := m.put(row, strings.Join(said[row], "\n")); err != nil {
			return err
		}
	}
	return f.Write(w)
}

// markable opens a table as a workbook and finds its header.
func markable(name string, raw []byte) (f *excelize.File, page string, head int, err error) {
	if !bytes.HasPrefix(raw, zipMark) {
		return bookOfCSV(name, raw)
	}
	if f, err = openWorkbook(name, raw); err != nil {
		return nil, "", 0, err
	}
	if page, err = firstVisible(name, f); err != nil {
		return nil, "", 0, err
	}
	rows, err := f.Rows(page)
	if err != nil {
		return nil, "", 0, err
	}
	for no := 1; rows.Next(); no++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, "", 0, err
		}
		if len(cells)-len(slices.DeleteFunc(slices.Clone(cells), func(c string) bool { return strings.TrimSpace(c) != "" })) >= 2 {
			return f, page, no, rows.Close()
		}
	}
	return nil, "", 0, ErrHeader
}

func bookOfCSV(name string, raw []byte) (*excelize.File, string, int, error) {
	t, err := Read(name, bytes.NewReader(raw))
	if err != nil {
		return nil, "", 0, err
	}
	f := excelize.NewFile()
	put := func(no int, cells []string) error {
		for i, c := range cells {
			if err := f.SetCellStr(onlyPage, cellName(no, i+1), c); err != nil {
				return err
			}
		}
		return nil
	}
	if err := put(1, t.Header); err != nil {
		return nil, "", 0, err
	}
	for _, r := range t.Rows {
		if err := put(r.No, r.Cells); err != nil {
			return nil, "", 0, err
		}
	}
	return f, onlyPage, 1, nil
}

func notesAlone(w io.Writer, notes []Note) error {
	b := Book{Title: NoteColumn, Columns: []BookColumn{{Name: "行", Figures: true}, {Name: "列"}, {Name: NoteColumn}}}
	for _, n := range notes {
		b.Rows = append(b.Rows, []string{cellNumber(n.Row)[1:], n.Column, n.Text})
	}
	return b.Write(w)
}

// marker paints the cells of one sheet.
type marker struct {
	f       *excelize.File
	page    string
	columns map[string]int
	last    int         // column of the notes
	red     map[int]int // style of a cell → the same in red
}

func (m *marker) find(head int) error {
	m.columns = map[string]int{}
	rows, err := m.f.GetRows(m.page)
	if err != nil {
		return err
	}
	for _, r := range rows {
		m.last = max(m.last, len(r))
	}
	m.last++
	for i, c := range rows[head-1] {
		m.columns[strings.Map(dropBreak, strings.TrimSpace(c))] = i + 1
	}
	return nil
}

func (m *marker) put(row int, text string) error {
	return m.f.SetCellStr(m.page, cellName(row, m.last), text)
}

// paint keeps how a cell looks but for its ground.
func (m *marker) paint(row, column int) error {
	cell := cellName(row, column)
	old, err := m.f.GetCellStyle(m.page, cell)
	if err != nil {
		return err
	}
	style, ok := m.red[old]
	if !ok {
		s, err := m.f.GetStyle(old)
		if err != nil || s == nil {
			s = &excelize.Style{}
		}
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FF9999"}}
		if style, err = m.f.NewStyle(s); err != nil {
			return err
		}
		m.red[old] = style
	}
	return m.f.SetCellStyle(m.page, cell, cell, style)
}
