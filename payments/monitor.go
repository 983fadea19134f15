package payments

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/workday"
	"fundbook/ledger"
	"fundbook/projects"
)

// AlertLevel (预警等级) is how bad an alert is.
type AlertLevel string

// The levels, the worst first.
const (
	AlertRed    AlertLevel = "red"
	AlertOrange AlertLevel = "orange"
	AlertYellow AlertLevel = "yellow"
)

var alertOrder = []AlertLevel{AlertRed, AlertOrange, AlertYellow}

// Alert (预警) says what a rule of dynamic monitoring found, with the figures that
// show it and what to do. It is a fact about the ledger on the day asked for, never a
// verdict.
type Alert struct {
	Level    AlertLevel    `json:"level"`
	Rule     string        `json:"rule"`   // progress, arrive, allocate, unit, A07, A08, A10, A21, A27
	Clause   string        `json:"clause"` // the basis in force
	Subject  string        `json:"subject"`
	Lot      string        `json:"lot,omitempty"`
	Project  string        `json:"project,omitempty"`
	Contract string        `json:"contract,omitempty"`
	Unit     string        `json:"unit,omitempty"`
	Account  ledger.Code   `json:"account,omitempty"`
	Since    ledger.Date   `json:"since,omitzero"`
	Days     int           `json:"days,omitempty"` // working days for the rule "unit"
	Limit    int           `json:"limit,omitempty"`
	Amount   ledger.Amount `json:"amount,omitempty"`
	Base     ledger.Amount `json:"base,omitempty"` // of which the amount is a part
	Text     string        `json:"text"`
	Remedy   string        `json:"remedy"`
}

// MonitorFacts are what monitoring looks at: figures of the ledger as of a day, all
// read at one moment.
type MonitorFacts struct {
	Day      ledger.Date
	Policies []ledger.Policy
	Lots     []ledger.LotRow
	Issued   map[ledger.LotID]ledger.Date // first day of authority
	// Documents are the days of the lots' documents, where they state one.
	Documents map[ledger.LotID]ledger.Date
	// Moves are the daily movements of the accounts that age, of every book.
	Moves    []DayMove
	Projects map[string]projects.Project
	Figures  []ledger.ProjectRow
}

// Monitor judges the ledger by the clocks and nodes of DOMAIN 1.5 and 2.4 and the
// ageing rules of 8.1. It is deterministic: the same figures and the same day give the
// same alerts in the same order. Rules of working days are refused for years whose
// holidays are not loaded (workday.ErrYear).
func Monitor(f MonitorFacts) ([]Alert, error) {
	m := monitor{MonitorFacts: f, ps: paySet(f.Policies), aged: ages(f.Moves)}
	var err error
	if m.calendar, err = WorkCalendar(f.Policies); err != nil {
		return nil, err
	}
	for _, rule := range []func() error{m.progress, m.arrival, m.allocation, m.toUnit, m.idleLots, m.ageing, m.unpaidProjects, m.townships} {
		if err := rule(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(m.out, func(a, b Alert) int {
		return cmp.Compare(slices.Index(alertOrder, a.Level), slices.Index(alertOrder, b.Level))
	})
	return m.out, nil
}

type monitor struct {
	MonitorFacts
	ps       paySet
	aged     []Aged
	calendar workday.Calendar
	out      []Alert
}

// workdaysPrefix begins the names of the policies that are tables of holidays.
const workdaysPrefix = "workdays."

func loadWorkdays(c *workday.Calendar, year, table string) error {
	n, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 {
		return workday.ErrTable.With("%s%s", workdaysPrefix, year)
	}
	return c.Load(n, table)
}

// CheckPolicy refuses a policy that nobody could read later: a table of holidays out of
// form (workday.ErrTable).
func CheckPolicy(p *ledger.Policy) error {
	year, ok := strings.CutPrefix(p.Name, workdaysPrefix)
	if !ok {
		return nil
	}
	var c workday.Calendar
	return loadWorkdays(&c, year, p.Value)
}

// WorkCalendar reads the tables of holidays that the county has loaded as policies
// named workdays.YEAR; of a year the one recorded last counts, whatever those before it
// said.
func WorkCalendar(ps []ledger.Policy) (workday.Calendar, error) {
	var c workday.Calendar
	last := map[string]string{}
	for _, p := range ps {
		if year, ok := strings.CutPrefix(p.Name, workdaysPrefix); ok {
			last[year] = p.Value
		}
	}
	for _, year := range slices.Sorted(maps.Keys(last)) {
		if err := loadWorkdays(&c, year, last[year]); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (m *monitor) lot(id ledger.LotID) *ledger.LotRow {
	for i := range m.Lots {
		if m.Lots[i].LotID == id {
			return &m.Lots[i]
		}
	}
	return &ledger.LotRow{Lot: id.String()}
}

// progressOn is the share, in basis points, that a month's end asks for: the policy
// progress_target.MM in force that day, 75 % by the end of September where a county
// has set none, nothing for other months.
func (ps paySet) progressOn(year, month int) (day ledger.Date, bp int, basis string, err error) {
	if day = lastDay(ledger.Period(year*100 + month)); day == 0 {
		return 0, 0, "", nil
	}
	node := ledger.Parameter{Name: fmt.Sprintf("%s%02d", policyProgress, month), High: 10_000}
	if month == 9 {
		node.Value, node.Basis = 7500, "DOMAIN 1.5：9月底支出进度75%"
	}
	n, basis, err := node.On(ps, day, ErrPolicyValue)
	return day, int(n), basis, err
}

// progress holds what was paid of the year's lots against the latest node that has
// passed (red), and the next one within a month (yellow; orange below half of it).
func (m *monitor) progress() error {
	year := m.Day.Year()
	var all, done ledger.Amount
	for i := range m.Lots {
		if l := &m.Lots[i]; l.Year == year {
			all, done = all+l.Authority, done+l.Paid
		}
	}
	if all <= 0 {
		return nil
	}
	for month := 12; month >= 1; month-- {
		node, bp, basis, err := m.ps.progressOn(year, month)
		if err != nil {
			return err
		}
		due := share(all, bp)
		if bp == 0 || done >= due || node.AddDays(-30) > m.Day {
			continue
		}
		level := AlertRed
		if node > m.Day {
			if level = AlertYellow; done*2 < due {
				level = AlertOrange
			}
		}
		m.out = append(m.out, Alert{
			Level: level, Rule: "progress", Clause: basis, Subject: strconv.Itoa(year) + " 年度资金", Since: node, Limit: bp, Amount: done, Base: all,
			Text:   strconv.Itoa(year) + " 年度指标 " + all.String() + "，已支付 " + done.String() + "（" + percent(ratioBP(done, all)) + "），" + node.String() + " 应达 " + percent(bp) + "，差 " + (due - done).String(),
			Remedy: "催办报账与支付；无法实施的提出结算清理（settle.propose）",
		})
		if node <= m.Day {
			return nil // older nodes say nothing more
		}
	}
	return nil
}

// ratioBP is a share in basis points, cut.
func ratioBP(a, b ledger.Amount) int {
	if a <= 0 || b <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), 10_000)
	if hi >= uint64(b) {
		return math.MaxInt32 // beyond any share that is one
	}
	q, _ := bits.Div64(hi, lo, uint64(b))
	return int(min(q, math.MaxInt32))
}

// allocation is the clock from issue to allocation (DOMAIN 1.5): calendar days that
// authority of a lot has stood in 7101.
func (m *monitor) allocation() error {
	var full, zero, long int
	err := m.ps.settleAll(m.Day, map[string]*int{policyAllocateFull: &full, policyAllocateZero: &zero, policyUnallocated: &long})
	if err != nil {
		return err
	}
	_, basis, err := m.ps.settleOn(policyAllocateFull, m.Day)
	if err != nil {
		return err
	}
	for i := range m.aged {
		a := &m.aged[i]
		amount, since := olderThan(a.Layers, m.Day, full)
		if a.Key.Account != "7101" || amount == 0 {
			continue
		}
		days := int(m.Day - since)
		level, rule := AlertYellow, "allocate"
		if days > zero {
			level = AlertOrange
		}
		if days > long {
			level, rule = AlertRed, "A07"
		}
		m.add(a, Alert{
			Level: level, Rule: rule, Clause: basis, Since: since, Days: days, Limit: full, Amount: amount,
			Text: "指标下达后 " + strconv.Itoa(days) + " 日未分解", Remedy: "分解下达（E04）、入池（E05）或列入计划（plan.adopt）",
		})
	}
	return nil
}

// UnitScore is the score of the clock county → unit in thousandths of a point: six
// points up to the full days, none beyond the last, linear between (DOMAIN 1.5).
func UnitScore(days, full, zero int) int {
	if zero <= full {
		if days <= full {
			return 6000
		}
		return 0
	}
	return 6000 * min(max(zero-days, 0), zero-full) / (zero - full)
}

// toUnit is the clock from issue to the implementing unit, in working days: what of a
// lot stands in 7101 or the pool still, since its issue.
func (m *monitor) toUnit() error {
	var full, zero int
	if err := m.ps.settleAll(m.Day, map[string]*int{policyUnitFull: &full, policyUnitZero: &zero}); err != nil {
		return err
	}
	_, basis, err := m.ps.settleOn(policyUnitFull, m.Day)
	if err != nil {
		return err
	}
	for i := range m.aged {
		a := &m.aged[i]
		issued := m.Issued[a.Key.Lot]
		if a.Key.Account != "7101" && a.Key.Account != "7102" || issued == 0 || int(m.Day-issued) <= full {
			continue // no more working days than days
		}
		days, err := m.calendar.Between(workday.Day(issued), workday.Day(m.Day))
		if err != nil {
			return err
		}
		if days <= full {
			continue
		}
		level := AlertOrange
		if days > zero {
			level = AlertRed
		}
		score := UnitScore(days, full, zero)
		m.add(a, Alert{
			Level: level, Rule: "unit", Clause: basis, Since: issued, Days: days, Limit: full, Amount: balanceOf(a.Layers),
			Text:   "下达后 " + strconv.Itoa(days) + " 个工作日未到项目单位，得分 " + strconv.Itoa(score/1000) + "." + strconv.Itoa(score%1000 + 1000)[1:] + "（满分 6）",
			Remedy: "列入计划（plan.adopt）或分解到单位（E04）",
		})
	}
	return nil
}

// add completes an alert about an account and keeps it.
func (m *monitor) add(a *Aged, x Alert) {
	l := m.lot(a.Key.Lot)
	x.Lot, x.Project, x.Contract, x.Unit, x.Account = l.Lot, a.Key.Project, a.Key.Contract, a.Key.Unit, a.Key.Account
	if a.Key.Book.IsTownship() {
		x.Unit = string(a.Key.Book)
	}
	name, _ := ledger.AccountOf(a.Key.Account)
	x.Subject = "批次 " + l.Lot + " " + string(a.Key.Account) + " " + name.ZH
	x.Text += "：" + x.Amount.String() + "，自 " + x.Since.String()
	m.out = append(m.out, x)
}
