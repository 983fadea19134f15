package tidy

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// drawing are the files of the rooms that draw; lengths on paper are floats.
var drawing = []string{"publicity/pdf*.go", "publicity/font*.go"}

// floatDoors are the ways into a float that do not name its type.
var floatDoors = []string{
	"ParseFloat", "FormatFloat", "AppendFloat", "NewFromFloat", "NewFromFloat32", "NewFromFloatWithExponent",
	"Float64", "Float32", "InexactFloat64", "SetFloat64",
}

// CheckFloats finds floats in the domain rooms (law 11: exact).
func CheckFloats(t *Tree) []Finding {
	keep := func(s *Source) bool { return product(s) && s.in(Rooms...) && !s.matches(drawing...) }
	return eachGo(t, keep, func(s *Source) []Finding {
		var out []Finding
		ast.Inspect(s.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if slices.Contains(floatDoors, n.Sel.Name) {
					out = append(out, s.at(n.Sel.Pos(), "%s makes a float in a domain room (law 11)", n.Sel.Name))
				}
			case *ast.Ident:
				switch n.Name {
				case "float32", "float64", "complex64", "complex128":
					out = append(out, s.at(n.Pos(), "%s in a domain room (law 11)", n.Name))
				}
			}
			return true
		})
		return out
	})
}

// CheckClock finds readers of the wall clock beside the one in internal/app.
func CheckClock(t *Tree) []Finding {
	keep := func(s *Source) bool {
		return product(s) && !s.in("cmd", "bench", "internal/dbtest") && s.Path != "internal/app/clock.go"
	}
	return eachGo(t, keep, func(s *Source) []Finding {
		return s.uses("time", "internal/app/clock.go is the only reader of the wall clock", "Now", "Since", "Until")
	})
}

// uses finds the named things of package pkg.
func (s *Source) uses(pkg, why string, names ...string) []Finding {
	local := s.importName(pkg)
	if local == "" {
		return nil
	}
	var out []Finding
	ast.Inspect(s.File, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && isName(sel.X, local) && slices.Contains(names, sel.Sel.Name) {
			out = append(out, s.at(sel.Pos(), "%s.%s: %s", pkg, sel.Sel.Name, why))
		}
		return true
	})
	return out
}

// eachCall calls see with every call in the file and the name called.
func (s *Source) eachCall(see func(call *ast.CallExpr, on ast.Expr, name string)) {
	ast.Inspect(s.File, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch f := call.Fun.(type) {
		case *ast.Ident:
			see(call, nil, f.Name)
		case *ast.SelectorExpr:
			see(call, f.X, f.Sel.Name)
		}
		return true
	})
}

// brokenText are gofpdf's ways of setting text that lose a Chinese character at
// a line break or panic beyond the Basic Multilingual Plane, with the number of
// their arguments, which tells them from others of the name.
var brokenText = map[string]int{
	"MultiCell": 6, "SplitText": 2, "SplitLines": 2, "CellFormat": 8, "Cell": 3,
	"Write": 2, "WriteAligned": 4, "WriteLinkString": 3, "WriteLinkID": 3,
}

// CheckBrokenText finds calls of what gofpdf cannot do in Chinese.
func CheckBrokenText(t *Tree) []Finding {
	keep := func(s *Source) bool { return product(s) && s.in("publicity", "audit") }
	return eachGo(t, keep, func(s *Source) []Finding {
		var out []Finding
		s.eachCall(func(call *ast.CallExpr, on ast.Expr, name string) {
			n, broken := brokenText[name]
			if on != nil && (broken && len(call.Args) == n || name == "Cellf" || name == "Writef") {
				out = append(out, s.at(call.Pos(), "gofpdf's %s loses Chinese characters: set text by the two-pass engine", name))
			}
		})
		return out
	})
}

// CheckExits finds code that ends the process or writes to the terminal where
// only a program may.
func CheckExits(t *Tree) []Finding {
	keep := func(s *Source) bool { return product(s) && !s.main() }
	return eachGo(t, keep, func(s *Source) []Finding {
		out := s.uses("os", "only a program ends the process", "Exit")
		out = append(out, s.uses("log", "only a program ends the process, and it logs by slog",
			"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln")...)
		out = append(out, s.uses("fmt", "only a program writes to the terminal", "Print", "Printf", "Println")...)
		s.eachCall(func(call *ast.CallExpr, on ast.Expr, name string) {
			if on == nil && (name == "print" || name == "println") {
				out = append(out, s.at(call.Pos(), "the built-in %s is left over", name))
			}
		})
		return out
	})
}

// CheckInit finds init functions that do more than register something.
func CheckInit(t *Tree) []Finding {
	return eachGo(t, product, func(s *Source) []Finding {
		var out []Finding
		for _, d := range s.File.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.Name == "init" && !onlyRegisters(f.Body) {
				out = append(out, s.at(f.Pos(), "init may only call Register…: do it in a constructor"))
			}
		}
		return out
	})
}

func onlyRegisters(body *ast.BlockStmt) bool {
	for _, stmt := range body.List {
		e, ok := stmt.(*ast.ExprStmt)
		if !ok {
			return false
		}
		call, ok := e.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		name := ""
		switch f := call.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if !strings.HasPrefix(strings.ToLower(name), "register") {
			return false
		}
	}
	return true
}

// CheckPanics finds panics that are not about a broken invariant, which a
// comment must name: on the line, right above it, or above the function.
// internal/fault is free.
func CheckPanics(t *Tree) []Finding {
	keep := func(s *Source) bool { return product(s) && !s.in("internal/fault") }
	return eachGo(t, keep, func(s *Source) []Finding {
		var out []Finding
		for _, d := range s.File.Decls {
			f, isFunc := d.(*ast.FuncDecl)
			if isFunc && strings.Contains(f.Doc.Text(), "invariant") {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if ok && isName(call.Fun, "panic") && !s.invariantNear(call.Pos()) {
					out = append(out, s.at(call.Pos(), "panic without a comment that names the broken invariant"))
				}
				return true
			})
		}
		return out
	})
}

// invariantNear tells whether a comment on the line of pos or ending on the
// line above speaks of an invariant.
func (s *Source) invariantNear(pos token.Pos) bool {
	line := s.Fset.Position(pos).Line
	for _, c := range s.File.Comments {
		last := s.Fset.Position(c.End()).Line
		if (last == line || last == line-1) && strings.Contains(c.Text(), "invariant") {
			return true
		}
	}
	return false
}
