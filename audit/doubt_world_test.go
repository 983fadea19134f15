package audit_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

const (
	countyNo = 360726
	builder  = "赣南建设有限公司"
	bureau   = "交通运输局"
	ourTown  = "欣山镇"
	uscc     = "91350100M000100Y43"
)

// other is a second account of the finance office; xinshan one of a township.
var (
	other   = auth.Who{ID: [16]byte{15: 10}, Name: "复核", Role: auth.Finance}
	xinshan = auth.Who{ID: [16]byte{15: 21}, Name: "欣山镇财政所", Role: auth.Township, Unit: ourTown}
)

// as runs an operation for somebody.
func (s *store) as(who auth.Who, name string, body any) error {
	key := fmt.Sprintf("audit-op-key-%09d", s.keys.Add(1))
	_, err := s.Run(s.t.Context(), app.Request{County: county, Who: who, Key: key}, name, body)
	return err
}

// refuse runs an operation that must be refused, and leave nothing.
func (s *store) refuse(who auth.Who, want *fault.Error, name string, body any) {
	s.t.Helper()
	before := s.next()
	if err := s.as(who, name, body); !errors.Is(err, want) {
		s.t.Errorf("%s: %v, want %s", name, err, want.Code)
	}
	if after := s.next(); after != before {
		s.t.Errorf("%s was refused and recorded %d records", name, after-before)
	}
}

func (s *store) next() int64 {
	s.t.Helper()
	row, err := db.FindCounty(s.t.Context(), s.db.Read, county)
	if err != nil {
		s.t.Fatal(err)
	}
	return row.NextSeq
}

// read reads something of the county.
func read[T any](s *store, do func(ctx context.Context, q bun.IDB) (T, error)) T {
	s.t.Helper()
	var out T
	err := s.db.ReadTx(s.t.Context(), func(ctx context.Context, q bun.IDB) (err error) {
		out, err = do(ctx, q)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *store) policy(name, value string) {
	s.t.Helper()
	if _, err := s.try(auth.LocalOperator, app.PolicyCmd{Policy: ledger.Policy{Name: name, Value: value, ValidFrom: day("2026-01-01"), Basis: "样例"}}); err != nil {
		s.t.Fatal(err)
	}
}

var paper = ledger.Digest{31: 7}

// library enters a project and takes it into the library by 7 February.
func (s *store) library(name, category string, household bool) string {
	s.t.Helper()
	codes := func() map[string]bool {
		out := map[string]bool{}
		for _, p := range read(s, func(ctx context.Context, q bun.IDB) ([]projects.Project, error) {
			return projects.ListProjects(ctx, q, countyNo, projects.ProjectFilter{})
		}) {
			out[p.Code] = true
		}
		return out
	}
	before := codes()
	s.run("project.enter", projects.EnterCmd{On: day("2026-01-02"), Particulars: projects.Particulars{
		Name: name, Tier: projects.TierCounty, Year: 2026, Category: category, Nature: "新建", Place: "濂江村", Village: "360726101203",
		Start: day("2026-03-01"), Finish: day("2026-10-31"), Unit: bureau, Task: "样例任务", Household: household,
		Budget: fen("300000.00"), Financing: []projects.Financing{{Source: "central", Amount: fen("300000.00")}},
		Beneficiaries: projects.Beneficiaries{Persons: 230}, Participation: "村民会议讨论", Mechanism: "带动",
		Goals: []projects.Goal{
			{Code: "1", Level1: "产出", Level2: "数量", Level3: "数量", Op: ">=", Milli: 2_000, Unit: "公里", Weight: 50},
			{Code: "2", Level1: "效益", Level2: "社会", Level3: "受益人数", Op: ">=", Milli: 80_000, Unit: "人", Weight: 30},
			{Code: "3", Level1: "满意度", Level2: "服务对象满意度", Level3: "满意度", Op: ">=", Milli: 90_000, Unit: "%", Weight: 10},
		},
	}})
	for code := range codes() {
		if before[code] {
			continue
		}
		for _, x := range []struct {
			event projects.Event
			on    string
			posts bool
		}{
			{projects.EventVote, "2026-01-03", false},
			{projects.EventVillage, "2026-01-04", true},
			{projects.EventReview, "2026-01-15", false},
			{projects.EventTown, "2026-01-15", true},
			{projects.EventArgue, "2026-01-26", false},
			{projects.EventApprove, "2026-01-27", false},
			{projects.EventCounty, "2026-01-27", true},
			{projects.EventEnter, "2026-02-07", false},
		} {
			s.advance(code, x.event, x.on, x.posts)
		}
		return code
	}
	s.t.Fatalf("%s did not come in", name)
	return ""
}

func (s *store) advance(code string, e projects.Event, on string, posts bool) {
	s.t.Helper()
	c := projects.AdvanceCmd{Project: code, Step: projects.Step{
		Event: e, On: day(on), Document: "安乡振〔2026〕1号", Opinion: "同意", Reason: "按程序办理", Evidence: []ledger.Digest{paper},
	}}
	if posts {
		c.From, c.To = day(on), day(on).AddDays(10)
	}
	s.run("project.advance", c)
}

// plan adopts a plan that gives each project an amount of a lot.
func (s *store) plan(lot ledger.LotID, amount string, codes ...string) {
	s.t.Helper()
	c := projects.PlanAdoptCmd{
		Code: "JH-2026", Name: "2026年年度计划", Kind: "annual", Year: 2026, Document: "安府字〔2026〕3号", AdoptedOn: day("2026-03-10"),
		Meeting: "县政府第3次常务会", Date: day("2026-03-10"),
	}
	for _, p := range codes {
		c.Items = append(c.Items, projects.PlanAsk{Project: p, Sources: []projects.PlanSource{
			{From: "7101", Parts: []projects.LotPart{{Lot: lot, Amount: fen(amount)}}},
		}})
	}
	s.run("plan.adopt", c)
}

// sign signs a contract of works of a project after its notice N5.
func (s *store) sign(code, project string, lot ledger.LotID, amount string) {
	s.t.Helper()
	s.advance(project, projects.EventPrePost, "2026-04-05", true)
	s.advance(project, projects.EventProcure, "2026-04-17", false)
	s.run("contract.sign", projects.ContractSignCmd{
		Code: code, Name: "施工合同 " + code, Kind: "works", Payee: builder, PayeeID: uscc, Unit: bureau, SignedOn: day("2026-04-20"), Date: day("2026-04-20"),
		Amount: fen(amount), Projects: []projects.ProjectPart{{Project: project, Amount: fen(amount)}},
		Funding: []projects.FundingPart{{Project: project, Source: "lot", Lot: lot, Amount: fen(amount)}}, Digest: ledger.Digest{7}, Procurement: "中标通知书",
		Terms: projects.Terms{AdvanceBP: 3000, RetentionBP: 300, DefectMonths: 12},
	})
}

// papers records documents.
func (s *store) papers(date string, kinds ...payments.DocType) []ledger.Digest {
	s.t.Helper()
	out := make([]ledger.Digest, len(kinds))
	for i, k := range kinds {
		out[i] = sha256.Sum256(fmt.Appendf(nil, "document %d", s.keys.Add(1)))
		s.run("evidence.add", payments.EvidenceCmd{Digest: out[i], Type: k, Title: k.Chinese(), Date: day(date), Pages: 1, Size: 1000, Quantity: "1 项", Passed: true})
	}
	return out
}

// paid claims, accepts, requests and pays an amount of a contract.
func (s *store) paid(c payments.ClaimCmd, project, amount string, kinds ...payments.DocType) {
	s.t.Helper()
	c.Mode, c.Parts = payments.ModeCounty, []payments.ClaimPart{{Project: project, Amount: fen(amount)}}
	c.Documents = s.papers(c.Date.String(), kinds...)
	for i := range c.Invoices {
		c.Invoices[i].File, c.Invoices[i].Date = c.Documents[0], c.Date
	}
	s.run("claim.submit", c)
	s.run("claim.review", payments.ReviewCmd{Claim: c.Code, Opinion: "同意", Signer: "张某", On: c.Date})
	s.run("claim.accept", payments.AcceptCmd{Claim: c.Code, On: c.Date})
	net := fen(amount)
	if c.Kind == payments.ClaimProgress {
		net -= net * 3 / 100 // retention
	}
	s.run("payment.request", payments.RequestCmd{Code: "Q-" + c.Code, Claim: c.Code, On: c.Date, Payees: []payments.ReceiverCmd{
		{Kind: payments.ToContractor, Name: builder, Account: "6222000011112222", Amount: net},
	}})
	s.run("payment.confirm", payments.ConfirmCmd{Request: "Q-" + c.Code, On: c.Date.AddDays(1), Reference: "GK-" + c.Code})
}

func invoice(number, issuer, amount string) []payments.InvoiceUse {
	return []payments.InvoiceUse{{Number: number, Issuer: issuer, Amount: fen(amount), Draw: fen(amount)}}
}

var (
	advancePapers  = []payments.DocType{payments.DocClaimForm, payments.DocContract, payments.DocAdvanceAsk}
	progressPapers = []payments.DocType{payments.DocClaimForm, payments.DocExpense, payments.DocInvoice, payments.DocMeasurement}
)

// raw is a posting of a contract, as imported history has it: past its gates.
func raw(event ledger.EventCode, step, on, project string, parts []ledger.Part) ledger.Posting {
	return ledger.Posting{Event: event, Step: step, Date: day(on), Parts: parts, Project: project, Contract: "H-" + project, Payee: builder, Unit: bureau}
}

// history plans, contracts and pays a project past every gate.
func (s *store) history(project, on string, lot ledger.LotID, amount string) {
	s.t.Helper()
	plan := raw("E07", "", on, project, part(lot, amount))
	plan.From, plan.Contract, plan.Payee = "7101", "", ""
	s.post(
		plan, raw("E08", "", on, project, part(lot, amount)), raw("E11", "", on, project, part(lot, amount)),
		raw("E12", "reserve", on, project, part(lot, amount)), raw("E12", "confirm", on, project, part(lot, amount)),
	)
}

// divisions names one township with one village.
func (s *store) divisions() {
	s.t.Helper()
	list := region.List{County: county, Name: "安远县", File: "divisions.csv", Source: "样例"}
	for _, x := range []struct{ code, name string }{{"360726", "安远县"}, {"360726101", "样例镇"}, {"360726101203", "甲村"}} {
		c := region.Code(x.code)
		list.Rows = append(list.Rows, region.Division{Code: c, Name: x.name, Level: c.Level(), Parent: c.Parent(), From: 20200101})
	}
	if err := s.ImportDivisions(s.t.Context(), auth.LocalOperator, fmt.Sprintf("audit-divisions-%09d", s.keys.Add(1)), list); err != nil {
		s.t.Fatal(err)
	}
}

// roster creates a roster of people, each an id and a card by number.
func (s *store) roster(code, project string, people ...[2]int) {
	s.t.Helper()
	var b strings.Builder
	b.WriteString("姓名,身份证号,一卡通账号,村代码,村民小组,户号,电话,数量,计量单位,补助标准\n")
	for i, p := range people {
		fmt.Fprintf(&b, "样例%s户,%s,%s,360726101203,第一组,%d,,1,亩,100.00\n", string(rune('甲'+i)), dbtest.ResidentNumber(p[0]), dbtest.CardNumber(p[1]), i+1)
	}
	s.run("roster.create", projects.RosterCmd{
		Code: code, Name: "奖补名册 " + code, Kind: projects.RosterHousehold, Project: project, Programme: "产业奖补", Year: 2026, Measure: "亩",
		Policy: "样例〔2026〕1号", File: []byte(b.String()),
	})
}

// doubts runs rules as of 15 June 2026.
func (s *store) doubts(rules ...string) []audit.Doubt {
	s.t.Helper()
	return read(s, func(ctx context.Context, q bun.IDB) ([]audit.Doubt, error) {
		return audit.Doubts(ctx, q, countyNo, day("2026-06-15"), rules)
	})
}
