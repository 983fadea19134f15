package app_test

import (
	"errors"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
)

// planStore is a store with lots, projects and the shorthand of these tests.
type planStore struct {
	*store
	no   int32
	lots map[string]ledger.LotID
	// the codes of a road and a school, works, in the library
	road, school string
}

const rightUSCI = "91350100M000100Y43"

func newPlanStore(t *testing.T, d *db.DB) *planStore {
	t.Helper()
	s := &planStore{store: newStore(t, d), lots: map[string]ledger.LotID{}}
	row, err := db.FindCounty(t.Context(), d.Read, county)
	if err != nil {
		t.Fatal(err)
	}
	s.no = row.County
	return s
}

// fund registers a lot of a class and issues authority that has arrived.
func (s *planStore) fund(l ledger.Lot, amount string) ledger.LotID {
	s.t.Helper()
	copy(l.ID[:], "lot-"+l.Code)
	l.ID[15] = byte(len(s.lots) + 1)
	if l.Tier == "" {
		l.Tier = ledger.TierCentral
	}
	l.Document, l.Line, l.Name, l.Year, l.Amount = "doc-"+l.Code, 1, "样例资金", 2026, fen(amount)
	s.do(app.LotCmd{Lot: l})
	s.post(
		ledger.Posting{Event: "E01", Date: day("2026-03-01"), Parts: part(l.ID, amount)},
		ledger.Posting{Event: "E02", Date: day("2026-03-02"), Parts: part(l.ID, amount)},
	)
	s.lots[l.Code] = l.ID
	return l.ID
}

// project puts a project into the library and returns its code.
func (s *planStore) project(p projects.Project) string {
	s.t.Helper()
	if p.Unit == "" {
		p.Unit = "交通运输局"
	}
	code, err := intoLibrary(s.store, county, p)
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// ready brings a planned project to where a contract may be signed.
func (s *planStore) ready(code string) {
	s.t.Helper()
	if err := toProcured(s.store, county, code, day("2026-04-05")); err != nil {
		s.t.Fatal(err)
	}
}

// balance sums the balances of an account.
func (s *planStore) balance(account ledger.Code, f ledger.Filter) string {
	s.t.Helper()
	list, err := ledgertest.CountyBalances(s.t.Context(), s.db.Read, s.no)
	if err != nil {
		s.t.Fatal(err)
	}
	f.Account = account
	var sum ledger.Amount
	for _, b := range list {
		if f.Match(&b.Key) {
			sum += b.Net
		}
	}
	return sum.String()
}

func (s *planStore) balances(want map[ledger.Code]string, f ledger.Filter) {
	s.t.Helper()
	got := map[ledger.Code]string{}
	for a := range want {
		got[a] = s.balance(a, f)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("balances of %+v (-want +got)\n%s", f, diff)
	}
}

func (s *planStore) contract(code string) projects.Contract {
	s.t.Helper()
	c, err := projects.FindContract(s.t.Context(), s.db.Read, s.no, code, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// pooled is a store with two lots in a pool, and two works projects.
func pooledStore(t *testing.T, d *db.DB) *planStore {
	t.Helper()
	s := newPlanStore(t, d)
	s.fund(ledger.Lot{Code: "XJ1", Class: ledger.ClassXJ, IntegrationItem: "衔接资金"}, "700.00")
	s.fund(ledger.Lot{Code: "ZH2", Class: ledger.ClassZH, Tier: ledger.TierProvince, IntegrationItem: "林业补助"}, "300.00")
	s.fund(ledger.Lot{Code: "SH3", Class: ledger.ClassSH, Tier: ledger.TierDonor, Purpose: "类别:0302"}, "100.00")
	s.road = s.project(projects.Project{Name: "通村道路", Category: "030101", Budget: fen("800.00")})
	s.school = s.project(projects.Project{Name: "村小学", Category: "030201", Budget: fen("300.00")})
	for _, tier := range []ledger.Tier{ledger.TierCentral, ledger.TierProvince} {
		s.must("plan.catalog", projects.CatalogCmd{
			Year: 2026, Tier: tier, Document: "整合目录", On: day("2026-01-10"),
			Items: []projects.CatalogItem{{Item: "衔接资金", Integrable: true}, {Item: "林业补助", Integrable: true}, {Item: "到户补贴"}},
		})
	}
	s.must("plan.pool", projects.PoolCmd{
		Date: day("2026-03-05"), Pool: "P1", Account: "7101", Document: "入池通知",
		Parts: []projects.LotPart{{Lot: s.lots["XJ1"], Amount: fen("700.00")}, {Lot: s.lots["ZH2"], Amount: fen("300.00")}},
	})
	return s
}

func fromPool(amount string) projects.PlanSource {
	return projects.PlanSource{From: "7102", Pool: "P1", Mode: ledger.DrawProRata, Amount: fen(amount)}
}

func adoptCmd(items ...projects.PlanAsk) projects.PlanAdoptCmd {
	return projects.PlanAdoptCmd{
		Code: "ZH-2026", Name: "2026年整合方案", Kind: "integration", Year: 2026, Document: "安府字〔2026〕3号", AdoptedOn: day("2026-03-10"),
		Meeting: "县政府第3次常务会", Date: day("2026-03-10"), Items: items,
	}
}

func signCmd(s *planStore, code, amount string, funding ...projects.FundingPart) projects.ContractSignCmd {
	var parts []projects.ProjectPart
	for _, f := range funding {
		i := -1
		for j := range parts {
			if parts[j].Project == f.Project {
				i = j
			}
		}
		if i < 0 {
			parts = append(parts, projects.ProjectPart{Project: f.Project})
			i = len(parts) - 1
		}
		parts[i].Amount += f.Amount
	}
	return projects.ContractSignCmd{
		Code: code, Name: "施工合同", Kind: "works", Payee: "样例建筑公司", PayeeID: rightUSCI, Unit: "交通运输局", SignedOn: day("2026-05-01"),
		Date: day("2026-05-01"), Amount: fen(amount), Projects: parts, Funding: funding, Digest: ledger.Digest{7}, Procurement: "中标通知书",
		Terms: projects.Terms{AdvanceBP: 3000, RetentionBP: 300, Procurement: true},
	}
}

func (s *planStore) lotPart(project, lot, amount string) projects.FundingPart {
	return projects.FundingPart{Project: project, Source: "lot", Lot: s.lots[lot], Amount: fen(amount)}
}

// TestPlanToContract runs the main way: lots into the pool, plan, contract, change,
// cut; every figure of the ledger after each step, on both engines.
func TestPlanToContract(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := pooledStore(t, d)
		s.must("plan.adopt", adoptCmd(
			projects.PlanAsk{Project: s.road, Sources: []projects.PlanSource{fromPool("600.00")}},
			projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{
				fromPool("200.00"),
				{From: "7101", Parts: []projects.LotPart{{Lot: s.lots["SH3"], Amount: fen("100.00")}}},
			}},
		))
		s.balances(map[ledger.Code]string{"7102": "200.00", "7201": "900.00", "7101": "0.00"}, ledger.Filter{})
		s.balances(map[ledger.Code]string{"7201": "420.00"}, ledger.Filter{Project: s.road, Lot: s.lots["XJ1"]})
		s.balances(map[ledger.Code]string{"7201": "180.00"}, ledger.Filter{Project: s.road, Lot: s.lots["ZH2"]})
		s.ready(s.road)
		s.ready(s.school)

		s.must("contract.sign", signCmd(s, "HT-1", "750.00",
			s.lotPart(s.road, "XJ1", "400.00"), s.lotPart(s.road, "ZH2", "100.00"),
			projects.FundingPart{Project: s.road, Source: "unfunded", Amount: fen("100.00")},
			s.lotPart(s.school, "SH3", "100.00"), projects.FundingPart{Project: s.school, Source: "own", Amount: fen("50.00")}))
		s.balances(map[ledger.Code]string{"7201": "300.00", "7202": "600.00"}, ledger.Filter{})
		old, err := projects.UnfundedParts(t.Context(), d.Read, s.no, day("2026-06-10"))
		if err != nil || len(old) != 1 || old[0].Days != 40 || old[0].Amount != fen("100.00") {
			t.Errorf("unfunded parts: %+v %v, want 100.00 of 40 days", old, err)
		}

		s.must("contract.fund", projects.ContractFundCmd{
			Code: "HT-1", On: day("2026-05-10"), Date: day("2026-05-10"), Document: "资金落实函",
			Parts: []projects.ContractFund{{Project: s.road, Lot: s.lots["ZH2"], Amount: fen("60.00")}},
		})
		s.must("contract.change", projects.ContractChangeCmd{
			Code: "HT-1", On: day("2026-05-20"), Date: day("2026-05-20"), Kind: "supplement", Amount: fen("-80.00"), Document: "补充协议1", Reason: "减少工程量",
			Digest:   ledger.Digest{8},
			Projects: []projects.ProjectPart{{Project: s.road, Amount: fen("-80.00")}},
			Funding:  []projects.FundingPart{s.lotPart(s.road, "XJ1", "-40.00"), {Project: s.road, Source: "unfunded", Amount: fen("-40.00")}},
		})
		c := s.contract("HT-1")
		if c.Amount != fen("670.00") || c.Unfunded() != 0 || c.LotFunded() != fen("620.00") {
			t.Errorf("contract %s, unfunded %s, lots %s; want 670.00, 0.00, 620.00", c.Amount, c.Unfunded(), c.LotFunded())
		}
		s.balances(map[ledger.Code]string{"7202": "360.00", "7201": "60.00"}, ledger.Filter{Project: s.road, Lot: s.lots["XJ1"]})
		s.balances(map[ledger.Code]string{"7202": "160.00", "7201": "20.00"}, ledger.Filter{Project: s.road, Lot: s.lots["ZH2"]})

		cut := projects.PlanAdjustCmd{
			Plan: "ZH-2026", Document: "安府字〔2026〕9号", Level: "county", On: day("2026-06-01"), Date: day("2026-06-01"), Reason: "结余调减",
			Cuts: []projects.PlanCut{{Project: s.road, Mode: ledger.DrawProRata, Amount: fen("80.01")}},
		}
		s.refused(finance, projects.ErrPlanCut, "plan.adjust", cut, "80.00", "0.01")
		cut.Cuts[0].Amount = fen("80.00")
		s.must("plan.adjust", cut)
		s.balances(map[ledger.Code]string{"7102": "280.00", "7201": "200.00", "7202": "620.00"}, ledger.Filter{})

		run, err := projects.PlanExecutionOf(t.Context(), d.Read, s.no, "ZH-2026", ledger.At{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range run.Rows {
			got = append(got, r.Project+" "+r.Amount.String()+" "+r.Ceiling.String()+" "+r.Planned.String()+" "+r.Committed.String())
		}
		want := []string{s.road + " 520.00 520.00 0.00 520.00", s.school + " 300.00 300.00 200.00 100.00"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("execution of the plan (-want +got)\n%s", diff)
		}
		s.intact()
	})
}

// TestPlanRefused holds plans to the library, the catalogue, the budget, the lots
// and the limits of a department.
func TestPlanRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := pooledStore(t, d)
		s.fund(ledger.Lot{Code: "ZQ4", Class: ledger.ClassZQ}, "500.00")
		s.fund(ledger.Lot{Code: "XJ5", Class: ledger.ClassXJ, IntegrationItem: "到户补贴"}, "50.00")
		house := s.project(projects.Project{Name: "产业奖补", Category: "0104", Household: true, Budget: fen("100.00"), Unit: "农业农村局"})
		pool := func(lot string) projects.PoolCmd {
			return projects.PoolCmd{Date: day("2026-03-06"), Pool: "P1", Account: "7101", Document: "d", Parts: []projects.LotPart{{Lot: s.lots[lot], Amount: fen("10.00")}}}
		}
		s.refused(finance, projects.ErrNotPoolable, "plan.pool", pool("ZQ4"), "ZQ4", "一般债券")
		s.refused(finance, projects.ErrNotPoolable, "plan.pool", pool("XJ5"), "到户补贴", "不整合")
		s.refused(finance, projects.ErrNotPoolable, "plan.pool", pool("SH3"), "SH3")

		bond := func(project string) projects.PlanAdoptCmd {
			return adoptCmd(projects.PlanAsk{Project: project, Sources: []projects.PlanSource{{From: "7101", Parts: []projects.LotPart{{Lot: s.lots["ZQ4"], Amount: fen("90.00")}}}}})
		}
		s.refused(finance, projects.ErrIneligible, "plan.adopt", bond(house), "ZQ4", house, "1.1 ZQ")
		donor := adoptCmd(projects.PlanAsk{Project: s.road, Sources: []projects.PlanSource{{From: "7101", Mode: ledger.DrawFIFO, Amount: fen("560.00")}}})
		s.refused(finance, projects.ErrPlanDraw, "plan.adopt", donor, "SH3", "捐赠")
		s.refused(finance, projects.ErrPlanBudget, "plan.adopt", adoptCmd(projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{fromPool("330.01")}}), "0.01")
		s.refused(finance, projects.ErrPlanTwice, "plan.adopt", adoptCmd(
			projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{fromPool("1.00")}}, projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{fromPool("1.00")}}))

		s.must("plan.adopt", adoptCmd(projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{fromPool("200.00")}}))
		again := adoptCmd(projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{fromPool("1.00")}})
		s.refused(finance, dossier.ErrExists, "plan.adopt", again)
		again.Code = "ZH-2026-2"
		s.refused(finance, projects.ErrPlanState, "plan.adopt", again, "PLANNED")

		raise := projects.PlanAdjustCmd{
			Plan: "ZH-2026", Document: "部门批复", Level: "department", On: day("2026-06-01"), Date: day("2026-06-01"), Reason: "增量",
			Raises: []projects.PlanAsk{{Project: s.school, Sources: []projects.PlanSource{fromPool("20.01")}}},
		}
		s.refused(finance, projects.ErrPlanRaise, "plan.adjust", raise)
		raise.Raises[0].Sources[0].Amount = fen("20.00")
		s.must("plan.adjust", raise)
		raise.Raises[0].Sources[0].Amount = fen("0.01") // the limit is of the plan as approved, not of each raise
		s.refused(finance, projects.ErrPlanRaise, "plan.adjust", raise)
		raise.Level = "county"
		s.must("plan.adjust", raise)

		move := projects.PlanAdjustCmd{
			Plan: "ZH-2026", Document: "县批复", Level: "county", On: day("2026-06-02"), Date: day("2026-06-02"), Reason: "调剂",
			Moves: []projects.PlanShift{{PlanCut: projects.PlanCut{Project: s.school, Mode: ledger.DrawProRata, Amount: fen("220.01")}, To: s.road}},
		}
		s.must("plan.adjust", move)
		s.balances(map[ledger.Code]string{"7201": "220.01"}, ledger.Filter{Project: s.road})
		s.balances(map[ledger.Code]string{"7201": "0.00"}, ledger.Filter{Project: s.school})
		run, err := projects.PlanExecutionOf(t.Context(), d.Read, s.no, "ZH-2026", ledger.At{})
		if err != nil || len(run.Rows) != 1 || run.Plan.Version != 3 || run.Plan.FormedOn != day("2026-06-02") {
			t.Errorf("the plan after the move: %+v %v", run.Plan, err)
		}
		s.must("plan.adopt", func() projects.PlanAdoptCmd { // the school is in the library again
			c := adoptCmd(projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{fromPool("10.00")}})
			c.Code, c.AdoptedOn, c.Date = "ZH-2026-3", day("2026-06-05"), day("2026-06-05")
			return c
		}())
		s.intact()
	})
}

// TestContractRefused holds contracts to their sums, terms, plan, budget and state.
func TestContractRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := pooledStore(t, d)
		s.must("plan.adopt", adoptCmd(projects.PlanAsk{Project: s.road, Sources: []projects.PlanSource{fromPool("600.00")}}))
		sign := func(change func(*projects.ContractSignCmd)) projects.ContractSignCmd {
			c := signCmd(s, "HT-1", "420.00", s.lotPart(s.road, "XJ1", "420.00"))
			if change != nil {
				change(&c)
			}
			return c
		}
		if err := s.as(finance, "contract.sign", sign(nil)); fault.From(err).Code != "project.step" {
			t.Errorf("a contract before the notice and procurement: %v", err)
		}
		s.balances(map[ledger.Code]string{"7201": "600.00", "7202": "0.00"}, ledger.Filter{})
		s.ready(s.road)
		s.refused(finance, projects.ErrContractOverPlan, "contract.sign", signCmd(s, "HT-1", "420.01", s.lotPart(s.road, "XJ1", "420.01")), "0.01")
		s.refused(finance, projects.ErrContractUnit, "contract.sign", sign(func(c *projects.ContractSignCmd) { c.Unit = "水利局" }), "水利局")
		s.refused(finance, projects.ErrContractTerms, "contract.sign", sign(func(c *projects.ContractSignCmd) { c.Terms.RetentionBP = 301 }), "3.01%")
		s.refused(finance, projects.ErrContractTerms, "contract.sign", sign(func(c *projects.ContractSignCmd) { c.Terms.AdvanceBP = 3001 }))
		s.refused(finance, projects.ErrUSCI, "contract.sign", sign(func(c *projects.ContractSignCmd) { c.PayeeID = "91350100M000100Y44" }), "应为 3")
		s.refused(finance, projects.ErrContractParts, "contract.sign", sign(func(c *projects.ContractSignCmd) { c.Amount = fen("421.00") }), "1.00")
		s.refused(finance, projects.ErrContractBudget, "contract.sign", signCmd(s, "HT-1", "880.01",
			s.lotPart(s.road, "XJ1", "420.00"), projects.FundingPart{Project: s.road, Source: "other", Amount: fen("460.01")}), "0.01")
		s.must("contract.sign", sign(nil))
		s.refused(finance, dossier.ErrExists, "contract.sign", sign(nil))

		more := projects.ContractChangeCmd{
			Code: "HT-1", On: day("2026-05-20"), Date: day("2026-05-20"), Kind: "supplement", Amount: fen("42.01"), Document: "补1", Reason: "增加", Digest: ledger.Digest{8},
			Projects: []projects.ProjectPart{{Project: s.road, Amount: fen("42.01")}},
			Funding:  []projects.FundingPart{s.lotPart(s.road, "ZH2", "42.01")},
		}
		s.refused(finance, projects.ErrSupplement, "contract.change", more, "0.01")
		more.Kind = "engineering"
		s.must("contract.change", more)
		less := more
		less.Amount, less.Projects = fen("-42.02"), []projects.ProjectPart{{Project: s.road, Amount: fen("-42.02")}}
		less.Funding = []projects.FundingPart{s.lotPart(s.road, "ZH2", "-42.02")}
		s.refused(finance, projects.ErrContractCut, "contract.change", less)
		s.intact()
	})
}

// TestContractToItsEnd takes a contract from its start to the end with claims and
// payments posted as events: acceptance, settlement with saving, guarantee, repair,
// closing; and another to its termination.
func TestContractToItsEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := pooledStore(t, d)
		s.must("plan.adopt", adoptCmd(
			projects.PlanAsk{Project: s.road, Sources: []projects.PlanSource{fromPool("600.00")}},
			projects.PlanAsk{Project: s.school, Sources: []projects.PlanSource{fromPool("200.00")}}))
		s.ready(s.road)
		s.ready(s.school)
		s.must("contract.sign", signCmd(s, "HT-1", "500.00", s.lotPart(s.road, "XJ1", "400.00"), projects.FundingPart{Project: s.road, Source: "own", Amount: fen("100.00")}))
		s.must("contract.sign", signCmd(s, "HT-2", "140.00", s.lotPart(s.school, "XJ1", "140.00")))
		proof := []ledger.Digest{{3}}
		s.must("contract.start", projects.ContractStartCmd{Code: "HT-1", On: day("2026-05-05"), Evidence: proof})
		s.must("contract.complete", projects.ContractCompleteCmd{Code: "HT-1", On: day("2026-05-25"), Evidence: proof})
		accept := projects.ContractAcceptCmd{
			Code: "HT-1", On: day("2026-05-28"), Form: ledger.Digest{4}, Pass: true, Opinion: "合格",
			Quantities: []projects.AcceptedItem{{Item: "水泥路", Unit: "公里", Planned: 2000, Done: 1900, Pass: false}},
		}
		s.refused(finance, projects.ErrAcceptance, "contract.accept", accept, "水泥路")
		accept.Pass = false
		s.must("contract.accept", accept)
		accept.Pass, accept.On, accept.Quantities = true, day("2026-05-29"), []projects.AcceptedItem{{Item: "水泥路", Unit: "公里", Planned: 2000, Done: 2000, Pass: true}}
		s.must("contract.accept", accept)
		if c := s.contract("HT-1"); c.Rejected != 1 || c.State != projects.ContractAccepted || c.DefectUntil != day("2027-05-29") {
			t.Errorf("after acceptance: %d rejected, %s, defect until %s", c.Rejected, c.State, c.DefectUntil)
		}

		run := ledger.Posting{Date: day("2026-05-30"), Project: s.road, Contract: "HT-1", Payee: "样例建筑公司", Unit: "交通运输局"}
		claim := run
		claim.Event, claim.Parts = "E11", []ledger.Part{{Lot: s.lots["XJ1"], Amount: fen("380.00"), Retention: fen("11.40")}}
		s.post(claim)
		settle := projects.ContractSettleCmd{
			Code: "HT-1", On: day("2026-06-01"), Date: day("2026-06-01"), Amount: fen("500.01"), Document: "审计报告", Report: ledger.Digest{5},
		}
		s.refused(finance, projects.ErrSettleOver, "contract.settle", settle, "0.01")
		settle.Amount = fen("379.99")
		s.refused(finance, projects.ErrSettleClaimed, "contract.settle", settle, "0.01")
		settle.Amount = fen("480.00")
		settle.Cut = []projects.FundingPart{s.lotPart(s.road, "XJ1", "20.00")}
		s.must("contract.settle", settle)
		s.balances(map[ledger.Code]string{"7202": "0.00", "7401": "20.00", "1301": "0.00", "5001": "380.00", "2003": "-11.40"}, ledger.Filter{Project: s.road})
		if c := s.contract("HT-1"); c.Amount != fen("480.00") || c.LotFunded() != fen("380.00") {
			t.Errorf("settled: %s, lots %s", c.Amount, c.LotFunded())
		}

		repair := projects.ContractRepairCmd{
			Code: "HT-1", On: day("2026-06-05"), Date: day("2026-06-05"), Amount: fen("1.40"), Payee: "样例维修队", Document: "维修协议", Digest: ledger.Digest{6},
		}
		s.refused(finance, projects.ErrDefect, "contract.repair", repair)
		s.must("contract.defect", projects.ContractDefectCmd{Code: "HT-1", On: day("2026-06-04"), Open: true, Note: "路面开裂"})
		s.must("contract.repair", repair)
		s.must("contract.defect", projects.ContractDefectCmd{Code: "HT-1", On: day("2026-06-06"), No: 1, Note: "已修复"})
		guarantee := projects.ContractGuaranteeCmd{
			Code: "HT-1", On: day("2026-06-07"), Date: day("2026-06-07"), Amount: fen("10.01"), Bank: "样例银行", Document: "保函1", Until: day("2027-05-29"), Digest: ledger.Digest{9},
		}
		s.refused(finance, projects.ErrRetention, "contract.guarantee", guarantee, "0.01")
		guarantee.Amount = fen("10.00")
		s.must("contract.guarantee", guarantee)
		s.balances(map[ledger.Code]string{"2003": "0.00", "2001": "-380.00", "7203": "380.00"}, ledger.Filter{Project: s.road})
		closing := projects.ContractCloseCmd{Code: "HT-1", On: day("2026-06-10"), Date: day("2026-06-10")}
		s.refused(finance, projects.ErrContractOpen, "contract.close", closing, "380.00")
		for _, x := range []struct{ payee, amount string }{{"样例建筑公司", "378.60"}, {"样例维修队", "1.40"}} {
			pay := run
			pay.Event, pay.Date, pay.Payee, pay.Parts = "E12", day("2026-06-08"), x.payee, part(s.lots["XJ1"], x.amount)
			pay.Step = "reserve"
			s.post(pay)
			pay.Step = "confirm"
			s.post(pay)
		}
		s.refused(finance, projects.ErrContractOpen, "contract.close", closing, "2027-05-29")

		stop := projects.ContractTerminateCmd{
			Code: "HT-2", On: day("2026-06-10"), Date: day("2026-06-10"), Decision: "领导小组纪要5号", Reason: "承包方退出", Digest: ledger.Digest{2},
		}
		advance := run
		advance.Event, advance.Step, advance.Project, advance.Contract, advance.Parts = "E10", "reserve", s.school, "HT-2", part(s.lots["XJ1"], "40.00")
		s.post(advance)
		s.refused(finance, projects.ErrContractOpen, "contract.terminate", stop, "40.00")
		advance.Event, advance.Step = "E10v", ""
		s.post(advance)
		s.must("contract.terminate", stop)
		s.balances(map[ledger.Code]string{"7202": "0.00", "7401": "140.00", "7201": "60.00"}, ledger.Filter{Project: s.school})
		s.must("contract.close", projects.ContractCloseCmd{Code: "HT-2", On: day("2026-06-11"), Date: day("2026-06-11")})
		if c := s.contract("HT-2"); c.State != projects.ContractClosed || c.Amount != 0 {
			t.Errorf("HT-2: %s %s", c.State, c.Amount)
		}
		s.intact()
	})
}

// TestTownshipKeepsToItsOwnContracts: a township begins its own works, never
// another's, and never the county's money.
func TestTownshipKeepsToItsOwnContracts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newPlanStore(t, d)
		s.fund(ledger.Lot{Code: "XJ1", Class: ledger.ClassXJ}, "700.00")
		for i, town := range []string{"欣山镇", "孔田镇"} {
			*[]*string{&s.road, &s.school}[i] = s.project(projects.Project{Name: town + "道路", Category: "030101", Budget: fen("300.00"), Unit: town, Town: town, Tier: projects.TierTownship})
		}
		source := []projects.PlanSource{{From: "7101", Mode: ledger.DrawFIFO, Amount: fen("200.00")}}
		s.must("plan.adopt", adoptCmd(projects.PlanAsk{Project: s.road, Sources: source}, projects.PlanAsk{Project: s.school, Sources: source}))
		for i, code := range []string{s.road, s.school} {
			s.ready(code)
			c := signCmd(s, []string{"HT-1", "HT-2"}[i], "100.00", s.lotPart(code, "XJ1", "100.00"))
			c.Unit = []string{"欣山镇", "孔田镇"}[i]
			s.must("contract.sign", c)
		}
		town := auth.Who{ID: [16]byte{15: 8}, Name: "欣山", Role: auth.Township, County: county, Unit: "欣山镇"}
		start := func(code string) error {
			_, err := s.Run(t.Context(), app.Request{County: county, Who: town, Key: s.nextKey()}, "contract.start",
				projects.ContractStartCmd{Code: code, On: day("2026-05-05"), Evidence: []ledger.Digest{{1}}})
			return err
		}
		if err := start("HT-1"); err != nil {
			t.Errorf("its own works: %v", err)
		}
		if err := start("HT-2"); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("another township's works: %v", err)
		}
		_, err := s.Run(t.Context(), app.Request{County: county, Who: town, Key: s.nextKey()}, "contract.sign", signCmd(s, "HT-3", "1.00", s.lotPart(s.road, "XJ1", "1.00")))
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a township signs: %v", err)
		}
		if _, err := projects.FindContract(t.Context(), d.Read, s.no, "HT-2", "欣山镇"); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("a township reads another's contract: %v", err)
		}
	})
}

// TestYearFiguresFromTheLedger computes A26 and the integration ratios of a year.
func TestYearFiguresFromTheLedger(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := pooledStore(t, d)
		s.fund(ledger.Lot{Code: "ZC6", Class: ledger.ClassZC, Tier: ledger.TierCounty}, "100.00")
		s.must("plan.adopt", adoptCmd(projects.PlanAsk{Project: s.road, Sources: []projects.PlanSource{fromPool("600.00")}}))
		for name, amount := range map[projects.InputName]string{
			projects.InputRevenue: "1000.00", projects.InputIncrement: "500.01", projects.InputIntegrable: "1000.00", projects.InputNeed: "999.99", projects.InputDonations: "2000000.00",
		} {
			s.must("plan.year_input", projects.YearInputCmd{Year: 2026, Name: name, Amount: fen(amount), Document: "决算表", On: day("2026-06-01")})
		}
		s.must("plan.year_input", projects.YearInputCmd{Year: 2026, Name: projects.InputNeed, Amount: fen("1000.00"), Document: "更正", On: day("2026-06-02")})
		list, err := projects.YearFigures(t.Context(), d.Read, s.no, 2026)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range list {
			got = append(got, f.Code+" "+f.Numerator.String()+"/"+f.Denominator.String()+" "+string(f.Verdict))
		}
		want := []string{
			"county_share 100.00/1000.00 met", "county_increment 100.00/500.01 unmet", "pooled_need 1000.00/1000.00 met",
			"pooled_integrable 1000.00/1000.00 met", "donations 2000000.00/2000000.00 met",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("figures (-want +got)\n%s", diff)
		}
		report, err := projects.ReportYearFigures(t.Context(), d.Read, s.no, 2026)
		if err != nil {
			t.Fatal(err)
		}
		rows := report.Table().Rows
		if own := rows[:3]; own[0][7] != "达标" || own[0][6] != "10%" || own[1][3] != "ZC6" || own[1][4] != "100.00" || own[2][3] != "决算表" || own[2][5] != "1000.00" {
			t.Errorf("the county's share over its rows: %q", own)
		}
		s.intact()
	})
}

// TestLoansThroughCommands registers, renews, repays, and reads the subsidy.
func TestLoansThroughCommands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newPlanStore(t, d)
		loan := projects.LoanRegisterCmd{
			Code: "DK-0001", Borrower: ledger.Digest{1}, Bank: "农商行", Purpose: "脐橙种植", Principal: fen("50000.00"), From: day("2025-03-01"), Due: day("2026-03-01"),
			Rate: 43500, Base: 43500, Document: "借款合同",
		}
		s.must("loan.register", loan)
		loan.Code, loan.Principal = "DK-0002", fen("50000.01")
		s.refused(finance, projects.ErrLoanTerms, "loan.register", loan, "0.01")
		s.must("loan.renew", projects.LoanRenewCmd{Code: "DK-0001", Kind: "renewal", Due: day("2027-03-01"), Rate: 40000, Base: 43500, Subsidy: true, Document: "续贷合同"})
		s.must("loan.repay", projects.LoanRepayCmd{Code: "DK-0001", On: day("2026-06-01"), Amount: fen("20000.00")})
		s.must("loan.overdue", projects.LoanOverdueCmd{Code: "DK-0001", On: day("2026-06-10"), Over: true})
		loans, err := projects.ListLoans(t.Context(), d.Read, s.no, dossier.Filter{})
		if err != nil || len(loans) != 1 {
			t.Fatalf("%d loans, %v", len(loans), err)
		}
		book, err := projects.LoanBookOf(t.Context(), d.Read, s.no, 2026)
		if err != nil || book.Outstanding != fen("30000.00") || book.Overdue != fen("30000.00") {
			t.Errorf("book %+v %v", book, err)
		}
		// 59 days of 50000 at 4.35 %, 92 at 4 %, 9 of 30000 at 4 %, over 360.
		rows := projects.SubsidyDue(loans, 2026)
		if len(rows) != 1 || rows[0].Amount != fen("897.57") || len(rows[0].Spans) != 3 {
			t.Errorf("subsidy %+v, want 897.57 of three spans", rows)
		}
		s.intact()
	})
}

// TestPlanFromADepartment draws on what a department was allocated for a project of
// another unit; a cut goes back to the department.
func TestPlanFromADepartment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := pooledStore(t, d)
		s.fund(ledger.Lot{Code: "XJ8", Class: ledger.ClassXJ}, "100.00")
		s.post(ledger.Posting{Event: "E04", Date: day("2026-03-06"), Into: "7103", Unit: "水利局", Parts: part(s.lots["XJ8"], "100.00")})
		s.must("plan.adopt", adoptCmd(projects.PlanAsk{Project: s.road, Sources: []projects.PlanSource{
			{From: "7103", Holder: "水利局", Mode: ledger.DrawRestrictedFirst, Amount: fen("90.00")}, fromPool("10.00"),
		}}))
		s.balances(map[ledger.Code]string{"7103": "10.00"}, ledger.Filter{Unit: "水利局"})
		s.balances(map[ledger.Code]string{"7201": "100.00"}, ledger.Filter{Unit: "交通运输局", Project: s.road})
		s.must("plan.adjust", projects.PlanAdjustCmd{
			Plan: "ZH-2026", Document: "d", Level: "department", On: day("2026-06-01"), Date: day("2026-06-01"), Reason: "r",
			Cuts: []projects.PlanCut{{Project: s.road, Parts: []projects.LotPart{{Lot: s.lots["XJ8"], Amount: fen("30.00")}}}},
		})
		s.balances(map[ledger.Code]string{"7103": "40.00"}, ledger.Filter{Unit: "水利局"})
		f, err := dossierOf[projects.Funding](t.Context(), d.Read, s.no, "funding", s.road)
		if err != nil || f.Ceiling(s.lots["XJ8"]) != fen("60.00") || f.Total() != fen("70.00") {
			t.Errorf("funding %+v %v", f, err)
		}
		s.intact()
	})
}
