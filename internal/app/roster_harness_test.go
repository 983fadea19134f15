package app_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

const (
	town    = "360726101"
	village = "360726101201"
	header  = "姓名,身份证号,一卡通账号,村代码,村民小组,户号,电话,数量,计量单位,补助标准\n"
)

// household is a payee of the tests.
type household struct {
	name, id, card, quantity, standard string
}

func households(from, n int, quantity, standard string) []household {
	out := make([]household, n)
	for i := range out {
		out[i] = household{"样例" + string(rune('甲'+(from+i)%9)) + "户", dbtest.ResidentNumber(from + i), dbtest.CardNumber(from + i), quantity, standard}
	}
	return out
}

func csvOf(hs []household) []byte {
	var b strings.Builder
	b.WriteString(header)
	for i, h := range hs {
		fmt.Fprintf(&b, "%s,%s,%s,%s,第一组,%d,0797-1234567,%s,亩,%s\n", h.name, h.id, h.card, village, i+1, h.quantity, h.standard)
	}
	return []byte(b.String())
}

// village county: one township with two villages, and another township.
func (b *store) divisions() {
	b.t.Helper()
	list := region.List{County: county, Name: "安远县", File: "divisions.csv", Source: "样例"}
	for _, x := range []struct{ code, name string }{
		{"360726", "安远县"}, {town, "样例镇"}, {village, "甲村"}, {"360726101202", "乙村"}, {"360726102", "另一乡"}, {"360726102201", "丙村"},
	} {
		c := region.Code(x.code)
		list.Rows = append(list.Rows, region.Division{Code: c, Name: x.name, Level: c.Level(), Parent: c.Parent(), From: 20200101})
	}
	if err := b.ImportDivisions(b.t.Context(), auth.LocalOperator, b.nextKey(), list); err != nil {
		b.t.Fatal(err)
	}
}

// householdProject plans a household project on lots and posts its notice N5:
// county-run, or a township's own out of what it was allocated.
func (b *store) householdProject(township string, funds map[ledger.LotID]string) *projects.Project {
	b.t.Helper()
	return b.householdProjectOf("0104", township, funds)
}

func (b *store) householdProjectOf(category, township string, funds map[ledger.LotID]string) *projects.Project {
	b.t.Helper()
	p := projects.Project{Name: "样例到户补助", Category: category, Unit: "农业农村局", Household: true, Village: village}
	from := projects.PlanSource{From: "7101"}
	if township != "" {
		p.Tier, p.Unit, p.Town, from.From = projects.TierTownship, township, township, "7104"
	}
	for lot, amount := range funds {
		from.Parts = append(from.Parts, projects.LotPart{Lot: lot, Amount: fen(amount)})
		p.Budget += fen(amount)
	}
	slices.SortFunc(from.Parts, func(x, y projects.LotPart) int { return bytes.Compare(x.Lot[:], y.Lot[:]) })
	code, err := intoLibrary(b, county, p)
	if err != nil {
		b.t.Fatal(err)
	}
	b.must("plan.adopt", annualPlan("JH-"+code, code, from))
	b.must("project.advance", posting(code, projects.EventPrePost, "2026-03-10"))
	p = b.project(code)
	return &p
}

// postN8 registers that notice N8 of a roster hung from a day to another.
func (b *store) postN8(p *projects.Project, roster, from, to string) {
	b.t.Helper()
	b.must("project.post_notice", projects.PostNoticeCmd{Project: p.Code, Type: "N8", Subject: roster, From: day(from), To: day(to), Evidence: paper})
}

// withdrawN8 takes it down.
func (b *store) withdrawN8(p *projects.Project, roster string) {
	b.t.Helper()
	b.must("project.withdraw_notice", projects.WithdrawNoticeCmd{Project: p.Code, Type: "N8", Subject: roster, Reason: "名册有变"})
}

// confirmedRoster is a roster of the households, owed to them.
func (b *store) confirmedRoster(code string, p *projects.Project, hs []household) {
	b.t.Helper()
	b.at("2026-04-01")
	b.must("roster.create", projects.RosterCmd{
		Code: code, Name: "产业奖补名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩",
		Policy: "样例〔2026〕1号", File: csvOf(hs),
	})
	b.must("roster.commit", projects.CommitCmd{Code: code, Date: day("2026-04-01")})
	b.postN8(p, code, "2026-04-02", "2026-04-12")
	b.at("2026-06-15")
	b.must("roster.confirm", projects.ConfirmCmd{Code: code, Date: day("2026-04-13")})
}

// at moves the clock to a later day.
func (b *store) at(date string) { b.clock.Store(at(date)) }

// approved takes a batch from its making to its approval.
func (b *store) approved(c payments.BatchCmd, date string) {
	b.t.Helper()
	b.must("batch.create", c)
	b.must("batch.check", payments.BatchStepCmd{Code: c.Code})
	b.must("batch.freeze", payments.BatchStepCmd{Code: c.Code})
	b.must("batch.send", payments.BatchStepCmd{Code: c.Code})
	b.must("batch.approve", payments.BatchDateCmd{Code: c.Code, Date: day(date)})
}

// resultOf makes a bank's result file of the bank file, with the refusals by row.
func (b *store) resultOf(batch string, refusals map[int]string) []byte {
	b.t.Helper()
	file, err := b.BankFile(b.t.Context(), finance, county, batch)
	if err != nil {
		b.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(string(file), "\uFEFF")), "\r\n")
	out := []string{"批次,序号,账号,金额,结果,原因"}
	for _, l := range lines[1:] {
		f := strings.Split(l, ",")
		if f[0] == "合计" {
			out = append(out, strings.Join([]string{f[0], f[1], "", f[4], "", ""}, ","))
			continue
		}
		n, err := strconv.Atoi(f[1])
		if err != nil {
			b.t.Fatal(err)
		}
		result := "成功,"
		if why, bad := refusals[n]; bad {
			result = "失败," + why
		}
		out = append(out, strings.Join([]string{f[0], f[1], f[3], f[4], result}, ","))
	}
	return []byte(strings.Join(out, "\n") + "\n")
}

// balances are the county's balances other than zero, by book, account and
// sub-account.
func (b *store) balances() map[string]ledger.Amount {
	b.t.Helper()
	out := map[string]ledger.Amount{}
	err := b.db.ReadTx(b.t.Context(), func(ctx context.Context, q bun.IDB) error {
		list, err := ledgertest.CountyBalances(ctx, q, 360726)
		for _, x := range list {
			k := string(x.Key.Account)
			if x.Key.Book != ledger.County {
				k = "T" + k
			}
			if x.Key.Sub != "" && x.Key.Account != "6101" {
				k += "." + x.Key.Sub
			}
			if out[k] += x.Net; out[k] == 0 {
				delete(out, k)
			}
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// sound checks that dossiers and sealed rows are those of the log.
func (b *store) sound() {
	b.t.Helper()
	b.intact()
	bad, opened, err := b.VerifyPersons(b.t.Context(), county)
	if err != nil || !opened {
		b.t.Errorf("VerifyPersons: opened %v, %v", opened, err)
	}
	for _, x := range bad {
		b.t.Errorf("record %d: %s", x.Seq, x.Detail)
	}
}

func newRosterStore(t testing.TB, d *db.DB) *store {
	t.Helper()
	s := newStore(t, d)
	s.divisions()
	return s
}
