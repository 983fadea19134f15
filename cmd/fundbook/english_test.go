package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fundbook/internal/fault"

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
