package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"strconv"
	"unicode"
)

// role is what an argument is to a fault.
type role int

const (
	asWord    role = iota + 1 // put into a format
	asMessage                 // a message of At
	asFormat                  // a format; what follows it is put in
)

// hearing walks one file and knows the functions around the place where it is.
type hearing struct {
	sp       *speech
	s        *Source
	dir      string
	fault    string // name of the package in this file
	around   []function
	nodes    []ast.Node
	literals interface{ WriteString(string) (int, error) }
}

// function is one around a call: the key of a helper, and its parameters.
type function struct {
	node ast.Node
	key  string
	typ  *ast.FuncType
}

// Visit implements ast.Visitor.
func (h *hearing) Visit(n ast.Node) ast.Visitor {
	if n == nil {
		last := h.nodes[len(h.nodes)-1]
		h.nodes = h.nodes[:len(h.nodes)-1]
		if len(h.around) > 0 && h.around[len(h.around)-1].node == last {
			h.around = h.around[:len(h.around)-1]
		}
		return nil
	}
	switch x := n.(type) {
	case *ast.FuncDecl:
		h.around = append(h.around, function{x, h.named(x.Name.Name), x.Type})
		h.table(x)
	case *ast.FuncLit:
		h.around = append(h.around, function{x, h.closure(x), x.Type})
	case *ast.CallExpr:
		h.call(x)
	case *ast.ReturnStmt:
		h.answer(x)
	case *ast.CompositeLit:
		h.row(x)
	case *ast.AssignStmt:
		h.mend(x)
	case *ast.Field:
		h.help(x)
	case *ast.BasicLit:
		if v := literal(x); chinese(v) {
			_, _ = h.literals.WriteString(v + "\n")
		}
	}
	h.nodes = append(h.nodes, n)
	return h
}

// named is the key of a function or method: within its package, or everywhere.
func (h *hearing) named(name string) string {
	if ast.IsExported(name) {
		return name
	}
	return h.dir + "." + name
}

// closure is the key of a function held by a local name, "" when it has none.
func (h *hearing) closure(lit *ast.FuncLit) string {
	if len(h.nodes) == 0 {
		return ""
	}
	assign, ok := h.nodes[len(h.nodes)-1].(*ast.AssignStmt)
	if !ok {
		return ""
	}
	for i, rhs := range assign.Rhs {
		if id, ok := assign.Lhs[i].(*ast.Ident); ok && rhs == lit {
			return h.local(id.Name)
		}
	}
	return ""
}

// local is the key of a name in the outermost function around this place.
func (h *hearing) local(name string) string {
	if len(h.around) == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d.%s", h.s.Path, h.around[0].node.Pos(), name)
}

// roles says what the arguments of a call are to a fault; empty for other calls.
// What is put into a format follows the format.
func (h *hearing) roles(call *ast.CallExpr) map[int]role {
	name, selected := "", false
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name, selected = f.Sel.Name, true
		if x, ok := f.X.(*ast.Ident); ok && x.Name == h.fault && name == "Say" {
			return map[int]role{0: asFormat}
		}
	}
	switch {
	case selected && name == "With" && len(call.Args) > 0:
		return map[int]role{0: asFormat}
	case selected && name == "say" && h.dir == "audit": // what a doubt says
		return map[int]role{0: asWord}
	case selected && name == "At" && len(call.Args) == 3:
		return map[int]role{1: asMessage}
	case !selected && len(h.sp.helpers[h.local(name)]) > 0:
		return h.sp.helpers[h.local(name)]
	}
	return h.sp.helpers[h.named(name)]
}

func (h *hearing) call(call *ast.CallExpr) {
	if h.dir == path.Dir(detailFile) {
		return // the package of faults itself
	}
	for i, r := range h.roles(call) {
		if i >= len(call.Args) {
			continue
		}
		h.argument(call.Args[i], r)
		if r == asFormat {
			for _, a := range call.Args[i+1:] {
				h.argument(a, asWord)
			}
		}
	}
}

// argument hears one argument of a call that speaks.
func (h *hearing) argument(e ast.Expr, r role) {
	text, isText := constant(e)
	id, isName := e.(*ast.Ident)
	switch {
	case r == asWord:
		h.put(e)
	case isText && r == asFormat && chinese(text):
		h.sp.formats = append(h.sp.formats, said{text, h.s, e.Pos()})
	case isText && r == asMessage && chinese(text):
		h.sp.words = append(h.sp.words, said{text, h.s, e.Pos()})
	case isText && r == asMessage:
		h.sp.messages = append(h.sp.messages, said{text, h.s, e.Pos()})
	case isText:
	case isName && h.parameter(id.Name, r):
	case r == asFormat:
		h.sp.out = append(h.sp.out, h.s.at(e.Pos(), "the format of a fault is a literal, so that its English is found: quote other texts by fault.Say"))
	default:
		h.sp.out = append(h.sp.out, h.s.at(e.Pos(), "the message of At is a literal; AtText takes a text of fault.Say or a fault"))
	}
}

// put hears what is put into a format: Chinese words, and names of parameters.
func (h *hearing) put(e ast.Node) {
	if id, ok := e.(*ast.Ident); ok {
		h.parameter(id.Name, asWord)
		return
	}
	ast.Inspect(e, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			h.speaker(x)
			if form, ok := sprintf(x); ok {
				h.word(form, x.Pos())
				return false
			}
			return len(h.roles(x)) == 0 // else it is heard itself
		case *ast.BinaryExpr:
			if x.Op == token.ADD && spells(x) {
				h.word(sum(x), x.Pos())
				return false
			}
		case *ast.BasicLit:
			h.word(literal(x), x.Pos())
		}
		return true
	})
}

// word notes a Chinese word, or a sentence with %s for what varies.
func (h *hearing) word(text string, pos token.Pos) {
	if spelt(text) {
		h.sp.words = append(h.sp.words, said{text, h.s, pos})
	}
}

// sum is the form of a text that + puts together: %s for what is no literal.
func sum(e ast.Expr) string {
	if text, ok := constant(e); ok {
		return text
	}
	if x, ok := e.(*ast.BinaryExpr); ok && x.Op == token.ADD {
		return sum(x.X) + sum(x.Y)
	}
	return "%s"
}

// sprintf is the form of a text that fmt.Sprintf makes.
func sprintf(call *ast.CallExpr) (string, bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "Sprintf" || len(call.Args) == 0 {
		return "", false
	}
	text, ok := constant(call.Args[0])
	return verb.ReplaceAllString(text, "%s"), ok
}

// speaker notes a function of this package whose answer is put into a format.
func (h *hearing) speaker(call *ast.CallExpr) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	if key := h.dir + "." + name; !ast.IsExported(name) && !h.sp.speakers[key] {
		h.sp.speakers[key] = true
		h.sp.grown = true
	}
}

// answer hears what such a function returns.
func (h *hearing) answer(r *ast.ReturnStmt) {
	if len(h.around) != 1 || !h.sp.speakers[h.around[0].key] {
		return
	}
	for _, e := range r.Results {
		h.put(e)
	}
}

// parameter makes the function whose parameter a name is a helper, which is heard
// where it is called. It tells whether there is one.
func (h *hearing) parameter(name string, r role) bool {
	for i := len(h.around) - 1; i >= 0; i-- {
		f := &h.around[i]
		at := position(f.typ, name)
		if at < 0 {
			continue
		}
		key := f.key
		if key == "" || (r == asWord && ast.IsExported(key)) {
			return r == asWord // exported names are too common to follow words through them
		}
		if h.sp.helpers[key] == nil {
			h.sp.helpers[key] = map[int]role{}
		}
		if h.sp.helpers[key][at] < r {
			h.sp.helpers[key][at] = r
			h.sp.grown = true
		}
		return true
	}
	return false
}

// position is the index of a string parameter, -1 when there is none of the name.
func position(typ *ast.FuncType, name string) int {
	n := 0
	for _, field := range typ.Params.List {
		text, _ := field.Type.(*ast.Ident)
		for _, id := range field.Names {
			if id.Name == name && text != nil && text.Name == "string" {
				return n
			}
			n++
		}
	}
	return -1
}

// constant is the value of a string literal, or of several joined by +.
func constant(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		v, err := strconv.Unquote(x.Value)
		return v, err == nil && x.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok := constant(x.X)
		b, also := constant(x.Y)
		return a + b, ok && also && x.Op == token.ADD
	case *ast.ParenExpr:
		return constant(x.X)
	}
	return "", false
}

// spells reports a Chinese word among the operands of +.
func spells(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.BinaryExpr:
		return spells(x.X) || spells(x.Y)
	case *ast.BasicLit:
		return spelt(literal(x))
	}
	return false
}

func spelt(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}
