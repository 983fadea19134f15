package intake

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"fundbook/intake/sample"
	"fundbook/internal/fault"
	"fundbook/internal/sheet"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// dir returns the sample as files that a test may change.
func dir(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{FileNotices, FileSources, FileLines, FileChecks} {
		body, err := fs.ReadFile(sample.Notices(), name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: body}
	}
	return out
}

// small is a directory with one notice.
func small(notices, sources, lines, checks string) fstest.MapFS {
	file := func(head, body string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(head + body)} }
	return fstest.MapFS{
		FileNotices: file("notice_id,division_code,unit_name,title,issuer,published,fund_year,stated_total_wan,kind\n", notices),
		FileSources: file("notice_id,line,tier_as_labelled,source_name,doc_no_as_printed,amount_wan,amount_as_printed,amount_fen\n", sources),
		FileLines:   file("notice_id,row,group,project_name,township,amount_wan,amount_as_printed,fund_source_as_labelled,responsible_unit,amount_fen\n", lines),
		FileChecks:  file("notice_id,check,expression,stated\n", checks),
	}
}

const (
	okNotice = "N1,360726,安远县,2022年财政衔接资金公告,安远县财政局,2022-05-01,2022,100,分配公示\n"
	okSource = "N1,1,中央,中央衔接资金,财农〔2022〕1号,100,100万元,100000000\n"
	okLine   = "N1,1,,道路,,60,60万元,,交通局,60000000\n"
)

func TestReadSample(t *testing.T) {
	t.Parallel()
	data := sampleData(t)
	var sources, lines, checks int
	for i := range data.Notices {
		n := &data.Notices[i]
		sources, lines, checks = sources+len(n.Sources), lines+len(n.Lines), checks+len(n.Checks)
	}
	if d := cmp.Diff([]int{28, 50, 127, 55}, []int{len(data.Notices), sources, lines, checks}); d != "" {
		t.Errorf("notices, sources, lines, checks (-want +got):\n%s", d)
	}
	if len(data.Findings) != 0 {
		t.Errorf("findings about the files: %v", data.Findings)
	}
}

// The same directory in GB18030, with a byte order mark, with Unix line ends or
// with its columns in another order gives the same plans.
func TestReadOtherForms(t *testing.T) {
	t.Parallel()
	want := samplePlans(t)
	forms := map[string]func([]byte) []byte{
		"GB18030": func(b []byte) []byte {
			out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b)
			if err != nil {
				t.Fatal(err)
			}
			return out
		},
		"mark":     func(b []byte) []byte { return append([]byte("\uFEFF"), b...) },
		"Unix":     func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "\r\n", "\n")) },
		"reversed": func(b []byte) []byte { return reverseColumns(t, b) },
	}
	for name, change := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := dir(t)
			for _, f := range files {
				f.Data = change(f.Data)
			}
			data, err := ReadDir(files)
			if err != nil {
				t.Fatal(err)
			}
			for i := range data.Notices {
				got := NewPlan(&data.Notices[i], nil)
				if d := cmp.Diff(want[i], got); d != "" {
					t.Fatalf("plan of %s (-want +got):\n%s", data.Notices[i].ID, d)
				}
			}
		})
	}
}

func reverseColumns(t testing.TB, b []byte) []byte {
	t.Helper()
	table, err := sheet.Read("x.csv", strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	turn := func(cells []string) []string {
		out := make([]string, len(cells))
		for i, c := range cells {
			out[len(cells)-1-i] = c
		}
		return out
	}
	rows := [][]string{turn(table.Header)}
	for _, r := range table.Rows {
		rows = append(rows, turn(r.Cells))
	}
	var out strings.Builder
	if err := sheet.Write(&out, rows); err != nil {
		t.Fatal(err)
	}
	return []byte(out.String())
}

func TestReadReportsColumns(t *testing.T) {
	t.Parallel()
	files := small(okNotice, okSource, okLine, "")
	files[FileSources].Data = []byte("notice_id,tier_as_labelled,source_name,amount_fen,新列\nN1,中央,资金,100000000,x")
	data, err := ReadDir(files)
	if err != nil {
		t.Fatal(err)
	}
	got := map[FindingCode]int{}
	for _, f := range data.Findings {
		if f.File == FileSources {
			got[f.Code]++
		}
	}
	want := map[FindingCode]int{ColumnUnknown: 1, ColumnMissing: 4, FileOpen: 1}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("findings about %s (-want +got):\n%s%v", FileSources, d, data.Findings)
	}
	if s := data.Notices[0].Sources[0]; s.No != 1 || s.Amount != 100_000_000 || !s.Stated {
		t.Errorf("a source without amount_wan: %+v", s)
	}
}

func TestReadRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		rule  *fault.Error
		place string
	}{
		{"1e30", small(okNotice, "N1,1,中央,资金,,1e30,,\n", "", ""), ErrCell, "sources.csv[2].amount_wan"},
		{"NaN", small(okNotice, "N1,1,中央,资金,,NaN,,\n", "", ""), ErrCell, "sources.csv[2].amount_wan"},
		{"Inf", small(okNotice, "N1,1,中央,资金,,+Inf,,\n", "", ""), ErrCell, "sources.csv[2].amount_wan"},
		{"less than a fen", small(okNotice, "N1,1,中央,资金,,0.0000001,,\n", "", ""), ErrCell, "sources.csv[2].amount_wan"},
		{"fen with decimals", small(okNotice, "N1,1,中央,资金,,,,1.5\n", "", ""), ErrCell, "sources.csv[2].amount_fen"},
		{"fen in hexadecimal", small(okNotice, "N1,1,中央,资金,,,,0x10\n", "", ""), ErrCell, "sources.csv[2].amount_fen"},
		{"fen beyond int64", small(okNotice, "N1,1,中央,资金,,,,99999999999999999999\n", "", ""), ErrCell, "sources.csv[2].amount_fen"},
		{"fen beyond a line", small(okNotice, "N1,1,中央,资金,,,,100000000000001\n", "", ""), ErrCell, "sources.csv[2].amount_fen"},
		{"formula", small(okNotice, "N1,1,中央,资金,,=1+1,,\n", "", ""), sheet.ErrFormula, "sources.csv[2].amount_wan"},
		{"words", small(okNotice, okSource, "N1,1,,道路,,约六十,,,,\n", ""), ErrCell, "lines.csv[2].amount_wan"},
		{"line number", small(okNotice, "N1,一,中央,资金,,1,,\n", "", ""), ErrCell, "sources.csv[2].line"},
		{"line number twice", small(okNotice, okSource+okSource, "", ""), ErrCell, "sources.csv[3].line"},
		{"too many sources", small(okNotice, strings.Repeat("N1,,中央,资金,,1,,\n", maxSources+1), "", ""), ErrCell, "sources.csv[202]"},
		{"fund year", small(strings.Replace(okNotice, ",2022,100", ",22,100", 1), okSource, "", ""), ErrCell, "notices.csv[2].fund_year"},
		{"stated total", small(strings.Replace(okNotice, ",2022,100", ",2022,一百", 1), okSource, "", ""), nil, ""},
		{"stated total of no number", small(strings.Replace(okNotice, ",2022,100", ",2022,若干", 1), okSource, "", ""), ErrCell, "notices.csv[2].stated_total_wan"},
		{"notice twice", small(okNotice+okNotice, okSource, "", ""), ErrCell, "notices.csv[3].notice_id"},
		{"notice without id", small(strings.Replace(okNotice, "N1", "", 1), "", "", ""), ErrCell, "notices.csv[2].notice_id"},
		{"id with a space", small(strings.Replace(okNotice, "N1", "N 1", 1), "", "", ""), ErrCell, "notices.csv[2].notice_id"},
		{"long id", small(strings.Replace(okNotice, "N1", strings.Repeat("N", 65), 1), "", "", ""), ErrCell, "notices.csv[2].notice_id"},
		{"row of no notice", small(okNotice, strings.Replace(okSource, "N1", "N2", 1), "", ""), ErrCell, "sources.csv[2].notice_id"},
		{"line of no notice", small(okNotice, okSource, strings.Replace(okLine, "N1", "N2", 1), ""), ErrCell, "lines.csv[2].notice_id"},
		{"check of no notice", small(okNotice, okSource, okLine, "N2,x,1,1\n"), ErrCell, "checks.csv[2].notice_id"},
		{"cut in a row", small(okNotice, "N1,1,中央,资金", "", ""), sheet.ErrWidth, "sources.csv[2]"},
		{"cut in a quotation", small(okNotice, "N1,1,中央,\"资金", "", ""), sheet.ErrQuote, "sources.csv[2].source_name"},
		{"a million columns", small(okNotice, "N1"+strings.Repeat(",", 1_000_000)+"\n", "", ""), sheet.ErrTooLarge, "sources.csv[2]"},
		{"NUL", small(okNotice, "N1,1,中央,\x00,,1,,\n", "", ""), sheet.ErrEncoding, "sources.csv[2].#4"},
		{"wrong encoding", small(okNotice, "N1,1,中央,\xff\xfe,,1,,\n", "", ""), sheet.ErrEncoding, "sources.csv[2].#4"},
		{"column missing", func() fstest.MapFS {
			files := small(okNotice, "", "", "")
			files[FileSources].Data = []byte("notice_id,source_name,amount_wan\n")
			return files
		}(), sheet.ErrHeader, "sources.csv[1]"},
		{"no column of amounts", func() fstest.MapFS {
			files := small(okNotice, "", "", "")
			files[FileLines].Data = []byte("notice_id,project_name\n")
			return files
		}(), sheet.ErrHeader, "lines.csv[1]"},
		{"file missing", func() fstest.MapFS {
			files := small(okNotice, okSource, "", "")
			delete(files, FileLines)
			return files
		}(), ErrFiles, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data, err := ReadDir(c.files)
			if c.rule == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.Is(err, c.rule) || data.Notices != nil {
				t.Fatalf("ReadDir: %v, want %s and nothing else", err, c.rule.Code)
			}
			if c.place != "" && fault.From(err).Fields[0].Location != c.place {
				t.Errorf("ReadDir: %v, want the place %s", fault.From(err).Fields, c.place)
			}
		})
	}
}

// All bad cells are named at once, up to fifty.
func TestReadNamesEveryBadCell(t *testing.T) {
	t.Parallel()
	_, err := ReadDir(small(okNotice, okSource, strings.Repeat("N1,,,道路,,x,,,,\n", 70), ""))
	f := fault.From(err)
	if !errors.Is(err, ErrCell) || len(f.Fields) != maxBadCells || !strings.Contains(f.Detail, "共 70 处") {
		t.Errorf("%d places, %v", len(f.Fields), err)
	}
}

// What can be read but not posted refuses its own notice, with the figure, and no
// other.
func TestPlanRefused(t *testing.T) {
	t.Parallel()
	const other = "N2,360726,安远县,2022年财政衔接资金公告,安远县财政局,2022-05-01,2022,100,分配公示\n"
	const otherSource = "N2,1,中央,中央衔接资金,,100,,\n"
	for _, c := range []struct {
		name, notice, sources, lines string
		code                         FindingCode
		amount, place                string
	}{
		{"no source", okNotice, "", okLine, SourceMissing, "600000.00", "notices.csv[2]"},
		{"source without amount", okNotice, "N1,1,中央,资金,,,,\n", okLine, SourceAmountMissing, "600000.00", "sources.csv[2].amount_wan"},
		{"one source of two without amount", okNotice, okSource + "N1,2,省级,资金,,,,\n", okLine, SourceAmountMissing, "600000.00", "sources.csv[3].amount_wan"},
		{"sources of zero", okNotice, "N1,1,中央,资金,,0,,\n", "", SourceMissing, "0.00", "notices.csv[2]"},
		{"lines beyond the sources", okNotice, okSource, okLine + okLine, LinesExceedSources, "200000.00", "notices.csv[2]"},
		{"negative source", okNotice, "N1,1,中央,资金,,-100,,\n", "", AmountNegative, "-1000000.00", "sources.csv[2].amount_wan"},
		{"negative line", okNotice, okSource, "N1,1,,道路,,-60,,,,\n", AmountNegative, "-600000.00", "lines.csv[2].amount_wan"},
		{"the amount columns differ", okNotice, "N1,1,中央,资金,,100,,10000000\n", okLine, AmountContradiction, "-900000.00", "sources.csv[2].amount_fen"},
		{"no fund year", strings.Replace(okNotice, ",2022,100", ",,100", 1), okSource, "", FundYearMissing, "", "notices.csv[2].fund_year"},
		{"no unit", strings.Replace(okNotice, "安远县,2022", ",2022", 1), okSource, "", UnitMissing, "", "notices.csv[2].unit_name"},
		{"damaged division code", strings.Replace(okNotice, "360726", "36072", 1), okSource, "", DivisionInvalid, "", "notices.csv[2].division_code"},
		{"code of no county", strings.Replace(okNotice, "360726", "000000", 1), okSource, "", DivisionInvalid, "", "notices.csv[2].division_code"},
		{"code of a province", strings.Replace(okNotice, "360726", "36", 1), okSource, "", DivisionInvalid, "", "notices.csv[2].division_code"},
		{"too many shares", okNotice, strings.Repeat("N1,,中央,资金,,1000,,\n", 200), strings.Repeat("N1,,,道路,,1,,,,\n", 1001), TooLarge, "", "notices.csv[2]"},
		{"too much text", okNotice, okSource, strings.Repeat("N1,,,"+strings.Repeat("道", 5000)+",,1,,,,\n", 600), TooLarge, "", "notices.csv[2]"},
		{"library", strings.Replace(okNotice, "分配公示", "项目库公告", 1), okSource, okLine, LibraryTotals, "1000000.00", "notices.csv[2].kind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data, err := ReadDir(small(c.notice+other, c.sources+otherSource, c.lines, ""))
			if err != nil {
				t.Fatal(err)
			}
			p, q := NewPlan(&data.Notices[0], nil), NewPlan(&data.Notices[1], nil)
			if q.Refused() {
				t.Errorf("the other notice is refused: %s", q.Text())
			}
			if len(p.Lots)+len(p.Moves) != 0 {
				t.Errorf("a refused notice plans %d lots and %d entries", len(p.Lots), len(p.Moves))
			}
			f, refused := p.Reason()
			if !refused || f.Code != c.code || f.Place().Location() != c.place {
				t.Fatalf("%v %s at %s, want %s at %s\n%s", refused, f.Code, f.Place().Location(), c.code, c.place, p.Text())
			}
			if c.amount != "" && (f.Amount == nil || f.Amount.String() != c.amount) {
				t.Errorf("figure %v, want %s", f.Amount, c.amount)
			}
		})
	}
}

// What is odd but can be posted is posted as stated, and reported with place and
// figure.
func TestPlanReports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, notice, sources, lines, checks string
		code                                 FindingCode
		amount, place                        string
	}{
		{"remainder", okNotice, okSource, okLine, "", Unallocated, "400000.00", "notices.csv[2]"},
		{"stated total", strings.Replace(okNotice, ",100,", ",110,", 1), okSource, okLine, "", TotalMismatch, "100000.00", "notices.csv[2].stated_total_wan"},
		{"control", okNotice, okSource, okLine, "N1,x,sum(projects),61\n", ControlMismatch, "", "checks.csv[2].stated"},
		{"printed cell", okNotice, okSource, "N1,1,,道路,,60,61万元,,交通局,\n", "", AmountCell, "10000.00", "lines.csv[2].amount_as_printed"},
		{"printed cell in yuan", okNotice, okSource, "N1,1,,道路,,60,600000,,交通局,\n", "", Unallocated, "400000.00", "notices.csv[2]"},
		{"printed cell of words", okNotice, okSource, "N1,1,,道路,,60,见附件,,交通局,\n", "", AmountCell, "600000.00", "lines.csv[2].amount_as_printed"},
		{"blank amount", okNotice, okSource, "N1,1,,道路,,,,,交通局,\n", "", AmountMissing, "", "lines.csv[2].amount_wan"},
		{"zero amount", okNotice, okSource, "N1,1,,道路,,0,,,交通局,\n", "", AmountZero, "0.00", "lines.csv[2].amount_wan"},
		{"zero source", okNotice, okSource + "N1,2,省级,资金,,0,,\n", okLine, "", AmountZero, "0.00", "sources.csv[3].amount_wan"},
		{"blank project", okNotice, okSource, "N1,1,,,,60,,,交通局,\n", "", Blank, "600000.00", "lines.csv[2].project_name"},
		{"blank in one row", okNotice, okSource, okLine + "N1,2,,桥,,1,,,,\n", "", Blank, "10000.00", "lines.csv[3].responsible_unit"},
		{"blank tier", okNotice, strings.Replace(okSource, "中央,中央", ",中央", 1), okLine, "", TierMissing, "1000000.00", "sources.csv[2].tier_as_labelled"},
		{"unknown tier", okNotice, strings.Replace(okSource, "中央,中央", "省市级,中央", 1), okLine, "", TierUnknown, "1000000.00", "sources.csv[2].tier_as_labelled"},
		{"no document number", okNotice, strings.Replace(okSource, "财农〔2022〕1号", "", 1), okLine, "", DocNoMissing, "1000000.00", "sources.csv[2].doc_no_as_printed"},
		{"damaged number", okNotice, strings.Replace(okSource, "财农〔2022〕1号", "财农〔20221号", 1), okLine, "", DocNoDamaged, "1000000.00", "sources.csv[2].doc_no_as_printed"},
		{"minutes", okNotice, strings.Replace(okSource, "财农〔2022〕1号", "会议纪要第5期", 1), okLine, "", DocNoUnreadable, "1000000.00", "sources.csv[2].doc_no_as_printed"},
		{"several numbers", okNotice, strings.Replace(okSource, "财农〔2022〕1号", "财农〔2022〕1号;赣财农〔2022〕2号", 1), okLine, "", DocNoSeveral, "1000000.00", "sources.csv[2].doc_no_as_printed"},
		{"number of another year", okNotice, strings.Replace(okSource, "〔2022〕", "〔2019〕", 1), okLine, "", DocNoYear, "1000000.00", "sources.csv[2].doc_no_as_printed"},
		{"no date", strings.Replace(okNotice, "2022-05-01", "", 1), okSource, okLine, "", DateMissing, "", "notices.csv[2].published"},
		{"half a date", strings.Replace(okNotice, "2022-05-01", "2022年5月", 1), okSource, okLine, "", DateIncomplete, "", "notices.csv[2].published"},
		{"no such day", strings.Replace(okNotice, "2022-05-01", "2022-02-30", 1), okSource, okLine, "", DateIncomplete, "", "notices.csv[2].published"},
		{"date a year later", strings.Replace(okNotice, "2022-05-01", "2023-05-01", 1), okSource, okLine, "", DateYear, "", "notices.csv[2].published"},
		{"no code", strings.Replace(okNotice, "360726", "", 1), okSource, okLine, "", LocalCode, "", "notices.csv[2].division_code"},
		{"code of a township", strings.Replace(okNotice, "360726", "360726104", 1), okSource, okLine, "", LocalCode, "", "notices.csv[2].division_code"},
		{"lost character", okNotice, okSource, "N1,1,,道\uFFFD,,60,,,交通局,\n", "", DamagedText, "", "lines.csv[2].project_name"},
		{"several places", okNotice, okSource, "N1,1,,桥,左权、沩山,60,,,,\n", "", UnitAmbiguous, "600000.00", "lines.csv[2].township"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data, err := ReadDir(small(c.notice, c.sources, c.lines, c.checks))
			if err != nil {
				t.Fatal(err)
			}
			p := NewPlan(&data.Notices[0], nil)
			if p.Refused() {
				t.Fatalf("refused:\n%s", p.Text())
			}
			for _, f := range p.Document.Findings {
				if f.Code == c.code && f.Place().Location() == c.place {
					if c.amount == "" != (f.Amount == nil) || f.Amount != nil && f.Amount.String() != c.amount {
						t.Errorf("figure %v, want %q", f.Amount, c.amount)
					}
					return
				}
			}
			t.Errorf("no finding %s at %s:\n%s", c.code, c.place, p.Text())
		})
	}
}

func FuzzReadDir(f *testing.F) {
	f.Add(okNotice, okSource, okLine, "N1,x,sum(projects),60\n")
	f.Add(okNotice, "N1,1,债券,资金,\"a\nb\",-5,,\n", "N1,1,中央,x,y,1,2万,中央1;省级2,z,\n", "")
	f.Fuzz(func(t *testing.T, notices, sources, lines, checks string) {
		data, err := ReadDir(small(notices, sources, lines, checks))
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		for i := range data.Notices {
			p := NewPlan(&data.Notices[i], nil)
			checkPlan(t, &p)
		}
	})
}
