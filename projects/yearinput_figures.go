package projects

import (
	"math/big"
	"slices"
	"strconv"

	"fundbook/ledger"
)

// Verdict (结论) says whether a figure reaches its target.
type Verdict string

// The verdicts.
const (
	VerdictMet     Verdict = "met"
	VerdictUnmet   Verdict = "unmet"
	VerdictUnknown Verdict = "not_evaluable" // an input is not stated, or there is nothing to divide by
)

// Figure (指标值) is one computed figure of a year: what it is divided by what, and
// the rows behind both.
type Figure struct {
	Code        string        `json:"code"`
	Name        string        `json:"name"`
	Formula     string        `json:"formula"`
	Clause      string        `json:"clause"`
	Numerator   ledger.Amount `json:"numerator"`
	Denominator ledger.Amount `json:"denominator"`
	BP          int64         `json:"bp"`        // numerator ÷ denominator in basis points, cut
	TargetBP    int64         `json:"target_bp"` // of the denominator
	Verdict     Verdict       `json:"verdict"`
	Missing     string        `json:"missing,omitempty"`
	Rows        []FigureRow   `json:"rows"`
}

// FigureRow (依据行) is one lot or document that a figure is made of.
type FigureRow struct {
	Part     string        `json:"part"` // numerator, denominator, note
	Lot      string        `json:"lot,omitempty"`
	LotID    ledger.LotID  `json:"lot_id,omitzero"`
	Document string        `json:"document,omitempty"`
	Label    string        `json:"label"`
	Amount   ledger.Amount `json:"amount"`
}

// yearFacts are what the figures of a year are computed from.
type yearFacts struct {
	inputs   YearInputs
	lots     []ledger.LotRow // of the budget year
	drawn    []FigureRow     // planned out of pools, per lot of the year
	policies policySet
	day      ledger.Date // on which the policies hold
}

// yearFigures computes the figures of DOMAIN 1.2, 8.1 A26 and the county's opinion.
func yearFigures(y *yearFacts) ([]Figure, error) {
	t, err := y.policies.several(y.day, policyCountyShare, policyCountyIncrement, policyDonations)
	if err != nil {
		return nil, err
	}
	own := y.lotRows("numerator", func(l *ledger.LotRow) bool { return l.Class == ledger.ClassZC })
	pooled := append(y.pooled(), y.drawn...)
	return []Figure{
		y.ratio(Figure{
			Code: "county_share", Name: "县本级投入占一般公共预算收入", Clause: "A26", TargetBP: t[0], Rows: own,
			Formula: "Σ 县本级安排（ZC）批次指标 ÷ 一般公共预算收入 ≥ " + ledger.PercentBP(t[0]),
		}, InputRevenue),
		y.ratio(Figure{
			Code: "county_increment", Name: "县本级投入占一般公共预算收入增量", Clause: "A26", TargetBP: t[1], Rows: own,
			Formula: "Σ 县本级安排（ZC）批次指标 ÷ 一般公共预算收入增量 ≥ " + ledger.PercentBP(t[1]) + "；增量不为正时不作计算",
		}, InputIncrement),
		y.within(Figure{
			Code: "pooled_need", Name: "因需而整", Clause: "DOMAIN 1.2", TargetBP: 10_000, Rows: pooled,
			Formula: "已整合（池内余额 + 池内已列计划）≤ 项目资金需求",
		}, InputNeed),
		y.ratio(Figure{
			Code: "pooled_integrable", Name: "应整尽整", Clause: "DOMAIN 1.2", TargetBP: 10_000, Rows: pooled,
			Formula: "已整合（池内余额 + 池内已列计划）÷ 可整合资金总额 = 100%",
		}, InputIntegrable),
		y.donations(ledger.Amount(t[2] * 100)),
	}, nil
}

// lotRows lists the authority of some lots.
func (y *yearFacts) lotRows(part string, keep func(*ledger.LotRow) bool) []FigureRow {
	out := []FigureRow{}
	for i := range y.lots {
		if l := &y.lots[i]; keep(l) {
			out = append(out, FigureRow{Part: part, Lot: l.Lot, LotID: l.LotID, Document: l.Document, Label: l.Source, Amount: l.Authority})
		}
	}
	return out
}

// pooled lists what stands in pools.
func (y *yearFacts) pooled() []FigureRow {
	out := []FigureRow{}
	for i := range y.lots {
		if l := &y.lots[i]; l.Pooled != 0 {
			out = append(out, FigureRow{Part: "numerator", Lot: l.Lot, LotID: l.LotID, Document: l.Document, Label: "池内余额", Amount: l.Pooled})
		}
	}
	return out
}

// fill adds up the numerator's rows and takes the denominator from an input.
func (y *yearFacts) fill(f *Figure, input InputName) {
	for _, r := range f.Rows {
		if r.Part == "numerator" {
			f.Numerator += r.Amount
		}
	}
	f.Verdict = VerdictUnknown
	in, ok := y.inputs.of(input)
	if !ok {
		f.Missing = inputNames[input]
		return
	}
	f.Denominator = in.Amount
	f.Rows = append(f.Rows[:len(f.Rows):len(f.Rows)], FigureRow{Part: "denominator", Document: in.Document, Label: inputNames[input], Amount: in.Amount})
	if in.Amount > 0 {
		f.BP = int64(ledger.RatioBP(f.Numerator, in.Amount))
	}
}

// ratio is met when numerator ÷ denominator reaches the target.
func (y *yearFacts) ratio(f Figure, input InputName) Figure {
	y.fill(&f, input)
	if f.Missing == "" && f.Denominator > 0 {
		f.Verdict = verdict(atLeast(f.Numerator, f.Denominator, f.TargetBP))
	}
	return f
}

// within is met when the numerator is not above the denominator.
func (y *yearFacts) within(f Figure, input InputName) Figure {
	y.fill(&f, input)
	if f.Missing == "" {
		f.Verdict = verdict(f.Numerator <= f.Denominator)
	}
	return f
}

// donations compares what the document states with the target; the lots of
// donations stand beside it as a note.
func (y *yearFacts) donations(target ledger.Amount) Figure {
	f := Figure{
		Code: "donations", Name: "社会捐赠", Clause: "县实施意见", TargetBP: 10_000, Denominator: target, Verdict: VerdictUnknown,
		Formula: "年度社会捐赠（依文件）≥ " + target.Wan() + " 万元；已登记的捐赠批次列于其后，供核对",
		Rows:    y.lotRows("note", func(l *ledger.LotRow) bool { return l.Class == ledger.ClassSH }),
	}
	in, ok := y.inputs.of(InputDonations)
	if !ok {
		f.Missing = inputNames[InputDonations]
		return f
	}
	f.Numerator = in.Amount
	f.Rows = append([]FigureRow{{Part: "numerator", Document: in.Document, Label: inputNames[InputDonations], Amount: in.Amount}}, f.Rows...)
	f.Rows = append(f.Rows, FigureRow{Part: "denominator", Label: "目标（政策参数 " + policyDonations + "）", Amount: target})
	if target > 0 {
		f.BP = int64(ledger.RatioBP(in.Amount, target))
	}
	f.Verdict = verdict(in.Amount >= target)
	return f
}

func verdict(met bool) Verdict {
	if met {
		return VerdictMet
	}
	return VerdictUnmet
}

// atLeast reports whether a ÷ b reaches bp basis points, exactly.
func atLeast(a, b ledger.Amount, bp int64) bool {
	left := new(big.Int).Mul(big.NewInt(int64(a)), big.NewInt(10_000))
	return left.Cmp(new(big.Int).Mul(big.NewInt(int64(b)), big.NewInt(bp))) >= 0
}

// poolDrawn lists what plans have taken out of pools, from the funding of
// projects, per lot of a year.
func poolDrawn(funding []Funding, year map[ledger.LotID]ledger.LotRow) []FigureRow {
	var out []FigureRow
	for i := range funding {
		for _, l := range slices.Concat(funding[i].Lines, funding[i].Recovered) {
			lot, ok := year[l.Lot]
			if l.From != "7102" || !ok {
				continue
			}
			out = append(out, FigureRow{
				Part: "numerator", Lot: lot.Lot, LotID: l.Lot, Document: lot.Document, Amount: l.Amount,
				Label: "项目 " + funding[i].Project + "（计划 " + l.Plan + "，池 " + l.Pool + "）",
			})
		}
	}
	return out
}

// yearCode is the code of a year's dossier.
func yearCode(year int) string { return strconv.Itoa(year) }
