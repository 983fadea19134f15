// Package docs_test writes the generated documents of this folder and fails when
// they no longer say what the code does: UPDATE=1 go test ./docs writes them anew.
package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "fundbook/api" // declares faults, like every package named here
	"fundbook/audit"
	"fundbook/internal/app"
	_ "fundbook/internal/app/samplecounty"
	_ "fundbook/internal/config"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// golden compares a document with what the code gives.
func golden(t *testing.T, file, got string) {
	t.Helper()
	was, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if string(was) == got {
		return
	}
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("docs/%s is stale; make golden writes it anew (-file +code)\n%s", file, cmp.Diff(string(was), got))
}

func TestGenerated(t *testing.T) {
	t.Parallel()
	for file, print := range map[string]func() string{
		"errors.md": func() string { return fault.Markdown() + commandLineFaults(t) }, "chart.md": ledger.ChartMarkdown,
		"lifecycle.md": projects.LifecycleMarkdown,
		"doubts.md":    audit.DoubtsMarkdown,
		"events.md":    ledger.EventsMarkdown, "commands.md": app.SpecsMarkdown, "gates.md": payments.GatesMarkdown,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			golden(t, file, print())
		})
	}
}

// commandLineFaults prints the faults of the program itself, which no other
// package can import, from its text.
func commandLineFaults(t *testing.T) string {
	files, err := filepath.Glob("../cmd/fundbook/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no program, error %v", err)
	}
	var rows []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isFaultNew(call) {
				rows = append(rows, faultRow(t, call))
			}
			return true
		})
	}
	slices.Sort(rows)
	return "\n## 命令行 · Command line\n\nPrinted by the program only.\n\n| code | kind | 中文 | English |\n|---|---|---|---|\n" + strings.Join(rows, "")
}

func isFaultNew(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "New" || len(call.Args) != 4 {
		return false
	}
	pkg, ok := f.X.(*ast.Ident)
	return ok && pkg.Name == "fault"
}

// faultRow prints a declaration as fault.Markdown prints it.
func faultRow(t *testing.T, call *ast.CallExpr) string {
	kind, ok := call.Args[0].(*ast.SelectorExpr)
	if !ok {
		t.Fatalf("a fault of the program without a plain kind")
	}
	name := strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(kind.Sel.Name, "${1}_$2"))
	cells := []any{name}
	for _, arg := range call.Args[1:] {
		lit, ok := arg.(*ast.BasicLit)
		if !ok {
			t.Fatalf("a fault of the program is not declared in plain text")
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, text)
	}
	return fmt.Sprintf("| `%[2]s` | %[1]s | %[3]s | %[4]s |\n", cells...)
}

// declared is how a fault is declared; the second group is its code.
var declared = regexp.MustCompile(`fault\.New\(\s*fault\.\w+,\s*"([a-z0-9_.]+)"`)

// TestEveryFaultIsListed reads the code of every package and looks for its
// faults in docs/errors.md: those of a package which this test does not import
// would be missing. The program itself is read by commandLineFaults.
func TestEveryFaultIsListed(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, e := range fault.All() {
		listed[e.Code] = true
	}
	seen := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "cmd" || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range declared.FindAllSubmatch(body, -1) {
			seen++
			if code := string(m[1]); !listed[code] {
				t.Errorf("%s declares %s, which docs/errors.md does not list: import its package here", path, code)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("saw %d declarations: the expression no longer fits the code", seen)
	}
}
