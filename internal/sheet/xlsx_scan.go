package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cellRef is a cell of a sheet, row and column from 1.
type cellRef struct{ row, column int }

// pageMarks is what must be known of the cells of a sheet beside their text.
type pageMarks struct {
	formulas, merged, numbers, days map[cellRef]bool
}

// scanPage reads the marks of a sheet from its part of the package, in one pass:
// asking cell by cell takes as long as there are rows above each.
func scanPage(name string, raw []byte, f *excelize.File, page string) (*pageMarks, error) {
	m := &pageMarks{formulas: map[cellRef]bool{}, merged: map[cellRef]bool{}, numbers: map[cellRef]bool{}, days: map[cellRef]bool{}}
	part, err := openPage(raw, page)
	if err != nil {
		return nil, Place{File: name}.Fault(ErrWorkbook, "%s", clip(err.Error()))
	}
	defer func() { _ = part.Close() }() // it was read whole or refused
	err = m.read(xml.NewDecoder(io.LimitReader(part, MaxUnpacked)), styleDays(f))
	if err != nil {
		return nil, Place{File: name}.Fault(ErrWorkbook, "%s", clip(err.Error()))
	}
	return m, nil
}

// read goes through the cells of a sheet.
func (m *pageMarks) read(d *xml.Decoder, isDay func(style int) bool) error {
	var at cellRef
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "c":
			at = parseRef(attr(start, "r"))
			if kind := attr(start, "t"); kind == "" || kind == "n" {
				m.numbers[at] = true
				if style, err := strconv.Atoi(attr(start, "s")); err == nil && isDay(style) {
					m.days[at] = true
				}
			}
		case "f":
			m.formulas[at] = true
		case "mergeCell":
			m.merge(attr(start, "ref"))
		}
	}
}

// merge marks the cells of a range that stretches over several rows.
func (m *pageMarks) merge(ref string) {
	from, to, ok := strings.Cut(ref, ":")
	a, b := parseRef(from), parseRef(to)
	if !ok || a.row == 0 || b.row-a.row > MaxRows || b.column-a.column > MaxColumns {
		return
	}
	for r := a.row; r <= b.row; r++ {
		for c := a.column; c <= b.column; c++ {
			m.merged[cellRef{r, c}] = true
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func parseRef(ref string) cellRef {
	column, row, err := excelize.CellNameToCoordinates(strings.ReplaceAll(ref, "$", ""))
	if err != nil {
		return cellRef{}
	}
	return cellRef{row, column}
}

// styleDays tells which styles of cells show days.
func styleDays(f *excelize.File) func(style int) bool {
	known := map[int]bool{}
	return func(style int) bool {
		day, ok := known[style]
		if !ok {
			s, err := f.GetStyle(style)
			day = err == nil && s != nil && (dayFormat(s.NumFmt) || s.CustomNumFmt != nil && dayCode(*s.CustomNumFmt))
			known[style] = day
		}
		return day
	}
}

// dayFormat reports whether a built-in number format is one of days.
func dayFormat(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
}

// dayCode reports whether a number format of one's own shows a day: a year and a
// month outside quotations and brackets.
func dayCode(code string) bool {
	var b strings.Builder
	quoted, bracket := false, false
	for _, r := range code {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '[':
			bracket = true
		case r == ']':
			bracket = false
		case !quoted && !bracket:
			b.WriteRune(r)
		}
	}
	text := strings.ToLower(b.String())
	return strings.ContainsRune(text, 'y') && strings.ContainsRune(text, 'm')
}

// openPage finds the part of a sheet by its name in the workbook.
func openPage(raw []byte, page string) (io.ReadCloser, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(z, "xl/workbook.xml", &book); err != nil {
		return nil, err
	}
	if err := decodePart(z, "xl/_rels/workbook.xml.rels", &links); err != nil {
		return nil, err
	}
	for _, s := range book.Sheets {
		for _, l := range links.List {
			if s.Name != page || s.ID != l.ID {
				continue
			}
			target := strings.TrimPrefix(l.Target, "/")
			if !strings.HasPrefix(l.Target, "/") {
				target = path.Join("xl", l.Target)
			}
			return z.Open(target)
		}
	}
	return nil, errors.New("no part of sheet " + page)
}

func decodePart(z *zip.Reader, name string, to any) error {
	part, err := z.Open(name)
	if err != nil {
		return err
	}
	err = xml.NewDecoder(io.LimitReader(part, MaxUnpacked)).Decode(to)
	if cerr := part.Close(); err == nil {
		err = cerr
	}
	return err
}
