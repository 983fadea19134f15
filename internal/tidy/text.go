package tidy

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// banned is a text that has no place in the repository. The patterns are put
// together from pieces so that this file does not contain what it forbids.
type banned struct {
	pattern *regexp.Regexp
	why     string
}

var bannedTexts = []banned{
	{regexp.MustCompile(`/(work|farm|tmp)` + `/`), "a path of one machine"},
	{regexp.MustCompile(`(?i)\b(proxy|sum|index)\.golang` + `\.org`), "the host of a registry"},
	{regexp.MustCompile(`(?i)\bregistry\.npm` + `(js|mirror)`), "the host of a registry"},
	{regexp.MustCompile(`(?i)\b(deb|security|snapshot)\.debian` + `\.org`), "the host of a registry"},
	{regexp.MustCompile(`(?i)\b(pypi\.org|files\.pythonhosted|crates` + `\.io)\b`), "the host of a registry"},
	{regexp.MustCompile(`(?i)\bsub` + `-?agents?\b`), "a word of the workshop"},
	{regexp.MustCompile(`\bCE` + `O\b`), "a word of the workshop"},
	{regexp.MustCompile(`\bFIX` + `ME\b|XX` + `X`), "mend it, or open an issue and name its number"},
}

var (
	todo         = regexp.MustCompile(`\bTO` + `DO\b`)
	numberedTodo = regexp.MustCompile(`^TO` + `DO\(#[0-9]+\): \S`)
)

// sums are files of checksums: random text says anything in time.
func sums(name string) bool {
	return strings.HasSuffix(name, ".sum") || strings.HasSuffix(name, ".lock")
}

// CheckTexts finds machine paths, registries, words of the workshop and notes
// without an issue, in every text file.
func CheckTexts(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.Text {
		if sums(f.Path) {
			continue
		}
		for _, b := range bannedTexts {
			for _, at := range b.pattern.FindAllIndex(f.Body, -1) {
				out = append(out, f.finding(at[0], strconv.Quote(string(f.Body[at[0]:at[1]]))+" is "+b.why))
			}
		}
		for _, at := range todo.FindAllIndex(f.Body, -1) {
			if !numberedTodo.Match(f.Body[at[0]:]) {
				out = append(out, f.finding(at[0], "a note for later names its issue: TO"+"DO(#12): what"))
			}
		}
	}
	return out
}

func (f Text) finding(offset int, why string) Finding {
	return Finding{f.Path, 1 + bytes.Count(f.Body[:offset], []byte("\n")), why}
}

// pages are the lines that a document of the root may have, so that it is read.
var pages = map[string]int{"README.md": 150, "README.zh-CN.md": 150, "ARCHITECTURE.md": 140}

// CheckPages finds documents that have grown too long to be read.
func CheckPages(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.Text {
		most, limited := pages[f.Path]
		if got := bytes.Count(f.Body, []byte("\n")); limited && got > most {
			out = append(out, Finding{f.Path, got, strconv.Itoa(got) + " lines, more than " + strconv.Itoa(most)})
		}
	}
	return out
}

// vague are names of folders that say nothing about what is in them.
var vague = []string{"pkg", "model", "service", "repository", "domain", "common", "util", "mocks"}

// CheckFolders finds folders whose name says nothing.
func CheckFolders(t *Tree) []Finding {
	var out []Finding
	seen := map[string]bool{}
	for _, f := range t.Text {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if !seen[dir] && slices.Contains(vague, path.Base(dir)) {
				out = append(out, Finding{dir, 0, "a folder is named after what is in it"})
			}
			seen[dir] = true
		}
	}
	return out
}
