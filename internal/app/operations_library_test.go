package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/projects"
)

const countyNo = 360726

// xinshan is an account of a township.
var xinshan = auth.Who{ID: [16]byte{15: 21}, Name: "欣山镇财政所", Role: auth.Township, Unit: "欣山镇"}

var paper = ledger.Digest{31: 7}

// road is a village road for 100,000 yuan.
func road() projects.Particulars {
	return projects.Particulars{
		Name: "通组路硬化", Tier: projects.TierTownship, Town: "欣山镇", Year: 2026, Category: "030101", Nature: "新建", Place: "濂江村",
		Village: "360726101203", Start: day("2026-03-01"), Finish: day("2026-10-31"), Unit: "欣山镇", Task: "硬化 2 公里",
		Budget: fen("100000.00"), Financing: []projects.Financing{{Source: "central", Amount: fen("100000.00")}},
		Beneficiaries: projects.Beneficiaries{Persons: 230}, Participation: "村民会议讨论", Mechanism: "改善出行",
		Goals: []projects.Goal{
			{Code: "1", Level1: "产出", Level2: "数量", Level3: "新建道路", Op: ">=", Milli: 2_000, Unit: "公里", Weight: 50},
			{Code: "2", Level1: "效益", Level2: "社会", Level3: "受益人数", Op: ">=", Milli: 80_000, Unit: "人", Weight: 30},
			{Code: "3", Level1: "满意度", Level2: "服务对象满意度", Level3: "满意度", Op: ">=", Milli: 90_000, Unit: "%", Weight: 10},
		},
	}
}

// enter enters a project and returns its code.
func (b *store) enter(x projects.Particulars) string {
	b.t.Helper()
	seen := map[string]bool{}
	for _, p := range b.library(projects.ProjectFilter{}) {
		seen[p.Code] = true
	}
	b.must("project.enter", projects.EnterCmd{Particulars: x, On: day("2026-01-02")})
	for _, p := range b.library(projects.ProjectFilter{}) {
		if !seen[p.Code] {
			return p.Code
		}
	}
	b.t.Fatal("no project came in")
	return ""
}

func (b *store) library(f projects.ProjectFilter) []projects.Project {
	b.t.Helper()
	list, err := projects.ListProjects(b.t.Context(), b.db.Read, countyNo, f)
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

func (b *store) project(code string) projects.Project {
	b.t.Helper()
	p, err := dossierOf[projects.Project](b.t.Context(), b.db.Read, countyNo, "project", code)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// step takes a step with every paper it may need.
func stepOf(code string, e projects.Event, on string) projects.AdvanceCmd {
	return projects.AdvanceCmd{Project: code, Step: projects.Step{
		Event: e, On: day(on), Document: "安乡振〔2026〕1号", Opinion: "同意", Reason: "按程序办理", Evidence: []ledger.Digest{paper},
	}}
}

// posting takes a step that posts a notice for ten days.
func posting(code string, e projects.Event, on string) projects.AdvanceCmd {
	c := stepOf(code, e, on)
	c.From, c.To = day(on), day(on).AddDays(10)
	return c
}

// intoLibrary takes a village's project into the library by 7 February.
func (b *store) intoLibrary(code string) {
	b.t.Helper()
	for _, c := range []projects.AdvanceCmd{
		stepOf(code, projects.EventVote, "2026-01-03"),
		posting(code, projects.EventVillage, "2026-01-04"),
		stepOf(code, projects.EventReview, "2026-01-15"),
		posting(code, projects.EventTown, "2026-01-15"),
		stepOf(code, projects.EventArgue, "2026-01-26"),
		stepOf(code, projects.EventApprove, "2026-01-27"),
		posting(code, projects.EventCounty, "2026-01-27"),
		stepOf(code, projects.EventEnter, "2026-02-07"),
	} {
		b.must("project.advance", c)
	}
}

// also does what the command of another room does: it posts, and moves a project.
func (b *store) also(code string, s projects.Step, ps ...ledger.Posting) error {
	_, err := b.try(app.Inside(func(ctx context.Context, tx *db.Tx) error {
		if err := ledger.Post(ctx, tx, ps); err != nil {
			return err
		}
		return projects.Advance(ctx, tx, code, s)
	}))
	return err
}

func (b *store) mustAlso(code string, s projects.Step, ps ...ledger.Posting) {
	b.t.Helper()
	if err := b.also(code, s, ps...); err != nil {
		b.t.Fatalf("%s: %v", s.Event, err)
	}
}

func onProject(e ledger.EventCode, on, code string, lot ledger.LotID, amount string) ledger.Posting {
	return ledger.Posting{Event: e, Date: day(on), Parts: part(lot, amount), Project: code, Unit: "欣山镇"}
}

func onContract(e ledger.EventCode, step, on, code string, lot ledger.LotID, amount string) ledger.Posting {
	p := onProject(e, on, code, lot, amount)
	p.Step, p.Contract, p.Payee = step, "HT-"+code, "赣州某路桥公司"
	return p
}

// untilPaid plans 100,000, contracts and pays 90,000 of a project that is in the
// library, and returns its lot.
func (b *store) untilPaid(code string) ledger.LotID {
	b.t.Helper()
	lot := b.lot("XJ-1", "500000.00")
	plan := onProject("E07", "2026-03-05", code, lot, "100000.00")
	plan.From = "7101"
	b.mustAlso(code, projects.Step{Event: projects.EventPlan, On: day("2026-03-05"), Document: "计划1"}, plan)
	b.must("project.advance", posting(code, projects.EventPrePost, "2026-03-06"))
	b.must("project.advance", stepOf(code, projects.EventProcure, "2026-03-20"))
	b.mustAlso(code, projects.Step{Event: projects.EventContract, On: day("2026-03-21"), Subject: "HT-" + code}, onContract("E08", "", "2026-03-21", code, lot, "90000.00"))
	b.must("project.advance", stepOf(code, projects.EventStart, "2026-03-25"))
	b.must("project.advance", stepOf(code, projects.EventComplete, "2026-04-25"))
	b.must("project.advance", stepOf(code, projects.EventAccept, "2026-04-28"))
	b.must("project.advance", stepOf(code, projects.EventSettle, "2026-04-30"))
	b.must("project.advance", posting(code, projects.EventPostPost, "2026-05-02"))
	b.mustAlso(code, projects.Step{Event: projects.EventReimburse, On: day("2026-05-13")},
		onContract("E11", "", "2026-05-12", code, lot, "90000.00"),
		onContract("E12", "reserve", "2026-05-12", code, lot, "90000.00"), onContract("E12", "confirm", "2026-05-13", code, lot, "90000.00"))
	return lot
}

func results(milli ...int64) []projects.Actual {
	out := make([]projects.Actual, len(milli))
	for i, m := range milli {
		out[i] = projects.Actual{Goal: fmt.Sprint(i + 1), Milli: m}
	}
	return out
}

// TestProjectFromVillageToHandOver walks a road through its whole life.
func TestProjectFromVillageToHandOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		code := b.enter(road())
		if n, err := projects.ParseNumber(code); err != nil || n.Division != "360726101203" || n.Year != 2026 || n.Category != "03" || n.Seq != 1 {
			t.Fatalf("code %s: %+v, %v", code, n, err)
		}
		b.intoLibrary(code)
		lot := b.untilPaid(code)
		b.must("performance.monitor", projects.MonitorCmd{Project: code, Year: 2026, Quarter: 2, On: day("2026-05-14"), Actuals: results(2_000, 80_000, 95_000)})
		b.must("performance.evaluate", projects.EvaluateCmd{Project: code, Year: 2026, On: day("2026-05-20"), Actuals: results(2_000, 80_000, 95_000), Report: paper})
		perf, err := projects.FindPerformance(t.Context(), d.Read, countyNo, code, "")
		if err != nil || len(perf.Evaluations) != 1 {
			t.Fatalf("performance %+v, %v", perf, err)
		}
		if e := perf.Evaluations[0]; e.Money.Plan != fen("100000.00") || e.Money.Paid != fen("90000.00") || e.Money.RateBP != 9_000 || e.Execution != 900 ||
			e.Total != 9_900 || e.Grade != projects.GradeExcellent || e.Late || e.Money.CutOff == 0 {
			t.Errorf("evaluation %+v", e)
		}
		b.refused(finance, projects.ErrNoAsset, "project.advance", stepOf(code, projects.EventHandOver, "2026-05-21"))
		asset := projects.RegisterAssetCmd{
			Code: "ZC-1", Project: code, Name: "通组路", Type: projects.AssetPublic, Owner: "濂江村委会", Manager: "村管护员", On: day("2026-05-21"),
			Values: []projects.AssetValue{{Lot: lot, Amount: fen("90000.01")}},
		}
		b.refused(finance, projects.ErrAssetValue, "asset.register", asset)
		asset.Values[0].Amount = fen("60000.00")
		b.must("asset.register", asset)
		second := asset
		second.Code, second.Values = "ZC-2", []projects.AssetValue{{Lot: lot, Amount: fen("30000.01")}}
		b.refused(finance, projects.ErrAssetValue, "asset.register", second)
		second.Values[0].Amount = fen("30000.00")
		b.must("asset.register", second)
		b.refused(finance, dossier.ErrExists, "asset.register", second)
		handOver := projects.HandOverCmd{Asset: "ZC-1", On: day("2026-05-22"), Document: "移交1", Evidence: paper}
		b.must("asset.hand_over", handOver)
		b.refused(finance, projects.ErrAssetHanded, "asset.hand_over", handOver)
		b.refused(finance, projects.ErrNoAsset, "project.advance", stepOf(code, projects.EventHandOver, "2026-05-22"))
		handOver.Asset = "ZC-2"
		b.must("asset.hand_over", handOver)
		if s := b.project(code).State; s != projects.StateHandedOver {
			t.Errorf("after the last asset: %s", s)
		}
		b.refused(finance, projects.ErrLeft, "project.advance", stepOf(code, projects.EventClose, "2026-06-01"))
		saving := onProject("E17", "2026-06-01", code, lot, "10000.00")
		saving.Step, saving.From, saving.Decision = "recover", "7201", "决定1"
		b.post(saving)
		b.must("project.advance", stepOf(code, projects.EventClose, "2026-06-02"))
		at := dossier.Ref{County: countyNo, Kind: "project", Code: code, Unit: "欣山镇"}
		_, history, err := dossier.Look(t.Context(), d.Read, at)
		if p := b.project(code); err != nil || p.State != projects.StateClosed || len(p.Events()) != 0 || len(history) != 24 {
			t.Errorf("%s with %d facts, next %v, %v", p.State, len(history), p.Events(), err)
		}
		at.Unit = "孔田镇"
		if _, _, err := dossier.Look(t.Context(), d.Read, at); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("another township finds it: %v", err)
		}
		b.intact()
	})
}

// TestGatesHold tries to pass the table by other ways.
func TestGatesHold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		code := b.enter(road())
		b.refused(finance, projects.ErrStep, "project.advance", stepOf(code, projects.EventApprove, "2026-01-03"))
		b.refused(finance, projects.ErrInternal, "project.advance", stepOf(code, projects.EventPlan, "2026-01-03"))
		b.refused(finance, projects.ErrInternal, "project.advance", stepOf(code, projects.EventRemove, "2026-01-03"))
		b.refused(finance, projects.ErrEvent, "project.advance", stepOf(code, "fly", "2026-01-03"))
		b.refused(finance, projects.ErrOrder, "project.advance", stepOf(code, projects.EventVote, "2026-01-01"))
		b.refused(finance, projects.ErrOrder, "project.advance", stepOf(code, projects.EventVote, "2026-06-16"))
		b.must("project.advance", stepOf(code, projects.EventVote, "2026-01-03"))
		b.refused(finance, projects.ErrAmend, "project.amend", projects.ProjectAmendCmd{Project: code, Particulars: road()})
		b.must("project.advance", posting(code, projects.EventVillage, "2026-01-04"))
		b.refused(finance, projects.ErrPeriod, "project.advance", stepOf(code, projects.EventReview, "2026-01-14"))
		b.must("project.withdraw_notice", projects.WithdrawNoticeCmd{Project: code, Type: "N4", Subject: "village", Reason: "异议成立"})
		b.refused(finance, projects.ErrPeriod, "project.advance", stepOf(code, projects.EventReview, "2026-01-15"))
		b.refused(finance, projects.ErrNoticeUnknown, "project.withdraw_notice", projects.WithdrawNoticeCmd{Project: code, Type: "N4", Subject: "village", Reason: "异议成立"})
		again := projects.PostNoticeCmd{Project: code, Type: "N4", Subject: "village", From: day("2026-01-20"), To: day("2026-01-29"), Evidence: paper}
		b.refused(finance, projects.ErrNoticeShort, "project.post_notice", again)
		again.To = day("2026-01-30")
		b.must("project.post_notice", again)
		b.refused(finance, projects.ErrNoticeStands, "project.post_notice", again)
		b.refused(finance, projects.ErrPeriod, "project.advance", stepOf(code, projects.EventReview, "2026-01-30"))
		b.must("project.advance", stepOf(code, projects.EventReview, "2026-01-31"))
		b.must("project.advance", posting(code, projects.EventTown, "2026-02-01"))
		b.refused(xinshan, projects.ErrOffice, "project.advance", stepOf(code, projects.EventArgue, "2026-02-12"))
		b.must("project.advance", stepOf(code, projects.EventReturn, "2026-02-12"))
		x := road()
		x.Budget, x.Financing[0].Amount = fen("110000.00"), fen("110000.00")
		moved := x
		moved.Village = "360726101204"
		b.refused(xinshan, projects.ErrAmend, "project.amend", projects.ProjectAmendCmd{Project: code, Particulars: moved})
		if err := b.as(xinshan, "project.amend", projects.ProjectAmendCmd{Project: code, Particulars: x}); err != nil {
			t.Fatal(err)
		}
		b.must("project.advance", stepOf(code, projects.EventResubmit, "2026-06-15"))
		if p := b.project(code); p.State != projects.StateDraft || p.Budget != fen("110000.00") || p.Published("N4", "village", day("2026-06-15")) {
			t.Errorf("a returned project that was amended stands as %s with %s", p.State, p.Budget)
		}
		b.intact()
	})
}

// TestMoneyMovesTheProject holds what other rooms ask: a plan needs a lot, a
// contract the notice before, and a project with money stays.
func TestMoneyMovesTheProject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		code := b.enter(road())
		plan := projects.Step{Event: projects.EventPlan, On: day("2026-03-05")}
		if err := b.also(code, plan); !errors.Is(err, projects.ErrStep) {
			t.Errorf("a draft is planned: %v", err)
		}
		b.intoLibrary(code)
		if err := b.also(code, plan); !errors.Is(err, projects.ErrPlanned) {
			t.Errorf("planned without a lot: %v", err)
		}
		lot := b.lot("XJ-1", "500000.00")
		e07 := onProject("E07", "2026-03-05", code, lot, "100000.00")
		e07.From = "7101"
		b.mustAlso(code, plan, e07)
		contract := projects.Step{Event: projects.EventContract, On: day("2026-03-06"), Subject: "HT-1"}
		if err := b.also(code, contract); !errors.Is(err, projects.ErrStep) {
			t.Errorf("contracted before the notice: %v", err)
		}
		unplan := projects.Step{Event: projects.EventUnplan, On: day("2026-03-10"), Reason: "调减"}
		if err := b.also(code, unplan); !errors.Is(err, projects.ErrMoney) {
			t.Errorf("taken out of the plan with money: %v", err)
		}
		b.refused(finance, projects.ErrStep, "project.remove", projects.RemoveCmd{Project: code, On: day("2026-03-10"), Reason: "不实施"})
		e07r := onProject("E07r", "2026-03-10", code, lot, "100000.00")
		e07r.Into, e07r.Decision = "7101", "调整1"
		b.mustAlso(code, unplan, e07r)
		figures, err := projects.LibraryReport(t.Context(), d.Read, countyNo, 2026)
		if err != nil || figures.Reserve.Total.Projects != 1 || figures.Plan.Total.Projects != 0 {
			t.Errorf("figures %+v, %v", figures, err)
		}
		b.must("project.remove", projects.RemoveCmd{Project: code, On: day("2026-03-11"), Reason: "选址不符"})
		if p := b.project(code); p.State != projects.StateRemoved || p.Reason != "选址不符" {
			t.Errorf("removed: %s %q", p.State, p.Reason)
		}
		if next := b.enter(road()); next == code || !strings.Contains(next, "-0002-") {
			t.Errorf("after %s the next code is %s", code, next)
		}
	})
}

// TestTownshipKeepsToItsOwn enters and moves as a township.
func TestTownshipKeepsToItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		x := road()
		x.Town, x.Unit = "孔田镇", "孔田镇"
		b.refused(xinshan, projects.ErrTownship, "project.enter", projects.EnterCmd{Particulars: x})
		foreign := b.enter(x)
		x = road()
		x.Tier, x.Town, x.RaisedBy = projects.TierCounty, "", projects.RaisedByDepartment
		b.refused(xinshan, projects.ErrTownship, "project.enter", projects.EnterCmd{Particulars: x})
		shared := b.enter(x)
		x = road()
		x.Tier, x.Town = "", "" // its own, by default
		if err := b.as(xinshan, "project.enter", projects.EnterCmd{Particulars: x}); err != nil {
			t.Fatal(err)
		}
		b.refused(xinshan, dossier.ErrUnknown, "project.advance", stepOf(foreign, projects.EventVote, "2026-01-03"))
		b.refused(xinshan, projects.ErrTownship, "project.advance", stepOf(shared, projects.EventArgue, "2026-01-03"))
		b.refused(xinshan, projects.ErrTownship, "project.post_notice", projects.PostNoticeCmd{Project: shared, Type: "N5", From: day("2026-01-20"), To: day("2026-01-30"), Evidence: paper})
		b.refused(xinshan, projects.ErrTownship, "performance.monitor", projects.MonitorCmd{Project: shared, Year: 2026, Quarter: 1, On: day("2026-04-01"), Actuals: results(1)})
		b.refused(xinshan, auth.ErrForbidden, "project.roll", projects.RollCmd{Project: shared, On: day("2026-01-03"), Document: "1", Reason: "1"})
		b.refused(xinshan, auth.ErrForbidden, "performance.spotcheck", projects.SpotcheckCmd{Year: 2026, Document: "1"})
		if n := len(b.library(projects.ProjectFilter{Town: "欣山镇"})); n != 2 {
			t.Errorf("the township sees %d projects, want its own and the county's", n)
		}
		if n := len(b.library(projects.ProjectFilter{Category: "03", Unit: "欣山镇", State: projects.StateDraft, Limit: 2})); n != 2 {
			t.Errorf("a list of two has %d", n)
		}
	})
}

// TestExternalNumbersBelongToOne gives, refuses, gives back and hands on.
func TestExternalNumbersBelongToOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		x := road()
		x.External = []projects.ExternalID{{System: "国家系统", ID: "5100-1"}, {System: "投资平台", ID: "2026-360726-48-01-000001"}}
		first := b.enter(x)
		y := road()
		y.External = x.External[1:]
		b.refused(finance, projects.ErrExternal, "project.enter", projects.EnterCmd{Particulars: y})
		y.External = []projects.ExternalID{{System: "投资平台", ID: "5100-1"}} // the same text in another system
		second := b.enter(y)
		y.External = append(y.External, x.External[0])
		b.refused(finance, projects.ErrExternal, "project.amend", projects.ProjectAmendCmd{Project: second, Particulars: y})
		x.External = x.External[1:]
		b.must("project.amend", projects.ProjectAmendCmd{Project: first, Particulars: x})
		b.must("project.amend", projects.ProjectAmendCmd{Project: second, Particulars: y})
		b.intact()
	})
}

// TestRollingOver carries a project over to the next year, and blocks what failed.
func TestRollingOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		x := road()
		x.External = []projects.ExternalID{{System: "国家系统", ID: "5100-1"}}
		code := b.enter(x)
		b.intoLibrary(code)
		failing := b.enter(road())
		b.intoLibrary(failing)
		lot := b.lot("XJ-1", "500000.00")
		e07 := onProject("E07", "2026-03-05", failing, lot, "100000.00")
		e07.From = "7101"
		b.mustAlso(failing, projects.Step{Event: projects.EventPlan, On: day("2026-03-05")}, e07)
		b.clock.Store(at("2026-10-20"))
		roll := projects.RollCmd{Project: code, On: day("2026-09-30"), Document: "库调1", Reason: "资金未落实"}
		b.refused(finance, projects.ErrSeason, "project.roll", roll)
		roll.On = day("2026-10-15")
		b.refused(finance, projects.ErrStep, "project.roll", projects.RollCmd{Project: failing, On: roll.On, Document: "库调1", Reason: "未完"})
		b.must("project.roll", roll)
		old := b.project(code)
		next := b.project(old.RolledTo)
		if old.State != projects.StateRolled || next.State != projects.StateInLibrary || next.Year != 2027 || next.RolledFrom != code ||
			next.Start != day("2027-03-01") || !strings.HasPrefix(next.Code, "360726101203-2027-03-0001-") {
			t.Errorf("rolled %s %s → %s %s year %d, start %s", code, old.State, next.Code, next.State, next.Year, next.Start)
		}
		b.refused(finance, projects.ErrStep, "project.roll", roll)

		poor := results(0, 0, 0)
		for i := range poor {
			poor[i].Reason = "未实施"
		}
		b.must("performance.evaluate", projects.EvaluateCmd{Project: failing, Year: 2026, On: day("2026-10-16"), Actuals: poor, Report: paper})
		perf, err := dossierOf[projects.Performance](t.Context(), d.Read, countyNo, "performance", failing)
		if err != nil || !perf.Failed || perf.Grade != projects.GradePoor {
			t.Errorf("the failed grade %+v, %v", perf, err)
		}
		e07r := onProject("E07r", "2026-10-17", failing, lot, "100000.00")
		e07r.Into, e07r.Decision = "7101", "调整1"
		b.mustAlso(failing, projects.Step{Event: projects.EventUnplan, On: day("2026-10-17"), Reason: "调减"}, e07r)
		b.refused(finance, projects.ErrGrade, "project.roll", projects.RollCmd{Project: failing, On: day("2026-10-18"), Document: "库调1", Reason: "未完"})
		b.must("performance.review", projects.ReviewCmd{Project: failing, Year: 2026, On: day("2026-10-19"), Total: 6_500, Opinion: "核实后计分", Evidence: paper})
		b.must("project.roll", projects.RollCmd{Project: failing, On: day("2026-10-20"), Document: "库调1", Reason: "仍需实施"})
		figures, err := projects.LibraryReport(t.Context(), d.Read, countyNo, 2027)
		if err != nil || figures.Reserve.Total.Projects != 2 || figures.Reserve.Total.Budget != fen("200000.00") {
			t.Errorf("next year's library %+v, %v", figures.Reserve, err)
		}
		b.intact()
	})
}

// TestRollingIntoTheNextEpoch needs a category of the new tree.
func TestRollingIntoTheNextEpoch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		x := road()
		x.Year, x.Category, x.Start, x.Finish = 2020, "1101", day("2020-02-29"), day("2020-10-31")
		code := b.enter(x)
		b.intoLibrary(code)
		roll := projects.RollCmd{Project: code, On: day("2026-03-01"), Document: "库调1", Reason: "衔接"}
		b.refused(finance, projects.ErrCategory, "project.roll", roll)
		roll.Category = "030101"
		b.must("project.roll", roll)
		next := b.project(b.project(code).RolledTo)
		if next.Category != "030101" || next.FuncCode != "2130504" || next.Start != day("2021-02-28") || !strings.Contains(next.Code, "-2021-03-0001-") {
			t.Errorf("rolled to %s: category %s, function code %s, start %s", next.Code, next.Category, next.FuncCode, next.Start)
		}
		b.intact()
	})
}

// TestNoticeDaysFollowThePolicy lengthens the period by a policy of the county.
func TestNoticeDaysFollowThePolicy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		_, err := b.try(app.Inside(func(ctx context.Context, tx *db.Tx) error {
			return ledger.SetPolicy(ctx, tx, ledger.Policy{Name: projects.PolicyNoticeDays + "_N4", Value: "15", ValidFrom: day("2026-01-20"), Basis: "县办法"})
		}))
		if err != nil {
			t.Fatal(err)
		}
		code := b.enter(road())
		b.must("project.advance", stepOf(code, projects.EventVote, "2026-01-03"))
		b.must("project.advance", posting(code, projects.EventVillage, "2026-01-10")) // before the policy
		b.refused(finance, projects.ErrPeriod, "project.advance", stepOf(code, projects.EventReview, "2026-01-25"))
		b.must("project.advance", stepOf(code, projects.EventReview, "2026-01-26"))
		b.refused(finance, projects.ErrNoticeShort, "project.advance", posting(code, projects.EventTown, "2026-01-26"))
	})
}

// TestParallelEntriesNumberApart enters sixteen projects of one village at once:
// no code twice, none passed over but for a check character *.
func TestParallelEntriesNumberApart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		const n = 16
		errs := make(chan error, n)
		for range n {
			go func() { errs <- b.as(finance, "project.enter", projects.EnterCmd{Particulars: road()}) }()
		}
		for range n {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		seen := map[int]bool{}
		for _, p := range b.library(projects.ProjectFilter{Year: 2026, Village: "360726101203"}) {
			number, err := projects.ParseNumber(p.Code)
			if err != nil || seen[number.Seq] || number.Seq > n+2 {
				t.Errorf("code %s: %v", p.Code, err)
			}
			seen[number.Seq] = true
		}
		if len(seen) != n {
			t.Errorf("%d codes for %d projects", len(seen), n)
		}
		b.intact()
	})
}

// TestVillagesOfTheDivisionsImported accepts any village of the county until
// divisions are imported, and then those of the list.
func TestVillagesOfTheDivisionsImported(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.enter(road())
		_, err := b.try(app.Inside(func(ctx context.Context, tx *db.Tx) error {
			_, err := region.Import(ctx, tx, region.List{County: county, Name: "安远县", File: "divisions.csv", Rows: []region.Division{
				{Code: "360726", Name: "安远县", Level: region.County, Parent: "3607", From: 20230630},
				{Code: "360726101", Name: "欣山镇", Level: region.Township, Parent: "360726", From: 20230630},
				{Code: "360726101204", Name: "教塘村委会", Level: region.Village, Parent: "360726101", From: 20230630},
			}})
			return err
		}))
		if err != nil {
			t.Fatal(err)
		}
		b.refused(finance, projects.ErrVillage, "project.enter", projects.EnterCmd{Particulars: road()})
		x := road()
		x.Village = "360726101204"
		b.enter(x)
		x.Town, x.Unit = "孔田镇", "孔田镇" // a township that the list does not know
		b.enter(x)
	})
}

// TestEvaluationReadsTheLedger evaluates after the year-end close: what was paid
// stays paid, and the day after 15 April is late.
func TestEvaluationReadsTheLedger(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		code := b.enter(road())
		b.intoLibrary(code)
		lot := b.untilPaid(code)
		b.clock.Store(at("2027-01-15"))
		b.post(ledger.Posting{Event: "E24", Date: day("2026-12-31"), Period13: true, Parts: []ledger.Part{{Lot: lot}}})
		b.clock.Store(at("2027-04-16"))
		b.refused(finance, projects.ErrSpotcheck, "performance.spotcheck", projects.SpotcheckCmd{Year: 2026, Document: "抽查1"})
		c := projects.EvaluateCmd{Project: code, Year: 2026, On: day("2027-04-16"), Actuals: results(1_000, 80_000, 95_000), Report: paper}
		b.refused(finance, projects.ErrDeviation, "performance.evaluate", c)
		c.Actuals[0].Reason = "雨季"
		b.must("performance.evaluate", c)
		b.refused(finance, projects.ErrEvaluate, "performance.evaluate", c)
		perf, err := projects.FindPerformance(t.Context(), d.Read, countyNo, code, "")
		if err != nil || len(perf.Evaluations) != 1 {
			t.Fatalf("performance %+v, %v", perf, err)
		}
		e := perf.Evaluations[0]
		if !e.Late || e.Money.AsOf != day("2026-12-31") || e.Money.Paid != fen("90000.00") || e.Money.Plan != fen("100000.00") || e.Total != 900+2500+3000+1000 {
			t.Errorf("evaluation %+v", e)
		}
		if s := b.project(code).State; s != projects.StateEvaluated {
			t.Errorf("after the evaluation: %s", s)
		}
		b.refused(finance, projects.ErrSpotcheck, "performance.spotcheck", projects.SpotcheckCmd{Year: 2026, Document: "抽查1", RateBP: 999})
		b.must("performance.spotcheck", projects.SpotcheckCmd{Year: 2026, Document: "抽查1"})
		b.refused(finance, dossier.ErrExists, "performance.spotcheck", projects.SpotcheckCmd{Year: 2026, Document: "抽查1"})
		if list, err := dossiersOf[projects.Spotcheck](t.Context(), d.Read, countyNo, "spotcheck"); err != nil || len(list) != 1 || len(list[0].Sample) != 1 {
			t.Errorf("spot checks %+v, %v", list, err)
		}
		b.intact()
	})
}
