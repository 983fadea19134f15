package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fundbook/internal/fault"
	"fundbook/projects"

	"github.com/alecthomas/kong"
)

// han finds a Chinese character or full-width mark.
func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Han, r) || 0x3000 <= r && r <= 0x303f || 0xff00 <= r && r <= 0xffef
	})
}

// typed are the words of English help that somebody has to type in Chinese: headers
// of the tables, values, fonts by name.
var typed = strings.NewReplacer("完成时间", "", "开始时间", "", "资金来源层级", "", "万元", "", "元", "", "亩", "", "产业奖补", "", "批次", "", "项目", "",
	"记-0001", "", "仿宋", "", "小标宋", "")

// commands lists the paths of all commands, the program itself first.
func commands(n *kong.Node, path []string) [][]string {
	out := [][]string{path}
	for _, below := range n.Children {
		if below.Type == kong.CommandNode {
			out = append(out, commands(below, append(slices.Clone(path), below.Name))...)
		}
	}
	return out
}

// TestHelpOfEveryCommandInBothLanguages reads the help of each command: in English
// there is no Chinese in it but what has to be typed, in Chinese there is no command
// and no flag without its Chinese words.
func TestHelpOfEveryCommandInBothLanguages(t *testing.T) {
	t.Parallel()
	var c cli
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	all := commands(parser.Model.Node, nil)
	if len(all) < 40 {
		t.Fatalf("%d commands", len(all))
	}
	help := func(path []string, environ ...string) string {
		var out, diag bytes.Buffer
		if code := run(t.Context(), append(slices.Clone(path), "--help"), environ, terminal{strings.NewReader(""), &out, &diag}); code != exitDone {
			t.Errorf("%v --help: exit %d, %s", path, code, diag.String())
		}
		return out.String()
	}
	for _, path := range all {
		english := help(path, "LANG=en_GB.UTF-8")
		for line := range strings.Lines(english) {
			if han(typed.Replace(line)) {
				t.Errorf("%v --help in English says %q", path, line)
			}
		}
		if other := help(path, "LANG=zh_CN.UTF-8", "FUNDBOOK_LANG=en"); other != english {
			t.Errorf("%v --help: FUNDBOOK_LANG=en gives\n%s\nLANG=en\n%s", path, other, english)
		}
		if chinese := help(path); !han(chinese) || chinese != help(path, "LANG=en_GB.UTF-8", "FUNDBOOK_LANG=zh") {
			t.Errorf("%v --help in Chinese:\n%s", path, chinese)
		}
	}
}

// TestEveryCommandAndFlagHasChineseHelp holds the summaries that help is made of.
func TestEveryCommandAndFlagHasChineseHelp(t *testing.T) {
	t.Parallel()
	var c cli
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		if n.Type == kong.CommandNode && n.Help == "" {
			t.Errorf("%s has no summary", n.FullPath())
		}
		for _, v := range n.Positional {
			if v.Help == "" {
				t.Errorf("%s: argument %s has no help", n.FullPath(), v.Name)
			}
		}
		for _, f := range n.Flags {
			if f.Name != "help" && f.Help == "" {
				t.Errorf("%s: --%s has no help", n.FullPath(), f.Name)
			}
		}
		for _, below := range n.Children {
			walk(below)
		}
	}
	walk(parser.Model.Node)
	if got := language([]string{"LANG=C.UTF-8"}); got != fault.Chinese {
		t.Errorf("LANG=C speaks %s", got)
	}
}

// english imports again in English, by both fronts: the same rows, whose reasons and
// remedies have no Chinese but the names of columns, units and places.
func (w *badWorld) english(what, file, who string, chinese []projects.RowFinding) {
	w.t.Helper()
	w.lang = "en"
	defer func() { w.lang = "" }()
	line, said := w.command(what, file, who)
	rows, _ := w.upload(what, file, who)
	for front, found := range map[string][]projects.RowFinding{"command line": line, "API": rows} {
		if len(found) != len(chinese) {
			w.t.Errorf("%s: %d rows in English by the %s, %d in Chinese", file, len(found), front, len(chinese))
			continue
		}
		for i, f := range found {
			if f.Row != chinese[i].Row || f.Code != chinese[i].Code || f.Column != chinese[i].Column {
				w.t.Errorf("row %d by the %s is another in English: %+v", i, front, f)
			}
			if han(named.Replace(f.Why)) || han(named.Replace(f.Remedy)) || f.Why == "" || f.Remedy == "" {
				w.t.Errorf("row %d by the %s in English: %q; %q (in Chinese %q; %q)", i, front, f.Why, f.Remedy, chinese[i].Why, chinese[i].Remedy)
			}
		}
	}
	for l := range strings.Lines(said) {
		if rest := named.Replace(l); han(rest) {
			w.t.Errorf("%s in English says %q", what, rest)
		}
	}
}

// named are columns, units and places of the tests' tables.
var named = strings.NewReplacer("资金来源层级", "", "开始时间", "", "完成时间", "", "群众参与", "", "带贫减贫机制", "", "计量单位", "", "项目总投资", "", "财政衔接资金", "",
	"其他资金", "", "万元", "", "元", "", "亩", "", "公斤", "", "样例镇", "", "另一乡", "", "甲村", "", "丁村", "", "数量", "", "甲路", "", "（", "", "）", "", "行政村及责任单位", "")

// TestReasonsOfAPlanTableInEnglish: every reason that a row of a plan table is refused
// for has its English, on the command line and in the API.
func TestReasonsOfAPlanTableInEnglish(t *testing.T) {
	t.Parallel()
	eachBadWorld(t, func(t *testing.T, w *badWorld) {
		t.Helper()
		const head = "序号,乡镇,行政村及责任单位,建设性质,项目名称,项目类别,建设内容,项目总投资（万元）,财政衔接资金（万元）,其他资金（万元）,覆盖户数,覆盖脱贫户数,覆盖人数,覆盖脱贫人口数,绩效目标,资金来源层级,开始时间,完成时间,群众参与,带贫减贫机制\n"
		file := filepath.Join(t.TempDir(), "plan.csv")
		body := head +
			"1,样例镇,甲村,新建,甲路,030101,硬化,12.5,10,2.5,1,2,3,4,,,2026/03,,,\n" + // parts above the whole; no goals, source, dates
			"2,样例镇,甲村,新建,甲路,,硬化,12,10,2.5,-1,x,9000000,0,改造,central,2026-03-01,2026-10-31,讨论,出行\n" + // repeated, no category, sum, counts
			"3,丙镇,甲村,新建,乙路,没有的类别,硬化,,,,0,0,0,0,改造,central,2026-03-01,2026-10-31,讨论,出行\n" + // township, category, zero
			"4,样例镇,丁村,新建,丙路,030101,硬化,x,-1,2.5,0,0,0,0,改造,central,2026-03-01,2026-10-31,讨论,出行\n" + // village, amounts
			"5,县本级,,新建,丁路,030101,硬化,2.5,0,2.5,0,0,0,0,改造,central,2026-03-01,2026-10-31,讨论,出行\n" + // no unit
			"6,样例镇,甲村,无此,戊路,030101,硬化,2.5,0,2.5,0,0,0,0,改造,central,2026-03-01,2026-10-31,讨论,出行\n" + // a rule of the library
			"7,样例镇,甲村,新建,己路,030101,硬化,2.5,0,2.5,0,0,0,0,改造,central,2026-10-31,2026-03-01,讨论,出行\n"
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		found, _ := w.command("projects", file, "finance")
		codes := map[string]bool{}
		for _, f := range found {
			codes[f.Code] = true
		}
		for _, code := range []string{
			"count_part", "goals_missing", "field_missing", "source_missing", "date_form", "project_repeated", "category_missing", "sum", "count_negative",
			"count_form", "count_large", "town_unknown", "category_unknown", "amount_zero", "village_unknown", "amount_form", "amount_negative", "unit_missing",
		} {
			if !codes[code] {
				t.Errorf("no row says %s: %+v", code, found)
			}
		}
		w.english("projects", file, "finance", found)
	})
}

// TestReportsTraceVerifyAndDemoInEnglish builds the books of the published notices once and reads in
// English what its commands print: titles, notes and headings have no Chinese, and of
// a verification nothing, of a flow graph the names of funds and units.
func TestReportsTraceVerifyAndDemoInEnglish(t *testing.T) {
	t.Parallel()
	s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir(), "FUNDBOOK_LANG=en"}}
	said, _ := s.run(exitDone, "demo", "--no-serve", "--no-county")
	const county = "430511"
	for line := range strings.Lines(said) {
		if han(line) && !strings.HasPrefix(line, "township") && !strings.HasPrefix(line, "village") { // the name of a township
			t.Errorf("demo says %q", line)
		}
	}
	var c cli
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range commands(parser.Model.Node, nil) {
		if len(path) != 2 || path[0] != "report" {
			continue
		}
		args := append(slices.Clone(path), "--county", county)
		if path[1] == "statement" {
			args = append(args, "--account", "id:1")
		}
		english, _ := s.run(exitDone, args...)
		head, rest, ok := strings.Cut(english, "\n--") // what stands above the rule under the headings
		if !ok || han(head) {
			t.Errorf("report %s in English begins:\n%s", path[1], head)
		}
		chinese, _ := s.run(exitDone, append(slices.Clone(args), "--format", "csv")...)
		if rows := strings.Count(rest, "\n") - 1; rows < strings.Count(chinese, "\n")-1 {
			t.Errorf("report %s in English has %d rows, its CSV\n%s", path[1], rows, chinese)
		}
	}
	for _, args := range [][]string{{"verify"}, {"verify", "--full"}} {
		if said, _ := s.run(exitDone, args...); han(said) || !strings.HasSuffix(said, "consistent\n") {
			t.Errorf("%v says\n%s", args, said)
		}
	}
	said, _ = s.run(exitDone, "trace", "--county", county, "--document", "HN-BEITA-2020-1")
	for _, want := range []string{"document document number not stated  4,080,000.00 yuan\n", "  lot HN-BEITA-2020-1/1 ", "records 7\n", "    unallocated authority (lot HN-BEITA-2020-1/1)  4,080,000.00 yuan"} {
		if !strings.Contains(said, want) {
			t.Errorf("trace does not say %q:\n%s", want, said)
		}
	}
}
