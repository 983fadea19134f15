package samplecounty

import (
	"context"
	"fmt"

	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/projects"
)

// The days of the library: entered in the last quarter of the year before, posted
// level by level for ten days each.
var (
	dayEntered   = date(Year-1, 11, 11)
	dayVoted     = date(Year-1, 11, 12)
	dayVillage   = date(Year-1, 11, 13)
	dayReviewed  = date(Year-1, 11, 25)
	dayArgued    = date(Year-1, 12, 6)
	dayApproved  = date(Year-1, 12, 8)
	dayInLibrary = date(Year-1, 12, 20)
)

// library takes every item into the library.
func (b *builder) library() {
	b.on(dayEntered, func() {
		for _, it := range b.items {
			b.run("project.enter", projects.EnterCmd{Particulars: it.particulars(b), On: dayEntered})
		}
		b.learn()
	})
	var village, all []*item
	for _, it := range b.items {
		if it.own {
			village = append(village, it)
		}
		all = append(all, it)
	}
	b.advance(dayVoted, village, projects.EventVote, false)
	b.advance(dayVillage, village, projects.EventVillage, true)
	b.advance(dayReviewed, village, projects.EventReview, false)
	b.advance(dayReviewed, village, projects.EventTown, true)
	b.advance(dayArgued, all, projects.EventArgue, false)
	b.advance(dayApproved, all, projects.EventApprove, false)
	b.advance(dayApproved, all, projects.EventCounty, true)
	b.advance(dayInLibrary, all, projects.EventEnter, false)
}

// learn finds the codes that the library gave, by title.
func (b *builder) learn() {
	b.read(func(ctx context.Context, v app.View) error {
		list, err := projects.ListProjects(ctx, v.Q, v.County.County, projects.ProjectFilter{Year: Year})
		if err != nil {
			return err
		}
		codes := map[string]string{}
		for i := range list {
			codes[list[i].Name] = list[i].Code
		}
		for _, it := range b.items {
			it.code = codes[it.title]
		}
		return nil
	})
}

// advance takes a step with many items on one day.
func (b *builder) advance(on ledger.Date, items []*item, e projects.Event, posts bool) {
	b.on(on, func() {
		for _, it := range items {
			b.step(it, e, posts)
		}
	})
}

// step takes a step of an item today; one that posts a notice posts it for ten days.
func (b *builder) step(it *item, e projects.Event, posts bool) {
	s := projects.Step{
		Event: e, On: b.today, Document: fmt.Sprintf("样例〔%d〕%03d号", b.today.Year(), it.no+1), Opinion: "同意（样例）",
		Evidence: []ledger.Digest{paper("%s %s", it.title, e)},
	}
	if posts {
		s.From, s.To = b.today, b.today.AddDays(10)
	}
	b.run("project.advance", projects.AdvanceCmd{Project: it.code, Step: s})
}

// particulars states an item with its twelve fields.
func (it *item) particulars(b *builder) projects.Particulars {
	x := projects.Particulars{
		Name: it.title, Tier: projects.TierCounty, RaisedBy: projects.RaisedByDepartment, Year: Year, Category: it.category, Nature: "新建",
		Place: "安远县", Start: date(Year, 3, 1), Finish: date(Year, 11, 30), Unit: it.unit, Department: it.template.unit,
		Implementer: "样例实施单位", Contact: "样例联系人", Task: it.task + "（样例）", Budget: it.budget, Financing: it.financing(),
		Participation: "村民会议讨论通过，村务监督委员会监督", Mechanism: "土地流转、务工、收益分红带动（样例）", Readiness: "用地、设计已落实",
	}
	it.people = 60 + b.random.IntN(900)
	people := it.people
	x.Beneficiaries = projects.Beneficiaries{Households: people / 4, Persons: people, PoorHouseholds: people / 16, PoorPersons: people / 4}
	x.Goals = []projects.Goal{
		{Code: "1", Level1: "产出", Level2: "数量", Level3: it.name, Op: ">=", Milli: it.quantity(), Unit: it.measure, Weight: 50},
		{Code: "2", Level1: "效益", Level2: "社会", Level3: "受益人数", Op: ">=", Milli: int64(people) * 1000, Unit: "人", Weight: 30},
		{Code: "3", Level1: "满意度", Level2: "服务对象满意度", Level3: "满意度", Op: ">=", Milli: 90_000, Unit: "%", Weight: 10},
	}
	if it.town != nil {
		v := it.town.villages[it.no%len(it.town.villages)]
		x.Village, x.Place = string(v.Code), it.town.name+v.Name
		x.DeepPoor = it.no%9 == 0
	}
	switch {
	case it.own:
		x.Tier, x.Town, x.RaisedBy = projects.TierTownship, it.town.name, projects.RaisedByVillage
	case it.crossing():
		other := &b.towns[(it.no*5+1)%len(b.towns)]
		half := it.budget / 2
		x.Villages = []projects.Share{{Village: x.Village, Amount: half}, {Village: string(other.villages[0].Code), Amount: it.budget - half}}
		x.Village, x.Place = "", it.town.name+"、"+other.name
	}
	return x
}

// crossing says of one project that it lies in two townships.
func (it *item) crossing() bool { return it.category == "030105" && !it.own }

// quantity is the target of the first goal in thousandths.
func (it *item) quantity() int64 { return int64(1+it.no%12) * 1000 }

// financing says whose money an item's budget is.
func (it *item) financing() []projects.Financing {
	tiers := map[string]string{
		"XJ-1": "central", "XJ-2": "province", "XJ-3": "city", "ZC-1": "county", "ZQ-1": "bond", "HZ-1": "donor", "SH-1": "donor", "TX-1": "province",
	}
	if tier, ok := tiers[it.from.lot]; ok {
		return []projects.Financing{{Source: tier, Amount: it.budget}}
	}
	central, province := it.budget/100*55, it.budget/100*35
	return []projects.Financing{
		{Source: "central", Amount: central}, {Source: "province", Amount: province}, {Source: "county", Amount: it.budget - central - province},
	}
}

// wait is the way of what stays in the library: most of it is rolled over to the
// next year in the last quarter, one is taken out.
func (b *builder) wait(it *item) {
	on := date(Year, 11, 20)
	b.on(on, func() {
		if it.category == "010103" {
			b.run("project.remove", projects.RemoveCmd{Project: it.code, On: on, Document: "样例调整〔2025〕1号", Reason: "地块另有规划，无法实施（样例）"})
			return
		}
		b.run("project.roll", projects.RollCmd{Project: it.code, On: on, Document: "样例调整〔2025〕1号", Reason: "当年未安排资金，仍有需要（样例）"})
	})
}
