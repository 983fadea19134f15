package projects

import (
	"fmt"
	"maps"
	"slices"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

// stopped are the states of a project in which no roster of it goes on.
var stopped = []State{"RETURNED", "SUSPENDED", "ROLLED", "REMOVED", "CLOSED"}

// mayHaveRoster refuses a project that pays no households or does not go on, and
// for an account of a township a project that is not its own.
func mayHaveRoster(p *Project, township string) error {
	switch {
	case township != "" && p.Town != township:
		return ErrRosterForeign.With("项目 %s", p.Code)
	case !p.Household:
		return ErrRosterProject.With("项目 %s 不是到户项目；请在项目库中登记为到户项目", p.Code)
	case slices.Contains(stopped, p.State):
		return ErrRosterProject.With("项目 %s 的状态是 %s", p.Code, p.State)
	}
	return nil
}

// own refuses a county's roster to an account of a township, which may see it.
func (r *Roster) own(township string) error {
	if township != "" && r.Town != township {
		return ErrRosterForeign.With("名册 %s", r.Code)
	}
	return nil
}

// in refuses a roster in another state than those named.
func (r *Roster) in(what string, states ...RosterState) error {
	if slices.Contains(states, r.State) {
		return nil
	}
	return ErrRosterState.With("名册 %s 的状态是 %s，%s须在 %v", r.Code, r.State, what, states)
}

// pick returns the rows of the numbers in rising order. ErrRosterLineNo for a
// number that is not there or stands twice.
func (r *Roster) pick(lines []int) ([]*RosterLine, error) {
	sorted := slices.Clone(lines)
	slices.Sort(sorted)
	out := make([]*RosterLine, len(sorted))
	for i, n := range sorted {
		if out[i] = r.line(n); out[i] == nil {
			return nil, ErrRosterLineNo.With("名册 %s 共 %d 行，没有第 %d 行", r.Code, len(r.Lines), n)
		}
		if i > 0 && sorted[i-1] == n {
			return nil, ErrRosterLineNo.With("名册 %s 第 %d 行列了两次", r.Code, n)
		}
	}
	return out, nil
}

// sumOf adds up rows.
func sumOf(lines []*RosterLine) (sum ledger.Amount) {
	for _, l := range lines {
		sum += l.Amount
	}
	return sum
}

func numbersOf(lines []*RosterLine) []int {
	out := make([]int, len(lines))
	for i, l := range lines {
		out[i] = l.N
	}
	return out
}

// strike decides which rows are struck off: those that are owed and stand in no
// batch, blocked ones too.
func (r *Roster) strike(lines []int) ([]*RosterLine, error) {
	picked, err := r.pick(lines)
	if err != nil {
		return nil, err
	}
	for _, l := range picked {
		if l.State != LineOwed {
			return nil, ErrRosterLine.With("名册 %s 第 %d 行：%s；%s", r.Code, l.N, l.where(), l.remedy())
		}
	}
	return picked, nil
}

// where says where a row stands, for messages.
func (l *RosterLine) where() string {
	switch l.State {
	case LineBatched:
		return "在批次 " + l.Batch + " 中"
	case LinePaid:
		return "已由批次 " + l.Batch + " 发放"
	case LineStruck:
		return "已取消资格"
	case LineOwed:
	}
	if l.Blocked != "" {
		return "有异议，已按 " + l.Blocked + " 暂停"
	}
	return "待发放"
}

func (l *RosterLine) remedy() string {
	switch l.State {
	case LineBatched:
		return "请先从批次剔除此行，或撤销批次，或等银行结果"
	case LinePaid:
		return "已发放的请办理追回（E16）"
	case LineOwed, LineStruck:
	}
	return "无须再办"
}

// block decides whether an accepted objection may stop a row: it must not be paid
// yet. It blocks its own row only (4.8).
func (r *Roster) block(n int) error {
	l := r.line(n)
	switch {
	case l == nil:
		return ErrRosterLineNo.With("名册 %s 共 %d 行，没有第 %d 行", r.Code, len(r.Lines), n)
	case l.State == LinePaid || l.State == LineStruck:
		return ErrRosterLine.With("名册 %s 第 %d 行：%s；%s", r.Code, n, l.where(), l.remedy())
	case l.Blocked != "":
		return ErrRosterLine.With("名册 %s 第 %d 行已按 %s 暂停", r.Code, n, l.Blocked)
	}
	return nil
}

func (r *Roster) release(n int) error {
	l := r.line(n)
	if l == nil {
		return ErrRosterLineNo.With("名册 %s 共 %d 行，没有第 %d 行", r.Code, len(r.Lines), n)
	}
	if l.Blocked == "" {
		return ErrRosterLine.With("名册 %s 第 %d 行没有暂停", r.Code, n)
	}
	return nil
}

// Payable returns the rows that a new card batch may take: of the lines named, or
// of all when none is. Blocked rows are left out when none is named, and refused
// by name; so are rows that stand in a batch, are paid or struck.
func (r *Roster) Payable(lines []int) ([]RosterLine, error) {
	if err := r.in("发放", RosterConfirmed); err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return r.allPayable()
	}
	picked, err := r.pick(lines)
	if err != nil {
		return nil, err
	}
	out := make([]RosterLine, len(picked))
	for i, l := range picked {
		if l.State != LineOwed || l.Blocked != "" {
			return nil, ErrRosterLine.With("名册 %s 第 %d 行：%s；未作任何改动", r.Code, l.N, l.where())
		}
		out[i] = *l
	}
	return out, nil
}

func (r *Roster) allPayable() ([]RosterLine, error) {
	var out []RosterLine
	held := map[string]int{}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.State == LineOwed && l.Blocked == "" {
			out = append(out, *l)
			continue
		}
		held[l.where()]++
	}
	if len(out) > 0 {
		return out, nil
	}
	var why fault.Text
	for i, k := range slices.Sorted(maps.Keys(held)) {
		rows := fault.Say("%s %d 行", k, held[k])
		if i > 0 {
			rows = fault.Say("%s，%s", why, rows)
		}
		why = rows
	}
	return nil, ErrRosterLine.With("名册 %s 没有可发放的行：%s；未作任何改动", r.Code, why)
}

// Blocked returns which of the rows are blocked by an objection.
func (r *Roster) Blocked(lines []int) []int {
	var out []int
	for _, n := range lines {
		if l := r.line(n); l != nil && l.Blocked != "" {
			out = append(out, n)
		}
	}
	return out
}

// standing returns the notice N8 of the roster that is up now, or nil.
func (r *Roster) standing(p *Project) *Posted {
	for i := range p.Posted {
		if x := &p.Posted[i]; x.Type == "N8" && x.Subject == r.Code && !x.Withdrawn {
			return x
		}
	}
	return nil
}

// NoticeOver is what the gate notice_n8 of household payments asks (DOMAIN 4.8):
// notice N8 about this roster, posted after its rows last changed, has been up for
// its whole period before the day. until is the last day of the period; why says
// what lacks, "" when it is over.
func (r *Roster) NoticeOver(p *Project, day ledger.Date, days int) (until ledger.Date, why string) {
	after := *p
	after.Posted = nil
	for _, x := range p.Posted {
		if x.Type == "N8" && x.Subject == r.Code && !x.Withdrawn && x.From >= r.ChangedOn {
			after.Posted = append(after.Posted, x)
		}
	}
	if len(after.Posted) == 0 {
		return 0, fmt.Sprintf("名册 %s 在 %s 最后一次变动之后没有张贴登记；公示不少于 %d 天", r.Code, r.ChangedOn, days)
	}
	over, until := after.PeriodOver("N8", r.Code, day, days)
	if !over {
		return until, fmt.Sprintf("名册 %s 公示至 %s（含），%s 尚未期满；次日起可办理", r.Code, until, day)
	}
	return until, ""
}

// Spread divides an amount over what an account holds per lot, in proportion and
// to the fen, so that no lot gives more than it holds (DOMAIN 4.4). ErrRosterShort
// when they hold less.
func Spread(amount ledger.Amount, held []ledger.Balance, what string) ([]ledger.Part, error) {
	var total ledger.Amount
	weights := make([]ledger.Amount, len(held))
	for i := range held {
		w := max(held[i].Net, 0)
		weights[i] = w
		var err error
		if total, err = ledger.Add(total, w); err != nil {
			return nil, err
		}
	}
	if total < amount {
		return nil, ErrRosterShort.With("%s：账上 %s，需要 %s", what, total, amount)
	}
	shares, err := ledger.Split(amount, weights)
	if err != nil {
		return nil, fmt.Errorf("spread over the lots: %w", err)
	}
	var parts []ledger.Part
	for i, s := range shares {
		if s != 0 {
			parts = append(parts, ledger.Part{Lot: held[i].Key.Lot, Amount: s})
		}
	}
	return parts, nil
}
