package tidy

import (
	"go/ast"
	"reflect"
	"slices"
	"strconv"
)

// What the fronts print beside faults stands in the catalogue of words too: tables,
// rows of reports, the help of commands.

// table hears a function that makes a table of a report: titles, notes, headings,
// and the words of the program in its cells.
func (h *hearing) table(f *ast.FuncDecl) {
	if f.Body == nil || f.Type.Results == nil {
		return
	}
	for _, r := range f.Type.Results.List {
		if named := typeName(r.Type); named == "ledger.Table" || named == "Table" && h.dir == "ledger" {
			h.put(f.Body)
		}
	}
}

// row hears the composite literals that people read: a finding of a file, and
// whatever has a Chinese name and no English one, as the column of a table has.
func (h *hearing) row(x *ast.CompositeLit) {
	said := map[string]ast.Expr{}
	for _, e := range x.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				said[id.Name] = kv.Value
			}
		}
	}
	heard := []string{"Why", "Remedy"}
	if said["EN"] == nil {
		heard = append(heard, "ZH")
	}
	for _, key := range heard {
		if e := said[key]; e != nil {
			h.put(e)
		}
	}
	if typeName(x.Type) == "flaw" { // code, why, remedy
		for _, e := range x.Elts {
			h.put(e)
		}
	}
}

// mend hears what is said of a finding later.
func (h *hearing) mend(x *ast.AssignStmt) {
	for i, to := range x.Lhs {
		sel, ok := to.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"Why", "Remedy", "Summary"}, sel.Sel.Name) && len(x.Rhs) == len(x.Lhs) {
			h.put(x.Rhs[i])
		}
	}
}

// help hears the help of a flag, an argument or a command.
func (h *hearing) help(f *ast.Field) {
	if f.Tag == nil {
		return
	}
	tag, err := strconv.Unquote(f.Tag.Value)
	if text := reflect.StructTag(tag).Get("help"); err == nil && spelt(text) {
		h.word(text, f.Tag.Pos())
		_, _ = h.literals.WriteString(text + "\n")
	}
}

// typeName is a type as it is written.
func typeName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return typeName(x.X) + "." + x.Sel.Name
	}
	return ""
}
