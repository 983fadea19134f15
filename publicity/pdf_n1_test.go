package publicity

import (
	"errors"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustRender(t testing.TB, c Allocation) []byte {
	t.Helper()
	pdf, err := renderAllocation(builtin(t), c)
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
				c.Title, c.Number, c.Publisher, "2026年3月2日", c.Lead, c.TotalWords, c.SupervisionText, c.Hotline,
				c.Code, c.DigestHex[:32], "（盖章处）", "资金来源（2026年度）", yuan(c.SourcesFen), yuan(c.UnallocatedFen),
			}
			for _, s := range c.Sources {
				wants = append(wants, s.Tier, s.Name, s.Document, yuan(s.Fen))
				if s.Document == "" {
					wants = append(wants, "未列明文号")
				}
			}
			for _, r := range c.Rows {
				wants = append(wants, strconv.Itoa(r.Seq)+r.Recipient, r.Project, r.Place, r.Content, yuan(r.Fen))
				if r.Inferred {
					wants = append(wants, r.Source+"（推定）")
				}
			}
			for _, f := range c.Contacts {
				wants = append(wants, f.Label+squeeze(f.Text))
			}
			wants = append(wants, c.Findings...)
			for _, want := range wants {
				if !strings.Contains(text, squeeze(want)) {
					t.Errorf("%q is not on the paper", want)
				}
			}
			for i, page := range pages {
				marks := map[string]bool{
					"样例数据": c.Sample, "未审核": c.Unreviewed, c.Number: true, c.Code: true,
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
		if len(c.Rows) == 0 {
			continue
		}
		text := textOf(t, mustRender(t, c))
		text = text[strings.Index(text, "金额（元）1"+c.Rows[0].Recipient):]
		text = text[:strings.Index(text, "监督方式")]
		got := amounts(t, regexp.MustCompile(`—\d+—|第\d+页`).ReplaceAllString(text, ""))
		if len(got) < len(c.Rows)+1 {
			t.Errorf("%s: %d amounts on the paper, want %d", name, len(got), len(c.Rows)+1)
			continue
		}
		sum := int64(0)
		for _, n := range got[:len(c.Rows)] {
			sum += n
		}
		if total := got[len(c.Rows)]; sum != total || total != c.AllocatedFen {
			t.Errorf("%s: the printed amounts come to %d, the printed total is %d, the content's %d", name, sum, total, c.AllocatedFen)
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
		d := c.lay(builtin(t), "2026年3月2日", "长期公开", false)
		text := ""
		for _, o := range d.page().ops {
			if r, ok := o.(*run); ok {
				text += r.text.String()
			}
		}
		if !strings.Contains(text, "监督方式") || !strings.Contains(text, "盖章处") || !strings.Contains(text, c.Code) {
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
		if got := strings.TrimSpace(tool(t, "zbarimg", "--quiet", "--raw", pages[len(pages)-1])); got != c.VerifyURL {
			t.Errorf("%s: the code reads %q, want %q", name, got, c.VerifyURL)
		}
	}
}

// TestNoPublicPageNoQR: without a page that citizens can open the paper carries
// no QR code, but the code and whom to ask.
func TestNoPublicPageNoQR(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "wide"} {
		for url, want := range map[string]int{variants()[name].VerifyURL: 1, "": 0} {
			c := variants()[name]
			c.VerifyURL = url
			codes := 0
			d := c.lay(builtin(t), "2026年3月2日", "长期公开", false)
			for _, p := range d.pages {
				for _, o := range p.ops {
					if _, ok := o.(*code); ok {
						codes++
					}
				}
			}
			text := strings.Join(pagesOf(t, mustRender(t, c)), "")
			if codes != want || !strings.Contains(text, c.Code) || strings.Contains(text, "向发布单位") == (url != "") || strings.Contains(text, "扫") != (url != "") {
				t.Errorf("%s with URL %q: %d codes, want %d; the paper says %s", name, url, codes, want, text)
			}
		}
	}
}

func TestAllocationRefusals(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Allocation){
		"no title":                    func(c *Allocation) { c.Title = " " },
		"no number":                   func(c *Allocation) { c.Number = "" },
		"no publisher":                func(c *Allocation) { c.Publisher = "" },
		"no code":                     func(c *Allocation) { c.Code = "" },
		"a short code":                func(c *Allocation) { c.Code = c.Code[1:] },
		"a code with a letter O":      func(c *Allocation) { c.Code = "7K3QX9ZC2M4OF" },
		"no year":                     func(c *Allocation) { c.FundYear = 0 },
		"no sources":                  func(c *Allocation) { c.Sources = nil },
		"a short digest":              func(c *Allocation) { c.DigestHex = "77d5" },
		"no date":                     func(c *Allocation) { c.Published = "" },
		"a date that is none":         func(c *Allocation) { c.Published = "2026-02-30" },
		"no end":                      func(c *Allocation) { c.LongTerm = false },
		"an end before the beginning": func(c *Allocation) { c.LongTerm, c.PeriodTo = false, "2026-03-01" },
		"rows that miss the total":    func(c *Allocation) { c.Rows[0].Fen++ },
		"sources that miss the total": func(c *Allocation) { c.Sources[0].Fen++ },
		"a remainder that is none":    func(c *Allocation) { c.UnallocatedFen++ },
		"a sum beyond the range": func(c *Allocation) {
			c.Rows[0].Fen, c.Rows[1].Fen = math.MaxInt64, math.MaxInt64
			c.total()
		},
	} {
		c := sampleAllocation(4)
		spoil(&c)
		if _, err := renderAllocation(builtin(t), c); !errors.Is(err, ErrNotice) {
			t.Errorf("%s: %v, want %v", name, err, ErrNotice)
		}
	}
	c := sampleAllocation(4)
	c.UnallocatedFen += 10
	c.Findings = []string{"项目合计与来源差额 0.10 元。"}
	if _, err := renderAllocation(builtin(t), c); err != nil {
		t.Errorf("a difference that is stated: %v, want none", err)
	}
}

func TestYuan(t *testing.T) {
	t.Parallel()
	got := map[int64]string{}
	want := map[int64]string{
		0: "0.00", 5: "0.05", -5: "-0.05", 100: "1.00", 99_999: "999.99", 100_000: "1,000.00", 123_456_789: "1,234,567.89",
		-100_000: "-1,000.00", math.MaxInt64: "92,233,720,368,547,758.07", math.MinInt64: "-92,233,720,368,547,758.08",
	}
	for fen := range want {
		got[fen] = yuan(fen)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("yuan (-want +got):\n%s", diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		fen := rapid.Int64().Draw(t, "fen")
		back, err := strconv.ParseInt(strings.NewReplacer(",", "", ".", "").Replace(yuan(fen)), 10, 64)
		if err != nil || back != fen {
			t.Fatalf("yuan(%d) = %s, which reads %d, %v", fen, yuan(fen), back, err)
		}
	})
}
