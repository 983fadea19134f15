package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

// confirmer is a second account with money rights.
var confirmer = auth.Who{ID: [16]byte{15: 10}, Name: "国库股", Role: auth.Finance}

// theirs is a year-old county as its own spreadsheets have it: the three tables, and
// its trial balance by book, account and lot, debit positive.
type theirs struct {
	lots, projects, balances strings.Builder
	trial                    map[string]ledger.Amount
	money                    map[string]ledger.Amount // county money accounts per lot
	authority, arrived       map[string]ledger.Amount
}

const (
	lotHead     = "批次代码,层级,类别,文件,行,资金名称,预算年度,金额,文号\n"
	projectHead = "项目编号,项目名称,责任单位,乡镇,年度,项目类别,建设性质,实施地点,开始时间,完成时间,建设内容,资金规模,资金来源层级,受益人数,绩效目标,群众参与,带贫减贫机制,项目状态,合同编号,合同类型,收款方,统一社会信用代码,合同金额,签订日期,合同状态,质保金比例,缺陷责任期（月）,接管前已列支,其他资金\n"
	balanceHead = "账套,科目,明细,批次,项目,合同,收款方,单位,对方批次,金额\n"
	creditCode  = "91350100M000100Y43"
)

func lotCode(n int) string { return fmt.Sprintf("K%02d", n) }

// put writes a balance on its normal side and adds it to the trial balance.
func (x *theirs) put(book, account, sub, lot, dims, peer string, amount ledger.Amount) {
	fmt.Fprintf(&x.balances, "%s,%s,%s,%s,%s,%s,%s\n", book, account, sub, lot, dims, peer, amount)
	side := ledger.Amount(1)
	if a, _ := ledger.AccountOf(ledger.Code(account)); a.Normal == ledger.Credit || sub == "B" {
		side = -1
	}
	net := side * amount
	if book == "" {
		book = "C"
	}
	x.trial[book+" "+account+" "+lot] += net
	switch {
	case account[0] == '7':
		x.authority[lot] += net
	case book == "C":
		x.money[lot] += net
	}
	switch account {
	case "1001", "1002", "1102", "7301":
		x.arrived[lot] += net
	}
}

const noDims = ",,,"

// runningCounty is a county of 40 lots and 200 running projects.
func runningCounty() *theirs {
	x := &theirs{
		trial: map[string]ledger.Amount{}, money: map[string]ledger.Amount{}, authority: map[string]ledger.Amount{}, arrived: map[string]ledger.Amount{},
	}
	x.lots.WriteString(lotHead)
	x.projects.WriteString(projectHead)
	x.balances.WriteString(balanceHead)
	for n := range 40 {
		fmt.Fprintf(&x.lots, "%s,中央,XJ,文件%02d,1,样例资金,2025,5000000.00,赣财农〔2025〕%d号\n", lotCode(n), n, n+1)
		x.put("", "7101", "", lotCode(n), noDims, "", fen("5000.00"))
	}
	for i := range 200 {
		x.project(i)
	}
	x.put("", "1102", "L", lotCode(0), noDims, lotCode(1), fen("3000.00"))
	x.put("", "1102", "B", lotCode(1), noDims, lotCode(0), fen("3000.00"))
	x.put("", "7104", "", lotCode(5), ",,,"+ourTown, "", fen("30000.00"))
	x.put(ourTown, "1002", "", lotCode(5), noDims, "", fen("20000.00"))
	x.trial[ourTown+" 2102 "+lotCode(5)] = -fen("20000.00")
	x.trial["C 1101 "+lotCode(5)] = fen("20000.00")
	x.money[lotCode(5)] += fen("20000.00")
	for n := range 40 {
		lot := lotCode(n)
		x.trial["C 3001 "+lot] = -x.money[lot]
		x.trial["C 6201 "+lot] = -x.authority[lot]
		if n != 5 && x.money[lot] > 0 { // most sheets state the fund balance as well
			fmt.Fprintf(&x.balances, ",3001,,%s,%s,,%s\n", lot, noDims, x.money[lot])
		}
	}
	return x
}

// project writes one project, its contract and its balances: a fifth paid and
// accounted for before, a tenth advanced, a claim due, the rest committed.
func (x *theirs) project(i int) {
	code, contract, lot := fmt.Sprintf("P%03d", i), fmt.Sprintf("H%03d", i), lotCode(i%40)
	amount := fen("100000.00") + ledger.Amount(i)*12_300
	before, advance, kept, due := amount/5, amount/10, amount/100, amount/4
	committed := amount - before - advance - kept - due
	fmt.Fprintf(&x.projects, "%s,样例道路%d,%s,,2025,030101,新建,某村,2025-03-01,2026-12-31,硬化道路,%s,中央,100,新建道路,村民会议,改善出行,开工,%s,工程,%s,%s,%s,2025-04-01,施工中,3,12,%s,\n",
		code, i, bureau, amount, contract, builder, creditCode, amount, before)
	dims := strings.Join([]string{code, contract, builder, ""}, ",")
	owned := strings.Join([]string{code, contract, builder, bureau}, ",")
	x.put("", "1001", "", lot, noDims, "", committed+due+kept)
	x.merge(lot)
	x.put("", "1201", "", lot, dims, "", advance)
	x.put("", "1301", "", lot, dims, "", due+kept)
	x.put("", "2001", "", lot, dims, "", due)
	x.put("", "2003", "", lot, dims, "", kept)
	x.put("", "7202", "", lot, owned, "", committed)
	x.put("", "7203", "", lot, owned, "", due+kept)
	x.put("", "7301", "", lot, owned, "", advance)
}

// merge adds the treasury rows of a lot up, of which a sheet has one.
func (x *theirs) merge(lot string) {
	rows := strings.Split(strings.TrimSuffix(x.balances.String(), "\n"), "\n")
	prefix := ",1001,," + lot + ","
	var sum ledger.Amount
	rows = slices.DeleteFunc(rows, func(r string) bool {
		if !strings.HasPrefix(r, prefix) {
			return false
		}
		sum += fen(r[strings.LastIndex(r, ",")+1:])
		return true
	})
	rows = append(rows, prefix+noDims+",,"+sum.String())
	x.balances.Reset()
	x.balances.WriteString(strings.Join(rows, "\n") + "\n")
}

func (x *theirs) cmd() projects.TakeoverCmd {
	return projects.TakeoverCmd{
		Code: "QC2026", Document: "安财〔2026〕1号", Date: day("2026-01-02"),
		Lots:     projects.TakeoverTable{Name: "lots.csv", File: []byte(x.lots.String())},
		Projects: projects.TakeoverTable{Name: "projects.csv", File: []byte(x.projects.String())},
		Balances: projects.TakeoverTable{Name: "balances.csv", File: []byte(x.balances.String())},
	}
}

func runAs(b *store, who auth.Who, name string, body any) error {
	_, err := b.Run(b.t.Context(), app.Request{County: county, Who: who, Key: b.nextKey()}, name, body)
	return err
}

// TestRunningCountyIsTakenOver takes a year-old county over from three tables; its
// trial balance is that of the tables, and its contracts can go on.
func TestRunningCountyIsTakenOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		x := runningCounty()
		c := x.cmd()
		if err := runAs(b, finance, "takeover.prepare", c); err != nil {
			t.Fatalf("prepare: %v %+v", err, firstFields(err))
		}
		if err := runAs(b, finance, "takeover.confirm", c); !errors.Is(err, projects.ErrTakeoverPerson) {
			t.Errorf("confirmed by the preparer: %v", err)
		}
		other := c
		other.Balances.File = append(slices.Clone(other.Balances.File), ",7101,,K00,,,,,,1.00\n"...)
		if err := runAs(b, confirmer, "takeover.confirm", other); err == nil {
			t.Error("other files than the prepared ones were confirmed")
		}
		if err := runAs(b, confirmer, "takeover.confirm", c); err != nil {
			t.Fatalf("confirm: %v %+v", err, firstFields(err))
		}
		if err := runAs(b, confirmer, "takeover.confirm", c); !errors.Is(err, projects.ErrTakeoverState) {
			t.Errorf("confirmed twice: %v", err)
		}
		got := trialOf(b)
		for key, want := range x.trial {
			if got[key] != want {
				t.Errorf("%s = %s, theirs %s", key, got[key], want)
			}
			delete(got, key)
		}
		for key, rest := range got {
			if rest != 0 {
				t.Errorf("%s = %s, theirs has none", key, rest)
			}
		}
		list, err := projects.ListContracts(t.Context(), b.db.Read, countyNumber(b), dossier.Filter{})
		if err != nil || len(list) != 200 || list[7].LotFunded() == 0 || list[7].State != projects.ContractStarted {
			t.Errorf("%d contracts, %v", len(list), err)
		}
	})
}

func firstFields(err error) []fault.Field {
	f := fault.From(err).Fields
	return f[:min(len(f), 5)]
}

// trialOf is the trial balance by book, account and lot, debit positive.
func trialOf(b *store) map[string]ledger.Amount {
	b.t.Helper()
	out := map[string]ledger.Amount{}
	err := b.Read(b.t.Context(), finance, county, "read.ledger", func(ctx context.Context, v app.View) error {
		r, err := ledger.TrialBalance(ctx, v.Q, v.County.County, ledger.TrialQuery{})
		for i := range r.Rows {
			l := &r.Rows[i]
			out[string(l.Book)+" "+string(l.Code)+" "+l.Lot] += l.Balance
		}
		if err == nil && !r.Balanced {
			b.t.Error("the trial balance does not balance")
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// TestTakeoverRefused names the place, the equation and the figure.
func TestTakeoverRefused(t *testing.T) {
	t.Parallel()
	b := newStore(t, dbtest.SQLite(t))
	for _, c := range []struct {
		name     string
		old, new string // in the balances
		code     string
		says     string
	}{
		{"payables without authority (I7)", ",2001,,K03,P003,H003," + builder + ",,,2", ",2001,,K03,P003,H003," + builder + ",,,3", "ledger", "I7"},
		{"an unknown lot", ",7101,,K02,", ",7101,,K77,", "lot_unknown", "K77"},
		{"an unknown account", ",7101,,K02,", ",7109,,K02,", "account_unknown", "7109"},
		{"a negative balance", ",7101,,K02,,,,,,5000.00", ",7101,,K02,,,,,,-5000.00", "amount_negative", "-5000.00"},
		{"another payee than the contract's", "P010,H010," + builder + ",,", "P010,H010,别人,,", "payee_other", "别人"},
		{"another contract's project", ",7202,,K10,P010,H010", ",7202,,K10,P011,H010", "contract_other", "H010"},
		{"contract funding that does not add up", ",7202,,K10,P010,H010," + builder + "," + bureau + ",,", ",7202,,K10,P010,H010," + builder + "," + bureau + ",,1", "contract_funding", "H010"},
		{"a payment request under way", ",7203,,K10,P010,H010", ",7204,P,K10,P010,H010", "request_open", "payment.request"},
		{"an advance under way", ",7202,,K10,P010,H010", ",7204,A,K10,P010,H010", "request_open", "7202"},
		{"a fund balance that is not theirs", ",3001,,K02,,,,,,", ",3001,,K02,,,,,,1", "balance_differs", ""},
	} {
		x := runningCounty()
		cmd := x.cmd()
		text := string(cmd.Balances.File)
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s: no %q", c.name, c.old)
		}
		cmd.Balances.File = []byte(strings.Replace(text, c.old, c.new, 1))
		before := countyHead(b)
		err := runAs(b, finance, "takeover.prepare", cmd)
		if !errors.Is(err, projects.ErrTakeoverRows) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		found := slices.ContainsFunc(fault.From(err).Fields, func(f fault.Field) bool {
			return strings.Contains(f.Message, c.code) && strings.Contains(f.Message+f.Value, c.says)
		})
		if !found {
			t.Errorf("%s: %+v", c.name, fault.From(err).Fields)
		}
		if after := countyHead(b); after != before {
			t.Errorf("%s: left %d records", c.name, after-before)
		}
	}
}

// TestATakenOverRosterIsMadeAnew: what stands under a roster is refused by row, column,
// rule and remedy, and the remedy works: the authority stands in the plan, and the
// roster is made, bound and confirmed in the program.
func TestATakenOverRosterIsMadeAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newRosterStore(t, d)
		tables := func(rows string) projects.TakeoverCmd {
			return projects.TakeoverCmd{
				Code: "QC2026", Document: "安财〔2026〕1号", Date: day("2026-01-02"),
				Lots: projects.TakeoverTable{Name: "lots.csv", File: []byte(lotHead + "K1,中央,XJ,文件1,1,样例资金,2025,700.00,赣财农〔2025〕1号\n")},
				Projects: projects.TakeoverTable{Name: "projects.csv", File: []byte("项目编号,项目名称,责任单位,年度,项目类别,建设性质,实施地点,开始时间,完成时间,建设内容,资金规模,资金来源层级,受益人数,绩效目标,群众参与,带贫减贫机制,项目状态,合同编号,合同类型,收款方\n" +
					"P1,产业奖补," + bureau + ",2025,0104,新建,甲村,2025-03-01,2026-12-31,到户奖补,700.00,中央,7,奖补七户,村民会议,增加收入,PLANNED,R1,名册,R1\n")},
				Balances: projects.TakeoverTable{Name: "balances.csv", File: []byte(balanceHead + ",1001,,K1,,,,,,700.00\n" + rows)},
			}
		}
		for _, account := range []string{"7202", "7203", "7301"} {
			err := runAs(b, finance, "takeover.prepare", tables(","+account+",,K1,P1,R1,R1,"+bureau+",,700.00\n"))
			if !errors.Is(err, projects.ErrTakeoverRows) {
				t.Fatalf("%s: %v", account, err)
			}
			found := slices.ContainsFunc(fault.From(err).Fields, func(f fault.Field) bool {
				return strings.Contains(f.Message, "roster_balance") && strings.Contains(f.Message, "DOMAIN 4.3") && strings.Contains(f.Message, "roster.commit") &&
					strings.Contains(f.Location, "科目") && f.Value == account
			})
			if !found {
				t.Errorf("%s: %+v", account, fault.From(err).Fields)
			}
		}
		c := tables(",7201,,K1,P1,,," + bureau + ",,700.00\n")
		if err := runAs(b, finance, "takeover.prepare", c); err != nil {
			t.Fatalf("prepare: %v %+v", err, firstFields(err))
		}
		if err := runAs(b, confirmer, "takeover.confirm", c); err != nil {
			t.Fatalf("confirm: %v %+v", err, firstFields(err))
		}
		taken, err := dossierOf[projects.Takeover](t.Context(), d.Read, countyNumber(b), "takeover", c.Code)
		if err != nil {
			t.Fatal(err)
		}
		p := b.project(taken.Projects[0])
		b.must("project.advance", posting(p.Code, projects.EventPrePost, "2026-03-10"))
		p = b.project(p.Code)
		b.confirmedRoster("R1", &p, households(0, 7, "1", "100.00"))
		if r, err := dossierOf[projects.Roster](t.Context(), d.Read, countyNumber(b), "roster", "R1"); err != nil || r.State != projects.RosterConfirmed {
			t.Errorf("roster %s, %v", r.State, err)
		}
	})
}

func countyHead(b *store) int64 {
	b.t.Helper()
	row, err := db.FindCounty(b.t.Context(), b.db.Read, county)
	if err != nil {
		b.t.Fatal(err)
	}
	return row.NextSeq
}

func countyNumber(b *store) int32 {
	b.t.Helper()
	row, err := db.FindCounty(b.t.Context(), b.db.Read, county)
	if err != nil {
		b.t.Fatal(err)
	}
	return row.County
}
