package tidy

import (
	"go/ast"
	"go/token"
	"regexp"
)

const glossary = "docs/glossary.md"

// CheckGlossary finds exported types of the domain rooms that docs/glossary.md,
// the only dictionary, does not explain. An entry names the type in code marks,
// with its room (`ledger.Entry`) or without (`Entry`). The engine that draws has
// words of its own (Font, Column) and is left out.
func CheckGlossary(t *Tree) []Finding {
	explained := map[string]bool{}
	for _, f := range t.Text {
		if f.Path == glossary {
			for _, m := range inCodeMarks.FindAllSubmatch(f.Body, -1) {
				explained[string(m[1])] = true
			}
		}
	}
	keep := func(s *Source) bool { return product(s) && !s.main() && s.in(Rooms...) && !s.matches(drawing...) }
	return eachGo(t, keep, func(s *Source) []Finding {
		var out []Finding
		for _, name := range exportedTypes(s.File) {
			full := s.room() + "." + name.Name
			if !explained[full] && !explained[name.Name] {
				out = append(out, s.at(name.Pos(), "%s is not in %s", full, glossary))
			}
		}
		return out
	})
}

var inCodeMarks = regexp.MustCompile("`([A-Za-z][A-Za-z0-9_.]*)`")

func exportedTypes(file *ast.File) []*ast.Ident {
	var out []*ast.Ident
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, spec := range g.Specs {
			if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.IsExported() {
				out = append(out, ts.Name)
			}
		}
	}
	return out
}
