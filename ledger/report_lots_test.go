package ledger_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/ledger"
)

// foldLots computes the figures of every lot from the entries, event by event:
// the definition of LotFigures, without the shortcuts of the store.
func (h *history) foldLots(at ledger.At) map[string]ledger.LotFigures {
	out := map[string]ledger.LotFigures{}
	event := map[int64]*ledger.Entry{}
	for i := range h.entries {
		event[h.entries[i].seq] = &h.entries[i].entry
	}
	h.each(at, func(_ int64, _ int, e *ledger.Entry, l *ledger.Line) {
		root := e
		if e.Reverses != 0 {
			root = event[e.Reverses]
		}
		if root.Event == "E24" {
			return
		}
		f := out[h.codeOf(l.Key.Lot)]
		foldLine(&f, l, root.Event)
		out[h.codeOf(l.Key.Lot)] = f
	})
	return out
}

func foldLine(f *ledger.LotFigures, l *ledger.Line, event ledger.EventCode) {
	net := l.Net()
	switch a := l.Key.Account; {
	case a == "7101":
		f.Unallocated += net
	case a == "7102":
		f.Pooled += net
	case a >= "7103" && a <= "7106":
		f.Allocated += net
	case a == "7201":
		f.Planned += net
	case a == "7202" || (a == "7204" && l.Key.Sub == "A"):
		f.Committed += net
	case a == "7203" || a == "7204":
		f.Payable += net
	case a == "7301":
		f.Paid += net
	case a == "6202" && event == "E19", a >= "7401" && a <= "7404":
		f.Recovered += net
	case a == "7302" || a == "6202":
		f.Executed += net
		f.Paid += net
	case a == "9101" && event == "E00":
		f.Authority += net
		f.Arrived += net
		f.Executed += net
		f.Paid += net
	case a[0] == '6':
		f.Authority -= net
		if n := len(l.Key.Sub); l.Key.Sub[n-1] == 'Y' {
			f.Arrived -= net
		}
	}
}

func (h *history) compareLots(t *testing.T, s *reportStore, no int32, at ledger.At) {
	t.Helper()
	got, err := ledger.LotsReport(t.Context(), s.db.Read, no, ledger.LotsQuery{At: at})
	if err != nil {
		t.Fatal(err)
	}
	want := h.foldLots(at)
	for i := range got.Rows {
		x := &got.Rows[i]
		if diff := cmp.Diff(want[x.Lot], x.LotFigures); diff != "" {
			t.Fatalf("%s: lot %s at %+v (-fold +report)\n%s", h.name, x.Lot, at, diff)
		}
		if used := x.Unallocated + x.Pooled + x.Allocated + x.Planned + x.Committed + x.Payable + x.Paid + x.Recovered; x.Authority != used {
			t.Fatalf("%s: lot %s at %+v: authority %s, accounted for %s", h.name, x.Lot, at, x.Authority, used)
		}
		if at == (ledger.At{}) && h.name != "随机县" && (x.Paid < x.Executed || x.Executed < 0 || x.Arrived > x.Authority) {
			t.Errorf("%s: lot %s: paid %s, executed %s, arrived %s, authority %s", h.name, x.Lot, x.Paid, x.Executed, x.Arrived, x.Authority)
		}
	}
	if len(got.Rows) != len(h.lots) && at.KnownAt == 0 {
		t.Fatalf("%s: %d lots, want %d", h.name, len(got.Rows), len(h.lots))
	}
}

// TestLotsReportEqualsTheEvents compares the report with the fold of the events,
// for every worked case and for a random county at random moments.
func TestLotsReportEqualsTheEvents(t *testing.T) {
	t.Parallel()
	cases := scriptHistories(t)
	wide := worldHistory(t, 11, 600)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		for i, h := range cases {
			h := *h
			no := s.put(caseCounty(i), &h, 1)
			h.compareLots(t, s, no, ledger.At{})
			for _, asOf := range []string{"2018-12-30", "2018-12-31", "2019-06-30"} {
				h.compareLots(t, s, no, ledger.At{AsOf: mustDate(t, asOf)})
			}
			h.compareLots(t, s, no, ledger.At{KnownAt: h.last - 1})
			h.compareProjects(t, s, no, ledger.At{})
		}
		h := *wide
		no := s.put("360726", &h, 50)
		r := rand.New(rand.NewPCG(1, 1))
		for range 30 {
			at := ledger.At{AsOf: mustDate(t, "2024-01-05").AddDays(r.IntN(700)), KnownAt: 12 + r.Int64N(h.last-11)}
			h.compareLots(t, s, no, at)
			h.compareProjects(t, s, no, at)
		}
		h.compareLots(t, s, no, ledger.At{})
	})
}

func caseCounty(i int) string { return "X-CASE" + string(rune('A'+i/26)) + string(rune('A'+i%26)) }

// compareProjects checks the projects of every lot against its figures: what the
// projects have, and what stands without a project, make up the lot.
func (h *history) compareProjects(t *testing.T, s *reportStore, no int32, at ledger.At) {
	t.Helper()
	got, err := ledger.ProjectsReport(t.Context(), s.db.Read, no, ledger.ProjectsQuery{At: at})
	if err != nil {
		t.Fatal(err)
	}
	type figures struct{ Planned, Committed, Payable, Executed, Paid ledger.Amount }
	sums := map[string]figures{}
	for _, x := range got.Rows {
		f := sums[x.Lot]
		f.Planned += x.Planned
		f.Committed += x.Committed
		f.Payable += x.Payable
		f.Executed += x.Executed
		f.Paid += x.Paid
		sums[x.Lot] = f
		one, err := ledger.ProjectsReport(t.Context(), s.db.Read, no, ledger.ProjectsQuery{At: at, Project: x.Project, Lot: x.Lot})
		if err != nil || len(one.Rows) != 1 || one.Rows[0] != x {
			t.Fatalf("%s: %+v alone is %+v, %v", h.name, x, one.Rows, err)
		}
	}
	for code, want := range h.foldLots(at) {
		f := sums[code]
		if f.Planned != want.Planned || f.Committed != want.Committed || f.Payable != want.Payable || f.Paid-f.Executed != want.Paid-want.Executed {
			t.Fatalf("%s: the projects of lot %s at %+v have %+v, the lot %+v", h.name, code, at, f, want)
		}
		loose := want.Executed - f.Executed
		if without := h.executedWithoutProject(at, code); loose != without {
			t.Fatalf("%s: lot %s at %+v: executed %s, by project %s, without %s", h.name, code, at, want.Executed, f.Executed, without)
		}
	}
}

// executedWithoutProject is what 7302, 6202 and the memo move outside projects:
// bank charges, and what lines without a project give back.
func (h *history) executedWithoutProject(at ledger.At, lot string) ledger.Amount {
	var sum ledger.Amount
	for i := range h.entries {
		e := &h.entries[i].entry
		if (at.KnownAt != 0 && h.entries[i].seq > at.KnownAt) || (at.AsOf != 0 && e.Date > at.AsOf) || e.Event == "E24" {
			continue
		}
		if e.Reverses != 0 && (h.eventOf(e.Reverses) == "E24" || h.eventOf(e.Reverses) == "E19") {
			continue
		}
		back, own := false, ledger.Amount(0)
		for _, l := range e.Lines() {
			if h.codeOf(l.Key.Lot) != lot {
				continue
			}
			back = back || l.Key.Account == "6202"
			if l.Key.Project == "" && l.Key.Account != "6202" && ledger.GroupOf(l.Key.Account) == ledger.Authority {
				own -= l.Net()
			}
			memo := l.Key.Account == "9101" && (e.Event == "E00" || (e.Reverses != 0 && h.eventOf(e.Reverses) == "E00"))
			if l.Key.Project == "" && (l.Key.Account == "7302" || memo) {
				sum += l.Net()
			}
		}
		if back {
			sum += own
		}
	}
	return sum
}

func (h *history) eventOf(seq int64) ledger.EventCode {
	for i := range h.entries {
		if h.entries[i].seq == seq {
			return h.entries[i].entry.Event
		}
	}
	return ""
}

// TestLotFiguresByHand holds the report to figures worked out on paper.
func TestLotFiguresByHand(t *testing.T) {
	t.Parallel()
	byName := map[string]*history{}
	for _, h := range scriptHistories(t) {
		byName[h.name] = h
	}
	yuan := func(s string) ledger.Amount {
		a, err := ledger.ParseAmount(s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, c := range []struct {
		history, lot string
		want         ledger.LotFigures
	}{
		{"06c_transfer_returned_next_year_rule_y", "K1", ledger.LotFigures{
			Authority: yuan("1000000"), Arrived: yuan("1000000"), Unallocated: yuan("500000"), Paid: yuan("500000"), Executed: yuan("500000"),
		}},
		{"29_opening_of_a_running_project", "K1", ledger.LotFigures{
			Authority: yuan("80000"), Arrived: yuan("80000"), Payable: yuan("1000"), Paid: yuan("79000"), Executed: yuan("79000"),
		}},
		{"18_donation_returned", "K6", ledger.LotFigures{
			Authority: yuan("100000"), Arrived: yuan("100000"), Unallocated: yuan("60000"), Recovered: yuan("40000"),
		}},
		{"20_project_over_three_years", "K1", ledger.LotFigures{
			Authority: yuan("500000"), Arrived: yuan("500000"), Paid: yuan("500000"), Executed: yuan("500000"),
		}},
		{"20_project_over_three_years", "K9", ledger.LotFigures{
			Authority: yuan("300000"), Arrived: yuan("300000"), Paid: yuan("300000"), Executed: yuan("300000"),
		}},
	} {
		h := byName[c.history]
		if h == nil {
			t.Fatalf("no script %s", c.history)
		}
		if diff := cmp.Diff(c.want, h.foldLots(ledger.At{})[c.lot]); diff != "" {
			t.Errorf("%s %s (-by hand +fold)\n%s", c.history, c.lot, diff)
		}
	}
}

// smallHistory posts a list of events, which must all be accepted.
func smallHistory(t *testing.T, name string, lots []ledger.Lot, ps ...ledger.Posting) *history {
	t.Helper()
	h := newHistory(t, name, lots)
	for i, p := range ps {
		if _, err := h.do(p); err != nil {
			t.Fatalf("%s: posting %d, %s: %v", name, i+1, p.Event, err)
		}
	}
	return h
}

// TestLotsReportCorrections: what balances alone do not tell.
func TestLotsReportCorrections(t *testing.T) {
	t.Parallel()
	lots := worldLots()[:3]
	part := func(yuan int64) []ledger.Part {
		return []ledger.Part{{Lot: lots[0].ID, Amount: ledger.Amount(yuan * 100)}}
	}
	day := func(s string) ledger.Date { return mustDate(t, s) }
	first := int64(overhead + len(lots) + 1)
	received := []ledger.Posting{
		{Event: "E01", Date: day("2018-03-01"), Parts: part(1000)},
		{Event: "E02", Date: day("2018-03-01"), Parts: part(1000)},
	}
	run := func(p ledger.Posting) ledger.Posting {
		p.Project, p.Contract, p.Payee, p.Unit = "J1", "H1", "甲公司", "交通局"
		return p
	}
	memo := ledger.Posting{Event: "E00", Date: day("2018-01-02"), Opening: []ledger.OpeningLine{
		{Key: ledger.Key{Book: "C", Account: "1001", Lot: lots[0].ID}, Amount: 300_00},
		{Key: ledger.Key{Book: "C", Account: "7101", Lot: lots[0].ID}, Amount: 300_00},
		{Key: ledger.Key{Book: "C", Account: "9101", Lot: lots[0].ID, Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "交通局"}, Amount: 700_00},
	}}
	for _, c := range []struct {
		name string
		h    *history
		want ledger.LotFigures
	}{
		{"taken back, closed, undone", smallHistory(t, "E19", lots, append(received,
			ledger.Posting{Event: "E19", Step: "take", Date: day("2018-10-01"), From: "7101", Counterparty: "upper", Decision: "赣财〔2018〕9号", Parts: part(400)},
			ledger.Posting{Event: "E24", Date: day("2018-12-31"), Parts: part(0)},
			ledger.Posting{Event: "E23p", Step: "reverse", Date: day("2019-02-01"), Reverses: first + 2, Decision: "赣财〔2019〕1号"},
		)...), ledger.LotFigures{Authority: 1000_00, Arrived: 1000_00, Unallocated: 1000_00}},
		{"close reversed in period 13", smallHistory(t, "E24", lots, append(received,
			ledger.Posting{Event: "E24", Date: day("2018-12-31"), Parts: part(0)},
			ledger.Posting{Event: "E23", Date: day("2018-12-31"), Period13: true, Reverses: first + 2},
		)...), ledger.LotFigures{Authority: 1000_00, Arrived: 1000_00, Unallocated: 1000_00}},
		{
			"executed before the books began", smallHistory(t, "E00", lots, memo),
			ledger.LotFigures{Authority: 1000_00, Arrived: 1000_00, Unallocated: 300_00, Paid: 700_00, Executed: 700_00},
		},
		{"opening reversed", smallHistory(t, "E00r", lots, memo,
			ledger.Posting{Event: "E23", Date: day("2018-01-05"), Reverses: first},
		), ledger.LotFigures{}},
		{"nothing left before the books began, more later", smallHistory(t, "E00m", lots,
			ledger.Posting{Event: "E00", Date: day("2018-01-02"), Opening: memo.Opening[2:]},
			ledger.Posting{Event: "E01", Date: day("2018-02-02"), Parts: part(1000)},
		), ledger.LotFigures{Authority: 1700_00, Arrived: 700_00, Unallocated: 1000_00, Paid: 700_00, Executed: 700_00}},
		{"handed over is no opening", smallHistory(t, "E13", lots, append(received,
			ledger.Posting{Event: "E07", Date: day("2018-03-02"), From: "7101", Project: "J1", Unit: "交通局", Parts: part(600)},
			run(ledger.Posting{Event: "E08", Date: day("2018-03-03"), Parts: part(600)}),
			run(ledger.Posting{Event: "E11", Date: day("2018-03-04"), Parts: part(500)}),
			run(ledger.Posting{Event: "E13", Step: "complete", Date: day("2018-03-05"), Parts: part(500)}),
		)...), ledger.LotFigures{Authority: 1000_00, Arrived: 1000_00, Unallocated: 400_00, Payable: 500_00, Recovered: 100_00}},
	} {
		if diff := cmp.Diff(c.want, c.h.foldLots(ledger.At{})["K1"]); diff != "" {
			t.Errorf("%s (-by hand +fold)\n%s", c.name, diff)
		}
		t.Run(c.h.name, func(t *testing.T) {
			t.Parallel()
			eachReportStore(t, func(t *testing.T, s *reportStore) {
				h := *c.h
				no := s.put("360726", &h, 1)
				h.compareLots(t, s, no, ledger.At{})
				h.compareProjects(t, s, no, ledger.At{})
				for known := first; known <= h.last; known++ {
					h.compareLots(t, s, no, ledger.At{KnownAt: known})
				}
				for _, r := range h.entries {
					h.compareLots(t, s, no, ledger.At{AsOf: r.entry.Date})
					h.compareProjects(t, s, no, ledger.At{AsOf: r.entry.Date.AddDays(-1)})
				}
			})
		})
	}
}

// TestTierStatementLeavesInferredLinesOut: figures and what was left out of them
// are the whole, and the figures hold no inferred line.
func TestTierStatementLeavesInferredLinesOut(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 12, 500)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 50)
		for _, at := range []ledger.At{{}, {AsOf: mustDate(t, "2024-09-30"), KnownAt: h.last / 2}} {
			got, err := ledger.TierStatement(t.Context(), s.db.Read, no, at)
			if err != nil {
				t.Fatal(err)
			}
			lots, err := ledger.LotsReport(t.Context(), s.db.Read, no, ledger.LotsQuery{At: at})
			if err != nil {
				t.Fatal(err)
			}
			whole, inferred := map[ledger.Tier]ledger.Amount{}, map[ledger.Tier]ledger.LotFigures{}
			tier := map[ledger.LotID]ledger.Tier{}
			for _, x := range lots.Rows {
				whole[x.Tier] += x.Authority
				tier[x.LotID] = x.Tier
			}
			lines := 0
			h.each(at, func(_ int64, _ int, e *ledger.Entry, l *ledger.Line) {
				if l.Inferred {
					lines++
					f := inferred[tier[l.Key.Lot]]
					foldLine(&f, l, e.Event)
					inferred[tier[l.Key.Lot]] = f
				}
			})
			if lines == 0 {
				t.Fatal("the random county has no inferred line")
			}
			if got.LeftOutLines != lines {
				t.Errorf("%d lines left out, want %d", got.LeftOutLines, lines)
			}
			for _, x := range got.Rows {
				if x.Authority+x.LeftOut.Authority != whole[x.Tier] || x.Label != x.Tier.Chinese() {
					t.Errorf("tier %s: %s + left out %s, want %s", x.Tier, x.Authority, x.LeftOut.Authority, whole[x.Tier])
				}
				if diff := cmp.Diff(inferred[x.Tier], x.LeftOut); diff != "" {
					t.Errorf("tier %s (-fold +left out)\n%s", x.Tier, diff)
				}
			}
		}
	})
}

// TestLotRowsSayWhatTheDocumentSays: the number as printed, never made up.
func TestLotRowsSayWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	h := newHistory(t, "文号", worldLots())
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 1)
		got, err := ledger.LotsReport(t.Context(), s.db.Read, no, ledger.LotsQuery{})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"K1": "赣财扶指〔2023〕12号", "K3": "未列明文号", "K4": "赣财扶指〔202312号"}
		for _, x := range got.Rows {
			if w := want[x.Lot]; w != "" && x.Document != w {
				t.Errorf("lot %s: document %q, want %q", x.Lot, x.Document, w)
			}
			if x.Source == "" || x.Notice == "" || x.County != "360726" {
				t.Errorf("lot %+v", x)
			}
		}
	})
}
