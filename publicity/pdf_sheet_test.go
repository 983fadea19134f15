package publicity

import (
	"errors"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func mustRender(t testing.TB, c *printed) []byte {
	t.Helper()
	pdf, err := c.paper(builtin(t))
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// amounts returns the amounts printed in text, in fen.
func amounts(t *testing.T, text string) []int64 {
	t.Helper()
	var out []int64
	for _, s := range regexp.MustCompile(`-?\d{1,3}(,\d{3})*\.\d{2}`).FindAllString(text, -1) {
		n, err := strconv.ParseInt(strings.NewReplacer(",", "", ".", "").Replace(s), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// TestAllocationSaysItAll reads every variant back and looks for all of its content.
func TestAllocationSaysItAll(t *testing.T) {
	t.Parallel()
	for name, c := range variants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pdf := mustRender(t, c)
			pages := pagesOf(t, pdf)
			text := strings.Join(pages, "")
			wants := []string{
				c.Title, c.Number, c.Publisher, "2026年3月2日", c.Lead[0], c.Supervision, c.Hotline, c.mark.code, c.mark.digest[:32], "（盖章处）",
			}
			for _, s := range c.allocation.sources {
				wants = append(wants, s.lot.Tier.Chinese(), s.lot.Name, string(s.lot.DocNo), s.fen.Grouped())
				if s.lot.DocNo == "" {
					wants = append(wants, "未列明文号")
				}
			}
			for i, r := range c.rows {
				wants = append(wants, strconv.Itoa(i+1)+r.recipient, r.project, r.place, r.content, r.fen.Grouped())
				if r.inferred {
					wants = append(wants, r.tier+"（推定）")
				}
			}
			for _, f := range c.Contacts {
				wants = append(wants, f.Label+squeeze(f.Text))
			}
			for _, f := range c.doc.Findings {
				wants = append(wants, f.Detail)
			}
			for _, want := range wants {
				if !strings.Contains(text, squeeze(want)) {
					t.Errorf("%q is not on the paper", want)
				}
			}
			for i, page := range pages {
				marks := map[string]bool{
					"样例数据": c.Sample, "未审核": c.Unreviewed, c.Number: true, c.mark.code: true,
					"账本截至第123456号记录": true, "第" + strconv.Itoa(i+1) + "页共" + strconv.Itoa(len(pages)) + "页": true,
				}
				for mark, want := range marks {
					if got := strings.Contains(page, mark); got != want {
						t.Errorf("page %d says %s: %v, want %v", i+1, mark, got, want)
					}
				}
			}
		})
	}
}

// TestPrintedAmountsAddUp takes the amounts of the table off the paper: they
// come to the printed total.
func TestPrintedAmountsAddUp(t *testing.T) {
	t.Parallel()
	for name, c := range variants() {
		if len(c.rows) == 0 {
			continue
		}
		text := textOf(t, mustRender(t, c))
		text = text[strings.Index(text, "金额（元）1"+c.rows[0].recipient):]
		text = text[:strings.Index(text, "监督方式")]
		got := amounts(t, regexp.MustCompile(`—\d+—|第\d+页`).ReplaceAllString(text, ""))
		if len(got) < len(c.rows)+1 {
			t.Errorf("%s: %d amounts on the paper, want %d", name, len(got), len(c.rows)+1)
			continue
		}
		sum := int64(0)
		for _, n := range got[:len(c.rows)] {
			sum += n
		}
		if total := got[len(c.rows)]; sum != total || total != int64(c.total()) {
			t.Errorf("%s: the printed amounts come to %d, the printed total is %d, the content's %d", name, sum, total, c.total())
		}
	}
}

func TestOneSheet(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"one": 1, "none": 1, "short": 2} {
		if got := len(pagesOf(t, mustRender(t, variants()[name]))); got != want {
			t.Errorf("%s: %d pages, want %d", name, got, want)
		}
	}
}

// TestLastPageCarriesText: GB/T 9704 forbids a page with a seal and no text.
func TestLastPageCarriesText(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		c := sampleAllocation(n)
		if err := c.set(); err != nil {
			t.Fatal(err)
		}
		d := c.doc1(builtin(t), false)
		text := ""
		for _, o := range d.page().ops {
			if r, ok := o.(*run); ok {
				text += r.text.String()
			}
		}
		if !strings.Contains(text, "监督方式") || !strings.Contains(text, "盖章处") || !strings.Contains(text, c.mark.code) {
			t.Errorf("%d rows: the last page says %q", n, text)
		}
	}
}

func TestQRReadsBack(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "wide"} { // beside the signature, and under it
		c := variants()[name]
		path := save(t, mustRender(t, c))
		prefix := filepath.Join(filepath.Dir(path), "page")
		tool(t, "pdftoppm", "-r", "150", "-png", path, prefix)
		pages, err := filepath.Glob(prefix + "*.png")
		if err != nil || len(pages) == 0 {
			t.Fatalf("no picture, error %v", err)
		}
		if got := strings.TrimSpace(tool(t, "zbarimg", "--quiet", "--raw", pages[len(pages)-1])); got != c.mark.url {
			t.Errorf("%s: the code reads %q, want %q", name, got, c.mark.url)
		}
	}
}

// TestNoPublicPageNoQR: without a page that citizens can open the paper carries
// no QR code, but the code and whom to ask.
func TestNoPublicPageNoQR(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "wide"} {
		for url, want := range map[string]int{variants()[name].mark.url: 1, "": 0} {
			c := variants()[name]
			c.mark.url = url
			codes := 0
			d := c.doc1(builtin(t), false)
			for _, p := range d.pages {
				for _, o := range p.ops {
					if _, ok := o.(*code); ok {
						codes++
					}
				}
			}
			text := strings.Join(pagesOf(t, mustRender(t, c)), "")
			if codes != want || !strings.Contains(text, c.mark.code) || strings.Contains(text, "向发布单位") == (url != "") || strings.Contains(text, "扫") != (url != "") {
				t.Errorf("%s with URL %q: %d codes, want %d; the paper says %s", name, url, codes, want, text)
			}
		}
	}
}

// TestSheetRefusals spoils a sheet in each way that its check knows.
func TestSheetRefusals(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]struct {
		do   func(*Sheet)
		want error
	}{
		"no title":                    {func(s *Sheet) { s.Title = " " }, ErrNotice},
		"no number":                   {func(s *Sheet) { s.Number = "" }, ErrNotice},
		"no publisher":                {func(s *Sheet) { s.Publisher = "" }, ErrNotice},
		"no reason":                   {func(s *Sheet) { s.Lead = nil }, ErrNotice},
		"no hotline":                  {func(s *Sheet) { s.Hotline = "" }, ErrNotice},
		"a type that is none":         {func(s *Sheet) { s.Type = "N13" }, ErrType},
		"no sources":                  {func(s *Sheet) { s.Parts = s.Parts[1:] }, ErrRequired},
		"empty sources":               {func(s *Sheet) { s.Parts[0] = Part{Name: "资金来源"} }, ErrRequired},
		"no date":                     {func(s *Sheet) { s.Published = 0 }, ErrNotice},
		"an end before the beginning": {func(s *Sheet) { s.To = s.From.AddDays(-1) }, ErrNotice},
		"rows that miss the total":    {func(s *Sheet) { s.Parts[1].Table.Rows[0].Cells[6].N++ }, ErrNotice},
		"sources that miss the total": {func(s *Sheet) { s.Parts[0].Table.Rows[0].Cells[3].N++ }, ErrNotice},
		"a row that lacks a cell":     {func(s *Sheet) { s.Parts[1].Table.Rows[0].Cells = nil }, ErrNotice},
		"a sum beyond the range": {func(s *Sheet) {
			s.Parts[1].Table.Rows[0].Cells[6].N, s.Parts[1].Table.Rows[1].Cells[6].N = math.MaxInt64, math.MaxInt64
		}, ErrNotice},
		"an identity number": {func(s *Sheet) { s.Parts[1].Table.Rows[0].Cells[2] = text("李某 36072619900101123X") }, ErrPrivate},
		"a mobile number":    {func(s *Sheet) { s.Lead[0] += "电话１３８ ００００ ００００" }, ErrPrivate},
		"a card number":      {func(s *Sheet) { s.Parts[0].Note = "卡号6222-0202-0000-0000-006" }, ErrPrivate},
	} {
		c := sampleAllocation(4)
		if err := c.set(); err != nil {
			t.Fatal(err)
		}
		spoil.do(&c.Sheet)
		if _, err := c.paper(builtin(t)); !errors.Is(err, spoil.want) {
			t.Errorf("%s: %v, want %v", name, err, spoil.want)
		}
	}
}
