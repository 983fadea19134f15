package publicity

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
)

// tool runs an external program that reads PDFs with other eyes than ours. On
// a machine without it the test is skipped, but never in CI.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed, and CI must have it", name)
		}
		t.Skipf("%s is not installed: this test reads the PDF with it", name)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, stderr.Bytes())
	}
	return string(out)
}

// save writes a PDF where a tool can read it.
func save(t *testing.T, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notice.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// squeeze drops white space: where the paper has a line end, text has none.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// pagesOf returns the text of each page as pdftotext reads it, in the order
// of the content, without white space.
func pagesOf(t *testing.T, pdf []byte) []string {
	t.Helper()
	out := tool(t, "pdftotext", "-raw", save(t, pdf), "-")
	pages := strings.Split(strings.TrimSuffix(out, "\f"), "\f")
	for i := range pages {
		pages[i] = squeeze(pages[i])
	}
	return pages
}

func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	return strings.Join(pagesOf(t, pdf), "")
}

// blockOf returns the text of the text block alone, without what stands in the
// margins, all pages together.
func blockOf(t *testing.T, pdf []byte) string {
	t.Helper()
	points := func(l length) string { return strconv.Itoa(int(l.pt())) }
	a := areaOf(false)
	return squeeze(tool(t, "pdftotext", "-raw", "-r", "72",
		"-x", points(a.left-5*mm), "-y", points(a.top-2*mm), "-W", points(a.width+15*mm), "-H", points(a.height+4*mm),
		save(t, pdf), "-"))
}

// day is a date that a document may carry.
func day() time.Time { return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) }

// plain returns an empty document.
func plain(t testing.TB) *Doc {
	t.Helper()
	return NewDoc(builtin(t), Meta{Title: "公告", Author: "安远县财政局", Date: day()})
}

func mustBytes(t testing.TB, d *Doc) []byte {
	t.Helper()
	pdf, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// villages returns the names of the county's townships and villages.
func villages(t testing.TB) []string {
	t.Helper()
	f, err := os.Open("testdata/divisions_anyuan_360726.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range rows[1:] {
		names = append(names, r[2])
	}
	return names
}
