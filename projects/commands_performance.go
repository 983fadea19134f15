package projects

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// The policies of performance, and what holds where a county has set none.
const (
	// PolicyFailBelow is the score in points below which an evaluation fails: 60.
	PolicyFailBelow = "performance_fail_below"
	// PolicyOverBP is the part of the target, in basis points, beyond which
	// over-fulfilment asks for a reason: 130 %.
	PolicyOverBP = "performance_over_bp"
	// PolicySampleBP is the least part of the self-evaluations that is checked: 10 %.
	PolicySampleBP = "performance_sample_bp"

	defaultFailBelow = 60
	defaultOverBP    = 13_000
	defaultSampleBP  = 1_000
)

// MonitorCmd reports one quarter of a project.
type MonitorCmd struct {
	Project string      `json:"project" validate:"required,max=64"`
	Year    int         `json:"year" validate:"required,min=1990,max=2199"`
	Quarter int         `json:"quarter" validate:"required,min=1,max=4"`
	On      ledger.Date `json:"on" validate:"required"`
	Actuals []Actual    `json:"actuals" validate:"required,max=60,dive"`
}

// MonitorPerformance records a quarter (DOMAIN 7): every indicator of the project
// once, what it deviates by, and, from the fourth quarter on, the measure for each
// that is short of its target. What was paid is read from the ledger.
func MonitorPerformance(ctx context.Context, tx *db.Tx, c MonitorCmd) error {
	p, perf, opened, err := loadPerformance(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	if !p.Reached(StatePlanned) {
		return ErrMonitor.With("项目 %s 现为 %s（%s），尚未纳入计划", p.Code, p.State, p.State.Chinese())
	}
	if _, err := stepDay(tx, c.On); err != nil {
		return err
	}
	if first := quarterStart(c.Year, c.Quarter); c.On < first {
		return ErrMonitor.With("项目 %s：%d 年第 %d 季度自 %s 起，填报日 %s", p.Code, c.Year, c.Quarter, first, c.On)
	}
	for _, m := range perf.Monitors {
		if m.Year == c.Year && m.Quarter == c.Quarter {
			return ErrMonitor.With("项目 %s：%d 年第 %d 季度已于 %s 填报", p.Code, c.Year, c.Quarter, m.On)
		}
	}
	rows, err := monitorRows(&p, c.Actuals, c.Quarter)
	if err != nil {
		return err
	}
	m, err := figuresAt(ctx, tx, p.Code, c.On)
	if err != nil {
		return err
	}
	f := Monitored{p.Code, p.Town, p.Unit, Monitor{c.Year, c.Quarter, c.On, m.money(c.On), rows}}
	if !opened {
		return performanceMonitored.Open(ctx, tx, p.Code, &perf, f)
	}
	return performanceMonitored.Record(ctx, tx, p.Code, &perf, f)
}

// monitorRows sets every indicator of the project beside its target.
func monitorRows(p *Project, actuals []Actual, quarter int) ([]MonitorRow, error) {
	var rows []MonitorRow
	for i := range p.Goals {
		g := &p.Goals[i]
		a, err := actualOf(p, g, actuals)
		if err != nil {
			return nil, err
		}
		row := MonitorRow{Actual: *a, Target: g.Milli}
		if g.Op != "text" {
			row.Deviation = a.Milli - g.Milli
		}
		if quarter == 4 && g.attained(a) < 10_000 && (a.Reason == "" || a.Measure == "") {
			return nil, ErrDeviation.With("项目 %s 指标 %s（%s）：目标 %s，实际 %s；请填写偏差原因与改进措施", p.Code, g.Code, g.Level3, g.target(), milli(a.Milli)).
				At("actuals", "reason or measure missing", g.Code)
		}
		rows = append(rows, row)
	}
	if len(actuals) != len(p.Goals) {
		return nil, ErrMonitor.With("项目 %s 有 %d 项指标，填报 %d 项；每项填报一次", p.Code, len(p.Goals), len(actuals))
	}
	return rows, nil
}

func quarterStart(year, quarter int) ledger.Date {
	d, err := ledger.NewDate(year, 3*quarter-2, 1)
	if err != nil {
		return ledger.MaxDate
	}
	return d
}

// loadPerformance returns a project that the account may change, and its
// performance, new when there is none.
func loadPerformance(ctx context.Context, tx *db.Tx, code string) (p Project, perf Performance, opened bool, err error) {
	if p, err = projectFile.Load(ctx, tx, code); err != nil {
		return p, perf, false, err
	}
	if err = p.ownedBy(tx.Unit); err != nil {
		return p, perf, false, err
	}
	if opened, err = performanceFile.Exists(ctx, tx, code); err != nil || !opened {
		return p, perf, opened, err
	}
	perf, err = performanceFile.Load(ctx, tx, code)
	return p, perf, true, err
}

// EvaluateCmd is the self-evaluation of one year of a project.
type EvaluateCmd struct {
	Project  string        `json:"project" validate:"required,max=64"`
	Year     int           `json:"year" validate:"required,min=1990,max=2199"`
	On       ledger.Date   `json:"on" validate:"required"`
	Actuals  []Actual      `json:"actuals" validate:"required,max=60,dive"`
	Report   ledger.Digest `json:"report" validate:"required"` // 自评报告
	Document string        `json:"document,omitempty" validate:"max=80"`
}

// EvaluatePerformance scores a year of a project (DOMAIN 7): 执行率 10, 产出 50, 效益
// 30, 满意度 10. The execution rate is paid to date ÷ plan from the ledger, at the
// end of the year or on the day of evaluation; nobody types it. A project whose
// money is all paid becomes EVALUATED. Below the threshold it does not roll over,
// and FailedGrades shows it.
func EvaluatePerformance(ctx context.Context, tx *db.Tx, c EvaluateCmd) error {
	p, perf, opened, err := loadPerformance(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	if !p.Reached(StatePlanned) {
		return ErrEvaluate.With("项目 %s 现为 %s（%s），尚未纳入计划", p.Code, p.State, p.State.Chinese())
	}
	if _, err := stepDay(tx, c.On); err != nil {
		return err
	}
	if c.Year < p.Year || c.Year > c.On.Year() {
		return ErrEvaluate.With("项目 %s：入库年度 %d，自评年度 %d，自评日 %s", p.Code, p.Year, c.Year, c.On)
	}
	if e, done := perf.evaluation(c.Year); done && p.State != StateReimbursed {
		return ErrEvaluate.With("项目 %s：%d 年度已于 %s 自评，得分 %s", p.Code, c.Year, e.On, centi(e.Total))
	}
	e, threshold, err := scoreYear(ctx, tx, &p, c)
	if err != nil {
		return err
	}
	f := Evaluated{p.Code, p.Town, p.Unit, e, threshold}
	if !opened {
		err = performanceEvaluated.Open(ctx, tx, p.Code, &perf, f)
	} else {
		err = performanceEvaluated.Record(ctx, tx, p.Code, &perf, f)
	}
	if err != nil || p.State != StateReimbursed {
		return err
	}
	return Advance(ctx, tx, p.Code, Step{Event: EventEvaluate, On: c.On, Document: c.Document, Evidence: []ledger.Digest{c.Report}})
}

// scoreYear reads the ledger and scores.
func scoreYear(ctx context.Context, tx *db.Tx, p *Project, c EvaluateCmd) (Evaluation, int, error) {
	e := Evaluation{Year: c.Year, On: c.On, Due: EvaluationDue(c.Year), Report: c.Report, Document: c.Document}
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return e, 0, err
	}
	threshold, err := policyNumber(ps, PolicyFailBelow, c.On, defaultFailBelow)
	if err != nil {
		return e, 0, err
	}
	over, err := policyNumber(ps, PolicyOverBP, c.On, defaultOverBP)
	if err != nil {
		return e, 0, err
	}
	asOf := c.On
	if end, err := ledger.NewDate(c.Year, 12, 31); err == nil {
		asOf = min(asOf, end)
	}
	m, err := figuresAt(ctx, tx, p.Code, asOf)
	if err != nil {
		return e, 0, err
	}
	e.Money, e.Late = m.money(asOf), c.On > e.Due
	if e.Rows, e.Total, err = scoreRows(p, c.Actuals, e.Money, over); err != nil {
		return e, 0, err
	}
	e.Execution = int(mulDiv(fullExecution, int64(min(e.Money.RateBP, 10_000)), 10_000))
	e.Grade = GradeOf(e.Total)
	return e, threshold * 100, nil
}

// SpotcheckCmd draws a sample of the self-evaluations of a year.
type SpotcheckCmd struct {
	Year     int    `json:"year" validate:"required,min=1990,max=2199"`
	Document string `json:"document" validate:"required,max=80"` // 抽查通知文号
	RateBP   int    `json:"rate_bp,omitempty" validate:"omitempty,min=1,max=10000"`
}

// SpotcheckPerformance draws the sample (DOMAIN 7: 抽查 ≥ 10 %), by a seed that the
// document gives, and records it. At least one; a lower rate than the policy is
// refused.
func SpotcheckPerformance(ctx context.Context, tx *db.Tx, c SpotcheckCmd) error {
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return err
	}
	least, err := policyNumber(ps, PolicySampleBP, businessDay(tx), defaultSampleBP)
	if err != nil {
		return err
	}
	if c.RateBP == 0 {
		c.RateBP = least
	}
	if c.RateBP < least {
		return ErrSpotcheck.With("抽查比例 %s 低于 %s", bpText(c.RateBP), bpText(least)).At("rate_bp", "too low", strconv.Itoa(c.RateBP))
	}
	codes, err := performanceFile.Codes(ctx, tx)
	if err != nil {
		return err
	}
	var population []string
	for _, code := range codes {
		perf, err := performanceFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		if _, ok := perf.evaluation(c.Year); ok {
			population = append(population, code)
		}
	}
	if len(population) == 0 {
		return ErrSpotcheck.With("%d 年度没有自评", c.Year)
	}
	s := Spotcheck{Year: c.Year, Document: c.Document, RateBP: c.RateBP, Population: len(population)}
	s.Sample = drawSample(population, c.RateBP, fmt.Sprintf("%s/%d/%s", tx.County(), c.Year, c.Document))
	named := sha256.Sum256([]byte(c.Document)) // a document's number may be longer than a code
	return spotcheckDrawn.Open(ctx, tx, fmt.Sprintf("%d-%x", c.Year, named[:10]), &Spotcheck{}, s)
}

// drawSample takes a part of the codes, rounded up, in the order of the SHA-256 of
// seed and code, and returns it in order of code.
func drawSample(codes []string, rateBP int, seed string) []string {
	type ticket struct {
		code string
		at   [32]byte
	}
	list := make([]ticket, len(codes))
	for i, c := range codes {
		list[i] = ticket{c, sha256.Sum256([]byte(seed + "\x00" + c))}
	}
	slices.SortFunc(list, func(a, b ticket) int { return bytes.Compare(a.at[:], b.at[:]) })
	n := (len(codes)*rateBP + 9_999) / 10_000
	out := make([]string, n)
	for i := range out {
		out[i] = list[i].code
	}
	slices.Sort(out)
	return out
}

// ReviewCmd records what a spot check found of one evaluation.
type ReviewCmd struct {
	Project  string        `json:"project" validate:"required,max=64"`
	Year     int           `json:"year" validate:"required,min=1990,max=2199"`
	On       ledger.Date   `json:"on" validate:"required"`
	Total    int           `json:"total_centi" validate:"min=0,max=10000"` // hundredths of a point
	Opinion  string        `json:"opinion" validate:"required,max=400"`
	Evidence ledger.Digest `json:"evidence" validate:"required"`
}

// ReviewPerformance records the score that a spot check gave; it takes the place of
// the self-evaluation's for the grade and what follows from it.
func ReviewPerformance(ctx context.Context, tx *db.Tx, c ReviewCmd) error {
	_, perf, opened, err := loadPerformance(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	if _, err := stepDay(tx, c.On); err != nil {
		return err
	}
	if _, ok := perf.evaluation(c.Year); !opened || !ok {
		return ErrSpotcheck.With("项目 %s：%d 年度没有自评", c.Project, c.Year)
	}
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return err
	}
	threshold, err := policyNumber(ps, PolicyFailBelow, c.On, defaultFailBelow)
	if err != nil {
		return err
	}
	r := Review{On: c.On, Total: c.Total, Grade: GradeOf(c.Total), Opinion: c.Opinion, Evidence: c.Evidence}
	return performanceReviewed.Record(ctx, tx, c.Project, &perf, Reviewed{c.Year, r, threshold * 100})
}
