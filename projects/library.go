package projects

import (
	"slices"
	"strconv"

	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// Particulars (项目要素) are what an applicant states of a project: the twelve official
// fields of DOMAIN 5.1 and what the county adds. Number and state are the
// library's.
type Particulars struct {
	Name     string `json:"name" validate:"max=200"` // 1 项目名称
	Tier     Tier   `json:"tier" validate:"omitempty,oneof=county township"`
	Town     string `json:"town,omitempty" validate:"max=64"`
	Year     int    `json:"library_year" validate:"omitempty,min=1990,max=2199"`
	RaisedBy string `json:"raised_by,omitempty" validate:"omitempty,oneof=village township department"`

	Category      string        `json:"category" validate:"max=6"` // 2 项目类别
	Actions       []string      `json:"actions,omitempty" validate:"max=10"`
	Nature        string        `json:"nature" validate:"max=20"` // 3 建设性质
	Place         string        `json:"place" validate:"max=200"` // 4 实施地点
	Village       string        `json:"village,omitempty" validate:"omitempty,len=12,numeric"`
	Villages      []Share       `json:"villages,omitempty" validate:"max=500,dive"`
	Start         ledger.Date   `json:"start"` // 5 时间进度
	Finish        ledger.Date   `json:"finish"`
	Unit          string        `json:"unit" validate:"max=64"` // 6 责任单位
	Department    string        `json:"department,omitempty" validate:"max=64"`
	Implementer   string        `json:"implementer,omitempty" validate:"max=100"`
	ImplementerID string        `json:"implementer_id,omitempty" validate:"max=18"`
	Contact       string        `json:"contact,omitempty" validate:"max=100"`
	Task          string        `json:"task" validate:"max=2000"`         // 7 建设任务
	Budget        ledger.Amount `json:"budget"`                           // 8 资金规模
	Financing     []Financing   `json:"financing" validate:"max=20,dive"` // 8 筹资方式
	Beneficiaries Beneficiaries `json:"beneficiaries"`                    // 9 受益对象
	Goals         []Goal        `json:"goals" validate:"max=60,dive"`     // 10 绩效目标
	Participation string        `json:"participation" validate:"max=400"` // 11 群众参与
	Mechanism     string        `json:"mechanism" validate:"max=400"`     // 12 带贫减贫机制

	Household bool         `json:"household,omitempty"`
	Standard  string       `json:"standard,omitempty" validate:"max=200"`
	DeepPoor  bool         `json:"deep_poor,omitempty"`
	FuncCode  string       `json:"func_code,omitempty" validate:"omitempty,len=7,numeric"`
	AssetKind string       `json:"asset_kind,omitempty" validate:"omitempty,oneof=经营性 公益性 到户类 无"`
	Readiness string       `json:"readiness,omitempty" validate:"max=200"`
	Longitude int          `json:"longitude_e6,omitempty" validate:"omitempty,min=-180000000,max=180000000"`
	Latitude  int          `json:"latitude_e6,omitempty" validate:"omitempty,min=-90000000,max=90000000"`
	External  []ExternalID `json:"external_ids,omitempty" validate:"max=20,dive"`
}

// take puts the particulars into the project.
func (p *Project) take(x *Particulars) {
	p.Name, p.Tier, p.Town, p.Year, p.RaisedBy = x.Name, x.Tier, x.Town, x.Year, x.RaisedBy
	p.Category, p.Actions, p.Nature, p.Place, p.Village, p.Villages = x.Category, x.Actions, x.Nature, x.Place, x.Village, x.Villages
	p.Start, p.Finish, p.Unit, p.Department = x.Start, x.Finish, x.Unit, x.Department
	p.Implementer, p.ImplementerID, p.Contact, p.Task = x.Implementer, x.ImplementerID, x.Contact, x.Task
	p.Budget, p.Financing, p.Beneficiaries, p.Goals = x.Budget, x.Financing, x.Beneficiaries, x.Goals
	p.Participation, p.Mechanism, p.Household, p.Standard, p.DeepPoor = x.Participation, x.Mechanism, x.Household, x.Standard, x.DeepPoor
	p.FuncCode, p.AssetKind, p.Readiness, p.Longitude, p.Latitude = x.FuncCode, x.AssetKind, x.Readiness, x.Longitude, x.Latitude
	p.External = x.External
}

// particulars returns what take put in.
func (p *Project) particulars() Particulars {
	return Particulars{
		Name: p.Name, Tier: p.Tier, Town: p.Town, Year: p.Year, RaisedBy: p.RaisedBy,
		Category: p.Category, Actions: p.Actions, Nature: p.Nature, Place: p.Place, Village: p.Village, Villages: p.Villages,
		Start: p.Start, Finish: p.Finish, Unit: p.Unit, Department: p.Department,
		Implementer: p.Implementer, ImplementerID: p.ImplementerID, Contact: p.Contact, Task: p.Task,
		Budget: p.Budget, Financing: p.Financing, Beneficiaries: p.Beneficiaries, Goals: p.Goals,
		Participation: p.Participation, Mechanism: p.Mechanism, Household: p.Household, Standard: p.Standard, DeepPoor: p.DeepPoor,
		FuncCode: p.FuncCode, AssetKind: p.AssetKind, Readiness: p.Readiness, Longitude: p.Longitude, Latitude: p.Latitude,
		External: p.External,
	}
}

// index is the row by which lists find the project.
func (p *Project) index() dossier.Index {
	return dossier.Index{
		Status: string(p.State), Unit: p.Town, Village: p.Village, Parent: p.RolledFrom, Title: p.Name, Year: p.Year, Amount: int64(p.Budget),
	}
}

// The facts of a project.
type (
	// Entered (录入) is a project that came into the library as a draft, or, rolled
	// from the year before, as what it was there.
	Entered struct {
		Code        string      `json:"code"`
		Particulars Particulars `json:"particulars"`
		State       State       `json:"state"`
		On          ledger.Date `json:"on"`
		RolledFrom  string      `json:"rolled_from,omitempty"`
	}
	// Amended (修改) is a draft or returned project that was stated anew.
	Amended struct {
		Particulars Particulars `json:"particulars"`
		On          ledger.Date `json:"on"`
	}
	// NoticePosted (张贴) is evidence that a notice was posted.
	NoticePosted struct {
		Notice Posted `json:"notice"`
	}
	// NoticeWithdrawn (撤下) takes a notice down: its clock starts again.
	NoticeWithdrawn struct {
		Type    string `json:"type"`
		Subject string `json:"subject,omitempty"`
		Reason  string `json:"reason"`
	}
	// AssetListed (列入资产) says that an asset of the project was registered.
	AssetListed struct {
		Asset string `json:"asset"`
	}
)

var (
	projectFile    = dossier.NewKind("project", (*Project).index)
	projectEntered = dossier.On(projectFile, "project.entered", func(p *Project, f *Entered, _ dossier.Stamp) {
		p.take(&f.Particulars)
		p.Code, p.State, p.Since, p.RolledFrom = f.Code, f.State, f.On, f.RolledFrom
	})
	projectAmended = dossier.On(projectFile, "project.amended", func(p *Project, f *Amended, _ dossier.Stamp) {
		p.take(&f.Particulars)
		p.Since = max(p.Since, f.On)
		if p.State == StateReturned {
			p.Before = StateDraft
		}
		p.withdrawEntry()
	})
	projectAdvanced = dossier.On(projectFile, "project.advanced", func(p *Project, f *Advanced, _ dossier.Stamp) { p.advance(f) })
	projectNotice   = dossier.On(projectFile, "project.notice_posted", func(p *Project, f *NoticePosted, _ dossier.Stamp) {
		p.Posted = append(p.Posted, f.Notice)
	})
	projectWithdrawn = dossier.On(projectFile, "project.notice_withdrawn", func(p *Project, f *NoticeWithdrawn, _ dossier.Stamp) {
		p.withdraw(f.Type, f.Subject)
	})
	projectAsset = dossier.On(projectFile, "project.asset_listed", func(p *Project, f *AssetListed, _ dossier.Stamp) {
		p.Assets = appendOnce(p.Assets, f.Asset)
	})
)

// setDefaults fills in what follows from the rest: who raised the project, the only
// function code that its category has, whether it pays households.
func (x *Particulars) setDefaults() {
	if x.RaisedBy == "" {
		switch {
		case len(x.Villages) < 2 && x.Village != "":
			x.RaisedBy = RaisedByVillage
		case x.Tier == TierCounty:
			x.RaisedBy = RaisedByDepartment
		default:
			x.RaisedBy = RaisedByTownship
		}
	}
	if c, ok := CategoryOf(x.Category, x.Year); ok {
		if x.FuncCode == "" && len(c.FuncCodes) == 1 {
			x.FuncCode = fundedBy + c.FuncCodes[0]
		}
		x.Household = x.Household || c.Eligible.Household
	}
}

// check refuses a project that the library cannot take (DOMAIN 5.1, 5.2): a
// particular missing, each named in the fault; no goals; financing or shares that
// do not add up; a category that the year does not have; a way of raising it that
// the scope does not permit.
func (x *Particulars) check() error {
	if err := x.missing(); err != nil {
		return err
	}
	if len(x.Goals) == 0 {
		return ErrGoals.With("项目 %s：请填报绩效目标（产出、效益、满意度）", x.Name).At("goals", "missing", "")
	}
	if err := checkGoals(x.Name, x.Goals); err != nil {
		return err
	}
	c, ok := CategoryOf(x.Category, x.Year)
	switch {
	case !ok:
		return ErrCategory.With("项目 %s：%d 年度没有类别 %q", x.Name, x.Year, x.Category).At("category", "unknown", x.Category)
	case !c.suits(x.FuncCode):
		return ErrFuncCode.With("项目 %s：%s %s 用 %v，不是 %s", x.Name, c.Code, c.Name, c.FuncCodes, x.FuncCode).At("func_code", "does not fit", x.FuncCode)
	case x.Finish < x.Start:
		return ErrFieldForm.With("项目 %s：完成时间 %s 早于开始时间 %s", x.Name, x.Finish, x.Start).At("finish", "before start", x.Finish.String())
	case x.Tier == TierTownship && x.Town == "":
		return ErrField.With("项目 %s：乡镇实施的项目须填所属乡镇(town)", x.Name).At("town", "missing", "")
	case x.Tier == TierTownship && x.Unit != x.Town:
		return ErrFieldForm.With("项目 %s：乡镇实施的项目责任单位即所属乡镇 %s（规则 4.1：账户的单位），不是 %s", x.Name, x.Town, x.Unit).At("unit", "not the township", x.Unit)
	case x.Tier == TierCounty && x.Town != "":
		return ErrFieldForm.With("项目 %s：县级实施的项目不填所属乡镇(town)", x.Name).At("town", "superfluous", x.Town)
	}
	if i := slices.IndexFunc(x.Actions, func(a string) bool { return !isAction(a) }); i >= 0 {
		return ErrFieldForm.With("项目 %s：十大行动没有 %q", x.Name, x.Actions[i]).At("actions", "unknown", x.Actions[i])
	}
	if err := x.checkRaised(); err != nil {
		return err
	}
	if err := x.checkMoney(); err != nil {
		return err
	}
	return checkExternal(x)
}

// missing names every official field that is empty.
func (x *Particulars) missing() error {
	b := &x.Beneficiaries
	var out *fault.Error
	names := ""
	for _, f := range []struct {
		empty    bool
		zh, name string
	}{
		{x.Name == "", "1 项目名称", "name"},
		{x.Category == "", "2 项目类别", "category"},
		{x.Nature == "", "3 建设性质", "nature"},
		{x.Place == "", "4 实施地点", "place"},
		{x.Start.IsZero(), "5 时间进度（开始）", "start"},
		{x.Finish.IsZero(), "5 时间进度（完成）", "finish"},
		{x.Unit == "", "6 责任单位", "unit"},
		{x.Task == "", "7 建设任务", "task"},
		{x.Budget <= 0, "8 资金规模", "budget"},
		{len(x.Financing) == 0, "8 筹资方式", "financing"},
		{b.Text == "" && b.Households|b.Persons|b.PoorHouseholds|b.PoorPersons == 0, "9 受益对象", "beneficiaries"},
		{x.Participation == "", "11 群众参与", "participation"},
		{x.Mechanism == "", "12 带贫减贫机制", "mechanism"},
		{x.Tier == "", "层级", "tier"},
		{x.Year == 0, "入库年度", "library_year"},
	} {
		if !f.empty {
			continue
		}
		if out == nil {
			out = ErrField
		}
		if names != "" {
			names += "、"
		}
		names += f.zh
		out = out.With("缺 %s", names).At(f.name, "missing", "")
	}
	if out == nil {
		return nil
	}
	return out
}

// checkRaised holds that only what crosses areas, or is run by the county, is
// raised above the village (DOMAIN 5.2).
func (x *Particulars) checkRaised() error {
	cross := len(x.Villages) > 1
	switch {
	case x.RaisedBy == RaisedByVillage && x.Village == "":
		return ErrField.With("项目 %s：村申报的项目须填村(village)", x.Name).At("village", "missing", "")
	case x.RaisedBy == RaisedByVillage && cross:
		return ErrRaised.With("项目 %s 涉及 %d 个村，须由乡镇或部门征求各村意见后提出", x.Name, len(x.Villages)).At("raised_by", "crosses villages", x.RaisedBy)
	case x.RaisedBy == RaisedByTownship && !cross && x.Village != "":
		return ErrRaised.With("项目 %s 只涉及一个村，须由村申报", x.Name).At("raised_by", "one village", x.RaisedBy)
	case x.RaisedBy == RaisedByDepartment && x.Tier != TierCounty && !cross:
		return ErrRaised.With("项目 %s 由乡镇实施且不跨区域，不由部门提出", x.Name).At("raised_by", "not county-run", x.RaisedBy)
	case x.RaisedBy == RaisedByTownship && x.Tier != TierTownship:
		return ErrRaised.With("项目 %s 由县级实施，不由乡镇提出", x.Name).At("raised_by", "county-run", x.RaisedBy)
	}
	return nil
}

// checkMoney holds that financing and shares add up to the budget.
func (x *Particulars) checkMoney() error {
	if x.Budget > ledger.MaxLine {
		return ErrFieldForm.With("项目 %s：资金规模 %s 超过 %s", x.Name, x.Budget, ledger.MaxLine).At("budget", "too large", x.Budget.String())
	}
	var sum ledger.Amount
	for i, f := range x.Financing {
		if f.Amount <= 0 || f.Amount > ledger.MaxLine {
			return ErrFieldForm.With("项目 %s：筹资方式第 %d 行金额 %s 须大于零", x.Name, i+1, f.Amount).At("financing["+strconv.Itoa(i)+"]", "amount", f.Amount.String())
		}
		sum += f.Amount
	}
	if sum != x.Budget {
		return ErrFinancing.With("项目 %s：资金规模 %s，筹资方式合计 %s，相差 %s", x.Name, x.Budget, sum, sum-x.Budget).At("financing", "sum", sum.String())
	}
	if len(x.Villages) == 0 {
		return nil
	}
	sum = 0
	seen := map[string]bool{}
	for i, v := range x.Villages {
		if v.Amount <= 0 || v.Amount > ledger.MaxLine || seen[v.Village] {
			return ErrFieldForm.With("项目 %s：份额第 %d 行 %s 金额 %s 须大于零，一村一行", x.Name, i+1, v.Village, v.Amount).At("villages["+strconv.Itoa(i)+"]", "amount", v.Amount.String())
		}
		seen[v.Village] = true
		sum += v.Amount
	}
	switch {
	case sum != x.Budget:
		return ErrShares.With("项目 %s：资金规模 %s，各村份额合计 %s，相差 %s", x.Name, x.Budget, sum, sum-x.Budget).At("villages", "sum", sum.String())
	case x.Village != "" && !seen[x.Village]:
		return ErrShares.With("项目 %s：村 %s 不在份额表中", x.Name, x.Village).At("village", "not among the shares", x.Village)
	}
	return nil
}

func checkExternal(x *Particulars) error {
	seen := map[ExternalID]bool{}
	for i, e := range x.External {
		if seen[e] {
			return ErrExternal.With("项目 %s：%s %s 重复", x.Name, e.System, e.ID).At("external_ids["+strconv.Itoa(i)+"]", "twice", e.ID)
		}
		seen[e] = true
	}
	return nil
}

// division is the 12 digits under which the project is numbered: its village, or
// the smallest township or county that holds all its villages.
func (x *Particulars) division(county string) string {
	if len(x.Villages) < 2 {
		if x.Village != "" {
			return x.Village
		}
		if len(x.Villages) == 1 {
			return x.Villages[0].Village
		}
		return county + "000000"
	}
	town := x.Villages[0].Village[:9]
	for _, v := range x.Villages {
		if v.Village[:9] != town {
			return county + "000000"
		}
	}
	return town + "000"
}
