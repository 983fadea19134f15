// Package tidy holds the repository's own rules as functions over its parsed
// files. The tests of this package apply each rule to the tree, and to snippets
// which it must flag, so that no rule can go blind unnoticed.
package tidy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

const module = "fundbook"

// Rooms lists the domain rooms, from left to right as they may import.
var Rooms = []string{"ledger", "intake", "projects", "payments", "publicity", "audit"}

// Source is one parsed Go file.
type Source struct {
	Path      string // from the root, with slashes
	Test      bool   // ends in _test.go
	Generated bool   // carries the standard mark of generated code
	Fset      *token.FileSet
	File      *ast.File
}

// Text is any other file, or a Go file as it stands, that is not binary.
type Text struct {
	Path string
	Body []byte
}

// Tree is everything that the rules look at.
type Tree struct {
	Go   []*Source
	Text []Text
}

// Finding is one place where a rule does not hold.
type Finding struct {
	Path string
	Line int
	Why  string
}

// String writes f as compilers do, so that editors jump to it.
func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Why) }

// Rule looks at a whole tree.
type Rule func(*Tree) []Finding

// at is a finding in s, where pos stands.
func (s *Source) at(pos token.Pos, format string, args ...any) Finding {
	return Finding{s.Path, s.Fset.Position(pos).Line, fmt.Sprintf(format, args...)}
}

// room is the first folder of the path: "ledger" of ledger/entry.go.
func (s *Source) room() string {
	first, _, found := strings.Cut(s.Path, "/")
	if !found {
		return ""
	}
	return first
}

// in tells whether the file lies in one of the folders or below.
func (s *Source) in(folders ...string) bool {
	for _, f := range folders {
		if strings.HasPrefix(s.Path, f+"/") {
			return true
		}
	}
	return false
}

// matches tells whether the path matches one of the patterns of path.Match.
func (s *Source) matches(patterns ...string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(p, s.Path); ok && err == nil {
			return true
		}
	}
	return false
}

// main tells whether the file is part of a program.
func (s *Source) main() bool { return s.File.Name.Name == "main" }

// importName is the name under which the file imports pkg, "" when it does not.
func (s *Source) importName(pkg string) string {
	for _, spec := range s.File.Imports {
		if importPath(spec) != pkg {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(pkg)
	}
	return ""
}

func importPath(spec *ast.ImportSpec) string { return strings.Trim(spec.Path.Value, "\"`") }

// eachGo applies check to every Go file that keep keeps.
func eachGo(t *Tree, keep func(*Source) bool, check func(*Source) []Finding) []Finding {
	var out []Finding
	for _, s := range t.Go {
		if keep(s) {
			out = append(out, check(s)...)
		}
	}
	return out
}

func product(s *Source) bool { return !s.Test && !s.Generated }

// Load reads the tree below root: what git tracks and what it would add, or
// every file where git cannot tell.
func Load(root string) (*Tree, error) {
	names, err := list(root)
	if err != nil {
		return nil, err
	}
	t := &Tree{}
	for _, name := range names {
		body, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted, but still in the index
		}
		if err != nil {
			return nil, err
		}
		if err := t.Add(name, body); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Add enters one file. Binary files are left out.
func (t *Tree) Add(name string, body []byte) error {
	if bytes.IndexByte(body[:min(len(body), 8000)], 0) >= 0 {
		return nil
	}
	t.Text = append(t.Text, Text{name, body})
	if !strings.HasSuffix(name, ".go") || strings.Contains(name, "testdata/") {
		return nil
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, body, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Go = append(t.Go, &Source{
		Path: name, Test: strings.HasSuffix(name, "_test.go"), Generated: ast.IsGenerated(file), Fset: fset, File: file,
	})
	return nil
}

func list(root string) ([]string, error) {
	cmd := exec.CommandContext(context.Background(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	if out, err := cmd.Output(); err == nil {
		return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
	}
	var names []string
	err := filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case d.IsDir() && (name == ".git" || name == "bin" || name == "data"):
			return filepath.SkipDir
		case d.Type().IsRegular():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}
