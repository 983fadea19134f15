package publicity

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// losers are the calls of gofpdf that break or measure text by themselves:
// they lose a Chinese character at each line end, or panic beyond plane 0.
func losers() []string {
	return []string{
		"MultiCell", "SplitText", "SplitLines", "CellFormat", "Cell", "Cellf", "Writef", "WriteAligned",
		"WriteLinkString", "WriteLinkID", "GetStringWidth", "GetStringSymbolWidth", "HTMLBasicNew",
	}
}

// drawing are the only calls that put something on a page, and settings those
// that do not. Nothing else of the library is used.
func permitted() []string {
	drawing := []string{"Text", "Line", "Rect", "Circle", "RawWriteStr"}
	settings := []string{
		"SetCatalogSort", "SetCreationDate", "SetModificationDate", "SetTitle", "SetAuthor", "SetSubject",
		"SetKeywords", "SetCreator", "SetProducer", "SetAutoPageBreak", "SetMargins", "AddUTF8FontFromBytes", "AddPageFormat",
		"SetFont", "SetTextColor", "SetDrawColor", "SetFillColor", "SetLineWidth", "SetDashPattern", "Output",
	}
	return append(drawing, settings...)
}

// libraryCalls lists what in a file breaks the rule: a loser by whatever
// receiver, the library imported outside pdf_replay.go, or a method of the
// library that is not permitted.
func libraryCalls(name string, file *ast.File) []string {
	var bad []string
	imports := false
	for _, i := range file.Imports {
		imports = imports || strings.Contains(i.Path.Value, "gofpdf")
	}
	if imports && name != "pdf_replay.go" {
		bad = append(bad, name+" imports gofpdf")
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		call := sel.Sel.Name
		if slices.Contains(losers(), call) {
			bad = append(bad, fmt.Sprintf("%s calls %s", name, call))
		}
		receiver := ""
		switch x := sel.X.(type) {
		case *ast.Ident:
			receiver = x.Name
		case *ast.SelectorExpr:
			receiver = x.Sel.Name
		}
		if imports && (receiver == "pdf" || receiver == "p") && !slices.Contains(permitted(), call) {
			bad = append(bad, fmt.Sprintf("%s calls %s, which is not permitted", name, call))
		}
		return true
	})
	return bad
}

func TestLibraryCalls(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d files, error %v", len(files), err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range libraryCalls(path, file) {
			t.Error(b)
		}
	}
}

// TestLibraryCallsSeesThem is the negative control of the rule above.
func TestLibraryCallsSeesThem(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`func f(c *canvas) { c.pdf.MultiCell(1, 2, "", "", "", false) }`: 2,
		`func f(p *gofpdf.Fpdf) { p.Write(1, "") }`:                      1,
		`func f(p *gofpdf.Fpdf) { p.Ln(1) }`:                             1,
		`func f(x *gofpdf.Fpdf) { x.SplitText("", 1) }`:                  1,
		`func f(c *canvas) { c.pdf.Text(1, 2, "") }`:                     0,
	} {
		source := "package publicity\nimport \"github.com/jung-kurt/gofpdf\"\n" + body
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := libraryCalls("pdf_replay.go", file); len(got) != want {
			t.Errorf("%s: %q, want %d findings", body, got, want)
		}
		if got := libraryCalls("other.go", file); len(got) != want+1 {
			t.Errorf("%s in another file: %q, want %d findings", body, got, want+1)
		}
	}
}

func TestAssignCodes(t *testing.T) {
	t.Parallel()
	codes, astral, err := assignCodes(map[rune]bool{'中': true, 0xE000: true, 0x2CE5A: true, 0x20000: true, 'A': true})
	if err != nil {
		t.Fatal(err)
	}
	if astral[0x20000] != 0xE001 || astral[0x2CE5A] != 0xE002 {
		t.Errorf("codes beyond plane 0 are %X, want E001 and E002: E000 is taken", astral)
	}
	if !slices.IsSortedFunc(codes, func(a, b coded) int { return int(a.code) - int(b.code) }) || len(codes) != 5 {
		t.Errorf("codes are not in order: %v", codes)
	}
	all := map[rune]bool{}
	for r := rune(0x20000); len(all) < 6401; r++ {
		all[r] = true
	}
	if _, _, err := assignCodes(all); err == nil {
		t.Error("more characters than private codes, and no error")
	}
}
