package region

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"unicode/utf8"

	"fundbook/internal/sheet"
)

// List (区划表) is one published file of divisions, as it enters the log.
type List struct {
	County Code
	Name   string // of the county, "" where the file does not say
	File   string
	Source string // the note that came with the file
	Rows   []Division
}

const maxSource = 2000 // characters of a source note

// Cutoffs (截止日期) are the days for which a file without dates of its own speaks: a
// list for Until, a list of changes for the time after Since up to Until.
type Cutoffs struct{ Since, Until Day }

// Read reads a file of divisions. Its header says which of two it is:
//
//	level,code,name,parent_code     [valid_from,valid_to,successor]
//	change,code,old_name,new_name   [date,successor]          added, renamed, removed
//
// Rows without a date of their own take the cut-offs given; where those are zero,
// the ones that the note NAME.source.txt states. ErrCutoff when there is none.
func Read(fsys fs.FS, name string, cut Cutoffs) (List, error) {
	table, err := sheet.ReadFile(fsys, name)
	if err != nil {
		return List{}, err
	}
	l := List{File: name}
	if l.Source, err = sourceNote(fsys, name); err != nil {
		return List{}, err
	}
	stated := statedCutoffs(name, l.Source)
	if cut.Since == 0 {
		cut.Since = stated.Since
	}
	if cut.Until == 0 {
		cut.Until = stated.Until
	}
	if changes := len(table.Header) > 0 && table.Header[0] == "change"; changes {
		err = l.readChanges(table, cut)
	} else {
		err = l.readSnapshot(table, cut)
	}
	if err != nil {
		return List{}, err
	}
	return l, l.settle()
}

// sourceNote returns the text of NAME.source.txt, "" when there is none.
func sourceNote(fsys fs.FS, name string) (string, error) {
	file := strings.TrimSuffix(name, ".csv") + ".source.txt"
	err := sheet.CheckFile(fsys, file)
	var body []byte
	if err == nil {
		body, err = fs.ReadFile(fsys, file)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(body))
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxSource {
		return "", sheet.Place{File: file}.Fault(ErrRow, "来源说明须为 UTF-8，至多 %d 字", maxSource)
	}
	return text, nil
}

var (
	cutoffPattern  = regexp.MustCompile(`cut-off (\d{4}-\d{2}-\d{2})`)
	versionsInName = regexp.MustCompile(`_(\d+(?:\.\d+)+)_to_(\d+(?:\.\d+)+)`)
)

// statedCutoffs reads the cut-offs out of a source note. A list of changes names
// two editions in its file name, and the note a cut-off after each.
func statedCutoffs(name, note string) Cutoffs {
	after := func(mark string) Day {
		at := strings.Index(note, mark)
		if at < 0 {
			return 0
		}
		m := cutoffPattern.FindStringSubmatch(note[at:])
		if m == nil {
			return 0
		}
		day, err := ParseDay(m[1])
		if err != nil {
			return 0
		}
		return day
	}
	if v := versionsInName.FindStringSubmatch(name); v != nil {
		return Cutoffs{after(v[1] + " "), after(v[2] + " ")}
	}
	return Cutoffs{Until: after("")}
}

func (l *List) readSnapshot(t *sheet.Table, cut Cutoffs) error {
	cols, err := t.Columns([]string{"level", "code", "name", "parent_code"}, []string{"valid_from", "valid_to", "successor"})
	if err != nil {
		return err
	}
	for _, r := range t.Rows {
		c := rowReader{t.File, cols, r}
		d := Division{
			Code: Code(c.text("code")), Name: c.text("name"), Parent: Code(c.text("parent_code")),
			Successor: Code(c.text("successor")),
		}
		for i, x := range levels {
			if x.name == c.text("level") {
				d.Level = Level(i + 1)
			}
		}
		if d.Level == 0 || d.Name == "" {
			return c.place("level").Fault(ErrRow, "级别 %q、名称 %q", c.text("level"), d.Name)
		}
		if d.From, err = c.day("valid_from", cut.Until); err != nil {
			return err
		}
		if c.text("valid_to") != "" {
			if d.To, err = c.day("valid_to", 0); err != nil {
				return err
			}
		}
		if why := d.wrong(); why != "" {
			return c.place("code").Fault(ErrCode, "%s", why)
		}
		if d.Level == County {
			l.Name = d.Name
		}
		l.Rows = append(l.Rows, d)
	}
	return nil
}

func (l *List) readChanges(t *sheet.Table, cut Cutoffs) error {
	cols, err := t.Columns([]string{"change", "code", "old_name", "new_name"}, []string{"date", "successor"})
	if err != nil {
		return err
	}
	for _, r := range t.Rows {
		c := rowReader{t.File, cols, r}
		code := Code(c.text("code"))
		was := Division{Code: code, Name: c.text("old_name"), Level: code.Level(), Parent: code.Parent(), From: cut.Since}
		is := was
		is.Name, is.Successor = c.text("new_name"), Code(c.text("successor"))
		if is.From, err = c.day("date", cut.Until); err != nil {
			return err
		}
		if cut.Since == 0 || cut.Since >= is.From {
			return c.place("date").Fault(ErrCutoff, "变更前的截止日期 %q，变更日期 %s", cut.Since.String(), is.From)
		}
		kind := c.text("change")
		if fits := map[string]bool{
			"added":   was.Name == "" && is.Name != "",
			"renamed": was.Name != "" && is.Name != "" && was.Name != is.Name,
			"removed": was.Name != "" && is.Name == "",
		}; !fits[kind] {
			return c.place("change").Fault(ErrRow, "%q：原名 %q，新名 %q", kind, was.Name, is.Name)
		}
		if why := is.wrong(); why != "" {
			return c.place("code").Fault(ErrCode, "%s", why)
		}
		l.Rows = append(l.Rows, was, is)
	}
	return nil
}

// settle finds the county of the rows, and refuses more than one, and two names
// of a code from one day.
func (l *List) settle() error {
	named := map[Code]map[Day]string{}
	for _, d := range l.Rows {
		switch c := d.Code.County(); {
		case c == "":
		case l.County == "":
			l.County = c
		case l.County != c:
			return sheet.Place{File: l.File}.Fault(ErrCounties, "%s 与 %s", l.County, c)
		}
		if named[d.Code] == nil {
			named[d.Code] = map[Day]string{}
		}
		if n, ok := named[d.Code][d.From]; ok && n != d.Name {
			return sheet.Place{File: l.File}.Fault(ErrConflict, "%s 自 %s 起：%q 与 %q", d.Code, d.From, n, d.Name)
		}
		named[d.Code][d.From] = d.Name
	}
	if l.County == "" {
		return sheet.Place{File: l.File}.Fault(ErrCounties, "没有县级以下的区划")
	}
	return nil
}

// rowReader reads the cells of one row.
type rowReader struct {
	file string
	cols sheet.Columns
	row  sheet.Row
}

func (c rowReader) place(column string) sheet.Place {
	return sheet.Place{File: c.file, Row: c.row.No, Column: column}
}

func (c rowReader) text(column string) string { return strings.TrimSpace(c.cols.Cell(c.row, column)) }

// day reads a date; a blank one is the cut-off of the file.
func (c rowReader) day(column string, cutoff Day) (Day, error) {
	s := c.text(column)
	if s == "" {
		if cutoff == 0 {
			return 0, c.place(column).Fault(ErrCutoff, "空白")
		}
		return cutoff, nil
	}
	d, err := ParseDay(s)
	if err != nil {
		return 0, c.place(column).Fault(ErrDay, "%q", s)
	}
	return d, nil
}
