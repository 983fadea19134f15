package publicity

import (
	"fundbook/internal/fault"
	"fundbook/ledger"
)

var (
	// ErrType says that there is no such type of notice.
	ErrType = fault.New(fault.Invalid, "publicity.type", "没有这种公告", "no such type of notice")
	// ErrRequired refuses a notice without something that the rules require of its type
	// (DOMAIN 6.3): no wording can leave it out.
	ErrRequired = fault.New(fault.Refused, "publicity.required", "公告缺少规定的内容", "the notice lacks required content")
	// ErrShort refuses a period shorter than the rules require (DOMAIN 6.1).
	ErrShort = fault.New(fault.Invalid, "publicity.too_short", "公示期不足", "the notice's period is too short")
)

// NoticeType (公告类型) is a row of DOMAIN 6.3.
type NoticeType string

// The types of notices.
const (
	N1  NoticeType = "N1"  // 资金分配结果公告
	N2  NoticeType = "N2"  // 年度项目计划公告
	N3  NoticeType = "N3"  // 年度计划完成情况公告
	N4  NoticeType = "N4"  // 项目库公示
	N5  NoticeType = "N5"  // 项目实施前公示
	N6  NoticeType = "N6"  // 项目完工公示
	N7  NoticeType = "N7"  // 资金使用情况公告
	N8  NoticeType = "N8"  // 到户补助公示
	N9  NoticeType = "N9"  // 村级综合公示
	N10 NoticeType = "N10" // 项目公示牌
	N11 NoticeType = "N11" // 绩效目标和自评结果公开
	N12 NoticeType = "N12" // 小额信贷与贴息情况
)

// Clock (时钟) says what a notice's time is counted for (DOMAIN 6.3).
type Clock string

// The two clocks.
const (
	// ClockPublished: published within so many working days of its trigger, and then
	// for good.
	ClockPublished Clock = "published"
	// ClockPeriod: posted, and the period over, before what it announces goes on.
	ClockPeriod Clock = "period"
)

// Place (公开位置) is where a notice is made public.
type Place string

// The places of DOMAIN 6.1.
const (
	PlaceWeb      Place = "web"      // 门户网站，长期公开
	PlaceTownship Place = "township" // 乡镇公示栏
	PlaceVillage  Place = "village"  // 村务公开栏
	PlaceSite     Place = "site"     // 项目现场
)

// Subject (公告对象) says what the Notice.About of a type names.
type Subject string

// The subjects.
const (
	SubjectDocument Subject = "document" // key of a funding document
	SubjectPlan     Subject = "plan"     // code of an annual plan
	SubjectLibrary  Subject = "library"  // YEAR/county, YEAR/TOWNSHIP or YEAR/village code
	SubjectProject  Subject = "project"  // code of a project
	SubjectRoster   Subject = "roster"   // code of a roster; CODE/result once it is paid
	SubjectVillage  Subject = "village"  // village code/YEARQn
	SubjectUse      Subject = "use"      // department/YEARQn
	SubjectYear     Subject = "year"     // budget year
)

// TypeRow (公告类型表) is what DOMAIN 6.3 says of one type.
type TypeRow struct {
	Type      NoticeType `json:"type"`
	Title     string     `json:"title"`
	English   string     `json:"english"`
	Publisher string     `json:"publisher"` // who issues it
	Places    []Place    `json:"places"`
	Trigger   string     `json:"trigger"` // what the days are counted from
	Clock     Clock      `json:"clock"`
	Within    int        `json:"within_workdays,omitempty"` // working days after the trigger; 0: before what it announces
	Days      int        `json:"days,omitempty"`            // least days of the period, from the day after posting; 0: long-term
	Subject   Subject    `json:"subject"`
	Required  []string   `json:"required"` // parts that no wording may leave out
	Board     bool       `json:"board"`    // set to be read from a board at two metres
	Basis     string     `json:"basis"`
}

// typeTable is the table of DOMAIN 6.3.
var typeTable = []TypeRow{
	{
		N1, "资金分配结果公告", "result of an allocation", "县财政局（会同主管部门）",
		[]Place{PlaceWeb},
		"资金文件下达", ClockPublished, 15, 0,
		SubjectDocument,
		[]string{"资金来源", "分配结果"},
		false, "DOMAIN 6.3 N1、S11",
	},
	{
		N2, "年度项目计划公告", "annual plan of projects", "领导小组办公室、主管部门",
		[]Place{PlaceWeb, PlaceTownship, PlaceVillage},
		"计划批复", ClockPublished, 20, 10,
		SubjectPlan,
		[]string{"批复文件", "资金来源与规模", "项目安排"},
		false, "DOMAIN 6.3 N2、S10",
	},
	{
		N3, "年度计划完成情况公告", "completion of an annual plan", "领导小组办公室、主管部门",
		[]Place{PlaceWeb, PlaceTownship, PlaceVillage},
		"年度终了", ClockPublished, 20, 10,
		SubjectPlan,
		[]string{"项目建设完成情况", "资金使用情况", "绩效目标完成情况", "减贫机制实现情况"},
		false, "DOMAIN 6.3 N3、S10",
	},
	{
		N4, "项目库公示", "entries of the project library", "村、乡镇、县逐级",
		[]Place{PlaceVillage, PlaceTownship, PlaceWeb},
		"入库之前，逐级", ClockPeriod, 0, 10,
		SubjectLibrary,
		[]string{"申报内容", "申报流程", "申报结果"},
		false, "DOMAIN 6.3 N4、S57",
	},
	{
		N5, "项目实施前公示", "a project before it starts", "实施单位",
		[]Place{PlaceVillage, PlaceSite},
		"实施之前", ClockPeriod, 0, 10,
		SubjectProject,
		[]string{"项目概况", "资金来源", "绩效目标", "受益对象和带贫减贫机制"},
		true, "DOMAIN 6.3 N5、S60",
	},
	{
		N6, "项目完工公示", "a completed project", "实施单位",
		[]Place{PlaceSite, PlaceVillage},
		"验收", ClockPeriod, 20, 10,
		SubjectProject,
		[]string{"资金使用情况", "实施结果", "检查验收结果", "绩效目标实现情况", "后续管护"},
		true, "DOMAIN 6.3 N6、S60",
	},
	{
		N7, "资金使用情况公告", "use of a department's funds", "行业主管部门",
		[]Place{PlaceWeb},
		"季度终了", ClockPublished, 20, 0,
		SubjectUse,
		[]string{"项目资金使用情况"},
		false, "DOMAIN 6.3 N7、S11",
	},
	{
		N8, "到户补助公示", "subsidies to households", "村、乡镇",
		[]Place{PlaceVillage, PlaceTownship},
		"名册审定，发放之前", ClockPeriod, 0, 10,
		SubjectRoster,
		[]string{"补助项目和政策依据", "补助名单"},
		true, "DOMAIN 6.3 N8、S12",
	},
	{
		N9, "村级综合公示", "a village's projects and money", "村民委员会（会同村务监督委员会）",
		[]Place{PlaceVillage},
		"季度终了", ClockPeriod, 20, 10,
		SubjectVillage,
		[]string{"本村项目安排", "本村资金收支"},
		true, "DOMAIN 6.3 N9、S63",
	},
	{
		N10, "项目公示牌", "a project's plate", "实施单位",
		[]Place{PlaceSite},
		"完工", ClockPublished, 20, 0,
		SubjectProject,
		[]string{"项目标牌"},
		true, "DOMAIN 6.3 N10、S8",
	},
	{
		N11, "绩效目标和自评结果公开", "performance goals and self-evaluation", "实施单位、主管部门",
		[]Place{PlaceWeb, PlaceVillage},
		"目标批复或者自评完成", ClockPublished, 20, 0,
		SubjectProject,
		[]string{"绩效目标"},
		false, "DOMAIN 6.3 N11、S62",
	},
	{
		N12, "扶贫小额信贷与贴息情况公告", "small loans and interest subsidies", "金融办、主管部门",
		[]Place{PlaceWeb},
		"年度终了", ClockPublished, 20, 0,
		SubjectYear,
		[]string{"贷款情况", "贴息情况"},
		false, "DOMAIN 6.3 N12",
	},
}

// Types returns the table of DOMAIN 6.3: every type of notice, who publishes it,
// where, until when, and what it must hold.
func Types() []TypeRow { return typeTable }

func typeOf(t NoticeType) (TypeRow, error) {
	for i := range typeTable {
		if typeTable[i].Type == t {
			return typeTable[i], nil
		}
	}
	return TypeRow{}, ErrType.With("%q，应为 N1 至 N12", t)
}

// checkPeriod refuses a period that is shorter than the type's. The days count from
// the day after posting, the last one inclusive.
func (r *TypeRow) checkPeriod(from, to ledger.Date) error {
	if to.IsZero() || r.Days == 0 {
		return nil
	}
	if last := from.AddDays(r.Days); to < last {
		return ErrShort.With("%s 自 %s 至 %s，至少应至 %s（次日起 %d 日，%s）", r.Title, from, to, last, r.Days, r.Basis)
	}
	return nil
}
