package intake

import (
	"fmt"
	"strings"
	"testing"

	"fundbook/internal/region"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

func TestTierAndClass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, name, year string
		tier              ledger.Tier
		class             ledger.Class
		unclear, unknown  bool
	}{
		{"中央", "2020年度第一批中央财政专项扶贫资金", "2020", ledger.TierCentral, ledger.ClassZX, false, false},
		{"中央", "中央财政衔接资金", "2021", ledger.TierCentral, ledger.ClassXJ, false, false},
		{"省 级", "省级专项扶贫资金", "2018", ledger.TierProvince, ledger.ClassZX, false, false},
		{"州级", "州级财政专项扶贫资金", "2019", ledger.TierCity, ledger.ClassZX, false, false},
		{"市级资金", "市级财政资金", "2019", ledger.TierCity, ledger.ClassZX, true, false},
		{"县级", "县级财政专项扶贫资金", "2019", ledger.TierCounty, ledger.ClassZC, false, false},
		{"区级", "2022年区级财政衔接资金", "2022", ledger.TierCounty, ledger.ClassZC, false, false},
		{"本级", "本级安排", "2022", ledger.TierCounty, ledger.ClassZC, false, false},
		{"中央及省级", "中央及省级财政扶贫发展资金", "2019", ledger.TierCentralProvince, ledger.ClassZX, false, false},
		{"债券", "申请地方政府债券资金", "2020", ledger.TierOther, ledger.ClassZQ, false, false},
		{"县级", "县级债券资金", "2020", ledger.TierCounty, ledger.ClassZQ, false, false},
		{"东西部协作", "山东省对口资金", "2023", ledger.TierDonor, ledger.ClassHZ, false, false},
		{"社会捐赠", "爱心企业", "2023", ledger.TierDonor, ledger.ClassSH, false, false},
		{"结余", "以前年度项目结余", "2023", ledger.TierOther, ledger.ClassJZ, false, false},
		{"其他", "多方筹措资金", "2023", ledger.TierOther, ledger.ClassQT, false, false},
		{"自筹", "群众投工投劳", "2023", ledger.TierOwn, ledger.ClassQT, false, false},
		{"", "2020年第一批财政专项扶贫资金", "2020", ledger.TierUnstated, ledger.ClassZX, false, false},
		{"省市级", "省市配套衔接资金", "2023", ledger.TierUnstated, ledger.ClassXJ, false, true},
		{"中央", "彩票公益金", "2023", ledger.TierCentral, ledger.ClassCP, false, false},
		{"省级", "统筹整合资金", "2019", ledger.TierProvince, ledger.ClassZH, false, false},
		{"省级", "小额信贷贴息资金", "2019", ledger.TierProvince, ledger.ClassTX, false, false},
		{"中央", "财政专项扶贫资金", "2022", ledger.TierCentral, ledger.ClassXJ, true, false},
		{"中央", "财政衔接资金", "2020", ledger.TierCentral, ledger.ClassZX, true, false},
		{"中央", "农田建设资金", "2022", ledger.TierCentral, ledger.ClassXJ, true, false},
	} {
		n := &Notice{Division: "360726", FundYear: c.year, Title: "资金公告"}
		tier, known := n.readTier(c.label)
		class, why := n.readClass(&Source{Tier: c.label, Name: c.name}, tier)
		if tier != c.tier || class != c.class || (why != "") != c.unclear || known == c.unknown {
			t.Errorf("%s %s of %s: %s %s, unclear %q, known %v; want %s %s, %v, %v",
				c.label, c.name, c.year, tier, class, why, known, c.tier, c.class, c.unclear, !c.unknown)
		}
	}
	city := &Notice{Division: "411400"}
	if tier, _ := city.readTier("本级"); tier != ledger.TierCity {
		t.Errorf("本级 of a city: %s", tier)
	}
}

func TestTierContradictions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		title, label, name string
		want               int
	}{
		{"2023年度中央财政衔接资金公示", "中央", "中央财政衔接资金", 0},
		{"2023年度中央财政衔接资金公示", "省级", "省级财政衔接资金", 2}, // the source under the title, and the title without a source
		{"2023年中省财政衔接资金", "中央及省级", "衔接资金", 0},
		{"2023年中省财政衔接资金", "市级", "衔接资金", 3},
		{"中央和省级资金公告", "中央", "资金", 1},
		{"资金公告", "省级", "中央财政资金", 1},
		{"资金公告", "省级", "资金", 0},
		{"本级财政专项资金", "县级", "资金", 0},
		{"区级资金", "县级", "资金", 0},
		{"自治区级资金", "省级", "资金", 0},
		{"上级下达资金", "市级", "资金", 0},
		{"中央资金", "债券", "债券资金", 1},
		{"中央资金", "", "资金", 1},
	} {
		n := &Notice{Division: "360726", Title: c.title, Sources: []Source{{No: 1, Tier: c.label, Name: c.name}}}
		tier, _ := n.readTier(c.label)
		if got := n.checkTiers([]ledger.Tier{tier}); len(got) != c.want {
			t.Errorf("%s / %s / %s: %v, want %d findings", c.title, c.label, c.name, got, c.want)
		}
	}
}

func TestRecipient(t *testing.T) {
	t.Parallel()
	places := region.NewSet([]region.Division{
		{Code: "360726104", Name: "龙布镇", Level: region.Township, Parent: "360726", From: 20000101},
	})
	for _, c := range []struct {
		kind, unit, township, project string
		want                          recipient
		odd                           FindingCode
	}{
		{"分配公示", "", "龙门滩镇", "水渠", recipient{"7104", "龙门滩镇"}, ""},
		{"分配公示", "交通局", "", "公路", recipient{"7103", "交通局"}, ""},
		{"分配公示", "交通运输局", "大口镇", "公路", recipient{"7103", "交通运输局"}, ""},
		{"分配公示", "柏庄镇", "柏庄镇", "道路", recipient{"7104", "柏庄镇"}, ""},
		{"分配公示", "大块镇人民政府", "大块镇", "牧场", recipient{"7104", "大块镇"}, ""},
		{"分配公示", "大块镇政府", "", "牧场", recipient{"7104", "大块镇"}, ""},
		{"分配公示", "王家乡人民政府", "和日镇", "加工", recipient{"7104", "王家乡"}, ""},
		{"分配公示", "霞林街道办事处", "霞林街道", "道路", recipient{"7104", "霞林街道"}, ""},
		{"分配公示", "泽库县人民政府", "", "水利", recipient{"7103", "泽库县人民政府"}, ""},
		{"分配公示", "龙 布镇", "", "水利", recipient{"7104", "360726104"}, ""},
		{"分配公示", "", "龙布", "水利", recipient{"7104", "360726104"}, ""},
		{"分配公示", "濂江村委会", "欣山镇", "水利", recipient{"7104", "欣山镇"}, ""},
		{"分配公示", "濂江村委会", "", "水利", recipient{"7106", ""}, UnitAmbiguous},
		{"分配公示", "教育局、民政局", "", "助学", recipient{"7106", ""}, UnitAmbiguous},
		{"分配公示", "", "左权、沩山", "危桥", recipient{"7106", ""}, UnitAmbiguous},
		{"分配公示", "", "全市24个镇/", "产业", recipient{"7106", ""}, UnitAmbiguous},
		{"分配公示", "", "龙门滩镇霞山村", "水渠", recipient{"7106", ""}, UnitAmbiguous},
		{"分配公示", "", "", "贴息", recipient{"7106", ""}, ""},
		{"分配公示", strings.Repeat("长", 65), "", "贴息", recipient{"7106", ""}, UnitAmbiguous},
		{"市到县分配", "", "", "睢 县", recipient{"7105", "睢县"}, ""},
		{"市到县分配", "", "", "福安市", recipient{"7105", "福安市"}, ""},
		{"市到县分配", "", "梁园区", "", recipient{"7105", "梁园区"}, ""},
		{"市到县分配", "", "", "示范区", recipient{"7105", "示范区"}, UnitNoCode},
		{"市到县分配", "", "", "国有林场", recipient{"7105", "国有林场"}, UnitNoCode},
		{"市到县分配", "", "", "项目管理费", recipient{"7106", ""}, UnitAmbiguous},
		{"省到县分配(报道)", "", "", "蕉城区", recipient{"7105", "蕉城区"}, ""},
		{"市到县分配", "市林业局", "", "造林", recipient{"7103", "市林业局"}, ""},
	} {
		n := &Notice{Kind: c.kind}
		got, odd := n.recipientOf(&Line{Unit: c.unit, Township: c.township, Project: c.project}, places)
		var code FindingCode
		if len(odd) == 1 {
			code = odd[0].Code
		}
		if got != c.want || code != c.odd || len(odd) > 1 {
			t.Errorf("%s, unit %q, township %q, project %q: %v, findings %v, want %v %s", c.kind, c.unit, c.township, c.project, got, odd, c.want, c.odd)
		}
	}
}

// lineCase is one line against the sources of payCase.
type lineCase struct {
	source, group string
	amount        int64
}

func TestWhichLotPays(t *testing.T) {
	t.Parallel()
	two := []Source{
		{No: 1, Tier: "中央", Name: "中央衔接资金(少数民族发展资金)", DocNo: "财农〔2022〕1号", Figure: wan(60)},
		{No: 2, Tier: "省级", Name: "省级衔接资金", Figure: wan(40)},
	}
	three := append(two[:2:2], Source{No: 3, Tier: "省级", Name: "省级奖补资金", Figure: wan(20)})
	merged := []Source{{No: 1, Tier: "中央及省级", Name: "衔接资金", Figure: wan(100)}}
	for _, c := range []struct {
		name    string
		sources []Source
		lines   []lineCase
		want    []string // lots and amounts of each line, * marks 推定
		odd     FindingCode
	}{
		{"by tier", two, []lineCase{{"中央", "", 50}, {"省级", "", 40}}, []string{"0:50", "1:40"}, ""},
		{"by name", two, []lineCase{{"省级衔接资金", "", 10}}, []string{"1:10"}, ""},
		{"by part of the name", two, []lineCase{{"少数民族发展资金", "", 10}}, []string{"0:10"}, ""},
		{"by document number", two, []lineCase{{"财农[2022]1号", "", 10}}, []string{"0:10"}, ""},
		{"by heading", two, []lineCase{{"", "省级", 10}}, []string{"1:10"}, ""},
		{"printed split", two, []lineCase{{"中央25;省级25", "", 50}}, []string{"0:25 1:25"}, ""},
		{"printed split with units", two, []lineCase{{"中央资金25万元、省级资金250000元", "", 50}}, []string{"0:25 1:25"}, ""},
		{"one part of a split", two, []lineCase{{"省级43", "", 43}}, nil, LinesExceedLot},
		{"split that does not add up", two, []lineCase{{"中央25;省级20", "", 50}}, []string{"0:30* 1:20*"}, SplitMismatch},
		{"only one source", merged, []lineCase{{"", "", 10}}, []string{"0:10"}, ""},
		{"tier within a merged one", merged, []lineCase{{"省级17.2", "", 17}}, []string{"0:17"}, TierContradiction},
		{"nothing stated", two, []lineCase{{"", "", 50}, {"", "", 50}}, []string{"0:30* 1:20*", "0:30* 1:20*"}, ""},
		{"stated first, the rest drawn", two, []lineCase{{"", "", 50}, {"省级", "", 40}}, []string{"0:50*", "1:40"}, ""},
		{"unknown label", two, []lineCase{{"乡村振兴基金会", "", 50}}, []string{"0:30* 1:20*"}, LabelUnmatched},
		{"tier without a source", two, []lineCase{{"市级", "", 50}}, []string{"0:30* 1:20*"}, TierContradiction},
		{"heading against label", two, []lineCase{{"中央", "省级", 10}}, []string{"0:10"}, TierContradiction},
		{"tier with two lots", three, []lineCase{{"省级", "", 30}}, []string{"1:20* 2:10*"}, ""},
		{"limited draws go first", three, []lineCase{{"", "", 60}, {"省级", "", 60}}, []string{"0:60*", "1:40* 2:20*"}, ""},
		{"list of labels", three, []lineCase{{"中央、省级奖补资金", "", 40}}, []string{"0:30* 2:10*"}, ""},
		{"split over a tier with two lots", three, []lineCase{{"中央10;省级10", "", 20}}, []string{"0:10* 1:6.666667* 2:3.333333*"}, LabelUnmatched},
		{"beyond its source", two, []lineCase{{"省级", "", 41}}, nil, LinesExceedLot},
		{"beyond two of three lots", three, []lineCase{{"省级", "", 30}, {"省级", "", 31}}, nil, LinesExceedLot},
		{"beyond all", two, []lineCase{{"", "", 101}}, nil, LinesExceedSources},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := &Notice{ID: "T", Division: "360726", Unit: "安远县", Title: "资金公告", FundYear: "2022", Published: "2022-05-01", Issuer: "x", Sources: c.sources}
			for i, l := range c.lines {
				n.Lines = append(n.Lines, Line{No: i + 1, Row: i + 2, Source: l.source, Group: l.group, Project: "项目", Figure: wan(l.amount)})
			}
			if c.name == "tier within a merged one" {
				n.Lines[0].Source, n.Lines[0].Figure = "省级17", wan(17)
			}
			p := NewPlan(n, nil)
			var got []string
			for _, m := range p.Moves {
				if m.Event != "E04" {
					continue
				}
				var parts []string
				for _, s := range m.Parts {
					mark := ""
					if s.Inferred {
						mark = "*"
					}
					parts = append(parts, fmt.Sprintf("%d:%s%s", s.Lot, s.Amount.Wan(), mark))
				}
				if (m.Draw == ledger.DrawProRata) != strings.Contains(strings.Join(parts, ""), "*") {
					t.Errorf("draw rule %q with %v", m.Draw, parts)
				}
				got = append(got, strings.Join(parts, " "))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("shares (-want +got):\n%s%s", d, p.Text())
			}
			if c.odd != "" && !hasFinding(p.Document.Findings, c.odd) {
				t.Errorf("no finding %s:\n%s", c.odd, p.Text())
			}
			if p.Refused() != (c.want == nil) {
				t.Errorf("refused %v:\n%s", p.Refused(), p.Text())
			}
		})
	}
}

func TestPersonalData(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"户主身份证11010519491231002X": "身份证号",
		"440524188001010014":      "身份证号",
		"联系电话13800138000":         "手机号",
		"卡号6222021234567890127":   "",
		"卡号4532015112830366":      "银行卡号",
		"440524188001010013":      "",
		"项目编号20230115000123456":   "",
		"监督电话12317":               "",
		"支出科目2130599其他扶贫支出":       "",
		"铺设道板砖1136.7平方米":          "",
	} {
		if got := personal(s); got != want {
			t.Errorf("personal(%q) = %q, want %q", s, got, want)
		}
	}
	n := *noticeOf(t, sampleData(t), "HA-FENGQUAN-2022-P")
	n.Lines = append([]Line(nil), n.Lines...)
	n.Lines[0].Content = "户主 11010519491231002X"
	p := NewPlan(&n, nil)
	f, refused := p.Reason()
	if !refused || f.Code != PersonalData || f.Row != n.Lines[0].Row || strings.Contains(f.String(), "1101") {
		t.Errorf("%v, %v", f, refused)
	}
}
