package tidy

import (
	"go/ast"
	"strconv"
	"strings"
)

// CheckSkips finds tests that pass over themselves. A test may be skipped only
// by a helper which looks at CI first (where nothing is skipped) and which says
// in a sentence what is missing. Whether a test is skipped because of -short is
// decided in such a helper too.
func CheckSkips(t *Tree) []Finding {
	keep := func(s *Source) bool { return s.Test || s.in("internal/dbtest") }
	return eachGo(t, keep, func(s *Source) []Finding {
		var out []Finding
		for _, d := range s.File.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				out = append(out, skipsIn(s, f)...)
			}
		}
		return out
	})
}

func skipsIn(s *Source, f *ast.FuncDecl) []Finding {
	var out []Finding
	scopes := []*ast.FuncType{f.Type} // the functions around the node, outermost first
	var walk func(n ast.Node)
	walk = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok {
				scopes = append(scopes, lit.Type)
				walk(lit.Body)
				scopes = scopes[:len(scopes)-1]
				return false
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !strings.HasPrefix(sel.Sel.Name, "Skip") || !isTesting(s, scopes, sel.X) {
				return true
			}
			if why := skipRefused(f, call, sel.Sel.Name); why != "" {
				out = append(out, s.at(call.Pos(), "%s: %s", sel.Sel.Name, why))
			}
			return true
		})
	}
	walk(f.Body)
	return out
}

// isTesting tells whether e is a parameter that package testing made: the same
// name may be a *rapid.T, which skips one sample, or a decoder.
func isTesting(s *Source, scopes []*ast.FuncType, e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	testing := s.importName("testing")
	for i := len(scopes) - 1; i >= 0; i-- {
		for _, p := range scopes[i].Params.List {
			for _, name := range p.Names {
				if name.Name != id.Name {
					continue
				}
				of := p.Type
				if star, ok := of.(*ast.StarExpr); ok {
					of = star.X
				}
				sel, ok := of.(*ast.SelectorExpr)
				return ok && testing != "" && isName(sel.X, testing)
			}
		}
	}
	return false
}

func skipRefused(f *ast.FuncDecl, call *ast.CallExpr, name string) string {
	for _, kind := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if strings.HasPrefix(f.Name.Name, kind) {
			return "a test does not skip itself: call a helper that fails when CI=true"
		}
	}
	if !asksCI(f.Body) {
		return "the helper does not look at CI first"
	}
	if name == "SkipNow" || len(call.Args) == 0 || !mayBeSentence(call.Args[0]) {
		return "say in a sentence what is missing and how to get it"
	}
	return ""
}

// asksCI tells whether body reads the environment variable CI.
func asksCI(body *ast.BlockStmt) bool {
	asks := false
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if ok && (sel.Sel.Name == "Getenv" || sel.Sel.Name == "LookupEnv") && literal(call.Args[0]) == "CI" {
			asks = true
		}
		return true
	})
	return asks
}

// mayBeSentence lets a variable pass, which the helper's caller filled.
func mayBeSentence(e ast.Expr) bool {
	_, isLiteral := e.(*ast.BasicLit)
	return !isLiteral || len(strings.Fields(literal(e))) >= 4
}

// literal is the value of a string literal, "" of anything else.
func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	v, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return v
}
