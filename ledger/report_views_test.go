package ledger_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestViewsShowTheLedger reads the auditors' views and compares them with the
// reports.
func TestViewsShowTheLedger(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 41, 200)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 60)
		if s.db.Engine == db.PostgreSQL {
			grantedViews(t, s)
		}
		var chart []struct {
			Code string
			Name string
			Side string
			Grp  string
		}
		query(t, s, &chart, `SELECT "科目" AS code, "名称" AS name, "余额方向" AS side, "账组" AS grp FROM "科目" ORDER BY 1`)
		want := ledger.Chart()
		slices.SortFunc(want, func(a, b ledger.Account) int { return strings.Compare(string(a.Code), string(b.Code)) })
		for i, a := range want {
			if i >= len(chart) || chart[i].Code != string(a.Code) || chart[i].Name != a.ZH || chart[i].Side != a.Normal.String() ||
				chart[i].Grp != ledger.GroupOf(a.Code).String() {
				t.Fatalf("科目 %s: %+v", a.Code, chart[min(i, len(chart)-1)])
			}
		}
		type balance struct {
			Book, Grp, Code, Sub, Lot, Debit, Balance string
		}
		var got, wantRows []balance
		query(t, s, &got, `SELECT "账套" AS book, "账组" AS grp, "科目" AS code, "明细" AS sub, "批次" AS lot, CAST("借方" AS TEXT) AS debit,`+
			` CAST("余额" AS TEXT) AS balance FROM "科目余额" WHERE "县" = '360726' AND ("借方分" <> 0 OR "贷方分" <> 0)`)
		trial, err := ledger.TrialBalance(t.Context(), s.db.Read, no, ledger.TrialQuery{Subs: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range trial.Rows {
			wantRows = append(wantRows, balance{string(x.Book), x.Group, string(x.Code), x.Sub, x.Lot, x.Debit.String(), x.Balance.String()})
		}
		order := func(a, b balance) int {
			return strings.Compare(strings.Join([]string{a.Book, a.Code, a.Sub, a.Lot}, "\x00"), strings.Join([]string{b.Book, b.Code, b.Sub, b.Lot}, "\x00"))
		}
		slices.SortFunc(got, order)
		slices.SortFunc(wantRows, order)
		if diff := cmp.Diff(wantRows, got); diff != "" {
			t.Errorf("科目余额 (-report +view)\n%s", diff)
		}
		h.checkLineView(t, s)
		h.checkVoucherView(t, s)
	})
}

func query(t *testing.T, s *reportStore, into any, sql string) {
	t.Helper()
	if err := s.db.Read.NewRaw(sql).Scan(t.Context(), into); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (h *history) checkLineView(t *testing.T, s *reportStore) {
	t.Helper()
	var lines []struct {
		Seq          int64
		N            int
		Day          string
		Code         string
		Lot          string
		Side, Amount string
		Fen          int64
	}
	query(t, s, &lines, `SELECT "序号" AS seq, "行" AS n, "凭证日期" AS day, "科目" AS code, "批次" AS lot, "方向" AS side,`+
		` CAST("金额" AS TEXT) AS amount, "金额分" AS fen FROM "分录" WHERE "县" = '360726' ORDER BY "序号", "行"`)
	i := 0
	h.each(ledger.At{}, func(seq int64, n int, e *ledger.Entry, l *ledger.Line) {
		if i >= len(lines) {
			t.Fatal("too few lines in 分录")
		}
		x := lines[i]
		i++
		if x.Seq != seq || x.N != n+1 || x.Day != e.Date.String() || x.Code != string(l.Key.Account) || x.Lot != h.codeOf(l.Key.Lot) ||
			x.Side != l.Side.String() || x.Amount != l.Amount.String() || x.Fen != int64(l.Amount) {
			t.Fatalf("分录 %+v, want %d/%d %s %+v", x, seq, n+1, e.Date, l)
		}
	})
	if i != len(lines) {
		t.Errorf("%d lines in 分录, want %d", len(lines), i)
	}
}

func (h *history) checkVoucherView(t *testing.T, s *reportStore) {
	t.Helper()
	var vouchers []struct {
		Book, Period string
		No, Seq      int64
		Recorded     string
		Reverses     *int64
	}
	query(t, s, &vouchers, `SELECT "账套" AS book, "期间" AS period, "号" AS no, "序号" AS seq, "记录时间" AS recorded, "冲销序号" AS reverses`+
		` FROM "凭证" WHERE "县" = '360726'`)
	count := 0
	for i := range h.entries {
		count += len(h.entries[i].entry.Books())
	}
	if len(vouchers) != count {
		t.Errorf("%d vouchers in 凭证, want %d", len(vouchers), count)
	}
	for _, v := range vouchers {
		view, err := ledger.EntryBySeq(t.Context(), s.db.Read, 360726, v.Seq)
		if err != nil {
			t.Fatal(err)
		}
		if v.Recorded != view.Recorded.Format("2006-01-02 15:04:05") || (v.Reverses == nil) != (view.Reverses == 0) {
			t.Fatalf("凭证 %+v, want %s, reverses %d", v, view.Recorded, view.Reverses)
		}
	}
}

// grantedViews reads the views as the running service's role.
func grantedViews(t *testing.T, s *reportStore) {
	t.Helper()
	tx, err := s.db.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), "SET LOCAL ROLE fundbook_app"); err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"科目", "批次", "分录", "凭证", "科目余额"} {
		if _, err := tx.ExecContext(t.Context(), `SELECT * FROM "`+v+`" LIMIT 1`); err != nil {
			t.Errorf("%s as fundbook_app: %v", v, err)
		}
	}
}

// queryLog keeps the statements that a read sends.
type queryLog struct {
	mu   sync.Mutex
	list []string
}

func (l *queryLog) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (l *queryLog) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasPrefix(e.Query, "SELECT") {
		l.list = append(l.list, e.Query)
	}
}

// TestHotReadsUseIndexes asks the engine how it would run every statement of the
// hot reads: none reads a whole table. PostgreSQL would, on tables this small, so
// it is told not to where an index can do it.
func TestHotReadsUseIndexes(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 42, 150)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newReportStore(t, d)
		h := *h
		no := s.put("360726", &h, 60)
		log := &queryLog{}
		read := d.Read.WithQueryHook(log)
		ctx := t.Context()
		hot := map[string]func() error{
			"BalanceOf": func() error {
				_, err := ledger.BalanceOf(ctx, read, no, ledger.KeyQuery{ID: 3}, ledger.At{})
				return err
			},
			"BalanceOf by name, known before": func() error {
				_, err := ledger.BalanceOf(ctx, read, no, ledger.KeyQuery{Book: "C", Account: "7101", Lot: "K1", Exact: true}, ledger.At{KnownAt: h.last - 20})
				return err
			},
			"Statement": func() error {
				p, err := statementOf(ctx, read, no, "C:7101:K1,only", ledger.Page{Limit: 3})
				if err == nil && p.Next != "" {
					_, err = ledger.Statement(ctx, read, no, ledger.StatementQuery{}, ledger.Page{Cursor: p.Next})
				}
				return err
			},
			"Statement of many": func() error {
				_, err := statementOf(ctx, read, no, "C:1001", ledger.Page{})
				return err
			},
			"Journal": func() error {
				_, err := ledger.Journal(ctx, read, no, ledger.At{}, ledger.Page{})
				return err
			},
			"Vouchers": func() error {
				_, err := ledger.Vouchers(ctx, read, no, ledger.VoucherQuery{Book: "C", Period: 202401}, ledger.Page{})
				return err
			},
			"EntryBySeq": func() error {
				_, err := ledger.EntryBySeq(ctx, read, no, h.last)
				return err
			},
		}
		for name, run := range hot {
			log.list = nil
			if err := run(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(log.list) < 2 {
				t.Fatalf("%s: only %d statements were seen", name, len(log.list))
			}
			for _, q := range log.list {
				for _, line := range explain(t, d, q) {
					if wholeTable(d.Engine, line) {
						t.Errorf("%s reads a whole table: %s\n%s", name, line, q)
					}
				}
			}
		}
		if lines := explain(t, d, "SELECT count(*) FROM line WHERE fen = 1"); !slices.ContainsFunc(lines, func(l string) bool { return wholeTable(d.Engine, l) }) {
			t.Errorf("the check is blind: %q", lines)
		}
	})
}

func explain(t *testing.T, d *db.DB, q string) []string {
	t.Helper()
	var out []string
	if d.Engine == db.SQLite {
		var rows []struct {
			ID, Parent, Notused int
			Detail              string
		}
		if err := d.Read.NewRaw("EXPLAIN QUERY PLAN "+strings.ReplaceAll(q, "?", "\\?")).Scan(t.Context(), &rows); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		for _, r := range rows {
			out = append(out, r.Detail)
		}
		return out
	}
	tx, err := d.Read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), "SET LOCAL enable_seqscan = off"); err != nil {
		t.Fatal(err)
	}
	if err := tx.NewRaw("EXPLAIN "+strings.ReplaceAll(q, "?", "\\?")).Scan(t.Context(), &out); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return out
}

func wholeTable(e db.Engine, line string) bool {
	if e == db.SQLite {
		// SCAN of a subquery or of constant rows is of what an index has found.
		return strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "CONSTANT") && !strings.HasPrefix(line, "SCAN x") && !strings.HasPrefix(line, "SCAN (")
	}
	return strings.Contains(line, "Seq Scan on ")
}
