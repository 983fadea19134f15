package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"fundbook/internal/fault"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func gb(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16(t testing.TB, s string) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	const plain = "村名,资金金额\n苗儿村,20\n高塅村,\"10(其中,灾情因素6万元)\"\n"
	want := &Table{
		File: "a.csv", Encoding: UTF8, Header: []string{"村名", "资金金额"},
		Rows: []Row{{2, []string{"苗儿村", "20"}}, {3, []string{"高塅村", "10(其中,灾情因素6万元)"}}},
	}
	inGB := *want
	inGB.Encoding = GB18030
	cut := *want
	cut.Open = true
	padded := *want
	padded.Blank = 2
	rare := &Table{File: "a.csv", Encoding: GB18030, Header: []string{"名"}, Rows: []Row{{2, []string{"𡌶坋〇"}}}}
	for _, c := range []struct {
		name, in string
		want     *Table
	}{
		{"UTF-8", plain, want},
		{"UTF-8 with a mark", "\uFEFF" + plain, want},
		{"line ends of Windows", strings.ReplaceAll(plain, "\n", "\r\n"), want},
		{"GB18030", gb(t, plain), &inGB},
		{"GB18030 of four bytes", gb(t, "名\n𡌶坋〇\n"), rare},
		{"no line end at the end", strings.TrimSuffix(plain, "\n"), &cut},
		{"blank rows at the end", plain + ",\n\n", &padded},
		{
			"blank row between keeps the count", "a,b\n,\nx,\"y\"\"\n\"\nz,\n",
			&Table{
				File: "a.csv", Encoding: UTF8, Header: []string{"a", "b"}, Blank: 1,
				Rows: []Row{{3, []string{"x", "y\"\n"}}, {4, []string{"z", ""}}},
			},
		},
		{"header only", "a,b", &Table{File: "a.csv", Encoding: UTF8, Header: []string{"a", "b"}, Open: true}},
		{
			"text is brought into NFC and said so", "a\ne\u0301\n",
			&Table{
				File: "a.csv", Encoding: UTF8, Header: []string{"a"}, Rows: []Row{{2, []string{"é"}}},
				Composed: []Place{{"a.csv", 2, "a"}},
			},
		},
		{
			"signs and dashes are no formulas", "a\n-\n-5\n+5\n——\n",
			&Table{
				File: "a.csv", Encoding: UTF8, Header: []string{"a"},
				Rows: []Row{{2, []string{"-"}}, {3, []string{"-5"}}, {4, []string{"+5"}}, {5, []string{"——"}}},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Read("a.csv", strings.NewReader(c.in))
			if err != nil {
				t.Fatalf("Read(%q): %v", c.in, err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("Read(%q) (-want +got):\n%s", c.in, d)
			}
		})
	}
}

func TestReadRefused(t *testing.T) {
	t.Parallel()
	const two = "甲,乙\n"
	for _, c := range []struct {
		name, in string
		rule     *fault.Error
		location string
	}{
		{"empty file", "", ErrHeader, "a.csv"},
		{"column without a name", "甲,\n1,2\n", ErrHeader, "a.csv[1].#2"},
		{"column twice", "甲, 甲\n1,2\n", ErrHeader, "a.csv[1].#2"},
		{"cut in a row", two + "1,2\n3", ErrWidth, "a.csv[3]"},
		{"one column too many", two + "1,2,3\n", ErrWidth, "a.csv[2]"},
		{"cut in a quotation", two + "1,\"其中", ErrQuote, "a.csv[2].乙"},
		{"quotation in the middle", two + "1,x\"y\"\n", ErrQuote, "a.csv[2].乙"},
		{"text after a quotation", two + "\"1\"x,2\n", ErrQuote, "a.csv[2].甲"},
		{"NUL", two + "1,\x00\n", ErrEncoding, "a.csv[2].#2"},
		{"UTF-16", utf16(t, two), ErrEncoding, "a.csv[1].#2"},
		{"UTF-8 cut in a character", two + "河南省新乡市,凤\xe6\xb3", ErrEncoding, "a.csv[2].#2"},
		{"marked UTF-8 with one byte of Latin 1", "\uFEFFa,b\n1,\xe9\n", ErrEncoding, "a.csv[2].#2"},
		{"GB18030 cut in a character", gb(t, "甲,乙\n村名,资")[:len(gb(t, "甲,乙\n村名,资"))-1], ErrEncoding, "a.csv[1].#1"},
		{"neither", "a,b\n1,\xff\xff\n", ErrEncoding, "a.csv[2].#2"},
		{"control character", two + "1,\x1b[31m\n", ErrControl, "a.csv[2].乙"},
		{"control character of the upper half", two + "1,\u0085\n", ErrControl, "a.csv[2].乙"},
		{"lone carriage return", two + "1,2\r3\n", ErrControl, "a.csv[2].乙"},
		{"formula", two + "1,=HYPERLINK(0)\n", ErrFormula, "a.csv[2].乙"},
		{"formula behind a plus", two + "1,+cmd|' /C calc'!A0\n", ErrFormula, "a.csv[2].乙"},
		{"formula in the header", "=a,b\n1,2\n", ErrFormula, "a.csv[1].#1"},
		{"long cell", two + "1," + strings.Repeat("长", MaxCell+1) + "\n", ErrTooLarge, "a.csv[2].乙"},
		{"a million columns", strings.Repeat("a,", 1_000_000) + "\n", ErrTooLarge, "a.csv[1]"},
		{"a million columns in a row", two + strings.Repeat(",", 1_000_000) + "\n", ErrTooLarge, "a.csv[2]"},
		{"too many rows", "甲\n" + strings.Repeat("1\n", MaxRows+1), ErrTooLarge, "a.csv[50002]"},
		{"too many bytes", strings.Repeat("a", MaxBytes+1), ErrTooLarge, "a.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read("a.csv", strings.NewReader(c.in))
			if !errors.Is(err, c.rule) {
				t.Fatalf("Read: %v, want %s", err, c.rule.Code)
			}
			f := fault.From(err)
			if len(f.Fields) != 1 || f.Fields[0].Location != c.location {
				t.Errorf("Read: place %v, want %s; %v", f.Fields, c.location, err)
			}
		})
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	table, err := Read("a.csv", strings.NewReader("b,新列,a\n1,2,3\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := table.Columns([]string{"a", "b"}, []string{"c"})
	if err != nil {
		t.Fatal(err)
	}
	row := table.Rows[0]
	if got := c.Cell(row, "a") + c.Cell(row, "b") + c.Cell(row, "c"); got != "31" {
		t.Errorf("cells = %q, want 31", got)
	}
	if c.Has("c") || !c.Has("a") {
		t.Errorf("Has: c %v, a %v", c.Has("c"), c.Has("a"))
	}
	if d := cmp.Diff([][]string{{"c"}, {"新列"}}, [][]string{c.Missing, c.Unknown}); d != "" {
		t.Errorf("missing and unknown (-want +got):\n%s", d)
	}
	if _, err := table.Columns([]string{"a", "x", "y"}, nil); !errors.Is(err, ErrHeader) || !strings.Contains(err.Error(), "x、y") {
		t.Errorf("Columns without x and y: %v", err)
	}
}

func TestWriteGuardsFormulas(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := Write(&b, [][]string{{"a", "b"}, {"=1+1", "-5"}, {"x,\"y\"", "两\n行"}}); err != nil {
		t.Fatal(err)
	}
	want := "\uFEFFa,b\r\n'=1+1,-5\r\n\"x,\"\"y\"\"\",\"两\n行\"\r\n"
	if b.String() != want {
		t.Errorf("Write = %q, want %q", b.String(), want)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\uFEFFa\n\"x\"\"\n\"", "甲,乙\r\n村,\r\n", gb(f, "甲,乙\n高塅村,𡌶\n"), "a\n=1\n", "a\n\xe6\xb3"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		table, err := Read("f.csv", bytes.NewReader(raw))
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("Read(%q): %v is no fault", raw, err)
			}
			return
		}
		rows := [][]string{table.Header}
		for _, r := range table.Rows {
			rows = append(rows, r.Cells)
		}
		var b bytes.Buffer
		if err := Write(&b, rows); err != nil {
			t.Fatal(err)
		}
		again, err := Read("f.csv", &b)
		if err != nil {
			t.Fatalf("Read(Write(Read(%q))): %v", raw, err)
		}
		back := [][]string{again.Header}
		for _, r := range again.Rows {
			back = append(back, r.Cells)
		}
		if d := cmp.Diff(rows, back); d != "" {
			t.Errorf("Write and Read change the table (-want +got):\n%s", d)
		}
	})
}
