package publicity

import (
	"fmt"
	"strings"
	"testing"
)

// inkBox is where the ink of a text may be.
type inkBox struct {
	x1, y1, x2, y2 length
	text           string
}

func boxOf(f *Fonts, r *run) inkBox {
	w := length(0)
	for _, c := range r.text.String() {
		w += r.size.advance(f.sources[r.source].advance(c)) + r.spacing
	}
	em := r.size.em()
	return inkBox{r.x, r.y - em*80/100, r.x + w - r.spacing, r.y + em*8/100, r.text.String()}
}

// collisions lists what a reader would call a misprint on a page: a text over
// another, over a line, or outside the sheet's margins.
func collisions(f *Fonts, s sheet) []string {
	var bad []string
	var texts []inkBox
	a := areaOf(s.landscape)
	const touch = 150 // µm that neighbours may share: the grid is set a little tight
	for _, o := range s.ops {
		r, ok := o.(*run)
		if !ok {
			continue
		}
		b := boxOf(f, r)
		for _, t := range texts {
			if b.x1+touch < t.x2 && t.x1+touch < b.x2 && b.y1+touch < t.y2 && t.y1+touch < b.y2 {
				bad = append(bad, fmt.Sprintf("%q over %q", b.text, t.text))
			}
		}
		texts = append(texts, b)
		if hang := r.size.em() * 3 / 2; b.x1 < a.left-touch || b.x2 > a.right()+hang || b.y1 < 5*mm || b.y2 > a.pageHeight-5*mm {
			bad = append(bad, fmt.Sprintf("%q outside the block", b.text))
		}
	}
	for _, o := range s.ops {
		l, ok := o.(*stroke)
		if !ok {
			continue
		}
		for _, t := range texts {
			if l.x1 < t.x2-touch && l.x2 > t.x1+touch && l.y1 < t.y2-touch && l.y2 > t.y1+touch {
				bad = append(bad, fmt.Sprintf("a line through %q", t.text))
			}
		}
	}
	return bad
}

func sheetsOf(d *Doc) []sheet {
	out := make([]sheet, len(d.pages))
	for i, p := range d.pages {
		out[i] = sheet{landscape: p.landscape, ops: d.dress(p, i+1)}
	}
	return out
}

// documents are pages of every kind.
func documents(t *testing.T) map[string]*Doc {
	t.Helper()
	out := map[string]*Doc{}
	for name, c := range variants() {
		for _, dense := range []bool{false, true} {
			out[fmt.Sprintf("n1 %s dense=%v", name, dense)] = c.doc1(builtin(t), dense)
		}
	}
	out["wide table"] = wideTable(t)
	out["board notice"] = boardNotice(t)
	out["tall row"] = tallRow(t)
	out["text after the signature"] = textAfterSignature(t)
	return out
}

// wideTable needs a landscape page in the middle.
func wideTable(t *testing.T) *Doc {
	t.Helper()
	d := NewDoc(builtin(t), Meta{
		Footer: "安财农公告〔2026〕13号", Trace: "核验码 7K3QX9ZC2M4WF", Watermark: "样例数据",
		Banner: "样例数据，不是正式公告", Date: day(),
	})
	d.Title("2026年度巩固拓展脱贫攻坚成果和乡村振兴项目计划公告")
	d.Subtitle("安财农公告〔2026〕13号")
	d.Paragraph("根据有关规定，现将我县2026年度项目计划予以公告。")
	table := Table{Name: "2026年度项目计划", Unit: "单位：元", Columns: []Column{
		{Head: "序号", Align: AlignCenter},
		{Head: "项目编号", Align: AlignCenter},
		{Head: "项目名称"},
		{Head: "建设地点"},
		{Head: "建设内容及规模"},
		{Head: "中央", Align: AlignRight},
		{Head: "省级", Align: AlignRight},
		{Head: "市级", Align: AlignRight},
		{Head: "县级", Align: AlignRight},
		{Head: "合计", Align: AlignRight},
		{Head: "受益对象"},
		{Head: "责任单位"},
	}}
	for i := range 40 {
		table.Rows = append(table.Rows, Row{Cells: []string{
			fmt.Sprint(i + 1), fmt.Sprintf("2026-GX-%04d", i+1),
			"重石乡大坝村通组公路硬化项目", "重石乡大坝村", "硬化公路2.35公里，路面宽3.5米、厚18厘米", "1,520,000.00", "180,000.00", "60,000.00",
			"45,500.00", "1,805,500.00", "受益农户128户526人", "重石乡人民政府",
		}})
	}
	table.Rows = append(table.Rows, Row{Cells: []string{"", "合计", "", "", "", "60,800,000.00", "7,200,000.00", "2,400,000.00", "1,820,000.00", "72,220,000.00", "", ""}, Strong: true})
	d.Table(table)
	d.Note("注：金额以下达文件为准。")
	d.Paragraph("公告期内有异议的，请向我局反映。")
	d.SignAndSeal("中共安远县委农村工作领导小组办公室（安远县农业农村局）", "2026年3月2日", 45)
	d.VerifyBlock("https://fund.example.gov.cn/v/7K3QX9ZC2M4WF", "7K3QX9ZC2M4WF", strings.Repeat("0123456789abcdef", 4),
		[]Fact{{"监督电话", "12317（全国防止返贫监测和乡村振兴咨询服务平台）；0797-3732×××（县农业农村局）；0797-3733×××（县财政局）"}})
	return d
}

// boardNotice is a page of facts as a village posts it.
func boardNotice(t *testing.T) *Doc {
	t.Helper()
	d := NewDoc(builtin(t), Meta{Footer: "重石公示〔2026〕37号", Trace: "核验码 7K3QX9ZC2M4WF", Date: day()})
	d.Title("扶贫项目竣工公示")
	d.Subtitle("重石公示〔2026〕37号")
	d.dense = true
	d.Paragraph("重石乡大坝村通组公路硬化项目已按批复内容建设完成，并经乡、村两级初验合格。现将项目竣工情况予以公示。")
	d.Facts([]Fact{
		{"项目编号、名称", "2019-GX-0137　重石乡大坝村𬭚岗至㙟下组公路硬化项目"},
		{"建设内容", "硬化公路2.35公里，路面宽3.5米、厚18厘米，C25混凝土；涵管6处，浆砌挡土墙86立方米"},
		{"资金来源（元）", "中央 520,000.00；省级 180,000.00；市级 60,000.00；县级 45,500.00；合计 805,500.00"},
		{"实施单位、负责人", "重石乡人民政府　钟䶮昇"},
		{"验收结论", "工程量与批复一致，质量合格，同意交付使用"},
		{"后续管护", "由大坝村村民委员会负责，管护责任人：叶犇"},
	})
	d.SignAndSeal("重石乡大坝村村民委员会", "2026年3月2日", 40)
	d.VerifyBlock("https://fund.example.gov.cn/v/7K3QX9ZC2M4WF", "7K3QX9ZC2M4WF", strings.Repeat("0123456789abcdef", 4),
		[]Fact{{"监督电话", "12317；乡纪委 0797-37×××××"}, {"张贴地点", "大坝村村务公开栏、𬭚岗组公告牌"}})
	return d
}

// textAfterSignature leaves no room for the verify block, neither under the
// text nor beside the signature, where the text stands.
func textAfterSignature(t *testing.T) *Doc {
	t.Helper()
	d := plain(t)
	d.SignAndSeal("安远县财政局", "2026年3月2日", 45)
	d.Paragraph(strings.Repeat("附：资金分配依据和工作程序。", 30))
	d.VerifyBlock("https://fund.example.gov.cn/v/7K3QX9ZC2M4WF", "7K3QX9ZC2M4WF", strings.Repeat("0", 64),
		[]Fact{{"监督电话", strings.Repeat("12317；0797-3732×××；", 14)}}) // so long that beside the signature it would reach the text
	return d
}

// tallRow has a cell that is longer than a page.
func tallRow(t *testing.T) *Doc {
	t.Helper()
	d := plain(t)
	d.Table(Table{Columns: []Column{{Head: "事项", Align: AlignCenter}, {Head: "内容"}, {Head: "金额", Align: AlignRight}}, Rows: []Row{
		{Cells: []string{"短", "短", "1.00"}},
		{Cells: []string{"长", strings.Repeat("实施意见要求资金分配结果一律公开。", 300), "2.00"}},
		{Cells: []string{"末", "末", "3.00"}},
		{Cells: []string{"合计", "", "6.00"}, Strong: true},
	}})
	return d
}

func TestNothingCollides(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	for name, d := range documents(t) {
		if _, err := d.Bytes(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for i, s := range sheetsOf(d) {
			for _, bad := range collisions(f, s) {
				t.Errorf("%s, page %d: %s", name, i+1, bad)
			}
		}
	}
}

// TestCollisionsAreSeen is the negative control of the test above.
func TestCollisionsAreSeen(t *testing.T) {
	t.Parallel()
	d := plain(t)
	s := d.body(faceFang)
	text := func(x, y length, text string) []op { return d.runs(s, point{x, y}, text, inkBlack) }
	line := &stroke{x1: 40 * mm, y1: 40 * mm, x2: 40 * mm, y2: 60 * mm}
	for name, ops := range map[string][]op{
		"text over text":    append(text(30*mm, 50*mm, "资金分配"), text(33*mm, 52*mm, "结果")...),
		"text over a line":  append(text(30*mm, 50*mm, "资金分配"), line),
		"text off the page": text(170*mm, 50*mm, "资金分配结果"),
		"text in the edge":  text(20*mm, 50*mm, "资金"),
	} {
		if len(collisions(d.fonts, sheet{ops: ops})) == 0 {
			t.Errorf("%s is not seen", name)
		}
	}
	if bad := collisions(d.fonts, sheet{ops: append(text(41*mm, 50*mm, "资金"), append(text(41*mm, 60*mm, "分配"), line)...)}); len(bad) > 0 {
		t.Errorf("good page: %q", bad)
	}
}

func TestHeadRepeats(t *testing.T) {
	t.Parallel()
	d := wideTable(t)
	pages := pagesOf(t, mustBytes(t, d))
	heads := 0
	for i, p := range d.pages {
		has := strings.Contains(pages[i], "建设内容及规模")
		if has != p.landscape {
			t.Errorf("page %d: head %v, landscape %v", i+1, has, p.landscape)
		}
		if has {
			heads++
		}
	}
	if heads < 3 || d.pages[0].landscape || d.pages[len(d.pages)-1].landscape {
		t.Errorf("%d heads over %d pages, want some pages turned and the first and last upright", heads, len(d.pages))
	}
	if strings.Count(strings.Join(pages, ""), "72,220,000.00") != 1 {
		t.Error("the total is not printed once")
	}
}

// TestTotalIsNotAlone moves the end of a table over a page end: the total
// always has a row over it on its page.
func TestTotalIsNotAlone(t *testing.T) {
	t.Parallel()
	for n := 20; n < 60; n++ {
		c := sampleAllocation(n)
		if err := c.set(); err != nil {
			t.Fatal(err)
		}
		d := c.doc1(builtin(t), false)
		for i, p := range d.pages {
			rows, total := 0, false
			for _, o := range p.ops {
				if r, ok := o.(*run); ok {
					rows += strings.Count(r.text.String(), "村民小组")
					total = total || r.text.String() == "合计" && i > 0
				}
			}
			if total && rows == 0 {
				t.Errorf("%d rows: the total stands alone on page %d", n, i+1)
			}
		}
	}
}

func TestTallRowIsSplit(t *testing.T) {
	t.Parallel()
	d := tallRow(t)
	text := textOf(t, mustBytes(t, d))
	sentence := "实施意见要求资金分配结果一律公开。"
	text = strings.ReplaceAll(text, "事项内容金额", "")
	for i := range d.pages { // what stands between the parts of the cell
		text = strings.ReplaceAll(text, fmt.Sprintf("—%d—第%d页共%d页", i+1, i+1, len(d.pages)), "")
	}
	text = strings.Replace(text, "2.00", "", 1)
	if got := strings.Count(text, sentence); got != 300 {
		t.Errorf("%d of 300 sentences are on the paper", got)
	}
	if len(d.pages) < 3 {
		t.Errorf("%d pages, want the row over several", len(d.pages))
	}
}

func TestTableRefusals(t *testing.T) {
	t.Parallel()
	many := make([]Column, 14)
	row := Row{}
	for i := range many {
		many[i] = Column{Head: "金额", Align: AlignRight}
		row.Cells = append(row.Cells, "90,000,000,000,000,000.00")
	}
	for name, table := range map[string]Table{
		"too wide":       {Columns: many, Rows: []Row{row}},
		"a cell too few": {Columns: many, Rows: []Row{{Cells: []string{"1"}}}},
	} {
		d := plain(t)
		d.Table(table)
		if _, err := d.Bytes(); err == nil || !strings.Contains(err.Error(), ErrLayout.ZH) {
			t.Errorf("%s: %v, want %v", name, err, ErrLayout)
		}
	}
}

// TestHeadingIsNotLast moves a heading down the page, line by line.
func TestHeadingIsNotLast(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 24; n++ {
		d := plain(t)
		d.Paragraph(strings.Repeat("文\n", n-1) + "文")
		d.Heading(1, "一、标题")
		d.Paragraph("正文。")
		for i, p := range d.pages[:len(d.pages)-1] {
			if last := p.ops[len(p.ops)-1].(*run); strings.Contains(last.text.String(), "标题") {
				t.Errorf("after %d lines the heading stands last on page %d", n, i+1)
			}
		}
	}
}

// TestStandardPage holds the geometry of GB/T 9704-2012.
func TestStandardPage(t *testing.T) {
	t.Parallel()
	d := plain(t)
	d.Paragraph(strings.Repeat("公", 28*22*2-2))
	if len(d.pages) != 2 {
		t.Fatalf("%d pages, want 2 of 22 lines of 28 characters", len(d.pages))
	}
	lines := map[length]int{}
	for _, o := range d.pages[0].ops {
		r := o.(*run)
		lines[r.y] += r.count
		if right := boxOf(d.fonts, r).x2; right > (28+156)*mm+50 || r.x < 28*mm {
			t.Errorf("a line runs from %d to %d µm", r.x, right)
		}
	}
	if len(lines) != 22 {
		t.Errorf("%d lines, want 22", len(lines))
	}
	for y, n := range lines {
		if n != 28 && n != 26 {
			t.Errorf("the line at %d µm has %d characters, want 28", y, n)
		}
	}
	for number, right := range map[int]bool{1: true, 2: false} { // odd right, even left, one character in
		for _, o := range d.footer(d.pages[0], number) {
			if r := o.(*run); strings.Contains(r.text.String(), "—") {
				b := boxOf(d.fonts, r)
				if right && b.x2 > 184*mm-sizePage.em()+200 || !right && b.x1 != 28*mm+sizePage.em() {
					t.Errorf("page number %d stands from %d to %d µm", number, b.x1, b.x2)
				}
			}
		}
	}
}
