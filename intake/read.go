package intake

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// Data is a directory of notices as read.
type Data struct {
	Notices []Notice
	// Findings are about whole files: unknown columns, a file without a last line
	// end. Those about a notice are in its plan.
	Findings []Finding
}

// ReadDir reads notices.csv, sources.csv, lines.csv and checks.csv of a directory.
// Columns may stand in any order; unknown ones are reported. It is strict: a file
// that is missing or damaged, a figure that is none, a row of no notice stop
// everything (ErrFiles, the faults of sheet, ErrCell with every bad cell named).
func ReadDir(fsys fs.FS) (Data, error) {
	r := reader{fsys: fsys, byID: map[string]int{}}
	for _, file := range []struct {
		name string
		read func(tableReader) error
	}{
		{FileNotices, r.notices},
		{FileSources, r.sources},
		{FileLines, r.lines},
		{FileChecks, r.checks},
	} {
		if err := r.file(file.name, file.read); err != nil {
			return Data{}, err
		}
	}
	if r.bad == nil {
		return r.data, nil
	}
	if n := len(r.bad.Fields) + r.more; n > 1 {
		return Data{}, r.bad.With("%s（共 %d 处）", r.bad.DetailText(), n)
	}
	return Data{}, r.bad
}

// reader collects the notices of a directory and the cells that cannot be read.
type reader struct {
	fsys fs.FS
	data Data
	byID map[string]int // index of the notice
	bad  *fault.Error
	more int // bad cells beyond those named
}

const maxBadCells = 50

// refuse notes a bad cell; reading goes on so that all are named at once.
func (r *reader) refuse(at sheet.Place, format string, args ...any) {
	f := at.Fault(ErrCell, format, args...)
	switch {
	case r.bad == nil:
		r.bad = f
	case len(r.bad.Fields) < maxBadCells:
		r.bad = r.bad.AtFields(f.Fields[0])
	default:
		r.more++
	}
}

// tableReader reads the rows of one file.
type tableReader struct {
	*reader
	table *sheet.Table
	cols  sheet.Columns
}

func (r *reader) file(name string, read func(tableReader) error) error {
	table, err := sheet.ReadFile(r.fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrFiles.With("缺 %s", name)
	}
	if err != nil {
		return err
	}
	r.noteTable(table)
	return read(tableReader{reader: r, table: table})
}

// noteTable reports what is odd about a file that is sound.
func (r *reader) noteTable(t *sheet.Table) {
	file := sheet.Place{File: t.File}
	if t.Open {
		r.data.Findings = append(r.data.Findings,
			find(FileOpen, Warning, file).say("文件末行没有换行符，可能被截断；共 %d 行", len(t.Rows)))
	}
	for _, at := range t.Composed {
		r.data.Findings = append(r.data.Findings, find(TextComposed, Info, at).say("文字已转为 Unicode NFC 形式"))
	}
}

// columns maps the header by the cells of a row and reports what is missing or
// unknown.
func (t *tableReader) columns(cells []cell, others ...string) error {
	var must, may []string
	add := func(column string) {
		if optional[column] {
			may = append(may, column)
		} else {
			must = append(must, column)
		}
	}
	for _, o := range others {
		add(o)
	}
	for _, c := range cells {
		add(c.column)
	}
	cols, err := t.table.Columns(must, may)
	if err != nil {
		return err
	}
	t.cols = cols
	head := sheet.Place{File: t.table.File, Row: 1}
	for _, c := range cols.Missing {
		head.Column = c
		t.data.Findings = append(t.data.Findings, find(ColumnMissing, Info, head).say("文件没有这一列，按空白处理"))
	}
	for _, c := range cols.Unknown {
		head.Column = c
		t.data.Findings = append(t.data.Findings, find(ColumnUnknown, Info, head).say("不识别的列，未读取"))
	}
	return nil
}

// fill reads the cells of a row.
func (t *tableReader) fill(row sheet.Row, cells []cell) {
	for _, c := range cells {
		*c.text = trim(t.cols.Cell(row, c.column))
	}
}

// notice reads a row of notices.csv.
func (t *tableReader) notice(row sheet.Row) Notice {
	n := Notice{Row: row.No}
	t.fill(row, n.cells())
	t.fill(row, n.editorial())
	return n
}

func (r *reader) notices(t tableReader) error {
	var shape Notice
	if err := t.columns(append(shape.cells(), shape.editorial()...)); err != nil {
		return err
	}
	for _, row := range t.table.Rows {
		n := t.notice(row)
		if why := wrongID(n.ID); why != "" {
			r.refuse(n.at("notice_id"), "%s", why)
			continue
		}
		if _, dup := r.byID[n.ID]; dup {
			r.refuse(n.at("notice_id"), "%q 重复", n.ID)
			continue
		}
		if n.FundYear != "" && yearOf(n.FundYear) == 0 {
			r.refuse(n.at("fund_year"), "%q 不是 1990 至 2199 的年份", clip(n.FundYear))
		}
		if _, err := readWan(n.StatedTotal); err != nil {
			r.refuse(n.at("stated_total_wan"), "%v", err)
		}
		r.byID[n.ID] = len(r.data.Notices)
		r.data.Notices = append(r.data.Notices, n)
	}
	return nil
}

// wrongID says why a text cannot be the key of a document, or nothing.
func wrongID(id string) string {
	switch {
	case id == "":
		return "公告编号为空"
	case len(id) > maxID:
		return "公告编号超过 " + strconv.Itoa(maxID) + " 字节"
	case strings.ContainsFunc(id, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "公告编号含空格或不可见字符"
	}
	return ""
}

const maxID = 64 // bytes, so that the code of a lot stays within its own limit

// yearOf reads a fund year; 0 when it is none.
func yearOf(s string) int {
	y, err := strconv.Atoi(s)
	if err != nil || len(s) != 4 || y < 1990 || y > 2199 {
		return 0
	}
	return y
}

func (r *reader) sources(t tableReader) error {
	var shape Source
	if err := t.columns(shape.cells(), "notice_id", "line"); err != nil {
		return err
	}
	if err := t.needAmounts(); err != nil {
		return err
	}
	for _, row := range t.table.Rows {
		s := Source{Row: row.No}
		n := t.owner(row)
		if n == nil {
			continue
		}
		if len(n.Sources) == maxSources {
			r.refuse(s.at(""), "公告 %s 的来源超过 %d 行", n.ID, maxSources)
			continue
		}
		t.fill(row, s.cells())
		s.No = t.number(row, "line", len(n.Sources))
		for i := range n.Sources {
			if n.Sources[i].No == s.No {
				r.refuse(s.at("line"), "公告 %s 的来源第 %d 行重复", n.ID, s.No)
			}
		}
		s.Figure = t.figure(row, s.Wan, s.Fen)
		n.Sources = append(n.Sources, s)
	}
	return nil
}

func (r *reader) lines(t tableReader) error {
	var shape Line
	if err := t.columns(shape.cells(), "notice_id", "row"); err != nil {
		return err
	}
	if err := t.needAmounts(); err != nil {
		return err
	}
	for _, row := range t.table.Rows {
		l := Line{Row: row.No}
		n := t.owner(row)
		if n == nil {
			continue
		}
		t.fill(row, l.cells())
		l.No = t.number(row, "row", len(n.Lines))
		l.Figure = t.figure(row, l.Wan, l.Fen)
		n.Lines = append(n.Lines, l)
	}
	return nil
}

func (r *reader) checks(t tableReader) error {
	var shape Check
	if err := t.columns(shape.cells(), "notice_id"); err != nil {
		return err
	}
	for _, row := range t.table.Rows {
		c := Check{Row: row.No}
		n := t.owner(row)
		if n == nil {
			continue
		}
		t.fill(row, c.cells())
		n.Checks = append(n.Checks, c)
	}
	return nil
}

// maxSources is the greatest number of sources of one notice: a line may draw on
// all of them, and ledger.Draw takes no more.
const maxSources = 200

// needAmounts refuses a file with neither column of amounts.
func (t *tableReader) needAmounts() error {
	if t.cols.Has("amount_wan") || t.cols.Has("amount_fen") {
		return nil
	}
	return sheet.Place{File: t.table.File, Row: 1}.Fault(sheet.ErrHeader, "缺列 amount_wan 或 amount_fen")
}

// owner returns the notice that a row belongs to.
func (t *tableReader) owner(row sheet.Row) *Notice {
	id := trim(t.cols.Cell(row, "notice_id"))
	i, ok := t.byID[id]
	if !ok {
		t.refuse(sheet.Place{File: t.table.File, Row: row.No, Column: "notice_id"}, "%s 没有编号为 %q 的公告", FileNotices, clip(id))
		return nil
	}
	return &t.data.Notices[i]
}

// number reads the number of a row within its notice; without one it is the next.
func (t *tableReader) number(row sheet.Row, column string, before int) int {
	text := trim(t.cols.Cell(row, column))
	if text == "" {
		return before + 1
	}
	no, err := strconv.Atoi(text)
	if err != nil || no < 1 || no > sheet.MaxRows || strconv.Itoa(no) != text {
		t.refuse(sheet.Place{File: t.table.File, Row: row.No, Column: column}, "%q 不是行号", clip(text))
		return before + 1
	}
	return no
}

// figure reads the amount columns of a row.
func (t *tableReader) figure(row sheet.Row, wan, fen string) Figure {
	f, column, err := readFigure(wan, fen)
	if err != nil {
		t.refuse(sheet.Place{File: t.table.File, Row: row.No, Column: column}, "%v", err)
	}
	return f
}

// readFigure reads amount_wan and amount_fen. The column is the one at fault.
func readFigure(wan, fen string) (f Figure, column string, err error) {
	a, errWan := readWan(wan)
	b, errFen := readFen(fen)
	switch {
	case errWan != nil:
		return Figure{}, "amount_wan", errWan
	case errFen != nil:
		return Figure{}, "amount_fen", errFen
	case wan == "" && fen == "":
		return Figure{}, "", nil
	case wan == "":
		return Figure{Amount: b, Stated: true}, "", nil
	case fen == "" || a == b:
		return Figure{Amount: a, Stated: true}, "", nil
	}
	return Figure{Amount: a, Stated: true, Other: b, Differs: true}, "", nil
}

// readWan reads an amount in 万元; blank text is no amount and no error.
func readWan(s string) (ledger.Amount, error) {
	if s == "" {
		return 0, nil
	}
	return ledger.ParseWan(s)
}

// readFen reads a whole number of fen.
func readFen(s string) (ledger.Amount, error) {
	if s == "" {
		return 0, nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || strconv.FormatInt(v, 10) != s {
		return 0, ledger.ErrAmountForm.With("%q 不是以分为单位的整数", clip(s))
	}
	if a := ledger.Amount(v); a > ledger.MaxLine || a < -ledger.MaxLine {
		return 0, ledger.ErrAmountLimit.With("%q 分", s)
	}
	return ledger.Amount(v), nil
}

// trim cuts spaces of every width off both ends.
func trim(s string) string { return strings.TrimSpace(s) }

// clip keeps a quotation in a message short.
func clip(s string) string { return clipTo(s, 60) }

// clipTo cuts s to n characters; the mark … says so.
func clipTo(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n-1]) + "…"
}
