package projects

import "fundbook/ledger"

// Tier (层级) says whose library a project stands in.
type Tier string

// The two tiers of the library (DOMAIN 5.2).
const (
	TierCounty   Tier = "county"   // 县级实施
	TierTownship Tier = "township" // 乡镇实施
)

// Project (项目) is one entry of the library: the twelve official fields of DOMAIN
// 5.1, what the county adds to them, and its place in the life cycle.
type Project struct {
	Code   string      `json:"code"`
	Name   string      `json:"name"`           // 1 项目名称
	Tier   Tier        `json:"tier"`           // whose library
	Town   string      `json:"town,omitempty"` // township whose own it is; "" when county-run
	Year   int         `json:"library_year"`   // 入库年度
	State  State       `json:"state"`
	Since  ledger.Date `json:"since,omitzero"`   // date of the step that led to State
	Before State       `json:"before,omitempty"` // where a suspended or returned project goes on
	Reason string      `json:"reason,omitempty"` // of the last return, suspension, roll or removal

	RaisedBy string `json:"raised_by"` // village, township or department (5.2)

	Category      string        `json:"category"`           // 2 项目类别: code of the tree of its epoch
	Actions       []string      `json:"actions,omitempty"`  // 十大行动 overlay
	Nature        string        `json:"nature"`             // 3 建设性质: 新建 续建 改扩建
	Place         string        `json:"place"`              // 4 实施地点
	Village       string        `json:"village,omitempty"`  // division code of 12 digits
	Villages      []Share       `json:"villages,omitempty"` // of a cross-village project: who has which share
	Start         ledger.Date   `json:"start"`              // 5 时间进度
	Finish        ledger.Date   `json:"finish"`
	Unit          string        `json:"unit"`                 // 6 责任单位: the unit dimension of its accounts
	Department    string        `json:"department,omitempty"` // 主管部门
	Implementer   string        `json:"implementer,omitempty"`
	ImplementerID string        `json:"implementer_id,omitempty"` // 统一社会信用代码
	Contact       string        `json:"contact,omitempty"`
	Task          string        `json:"task"`          // 7 建设任务
	Budget        ledger.Amount `json:"budget"`        // 8 资金规模
	Financing     []Financing   `json:"financing"`     // 8 筹资方式; adds up to Budget
	Beneficiaries Beneficiaries `json:"beneficiaries"` // 9 受益对象
	Goals         []Goal        `json:"goals"`         // 10 绩效目标; none, no entry
	Participation string        `json:"participation"` // 11 群众参与
	Mechanism     string        `json:"mechanism"`     // 12 带贫减贫（联农带农）机制

	Household bool         `json:"household,omitempty"` // 到户项目
	Standard  string       `json:"standard,omitempty"`  // 补助标准
	DeepPoor  bool         `json:"deep_poor,omitempty"` // 深度贫困村 / 重点帮扶村
	FuncCode  string       `json:"func_code,omitempty"` // 2130504 …: share of 04 and 05
	AssetKind string       `json:"asset_kind,omitempty"`
	Readiness string       `json:"readiness,omitempty"`    // 前期手续
	Longitude int          `json:"longitude_e6,omitempty"` // millionths of a degree
	Latitude  int          `json:"latitude_e6,omitempty"`
	External  []ExternalID `json:"external_ids,omitempty"`

	Contracts  []string `json:"contracts,omitempty"` // codes
	Rosters    []string `json:"rosters,omitempty"`
	Posted     []Posted `json:"posted,omitempty"` // notices and their periods, by type (N4, N5, N6, N8 …)
	Assets     []string `json:"assets,omitempty"`
	RolledFrom string   `json:"rolled_from,omitempty"`
	RolledTo   string   `json:"rolled_to,omitempty"`
}

// Share (份额) is a village's part of a project that several share; weights in fen
// of the budget.
type Share struct {
	Village string        `json:"village" validate:"required,len=12,numeric"`
	Amount  ledger.Amount `json:"amount"`
}

// Financing (筹资方式) is one source of a project's budget.
type Financing struct {
	Source string        `json:"source" validate:"required,oneof=central province city county bond donor own credit other"`
	Amount ledger.Amount `json:"amount"`
}

// Beneficiaries (受益对象) are whom a project serves.
type Beneficiaries struct {
	Text           string `json:"text,omitempty" validate:"max=400"`
	Households     int    `json:"households,omitempty" validate:"min=0,max=1000000"`
	Persons        int    `json:"persons,omitempty" validate:"min=0,max=5000000"`
	PoorHouseholds int    `json:"poor_households,omitempty" validate:"min=0,max=1000000"` // 脱贫户（建档立卡户）
	PoorPersons    int    `json:"poor_persons,omitempty" validate:"min=0,max=5000000"`
}

// Goal (绩效指标) is one indicator of a project's goals (DOMAIN 7): three levels,
// an operator, a target and its unit. Milli is the target in thousandths.
type Goal struct {
	Code   string `json:"code" validate:"required,max=16"`
	Level1 string `json:"level1" validate:"required,oneof=产出 效益 满意度"`
	Level2 string `json:"level2" validate:"required,max=20"` // 数量 质量 时效 成本 经济 社会 生态 可持续 服务对象满意度
	Level3 string `json:"level3" validate:"required,max=100"`
	Op     string `json:"op" validate:"required,oneof=>= <= = text"`
	Milli  int64  `json:"target_milli,omitempty"`
	Text   string `json:"target_text,omitempty" validate:"max=200"` // of a qualitative indicator
	Unit   string `json:"unit,omitempty" validate:"max=20"`
	Weight int    `json:"weight" validate:"min=0,max=100"`
}

// ExternalID is a project's number in another system.
type ExternalID struct {
	System string `json:"system" validate:"required,max=40"`
	ID     string `json:"id" validate:"required,max=80"`
}

// Posted is evidence that something was posted in public, and until when: the
// facts that gates ask for.
type Posted struct {
	Type      string        `json:"type"`              // N4, N5, N6, N8, N10, N11
	Subject   string        `json:"subject,omitempty"` // roster or contract that it is about
	Notice    string        `json:"notice,omitempty"`  // code (核验码) of the issued notice; "" of a posting recorded by hand
	From      ledger.Date   `json:"from"`
	To        ledger.Date   `json:"to"` // the last day of the period, inclusive
	Evidence  ledger.Digest `json:"evidence"`
	Withdrawn bool          `json:"withdrawn,omitempty"`
}
