package publicity

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// countySeal is the diameter in millimetres of a county department's seal.
const countySeal = 45

// renderAllocation sets notice N1 (资金分配结果公告). The content comes frozen and
// is only laid out; what contradicts itself is refused, so a paper never
// carries a total that its rows do not come to.
func renderAllocation(fonts *Fonts, c Allocation) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	published, err := chineseDate(c.Published)
	if err != nil {
		return nil, err
	}
	period, err := c.period()
	if err != nil {
		return nil, err
	}
	return oneSheet(func(dense bool) *Doc { return c.lay(fonts, published, period, dense) }).Bytes()
}

func (c *Allocation) lay(fonts *Fonts, published, period string, dense bool) *Doc {
	d := NewDoc(fonts, c.meta())
	d.dense = dense
	d.Title(c.Title)
	d.Subtitle(c.Number)
	d.Paragraph(c.Lead)
	next := headings()
	c.drawSources(d, next())
	c.drawRows(d, next())
	if len(c.Findings) > 0 {
		d.Heading(1, next()+"说明")
		for i, f := range c.Findings {
			if len(c.Findings) > 1 {
				f = strconv.Itoa(i+1) + "．" + f
			}
			d.Paragraph(f)
		}
	}
	contacts := append([]Fact{{"公告期限", period}, {"监督电话", c.Hotline}}, c.Contacts...)
	heading := next()
	d.KeepTogether(func() {
		d.Heading(1, heading+"监督方式")
		d.Paragraph(c.SupervisionText)
		d.SignAndSeal(c.Publisher, published, countySeal)
		d.VerifyBlock(c.VerifyURL, c.Code, c.DigestHex, contacts)
	})
	return d
}

// headings counts 一、二、三、….
func headings() func() string {
	n := 0
	return func() string {
		n++
		return string([]rune("一二三四五六七八九")[n-1]) + "、"
	}
}

func (c *Allocation) meta() Meta {
	date, _ := time.Parse(time.DateOnly, c.Published) // checked by the caller
	m := Meta{
		Title: c.Title, Author: c.Publisher, Subject: c.Number, Keywords: "公告公示 资金分配结果 " + c.Code,
		Date:   date,
		Footer: c.Number,
		Trace:  fmt.Sprintf("核验码 %s　账本截至第 %d 号记录", c.Code, c.CutoffSeq),
	}
	var marks []string
	if c.Sample {
		marks = append(marks, "样例数据，不是正式公告")
		m.Watermark = "样例数据"
	}
	if c.Unreviewed {
		marks = append(marks, "未审核")
	}
	m.Banner = strings.Join(marks, "　")
	return m
}

func (c *Allocation) period() (string, error) {
	from, err := chineseDate(c.PeriodFrom)
	if err != nil {
		return "", err
	}
	if c.LongTerm {
		return "自" + from + "起长期公开", nil
	}
	to, err := chineseDate(c.PeriodTo)
	if err != nil {
		return "", err
	}
	if c.PeriodTo < c.PeriodFrom {
		return "", ErrNotice.With("公告期自%s至%s，止日在前", from, to)
	}
	return from + "至" + to, nil
}

func (c *Allocation) drawSources(d *Doc, number string) {
	d.Heading(1, fmt.Sprintf("%s资金来源（%d年度）", number, c.FundYear))
	t := Table{Columns: []Column{
		{Head: "资金层级", Align: AlignCenter}, {Head: "资金名称"}, {Head: "文件依据"}, {Head: "金额（元）", Align: AlignRight},
	}}
	for _, s := range c.Sources {
		document := s.Document
		if document == "" {
			document = "未列明文号"
		}
		t.Rows = append(t.Rows, Row{Cells: []string{s.Tier, s.Name, document, yuan(s.Fen)}})
	}
	t.Rows = append(t.Rows, Row{Cells: []string{"合计", "", "", yuan(c.SourcesFen)}, Strong: true})
	d.Table(t)
	d.Paragraph(fmt.Sprintf("合计%s元（大写：%s）%s。", yuan(c.SourcesFen), c.TotalWords, c.tierClause()))
}

// tierClause states the subtotal of each tier, if there is more than one.
func (c *Allocation) tierClause() string {
	var tiers []string
	sums := map[string]int64{}
	for _, s := range c.Sources {
		if _, ok := sums[s.Tier]; !ok {
			tiers = append(tiers, s.Tier)
		}
		sums[s.Tier] += s.Fen
	}
	if len(tiers) < 2 {
		return ""
	}
	parts := make([]string, len(tiers))
	for i, tier := range tiers {
		parts[i] = tier + yuan(sums[tier]) + "元"
	}
	return "，其中" + strings.Join(parts, "，")
}

func (c *Allocation) drawRows(d *Doc, number string) {
	d.Heading(1, number+"分配结果")
	if len(c.Rows) == 0 {
		d.Paragraph(fmt.Sprintf("截至本公告，上述资金尚无分配到单位、乡镇或者项目的明细，未分配资金%s元。", yuan(c.UnallocatedFen)))
		return
	}
	text := fmt.Sprintf("共分配%s元，%d项。", yuan(c.AllocatedFen), len(c.Rows))
	if c.UnallocatedFen != 0 {
		text = fmt.Sprintf("共分配%s元，%d项，未分配资金%s元。", yuan(c.AllocatedFen), len(c.Rows), yuan(c.UnallocatedFen))
	}
	d.Paragraph(text)
	d.Table(c.rowTable())
	for _, r := range c.Rows {
		if r.Inferred {
			d.Note("注：标有“推定”的，资金层级在原文件中没有逐项列明，系推定。")
			break
		}
	}
	d.skip(2 * mm)
}

// rowTable leaves out the columns that are blank in every row.
func (c *Allocation) rowTable() Table {
	columns := []struct {
		Column
		cell func(AllocationRow) string
	}{
		{Column{Head: "序号", Align: AlignCenter}, func(r AllocationRow) string { return strconv.Itoa(r.Seq) }},
		{Column{Head: "单位/乡镇", Align: AlignCenter}, func(r AllocationRow) string { return r.Recipient }},
		{Column{Head: "项目名称"}, func(r AllocationRow) string { return r.Project }},
		{Column{Head: "实施地点"}, func(r AllocationRow) string { return r.Place }},
		{Column{Head: "建设内容"}, func(r AllocationRow) string { return r.Content }},
		{Column{Head: "资金来源", Align: AlignCenter}, AllocationRow.sourceCell},
		{Column{Head: "金额（元）", Align: AlignRight}, func(r AllocationRow) string { return yuan(r.Fen) }},
	}
	t := Table{Rows: make([]Row, len(c.Rows)+1)}
	total := &t.Rows[len(c.Rows)]
	total.Strong = true
	for i, col := range columns {
		blank := true
		for _, r := range c.Rows {
			blank = blank && col.cell(r) == ""
		}
		if blank {
			continue
		}
		t.Columns = append(t.Columns, col.Column)
		for i, r := range c.Rows {
			text := col.cell(r)
			if text == "" {
				text = "—"
			}
			t.Rows[i].Cells = append(t.Rows[i].Cells, text)
		}
		switch i {
		case 1:
			total.Cells = append(total.Cells, "合计")
		case len(columns) - 1:
			total.Cells = append(total.Cells, yuan(c.AllocatedFen))
		default:
			total.Cells = append(total.Cells, "")
		}
	}
	if total.Cells[1] == "" {
		total.Cells[1] = "合计"
	}
	return t
}

func (r AllocationRow) sourceCell() string {
	switch {
	case !r.Inferred:
		return r.Source
	case r.Source == "":
		return "推定"
	}
	return r.Source + "\n（推定）"
}

// check refuses content that is incomplete or does not add up.
func (c *Allocation) check() error {
	for _, f := range []struct{ name, value string }{
		{"标题", c.Title},
		{"公告编号", c.Number},
		{"发布单位", c.Publisher},
		{"核验码", c.Code},
		{"公告依据", c.Lead},
		{"合计大写", c.TotalWords},
		{"监督方式", c.SupervisionText},
		{"监督电话", c.Hotline},
	} {
		if strings.TrimSpace(f.value) == "" {
			return ErrNotice.With("没有%s", f.name)
		}
	}
	if sum, err := hex.DecodeString(c.DigestHex); err != nil || len(sum) != 32 {
		return ErrNotice.With("内容摘要不是 64 位十六进制数")
	}
	if len(c.Code) != 13 || strings.Trim(c.Code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
		return ErrNotice.With("核验码“%s”不是 13 位", c.Code)
	}
	if c.FundYear < 1949 || c.FundYear > 9999 {
		return ErrNotice.With("资金年度为 %d", c.FundYear)
	}
	if len(c.Sources) == 0 {
		return ErrNotice.With("没有资金来源")
	}
	sources, allocated := make([]int64, len(c.Sources)), make([]int64, len(c.Rows))
	for i, s := range c.Sources {
		sources[i] = s.Fen
	}
	for i, r := range c.Rows {
		allocated[i] = r.Fen
	}
	if err := addsUp("资金来源", sources, c.SourcesFen); err != nil {
		return err
	}
	if err := addsUp("分配明细", allocated, c.AllocatedFen); err != nil {
		return err
	}
	if left := c.SourcesFen - c.AllocatedFen; left != c.UnallocatedFen && len(c.Findings) == 0 {
		return ErrNotice.With("来源 %s 元减去分配 %s 元，与未分配 %s 元不符，又没有说明",
			yuan(c.SourcesFen), yuan(c.AllocatedFen), yuan(c.UnallocatedFen))
	}
	return nil
}

// addsUp checks a total without trusting the sum to fit.
func addsUp(what string, parts []int64, total int64) error {
	sum := int64(0)
	for _, p := range parts {
		next := sum + p
		if (next > sum) != (p > 0) && p != 0 {
			return ErrNotice.With("%s合计超出范围", what)
		}
		sum = next
	}
	if sum != total {
		return ErrNotice.With("%s逐项相加为 %s 元，合计却为 %s 元", what, yuan(sum), yuan(total))
	}
	return nil
}
