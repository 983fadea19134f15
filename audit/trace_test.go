package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"
)

func trace(t testing.TB, d *db.DB, s audit.Selector) (audit.Graph, error) {
	t.Helper()
	var g audit.Graph
	err := d.ReadTx(t.Context(), func(ctx context.Context, q bun.IDB) (err error) {
		g, err = audit.Trace(ctx, q, 360726, s)
		return err
	})
	return g, err
}

func mustTrace(t testing.TB, d *db.DB, s audit.Selector) audit.Graph {
	t.Helper()
	g, err := trace(t, d, s)
	if err != nil {
		t.Fatalf("Trace %s: %v", s, err)
	}
	return g
}

// edges lists "from → to amount" in order.
func edges(g audit.Graph) []string {
	var out []string
	for _, e := range g.Edges {
		out = append(out, e.From+" → "+e.To+" "+e.Amount.String())
	}
	return out
}

// traceStore is a county with two documents, a pool of both, a contract that was
// paid, paid wrongly and corrected, and a notice that names recipients only.
func traceStore(t *testing.T, d *db.DB) (s *store, paid int64) {
	s = newStore(t, d)
	a, b := s.lot("A", "1000.00"), s.lot("B", "500.00")
	both := []ledger.Part{{Lot: a, Amount: fen("300.00")}, {Lot: b, Amount: fen("100.00")}}
	run := func(code ledger.EventCode, step string, parts []ledger.Part) ledger.Posting {
		return ledger.Posting{Event: code, Step: step, Date: day("2026-04-05"), Parts: parts, Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "交通局"}
	}
	plan := run("E06", "", both)
	plan.Contract, plan.Payee, plan.Pool = "", "", "P1"
	s.post(
		ledger.Posting{Event: "E05", Date: day("2026-04-03"), From: "7101", Pool: "P1", Parts: both},
		plan, run("E08", "", both), run("E11", "", both), run("E12", "reserve", both),
	)
	half := []ledger.Part{{Lot: a, Amount: fen("150.00")}, {Lot: b, Amount: fen("50.00")}}
	wrong := s.post(run("E12", "confirm", half))
	s.post(ledger.Posting{Event: "E23", Date: day("2026-04-06"), Reverses: wrong})
	paid = s.post(run("E12", "confirm", half))
	s.post(
		ledger.Posting{Event: "E04", Date: day("2026-04-05"), Into: "7104", Unit: "欣山镇", Parts: part(b, "200.00")},
		ledger.Posting{Event: "E04r", Date: day("2026-04-06"), From: "7104", Unit: "欣山镇", Parts: part(b, "80.00")},
		ledger.Posting{Event: "E04", Date: day("2026-04-07"), Into: "7106", Parts: []ledger.Part{
			{Lot: a, Amount: fen("10.00"), Note: "大坝村道路"}, {Lot: b, Amount: fen("7.00"), Note: "下庄村水渠"},
		}},
	)
	return s, paid
}

func TestTraceBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, paid := traceStore(t, d)
		down := mustTrace(t, d, audit.Selector{Document: "doc-B"})
		want := []string{
			"document:doc-B → lot:B 500.00",
			"lot:B → unallocated:B 500.00",
			"unallocated:B → pool:P1 100.00",
			"unallocated:B → township:欣山镇 120.00",
			"unallocated:B → unnamed_unit:下庄村水渠 7.00",
			"pool:P1 → project:J1 100.00",
			"project:J1 → contract:J1/H1 100.00",
			"contract:J1/H1 → payee:甲公司 50.00",
		}
		if diff := cmp.Diff(want, edges(down)); diff != "" {
			t.Errorf("from the document (-want +got):\n%s", diff)
		}
		up := mustTrace(t, d, audit.Selector{Payee: "甲公司"})
		want = []string{
			"document:doc-A → lot:A 300.00", "document:doc-B → lot:B 100.00",
			"lot:A → unallocated:A 300.00", "lot:B → unallocated:B 100.00",
			"unallocated:A → pool:P1 300.00", "unallocated:B → pool:P1 100.00",
			"pool:P1 → project:J1 400.00", "project:J1 → contract:J1/H1 400.00", "contract:J1/H1 → payee:甲公司 200.00",
		}
		if diff := cmp.Diff(want, edges(up)); diff != "" {
			t.Errorf("from the payee (-want +got):\n%s", diff)
		}
		last := up.Edges[len(up.Edges)-1]
		if diff := cmp.Diff([]int64{paid}, last.Entries); diff != "" {
			t.Errorf("the reversed payment does not cancel (-want +got):\n%s", diff)
		}
		for _, n := range up.Nodes {
			if n.ID == "contract:J1/H1" && (n.Amount != fen("400.00") || n.Rests != fen("200.00")) {
				t.Errorf("contract: %+v", n)
			}
		}
		// One document seen from the payee, one payee seen from the document.
		one := mustTrace(t, d, audit.Selector{Document: "doc-B", Payee: "甲公司"})
		for _, s := range []audit.Selector{{Lot: "B", Project: "J1"}, {Document: "doc-B", Unit: "交通局"}} {
			if diff := cmp.Diff(one, mustTrace(t, d, s)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", s, diff)
			}
		}
	})
}

func TestTraceBySelector(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	_, paid := traceStore(t, d)
	for _, c := range []struct {
		s    audit.Selector
		last string
	}{
		{audit.Selector{Lot: lotID("A").String()}, "contract:J1/H1 → payee:甲公司 150.00"},
		{audit.Selector{Entry: paid}, "contract:J1/H1 → payee:甲公司 200.00"},
		{audit.Selector{Voucher: "2026-04 记-0008"}, "contract:J1/H1 → payee:甲公司 200.00"},
		{audit.Selector{Voucher: "C 2026-04 记-0008", Lot: "B"}, "contract:J1/H1 → payee:甲公司 50.00"},
		{audit.Selector{Payee: "下庄村水渠"}, "unallocated:B → unnamed_unit:下庄村水渠 7.00"},
		{audit.Selector{Unit: "欣山镇"}, "unallocated:B → township:欣山镇 120.00"},
	} {
		got := edges(mustTrace(t, d, c.s))
		if got[len(got)-1] != c.last {
			t.Errorf("%s: %q, want %q last", c.s, got, c.last)
		}
	}
	for _, c := range []struct {
		s    audit.Selector
		kind fault.Kind
	}{
		{audit.Selector{}, fault.Invalid},
		{audit.Selector{Voucher: "四月第八号"}, fault.Invalid},
		{audit.Selector{Voucher: "2026-04 记-9999"}, fault.NotFound},
		{audit.Selector{Payee: "乙公司"}, fault.NotFound},
		{audit.Selector{Lot: "Z"}, fault.NotFound},
		{audit.Selector{Entry: 1}, fault.NotFound},
	} {
		if g, err := trace(t, d, c.s); err == nil || fault.KindOf(err) != c.kind {
			t.Errorf("refused: %s: %v %+v", c.s, err, g)
		}
	}
}

func TestTraceRenders(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	traceStore(t, d)
	g := mustTrace(t, d, audit.Selector{Lot: "B"})
	var text, csv, js bytes.Buffer
	for _, err := range []error{g.WriteText(&text, fault.Chinese), g.WriteCSV(&csv), g.WriteJSON(&js)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := `文件 财农〔2026〕1号  500.00 元
  批次 B 样例资金  500.00 元  记录 9
    待分配指标（批次 B）  500.00 元  记录 9
      统筹整合资金池 P1  100.00 元  记录 11
        项目 J1  100.00 元  记录 12
          合同 H1（项目 J1）  100.00 元  记录 13
            收款方 甲公司  50.00 元  记录 18
            停留于此  50.00 元
      乡镇 欣山镇  120.00 元  记录 19
      下庄村水渠  7.00 元  记录 21
      停留于此  273.00 元
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	var back audit.Graph
	if err := json.Unmarshal(js.Bytes(), &back); err != nil || cmp.Diff(g, back) != "" {
		t.Errorf("JSON does not read back: %v", err)
	}
	if !strings.Contains(js.String(), `"amount": "500.00"`) || !strings.Contains(csv.String(), "lot:B,批次 B 样例资金,unallocated:B,") {
		t.Errorf("%s\n%s", js.String(), csv.String())
	}
}
