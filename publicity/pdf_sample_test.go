package publicity

import (
	"fmt"
	"strings"
	"testing"

	"fundbook/intake"
	"fundbook/ledger"
)

// builtin loads the built-in fonts.
func builtin(t testing.TB) *Fonts {
	t.Helper()
	f, err := LoadFonts("")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// printed is a notice N1 as a paper has it, with the facts behind it.
type printed struct {
	allocation
	Sheet
	mark mark
}

// sampleAllocation is a notice with n rows.
func sampleAllocation(n int) *printed {
	c := &printed{
		mark: mark{
			code: "7K3QX9ZC2M4WF", digest: strings.Repeat("77d5701ec63e5fb2", 4),
			url: "https://fund.anyuan.example.gov.cn/v/7K3QX9ZC2M4WF?h=77d5701ec63e5fb227f504ff",
		},
		Sheet: Sheet{
			Type: N1, Published: 20514, From: 20514, CutoffSeq: 123456, Hotline: "12317",
			Supervision: "对上述资金分配结果有异议的，请以书面、电话或者电子邮件形式向我局反映。反映情况应当客观真实，" +
				"我局依法为反映人保密，并在15个工作日内答复。",
			Contacts: []Fact{
				{"受理单位", "安远县财政局农业股　0797-3732×××"},
				{"受理地址", "安远县欣山镇濂江路行政中心3号楼"},
			},
		},
	}
	c.doc = intake.Document{Notice: intake.Notice{
		Title: "安远县2026年第一批财政衔接推进乡村振兴补助资金分配结果公告", ID: "安财农公告〔2026〕12号", Issuer: "安远县财政局", Unit: "安远县财政局", FundYear: "2026",
	}}
	c.allocation.sources = []source{
		{ledger.Lot{Tier: ledger.TierCentral, Name: "中央财政衔接推进乡村振兴补助资金", DocNo: "赣财农指〔2025〕97号"}, 9_240_000_00},
		{ledger.Lot{Tier: ledger.TierProvince, Name: "省级财政衔接推进乡村振兴补助资金", DocNo: "赣财农指〔2026〕3号"}, 4_620_000_00},
		{ledger.Lot{Tier: ledger.TierCounty, Name: "县级配套资金"}, 770_000_00},
	}
	towns := []string{"欣山镇", "孔田镇", "版石镇", "天心镇", "龙布镇", "鹤子镇", "三百山镇", "车头镇", "镇岗乡", "凤山乡", "新龙乡", "蔡坊乡", "重石乡", "长沙乡", "浮槎乡", "双芫乡", "塘村乡", "高云山乡"}
	kinds := []string{"通村组公路硬化工程", "百香果产业基地建设", "农村饮水安全巩固提升", "光伏电站运维", "脱贫户产业奖补", "帮扶车间建设"}
	tiers := []string{"中央", "省级", "县级"}
	for i := range n {
		c.rows = append(c.rows, allocated{
			recipient: towns[i%len(towns)], project: kinds[i%len(kinds)],
			place:   fmt.Sprintf("第%d村民小组", i%9+1),
			content: fmt.Sprintf("长%d.%d公里，宽3.5米", i%4+1, i%10),
			tier:    tiers[i%3], fen: ledger.Amount(i%7+1) * 1_234_567,
		})
	}
	return c
}

// set sets the sheet from the facts, as the query of N1 does.
func (c *printed) set() error {
	s, err := c.allocation.sheet()
	if err != nil {
		return err
	}
	if c.Title != "" {
		s.Title = c.Title
	}
	if c.Lead != nil {
		s.Lead = c.Lead
	}
	c.Title, c.Number, c.Publisher, c.Lead, c.Parts = s.Title, s.Number, s.Publisher, s.Lead, s.Parts
	return nil
}

func (c *printed) total() ledger.Amount {
	sum := ledger.Amount(0)
	for _, r := range c.rows {
		sum += r.fen
	}
	return sum
}

func (c *printed) paper(fonts *Fonts) ([]byte, error) { return c.render(fonts, c.mark) }

func (c *printed) doc1(fonts *Fonts, dense bool) *Doc {
	row, err := typeOf(N1)
	if err != nil {
		panic(err)
	}
	return c.lay(fonts, c.mark, &row, dense)
}

// variants are notices that differ in what is hard to lay out.
func variants() map[string]*printed {
	short, long, none, wide := sampleAllocation(4), sampleAllocation(120), sampleAllocation(0), sampleAllocation(18)
	long.Unreviewed = true
	wide.Sample, wide.Unreviewed = true, true
	wide.doc.Findings = []intake.Finding{
		{Code: intake.ControlMismatch, Severity: intake.Warning, Detail: "项目合计与来源差额 0.10 元，系原公告四舍五入所致。"},
		{Code: intake.ControlMismatch, Severity: intake.Warning, Detail: "第3项原文件列为“欣山镇、孔田镇”，未分列金额。"},
	}
	for i := range wide.rows {
		r := &wide.rows[i]
		switch i % 4 {
		case 0:
			r.project = "欣山镇教塘村坋坵塅至筜筼輋组通组公路硬化工程（含桥涵、挡土墙、排水沟及安全防护设施）第二标段"
			r.content = "硬化公路2.4公里，路面宽3.5米、厚18厘米，C25混凝土；涵管6处，浆砌挡土墙86立方米"
		case 1:
			r.place, r.project = "", "𬭚岗、㙟下产业路"
			r.inferred = true
		case 2:
			r.recipient = "安远县农业农村局（县乡村振兴局）"
		}
	}
	huge := sampleAllocation(6)
	huge.rows[0].fen, huge.rows[1].fen = 9_000_000_000_000_000_000, -12_345_67
	huge.allocation.sources[0].fen = 9_100_000_000_000_000_000
	slim := sampleAllocation(5)
	slim.To = slim.From.AddDays(10)
	for i := range slim.rows {
		slim.rows[i].place, slim.rows[i].content = "", ""
	}
	slim.Lead = []string{"经县政府研究同意，现予公告。"}
	slim.allocation.sources = slim.allocation.sources[:1]
	one := *slim
	one.Title = "2026年县级衔接资金分配结果公告"
	out := map[string]*printed{"short": short, "long": long, "none": none, "wide": wide, "huge": huge, "slim": slim, "one": &one}
	for name, c := range out {
		if err := c.set(); err != nil {
			panic(name + ": " + err.Error())
		}
	}
	return out
}
