package ledger

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/internal/fault"
)

// TestEventTableIsWhole: the codes of DOMAIN 4.3 in their order, each step with
// rows that fit the chart and with the fields that the chart makes them carry.
func TestEventTableIsWhole(t *testing.T) {
	t.Parallel()
	const want = "E00 E01 E01r E02 E02u E02b E03 E04 E04c E04r E05 E05r E06 E06r E07 E07r E08 E09 " +
		"E10 E10v E10r E10x E11 E12 E12v E12e E12w E12x E13 E14 E14d E14t E14g " +
		"E15a E15b E15c E15d E15e E15r E15f E16 E16p E16t E16w E17 E18 E19 E20 E20f E21 E22 " +
		"E23 E23p E24 E25 E25x E26 E27 E28"
	var codes []string
	for _, e := range Events() {
		codes = append(codes, string(e.Code))
		if got, ok := EventOf(e.Code); !ok || got.Code != e.Code {
			t.Errorf("EventOf(%s) = %v, %v", e.Code, got.Code, ok)
		}
		if e.ZH == "" || e.EN == "" || len(e.Steps) == 0 || e.Permission != "post."+string(e.Code) {
			t.Errorf("%s: incomplete row", e.Code)
		}
		names := map[string]bool{}
		for i := range e.Steps {
			s := &e.Steps[i]
			if names[s.Name] || (s.Name == "" && len(e.Steps) > 1) {
				t.Errorf("%s: step %q twice or without a name", e.Code, s.Name)
			}
			names[s.Name] = true
			if s.Decision != (s.Basis != "") {
				t.Errorf("%s %s: a decision number needs its basis", e.Code, s.Name)
			}
			checkRows(t, &e, s)
		}
	}
	if diff := cmp.Diff(want, strings.Join(codes, " ")); diff != "" {
		t.Errorf("codes (-want +got)\n%s", diff)
	}
	if _, ok := EventOf("E99"); ok {
		t.Error("EventOf(E99) found a row")
	}
}

func checkRows(t *testing.T, e *EventSpec, s *EventStep) {
	t.Helper()
	if s.rows == nil && s.rule == byRows {
		t.Errorf("%s %s: no rows and no rule", e.Code, s.Name)
	}
	for _, rs := range []eventRows{s.rows, s.town, s.cut} {
		fields := s.Required
		if fields&FieldTownship != 0 || rs.find(func(r *eventRow) bool { return r.town }) != nil {
			fields |= FieldUnit
		}
		for _, r := range rs {
			if r.symbol != symFixed {
				continue
			}
			a, ok := AccountOf(r.account)
			if !ok || !containsSub(a.Subs, r.sub) {
				t.Errorf("%s %s: account %s.%s is not in the chart", e.Code, s.Name, r.account, r.sub)
				continue
			}
			if r.town && !strings.Contains(a.Books, "T") {
				t.Errorf("%s %s: %s does not stand in a township book", e.Code, s.Name, r.account)
			}
			need := fieldsOf(a.Must)
			if r.account == "1101" {
				need = 0 // the unit of 1101 is the township
			}
			if missing := need &^ fields; missing != 0 && len(s.From) == 0 {
				t.Errorf("%s %s: %s carries %s, which the step does not ask for", e.Code, s.Name, r.account, missing)
			}
		}
	}
}

// TestInternalAndDecision pins what DESIGN 3a and DOMAIN say.
func TestInternalAndDecision(t *testing.T) {
	t.Parallel()
	var direct, decided []string
	for _, e := range Events() {
		if !e.Internal {
			direct = append(direct, string(e.Code))
		}
		for _, s := range e.Steps {
			if s.Decision {
				decided = append(decided, strings.TrimSpace(string(e.Code)+" "+s.Name))
			}
		}
	}
	if got, want := strings.Join(direct, " "), "E00 E01 E01r E02 E02u E02b E03 E04 E04r E05 E05r E20 E20f E23 E24"; got != want {
		t.Errorf("direct events = %s, want %s", got, want)
	}
	want := "E03 lend,E06r,E07r,E16w,E17 recover,E18,E19 take,E19 remit,E26 executed,E26 unexecuted,E27,E28"
	if got := strings.Join(decided, ","); got != want {
		t.Errorf("decisions = %s, want %s", got, want)
	}
}

// TestNeed: what each kind of event asks to be loaded.
func TestNeed(t *testing.T) {
	t.Parallel()
	k1, k2 := lotID("K1"), lotID("K2")
	for _, c := range []struct {
		p    Posting
		want Need
	}{
		{on("E12", "confirm", "K1", 1, "K1", 2), Need{Lots: []LotID{k1}}},
		{at("E03", "repay", "K1", 1).with(toLot("K2")), Need{Lots: []LotID{k1, k2}}},
		{Posting{Event: "E23", Reverses: 7}, Need{Lots: []LotID{}, Reverses: 7}},
		{
			Posting{Event: "E06", Project: "J1", Unit: "T1", Pool: "P1", Draw: &Draw{Mode: DrawFIFO, Amount: 1, Lots: []LotID{k2}}},
			Need{Lots: []LotID{k2}, Balances: []Filter{{Book: County, Account: "7102", Pool: "P1"}}},
		},
		{
			on("E12", "reserve").with(func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawFIFO, Amount: 1} }),
			Need{Lots: []LotID{}, Balances: []Filter{
				{Book: County, Account: "7203", Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "T1"},
				{Book: County, Account: "1001"},
				{Book: County, Account: "1002"},
			}},
		},
		{
			on("E25", "request").with(township).with(func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawFIFO, Amount: 1} }),
			Need{Lots: []LotID{}, Balances: []Filter{
				{Book: County, Account: "7202", Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "T1"},
				{Book: "T1", Account: "1002"},
			}},
		},
		{
			on("E13", "complete", "K1", 1),
			Need{Lots: []LotID{k1}, Balances: []Filter{{Book: County, Account: "7202", Project: "J1", Contract: "H1", Payee: "甲公司"}}},
		},
		{at("E24", "", "K1", 0, "K1", 0), Need{Lots: []LotID{k1}, Balances: []Filter{{Book: County, Lot: k1}}}},
		{at("E27", "", "K1", 1).with(toLot("K2")).with(decided), Need{Lots: []LotID{k1, k2}, Balances: []Filter{{Lot: k1}}}},
		{
			Posting{Event: "E28", Unit: "T1", To: &Target{Unit: "T2"}}.with(decided),
			Need{Lots: []LotID{}, Balances: []Filter{{Unit: "T1"}, {Book: "T1"}}},
		},
	} {
		c.p.Date = day1
		got, err := c.p.Need()
		if err != nil {
			t.Errorf("%s: Need = %v", c.p.label(), err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: Need (-want +got)\n%s", c.p.label(), diff)
		}
	}
}

// refusedNeed is a posting that shows by itself why it is refused.
type refusedNeed struct {
	name   string
	p      Posting
	want   *fault.Error
	detail string
}

func refusedFields() []refusedNeed {
	change := func(p Posting, f func(*Posting)) Posting { return p.with(f) }
	return []refusedNeed{
		{"unknown event", at("E99", "", "K1", 1), ErrEvent, "E99"},
		{"unknown step", on("E12", "pay", "K1", 1), ErrPosting, `"reserve"、"confirm"`},
		{"step of an event without steps", at("E01", "x", "K1", 1), ErrPosting, "没有步骤"},
		{"no step", on("E12", "", "K1", 1), ErrPosting, "没有步骤"},
		{"no parts", at("E01", ""), ErrPosting, "缺 金额(parts)"},
		{"no contract", change(on("E11", "", "K1", 1), func(p *Posting) { p.Contract = "" }), ErrPosting, "缺 合同/名册(contract)"},
		{"two fields missing", change(on("E11", "", "K1", 1), func(p *Posting) { p.Contract, p.Payee = "", "" }), ErrPosting, "合同/名册(contract)、收款方(payee)"},
		{"no unit", change(on("E08", "", "K1", 1), func(p *Posting) { p.Unit = "" }), ErrPosting, "缺 单位(unit)"},
		{"superfluous project", change(at("E01", "", "K1", 1), func(p *Posting) { p.Project = "J1" }), ErrPosting, "多 项目(project)"},
		{"superfluous offset", change(claimOf(100, 5, 0), func(p *Posting) { p.Event = "E15a" }), ErrPosting, "多 冲抵预付(offset)"},
		{"superfluous origin year", change(on("E15a", "", "K1", 1), func(p *Posting) { p.OriginYear = 2017 }), ErrPosting, "多 原列支年度(origin_year)"},
		{"superfluous township", change(on("E12", "confirm", "K1", 1), func(p *Posting) { p.Township = "T1" }), ErrPosting, "多 乡镇账套(township)"},
		{"county cash of a township payment", change(on("E10", "confirm", "K1", 1).with(township), func(p *Posting) { p.Cash = "1001" }), ErrPosting, "多 资金账户(cash)"},
		{"unit of a pot without units", change(at("E04", "", "K1", 1), func(p *Posting) { p.Into, p.Unit = "7106", "T1" }), ErrPosting, "多 单位(unit)"},
		{"pot without its pool", change(at("E18", "", "K1", 1).with(decided), func(p *Posting) { p.Into = "7102" }), ErrPosting, "缺 资金池(pool)"},
	}
}

func refusedValues() []refusedNeed {
	change := func(p Posting, f func(*Posting)) Posting { return p.with(f) }
	return []refusedNeed{
		{"a township pays a payable of the county", on("E12", "confirm", "K1", 1).with(township), ErrPosting, "乡镇支付用 E25"},
		{"a township returns a retention by E14", on("E14", "confirm", "K1", 1).with(township), ErrPosting, "E14t"},
		{"pot not offered", change(at("E05", "", "K1", 1), func(p *Posting) { p.From, p.Pool, p.Unit = "7104", "P1", "T1" }), ErrPosting, "7104"},
		{"no pot", change(at("E05", "", "K1", 1), func(p *Posting) { p.Pool = "P1" }), ErrPosting, "缺 转出科目(from)"},
		{"cost not offered", change(on("E15f", "", "K1", 1), func(p *Posting) { p.Cost = "5001" }), ErrPosting, "5001"},
		{"cash account", change(at("E02", "", "K1", 1), func(p *Posting) { p.Cash = "1201" }), ErrPosting, "1201"},
		{"the county as township", change(at("E04c", "", "K1", 1), func(p *Posting) { p.Township = County }), ErrPosting, "township"},
		{"draw and parts", change(on("E08", "", "K1", 1), func(p *Posting) { p.Draw = &Draw{Mode: DrawFIFO, Amount: 1} }), ErrPosting, "多 金额(parts)"},
		{"draw where lots are named", change(on("E11", ""), func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawFIFO, Amount: 1} }), ErrPosting, "多 抽取(draw)"},
		{"draw mode", change(on("E08", ""), func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: "LIFO", Amount: 1} }), ErrPosting, "LIFO"},
		{"draw of nothing", change(on("E08", ""), func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawFIFO} }), ErrPosting, "须大于零"},
		{"draw too large", change(on("E08", ""), func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawFIFO, Amount: MaxLine + 1} }), ErrPosting, "超过"},
		{"no lot", change(at("E01", ""), func(p *Posting) { p.Parts = []Part{{Amount: 1}} }), ErrPosting, "缺批次"},
		{"zero", at("E01", "", "K1", 0), ErrPosting, "不得为零"},
		{"negative", at("E01", "", "K1", -1), ErrPosting, "须大于零"},
		{"zero contract change", on("E09", "", "K1", 0), ErrPosting, "不得为零"},
		{"too large", change(at("E01", ""), func(p *Posting) { p.Parts = []Part{{Lot: lotID("K1"), Amount: MaxLine + 1}} }), ErrPosting, "不超过"},
		{"amount at the close", at("E24", "", "K1", 1), ErrPosting, "不填金额"},
		{"negative offset", claimOf(100, -5, 0), ErrPosting, "不得为负"},
		{"offset over the claim", claimOf(100, 101, 0), ErrOffset, "冲抵 1.01"},
		{"offset and retention over the claim", claimOf(100, 60, 41), ErrOffset, "扣留 0.41"},
		{"no decision", at("E03", "lend", "K1", 1).with(toLot("K2")).with(func(p *Posting) { p.Due = day1 }), ErrDecision, "E03"},
		{"no due date", at("E03", "lend", "K1", 1).with(toLot("K2")).with(decided), ErrPosting, "缺 归还期限(due)"},
		{"due before the day", at("E03", "lend", "K1", 1).with(toLot("K2")).with(decided).with(func(p *Posting) { p.Due = day1 - 1 }), ErrPosting, "早于"},
		{"origin year to come", change(on("E12e", "", "K1", 1), func(p *Posting) { p.OriginYear = 2019 }), ErrOriginYear, "晚于"},
		{"origin year of an earlier year needed", change(at("E16p", "receive", "K1", 1), func(p *Posting) { p.Project, p.OriginYear = "J1", 2018 }), ErrOriginYear, "同年"},
		{"negative base", at("E27", "", "K1", 1).with(toLot("K2")).with(decided).with(func(p *Posting) { p.Base = -1 }), ErrPosting, "base"},
	}
}

// claimOf is a claim with its offset and retention.
func claimOf(m, a, r Amount) Posting {
	p := on("E11", "")
	p.Parts = []Part{{Lot: lotID("K1"), Amount: m, Offset: a, Retention: r}}
	return p
}

// TestNeedRefuses is the refused table of what a posting shows by itself.
func TestNeedRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range append(refusedFields(), refusedValues()...) {
		c.p.Date = day1
		_, err := c.p.Need()
		if !errors.Is(err, c.want) || !strings.Contains(fault.From(err).Detail, c.detail) {
			t.Errorf("%s: Need = %v, want %s … %s", c.name, err, c.want.Code, c.detail)
		}
		if _, err2 := c.p.Entries(Facts{}); !errors.Is(err2, c.want) {
			t.Errorf("%s: Entries = %v, want %s", c.name, err2, c.want.Code)
		}
	}
	if _, err := at("E01", "", "K1", 1).Need(); !errors.Is(err, ErrPosting) || !strings.Contains(err.Error(), "date") {
		t.Errorf("without a date: Need = %v", err)
	}
	var f *fault.Error
	_, err := on("E11", "", "K1", 1).with(func(p *Posting) { p.Date, p.Contract, p.Pool = day1, "", "P1" }).Need()
	if !errors.As(err, &f) || len(f.Fields) != 2 || f.Fields[0].Location != "contract" || f.Fields[1].Location != "pool" {
		t.Errorf("fields of %v = %+v, want contract and pool", err, f)
	}
}

// TestEventsMarkdown prints every event and step.
func TestEventsMarkdown(t *testing.T) {
	t.Parallel()
	got := EventsMarkdown()
	for _, want := range []string{
		"| E10 | confirm | 预付：银行确认 · advance: bank confirms | parts, project, contract, payee, unit | township, cash | Dr 1201 / Cr 1001\\|1002<br>township: Dr T 1201 / Cr T 1002 | Dr 7301 / Cr 7204.A | 内部 |",
		"| E11 |  | 报账 · claim | parts, project, contract, payee, unit | offset, retention | Dr 1301 / Cr 1201 a / Cr 2003 r / Cr 2001 M−a−r | Dr 7302 a / Cr 7301 a / Dr 7203 M−a / Cr 7202 M−a | 内部 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("EventsMarkdown lacks\n%s", want)
		}
	}
	for _, e := range Events() {
		if strings.Count(got, "\n| "+string(e.Code)+" | ") != len(e.Steps) {
			t.Errorf("EventsMarkdown: %s has not %d rows", e.Code, len(e.Steps))
		}
	}
	for i, line := range strings.Split(got, "\n") {
		if strings.HasPrefix(line, "|") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 9 {
			t.Errorf("line %d has not 8 columns: %s", i+1, line)
		}
	}
}
