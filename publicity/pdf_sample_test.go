package publicity

import (
	"fmt"
	"strings"
	"testing"
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

// sampleAllocation is a notice with n rows whose totals agree.
func sampleAllocation(n int) Allocation {
	c := Allocation{
		Title:     "安远县2026年第一批财政衔接推进乡村振兴补助资金分配结果公告",
		Number:    "安财农公告〔2026〕12号",
		Publisher: "安远县财政局",
		Published: "2026-03-02", PeriodFrom: "2026-03-02", LongTerm: true,
		FundYear: 2026,
		Lead: "根据《关于完善扶贫资金项目公告公示制度的指导意见》和县委、县政府有关要求，经县委农村工作领导小组研究同意，" +
			"现将我县2026年第一批财政衔接推进乡村振兴补助资金分配结果予以公告。",
		Sources: []AllocationSource{
			{Tier: "中央", Name: "中央财政衔接推进乡村振兴补助资金", Document: "赣财农指〔2025〕97号", Fen: 9_240_000_00},
			{Tier: "省级", Name: "省级财政衔接推进乡村振兴补助资金", Document: "赣财农指〔2026〕3号", Fen: 4_620_000_00},
			{Tier: "县级", Name: "县级配套资金", Fen: 770_000_00},
		},
		TotalWords: "人民币壹仟肆佰陆拾叁万元整",
		SupervisionText: "对上述资金分配结果有异议的，请以书面、电话或者电子邮件形式向我局反映。反映情况应当客观真实，" +
			"我局依法为反映人保密，并在15个工作日内答复。",
		Hotline: "12317",
		Contacts: []Fact{
			{"受理单位", "安远县财政局农业股　0797-3732×××"},
			{"受理地址", "安远县欣山镇濂江路行政中心3号楼"},
		},
		Code: "7K3QX9ZC2M4WF", DigestHex: strings.Repeat("77d5701ec63e5fb2", 4),
		VerifyURL: "https://fund.anyuan.example.gov.cn/v/7K3QX9ZC2M4WF?h=77d5701ec63e5fb227f504ff",
		CutoffSeq: 123456,
	}
	towns := []string{"欣山镇", "孔田镇", "版石镇", "天心镇", "龙布镇", "鹤子镇", "三百山镇", "车头镇", "镇岗乡", "凤山乡", "新龙乡", "蔡坊乡", "重石乡", "长沙乡", "浮槎乡", "双芫乡", "塘村乡", "高云山乡"}
	kinds := []string{"通村组公路硬化工程", "百香果产业基地建设", "农村饮水安全巩固提升", "光伏电站运维", "脱贫户产业奖补", "帮扶车间建设"}
	tiers := []string{"中央", "省级", "县级"}
	for i := range n {
		c.Rows = append(c.Rows, AllocationRow{
			Seq: i + 1, Recipient: towns[i%len(towns)], Project: kinds[i%len(kinds)],
			Place:   fmt.Sprintf("第%d村民小组", i%9+1),
			Content: fmt.Sprintf("长%d.%d公里，宽3.5米", i%4+1, i%10),
			Source:  tiers[i%3], Fen: int64(i%7+1) * 1_234_567,
		})
	}
	c.total()
	return c
}

// total makes the totals agree with the rows.
func (c *Allocation) total() {
	c.SourcesFen, c.AllocatedFen = 0, 0
	for _, s := range c.Sources {
		c.SourcesFen += s.Fen
	}
	for _, r := range c.Rows {
		c.AllocatedFen += r.Fen
	}
	c.UnallocatedFen = c.SourcesFen - c.AllocatedFen
}

// variants are notices that differ in what is hard to lay out.
func variants() map[string]Allocation {
	short := sampleAllocation(4)
	long := sampleAllocation(120)
	none := sampleAllocation(0)
	long.Unreviewed = true
	wide := sampleAllocation(18)
	wide.Sample, wide.Unreviewed = true, true
	wide.Findings = []string{"项目合计与来源差额 0.10 元，系原公告四舍五入所致。", "第3项原文件列为“欣山镇、孔田镇”，未分列金额。"}
	for i := range wide.Rows {
		r := &wide.Rows[i]
		switch i % 4 {
		case 0:
			r.Project = "欣山镇教塘村坋坵塅至筜筼輋组通组公路硬化工程（含桥涵、挡土墙、排水沟及安全防护设施）第二标段"
			r.Content = "硬化公路2.4公里，路面宽3.5米、厚18厘米，C25混凝土；涵管6处，浆砌挡土墙86立方米"
		case 1:
			r.Place, r.Project = "", "𬭚岗、㙟下产业路"
			r.Inferred = true
		case 2:
			r.Recipient = "安远县农业农村局（县乡村振兴局）"
		}
	}
	huge := sampleAllocation(6)
	huge.Rows[0].Fen, huge.Rows[1].Fen = 9_000_000_000_000_000_000, -12_345_67
	huge.Sources[0].Fen = 9_100_000_000_000_000_000
	huge.TotalWords = "人民币玖京壹仟兆元整"
	slim := sampleAllocation(5)
	slim.LongTerm, slim.PeriodTo = false, "2026-03-12"
	for i := range slim.Rows {
		slim.Rows[i].Place, slim.Rows[i].Content = "", ""
	}
	slim.Lead = "经县政府研究同意，现予公告。"
	slim.Sources = slim.Sources[:1]
	one := slim
	one.Title = "2026年县级衔接资金分配结果公告"
	out := map[string]Allocation{"short": short, "long": long, "none": none, "wide": wide, "huge": huge, "slim": slim, "one": one}
	for name, c := range out {
		c.total()
		out[name] = c
	}
	return out
}
