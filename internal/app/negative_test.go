package app_test

import (
	"errors"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

// TestALoadedNegativeListHoldsFromItsDay loads a list by command: a use that it names is
// refused with version and clause for money of its days and classes, and for no other.
func TestALoadedNegativeListHoldsFromItsDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lotOf := func(n byte, class ledger.Class, dated, list string) ledger.LotID {
			id := ledger.LotID{0: 9, 15: n}
			l := ledger.Lot{
				ID: id, Code: "N" + string('0'+rune(n)), Tier: ledger.TierCentral, Class: class, Document: "doc-N" + string('0'+rune(n)), Line: 1, Name: "样例资金",
				Year: 2026, Amount: fen("1000.00"), NegativeList: list,
			}
			if dated != "" {
				l.DocDate = day(dated)
			}
			s.do(app.LotCmd{Lot: l})
			s.post(
				ledger.Posting{Event: "E01", Date: day("2026-03-01"), Parts: part(id, "1000.00")},
				ledger.Posting{Event: "E02", Date: day("2026-03-02"), Parts: part(id, "1000.00")},
			)
			return id
		}
		before, after := lotOf(1, ledger.ClassXJ, "2026-01-31", ""), lotOf(2, ledger.ClassXJ, "2026-02-01", "")
		other, named := lotOf(3, ledger.ClassZC, "2026-02-01", ""), lotOf(4, ledger.ClassXJ, "2026-01-31", "样例〔2026〕9号")
		code, err := intoLibrary(s, county, projects.Project{Name: "村庄亮化工程", Category: "030101", Unit: "农业农村局", Budget: fen("4000.00")})
		if err != nil {
			t.Fatal(err)
		}
		plan := func(no string, lot ledger.LotID) projects.PlanAdoptCmd {
			return annualPlan("JH-"+no, code, projects.PlanSource{From: "7101", Parts: []projects.LotPart{{Lot: lot, Amount: fen("100.00")}}})
		}
		s.refused(finance, projects.ErrNegativeList, "plan.adopt", plan("0", named), "样例〔2026〕9号")
		list := projects.NegativeListCmd{
			Version: "样例〔2026〕9号", Name: "样例负面清单", Document: "样例〔2026〕9号", From: day("2026-02-01"), Classes: []ledger.Class{ledger.ClassXJ},
			Items: []projects.NegativeListItem{{Clause: "第三条", Text: "景观亮化", Words: []string{"亮化"}}},
		}
		for name, x := range map[string]struct {
			rule *fault.Error
			edit func(c *projects.NegativeListCmd)
		}{
			"on file":    {projects.ErrNegativeTwice, func(c *projects.NegativeListCmd) { c.Version = "财农〔2021〕19号" }},
			"ends early": {projects.ErrNegativeForm, func(c *projects.NegativeListCmd) { c.To = day("2026-01-01") }},
			"no class":   {projects.ErrNegativeForm, func(c *projects.NegativeListCmd) { c.Classes = []ledger.Class{"??"} }},
			"no clause": {projects.ErrNegativeForm, func(c *projects.NegativeListCmd) {
				c.Items = []projects.NegativeListItem{{Text: "x", Words: []string{"x"}}}
			}},
			"nothing told": {projects.ErrNegativeForm, func(c *projects.NegativeListCmd) { c.Items = []projects.NegativeListItem{{Clause: "1", Text: "x"}} }},
			"blank word": {projects.ErrNegativeForm, func(c *projects.NegativeListCmd) {
				c.Items = []projects.NegativeListItem{{Clause: "1", Text: "x", Words: []string{""}}}
			}},
		} {
			c := list
			x.edit(&c)
			if err := s.as(finance, "plan.negative_list", c); !errors.Is(err, x.rule) {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.must("plan.negative_list", list)
		s.refused(finance, projects.ErrNegativeTwice, "plan.negative_list", list, "未作任何改动")
		for no, lot := range map[string]ledger.LotID{"2": after, "4": named} {
			s.refused(finance, projects.ErrIneligible, "plan.adopt", plan(no, lot), "样例〔2026〕9号", "第三条", "亮化")
		}
		s.must("plan.adopt", plan("1", before))
		if err := s.as(finance, "plan.adopt", plan("3", other)); err != nil && strings.Contains(err.Error(), "样例〔2026〕9号") {
			t.Errorf("the list of another class: %v", err)
		}
		s.intact()
	})
}

// TestAFailedGradeOpensAFinding evaluates a project below the threshold: its grade opens
// one finding, a grade that passed opens none.
func TestAFailedGradeOpensAFinding(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		code := b.enter(road())
		b.intoLibrary(code)
		lot := b.untilPaid(code)
		b.clock.Store(at("2027-01-15"))
		b.post(ledger.Posting{Event: "E24", Date: day("2026-12-31"), Period13: true, Parts: []ledger.Part{{Lot: lot}}})
		open := audit.FindingCmd{
			Code: "W1", Source: audit.SourcePerformance, Reference: code + "/2026", FoundOn: day("2027-02-10"), Type: "V14", Text: "绩效自评不合格", Unit: "欣山镇",
			Post: "分管负责人", Measures: "整改并约谈", Deadline: day("2027-06-10"), LookBack: day("2027-12-10"), Projects: []string{code},
		}
		b.clock.Store(at("2027-02-10"))
		c := projects.EvaluateCmd{Project: code, Year: 2026, On: day("2027-02-10"), Actuals: results(0, 0, 0), Report: paper}
		for i := range c.Actuals {
			c.Actuals[i].Reason = "未完成"
		}
		b.must("performance.evaluate", c)
		p, err := projects.FindPerformance(t.Context(), d.Read, countyNo, code, "")
		if err != nil || !p.Failed {
			t.Fatalf("the grade %s has not failed, %v", p.Grade, err)
		}
		wrong := open
		wrong.Reference = code + "/2025"
		b.refused(finance, audit.ErrFindingSource, "finding.open", wrong)
		b.must("finding.open", open)
		again := open
		again.Code = "W2"
		b.refused(finance, audit.ErrFindingTwice, "finding.open", again, "W1")
		list, err := b.Dossiers(t.Context(), finance, county, "finding", dossier.Filter{})
		if err != nil || len(list) != 1 || list[0].State.(*audit.Finding).Source != audit.SourcePerformance {
			t.Errorf("findings %+v, %v", list, err)
		}
		b.intact()
	})
}
