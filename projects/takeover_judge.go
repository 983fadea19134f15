package projects

import (
	"slices"
	"strconv"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

func cellNo(n int) string { return strconv.Itoa(n) }

// maxOpening is the number of lines that one E00 takes.
const maxOpening = 5000

// postings are E00 of every lot that has balances; lots that lent to each other
// stand in one entry, since I9 holds over them together.
func (o *Opening) postings(date ledger.Date, document string) ([]ledger.Posting, error) {
	group := map[ledger.LotID]int{} // lot → number of its posting
	var out []ledger.Posting
	for i := range o.lots {
		group[o.lots[i].ID] = i
	}
	for again := true; again; { // a lot stands with the lowest that it lent to
		again = false
		for i := range o.lines {
			k := &o.lines[i].Key
			if k.Peer.IsZero() {
				continue
			}
			low := min(group[k.Lot], group[k.Peer])
			again = again || group[k.Lot] != low || group[k.Peer] != low
			group[k.Lot], group[k.Peer] = low, low
		}
	}
	at := map[int]int{}
	for i := range o.lines {
		g := group[o.lines[i].Key.Lot]
		n, known := at[g]
		if !known {
			n = len(out)
			at[g] = n
			out = append(out, ledger.Posting{Event: "E00", Date: date, Memo: "期初接管 " + document})
		}
		out[n].Opening = append(out[n].Opening, o.lines[i])
		if len(out[n].Opening) > maxOpening {
			return nil, ErrTakeoverSize.With("批次 %s", o.lots[g].Code)
		}
	}
	return out, nil
}

// judge holds the tables together: contracts to their balances, projects to their
// budgets, lots to the equations, and stated figures to the computed ones.
func (o *Opening) judge(c *TakeoverCmd) {
	o.fundContracts(c.Projects.Name)
	for i := range o.projects {
		p := &o.projects[i]
		var sum ledger.Amount
		for _, l := range o.fundingOf(p.code, "") {
			sum += l.Amount
		}
		if sum > p.x.Budget {
			o.found(RowFinding{File: c.Projects.Name, Row: p.row, Column: "资金规模", Code: "project_budget", Remedy: "先按程序调整项目资金规模，或核对余额"},
				"项目 %s：资金规模 %s，期初指标合计 %s，超过 %s", p.code, p.x.Budget, sum, sum-p.x.Budget)
		}
	}
	ps, err := o.postings(c.Date, c.Document)
	if err != nil {
		o.note(c.Balances.Name, err)
		return
	}
	facts := ledger.Facts{Lots: map[ledger.LotID]ledger.LotFacts{}}
	for i := range o.lots {
		facts.Lots[o.lots[i].ID] = ledger.LotFacts{Lot: o.lots[i]}
	}
	for i := range ps {
		entries, err := ps[i].Entries(facts)
		if err != nil {
			o.note(c.Balances.Name, o.explain(err))
			continue
		}
		o.entries = append(o.entries, entries...)
	}
	o.compareStated(c.Balances.Name)
}

func (o *Opening) note(file string, err error) {
	f := fault.From(err)
	o.found(RowFinding{File: file, Code: f.Code, Remedy: "更正余额表后重新导入"}, "%s", f)
}

// compareStated holds the fund balance that the table states against what the
// equations give.
func (o *Opening) compareStated(file string) {
	for _, s := range o.stated {
		var net ledger.Amount
		for i := range o.entries {
			for _, l := range o.entries[i].Lines() {
				if l.Key == s.key {
					net += l.Net()
				}
			}
		}
		if net != s.net {
			o.Findings = append(o.Findings, RowFinding{
				File: file, Row: s.row, Column: "金额", Value: (-s.net).String(), Code: "balance_differs", Severity: "error",
				Why:    "填列的 3001 余额与其余各行不平衡：应为 " + (-net).String() + "，差 " + (net - s.net).String(),
				Remedy: "核对该批次的资金科目余额",
			})
		}
	}
}

// Table (期初余额确认表) prints what E00 posts, computed figures included, for both
// persons to sign: it implements ledger.Tabular.
func (o *Opening) Table() ledger.Table {
	t := ledger.Table{
		Title: "期初余额确认表", Notes: []string{"接管日 " + o.date.String() + "；单位：元。编制人：　　　　确认人：　　　　"},
		Columns: []ledger.Column{
			{ZH: "账套", Key: "book"},
			{ZH: "科目", Key: "account"},
			{ZH: "名称", Key: "name"},
			{ZH: "明细", Key: "sub"},
			{ZH: "批次", Key: "lot"},
			{ZH: "项目", Key: "project"},
			{ZH: "合同", Key: "contract"},
			{ZH: "收款方", Key: "payee"},
			{ZH: "单位", Key: "unit"},
			{ZH: "借方", Key: "debit", Figures: true},
			{ZH: "贷方", Key: "credit", Figures: true},
		},
	}
	codes := map[ledger.LotID]string{}
	for i := range o.lots {
		codes[o.lots[i].ID] = o.lots[i].Code
	}
	var debit, credit ledger.Amount
	for _, l := range o.openingLines() {
		row := []string{string(l.Key.Book), string(l.Key.Account), "", l.Key.Sub, codes[l.Key.Lot], l.Key.Project, l.Key.Contract, l.Key.Payee, l.Key.Unit, "", ""}
		if a, ok := ledger.AccountOf(l.Key.Account); ok {
			row[2] = a.ZH
		}
		if l.Side == ledger.Debit {
			row[9] = l.Amount.String()
			debit += l.Amount
		} else {
			row[10] = l.Amount.String()
			credit += l.Amount
		}
		t.Rows = append(t.Rows, row)
	}
	foot := make([]string, len(t.Columns))
	foot[0], foot[9], foot[10] = "合计", debit.String(), credit.String()
	t.Foot = [][]string{foot}
	return t
}

// Items implements ledger.Tabular.
func (o *Opening) Items() any {
	t := o.Table()
	out := make([]map[string]string, len(t.Rows))
	for i, row := range t.Rows {
		out[i] = map[string]string{}
		for j, c := range t.Columns {
			out[i][c.Key] = row[j]
		}
	}
	return out
}

// openingLines are the lines of E00 in order of account.
func (o *Opening) openingLines() []ledger.Line {
	var out []ledger.Line
	for i := range o.entries {
		out = append(out, o.entries[i].Lines()...)
	}
	slices.SortStableFunc(out, func(a, b ledger.Line) int { return ledger.CompareKeys(&a.Key, &b.Key) })
	return out
}
