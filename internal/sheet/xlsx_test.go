package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"fundbook/internal/fault"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// workbook makes a workbook of cells by name; fill does what is left.
func workbook(t testing.TB, cells map[string]any, fill func(f *excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	for at, v := range cells {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	if fill != nil {
		if err := fill(f); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadWorkbook(t *testing.T) {
	t.Parallel()
	raw := workbook(t, map[string]any{
		"A1": "某县项目表", "A3": "名称", "B3": "金额", "C3": "日期", "D3": "编号",
		"A4": "道路", "B4": 1234.56, "C4": 46113, "D4": "360726101203",
		"A6": "水渠", "B6": 0.1 + 0.2, "D6": 360726101203,
	}, func(f *excelize.File) error {
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			return err
		}
		return f.SetCellStyle("Sheet1", "C4", "C4", style)
	})
	got, err := Read("a.xlsx", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := &Table{
		File: "a.xlsx", Encoding: XLSX, Header: []string{"名称", "金额", "日期", "编号"}, Blank: 1,
		Rows: []Row{{4, []string{"道路", "1234.56", "2026-04-01", "360726101203"}}, {6, []string{"水渠", "0.3", "", "360726101203"}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestReadWorkbookRefused(t *testing.T) {
	t.Parallel()
	head := map[string]any{"A1": "名称", "B1": "金额", "A2": "道路", "B2": 1, "A3": "桥", "B3": 2}
	for _, c := range []struct {
		name     string
		raw      []byte
		rule     *fault.Error
		location string
	}{
		{"formula", workbook(t, head, func(f *excelize.File) error { return f.SetCellFormula("Sheet1", "B3", "1+1") }), ErrFormula, "a.xlsx[3].金额"},
		{"text that would be computed", workbook(t, map[string]any{"A1": "名称", "B1": "金额", "A2": "=HYPERLINK(0)", "B2": 1}, nil), ErrFormula, "a.xlsx[2].名称"},
		{"merged rows", workbook(t, head, func(f *excelize.File) error { return f.MergeCell("Sheet1", "A2", "A3") }), ErrMerged, "a.xlsx[2].名称"},
		{"a number that lost digits", workbook(t, head, func(f *excelize.File) error { return f.SetCellDefault("Sheet1", "B2", "360726195001010018") }), ErrDigits, "a.xlsx[2].金额"},
		{"header twice", workbook(t, map[string]any{"A1": "名称", "B1": "名称", "A2": 1, "B2": 1}, nil), ErrHeader, "a.xlsx[1].#2"},
		{"nothing", workbook(t, map[string]any{}, nil), ErrHeader, "a.xlsx"},
		{"wide row", workbook(t, map[string]any{"A1": "名称", "B1": "金额", "D2": "多"}, nil), ErrWidth, "a.xlsx[2]"},
		{"old format or password", append([]byte("\xD0\xCF\x11\xE0"), make([]byte, 600)...), ErrWorkbook, "a.xlsx"},
		{"damaged", []byte("PK\x03\x04 nothing else"), ErrWorkbook, "a.xlsx"},
		{"too large", append([]byte("PK\x03\x04"), make([]byte, MaxBytes)...), ErrTooLarge, "a.xlsx"},
	} {
		_, err := Read("a.xlsx", bytes.NewReader(c.raw))
		if !errors.Is(err, c.rule) {
			t.Errorf("%s: %v, want %s", c.name, err, c.rule.Code)
			continue
		}
		if f := fault.From(err); len(f.Fields) != 1 || f.Fields[0].Location != c.location {
			t.Errorf("%s: place %v, want %s", c.name, f.Fields, c.location)
		}
	}
}

// TestBookReadsBack: what Book writes, Read reads to the same cells.
func TestBookReadsBack(t *testing.T) {
	t.Parallel()
	b := Book{Columns: []BookColumn{{Name: "名称"}, {Name: "金额", Figures: true}}, Rows: [][]string{{"道路", "9007199254740.93"}, {"-", "-5.10"}}}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := Read("a.xlsx", &out)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]Row{{2, []string{"道路", "9007199254740.93"}}, {3, []string{"-", "-5.1"}}}, got.Rows); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestMark gives a file back with the wrong cell in red and the reason beside it.
func TestMark(t *testing.T) {
	t.Parallel()
	book := workbook(t, map[string]any{"A1": "名称", "B1": "金额", "A2": "道路", "B2": "一"}, nil)
	for name, raw := range map[string][]byte{"a.xlsx": book, "a.csv": []byte("名称,金额\n道路,一\n")} {
		var out bytes.Buffer
		err := Mark(&out, name, raw, []Note{{Row: 2, Column: "金额", Text: "不是数字；只填数字", Error: true}})
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		text := func(cell string) string {
			v, err := f.GetCellValue("Sheet1", cell)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if text("C1") != NoteColumn || !strings.Contains(text("C2"), "不是数字") || text("B2") != "一" {
			t.Errorf("%s: %q %q %q", name, text("C1"), text("C2"), text("B2"))
		}
		id, err := f.GetCellStyle("Sheet1", "B2")
		if err != nil {
			t.Fatal(err)
		}
		if s, err := f.GetStyle(id); err != nil || len(s.Fill.Color) == 0 || !strings.HasSuffix(s.Fill.Color[0], "FF9999") {
			t.Errorf("%s: the wrong cell is not red: %+v %v", name, s, err)
		}
		if id, err := f.GetCellStyle("Sheet1", "A2"); err != nil || id != 0 {
			t.Errorf("%s: a right cell has style %d %v", name, id, err)
		}
	}
	var out bytes.Buffer
	if err := Mark(&out, "a.csv", []byte("\xff\xff"), []Note{{Text: "编码", Error: true}}); err != nil || out.Len() == 0 {
		t.Errorf("a file that is no table: %v", err)
	}
}
