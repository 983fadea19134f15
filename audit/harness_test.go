package audit_test

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/ledger"
)

const county = "360726"

// finance is an account with money rights for tests.
var finance = auth.Who{ID: [16]byte{15: 9}, Name: "财政", Role: auth.Finance}

// store is an open store with a clock that the test moves.
type store struct {
	*app.App
	t     testing.TB
	db    *db.DB
	data  string // directory of keys and issued notices
	clock atomic.Int64
	keys  atomic.Int64
}

func at(date string) int64 {
	v, err := time.ParseInLocation("2006-01-02 15:04", date+" 10:00", time.FixedZone("CST", 8*3600))
	if err != nil {
		panic(err)
	}
	return v.UnixMicro()
}

func day(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func fen(s string) ledger.Amount {
	a, err := ledger.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}

// newStore opens a store with county 360726, whose books began in 2026-01, on
// 2026-06-15.
func newStore(t testing.TB, d *db.DB) *store {
	t.Helper()
	s := &store{t: t, db: d, data: t.TempDir()}
	s.clock.Store(at("2026-06-15"))
	s.App = app.Open(app.Options{DB: d, Data: s.data, Clock: s.clock.Load})
	t.Cleanup(s.Close)
	err := s.InitCounty(t.Context(), auth.LocalOperator, app.NewCounty{Code: county, Name: "安远县", OpenMonths: 6})
	if err != nil {
		t.Fatalf("InitCounty: %v", err)
	}
	return s
}

func (s *store) try(who auth.Who, c app.Command) (app.Outcome, error) {
	key := fmt.Sprintf("audit-test-key-%09d", s.keys.Add(1))
	return s.Do(s.t.Context(), app.Request{County: county, Who: who, Key: key, Raw: []byte(key)}, c)
}

// do runs a command that must succeed.
func (s *store) do(c app.Command) app.Outcome {
	s.t.Helper()
	out, err := s.try(finance, c)
	if err != nil {
		s.t.Fatalf("%s: %v", c.Spec().Name, err)
	}
	return out
}

// post posts events as one command and returns the first sequence number.
func (s *store) post(ps ...ledger.Posting) int64 {
	s.t.Helper()
	return s.do(app.RawPost{Items: ps}).Records[0].Seq
}

func lotID(code string) ledger.LotID {
	id := ledger.LotID{0: 1, 15: 7}
	copy(id[1:15], code)
	return id
}

// lot registers a central lot and issues authority that has arrived.
func (s *store) lot(code, amount string) ledger.LotID {
	s.t.Helper()
	id := s.register(ledger.Lot{Code: code, Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: "doc-" + code, DocNo: "财农〔2026〕1号", Amount: fen(amount)})
	s.post(
		ledger.Posting{Event: "E01", Date: day("2026-03-01"), Parts: part(id, amount), Memo: "下达指标"},
		ledger.Posting{Event: "E02", Date: day("2026-03-02"), Parts: part(id, amount), Memo: "资金到位"},
	)
	return id
}

func (s *store) register(l ledger.Lot) ledger.LotID {
	s.t.Helper()
	l.ID, l.Line, l.Name, l.Year = lotID(l.Code), 1, "样例资金", 2026
	s.do(app.LotCmd{Lot: l})
	return l.ID
}

func part(lot ledger.LotID, amount string) []ledger.Part {
	return []ledger.Part{{Lot: lot, Amount: fen(amount)}}
}

// works are the postings of one contract of a project, in order, up to the
// payment that is asked for and not yet confirmed.
func works(lot ledger.LotID, project, amount string) []ledger.Posting {
	p := ledger.Posting{
		Date: day("2026-04-01"), Parts: part(lot, amount), Project: project, Contract: "H-" + project, Payee: "江西某建设公司", Unit: "交通局",
		Memo: "乡村道路硬化工程",
	}
	ev := func(code ledger.EventCode, step string) ledger.Posting {
		q := p
		q.Event, q.Step = code, step
		return q
	}
	e07 := ev("E07", "")
	e07.From, e07.Contract, e07.Payee = "7101", "", ""
	return []ledger.Posting{e07, ev("E08", ""), ev("E11", ""), ev("E12", "reserve"), ev("E12", "confirm")}
}

// fillRich records something of everything that Verify compares.
func fillRich(s *store) {
	t := s.t
	a, b := s.lot("A中央1", "1000000.00"), s.lot("B省级2", "500000.00")
	t1 := works(a, "J1", "300000.00")
	s.post(t1[:4]...)
	pay := t1[4]
	pay.Parts = part(a, "100000.00")
	paid := s.post(pay)
	s.post(ledger.Posting{Event: "E23", Date: day("2026-05-02"), Reverses: paid, Memo: "更正"})
	s.post(pay)
	s.post(
		ledger.Posting{Event: "E05", Date: day("2026-04-03"), From: "7101", Pool: "P1", Parts: []ledger.Part{{Lot: a, Amount: fen("200000.00")}, {Lot: b, Amount: fen("100000.00")}}},
		ledger.Posting{Event: "E06", Date: day("2026-04-04"), Pool: "P1", Project: "J2", Unit: "水利局", Parts: []ledger.Part{{Lot: a, Amount: fen("150000.00")}, {Lot: b, Amount: fen("50000.00")}}},
		ledger.Posting{Event: "E04", Date: day("2026-04-05"), Into: "7104", Unit: "360726101", Parts: part(b, "200000.00")},
		ledger.Posting{Event: "E04", Date: day("2026-04-05"), Into: "7106", Parts: []ledger.Part{{Lot: b, Amount: fen("1000.00"), Note: "欣山镇某村项目"}}},
		ledger.Posting{Event: "E04c", Date: day("2026-04-06"), Township: "360726101", Parts: part(b, "120000.00")},
	)
	s.do(app.ClosePeriodCmd{PeriodClose: ledger.PeriodClose{Book: ledger.County, Period: 202601, Decision: "会议纪要"}})
	if _, err := s.try(auth.LocalOperator, app.PolicyCmd{Policy: ledger.Policy{Name: "retention", Value: "3", ValidFrom: day("2026-01-01"), Basis: "合同"}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.AddUser(t.Context(), auth.LocalOperator, "audit-test-user-00001", app.NewUser{Name: "张会计", Role: auth.Finance, County: county}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.AddUser(t.Context(), auth.LocalOperator, "audit-test-user-00002", app.NewUser{Name: "李审计", Role: auth.Auditor}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"audit-test-user-00004", "audit-test-user-00005"} {
		if _, err := s.ReplaceToken(t.Context(), auth.LocalOperator, key, "李审计"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RevokeUser(t.Context(), auth.LocalOperator, "audit-test-user-00003", "张会计"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignHead(t.Context(), county); err != nil {
		t.Fatal(err)
	}
	// Two full tiles and a tail beyond the newest signed head.
	small := pay
	small.Parts = part(a, "1.01")
	for i := range 560 {
		small.Date = pay.Date.AddDays(i % 40)
		s.post(small)
	}
	if _, err := s.SignHead(t.Context(), county); err != nil {
		t.Fatal(err)
	}
	s.clock.Store(at("2027-01-05"))
	s.post(ledger.Posting{Event: "E24", Date: day("2026-12-31"), Period13: true, Parts: []ledger.Part{{Lot: a}, {Lot: b}}})
	s.post(ledger.Posting{Event: "E01", Date: day("2027-01-03"), Parts: part(a, "77.00")})
}

// verify runs a full verification that must read to the end.
func verify(t testing.TB, d *db.DB) audit.Report {
	t.Helper()
	r, err := audit.Verify(t.Context(), d, audit.Options{Full: true})
	if err != nil {
		t.Fatalf("Verify: %v", err)
	}
	return r
}

// needed skips a test whose outside program is missing, and fails it in CI,
// where everything is installed.
func needed(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// closeJanuary closes the first period of the county book.
func closeJanuary(s *store) {
	s.t.Helper()
	s.do(app.ClosePeriodCmd{PeriodClose: ledger.PeriodClose{Book: ledger.County, Period: 202601}})
}
