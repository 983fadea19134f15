package tidy

import (
	"go/ast"
	"strings"
)

// The limits of hand-written code outside tests.
const (
	maxFunc   = 70  // lines of a function, from func to its closing brace
	maxFile   = 500 // lines of a file
	maxParams = 4   // parameters of a function; ctx and the receiver do not count
)

// CheckFuncLength finds functions that no longer fit on a page.
func CheckFuncLength(t *Tree) []Finding {
	return eachGo(t, product, func(s *Source) []Finding {
		var out []Finding
		measure := func(n ast.Node, name string) bool {
			got := s.Fset.Position(n.End()).Line - s.Fset.Position(n.Pos()).Line + 1
			if got > maxFunc {
				out = append(out, s.at(n.Pos(), "%s has %d lines, more than %d", name, got, maxFunc))
			}
			return false // what stands within is part of it
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			switch f := n.(type) {
			case *ast.FuncDecl: // its Pos is the word func, not the comment
				return measure(f, f.Name.Name)
			case *ast.FuncLit: // the value of a package variable
				return measure(f, "a function literal")
			}
			return true
		})
		return out
	})
}

// CheckFileLength finds files with more than one subject.
func CheckFileLength(t *Tree) []Finding {
	return eachGo(t, product, func(s *Source) []Finding {
		if got := s.Fset.File(s.File.FileStart).LineCount(); got > maxFile {
			return []Finding{s.at(s.File.Package, "the file has %d lines, more than %d", got, maxFile)}
		}
		return nil
	})
}

// CheckParams finds functions with so many parameters that a call cannot be
// read. ctx comes for free, so a function that takes one has five at most.
func CheckParams(t *Tree) []Finding {
	return eachGo(t, product, func(s *Source) []Finding {
		var out []Finding
		for _, d := range s.File.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if got := countParams(s, f.Type); got > maxParams {
				out = append(out, s.at(f.Type.Pos(), "%s takes %d parameters beside ctx, more than %d: make a struct",
					f.Name.Name, got, maxParams))
			}
		}
		return out
	})
}

func countParams(s *Source, f *ast.FuncType) int {
	n, ctx := 0, s.importName("context")
	for _, p := range f.Params.List {
		if sel, ok := p.Type.(*ast.SelectorExpr); ok && ctx != "" && isName(sel.X, ctx) && sel.Sel.Name == "Context" {
			continue
		}
		n += max(1, len(p.Names))
	}
	return n
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// CheckDocs finds exported names without a comment. A comment on a group of
// constants or variables speaks for all of them; one at the end of the line
// counts as well. Programs are left out, and so are methods of types that
// nobody outside can name.
func CheckDocs(t *Tree) []Finding {
	keep := func(s *Source) bool { return product(s) && !s.main() }
	return eachGo(t, keep, func(s *Source) []Finding {
		var out []Finding
		for _, d := range s.File.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && !says(d.Doc) {
					out = append(out, s.at(d.Name.Pos(), "%s is exported and has no comment", d.Name.Name))
				}
			case *ast.GenDecl:
				for _, name := range undocumented(d) {
					out = append(out, s.at(name.Pos(), "%s is exported and has no comment", name.Name))
				}
			}
		}
		return out
	})
}

func undocumented(d *ast.GenDecl) []*ast.Ident {
	var names, out []*ast.Ident
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if !says(spec.Doc) && (!says(d.Doc) || d.Lparen.IsValid()) {
				names = append(names, spec.Name)
			}
		case *ast.ValueSpec:
			if !says(spec.Doc) && !says(spec.Comment) && !says(d.Doc) {
				names = append(names, spec.Names...)
			}
		}
	}
	for _, n := range names {
		if n.IsExported() {
			out = append(out, n)
		}
	}
	return out
}

func says(c *ast.CommentGroup) bool { return c != nil && strings.TrimSpace(c.Text()) != "" }

// exportedReceiver is true of plain functions and of methods of exported types.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}
