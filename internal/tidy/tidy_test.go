package tidy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// snippet is a file that a rule must flag with a text containing want, or must
// accept where want is empty.
type snippet struct {
	path, body string
	want       string
}

// hold shows first that the rule sees what it forbids and nothing else, and
// then applies it to the repository.
func hold(t *testing.T, rule Rule, controls []snippet) {
	t.Helper()
	flagged := 0
	for _, c := range controls {
		tree := &Tree{}
		if err := tree.Add(c.path, []byte(c.body)); err != nil {
			t.Fatalf("snippet %s: %v", c.path, err)
		}
		got := rule(tree)
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("accepted snippet is flagged: %v\n%s", got, c.body)
		case c.want != "" && len(got) != 1:
			t.Errorf("findings in %s = %v, want one about %q\n%s", c.path, got, c.want, c.body)
		case c.want != "" && !strings.Contains(got[0].Why, c.want):
			t.Errorf("finding in %s = %q, want it to say %q", c.path, got[0].Why, c.want)
		}
		if c.want != "" {
			flagged++
		}
	}
	if flagged == 0 {
		t.Error("the rule has no snippet that it must flag")
	}
	for _, f := range rule(repository(t)) {
		t.Errorf("%s", f)
	}
}

var load = sync.OnceValues(func() (*Tree, error) { return Load(root) })

// root is the repository, two folders up from this package.
var root = filepath.Join("..", "..")

func repository(t *testing.T) *Tree {
	t.Helper()
	tree, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Go) < 10 {
		t.Fatalf("only %d Go files found below %s", len(tree.Go), root)
	}
	return tree
}

func TestImportsGoLeft(t *testing.T) {
	t.Parallel()
	imports := func(path, pkg, target, want string) snippet {
		return snippet{path, "package " + pkg + "\n\nimport _ \"fundbook/" + target + "\"\n", want}
	}
	hold(t, CheckImports, []snippet{
		imports("ledger/a.go", "ledger", "projects", "left only"),
		imports("ledger/a.go", "ledger", "intake", "left only"),
		imports("ledger/a_test.go", "ledger", "audit", "left only"),
		imports("payments/a.go", "payments", "publicity", "left only"),
		imports("publicity/a.go", "publicity", "audit", "left only"),
		imports("migrations/a.go", "migrations", "ledger", "left only"),
		imports("intake/a.go", "intake", "projects", "left only"),
		imports("intake/a.go", "intake", "internal/auth", "intake takes only"),
		imports("intake/a.go", "intake", "internal/app", "above the rooms"),
		imports("ledger/a.go", "ledger", "internal/app", "above the rooms"),
		imports("ledger/a_test.go", "ledger", "internal/app", "above the rooms"),
		imports("audit/a.go", "audit", "api", "is a front"),
		imports("internal/app/a.go", "app", "web", "is a front"),
		imports("internal/sheet/a.go", "sheet", "ledger", "only internal/app knows"),
		imports("internal/dbtest/a.go", "dbtest", "publicity/fonts", "only internal/app knows"),
		imports("internal/auth/a.go", "auth", "internal/app", "above the other"),
		imports("api/a.go", "api", "web", "do not know each other"),
		imports("web/a.go", "web", "api", "do not know each other"),
		imports("ledger/a.go", "ledger", "internal/dbtest", "dbtest is for tests"),

		imports("audit/a.go", "audit", "publicity", ""),
		imports("payments/a.go", "payments", "ledger", ""),
		imports("publicity/a.go", "publicity", "publicity/fonts", ""),
		imports("intake/a.go", "intake", "internal/sheet", ""),
		imports("intake/a_test.go", "intake", "internal/dbtest", ""),
		imports("ledger/a_test.go", "ledger", "internal/dbtest", ""),
		imports("audit/a_test.go", "audit_test", "internal/app", ""),
		imports("internal/app/a.go", "app", "audit", ""),
		imports("internal/db/a.go", "db", "migrations", ""),
		imports("api/a.go", "api", "internal/app", ""),
		imports("api/a.go", "api", "ledger", ""),
		imports("cmd/fundbook/a.go", "main", "api", ""),
		imports("bench/cmd/fundbench/a.go", "main", "internal/app", ""),
		{"ledger/a.go", "package ledger\n\nimport _ \"fmt\"\n", ""},
	})
}

func TestForeignPackagesAreConfined(t *testing.T) {
	t.Parallel()
	imports := func(path, target, want string) snippet {
		return snippet{path, "package x\n\nimport _ \"" + target + "\"\n", want}
	}
	hold(t, CheckConfined, []snippet{
		imports("ledger/entry.go", "github.com/uptrace/bun", "bun is confined"),
		imports("ledger/entry.go", "github.com/uptrace/bun/dialect/pgdialect", "bun is confined"),
		imports("internal/app/door.go", "database/sql", "database/sql is confined"),
		imports("web/store.go", "database/sql", "database/sql is confined"),
		imports("ledger/store.go", "github.com/jackc/pgx/v5", "pgx is confined"),
		imports("publicity/qr.go", "net/http", "net/http is confined"),
		imports("publicity/qr.go", "net/http/httputil", "net/http is confined"),
		imports("publicity/notice.go", "github.com/jung-kurt/gofpdf", "gofpdf is confined"),
		imports("web/page.go", "github.com/danielgtaylor/huma/v2", "huma is confined"),
		imports("intake/file.go", "github.com/xuri/excelize/v2", "excelize is confined"),
		imports("internal/config/config.go", "github.com/alecthomas/kong", "kong is confined"),

		imports("ledger/store.go", "github.com/uptrace/bun", ""),
		imports("ledger/store_lots.go", "database/sql", ""),
		imports("internal/app/store.go", "github.com/uptrace/bun", ""),
		imports("internal/db/tx.go", "database/sql", ""),
		imports("ledger/store_test.go", "github.com/jackc/pgx/v5", ""),
		imports("bench/load.go", "github.com/jackc/pgx/v5/pgxpool", ""),
		imports("publicity/pdf_text.go", "github.com/jung-kurt/gofpdf", ""),
		imports("audit/pdf.go", "github.com/jung-kurt/gofpdf", ""),
		imports("api/routes.go", "github.com/danielgtaylor/huma/v2/adapters/humago", ""),
		imports("internal/sheet/write.go", "github.com/xuri/excelize/v2", ""),
		imports("cmd/fundbook/main.go", "github.com/alecthomas/kong", ""),
		imports("ledger/a.go", "net/netip", ""),
	})
}

func TestNoAssertionLibrariesAndMocks(t *testing.T) {
	t.Parallel()
	hold(t, CheckUnwanted, []snippet{
		{"ledger/a_test.go", "package ledger\n\nimport _ \"github.com/stretchr/testify/require\"\n", "testify"},
		{"ledger/a.go", "package ledger\n\nimport _ \"go.uber.org/mock/gomock\"\n", "no mocks"},
		{"ledger/a_test.go", "package ledger\n\nimport _ \"github.com/google/go-cmp/cmp\"\n", ""},
	})
}

// lines is a body of n lines.
func lines(n int) string { return strings.Repeat("\t_ = 1\n", n) }

func TestFunctionsFitOnAPage(t *testing.T) {
	t.Parallel()
	hold(t, CheckFuncLength, []snippet{
		{"ledger/a.go", "package ledger\n\nfunc f() {\n" + lines(69) + "}\n", "f has 71 lines"},
		{"ledger/a.go", "package ledger\n\nvar f = func() {\n" + lines(69) + "}\n", "literal has 71 lines"},
		{"ledger/a.go", "package ledger\n\n// f is long only in\n// its comment.\nfunc f() {\n" + lines(68) + "}\n", ""},
		{"ledger/a_test.go", "package ledger\n\nfunc f() {\n" + lines(200) + "}\n", ""},
		{"ledger/a.go", "// Code generated by x. DO NOT EDIT.\n\npackage ledger\n\nfunc f() {\n" + lines(200) + "}\n", ""},
	})
}

func TestFilesHaveOneSubject(t *testing.T) {
	t.Parallel()
	hold(t, CheckFileLength, []snippet{
		{"ledger/a.go", "package ledger\n" + strings.Repeat("\n", 500), "501 lines"},
		{"ledger/a.go", "package ledger\n" + strings.Repeat("\n", 499), ""},
		{"ledger/a_test.go", "package ledger\n" + strings.Repeat("\n", 900), ""},
	})
}

func TestParametersAreFew(t *testing.T) {
	t.Parallel()
	hold(t, CheckParams, []snippet{
		{"ledger/a.go", "package ledger\n\nfunc f(a, b, c, d, e int) {}\n", "f takes 5"},
		{"ledger/a.go", "package ledger\n\nimport \"context\"\n\nfunc (r R) f(ctx context.Context, a, b, c, d, e int) {}\n", "f takes 5"},
		{"ledger/a.go", "package ledger\n\ntype T interface{ f() }\n\nfunc f(int, int, int, int, int) {}\n", "f takes 5"},
		{"ledger/a.go", "package ledger\n\nimport \"context\"\n\nfunc (r R) f(ctx context.Context, a, b, c, d int) {}\n", ""},
		{"ledger/a.go", "package ledger\n\nimport stdctx \"context\"\n\nfunc f(ctx stdctx.Context, a, b, c, d int) {}\n", ""},
	})
}

func TestNoFloatsInDomainRooms(t *testing.T) {
	t.Parallel()
	hold(t, CheckFloats, []snippet{
		{"ledger/a.go", "package ledger\n\nvar x float64\n", "float64"},
		{"intake/a.go", "package intake\n\nfunc f(x []float32) {}\n", "float32"},
		{"audit/pdf.go", "package audit\n\nvar x float64\n", "float64"},
		{"publicity/notice.go", "package publicity\n\nvar x = map[string]float64{}\n", "float64"},
		{"ledger/a.go", "package ledger\n\nvar x, _ = strconv.ParseFloat(\"1\", 64)\n", "ParseFloat"},
		{"ledger/a.go", "package ledger\n\nvar x = d.InexactFloat64()\n", "InexactFloat64"},
		{"publicity/pdf_units.go", "package publicity\n\nvar x float64\n", ""},
		{"publicity/font_parse.go", "package publicity\n\nvar x float64\n", ""},
		{"bench/a.go", "package bench\n\nvar x float64\n", ""},
		{"ledger/a_test.go", "package ledger\n\nvar x float64\n", ""},
	})
}

func TestOneReaderOfTheClock(t *testing.T) {
	t.Parallel()
	body := func(use string) string { return "package x\n\nimport \"time\"\n\nvar x = " + use + "\n" }
	hold(t, CheckClock, []snippet{
		{"ledger/a.go", body("time.Now()"), "time.Now"},
		{"internal/app/writer.go", body("time.Now"), "time.Now"},
		{"api/a.go", body("time.Since(start)"), "time.Since"},
		{"audit/a.go", "package audit\n\nimport clock \"time\"\n\nvar x = clock.Now()\n", "time.Now"},
		{"internal/app/clock.go", body("time.Now()"), ""},
		{"cmd/fundbook/main.go", body("time.Now()"), ""},
		{"bench/a.go", body("time.Now()"), ""},
		{"ledger/a_test.go", body("time.Now()"), ""},
		{"ledger/a.go", body("time.UnixMicro(0)"), ""},
		{"ledger/a.go", "package ledger\n\nvar x = tx.Now\n", ""},
	})
}

func TestNoBrokenTextOfGofpdf(t *testing.T) {
	t.Parallel()
	call := func(c string) string { return "package publicity\n\nfunc f() { " + c + " }\n" }
	hold(t, CheckBrokenText, []snippet{
		{"publicity/pdf.go", call(`p.MultiCell(1, 2, "字", "", "L", false)`), "MultiCell"},
		{"publicity/pdf.go", call(`p.SplitText("字", 80)`), "SplitText"},
		{"publicity/pdf.go", call(`p.Write(5, "字")`), "Write"},
		{"publicity/pdf.go", call(`p.Cell(5, 5, "字")`), "Cell"},
		{"audit/pdf.go", call(`p.CellFormat(1, 2, "字", "", 0, "L", false, 0, "")`), ""}, // nine: not gofpdf's
		{"audit/pdf.go", call(`p.CellFormat(1, 2, "字", "", 0, "L", false, 0)`), "CellFormat"},
		{"audit/pdf.go", call(`p.Cellf(1, 2, "%d", 3)`), "Cellf"},
		{"publicity/pdf.go", call(`w.Write(buf)`), ""},
		{"publicity/pdf.go", call(`row.Cell(3)`), ""},
		{"publicity/pdf.go", call(`p.Text(1, 2, "字")`), ""},
	})
}

func TestOnlyProgramsExitAndPrint(t *testing.T) {
	t.Parallel()
	body := func(pkg, imp, use string) string {
		return "package " + pkg + "\n\nimport \"" + imp + "\"\n\nfunc f() { " + use + " }\n"
	}
	hold(t, CheckExits, []snippet{
		{"ledger/a.go", body("ledger", "os", "os.Exit(1)"), "os.Exit"},
		{"internal/db/a.go", body("db", "log", `log.Fatalf("x")`), "log.Fatalf"},
		{"ledger/a.go", body("ledger", "fmt", `fmt.Println("x")`), "fmt.Println"},
		{"audit/a.go", body("audit", "fmt", `fmt.Printf("x")`), "fmt.Printf"},
		{"audit/a.go", "package audit\n\nfunc f() { println(1) }\n", "println"},
		{"cmd/fundbook/main.go", body("main", "os", "os.Exit(1)"), ""},
		{"publicity/fonts/internal/pack/main.go", body("main", "os", "os.Exit(1)"), ""},
		{"ledger/a.go", body("ledger", "fmt", `fmt.Fprintln(w, "x")`), ""},
		{"ledger/a_test.go", body("ledger", "fmt", `fmt.Println("x")`), ""},
	})
}

func TestInitOnlyRegisters(t *testing.T) {
	t.Parallel()
	hold(t, CheckInit, []snippet{
		{"ledger/a.go", "package ledger\n\nfunc init() { table = build() }\n", "init may only"},
		{"ledger/a.go", "package ledger\n\nfunc init() { Register(1); load() }\n", "init may only"},
		{"ledger/a.go", "package ledger\n\nfunc init() { translog.Register(\"entry\", codec) }\n", ""},
		{"ledger/a.go", "package ledger\n\nfunc (t T) init() { t.x = 1 }\n", ""},
	})
}

func TestPanicsNameAnInvariant(t *testing.T) {
	t.Parallel()
	hold(t, CheckPanics, []snippet{
		{"ledger/a.go", "package ledger\n\nfunc f() { panic(\"no\") }\n", "invariant"},
		{"ledger/a.go", "package ledger\n\n// invariant of something else\n\nfunc f() {\n\n\tpanic(\"no\")\n}\n", "invariant"},
		{"ledger/a.go", "package ledger\n\nvar f = func() { panic(\"no\") }\n", "invariant"},
		{"ledger/a.go", "package ledger\n\nfunc f() {\n\tpanic(\"no\") // invariant: the chart is complete\n}\n", ""},
		{"ledger/a.go", "package ledger\n\nfunc f() {\n\t// The invariant is broken.\n\tpanic(\"no\")\n}\n", ""},
		{"ledger/a.go", "package ledger\n\n// f panics when its invariant is broken.\nfunc f() {\n\n\tpanic(\"no\")\n}\n", ""},
		{"internal/fault/a.go", "package fault\n\nfunc f() { panic(\"no\") }\n", ""},
	})
}

func TestExportedNamesAreExplained(t *testing.T) {
	t.Parallel()
	hold(t, CheckDocs, []snippet{
		{"ledger/a.go", "package ledger\n\nfunc F() {}\n", "F is exported"},
		{"ledger/a.go", "package ledger\n\nfunc (t *T) String() string { return \"\" }\n", "String is exported"},
		{"ledger/a.go", "package ledger\n\ntype T struct{}\n", "T is exported"},
		{"ledger/a.go", "package ledger\n\n// Both.\ntype (\n\tT struct{}\n)\n", "T is exported"},
		{"ledger/a.go", "package ledger\n\nvar a, B = 1, 2\n", "B is exported"},
		{"ledger/a.go", "package ledger\n\n//go:noinline\nfunc F() {}\n", "F is exported"},
		{"ledger/a.go", "package ledger\n\n// F does.\nfunc F() {}\n\nfunc (t *list[T]) Len() int { return 0 }\n", ""},
		{"ledger/a.go", "package ledger\n\n// The kinds.\nconst (\n\tA = iota\n\tB\n)\n", ""},
		{"ledger/a.go", "package ledger\n\nconst (\n\tA = iota // first\n\tb\n)\n", ""},
		{"cmd/fundbook/a.go", "package main\n\ntype Serve struct{}\n", ""},
		{"ledger/a_test.go", "package ledger\n\nfunc TestX() {}\n", ""},
	})
}

func TestDomainTypesAreInTheGlossary(t *testing.T) {
	t.Parallel()
	hold(t, CheckGlossary, []snippet{
		{"ledger/a.go", "package ledger\n\n// Lot (资金批次) is.\ntype Lot struct{}\n", "ledger.Lot is not in docs/glossary.md"},
		{"internal/db/a.go", "package db\n\ntype Tx struct{}\n", ""},
		{"ledger/a.go", "package ledger\n\ntype row struct{}\n", ""},
		{"publicity/pdf_table.go", "package publicity\n\ntype Column struct{}\n", ""},
	})
	tree := &Tree{}
	for _, f := range []snippet{
		{path: "ledger/a.go", body: "package ledger\n\ntype (\n\tLot int\n\tBook int\n\tDay int\n)\n"},
		{path: "docs/glossary.md", body: "| 资金批次 | lot | `ledger.Lot` |\n| 账套 | book | `Book` |\n| 日 | Day | |\n"},
	} {
		if err := tree.Add(f.path, []byte(f.body)); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(CheckGlossary(tree)); !strings.Contains(got, "ledger.Day") || strings.Contains(got, "Lot") || strings.Contains(got, "Book") {
		t.Errorf("findings = %s, want Day alone", got)
	}
}

func TestTextsAreFitToPublish(t *testing.T) {
	t.Parallel()
	hold(t, CheckTexts, []snippet{
		{"a.md", "see /wo" + "rk/main\n", "one machine"},
		{"a.sh", "x=/tm" + "p/x\n", "one machine"},
		{"a.yml", "GOPROXY=https://proxy.go" + "lang.org\n", "registry"},
		{"a.yml", "//registry.npm" + "js.org\n", "registry"},
		{"a.yml", "http://deb.deb" + "ian.org\n", "registry"},
		{"a.md", "a sub" + "agent wrote this\n", "workshop"},
		{"a.md", "the CE" + "O said\n", "workshop"},
		{"a.go", "package a\n\n// FIX" + "ME\n", "issue"},
		{"a.go", "package a\n\n// XX" + "X look again\n", "issue"},
		{"a.go", "package a\n\n// TO" + "DO: later\n", "names its issue"},
		{"a.go", "package a\n\n// TO" + "DO(#x): later\n", "names its issue"},
		{"a.go", "package a\n\n// TO" + "DO(#12): later\n", ""},
		{"go.sum", "h1:XX" + "X=\n", ""},
		{"a.bin", "\x00/wo" + "rk/", ""},
		{"a.md", "framework/works, /workshop, MANGO" + "DB, networks/x\n", ""},
	})
}

func TestDocumentsAreShort(t *testing.T) {
	t.Parallel()
	hold(t, CheckPages, []snippet{
		{"README.md", strings.Repeat("x\n", 151), "151 lines"},
		{"README.zh-CN.md", strings.Repeat("x\n", 151), "151 lines"},
		{"ARCHITECTURE.md", strings.Repeat("x\n", 141), "141 lines"},
		{"README.md", strings.Repeat("x\n", 150), ""},
		{"docs/README.md", strings.Repeat("x\n", 500), ""},
	})
}

func TestFoldersSayWhatIsInThem(t *testing.T) {
	t.Parallel()
	hold(t, CheckFolders, []snippet{
		{"pkg/a/b.txt", "x", "named after"},
		{"internal/util/a.txt", "x", "named after"},
		{"ledger/model/sub/a.txt", "x", "named after"},
		{"ledger/model.go", "package ledger\n", ""},
		{"models/a.txt", "x", ""},
	})
}

func TestNoTestSkipsItself(t *testing.T) {
	t.Parallel()
	body := func(f string) string {
		return "package x\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\n" + f + "\n"
	}
	const sentence = `"zbarimg is missing: install zbar-tools"`
	hold(t, CheckSkips, []snippet{
		{"a/a_test.go", body("func TestX(t *testing.T) { t.Skip(" + sentence + ") }"), "does not skip itself"},
		{"a/a_test.go", body("func TestX(t *testing.T) { t.Run(\"x\", func(u *testing.T) { u.Skipf(" + sentence + ") }) }"), "does not skip itself"},
		{"a/a_test.go", body("func BenchmarkX(b *testing.B) { if os.Getenv(\"CI\") == \"\" { b.SkipNow() } }"), "does not skip itself"},
		{"a/a_test.go", body("func need(t testing.TB) { t.Skip(" + sentence + ") }"), "look at CI"},
		{"a/a_test.go", body("func need(t testing.TB) { if os.Getenv(\"CI\") == \"\" { t.SkipNow() } }"), "in a sentence"},
		{"a/a_test.go", body("func need(t testing.TB) { if os.Getenv(\"CI\") == \"\" { t.Skip(\"missing\") } }"), "in a sentence"},
		{"internal/dbtest/a.go", body("func need(t testing.TB) { t.Skip(" + sentence + ") }"), "look at CI"},
		{"a/a_test.go", body("func need(t testing.TB) { if os.Getenv(\"CI\") == \"\" { t.Skip(" + sentence + ") } }"), ""},
		{"a/a_test.go", body("func need(t testing.TB, why string) { if os.Getenv(\"CI\") == \"\" { t.Skip(why) } }"), ""},
		{"a/a_test.go", body("func TestX(t *testing.T) { rapid.Check(t, func(t *rapid.T) { t.Skip() }) }"), ""},
		{"a/a_test.go", body("func TestX(t *testing.T) { dec.Skip() }"), ""},
	})
}

// TestLoadWithoutGit shows that a copy without its history is checked as well.
func TestLoadWithoutGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, body := range map[string]string{
		"go.mod": "module x\n", "ledger/a.go": "package ledger\n", "data/x.txt": "left out\n", "bin/y.txt": "left out\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Text) != 2 || len(tree.Go) != 1 {
		t.Errorf("Load found %d texts and %d Go files, want 2 and 1", len(tree.Text), len(tree.Go))
	}
}
