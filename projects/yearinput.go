package projects

import (
	"strconv"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// InputName (年度数据项) names a yearly figure that the county takes from a
// document, because no entry of the ledger says it.
type InputName string

// The yearly inputs.
const (
	InputRevenue    InputName = "revenue"    // 一般公共预算收入
	InputIncrement  InputName = "increment"  // 一般公共预算收入比上年增量, may be negative
	InputIntegrable InputName = "integrable" // 可整合资金总额
	InputNeed       InputName = "need"       // 项目资金需求总额
	InputDonations  InputName = "donations"  // 社会捐赠
	InputRiskPool   InputName = "risk_pool"  // 小额信贷风险补偿金, memo only
)

var inputNames = map[InputName]string{
	InputRevenue: "一般公共预算收入", InputIncrement: "一般公共预算收入增量", InputIntegrable: "可整合资金总额",
	InputNeed: "项目资金需求", InputDonations: "社会捐赠", InputRiskPool: "风险补偿金余额",
}

// YearInput (年度数据) is one figure with the document that states it.
type YearInput struct {
	Name     InputName     `json:"name"`
	Amount   ledger.Amount `json:"amount"`
	Document string        `json:"document"`
	On       ledger.Date   `json:"on"`
	Digest   ledger.Digest `json:"digest,omitzero"`
	Version  int           `json:"version"`
}

// YearInputs are the figures of a year, each in its newest version.
type YearInputs struct {
	Year   int         `json:"year"`
	Inputs []YearInput `json:"inputs"`
}

type yearStated struct {
	Year  int
	Input YearInput
}

var yearInputFile = dossier.NewKind("yearinput", (*YearInputs).index)

var didStateYear = dossier.On(yearInputFile, "plan.year_stated", func(y *YearInputs, f *yearStated, _ dossier.Stamp) {
	y.Year = f.Year
	for i := range y.Inputs {
		if y.Inputs[i].Name == f.Input.Name {
			version := y.Inputs[i].Version + 1
			y.Inputs[i] = f.Input
			y.Inputs[i].Version = version
			return
		}
	}
	in := f.Input
	in.Version = 1
	y.Inputs = append(y.Inputs, in)
})

func (y *YearInputs) index() dossier.Index {
	return dossier.Index{Title: strconv.Itoa(y.Year) + " 年度数据", Year: y.Year}
}

// of returns the newest version of a figure.
func (y *YearInputs) of(name InputName) (YearInput, bool) {
	for _, in := range y.Inputs {
		if in.Name == name {
			return in, true
		}
	}
	return YearInput{}, false
}

// YearInputCmd states one yearly figure. A new version replaces the one before.
type YearInputCmd struct {
	Year     int           `json:"year" validate:"required,min=1990,max=2199"`
	Name     InputName     `json:"name" validate:"required,oneof=revenue increment integrable need donations risk_pool"`
	Amount   ledger.Amount `json:"amount"`
	Document string        `json:"document" validate:"required,max=80"`
	On       ledger.Date   `json:"on" validate:"required"`
	Digest   ledger.Digest `json:"digest,omitzero"`
}

func (c *YearInputCmd) decide() (yearStated, error) {
	if c.Amount < 0 && c.Name != InputIncrement || c.Amount > ledger.MaxSum || c.Amount < -ledger.MaxSum {
		return yearStated{}, ErrYearInput.With("%d 年%s %s：只有收入增量可以为负", c.Year, inputNames[c.Name], c.Amount).At("amount", "must not be negative", c.Amount.String())
	}
	return yearStated{c.Year, YearInput{Name: c.Name, Amount: c.Amount, Document: c.Document, On: c.On, Digest: c.Digest}}, nil
}
