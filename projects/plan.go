package projects

import (
	"slices"
	"strconv"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// Plan (年度计划、整合方案) is what a county has adopted to do with the lots of a
// year: projects with amounts. Lots and places of authority stand in the funding of
// each project, balances in the ledger. Reserve and plan are never added: a project
// in the library is in no plan.
type Plan struct {
	Code      string        `json:"code"`
	Name      string        `json:"name"`
	Kind      string        `json:"kind"` // annual integration
	Year      int           `json:"year"`
	Document  string        `json:"document"`
	Digest    ledger.Digest `json:"digest,omitzero"`
	AdoptedOn ledger.Date   `json:"adopted_on"`
	Meeting   string        `json:"meeting"`
	// FormedOn is the day of the newest county approval, from which the deadline of
	// notice N2 runs (DOMAIN 6.3); Version counts those approvals.
	FormedOn    ledger.Date  `json:"formed_on"`
	Version     int          `json:"version"`
	Items       []PlanItem   `json:"items"`
	Adjustments []Adjustment `json:"adjustments,omitempty"`
}

// PlanItem (计划项目) is one project of a plan. Approved is its amount as the county
// last approved it: what a department may add is measured by it (DOMAIN 2.3 a).
type PlanItem struct {
	Project  string        `json:"project"`
	Unit     string        `json:"unit"`
	Approved ledger.Amount `json:"approved"`
	Amount   ledger.Amount `json:"amount"`
}

// Adjustment (调整方案) is one change of a plan in mid-year.
type Adjustment struct {
	Document string        `json:"document"`
	Level    string        `json:"level"` // department county; recovery: by a decision to recover
	On       ledger.Date   `json:"on"`
	Digest   ledger.Digest `json:"digest,omitzero"`
	Reason   string        `json:"reason"`
	Raised   ledger.Amount `json:"raised"`
	Cut      ledger.Amount `json:"cut"`
}

type planAdopted struct {
	Code, Name, Kind string
	Year             int
	Document         string
	Digest           ledger.Digest
	AdoptedOn        ledger.Date
	Meeting          string
	Items            []PlanItem
}

// planAdjusted changes amounts of projects; a project that comes to nothing leaves
// the plan, one that was not in it enters.
type planAdjusted struct {
	Adjustment Adjustment
	Changes    []planChange
}

type planChange struct {
	Project, Unit string
	Amount        ledger.Amount // ±
}

var planFile = dossier.NewKind("plan", (*Plan).index)

var (
	didAdopt = dossier.On(planFile, "plan.adopted", func(p *Plan, f *planAdopted, _ dossier.Stamp) {
		*p = Plan{
			Code: f.Code, Name: f.Name, Kind: f.Kind, Year: f.Year, Document: f.Document, Digest: f.Digest, AdoptedOn: f.AdoptedOn,
			Meeting: f.Meeting, FormedOn: f.AdoptedOn, Version: 1, Items: f.Items,
		}
	})
	didAdjust = dossier.On(planFile, "plan.adjusted", func(p *Plan, f *planAdjusted, _ dossier.Stamp) { p.adjust(f) })
)

func (p *Plan) index() dossier.Index {
	return dossier.Index{Status: p.Kind, Title: p.Name, Year: p.Year, Amount: int64(p.Total())}
}

// Total is what the plan gives to all its projects.
func (p *Plan) Total() ledger.Amount {
	var sum ledger.Amount
	for i := range p.Items {
		sum += p.Items[i].Amount
	}
	return sum
}

func (p *Plan) item(project string) (PlanItem, bool) {
	i := slices.IndexFunc(p.Items, func(x PlanItem) bool { return x.Project == project })
	if i < 0 {
		return PlanItem{}, false
	}
	return p.Items[i], true
}

func (p *Plan) adjust(f *planAdjusted) {
	county := f.Adjustment.Level == levelCounty
	for _, c := range f.Changes {
		i := slices.IndexFunc(p.Items, func(x PlanItem) bool { return x.Project == c.Project })
		if i < 0 {
			i = len(p.Items)
			p.Items = append(p.Items, PlanItem{Project: c.Project, Unit: c.Unit})
		}
		it := &p.Items[i]
		it.Amount += c.Amount
		switch {
		case it.Amount == 0:
			p.Items = slices.Delete(p.Items, i, i+1)
		case county:
			it.Approved = it.Amount
		}
	}
	if county {
		p.FormedOn, p.Version = f.Adjustment.On, p.Version+1
	}
	p.Adjustments = append(p.Adjustments, f.Adjustment)
}

// Who decides on an adjustment (DOMAIN 2.3 a).
const (
	levelDepartment = "department"
	levelCounty     = "county"
	levelRecovery   = "recovery" // not an adjustment: authority recovered (E17), saved (E13) or come back (E15f, E16)
)

// PlanSource (计划来源) is where a part of a project's plan comes from: the pool
// (7102), the unallocated authority of the county (7101), or what a department
// (7103) or township (7104) has been allocated. The lots are named by Parts, or
// Amount is split over those that the place holds by Mode (DOMAIN 4.4).
type PlanSource struct {
	From   ledger.Code     `json:"from" validate:"required,oneof=7101 7102 7103 7104"`
	Pool   string          `json:"pool,omitempty" validate:"max=64"`
	Holder string          `json:"holder,omitempty" validate:"max=64"` // unit of 7103 and 7104; the project's when empty
	Mode   ledger.DrawMode `json:"mode,omitempty" validate:"omitempty,oneof=PRO_RATA FIFO_BY_DEADLINE RESTRICTED_FIRST"`
	Amount ledger.Amount   `json:"amount,omitempty" validate:"min=0"`
	Lots   []ledger.LotID  `json:"lots,omitempty" validate:"max=200"` // limits the split
	Parts  []LotPart       `json:"parts,omitempty" validate:"max=200,dive"`
	// Confirmed is the document by which the giver of a lot of restricted purpose
	// agreed to this use.
	Confirmed string `json:"confirmed,omitempty" validate:"max=80"`
}

// total is what the source gives; it refuses a source that says neither how much
// nor of which lots, or both, or a place without its name.
func (s *PlanSource) total(at string) (ledger.Amount, error) {
	bad := func(field, zh string) error {
		return ErrPlanPart.With("%s：%s", at, zh).At(at+"."+field, zh, "")
	}
	switch {
	case s.From == "7102" && s.Pool == "":
		return 0, bad("pool", "从整合资金池（7102）安排须写明资金池")
	case s.From != "7102" && s.Pool != "":
		return 0, bad("pool", "不从资金池安排的不填资金池")
	case s.Holder != "" && s.From != "7103" && s.From != "7104":
		return 0, bad("holder", "指标所在单位只用于 7103、7104")
	case len(s.Parts) > 0 && (s.Mode != "" || s.Amount != 0 || len(s.Lots) > 0):
		return 0, bad("parts", "已写明批次金额的，不再填抽取方式、金额、批次范围")
	case len(s.Parts) == 0 && (s.Mode == "" || s.Amount <= 0):
		return 0, bad("mode", "须写明批次金额（parts），或抽取方式（mode）与金额（amount）")
	}
	if len(s.Parts) == 0 {
		return s.Amount, nil
	}
	return sumParts(s.Parts, at)
}

// sumParts adds parts up; it refuses a lot that stands twice.
func sumParts(parts []LotPart, at string) (ledger.Amount, error) {
	var sum ledger.Amount
	seen := map[ledger.LotID]bool{}
	for i, p := range parts {
		if seen[p.Lot] {
			return 0, ErrPlanPart.With("%s：批次 %s 重复", at, p.Lot).At(at+".parts["+strconv.Itoa(i)+"].lot", "twice", p.Lot.String())
		}
		seen[p.Lot] = true
		var err error
		if sum, err = ledger.Add(sum, p.Amount); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// PlanAsk (列入计划) is a project with what it is to get.
type PlanAsk struct {
	Project string       `json:"project" validate:"required,max=64"`
	Sources []PlanSource `json:"sources" validate:"required,min=1,max=50,dive"`
}

func (a *PlanAsk) total(at string) (ledger.Amount, error) {
	var sum ledger.Amount
	for i := range a.Sources {
		n, err := a.Sources[i].total(at + ".sources[" + strconv.Itoa(i) + "]")
		if err != nil {
			return 0, err
		}
		if sum, err = ledger.Add(sum, n); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// PlanAdoptCmd adopts an annual plan or an integration plan: lots in, projects out.
type PlanAdoptCmd struct {
	Code      string        `json:"code" validate:"required,max=40"`
	Name      string        `json:"name" validate:"required,max=120"`
	Kind      string        `json:"kind" validate:"required,oneof=annual integration"`
	Year      int           `json:"year" validate:"required,min=1990,max=2199"`
	Document  string        `json:"document" validate:"required,max=80"`
	Digest    ledger.Digest `json:"digest,omitzero"`
	AdoptedOn ledger.Date   `json:"adopted_on" validate:"required"`
	Meeting   string        `json:"meeting" validate:"required,max=120"`
	Date      ledger.Date   `json:"date" validate:"required"` // of the vouchers
	Items     []PlanAsk     `json:"items" validate:"required,min=1,max=500,dive"`
}

// check refuses what no plan can say: a project twice, vouchers before adoption, a
// source out of form. It returns what each project is to get.
func (c *PlanAdoptCmd) check() ([]ledger.Amount, error) {
	if c.Date < c.AdoptedOn {
		return nil, ErrPlanPart.With("凭证日期 %s 早于通过日期 %s", c.Date, c.AdoptedOn).At("date", "before the adoption", c.Date.String())
	}
	return checkAsks(c.Items, "items")
}

func checkAsks(asks []PlanAsk, at string) ([]ledger.Amount, error) {
	out := make([]ledger.Amount, len(asks))
	seen := map[string]bool{}
	for i := range asks {
		here := at + "[" + strconv.Itoa(i) + "]"
		if seen[asks[i].Project] {
			return nil, ErrPlanTwice.With("项目 %s", asks[i].Project).At(here+".project", "twice", asks[i].Project)
		}
		seen[asks[i].Project] = true
		var err error
		if out[i], err = asks[i].total(here); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// checkPlannable refuses a project that may not enter a plan: only what is in the
// library is planned (DOMAIN 5.2).
func checkPlannable(p *Project) error {
	if p.State != StateInLibrary {
		return ErrPlanState.With("项目 %s（%s）现处 %s；只有已入库（IN_LIBRARY）的项目可列入计划，已在计划内的用计划调整", p.Code, p.Name, p.State)
	}
	return nil
}

// checkPlanBudget refuses to plan more for a project than its budget and what is
// allowed above it (DOMAIN 2.3: 批小建大).
func checkPlanBudget(p *Project, planned ledger.Amount, overBP int64) error {
	most := p.Budget + ledger.PartBP(p.Budget, overBP)
	if planned > most {
		return ErrPlanBudget.With("项目 %s：资金规模 %s，计划合计 %s，超过允许的 %s（上浮 %s）%s 元；请先按程序调整项目资金规模",
			p.Code, p.Budget, planned, most, ledger.PercentBP(overBP), planned-most)
	}
	return nil
}

// raised is what the rule of raises (DOMAIN 2.3 a) asks about a project: up to its
// limit the department's paper is enough, above it the county approves anew, from
// which day notice N2 is due again.
func (it *PlanItem) raised(raise ledger.Amount, level, document string) PlanRaise {
	r := PlanRaise{Project: it.Project, Approved: it.Approved, After: it.Amount + raise}
	if level == levelCounty {
		r.Approval, r.Republish = document, true
	} else {
		r.Department = document
	}
	return r
}
