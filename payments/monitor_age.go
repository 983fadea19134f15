package payments

import (
	"cmp"
	"slices"
	"strconv"

	"fundbook/ledger"
	"fundbook/projects"
)

// idleLots is the ageing of idle money (DOMAIN 2.4, A08): what of a lot no project
// has, by the months since its issue.
func (m *monitor) idleLots() error {
	limits, err := SettleLimitsOn(m.Policies, m.Day)
	if err != nil {
		return err
	}
	for i := range m.aged {
		a := &m.aged[i]
		switch a.Key.Account {
		case "7101", "7102", "7103", "7104":
		default:
			continue
		}
		issued := m.Issued[a.Key.Lot]
		older := func(months int) bool { return issued != 0 && issued < monthsBefore(m.Day, months) }
		x := Alert{
			Level: AlertYellow, Rule: "A08", Since: issued, Days: int(m.Day - issued), Amount: balanceOf(a.Layers), Limit: limits.WarnMonths,
			Clause: "DOMAIN 2.4", Text: "资金闲置", Remedy: "列入计划（plan.adopt）",
		}
		switch {
		case older(limits.SurplusMonths):
			x.Level, x.Limit, x.Text, x.Remedy = AlertRed, limits.SurplusMonths, "连续两年未用完，为结余资金", "提出结算清理并上缴或再安排（settle.propose）"
		case older(limits.RecoverMonths):
			x.Level, x.Limit, x.Remedy = AlertOrange, limits.RecoverMonths, "提出结算清理，收回再安排（settle.propose）"
		case !older(limits.WarnMonths):
			continue
		}
		m.add(a, x)
	}
	return nil
}

// agedAccounts are the accounts whose balances should not grow old, each with its
// rule, its policy and its remedy (DOMAIN 8.1).
var agedAccounts = []struct {
	account      ledger.Code
	rule, policy string
	level        AlertLevel
	text, remedy string
}{
	{"1201", "A10", policyAdvanceOld, AlertOrange, "预付款长期未报账", "报账冲抵（claim.submit）、退回（payment.refund_advance）或转应追回"},
	{"1303", "A10", policyAdvanceOld, AlertOrange, "乡级支出长期未经县级审核", "办理县级审核（township.approve）"},
	{"1203", "A10", policyTransitOld, AlertOrange, "一卡通代发在途", "导入银行结果（batch.result）"},
	{"1211", "8.2", policyRecoverOld, AlertRed, "应追回资金长期未收回", "追回（recover.receive）或经决定核销"},
	{"7204", "E24", policyRequestOld, AlertYellow, "支付申请长期占用指标", "支付确认（payment.confirm）或撤销申请（payment.void）"},
	{"7401", "A27", policyReplan, AlertOrange, "收回资金未再安排", "提出结算清理（settle.propose）"},
	{"7201", "A07", policyNotStarted, AlertYellow, "计划下达后超期未签合同", "加快实施，或结算清理收回"},
	{"2006", "2006", policyTransitOld, AlertYellow, "待确认来款", "确认转入批次（E02u）"},
}

// ageing finds balances that stood longer than policy permits.
func (m *monitor) ageing() error {
	for _, r := range agedAccounts {
		days, basis, err := m.ps.settleOn(r.policy, m.Day)
		if err != nil {
			return err
		}
		for i := range m.aged {
			a := &m.aged[i]
			if a.Key.Account != r.account {
				continue
			}
			amount, since := olderThan(a.Layers, m.Day, days)
			if amount == 0 {
				continue
			}
			x := Alert{
				Level: r.level, Rule: r.rule, Clause: basis, Since: since, Days: int(m.Day - since), Limit: days, Amount: amount,
				Base: balanceOf(a.Layers), Text: r.text, Remedy: r.remedy,
			}
			if x.Days > 2*days {
				x.Level = AlertRed
			}
			m.add(a, x)
		}
	}
	return nil
}

// unpaidProjects finds projects that have a plan of some age and no payment at all
// (A07: six months).
func (m *monitor) unpaidProjects() error {
	days, basis, err := m.ps.settleOn(policyNoPayment, m.Day)
	if err != nil {
		return err
	}
	type sums struct {
		paid, plan ledger.Amount
		since      ledger.Date
	}
	per := map[string]*sums{}
	var order []string
	for i := range m.Figures {
		x := &m.Figures[i]
		s := per[x.Project]
		if s == nil {
			s = &sums{}
			per[x.Project] = s
			order = append(order, x.Project)
		}
		s.paid += x.Paid
		s.plan += x.Planned + x.Committed + x.Payable + x.Paid
	}
	for i := range m.Moves { // the first day of the plan
		k := &m.Moves[i].Key
		if s := per[k.Project]; s != nil && k.Account == "7201" && (s.since == 0 || m.Moves[i].Day < s.since) {
			s.since = m.Moves[i].Day
		}
	}
	for _, code := range order {
		s := per[code]
		if s.paid != 0 || s.plan <= 0 || s.since == 0 || int(m.Day-s.since) <= days {
			continue
		}
		p, known := m.Projects[code]
		if known && (p.State == projects.StateSuspended || p.State == projects.StateRemoved) {
			basis += "（项目" + p.State.Chinese() + "）"
		}
		age := int(m.Day - s.since)
		m.out = append(m.out, Alert{
			Level: AlertOrange, Rule: "A07", Clause: basis, Subject: "项目 " + code + " " + p.Name, Project: code, Unit: p.Unit, Since: s.since, Days: age,
			Limit: days, Amount: s.plan, Text: "计划 " + s.plan.String() + " 下达 " + strconv.Itoa(age) + " 日未发生支付",
			Remedy: "督促开工、报账；确实不能实施的调减或结算清理收回",
		})
	}
	return nil
}

// townships holds what the county has advanced to each township against what the
// township says it has received, per lot (A21, I4).
func (m *monitor) townships() error {
	type at struct {
		town string
		lot  ledger.LotID
	}
	county, town := map[at]ledger.Amount{}, map[at]ledger.Amount{}
	var order []at
	for i := range m.Moves {
		k, net := &m.Moves[i].Key, m.Moves[i].Net
		where := at{k.Unit, k.Lot}
		switch k.Account {
		case "2102":
			where.town = string(k.Book)
			town[where] += net // turned: a credit is positive here
		case "1101":
			county[where] += net
		default:
			continue
		}
		if !slices.Contains(order, where) {
			order = append(order, where)
		}
	}
	slices.SortFunc(order, func(a, b at) int { return cmp.Or(cmp.Compare(a.town, b.town), slices.Compare(a.lot[:], b.lot[:])) })
	for _, x := range order {
		if gap := county[x] - town[x]; gap != 0 {
			l := m.lot(x.lot)
			m.out = append(m.out, Alert{
				Level: AlertRed, Rule: "A21", Clause: "DOMAIN 4.6 I4", Subject: "乡镇 " + x.town + " 批次 " + l.Lot, Lot: l.Lot, Unit: x.town, Account: "1101",
				Amount: gap, Base: county[x], Text: "县级 1101 余额 " + county[x].String() + "，乡镇 2102 余额 " + town[x].String() + "，差 " + gap.String(),
				Remedy: "运行 fundbook verify 核查",
			})
		}
	}
	return nil
}
