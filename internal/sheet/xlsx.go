package sheet

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

// XLSX is what Table.Encoding says of a workbook.
const XLSX = "XLSX"

// MaxUnpacked is the size to which a workbook may unpack in memory.
const MaxUnpacked = 128 << 20

var (
	zipMark = []byte("PK\x03\x04")
	oleMark = []byte("\xD0\xCF\x11\xE0") // .xls, and a workbook under a password
)

// readWorkbook reads the first visible sheet of a workbook. Lines of title above the
// header are passed over. A cell with a formula is refused by row and column, and so
// are merged cells below the header (a blank may mean the same as above, nothing or
// forgotten: it is never filled in), and numbers of more digits than a spreadsheet
// keeps.
func readWorkbook(name string, raw []byte) (*Table, error) {
	f, err := openWorkbook(name, raw)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it is in memory
	page, err := firstVisible(name, f)
	if err != nil {
		return nil, err
	}
	marks, err := scanPage(name, raw, f, page)
	if err != nil {
		return nil, err
	}
	rows, err := f.Rows(page)
	if err != nil {
		return nil, Place{File: name}.Fault(ErrWorkbook, "%s", err)
	}
	w := pageReader{t: &Table{File: name, Encoding: XLSX}, marks: marks}
	for no := 1; rows.Next(); no++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, Place{name, no, ""}.Fault(ErrWorkbook, "%s", err)
		}
		if err := w.row(no, cells); err != nil {
			return nil, err
		}
	}
	if err := rows.Close(); err != nil {
		return nil, Place{File: name}.Fault(ErrWorkbook, "%s", err)
	}
	if w.t.Header == nil {
		return nil, Place{File: name}.Fault(ErrHeader, "工作表 %s 没有表头", page)
	}
	return w.t, nil
}

// openWorkbook opens a workbook in memory alone: it may hold persons, so nothing of
// it goes to a temporary file.
func openWorkbook(name string, raw []byte) (*excelize.File, error) {
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked})
	if err != nil {
		return nil, Place{File: name}.Fault(ErrWorkbook, "%s", clip(err.Error()))
	}
	return f, nil
}

func firstVisible(name string, f *excelize.File) (string, error) {
	for _, page := range f.GetSheetList() {
		if on, err := f.GetSheetVisible(page); err == nil && on {
			return page, nil
		}
	}
	return "", Place{File: name}.Fault(ErrWorkbook, "没有可见的工作表")
}

// pageReader makes a table of the rows of a sheet.
type pageReader struct {
	t     *Table
	marks *pageMarks
}

func (w *pageReader) row(no int, cells []string) error {
	if len(cells) > MaxColumns && !blank(cells[MaxColumns:]) {
		return Place{w.t.File, no, ""}.Fault(ErrTooLarge, "超过 %d 列", MaxColumns)
	}
	if w.t.Header == nil {
		return w.header(no, cells)
	}
	if blank(cells) {
		w.t.Blank++
		return nil
	}
	width := len(w.t.Header)
	if len(cells) > width && !blank(cells[width:]) {
		return Place{w.t.File, no, ""}.Fault(ErrWidth, "%d 列，表头 %d 列", len(cells), width)
	}
	if len(w.t.Rows) == MaxRows {
		return Place{w.t.File, no, ""}.Fault(ErrTooLarge, "超过 %d 行", MaxRows)
	}
	out := make([]string, width)
	copy(out, cells)
	for i, c := range out {
		text, err := w.cell(Place{w.t.File, no, w.t.Header[i]}, i+1, c)
		if err != nil {
			return err
		}
		out[i] = text
	}
	w.t.Rows = append(w.t.Rows, Row{no, out})
	return nil
}

// cell judges one cell and returns its text.
func (w *pageReader) cell(at Place, column int, raw string) (string, error) {
	ref := cellRef{at.Row, column}
	switch {
	case w.marks.formulas[ref]:
		return "", at.Fault(ErrFormula, "公式")
	case w.marks.merged[ref]:
		return "", at.Fault(ErrMerged, "合并单元格")
	case raw == "":
		return "", nil
	case w.marks.numbers[ref]:
		return w.number(at, ref, raw)
	}
	if rule, how := checkCell(raw); rule != nil {
		return "", at.Fault(rule, "%s", how)
	}
	if formula(raw) {
		return "", at.Fault(ErrFormula, "%q", clip(raw))
	}
	if !norm.NFC.IsNormalString(raw) {
		w.t.Composed = append(w.t.Composed, at)
		raw = norm.NFC.String(raw)
	}
	return raw, nil
}

// spreadsheetDigits are the digits of a number that a spreadsheet keeps.
const spreadsheetDigits = 15

// number writes a number as people see it: a day as YYYY-MM-DD, anything else in
// plain digits, at most fifteen of them, without what binary fractions leave behind.
func (w *pageReader) number(at Place, ref cellRef, raw string) (string, error) {
	d, err := decimal.NewFromString(raw)
	if err != nil {
		return "", at.Fault(ErrWorkbook, "不是数字：%s", clip(raw))
	}
	if w.marks.days[ref] {
		t, err := excelize.ExcelDateToTime(d.InexactFloat64(), false)
		if err != nil {
			return "", at.Fault(ErrWorkbook, "不是日期：%s", clip(raw))
		}
		return t.Format("2006-01-02"), nil
	}
	whole := d.NumDigits() + int(d.Exponent())
	if whole > spreadsheetDigits {
		return "", at.Fault(ErrDigits, "%d 位数字", whole)
	}
	if d.NumDigits() > spreadsheetDigits {
		d = d.Round(int32(spreadsheetDigits - whole))
	}
	return d.String(), nil
}

// header takes the first row with two cells or more as the header.
func (w *pageReader) header(no int, cells []string) error {
	filled := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			filled++
		}
	}
	if filled < 2 {
		return nil
	}
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	seen := map[string]bool{}
	for i, c := range cells {
		c = strings.Map(dropBreak, strings.TrimSpace(norm.NFC.String(c)))
		at := Place{w.t.File, no, cellNumber(i + 1)}
		switch {
		case w.marks.formulas[cellRef{no, i + 1}] || formula(c):
			return at.Fault(ErrFormula, "%q", clip(c))
		case c == "":
			return at.Fault(ErrHeader, "列名为空")
		case seen[c]:
			return at.Fault(ErrHeader, "列名 %q 重复", clip(c))
		}
		seen[c] = true
		w.t.Header = append(w.t.Header, c)
	}
	return nil
}

// dropBreak takes the line ends out of a heading.
func dropBreak(r rune) rune {
	if r == '\n' || r == '\r' {
		return -1
	}
	return r
}

// Book (工作簿) is a table to be written as a workbook.
type Book struct {
	Title   string
	Columns []BookColumn
	Rows    [][]string
}

// BookColumn (工作簿列) is one column; figures are written as numbers, digit for digit.
type BookColumn struct {
	Name    string
	Figures bool
}

// Write writes the workbook. A text is always a text: nothing of it is computed.
func (b *Book) Write(w io.Writer) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // it is in memory
	for i, c := range b.Columns {
		if err := f.SetCellStr(onlyPage, cellName(1, i+1), c.Name); err != nil {
			return err
		}
	}
	for r, row := range b.Rows {
		for i, text := range row {
			if err := putCell(f, cellName(r+2, i+1), text, b.Columns[i].Figures); err != nil {
				return err
			}
		}
	}
	if err := f.SetPanes(onlyPage, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return f.Write(w)
}

// onlyPage is what excelize calls the sheet of a new workbook.
const onlyPage = "Sheet1"

func putCell(f *excelize.File, cell, text string, figure bool) error {
	if text == "" {
		return nil
	}
	if figure {
		if _, err := decimal.NewFromString(text); err == nil {
			return f.SetCellDefault(onlyPage, cell, text)
		}
	}
	return f.SetCellStr(onlyPage, cell, text)
}

func cellName(row, column int) string {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil { // invariant: tables have at most MaxColumns columns
		panic("invariant: column " + strconv.Itoa(column))
	}
	return name + strconv.Itoa(row)
}
