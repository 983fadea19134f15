package projects

import (
	"cmp"
	"slices"

	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
)

// The columns of the table of projects and contracts: one row per contract of a
// project, and one for a project without any. In a further row of a project its own
// columns may be left blank.
var (
	openColumns = []string{"项目编号", "项目名称", "责任单位", "年度", "项目类别", "资金规模", "项目状态"}
	openExtras  = []string{
		"乡镇", "村代码", "建设性质", "实施地点", "开始时间", "完成时间", "建设内容", "资金来源层级", "受益人数", "绩效目标", "群众参与", "带贫减贫机制",
		"合同编号", "合同名称", "合同类型", "收款方", "统一社会信用代码", "合同金额", "签订日期", "合同状态", "验收日期",
		"预付比例", "质保金比例", "缺陷责任期（月）", "付款期限（天）", "接管前已列支", "其他资金", "未落实资金",
	}
)

func (o *Opening) readProject(r *openingRow) {
	code := r.need("项目编号")
	i := slices.IndexFunc(o.projects, func(p openingProject) bool { return p.code == code })
	if i < 0 {
		i = len(o.projects)
		o.projects = append(o.projects, r.project(code))
	} else if name := r.text("项目名称"); name != "" && name != o.projects[i].x.Name {
		r.err("项目名称", "project_differs", "同一项目编号在第 "+cellNo(o.projects[i].row)+" 行为 "+o.projects[i].x.Name, "一个编号一个项目")
	}
	if r.name("合同编号") != "" {
		o.readContract(r, &o.projects[i])
	}
}

// project reads the columns of a project and holds it to the library's rules: a
// running project needs its twelve fields as a new one does.
func (r *openingRow) project(code string) openingProject {
	p := openingProject{code: code, row: r.row.No}
	x := &p.x
	x.Name, x.Year, x.Nature, x.Place, x.Task = r.text("项目名称"), r.number("年度"), r.text("建设性质"), r.text("实施地点"), r.text("建设内容")
	x.Town, x.Village, x.Unit = r.name("乡镇"), r.text("村代码"), r.need("责任单位")
	x.Start, x.Finish, x.Budget = r.date("开始时间"), r.date("完成时间"), r.amount("资金规模")
	x.Beneficiaries.Persons = r.number("受益人数")
	x.Participation, x.Mechanism = r.text("群众参与"), r.text("带贫减贫机制")
	x.Tier = TierCounty
	if x.Town != "" {
		x.Tier = TierTownship
		if towns := r.o.places.Find(region.Query{Township: x.Town}); len(towns) == 1 {
			x.Town = towns[0].Name
		}
	}
	if source := sourceCode(cmp.Or(r.text("资金来源层级"), "other")); x.Budget > 0 {
		x.Financing = []Financing{{Source: source, Amount: x.Budget}}
	}
	if goal := r.text("绩效目标"); goal != "" {
		x.Goals = []Goal{{Code: "1", Level1: "产出", Level2: "数量", Level3: "接管前批复的绩效目标", Op: "text", Text: goal}}
	}
	for _, c := range Categories(x.Year) {
		if c.Code == r.text("项目类别") || c.Name == r.text("项目类别") {
			x.Category = c.Code
		}
	}
	for _, s := range states {
		if r.text("项目状态") == s.zh || r.text("项目状态") == string(s.state) {
			p.state = s.state
		}
	}
	if at := p.state.order(); at < StateInLibrary.order() || at > StateClosed.order() {
		r.err("项目状态", "state", "须为“入库储备”至“办结”之间的状态", "按生命周期表填写")
	}
	if x.Category == "" {
		r.err("项目类别", "category_unknown", "该年度的类别树中没有此类别", "填写类别编码")
		return p
	}
	x.External = []ExternalID{{System: "接管前编号", ID: code}}
	x.setDefaults()
	err := x.check()
	if err == nil {
		err = x.checkVillages(r.o.county, r.o.places)
	}
	if err != nil {
		f := fault.From(err)
		r.err("项目编号", f.Code, f.Message("zh"), "按所引规则更正")
	}
	return p
}

var openingContractStates = []struct {
	zh    string
	state ContractState
}{
	{"已签订", ContractSigned}, {"施工中", ContractStarted}, {"已完工", ContractCompleted}, {"已验收", ContractAccepted}, {"已结算", ContractSettled},
}

var openingContractKinds = []struct{ zh, kind string }{{"工程", "works"}, {"货物", "goods"}, {"服务", "service"}, {"管理费", "fee"}, {"任务单", "order"}}

// rosterContract is what a row of a roster says in the place of a kind of contract:
// money that its payees owe (1211) stands under it, and no contract is opened. Other
// balances of a roster are refused: they would need its persons.
const rosterContract = "名册"

func (o *Opening) readContract(r *openingRow, p *openingProject) {
	code, part := r.name("合同编号"), r.amount("合同金额")
	i := slices.IndexFunc(o.contracts, func(c openingContract) bool { return c.contract.Code == code })
	if i < 0 {
		i = len(o.contracts)
		o.contracts = append(o.contracts, r.contract(code, p))
	}
	x := &o.contracts[i]
	c := &x.contract
	switch {
	case slices.ContainsFunc(c.Projects, func(q ProjectPart) bool { return q.Project == p.code }):
		r.err("合同编号", "contract_repeated", "同一项目同一合同重复", "一个项目的一个合同一行")
		return
	case c.Unit != p.x.Unit:
		r.err("合同编号", "contract_unit", "合同的单位 "+c.Unit+" 与项目的责任单位 "+p.x.Unit+" 不同", "指标按单位核算，请按单位分列合同")
	case part == 0 && !x.roster:
		r.err("合同金额", "amount_zero", "没有本项目的合同金额", "填写金额")
	}
	if c.Town != p.x.Town {
		c.Town = ""
	}
	c.Projects = append(c.Projects, ProjectPart{p.code, part})
	c.Amount += part
	for _, f := range []struct{ col, source string }{{"接管前已列支", sourceOther}, {"其他资金", sourceOther}, {"未落实资金", sourceUnfunded}} {
		a := r.amount(f.col)
		if a == 0 {
			continue
		}
		add := FundingPart{Project: p.code, Source: f.source, Amount: a}
		if f.source == sourceUnfunded {
			add.Since = c.SignedOn
		}
		if j := slices.IndexFunc(x.rest, add.same); j >= 0 {
			x.rest[j].Amount += a
			continue
		}
		x.rest = append(x.rest, add)
	}
}

func (r *openingRow) contract(code string, p *openingProject) openingContract {
	x := openingContract{row: r.row.No, roster: r.text("合同类型") == rosterContract}
	x.contract = Contract{
		Code: code, Name: cmp.Or(r.text("合同名称"), p.x.Name), Payee: r.need("收款方"), PayeeID: r.text("统一社会信用代码"), Unit: p.x.Unit, Town: p.x.Town,
		SignedOn: r.date("签订日期"), AcceptedOn: r.date("验收日期"),
		Terms: Terms{
			AdvanceBP: r.percent("预付比例"), RetentionBP: r.percent("质保金比例"), DefectMonths: r.number("缺陷责任期（月）"), PayDays: cmp.Or(r.number("付款期限（天）"), 30),
		},
	}
	c := &x.contract
	if x.roster {
		return x
	}
	for _, k := range openingContractKinds {
		if r.text("合同类型") == k.zh || r.text("合同类型") == k.kind {
			c.Kind = k.kind
		}
	}
	for _, s := range openingContractStates {
		if r.text("合同状态") == s.zh || r.text("合同状态") == string(s.state) {
			c.State = s.state
		}
	}
	accepted := c.State == ContractAccepted || c.State == ContractSettled
	switch {
	case c.Kind == "":
		r.err("合同类型", "kind", "须为 工程、货物、服务、管理费、任务单 或 名册", "填写合同类型")
	case c.State == "":
		r.err("合同状态", "state", "须为 已签订、施工中、已完工、已验收 或 已结算", "填写合同状态")
	case c.SignedOn.IsZero() || c.SignedOn > r.o.date:
		r.err("签订日期", "signed", "须为接管日以前的日期", "填写签订日期")
	case accepted != !c.AcceptedOn.IsZero() || c.AcceptedOn > r.o.date:
		r.err("验收日期", "accepted", "已验收、已结算的合同须填接管日以前的验收日期，其余不填", "核对合同状态与验收日期")
	}
	if c.PayeeID != "" || c.Kind != "fee" && c.Kind != "order" {
		if err := checkCreditCode(c.PayeeID); err != nil {
			r.err("统一社会信用代码", "credit_code", fault.From(err).Message("zh"), "按营业执照填写")
		}
	}
	return x
}

// fundContracts completes the funding of the contracts from the balances: what
// still stands under them per project and lot, and what the table says beside it.
// All of it must be the amount of the contract.
func (o *Opening) fundContracts(file string) {
	for i := range o.contracts {
		x := &o.contracts[i]
		c := &x.contract
		if x.roster {
			continue
		}
		c.Funding = o.standing(func(k *ledger.Key) bool { return k.Contract == c.Code })
		c.Funding = append(c.Funding, x.rest...)
		for _, p := range c.Projects {
			var sum ledger.Amount
			for _, f := range c.Funding {
				if f.Project == p.Project {
					sum += f.Amount
				}
			}
			if sum != p.Amount {
				o.found(RowFinding{File: file, Row: x.row, Column: "合同金额", Code: "contract_funding", Remedy: "核对合同金额，或补填 接管前已列支、其他资金、未落实资金"},
					"合同 %s 项目 %s：合同金额 %s，期初 7202、7203、7204、7301 与表列其他资金合计 %s，差 %s", c.Code, p.Project, p.Amount, sum, p.Amount-sum)
			}
		}
	}
}

// standing is the authority that stands under a choice of accounts, per project and
// lot.
func (o *Opening) standing(choose func(*ledger.Key) bool) []FundingPart {
	var out []FundingPart
	for i := range o.lines {
		k := &o.lines[i].Key
		switch k.Account {
		case "7202", "7203", "7204", "7301":
		default:
			continue
		}
		if !choose(k) {
			continue
		}
		add := FundingPart{Project: k.Project, Source: sourceLot, Lot: k.Lot, Amount: o.lines[i].Amount}
		if j := slices.IndexFunc(out, add.same); j >= 0 {
			out[j].Amount += add.Amount
			continue
		}
		out = append(out, add)
	}
	return out
}

// fundingOf is what lots give to a project: its plan, what is committed, and what is
// paid and not accounted for.
func (o *Opening) fundingOf(project, plan string) []FundingLine {
	var out []FundingLine
	for i := range o.lines {
		k := &o.lines[i].Key
		if k.Project != project {
			continue
		}
		switch k.Account {
		case "7201", "7202", "7203", "7204", "7301":
			l := FundingLine{Plan: plan, Lot: k.Lot, From: "7101", Amount: o.lines[i].Amount}
			if j := slices.IndexFunc(out, func(x FundingLine) bool { return x.place() == l.place() }); j >= 0 {
				out[j].Amount += l.Amount
				continue
			}
			out = append(out, l)
		}
	}
	return out
}
