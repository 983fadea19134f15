package projects

import (
	"strconv"

	"fundbook/ledger"
)

// PlanAdjustCmd adjusts a plan in mid-year (年中调整): cuts first, then moves, then
// raises, so that what is given back can be given again. Cuts cite the adjustment
// as their decision (E06r, E07r).
type PlanAdjustCmd struct {
	Plan     string        `json:"plan" validate:"required,max=40"`
	Document string        `json:"document" validate:"required,max=80"`
	Digest   ledger.Digest `json:"digest,omitzero"`
	Level    string        `json:"level" validate:"required,oneof=department county"`
	On       ledger.Date   `json:"on" validate:"required"`
	Date     ledger.Date   `json:"date" validate:"required"` // of the vouchers
	Reason   string        `json:"reason" validate:"required,max=400"`
	Cuts     []PlanCut     `json:"cuts,omitempty" validate:"max=200,dive"`
	Moves    []PlanShift   `json:"moves,omitempty" validate:"max=200,dive"`
	Raises   []PlanAsk     `json:"raises,omitempty" validate:"max=200,dive"`
}

// PlanCut (计划调减) takes authority of a plan back from a project, to where it came
// from: of the lots named, or Amount split over its lots by Mode.
type PlanCut struct {
	Project string          `json:"project" validate:"required,max=64"`
	Mode    ledger.DrawMode `json:"mode,omitempty" validate:"omitempty,oneof=PRO_RATA FIFO_BY_DEADLINE RESTRICTED_FIRST"`
	Amount  ledger.Amount   `json:"amount,omitempty" validate:"min=0"`
	Parts   []LotPart       `json:"parts,omitempty" validate:"max=200,dive"`
}

// PlanShift (项目间调剂) moves authority from one project of a plan to another,
// within the same lots.
type PlanShift struct {
	PlanCut
	To        string `json:"to" validate:"required,max=64"`
	Confirmed string `json:"confirmed,omitempty" validate:"max=80"` // as in PlanSource
}

func (c *PlanCut) total(at string) (ledger.Amount, error) {
	switch {
	case len(c.Parts) > 0 && (c.Mode != "" || c.Amount != 0):
		return 0, ErrPlanPart.With("%s：已写明批次金额的，不再填抽取方式和金额", at).At(at+".parts", "with mode or amount", "")
	case len(c.Parts) > 0:
		return sumParts(c.Parts, at)
	case c.Mode == "" || c.Amount <= 0:
		return 0, ErrPlanPart.With("%s：须写明批次金额（parts），或抽取方式（mode）与金额（amount）", at).At(at+".mode", "missing", "")
	}
	return c.Amount, nil
}

// check refuses what no adjustment can say, and returns the sums raised and cut.
func (c *PlanAdjustCmd) check() (raised, cut ledger.Amount, err error) {
	if c.Date < c.On {
		return 0, 0, ErrPlanPart.With("凭证日期 %s 早于调整日期 %s", c.Date, c.On).At("date", "before the adjustment", c.Date.String())
	}
	if len(c.Cuts)+len(c.Moves)+len(c.Raises) == 0 {
		return 0, 0, ErrPlanPart.With("调整方案没有内容：须有调减、调剂或调增").At("cuts", "empty", "")
	}
	add := func(to *ledger.Amount, n ledger.Amount, e error) {
		if err == nil {
			err = e
		}
		if err == nil {
			*to, err = ledger.Add(*to, n)
		}
	}
	for i := range c.Cuts {
		n, e := c.Cuts[i].total("cuts[" + strconv.Itoa(i) + "]")
		add(&cut, n, e)
	}
	for i := range c.Moves {
		at := "moves[" + strconv.Itoa(i) + "]"
		n, e := c.Moves[i].total(at)
		add(&cut, n, e)
		add(&raised, n, nil)
		if c.Moves[i].Project == c.Moves[i].To && err == nil {
			err = ErrPlanPart.With("%s：调出与调入为同一项目 %s", at, c.Moves[i].To).At(at+".to", "same project", c.Moves[i].To)
		}
	}
	asks, e := checkAsks(c.Raises, "raises")
	add(&raised, 0, e)
	for _, n := range asks {
		add(&raised, n, nil)
	}
	return raised, cut, err
}

// cutParts decides which lots a cut takes: those named, or its amount split over
// what the plan gave and the ledger still holds uncommitted.
func cutParts(c *PlanCut, f *Funding, plan string, b *cutBasis) ([]ledger.Part, error) {
	holdings := f.holdings(plan, b.free)
	if len(c.Parts) == 0 {
		parts, err := ledger.Draw{Mode: c.Mode, Amount: c.Amount}.Parts(holdings, b.lots)
		if err != nil {
			var free, planned ledger.Amount
			for _, h := range holdings {
				free, planned = free+max(h.Limit, 0), planned+h.Pot
			}
			return nil, ErrPlanCut.With("项目 %s 计划 %s：调减 %s，已列 %s，未签合同可调减 %s；差 %s，请先变更合同（contract.change）或减少调减",
				c.Project, plan, c.Amount, planned, free, c.Amount-free).Because(err)
		}
		return parts, nil
	}
	for _, p := range c.Parts {
		var have ledger.Holding
		for _, h := range holdings {
			if h.Lot == p.Lot {
				have = h
			}
		}
		if p.Amount > have.Limit {
			return nil, ErrPlanCut.With("项目 %s 计划 %s 批次 %s：调减 %s，已列 %s，未签合同可调减 %s；差 %s，请先变更合同（contract.change）或减少调减",
				c.Project, plan, b.code(p.Lot), p.Amount, have.Pot, max(have.Limit, 0), p.Amount-max(have.Limit, 0))
		}
	}
	return ledgerParts(c.Parts), nil
}

// cutBasis is what a cut is judged by: what the ledger holds in plan per lot, and
// the lots.
type cutBasis struct {
	free map[ledger.LotID]ledger.Amount
	lots map[ledger.LotID]ledger.LotFacts
}

func (b *cutBasis) code(id ledger.LotID) string {
	if l, ok := b.lots[id]; ok {
		return l.Code
	}
	return id.String()
}
