package tidy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sources are snippets of one tree.
func sources(t *testing.T, files ...snippet) *Tree {
	t.Helper()
	tree := &Tree{}
	for _, f := range files {
		if err := tree.Add(f.path, []byte(f.body)); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// TestFaultsSpeakBothLanguages holds every text of a fault to its line in the
// catalogues. UPDATE=1 writes them anew, with a line to be filled in for each text
// that lacks one.
func TestFaultsSpeakBothLanguages(t *testing.T) {
	t.Parallel()
	if os.Getenv("UPDATE") != "" {
		for file, body := range Catalogues(repository(t)) {
			if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(file)), []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	code := func(body string) string {
		return "package ledger\n\nimport \"fundbook/internal/fault\"\n\nfunc f(name string) error {\n" + body + "\n}\n"
	}
	hold(t, CheckCatalogues, []snippet{
		{"ledger/a.go", code(`return errX.With("批次 %s", name)`), "details.en.tsv lacks \"批次 %s\""},
		{"ledger/a.go", code(`return errX.With("批次" + "%s", name)`), "details.en.tsv lacks \"批次%s\""},
		{"ledger/a.go", code(`return errX.With("%s", fault.Say("批次 %s", name))`), "details.en.tsv lacks \"批次 %s\""},
		{"ledger/a.go", code(`return errX.With("%s", "甲")`), "words.en.tsv lacks \"甲\""},
		{"ledger/a.go", code(`return errX.With("%s", "批次 "+name)`), "words.en.tsv lacks \"批次 %s\""},
		{"ledger/a.go", code(`return errX.With("%s", fmt.Sprintf("批次 %d", 3))`), "words.en.tsv lacks \"批次 %s\""},
		{"ledger/a.go", code(`return errX.With("%s", why())`) + "\nfunc why() string { return \"甲\" }\n", "words.en.tsv lacks \"甲\""},
		{"ledger/a.go", code(`return errX.With(formats[0], name)`), "is a literal"},
		{"ledger/a.go", code(`return errX.At("date", "missing", "")`), "places.zh.tsv lacks \"missing\""},
		{"ledger/a.go", code(`return errX.At("date", name+"x", "")`), "AtText takes"},
		{"ledger/a.go", code(`bad := func(format string) error { return errX.With(format, name) }; return bad("批次 %s")`), "details.en.tsv lacks \"批次 %s\""},
		{"ledger/a.go", code(`bad := func(why string) error { return errX.With("%s", why) }; return bad("甲")`), "words.en.tsv lacks \"甲\""},
		{"ledger/a.go", "package ledger\n\nfunc (p P) Fault(format string) error { return errX.With(format) }\n\nfunc f() error { return p.Fault(\"缺\") }\n", "lacks \"缺\""},
		{detailFile, "批次 %s\tlot %s\n", "used nowhere"},

		{"ledger/a.go", code(`return errX.With("%s = %q", name, "x")`), ""},
		{"ledger/a_test.go", code(`return errX.With("批次 %s", name)`), ""},
		{"ledger/a.go", code(`return errX.With("%s", strings.Join(list, "、"))`), ""},
	})
}

// TestCatalogueLinesAreHeld shows what is wrong with a line that is used.
func TestCatalogueLinesAreHeld(t *testing.T) {
	t.Parallel()
	src := snippet{path: "ledger/a.go", body: "package ledger\n\nvar x, y = errX.With(\"甲 %s %d\", \"乙\", 1), errX.At(\"a\", \"late\", \"\")\n"}
	const detail, word, place = "甲 %s %d\ta %s %d\n", "乙\tb\n", "late\t晚\n"
	for _, c := range []struct{ detail, word, place, want string }{
		{detail, word, place, ""},
		{"甲 %s %d\t%[2]d for a %[1]s\n", word, place, ""},
		{"甲 %s %d\ta %s\n", word, place, "its translation 1:s"},
		{"甲 %s %d\ta %d %s\n", word, place, "its translation 1:d 2:s"},
		{"甲 %s %d\t\n", word, place, "has no translation"},
		{"甲 %s %d\t丙 %s %d\n", word, place, "is not in English"},
		{detail + detail, word, place, "stands twice"},
		{detail, "乙\t\n", place, "has no translation"},
		{detail, word, "late\tlate\n", "is not in Chinese"},
	} {
		got := CheckCatalogues(sources(t, src, snippet{path: detailFile, body: c.detail},
			snippet{path: wordFile, body: c.word}, snippet{path: placeFile, body: c.place}))
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0].Why, c.want)) {
			t.Errorf("%q: findings %v, want %q", c.detail+c.word+c.place, got, c.want)
		}
	}
}

// TestCataloguesWrittenAnew keeps translations, drops what nothing uses and asks
// for what lacks.
func TestCataloguesWrittenAnew(t *testing.T) {
	t.Parallel()
	got := Catalogues(sources(t, snippet{path: "ledger/a.go", body: "package ledger\n\nvar x, y = errX.With(\"乙\"), errX.With(\"甲\")\n"},
		snippet{path: detailFile, body: "甲\ta\n丙\tc\n"}))
	if want := "乙\t\n甲\ta\n"; got[detailFile] != want {
		t.Errorf("catalogue %q, want %q", got[detailFile], want)
	}
}
