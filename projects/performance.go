package projects

import (
	"strconv"

	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// The faults of performance.
var (
	ErrMonitor   = fault.New(fault.Refused, "performance.monitor", "绩效监控不合要求（规则 7）", "the monitoring is not allowed (7)")
	ErrEvaluate  = fault.New(fault.Refused, "performance.evaluate", "绩效自评不合要求（规则 7）", "the self-evaluation is not allowed (7)")
	ErrDeviation = fault.New(fault.Refused, "performance.deviation_reason", "偏差须写明原因及改进措施（规则 7 自评表）", "a deviation states its reason and remedy (7)")
	ErrSpotcheck = fault.New(fault.Refused, "performance.spotcheck", "绩效抽查不合要求（规则 7：不少于 10%）", "the spot check is not allowed (7: at least 10 %)")
)

// Performance (项目绩效) is the file of a project's results: monitoring, the
// self-evaluation of each year, and what a spot check found. Goals stand in the
// project; money is never typed, the ledger says.
type Performance struct {
	Project     string       `json:"project"`
	Town        string       `json:"town,omitempty"`
	Unit        string       `json:"unit"`
	Monitors    []Monitor    `json:"monitors,omitempty"`
	Evaluations []Evaluation `json:"evaluations,omitempty"`
	Grade       Grade        `json:"grade,omitempty"` // of the latest evaluation
	Failed      bool         `json:"failed"`          // it is below the threshold
}

// Grade (绩效等级) is the grade of an evaluation: ≥ 90 优, ≥ 80 良, ≥ 60 中, below 差.
type Grade string

// The grades.
const (
	GradeExcellent Grade = "优"
	GradeGood      Grade = "良"
	GradeFair      Grade = "中"
	GradePoor      Grade = "差"
)

// GradeOf grades a score in hundredths of a point.
func GradeOf(centi int) Grade {
	switch {
	case centi >= 9000:
		return GradeExcellent
	case centi >= 8000:
		return GradeGood
	case centi >= 6000:
		return GradeFair
	}
	return GradePoor
}

// Actual (实际完成值) is what one indicator came to: thousandths for a quantity; for a
// qualitative one a judgement in basis points (100–80 / 80–60 / 60–0 %).
type Actual struct {
	Goal    string `json:"goal" validate:"required,max=16"`
	Milli   int64  `json:"actual_milli,omitempty" validate:"min=0"`
	LevelBP int    `json:"level_bp,omitempty" validate:"min=0,max=10000"`
	Text    string `json:"text,omitempty" validate:"max=400"`
	Reason  string `json:"reason,omitempty" validate:"max=400"`  // 偏差原因
	Measure string `json:"measure,omitempty" validate:"max=400"` // 改进措施
}

// Money (执行数) is a project's money as the ledger had it up to a day, with the
// record up to which it was read, so that anybody can compute it again (DOMAIN
// 6.5).
type Money struct {
	AsOf   ledger.Date   `json:"as_of"`
	CutOff int64         `json:"cut_off"`
	Plan   ledger.Amount `json:"plan"`
	Paid   ledger.Amount `json:"paid"`
	RateBP int           `json:"rate_bp"`
}

func (m *projectMoney) money(day ledger.Date) Money {
	return Money{AsOf: day, CutOff: m.cutOff, Plan: m.plan(), Paid: m.Paid, RateBP: ledger.RatioBP(m.Paid, m.plan())}
}

// Monitor (绩效监控) is one quarter of a project: every indicator, its deviation from
// the target in thousandths, and the measure where it lags.
type Monitor struct {
	Year    int          `json:"year"`
	Quarter int          `json:"quarter"`
	On      ledger.Date  `json:"on"`
	Money   Money        `json:"money"`
	Rows    []MonitorRow `json:"rows"`
}

// MonitorRow (监控行) is one indicator of a quarter.
type MonitorRow struct {
	Actual
	Target    int64 `json:"target_milli,omitempty"`
	Deviation int64 `json:"deviation_milli,omitempty"` // actual − target
}

// Evaluation (绩效自评) is the self-evaluation of one year: 执行率 10, 产出 50, 效益 30,
// 满意度 10. Scores are hundredths of a point.
type Evaluation struct {
	Year      int           `json:"year"`
	On        ledger.Date   `json:"on"`
	Due       ledger.Date   `json:"due"` // 15 April of the next year
	Late      bool          `json:"late,omitempty"`
	Money     Money         `json:"money"`
	Rows      []ScoredRow   `json:"rows"`
	Execution int           `json:"execution_centi"`
	Total     int           `json:"total_centi"`
	Grade     Grade         `json:"grade"`
	Report    ledger.Digest `json:"report"`
	Document  string        `json:"document,omitempty"`
	Review    Review        `json:"review,omitzero"`
}

// ScoredRow (评分行) is one indicator with what it could and did score.
type ScoredRow struct {
	Actual
	Level1     string `json:"level1"`
	Full       int    `json:"full_centi"`
	Score      int    `json:"score_centi"`
	AttainedBP int    `json:"attained_bp"`
}

// Review (抽查结果) is what a spot check made of an evaluation; its score counts.
type Review struct {
	On       ledger.Date   `json:"on,omitzero"`
	Total    int           `json:"total_centi,omitempty"`
	Grade    Grade         `json:"grade,omitempty"`
	Opinion  string        `json:"opinion,omitempty"`
	Evidence ledger.Digest `json:"evidence,omitzero"`
}

// index finds a performance by its latest grade and year.
func (p *Performance) index() dossier.Index {
	x := dossier.Index{Status: string(p.Grade), Unit: p.Town, Parent: p.Project, Title: p.Unit}
	if n := len(p.Evaluations); n > 0 {
		x.Year = p.Evaluations[n-1].Year
	}
	return x
}

// evaluation returns the evaluation of a year, the last where it was made anew.
func (p *Performance) evaluation(year int) (*Evaluation, bool) {
	for i := len(p.Evaluations) - 1; i >= 0; i-- {
		if p.Evaluations[i].Year == year {
			return &p.Evaluations[i], true
		}
	}
	return nil, false
}

// grade sets grade and failure by the latest evaluation, or what a spot check made
// of it.
func (p *Performance) grade(threshold int) {
	var last *Evaluation
	for i := range p.Evaluations {
		if e := &p.Evaluations[i]; last == nil || e.Year >= last.Year { // made anew when all is paid
			last = e
		}
	}
	if last == nil {
		return
	}
	total := last.Total
	p.Grade = last.Grade
	if !last.Review.On.IsZero() {
		total, p.Grade = last.Review.Total, last.Review.Grade
	}
	p.Failed = total < threshold
}

// EvaluationDue is the day by which the self-evaluation of a year is made: 15 April
// of the next (DOMAIN 7).
func EvaluationDue(year int) ledger.Date {
	d, err := ledger.NewDate(year+1, 4, 15)
	if err != nil {
		return ledger.MaxDate
	}
	return d
}

// checkGoals refuses indicators that could not be scored: two of one code, a
// quantity without a target, a text without words.
func checkGoals(project string, goals []Goal) error {
	seen := map[string]bool{}
	for i := range goals {
		g := &goals[i]
		at := "goals[" + strconv.Itoa(i) + "]"
		switch {
		case seen[g.Code]:
			return ErrGoal.With("项目 %s：指标编号 %s 重复", project, g.Code).At(at, "code twice", g.Code)
		case g.Op == "text" && g.Text == "":
			return ErrGoal.With("项目 %s：定性指标 %s 缺目标描述", project, g.Code).At(at, "text missing", "")
		case g.Op != "text" && (g.Milli < 0 || g.Unit == ""):
			return ErrGoal.With("项目 %s：定量指标 %s 的目标值须不为负并注明单位", project, g.Code).At(at, "target or unit", "")
		case g.Op == ">=" && g.Milli == 0:
			return ErrGoal.With("项目 %s：指标 %s 的目标值为零，任何结果都达标", project, g.Code).At(at, "target zero", "0")
		}
		seen[g.Code] = true
	}
	return nil
}

// attained is how far an indicator was reached, in basis points, at most 10000: a
// target reached is full, a quantity short of it pro rata, a qualitative one as
// judged (DOMAIN 7, scoring).
func (g *Goal) attained(a *Actual) int {
	if g.Op == "text" {
		return a.LevelBP
	}
	low, high := a.Milli, g.Milli // ≥: actual over target
	if g.Op == "<=" || (g.Op == "=" && a.Milli > g.Milli) {
		low, high = g.Milli, a.Milli
	}
	if low >= high {
		return 10_000
	}
	return int(mulDiv(low, 10_000, high))
}

// over reports whether a quantity passed its target so far that the rule asks for a
// reason, by a limit in basis points of the target.
func (g *Goal) over(a *Actual, limitBP int) bool {
	return g.Op == ">=" && a.Milli > mulDiv(g.Milli, int64(limitBP), 10_000)
}

// The sections of the self-evaluation table, in hundredths of a point.
const fullExecution = 1000

var sections = []struct {
	level1 string
	full   int
}{{"产出", 5000}, {"效益", 3000}, {"满意度", 1000}}

// fulls divides the points of the table over the indicators: each section's by
// weight, equally where it has none. The points of a section without indicators go
// to the others in proportion, so that the table always comes to 90.
func fulls(goals []Goal) []int {
	weight := func(g *Goal) int64 { return int64(g.Weight) }
	have := 0
	sums := map[string]int64{}
	count := map[string]int64{}
	for i := range goals {
		sums[goals[i].Level1] += weight(&goals[i])
		count[goals[i].Level1]++
	}
	for _, s := range sections {
		if count[s.level1] > 0 {
			have += s.full
		}
	}
	out := make([]int, len(goals))
	last, left := -1, 9000
	for _, s := range sections {
		for i := range goals {
			g := &goals[i]
			if g.Level1 != s.level1 {
				continue
			}
			part, whole := weight(g), sums[s.level1]
			if whole == 0 {
				part, whole = 1, count[s.level1]
			}
			if part == 0 {
				continue // an indicator that is only watched
			}
			out[i] = int(mulDiv(int64(s.full)*9000, part, whole*int64(have)))
			left -= out[i]
			last = i
		}
	}
	if last >= 0 {
		out[last] += left // what cutting left over
	}
	return out
}

// scoreRows makes the table: every indicator once, deviations with their reason.
func scoreRows(p *Project, actuals []Actual, m Money, overBP int) (rows []ScoredRow, total int, err error) {
	full := fulls(p.Goals)
	total = int(mulDiv(fullExecution, int64(min(m.RateBP, 10_000)), 10_000))
	for i := range p.Goals {
		g := &p.Goals[i]
		a, err := actualOf(p, g, actuals)
		if err != nil {
			return nil, 0, err
		}
		bp := g.attained(a)
		if (bp < 10_000 || g.over(a, overBP)) && a.Reason == "" {
			return nil, 0, ErrDeviation.With("项目 %s 指标 %s（%s）：目标 %s，实际 %s，完成 %s；请填写偏差原因及改进措施",
				p.Code, g.Code, g.Level3, g.target(), milli(a.Milli), bpText(bp)).At("actuals", "reason missing", g.Code)
		}
		row := ScoredRow{Actual: *a, Level1: g.Level1, Full: full[i], AttainedBP: bp, Score: int(mulDiv(int64(full[i]), int64(bp), 10_000))}
		rows = append(rows, row)
		total += row.Score
	}
	if len(actuals) != len(p.Goals) {
		return nil, 0, ErrEvaluate.With("项目 %s 有 %d 项指标，填报 %d 项；每项填报一次", p.Code, len(p.Goals), len(actuals))
	}
	return rows, total, nil
}

// actualOf finds the one report of an indicator.
func actualOf(p *Project, g *Goal, actuals []Actual) (*Actual, error) {
	var found *Actual
	for i := range actuals {
		if actuals[i].Goal != g.Code {
			continue
		}
		if found != nil {
			return nil, ErrEvaluate.With("项目 %s：指标 %s 填报两次", p.Code, g.Code).At("actuals", "twice", g.Code)
		}
		found = &actuals[i]
	}
	if found == nil {
		return nil, ErrEvaluate.With("项目 %s：指标 %s（%s）没有填报", p.Code, g.Code, g.Level3).At("actuals", "missing", g.Code)
	}
	return found, nil
}

func (g *Goal) target() string {
	if g.Op == "text" {
		return g.Text
	}
	return g.Op + milli(g.Milli) + g.Unit
}

// milli prints thousandths without trailing zeros.
func milli(n int64) string {
	s := strconv.FormatInt(n/1000, 10)
	if rest := n % 1000; rest != 0 {
		d := strconv.FormatInt(1000+rest, 10)[1:]
		for d[len(d)-1] == '0' {
			d = d[:len(d)-1]
		}
		s += "." + d
	}
	return s
}
