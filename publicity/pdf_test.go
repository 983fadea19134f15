package publicity

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"fundbook/internal/fault"
)

// TestOpinionSurvives prints the whole county opinion and reads it back: not
// one character may be lost. (The library's own line breaking loses one per line.)
func TestOpinionSurvives(t *testing.T) {
	t.Parallel()
	text := opinion(t)
	for _, dense := range []bool{false, true} {
		d := plain(t)
		d.dense = dense
		d.Paragraph(text)
		got, want := blockOf(t, mustBytes(t, d)), squeeze(text)
		if got == want {
			continue
		}
		g, w := []rune(got), []rune(want)
		at := 0
		for at < min(len(g), len(w)) && g[at] == w[at] {
			at++
		}
		t.Errorf("dense=%v: %d characters read, want %d; they part at %d: %q, want %q", dense, len(g), len(w), at,
			string(g[at:min(at+20, len(g))]), string(w[at:min(at+20, len(w))]))
	}
}

// TestReadingBackSeesALoss is the negative control: one character less on the
// paper is one less in what is read.
func TestReadingBackSeesALoss(t *testing.T) {
	t.Parallel()
	text := []rune(squeeze(opinion(t)))[:2000]
	d := plain(t)
	d.Paragraph(string(text[:1000]) + string(text[1001:]))
	if got := blockOf(t, mustBytes(t, d)); got == string(text) || len([]rune(got)) != len(text)-1 {
		t.Errorf("%d characters read, want %d", len([]rune(got)), len(text)-1)
	}
}

func TestVillageNamesPrint(t *testing.T) {
	t.Parallel()
	d := plain(t)
	var rows []Row
	for i, name := range villages(t) {
		rows = append(rows, Row{Cells: []string{fmt.Sprint(i + 1), name}})
	}
	if len(rows) < 190 {
		t.Fatalf("only %d names in the test data", len(rows))
	}
	d.Table(Table{Columns: []Column{{Head: "序号", Align: AlignRight}, {Head: "村名"}}, Rows: rows})
	text := textOf(t, mustBytes(t, d))
	for i, r := range rows {
		if want := fmt.Sprint(i+1) + r.Cells[1]; !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper", want)
		}
	}
}

func TestRareCharactersPrint(t *testing.T) {
	t.Parallel()
	const names = "坋坵塅筜筼輋〇㙟𬭚𬱖𫖯龑頔"
	d := plain(t)
	d.Title("钟𬭚家庭补助公示")
	d.Heading(1, "一、"+names)
	d.Heading(2, "（一）"+names)
	d.Paragraph(names)
	d.Table(Table{Columns: []Column{{Head: names}, {Head: "金额", Align: AlignRight}}, Rows: []Row{{Cells: []string{names, "1.00"}}}})
	pdf := mustBytes(t, d)
	text := textOf(t, pdf)
	if n := strings.Count(text, names); n != 5 {
		t.Errorf("%d of 5 places carry %q: %q", n, names, text)
	}
	if !strings.Contains(text, "钟𬭚家庭") {
		t.Errorf("the title lost its plane 2 character: %q", text)
	}
}

func TestMissingGlyphIsAnError(t *testing.T) {
	t.Parallel()
	d := plain(t)
	d.Paragraph("项目负责人为安远县车头镇官溪村村民钟\U00030EDE昇、叶\U00031350犇，联系电话另附。")
	_, err := d.Bytes()
	if !errors.Is(err, ErrNoGlyph) {
		t.Fatalf("Bytes() = %v, want %v", err, ErrNoGlyph)
	}
	f := fault.From(err)
	for _, want := range []string{"U+30EDE", "U+31350", "钟\U00030EDE昇"} {
		if !strings.Contains(f.Detail, want) {
			t.Errorf("detail %q does not say %q", f.Detail, want)
		}
	}
	if len(f.Fields) != 2 {
		t.Errorf("%d fields, want 2", len(f.Fields))
	}
	if got := builtin(t).Missing("钟\U00030EDE昇\U00030EDE，a\n"); string(got) != "\U00030EDE" {
		t.Errorf("Missing = %q, want %q", string(got), "\U00030EDE")
	}
}

func TestRefusedText(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"invalid UTF-8":         "安远县\xe4\xb8财政局",
		"a lone byte":           "\xff",
		"NUL":                   "安远\x00县",
		"a tab":                 "安远\t县",
		"a carriage return":     "安远\r县",
		"a zero width space":    "安远\u200b县",
		"a byte order mark":     "\ufeff安远县",
		"an embedding":          "安远\u202e县",
		"a line separator":      "安远\u2028县",
		"a replacement":         "安远\ufffd县",
		"a non-character":       "安远\uffff县",
		"a plane 1 noncharcter": "安远\U0001ffff县",
	} {
		for where, add := range map[string]func(*Doc){
			"title":     func(d *Doc) { d.Title(text) },
			"subtitle":  func(d *Doc) { d.Subtitle(text) },
			"heading":   func(d *Doc) { d.Heading(1, text) },
			"paragraph": func(d *Doc) { d.Paragraph(text) },
			"note":      func(d *Doc) { d.Note(text) },
			"fact":      func(d *Doc) { d.Facts([]Fact{{"地点", text}}) },
			"cell":      func(d *Doc) { d.Table(Table{Columns: []Column{{Head: "甲"}}, Rows: []Row{{Cells: []string{text}}}}) },
			"head":      func(d *Doc) { d.Table(Table{Columns: []Column{{Head: text}}}) },
			"issuer":    func(d *Doc) { d.SignAndSeal(text, "2026年3月2日", 45) },
			"contact":   func(d *Doc) { d.VerifyBlock("https://a/v/1", "1", "2", []Fact{{"电话", text}}) },
			"meta":      func(d *Doc) { d.meta.Title = text },
			"footer":    func(d *Doc) { d.meta.Footer = text },
			"watermark": func(d *Doc) { d.meta.Watermark = text },
		} {
			d := plain(t)
			add(d)
			if _, err := d.Bytes(); !errors.Is(err, ErrText) {
				t.Errorf("%s as %s: Bytes() = %v, want %v", name, where, err, ErrText)
			}
		}
	}
}

func TestNoDateIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := NewDoc(builtin(t), Meta{}).Bytes(); !errors.Is(err, ErrPDF) {
		t.Errorf("Bytes() without a date = %v, want %v", err, ErrPDF)
	}
}

func TestTooLongIsAnError(t *testing.T) {
	t.Parallel()
	d := plain(t)
	for range maxPages + 5 {
		d.newPage(false)
	}
	if _, err := d.Bytes(); !errors.Is(err, ErrTooLong) {
		t.Errorf("Bytes() = %v, want %v", err, ErrTooLong)
	}
}

// TestSameBytes renders each variant repeatedly and concurrently.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	fonts := builtin(t)
	for name, c := range variants() {
		first, err := c.paper(fonts)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				again, err := c.paper(fonts)
				if err != nil || !bytes.Equal(first, again) {
					t.Errorf("%s: other bytes the second time (error %v)", name, err)
				}
			})
		}
		wg.Wait()
		c.CutoffSeq++
		other, err := c.paper(fonts)
		if err != nil || bytes.Equal(first, other) {
			t.Errorf("%s: other content, same bytes (error %v)", name, err)
		}
	}
}

// TestSameBytesInAnotherProcess runs this test binary once more, so that map
// order, addresses and the clock differ.
func TestSameBytesInAnotherProcess(t *testing.T) {
	t.Parallel()
	sum := func() string {
		h := sha256.New()
		for _, name := range []string{"wide", "one", "huge"} {
			pdf, err := variants()[name].paper(builtin(t))
			if err != nil {
				t.Fatal(err)
			}
			h.Write(pdf)
		}
		return fmt.Sprintf("sum %x", h.Sum(nil))
	}()
	if os.Getenv("FUNDBOOK_TEST_SUM") != "" {
		fmt.Println(sum)
		return
	}
	for range 2 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSameBytesInAnotherProcess$")
		cmd.Env = append(os.Environ(), "FUNDBOOK_TEST_SUM=1", "TZ=America/New_York")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), sum) {
			t.Errorf("another process gives %s, want %s (error %v)", out, sum, err)
		}
	}
}

func TestFileIsSound(t *testing.T) {
	t.Parallel()
	for name, c := range variants() {
		pdf, err := c.paper(builtin(t))
		if err != nil {
			t.Fatal(err)
		}
		path := save(t, pdf)
		if out := tool(t, "qpdf", "--check", path); !strings.Contains(out, "No syntax or stream encoding errors") {
			t.Errorf("%s: qpdf says %s", name, out)
		}
		if !bytes.HasPrefix(pdf, []byte("%PDF-1.7")) || !bytes.Contains(pdf, []byte("/ID [<")) {
			t.Errorf("%s: no version 1.7 or no identifier", name)
		}
		for _, l := range strings.Split(strings.TrimSpace(tool(t, "pdffonts", path)), "\n")[2:] {
			if f := strings.Fields(l); f[len(f)-5] != "yes" || f[len(f)-4] != "yes" || !strings.Contains(f[0], "+Fundbook") {
				t.Errorf("%s: a font is not embedded as a subset: %s", name, l)
			}
		}
	}
}

func TestDescription(t *testing.T) {
	t.Parallel()
	d := NewDoc(builtin(t), Meta{Title: "钟𬭚（公示）", Author: "安远县财政局", Subject: "〔2026〕1号", Keywords: "公告", Date: day()})
	d.Paragraph("正文。")
	if !bytes.Equal(mustBytes(t, d), mustBytes(t, d)) {
		t.Error("a document gives other bytes when it is asked twice")
	}
	out := tool(t, "pdfinfo", "-isodates", save(t, mustBytes(t, d)))
	for _, want := range []string{"钟𬭚（公示）", "安远县财政局", "〔2026〕1号", "2026-03-02", "595.28 x 841.89 pts (A4)", "PDF version:     1.7"} {
		if !strings.Contains(out, want) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, out)
		}
	}
}

func TestPageCount(t *testing.T) {
	t.Parallel()
	d := NewDoc(builtin(t), Meta{Footer: "安财〔2026〕1号", Trace: "核验码 7K3QX9ZC2M4WF", Banner: "样例数据", Watermark: "样例数据", Date: day()})
	d.Paragraph(opinion(t))
	pages := pagesOf(t, mustBytes(t, d))
	if len(pages) < 10 {
		t.Fatalf("%d pages, want more", len(pages))
	}
	for i, text := range pages {
		for _, want := range []string{fmt.Sprintf("安财〔2026〕1号第%d页共%d页", i+1, len(pages)), fmt.Sprintf("—%d—", i+1), "核验码7K3QX9ZC2M4WF"} {
			if !strings.Contains(text, want) {
				t.Errorf("page %d does not say %q", i+1, want)
			}
		}
		// The banner is text; the watermark is not, so that it does not get
		// between the words of who copies or searches.
		if n := strings.Count(text, "样例数据"); n != 1 {
			t.Errorf("page %d says 样例数据 %d times, want 1", i+1, n)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "公告", "\xff", "\x00", "𬭚㙟", "1,234.56元", "\n\n", strings.Repeat("，", 50), "\U00030EDE", "(\\)\r", "上下\u4e0a\u0a0d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := plain(t)
		d.Title(s)
		d.Paragraph(s)
		d.Table(Table{Columns: []Column{{Head: s}, {Head: s, Align: AlignRight}}, Rows: []Row{{Cells: []string{s, s}}, {Cells: []string{s, "1"}, Strong: true}}})
		d.Facts([]Fact{{s, s}})
		d.SignAndSeal(s, s, 40)
		d.VerifyBlock(s, s, s, []Fact{{s, s}})
		if pdf, err := d.Bytes(); err == nil && !bytes.HasPrefix(pdf, []byte("%PDF-1.7")) {
			t.Errorf("no error and no PDF")
		} else if err != nil && errors.Is(err, ErrPDF) {
			t.Errorf("the library failed: %v", err)
		}
	})
}
