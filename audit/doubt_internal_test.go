package audit

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
	"fundbook/publicity"

	"github.com/google/go-cmp/cmp"
)

// clock is the instant of a time of day in Asia/Shanghai.
func clock(s string) int64 {
	v, err := time.ParseInLocation("2006-01-02 15:04", s, businessZone)
	if err != nil {
		panic(err)
	}
	return v.UnixMicro()
}

func rowOf(roster string, n int, id, card byte) personRow {
	return personRow{Seq: int64(n), Roster: roster, N: n, Rev: 1, Programme: "产业奖补", Year: 2026, Amount: 100, ID: ledger.Digest{id}, Card: ledger.Digest{card}}
}

// owed is a roster with rows that all stand.
func owed(code string, n int) projects.Roster {
	r := projects.Roster{Code: code, Project: "J9"}
	for i := range n {
		r.Lines = append(r.Lines, projects.RosterLine{N: i + 1, Rev: 1, State: projects.LineOwed})
	}
	return r
}

func posted(typ, subject, from, to string) projects.Posted {
	return projects.Posted{Type: typ, Subject: subject, From: date(from), To: date(to)}
}

// sound is a county in which no rule has anything to say.
func sound() *doubtFacts {
	return &doubtFacts{
		asOf:    date("2026-06-30"),
		persons: []personRow{rowOf("M1", 1, 1, 1), rowOf("M1", 2, 2, 2)},
		rosters: []projects.Roster{func() projects.Roster { r := owed("M1", 2); r.ConfirmedOn = date("2026-04-15"); return r }()},
		contracts: []projects.Contract{{
			Code: "H1", SignedOn: date("2026-03-20"), Amount: 1_000_00, AcceptedOn: date("2026-05-01"), DefectUntil: date("2027-05-01"), Payee: "甲公司",
		}},
		projects: []projects.Project{
			{Code: "J1", State: projects.StateStarted, Year: 2026, Category: "030101", Posted: []projects.Posted{
				posted("N5", "", "2026-03-01", "2026-03-11"), posted("N6", "", "2026-05-02", "2026-05-12"),
			}},
			{Code: "J9", State: projects.StatePlanned, Year: 2026, Household: true, Posted: []projects.Posted{posted("N8", "M1", "2026-04-02", "2026-04-12")}},
		},
		plans: []projects.Plan{{Code: "P1", AdoptedOn: date("2026-02-10"), Items: []projects.PlanItem{{Project: "J1"}, {Project: "J9"}}}},
		claims: []payments.Claim{{
			Code: "B1", Kind: payments.ClaimFinal, State: payments.ClaimPaid, Contract: "H1", Payee: "甲公司", Date: date("2026-05-10"), Amount: 500_00, Paid: 500_00,
			Checked: date("2026-05-01"), OpinionOn: date("2026-05-11"), Parts: []payments.ClaimPart{{Project: "J1", Amount: 500_00}},
		}},
		requests: []payments.Request{{Code: "Q1", Claim: "B1", Payees: []payments.Receiver{{No: 1, State: payments.ReceiverPaid, PaidOn: date("2026-05-20")}}}},
		invoices: []dossier.Item[payments.Invoice]{
			{Code: "001", Opened: 20, State: payments.Invoice{Number: "001", Issuer: "甲公司", Date: date("2026-05-05"), Amount: 500_00, File: ledger.Digest{1}, Draws: []payments.InvoiceDraw{{Claim: "B1", Amount: 500_00}}}},
			{Code: "002", Opened: 21, State: payments.Invoice{Number: "002", Issuer: "甲公司", Date: date("2026-05-05"), Amount: 10_00, File: ledger.Digest{2}}},
		},
		batches: []payments.Batch{{Code: "Y1", Maker: ledger.ID{1}, Approver: ledger.ID{2}, ApprovedOn: date("2026-04-20")}},
		loans:   []projects.Loan{{Code: "L1", From: date("2026-01-10"), Principal: 50_000_00, Borrower: ledger.Digest{1}, User: ledger.Digest{1}}},
		paid: []payRow{
			{Seq: 10, On: date("2026-04-01"), Project: "J1", Contract: "H1", Amount: 300_00},
			{Seq: 11, On: date("2026-05-20"), Project: "J1", Contract: "H1", Amount: 500_00},
			{Seq: 12, On: date("2026-04-21"), Project: "J9", Contract: "M1", Amount: 200},
		},
		advances: []ageRow{
			{Seq: 10, On: date("2026-04-01"), Account: "1201", Book: "C", Project: "J1", Contract: "H1", Net: 300_00, Cash: true},
			{Seq: 14, On: date("2026-05-10"), Account: "1201", Book: "C", Project: "J1", Contract: "H1", Net: -300_00},
			{Seq: 15, On: date("2026-06-20"), Account: "1203", Book: "C", Project: "J9", Contract: "M1", Net: 200, Cash: true},
		},
		retention: []ageRow{{Seq: 16, On: date("2026-05-10"), Account: "2003", Contract: "H1", Project: "J1", Net: -30_00}},
		townCash:  []townRow{{"A", "欣山镇", 100, -100}},
		idle:      []idleRow{{"A", "doc-A", 500_00, 500_00, date("2026-05-01")}},
		clocks:    []clockRow{{"J1", date("2026-02-10"), 100, 800_00}, {"J9", date("2026-03-01"), 100, 0}},
		issued:    []issueRow{{"doc-A", date("2026-02-10"), 1_000_00}, {"doc-B", date("2026-06-01"), 10}},
		notices:   []publicity.ListItem{{Type: "N1", About: "doc-A", From: "2026-02-20"}},
		fees:      []ledger.FeeFigures{{Year: 2026, Class: "XJ", Tier: "central", Rate: 10, Received: 1_000_00, Cap: 10_00, Spent: 10_00}},
		figures:   []projects.Figure{{Code: "county_share", Clause: "A26", Verdict: projects.VerdictMet}, {Code: "donations", Clause: "县实施意见", Verdict: projects.VerdictUnmet}},
		entries:   []entryRow{{Seq: 10, At: clock("2026-04-01 21:59"), On: date("2026-04-01"), Actor: ledger.ID{1}}},
	}
}

// TestNoDoubtInASoundCounty is the control of every rule.
func TestNoDoubtInASoundCounty(t *testing.T) {
	t.Parallel()
	for i := range doubtRules {
		if list, err := doubtRules[i].find(sound()); err != nil || len(list) > 0 {
			t.Errorf("%s: %+v %v", doubtRules[i].ID, list, err)
		}
	}
}

// TestEveryRuleFindsWhatIsPlanted changes one thing of the sound county and asks the
// rule for it: subject, words, amount and rows.
func TestEveryRuleFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range []struct {
		rule, what string
		plant      func(*doubtFacts)
		subject    string // begins so
		text       string // contains
		amount     ledger.Amount
		rows       int
	}{
		{"A01", "one person twice in a programme", func(f *doubtFacts) { f.persons[1].ID = f.persons[0].ID }, "2026/", "同一身份证号", 200, 2},
		{"A01", "one card twice in a programme", func(f *doubtFacts) { f.persons[1].Card = f.persons[0].Card }, "2026/card/", "同一卡号", 200, 2},
		{"A02", "one card for two people in two programmes", func(f *doubtFacts) {
			f.persons[1].Card, f.persons[1].Programme = f.persons[0].Card, "雨露计划"
		}, "", "一张卡对应 2 个", 200, 2},
		{"A05", "paid before the contract", func(f *doubtFacts) { f.contracts[0].SignedOn = date("2026-04-02") }, "J1/H1", "合同签订", 300_00, 1},
		{"A05", "paid before the roster was confirmed", func(f *doubtFacts) { f.rosters[0].ConfirmedOn = date("2026-04-22") }, "J9/M1", "名册确认", 200, 1},
		{"A05", "paid before the plan", func(f *doubtFacts) { f.plans[0].AdoptedOn = date("2026-04-02") }, "J1/H1", "计划批准", 300_00, 1},
		{"A05", "paid on the last day of N5", func(f *doubtFacts) { f.projects[0].Posted[0].To = date("2026-04-01") }, "J1/H1", "公示期满", 300_00, 1},
		{"A05", "paid within N8", func(f *doubtFacts) { f.projects[1].Posted[0].To = date("2026-04-21") }, "J9/M1", "公示期满", 200, 1},
		{"A05", "claimed before acceptance", func(f *doubtFacts) { f.claims[0].Checked = date("2026-05-11") }, "claim/B1", "报账早于验收", 500_00, 1},
		{"A05", "claimed before the contract's acceptance", func(f *doubtFacts) { f.contracts[0].AcceptedOn = date("2026-05-11") }, "claim/B1", "报账早于验收", 500_00, 1},
		{"A05", "opinion before the claim", func(f *doubtFacts) { f.claims[0].OpinionOn = date("2026-05-09") }, "claim/B1", "意见早于报账", 500_00, 1},
		{"A07", "a lot that lies idle", func(f *doubtFacts) { f.idle[0].Recent = 100_00 }, "lot/A", "待分配", 400_00, 1},
		{"A07", "half a year in plan", func(f *doubtFacts) { f.clocks[1].Planned = date("2025-12-28") }, "project/J9", "未支付", 100, 1},
		{"A10", "an old advance", func(f *doubtFacts) { f.advances[0].On, f.advances[1].Net = date("2025-12-31"), -100_00 }, "1201/J1/H1", "180 日", 200_00, 1},
		{"A10", "an old batch in transit", func(f *doubtFacts) { f.advances[2].On = date("2026-05-30") }, "1203/J9/M1", "30 日", 200, 1},
		{"A10", "a township's payment not approved", func(f *doubtFacts) {
			f.advances = append(f.advances, ageRow{Seq: 30, On: date("2026-04-01"), Account: "1303", Book: "欣山镇", Project: "J2", Contract: "H2", Net: 50})
		}, "1303/欣山镇/J2/H2", "60 日", 50, 1},
		{"A10", "advances of more than 30 %", func(f *doubtFacts) { f.advances[0].Net, f.advances[1].Net = 300_01, -300_01 }, "share/H1", "上限 300.00", 300_01, 1},
		{"A11", "retention returned early", func(f *doubtFacts) {
			f.retention = append(f.retention, ageRow{Seq: 17, On: date("2026-06-01"), Account: "2003", Contract: "H1", Net: 30_00, Cash: true})
		}, "H1", "早于缺陷责任期满", 30_00, 1},
		{"A11", "retention kept long after", func(f *doubtFacts) { f.contracts[0].DefectUntil = date("2026-06-01") }, "H1", "久未返还", 30_00, 1},
		{"A14", "one file, two invoices", func(f *doubtFacts) { f.invoices[1].State.File = ledger.Digest{1} }, "002", "同一文件", 10_00, 2},
		{"A14", "one number with and without its series", func(f *doubtFacts) { f.invoices[1].State.Number = "001" }, "002", "同一号码", 10_00, 2},
		{"A14", "another issuer", func(f *doubtFacts) { f.invoices[0].State.Issuer = "乙公司" }, "001", "不一致", 500_00, 1},
		{"A14", "dated after its payment", func(f *doubtFacts) { f.invoices[0].State.Date = date("2026-05-21") }, "001", "晚于付款", 500_00, 1},
		{"A17", "no N5", func(f *doubtFacts) { f.projects[0].Posted = f.projects[0].Posted[1:] }, "J1/N5", "N5 未公示", 300_00, 2},
		{"A17", "N5 too short", func(f *doubtFacts) { f.projects[0].Posted[0].To = date("2026-03-10") }, "J1/N5", "不足 10 日", 300_00, 2},
		{"A17", "N5 taken down", func(f *doubtFacts) { f.projects[0].Posted[0].Withdrawn = true }, "J1/N5", "已撤下", 300_00, 2},
		{"A17", "no N6", func(f *doubtFacts) { f.projects[0].Posted = f.projects[0].Posted[:1] }, "J1/N6", "N6 未公示", 500_00, 1},
		{"A17", "no N8", func(f *doubtFacts) { f.projects[1].Posted = nil }, "M1/N8", "N8 未公示", 200, 2},
		{"A17", "no N1", func(f *doubtFacts) { f.notices = nil }, "N1/doc-A", "N1", 1_000_00, 1},
		{"A19", "not in the library", func(f *doubtFacts) { f.projects = f.projects[1:] }, "J1", "不在项目库", 800_00, 2},
		{"A19", "not in a plan", func(f *doubtFacts) { f.plans[0].Items = f.plans[0].Items[1:] }, "J1", "不在年度计划", 800_00, 2},
		{"A19", "taken out of the library", func(f *doubtFacts) { f.projects[0].State = projects.StateRemoved }, "J1", "已出库", 800_00, 2},
		{"A21", "a yuan less in the township", func(f *doubtFacts) { f.townCash[0].Booked = -99 }, "A/欣山镇", "不符", 1, 2},
		{"A22", "another uses the loan", func(f *doubtFacts) { f.loans[0].User = ledger.Digest{2} }, "L1", "户贷企用", 50_000_00, 1},
		{"A22", "a fen too much", func(f *doubtFacts) { f.loans[0].Principal++ }, "L1", "超过 50000.00", 50_000_01, 1},
		{"A24", "maker is checker", func(f *doubtFacts) { f.batches[0].Approver = f.batches[0].Maker }, "batch/Y1", "同一账户", 0, 1},
		{"A24", "at night", func(f *doubtFacts) { f.entries[0].At = clock("2026-04-01 22:00") }, "night/", "1 笔", 0, 1},
		{"A24", "before dawn", func(f *doubtFacts) { f.entries[0].At = clock("2026-04-01 05:59") }, "night/", "1 笔", 0, 1},
		{"A24", "dated back", func(f *doubtFacts) {
			for i := range 5 {
				f.entries = append(f.entries, entryRow{Seq: int64(40 + i), At: clock("2026-06-01 10:00"), On: date("2026-04-30"), Actor: ledger.ID{2}})
			}
		}, "back/", "5 笔", 0, 5},
		{"A24", "many reversals", func(f *doubtFacts) {
			for i := range 10 {
				f.entries = append(f.entries, entryRow{Seq: int64(40 + i), At: clock("2026-06-01 10:00"), On: date("2026-06-01"), Actor: ledger.ID{2}, Reversed: i < 2})
			}
		}, "reversal/", "10 笔凭证被红字冲销 2 笔", 0, 2},
		{"A25", "beyond the cap", func(f *doubtFacts) { f.fees[0].Over = 1_00 }, "2026/XJ/central", "超过上限", 1_00, 1},
		{"A25", "charged to a road", func(f *doubtFacts) { f.feeLines = []payRow{{Seq: 31, Project: "J1", Amount: 5_00}} }, "project/J1", "其他类别", 5_00, 1},
		{"A26", "too little of its own", func(f *doubtFacts) {
			f.figures[0].Verdict, f.figures[0].Numerator = projects.VerdictUnmet, 7
			f.figures[0].Rows = []projects.FigureRow{{Lot: "Z1", Amount: 7}, {Document: "预算", Amount: 100}}
		}, "2026/county_share", "未达目标", 7, 2},
	} {
		f := sound()
		c.plant(f)
		i := slices.IndexFunc(doubtRules, func(r doubtRule) bool { return r.ID == c.rule })
		list, err := doubtRules[i].find(f)
		if err != nil || len(list) != 1 {
			t.Errorf("%s %s: %+v %v", c.rule, c.what, list, err)
			continue
		}
		d := list[0]
		if !strings.HasPrefix(d.Subject, c.subject) || !strings.Contains(d.Text, c.text) || d.Amount != c.amount || len(d.Rows) != c.rows {
			t.Errorf("%s %s: %+v", c.rule, c.what, d)
		}
		if err := d.seal(&doubtRules[i]); err != nil || d.Status != DoubtOpen || d.ID != doubtID(c.rule, doubtRules[i].Version, d.Subject) {
			t.Errorf("%s %s: %+v %v", c.rule, c.what, d, err)
		}
		seen[c.rule] = true
	}
	for i := range doubtRules {
		if !seen[doubtRules[i].ID] {
			t.Errorf("nothing is planted for %s", doubtRules[i].ID)
		}
	}
}

// TestRowsThatDoNotStand: an older version, a row that was struck off, a roster that
// is gone are no evidence.
func TestRowsThatDoNotStand(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*doubtFacts){
		"an older version": func(f *doubtFacts) { f.rosters[0].Lines[1].Rev = 2 },
		"struck off":       func(f *doubtFacts) { f.rosters[0].Lines[1].State = projects.LineStruck },
		"no such row":      func(f *doubtFacts) { f.persons[1].N = 3 },
		"no such roster":   func(f *doubtFacts) { f.persons[1].Roster = "M2" },
	} {
		f := sound()
		f.persons[1].ID, f.persons[1].Card = f.persons[0].ID, f.persons[0].Card
		change(f)
		if list, err := findA01(f); err != nil || len(list) > 0 {
			t.Errorf("%s: %+v %v", what, list, err)
		}
	}
}

// TestADoubtKeepsItsIdentity: rows in another order give the same identity and the
// same digest; another amount another digest; a long subject is shortened.
func TestADoubtKeepsItsIdentity(t *testing.T) {
	t.Parallel()
	rule := &doubtRules[0]
	a := Doubt{Subject: "x", Rows: []DoubtRow{{Kind: "entry", Seq: 2}, {Kind: "entry", Seq: 1}}}
	b := Doubt{Subject: "x", Rows: []DoubtRow{{Kind: "entry", Seq: 1}, {Kind: "entry", Seq: 2}}}
	c := Doubt{Subject: "x", Rows: slices.Clone(b.Rows), Amount: 1}
	for _, d := range []*Doubt{&a, &b, &c} {
		if err := d.seal(rule); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(a, b); diff != "" || a.ID != "A01.1.x" {
		t.Errorf("%s %s", a.ID, diff)
	}
	if c.ID != a.ID || c.Digest == a.Digest {
		t.Errorf("another amount: %s %x", c.ID, c.Digest)
	}
	long := doubtID("A19", 1, strings.Repeat("长", 40))
	if len(long) > maxDoubtCode || long != doubtID("A19", 1, strings.Repeat("长", 40)) || long == doubtID("A19", 1, strings.Repeat("长", 41)) {
		t.Errorf("a long subject: %s", long)
	}
	for _, id := range []string{a.ID, long} {
		if _, err := doubtRuleOf(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{"", "A01", "A01.1", "A01.2.x", "A99.1.x", "A01.x.y"} {
		if _, err := doubtRuleOf(id); !errors.Is(err, ErrDoubtRule) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestResultsOfDoubts(t *testing.T) {
	t.Parallel()
	on := date("2026-06-30")
	shown := []Doubt{{ID: "A19.1.J1", Rule: "A19", Version: 1, Subject: "J1", Amount: 5, Digest: ledger.Digest{1}}}
	cmd := DoubtCmd{ID: "A19.1.J1", Status: DoubtExcluded, Note: "已补录"}
	x, err := resolve(&cmd, &DoubtFile{}, shown, on)
	if err != nil || x.Subject != "J1" || x.Amount != 5 || x.Digest != shown[0].Digest || x.On != on {
		t.Errorf("the first result: %+v %v", x, err)
	}
	if _, err := resolve(&cmd, &DoubtFile{}, nil, on); !errors.Is(err, ErrDoubtUnknown) {
		t.Errorf("a doubt that nobody has seen: %v", err)
	}
	file := DoubtFile{ID: "A19.1.J1", Rule: "A19", Version: 1, Subject: "J1", Status: DoubtExcluded, Note: "已补录", Digest: ledger.Digest{1}}
	if _, err := resolve(&cmd, &file, shown, on); !errors.Is(err, ErrDoubtStatus) {
		t.Errorf("the same result again: %v", err)
	}
	shown[0].Digest = ledger.Digest{2}
	if x, err := resolve(&cmd, &file, shown, on); err != nil || x.Digest != shown[0].Digest {
		t.Errorf("the same result of other rows: %+v %v", x, err)
	}
	cmd.Status = DoubtConfirmed
	if x, err := resolve(&cmd, &file, nil, on); err != nil || x.Digest != (ledger.Digest{1}) || x.Rule != "A19" {
		t.Errorf("a doubt that its rule no longer shows: %+v %v", x, err)
	}
}

func TestParametersOfDoubtsAreHeldToTheirRange(t *testing.T) {
	t.Parallel()
	f := sound()
	f.policies = []ledger.Policy{{Name: policyDoubtIdle, Value: "30", ValidFrom: date("2026-01-01")}, {Name: policyDoubtIdle, Value: "60", ValidFrom: date("2026-07-01")}}
	if n, err := f.number(policyDoubtIdle); err != nil || n != 30 {
		t.Errorf("%d %v", n, err)
	}
	for _, bad := range []string{"0", "x", "-1", "99999"} {
		f.policies[0].Value = bad
		if _, err := findA07(f); !errors.Is(err, ErrDoubtPolicy) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestOldestIsSettledFirst ages what is open.
func TestOldestIsSettledFirst(t *testing.T) {
	t.Parallel()
	rows := []ageRow{
		{Seq: 3, On: 30, Net: 50}, {Seq: 1, On: 10, Net: 100}, {Seq: 2, On: 20, Net: 100}, {Seq: 4, On: 40, Net: -120}, {Seq: 5, On: 41, Net: -10},
	}
	want := []ageRow{{Seq: 2, On: 20, Net: 70}, {Seq: 3, On: 30, Net: 50}}
	if diff := cmp.Diff(want, openRows(rows)); diff != "" {
		t.Error(diff)
	}
}
