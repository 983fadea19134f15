package audit_test

import (
	"fmt"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/region"
	"fundbook/projects"
)

// fillRooms enters a household project and a roster of two persons, sealed.
func fillRooms(s *store) {
	s.t.Helper()
	list := region.List{County: county, Name: "安远县", File: "divisions.csv", Source: "样例"}
	for _, c := range []region.Code{"360726", "360726101", "360726101201"} {
		list.Rows = append(list.Rows, region.Division{Code: c, Name: "样例", Level: c.Level(), Parent: c.Parent(), From: 20200101})
	}
	if err := s.ImportDivisions(s.t.Context(), auth.LocalOperator, "audit-rooms-key-divisions", list); err != nil {
		s.t.Fatal(err)
	}
	s.run("project.enter", projects.EnterCmd{On: day("2026-01-02"), Particulars: projects.Particulars{
		Name: "产业奖补", Tier: projects.TierCounty, Year: 2026, Category: "0104", Nature: "新建", Place: "甲村", Village: "360726101201",
		Start: day("2026-03-01"), Finish: day("2026-10-31"), Unit: "农业农村局", Task: "奖补", Budget: fen("300.00"),
		Financing: []projects.Financing{{Source: "central", Amount: fen("300.00")}}, Beneficiaries: projects.Beneficiaries{Persons: 2},
		Participation: "村民会议讨论", Mechanism: "增收", Household: true,
		Goals: []projects.Goal{{Code: "1", Level1: "产出", Level2: "数量", Level3: "户数", Op: ">=", Milli: 2_000, Unit: "户", Weight: 50}},
	}})
	all, err := projects.ListProjects(s.t.Context(), s.db.Read, 360726, projects.ProjectFilter{})
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d projects, %v", len(all), err)
	}
	s.run("roster.create", projects.RosterCmd{
		Code: "R1", Name: "名册", Kind: projects.RosterHousehold, Project: all[0].Code, Programme: "产业奖补", Year: 2026, Measure: "亩", Policy: "样例〔2026〕1号",
		File: []byte("姓名,身份证号,一卡通账号,村代码,村民小组,户号,电话,数量,计量单位,补助标准\n" +
			"样例甲户,11010519491231002X,6228000000000000019,360726101201,第一组,1,,1,亩,100.00\n" +
			"样例乙户,360726198001010017,6228000000000000027,360726101201,第一组,2,,2,亩,100.00\n"),
	})
}

// run runs an operation that must succeed.
func (s *store) run(name string, body any) {
	s.t.Helper()
	key := fmt.Sprintf("audit-rooms-key-%07d", s.keys.Add(1))
	if _, err := s.Run(s.t.Context(), app.Request{County: county, Who: finance, Key: key}, name, body); err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
}

// TestChangedDossiersAndSealedRowsAreNamed edits dossiers, their facts and the
// sealed rows of a roster by plain SQL: each edit is named with its law, and what
// only the key can see is named with the key.
func TestChangedDossiersAndSealedRowsAreNamed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		fillRooms(s)
		key, err := s.PersonKey()
		if err != nil || key == nil {
			t.Fatalf("the key: %v", err)
		}
		run := func() audit.Report {
			t.Helper()
			r, err := audit.Verify(t.Context(), d, audit.Options{Full: true, Persons: key})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		honest := func() {
			t.Helper()
			if r := run(); !r.OK || len(r.Counties[len(r.Counties)-1].Unknown) != 0 {
				t.Fatalf("control: %+v, unknown %v", r.Bad, r.Counties[len(r.Counties)-1].Unknown)
			}
		}
		honest()
		for _, x := range []struct{ do, undo, code string }{
			{"UPDATE dossier SET amount = amount + 1 WHERE kind = 'project'", "UPDATE dossier SET amount = amount - 1 WHERE kind = 'project'", "table.dossier"},
			{"UPDATE dossier SET status = 'CLOSED' WHERE kind = 'project'", "UPDATE dossier SET status = 'DRAFT' WHERE kind = 'project'", "table.dossier"},
			{"UPDATE dossier SET code = 'R2' WHERE kind = 'roster'", "UPDATE dossier SET code = 'R1' WHERE kind = 'roster'", "table.dossier"},
			{"UPDATE dossier_fact SET seq = seq + 1000 WHERE kind = 'roster'", "UPDATE dossier_fact SET seq = seq - 1000 WHERE kind = 'roster'", "table.dossier"},
			{"UPDATE dossier_fact SET code = 'R2' WHERE kind = 'roster'", "UPDATE dossier_fact SET code = 'R1' WHERE kind = 'roster'", "table.dossier"},
			{"UPDATE roster_row SET amount = amount + 1 WHERE n = 1", "UPDATE roster_row SET amount = amount - 1 WHERE n = 1", "sealed_row"},
			{"UPDATE roster_row SET n = 9 WHERE n = 2", "UPDATE roster_row SET n = 2 WHERE n = 9", "sealed_row"},
			{"UPDATE roster_row SET id_index = commitment WHERE n = 1", "", "sealed_row"},
		} {
			tamper(t, d, x.do)
			mustName(t, run(), x.code, map[string]int{"table.dossier": 6, "sealed_row": 5}[x.code])
			if x.undo != "" {
				tamper(t, d, x.undo)
				honest()
			}
		}
		if r := verify(t, d); !r.OK {
			t.Errorf("without the key an index cannot be judged: %+v", r.Bad)
		}
		tamper(t, d, "DELETE FROM roster_row WHERE n = 2", "DELETE FROM dossier WHERE kind = 'project'")
		r := verify(t, d)
		mustName(t, r, "sealed_row", 5, "不在表中")
		mustName(t, r, "table.dossier", 6, "不在表中")
	})
}
