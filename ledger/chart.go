package ledger

import (
	"fmt"
	"strings"
)

// Dim is a set of dimensions that a key may or must carry.
type Dim uint8

// The dimensions.
const (
	DimProject Dim = 1 << iota
	DimContract
	DimPayee
	DimUnit
	DimPool
	DimPeer
)

var dimNames = []struct {
	d      Dim
	zh, en string
}{
	{DimProject, "项目", "project"},
	{DimContract, "合同/名册", "contract"},
	{DimPayee, "收款方", "payee"},
	{DimUnit, "单位", "unit"},
	{DimPool, "资金池", "pool"},
	{DimPeer, "对方批次", "peer"},
}

// String lists the Chinese names of the dimensions in d.
func (d Dim) String() string {
	var out []string
	for _, n := range dimNames {
		if d&n.d != 0 {
			out = append(out, n.zh)
		}
	}
	return strings.Join(out, "、")
}

// Account (科目) is one row of the chart.
type Account struct {
	Code   Code
	ZH, EN string
	Normal Side
	// Guard is the sign that the balance of every single key must keep on every
	// effective day: +1 debit or zero, −1 credit or zero, 0 free. The accounts
	// 6xxx are guarded as sums per lot (GuardNotArrived, GuardArrived) and 1102
	// by its sub-account.
	Guard int8
	// Must and May are the dimensions that a key of the account always carries,
	// and those that it may carry besides.
	Must, May Dim
	// Books says where the account may stand: "C" county, "T" township, "CT".
	Books string
	// Subs lists the permitted sub-accounts; empty means none.
	Subs []string
}

var (
	subTier    = []string{"01", "02", "03", "09", "10"}
	subArrival = []string{"N", "Y"}
	subTierArr = []string{"01.N", "01.Y", "02.N", "02.Y", "03.N", "03.Y", "09.N", "09.Y", "10.N", "10.Y"}
)

const (
	dimDebt = DimProject | DimContract | DimPayee // what a claim is kept by
	dimRun  = dimDebt | DimUnit
)

// chart is the chart of accounts (科目表): DOMAIN rows 4.2, with the guards of
// 4.5 and the keys of 4.1. It is the one table; docs/chart.md is made from it.
var chart = []Account{
	{"1001", "国库待拨资金", "Treasury funds available", Debit, +1, 0, 0, "C", nil},
	{"1002", "专户存款", "Special-account deposit", Debit, +1, 0, 0, "CT", nil},
	{"1101", "拨付乡镇待报账资金", "Advanced to township book, not yet reimbursed", Debit, +1, DimUnit, 0, "C", nil},
	{"1102", "批次间垫付往来", "Cash lent between lots", Debit, 0, DimPeer, 0, "C", []string{"L", "B"}},
	{"1201", "预付项目款", "Advances to contractors and implementers", Debit, +1, dimDebt, 0, "CT", nil},
	{"1203", "一卡通代发在途", "Card batch in transit", Debit, +1, dimDebt, 0, "CT", nil},
	{"1211", "应追回资金", "Receivable: to be recovered", Debit, +1, 0, dimDebt, "CT", nil},
	{"1301", "在建项目支出", "Project cost in progress", Debit, +1, dimDebt, 0, "C", nil},
	{"1303", "乡级待报账支出", "Township paid, awaiting county approval", Debit, +1, dimDebt, 0, "T", nil},
	{"2001", "应付项目款", "Payable to contractors", Credit, -1, dimDebt, 0, "C", nil},
	{"2002", "应付到户补助", "Payable to households", Credit, -1, dimDebt, 0, "C", nil},
	{"2003", "应付质量保证金", "Retention payable", Credit, -1, dimDebt, 0, "C", nil},
	{"2004", "代管保证金", "Entrusted performance bonds", Credit, -1, 0, dimDebt, "C", nil},
	{"2005", "错付待恢复应付款", "Payable to restore after a wrong payment", Credit, -1, dimDebt, 0, "C", nil},
	{"2006", "待确认来款", "Unidentified receipts", Credit, -1, 0, DimPayee, "C", nil},
	{"2102", "县级拨入待报账资金", "Received from the county, to be accounted for", Credit, -1, 0, 0, "T", nil},
	{"2201", "应缴财政款", "Payable to treasury or upper tier", Credit, -1, 0, DimPayee, "C", nil},
	{"3001", "专项资金结转", "Fund balance carried forward", Credit, 0, 0, 0, "C", nil},
	{"3201", "以前年度调整", "Prior-year adjustment", Credit, 0, 0, DimProject, "C", nil},
	{"3301", "本年收支结转", "Current-year result", Credit, 0, 0, 0, "C", nil},
	{"4001", "上级补助收入", "Transfers from upper tiers", Credit, 0, 0, 0, "C", subTier},
	{"4002", "本级安排收入", "County appropriation", Credit, 0, 0, 0, "C", nil},
	{"4003", "债券资金收入", "Bond proceeds", Credit, 0, 0, 0, "C", nil},
	{"4004", "社会帮扶收入", "Donations and pairing support", Credit, 0, 0, 0, "C", nil},
	{"4005", "利息收入", "Interest", Credit, 0, 0, 0, "C", nil},
	{"5001", "项目支出", "Completed project expenditure", Debit, 0, DimProject, 0, "C", nil},
	{"5003", "到户补助支出", "Household subsidies", Debit, 0, DimProject, 0, "C", nil},
	{"5004", "贷款贴息支出", "Loan-interest subsidy", Debit, 0, DimProject, 0, "C", nil},
	{"5005", "项目管理费", "Project management fee", Debit, 0, DimProject, 0, "C", nil},
	{"6101", "上级下达指标", "Authority received from upper tiers", Credit, 0, 0, 0, "C", subTierArr},
	{"6102", "本级安排指标", "Authority from the county budget", Credit, 0, 0, 0, "C", subArrival},
	{"6103", "债券资金指标", "Authority from bonds", Credit, 0, 0, 0, "C", subArrival},
	{"6104", "社会帮扶指标", "Authority from donations", Credit, 0, 0, 0, "C", subArrival},
	{"6105", "利息转入指标", "Authority from interest", Credit, 0, 0, 0, "C", subArrival},
	{"6201", "上年结转指标", "Authority brought forward", Credit, 0, 0, 0, "C", subArrival},
	{"6202", "以前年度收回指标", "Authority from prior-year recovery", Credit, 0, 0, 0, "C", subArrival},
	{"7101", "待分配指标", "Unallocated", Debit, +1, 0, 0, "C", nil},
	{"7102", "统筹整合资金池", "Integration pool", Debit, +1, DimPool, 0, "C", nil},
	{"7103", "已分解部门指标", "Allocated to a department", Debit, +1, DimUnit, 0, "C", nil},
	{"7104", "已分解乡镇指标", "Allocated to a township", Debit, +1, DimUnit, 0, "C", nil},
	{"7105", "已分解下级县区指标", "Allocated to a lower county", Debit, +1, DimUnit, 0, "C", nil},
	{"7106", "已分解未指明单位指标", "Allocated to a unit the document does not name", Debit, +1, 0, 0, "C", nil},
	{"7201", "项目计划指标", "In the approved annual plan", Debit, +1, DimProject | DimUnit, 0, "C", nil},
	{"7202", "项目合同约束", "Committed by contract or roster, not yet due", Debit, +1, dimRun, 0, "C", nil},
	{"7203", "应付待支付指标", "Due and accepted, awaiting payment", Debit, +1, dimRun, 0, "C", nil},
	{"7204", "支付申请占用", "Payment request in process", Debit, +1, dimRun, 0, "C", []string{"A", "P"}},
	{"7301", "已付待报账", "Paid, not yet accounted for", Debit, +1, dimRun, 0, "C", nil},
	{"7302", "已报账列支", "Executed", Debit, +1, 0, dimRun, "C", nil},
	{"7401", "待收回指标", "Identified for recovery", Debit, +1, 0, DimProject | DimUnit, "C", nil},
	{"7403", "上级收回", "Taken back by the upper tier or the donor", Debit, +1, 0, DimPayee, "C", nil},
	{"7404", "收回本级统筹", "Taken back by the county budget", Debit, +1, 0, DimPayee, "C", nil},
	{"9101", "备查登记", "Memo register", Debit, 0, 0, dimRun, "C", nil},
	{"9102", "备查对应", "Memo counterpart", Credit, 0, 0, dimRun, "C", nil},
}

var chartIndex = func() map[Code]*Account {
	m := make(map[Code]*Account, len(chart))
	for i := range chart {
		m[chart[i].Code] = &chart[i]
	}
	return m
}()

// Chart returns a copy of the chart of accounts, in order of code.
func Chart() []Account { return append([]Account(nil), chart...) }

// AccountOf returns the row of code c.
func AccountOf(c Code) (Account, bool) {
	a, ok := chartIndex[c]
	if !ok {
		return Account{}, false
	}
	return *a, true
}

func (k Key) dims() Dim {
	var d Dim
	set := func(on bool, x Dim) {
		if on {
			d |= x
		}
	}
	set(k.Project != "", DimProject)
	set(k.Contract != "", DimContract)
	set(k.Payee != "", DimPayee)
	set(k.Unit != "", DimUnit)
	set(k.Pool != "", DimPool)
	set(!k.Peer.IsZero(), DimPeer)
	return d
}

// check refuses a key that the chart does not permit.
func (k Key) check() error {
	a, ok := chartIndex[k.Account]
	if !ok {
		return ErrAccount.With("%s", k.Account)
	}
	if k.Lot.IsZero() {
		return ErrKey.With("%s：缺批次", k)
	}
	where := "T"
	if k.Book == County {
		where = "C"
	}
	if k.Book == "" || !strings.Contains(a.Books, where) {
		return ErrKey.With("%s：科目 %s 不设于账套 %s", k, a.Code, k.Book)
	}
	for _, s := range [...]string{k.Project, k.Contract, k.Payee, k.Unit, k.Pool, string(k.Book)} {
		if !plain(s) {
			return ErrKey.With("%s：维度含控制字符或首尾空格", k.Account)
		}
	}
	have := k.dims()
	if miss := a.Must &^ have; miss != 0 {
		return ErrKey.With("%s：缺%s", k, miss)
	}
	if over := have &^ (a.Must | a.May); over != 0 {
		return ErrKey.With("%s：科目 %s 不核算%s", k, a.Code, over)
	}
	if !containsSub(a.Subs, k.Sub) {
		return ErrKey.With("%s：明细 %q 不在科目 %s 之内", k, k.Sub, a.Code)
	}
	return nil
}

func containsSub(subs []string, s string) bool {
	if len(subs) == 0 {
		return s == ""
	}
	for _, x := range subs {
		if x == s {
			return true
		}
	}
	return false
}

// plain reports whether a name has no control characters and no blanks at its
// ends, so that two names that look alike are alike.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return s == strings.TrimSpace(s)
}

// keep returns k with only the dimensions that its account keeps.
func (k Key) keep() Key {
	a, ok := chartIndex[k.Account]
	if !ok {
		return k
	}
	d := a.Must | a.May
	if d&DimProject == 0 {
		k.Project = ""
	}
	if d&DimContract == 0 {
		k.Contract = ""
	}
	if d&DimPayee == 0 {
		k.Payee = ""
	}
	if d&DimUnit == 0 {
		k.Unit = ""
	}
	if d&DimPool == 0 {
		k.Pool = ""
	}
	if d&DimPeer == 0 {
		k.Peer = LotID{}
	}
	return k
}

// ChartMarkdown prints the chart with its guards as docs/chart.md.
func ChartMarkdown() string {
	var b strings.Builder
	b.WriteString("# 科目表 · Chart of accounts\n\nGenerated from the code by `make golden`. Guard: the sign that every single account keeps on every effective day.\n\n")
	b.WriteString("| code | 名称 | English | normal | guard | always carries | may carry | books | sub-accounts |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, a := range chart {
		guard := map[int8]string{1: "≥ 0 借", -1: "≤ 0 贷", 0: ""}[a.Guard]
		switch {
		case a.Code == "1102":
			guard = "L ≥ 0, B ≤ 0"
		case a.Code[0] == '6':
			guard = "Σ6xxx of the lot ≤ 0, N and Y apart"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
			a.Code, a.ZH, a.EN, a.Normal, guard, a.Must, a.May, a.Books, strings.Join(a.Subs, " "))
	}
	return b.String()
}
