package audit

import (
	"fmt"
	"slices"
	"time"

	"fundbook/ledger"
	"fundbook/projects"
)

// findA07 finds lots that lie unallocated, and projects in plan that nobody is paid
// for.
func findA07(f *doubtFacts) ([]Doubt, error) {
	var g gather
	idle, err := f.number(policyDoubtIdle)
	if err != nil {
		return nil, err
	}
	for _, x := range f.idle {
		if old := x.Balance - max(x.Recent, 0); old > 0 {
			d := g.of("lot/" + x.Lot)
			d.say(fmt.Sprintf("待分配超过 %d 日", idle))
			d.add(DoubtRow{Kind: "lot", Code: x.Lot, On: x.First, Amount: old, Text: "文件 " + x.Document})
		}
	}
	unpaid, err := f.number(policyDoubtUnpaid)
	if err != nil {
		return nil, err
	}
	for _, x := range f.clocks {
		if x.Planned != 0 && x.Open > 0 && x.Paid <= 0 && f.asOf > x.Planned.AddDays(unpaid) {
			d := g.of("project/" + x.Project)
			d.say(fmt.Sprintf("列入计划 %d 日未支付", unpaid))
			d.add(DoubtRow{Kind: "project", Code: x.Project, On: x.Planned, Amount: x.Open, Text: "尚未支付的计划"})
		}
	}
	return g.list, nil
}

// findA21 compares what the county has sent to townships with what they have
// received.
func findA21(f *doubtFacts) ([]Doubt, error) {
	var g gather
	for _, x := range f.townCash {
		if off := x.County + x.Booked; off != 0 { // 1101 debit, 2102 credit
			d := g.of(x.Lot + "/" + x.Town)
			d.say("县级 1101 与乡镇 2102 不符")
			d.Rows = append(d.Rows,
				DoubtRow{Kind: "account", Code: "1101/" + x.Lot + "/" + x.Town, Amount: x.County, Text: "县级账"},
				DoubtRow{Kind: "account", Code: "2102/" + x.Lot + "/" + x.Town, Amount: -x.Booked, Text: "乡镇账"})
			d.Amount = max(off, -off)
		}
	}
	return g.list, nil
}

// findA22 asks the register of loans.
func findA22(f *doubtFacts) ([]Doubt, error) {
	var g gather
	for i := range f.loans {
		l := &f.loans[i]
		if l.From > f.asOf {
			continue
		}
		for _, why := range projects.CheckLoan(l) {
			d := g.of(l.Code)
			d.say(why)
			d.Rows = append(d.Rows, DoubtRow{Kind: "loan", Code: l.Code, On: l.From, Text: why})
			d.Amount = l.Principal
		}
	}
	return g.list, nil
}

// dayActor is one person's day of recording.
type dayActor struct {
	actor ledger.ID
	day   ledger.Date
}

const (
	nightFrom, nightTo = 22, 6 // o'clock
	backDays           = 31
	reversalLeast      = 10 // entries of an actor before a rate says anything
	maxEvidence        = 200
)

// findA24 finds batches approved by their maker, and habits of recording: at night,
// many entries dated back, many reversals.
func findA24(f *doubtFacts) ([]Doubt, error) {
	var g gather
	for i := range f.batches {
		b := &f.batches[i]
		if b.Approver == b.Maker && !b.Approver.IsZero() && b.ApprovedOn <= f.asOf {
			d := g.of("batch/" + b.Code)
			d.say("制单与审核为同一账户")
			d.add(DoubtRow{Kind: "batch", Code: b.Code, On: b.ApprovedOn, Amount: b.Amount(), Text: b.Maker.String()})
		}
	}
	h, err := f.habits()
	if err != nil {
		return nil, err
	}
	h.days(&g, habit{"night", "22 时至 6 时记账 %d 笔", h.night, h.atNight})
	h.days(&g, habit{"back", "补记早 31 日以上的凭证 %d 笔", h.back, h.datedBack})
	for _, a := range h.actors {
		all, red := h.all[a], h.red[a]
		if all < reversalLeast || len(red)*1000 < all*h.permille {
			continue
		}
		d := g.of("reversal/" + a.String())
		d.say(fmt.Sprintf("%d 笔凭证被红字冲销 %d 笔", all, len(red)))
		for _, e := range red[:min(len(red), maxEvidence)] {
			d.add(DoubtRow{Kind: "entry", Code: a.String(), Seq: e.Seq, On: e.On, Text: "已冲销"})
		}
	}
	return g.list, nil
}

// habits are entries by who recorded them when.
type habits struct {
	actors                []ledger.ID // in order of their first entry
	all                   map[ledger.ID]int
	red                   map[ledger.ID][]entryRow
	order                 []dayActor
	atNight, datedBack    map[dayActor][]entryRow
	night, back, permille int
}

func (f *doubtFacts) habits() (*habits, error) {
	h := &habits{
		all: map[ledger.ID]int{}, red: map[ledger.ID][]entryRow{}, atNight: map[dayActor][]entryRow{}, datedBack: map[dayActor][]entryRow{},
	}
	var err error
	for name, to := range map[string]*int{policyDoubtNight: &h.night, policyDoubtBack: &h.back, policyDoubtReversal: &h.permille} {
		if *to, err = f.number(name); err != nil {
			return nil, err
		}
	}
	seen := map[dayActor]bool{}
	for _, e := range f.entries {
		at := time.UnixMicro(e.At).In(businessZone)
		k := dayActor{e.Actor, ledger.DateOf(at)}
		if !seen[k] {
			seen[k] = true
			h.order = append(h.order, k)
		}
		if h.all[e.Actor]++; h.all[e.Actor] == 1 {
			h.actors = append(h.actors, e.Actor)
		}
		if e.Reversed {
			h.red[e.Actor] = append(h.red[e.Actor], e)
		}
		if hour := at.Hour(); hour >= nightFrom || hour < nightTo {
			h.atNight[k] = append(h.atNight[k], e)
		}
		if int(k.day-e.On) > backDays && !(e.On.Month() == 12 && e.On.Day() == 31) { // the year's end is closed later
			h.datedBack[k] = append(h.datedBack[k], e)
		}
	}
	return h, nil
}

// businessZone is where a day begins and ends.
var businessZone = time.FixedZone("CST", 8*60*60)

// habit is what a person's day is looked at for: from how many entries on.
type habit struct {
	name, text string
	least      int
	rows       map[dayActor][]entryRow
}

// days makes a doubt of every person's day with enough entries.
func (h *habits) days(g *gather, x habit) {
	for _, k := range h.order {
		list := x.rows[k]
		if len(list) < x.least || len(list) == 0 {
			continue
		}
		d := g.of(x.name + "/" + k.actor.String() + "/" + k.day.String())
		d.say(fmt.Sprintf(x.text, len(list)))
		for _, e := range list[:min(len(list), maxEvidence)] {
			at := time.UnixMicro(e.At).In(businessZone).Format("2006-01-02 15:04")
			d.add(DoubtRow{Kind: "entry", Code: k.actor.String(), Seq: e.Seq, On: e.On, Text: "记账 " + at})
		}
	}
}

// findA25 finds groups of lots whose management fee is beyond its cap, and fees
// charged to projects of other categories.
func findA25(f *doubtFacts) ([]Doubt, error) {
	var g gather
	for _, x := range f.fees {
		if x.Over > 0 {
			d := g.of(fmt.Sprintf("%d/%s/%s", x.Year, x.Class, x.Tier))
			d.say("项目管理费超过上限")
			d.Rows = append(d.Rows, DoubtRow{
				Kind: "lot", Code: string(x.Class), Amount: x.Spent, Text: fmt.Sprintf("净下达 %s，上限 %d‰ 即 %s，已列 %s", x.Received, x.Rate, x.Cap, x.Spent),
			})
			d.Amount = x.Over
		}
	}
	for i := range f.feeLines {
		p := &f.feeLines[i]
		j := f.project(p.Project)
		if j == nil {
			continue // A19 says so
		}
		if c, known := projects.CategoryOf(j.Category, j.Year); known && c.Eligible.Fee {
			continue
		}
		d := g.of("project/" + p.Project)
		d.say("在其他类别的项目列支管理费")
		d.add(p.row("类别 " + j.Category))
	}
	return g.list, nil
}

// findA26 shows the year's figures of the county's own input that miss their target.
func findA26(f *doubtFacts) ([]Doubt, error) {
	var g gather
	for i := range f.figures {
		x := &f.figures[i]
		if x.Clause != "A26" || x.Verdict != projects.VerdictUnmet {
			continue
		}
		d := g.of(fmt.Sprintf("%d/%s", f.asOf.Year(), x.Code))
		d.say(fmt.Sprintf("%s：%s，未达目标", x.Name, x.Formula))
		for _, r := range x.Rows {
			kind, code := "lot", r.Lot
			if code == "" {
				kind, code = "document", r.Document
			}
			d.Rows = append(d.Rows, DoubtRow{Kind: kind, Code: code, Amount: r.Amount, Text: r.Label})
		}
		d.Amount = x.Numerator
	}
	slices.SortStableFunc(g.list, func(a, b Doubt) int { return compareText(a.Subject, b.Subject) })
	return g.list, nil
}
