package load

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"fundbook/intake/sample"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/projects"
)

// householdYear is that of the county of households: it is over, so that the
// service, which has the day's date, takes what is dated in it.
const householdYear = 2025

// Households is a county with one project that pays its households by card. It is
// brought to where a batch can be made by the commands of the rooms, in this process
// and with a clock of its own: a notice has to hang for ten days.
type Households struct {
	PaidOn ledger.Date // when its batches are approved and paid

	project string
	village string
	county  string
	dir     string
	db      *db.DB
	app     *app.App
	clock   atomic.Int64
	keys    int
}

// The actors stand in the log only: nobody can sign in as one.
var clerk = auth.Who{ID: [16]byte{0: 0x5B, 15: 1}, Name: "样例县财政局", Role: auth.Finance}

// NewHouseholds opens a county in an empty store, whose keys go to the folder dir,
// and plans its project.
func NewHouseholds(ctx context.Context, d *db.DB, dir string) (*Households, error) {
	w := &Households{county: "360726", PaidOn: day(4, 14), db: d, dir: dir}
	w.at(day(4, 1))
	w.app = app.Open(app.Options{DB: d, Data: dir, Clock: w.clock.Load})
	if err := w.open(ctx); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Close leaves the store to a service.
func (w *Households) Close() { w.app.Close() }

func day(month, day int) ledger.Date {
	d, err := ledger.NewDate(householdYear, month, day)
	if err != nil { // invariant: the days of this file exist
		panic("invariant: " + err.Error())
	}
	return d
}

func (w *Households) at(d ledger.Date) {
	w.clock.Store(time.Date(d.Year(), time.Month(d.Month()), d.Day(), 4, 0, 0, 0, time.UTC).UnixMicro())
}

func (w *Households) request() app.Request {
	w.keys++
	key := fmt.Sprintf("households-%09d", w.keys)
	return app.Request{County: w.county, Who: clerk, Key: key, Raw: []byte(key)}
}

func (w *Households) run(ctx context.Context, name string, body any) error {
	if _, err := w.app.Run(ctx, w.request(), name, body); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (w *Households) open(ctx context.Context) error {
	first := ledger.PeriodOf(day(1, 1), false)
	if err := w.app.InitCounty(ctx, auth.LocalOperator, app.NewCounty{Code: w.county, Name: "安远县", FirstPeriod: first, OpenMonths: 1200}); err != nil {
		return err
	}
	list, err := region.Read(sample.Divisions(), sample.DivisionFiles()[0], region.Cutoffs{})
	if err != nil {
		return err
	}
	for _, x := range list.Rows {
		if w.village == "" && x.Level == region.Village {
			w.village = string(x.Code)
		}
	}
	if err := w.app.ImportDivisions(ctx, auth.LocalOperator, "households-divisions", list); err != nil {
		return err
	}
	if err := w.fund(ctx); err != nil {
		return fmt.Errorf("fund the county: %w", err)
	}
	return w.plan(ctx)
}

// fund registers two lots whose money has arrived.
func (w *Households) fund(ctx context.Context) error {
	for i := range 2 {
		l := ledger.Lot{
			ID: lotID(i), Code: LotCode(i), Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: code('D', i), Line: 1,
			Name: "样例资金", Year: householdYear, Amount: lotFen,
		}
		if _, err := w.app.Do(ctx, w.request(), app.LotCmd{Lot: l}); err != nil {
			return err
		}
		parts := []ledger.Part{{Lot: l.ID, Amount: l.Amount}}
		if _, err := w.app.Do(ctx, w.request(), app.PostCmd{Items: []ledger.Posting{
			{Event: "E01", Date: day(1, 6), Parts: parts}, {Event: "E02", Date: day(1, 6), Parts: parts},
		}}); err != nil {
			return err
		}
	}
	return nil
}

// plan takes the project through the library into the plan of the year, up to its
// notice before it begins.
func (w *Households) plan(ctx context.Context) error {
	const budget = contractFen
	err := w.run(ctx, "project.enter", projects.EnterCmd{On: day(1, 2), Particulars: projects.Particulars{
		Name: "样例到户补助", Tier: projects.TierCounty, Year: householdYear, Category: "0104", Nature: "新建", Place: "样例村", Village: w.village,
		Start: day(3, 1), Finish: day(10, 31), Unit: "农业农村局", Task: "产业奖补到户", Budget: 2 * budget, Household: true,
		Financing:     []projects.Financing{{Source: "central", Amount: 2 * budget}},
		Beneficiaries: projects.Beneficiaries{Persons: 10_000}, Participation: "村民会议讨论", Mechanism: "直接补助",
		Goals: []projects.Goal{
			{Code: "1", Level1: "产出", Level2: "数量", Level3: "补助户数", Op: ">=", Milli: 5_000_000, Unit: "户", Weight: 50},
			{Code: "2", Level1: "效益", Level2: "社会", Level3: "受益人数", Op: ">=", Milli: 10_000_000, Unit: "人", Weight: 30},
			{Code: "3", Level1: "满意度", Level2: "服务对象满意度", Level3: "满意度", Op: ">=", Milli: 90_000, Unit: "%", Weight: 10},
		},
	}})
	if err != nil {
		return err
	}
	row, err := db.FindCounty(ctx, w.db.Read, w.county)
	if err != nil {
		return err
	}
	list, err := projects.ListProjects(ctx, w.db.Read, row.County, projects.ProjectFilter{})
	if err != nil || len(list) != 1 {
		return fmt.Errorf("%d projects after the first: %w", len(list), err)
	}
	w.project = list[0].Code
	for _, s := range []struct {
		event projects.Event
		on    ledger.Date
		days  int // of the notice that the step posts
	}{
		{projects.EventVote, day(1, 3), 0},
		{projects.EventVillage, day(1, 4), 10},
		{projects.EventReview, day(1, 15), 0},
		{projects.EventTown, day(1, 15), 10},
		{projects.EventArgue, day(1, 26), 0},
		{projects.EventApprove, day(1, 27), 0},
		{projects.EventCounty, day(1, 27), 10},
		{projects.EventEnter, day(2, 7), 0},
	} {
		if err := w.step(ctx, s.event, s.on, s.days); err != nil {
			return err
		}
	}
	err = w.run(ctx, "plan.adopt", projects.PlanAdoptCmd{
		Code: "P1", Name: "样例年度计划", Kind: "annual", Year: householdYear, Document: "样例〔2025〕1号", AdoptedOn: day(3, 5), Meeting: "样例常务会", Date: day(3, 5),
		Items: []projects.PlanAsk{{Project: w.project, Sources: []projects.PlanSource{{From: "7101", Parts: []projects.LotPart{
			{Lot: lotID(0), Amount: budget}, {Lot: lotID(1), Amount: budget},
		}}}}},
	})
	if err != nil {
		return err
	}
	return w.step(ctx, projects.EventPrePost, day(3, 10), 10)
}

// paper stands for the photos and minutes of the county.
var paper = ledger.Digest{0: 0x5B}

func (w *Households) step(ctx context.Context, event projects.Event, on ledger.Date, notice int) error {
	s := projects.Step{Event: event, On: on, Document: "样例〔2025〕2号", Opinion: "同意", Reason: "按程序办理", Evidence: []ledger.Digest{paper}}
	if notice > 0 {
		s.From, s.To = on, on.AddDays(notice)
	}
	return w.run(ctx, "project.advance", projects.AdvanceCmd{Project: w.project, Step: s})
}

// Owed is the code of the roster that Confirm makes.
const Owed = "R"

// Confirm makes a roster of the first n people that is owed to them.
func (w *Households) Confirm(ctx context.Context, n int) error {
	if err := w.run(ctx, "roster.create", w.Roster(Owed, w.People(0, n))); err != nil {
		return err
	}
	if err := w.run(ctx, "roster.commit", projects.CommitCmd{Code: Owed, Date: day(4, 1)}); err != nil {
		return err
	}
	w.at(day(4, 2))
	if err := w.run(ctx, "project.post_notice", projects.PostNoticeCmd{
		Project: w.project, Type: "N8", Subject: Owed, From: day(4, 2), To: day(4, 12), Evidence: paper,
	}); err != nil {
		return err
	}
	w.at(day(6, 15))
	return w.run(ctx, "roster.confirm", projects.ConfirmCmd{Code: Owed, Date: day(4, 13)})
}

// Roster is the command that makes a roster of a file.
func (w *Households) Roster(code string, file []byte) projects.RosterCmd {
	return projects.RosterCmd{
		Code: code, Name: "样例产业奖补名册", Kind: projects.RosterHousehold, Project: w.project, Programme: "样例产业奖补", Year: householdYear, Measure: "亩",
		Policy: "样例〔2025〕3号", FileName: code + ".csv", File: file,
	}
}

// People is a file of n people, from the given one on. Nobody is one of them.
func (w *Households) People(from, n int) []byte {
	var b bytes.Buffer
	b.WriteString("姓名,身份证号,一卡通账号,村代码,村民小组,户号,电话,数量,计量单位,补助标准\n")
	for i := range n {
		fmt.Fprintf(&b, "样例%c户,%s,%s,%s,第一组,%d,0797-1234567,1.5,亩,66.66\n",
			[]rune("甲乙丙丁戊己庚辛壬")[i%9], dbtest.ResidentNumber(from+i), dbtest.CardNumber(from+i), w.village, i+1)
	}
	return b.Bytes()
}

// Wrong spoils the card's last digit in every nth row of a file of people.
func Wrong(people []byte, nth int) []byte {
	lines := bytes.Split(people, []byte{'\n'})
	for i := nth; i < len(lines)-1; i += nth {
		f := bytes.Split(lines[i], []byte{','})
		card := bytes.Clone(f[2])
		last := &card[len(card)-1]
		*last = '0' + (*last-'0'+1)%10
		f[2] = card
		lines[i] = bytes.Join(f, []byte{','})
	}
	return bytes.Join(lines, []byte{'\n'})
}

// RefuseAll answers a bank file as a bank that refuses every row.
func RefuseAll(file []byte) ([]byte, error) {
	lines := bytes.Split(bytes.TrimSpace(file), []byte("\r\n"))
	if len(lines) < 3 {
		return nil, fmt.Errorf("a bank file of %d lines: %.200s", len(lines), file)
	}
	var b bytes.Buffer
	b.WriteString("批次,序号,账号,金额,结果,原因\n")
	for _, l := range lines[1:] {
		f := bytes.Split(l, []byte{','})
		if len(f) < 5 {
			return nil, fmt.Errorf("a line of a bank file: %q", l)
		}
		if string(f[0]) == "合计" {
			fmt.Fprintf(&b, "合计,%s,,%s,,\n", f[1], f[4])
			continue
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,失败,账号不存在\n", f[0], f[1], f[3], f[4])
	}
	return b.Bytes(), nil
}
