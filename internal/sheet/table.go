package sheet

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The limits of a table.
const (
	MaxBytes   = 16 << 20
	MaxRows    = 50_000
	MaxColumns = 200
	MaxCell    = 10_000 // characters
)

// Table (表) is one decoded file.
type Table struct {
	File     string
	Encoding string
	Header   []string // trimmed names
	Rows     []Row    // without the blank ones
	// Blank is the number of rows that hold no text, as pages leave them at the
	// end of a table.
	Blank int
	// Open says that the last row does not end in a line end; such a file may
	// have been cut.
	Open bool
	// Composed are the cells whose text was brought into Unicode form NFC, which
	// the log requires.
	Composed []Place
}

// Row (行) is one row of cells, as many as the header has.
type Row struct {
	No    int // in the file, the header being 1
	Cells []string
}

// Read reads a CSV file, or the first visible sheet of a workbook (.xlsx). The name
// is for messages. See the package comment for
// what is refused, and the faults ErrTooLarge to ErrFormula for how.
func Read(name string, r io.Reader) (*Table, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxBytes {
		return nil, Place{File: name}.Fault(ErrTooLarge, "超过 %d 字节", MaxBytes)
	}
	switch {
	case bytes.HasPrefix(raw, zipMark):
		return readWorkbook(name, raw)
	case bytes.HasPrefix(raw, oleMark):
		return nil, Place{File: name}.Fault(ErrWorkbook, "旧版 .xls，或设有密码")
	}
	text, encoding, err := decode(name, raw)
	if err != nil {
		return nil, err
	}
	t := &Table{File: name, Encoding: encoding, Open: text != "" && !strings.HasSuffix(text, "\n")}
	p := parser{name: name, rest: text}
	if err := t.readHeader(&p); err != nil {
		return nil, err
	}
	return t, t.readRows(&p)
}

// CheckFile refuses what is no regular file, before anybody opens it: opening a
// pipe waits for its writer and heeds no signal.
func CheckFile(fsys fs.FS, name string) error {
	info, err := fs.Stat(fsys, name)
	if err == nil && !info.Mode().IsRegular() {
		return Place{File: name}.Fault(ErrNotFile, "%s", info.Mode().Type())
	}
	return err
}

// ReadFile is Read of a file of fsys.
func ReadFile(fsys fs.FS, name string) (*Table, error) {
	if err := CheckFile(fsys, name); err != nil {
		return nil, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	t, err := Read(name, f)
	if errClose := f.Close(); err == nil && errClose != nil {
		return nil, errClose
	}
	return t, err
}

func (t *Table) readHeader(p *parser) error {
	cells, err := p.record()
	if errors.Is(err, io.EOF) {
		return Place{File: t.File}.Fault(ErrHeader, "空文件")
	}
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, c := range cells {
		c = strings.TrimSpace(norm.NFC.String(c))
		at := Place{t.File, p.row, cellNumber(i + 1)}
		switch {
		case c == "":
			return at.Fault(ErrHeader, "列名为空")
		case seen[c]:
			return at.Fault(ErrHeader, "列名 %q 重复", clip(c))
		case formula(c):
			return at.Fault(ErrFormula, "%q", clip(c))
		}
		seen[c] = true
		t.Header = append(t.Header, c)
	}
	return nil
}

func (t *Table) readRows(p *parser) error {
	for {
		cells, err := p.record()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return t.named(err)
		}
		if blank(cells) {
			t.Blank++
			continue
		}
		if len(cells) != len(t.Header) {
			return Place{t.File, p.row, ""}.Fault(ErrWidth, "%d 列，表头 %d 列", len(cells), len(t.Header))
		}
		if len(t.Rows) == MaxRows {
			return Place{t.File, p.row, ""}.Fault(ErrTooLarge, "超过 %d 行", MaxRows)
		}
		for i, c := range cells {
			at := Place{t.File, p.row, t.Header[i]}
			if formula(c) {
				return at.Fault(ErrFormula, "%q", clip(c))
			}
			if !norm.NFC.IsNormalString(c) {
				cells[i] = norm.NFC.String(c)
				t.Composed = append(t.Composed, at)
			}
		}
		t.Rows = append(t.Rows, Row{p.row, cells})
	}
}

// named puts the name of a column in place of its number in a fault of the
// parser, which does not know the header.
func (t *Table) named(err error) error {
	var bad *cellError
	if !errors.As(err, &bad) {
		return err
	}
	at := Place{t.File, bad.row, cellNumber(bad.cell)}
	if bad.cell <= len(t.Header) {
		at.Column = t.Header[bad.cell-1]
	}
	return at.Fault(bad.rule, "%s", bad.how)
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// formula reports whether a spreadsheet would compute the cell instead of
// showing it. A lone - or a figure with a sign is none.
func formula(c string) bool {
	c = strings.TrimSpace(c)
	switch {
	case c == "":
		return false
	case c[0] == '=' || c[0] == '@':
		return true
	case c[0] == '+' || c[0] == '-':
		return strings.ContainsAny(c, "(|!")
	}
	return false
}

// cellNumber names a column that has no name in the header.
func cellNumber(n int) string { return "#" + strconv.Itoa(n) }

// Columns finds the cells of a table by name, whatever their order.
type Columns struct {
	index map[string]int
	// Missing are optional columns that the table does not have, Unknown those it
	// has beyond the ones asked for.
	Missing, Unknown []string
}

// Columns maps the header. ErrHeader when a required column is missing; it names
// all of them.
func (t *Table) Columns(required, optional []string) (Columns, error) {
	c := Columns{index: make(map[string]int, len(t.Header))}
	for i, h := range t.Header {
		c.index[h] = i
	}
	known := map[string]bool{}
	var lost []string
	for _, n := range required {
		known[n] = true
		if _, ok := c.index[n]; !ok {
			lost = append(lost, n)
		}
	}
	for _, n := range optional {
		known[n] = true
		if _, ok := c.index[n]; !ok {
			c.Missing = append(c.Missing, n)
		}
	}
	for _, h := range t.Header {
		if !known[h] {
			c.Unknown = append(c.Unknown, h)
		}
	}
	if lost != nil {
		return Columns{}, Place{t.File, 1, ""}.Fault(ErrHeader, "缺列 %s", strings.Join(lost, "、"))
	}
	return c, nil
}

// Has reports whether the table has the column.
func (c Columns) Has(name string) bool { _, ok := c.index[name]; return ok }

// Cell returns the text of a cell as printed, or "" where the table lacks the
// column.
func (c Columns) Cell(r Row, name string) string {
	i, ok := c.index[name]
	if !ok {
		return ""
	}
	return r.Cells[i]
}
